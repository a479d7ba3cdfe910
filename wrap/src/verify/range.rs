//! # Integers and their ranges
//!
//! What [`goldilocks`](super::goldilocks) knows about the integers in its cells.

use crypto_bigint::{CheckedAdd, Limb, NonZero, Reciprocal, U256};
use furl_circuits::field::F;
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::PrimeField;
use plonky2::field::types::{Field64, PrimeField64};

/// $p$.
pub(super) const P: U256 = U256::from_u64(F::ORDER);
/// Bits of a quotient's limb.
pub(super) const QUOTIENT_BITS: u32 = 80;

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
pub(super) fn from_u128(v: u128) -> Fr {
    Fr::from_raw([v as u64, (v >> 64) as u64, 0, 0])
}

/// The scalar of an integer.
pub(super) fn scalar(v: i128) -> Fr {
    let magnitude = from_u128(v.unsigned_abs());
    if v < 0 { -magnitude } else { magnitude }
}

/// The scalar of an unsigned integer below $r$.
pub(super) fn unsigned(v: &U256) -> Fr {
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

    /// How far below zero it reaches.
    pub(super) const fn below(&self) -> &U256 {
        &self.below
    }

    /// The bits of its width.
    pub(super) fn bits(&self) -> u32 {
        self.below.wrapping_add(&self.above).bits_vartime()
    }

    pub(super) fn product(&self, other: &Self) -> Self {
        let times = |a: &U256, b: &U256| a.checked_mul(b).into_option();
        let larger = |a: Option<U256>, b: Option<U256>| a.zip(b).map(|(a, b)| a.max(b));
        let below = larger(times(&self.below, &other.above), times(&self.above, &other.below));
        let above = larger(times(&self.above, &other.above), times(&self.below, &other.below));
        Self::new(below, above)
    }

    pub(super) fn sum(&self, other: &Self) -> Self {
        let plus = |a: &U256, b: &U256| a.checked_add(b).into_option();
        Self::new(plus(&self.below, &other.below), plus(&self.above, &other.above))
    }

    pub(super) fn scaled(&self, k: i128) -> Self {
        let times = |a: &U256| a.checked_mul(&U256::from_u128(k.unsigned_abs())).into_option();
        let (below, above) = (times(&self.below), times(&self.above));
        if k < 0 { Self::new(above, below) } else { Self::new(below, above) }
    }

    pub(super) fn shifted(&self, d: i128) -> Self {
        let by = U256::from_u128(d.unsigned_abs());
        let shift = if d < 0 { Self { below: by, above: U256::ZERO } } else { Self { below: U256::ZERO, above: by } };
        self.sum(&shift)
    }

    /// Whether every integer of it is an element's representative.
    pub(super) fn is_canonical(&self) -> bool {
        self.below == U256::ZERO && self.above < P
    }

    /// $kp \ge \mathrm{below}$, and how many limbs of 80 bits hold the quotient of any $v + kp$.
    ///
    /// # Panics
    /// If two limbs do not: a mistake in the circuit's code, which no input causes.
    pub(super) fn division(&self) -> (U256, u32) {
        let (k, rest) = divide(&self.below);
        let k = if rest == 0 { k } else { k.wrapping_add(&U256::ONE) };
        let offset = k.wrapping_mul(&P);
        let (largest, _) = divide(&self.above.wrapping_add(&offset));
        let limbs = largest.bits_vartime().div_ceil(QUOTIENT_BITS).max(1);
        assert!(limbs <= 2, "a sum is too large to be reduced");
        (offset, limbs)
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Field as _;

    use super::*;

    fn range(below: u64, above: u64) -> Range {
        Range { below: U256::from_u64(below), above: U256::from_u64(above) }
    }

    /// The least range of these integers.
    fn hull(values: impl Iterator<Item = i128>) -> Range {
        let (least, most) = values.fold((0, 0), |(least, most), v| (v.min(least), v.max(most)));
        range(least.unsigned_abs() as u64, most as u64)
    }

    #[test]
    fn a_result_is_in_its_range_and_the_range_is_no_wider() {
        let ends = || (0..4u64).flat_map(|below| (0..4).map(move |above| (below, above)));
        let values = |(below, above): (u64, u64)| -i128::from(below)..=i128::from(above);
        for a in ends() {
            let first = range(a.0, a.1);
            for b in ends() {
                let second = range(b.0, b.1);
                let pairs = || values(a).flat_map(|v| values(b).map(move |w| (v, w)));
                assert_eq!(first.product(&second), hull(pairs().map(|(v, w)| v * w)));
                assert_eq!(first.sum(&second), hull(pairs().map(|(v, w)| v + w)));
            }
            for k in -3..=3i128 {
                assert_eq!(first.scaled(k), hull(values(a).map(|v| k * v)));
                // A shift is the sum with a range from zero to it.
                let shift = range((-k).max(0) as u64, k.max(0) as u64);
                assert_eq!(first.shifted(k), first.sum(&shift));
            }
        }
    }

    #[test]
    fn a_quotient_has_the_limbs_that_it_needs() {
        let times_p = |bits: u32| P << bits;
        let with = |above: U256| Range { below: U256::ZERO, above };
        let one = U256::ONE;
        assert_eq!(Range::ELEMENT.division(), (U256::ZERO, 1));
        assert_eq!(with(times_p(80).wrapping_sub(&one)).division(), (U256::ZERO, 1));
        assert_eq!(with(times_p(80)).division(), (U256::ZERO, 2));
        assert_eq!(with(times_p(160).wrapping_sub(&one)).division(), (U256::ZERO, 2));
        assert!(std::panic::catch_unwind(|| with(times_p(160)).division()).is_err());
        for (below, offset) in [(1, 1), (F::ORDER, 1), (F::ORDER + 1, 2)] {
            let (found, limbs) = range(below, 0).division();
            assert_eq!((found, limbs), (P.wrapping_mul(&U256::from_u64(offset)), 1));
        }
        // The offset counts.
        let both = Range { below: one, above: times_p(80).wrapping_sub(&one) };
        assert_eq!(both.division(), (P, 2));
    }

    #[test]
    fn no_range_is_wider_than_the_scalars() {
        let wide = Range { below: U256::ZERO, above: (U256::ONE << 253u32).wrapping_sub(&U256::ONE) };
        assert_eq!(wide.sum(&range(0, 0)).bits(), 253);
        assert!(std::panic::catch_unwind(|| wide.sum(&range(0, 1))).is_err());
        assert!(std::panic::catch_unwind(|| wide.sum(&range(1, 0))).is_err());
        assert!(std::panic::catch_unwind(|| wide.product(&range(0, 2))).is_err());
        assert!(std::panic::catch_unwind(|| wide.product(&wide)).is_err());
        assert!(std::panic::catch_unwind(|| wide.scaled(-2)).is_err());
    }

    #[test]
    fn constants_are_the_least_representatives() {
        for (c, expected) in [(0, 0), (1, 1), (F::ORDER - 1, -1), (F::ORDER / 2, i128::from(F::ORDER / 2))] {
            assert_eq!(centred(F::from_canonical_u64(c)), expected);
        }
        assert_eq!(centred(F::from_canonical_u64(F::ORDER / 2 + 1)), -i128::from(F::ORDER / 2));
    }
}
