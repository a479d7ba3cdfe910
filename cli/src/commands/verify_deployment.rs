//! `furl verify-deployment`: is what is deployed what the circuits and sources make?

use std::fmt;

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_ledger::encoding::from_hex;
use furl_ledger::{Digest, Domain, L1Address};
use furl_prover::{Profile, WrapKey};
use furl_settlement::Node;
use furl_settlement::check::{self, Difference, Findings, Genesis};
use furl_settlement::solc::Compiled;
use furl_wrap::setup::Origin;
use furl_wrap::wrap;
use serde::Serialize;

use crate::args::{self, Threads};
use crate::exit::Failure;
use crate::input;
use crate::layer1::{self, CompilerOptions, Differences, L1Failure, NodeOptions};
use crate::measure::Promise;
use crate::output::Outcome;
use crate::progress::Stage;
use crate::setup::{SetupHash, SetupOptions};
use crate::source::{Source, stdin_once};

/// Verify that a deployed rollup is what this program's circuits and sources make
///
/// Circuits are built, from them and the setup the key, from the key the verifier's source, and from the sources the code, by a compiler that you name.
/// The code of both contracts on the chain has to be this, byte by byte; what the constructor wrote into it has to be the chain's number,
/// the separator of this chain's and address's domain, and one verifier. Nothing is taken from a file of keys, or from code that this
/// program holds. It takes about a minute.
///
/// The code does not say with what a rollup began, nor what was at its verifier's address before. --creation names the transaction that
/// created the rollup, the second that furl deploy prints: it has to be the compiled creation code, and its last word is the genesis root;
/// rollup and verifier have to be at the addresses of what its sender creates with this transaction and the one before. An account's
/// transactions are numbered once, so nothing else was ever there, and from there on proofs alone have moved the root. This holds on every
/// chain that gives contracts Ethereum's addresses, also where code can destroy itself (before the Cancun upgrade).
///
/// What the chain is asked is the node's word. The answer says what was compared and what was not. Whatever differs ends with exit code 1,
/// and is named: of the rollup before anything is built, then of the verifier.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl verify-deployment --rpc https://… --rollup 0x… --creation 0x… --setup proven.kzg --setup-hash 0x… --solc solc
  furl verify-deployment --rpc http://127.0.0.1:8545 --rollup 0x… --solc contracts/solc.js \\
      --profile fast --insecure-dev")]
pub(crate) struct Options {
    #[command(flatten)]
    node: NodeOptions,
    /// The rollup's address
    #[arg(long, value_name = "ADDRESS")]
    rollup: L1Address,
    /// The profile of the proofs that the rollup takes
    #[arg(long, env = "FURL_PROFILE", default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    #[command(flatten)]
    setup: SetupOptions,
    #[command(flatten)]
    compiler: CompilerOptions,
    /// The transaction that created the rollup
    #[arg(long, value_name = "HASH", value_parser = from_hex::<32>)]
    creation: Option<[u8; 32]>,
    /// The state that the rollup began with, or -: its root has to be the one that the rollup was created with
    #[arg(long, value_name = "FILE", requires = "creation")]
    state: Option<Source>,
    #[command(flatten)]
    threads: Threads,
}

