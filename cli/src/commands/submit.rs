//! `furl submit`: a wrapped proof to the rollup.

use std::fmt;

use clap::Args;
use furl_ledger::{Digest, L1Address, Statement};
use furl_prover::{Profile, Proof, Wrapped};
use furl_settlement::outbox::{Fate, Outbox};
use furl_settlement::record::Subject;
use furl_settlement::{Layer1 as _, Node, Rollup};
use serde::Serialize;

use super::deploy::Sent;
use crate::args::{self, Threads};
use crate::exit::Failure;
use crate::files::Sink;
use crate::layer1::{self, AccountOptions, L1Failure, NodeOptions, OtherKey};
use crate::output::{self, Outcome};
use crate::refusal::{self, Mismatch, Refusal, Value};
use crate::sending::SendOptions;
use crate::show::Name;
use crate::source::{Source, stdin_once};
use crate::wrap_key::{KeyOptions, KeyReport};

/// Move the root of a rollup by a wrapped proof
///
/// Before anything is sent, the proof is verified here, with the key that --key or --setup names as for furl verify, and compared with the rollup:
/// the verifier's key, the domain, the batch number and the root have to be those of the proof. What the contract would refuse is not
/// sent either, and costs nothing. The answer names the transaction and its gas.
///
/// What is sent is recorded first (--record). While an earlier transaction of the batch is on its
/// way, another one is not sent: it would be refused at your cost. --resume waits for the earlier
/// one, --replace offers more for it, and whichever comes into a block counts. If one has, the same
/// command says so, and sends nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl submit trial.proof --rpc http://127.0.0.1:8545 --rollup 0x… --key-file operator.key \\
      --profile fast --insecure-dev
  furl submit batch.proof --rpc https://… --rollup 0x… --key-file operator.key --key proven.key
  furl submit batch.proof --rpc https://… --rollup 0x… --key-file operator.key --key proven.key --chain-id 1 --wait 900
  furl submit batch.proof … --resume
  furl submit batch.proof … --replace --max-fee 60 --tip 2")]
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
    /// The weakest profile to accept. The proof says itself which one it is of
    #[arg(long, env = "FURL_PROFILE", default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    sending: SendOptions,
    /// Wait for what was sent before, and is on its way
    #[arg(long, help_heading = "Layer 1")]
    resume: bool,
    #[command(flatten)]
    threads: Threads,
}

/// The most gas for a submission.
const MAX_GAS: u64 = 1_000_000;

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
    record: Sink,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "SUBMITTED: batch {} of {} transfers", self.batch, self.count)?;
        writeln!(f, "  rollup     {}", self.rollup)?;
        writeln!(f, "  old root   {}", self.old_root)?;
        writeln!(f, "  new root   {}", self.new_root)?;
        writeln!(f, "{}", self.key)?;
        writeln!(f, "  sent       {}", self.transaction)?;
        write!(f, "  record     {}", self.record)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let KeyOptions { key, setup } = &self.key;
        let inputs = [("PROOF", Some(&self.proof)), ("--key", key.as_ref()), ("--setup", setup.setup.as_ref())];
        stdin_once(inputs.into_iter().chain([self.account.input()]))?;
        self.key.named()?;
        let envelope = refusal::envelope(&self.proof)?;
        let envelope = envelope.require(self.profile).map_err(|error| Refusal::of(&self.proof, error))?;
        let node = self.node.node(&self.account, key.as_ref())?;
        let sender = node.sender()?;
        let chain_id = self.sending.chain_id(&node)?;
        let subject = Subject { chain_id, sender, rollup: self.rollup };
        self.threads.run(|| {
            let (key, told) = self.key.load(envelope.profile)?;
            layer1::of_profile(&key, envelope.profile)?;
            let proof = envelope.verify_wrapped(&key).map_err(|error| Refusal::of(&self.proof, error))?;
            let rollup = Rollup::at(&node, self.rollup)?;
            let (expected, got) = (rollup.key(&node)?, key.hash().to_bytes());
            if expected != got {
                let source = OtherKey { expected, got };
                return Err(L1Failure::OtherKey { rollup: self.rollup, source }.into());
            }
            self.send(&node, subject, rollup, &proof, told)
        })
    }

    /// Compares the proof with the rollup, and sends it, unless that was done before.
    fn send(
        &self,
        node: &Node,
        subject: Subject,
        rollup: Rollup,
        proof: &Proof<Wrapped>,
        key: KeyReport,
    ) -> Result<Outcome, Failure> {
        let statement = proof.statement();
        let Statement { batch, count, old_root, new_root, .. } = statement;
        let call = rollup.submission(statement, proof.inner());
        self.equal("domain", rollup.domain().separator(), statement.domain)?;
        let record = self.sending.record(&self.proof, &subject);
        let receipt = self.sending.send(node, subject, record.clone(), MAX_GAS, |outbox| {
            let comparison = self.is_next(outbox, rollup, statement);
            let fate = outbox.fate(&call)?;
            // A batch that was sent before, and has arrived, is not the next one any more.
            if !matches!(fate, Fate::Done(_)) {
                comparison?;
                let record = Name(&record);
                output::progress(format_args!("submitting batch {batch} to {}, recorded in {record}", self.rollup));
            }
            Ok(outbox.carry_on(&call, fate, self.resume)?)
        })?;
        Ok(Outcome::new(&Report {
            submitted: true,
            rollup: self.rollup,
            key,
            batch: *batch,
            count: *count,
            old_root,
            new_root,
            transaction: Sent::of(&receipt),
            record: Sink::File(record),
        }))
    }

    /// The batch is the rollup's next one.
    fn is_next(&self, outbox: &Outbox<'_>, rollup: Rollup, statement: &Statement) -> Result<(), Failure> {
        self.equal("batch number", rollup.batch(outbox)?.saturating_add(1), statement.batch)?;
        self.equal("old root", rollup.root(outbox)?, statement.old_root)?;
        Ok(())
    }

    fn equal<T: PartialEq + Into<Value>>(&self, field: &'static str, expected: T, got: T) -> Result<(), Refusal> {
        if expected == got {
            return Ok(());
        }
        let mismatch = Mismatch::Field { field, expected: expected.into(), got: got.into() };
        Err(Refusal::Mismatch { input: self.proof.clone(), source: Box::new(mismatch) })
    }
}
