//! # The quadratic extension, $X^2 = 7$
//!
//! [`Ext`] is a pair of [`Sum`]s. Products are taken of whatever ranges there are, as long as the result can still be reduced when
//! thousands like it are added up; otherwise the wider operand is reduced first. So a gate's formula is written as on
//! paper, and costs few reductions: of three factors that are elements, none.
//!
//! [`Goldilocks`] reads every [`Formula`](furl_circuits::gates::Formula) of Furl's own gates: it is an
//! [`Algebra`].

use furl_circuits::field::{Extension, F};
use furl_circuits::gates::algebra::Algebra;
use plonky2::field::extension::FieldExtension;
use plonky2::field::types::Field;

use super::goldilocks::{Element, Goldilocks, PRODUCT_BITS, Sum, centred};
use crate::machine::Machine;

/// $X^2$.
const W: i128 = 7;
/// $c_0 + c_1 X$.
#[derive(Clone, Copy, Debug)]
pub struct Ext<T>(pub [Sum<T>; 2]);

impl<T: Copy> Ext<T> {
    /// The bits of the wider range.
    fn bits(&self) -> u32 {
        self.0[0].range().bits().max(self.0[1].range().bits())
    }
}

impl<T> From<[Element<T>; 2]> for Ext<T> {
    fn from(elements: [Element<T>; 2]) -> Self {
        Self(elements.map(Sum::from))
    }
}

