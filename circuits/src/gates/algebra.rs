//! # Algebra: what a gate's formula may do
//!
//! A gate is evaluated by four readers: the prover over the base field, the verifier over the quadratic extension, the recursive verifier over
//! targets, and the outer wrap. A [`Formula`](super::Formula) is written once against [`Algebra`]; each reader brings its own element type.
//!
//! One operation is primitive, the fused $c_0\,ab + c_1\,c$: it is exactly what one slot of plonky2's arithmetic gates computes, so the in-circuit
//! reader spends no slot on a bare addition that could have been part of a product. Everything else is derived.
//!
//! The quintic extension $\mathbb F_{p^5}$, $z^5 = 3$, over which the signature's curve is defined, is built on top: five elements, a product of
//! 25 multiplications. Over the base field that product is accumulated in 128 bits and reduced once a coefficient (tested equal to the plain one).

use core::array::from_fn;

use plonky2::field::types::Field;
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::plonk::circuit_builder::CircuitBuilder;

use crate::field::{D, Extension, F};

/// Five coefficients of an element of $\mathbb F_{p^5}$, $z^5 = 3$, lowest first.
pub type Quintic<E> = [E; 5];

/// The arithmetic that a gate formula may use.
pub trait Algebra {
    /// A field element as this reader sees it.
    type E: Copy;

    /// The constant `c`.
    fn constant(&mut self, c: F) -> Self::E;

    /// $c_0\,a\,b + c_1\,c$.
    fn fused(&mut self, c0: F, a: Self::E, b: Self::E, c1: F, c: Self::E) -> Self::E;

    /// $k\,a + c$.
    fn scale_add(&mut self, k: F, a: Self::E, c: Self::E) -> Self::E {
        let one = self.constant(F::ONE);
        self.fused(k, a, one, F::ONE, c)
    }

    /// $a + b$.
    fn add(&mut self, a: Self::E, b: Self::E) -> Self::E {
        self.scale_add(F::ONE, a, b)
    }

    /// $a - b$.
    fn sub(&mut self, a: Self::E, b: Self::E) -> Self::E {
        self.scale_add(F::NEG_ONE, b, a)
    }

    /// $a\,b$.
    fn mul(&mut self, a: Self::E, b: Self::E) -> Self::E {
        self.fused(F::ONE, a, b, F::ZERO, a)
    }

    /// $a\,b + c$.
    fn mul_add(&mut self, a: Self::E, b: Self::E, c: Self::E) -> Self::E {
        self.fused(F::ONE, a, b, F::ONE, c)
    }

    /// $k\,a$.
    fn scale(&mut self, k: F, a: Self::E) -> Self::E {
        let zero = self.constant(F::ZERO);
        self.scale_add(k, a, zero)
    }

    /// $a + k$.
    fn add_constant(&mut self, a: Self::E, k: F) -> Self::E {
        let k = self.constant(k);
        self.add(a, k)
    }

    /// $\prod_{d<4} (a - d)$: zero iff `a` is a base-4 digit. Degree 4.
    fn digit(&mut self, a: Self::E) -> Self::E {
        // a(a-3) = t, (a-1)(a-2) = t + 2
        let three = F::from_canonical_u64(3);
        let t = self.fused(F::ONE, a, a, -three, a);
        self.fused(F::ONE, t, t, F::TWO, t)
    }

    /// $a(a-1)$: zero iff `a` is 0 or 1. Degree 2.
    fn bit(&mut self, a: Self::E) -> Self::E {
        self.fused(F::ONE, a, a, F::NEG_ONE, a)
    }

    /// $\sum_i a_i\,r^i$ for a small radix `r`, lowest first; no multiplication by a variable.
    fn recompose(&mut self, radix: u64, digits: &[Self::E]) -> Self::E {
        let radix = F::from_canonical_u64(radix);
        let (last, rest) = digits.split_last().expect("at least one digit");
        rest.iter().rev().fold(*last, |acc, d| self.scale_add(radix, acc, *d))
    }

    /// The sum of two quintic elements.
    fn add5(&mut self, a: &Quintic<Self::E>, b: &Quintic<Self::E>) -> Quintic<Self::E> {
        from_fn(|i| self.add(a[i], b[i]))
    }

    /// The difference of two quintic elements.
    fn sub5(&mut self, a: &Quintic<Self::E>, b: &Quintic<Self::E>) -> Quintic<Self::E> {
        from_fn(|i| self.sub(a[i], b[i]))
    }

    /// A quintic element times a base element.
    fn scale5(&mut self, s: Self::E, a: &Quintic<Self::E>) -> Quintic<Self::E> {
        from_fn(|i| self.mul(s, a[i]))
    }

    /// The product of two quintic elements, $z^5 = 3$.
    fn mul5(&mut self, a: &Quintic<Self::E>, b: &Quintic<Self::E>) -> Quintic<Self::E> {
        let three = F::from_canonical_u64(3);
        from_fn(|k| {
            let mut low = self.mul(a[0], b[k]);
            for i in 1..=k {
                low = self.mul_add(a[i], b[k - i], low);
            }
            for i in k + 1..5 {
                low = self.fused(three, a[i], b[k + 5 - i], F::ONE, low);
            }
            low
        })
    }
}

/// Reads a formula over the base field: the prover's quotient.
#[derive(Debug, Default)]
pub struct Base;

impl Algebra for Base {
    type E = F;

