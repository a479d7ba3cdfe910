//! A program with every operation, its table, and lies in it.

mod full;
mod lies;
mod mock;
mod names;
mod proofs;
mod prover;
mod shape;
mod verifier;

use std::sync::OnceLock;

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::Recorder;
use super::table::{Column, Table};
use crate::machine::Machine;

/// The smallest size that has room for the lookup table.
pub(super) const K: u32 = 17;
/// Public scalars of the sample.
pub(super) const PUBLICS: usize = 2;
/// Goldilocks.
pub(super) const P: u64 = 0xffff_ffff_0000_0001;

/// Two to this.
pub(super) fn power(bits: u64) -> Fr {
    Fr::from(2).pow([bits])
}

/// $r + pq$ is $x$, $0 \le r < p$; $r$ is packed onto `packed`.
fn reduce<M: Machine>(m: &mut M, x: M::Cell, remainder: u64, quotient: u128, packed: M::Cell) -> M::Cell {
    let one = m.constant(Fr::ONE);
    let r = m.witness(Fr::from(remainder));
    let q = m.witness(Fr::from_u128(quotient));
    let sum = m.multiply_add(r, one, Fr::from(P), q, Fr::ZERO);
    m.assert_80_bits(q);
    m.assert_equal(sum, x);
    m.assert_canonical(r, packed, power(64))
}

/// Every operation, in every way that it is laid out.
pub(super) fn program<M: Machine>(m: &mut M, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut random = || Fr::random(&mut rng);
    let [zero, seven] = [0, 7].map(|c| m.constant(Fr::from(c)));
    // Products, reduced and packed.
    let factors = [seed * 0x7654_3210 + 1, seed * 0x1234_5678 + (3 << 40)];
    let [a, b] = factors.map(|factor| m.witness(Fr::from(factor)));
    let product = m.multiply_add(a, b, Fr::from(3), seven, Fr::from(5));
    let value = u128::from(factors[0]) * u128::from(factors[1]) + 26;
    let packed = reduce(m, product, (value % u128::from(P)) as u64, value / u128::from(P), zero);
    // Ranges of their own, and one that comes before its product.
    let wide = m.witness(power(80) - Fr::from(seed + 1));
    m.assert_80_bits(wide);
    m.assert_80_bits(a);
    m.multiply_add(b, seven, Fr::from(P), a, Fr::ZERO);
    // A sponge of two permutations; one whose state is the first's result, too.
    let loose: [M::Cell; 6] = std::array::from_fn(|_| m.witness(random()));
    let first = m.permute([zero, zero, zero, seven], [packed, loose[0], loose[1]]);
    let second = m.permute(first, [loose[2], zero, b]);
    let other = m.permute(first, [loose[3], loose[4], packed]);
    m.assert_public(1, second[0]);
    m.assert_public(0, other[3]);
    m.assert_equal(loose[5], loose[5]);
    // Equal to one another, and used nowhere else.
    let [c, d] = [(); 2].map(|()| m.witness(Fr::from(9)));
    m.assert_equal(c, d);
}

/// The sample's table.
pub(super) fn table(seed: u64) -> Table {
    let mut recorder = Recorder::new(PUBLICS);
    program(&mut recorder, seed);
    recorder.finish(K).unwrap()
}

/// The sample's table, made once.
pub(super) fn sample() -> Table {
    static SAMPLE: OnceLock<Table> = OnceLock::new();
    SAMPLE.get_or_init(|| table(1)).clone()
}

impl Table {
    /// A cell of the witness.
    pub(super) fn at(&mut self, column: Column, row: usize) -> &mut Fr {
        &mut self.advice[column as usize][row]
    }

    /// The rows in which a selector, of $P, Q, R, S$, has a value.
    pub(super) fn rows(&self, selector: usize, value: u8) -> Vec<usize> {
        let demands = self.layout.demands.iter().enumerate();
        demands.filter(|(_, demand)| demand.selectors[selector] == value).map(|(row, _)| row).collect()
    }
}
