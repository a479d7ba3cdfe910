//! # Where a proof's time goes
//!
//! plonky2 times the parts of its prover in a tree of scopes, and shows it through the `log` facade alone. [`scopes`]
//! catches what it logs there; [`Shares`] adds up what each scope spent by itself, by [`Stage`]. Only proofs that verify
//! count.
//!
//! The times are wall-clock times: with several threads, a part that does not spread over them has the larger share.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Instant;

use furl_circuits::leaf_circuit::{LeafCircuit, LeafError};
use furl_prover::Trace;
use log::{Level, LevelFilter, Log, Metadata, Record};
use plonky2::plonk::prover;
use plonky2::util::timing::TimingTree;

/// A part of the prover's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Filling the table: inputs and generators.
    Witness,
    /// Hashing rows and building Merkle trees over them.
    Merkle,
    /// Fourier transforms, there and back.
    Fourier,
    /// The permutation argument's products.
    Permutation,
    /// The quotient: constraints evaluated over the coset.
    Quotient,
    /// Openings, folds with their Merkle trees, grinding, queries.
    Openings,
    /// Transposing and copying tables, the transcript, and all the rest.
    Other,
}

impl Stage {
    /// All stages, in the order of the work.
    pub const ALL: [Self; 7] =
        [Self::Witness, Self::Merkle, Self::Fourier, Self::Permutation, Self::Quotient, Self::Openings, Self::Other];

    /// The stage that plonky2's scope of this name, without its inner scopes, belongs to.
    fn of(scope: &str) -> Self {
        match scope {
            "compute full witness" | "compute wire polynomials" => Self::Witness,
            "build Merkle tree" => Self::Merkle,
            "IFFT" | "FFT + blinding" => Self::Fourier,
            "compute partial products" => Self::Permutation,
            "compute quotient polys" => Self::Quotient,
            "construct the opening set, including lookups"
            | "compute opening proofs"
            | "fold codewords in the commitment phase"
            | "find proof-of-work witness" => Self::Openings,
            _ if scope.starts_with("run ") && scope.ends_with(" generators") => Self::Witness,
            _ if scope.starts_with("reduce batch of ") => Self::Openings,
            _ if scope.starts_with("perform final FFT ") => Self::Fourier,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Witness => "witness",
            Self::Merkle => "Merkle trees (Poseidon)",
            Self::Fourier => "Fourier transforms",
            Self::Permutation => "permutation products",
            Self::Quotient => "quotient",
            Self::Openings => "openings, folds, grinding",
            Self::Other => "transposing and the rest",
        })
    }
}

/// A scope as plonky2 timed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    depth: usize,
    seconds: f64,
    name: String,
}

impl Scope {
    /// Reads `| | 0.1234s to build Merkle tree`, the form in which plonky2 logs a scope of depth 2.
    fn parse(line: &str) -> Option<Self> {
        let timed = line.trim_start_matches("| ");
        let (seconds, name) = timed.split_once("s to ")?;
        Some(Self { depth: (line.len() - timed.len()) / 2, seconds: seconds.parse().ok()?, name: name.to_owned() })
    }
}

/// The scopes of a finished tree, outermost first, each before its inner ones.
///
/// The program's logger is taken for this, so the program can have no other.
#[must_use]
pub fn scopes(tree: &TimingTree) -> Vec<Scope> {
    static INSTALLED: Once = Once::new();
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    INSTALLED.call_once(|| {
        if log::set_logger(&CAPTURE).is_ok() {
            log::set_max_level(LevelFilter::Debug);
        }
    });
    CAPTURE.take();
    tree.print();
    CAPTURE.take().iter().filter_map(|line| Scope::parse(line)).collect()
}

static CAPTURE: Capture = Capture(Mutex::new(Vec::new()));

/// A logger that keeps what plonky2's timing logs.
struct Capture(Mutex<Vec<String>>);

