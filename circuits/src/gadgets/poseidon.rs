//! # Poseidon, domain-separated
//!
//! One permutation is one row of plonky2's `PoseidonGate`, twelve elements wide. The gate also swaps its first two quadruples when its swap wire is 1, and
//! constrains that wire to be a bit: a Merkle path's index bits are constrained nowhere else.
//!
//! | wires | what |
//! |---|---|
//! | 0–11 | input; the last four are the capacity |
//! | 12–23 | output |
//! | 24 | swap |
//!
//! [`hash`] mirrors the ledger's: at most eight words, a tag and the length in the capacity, the first four elements out.

use core::array::from_fn;

use furl_ledger::hash::Tag;
use plonky2::field::types::Field;
use plonky2::gates::poseidon::PoseidonGate;
use plonky2::iop::target::Target;

use crate::builder::Builder;
use crate::field::{D, F};
use crate::wires::DigestWires;

/// Elements absorbed by one permutation.
pub const RATE: usize = 8;
/// Elements of the state.
pub const WIDTH: usize = 12;
const OUTPUT: usize = WIDTH;
const SWAP: usize = 2 * WIDTH;

/// A permutation's row: its output wires, and its swap wire left to the caller.
fn row(b: &mut Builder, state: [Target; WIDTH]) -> (usize, [Target; WIDTH]) {
    let row = b.add_gate(PoseidonGate::<F, D>::new(), vec![]);
    b.connect_array(state, from_fn(|i| Target::wire(row, i)));
    (row, from_fn(|i| Target::wire(row, OUTPUT + i)))
}

/// The permutation of `state`. One row.
pub fn permute(b: &mut Builder, state: [Target; WIDTH]) -> [Target; WIDTH] {
    let (row, output) = row(b, state);
    let zero = b.constant(F::ZERO);
    b.connect(Target::wire(row, SWAP), zero);
    output
}

/// The capacity under which `words` words are hashed for `tag`.
fn capacity(b: &mut Builder, tag: Tag, words: usize) -> [Target; 4] {
    [tag.element(), F::from_canonical_usize(words), F::ZERO, F::ZERO].map(|e| b.constant(e))
}

/// The hash of at most eight words under a tag. One row.
///
/// # Panics
/// If there are more than eight words: a mistake in the circuit's code.
pub fn hash(b: &mut Builder, tag: Tag, words: &[Target]) -> DigestWires {
    assert!(words.len() <= RATE, "one permutation absorbs {RATE} words, not {}", words.len());
    let (zero, capacity) = (b.constant(F::ZERO), capacity(b, tag, words.len()));
    let state = from_fn(|i| if i < RATE { words.get(i).copied().unwrap_or(zero) } else { capacity[i - RATE] });
    digest(permute(b, state))
}

/// The hash of two child nodes, of which `node` is the right one if `bit` is 1. Constrains `bit` to be a bit. One row.
pub fn node(b: &mut Builder, node: &DigestWires, sibling: &DigestWires, bit: Target) -> DigestWires {
    let capacity = capacity(b, Tag::Node, RATE);
    let state = from_fn(|i| match i / 4 {
        0 => node.elements[i],
        1 => sibling.elements[i - 4],
        _ => capacity[i - RATE],
    });
    let (row, output) = row(b, state);
    b.connect(Target::wire(row, SWAP), bit);
    digest(output)
}

/// Absorbs eight words onto a running capacity: an overwrite-mode sponge. One row. Returns the whole state.
pub fn absorb(b: &mut Builder, words: [Target; RATE], capacity: [Target; 4]) -> [Target; WIDTH] {
    permute(b, from_fn(|i| if i < RATE { words[i] } else { capacity[i - RATE] }))
}

fn digest(state: [Target; WIDTH]) -> DigestWires {
    DigestWires { elements: from_fn(|i| state[i]) }
}
