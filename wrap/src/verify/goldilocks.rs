//! # Goldilocks in the scalars of BN254
//!
//! The proof to verify is over $p = 2^{64} - 2^{32} + 1$, the circuit over $r \approx 2^{253.6}$. Products of several elements of the
//! small field fit one element of the large one, so reduction is lazy: sums of products are taken as *integers*, and reduced once.
//!
//! | type | what its holder knows |
//! |---|---|
//! | [`Element`] | an integer, $0 \le v < p$: the one representative of an element |
//! | [`Sum`] | an integer within a [`Range`] that is part of the value |
//!
//! **Why an integer.** A range has fewer than $2^{253} < r$ integers, so a scalar is congruent to at most one of them. Every operation
//! computes the range of its result from those of its operands; a range that would be too wide stops the construction of the circuit. This
//! depends on the program alone and never on values.
//!
//! **Reduction.** A sum $v \ge -kp$ is reduced by two hints, a remainder $\rho$ and a quotient $q$:
//!
//! $$ \rho + p\,q - k p = v, \qquad 0 \le \rho < p, \qquad 0 \le q < 2^{80} \text{ or } 2^{160}. $$
//!
//! Both sides are integers of absolute value below $2^{225}$ ($\rho + pq < p \cdot 2^{160}$ on the left, the range on the right), so equality in
//! the scalars is equality, and $\rho$ is *the* remainder. An honest quotient fits, because the range says so. The short quotient is
//! one row of 80 bits, the long one two; the remainder is a canonical row. If only $v \equiv 0$ is to be shown, $\rho$ is the constant zero.

use crypto_bigint::{CheckedAdd, Limb, NonZero, Reciprocal, U256};
use furl_circuits::field::F;
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField};
use plonky2::field::types::{Field, Field64, PrimeField64};

use crate::machine::Machine;

/// $p$.
const P: U256 = U256::from_u64(F::ORDER);
/// Bits of a quotient's limb.
const QUOTIENT_BITS: u32 = 80;

/// The widest product that is taken without reducing an operand: below a reducible sum ($2^{224}$) by a factor of $2^{14}$, the number of such
/// products that may be added up.
pub(super) const PRODUCT_BITS: u32 = 210;

/// Quotient and remainder by $p$.
pub(super) fn divide(v: &U256) -> (U256, u64) {
    const BY_P: Reciprocal = Reciprocal::new(NonZero::<Limb>::new_unwrap(Limb(F::ORDER)));
    let (quotient, remainder) = v.div_rem_limb_with_reciprocal(&BY_P);
    (quotient, remainder.0)
}

/// The scalar of an unsigned integer.
fn from_u128(v: u128) -> Fr {
    Fr::from_raw([v as u64, (v >> 64) as u64, 0, 0])
}

/// The scalar of an integer.
pub(super) fn scalar(v: i128) -> Fr {
    let magnitude = from_u128(v.unsigned_abs());
    if v < 0 { -magnitude } else { magnitude }
}

/// The scalar of an unsigned integer below $r$.
fn unsigned(v: &U256) -> Fr {
    Fr::from_raw(v.to_words())
}

/// The integer of a scalar, below $r$.
pub(super) fn integer(v: Fr) -> U256 {
    U256::from_le_slice(v.to_repr().as_ref())
}

/// The representative of an element that is least in absolute value: constants make the range of a sum as little wider as can be.
pub(super) fn centred(c: F) -> i128 {
    let c = i128::from(c.to_canonical_u64());
    let p = i128::from(F::ORDER);
    if c > p / 2 { c - p } else { c }
}

/// The integers from $-\mathrm{below}$ to $\mathrm{above}$, fewer than $2^{253}$.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    below: U256,
    above: U256,
}

impl Range {
    /// $0 \le v < p$.
    pub const ELEMENT: Self = Self { below: U256::ZERO, above: U256::from_u64(F::ORDER - 1) };

