//! `furl verify`: is a proof true, and of this batch?

use std::fmt;

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_ledger::{Batch, Statement, data};
use furl_prover::stage::Stage as _;
use furl_prover::{Envelope, Keys, Profile, ProofFileError, Root, Wrapped};
use serde::Serialize;

use super::Lines;
use crate::args::{self, StageName, Threads};
use crate::batch::{self, Published};
use crate::exit::Failure;
use crate::input::{self, Loaded};
use crate::measure::{Promise, Seconds, timed};
use crate::output::Outcome;
use crate::refusal::{self, Mismatch, NoKey, Refusal, Value};
use crate::source::{Source, stdin_once};
use crate::wrap_key::{KeyError, KeyOptions, KeyReport};

/// Verify a proof, and compare it with a state and with transfers
///
/// The proof alone shows that some batch leads from the old root to the new one. With --state, the old root, the
/// domain, the batch number and the fee lanes must be those of the state file. With --transfers, the count and the
/// published data (sender, receiver, amount and fee of each transfer) must be those of the file. With both, the batch
/// is applied to the state again, and the new root must be the one that results. The answer says what was compared
/// and what was not. Whatever is false, malformed or different ends with exit code 1.
///
/// What is verified is your choice, not the file's: a root, by the committed key of its profile; or,
/// with --key or --setup, a wrapped proof, by the native verifier with the key that is named or built.
/// --profile is the weakest profile to accept. With --insecure-dev the key is that of the development
/// setup, under which anybody can forge: the answer says INSECURE, and 0 proven bits.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl verify batch.proof
  furl verify batch.proof --state state.json --transfers batch.jsonl
  furl verify trial.proof --profile fast       # accept a proof of profile fast, too
  furl verify batch.proof --key proven.key     # a wrapped proof; the key is of furl export vk
  furl verify batch.proof --setup proven.kzg --setup-hash 0x…
  furl verify trial.proof --profile fast --insecure-dev
  furl verify batch.proof --json | jq -r .statement.new_root")]
pub(crate) struct Options {
    /// The proof, or -
    proof: Source,
    /// The state before the batch, or -
    #[arg(long, value_name = "FILE")]
    state: Option<Source>,
    /// The batch, one signed transfer a line, or -
    #[arg(long, value_name = "FILE")]
    transfers: Option<Source>,
    /// The weakest profile to accept. A proof says itself which one it is of
    #[arg(long, env = "FURL_PROFILE", default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    /// The stage that the proof has to have [default: root; wrapped with --key, --setup or --insecure-dev]
    #[arg(long, value_enum)]
    stage: Option<StageName>,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    threads: Threads,
}

#[derive(Serialize)]
struct Report<'a> {
    verified: bool,
    proof: &'a Source,
    bytes: usize,
    #[serde(flatten)]
    promise: Promise,
    /// How far the proof has come.
    stage: &'static str,
    #[serde(flatten)]
    key: Key,
    statement: &'a Statement,
    state: State,
    transfers: Transfers,
    seconds: Times,
}

/// The key that the proof is of.
#[derive(Serialize)]
#[serde(untagged)]
enum Key {
    /// That of the root.
    Root { key: KeyDigest },
    /// That of the wrap.
    Wrapped(KeyReport),
}

impl Key {
    /// Whether anybody can forge proofs for it.
    const fn is_insecure(&self) -> bool {
        matches!(self, Self::Wrapped(KeyReport { insecure: true, .. }))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root { key } => write!(f, "  key        {key}"),
            Self::Wrapped(report) => report.fmt(f),
        }
    }
}

/// What was compared with a state.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    NotChecked,
    /// Old root, domain, batch number and fee lanes.
    Matches,
}

/// What was compared with transfers.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Transfers {
    NotChecked,
    /// Count and data.
    DataMatches,
    /// The whole batch, on its state.
    Applied,
}

/// What took how long.
#[derive(Clone, Copy, Serialize)]
struct Times {
    verify: Seconds,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotChecked => "NOT CHECKED (--state FILE compares old root, domain, batch number, fee lanes)",
            Self::Matches => "old root, domain, batch number and fee lanes match",
        })
    }
}

