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
