//! `furl submit`: a wrapped proof to the rollup.

use std::fmt;

use clap::Args;
use furl_ledger::{Digest, L1Address, Statement};
use furl_prover::{Proof, Wrapped};
use furl_settlement::{Node, Rollup};
use serde::Serialize;

use super::deploy::Sent;
use crate::args::Threads;
use crate::exit::Failure;
use crate::layer1::{AccountOptions, L1Failure, NodeOptions, OtherKey};
use crate::output::{self, Outcome};
use crate::refusal::{self, Mismatch, Refusal, Value};
use crate::source::{Source, stdin_once};
use crate::wrap_key::{KeyOptions, KeyReport};

/// Move the root of a rollup by a wrapped proof
///
/// Before anything is sent, the proof is verified here, with the key that --key or --setup names as for furl verify, and compared with the rollup:
/// the verifier's key, the domain, the batch number and the root have to be those of the proof. What the contract would refuse is not
/// sent either, and costs nothing. The answer names the transaction and its gas.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl submit batch.proof --rpc http://127.0.0.1:8545 --rollup 0x… --key-file operator.key
  furl submit batch.proof --rpc https://… --rollup 0x… --key-file operator.key --key proven.key")]
pub(crate) struct Options {
    /// The wrapped proof, or -
    proof: Source,
    #[command(flatten)]
    node: NodeOptions,
    /// The rollup's address
    #[arg(long, value_name = "ADDRESS")]
    rollup: L1Address,
    #[command(flatten)]
    account: AccountOptions,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    threads: Threads,
}

#[derive(Serialize)]
struct Report<'a> {
    submitted: bool,
    rollup: L1Address,
    #[serde(flatten)]
    key: KeyReport,
    batch: u32,
    count: u32,
    old_root: &'a Digest,
    new_root: &'a Digest,
    transaction: Sent,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "SUBMITTED: batch {} of {} transfers", self.batch, self.count)?;
        writeln!(f, "  rollup     {}", self.rollup)?;
        writeln!(f, "  old root   {}", self.old_root)?;
        writeln!(f, "  new root   {}", self.new_root)?;
        writeln!(f, "{}", self.key)?;
        write!(f, "  sent       {}", self.transaction)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let KeyOptions { key, setup } = &self.key;
        let inputs = [("PROOF", Some(&self.proof)), ("--key", key.as_ref()), ("--setup", setup.setup.as_ref())];
        stdin_once(inputs.into_iter().chain([self.account.input()]))?;
        let envelope = refusal::envelope(&self.proof)?;
        let mut node = self.node.node(&self.account, key.as_ref())?;
        self.threads.run(|| {
            let (key, told) = self.key.load(envelope.profile)?;
            let proof = envelope.verify_wrapped(&key).map_err(|error| Refusal::of(&self.proof, error))?;
            let rollup = Rollup::at(&node, self.rollup)?;
            let (expected, got) = (rollup.key(&node)?, key.hash().to_bytes());
            if expected != got {
                let source = OtherKey { expected, got };
                return Err(L1Failure::OtherKey { rollup: self.rollup, source }.into());
            }
            self.send(&mut node, rollup, &proof, told)
        })
    }

    /// Compares the proof with the rollup, and sends it.
    fn send(
        &self,
        node: &mut Node,
        rollup: Rollup,
        proof: &Proof<Wrapped>,
        key: KeyReport,
    ) -> Result<Outcome, Failure> {
        let statement = proof.statement();
        let Statement { batch, count, old_root, new_root, .. } = statement;
        let last = rollup.batch(node)?;
        self.equal("domain", rollup.domain().separator(), statement.domain)?;
        self.equal("batch number", last.saturating_add(1), *batch)?;
        self.equal("old root", rollup.root(node)?, *old_root)?;
        output::progress(format_args!("submitting batch {batch} to {}", self.rollup));
        let receipt = rollup.submit(node, statement, proof.inner())?;
        Ok(Outcome::new(&Report {
            submitted: true,
            rollup: self.rollup,
            key,
            batch: *batch,
            count: *count,
            old_root,
            new_root,
            transaction: Sent::of(&receipt),
        }))
    }

    fn equal<T: PartialEq + Into<Value>>(&self, field: &'static str, expected: T, got: T) -> Result<(), Refusal> {
        if expected == got {
            return Ok(());
        }
        let mismatch = Mismatch::Field { field, expected: expected.into(), got: got.into() };
        Err(Refusal::Mismatch { input: self.proof.clone(), source: Box::new(mismatch) })
    }
}