    /// From zero to a number.
    #[must_use]
    pub const fn up_to(above: u128) -> Self {
        Self { below: U256::ZERO, above: U256::from_u128(above) }
    }

    /// A range, if a scalar can represent it.
    ///
    /// # Panics
    /// If it has $2^{253}$ integers or more: a mistake in the circuit's code, which no input causes.
    fn new(below: Option<U256>, above: Option<U256>) -> Self {
        let width = below.zip(above).and_then(|(b, a)| b.checked_add(&a).into_option());
        assert!(width.is_some_and(|w| w.bits_vartime() <= 253), "a sum leaves the range of the scalars");
        Self { below: below.expect("it has a width"), above: above.expect("it has a width") }
    }

    /// The bits of its width.
    pub(super) fn bits(&self) -> u32 {
        self.below.wrapping_add(&self.above).bits_vartime()
    }

    fn product(&self, other: &Self) -> Self {
        let times = |a: &U256, b: &U256| a.checked_mul(b).into_option();
        let larger = |a: Option<U256>, b: Option<U256>| a.zip(b).map(|(a, b)| a.max(b));
        let below = larger(times(&self.below, &other.above), times(&self.above, &other.below));
        let above = larger(times(&self.above, &other.above), times(&self.below, &other.below));
        Self::new(below, above)
    }

    fn sum(&self, other: &Self) -> Self {
        let plus = |a: &U256, b: &U256| a.checked_add(b).into_option();
        Self::new(plus(&self.below, &other.below), plus(&self.above, &other.above))
    }

    fn scaled(&self, k: i128) -> Self {
        let times = |a: &U256| a.checked_mul(&U256::from_u128(k.unsigned_abs())).into_option();
        let (below, above) = (times(&self.below), times(&self.above));
        if k < 0 { Self::new(above, below) } else { Self::new(below, above) }
    }

    fn shifted(&self, d: i128) -> Self {
        let by = U256::from_u128(d.unsigned_abs());
        let shift = if d < 0 { Self { below: by, above: U256::ZERO } } else { Self { below: U256::ZERO, above: by } };
        self.sum(&shift)
    }

    /// Whether every integer of it is an element's representative.
    fn is_canonical(&self) -> bool {
        self.below == U256::ZERO && self.above < P
    }

    /// $kp \ge \mathrm{below}$, and how many limbs of 80 bits hold the quotient of any $v + kp$.
    ///
    /// # Panics
    /// If two limbs do not: a mistake in the circuit's code, which no input causes.
    fn division(&self) -> (U256, u32) {
        let (k, rest) = divide(&self.below);
        let k = if rest == 0 { k } else { k.wrapping_add(&U256::ONE) };
        let offset = k.wrapping_mul(&P);
        let (largest, _) = divide(&self.above.wrapping_add(&offset));
        let limbs = largest.bits_vartime().div_ceil(QUOTIENT_BITS).max(1);
        assert!(limbs <= 2, "a sum is too large to be reduced");
        (offset, limbs)
    }
}

/// A cell that holds $0 \le v < p$, proven.
#[derive(Clone, Copy, Debug)]
pub struct Element<T>(T);

impl<T: Copy> Element<T> {
    /// The cell.
    pub const fn cell(self) -> T {
        self.0
    }
}

/// A cell that holds an integer of this range, proven.
#[derive(Clone, Copy, Debug)]
pub struct Sum<T> {
    cell: T,
    range: Range,
}

impl<T: Copy> Sum<T> {
    /// The cell.
    pub const fn cell(self) -> T {
        self.cell
    }

    /// The range.
    pub const fn range(self) -> Range {
        self.range
    }

    /// The same cell, if it holds $i - ib$ for bits $i$ and $b$: which is a bit.
    pub(super) fn bit_that_is(self, i: Self, b: Self) -> Self {
        assert_eq!([i.range, b.range], [Range::up_to(1); 2], "bits make a bit");
        Self { cell: self.cell, range: Range::up_to(1) }
    }

