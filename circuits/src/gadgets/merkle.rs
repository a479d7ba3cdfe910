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

#[cfg(test)]
mod tests {
    use furl_ledger::digest::Digest;
    use furl_ledger::tree::Tree;
    use plonky2::iop::witness::PartialWitness;

    use super::*;
    use crate::profile::Profile;
    use crate::testing::mutants::{Effort, connects};
    use crate::testing::{Subject, Table};
    use crate::wires::Wires;

    fn leaf(i: u64) -> Digest {
        Digest([1, 2, 3, i].map(F::from_canonical_u64))
    }

    /// A tree with a neighbourhood, and a place in it.
    fn tree() -> (Tree, SlotIndex) {
        let mut tree = Tree::new();
        let at = 0b1010_0110_0101_1010_0110_0101;
        for (i, place) in [at, at ^ 1, at ^ 2, at ^ (1 << 23), 7].into_iter().enumerate() {
            tree.set(SlotIndex::new(place).unwrap(), leaf(i as u64));
        }
        (tree, SlotIndex::new(at).unwrap())
    }

    /// A circuit whose statement is an update, and the targets of its path and leaves.
    fn subject() -> (Subject, (PathWires, [DigestWires; 2])) {
        let write = |b: &mut Builder| {
            let (path, leaves) = (PathWires::allocate(b), <[DigestWires; 2]>::allocate(b));
            let (before, after) = path.update(b, &leaves[0], &leaves[1]);
            b.register_public_inputs(&[before.to_targets(), after.to_targets()].concat());
            (path, leaves)
        };
        Subject::new(&Profile::Fast.leaf_config(), write).unwrap()
    }

    fn inputs((path, leaves): &(PathWires, [DigestWires; 2]), new: Digest) -> PartialWitness<F> {
        let (tree, at) = tree();
        let mut witness = PartialWitness::new();
        path.assign(&mut witness, &(at, tree.path(at))).unwrap();
        leaves.assign(&mut witness, &[leaf(0), new]).unwrap();
        witness
    }

    #[test]
    fn both_roots_are_the_ledger_s() {
        let (subject, wires) = subject();
        let table = Table::honest(subject.circuit(), inputs(&wires, leaf(9))).unwrap();
        let (mut tree, at) = tree();
        let before = tree.root();
        tree.set(at, leaf(9));
        assert_eq!(table.public_inputs(), [before.0, tree.root().0].concat());
        subject.checker().check(&table).unwrap();
    }

    #[test]
    fn every_connect_is_needed() {
        let (subject, wires) = subject();
        let others = [inputs(&wires, leaf(3))];
        let report = connects(&subject, &inputs(&wires, leaf(9)), &others, Effort::default()).unwrap();
        assert_eq!(report.survivors().count() + report.deferred(), 0, "{report}");
        // Eight say what others say: without one the circuit is the same.
        assert_eq!((report.mutants().len(), report.caught()), (48 * 13, 48 * 13 - 8), "{report}");
    }
}