impl<M: Machine> Goldilocks<'_, M> {
    /// Zero.
    pub const fn ext_zero(&self) -> Ext<M::Cell> {
        Ext([self.zero(); 2])
    }

    /// An element of the base field.
    pub const fn embed(&self, s: Sum<M::Cell>) -> Ext<M::Cell> {
        Ext([s, self.zero()])
    }

    /// The element that a pair of sums is congruent to: for hints.
    pub fn ext_value(&self, a: Ext<M::Cell>) -> Extension {
        Extension::from_basefield_array(a.0.map(|s| self.value(s)))
    }

    /// An element by hint.
    pub fn ext_element(&mut self, hint: Extension) -> Ext<M::Cell> {
        Ext::from(<Extension as FieldExtension<2>>::to_basefield_array(&hint).map(|c| self.element(c)))
    }

    /// The same element as canonical pair.
    pub fn ext_reduce(&mut self, a: Ext<M::Cell>) -> Ext<M::Cell> {
        Ext(a.0.map(|s| self.reduce(s).into()))
    }

    /// The same element, reduced unless it can be multiplied by an element as it is.
    pub fn ext_narrow(&mut self, a: Ext<M::Cell>) -> Ext<M::Cell> {
        if a.bits() + 64 > PRODUCT_BITS { self.ext_reduce(a) } else { a }
    }

    /// $a + b$.
    pub fn ext_add(&mut self, a: Ext<M::Cell>, b: Ext<M::Cell>) -> Ext<M::Cell> {
        Ext([0, 1].map(|i| self.add(a.0[i], b.0[i])))
    }

    /// $a - b$.
    pub fn ext_sub(&mut self, a: Ext<M::Cell>, b: Ext<M::Cell>) -> Ext<M::Cell> {
        Ext([0, 1].map(|i| self.sub(a.0[i], b.0[i])))
    }

    /// $ab$.
    pub fn ext_multiply(&mut self, a: Ext<M::Cell>, b: Ext<M::Cell>) -> Ext<M::Cell> {
        let (a, b) = self.narrowed(a, b);
        let high = self.multiply(a.0[1], b.0[1]);
        let low = self.multiply_add(a.0[0], b.0[0], W, high, 0);
        let cross = self.multiply(a.0[0], b.0[1]);
        Ext([low, self.multiply_add(a.0[1], b.0[0], 1, cross, 0)])
    }

    /// $ab + c$.
    pub fn ext_multiply_add(&mut self, a: Ext<M::Cell>, b: Ext<M::Cell>, c: Ext<M::Cell>) -> Ext<M::Cell> {
        let (a, b) = self.narrowed(a, b);
        let high = self.multiply(a.0[1], b.0[1]);
        let low = self.multiply_add(a.0[0], b.0[0], W, high, 0);
        let cross = self.multiply_add(a.0[0], b.0[1], 1, c.0[1], 0);
        Ext([self.add(low, c.0[0]), self.multiply_add(a.0[1], b.0[0], 1, cross, 0)])
    }

    /// $c + \sum_i a_i b_i$.
    pub fn ext_inner(
        &mut self,
        pairs: impl IntoIterator<Item = (Ext<M::Cell>, Ext<M::Cell>)>,
        c: Ext<M::Cell>,
    ) -> Ext<M::Cell> {
        let (Ext([mut low, mut cross]), mut high) = (c, self.zero());
        for (a, b) in pairs {
            let (a, b) = self.narrowed(a, b);
            high = self.multiply_add(a.0[1], b.0[1], 1, high, 0);
            low = self.multiply_add(a.0[0], b.0[0], 1, low, 0);
            cross = self.multiply_add(a.0[0], b.0[1], 1, cross, 0);
            cross = self.multiply_add(a.0[1], b.0[0], 1, cross, 0);
        }
        Ext([self.scale_add(W, high, low), cross])
    }

    /// $ab + c$, $a$ in the base field.
    pub fn scalar_multiply_add(&mut self, a: Sum<M::Cell>, b: Ext<M::Cell>, c: Ext<M::Cell>) -> Ext<M::Cell> {
        let b = if a.range().bits() + b.bits() > PRODUCT_BITS { self.ext_reduce(b) } else { b };
        Ext([0, 1].map(|i| self.multiply_add(a, b.0[i], 1, c.0[i], 0)))
    }

    /// $ab$, $a$ in the base field.
    pub fn scalar_multiply(&mut self, a: Sum<M::Cell>, b: Ext<M::Cell>) -> Ext<M::Cell> {
        self.scalar_multiply_add(a, b, self.ext_zero())
    }

    /// $ka + c$ for a constant.
    pub fn ext_scale_add(&mut self, k: F, a: Ext<M::Cell>, c: Ext<M::Cell>) -> Ext<M::Cell> {
        let a = self.scalable(k, a);
        Ext([0, 1].map(|i| self.scale_add(centred(k), a.0[i], c.0[i])))
    }

    /// $ka$ for a constant.
    pub fn ext_scale(&mut self, k: F, a: Ext<M::Cell>) -> Ext<M::Cell> {
        let a = self.scalable(k, a);
        Ext([0, 1].map(|i| self.affine(centred(k), a.0[i], 0)))
    }

    /// $a + k$ for a constant of the base field.
    pub fn ext_shift(&mut self, a: Ext<M::Cell>, k: F) -> Ext<M::Cell> {
        Ext([self.affine(1, a.0[0], centred(k)), a.0[1]])
    }

    /// $a / b$ by hint: the $q$ with $qb = a$. If $b$ is zero, there is one only for $a$ zero, and it is free:
    /// **the caller shows that $b$ is not zero.**
    pub fn ext_divide(&mut self, a: Ext<M::Cell>, b: Ext<M::Cell>) -> Ext<M::Cell> {
        let divisor = self.ext_value(b);
        let inverse = divisor.try_inverse().unwrap_or(Extension::ZERO);
        let quotient = self.ext_element(self.ext_value(a) * inverse);
        let product = self.ext_multiply(quotient, b);
        let difference = self.ext_sub(product, a);
        self.ext_assert_zero(difference);
        quotient
    }

    /// $1 / a$ by hint, which exists for every $a$ but zero.
    pub fn ext_inverse(&mut self, a: Ext<M::Cell>) -> Ext<M::Cell> {
        let one = self.embed(self.one());
        self.ext_divide(one, a)
    }

    /// Demands that an element is zero.
    pub fn ext_assert_zero(&mut self, a: Ext<M::Cell>) {
        a.0.into_iter().for_each(|s| self.assert_zero(s));
    }

    /// $a^{2^n}$.
    pub fn ext_power_of_two(&mut self, a: Ext<M::Cell>, n: usize) -> Ext<M::Cell> {
        (0..n).fold(a, |a, _| {
            let square = self.ext_multiply(a, a);
            self.ext_reduce(square)
        })
    }

    /// $1, a, a^2, \dots$, reduced: so many.
    pub fn ext_powers(&mut self, a: Ext<M::Cell>, count: usize) -> Vec<Ext<M::Cell>> {
        let mut powers = vec![self.embed(self.one())];
        while powers.len() < count {
            let power = self.ext_multiply(powers[powers.len() - 1], a);
            powers.push(self.ext_reduce(power));
        }
        powers.truncate(count);
        powers
    }

    /// The operands of a product, the wider reduced until the product is narrow enough.
    fn narrowed(&mut self, mut a: Ext<M::Cell>, mut b: Ext<M::Cell>) -> (Ext<M::Cell>, Ext<M::Cell>) {
        // Two operands of n and m bits have a product below 8 · 2^(n+m).
        while a.bits() + b.bits() + 3 > PRODUCT_BITS {
            if a.bits() >= b.bits() {
                a = self.ext_reduce(a);
            } else {
                b = self.ext_reduce(b);
            }
        }
        (a, b)
    }

    /// An operand that can be scaled.
    fn scalable(&mut self, k: F, a: Ext<M::Cell>) -> Ext<M::Cell> {
        let bits = u128::BITS - centred(k).unsigned_abs().leading_zeros();
        if a.bits() + bits > PRODUCT_BITS { self.ext_reduce(a) } else { a }
    }
}

