//! # The machine that counts rows
//!
//! [`Count`] executes a program of the wrap, checks nothing, and says how many rows of decision 0009's circuit it fills, stage by
//! stage.
//!
//! | operation | rows | cells of $L$ |
//! |---|---|---|
//! | multiply-add | 1 | |
//! | 80 bits | 1, or that of a multiply-add whose $c$ it is | 5 |
//! | canonical | 1 | 4 |
//! | a constant, the first time | 1 | |
//! | a public scalar | 1 | |
//! | permutation | 46 | |
//! | its result, unless the next permutation goes on from it | 2 | |
//!
//! Copies, and witnesses, which stand where they are first used, cost none. Rows of hashing come in blocks that nothing interrupts. All
//! others can stand in any order, so that those with limbs are spread until no limb is in the way of another; the last before a block of
//! hashing leaves all but one of its limbs beside the block. Hence the [total](Costs::total).

use std::collections::HashSet;
use std::ops::AddAssign;

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::PrimeField;

use crate::machine::Machine;
use crate::poseidon2;

/// Rows of a permutation, from its state on.
const PERMUTATION: usize = 46;
/// Rows of a result that no permutation goes on from.
const RESULT: usize = 2;

/// What a part of a program costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    /// Rows without limbs: multiply-adds, constants, public scalars.
    pub plain: usize,
    /// Rows that bound 80 bits, with a multiply-add or without.
    pub bits_80: usize,
    /// Rows that bound a canonical element.
    pub canonical: usize,
    /// Permutations.
    pub permutations: usize,
    /// Blocks of permutations, each going on from the one before.
    pub blocks: usize,
}

impl Costs {
    /// Rows of hashing.
    #[must_use]
    pub const fn hashing(&self) -> usize {
        PERMUTATION * self.permutations + RESULT * self.blocks
    }

    /// All other rows.
    #[must_use]
    pub const fn general(&self) -> usize {
        self.plain + self.bits_80 + self.canonical
    }

    /// Cells of the column $L$ that hold something.
    #[must_use]
    pub const fn limbs(&self) -> usize {
        5 * self.bits_80 + 4 * self.canonical
    }

    /// Limbs that stand beside rows of hashing: before each block, one row leaves four or three of them.
    #[must_use]
    pub fn beside(&self) -> usize {
        let fives = self.blocks.min(self.bits_80);
        4 * fives + 3 * (self.blocks - fives).min(self.canonical)
    }

    /// Rows of a circuit with these costs.
    #[must_use]
    pub fn total(&self) -> usize {
        self.hashing() + self.general().max(self.limbs() - self.beside())
    }
}

impl AddAssign for Costs {
    fn add_assign(&mut self, other: Self) {
        self.plain += other.plain;
        self.bits_80 += other.bits_80;
        self.canonical += other.canonical;
        self.permutations += other.permutations;
        self.blocks += other.blocks;
    }
}

/// A cell of [`Count`].
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    value: Fr,
    id: usize,
}

/// The machine that counts rows.
#[derive(Clone, Debug, Default)]
pub struct Count {
    cells: usize,
    constants: HashSet<[u8; 32]>,
    /// First cells of results from which no permutation has gone on yet.
    ends: HashSet<usize>,
    /// Cells that are the $c$ of a multiply-add without limbs.
    thirds: HashSet<usize>,
    /// Cells whose 80 bits have a row without a multiply-add.
    bounded: HashSet<usize>,
    stages: Vec<(&'static str, Costs)>,
}

impl Count {
    /// The costs of each stage, the latest last.
    #[must_use]
    pub fn stages(&self) -> &[(&'static str, Costs)] {
        &self.stages
    }

    /// The costs of all stages.
    #[must_use]
    pub fn all(&self) -> Costs {
        let mut sum = Costs::default();
        self.stages.iter().for_each(|(_, costs)| sum += *costs);
        sum
    }

    fn cell(&mut self, value: Fr) -> Counted {
        self.cells += 1;
        Counted { value, id: self.cells }
    }

    /// The costs of the present stage, which is kept last.
    fn costs(&mut self) -> &mut Costs {
        if self.stages.is_empty() {
            self.stage("");
        }
        &mut self.stages.last_mut().expect("there is one").1
    }
}

impl Machine for Count {
    type Cell = Counted;

    fn value(&self, cell: Counted) -> Fr {
        cell.value
    }

    fn constant(&mut self, value: Fr) -> Counted {
        if self.constants.insert(value.to_repr()) {
            self.costs().plain += 1;
        }
        self.cell(value)
    }

    fn witness(&mut self, value: Fr) -> Counted {
        self.cell(value)
    }