    /// The same cell as an element, if its range says that it is one.
    pub fn canonical(self) -> Option<Element<T>> {
        self.range.is_canonical().then_some(Element(self.cell))
    }
}

impl<T> From<Element<T>> for Sum<T> {
    fn from(element: Element<T>) -> Self {
        Self { cell: element.0, range: Range::ELEMENT }
    }
}

/// Arithmetic of Goldilocks in a machine.
#[derive(Debug)]
pub struct Goldilocks<'m, M: Machine> {
    machine: &'m mut M,
    zero: M::Cell,
    one: M::Cell,
}

impl<'m, M: Machine> Goldilocks<'m, M> {
    /// Arithmetic in this machine.
    pub fn new(machine: &'m mut M) -> Self {
        let zero = machine.constant(Fr::zero());
        let one = machine.constant(Fr::one());
        Self { machine, zero, one }
    }

    /// The machine.
    pub const fn machine(&mut self) -> &mut M {
        self.machine
    }

    /// Zero.
    pub const fn zero(&self) -> Sum<M::Cell> {
        Sum { cell: self.zero, range: Range::up_to(0) }
    }

    /// One.
    pub const fn one(&self) -> Sum<M::Cell> {
        Sum { cell: self.one, range: Range::up_to(1) }
    }

    /// A constant.
    pub fn constant(&mut self, c: F) -> Element<M::Cell> {
        Element(self.machine.constant(Fr::from(c.to_canonical_u64())))
    }

    /// The element that a sum is congruent to: for hints.
    pub fn value(&self, s: Sum<M::Cell>) -> F {
        let v = integer(self.machine.value(s.cell) + unsigned(&s.range.below));
        let residue =
            |v: &U256| F::from_noncanonical_u64(v.rem_vartime(&NonZero::new(P).expect("prime")).to_words()[0]);
        residue(&v) - residue(&s.range.below)
    }

    /// An element by hint.
    pub fn element(&mut self, hint: F) -> Element<M::Cell> {
        self.canonical(Fr::from(hint.to_canonical_u64()), self.zero, Fr::zero()).0
    }

    /// Demands that a scalar, by hint, is an element $v$; gives it and $a + kv$.
    fn canonical(&mut self, hint: Fr, a: M::Cell, k: Fr) -> (Element<M::Cell>, M::Cell) {
        let cell = self.machine.witness(hint);
        let sum = self.machine.assert_canonical(cell, a, k);
        (Element(cell), sum)
    }

    /// Up to three elements by hint, and the scalar $v_0 + 2^{64} v_1 + 2^{128} v_2$. As each is below $2^{64}$, and the scalar below
    /// $2^{192} < r$, elements and scalar determine each other.
    pub fn pack(&mut self, hints: &[F]) -> (Vec<Element<M::Cell>>, M::Cell) {
        assert!(hints.len() <= 3, "a scalar holds three elements");
        let mut packed = self.zero;
        let mut elements = Vec::with_capacity(hints.len());
        for (i, hint) in hints.iter().enumerate() {
            let weight = Fr::from(2).pow_vartime([64 * i as u64]);
            let (element, sum) = self.canonical(Fr::from(hint.to_canonical_u64()), packed, weight);
            elements.push(element);
            packed = sum;
        }
        (elements, packed)
    }

    /// The scalar $v_0 + 2^{64} v_1 + 2^{128} v_2$ of one to three elements that are canonical already.
    pub fn packed(&mut self, elements: &[Element<M::Cell>]) -> M::Cell {
        let (first, rest) = elements.split_first().expect("an element is packed");
        let mut weight = Fr::one();
        rest.iter().fold(first.0, |packed, element| {
            weight *= from_u128(1 << 64);
            self.machine.multiply_add(packed, self.one, weight, element.0, Fr::zero())
        })
    }

