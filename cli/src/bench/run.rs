//! # Runs
//!
//! A [`Subject`] is a batch with a circuit for it. [`measure`] executes, proves and verifies it so many times, and
//! gives a [`Case`] if every proof was true. What belongs to which stage the subject decides: it wraps each part of its
//! work in [`Laps::time`]. A stage that happens more than once in a run counts with the sum.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use super::report::{Case, Exact, Spread, Stage};
use crate::exit::Failure;
use crate::machine;
use crate::output::progress;

/// Something to prove over and over.
pub(crate) trait Subject {
    /// The batch as it was executed.
    type Trace;
    /// A proof, not yet believed.
    type Proof;

    /// The figures that do not depend on time.
    fn exact(&self) -> Exact;

    /// Executes the batch natively.
    fn execute(&self, laps: &mut Laps) -> Result<Self::Trace, Failure>;

    /// Proves the batch.
    fn prove(&self, trace: &Self::Trace, laps: &mut Laps) -> Result<Self::Proof, Failure>;

    /// Verifies a proof of the batch.
    fn verify(&self, trace: &Self::Trace, proof: &Self::Proof, laps: &mut Laps) -> Result<(), Failure>;
}

/// The time of each stage of one run, in the order in which the stages began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Laps(Vec<(&'static str, Duration)>);

impl Laps {
    /// Does `work` as a part of a stage.
    pub(crate) fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.add(stage, start.elapsed());
        result
    }

    /// Adds the times of other laps.
    pub(crate) fn extend(&mut self, other: Self) {
        other.0.into_iter().for_each(|(stage, time)| self.add(stage, time));
    }

    /// Adds to the time of a stage.
    pub(crate) fn add(&mut self, stage: &'static str, time: Duration) {
        match self.0.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, sum)) => *sum += time,
            None => self.0.push((stage, time)),
        }
    }
}

/// A run whose proof was verified.
struct Run {
    laps: Laps,
    /// From the executed batch to the proof.
    prove: Duration,
}

impl Run {
    fn of<S: Subject>(subject: &S) -> Result<Self, Failure> {
        let mut laps = Laps::default();
        let trace = subject.execute(&mut laps)?;
        let start = Instant::now();
        let proof = subject.prove(&trace, &mut laps)?;
        let prove = start.elapsed();
        subject.verify(&trace, &proof, &mut laps)?;
        Ok(Self { laps, prove })
    }
}

/// Measures a subject whose making took `made`.
///
/// # Errors
/// The first failure of any run; a proof that does not verify is one. Then there is no figure at all.
pub(crate) fn measure<S: Subject>(subject: &S, made: &Laps, runs: NonZeroU32) -> Result<Case, Failure> {
    let mut done = Vec::new();
    for run in 1..=runs.get() {
        progress(format_args!("proving {} transfers, {run} of {runs}", subject.exact().transfers));
        done.push(Run::of(subject)?);
    }
    let prove = spread(done.iter().map(|run| run.prove));
    let laps: Vec<&Laps> = done.iter().map(|run| &run.laps).collect();
    let stages = [stages(&[made]), stages(&laps)].concat();
    Ok(Case::new(subject.exact(), machine::peak_memory_bytes(), stages, prove))
}

/// The stages of some runs, each with its times in the runs that have it.
fn stages(runs: &[&Laps]) -> Vec<Stage> {
    let mut times: Vec<(&str, Vec<Duration>)> = Vec::new();
    for (stage, time) in runs.iter().flat_map(|run| &run.0) {
        match times.iter_mut().find(|(name, _)| name == stage) {
            Some((_, times)) => times.push(*time),
            None => times.push((stage, vec![*time])),
        }
    }
    times.into_iter().map(|(name, times)| Stage { name: name.into(), time: spread(times) }).collect()
}

fn spread(times: impl IntoIterator<Item = Duration>) -> Spread {
    Spread::of(times).expect("there is a run, and what a run lists has a time")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::bench::leaf::LeafBatch;
    use crate::exit::Exit;

    /// A leaf whose second proof is spoiled.
    struct Lying {
        leaf: LeafBatch,
        proofs: Cell<u32>,
    }

    impl Subject for Lying {
        type Trace = <LeafBatch as Subject>::Trace;
        type Proof = <LeafBatch as Subject>::Proof;

        fn exact(&self) -> Exact {
            self.leaf.exact()
        }

        fn execute(&self, laps: &mut Laps) -> Result<Self::Trace, Failure> {
            self.leaf.execute(laps)
        }

        fn prove(&self, trace: &Self::Trace, laps: &mut Laps) -> Result<Self::Proof, Failure> {
            let mut proof = self.leaf.prove(trace, laps)?;
            self.proofs.set(self.proofs.get() + 1);
            if self.proofs.get() == 2 {
                proof.proof.openings.wires.swap(0, 1);
            }
            Ok(proof)
        }

        fn verify(&self, trace: &Self::Trace, proof: &Self::Proof, laps: &mut Laps) -> Result<(), Failure> {
            self.leaf.verify(trace, proof, laps)
        }
    }

    #[test]
    fn there_is_no_figure_if_a_proof_is_false() {
        let mut made = Laps::default();
        let leaf = LeafBatch::new(furl_prover::Profile::Fast, furl_prover::LeafSize::SMALLEST, 3, &mut made);
        let lying = Lying { leaf, proofs: Cell::new(0) };
        let runs = |runs| NonZeroU32::new(runs).unwrap();

        let failure = measure(&lying, &made, runs(3)).expect_err("the second proof is false");
        assert_eq!((failure.exit(), lying.proofs.get()), (Exit::Defect, 2), "{failure:?}");

        // The third proof is not spoiled.
        let case = measure(&lying, &made, runs(1)).unwrap();
        let names: Vec<&str> = case.stages.iter().map(|stage| stage.name.as_str()).collect();
        assert_eq!(names, ["build", "execute", "witness", "leaf", "verify"]);
        let median = |name: &str| case.stages.iter().find(|stage| stage.name == name).unwrap().time.median_ns;
        assert!(case.prove.median_ns >= median("witness") + median("leaf"));
        assert_eq!((case.exact.transfers, case.exact.rows), (3, 8192));
    }

    #[test]
    fn the_parts_of_a_stage_add_up() {
        let [one, two, six] = [1, 2, 6].map(Duration::from_nanos);
        let mut laps = Laps::default();
        for (stage, time) in [("leaf", one), ("node", six), ("leaf", two)] {
            laps.add(stage, time);
        }
        let mut other = Laps::default();
        other.add("leaf", six);
        let stages = stages(&[&laps, &other]);
        let [leaf, node] = &stages[..] else { panic!("two stages: {stages:?}") };
        let expected = Spread { runs: 2, min_ns: 3, median_ns: 4, max_ns: 6 };
        assert_eq!((leaf.name.as_str(), leaf.time), ("leaf", expected));
        assert_eq!((node.name.as_str(), node.time.runs), ("node", 1));
    }
}
