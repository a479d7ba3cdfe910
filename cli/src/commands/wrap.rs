//! `furl wrap`: a proof that a contract checks.

use std::fmt;

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_ledger::Statement;
use furl_prover::stage::Stage as _;
use furl_prover::{Keys, Profile, Wrapped, Wrapper};
use serde::Serialize;

use super::Lines;
use crate::args::{self, Allowance, Threads};
use crate::exit::Failure;
use crate::files::{Access, Sink};
use crate::interrupt::Deferred;
use crate::measure::Promise;
use crate::output::Outcome;
use crate::places::Places;
use crate::refusal::{self, Refusal};
use crate::setup::SetupOptions;
use crate::source::Source;
use crate::wrapping::{SetupReport, Timed, WrapTimes, Wrapping};

/// Wrap the proof of a batch, so that a contract can check it
///
/// The root of a batch, what furl prove --stage root makes, is verified, proved anew and verified inside of a second proof
/// system. What comes out says the same in 2,496 bytes, which a contract on Ethereum and a small native verifier
/// check; furl prove does both steps at once. The result is verified before it is written.
///
/// Keys are made under a universal setup, and a proof is one of its key's: --setup names it. For
/// trials, --insecure-dev takes the development setup, under which a proof has no proven bits.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl wrap root.proof --out batch.proof --setup proven.kzg --setup-hash 0x…
  furl wrap root.proof --out INSECURE.proof --profile fast --insecure-dev")]
pub(crate) struct Options {
    /// The proof of a batch, stage root, or -
    root: Source,
    /// The wrapped proof to write, or -
    #[arg(long, value_name = "FILE")]
    out: Sink,
    /// The weakest profile to accept. The root says itself which one it is of
    #[arg(long, env = "FURL_PROFILE", default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    #[command(flatten)]
    setup: SetupOptions,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    allowance: Allowance,
    /// Replace the output file if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    out: &'a Sink,
    #[serde(flatten)]
    promise: Promise,
    stage: &'static str,
    key: KeyDigest,
    setup: SetupReport,
    bytes: usize,
    statement: &'a Statement,
    seconds: WrapTimes,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "wrapped {} transfers, profile {}", self.statement.count, self.promise)?;
        writeln!(f, "  proof      {} ({} bytes, verified)", self.out, self.bytes)?;
        writeln!(f, "  key        {}", self.key)?;
        writeln!(f, "  setup      {}", self.setup)?;
        writeln!(f, "{}", Lines(self.statement))?;
        write!(f, "{}", self.seconds)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut places = Places::new([("ROOT", Some(&self.root)), ("--setup", self.setup.setup.as_ref())])?;
        self.setup.named()?;
        let destination = places.output("--out", &self.out, self.force)?;
        let envelope = refusal::envelope(&self.root)?;
        let envelope = envelope.require(self.profile).map_err(|error| Refusal::of(&self.root, error))?;
        Wrapper::require(envelope.profile, self.allowance.memory()).map_err(Failure::Wrap)?;
        self.threads.run(|| {
            let root = envelope.verify(self.profile, &Keys::new()).map_err(|error| Refusal::of(&self.root, error))?;
            let setup = Timed::load(&self.setup, root.envelope().profile)?;
            // Not before everything is read: a pipe may never give anything.
            let deferred = Deferred::new();
            let wrapping = Wrapping::of(&root, setup, &deferred)?;
            drop(deferred);
            destination.stage(&wrapping.proof.to_bytes(), Access::Public)?.commit()?;
            Ok(self.report(&wrapping))
        })
    }

    fn report(&self, wrapping: &Wrapping) -> Outcome {
        let envelope = wrapping.proof.envelope();
        let outcome = Outcome::new(&Report {
            out: &self.out,
            promise: Promise::under(envelope.profile, wrapping.setup.insecure),
            stage: Wrapped::NAME,
            key: envelope.key,
            setup: wrapping.setup,
            bytes: envelope.to_bytes().len(),
            statement: wrapping.proof.statement(),
            seconds: wrapping.seconds,
        });
        outcome.aside(self.out == Sink::Stdout)
    }
}
