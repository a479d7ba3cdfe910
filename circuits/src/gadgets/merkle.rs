//! # Merkle paths: the old root and the new from one path
//!
//! A tree of fixed depth 24. [`PathWires::update`] hashes the old leaf and the new leaf up along the *same* siblings and the *same* index bits: what the path
//! says about the old root it says about the new one, so that no other leaf can change (rule T9). Forty-eight rows.
//!
//! The bits are constrained by the Poseidon rows that swap by them. Tags keep nodes and leaves apart, and the depth is fixed, so a node is never read as a leaf.

use furl_ledger::DEPTH;
use furl_ledger::index::SlotIndex;
use furl_ledger::tree::Path;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use super::poseidon;
use crate::builder::Builder;
use crate::field::F;
use crate::wires::{DigestWires, wires};

wires! {
    /// Where a leaf stands, and the siblings on its way to the root.
    pub struct PathWires: (SlotIndex, Path) {
        /// Bits of the index, lowest (leaf level) first.
        bits: [Target; DEPTH] = |path| core::array::from_fn(|level| F::from_bool(path.0.get() >> level & 1 == 1)),
        /// Siblings, leaf level first.
        siblings: [DigestWires; DEPTH] = |path| *path.1.siblings(),
    }
}

impl PathWires {
    /// The root above `leaf`. Twenty-four rows.
    pub fn root(&self, b: &mut Builder, leaf: &DigestWires) -> DigestWires {
        let mut node = *leaf;
        for (level, (bit, sibling)) in self.bits.iter().zip(&self.siblings).enumerate() {
            node = b.scope_at("level", level, |b| poseidon::node(b, &node, sibling, *bit));
        }
        node
    }

    /// The root with the old leaf in place, and the root with the new one. Forty-eight rows.
    pub fn update(&self, b: &mut Builder, old: &DigestWires, new: &DigestWires) -> (DigestWires, DigestWires) {
        let before = b.scope("before", |b| self.root(b, old));
        let after = b.scope("after", |b| self.root(b, new));
        (before, after)
    }
}
