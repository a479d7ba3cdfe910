//! # Scalars
//!
//! Integers modulo the order of the group, the 319-bit prime
//!
//! $$ n = \mathtt{7ffffffd800000077ffffff1000000167fffffe6cfb80639e8885c39d724a09ce80fd996948bffe1}_{16}. $$
//!
//! Arithmetic is `crypto-bigint`'s, in Montgomery form and constant-time. As bytes a scalar is 40
//! little-endian ones, of a number below $n$; the number plus $n$ is refused.
//!
//! ## Signed bits
//!
//! $m$ bits $b$, read as signs (1 is $+2^i$, 0 is $-2^i$), stand for $2b - (2^m - 1)$. As $n$ is odd,
//! every residue $s$ is such a value: $b = (s + 2^m - 1)/2 \bmod n$, and $b < n < 2^{319}$ fits whenever
//! $m \ge 319$. No carry, no sign to store, and no digit that can be zero.

use core::ops::{Add, Mul, Neg, Sub};
use crypto_bigint::U320;
use crypto_bigint::modular::ConstMontyForm;
use modulus::Order;
use thiserror::Error;
use zeroize::{DefaultIsZeroes, Zeroizing};

mod modulus {
    use crypto_bigint::U320;

    crypto_bigint::const_monty_params!(
        Order,
        U320,
        "7ffffffd800000077ffffff1000000167fffffe6cfb80639e8885c39d724a09ce80fd996948bffe1"
    );
}

type Residue = ConstMontyForm<Order, { U320::LIMBS }>;

/// An integer modulo the group's order.
///
/// `Copy`, because a signature's half is public; code that holds a secret one wraps it in
/// [`Zeroizing`]. `Debug` prints the number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scalar(Residue);

/// Why some bytes are not a [`Scalar`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ScalarError {
    /// The number of bytes is wrong.
    #[error("expected {} bytes, got {got}", Scalar::BYTES)]
    Length {
        /// How many there are.
        got: usize,
    },
    /// The number is not below the order of the group.
    #[error("expected a number below the order of the group")]
    Range,
}

impl Scalar {
    /// The length of the binary form.
    pub const BYTES: usize = 40;
    /// Zero.
    pub const ZERO: Self = Self(Residue::ZERO);
    /// One.
    pub const ONE: Self = Self(Residue::ONE);

    /// The order $n$ of the group, little-endian.
    pub fn order() -> [u8; Self::BYTES] {
        le_bytes(&Residue::MODULUS)
    }

    /// $2^k$.
    pub const fn power_of_two(k: u64) -> Self {
        let two = Residue::ONE.double();
        Self(two.pow_vartime(&U320::from_u64(k)))
    }

    /// The number below $n$, little-endian.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        le_bytes(&self.0.retrieve())
    }

    /// Reads a number below $n$, little-endian.
    ///
    /// # Errors
    /// [`ScalarError`] if there are not 40 bytes, or the number is $n$ or more.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ScalarError> {
        if bytes.len() != Self::BYTES {
            return Err(ScalarError::Length { got: bytes.len() });
        }
        let number = U320::from_le_slice(bytes);
        if number >= *Residue::MODULUS {
            return Err(ScalarError::Range);
        }
        Ok(Self(Residue::new(&number)))
    }

    /// The residue of a 512-bit little-endian number. Of a uniform one, it is uniform but for
    /// $2^{-193}$.
    pub fn from_wide(bytes: &[u8; 64]) -> Self {
        let half = |bytes: &[u8]| {
            let mut padded = Zeroizing::new([0; Self::BYTES]);
            padded[..32].copy_from_slice(bytes);
            Self(Residue::new(&U320::from_le_slice(&*padded)))
        };
        const SHIFT: Scalar = Scalar::power_of_two(256);
        half(&bytes[..32]) + SHIFT * half(&bytes[32..])
    }

    /// The residue of $2b - (2^m - 1)$, for bits $b$ of at most 320: what `M` signed bits stand for.
    pub(crate) fn from_signed_bits<const M: u64>(bits: &[u8; Self::BYTES]) -> Self {
        let bits = Residue::new(&U320::from_le_slice(bits));
        Self(bits.double() - const { all_ones(M) })
    }

    /// The signed bits: the number $b < n$ with $2b - (2^M - 1) = s$ modulo $n$, little-endian.
    pub(crate) fn signed_bits<const M: u64>(&self) -> Zeroizing<[u8; Self::BYTES]> {
        const { assert!(M >= 319) };
        let doubled = self.0 + const { all_ones(M) };
        Zeroizing::new(le_bytes(&doubled.div_by_2().retrieve()))
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.0 == Residue::ZERO
    }
}

