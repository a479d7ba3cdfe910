//! # Merkle trees
//!
//! Hashes are those of [`last::hash`](crate::last::hash): a hash is a scalar.
//!
//! **A leaf** is absorbed nine elements a permutation. Each element is proven canonical in the row that packs it, so a leaf determines the
//! scalars that are absorbed, and they determine it.
//!
//! **A node** hashes $(L + R, R - L)$. With $c$ the hash below, on the left if the index's bit is $b = 0$, and $V$ by hint,
//!
//! $$ L + R = 2c + (1 - 2b) V, \qquad R - L = V. $$
//!
//! This is the pair $(c, c + V)$ or $(c - V, c)$: whatever $V$ is, one of the two is $c$, on the side that the bit says. The sibling is the
//! prover's to choose, as it always is.
//!
//! **The cap** has a hash for each value of the index's highest bits; their indicators choose.

use halo2_proofs::halo2curves::bn256::Fr;

use super::goldilocks::{Element, Goldilocks, Sum};
use crate::last::hash::{Domain, PACKED};
use crate::machine::Machine;
use furl_circuits::field::F;

/// The values of a leaf by hint, and its hash.
pub fn leaf<M: Machine>(g: &mut Goldilocks<'_, M>, hints: &[F]) -> (Vec<Element<M::Cell>>, M::Cell) {
    let mut elements = Vec::with_capacity(hints.len());
    let mut packed = Vec::with_capacity(hints.len().div_ceil(PACKED));
    for hints in hints.chunks(PACKED) {
        let (values, scalar) = g.pack(hints);
        elements.extend(values);
        packed.push(scalar);
    }
    let zero = g.zero().cell();
    let capacity = g.machine().constant(Domain::Leaf.capacity(hints.len()));
    let mut state = [zero, zero, zero, capacity];
    for block in packed.chunks(3) {
        let absorbed = std::array::from_fn(|i| block.get(i).copied().unwrap_or(zero));
        state = g.machine().permute(state, absorbed);
    }
    (elements, state[0])
}

/// The way from a leaf up.
#[derive(Clone, Debug)]
pub struct Path<T> {
    /// $1 - 2b$ for each bit of the index, lowest first.
    signs: Vec<Sum<T>>,
    /// Indicators of the highest bits.
    cap: Vec<Sum<T>>,
}

impl<T: Copy> Path<T> {
    /// The way of an index of these bits to a cap of $2^h$ hashes.
    pub fn new<M: Machine<Cell = T>>(g: &mut Goldilocks<'_, M>, bits: &[Sum<T>], cap_height: usize) -> Self {
        let (low, high) = bits.split_at(bits.len() - cap_height);
        let signs = low.iter().map(|bit| g.affine(-2, *bit, 1)).collect();
        Self { signs, cap: super::fri::indicators(g, high) }
    }

    /// Demands that a hash is in the tree under a cap, the first so many bits of the index aside; siblings by hint.
    pub fn assert<M: Machine<Cell = T>>(
        &self,
        g: &mut Goldilocks<'_, M>,
        skip: usize,
        mut hash: T,
        siblings: &[Fr],
        cap: &[T],
    ) {
        let zero = g.zero().cell();
        let capacity = g.machine().constant(Domain::Node.capacity(0));
        for (sign, sibling) in self.signs[skip..].iter().zip(siblings) {
            let m = g.machine();
            let difference = m.witness((*sibling - m.value(hash)) * m.value(sign.cell()));
            let sum = m.multiply_add(sign.cell(), difference, Fr::from(2), hash, Fr::zero());
            [hash, ..] = m.permute([zero, zero, zero, capacity], [sum, difference, zero]);
        }
        let m = g.machine();
        let chosen =
            self.cap.iter().zip(cap).fold(zero, |sum, (indicator, hash)| {
                m.multiply_add(indicator.cell(), *hash, Fr::one(), sum, Fr::zero())
            });
        m.assert_equal(chosen, hash);
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Sample;
    use plonky2::hash::merkle_tree::MerkleTree;

    use super::*;
    use crate::last::hash::ScalarHasher;
    use crate::native::{Demand, Native};

    /// Runs a path, after a change of index, sibling, leaf or cap.
    fn run(
        tree: &MerkleTree<F, ScalarHasher>,
        index: usize,
        change: impl Fn(&mut usize, &mut Vec<Fr>, &mut Vec<F>, &mut Vec<Fr>),
    ) -> Option<Demand> {
        let mut siblings: Vec<_> = tree.prove(index).siblings.iter().map(|hash| hash.0).collect();
        let mut values = tree.get(index).to_vec();
        let mut cap: Vec<_> = tree.cap.0.iter().map(|hash| hash.0).collect();
        let mut index = index;
        change(&mut index, &mut siblings, &mut values, &mut cap);
        let mut machine = Native::new(vec![]);
        let mut g = Goldilocks::new(&mut machine);
        let bits: Vec<_> = (0..5).map(|k| g.bit((index >> k) & 1 == 1)).collect();
        let path = Path::new(&mut g, &bits, 2);
        let (_, hash) = leaf(&mut g, &values);
        path.assert(&mut g, 0, hash, &siblings, &cap);
        machine.finish().err().map(|e| e.demand)
    }

    #[test]
    fn paths_are_those_of_plonky2() {
        for width in [1, 3, 9, 10, 20, 28] {
            let leaves = (0..32).map(|_| F::rand_vec(width)).collect();
            let tree = MerkleTree::<F, ScalarHasher>::new(leaves, 2);
            for index in 0..32 {
                assert_eq!(run(&tree, index, |_, _, _, _| ()), None, "{width} {index}");
            }
            for i in 0..width {
                assert!(run(&tree, 7, |_, _, values, _| values[i] = F::rand()).is_some());
            }
            for bit in 0..5 {
                assert!(run(&tree, 7, |index, _, _, _| *index ^= 1 << bit).is_some());
            }
            for level in 0..3 {
                assert!(run(&tree, 7, |_, siblings, _, _| siblings[level] += Fr::one()).is_some());
            }
            for entry in 0..4 {
                let refused = run(&tree, 9, |_, _, _, cap| cap[entry] += Fr::one()).is_some();
                assert_eq!(refused, entry == 9 >> 3);
            }
        }
    }
}
