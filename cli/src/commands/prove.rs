//! `furl prove`: a proof of a batch.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_ledger::{Batch, BatchError, BatchNumber, Ledger, SignedTransfer, State, Statement, Trace};
use furl_prover::stage::Stage as _;
use furl_prover::{Envelope, Event, Keys, Memory, Plan, Profile, Proof, Prover, Root, Store, Wrapped, Wrapper, memory};
use serde::Serialize;
use thiserror::Error;
use tracing::warn;

use super::Lines;
use crate::args::{self, Allowance, StageName, Threads, number};
use crate::batch::{self, LeftOut, Skipped};
use crate::exit::Failure;
use crate::files::{self, Access, Destination, Sink};
use crate::input;
use crate::interrupt::{Deferred, Held};
use crate::measure::{Promise, Seconds, counted, timed};
use crate::output::Outcome;
use crate::places::{self, Places};
use crate::progress::Stage;
use crate::setup::SetupOptions;
use crate::show::Name;
use crate::source::Source;
use crate::watch::{Parts, Watch};
use crate::wrapping::{SetupReport, Timed, WrapTimes, Wrapping};

/// Apply a batch of signed transfers to a state, and prove that it obeys the rules
///
/// The batch takes its domain, number and fee lanes from the state file. It may have up to 124,416 transfers: it is cut
/// into pieces, each proved in a leaf, and a tree of nodes joins them to one proof, under the same key for every batch.
/// That proof is the root, which needs no setup to be verified. With --setup it is wrapped, so that
/// a contract on Ethereum can check what is written (furl wrap says more).
///
/// Every proof is verified before it moves on. Finished ones are kept beside the output until it is written: after an
/// interruption (Ctrl-C, a crash) the same command goes on where it was. If a transfer breaks a rule, the message names its index, its line and the rule, and nothing is written;
/// with --skip-invalid such transfers are left out and each is reported.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl prove --state state.json --transfers batch.jsonl --out batch.proof
  furl prove --state state.json --transfers batch.jsonl --out batch.proof --state-out next.json \\
      --setup proven.kzg --setup-hash 0x…
  furl prove --state state.json --transfers batch.jsonl --out trial.proof --profile fast
  collect | furl prove --state state.json --transfers - --skip-invalid --out batch.proof

