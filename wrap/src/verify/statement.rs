//! # Nine public scalars
//!
//! The statement's 204 bytes, cut into pieces of 24 (the last has 12), each a little-endian integer: decision 0009.
//!
//! An element starts at a byte that is a multiple of four, and five of them lie across a cut, which is in their middle: they are split into halves
//! of 32 bits. What is not a digest is shown to have 32 bits. So pieces are sums of integers that do not overlap, and statement and pieces determine
//! each other.

use furl_circuits::field::F;
use furl_ledger::data;
use furl_ledger::statement::{self, Statement};
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;
use plonky2::field::types::{Field, PrimeField64};

use super::goldilocks::{Element, Goldilocks, Sum};
use crate::machine::Machine;

/// Bytes of a piece.
const PIECE: usize = 24;
/// How many public scalars a statement has.
pub const SCALARS: usize = Statement::BYTES.div_ceil(PIECE);
/// Which elements are integers of 32 bits.
const WORDS: [usize; 3] = [0, 5, 14];

/// The public scalars of a statement.
#[must_use]
pub fn scalars(statement: &Statement) -> Vec<Fr> {
    let scalar =
        |piece: &[u8]| piece.iter().rev().fold(Fr::zero(), |v, byte| v * Fr::from(256) + Fr::from(u64::from(*byte)));
    statement.to_bytes().chunks(PIECE).map(scalar).collect()
}

/// The elements of a statement, of which a last proof has all but version and start as public inputs.
pub fn elements<M: Machine>(g: &mut Goldilocks<'_, M>, public_inputs: &[Element<M::Cell>]) -> Vec<Element<M::Cell>> {
    let version = g.constant(F::from_canonical_u32(statement::VERSION));
    let start = data::start().0.map(|v| g.constant(v));
    let (before, after) = public_inputs.split_at(public_inputs.len() - start.len());
    std::iter::once(version).chain(before.iter().copied()).chain(start).chain(after.iter().copied()).collect()
}

/// Demands that the public scalars are those of these elements.
///
/// # Panics
/// If they are not as many as a statement has: a mistake in the circuit's code.
pub fn assert_public<M: Machine>(g: &mut Goldilocks<'_, M>, elements: &[Element<M::Cell>]) {
    assert_eq!(elements.len(), Statement::ELEMENTS, "elements of a statement");
    let mut pieces = vec![g.zero().cell(); SCALARS];
    let mut offset = 0;
    for (i, element) in elements.iter().enumerate() {
        let is_word = WORDS.contains(&i);
        let bytes = if is_word { 4 } else { 8 };
        let end = offset + bytes;
        if (end - 1) / PIECE == offset / PIECE {
            if is_word {
                assert_32_bits(g, (*element).into());
            }
            place(g, &mut pieces, offset, (*element).into());
        } else {
            for (at, half) in [offset, offset + 4].into_iter().zip(halves(g, *element)) {
                place(g, &mut pieces, at, half);
            }
        }
        offset = end;
    }
    for (index, piece) in pieces.into_iter().enumerate() {
        g.machine().assert_public(index, piece);
    }
}

/// Adds an integer to the piece that a byte is in.
fn place<M: Machine>(g: &mut Goldilocks<'_, M>, pieces: &mut [M::Cell], offset: usize, v: Sum<M::Cell>) {
    let one = g.one().cell();
    let piece = &mut pieces[offset / PIECE];
    let weight = Fr::from(256).pow_vartime([(offset % PIECE) as u64]);
    *piece = g.machine().multiply_add(*piece, one, weight, v.cell(), Fr::zero());
}

/// Demands that an integer below $2^{80}$ has 32 bits.
fn assert_32_bits<M: Machine>(g: &mut Goldilocks<'_, M>, v: Sum<M::Cell>) {
    let shifted = g.affine(1 << 48, v, 0); // below 2^128 < r
    g.machine().assert_80_bits(shifted.cell());
}

/// The halves of an element $v = l + 2^{32} h$. Both sides are integers below $2^{113}$, and $l < 2^{32}$.
fn halves<M: Machine>(g: &mut Goldilocks<'_, M>, element: Element<M::Cell>) -> [Sum<M::Cell>; 2] {
    let value = g.value(element.into()).to_canonical_u64();
    let low = g.below_80_bits((value & u64::from(u32::MAX)).into());
    assert_32_bits(g, low);
    let high = g.below_80_bits((value >> 32).into());
    let sum = g.scale_add(1 << 32, high, low);
    g.machine().assert_equal(sum.cell(), element.cell());
    [low, high]
}
