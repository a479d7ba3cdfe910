//! # Keys
//!
//! A [`SecretKey`] is a scalar $d$ other than zero, and its [`PublicKey`] the group element $P = dG$.
//! The decoder of a public key accepts exactly the encodings of group elements other than the neutral
//! one, so a held `PublicKey` is a valid one, and no later code asks again.
//!
//! A slot binds $P$ by its abscissa alone. $P$ and $-P$ therefore have one owner, which is right: who
//! knows $d$ knows $-d$.
//!
//! ## Secrets in memory
//!
//! A `SecretKey` is wiped when dropped, as are the nonces and hash states of signing. `Debug` prints
//! the public key only. Multiplication by a secret neither branches on it nor reads memory at an
//! address made from it. **Not covered:** copies that the compiler leaves in registers or on the stack,
//! and faults provoked in hardware.

use crate::curve::scalar::{Scalar, ScalarError};
use crate::curve::{Point, mul_generator};
use crate::encoding::{HexError, hex_text};
use crate::field::{self, F, FieldError};
use core::fmt;
use plonky2_field::extension::quintic::QuinticExtension;
use plonky2_field::types::Field;
use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Why some bytes or text are not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The length is wrong, or a limb is not below the modulus of the field.
    #[error("not a public key: {0}")]
    Field(#[from] FieldError),
    /// The text is not hexadecimal, or of the wrong length.
    #[error("not a public key: {0}")]
    Hex(#[from] HexError),
    /// The encoding, zero, is that of the neutral element.
    #[error("not a public key: expected a group element other than the neutral one")]
    Neutral,
    /// No element of the group has this encoding.
    #[error("not a public key: expected the encoding of a curve point")]
    NotInGroup,
    /// The length is wrong, or the number is not below the order of the group.
    #[error("not a secret key: {0}")]
    Scalar(#[from] ScalarError),
    /// The secret number is zero.
    #[error("not a secret key: expected a number other than zero")]
    ZeroSecret,
}

/// A group element other than the neutral one.
///
/// As bytes: the encoding $w$, five little-endian limbs. As text: those 40 bytes in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(Point);

impl PublicKey {
    /// The length of the binary form.
    pub const BYTES: usize = 40;

    /// The encoding $w$, in limbs.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        field::to_bytes(&self.0.encode().0)
    }

    /// Decodes $w$.
    ///
    /// # Errors
    /// [`KeyError::Field`] for a wrong length or a limb that is not canonical, [`KeyError::Neutral`]
    /// for $w = 0$, [`KeyError::NotInGroup`] for a $w$ that encodes nothing.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let w = QuinticExtension(field::from_bytes(bytes)?);
        if w.is_zero() {
            return Err(KeyError::Neutral);
        }
        Ok(Self(Point::decode(w).ok_or(KeyError::NotInGroup)?))
    }

    /// Takes a point by its coordinates.
    ///
    /// # Errors
    /// [`KeyError::NotInGroup`] if it is off the curve, or on it but not of the group.
    pub fn from_point(point: Point) -> Result<Self, KeyError> {
        if point.is_in_group() { Ok(Self(point)) } else { Err(KeyError::NotInGroup) }
    }

    /// The abscissa $P.x$, the part that a slot's owner key binds.
    pub fn x(&self) -> [F; 5] {
        self.0.x.0
    }

    /// The coordinates.
    pub fn point(&self) -> Point {
        self.0
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

hex_text!(PublicKey, PublicKey::BYTES, KeyError);

/// A scalar other than zero, with its public key. Wiped when dropped.
#[derive(Clone)]
pub struct SecretKey {
    scalar: Scalar,
    public_key: PublicKey,
}

impl SecretKey {
    /// The length of the binary form.
    pub const BYTES: usize = Scalar::BYTES;

    fn new(scalar: Scalar) -> Result<Self, KeyError> {
        let point = mul_generator(&scalar).to_point();
        let public_key = PublicKey(point.ok_or(KeyError::ZeroSecret)?);
        Ok(Self { scalar, public_key })
    }

    /// Reads a number below the order of the group and above zero, 40 bytes little-endian.
    ///
    /// # Errors
    /// [`KeyError::Scalar`] if the length is wrong or the number too large, [`KeyError::ZeroSecret`]
    /// if it is zero.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::new(Scalar::from_bytes(bytes)?)
    }

    /// The secret number, 40 bytes little-endian, wiped when dropped.
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::BYTES]> {
        Zeroizing::new(self.scalar.to_bytes())
    }

    /// A key from 32 secret random bytes, for one purpose and one index.
    ///
    /// The scalar is 64 bytes of SHAKE256 of `furl/key`, the seed, the label's length (eight bytes,
    /// little-endian), the label and the index (eight bytes, little-endian), modulo the order.
    pub fn derive(seed: &[u8; 32], label: &str, index: u64) -> Self {
        let scalar = hash_to_scalar(&[
            b"furl/key",
            seed,
            &(label.len() as u64).to_le_bytes(),
            label.as_bytes(),
            &index.to_le_bytes(),
        ]);
        Self::new(*scalar).expect("a hash that is a multiple of the 319-bit order is not known")
    }

    /// The public key.
    pub fn public_key(&self) -> PublicKey {
        self.public_key
    }

    /// The secret number itself, for signing.
    pub(crate) fn scalar(&self) -> &Scalar {
        &self.scalar
    }
}

/// 64 bytes of SHAKE256 over the concatenated parts, modulo the order of the group.
pub(crate) fn hash_to_scalar(parts: &[&[u8]]) -> Zeroizing<Scalar> {
    let mut hasher = Shake256::default();
    for part in parts {
        hasher.update(part);
    }
    let mut wide = Zeroizing::new([0; 64]);
    hasher.finalize_xof().read(&mut *wide);
    Zeroizing::new(Scalar::from_wide(&wide))
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public_key)
    }
}