#[derive(Serialize)]
struct Report {
    verified: bool,
    chain_id: u64,
    rollup: L1Address,
    rollup_bytes: usize,
    verifier: Option<L1Address>,
    verifier_bytes: usize,
    domain: Domain,
    #[serde(flatten)]
    promise: Promise,
    key: KeyDigest,
    insecure: bool,
    setup_hash: SetupHash,
    root: Digest,
    batch: u32,
    genesis: Option<Digest>,
    genesis_is_of_state: bool,
    /// Who created both, and the number of the transaction with the rollup.
    creator: Option<L1Address>,
    creator_nonce: Option<u64>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warning = if self.insecure { ", AND INSECURE: anybody can forge proofs for it" } else { "" };
        writeln!(f, "VERIFIED{warning}: both contracts are what this program's circuits and sources make")?;
        writeln!(f, "  chain      {} (by the node's word)", self.chain_id)?;
        writeln!(f, "  rollup     {}, {} bytes of code, its three immutables", self.rollup, self.rollup_bytes)?;
        if let Some(verifier) = self.verifier {
            writeln!(f, "  verifier   {verifier}, {} bytes of code", self.verifier_bytes)?;
        }
        writeln!(f, "  profile    {}", self.promise)?;
        writeln!(f, "  key        {} (built from source)", self.key)?;
        writeln!(f, "  setup      hash {}", self.setup_hash)?;
        writeln!(f, "  domain     {}", self.domain)?;
        writeln!(f, "  state      root {}, after batch {}", self.root, self.batch)?;
        if let (Some(creator), Some(nonce)) = (self.creator, self.creator_nonce) {
            writeln!(f, "  creator    {creator}, its transaction {nonce} the rollup, the one before the verifier")?;
        }
        match (&self.genesis, self.genesis_is_of_state) {
            (None, _) => write!(
                f,
                "  genesis    NOT CHECKED, nor that proofs alone have moved the root since (--creation HASH: the transaction)"
            ),
            (Some(root), true) => write!(f, "  genesis    root {root}, that of the state"),
            (Some(root), false) => write!(f, "  genesis    root {root} (--state FILE compares it)"),
        }
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        stdin_once([("--setup", self.setup.setup.as_ref()), ("--state", self.state.as_ref())])?;
        self.setup.named()?;
        let node = self.node.reader()?;
        // Whatever can be found out before the circuits are built, which takes longer.
        let solc = self.compiler.required()?;
        let compiled =
            |result| -> Result<_, Failure> { Ok(Result::map_err(result, |source| L1Failure::Solc { source })?) };
        let furl = compiled(solc.rollup())?;
        let Findings { domain, verifier, differences, .. } = check::compare_rollup(&node, self.rollup, &furl)?;
        self.equal(differences)?;
        let genesis = self.genesis(&node, verifier, &furl)?;
        if let (Some(Genesis { root: got, .. }), Some(state)) = (genesis, &self.state) {
            let expected = layer1::genesis(&input::state(state)?, domain)?;
            if expected != got {
                return Err(L1Failure::Genesis { source: layer1::Genesis::Root { expected, got } }.into());
            }
        }
        self.threads.run(|| {
            let setup = self.setup.load(wrap::k(self.profile))?;
            let stage = Stage::brief("building circuits and key");
            let key = WrapKey::build(self.profile, &setup).map_err(Failure::Wrap)?;
            drop(stage);
            let verifier = compiled(solc.verifier(&layer1::verifier_source(&key)?))?;
            let findings = check::compare(&node, self.rollup, &furl, &verifier)?;
            let Findings { chain_id, domain, rollup_bytes, verifier, verifier_bytes, differences } = findings;
            self.equal(differences)?;
            let (root, batch) = check::state(&node, self.rollup)?;
            Ok(Outcome::new(&Report {
                verified: true,
                chain_id,
                rollup: self.rollup,
                rollup_bytes,
                verifier,
                verifier_bytes,
                domain,
                promise: Promise::under(self.profile, key.origin() == Origin::InsecureDev),
                key: key.hash(),
                insecure: key.origin() == Origin::InsecureDev,
                setup_hash: SetupHash(setup.hash()),
                root,
                batch,
                genesis: genesis.map(|genesis| genesis.root),
                genesis_is_of_state: self.state.is_some(),
                creator: genesis.map(|genesis| genesis.creator),
                creator_nonce: genesis.map(|genesis| genesis.nonce),
            }))
        })
    }

    /// How the rollup began, if its creation is named.
    fn genesis(&self, node: &Node, verifier: Option<L1Address>, furl: &Compiled) -> Result<Option<Genesis>, Failure> {
        let (Some(creation), Some(verifier)) = (&self.creation, verifier) else { return Ok(None) };
        let creation = node.creation(creation)?;
        let genesis = check::genesis(creation.as_ref(), self.rollup, &verifier, furl);
        genesis.map(Some).or_else(|difference| self.equal(vec![difference]).map(|()| None)).map_err(Failure::from)
    }

    /// Nothing differs, or all that does is named.
    fn equal(&self, differences: Vec<Difference>) -> Result<(), L1Failure> {
        if differences.is_empty() {
            return Ok(());
        }
        Err(L1Failure::Differs { rollup: self.rollup, source: Differences(differences) })
    }
}
