//! # Merkle trees, eight hashes at a time
//!
//! The tree is plonky2's, `digests` in its order and all, so that plonky2's own code opens it; it is only built another way: layer by layer
//! rather than by recursion, so that eight nodes are always at hand to be hashed together.

use crate::F;
use plonky2::hash::merkle_tree::{MerkleCap, MerkleTree};
use rayon::prelude::*;

use crate::hash::{EightHasher, TOGETHER};
use crate::simd::Backend;

/// The tree over `leaves`, all of one length and as many as a power of two, cut off at $2^{\text{cap\_height}}$ subtrees.
pub(crate) fn tree<H: EightHasher>(backend: Backend, leaves: Vec<Vec<F>>, cap_height: usize) -> MerkleTree<F, H> {
    let layers = leaves.len().ilog2() as usize - cap_height;
    let cap = 1 << cap_height;
    let mut nodes = hash_all(&leaves, TOGETHER, |leaves| H::hash_leaves(backend, leaves));
    // Filled below, whatever is in it.
    let mut digests = vec![nodes[0]; 2 * (leaves.len() - cap)];
    for layer in 0..layers {
        let (subtree, width) = (digests.len() / cap, nodes.len() / cap);
        let subtrees = digests.par_chunks_mut(subtree).zip(nodes.par_chunks(width));
        subtrees.for_each(|(digests, nodes)| {
            for (index, node) in nodes.iter().enumerate() {
                digests[position(layer, index)] = *node;
            }
        });
        nodes = hash_all(&nodes, 2 * TOGETHER, |children| H::hash_pairs(backend, children));
    }
    MerkleTree { leaves, digests, cap: MerkleCap(nodes) }
}

/// Where plonky2 keeps node `index` of a layer, counted from the leaves, within the digests of its subtree. A pair of siblings stands
/// between the subtrees below its left and its right one.
const fn position(layer: usize, index: usize) -> usize {
    let pair = index / 2;
    let before = (pair << (layer + 1)) + (1 << layer) - 1;
    2 * before + index % 2
}

/// One hash for every `size / 8` inputs.
fn hash_all<T: Sync, H: Send>(inputs: &[T], size: usize, hash: impl Fn(&[T]) -> [H; TOGETHER] + Sync) -> Vec<H> {
    let each = size / TOGETHER;
    let chunks = inputs.par_chunks(size).with_min_len(16);
    chunks.flat_map_iter(|chunk| hash(chunk).into_iter().take(chunk.len() / each)).collect()
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Field;
    use plonky2::hash::poseidon::PoseidonHash;

    use super::*;

    #[test]
    fn a_tree_is_plonky2s() {
        let mut numbers = (1..).map(F::from_canonical_u64);
        for (leaves, length, cap_height) in [(1, 3, 0), (2, 8, 1), (2, 9, 0), (16, 1, 0), (64, 20, 2), (256, 7, 4)] {
            let leaves: Vec<Vec<F>> = (0..leaves).map(|_| numbers.by_ref().take(length).collect()).collect();
            let expected = MerkleTree::<F, PoseidonHash>::new(leaves.clone(), cap_height);
            for backend in Backend::available() {
                assert_eq!(tree(backend, leaves.clone(), cap_height), expected, "{backend:?}");
            }
        }
    }
}