impl Drop for SecretKey {
    fn drop(&mut self) {
        self.scalar.zeroize();
    }
}

impl ZeroizeOnDrop for SecretKey {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::point::TWO_TORSION_X;
    use crate::curve::{GENERATOR, Projective};
    use crate::field::{Fp5, P};

    fn secret(number: u8) -> [u8; 40] {
        let mut bytes = [0; 40];
        bytes[0] = number;
        bytes
    }

    #[test]
    fn public_keys_round_trip() {
        for index in 0..50 {
            let key = SecretKey::derive(&[1; 32], "keys", index);
            let public = key.public_key();
            assert_eq!(PublicKey::from_bytes(&public.to_bytes()), Ok(public));
            assert_eq!(PublicKey::from_point(public.point()), Ok(public));
            assert_eq!(public.to_string().parse(), Ok(public));
            let json = serde_json::to_string(&public).expect("a key is text");
            let back: PublicKey = serde_json::from_str(&json).expect("written just now");
            assert_eq!(back, public);
            let again = SecretKey::from_bytes(&*key.to_bytes()).expect("a secret key");
            assert_eq!(again.public_key(), public);
        }
        let one = SecretKey::from_bytes(&secret(1)).expect("not zero");
        assert_eq!(one.public_key().point(), GENERATOR);
        assert_eq!(one.public_key().to_bytes(), secret(4));
    }

    #[test]
    fn derived_keys_depend_on_every_part() {
        let key = |seed: u8, label: &str, index| SecretKey::derive(&[seed; 32], label, index).public_key();
        let reference = key(1, "label", 0);
        assert_eq!(key(1, "label", 0), reference);
        for other in [key(2, "label", 0), key(1, "labe", 0), key(1, "", 0), key(1, "label", 1)] {
            assert_ne!(other, reference);
        }
    }

    #[test]
    fn the_neutral_element_is_no_key() {
        assert_eq!(PublicKey::from_bytes(&[0; 40]), Err(KeyError::Neutral));
        let zero = SecretKey::from_bytes(&[0; 40]);
        assert_eq!(zero.err(), Some(KeyError::ZeroSecret));
        assert!(mul_generator(&Scalar::ZERO).is_neutral());
    }

    #[test]
    fn points_outside_the_group_are_no_keys() {
        let off = Point { x: GENERATOR.x, y: GENERATOR.y + Fp5::ONE };
        assert!(!off.is_on_curve());
        assert_eq!(PublicKey::from_point(off), Err(KeyError::NotInGroup));
        // The point of order two, and a point of order 2n.
        let torsion = Point { x: TWO_TORSION_X, y: Fp5::ZERO };
        let outside = GENERATOR.add(&torsion).expect("distinct x");
        for point in [torsion, outside] {
            assert!(point.is_on_curve());
            assert_eq!(PublicKey::from_point(point), Err(KeyError::NotInGroup));
        }
        // Its would-be encoding belongs to an element of the group.
        let decoded = Point::decode(outside.encode()).expect("some element's encoding");
        assert_eq!(decoded, -GENERATOR);
        assert_eq!(outside.double(), GENERATOR.double());
    }

    #[test]
    fn encodings_are_strict() {
        let valid = SecretKey::derive(&[1; 32], "keys", 0).public_key().to_bytes();
        for got in [0, 39, 41] {
            let long = [&valid[..], &[0]].concat();
            let error = FieldError::Length { expected: 40, got };
            assert_eq!(PublicKey::from_bytes(&long[..got]), Err(error.into()));
        }
        // The generator's w = 4 once more, with 4 + p in its place; and zero as p.
        for (limb, got) in [(0, P + 4), (0, P), (1, P), (4, u64::MAX)] {
            let mut bytes = secret(4);
            bytes[8 * limb..8 * limb + 8].copy_from_slice(&got.to_le_bytes());
            let error = FieldError::NotCanonical { limb, got };
            assert_eq!(PublicKey::from_bytes(&bytes), Err(error.into()));
        }
        for w in [1, 2, 3, 5] {
            let key = PublicKey::from_bytes(&secret(w));
            assert_eq!(key, Err(KeyError::NotInGroup));
        }
        for length in [39, 41] {
            let error = ScalarError::Length { got: length };
            let key = SecretKey::from_bytes(&[1; 41][..length]);
            assert_eq!(key.err(), Some(error.into()));
        }
        let order = SecretKey::from_bytes(&Scalar::order());
        assert_eq!(order.err(), Some(ScalarError::Range.into()));
    }

    #[test]
    fn secrets_are_wiped_and_not_printed() {
        fn wiped_when_dropped<T: ZeroizeOnDrop>() {}
        wiped_when_dropped::<SecretKey>();
        wiped_when_dropped::<Zeroizing<Scalar>>();
        let mut scalar = Scalar::ONE;
        scalar.zeroize();
        assert_eq!(scalar, Scalar::ZERO);

        let key = SecretKey::derive(&[1; 32], "keys", 0);
        let printed = format!("{key:?} {key:#?}");
        assert!(printed.contains(&key.public_key().to_string()));
        let mut secret = *key.to_bytes();
        for _ in 0..2 {
            assert!(!printed.contains(&hex::encode(&secret[..4])));
            assert!(!printed.contains(&hex::encode(&secret[36..])));
            secret.reverse();
        }
    }

    #[test]
    fn multiplication_agrees_with_the_table() {
        let key = SecretKey::derive(&[1; 32], "keys", 0);
        let product = Projective::from_point(&GENERATOR).mul(key.scalar());
        assert_eq!(product.to_point(), Some(key.public_key().point()));
    }
}