    /// Elements by hint, and the scalar $\sum_i v_i p^i$: not an integer, if there are more than three.
    pub fn compose<const N: usize>(&mut self, hints: &[F; N]) -> ([Element<M::Cell>; N], M::Cell) {
        let (mut composed, mut weight) = (self.zero, Fr::one());
        let elements = hints.map(|hint| {
            let (element, sum) = self.canonical(Fr::from(hint.to_canonical_u64()), composed, weight);
            composed = sum;
            weight *= Fr::from(F::ORDER);
            element
        });
        (elements, composed)
    }

    /// $ab + kc + d$, as integers.
    pub fn multiply_add(
        &mut self,
        a: Sum<M::Cell>,
        b: Sum<M::Cell>,
        k: i128,
        c: Sum<M::Cell>,
        d: i128,
    ) -> Sum<M::Cell> {
        let range = a.range.product(&b.range).sum(&c.range.scaled(k)).shifted(d);
        let cell = self.machine.multiply_add(a.cell, b.cell, scalar(k), c.cell, scalar(d));
        Sum { cell, range }
    }

    /// $ab$.
    pub fn multiply(&mut self, a: Sum<M::Cell>, b: Sum<M::Cell>) -> Sum<M::Cell> {
        self.multiply_add(a, b, 0, self.zero(), 0)
    }

    /// $ab$, with operands reduced, the wider first, until the product is at most [`PRODUCT_BITS`] wide.
    pub fn multiply_narrow(&mut self, mut a: Sum<M::Cell>, mut b: Sum<M::Cell>) -> Sum<M::Cell> {
        while a.range.bits() + b.range.bits() > PRODUCT_BITS {
            if a.range.bits() >= b.range.bits() {
                a = self.reduce(a).into();
            } else {
                b = self.reduce(b).into();
            }
        }
        self.multiply(a, b)
    }

    /// $1, a, a^2, \dots$, reduced: so many.
    pub fn powers(&mut self, a: Sum<M::Cell>, count: usize) -> Vec<Sum<M::Cell>> {
        let mut powers = vec![self.one()];
        while powers.len() < count {
            let next = self.multiply(powers[powers.len() - 1], a);
            powers.push(self.reduce(next).into());
        }
        powers.truncate(count);
        powers
    }

    /// $ka + c$.
    pub fn scale_add(&mut self, k: i128, a: Sum<M::Cell>, c: Sum<M::Cell>) -> Sum<M::Cell> {
        self.multiply_add(self.one(), c, k, a, 0)
    }

    /// $ka + d$.
    pub fn affine(&mut self, k: i128, a: Sum<M::Cell>, d: i128) -> Sum<M::Cell> {
        self.multiply_add(self.zero(), self.zero(), k, a, d)
    }

    /// $a + b$.
    pub fn add(&mut self, a: Sum<M::Cell>, b: Sum<M::Cell>) -> Sum<M::Cell> {
        self.scale_add(1, b, a)
    }

    /// $a - b$.
    pub fn sub(&mut self, a: Sum<M::Cell>, b: Sum<M::Cell>) -> Sum<M::Cell> {
        self.scale_add(-1, b, a)
    }

    /// The element that a sum is congruent to.
    ///
    /// # Panics
    /// If the sum can be $2^{160}p$ or more: a mistake in the circuit's code.
    pub fn reduce(&mut self, s: Sum<M::Cell>) -> Element<M::Cell> {
        if let Some(element) = s.canonical() {
            return element;
        }
        let remainder = self.element(self.value(s));
        self.assert_remainder(s, remainder.0);
        remainder
    }

    /// Demands that a sum is a multiple of $p$.
    pub fn assert_zero(&mut self, s: Sum<M::Cell>) {
        self.assert_remainder(s, self.zero);
    }

    /// Demands that two sums are congruent.
    pub fn assert_congruent(&mut self, a: Sum<M::Cell>, b: Sum<M::Cell>) {
        let difference = self.sub(a, b);
        self.assert_zero(difference);
    }

