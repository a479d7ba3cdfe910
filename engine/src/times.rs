//! # Where a proof's time goes

use core::fmt;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A part of the prover's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Filling the table: generators, and copying what they found into columns.
    Witness,
    /// Fourier transforms of committed polynomials, there and back.
    Fourier,
    /// Transposing tables, for rows to be hashed.
    Transpose,
    /// Hashing rows and building Merkle trees over them.
    Merkle,
    /// The permutation argument's products.
    Products,
    /// The quotient: constraints evaluated over the coset.
    Quotient,
    /// Openings, folds with their Merkle trees, grinding, queries.
    Openings,
}

impl Stage {
    /// All stages, in the order in which they first come.
    pub const ALL: [Self; 7] =
        [Self::Witness, Self::Fourier, Self::Transpose, Self::Merkle, Self::Products, Self::Quotient, Self::Openings];

    /// The name, in the singular or as the field says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Witness => "witness",
            Self::Fourier => "Fourier transforms",
            Self::Transpose => "transposing",
            Self::Merkle => "Merkle trees (Poseidon)",
            Self::Products => "permutation products",
            Self::Quotient => "quotient",
            Self::Openings => "openings, folds, grinding",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Wall-clock time by [`Stage`], added up over as many proofs as it was handed to. With several threads, a part that does not spread over
/// them has the larger share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times(BTreeMap<Stage, Duration>);

impl Times {
    /// The time of a stage.
    #[must_use]
    pub fn of(&self, stage: Stage) -> Duration {
        self.0.get(&stage).copied().unwrap_or_default()
    }

    /// The time of all stages.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.0.values().sum()
    }

    /// Runs `work` and adds its time to `stage`.
    pub(crate) fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        *self.0.entry(stage).or_default() += start.elapsed();
        result
    }
}
