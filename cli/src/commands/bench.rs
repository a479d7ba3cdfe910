//! `furl bench`: how fast this machine proves.

use std::fmt;

use clap::Args;
use furl_circuits::leaf_circuit::{LeafCircuit, LeafError};
use furl_ledger::Trace;
use furl_prover::{LeafSize, Profile, ProveError, schedule};
use serde::Serialize;

use crate::args::Threads;
use crate::exit::{Defect, Failure};
use crate::machine::Machine;
use crate::measure::{Seconds, promise, timed};
use crate::output::{Outcome, progress};
use crate::sample::Sample;
use crate::seed::Seed;

/// How often each step is measured.
const RUNS: usize = 3;
const PROFILE: Profile = Profile::Fast;
const SIZE: LeafSize = LeafSize::SMALLEST;

/// Measure building, proving and verifying on this machine
///
/// A full leaf of 2^13 rows (60 transfers) in profile fast, proved three times. Every proof is verified before a
/// figure of it is printed. It takes less than a minute.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  furl bench --quick\n  furl bench --quick --threads 1 --json")]
pub(crate) struct Options {
    /// The short measurement, the only one of this release
    #[arg(long, required = true)]
    quick: bool,
    #[command(flatten)]
    threads: Threads,
}

#[derive(Serialize)]
struct Report {
    profile: Profile,
    proven_bits: f64,
    leaf_rows: u8,
    transfers: usize,
    runs: usize,
    machine: Machine,
    seconds: Times,
    /// By the median.
    transfers_per_second: f64,
}

/// What took how long.
#[derive(Serialize)]
struct Times {
    execute: Seconds,
    build: Seconds,
    witness: Spread,
    prove: Spread,
    verify: Spread,
}

/// Some runs of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Spread {
    min: Seconds,
    median: Seconds,
    max: Seconds,
}

impl Spread {
    fn of(mut runs: [Seconds; RUNS]) -> Self {
        runs.sort_by(|a, b| a.partial_cmp(b).expect("a measured time is a number"));
        Self { min: runs[0], median: runs[RUNS / 2], max: runs[RUNS - 1] }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {} / {}", self.min, self.median, self.max)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, leaf_rows, transfers, runs, transfers_per_second: rate, .. } = self;
        let Machine { cpu, threads, peak_memory_mib } = &self.machine;
        let Times { execute, build, witness, prove, verify } = &self.seconds;
        let cpu = cpu.as_deref().unwrap_or("unknown processor");
        let peak = peak_memory_mib.map_or_else(|| "unknown".into(), |mib| format!("{mib} MiB"));
        writeln!(f, "leaf of 2^{leaf_rows} rows · {transfers} transfers · profile {}", promise(*profile))?;
        writeln!(f, "machine  {cpu}, {threads} threads, peak memory {peak}")?;
        writeln!(f, "execute  {execute}")?;
        writeln!(f, "build    {build}")?;
        writeln!(f, "witness  {witness}  (min / median / max of {runs})")?;
        writeln!(f, "prove    {prove}")?;
        writeln!(f, "verify   {verify}")?;
        write!(f, "rate     {rate:.1} transfers/s proved, by the median")
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        self.threads.run(measure)
    }
}

fn measure() -> Result<Outcome, Failure> {
    let Sample { mut ledger, batch, transfers } = Sample::new(&Seed::new([0; 32]), SIZE.transfers());
    let (trace, execute) = timed(|| ledger.apply(&batch, &transfers));
    let trace = trace.map_err(|error| Failure::Defect(Defect(format!("the sample is refused: {error}"))))?;
    progress(format_args!("building the circuit: leaf of {SIZE} rows, profile {PROFILE}"));
    let (circuit, build) = timed(|| LeafCircuit::build(PROFILE, SIZE));

    let mut runs = Vec::with_capacity(RUNS);
    for run in 1..=RUNS {
        progress(format_args!("proving, {run} of {RUNS}"));
        runs.push(prove(&circuit, &trace).map_err(|error| Failure::Prove(ProveError::Leaf(error)))?);
    }
    let spread = |step: usize| Spread::of(std::array::from_fn(|run| runs[run][step]));
    let [witness, prove, verify] = [0, 1, 2].map(spread);
    Ok(Outcome::new(&Report {
        profile: PROFILE,
        proven_bits: PROFILE.floor_bits(),
        leaf_rows: SIZE.bits(),
        transfers: transfers.len(),
        runs: RUNS,
        machine: Machine::now(schedule::threads()),
        transfers_per_second: prove.median.rate(transfers.len()),
        seconds: Times { execute, build, witness, prove, verify },
    }))
}

/// Witness, proof, verification: how long each took.
fn prove(circuit: &LeafCircuit, trace: &Trace) -> Result<[Seconds; 3], LeafError> {
    let (assigned, witness) = timed(|| circuit.witness(trace));
    let assigned = assigned?;
    let (proof, prove) = timed(|| circuit.data().prove(assigned));
    let proof = proof.map_err(|error| LeafError::Unprovable(error.to_string()))?;
    let (verified, verify) = timed(|| circuit.verify(trace.statement(), &proof));
    verified.map(|()| [witness, prove, verify])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_spread_is_sorted() {
        let [one, two, three] = [1, 2, 3].map(|seconds| Seconds::from(Duration::from_secs(seconds)));
        assert_eq!(Spread::of([three, one, two]), Spread { min: one, median: two, max: three });
    }
}
