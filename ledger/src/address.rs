//! # Layer 1 addresses
//!
//! The 20-byte address that exits of a slot pay to. The owner's key binds it, as three field elements: the bytes are
//! cut 7 | 7 | 6 and each piece is read as a big-endian integer, below $2^{56}$, so the cut loses nothing.

use std::{fmt, str::FromStr};

use plonky2_field::types::Field;

use crate::{
    encoding::{HexError, from_hex, to_hex},
    field::F,
    text::serde_as_text,
};

/// An account or contract on Layer 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct L1Address([u8; 20]);

impl L1Address {
    /// The address with these bytes; every 20 bytes are an address.
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The 20 bytes.
    pub const fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The address as three elements: bytes 0–6, 7–13 and 14–19, each a big-endian integer.
    pub fn elements(&self) -> [F; 3] {
        let big_endian = |bytes: &[u8]| {
            let integer = bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
            F::from_canonical_u64(integer)
        };
        [big_endian(&self.0[..7]), big_endian(&self.0[7..14]), big_endian(&self.0[14..])]
    }
}

impl fmt::Display for L1Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl FromStr for L1Address {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        from_hex(text).map(Self)
    }
}

serde_as_text!(L1Address);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_is_7_7_6_big_endian() {
        let mut bytes = [0; 20];
        bytes.iter_mut().zip(1..).for_each(|(byte, value)| *byte = value);
        let expected = [0x01020304050607, 0x08090a0b0c0d0e, 0x0f1011121314];
        assert_eq!(L1Address::new(bytes).elements(), expected.map(F::from_canonical_u64));
    }

    #[test]
    fn text_round_trip() {
        let address: L1Address = "0x00000000000000000000000000000000DeaDBeef".parse().unwrap();
        assert_eq!(address.to_string(), "0x00000000000000000000000000000000deadbeef");
        assert_eq!(address.to_string().parse(), Ok(address));
        assert_eq!("0xdead".parse::<L1Address>(), Err(HexError::Length { expected: 40, got: 4 }));
    }
}
