//! # One leaf, measured
//!
//! A [`Job`] names a leaf and a number of threads; [`Job::measure`] builds the leaf, proves full batches, verifies each
//! proof, and returns the times. Only proofs that verify count.
//!
//! | figure | from | to |
//! |---|---|---|
//! | build | nothing | a circuit that proves and verifies |
//! | witness | a batch's trace | the filled table |
//! | prove | a batch's trace | a proof; the witness included, the verification not |
//! | verify | a proof and its statement | accepted |
//! | peak memory | the start of the process | its end |
//!
//! A process has one peak, so every job runs in a process of its own ([`Job::measure_apart`]): the program calls itself.

use std::num::NonZeroUsize;
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs, io};

use furl_circuits::leaf_circuit::{LeafCircuit, LeafError};
use furl_ledger::BatchError;
use furl_prover::schedule::{self, ThreadsError};
use furl_prover::{LeafSize, Profile, Trace};
use log::Level;
use plonky2::plonk::prover;
use plonky2::util::timing::TimingTree;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::stages::{Shares, Stage, scopes};
use crate::world::World;

/// Why nothing was measured.
#[derive(Debug, Error)]
pub enum MeasureError {
    /// The batch is not valid.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] ThreadsError),
    /// The batch was not proved, or the proof is false.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// The process that measures could not be started, or the system does not tell its memory.
    #[error("the measuring process: {0}")]
    Process(#[from] io::Error),
    /// The process that measures failed; it has said why.
    #[error("the measuring process failed with {0}")]
    Failed(std::process::ExitStatus),
    /// The process that measures did not answer in the expected form.
    #[error("the measuring process: {0}")]
    Answer(#[from] serde_json::Error),
}

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// The security profile.
    pub profile: Profile,
    /// The number of rows.
    pub size: LeafSize,
    /// How many threads work.
    pub threads: NonZeroUsize,
    /// How many proofs are made.
    pub runs: NonZeroUsize,
}

/// What was measured; times in seconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// Transfers in the batch.
    pub transfers: usize,
    /// Building the circuit.
    pub build: f64,
    /// Filling the table, each run.
    pub witness: Vec<f64>,
    /// From trace to proof, each run.
    pub prove: Vec<f64>,
    /// Verifying, each run.
    pub verify: Vec<f64>,
    /// Where the time of all runs went.
    pub shares: Shares,
    /// The most memory that the process held, in MiB.
    pub peak_mib: u64,
}

impl Job {
    /// Measures in this process.
    ///
    /// # Errors
    /// [`MeasureError`]; nothing is reported of a leaf whose proofs do not verify.
    pub fn measure(&self) -> Result<Measured, MeasureError> {
        let transfers = self.size.transfers();
        let trace = World::default().trace(transfers as u32)?;
        let mut measured = schedule::on(Some(self.threads), || {
            let start = Instant::now();
            let circuit = LeafCircuit::build(self.profile, self.size);
            let build = start.elapsed().as_secs_f64();
            let (witness, prove, verify, shares) = Default::default();
            let mut measured = Measured { transfers, build, witness, prove, verify, shares, peak_mib: 0 };
            (0..self.runs.get()).try_for_each(|_| measured.run(&circuit, &trace))?;
            Ok::<_, LeafError>(measured)
        })??;
        measured.peak_mib = peak_mib()?;
        Ok(measured)
    }

    /// Measures in a process of its own: this program, called with `command`, profile, binary logarithm of the rows,
    /// threads and runs. It shall call [`measure`](Self::measure) and print what that returns as JSON.
    ///
    /// # Errors
    /// [`MeasureError`].
    pub fn measure_apart(&self, command: &str) -> Result<Measured, MeasureError> {
        let mut child = Command::new(env::current_exe()?);
        let job =
            [self.size.bits().into(), self.threads.get(), self.runs.get()].map(|number: usize| number.to_string());
        child.arg(command).arg(self.profile.name()).args(job);
        let output = child.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(MeasureError::Failed(output.status));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

impl Measured {
    /// Proves and verifies once.
    fn run(&mut self, circuit: &LeafCircuit, trace: &Trace) -> Result<(), LeafError> {
        let start = Instant::now();
        let witness = circuit.witness(trace)?;
        let inputs = start.elapsed().as_secs_f64();
        let mut tree = TimingTree::new("prove", Level::Debug);
        let data = circuit.data();
        let proof = prover::prove(&data.prover_only, &data.common, witness, &mut tree);
        tree.pop();
        let proof = proof.map_err(|e| LeafError::Unprovable(e.to_string()))?;
        self.prove.push(start.elapsed().as_secs_f64());

        let start = Instant::now();
        circuit.verify(trace.statement(), &proof)?;
        self.verify.push(start.elapsed().as_secs_f64());

        let mut shares = Shares::default();
        shares.add(Stage::Witness, inputs);
        shares.add_scopes(&scopes(&tree));
        self.witness.push(shares.seconds(Stage::Witness));
        for stage in Stage::ALL {
            self.shares.add(stage, shares.seconds(stage));
        }
        Ok(())
    }

    /// Transfers proved in a second, in the median run.
    #[must_use]
    pub fn transfers_per_second(&self) -> f64 {
        self.transfers as f64 / Spread::of(&self.prove).median
    }
}

/// The least, the middle and the largest of some figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The middle one, or the mean of the middle two.
    pub median: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// The spread of `figures`; not a number if there are none.
    #[must_use]
    pub fn of(figures: &[f64]) -> Self {
        let mut sorted = figures.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |i: usize| sorted.get(i).copied().unwrap_or(f64::NAN);
        let last = sorted.len().saturating_sub(1);
        Self { min: at(0), median: (at(last / 2) + at(last.div_ceil(2))) / 2.0, max: at(last) }
    }
}

/// The most memory that this process has held, in MiB, as Linux counts it.
fn peak_mib() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib.div_ceil(1024)).ok_or_else(|| io::Error::other("no VmHWM in /proc/self/status"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_the_middle() {
        let spread = |figures| Spread::of(figures);
        assert_eq!(spread(&[3.0, 1.0, 2.0]), Spread { min: 1.0, median: 2.0, max: 3.0 });
        assert_eq!(spread(&[4.0, 1.0, 3.0, 2.0]), Spread { min: 1.0, median: 2.5, max: 4.0 });
        assert_eq!(spread(&[7.0]), Spread { min: 7.0, median: 7.0, max: 7.0 });
        assert!(spread(&[]).median.is_nan());
    }
}
