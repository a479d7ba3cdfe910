//! # Layer 1 addresses
//!
//! The 20-byte address that exits of a slot pay to. The owner's key binds it, as three field elements: the bytes are
//! cut 7 | 7 | 6 and each piece is read as a big-endian integer, below $2^{56}$, so the cut loses nothing.
//!
//! As text an address is written in lower case. One that is read may be of either case; if it has letters of both, their
//! case is the checksum of EIP-55, and a wrong one is refused: a mistyped address would receive what is not its own.

use std::{fmt, str::FromStr};

use plonky2_field::types::Field;
use sha3::{Digest as _, Keccak256};
use thiserror::Error;

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

    /// The text with the checksum of EIP-55: a letter is upper case where the digit at the same place of the keccak256
    /// of the lower-case digits is 8 or more.
    #[must_use]
    pub fn checksummed(&self) -> String {
        let text = self.to_string();
        let hash = Keccak256::digest(&text.as_bytes()[2..]);
        let is_upper = |place: usize| (hash[place / 2] << (4 * (place % 2))) & 0x80 != 0;
        let digits = text[2..].chars().enumerate();
        "0x".chars()
            .chain(digits.map(|(at, digit)| if is_upper(at) { digit.to_ascii_uppercase() } else { digit }))
            .collect()
    }
}

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is not 20 bytes as hexadecimal text.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// It has letters of both cases, and they are not its checksum.
    #[error("the EIP-55 checksum is wrong: expected {expected} for these digits, got {got}")]
    Checksum {
        /// The same digits with their checksum.
        expected: String,
        /// The text.
        got: String,
    },
}

impl fmt::Display for L1Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl FromStr for L1Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let address = Self(from_hex(text)?);
        let digits = &text.as_bytes()[2..];
        let is_mixed = digits.iter().any(u8::is_ascii_lowercase) && digits.iter().any(u8::is_ascii_uppercase);
        let expected = if is_mixed { address.checksummed() } else { return Ok(address) };
        if expected == text { Ok(address) } else { Err(AddressError::Checksum { expected, got: text.to_owned() }) }
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
        let address: L1Address = "0x00000000000000000000000000000000DEADBEEF".parse().unwrap();
        assert_eq!(address.to_string(), "0x00000000000000000000000000000000deadbeef");
        assert_eq!(address.to_string().parse(), Ok(address));
        assert_eq!(address.checksummed().parse(), Ok(address));
        assert_eq!("0xdead".parse::<L1Address>(), Err(HexError::Length { expected: 40, got: 4 }.into()));
    }

    /// The examples of EIP-55.
    #[test]
    fn a_checksum_is_checked_where_there_is_one() {
        for text in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let address: L1Address = text.parse().unwrap();
            assert_eq!(address.checksummed(), text);
            let [lower, upper] = [text.to_lowercase(), text.to_uppercase().replace('X', "x")];
            assert_eq!((lower.parse(), upper.parse()), (Ok(address), Ok(address)));
            // Each letter in the other case, and a digit changed.
            for place in (2..text.len()).filter(|place| text.as_bytes()[*place].is_ascii_alphabetic()) {
                let mut other = text.as_bytes().to_vec();
                other[place] ^= 0x20;
                let other = String::from_utf8(other).unwrap();
                let error = AddressError::Checksum { expected: text.to_owned(), got: other.clone() };
                assert_eq!(other.parse::<L1Address>(), Err(error));
            }
            let typed = text.replacen('9', "8", 1);
            assert!(matches!(typed.parse::<L1Address>(), Err(AddressError::Checksum { .. })), "{typed}");
        }
    }
}
