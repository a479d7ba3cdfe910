//! # The state tree
//!
//! A Merkle tree of fixed depth [`DEPTH`] with a leaf for each slot index:
//!
//! ```text
//! empty leaf = Poseidon(Empty;)            leaf = Slot::leaf
//! node       = Poseidon(Node; left₀…₃, right₀…₃)
//! ```
//!
//! Leaf, node and empty leaf carry different tags, and every path has the same length, so no node can pass for a leaf
//! and no index can be read at two depths. Bit $i$ of a slot's index says on which side of level $i$ its path comes
//! from: 0 left, 1 right, the lowest bit at the leaves.
//!
//! The tree is sparse: of each level it stores only the nodes that differ from an empty subtree. A tree of one slot
//! is 25 digests, not $2^{25}$. The digest of the empty subtree of each height is computed once.
//!
//! A [`Path`] holds for a leaf *before* and *after* that leaf changes, since it consists of siblings only. Old and new
//! root of an update come from one path, and so nothing else can have changed (rule T9).

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    digest::Digest,
    field::F,
    hash::{Tag, hash},
    index::{DEPTH, SlotIndex},
};

/// `EMPTY[h]` is the digest of the subtree of height `h` without any slot.
static EMPTY: LazyLock<[Digest; DEPTH + 1]> = LazyLock::new(|| {
    let mut digests = [hash(Tag::Empty, &[]); DEPTH + 1];
    for height in 1..=DEPTH {
        digests[height] = node(&digests[height - 1], &digests[height - 1]);
    }
    digests
});

/// The digest of an empty leaf. Nobody can sign for it.
pub fn empty_leaf() -> Digest {
    EMPTY[0]
}

/// The digest of an inner node.
pub fn node(left: &Digest, right: &Digest) -> Digest {
    let mut words = [F::default(); 8];
    words[..4].copy_from_slice(&left.0);
    words[4..].copy_from_slice(&right.0);
    hash(Tag::Node, &words)
}

/// The siblings of a leaf and of all nodes above it, leaf level first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path([Digest; DEPTH]);

impl Path {
    /// The path with these siblings, leaf level first.
    pub const fn new(siblings: [Digest; DEPTH]) -> Self {
        Self(siblings)
    }

    /// The siblings, leaf level first.
    pub const fn siblings(&self) -> &[Digest; DEPTH] {
        &self.0
    }

    /// The root of the tree that has `leaf` at `index` and these siblings.
    pub fn root(&self, leaf: Digest, index: SlotIndex) -> Digest {
        self.0.iter().enumerate().fold(leaf, |digest, (level, sibling)| {
            if index.get() >> level & 1 == 0 { node(&digest, sibling) } else { node(sibling, &digest) }
        })
    }
}

/// A sparse Merkle tree over the slots' leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// `levels[h]` maps the position of a node of height `h` to its digest; an absent node is `EMPTY[h]`.
    levels: Vec<HashMap<u32, Digest>>,
}

impl Tree {
    /// A tree without slots.
    pub fn new() -> Self {
        Self { levels: vec![HashMap::new(); DEPTH + 1] }
    }

    /// The root.
    pub fn root(&self) -> Digest {
        self.digest(DEPTH, 0)
    }

    /// The leaf at `index`; [`empty_leaf`] if there is none.
    pub fn get(&self, index: SlotIndex) -> Digest {
        self.digest(0, index.get())
    }

    /// Puts `leaf` at `index`, and recomputes the nodes above it. [`empty_leaf`] removes a leaf.
    pub fn set(&mut self, index: SlotIndex, leaf: Digest) {
        let mut position = index.get();
        self.store(0, position, leaf);
        for height in 1..=DEPTH {
            position >>= 1;
            let [left, right] = [0, 1].map(|side| self.digest(height - 1, 2 * position + side));
            self.store(height, position, node(&left, &right));
        }
    }

    /// The path of the leaf at `index`, whether there is one or not.
    pub fn path(&self, index: SlotIndex) -> Path {
        Path(std::array::from_fn(|level| self.digest(level, (index.get() >> level) ^ 1)))
    }

