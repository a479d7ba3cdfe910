//! `furl wrap`: a proof that a contract checks.

use std::fmt;

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_ledger::Statement;
use furl_prover::stage::Stage as _;
use furl_prover::{Keys, Profile, Wrapped, Wrapper};
use serde::Serialize;

use super::Lines;
use crate::args::{Allowance, Threads};
use crate::exit::Failure;
use crate::files::{Access, Destination, Sink};
use crate::interrupt::Deferred;
use crate::measure::promise;
use crate::output::Outcome;
use crate::refusal::{self, Refusal};
use crate::setup::SetupOptions;
use crate::source::{Source, stdin_once};
use crate::wrapping::{SetupReport, Timed, WrapTimes, Wrapping};

/// Wrap the proof of a batch, so that a contract can check it
///
/// The root of a batch, what furl prove --stage root makes, is verified, proved anew and verified inside of a second proof
/// system. What comes out says the same in 2,496 bytes, which a contract on Ethereum and a small native verifier
/// check; furl prove does both steps at once. The result is verified before it is written.
///
/// Keys are made under a universal setup, and a proof is one of its key's. Without --setup it is the INSECURE development setup.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl wrap root.proof --out batch.proof
  furl wrap root.proof --out batch.proof --setup proven.kzg --setup-hash 0x…")]
pub(crate) struct Options {
    /// The proof of a batch, stage root, or -
    root: Source,
    /// The wrapped proof to write, or -
    #[arg(long, value_name = "FILE")]
    out: Sink,
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
    profile: Profile,
    proven_bits: f64,
    stage: &'static str,
    key: KeyDigest,
    setup: SetupReport,
    bytes: usize,
    statement: &'a Statement,
    seconds: WrapTimes,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "wrapped {} transfers, profile {}", self.statement.count, promise(self.profile))?;
        writeln!(f, "  proof      {} ({} bytes, verified)", self.out, self.bytes)?;
        writeln!(f, "  key        {}", self.key)?;
        writeln!(f, "  setup      {}", self.setup)?;
        writeln!(f, "{}", Lines(self.statement))?;
        write!(f, "{}", self.seconds)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        stdin_once([("ROOT", Some(&self.root)), ("--setup", self.setup.setup.as_ref())])?;
        let destination = Destination::new(&self.out, self.force)?;
        let envelope = refusal::envelope(&self.root)?;
        Wrapper::require(envelope.profile, self.allowance.memory()).map_err(Failure::Wrap)?;
        self.threads.run(|| {
            let deferred = Deferred::new();
            let root = envelope.verify(&Keys::new()).map_err(|error| Refusal::of(&self.root, error))?;
            deferred.check()?;
            let setup = Timed::load(&self.setup, root.envelope().profile)?;
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
            profile: envelope.profile,
            proven_bits: envelope.profile.floor_bits(),
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