/// $2^m - 1$.
const fn all_ones(m: u64) -> Residue {
    Residue::sub(&Scalar::power_of_two(m).0, &Residue::ONE)
}

fn le_bytes(number: &U320) -> [u8; Scalar::BYTES] {
    let mut bytes = [0; Scalar::BYTES];
    bytes.copy_from_slice(number.to_le_bytes().as_ref());
    bytes
}

impl Default for Scalar {
    fn default() -> Self {
        Self::ZERO
    }
}

impl DefaultIsZeroes for Scalar {}

impl core::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut bytes = self.to_bytes();
        bytes.reverse();
        write!(f, "Scalar({})", crate::encoding::to_hex(&bytes))
    }
}

impl Add for Scalar {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Scalar {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul for Scalar {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Neg for Scalar {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    fn big(scalar: Scalar) -> BigUint {
        BigUint::from_bytes_le(&scalar.to_bytes())
    }

    fn order() -> BigUint {
        BigUint::from_bytes_le(&Scalar::order())
    }

    fn padded(number: &BigUint) -> [u8; 40] {
        let mut bytes = [0; 40];
        let digits = number.to_bytes_le();
        bytes[..digits.len()].copy_from_slice(&digits);
        bytes
    }

    fn arb_wide() -> impl Strategy<Value = [u8; 64]> {
        let edge = prop_oneof![Just([0; 64]), Just([0xff; 64])];
        prop_oneof![8 => any::<[[u8; 32]; 2]>().prop_map(|halves| {
            let mut bytes = [0; 64];
            bytes.copy_from_slice(halves.as_flattened());
            bytes
        }), 1 => edge]
    }

    proptest! {
        #[test]
        fn arithmetic_is_that_of_integers(a in arb_wide(), b in arb_wide()) {
            let (x, y) = (Scalar::from_wide(&a), Scalar::from_wide(&b));
            let n = order();
            prop_assert_eq!(big(x), BigUint::from_bytes_le(&a) % &n);
            prop_assert_eq!(big(x + y), (big(x) + big(y)) % &n);
            prop_assert_eq!(big(x - y), (&n + big(x) - big(y)) % &n);
            prop_assert_eq!(big(x * y), big(x) * big(y) % &n);
            prop_assert_eq!(big(-x), (&n - big(x)) % &n);
            prop_assert_eq!(Scalar::from_bytes(&x.to_bytes()), Ok(x));
            prop_assert_eq!(x.is_zero(), big(x) == BigUint::ZERO);
        }

        #[test]
        fn signed_bits_stand_for_the_scalar(a in arb_wide()) {
            let x = Scalar::from_wide(&a);
            let value = |bits: &[u8], m: u32| {
                let doubled = BigUint::from_bytes_le(bits) * 2u8 + order() * 8192u32;
                (doubled + 1u8 - (BigUint::from(1u8) << m)) % order()
            };
            let bits = x.signed_bits::<320>();
            prop_assert_eq!(value(&*bits, 320), big(x));
            prop_assert_eq!(Scalar::from_signed_bits::<320>(&bits), x);
            let bits = x.signed_bits::<330>();
            prop_assert_eq!(value(&*bits, 330), big(x));
            prop_assert!(BigUint::from_bytes_le(&*bits) < order());
        }
    }

    #[test]
    fn only_numbers_below_the_order_are_read() {
        let n = order();
        let largest = &n - 1u8;
        assert_eq!(Scalar::from_bytes(&padded(&largest)), Ok(-Scalar::ONE));
        for number in [n.clone(), &n + 1u8, &n * 2u8 - 1u8, (BigUint::from(1u8) << 320) - 1u8] {
            assert_eq!(Scalar::from_bytes(&padded(&number)), Err(ScalarError::Range));
        }
        for got in [0, 39, 41] {
            let error = ScalarError::Length { got };
            assert_eq!(Scalar::from_bytes(&[0; 41][..got]), Err(error));
        }
    }

    #[test]
    fn powers_of_two() {
        for k in [0, 1, 132, 264, 319, 330, 1000] {
            let power = (BigUint::from(1u8) << k) % order();
            assert_eq!(big(Scalar::power_of_two(k)), power);
        }
        let shown = format!("{:?}", Scalar::power_of_two(4));
        assert_eq!(shown, format!("Scalar(0x{:0>80})", "10"));
    }
}
