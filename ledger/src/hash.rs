//! # Hashing
//!
//! Every hash of the protocol is one call of one permutation: Poseidon over the Goldilocks field
//! with twelve elements of state, eight full and twenty-two partial rounds, exactly as plonky2
//! proves it. A hash of up to eight words is a single permutation of
//!
//! ```text
//! state    0   1   2   3   4   5   6   7 | 8    9       10  11
//!          words, then zeros             | tag  length  0   0
//! ```
//!
//! and its digest is the first four elements of the result. The last four, the capacity, never leave
//! the state. Because the tag and the length stand in the capacity, inputs of different kinds or
//! lengths never meet: a leaf is not a node, and a word of padding is not a zero word.
//!
//! The signature's challenge and the data chain, longer than eight words, absorb blocks into a state
//! with [`permute`]; each documents its own start.

use crate::digest::Digest;
use crate::field::F;
use plonky2_core::poseidon::Poseidon;
use plonky2_field::types::Field;

/// The number of words that one permutation absorbs.
pub const RATE: usize = 8;

/// The number of elements of the permutation's state.
pub const WIDTH: usize = 12;

/// What is hashed. The number is part of the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Tag {
    /// A slot owner: public key and L1 address.
    Key = 1,
    /// The domain: chain and rollup contract.
    Domain = 2,
    /// The leaf of an unused slot.
    Empty = 3,
    /// The leaf of a slot in use.
    Slot = 4,
    /// An inner node of the tree: two digests.
    Node = 5,
    /// The fee lanes of a batch.
    Fees = 6,
    /// The start of the chained hash over a batch's data.
    Data = 7,
    /// The digest of a batch's fee lanes, and what they have collected so far.
    Sums = 8,
}

impl Tag {
    /// The tag as the field element that enters the state.
    pub fn element(self) -> F {
        F::from_canonical_u64(self as u64)
    }
}

/// The Poseidon permutation.
pub fn permute(state: [F; WIDTH]) -> [F; WIDTH] {
    F::poseidon(state)
}

/// The digest of up to eight words of one kind.
///
/// # Panics
/// If there are more than [`RATE`] words. Every caller's number of words is fixed by its type.
pub fn hash(tag: Tag, words: &[F]) -> Digest {
    assert!(words.len() <= RATE, "{} words do not fit one permutation", words.len());
    let mut state = [F::ZERO; WIDTH];
    state[..words.len()].copy_from_slice(words);
    state[RATE] = tag.element();
    state[RATE + 1] = F::from_canonical_usize(words.len());
    let [a, b, c, d, ..] = permute(state);
    Digest([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;
    use plonky2_field::types::PrimeField64;
    use serde::Deserialize;
    use std::collections::HashSet;

    #[derive(Deserialize)]
    struct Vectors {
        permutations: Vec<Permutation>,
    }

    #[derive(Deserialize)]
    struct Permutation {
        input: [String; WIDTH],
        output: [String; WIDTH],
    }

    fn elements(words: &[String; WIDTH]) -> [F; WIDTH] {
        words.each_ref().map(|word| {
            let digits = word.strip_prefix("0x").expect("0x");
            F::from_canonical_u64(u64::from_str_radix(digits, 16).expect("hexadecimal"))
        })
    }

    #[test]
    fn published_permutations() {
        let json = include_str!("../../vectors/poseidon.json");
        let vectors: Vectors = serde_json::from_str(json).expect("the vectors are well formed");
        assert_eq!(vectors.permutations.len(), 4);
        for Permutation { input, output } in &vectors.permutations {
            assert_eq!(permute(elements(input)), elements(output));
        }
    }

    #[test]
    fn a_hash_is_the_documented_permutation() {
        let words = [10, 20, 30].map(F::from_canonical_u64);
        let state = [10, 20, 30, 0, 0, 0, 0, 0, 4, 3, 0, 0].map(F::from_canonical_u64);
        let expected = F::poseidon(state);
        assert_eq!(hash(Tag::Slot, &words).0, expected[..4]);
    }

    #[test]
    fn kinds_and_lengths_never_meet() {
        let tags = [Tag::Key, Tag::Domain, Tag::Empty, Tag::Slot, Tag::Node, Tag::Fees, Tag::Data, Tag::Sums];
        let mut seen = HashSet::new();
        for (number, tag) in (1..).zip(tags) {
            assert_eq!(tag.element().to_canonical_u64(), number);
            for length in 0..=RATE {
                assert!(seen.insert(hash(tag, &[F::ZERO; RATE][..length])));
            }
        }
    }

    #[test]
    #[should_panic(expected = "9 words do not fit")]
    fn nine_words_are_too_many() {
        hash(Tag::Node, &[F::ZERO; 9]);
    }
}