impl Capture {
    fn take(&self) -> Vec<String> {
        core::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Log for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Debug && metadata.target() == "plonky2::util::timing"
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

/// Seconds by stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shares(BTreeMap<Stage, f64>);

impl Shares {
    /// Proves a batch, verifies the proof, and adds what was spent on proving.
    ///
    /// # Errors
    /// If the batch does not fit, or is not proved. Then nothing is added.
    pub fn add_proof(&mut self, circuit: &LeafCircuit, trace: &Trace) -> Result<(), LeafError> {
        let start = Instant::now();
        let witness = circuit.witness(trace)?;
        let inputs = start.elapsed().as_secs_f64();
        let mut tree = TimingTree::new("prove", Level::Debug);
        let data = circuit.data();
        let proof = prover::prove(&data.prover_only, &data.common, witness, &mut tree);
        tree.pop();
        circuit.verify(trace.statement(), &proof.map_err(|error| LeafError::Unprovable(error.to_string()))?)?;
        self.add(Stage::Witness, inputs);
        self.add_scopes(&scopes(&tree));
        Ok(())
    }

    /// Adds what was spent in a stage.
    pub fn add(&mut self, stage: Stage, seconds: f64) {
        *self.0.entry(stage).or_default() += seconds;
    }

    /// Adds what each scope spent outside its inner scopes.
    pub fn add_scopes(&mut self, scopes: &[Scope]) {
        for (i, scope) in scopes.iter().enumerate() {
            let below = scopes[i + 1..].iter().take_while(|inner| inner.depth > scope.depth);
            let inner: f64 = below.filter(|inner| inner.depth == scope.depth + 1).map(|inner| inner.seconds).sum();
            self.add(Stage::of(&scope.name), (scope.seconds - inner).max(0.0));
        }
    }

    /// The seconds of a stage.
    #[must_use]
    pub fn seconds(&self, stage: Stage) -> f64 {
        self.0.get(&stage).copied().unwrap_or_default()
    }

    /// The seconds of all stages.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.0.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use furl_prover::{LeafSize, Profile};

    use super::*;
    use crate::world::World;

    fn scope(depth: usize, seconds: f64, name: &str) -> Scope {
        Scope { depth, seconds, name: name.to_owned() }
    }

    #[test]
    fn a_tree_is_read_back() {
        let mut tree = TimingTree::new("prove", Level::Debug);
        tree.push("compute wires commitment", Level::Debug);
        tree.push("IFFT", Level::Debug);
        tree.pop();
        tree.pop();
        tree.push("compute quotient polys", Level::Debug);
        tree.pop();
        tree.pop();
        let names: Vec<_> = scopes(&tree).into_iter().map(|scope| (scope.depth, scope.name)).collect();
        let expected = [(0, "prove"), (1, "compute wires commitment"), (2, "IFFT"), (1, "compute quotient polys")];
        assert_eq!(names, expected.map(|(depth, name)| (depth, name.to_owned())));
    }

    #[test]
    fn every_stage_has_its_share_of_a_proof() {
        let circuit = LeafCircuit::build(Profile::Fast, LeafSize::SMALLEST);
        let mut shares = Shares::default();
        shares.add_proof(&circuit, &World::default().trace(1).unwrap()).unwrap();
        for stage in Stage::ALL {
            assert!(shares.seconds(stage) > 0.0, "{stage}: {shares:?}");
        }
    }

    #[test]
    fn a_line_is_a_scope() {
        assert_eq!(Scope::parse("1.5000s to run 9 generators"), Some(scope(0, 1.5, "run 9 generators")));
        assert_eq!(Scope::parse("| | 0.2500s to IFFT"), Some(scope(2, 0.25, "IFFT")));
        assert_eq!(Scope::parse("something else"), None);
    }

    #[test]
    fn each_second_counts_once() {
        let mut shares = Shares::default();
        shares.add_scopes(&[
            scope(0, 8.0, "prove"),
            scope(1, 1.0, "run 9 generators"),
            scope(1, 5.0, "compute wires commitment"),
            scope(2, 1.0, "IFFT"),
            scope(2, 3.0, "build Merkle tree"),
            scope(1, 1.0, "compute quotient polys"),
        ]);
        let expected = [1.0, 3.0, 1.0, 0.0, 1.0, 0.0, 2.0];
        assert_eq!(Stage::ALL.map(|stage| shares.seconds(stage)), expected);
        assert_eq!(shares.total(), 8.0);
    }
}