/// An algebra that may be told that a value will be used often.
pub trait Lazy: Algebra {
    /// The same element, in the form that costs least to use.
    fn settle(&mut self, a: Self::E) -> Self::E;
}

impl<M: Machine> Lazy for Goldilocks<'_, M> {
    fn settle(&mut self, a: Self::E) -> Self::E {
        self.ext_reduce(a)
    }
}

impl<M: Machine> Algebra for Goldilocks<'_, M> {
    type E = Ext<M::Cell>;

    fn constant(&mut self, c: F) -> Self::E {
        let constant = Self::constant(self, c).into();
        self.embed(constant)
    }

    fn fused(&mut self, c0: F, a: Self::E, b: Self::E, c1: F, c: Self::E) -> Self::E {
        let product = self.mul(a, b);
        let scaled = if c0 == F::ONE { product } else { self.ext_scale(c0, product) };
        if c1 == F::ZERO { scaled } else { self.ext_scale_add(c1, c, scaled) }
    }

    fn scale_add(&mut self, k: F, a: Self::E, c: Self::E) -> Self::E {
        self.ext_scale_add(k, a, c)
    }

    fn mul(&mut self, a: Self::E, b: Self::E) -> Self::E {
        self.ext_multiply(a, b)
    }

    fn mul_add(&mut self, a: Self::E, b: Self::E, c: Self::E) -> Self::E {
        self.ext_multiply_add(a, b, c)
    }

    fn scale(&mut self, k: F, a: Self::E) -> Self::E {
        self.ext_scale(k, a)
    }

    fn add_constant(&mut self, a: Self::E, k: F) -> Self::E {
        self.ext_shift(a, k)
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Sample;

    use super::*;
    use crate::native::Native;

    #[test]
    fn operations_are_those_of_the_field() {
        let mut machine = Native::new(vec![]);
        let mut g = Goldilocks::new(&mut machine);
        for n in 0..32 {
            let [x, y, z] = [0, 1, 2].map(|i| match (n >> i) % 2 {
                0 => Extension::rand(),
                _ => Extension::from_basefield_array([F::NEG_ONE; 2]),
            });
            let [a, b, c] = [x, y, z].map(|v| g.ext_element(v));
            let k = if n % 2 == 0 { F::rand() } else { F::NEG_ONE };
            let big = Extension::from(k);
            let base: Sum<_> = g.element(k).into();
            let deep = g.ext_multiply(a, b);
            let deep = g.ext_multiply(deep, c);
            let results = [
                (g.ext_add(a, b), x + y),
                (g.ext_sub(a, b), x - y),
                (g.ext_multiply(deep, deep), x * y * z * x * y * z),
                (g.ext_multiply_add(deep, b, c), x * y * z * y + z),
                (g.ext_inner([(a, b), (deep, c), (b, b)], deep), x * y + x * y * z * z + y * y + x * y * z),
                (g.scalar_multiply_add(base, deep, c), big * x * y * z + z),
                (g.ext_scale_add(k, deep, c), big * x * y * z + z),
                (g.ext_scale(k, a), big * x),
                (g.ext_shift(a, k), big + x),
                (g.ext_divide(deep, b), x * z),
                (g.ext_inverse(a), x.inverse()),
                (g.ext_power_of_two(a, 5), x.exp_u64(32)),
                (g.ext_powers(a, 12)[11], x.exp_u64(11)),
                (g.fused(k, a, b, -k, c), big * x * y - big * z),
                (g.fused(F::ONE, a, b, F::ZERO, c), x * y),
                (g.digit(a), (0..4).map(|d| x - Extension::from_canonical_u64(d)).product()),
            ];
            for (i, (result, expected)) in results.into_iter().enumerate() {
                assert_eq!(g.ext_value(result), expected, "operation {i}");
            }
        }
        machine.finish().expect("honest");
    }

    #[test]
    fn what_is_not_zero_or_has_no_inverse_is_refused() {
        for refused in [false, true] {
            let mut machine = Native::new(vec![]);
            let mut g = Goldilocks::new(&mut machine);
            let a = g.ext_element(if refused { Extension::ZERO } else { Extension::rand() });
            g.ext_inverse(a);
            assert_eq!(machine.finish().is_err(), refused);

            for part in 0..2 {
                let mut machine = Native::new(vec![]);
                let mut g = Goldilocks::new(&mut machine);
                let mut parts = [F::ZERO; 2];
                parts[part] = F::from_bool(refused);
                let a = g.ext_element(Extension::from_basefield_array(parts));
                g.ext_assert_zero(a);
                assert_eq!(machine.finish().is_err(), refused);
            }
        }
    }
}
