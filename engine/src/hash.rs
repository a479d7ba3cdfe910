//! # Hashing eight messages at once
//!
//! The two functions of a Merkle tree, eight times each: [`EightHasher`]. As plonky2's `PoseidonHash` defines them:
//!
//! | function | state before the permutation |
//! |---|---|
//! | leaf | each eight elements in turn over the first eight; the length plus one in the ninth, once |
//! | node | left hash, right hash, zeros |
//!
//! The hash is the first four elements.

use crate::F;
use plonky2::hash::hash_types::HashOut;
use plonky2::hash::poseidon::{Poseidon, PoseidonHash};
use plonky2::plonk::config::Hasher;

use crate::poseidon::WIDTH;
use crate::simd::Backend;

/// How many messages are hashed together.
pub const TOGETHER: usize = 8;
/// Elements that are absorbed by one permutation.
const RATE: usize = 8;

/// Eight states: element by element, each for all eight.
type Eight = [[u64; TOGETHER]; WIDTH];

/// A hasher of plonky2's trees that takes eight leaves, or eight pairs of hashes, at a time.
///
/// Its results are those of [`Hasher::hash_leaf`] and [`Hasher::two_to_one`]. If they are not, proofs are false, and plonky2's verifier
/// says so.
pub trait EightHasher: Hasher<F> {
    /// Hashes of up to eight leaves of one length; anything in the place of those that are not there.
    fn hash_leaves(backend: Backend, leaves: &[Vec<F>]) -> [Self::Hash; TOGETHER];

    /// Hashes of up to eight pairs of hashes, given one after the other.
    fn hash_pairs(backend: Backend, children: &[Self::Hash]) -> [Self::Hash; TOGETHER];
}

impl EightHasher for PoseidonHash {
    fn hash_leaves(backend: Backend, leaves: &[Vec<F>]) -> [HashOut<F>; TOGETHER] {
        let length = leaves[0].len();
        let mut state: Eight = [[0; TOGETHER]; WIDTH];
        state[RATE] = [length as u64 + 1; TOGETHER];
        for start in (0..length).step_by(RATE) {
            let end = length.min(start + RATE);
            for (lane, leaf) in leaves.iter().enumerate() {
                for (row, element) in state.iter_mut().zip(&leaf[start..end]) {
                    row[lane] = element.0;
                }
            }
            backend.permute(&mut state);
        }
        digests(&state)
    }

    fn hash_pairs(backend: Backend, children: &[HashOut<F>]) -> [HashOut<F>; TOGETHER] {
        let mut state: Eight = [[0; TOGETHER]; WIDTH];
        for (lane, pair) in children.chunks_exact(2).enumerate() {
            let elements = pair.iter().flat_map(|child| child.elements);
            for (row, element) in state.iter_mut().zip(elements) {
                row[lane] = element.0;
            }
        }
        backend.permute(&mut state);
        digests(&state)
    }
}

impl Backend {
    /// The permutation on eight states.
    fn permute(self, state: &mut Eight) {
        match self {
            Self::Portable => permute_portable(state),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(token) => x86::permute_avx2(token, state),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(token) => x86::permute_avx512(token, state),
        }
    }
}

fn permute_portable(state: &mut Eight) {
    for lane in 0..TOGETHER {
        let output = F::poseidon(state.map(|row| F(row[lane])));
        for (row, element) in state.iter_mut().zip(output) {
            row[lane] = element.0;
        }
    }
}

fn digests(state: &Eight) -> [HashOut<F>; TOGETHER] {
    core::array::from_fn(|lane| HashOut { elements: core::array::from_fn(|i| F(state[i][lane])) })
}

/// The entry points, which carry the target features.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    use super::{Eight, TOGETHER, WIDTH};
    use crate::simd::{Avx2, Avx512, Simd};

    pub(super) fn permute_avx2(token: Avx2, state: &mut Eight) {
        #[target_feature(enable = "avx2")]
        fn entry(token: Avx2, state: &mut Eight) {
            permute(token, state);
        }
        // SAFETY: the processor has AVX2, as the token shows.
        unsafe { entry(token, state) }
    }

    pub(super) fn permute_avx512(token: Avx512, state: &mut Eight) {
        #[target_feature(enable = "avx512f")]
        fn entry(token: Avx512, state: &mut Eight) {
            permute(token, state);
        }
        // SAFETY: the processor has AVX-512F, as the token shows.
        unsafe { entry(token, state) }
    }

    #[inline(always)]
    fn permute<S: Simd>(s: S, state: &mut Eight) {
        for first in (0..TOGETHER).step_by(S::LANES) {
            let mut lanes = [s.splat(0); WIDTH];
            for i in 0..WIDTH {
                lanes[i] = s.load(&state[i][first..]);
            }
            crate::poseidon::permute(s, &mut lanes);
            for i in 0..WIDTH {
                s.store(lanes[i], &mut state[i][first..]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_permutation_is_plonky2s_on_every_backend() {
        let mut numbers = (1..).map(|i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let edges = [0, 1, u64::MAX, 0xffff_ffff_0000_0001, 0xffff_ffff_0000_0000, 0xffff_ffff, 1 << 32, 1 << 63];
        for round in 0..200 {
            let mut state: Eight = [[0; TOGETHER]; WIDTH];
            for (i, element) in state.iter_mut().flatten().enumerate() {
                *element =
                    if round % 2 == 0 { numbers.next().unwrap() } else { edges[(i * 5 + round / 2) % edges.len()] };
            }
            for backend in Backend::available() {
                let mut output = state;
                backend.permute(&mut output);
                for lane in 0..TOGETHER {
                    let expected = F::poseidon(state.map(|row| F(row[lane])));
                    assert_eq!(output.map(|row| F(row[lane])), expected, "{backend:?}, lane {lane}");
                }
            }
        }
    }
}