A state file, here with one slot, names the next batch (lanes: where fees go, {\"token\":0,\"slot\":5}):
  {\"format\":\"furl-state\",\"version\":1,\"domain\":\"0x…\",\"batch\":1,\"lanes\":[],\"slots\":[
  {\"slot\":0,\"public_key\":\"0x…\",\"l1_address\":\"0x…\",\"token\":0,\"nonce\":0,\"balance\":\"100\"}
  ]}")]
pub(crate) struct Options {
    /// The state before the batch, or -
    #[arg(long, value_name = "FILE")]
    state: Source,
    /// The batch, one signed transfer a line, or -
    #[arg(long, value_name = "FILE")]
    transfers: Source,
    /// The proof to write, or -
    #[arg(long, value_name = "FILE")]
    out: Sink,
    /// The state after the batch to write, with the next batch number, or -
    #[arg(long, value_name = "FILE")]
    state_out: Option<Sink>,
    /// Refuse to prove any other batch than number N: a guard against the wrong state file, which alone sets the number
    #[arg(long, value_name = "N", value_parser = number::<BatchNumber>)]
    batch_number: Option<BatchNumber>,
    /// Leave out transfers that break a rule. Each is logged with its line and rule; the report
    /// counts all and lists the first 1,000
    #[arg(long)]
    skip_invalid: bool,
    /// The security profile: fast for trials, proven for deployments (furl security tells their bits)
    #[arg(long, env = "FURL_PROFILE", default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    /// How far to go [default: root; wrapped with --setup or --insecure-dev]
    #[arg(long, value_enum)]
    stage: Option<StageName>,
    #[command(flatten)]
    setup: SetupOptions,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    allowance: Allowance,
    /// Keep finished proofs in this folder, for one run at a time: when all is done they are
    /// removed, and nothing else is [default: the output's name and .parts]
    #[arg(long, value_name = "DIR")]
    parts: Option<PathBuf>,
    /// Replace the output files if they exist
    #[arg(long)]
    force: bool,
}

/// A root has no setup.
#[derive(Debug, Error)]
#[error("--stage root stops before a setup is needed: expected no --setup, --setup-hash or --insecure-dev")]
pub(crate) struct NeedsNone;

/// The state is at another batch.
#[derive(Debug, Error)]
#[error("--batch-number: expected the next batch of {state} to be {expected}, but it is {got}")]
pub(crate) struct OtherBatch {
    state: Source,
    expected: BatchNumber,
    got: BatchNumber,
}

#[derive(Serialize)]
struct Report<'a> {
    out: &'a Sink,
    state_out: Option<&'a Sink>,
    #[serde(flatten)]
    promise: Promise,
    leaf_rows: u8,
    leaves: usize,
    nodes: usize,
    resumed: usize,
    stage: &'static str,
    key: KeyDigest,
    setup: Option<SetupReport>,
    bytes: usize,
    statement: &'a Statement,
    /// The first of those that were left out.
    skipped: &'a [Skipped],
    skipped_count: u64,
    seconds: Times,
    transfers_per_second: f64,
}

/// What took how long.
#[derive(Clone, Copy, Serialize)]
struct Times {
    execute: Seconds,
    #[serde(flatten)]
    parts: Parts,
    /// Leaves, tree and root.
    prove: Seconds,
    /// What comes after the root.
    wrapping: Option<WrapTimes>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Times { execute, parts: Parts { build, leaves, tree }, wrapping, .. } = self.seconds;
        writeln!(f, "proved {} transfers, profile {}", self.statement.count, self.promise)?;
        writeln!(f, "  proof      {} ({} bytes, verified)", self.out, self.bytes)?;
        writeln!(f, "  stage      {}", self.stage)?;
        writeln!(f, "  key        {}", self.key)?;
        if let Some(setup) = self.setup {
            writeln!(f, "  setup      {setup}")?;
        }
        write!(f, "  tree       {} of 2^{} rows", counted(self.leaves as u64, "leaf", "leaves"), self.leaf_rows)?;
        writeln!(f, ", {}, the root{}", counted(self.nodes as u64, "node", "nodes"), Resumed(self.resumed))?;
        writeln!(f, "{}", Lines(self.statement))?;
        if let Some(state) = self.state_out {
            writeln!(f, "  next state {state}")?;
        }
        if self.skipped_count > 0 {
            writeln!(f, "  left out   {} transfers that break a rule", self.skipped_count)?;
        }
        let rate = self.transfers_per_second;
        write!(f, "execute {execute} │ build {build} │ leaves {leaves} │ tree {tree} ({rate:.1} transfers/s)")?;
        wrapping.map_or(Ok(()), |times| write!(f, "\n{times}"))
    }
}

/// How many proofs were there already.
struct Resumed(usize);

impl fmt::Display for Resumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            found => write!(f, "; {} from before", counted(found as u64, "proof", "proofs")),
        }
    }
}

/// The name of the folder beside an output.
fn with_suffix(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".parts");
    name.into()
}

/// Where the results go.
struct Outputs {
    proof: Destination,
    state: Option<Destination>,
    /// Where finished proofs are kept meanwhile.
    store: Option<Held<Store>>,
}

/// A batch, proved.
struct Proved {
    root: Proof<Root>,
    shape: Shape,
}

/// How it was proved.
struct Shape {
    plan: Plan,
    /// Proofs that were there already.
    found: usize,
    parts: Parts,
}

