//! # Hashes of the last layer
//!
//! Everything that the last layer hashes goes through the permutation of [`poseidon2`](crate::poseidon2), on a state of four
//! scalars $(s_0, s_1, s_2, s_3)$ of BN254. A hash is one scalar. $p$ is the order of Goldilocks, $r$ that of the scalars.
//!
//! **In.** Nine elements are a *block*. Element $i$ of a block, $i = 3j + k$, adds $e_i \cdot 2^{64k}$ to $s_j$; then comes the
//! permutation. Elements are canonical, so a block and the three scalars that it adds determine each other. Missing elements are
//! zeros: the length of what is hashed stands in $s_3$.
//!
//! **Out.** A scalar is taken apart in base $p$: $s = d_0 + d_1 p + d_2 p^2 + d_3 p^3$, with $d_i < p$. As $p^4 > r$, these
//! *digits* determine the scalar; $d_3 \le \lfloor r / p^3 \rfloor$.
//!
//! | what | state before | then | result |
//! |---|---|---|---|
//! | leaf of $n$ elements | $(0, 0, 0, 2^{64} + n)$ | all blocks | $s_0$ |
//! | node over $L$, $R$ | $(L + R, R - L, 0, 2 \cdot 2^{64})$ | the permutation | $s_0$ |
//! | message of $n$ elements | $(0, 0, 0, 3 \cdot 2^{64} + n)$ | all blocks | $s_0$ |
//! | transcript | $(0, 0, 0, 0)$ | see [`Transcript`](super::transcript::Transcript) | digits |
//!
//! ## Why so
//!
//! - *What is absorbed* in the wrap are canonical elements, and one row makes an element canonical and packs it. A base of $2^{64}$
//!   makes packing a shift here.
//! - *What is taken apart* are hashes that enter the transcript, and challenges that leave it. In base $p$ a scalar's three lower
//!   digits are uniform elements of Goldilocks: each value of $(d_0, d_1, d_2)$ has $\lfloor r/p^3 \rfloor$ or one more preimages, so
//!   challenges are off uniform by at most $p^3/r < 2^{-61}$. Four rows of the wrap, one a digit, and a fifth that bounds $d_3$ show that digits are
//!   those of a scalar. (Words of 64 bits, reduced, would make each value below $2^{32}$ twice as likely as the others.)
//! - *A node* hashes sum and difference, an invertible map of its children. If $c$ is the hash below, $\sigma = \pm 1$ the side, and
//!   $V = R - L$ whatever the prover says it is, then $L + R = 2c + \sigma V$: one row a level, where a swap takes two or three.
//! - *One word of capacity*, of 254 bits, is as much as a hash: collisions take $2^{127}$ calls. It starts with what is hashed, so
//!   that no leaf is a node, a message, or a leaf of another length.
//!
//! The wrap may demand $d_3 < \lfloor r/p^3 \rfloor$ instead of comparing with $r$. That refuses one scalar in $2^{61}$, and no prover
//! will see it.

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use plonky2::field::types::{Field, Field64, PrimeField64};
use plonky2::plonk::config::{GenericHashOut, Hasher};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::transcript::Transcript;
use crate::poseidon2::{self, WIDTH};
use furl_circuits::field::F;

/// Elements packed into a scalar.
pub const PACKED: usize = 3;
/// Elements of a block.
pub const BLOCK: usize = PACKED * (WIDTH - 1);
/// Digits of a scalar.
pub const DIGITS: usize = 4;

/// What is hashed: the upper half of the capacity's first value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// A transcript.
    Transcript,
    /// A leaf of a Merkle tree.
    Leaf,
    /// A node of a Merkle tree.
    Node,
    /// Anything else: the circuit's digest.
    Message,
}

impl Domain {
    /// The capacity before `length` elements are hashed.
    #[must_use]
    pub fn capacity(self, length: usize) -> Fr {
        Fr::from_raw([length as u64, self as u64, 0, 0])
    }
}

