//! # Extension-field arithmetic without secret branches
//!
//! The field types of `plonky2_field` serve a prover: they branch on rare carries, and reduce after
//! every product. A signer multiplies secret scalars, and a batch is a hundred thousand
//! verifications, so the group law works on this type instead: $\mathrm{GF}(p^5)$ again, each of the
//! five coefficients a 64-bit word that stands for its residue modulo $p$ and need not be below
//! it. No operation branches on a value or indexes by one, and a product is reduced once a
//! coefficient.
//!
//! With $\varepsilon = 2^{32} - 1$ the reduction rests on three facts about
//! $p = 2^{64} - \varepsilon$:
//!
//! $$ 2^{64} \equiv \varepsilon, \qquad 2^{96} \equiv -1, \qquad 2^{128} \equiv -2^{32}. $$

use crate::field::Fp5;
use core::ops::{Add, Mul, Neg, Sub};
use plonky2_field::extension::quintic::QuinticExtension;
use plonky2_field::goldilocks_field::GoldilocksField;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// $2^{64} \bmod p$.
const EPSILON: u64 = 0xffff_ffff;
const P: u64 = crate::field::P;

/// An element of $\mathrm{GF}(p^5)$; every word stands for its residue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element([u64; 5]);

impl Element {
    pub(crate) const ZERO: Self = Self([0; 5]);
    pub(crate) const ONE: Self = Self([1, 0, 0, 0, 0]);

    pub(crate) fn double(self) -> Self {
        self + self
    }

    pub(crate) fn triple(self) -> Self {
        self + self + self
    }

    /// $x^2$, with 15 products where [`Mul`] has 25.
    pub(crate) fn square(self) -> Self {
        let Self([a0, a1, a2, a3, a4]) = self;
        let Self([b0, b1, _, b3, b4]) = self.double();
        let (t3, t4) = (add(a3, b3), add(a4, b4));
        let (s3, s4) = (add(t3, t3), add(t4, t4));
        Self([
            dot([a0, a1, a2], [a0, s4, s3]),
            dot([b0, a2, a3], [a1, s4, t3]),
            dot([b0, a1, a3], [a2, a1, s4]),
            dot([b0, b1, a4], [a3, a2, t4]),
            dot([b0, b1, a2], [a4, a3, a2]),
        ])
    }

    /// The multiplication matrix: column $k$ holds what each coefficient of the other factor
    /// contributes to coefficient $k$ of the product, as $z^5 = 3$.
    #[inline(always)]
    fn columns(self) -> [[u64; 5]; 5] {
        let [b0, b1, b2, b3, b4] = self.0;
        let [_, t1, t2, t3, t4] = self.triple().0;
        [[b0, t4, t3, t2, t1], [b1, b0, t4, t3, t2], [b2, b1, b0, t4, t3], [b3, b2, b1, b0, t4], [b4, b3, b2, b1, b0]]
    }

    /// $A x$.
    #[inline]
    pub(crate) fn mul_a(self) -> Self {
        self.mul_constant(CURVE_A)
    }

    /// $3B x$.
    #[inline]
    pub(crate) fn mul_3b(self) -> Self {
        self.mul_constant(CURVE_3B)
    }

    #[inline(always)]
    fn mul_constant(self, Constant(c0, c1, c1_tripled): Constant) -> Self {
        let [a0, a1, a2, a3, a4] = self.0;
        Self([
            dot([a0, a4], [c0, c1_tripled]),
            dot([a1, a0], [c0, c1]),
            dot([a2, a1], [c0, c1]),
            dot([a3, a2], [c0, c1]),
            dot([a4, a3], [c0, c1]),
        ])
    }

    /// $x^{p}$ for `FROBENIUS[0]`, $x^{p^2}$ for `FROBENIUS[1]`.
    fn frobenius(self, powers: &[u64; 5]) -> Self {
        Self(core::array::from_fn(|i| dot([self.0[i]], [powers[i]])))
    }