    #[inline(always)]
    fn constant(&mut self, c: F) -> F {
        c
    }
    #[inline(always)]
    fn fused(&mut self, c0: F, a: F, b: F, c1: F, c: F) -> F {
        c0 * (a * b) + c1 * c
    }
    #[inline(always)]
    fn scale_add(&mut self, k: F, a: F, c: F) -> F {
        k * a + c
    }
    #[inline(always)]
    fn add(&mut self, a: F, b: F) -> F {
        a + b
    }
    #[inline(always)]
    fn sub(&mut self, a: F, b: F) -> F {
        a - b
    }
    #[inline(always)]
    fn mul(&mut self, a: F, b: F) -> F {
        a * b
    }
    #[inline(always)]
    fn mul_add(&mut self, a: F, b: F, c: F) -> F {
        a * b + c
    }
    #[inline(always)]
    fn scale(&mut self, k: F, a: F) -> F {
        k * a
    }
    #[inline(always)]
    fn mul5(&mut self, a: &Quintic<F>, b: &Quintic<F>) -> Quintic<F> {
        lazy_mul5(a, b)
    }
}

/// The quintic product with one reduction a coefficient.
///
/// Each product of two 64-bit representatives is split at $2^{64}$; up to 13 weighted high and low halves are summed in 128 bits (below
/// $13\cdot 2^{64}$), so nothing overflows, and $h\,2^{64} + l$ is reduced once.
#[inline(always)]
fn lazy_mul5(a: &Quintic<F>, b: &Quintic<F>) -> Quintic<F> {
    from_fn(|k| {
        let (mut low, mut high) = (0u128, 0u128);
        for (i, factor) in a.iter().enumerate() {
            let (j, weight) = if i <= k { (k - i, 1) } else { (k + 5 - i, 3) };
            let product = u128::from(factor.0) * u128::from(b[j].0);
            low += weight * u128::from(product as u64);
            high += weight * (product >> 64);
        }
        high += low >> 64;
        // high < 2^68, so high·2^64 + low is brought below 2^128 with 2^128 ≡ -2^32 (mod p).
        let carry = (high >> 64) as u64;
        let value = (high << 64) | u128::from(low as u64);
        F::from_noncanonical_u128(value) - F::from_canonical_u64(carry << 32)
    })
}

/// Reads a formula over the quadratic extension: the verifier at its challenge point.
#[derive(Debug, Default)]
pub struct AtChallenge;

impl Algebra for AtChallenge {
    type E = Extension;

    fn constant(&mut self, c: F) -> Extension {
        Extension::from(c)
    }
    fn fused(&mut self, c0: F, a: Extension, b: Extension, c1: F, c: Extension) -> Extension {
        Extension::from(c0) * a * b + Extension::from(c1) * c
    }
}

/// Reads a formula as constraints: the recursive verifier.
#[derive(Debug)]
pub struct InCircuit<'a>(pub &'a mut CircuitBuilder<F, D>);

impl Algebra for InCircuit<'_> {
    type E = ExtensionTarget<D>;

    fn constant(&mut self, c: F) -> Self::E {
        self.0.constant_extension(Extension::from(c))
    }
    fn fused(&mut self, c0: F, a: Self::E, b: Self::E, c1: F, c: Self::E) -> Self::E {
        self.0.arithmetic_extension(c0, c1, a, b, c)
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::extension::quintic::QuinticExtension;
    use plonky2::field::types::{Field64, PrimeField64, Sample};

    use super::*;

    /// The default product, not overridden by [`Base`].
    struct Plain;
    impl Algebra for Plain {
        type E = F;
        fn constant(&mut self, c: F) -> F {
            c
        }
        fn fused(&mut self, c0: F, a: F, b: F, c1: F, c: F) -> F {
            c0 * a * b + c1 * c
        }
    }

    fn element(kind: u64) -> F {
        match kind % 4 {
            0 => F::rand(),
            1 => F::NEG_ONE,
            // Representatives at the very top of 64 bits: not canonical, allowed by the field type.
            2 => F::from_noncanonical_u64(u64::MAX),
            _ => F::from_canonical_u64(F::ORDER - 2),
        }
    }

    #[test]
    fn the_three_quintic_products_agree() {
        for n in 0..4096u64 {
            let a = from_fn(|i| element(n >> (2 * i as u64 % 8)));
            let b = from_fn(|i| element((n >> 4) >> (2 * i as u64 % 8)));
            let reference = (QuinticExtension(a) * QuinticExtension(b)).0;
            assert_eq!(Plain.mul5(&a, &b), reference);
            assert_eq!(Base.mul5(&a, &b), reference);
        }
    }

    #[test]
    fn digits_and_bits_are_exactly_their_sets() {
        for x in (0..64).chain([F::ORDER - 1, F::ORDER - 3, 1 << 32]) {
            let x = F::from_canonical_u64(x);
            let v = x.to_canonical_u64();
            assert_eq!(Base.digit(x) == F::ZERO, v < 4, "digit {v}");
            assert_eq!(Base.bit(x) == F::ZERO, v < 2, "bit {v}");
        }
    }

    #[test]
    fn recompose_is_positional() {
        let digits = [3u64, 0, 2, 1].map(F::from_canonical_u64);
        assert_eq!(Base.recompose(4, &digits), F::from_canonical_u64(3 + 2 * 16 + 64));
    }
}
