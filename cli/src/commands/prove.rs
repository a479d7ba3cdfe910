//! `furl prove`: a proof of a batch.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_ledger::{BatchError, Ledger, SignedTransfer, State, Statement, Trace};
use furl_prover::{Keys, Leaf, LeafSize, Profile, Proof, Prover};
use serde::Serialize;
use thiserror::Error;

use super::Lines;
use crate::args::{self, Threads};
use crate::exit::Failure;
use crate::files::{Access, Destination};
use crate::input;
use crate::measure::{Seconds, promise, timed};
use crate::output::{Outcome, progress};

/// Apply a batch of signed transfers to a state, and prove that it obeys the rules
///
/// The batch takes its domain, number and fee lanes from the state file. One proof holds at most 512 transfers; the
/// smallest leaf that holds the batch is used (60, 124, 252 or 512 transfers). The proof is verified before it is
/// written. If a transfer breaks a rule, the message names its index, its line and the rule, and nothing is written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl prove --state state.json --transfers batch.jsonl --out batch.proof
  furl prove --state state.json --transfers batch.jsonl --out batch.proof --profile fast \\
      --state-out next.json

A state file, here with one slot, names the next batch (lanes: where fees go, {\"token\":0,\"slot\":5}):
  {\"format\":\"furl-state\",\"version\":1,\"domain\":\"0x…\",\"batch\":1,\"lanes\":[],\"slots\":[
  {\"slot\":0,\"public_key\":\"0x…\",\"l1_address\":\"0x…\",\"token\":0,\"nonce\":0,\"balance\":\"100\"}
  ]}")]
pub(crate) struct Options {
    /// The state before the batch
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// The batch, one signed transfer a line
    #[arg(long, value_name = "FILE")]
    transfers: PathBuf,
    /// The proof to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The state after the batch to write, with the next batch number
    #[arg(long, value_name = "FILE")]
    state_out: Option<PathBuf>,
    /// The security profile: fast for trials, proven for deployments (furl security tells their bits)
    #[arg(long, default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    #[command(flatten)]
    threads: Threads,
    /// Replace the output files if they exist
    #[arg(long)]
    force: bool,
}

/// Proof and state cannot both be one file.
#[derive(Debug, Error)]
#[error("--out and --state-out are both {0}: expected two files")]
pub(crate) struct OneFile(PathBuf);

#[derive(Serialize)]
struct Report<'a> {
    out: &'a Path,
    state_out: Option<&'a Path>,
    profile: Profile,
    proven_bits: f64,
    leaf_rows: u8,
    key: KeyDigest,
    bytes: usize,
    statement: &'a Statement,
    seconds: Times,
    transfers_per_second: f64,
}

/// What took how long.
#[derive(Clone, Copy, Serialize)]
struct Times {
    execute: Seconds,
    build: Seconds,
    prove: Seconds,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Times { execute, build, prove } = self.seconds;
        writeln!(f, "proved {} transfers, profile {}", self.statement.count, promise(self.profile))?;
        writeln!(f, "  proof      {} ({} bytes, verified)", self.out.display(), self.bytes)?;
        writeln!(f, "  key        {} (leaf of 2^{} rows)", self.key, self.leaf_rows)?;
        writeln!(f, "{}", Lines(self.statement))?;
        if let Some(state) = self.state_out {
            writeln!(f, "  next state {}", state.display())?;
        }
        let rate = self.transfers_per_second;
        write!(f, "execute {execute} │ build {build} │ prove {prove} ({rate:.1} transfers/s)")
    }
}

/// Where the results go.
struct Outputs {
    proof: Destination,
    state: Option<Destination>,
}

/// A batch, applied.
struct Applied {
    trace: Trace,
    /// The state after it, if it is wanted.
    next: Option<State>,
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let outputs = self.outputs()?;
        let input::Loaded { state, ledger } = input::state(&self.state)?;
        let transfers = input::transfers(&self.transfers)?;
        let keys = Keys::new();
        let prover = Prover::new(&keys, self.profile);
        let size = prover.size_for(transfers.len()).map_err(Failure::Prove)?;
        let (applied, execute) = timed(|| self.apply(&state, ledger, &transfers));
        let applied = applied?;
        self.threads.run(|| {
            let Self { profile, .. } = *self;
            progress(format_args!("building the circuit: leaf of {size} rows, profile {profile}"));
            let (_, build) = timed(|| keys.leaf(profile, size));
            progress(format_args!("proving {} transfers", transfers.len()));
            let (proof, prove) = timed(|| prover.prove(&applied.trace));
            let proof = proof.map_err(Failure::Prove)?;
            outputs.write(&proof, applied.next.as_ref())?;
            Ok(self.report(&proof, size, Times { execute, build, prove }))
        })
    }

    fn outputs(&self) -> Result<Outputs, Failure> {
        if self.state_out.as_ref() == Some(&self.out) {
            return Err(OneFile(self.out.clone()).into());
        }
        let place = |path: &PathBuf| Destination::new(path, self.force);
        Ok(Outputs { proof: place(&self.out)?, state: self.state_out.as_ref().map(place).transpose()? })
    }

    fn apply(&self, state: &State, mut ledger: Ledger, transfers: &[SignedTransfer]) -> Result<Applied, Failure> {
        let batch = state.next();
        let trace = ledger.apply(batch, transfers).map_err(|source| {
            // One transfer a line.
            let line = if let BatchError::Transfer { index, .. } = source { Some(index + 1) } else { None };
            Failure::Batch { path: self.transfers.clone(), line, source }
        })?;
        let next = self.state_out.as_ref().map(|_| batch.next().map(|next| ledger.state(next)));
        Ok(Applied { trace, next: next.transpose().map_err(Failure::LastBatch)? })
    }

    fn report(&self, proof: &Proof<Leaf>, size: LeafSize, seconds: Times) -> Outcome {
        let statement = proof.statement();
        Outcome::new(&Report {
            out: &self.out,
            state_out: self.state_out.as_deref(),
            profile: self.profile,
            proven_bits: self.profile.floor_bits(),
            leaf_rows: size.bits(),
            key: proof.envelope().key,
            bytes: proof.to_bytes().len(),
            statement,
            seconds,
            transfers_per_second: seconds.prove.rate(statement.count as usize),
        })
    }
}

impl Outputs {
    /// Both files reach the disk before either gets its name.
    fn write(self, proof: &Proof<Leaf>, next: Option<&State>) -> Result<(), Failure> {
        let state = self.state.zip(next).map(|(place, next)| place.stage(next.to_json().as_bytes(), Access::Public));
        let state = state.transpose()?;
        self.proof.stage(&proof.to_bytes(), Access::Public)?.commit()?;
        state.map_or(Ok(()), |state| Ok(state.commit()?))
    }
}
