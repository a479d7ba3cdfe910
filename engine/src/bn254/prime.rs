//! # BN254's two primes, one number at a time
//!
//! A number $x$ is kept as $x \cdot 2^{256}$ modulo the prime (Montgomery), 64 bits a limb, the least first: a [`Word`]. So does every
//! library for this curve that the project uses; what is kept in memory can be handed over as it is.

use super::Word;

/// A prime of 254 bits, and what arithmetic modulo it needs.
#[derive(Clone, Copy, Debug)]
pub struct Prime {
    pub(crate) modulus: Word,
    /// $-p^{-1}$ modulo $2^{64}$.
    pub(crate) inverse: u64,
    /// $2^{256}$ and $2^{512}$ modulo the prime.
    pub(crate) one: Word,
    pub(crate) square: Word,
}

/// The order of the curve: the prime of scalars.
pub const SCALARS: Prime =
    Prime::new([0x43e1_f593_f000_0001, 0x2833_e848_79b9_7091, 0xb850_45b6_8181_585d, 0x3064_4e72_e131_a029]);

/// The prime of coordinates.
pub const COORDINATES: Prime =
    Prime::new([0x3c20_8c16_d87c_fd47, 0x9781_6a91_6871_ca8d, 0xb850_45b6_8181_585d, 0x3064_4e72_e131_a029]);

/// $a + b c + d$, low and high.
#[inline(always)]
const fn add_product(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    // At most 2^128 - 1.
    let sum = (a as u128).wrapping_add((b as u128).wrapping_mul(c as u128)).wrapping_add(d as u128);
    (sum as u64, (sum >> 64) as u64)
}

/// $a - b$ modulo $2^{256}$, and whether it is negative.
#[inline(always)]
const fn subtract(a: &Word, b: &Word) -> (Word, bool) {
    let mut difference = [0; 4];
    let mut borrow = false;
    let mut i = 0;
    while i < 4 {
        let (once, first) = a[i].overflowing_sub(b[i]);
        let (twice, second) = once.overflowing_sub(borrow as u64);
        (difference[i], borrow) = (twice, first | second);
        i += 1;
    }
    (difference, borrow)
}

impl Prime {
    const fn new(modulus: Word) -> Self {
        // Each step doubles the bits that are right.
        let mut inverse = 1u64;
        let mut i = 0;
        while i < 6 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(modulus[0].wrapping_mul(inverse)));
            i += 1;
        }
        let mut prime = Self { modulus, inverse: inverse.wrapping_neg(), one: [1, 0, 0, 0], square: [0; 4] };
        prime.one = prime.doubled([1, 0, 0, 0], 256);
        prime.square = prime.doubled(prime.one, 256);
        prime
    }

    /// $2^{times} x$.
    pub(crate) const fn doubled(&self, mut x: Word, times: usize) -> Word {
        let mut i = 0;
        while i < times {
            x = self.add(&x, &x);
            i += 1;
        }
        x
    }

    /// A number below twice the prime, less the prime if it is not below it.
    #[inline(always)]
    const fn reduced(&self, x: &Word) -> Word {
        let (difference, negative) = subtract(x, &self.modulus);
        if negative { *x } else { difference }
    }

    /// $a + b$.
    #[inline(always)]
    #[must_use]
    pub const fn add(&self, a: &Word, b: &Word) -> Word {
        let mut sum = [0; 4];
        let mut carry = 0;
        let mut i = 0;
        while i < 4 {
            (sum[i], carry) = add_product(a[i], 1, b[i], carry);
            i += 1;
        }
        self.reduced(&sum)
    }

    /// $a - b$.
    #[inline(always)]
    #[must_use]
    pub const fn sub(&self, a: &Word, b: &Word) -> Word {
        let (difference, negative) = subtract(a, b);
        if !negative {
            return difference;
        }
        let mut sum = [0; 4];
        let mut carry = 0;
        let mut i = 0;
        while i < 4 {
            (sum[i], carry) = add_product(difference[i], 1, self.modulus[i], carry);
            i += 1;
        }
        sum
    }

    /// $ab$: $a b / 2^{256}$ of what is kept.
    #[inline(always)]
    #[must_use]
    pub const fn mul(&self, a: &Word, b: &Word) -> Word {
        let mut t = [0u64; 4];
        let mut i = 0;
        while i < 4 {
            let (low, mut carry) = add_product(t[0], a[0], b[i], 0);
            let m = low.wrapping_mul(self.inverse);
            let (_, mut reduction) = add_product(low, m, self.modulus[0], 0);
            let mut j = 1;
            while j < 4 {
                let (low, high) = add_product(t[j], a[j], b[i], carry);
                carry = high;
                (t[j - 1], reduction) = add_product(low, m, self.modulus[j], reduction);
                j += 1;
            }
            // No carry beyond: the prime leaves two bits free.
            t[3] = carry.wrapping_add(reduction);
            i += 1;
        }
        self.reduced(&t)
    }

    /// $x^e$, for an exponent of 256 bits. Takes the exponent's time.
    #[must_use]
    pub fn pow(&self, x: &Word, exponent: &Word) -> Word {
        let mut power = self.one;
        for i in (0..256).rev() {
            power = self.mul(&power, &power);
            if exponent[i / 64] >> (i % 64) & 1 == 1 {
                power = self.mul(&power, x);
            }
        }
        power
    }

    /// $x^{-1}$; 0 of 0.
    #[must_use]
    pub fn invert(&self, x: &Word) -> Word {
        let (exponent, _) = subtract(&self.modulus, &[2, 0, 0, 0]);
        self.pow(x, &exponent)
    }

    /// The number itself, from 0 to $p - 1$.
    #[must_use]
    pub const fn integer(&self, x: &Word) -> Word {
        self.mul(x, &[1, 0, 0, 0])
    }

    /// A small number as it is kept.
    #[must_use]
    pub const fn small(&self, x: u64) -> Word {
        self.mul(&[x, 0, 0, 0], &self.square)
    }

    /// A number below the prime, as an integer, and its sign: the smaller one of $x$ and $p - x$, and whether it is the latter.
    pub(crate) const fn signed(&self, x: &Word) -> (Word, bool) {
        let x = self.integer(x);
        let (other, _) = subtract(&self.modulus, &x);
        if subtract(&other, &x).1 { (other, true) } else { (x, false) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic() {
        for prime in [SCALARS, COORDINATES] {
            let x = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 42, 0x2fff_ffff_ffff_ffff];
            assert_eq!(prime.mul(&prime.invert(&x), &x), prime.one);
            assert_eq!(prime.invert(&[0; 4]), [0; 4]);
            assert_eq!(prime.integer(&prime.small(77)), [77, 0, 0, 0]);
            assert_eq!(prime.add(&prime.sub(&[0; 4], &x), &x), [0; 4]);
            let minus = prime.sub(&[0; 4], &prime.small(3));
            assert_eq!(prime.signed(&minus), ([3, 0, 0, 0], true));
            assert_eq!(prime.signed(&prime.small(3)), ([3, 0, 0, 0], false));
            assert_eq!(prime.mul(&minus, &minus), prime.small(9));
            // Fermat.
            let (exponent, _) = subtract(&prime.modulus, &[1, 0, 0, 0]);
            assert_eq!(prime.pow(&x, &exponent), prime.one);
        }
    }
}
