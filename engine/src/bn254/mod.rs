//! # BN254: what a KZG prover spends its time on, eight numbers at a time
//!
//! | module | what |
//! |---|---|
//! | [`prime`] | the two primes, one number at a time |
//! | [`lanes`] | eight at a time: a trait, and what is portable |
//! | `ifma` | the same, by AVX-512 IFMA |
//! | [`fft`] | Fourier transforms over scalars |
//! | [`msm`] | sums of points times scalars |
//!
//! [`Arithmetic`] is the choice of lanes at run time. Whatever is computed is the same with all of them, and tested to be. Nothing here
//! takes the same time for all numbers: what is secret must not be measured by others.

// Plain loops over several arrays at once: iterators' closures would be compiled without the target features.
#![allow(clippy::needless_range_loop)]

pub mod fft;
#[cfg(target_arch = "x86_64")]
mod ifma;
pub mod lanes;
pub mod msm;
pub mod prime;
#[cfg(test)]
mod tests;

pub use lanes::{EIGHT, Job, Lanes};
pub use prime::{COORDINATES, Prime, SCALARS};

use crate::Backend;
#[cfg(target_arch = "x86_64")]
use crate::scalars::Ifma;

/// An integer of 256 bits, 64 bits a limb, the least first.
pub type Word = [u64; 4];

/// Which lanes compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// No instructions in particular.
    Portable,
    /// AVX-512 IFMA.
    #[cfg(target_arch = "x86_64")]
    Ifma(Ifma),
}

/// Work that is the same on all lanes, given those of scalars and those of coordinates.
pub trait Task {
    /// What comes out.
    type Output;
    /// Does it.
    fn run<L: Lanes>(self, scalars: &L, coordinates: &L) -> Self::Output;
}

impl Arithmetic {
    /// The fastest that this processor has.
    #[must_use]
    pub fn detect() -> Self {
        *Self::available().last().expect("the portable one is always there")
    }

    /// All that this processor has, the fastest last.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut all = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        all.extend(Backend::available().into_iter().filter_map(Ifma::of).map(Self::Ifma));
        all
    }

    /// Runs a task.
    pub fn run<T: Task>(self, task: T) -> T::Output {
        match self {
            Self::Portable => task.run(&lanes::PortableLanes::new(SCALARS), &lanes::PortableLanes::new(COORDINATES)),
            #[cfg(target_arch = "x86_64")]
            Self::Ifma(token) => {
                task.run(&ifma::IfmaLanes::new(token, SCALARS), &ifma::IfmaLanes::new(token, COORDINATES))
            }
        }
    }
}