    /// Demands $\rho + pq - kp = v$ for a quotient by hint; the remainder is below $p$.
    fn assert_remainder(&mut self, s: Sum<M::Cell>, remainder: M::Cell) {
        let (offset, limbs) = s.range.division();
        let shifted = integer(self.machine.value(s.cell) + unsigned(&offset));
        let (quotient, _) = divide(&shifted);
        let limb = (U256::ONE << QUOTIENT_BITS).wrapping_sub(&U256::ONE);

        let mut total = remainder;
        for i in 0..limbs {
            let hint = self.machine.witness(unsigned(&((quotient >> (QUOTIENT_BITS * i)) & limb)));
            let weight = unsigned(&(P << (QUOTIENT_BITS * i)));
            let shift = if i == 0 { -unsigned(&offset) } else { Fr::zero() };
            self.machine.assert_80_bits(hint);
            total = self.machine.multiply_add(total, self.one, weight, hint, shift);
        }
        self.machine.assert_equal(total, s.cell);
    }

    /// An integer below $2^{80}$ by hint.
    pub fn below_80_bits(&mut self, hint: u128) -> Sum<M::Cell> {
        let cell = self.machine.witness(from_u128(hint));
        self.machine.assert_80_bits(cell);
        Sum { cell, range: Range::up_to((1 << QUOTIENT_BITS) - 1) }
    }