impl fmt::Display for Transfers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotChecked => "NOT CHECKED (--transfers FILE compares count and data)",
            Self::DataMatches => {
                "count and data match; NOT CHECKED: domains, nonces, expiries, signatures (--state FILE applies them)"
            }
            Self::Applied => "applied to the state again: count, data and new root match",
        })
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Times { verify } = self.seconds;
        f.write_str(match self.key.is_insecure() {
            true => "VERIFIED, AND INSECURE: the proof is true for a key under which anybody can forge\n",
            false => "VERIFIED: the proof is true\n",
        })?;
        writeln!(f, "  proof      {} ({} bytes)", self.proof, self.bytes)?;
        writeln!(f, "  profile    {}", self.promise)?;
        writeln!(f, "  stage      {}", self.stage)?;
        writeln!(f, "{}", self.key)?;
        writeln!(f, "{}", Lines(self.statement))?;
        writeln!(f, "  state      {}", self.state)?;
        writeln!(f, "  transfers  {}", self.transfers)?;
        write!(f, "verify {verify}")
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let Self { proof, state, transfers, key, .. } = self;
        let compared = [("PROOF", Some(proof)), ("--state", state.as_ref()), ("--transfers", transfers.as_ref())];
        stdin_once(compared.into_iter().chain([("--key", key.key.as_ref()), ("--setup", key.setup.setup.as_ref())]))?;
        let stage = self.wanted()?;
        let envelope = refusal::envelope(proof)?;
        self.require_stage(stage, &envelope)?;
        let envelope = envelope.require(self.profile).map_err(|error| Refusal::of(proof, error))?;
        let mismatch = |mismatch| Refusal::Mismatch { input: self.proof.clone(), source: Box::new(mismatch) };
        let state = state.as_ref().map(input::state).transpose()?;
        // First, because it takes no circuit.
        let claimed = envelope.batch().map_err(|error| Refusal::of(proof, error))?;
        compare_state(claimed, state.as_ref()).map_err(mismatch)?;
        let read = |file| batch::published(file, claimed.count, state.is_some());
        let transfers = transfers.as_ref().map(read).transpose()?;
        let compared = compare_transfers(claimed, state, transfers).map_err(mismatch)?;
        self.threads.run(|| match stage {
            StageName::Root => {
                let keys = Keys::new();
                let key = Key::Root { key: envelope.key };
                self.report(envelope, Root::NAME, key, compared, |proof| proof.verify(self.profile, &keys).map(drop))
            }
            StageName::Wrapped => {
                let (key, report) = self.key.load(envelope.profile)?;
                let told = Key::Wrapped(report);
                self.report(envelope, Wrapped::NAME, told, compared, |proof| proof.verify_wrapped(&key).map(drop))
            }
        })
    }

    /// The stage that the proof has to have: the caller's choice, whatever the file says.
    fn wanted(&self) -> Result<StageName, Failure> {
        match (self.stage, self.key.is_given()) {
            (Some(StageName::Root), true) => Err(KeyError::NeedsNone.into()),
            (Some(StageName::Root) | None, false) => Ok(StageName::Root),
            (Some(StageName::Wrapped), _) | (None, true) => {
                self.key.named()?;
                Ok(StageName::Wrapped)
            }
        }
    }

    /// Demands that the proof is of this stage.
    fn require_stage(&self, stage: StageName, envelope: &Envelope) -> Result<(), Refusal> {
        let (profile, got) = (envelope.profile, envelope.circuit);
        let is_wrapped = Wrapped::admits(profile, got);
        let (expected, admits) = match stage {
            StageName::Root => (Root::NAME, Root::admits(profile, got)),
            StageName::Wrapped => (Wrapped::NAME, is_wrapped),
        };
        match (admits, is_wrapped && self.stage.is_none()) {
            (true, _) => Ok(()),
            (false, true) => Err(Refusal::Wrapped { input: self.proof.clone(), source: NoKey }),
            (false, false) => Err(Refusal::of(&self.proof, ProofFileError::Stage { expected, got })),
        }
    }

    fn report(
        &self,
        envelope: Envelope,
        stage: &'static str,
        key: Key,
        (state, transfers): (State, Transfers),
        verify: impl FnOnce(Envelope) -> Result<(), ProofFileError>,
    ) -> Result<Outcome, Failure> {
        let statement = envelope.batch().map_err(|error| Refusal::of(&self.proof, error))?.clone();
        let (profile, bytes) = (envelope.profile, envelope.to_bytes().len());
        let (verified, verify) = timed(|| verify(envelope));
        verified.map_err(|error| Refusal::of(&self.proof, error))?;
        Ok(Outcome::new(&Report {
            verified: true,
            proof: &self.proof,
            bytes,
            promise: Promise::under(profile, key.is_insecure()),
            stage,
            key,
            statement: &statement,
            state,
            transfers,
            seconds: Times { verify },
        }))
    }
}

/// Compares a statement with what a state says of the batch.
fn compare_state(statement: &Statement, state: Option<&Loaded>) -> Result<(), Mismatch> {
    // A whole batch starts its data chain; anything else is a piece of one.
    equal("data in", data::start(), statement.data_in)?;
    let Some(Loaded { next: Batch { domain, number, lanes }, ledger }) = state else { return Ok(()) };
    equal("domain", domain.separator(), statement.domain)?;
    equal("batch number", number.get(), statement.batch)?;
    equal("old root", ledger.root(), statement.old_root)?;
    equal("fees", lanes.digest(), statement.fees)
}

/// Compares it with the transfers, applied to the state if there is one, and says what was
/// compared.
fn compare_transfers(
    statement: &Statement,
    state: Option<Loaded>,
    transfers: Option<Published>,
) -> Result<(State, Transfers), Mismatch> {
    let compared = if state.is_some() { State::Matches } else { State::NotChecked };
    let Some(Published { count, goes_on, data, transfers }) = transfers else {
        return Ok((compared, Transfers::NotChecked));
    };
    if goes_on {
        return Err(Mismatch::Longer { most: count });
    }
    // No list is longer than a statement can count.
    equal("count", u32::try_from(count).unwrap_or(u32::MAX), statement.count)?;
    equal("data out", data, statement.data_out)?;
    let Some(Loaded { next, mut ledger }) = state else { return Ok((compared, Transfers::DataMatches)) };
    ledger.apply(&next, &transfers)?;
    equal("new root", ledger.root(), statement.new_root)?;
    Ok((compared, Transfers::Applied))
}

fn equal<T: PartialEq + Into<Value>>(field: &'static str, expected: T, got: T) -> Result<(), Mismatch> {
    if expected == got {
        return Ok(());
    }
    Err(Mismatch::Field { field, expected: expected.into(), got: got.into() })
}
