//! # The transcript
//!
//! plonky2's challenger writes up to nine elements into its sponge, permutes, and hands out what it squeezes, from the end. This
//! is such a sponge. What is written waits for the permutation, which *adds* it to the state as a block: so that the wrap absorbs with
//! the gate that also hashes leaves.
//!
//! | call | effect |
//! |---|---|
//! | set element $i$ | it waits as element $i$ of the block |
//! | permute | of a block of $m$ elements, $s_3$ grows by $9 - m$; the block is absorbed ([`hash`]) |
//! | squeeze | the digits $d_0, d_1, d_2$ of $s_0$, of $s_1$, of $s_2$: nine elements |
//!
//! A block that is not full is therefore no full one with zeros at its end, and a permutation without elements is a block of none. The
//! lengths of all messages follow from the circuit's common data; so transcripts of one circuit never differ in them, and the rule is there
//! for whoever reads the definition alone.
//!
//! A challenge is a digit, uniform up to $2^{-61}$. The challenger takes digits from the last, $d_2$ of $s_2$, to the first.

use halo2_proofs::halo2curves::bn256::Fr;
use plonky2::field::types::Field;
use plonky2::hash::hashing::PlonkyPermutation;

use super::hash::{self, BLOCK, PACKED};
use crate::poseidon2::WIDTH;
use furl_circuits::field::F;

/// The sponge of a transcript. See the [module](self).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    state: [Fr; WIDTH],
    waiting: [F; BLOCK],
    length: usize,
    squeezed: [F; BLOCK],
}

impl Transcript {
    /// The state after the last permutation.
    #[must_use]
    pub const fn state(&self) -> &[Fr; WIDTH] {
        &self.state
    }
}

/// The elements that wait.
impl AsRef<[F]> for Transcript {
    fn as_ref(&self) -> &[F] {
        &self.waiting
    }
}

impl PlonkyPermutation<F> for Transcript {
    const RATE: usize = BLOCK;
    const WIDTH: usize = BLOCK;

    /// A state of zeros, and these elements waiting. Zeros at their end do not count: they are plonky2's way to ask for the state.
    fn new<I: IntoIterator<Item = F>>(elements: I) -> Self {
        let mut transcript = Self::default();
        transcript.set_from_iter(elements, 0);
        transcript.length =
            transcript.waiting.iter().rposition(|&element| element != F::ZERO).map_or(0, |last| last + 1);
        transcript
    }

    fn set_elt(&mut self, element: F, index: usize) {
        self.waiting[index] = element;
        self.length = self.length.max(index + 1);
    }

    fn set_from_iter<I: IntoIterator<Item = F>>(&mut self, elements: I, start: usize) {
        (start..BLOCK).zip(elements).for_each(|(index, element)| self.set_elt(element, index));
    }

    fn set_from_slice(&mut self, elements: &[F], start: usize) {
        self.set_from_iter(elements.iter().copied(), start);
    }

    fn permute(&mut self) {
        let missing = BLOCK - self.length;
        self.state[WIDTH - 1] += Fr::from(missing as u64);
        hash::absorb(&mut self.state, &self.waiting);
        self.waiting = [F::ZERO; BLOCK];
        self.length = 0;
        for (squeezed, scalar) in self.squeezed.chunks_mut(PACKED).zip(self.state) {
            squeezed.copy_from_slice(&hash::digits(scalar)[..PACKED]);
        }
    }

    fn squeeze(&self) -> &[F] {
        &self.squeezed
    }
}