    /// A bit by hint.
    pub fn bit(&mut self, hint: bool) -> Sum<M::Cell> {
        let cell = self.machine.witness(Fr::from(u64::from(hint)));
        let square = self.machine.multiply_add(cell, cell, Fr::zero(), self.zero, Fr::zero());
        self.machine.assert_equal(square, cell); // v² = v has the roots 0 and 1 in a field
        Sum { cell, range: Range::up_to(1) }
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Sample;

    use super::*;
    use crate::native::{Demand, Lie, Native};

    /// Runs a program with each of its witnesses changed by each of these, and gives the demands that failed, none if accepted.
    fn lies(changes: &[Fr], run: impl Fn(&mut Goldilocks<'_, Native>)) -> Vec<Option<Demand>> {
        let with = |lie: Option<Lie>| {
            let mut machine = lie.map_or_else(|| Native::new(vec![]), |lie| Native::lying(vec![], lie));
            run(&mut Goldilocks::new(&mut machine));
            (machine.witnesses(), machine.finish().err().map(|e| e.demand))
        };
        let (witnesses, honest) = with(None);
        assert_eq!(honest, None);
        let lies = (0..witnesses).flat_map(|witness| changes.iter().map(move |by| Lie { witness, by: *by }));
        lies.map(|lie| with(Some(lie)).1).collect()
    }

    fn changes() -> Vec<Fr> {
        let p = Fr::from(F::ORDER);
        let inverse = p.invert().expect("not zero");
        vec![Fr::one(), -Fr::one(), p, -p, inverse, -inverse, Fr::from(2).pow_vartime([80]), -Fr::from(2)]
    }

    #[test]
    fn sums_are_reduced_to_what_they_are_congruent_to() {
        let mut machine = Native::new(vec![]);
        let mut g = Goldilocks::new(&mut machine);
        for edge in [F::ZERO, F::ONE, F::NEG_ONE, F::rand(), F::rand()] {
            for other in [F::ZERO, F::NEG_ONE, F::rand()] {
                let [a, b] = [edge, other].map(|v| Sum::from(g.element(v)));
                let difference = g.sub(a, b);
                let product = g.multiply_add(a, b, -5, difference, -9);
                let deep = g.multiply_add(product, b, -3, a, 1);
                let (e, o) = (edge, other);
                let expected = e * o - F::from_canonical_u64(5) * (e - o) - F::from_canonical_u64(9);
                let expected_deep = expected * o - F::from_canonical_u64(3) * e + F::ONE;
                for (sum, value) in [(difference, e - o), (product, expected), (deep, expected_deep)] {
                    let element = g.reduce(sum);
                    assert_eq!(g.machine().value(element.cell()), Fr::from(value.to_canonical_u64()));
                    let value = g.constant(value);
                    g.assert_congruent(sum, value.into());
                }
            }
        }
        machine.finish().expect("honest");
    }

    #[test]
    fn no_hint_of_a_reduction_can_be_another() {
        // Short and long quotients, one and two limbs.
        for power in [2, 3] {
            let refused = lies(&changes(), |g| {
                let a = Sum { cell: g.constant(F::NEG_ONE).cell(), range: Range::ELEMENT };
                let square = g.multiply(a, a);
                let sum = if power == 2 { square } else { g.multiply(square, a) };
                g.reduce(sum);
            });
            assert_eq!(refused.len(), power * changes().len());
            assert!(refused.iter().all(Option::is_some), "{refused:?}");
        }
    }

    /// The remainder plus $p$, with a quotient that is one less: the classic lie, which only the canonical row refuses.
    #[test]
    fn a_remainder_plus_p_is_refused() {
        let mut machine = Native::new(vec![]);
        let mut g = Goldilocks::new(&mut machine);
        let a = g.constant(F::from_canonical_u64(1 << 40)).into();
        let square = g.multiply(a, a);
        let (q, r) = (Fr::from((1 << 16) - 1), Fr::from((1u64 << 48) - (1 << 16)) + Fr::from(F::ORDER));
        let remainder = g.machine().witness(r);
        let (zero, one) = (g.zero, g.one);
        let m = g.machine();
        m.assert_canonical(remainder, zero, Fr::zero());
        m.assert_80_bits(q);
        let total = m.multiply_add(remainder, one, Fr::from(F::ORDER), q, Fr::zero());
        let difference = total - square.cell();
        assert_eq!(machine.finish().expect_err("not canonical").demand, Demand::Canonical);
        // 2^80 = 2^16 p + 2^48 - 2^16: quotient and remainder do satisfy the equation.
        assert_eq!(difference, Fr::zero());
    }

    #[test]
    fn bits_and_ranges_have_no_other_values() {
        let refused = lies(&changes(), |g| {
            let bit = g.bit(true);
            let bits = g.below_80_bits(5);
            g.assert_congruent(bit, g.one());
            g.machine().assert_80_bits(bits.cell());
        });
        // A bit may be changed to the other one; here it is compared. A free range may hold any number below its bound.
        let accepted: Vec<_> = (0..refused.len()).filter(|i| refused[*i].is_none()).collect();
        let free = changes().len(); // changes of the second witness start here
        assert_eq!(accepted, [free, free + 1, free + 2, free + 7]);
    }

    #[test]
    fn packing_determines_elements_and_scalar() {
        let hints = [F::NEG_ONE, F::ZERO, F::from_canonical_u64(7)];
        let mut machine = Native::new(vec![]);
        let (elements, packed) = Goldilocks::new(&mut machine).pack(&hints);
        let expected = Fr::from(F::ORDER - 1) + Fr::from(7) * Fr::from(2).pow_vartime([128]);
        assert_eq!((elements.len(), packed), (3, expected));
        machine.finish().expect("honest");
    }

    #[test]
    fn a_product_that_no_quotient_covers_stops_the_construction() {
        let construct = |factors: usize, reduce: bool| {
            std::panic::catch_unwind(move || {
                let mut machine = Native::new(vec![]);
                let mut g = Goldilocks::new(&mut machine);
                // The value is small: only ranges decide.
                let a: Sum<_> = g.element(F::ZERO).into();
                let product = (1..factors).fold(a, |product, _| g.multiply(product, a));
                if reduce {
                    g.reduce(product);
                }
            })
        };
        assert!(construct(3, true).is_ok());
        assert!(construct(3, false).is_ok());
        assert!(construct(4, false).is_err());
        let wide = std::panic::catch_unwind(|| {
            let mut machine = Native::new(vec![]);
            let mut g = Goldilocks::new(&mut machine);
            let a: Sum<_> = g.element(F::ZERO).into();
            let cube = (0..2).fold(a, |product, _| g.multiply(product, a));
            let wide = g.affine(1 << 40, cube, 0);
            g.reduce(wide);
        });
        assert!(wide.is_err());
    }
}
