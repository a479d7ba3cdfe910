//! # Fields
//!
//! All arithmetic that a proof sees lives in two fields: the Goldilocks field $F = \mathrm{GF}(p)$
//! with $p = 2^{64} - 2^{32} + 1$, native to the proof system, and its quintic extension
//! $\mathrm{GF}(p^5) = F\[z\]/(z^5 - 3)$, over which the signature curve is defined. Both types are
//! those of `plonky2_field`; this module adds what they lack here:
//!
//! - **Strict bytes.** An element is eight little-endian bytes holding a number below $p$. The
//!   number $x + p$ stands for the same element and fits in 64 bits when $x < 2^{32} - 1$; it is
//!   refused, so that a value has one encoding and an encoding one value.
//! - **Square roots in the extension**, by way of the norm (see [`sqrt`]).
//!
//! Elements of `plonky2_field` may hold a non-canonical number inside. Equality and hashing of the
//! types see through that; code that needs the number itself calls `to_canonical_u64`.

use plonky2_field::extension::Frobenius;
use plonky2_field::extension::quintic::QuinticExtension;
use plonky2_field::goldilocks_field::GoldilocksField;
use plonky2_field::types::{Field, Field64, PrimeField, PrimeField64};
use thiserror::Error;

/// The Goldilocks field, $p = 2^{64} - 2^{32} + 1$.
pub type F = GoldilocksField;

/// $\mathrm{GF}(p^5)$: five coefficients, of $z^0$ first, with $z^5 = 3$.
pub type Fp5 = QuinticExtension<F>;

/// The number of elements of [`F`], $p$.
pub const P: u64 = F::ORDER;

/// Why some bytes are not field elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FieldError {
    /// The number of bytes is wrong.
    #[error("expected {expected} bytes, got {got}")]
    Length {
        /// How many the type has.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// A limb is not below the modulus.
    #[error("expected limb {limb} below 2^64 - 2^32 + 1, got {got}")]
    NotCanonical {
        /// Which limb, from 0.
        limb: usize,
        /// The number it holds.
        got: u64,
    },
}

/// An extension element from its coefficients, usable in constants. Each must be below [`P`].
pub const fn fp5(coefficients: [u64; 5]) -> Fp5 {
    let [a, b, c, d, e] = coefficients;
    assert!(a < P && b < P && c < P && d < P && e < P);
    QuinticExtension([
        GoldilocksField(a),
        GoldilocksField(b),
        GoldilocksField(c),
        GoldilocksField(d),
        GoldilocksField(e),
    ])
}

/// Writes elements as little-endian bytes, eight each, in order. `LEN` must be `8 * N`.
pub fn to_bytes<const N: usize, const LEN: usize>(elements: &[F; N]) -> [u8; LEN] {
    const { assert!(LEN == 8 * N) };
    let mut bytes = [0; LEN];
    for (chunk, element) in bytes.chunks_exact_mut(8).zip(elements) {
        chunk.copy_from_slice(&element.to_canonical_u64().to_le_bytes());
    }
    bytes
}

/// Reads `N` elements of eight little-endian bytes each.
///
/// # Errors
/// [`FieldError`] if there are not exactly `8 * N` bytes, or a limb is [`P`] or more.
pub fn from_bytes<const N: usize>(bytes: &[u8]) -> Result<[F; N], FieldError> {
    if bytes.len() != 8 * N {
        return Err(FieldError::Length { expected: 8 * N, got: bytes.len() });
    }
    let (chunks, _) = bytes.as_chunks::<8>();
    let mut elements = [F::ZERO; N];
    for (limb, (element, chunk)) in elements.iter_mut().zip(chunks).enumerate() {
        let got = u64::from_le_bytes(*chunk);
        if got >= P {
            return Err(FieldError::NotCanonical { limb, got });
        }
        *element = F::from_canonical_u64(got);
    }
    Ok(elements)
}

/// The norm $N(x) = x^{1 + p + p^2 + p^3 + p^4}$, an element of the base field.
///
/// $x$ is a square in the extension exactly when $N(x)$ is one in the base field, since
/// $x^{(p^5 - 1)/2} = N(x)^{(p - 1)/2}$.
pub fn norm(x: &Fp5) -> F {
    let d = x.frobenius();
    let e = d * d.frobenius();
    let conjugates = e * e.repeated_frobenius(2);
    (*x * conjugates).0[0]
}

/// Whether $x$ is a square; zero is.
pub fn is_square(x: &Fp5) -> bool {
    norm(x).is_quadratic_residue()
}

/// A square root of $x$, if there is one; which of the two is not specified. Not constant-time.
///
/// With $r = 1 + p + p^2 + p^3 + p^4$, an odd number, $x^r = N(x)$. So
/// $x = N(x) / (x^{(r-1)/2})^2$, and $\sqrt x = \sqrt{N(x)} / x^{(r-1)/2}$: one root in the base
/// field. The exponent is $(r-1)/2 = p (1 + p^2) (p + 1)/2$, one power and three Frobenius maps.
pub fn sqrt(x: &Fp5) -> Option<Fp5> {
    if x.is_zero() {
        return Some(Fp5::ZERO);
    }
    let root = norm(x).sqrt()?;
    let u = x.exp_u64(P.div_ceil(2)).frobenius();
    let denominator = u * u.repeated_frobenius(2);
    Some(denominator.inverse() * Fp5::from(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pseudo-random elements: powers of a fixed one, with no structure that the tests rely on.
    fn elements() -> impl Iterator<Item = Fp5> {
        let step = fp5([0x1234_5678_9abc_def0, 3, 1 << 63, 5, 0xffff_ffff]);
        std::iter::successors(Some(step), move |x| Some(*x * step)).take(64)
    }

    #[test]
    fn roots_square_back_and_non_squares_have_none() {
        let non_square = Fp5::from(F::from_canonical_u64(7));
        assert!(!is_square(&non_square));
        for x in elements() {
            let square = x * x;
            let root = sqrt(&square).expect("a square has a root");
            assert!(root == x || root == -x);
            assert!(is_square(&square));
            assert_eq!(sqrt(&(square * non_square)), None);
            assert!(!is_square(&(square * non_square)));
        }
        assert_eq!(sqrt(&Fp5::ZERO), Some(Fp5::ZERO));
        assert!(is_square(&Fp5::ZERO));
    }

    #[test]
    fn bytes_round_trip_and_are_strict() {
        let top = F::from_canonical_u64(P - 1);
        let elements = [F::ZERO, F::ONE, top];
        let bytes: [u8; 24] = to_bytes(&elements);
        assert_eq!(from_bytes(&bytes), Ok(elements));
        for length in [0, 8, 23, 25, 32] {
            let error = FieldError::Length { expected: 24, got: length };
            assert_eq!(from_bytes::<3>(&[0; 32][..length]), Err(error));
        }
        for (limb, got) in [(0, P), (1, P + 1), (2, u64::MAX)] {
            let mut bytes = bytes;
            bytes[8 * limb..8 * limb + 8].copy_from_slice(&got.to_le_bytes());
            let error = FieldError::NotCanonical { limb, got };
            assert_eq!(from_bytes::<3>(&bytes), Err(error));
        }
    }

    #[test]
    fn non_canonical_numbers_inside_are_written_canonically() {
        let bytes: [u8; 8] = to_bytes(&[GoldilocksField(P + 5)]);
        assert_eq!(bytes, 5u64.to_le_bytes());
    }
}