    /// $1/x$, or zero for zero: the conjugates' product over the norm.
    pub(crate) fn invert(self) -> Self {
        let d = self.frobenius(&FROBENIUS[0]);
        let e = d * d.frobenius(&FROBENIUS[0]);
        let f = e * e.frobenius(&FROBENIUS[1]);
        let norm = (self * f).0[0];
        let mut inverse = 1;
        for i in (0..64).rev() {
            inverse = dot([inverse], [inverse]);
            if (P - 2) >> i & 1 == 1 {
                inverse = dot([inverse], [norm]);
            }
        }
        Self(f.0.map(|coefficient| dot([coefficient], [inverse])))
    }

    pub(crate) fn is_zero(&self) -> Choice {
        self.ct_eq(&Self::ZERO)
    }
}

/// $c_0 + c_1 z$, and $3 c_1$, since $c_1 z \cdot x_4 z^4 = 3 c_1 x_4$.
#[derive(Clone, Copy)]
struct Constant(u64, u64, u64);

/// $A = -4/3 + 263 z$.
const CURVE_A: Constant = Constant(6_148_914_689_804_861_439, 263, 3 * 263);

/// $3B = 16/9 - 526 z$.
const CURVE_3B: Constant = Constant(10_248_191_149_674_769_069, P - 526, P - 3 * 526);

/// `FROBENIUS[k - 1][i]` is $w^{ki}$ for $w = 3^{(p-1)/5}$: $z^{p^k} = w^k z$.
const FROBENIUS: [[u64; 5]; 2] = {
    const fn power(exponent: u64) -> u64 {
        let (mut result, mut i) = (1u128, 64);
        while i > 0 {
            i -= 1;
            result = result * result % P as u128;
            if exponent >> i & 1 == 1 {
                result = result * 3 % P as u128;
            }
        }
        result as u64
    }
    const E: u64 = (P - 1) / 5;
    [[1, power(E), power(2 * E), power(3 * E), power(4 * E)], [1, power(2 * E), power(4 * E), power(E), power(3 * E)]]
};

/// All ones if the flag is set, else zero.
const fn mask(flag: bool) -> u64 {
    (flag as u64).wrapping_neg()
}

/// $a + b$. The first wrap leaves at most $2^{64} - 2$, so that a second leaves less than
/// $\varepsilon$.
#[inline(always)]
const fn add(a: u64, b: u64) -> u64 {
    let (sum, carry) = a.overflowing_add(b);
    let (sum, carry) = sum.overflowing_add(EPSILON & mask(carry));
    sum.wrapping_add(EPSILON & mask(carry))
}

/// $a - b$, as [`add`].
#[inline(always)]
const fn sub(a: u64, b: u64) -> u64 {
    let (difference, borrow) = a.overflowing_sub(b);
    let (difference, borrow) = difference.overflowing_sub(EPSILON & mask(borrow));
    difference.wrapping_sub(EPSILON & mask(borrow))
}

/// $\sum_i a_i b_i$ for at most five products: below $5 \cdot 2^{128}$, in three words, reduced once.
#[inline(always)]
fn dot<const N: usize>(a: [u64; N], b: [u64; N]) -> u64 {
    const { assert!(N <= 5) };
    let mut words = [0u64; 3];
    for i in 0..N {
        let (low, high) = a[i].carrying_mul(b[i], 0);
        let (w0, carry) = words[0].overflowing_add(low);
        let (w1, carry) = words[1].carrying_add(high, carry);
        words = [w0, w1, words[2].wrapping_add(u64::from(carry))];
    }
    reduce(words)
}

/// $w_0 + 2^{64} w_1 + 2^{128} w_2$ for $w_2 < 8$.
///
/// Write $w_1 = m + 2^{32} h$. The value is $w_0 - (h + 2^{32} w_2) + \varepsilon m$. The subtrahend is
/// below $2^{36}$, so a borrow leaves room for its correction; $\varepsilon m$ is at most
/// $(2^{32} - 1)^2$, so a carry leaves room for its own.
#[inline(always)]
const fn reduce([w0, w1, w2]: [u64; 3]) -> u64 {
    let (difference, borrow) = w0.overflowing_sub(w1 >> 32 | w2 << 32);
    let difference = difference.wrapping_sub(EPSILON & mask(borrow));
    let (sum, carry) = difference.overflowing_add((w1 & EPSILON).wrapping_mul(EPSILON));
    sum.wrapping_add(EPSILON & mask(carry))
}

