//! # The last plonky2 proof
//!
//! Every proof up to the root is hashed with Poseidon over Goldilocks, which a circuit over BN254 would have to imitate limb by limb.
//! So the root is proved once more, by a circuit that does nothing but verify it, and *this* proof is hashed over BN254's own
//! scalars. The wrap verifies it and nothing else.
//!
//! | module | what |
//! |---|---|
//! | [`hash`] | leaves, nodes, messages; how elements become scalars, and scalars elements |
//! | [`transcript`] | the sponge that challenges come from |
//! | [`circuit`] | the circuit over the root |
//!
//! A last proof is no stage at which anybody stops: it is made from a root in seconds, wrapped at once, and never written or read. So it has no
//! format, and no decoder that would have to be strict. What a wrap states is bound by the wrap's own bytes.
//!
//! Parameters are those of the leaves ([`Profile::last_config`](furl_circuits::profile::Profile::last_config)), and
//! [`security`](furl_circuits::security) counts this layer like any other: its challenges are elements of Goldilocks, uniform up to
//! $2^{-61}$, and its hash has 254 bits.

use furl_circuits::field::{D, F};
use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::plonk::circuit_data::{CircuitData, VerifierCircuitData};
use plonky2::plonk::config::GenericConfig;
use plonky2::plonk::proof::ProofWithPublicInputs;

use self::hash::ScalarHasher;

pub mod circuit;
mod eight;
pub mod hash;
#[cfg(test)]
mod tests;
pub mod transcript;

/// plonky2, hashing over BN254. Public inputs alone are still hashed by Poseidon over Goldilocks: plonky2's own circuits constrain
/// that hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastConfig;

impl GenericConfig<D> for LastConfig {
    type F = F;
    type FE = QuadraticExtension<F>;
    type Hasher = ScalarHasher;
    type InnerHasher = PoseidonHash;
}

/// The circuit after `build`.
pub type LastCircuitData = CircuitData<F, LastConfig, D>;
/// What it takes to verify proofs of the circuit.
pub type LastVerifierData = VerifierCircuitData<F, LastConfig, D>;
/// A proof with the public inputs that it claims.
pub type LastProof = ProofWithPublicInputs<F, LastConfig, D>;
