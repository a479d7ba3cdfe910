//! # Nodes: which there are, and which a batch takes
//!
//! The leaves of a batch stand in a row, each full but the last. A *node* proves the same statement as a leaf, for more
//! transfers: it verifies one to three children and joins their statements. Full nodes form a ternary tree; where the
//! row ends raggedly, the last child of a node may be of any lower level.
//!
//! ```text
//! level 2                 ┌───────────┬───────┐            node of 3 children
//! level 1          ┌──┬──┐  ┌──┬──┐   │                    two full nodes, and one of 1 child
//! leaves           L  L  L  L  L  L   l                    seven leaves, the last of them not full
//! ```
//!
//! | level | children | children but the last | last child |
//! |---|---|---|---|
//! | 1 | 1, 2 or 3 | full leaves | a leaf |
//! | $k \ge 2$ | 2 or 3 | full nodes of level $k - 1$ | a node of any level below $k$ |
//!
//! So a node of one child is needed on level 1 only, and a ragged end costs no proofs that merely carry it upwards.
//! Nodes are over leaves of one size, which is part of their kind: $2^{16}$ rows in production, $2^{13}$ for
//! short batches and tests.
//!
//! | leaves | levels | kinds | most transfers |
//! |---|---|---|---|
//! | $2^{13}$ | 3 | 7 | 1,620 |
//! | $2^{16}$ | 5 | 11 | 124,416 |

use std::fmt;

use thiserror::Error;

use crate::leaf_circuit::LeafSize;

/// How many children a node has at most.
pub const ARITY: usize = 3;

/// The most transfers that a batch may have: those of the largest tree.
pub const MAX_TRANSFERS: usize = LeafSize::PRODUCTION.transfers() * ARITY.pow(levels(LeafSize::PRODUCTION) as u32);

// Counts are sums of at most so many bits: they never wrap, neither in the field nor in the statement's 32 bits.
const _: () = assert!(MAX_TRANSFERS < 1 << 32);

/// The levels of the tree over leaves of this size; none for a size that no tree is built over.
const fn levels(leaves: LeafSize) -> u8 {
    match leaves.bits() {
        13 => 3,
        16 => 5,
        _ => 0,
    }
}

/// Which node: the leaves below it, its level, its number of children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeKind {
    leaves: LeafSize,
    level: u8,
    arity: u8,
}

/// No such node is defined.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no node of level {level} has {arity} children over leaves of {leaves} rows: expected leaves of 2^13 or 2^16 rows, level 1 with 1 to 3 children, or level 2 to {most} with 2 or 3", most = levels(*.leaves))]
pub struct UnknownNode {
    /// The leaves asked for.
    pub leaves: LeafSize,
    /// The level asked for.
    pub level: u8,
    /// The number of children asked for.
    pub arity: u8,
}

impl NodeKind {
    /// The node over leaves of this size with this level, counted from 1, and this number of children.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(leaves: LeafSize, level: u8, arity: u8) -> Result<Self, UnknownNode> {
        let kind = Self { leaves, level, arity };
        Self::all(leaves).find(|known| *known == kind).ok_or(UnknownNode { leaves, level, arity })
    }

    /// All nodes over leaves of this size, lowest level first.
    pub fn all(leaves: LeafSize) -> impl Iterator<Item = Self> {
        (1..=levels(leaves)).flat_map(move |level| {
            let fewest = if level == 1 { 1 } else { 2 };
            (fewest..=ARITY as u8).map(move |arity| Self { leaves, level, arity })
        })
    }

    /// The size of the leaves below.
    #[must_use]
    pub const fn leaves(self) -> LeafSize {
        self.leaves
    }

    /// The level: 1 for a node over leaves.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.level
    }

    /// The number of children.
    #[must_use]
    pub const fn arity(self) -> usize {
        self.arity as usize
    }

    /// Transfers of a full child, which each child but the last must be.
    #[must_use]
    pub const fn full_child(self) -> usize {
        self.leaves.transfers() * ARITY.pow(self.level as u32 - 1)
    }

    /// The most transfers below this node.
    #[must_use]
    pub const fn capacity(self) -> usize {
        self.full_child() * self.arity()
    }

    /// The node that each child but the last is; none on level 1, where children are leaves.
    #[must_use]
    pub fn full(self) -> Option<Self> {
        (self.level > 1).then(|| Self { leaves: self.leaves, level: self.level - 1, arity: ARITY as u8 })
    }

    /// The nodes that the last child may be; none on level 1, where it is a leaf.
    pub fn last(self) -> impl Iterator<Item = Self> {
        Self::all(self.leaves).filter(move |kind| kind.level < self.level)
    }
}

impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { leaves, level, arity } = self;
        write!(f, "node over {leaves}, level {level}, {arity} children")
    }
}

/// What a planned node verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// The leaf with this number.
    Leaf(usize),
    /// The node with this number in the plan.
    Node(usize),
}

/// One node of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedNode {
    /// Which node.
    pub kind: NodeKind,
    /// Its children, in the order of the batch.
    pub children: Vec<Child>,
}

/// The nodes that a batch takes, children before parents; the last one is the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    leaves: LeafSize,
    leaf_count: usize,
    nodes: Vec<PlannedNode>,
}

/// No tree holds the batch.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("a batch over leaves of {leaves} rows has 1 to {most} transfers: got {transfers}")]
pub struct Unplannable {
    /// The size of the leaves.
    pub leaves: LeafSize,
    /// The most transfers over such leaves; 0 if no tree is built over them.
    pub most: usize,
    /// How many there are.
    pub transfers: usize,
}

