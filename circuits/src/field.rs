//! # The field and the proof system
//!
//! Every circuit of Furl is written over one field and proved by one proof system, so both are
//! fixed here once and no other item carries a type parameter for them.
//!
//! | name | meaning |
//! |------|---------|
//! | [`F`] | Goldilocks, the integers modulo $p = 2^{64} - 2^{32} + 1$ |
//! | [`D`] | degree of the extension that challenges are drawn from: $p^2 \approx 2^{128}$ |
//! | [`C`] | plonky2 with Poseidon-Goldilocks as the hash of its Merkle trees and transcript |

use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::plonk::config::{GenericConfig, PoseidonGoldilocksConfig};
use plonky2::plonk::proof::ProofWithPublicInputs;

/// The base field: one element to a wire.
pub type F = GoldilocksField;

/// The degree of the extension field over [`F`] from which challenges are drawn.
pub const D: usize = 2;

/// The configuration of the proof system: field, extension and hashes.
pub type C = PoseidonGoldilocksConfig;

/// The extension field of degree [`D`] over [`F`].
pub type Extension = <C as GenericConfig<D>>::FE;

/// A circuit after `build`: what the prover, the verifier and both need.
pub type CircuitData = plonky2::plonk::circuit_data::CircuitData<F, C, D>;

/// What it takes to verify proofs of a circuit: its key, and the common data.
pub type VerifierCircuitData = plonky2::plonk::circuit_data::VerifierCircuitData<F, C, D>;

/// A proof with the public inputs that it claims.
pub type Proof = ProofWithPublicInputs<F, C, D>;
