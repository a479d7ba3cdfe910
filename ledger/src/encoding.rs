//! # Hexadecimal text
//!
//! Every fixed-length value of the protocol has one binary form, and one text form made from it:
//! `0x`, then two hexadecimal digits a byte, in the order of the bytes. Output is lower case; input
//! may be of either case. The text is exactly as strict as the bytes: [`from_hex`] fixes the length,
//! and the type's own `from_bytes` judges the content.
//!
//! The macro `hex_text!` gives a type with `to_bytes` and `from_bytes` its `Display`, `FromStr`,
//! `Serialize` and `Deserialize`, so that no type writes them by hand.

use thiserror::Error;

/// Why a text is not the hexadecimal form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HexError {
    /// The text does not begin with `0x`.
    #[error("expected hexadecimal text beginning with 0x")]
    Prefix,
    /// The number of digits after `0x` is wrong.
    #[error("expected {expected} hexadecimal digits after 0x, got {got}")]
    Length {
        /// How many digits the type has.
        expected: usize,
        /// How many bytes of text follow the prefix.
        got: usize,
    },
    /// A character is not a hexadecimal digit.
    #[error("character {position} after 0x is not a hexadecimal digit")]
    Digit {
        /// Its place, counted in bytes from the first digit, from 0.
        position: usize,
    },
}

/// The text form of some bytes: `0x` and lower-case digits.
pub fn to_hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// Reads exactly `N` bytes from their text form, in either case.
///
/// # Errors
/// [`HexError`] if the prefix is missing, the length differs, or a character is no digit.
pub fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let digits = text.strip_prefix("0x").ok_or(HexError::Prefix)?;
    if digits.len() != 2 * N {
        return Err(HexError::Length { expected: 2 * N, got: digits.len() });
    }
    let position = digits.bytes().position(|byte| !byte.is_ascii_hexdigit());
    if let Some(position) = position {
        return Err(HexError::Digit { position });
    }
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes).expect("2N hexadecimal digits decode to N bytes");
    Ok(bytes)
}

/// Implements `Display`, `FromStr`, `Serialize` and `Deserialize` as hexadecimal text.
///
/// `hex_text!(Type, N, Error)` needs `Type::to_bytes(&self) -> [u8; N]`, `Type::from_bytes(&[u8])
/// -> Result<Type, Error>`, and `Error: From<HexError>`.
macro_rules! hex_text {
    ($type:ty, $length:expr, $error:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::encoding::to_hex(&self.to_bytes()))
            }
        }

        impl std::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::from_bytes(&$crate::encoding::from_hex::<{ $length }>(text)?)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(f, "0x and {} hexadecimal digits", 2 * $length)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}
pub(crate) use hex_text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_case_is_read_and_lower_case_written() {
        assert_eq!(from_hex("0x00fFa1"), Ok([0x00, 0xff, 0xa1]));
        assert_eq!(to_hex(&[0x00, 0xff, 0xa1]), "0x00ffa1");
        assert_eq!(from_hex::<0>("0x"), Ok([]));
    }

    #[test]
    fn each_fault_has_its_error() {
        let length = |got| HexError::Length { expected: 4, got };
        assert_eq!(from_hex::<2>("00ff"), Err(HexError::Prefix));
        assert_eq!(from_hex::<2>(""), Err(HexError::Prefix));
        assert_eq!(from_hex::<2>("0X00ff"), Err(HexError::Prefix));
        assert_eq!(from_hex::<2>("0x00f"), Err(length(3)));
        assert_eq!(from_hex::<2>("0x00ff "), Err(length(5)));
        assert_eq!(from_hex::<2>("0x0é0"), Err(HexError::Digit { position: 1 }));
        assert_eq!(from_hex::<2>("0x+123"), Err(HexError::Digit { position: 0 }));
    }
}
