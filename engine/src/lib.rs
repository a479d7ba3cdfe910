//! # furl-engine: plonky2's builder and prover, faster
//!
//! Proofs of plonky2 circuits over Goldilocks, with Poseidon or any other hash that takes eight messages at a time ([`EightHasher`]), equal to those of plonky2's own prover in every message that the protocol determines, and made in about
//! half the time. Nothing here is trusted: a proof is believed because plonky2's verifier accepts it.
//!
//! Two thirds of plonky2's proving time are Poseidon permutations in Merkle trees, computed one at a time, because its hasher is asked
//! for one hash at a time. Here the trees are built layer by layer, so that eight states are permuted together, on the lanes of
//! a vector unit where the processor has one.
//!
//! | module | what |
//! |---|---|
//! | `simd` | vectors of 64-bit lanes: one trait, an implementation for each instruction set; [`Backend`] |
//! | `goldilocks` | the field on lanes |
//! | `poseidon`, `hash`, `merkle` | the permutation on lanes, eight hashes at a time, trees of them |
//! | `scalars` | Poseidon2 over a field of 254 bits, such as BN254's scalars, on lanes |
//! | [`bn254`] | Fourier transforms and sums of points for a KZG prover, on lanes |
//! | `commit` | polynomial commitments |
//! | `build` | circuits: [`build`](build()) |
//! | `products`, `quotient` | the permutation argument and the constraints |
//! | `prover` | the protocol: [`prove`] |
//! | `times` | where the time goes: [`Times`] |
//!
//! The circuits, their gates, the Fourier transforms, the transcript, FRI and the verifier are plonky2's.

pub mod bn254;
mod build;
mod commit;
mod goldilocks;
mod hash;
mod merkle;
mod poseidon;
mod products;
mod prover;
mod quotient;
#[cfg(target_arch = "x86_64")]
pub mod scalars;
mod simd;
mod times;

use plonky2::field::goldilocks_field::GoldilocksField as F;
use plonky2::fri::oracle::PolynomialBatch;
use plonky2::plonk::circuit_data::{self, CommonCircuitData, ProverOnlyCircuitData};
use plonky2::plonk::config::PoseidonGoldilocksConfig;
use plonky2::plonk::proof::ProofWithPublicInputs;

pub use build::build;
pub use hash::{EightHasher, TOGETHER};
pub use prover::{ProveError, prove, prove_timed, prove_witness};
pub use simd::Backend;
#[cfg(target_arch = "x86_64")]
pub use simd::{Avx2, Avx512};
pub use times::{Stage, Times};

/// Degree of the extension that challenges are drawn from.
const D: usize = 2;

/// A circuit that was built, for Poseidon unless another hash is named.
pub type CircuitData<G = PoseidonGoldilocksConfig> = circuit_data::CircuitData<F, G, D>;
/// A proof with its public inputs.
pub type Proof<G = PoseidonGoldilocksConfig> = ProofWithPublicInputs<F, G, D>;

type Common = CommonCircuitData<F, D>;
type ProverOnly<G> = ProverOnlyCircuitData<F, G, D>;
type Commitment<G> = PolynomialBatch<F, G, D>;