impl Plan {
    /// The plan of a batch of `transfers` transfers over leaves of this size.
    ///
    /// # Errors
    /// If there are no transfers, or more than the tree holds.
    pub fn new(leaves: LeafSize, transfers: usize) -> Result<Self, Unplannable> {
        let most = NodeKind::all(leaves).map(NodeKind::capacity).max().unwrap_or(0);
        if transfers == 0 || transfers > most {
            return Err(Unplannable { leaves, most, transfers });
        }
        let leaf_count = transfers.div_ceil(leaves.transfers());
        let mut plan = Self { leaves, leaf_count, nodes: Vec::new() };
        plan.node(0, leaf_count);
        Ok(plan)
    }

    /// Plans the node over `count` leaves from the leaf `first`, and all below it. Returns its number.
    fn node(&mut self, first: usize, count: usize) -> usize {
        let holds = |kind: &NodeKind| count <= kind.capacity() / self.leaves.transfers();
        let kind = NodeKind::all(self.leaves).find(holds).expect("the batch fits the tree");
        let step = kind.full_child() / self.leaves.transfers();
        let children = (0..kind.arity()).map(|i| {
            let (start, end) = (i * step, count.min((i + 1) * step));
            match kind.level {
                1 => Child::Leaf(first + start),
                _ => Child::Node(self.node(first + start, end - start)),
            }
        });
        let children = children.collect();
        self.nodes.push(PlannedNode { kind, children });
        self.nodes.len() - 1
    }

    /// The size of the leaves.
    #[must_use]
    pub const fn leaves(&self) -> LeafSize {
        self.leaves
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn leaf_count(&self) -> usize {
        self.leaf_count
    }

    /// The nodes, children before parents; at least one. The last one is the top.
    #[must_use]
    pub fn nodes(&self) -> &[PlannedNode] {
        &self.nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_kinds() {
        for (leaves, kinds, most) in [(LeafSize::SMALLEST, 7, 1620), (LeafSize::PRODUCTION, 11, 124_416)] {
            let all: Vec<_> = NodeKind::all(leaves).collect();
            assert_eq!(all.len(), kinds);
            assert_eq!(all.iter().map(|kind| kind.capacity()).max(), Some(most));
            for kind in all {
                assert_eq!(NodeKind::new(leaves, kind.level, kind.arity), Ok(kind));
            }
        }
        assert_eq!(MAX_TRANSFERS, 124_416);
    }

    #[test]
    fn other_kinds_are_refused() {
        for (size, level, arity) in [(13, 0, 1), (13, 1, 0), (13, 1, 4), (13, 2, 1), (13, 4, 2), (16, 6, 3), (14, 1, 1)]
        {
            let leaves = LeafSize::new(size).unwrap();
            assert_eq!(NodeKind::new(leaves, level, arity), Err(UnknownNode { leaves, level, arity }));
        }
    }

    /// Walks a plan: leaves in order, each once, each child but the last full and of the right kind.
    fn leaves_of(plan: &Plan, node: usize, seen: &mut Vec<usize>) -> usize {
        let PlannedNode { kind, children } = &plan.nodes()[node];
        assert_eq!(children.len(), kind.arity());
        let mut count = 0;
        for (i, child) in children.iter().enumerate() {
            let is_last = i + 1 == children.len();
            let below = match *child {
                Child::Leaf(leaf) => {
                    assert_eq!(kind.level(), 1);
                    seen.push(leaf);
                    1
                }
                Child::Node(child) => {
                    assert!(child < node, "children come first");
                    let child_kind = plan.nodes()[child].kind;
                    let is_allowed =
                        if is_last { kind.last().any(|k| k == child_kind) } else { kind.full() == Some(child_kind) };
                    assert!(is_allowed, "{child_kind} below {kind}");
                    leaves_of(plan, child, seen)
                }
            };
            assert!(is_last || below * plan.leaves().transfers() == kind.full_child());
            count += below;
        }
        count
    }

    #[test]
    fn every_number_of_leaves_has_a_plan() {
        for leaves in [LeafSize::SMALLEST, LeafSize::PRODUCTION] {
            let most = NodeKind::all(leaves).map(NodeKind::capacity).max().unwrap();
            for count in 1..=most / leaves.transfers() {
                let plan = Plan::new(leaves, count * leaves.transfers()).unwrap();
                let mut seen = Vec::new();
                let top = plan.nodes().len() - 1;
                assert_eq!(leaves_of(&plan, top, &mut seen), count);
                assert_eq!(seen, (0..count).collect::<Vec<_>>());
                assert_eq!(plan.leaf_count(), count);
                // A tree with at least two children a node, but for single leaves.
                assert!(plan.nodes().len() <= count.max(1));
            }
        }
    }

    #[test]
    fn a_batch_fits_or_is_refused_by_name() {
        let size = LeafSize::SMALLEST;
        for (transfers, leaves, nodes) in
            [(1, 1, 1), (59, 1, 1), (60, 1, 1), (61, 2, 1), (180, 3, 1), (181, 4, 3), (541, 10, 6)]
        {
            let plan = Plan::new(size, transfers).unwrap();
            assert_eq!((plan.leaf_count(), plan.nodes().len()), (leaves, nodes), "{transfers} transfers");
        }
        for transfers in [0, 1621] {
            assert_eq!(Plan::new(size, transfers), Err(Unplannable { leaves: size, most: 1620, transfers }));
        }
        let size = LeafSize::new(15).unwrap();
        assert_eq!(Plan::new(size, 1).unwrap_err().most, 0);
    }
}
