//! # Building a circuit
//!
//! What plonky2's `CircuitBuilder::build` gives, in less time. Half of its time is hashing again: the Merkle tree over constants and
//! permutation, one hash after another. So the circuit is built with a hash function that does nothing, and the tree is made here.

use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::field::types::Field;
use plonky2::hash::hash_types::HashOut;
use plonky2::hash::poseidon::{PoseidonHash, PoseidonPermutation};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::VerifierOnlyCircuitData;
use plonky2::plonk::config::{GenericConfig, GenericHashOut, Hasher};

use crate::hash::EightHasher;
use crate::simd::Backend;
use crate::{CircuitData, Commitment, D, F, ProverOnly, circuit_data, merkle};

/// Builds a circuit that has no domain separator: keys, gates and all are those of plonky2's own `build`.
///
/// # Panics
/// As plonky2 does, if the circuit's code is at fault.
#[must_use]
pub fn build<G>(builder: CircuitBuilder<F, D>) -> CircuitData<G>
where
    G: GenericConfig<D, F = F, InnerHasher = PoseidonHash>,
    G::Hasher: EightHasher,
{
    let circuit_data::CircuitData { prover_only: hollow, common, .. } = builder.build::<Hollow>();
    let commitment = hollow.constants_sigmas_commitment;
    let leaves = commitment.merkle_tree.leaves;
    let merkle_tree = merkle::tree::<G::Hasher>(Backend::detect(), leaves, common.config.fri_config.cap_height);

    let no_separator = G::Hasher::hash_pad(&[]);
    let degree = F::from_canonical_usize(common.degree_bits());
    let parts = [merkle_tree.cap.flatten(), no_separator.to_vec(), vec![degree]];
    let circuit_digest = G::Hasher::hash_no_pad(&parts.concat());

    let verifier_only = VerifierOnlyCircuitData { constants_sigmas_cap: merkle_tree.cap.clone(), circuit_digest };
    let prover_only = ProverOnly {
        generators: hollow.generators,
        generator_indices_by_watches: hollow.generator_indices_by_watches,
        constants_sigmas_commitment: Commitment {
            polynomials: commitment.polynomials,
            merkle_tree,
            degree_log: commitment.degree_log,
            rate_bits: commitment.rate_bits,
            blinding: commitment.blinding,
        },
        sigmas: hollow.sigmas,
        subgroup: hollow.subgroup,
        public_inputs: hollow.public_inputs,
        representative_map: hollow.representative_map,
        fft_root_table: hollow.fft_root_table,
        circuit_digest,
        lookup_rows: hollow.lookup_rows,
        lut_to_lookups: hollow.lut_to_lookups,
    };
    CircuitData { prover_only, verifier_only, common }
}

/// plonky2 over Goldilocks with trees that hash nothing. Only circuits are built with it, nothing is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hollow;

impl GenericConfig<D> for Hollow {
    type F = F;
    type FE = QuadraticExtension<F>;
    type Hasher = Self;
    type InnerHasher = PoseidonHash;
}

impl Hasher<F> for Hollow {
    const HASH_SIZE: usize = <PoseidonHash as Hasher<F>>::HASH_SIZE;
    type Hash = HashOut<F>;
    type Permutation = PoseidonPermutation<F>;

    fn hash_no_pad(_: &[F]) -> HashOut<F> {
        HashOut::ZERO
    }

    fn hash_leaf(_: &[F]) -> HashOut<F> {
        HashOut::ZERO
    }

    fn two_to_one(_: HashOut<F>, _: HashOut<F>) -> HashOut<F> {
        HashOut::ZERO
    }
}