/// A batch, applied.
struct Applied {
    trace: Trace,
    /// The state after it, if it is wanted.
    next: Option<State>,
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let setup = self.setup.setup.as_ref();
        let inputs = [("--state", Some(&self.state)), ("--transfers", Some(&self.transfers)), ("--setup", setup)];
        let places = Places::new(inputs)?;
        let stage = self.stage()?;
        let outputs = self.outputs(places)?;
        if stage == StageName::Wrapped {
            Wrapper::require(self.profile, self.allowance.memory()).map_err(Failure::Wrap)?;
        }
        let input::Loaded { next: batch, mut ledger } = input::state(&self.state)?;
        self.check_number(batch.number)?;
        let (transfers, left_out) = if self.skip_invalid {
            batch::select(&self.transfers, &mut ledger, batch)?
        } else {
            (batch::read(&self.transfers)?, LeftOut::default())
        };
        self.check_memory(transfers.len())?;
        let applying = Stage::brief("applying the batch");
        let (applied, execute) = timed(|| self.apply(&batch, ledger, &transfers));
        let Applied { trace, next } = applied?;
        drop(applying);
        drop(transfers);
        self.threads.run(|| {
            // First of all, because it may be malformed.
            let setup = match stage {
                StageName::Root => None,
                StageName::Wrapped => Some(Timed::load(&self.setup, self.profile)?),
            };
            let deferred = Deferred::new();
            let store = outputs.store.as_deref();
            let Proved { root, shape } = self.prove(&trace, setup.as_ref(), next.as_ref(), store, &deferred)?;
            drop(trace);
            let wrapping = setup.map(|setup| Wrapping::of(&root, setup, &deferred)).transpose()?;
            drop(deferred);
            let last = wrapping.as_ref().map_or_else(|| root.envelope(), |wrapping| wrapping.proof.envelope());
            outputs.write(last, next.as_ref())?;
            Ok(self.report(last, root.statement(), wrapping.as_ref(), &shape, &left_out, execute))
        })
    }

    /// How far to go: to the wrap if a setup is named for it.
    fn stage(&self) -> Result<StageName, Failure> {
        match (self.stage, self.setup.is_given()) {
            (Some(StageName::Root), true) => Err(NeedsNone.into()),
            (Some(StageName::Root) | None, false) => Ok(StageName::Root),
            (Some(StageName::Wrapped), _) | (None, true) => {
                self.setup.named()?;
                Ok(StageName::Wrapped)
            }
        }
    }

    /// Proves, in such a way that an interruption loses nothing that is finished. No circuit is held any more at the end.
    fn prove(
        &self,
        trace: &Trace,
        setup: Option<&Timed>,
        next: Option<&State>,
        store: Option<&Store>,
        deferred: &Deferred,
    ) -> Result<Proved, Failure> {
        let (keys, watch) = (Keys::new(), Watch::new());
        let observer = |event: Event<'_>| watch.hear(&event);
        let held = [setup.map(Timed::held), next.map(|next| memory::of_slots(next.slots().len()))];
        let held = held.iter().flatten().map(|held| held.to_bytes()).sum();
        let prover = Prover::new(&keys, self.profile).with_memory(self.allowance.memory()).with_observer(&observer);
        let prover = prover.with_held(Memory::bytes(held));
        let plan = prover.arrange(trace.transfers().len()).map_err(Failure::Prove)?.plan;
        let prover = prover.with_stop(deferred.flag());
        let prover = store.map_or(prover, |store| prover.with_store(store));
        let root = prover.prove(trace)?;
        let (found, parts) = watch.finish();
        Ok(Proved { root, shape: Shape { plan, found, parts } })
    }

    /// Where finished proofs are kept; nowhere if the output has no name of its own.
    fn parts(&self) -> Option<PathBuf> {
        let beside = match &self.out {
            Sink::File(path) if !files::is_stream(path) => Some(with_suffix(path)),
            _ => None,
        };
        self.parts.clone().or(beside)
    }

    fn outputs(&self, mut places: Places<'_>) -> Result<Outputs, Failure> {
        let mut place = |option, sink: &Sink| places.output(option, sink, self.force);
        let proof = place("--out", &self.out)?;
        let state = self.state_out.as_ref().map(|sink| place("--state-out", sink)).transpose()?;
        let store = self.parts().map(|folder| self.open(folder, &mut places)).transpose()?;
        Ok(Outputs { proof, state, store })
    }

    /// The store, which makes and removes no output.
    fn open(&self, folder: PathBuf, places: &mut Places<'_>) -> Result<Held<Store>, Failure> {
        let sink = Sink::File(folder);
        places.apart("--parts", &sink)?;
        let Sink::File(folder) = sink else { unreachable!("it was made one") };
        let open = || Store::open(&folder, &files::COMMAND);
        let left = |store: &Store| vec![store.lock().path().to_owned(), store.folder().to_owned()];
        let mut store = Held::new(open, left).map_err(Failure::Parts)?;
        if !store.lock().is_effective() {
            warn!("the file system of {} has no locks: no other run may use it now", Name(&folder));
        }
        for output in [Some(&self.out), self.state_out.as_ref()].into_iter().flatten() {
            if let Some(name) = places::name_in(&folder, output) {
                store.reserve(name);
            }
        }
        Ok(store)
    }

    fn check_number(&self, got: BatchNumber) -> Result<(), OtherBatch> {
        match self.batch_number {
            Some(expected) if expected != got => Err(OtherBatch { state: self.state.clone(), expected, got }),
            _ => Ok(()),
        }
    }

    /// Whether memory suffices, before the work: what is held besides is not known yet.
    fn check_memory(&self, transfers: usize) -> Result<(), Failure> {
        if transfers == 0 {
            return Ok(());
        }
        let keys = Keys::new();
        let arranged = Prover::new(&keys, self.profile).with_memory(self.allowance.memory()).arrange(transfers);
        arranged.map(drop).map_err(Failure::Prove)
    }

    fn apply(&self, batch: &Batch, mut ledger: Ledger, transfers: &[SignedTransfer]) -> Result<Applied, Failure> {
        let trace = ledger.apply(batch, transfers).map_err(|error| self.refusal(error))?;
        let next = self.state_out.as_ref().map(|_| batch.next().map(|next| ledger.into_state(next)));
        Ok(Applied { trace, next: next.transpose().map_err(Failure::LastBatch)? })
    }

    fn refusal(&self, source: BatchError) -> Failure {
        // One transfer a line.
        let line = if let BatchError::Transfer { index, .. } = source { Some(index + 1) } else { None };
        Failure::Batch { input: self.transfers.clone(), line, source }
    }

    fn report(
        &self,
        proof: &Envelope,
        statement: &Statement,
        wrapping: Option<&Wrapping>,
        shape: &Shape,
        left_out: &LeftOut,
        execute: Seconds,
    ) -> Outcome {
        let prove = shape.parts.leaves + shape.parts.tree;
        let seconds = Times { execute, parts: shape.parts, prove, wrapping: wrapping.map(|wrapping| wrapping.seconds) };
        let outcome = Outcome::new(&Report {
            out: &self.out,
            state_out: self.state_out.as_ref(),
            promise: Promise::under(self.profile, wrapping.is_some_and(|wrapping| wrapping.setup.insecure)),
            leaf_rows: shape.plan.leaves().bits(),
            leaves: shape.plan.leaf_count(),
            nodes: shape.plan.nodes().len(),
            resumed: shape.found,
            stage: wrapping.map_or(Root::NAME, |_| Wrapped::NAME),
            key: proof.key,
            setup: wrapping.map(|wrapping| wrapping.setup),
            bytes: proof.to_bytes().len(),
            statement,
            skipped: &left_out.listed,
            skipped_count: left_out.count,
            seconds,
            transfers_per_second: seconds.prove.rate(statement.count as usize),
        });
        outcome.aside(self.out == Sink::Stdout || self.state_out == Some(Sink::Stdout))
    }
}

impl Outputs {
    /// Both files reach the disk before either gets its name; then what was kept goes.
    fn write(self, proof: &Envelope, next: Option<&State>) -> Result<(), Failure> {
        let state = self.state.zip(next).map(|(place, next)| {
            let mut out = place.create(Access::Public)?;
            out.fill(|file| next.write(file))?;
            out.stage()
        });
        let state = state.transpose()?;
        let proof = self.proof.stage(&proof.to_bytes(), Access::Public)?;
        files::commit([Some(proof), state].into_iter().flatten())?;
        // What is kept has served its purpose.
        self.store.map_or(Ok(()), |store| store.end(Store::remove)).map_err(Failure::Parts)
    }
}