/// One to three elements, base $2^{64}$.
#[must_use]
pub fn pack(elements: &[F]) -> Fr {
    let mut limbs = [0; 4];
    limbs[..PACKED].iter_mut().zip(elements).for_each(|(limb, element)| *limb = element.to_canonical_u64());
    Fr::from_raw(limbs)
}

/// Adds a block of at most nine elements to the state, and permutes it.
pub fn absorb(state: &mut [Fr; WIDTH], block: &[F]) {
    for (s, elements) in state.iter_mut().zip(block.chunks(PACKED)) {
        *s += pack(elements);
    }
    poseidon2::permute(state);
}

/// The digits of a scalar, base $p$, the least first.
#[must_use]
pub fn digits(scalar: Fr) -> [F; DIGITS] {
    let mut limbs = limbs(scalar);
    std::array::from_fn(|_| F::from_canonical_u64(divide(&mut limbs)))
}

/// A scalar's integer, 64 bits a limb, the least first.
fn limbs(scalar: Fr) -> [u64; 4] {
    let bytes = scalar.to_repr();
    let words = bytes.as_chunks::<8>().0;
    std::array::from_fn(|i| u64::from_le_bytes(words[i]))
}

/// Divides by $p$, and returns the remainder.
fn divide(limbs: &mut [u64; 4]) -> u64 {
    limbs.iter_mut().rev().fold(0, |remainder, limb| {
        let dividend = u128::from(remainder) << 64 | u128::from(*limb);
        let order = u128::from(F::ORDER);
        // The remainder above is below the order, so that the quotient is a limb.
        *limb = (dividend / order) as u64;
        (dividend % order) as u64
    })
}

/// A hash: a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash(pub Fr);

impl GenericHashOut<F> for Hash {
    /// 32 bytes, little-endian, below the order of the scalars.
    fn to_bytes(&self) -> Vec<u8> {
        self.0.to_repr().to_vec()
    }

    /// Reads 32 bytes; reduces what is not below the order. Whoever reads strictly compares with [`to_bytes`](Self::to_bytes).
    fn from_bytes(bytes: &[u8]) -> Self {
        let mut repr = [0; 32];
        repr.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        let words = repr.as_chunks::<8>().0;
        Self(Fr::from_raw(std::array::from_fn(|i| u64::from_le_bytes(words[i]))))
    }

    /// As a transcript observes it: the digits.
    fn to_vec(&self) -> Vec<F> {
        digits(self.0).to_vec()
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_repr().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Hash {
    /// Refuses a scalar that is not below the order.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let repr = <[u8; 32]>::deserialize(deserializer)?;
        let scalar = Option::from(Fr::from_repr(repr));
        scalar.map(Self).ok_or_else(|| D::Error::custom("expected a scalar below the order of BN254's group"))
    }
}

/// Leaves, nodes and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScalarHasher;

impl ScalarHasher {
    fn sponge(domain: Domain, input: &[F]) -> Hash {
        let mut state = [Fr::ZERO, Fr::ZERO, Fr::ZERO, domain.capacity(input.len())];
        input.chunks(BLOCK).for_each(|block| absorb(&mut state, block));
        if input.is_empty() {
            absorb(&mut state, &[]);
        }
        Hash(state[0])
    }
}

impl Hasher<F> for ScalarHasher {
    const HASH_SIZE: usize = 32;
    type Hash = Hash;
    type Permutation = Transcript;

    fn hash_no_pad(input: &[F]) -> Hash {
        Self::sponge(Domain::Message, input)
    }

    fn hash_leaf(input: &[F]) -> Hash {
        Self::sponge(Domain::Leaf, input)
    }

    fn two_to_one(left: Hash, right: Hash) -> Hash {
        let mut state = [left.0 + right.0, right.0 - left.0, Fr::ZERO, Domain::Node.capacity(0)];
        poseidon2::permute(&mut state);
        Hash(state[0])
    }
}
