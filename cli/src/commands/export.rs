//! `furl export`: what others need to check wrapped proofs, in their own forms.

use std::fmt;

use clap::{Args, Subcommand, ValueEnum};
use furl_ledger::encoding::to_hex;
use furl_prover::stage::Stage as _;
use furl_prover::{Kind, PROOF_BYTES, Profile, ProofFileError, Wrapped};
use furl_settlement::abi;
use furl_wrap::contract;
use serde::Serialize;

use crate::args::{self, Threads};
use crate::exit::{Defect, Failure};
use crate::files::{Access, Sink};
use crate::layer1;
use crate::output::Outcome;
use crate::places::Places;
use crate::refusal::{self, Refusal};
use crate::source::Source;
use crate::wrap_key::{KeyOptions, KeyReport};

/// Write what others need to check wrapped proofs: a contract, a key, calldata
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl export vk --setup proven.kzg --setup-hash 0x… --out proven.key
  furl export solidity --key proven.key --out FurlVerifier.sol
  furl export calldata batch.proof")]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

/// What to write.
#[derive(Debug, Subcommand)]
enum What {
    Solidity(Solidity),
    Calldata(Calldata),
    Vk(Vk),
}

/// Write the contract that checks the proofs of a key
///
/// The same key gives the same source, to the byte. A contract of the development setup says INSECURE of itself.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl export solidity --key proven.key --out FurlVerifier.sol
  furl export solidity --profile fast --insecure-dev     # for development")]
struct Solidity {
    #[command(flatten)]
    key: KeyChoice,
}

/// Write the key of the wrap, 896 bytes
///
/// A key stands for the circuits of a profile and for a setup. It is built from this program's circuits, the same on every machine.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl export vk --setup proven.kzg --setup-hash 0x… --out proven.key
  furl export vk --profile fast --insecure-dev --out INSECURE.key")]
struct Vk {
    #[command(flatten)]
    key: KeyChoice,
}

/// Which key, and where to.
#[derive(Debug, Args)]
struct KeyChoice {
    #[command(flatten)]
    key: KeyOptions,
    /// The profile of the key
    #[arg(long, env = "FURL_PROFILE", default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    /// The file to write, or -
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: Sink,
    #[command(flatten)]
    threads: Threads,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

/// Print a wrapped proof as the calldata of a contract's function, in hexadecimal
///
/// Nothing is verified: furl verify does that, and so does the contract.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl export calldata batch.proof
  furl export calldata batch.proof --call verify --out calldata.hex")]
struct Calldata {
    /// The wrapped proof, or -
    proof: Source,
    /// The function: submit of the rollup, verify of the verifier
    #[arg(long, value_enum, default_value_t = Call::Submit)]
    call: Call,
    /// The file to write, or -
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: Sink,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

/// A contract's function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Call {
    Submit,
    Verify,
}

#[derive(Serialize)]
struct Exported<'a> {
    what: &'static str,
    out: &'a Sink,
    bytes: usize,
    #[serde(flatten)]
    key: KeyReport,
}

impl fmt::Display for Exported<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} bytes, written to {}", self.what, self.bytes, self.out)?;
        write!(f, "{}", self.key)
    }
}

#[derive(Serialize)]
struct Called<'a> {
    what: &'static str,
    out: &'a Sink,
    call: Call,
    signature: &'static str,
    verified: bool,
    data: String,
}

impl fmt::Display for Called<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "calldata of {}, NOT VERIFIED, written to {}", self.signature, self.out)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        match &self.what {
            What::Solidity(Solidity { key }) => key.export("solidity", |bytes| {
                contract::generate(bytes).map(String::into_bytes).map_err(|error| {
                    // The native verifier has read it before.
                    Failure::Defect(Defect(format!("a key has no contract: {error}")))
                })
            }),
            What::Vk(Vk { key }) => key.export("vk", |bytes| Ok(bytes.to_vec())),
            What::Calldata(options) => options.run(),
        }
    }
}

impl KeyChoice {
    fn export(
        &self,
        what: &'static str,
        form: impl FnOnce(&[u8; furl_prover::WrapKey::BYTES]) -> Result<Vec<u8>, Failure> + Send,
    ) -> Result<Outcome, Failure> {
        self.key.named()?;
        let KeyOptions { key, setup } = &self.key;
        let mut places = Places::new([("--key", key.as_ref()), ("--setup", setup.setup.as_ref())])?;
        let destination = places.output("--out", &self.out, self.force)?;
        self.threads.run(|| {
            let (key, report) = self.key.load(self.profile)?;
            layer1::of_profile(&key, self.profile)?;
            let content = form(key.to_bytes())?;
            destination.stage(&content, Access::Public)?.commit()?;
            let exported = Exported { what, out: &self.out, bytes: content.len(), key: report };
            Ok(Outcome::new(&exported).aside(self.out == Sink::Stdout))
        })
    }
}

impl Calldata {
    fn run(&self) -> Result<Outcome, Failure> {
        let destination = Places::new([("PROOF", Some(&self.proof))])?.output("--out", &self.out, self.force)?;
        let envelope = refusal::envelope(&self.proof)?;
        let got = envelope.circuit;
        let proof: &[u8; PROOF_BYTES] = match (got, envelope.body().try_into()) {
            (Kind::Wrap, Ok(proof)) => proof,
            _ => return Err(Refusal::of(&self.proof, ProofFileError::Stage { expected: Wrapped::NAME, got }).into()),
        };
        let statement = envelope.batch().map_err(|error| Refusal::of(&self.proof, error))?;
        let (data, signature) = match self.call {
            Call::Submit => (abi::submit(statement, proof), abi::SUBMIT),
            Call::Verify => (abi::verify(statement, proof), abi::VERIFY),
        };
        let data = to_hex(&data);
        let mut line = destination.create(Access::Public)?;
        line.line(&data)?;
        line.stage()?.commit()?;
        let (what, out, call) = ("calldata", &self.out, self.call);
        let called = Called { what, out, call, signature, verified: false, data };
        Ok(Outcome::new(&called).aside(self.out == Sink::Stdout))
    }
}
