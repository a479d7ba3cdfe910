//! snark-verifier's contract for a key: its description of the protocol, read from halo2's, and its verifier run over a loader that writes
//! assembly.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

use anyhow::{Context as _, Result, anyhow, ensure};
use furl_settlement::solc::{HOW, VERSION};
use furl_wrap::circuit::VerifyingKey;
use furl_wrap::key_file::PUBLICS;
use furl_wrap::setup::Setup;
use halo2_proofs::halo2curves::bn256::{Bn256, Fq, Fr};
use halo2_proofs::poly::commitment::ParamsProver as _;
use serde_json::{Value, json};
use snark_verifier::loader::evm::EvmLoader;
use snark_verifier::pcs::kzg::{Bdfg21, KzgAs, KzgDecidingKey};
use snark_verifier::system::halo2::transcript::evm::EvmTranscript;
use snark_verifier::system::halo2::{Config, compile as protocol};
use snark_verifier::verifier::SnarkVerifier as _;
use snark_verifier::verifier::plonk::PlonkVerifier;

/// halo2's argument, opened by SHPLONK, which bears the names of its authors there.
type Verifier = PlonkVerifier<KzgAs<Bn256, Bdfg21>>;

const FILE: &str = "Halo2Verifier.sol";
const CONTRACT: &str = "Halo2Verifier";

/// The contract, as Solidity.
pub(crate) fn source(setup: &Setup, key: &VerifyingKey) -> Result<String> {
    let params = setup.params();
    let deciding: KzgDecidingKey<Bn256> = (params.get_g()[0], params.g2(), params.s_g2()).into();
    let loader = EvmLoader::new::<Fq, Fr>();
    let config = Config::kzg().with_num_instance(vec![PUBLICS]);
    let protocol = protocol(params, key.halo2(), config).loaded(&loader);
    let mut transcript = EvmTranscript::<_, Rc<EvmLoader>, _, _>::new(&loader);
    let instances = transcript.load_instances(vec![PUBLICS]);
    let failed = |error| anyhow!("snark-verifier makes no contract of the key: {error:?}");
    let proof = Verifier::read_proof(&deciding, &protocol, &instances, &mut transcript).map_err(failed)?;
    Verifier::verify(&deciding, &protocol, &instances, &proof).map_err(failed)?;
    Ok(loader.solidity_code())
}

/// How it is compiled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Optimizer {
    /// Not at all, as snark-verifier's own helper does.
    Off,
    /// By the compiler's older optimizer, for as many runs as ours. The newer one, which works on Yul and which ours has too, ends out of
    /// memory: the contract is one block of some thousand statements.
    Older,
}

/// Its creation code, by our compiler, which is of another version than the source asks for.
pub(crate) fn compile(source: &str, solc: &Path, optimizer: Optimizer) -> Result<Vec<u8>> {
    const PRAGMA: &str = "pragma solidity 0.8.19;";
    ensure!(source.matches(PRAGMA).count() == 1, "snark-verifier's source has no single `{PRAGMA}`");
    let input = json!({
        "language": "Solidity",
        "sources": { FILE: { "content": source.replace(PRAGMA, &format!("pragma solidity {VERSION};")) } },
        "settings": {
            "optimizer": match optimizer {
                Optimizer::Off => json!({ "enabled": false }),
                Optimizer::Older => json!({ "enabled": true, "runs": 100_000, "details": { "yul": false } }),
            },
            "evmVersion": "osaka",
            "viaIR": false,
            "metadata": { "appendCBOR": false, "bytecodeHash": "none" },
            "outputSelection": { "*": { "*": ["evm.bytecode.object"] } },
        },
    });
    let answer = run(solc, &input)?;
    let code = &answer["contracts"][FILE][CONTRACT]["evm"]["bytecode"]["object"];
    let code = code.as_str().with_context(|| format!("the compiler makes no code: {}", answer["errors"]))?;
    hex::decode(code).context("code with gaps")
}

/// Standard JSON in, standard JSON out.
fn run(solc: &Path, input: &Value) -> Result<Value> {
    let mut command = Command::new(solc);
    command.arg("--standard-json").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("{}: {HOW}", solc.display()))?;
    child.stdin.take().context("stdin was asked for")?.write_all(input.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "the compiler failed; {HOW}");
    Ok(serde_json::from_slice(&output.stdout)?)
}