/// The number below $p$ with the residue of `word`.
#[inline(always)]
const fn canonical(word: u64) -> u64 {
    let (difference, borrow) = word.overflowing_sub(P);
    difference.wrapping_add(P & mask(borrow))
}

impl From<Fp5> for Element {
    fn from(x: Fp5) -> Self {
        Self(x.0.map(|coefficient| coefficient.0))
    }
}

impl From<Element> for Fp5 {
    fn from(x: Element) -> Self {
        QuinticExtension(x.0.map(|word| GoldilocksField(canonical(word))))
    }
}

impl Add for Element {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| add(self.0[i], other.0[i])))
    }
}

impl Sub for Element {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| sub(self.0[i], other.0[i])))
    }
}

impl Neg for Element {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl Mul for Element {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        Self(other.columns().map(|column| dot(self.0, column)))
    }
}

impl ConditionallySelectable for Element {
    #[inline]
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self(core::array::from_fn(|i| u64::conditional_select(&a.0[i], &b.0[i], choice)))
    }
}

impl ConstantTimeEq for Element {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.map(canonical).ct_eq(&other.0.map(canonical))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plonky2_field::types::Field;
    use proptest::prelude::*;

    /// Words near every boundary of the reduction, and any others.
    fn arb_word() -> impl Strategy<Value = u64> {
        prop_oneof![
            any::<u64>(),
            (0u64..4).prop_map(|i| u64::MAX - i),
            (0u64..4).prop_map(|i| P.wrapping_sub(2).wrapping_add(i)),
            (0u64..4).prop_map(|i| EPSILON - 2 + i),
            0u64..3,
        ]
    }

    fn arb_element() -> impl Strategy<Value = Element> {
        [arb_word(), arb_word(), arb_word(), arb_word(), arb_word()].prop_map(Element)
    }

    /// Against the arithmetic of `plonky2_field`, an implementation of other hands.
    fn fp5(x: Element) -> Fp5 {
        QuinticExtension(x.0.map(GoldilocksField))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn arithmetic_agrees(a in arb_element(), b in arb_element()) {
            let (x, y) = (fp5(a), fp5(b));
            prop_assert_eq!(Fp5::from(a), x);
            prop_assert_eq!(Fp5::from(a + b), x + y);
            prop_assert_eq!(Fp5::from(a - b), x - y);
            prop_assert_eq!(Fp5::from(-a), -x);
            prop_assert_eq!(Fp5::from(a * b), x * y);
            prop_assert_eq!(Fp5::from(a.square()), x * x);
            prop_assert_eq!(Fp5::from(a.double()), x + x);
            prop_assert_eq!(Fp5::from(a.triple()), x + x + x);
            prop_assert_eq!(Fp5::from(a.mul_a()), x * crate::curve::A);
            let b3 = crate::curve::B * Fp5::from_canonical_u64(3);
            prop_assert_eq!(Fp5::from(a.mul_3b()), x * b3);
            prop_assert_eq!(bool::from(a.ct_eq(&b)), x == y);
            prop_assert_eq!(bool::from(a.is_zero()), x.is_zero());
            let picked = Element::conditional_select(&a, &b, Choice::from(1));
            prop_assert_eq!(Fp5::from(picked), y);
        }

        #[test]
        fn inversion_agrees(a in arb_element()) {
            let expected = fp5(a).try_inverse().unwrap_or(Fp5::ZERO);
            prop_assert_eq!(Fp5::from(a.invert()), expected);
        }
    }

    #[test]
    fn zero_in_both_forms_is_zero() {
        assert!(bool::from(Element([0, P, 0, P, 0]).is_zero()));
        assert!(!bool::from(Element([0, P - 1, 0, 0, 0]).is_zero()));
        assert!(bool::from(Element::ONE.ct_eq(&Element([P + 1, P, 0, 0, 0]))));
        assert!(bool::from(Element::ZERO.invert().is_zero()));
    }
}