    /// The part of the tree that has the paths of these leaves: as the whole, for whoever sets and opens no other leaf.
    pub(crate) fn part<'a>(&self, leaves: impl IntoIterator<Item = &'a SlotIndex>) -> Self {
        let mut part = Self::new();
        for index in leaves {
            for height in 0..=DEPTH {
                let position = index.get() >> height;
                // Whoever was here, be it as a sibling, has gone all the way up.
                if part.levels[height].contains_key(&position) {
                    break;
                }
                part.store(height, position, self.digest(height, position));
                if height < DEPTH {
                    part.store(height, position ^ 1, self.digest(height, position ^ 1));
                }
            }
        }
        part
    }

    fn digest(&self, height: usize, position: u32) -> Digest {
        self.levels[height].get(&position).copied().unwrap_or(EMPTY[height])
    }

    /// Stores a node, or nothing where the subtree is empty: equal states are equal trees.
    fn store(&mut self, height: usize, position: u32, digest: Digest) {
        if digest == EMPTY[height] {
            self.levels[height].remove(&position);
        } else {
            self.levels[height].insert(position, digest);
        }
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use plonky2_field::types::Field;
    use proptest::prelude::*;

    use super::*;

    fn leaf(value: u64) -> Digest {
        hash(Tag::Slot, &[F::from_canonical_u64(value)])
    }

    fn slot(index: u32) -> SlotIndex {
        SlotIndex::new(index).unwrap()
    }

    /// The root by definition: split the leaves into halves down to single leaves.
    fn naive_root(leaves: &BTreeMap<u32, Digest>, height: usize, position: u32) -> Digest {
        let first = u64::from(position) << height;
        let end = first + (1 << height);
        let mut inside = leaves.range(first as u32..).take_while(|(index, _)| u64::from(**index) < end);
        let Some((_, leaf)) = inside.next() else {
            // No leaf here: an empty subtree, built without the cache.
            return (0..height).fold(hash(Tag::Empty, &[]), |digest, _| node(&digest, &digest));
        };
        if height == 0 {
            return *leaf;
        }
        let [left, right] = [0, 1].map(|side| naive_root(leaves, height - 1, 2 * position + side));
        node(&left, &right)
    }

    /// Leaves in the tree, neighbours among them, and some that are not.
    #[test]
    fn a_part_is_as_the_whole_for_its_leaves() {
        let places = [0, 1, 2, 5, 6, 7, 1 << 10, (1 << 10) + 1, (1 << 24) - 1];
        let mut whole = Tree::new();
        for (value, index) in (1..).zip(places) {
            whole.set(slot(index), leaf(value));
        }
        for chosen in [&[0][..], &[1, 0], &[5, 6, 7], &[2, 3], &[3, 2, 4], &[900, (1 << 24) - 1, 1 << 10]] {
            let chosen: Vec<_> = chosen.iter().map(|index| slot(*index)).collect();
            let (mut whole, mut part) = (whole.clone(), whole.part(&chosen));
            for (value, index) in (100..).zip(&chosen) {
                assert_eq!(part.root(), whole.root());
                for other in &chosen {
                    assert_eq!((part.get(*other), part.path(*other)), (whole.get(*other), whole.path(*other)));
                }
                whole.set(*index, leaf(value));
                part.set(*index, leaf(value));
            }
            assert_eq!(part.root(), whole.root());
        }
    }

    #[test]
    fn an_empty_tree_is_24_hashes_of_the_empty_leaf() {
        assert_eq!(Tree::new().root(), naive_root(&BTreeMap::new(), DEPTH, 0));
        assert_eq!(Tree::new().get(SlotIndex::MAX), empty_leaf());
    }

    #[test]
    fn neighbours_and_corners() {
        let mut tree = Tree::new();
        let mut leaves = BTreeMap::new();
        for index in [0, 1, 2, 3, (1 << 23) - 1, 1 << 23, (1 << 24) - 2, (1 << 24) - 1] {
            tree.set(slot(index), leaf(u64::from(index)));
            leaves.insert(index, leaf(u64::from(index)));
            assert_eq!(tree.root(), naive_root(&leaves, DEPTH, 0), "after {index}");
        }
    }

    #[test]
    fn a_removed_leaf_leaves_no_trace() {
        let mut tree = Tree::new();
        tree.set(slot(5), leaf(5));
        let before = tree.clone();
        tree.set(slot(4), leaf(4));
        assert_ne!(tree.root(), before.root());
        tree.set(slot(4), empty_leaf());
        assert_eq!(tree, before);
        tree.set(slot(5), empty_leaf());
        assert_eq!(tree, Tree::new());
    }

    /// Indices that share long prefixes, so that paths meet at every height.
    fn arb_index() -> impl Strategy<Value = u32> {
        prop_oneof![0..8u32, (0..24u32).prop_map(|bit| 1 << bit), (1u32 << 24) - 8..1 << 24, 0..1u32 << 24]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_tree_is_the_naive_tree(updates in prop::collection::vec((arb_index(), 0..5u64), 1..20)) {
            let mut tree = Tree::new();
            let mut leaves = BTreeMap::new();
            for (index, value) in updates {
                // Value 0 removes the leaf.
                let (old, path) = (tree.root(), tree.path(slot(index)));
                prop_assert_eq!(path.root(tree.get(slot(index)), slot(index)), old);
                let new_leaf = if value == 0 { empty_leaf() } else { leaf(value) };
                tree.set(slot(index), new_leaf);
                if value == 0 { leaves.remove(&index); } else { leaves.insert(index, new_leaf); }
                prop_assert_eq!(path.root(new_leaf, slot(index)), tree.root(), "the path survives its own leaf");
                prop_assert_eq!(tree.path(slot(index)), path);
                prop_assert_eq!(tree.root(), naive_root(&leaves, DEPTH, 0));
            }
            for (index, leaf) in leaves {
                prop_assert_eq!(tree.get(slot(index)), leaf);
            }
        }

        #[test]
        fn a_path_opens_no_other_leaf_index_or_sibling(index in arb_index(), other in arb_index(), level in 0..DEPTH) {
            let mut tree = Tree::new();
            tree.set(slot(index), leaf(1));
            tree.set(slot(other), leaf(2));
            let (path, value) = (tree.path(slot(index)), tree.get(slot(index)));
            prop_assert_ne!(path.root(leaf(3), slot(index)), tree.root());
            prop_assert_ne!(path.root(empty_leaf(), slot(index)), tree.root());
            prop_assert_ne!(path.root(value, slot(index ^ 1 << level)), tree.root());
            let mut siblings = *path.siblings();
            siblings[level] = leaf(4);
            prop_assert_ne!(Path::new(siblings).root(value, slot(index)), tree.root());
        }
    }
}
