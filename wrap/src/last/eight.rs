//! # Eight hashes at a time
//!
//! Nearly all of the last layer's time goes into its Merkle trees. The engine builds them from eight leaves, or eight nodes, at once, where
//! the processor multiplies on lanes ([`furl_engine::scalars`]); elsewhere one by one. The hashes are the same.

use furl_circuits::field::F;
use furl_engine::{Backend, EightHasher, TOGETHER};
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;
use plonky2::plonk::config::Hasher;

use super::hash::{Hash, ScalarHasher};

impl EightHasher for ScalarHasher {
    fn hash_leaves(backend: Backend, leaves: &[Vec<F>]) -> [Hash; TOGETHER] {
        #[cfg(target_arch = "x86_64")]
        if let Some(token) = furl_engine::scalars::Ifma::of(backend) {
            return lanes::hash_leaves(token, leaves);
        }
        each(leaves.iter().map(|leaf| Self::hash_leaf(leaf)))
    }

    fn hash_pairs(backend: Backend, children: &[Hash]) -> [Hash; TOGETHER] {
        #[cfg(target_arch = "x86_64")]
        if let Some(token) = furl_engine::scalars::Ifma::of(backend) {
            return lanes::hash_pairs(token, children);
        }
        each(children.as_chunks().0.iter().map(|[left, right]| Self::two_to_one(*left, *right)))
    }
}

/// Up to eight hashes, and zeros.
fn each(mut hashes: impl Iterator<Item = Hash>) -> [Hash; TOGETHER] {
    std::array::from_fn(|_| hashes.next().unwrap_or(Hash(Fr::ZERO)))
}

#[cfg(target_arch = "x86_64")]
mod lanes {
    use std::sync::LazyLock;

    use furl_circuits::field::F;
    use furl_engine::TOGETHER;
    use furl_engine::scalars::{Ifma, Rounds, Word};
    use halo2_proofs::halo2curves::bn256::Fr;
    use halo2_proofs::halo2curves::ff::Field as _;
    use plonky2::field::types::PrimeField64;

    use crate::last::hash::{BLOCK, Domain, Hash, PACKED, limbs};
    use crate::poseidon2::constants::{FULL, INTERNAL, PARTIAL};

    /// The constants, as the engine takes them.
    static ROUNDS: LazyLock<Rounds> = LazyLock::new(|| {
        let mut prime = limbs(-Fr::ONE);
        prime[0] += 1;
        Rounds::new(prime, FULL.map(|constants| constants.map(limbs)), PARTIAL.map(limbs), INTERNAL.map(limbs))
    });

    pub(super) fn hash_leaves(token: Ifma, leaves: &[Vec<F>]) -> [Hash; TOGETHER] {
        let length = leaves[0].len();
        let words = |lane: usize, block: usize| {
            let mut words = [[0; 4]; 3];
            if let Some(leaf) = leaves.get(lane) {
                let elements = leaf.iter().skip(BLOCK * block).take(BLOCK).enumerate();
                elements.for_each(|(i, element)| words[i / PACKED][i % PACKED] = element.to_canonical_u64());
            }
            words
        };
        hash(token, Domain::Leaf, length, length.div_ceil(BLOCK).max(1), words)
    }

    pub(super) fn hash_pairs(token: Ifma, children: &[Hash]) -> [Hash; TOGETHER] {
        let pairs = children.as_chunks().0;
        let words = |lane: usize, _| match pairs.get(lane) {
            Some([left, right]) => [limbs(left.0 + right.0), limbs(right.0 - left.0), [0; 4]],
            None => [[0; 4]; 3],
        };
        hash(token, Domain::Node, 0, 1, words)
    }

    fn hash(
        token: Ifma,
        domain: Domain,
        length: usize,
        blocks: usize,
        words: impl Fn(usize, usize) -> [Word; 3],
    ) -> [Hash; TOGETHER] {
        let capacity = limbs(domain.capacity(length));
        token.hash(&ROUNDS, capacity, blocks, words).map(|word| Hash(Fr::from_raw(word)))
    }
}
