//! # Digests
//!
//! A digest is four field elements, the first four of a Poseidon state: about 256 bits, or 128 bits
//! of collision resistance. As bytes it is four little-endian limbs, each strictly below $p$; as
//! text, those 32 bytes in hexadecimal.
//!
//! Roots, leaves, owner keys and the domain separator are digests.

use crate::encoding::{HexError, hex_text};
use crate::field::{self, F, FieldError};
use plonky2_field::types::{Field, PrimeField64};
use std::fmt;
use thiserror::Error;

/// Four field elements, the output of a hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [F; 4]);

/// Why some bytes or text are not a [`Digest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DigestError {
    /// The length is wrong, or a limb is not below the modulus.
    #[error("not a digest: {0}")]
    Field(#[from] FieldError),
    /// The text is not hexadecimal, or of the wrong length.
    #[error("not a digest: {0}")]
    Hex(#[from] HexError),
}

impl Digest {
    /// The length of the binary form.
    pub const BYTES: usize = 32;

    /// Four zeros. No hash is known to give it.
    pub const ZERO: Self = Self([F::ZERO; 4]);

    /// Four little-endian limbs.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        field::to_bytes(&self.0)
    }

    /// Reads four little-endian limbs.
    ///
    /// # Errors
    /// [`DigestError::Field`] if there are not 32 bytes, or a limb is not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DigestError> {
        Ok(Self(field::from_bytes(bytes)?))
    }

    /// The four limbs as numbers below $p$.
    pub fn limbs(&self) -> [u64; 4] {
        self.0.map(|limb| limb.to_canonical_u64())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

hex_text!(Digest, Digest::BYTES, DigestError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_round_trip() {
        let digest = Digest([1, 2, 3, field::P - 1].map(F::from_canonical_u64));
        assert_eq!(Digest::from_bytes(&digest.to_bytes()), Ok(digest));
        let text = "0x01000000000000000200000000000000030000000000000000000000ffffffff";
        assert_eq!(digest.to_string(), text);
        assert_eq!(text.parse(), Ok(digest));
        let json = serde_json::to_string(&digest).expect("a digest is text");
        assert_eq!(json, format!("\"{text}\""));
        let back: Digest = serde_json::from_str(&json).expect("written just now");
        assert_eq!(back, digest);
        assert_eq!(format!("{digest:?}"), format!("Digest({text})"));
    }

    #[test]
    fn a_limb_above_the_modulus_is_refused() {
        let mut bytes = [0; 32];
        bytes[24..].copy_from_slice(&field::P.to_le_bytes());
        let error = FieldError::NotCanonical { limb: 3, got: field::P };
        assert_eq!(Digest::from_bytes(&bytes), Err(error.into()));
        let text = crate::encoding::to_hex(&bytes);
        assert_eq!(text.parse::<Digest>(), Err(error.into()));
        assert!(serde_json::from_str::<Digest>(&format!("\"{text}\"")).is_err());
        assert!(serde_json::from_str::<Digest>("5").is_err());
    }
}