    fn multiply_add(&mut self, a: Counted, b: Counted, k: Fr, c: Counted, d: Fr) -> Counted {
        // The row is there already, or it may be joined later.
        if !self.bounded.remove(&c.id) {
            self.costs().plain += 1;
            self.thirds.insert(c.id);
        }
        self.cell(a.value * b.value + k * c.value + d)
    }

    fn assert_80_bits(&mut self, v: Counted) {
        self.costs().bits_80 += 1;
        if self.thirds.remove(&v.id) {
            self.costs().plain -= 1;
        } else {
            self.bounded.insert(v.id);
        }
    }

    fn assert_equal(&mut self, _: Counted, _: Counted) {}

    fn assert_canonical(&mut self, v: Counted, a: Counted, k: Fr) -> Counted {
        self.costs().canonical += 1;
        self.cell(a.value + k * v.value)
    }

    fn permute(&mut self, state: [Counted; 4], absorbed: [Counted; 3]) -> [Counted; 4] {
        let [a, b, c] = absorbed.map(|cell| cell.value);
        let mut values = state.map(|cell| cell.value);
        values = [values[0] + a, values[1] + b, values[2] + c, values[3]];
        poseidon2::permute(&mut values);

        let goes_on = (1..4).all(|i| state[i].id == state[0].id + i) && self.ends.remove(&state[0].id);
        self.costs().permutations += 1;
        self.costs().blocks += usize::from(!goes_on);
        let result = values.map(|value| self.cell(value));
        self.ends.insert(result[0].id);
        result
    }

    fn assert_public(&mut self, _: usize, _: Counted) {
        self.costs().plain += 1;
    }

    fn stage(&mut self, name: &'static str) {
        let known = self.stages.iter().position(|(stage, _)| *stage == name);
        let stage = known.map_or((name, Costs::default()), |i| self.stages.remove(i));
        self.stages.push(stage);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sponge_goes_on_and_a_fresh_state_does_not() {
        let mut m = Count::default();
        let zero = m.constant(Fr::zero());
        let first = m.permute([zero; 4], [zero; 3]);
        let second = m.permute(first, [zero; 3]);
        assert_eq!((m.all().permutations, m.all().blocks), (2, 1));
        // From one result only one permutation goes on.
        m.permute(first, [zero; 3]);
        // A state in another order is another state.
        m.permute([second[1], second[0], second[2], second[3]], [zero; 3]);
        assert_eq!((m.all().permutations, m.all().blocks), (4, 3));
        assert_eq!(m.all().hashing(), 4 * 46 + 3 * 2);
    }

    #[test]
    fn rows_are_those_of_the_scarcer_column() {
        let mut m = Count::default();
        let zero = m.constant(Fr::zero());
        m.constant(Fr::zero());
        assert_eq!(m.all().total(), 1);
        (0..10).for_each(|_| {
            m.assert_canonical(zero, zero, Fr::one());
        });
        (0..10).for_each(|_| bounded(&mut m, true));
        assert_eq!((m.all().general(), m.all().limbs(), m.all().total()), (21, 90, 90));
        m.permute([zero; 4], [zero; 3]);
        assert_eq!((m.all().beside(), m.all().total()), (4, 48 + 86));
        (0..100).for_each(|_| {
            m.multiply_add(zero, zero, Fr::one(), zero, Fr::one());
        });
        assert_eq!(m.all().total(), 48 + 121);
    }

    /// A cell of 80 bits, in a multiply-add after or before, or in none.
    fn bounded(m: &mut Count, after: bool) {
        let zero = m.constant(Fr::zero());
        let v = m.witness(Fr::zero());
        if after {
            m.assert_80_bits(v);
        }
        m.multiply_add(zero, zero, Fr::one(), v, Fr::one());
        if !after {
            m.assert_80_bits(v);
        }
    }

    #[test]
    fn a_bound_shares_one_row() {
        let mut m = Count::default();
        bounded(&mut m, true);
        bounded(&mut m, false);
        let rows = |m: &Count| (m.all().plain, m.all().bits_80);
        assert_eq!(rows(&m), (1, 2)); // and a constant
        let v = m.witness(Fr::zero());
        m.assert_80_bits(v);
        m.multiply_add(v, v, Fr::one(), v, Fr::one());
        m.multiply_add(v, v, Fr::one(), v, Fr::one());
        assert_eq!(rows(&m), (2, 3));
    }

    #[test]
    fn a_stage_is_taken_up_again() {
        let mut m = Count::default();
        for name in ["a", "b", "a"] {
            m.stage(name);
            m.constant(Fr::from(m.cells as u64));
        }
        let plain: Vec<_> = m.stages().iter().map(|(name, costs)| (*name, costs.plain)).collect();
        assert_eq!(plain, [("b", 1), ("a", 2)]);
    }
}
