//! # The key of an account
//!
//! Text is 64 hexadecimal digits, with or without 0x before and white space around. A key is shown by its address, wherever it is shown; no
//! error quotes what it could not read; the bytes are wiped when they are no longer needed.

use std::fmt;

use alloy_primitives::{Address, B256, Signature};
use furl_ledger::L1Address;
use furl_ledger::codec::ByteOrderMark;
use k256::ecdsa::SigningKey;
use thiserror::Error;
use zeroize::Zeroizing;

/// A key that pays for transactions.
#[derive(Clone)]
pub struct AccountKey {
    key: SigningKey,
    address: L1Address,
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AccountKeyError {
    /// The text begins with a byte order mark.
    #[error(transparent)]
    Mark(#[from] ByteOrderMark),
    /// Too few or too many digits.
    #[error("expected a key of 64 hexadecimal digits, got {0} characters")]
    Length(usize),
    /// Something else than digits.
    #[error("expected a key of hexadecimal digits, got something else")]
    Digit,
    /// Zero, or not below the order of the group.
    #[error("expected a key from 1 to below the order of secp256k1, got another number")]
    Range,
}

impl AccountKey {
    /// Reads a key.
    ///
    /// # Errors
    /// If the text is none.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, AccountKeyError> {
        ByteOrderMark::refuse(text.as_ref())?;
        let text = str::from_utf8(text.as_ref()).map_err(|_| AccountKeyError::Digit)?.trim();
        let digits = text.strip_prefix("0x").unwrap_or(text);
        if digits.chars().count() != 64 {
            return Err(AccountKeyError::Length(digits.chars().count()));
        }
        let mut bytes = Zeroizing::new([0; 32]);
        alloy_primitives::hex::decode_to_slice(digits, &mut *bytes).map_err(|_| AccountKeyError::Digit)?;
        let key = SigningKey::from_slice(&*bytes).map_err(|_| AccountKeyError::Range)?;
        let address = L1Address::new(Address::from_public_key(key.verifying_key()).into_array());
        Ok(Self { key, address })
    }

    /// Whose key it is.
    #[must_use]
    pub const fn address(&self) -> L1Address {
        self.address
    }

    /// Signs a hash, deterministically (RFC 6979).
    pub(crate) fn sign(&self, hash: &B256) -> Signature {
        let signed = self.key.sign_prehash_recoverable(hash.as_slice()).expect("32 bytes are signed by any key");
        signed.into()
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountKey(of {})", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    #[test]
    fn it_is_read_and_not_shown() {
        let text = format!(" 0x{DIGITS}\n");
        let key = AccountKey::parse(&text).unwrap();
        assert_eq!(key.address(), crate::embedded::DEVELOPER);
        assert_eq!(AccountKey::parse(DIGITS).unwrap().address(), key.address());
        let shown = format!("{key:?}");
        assert!(!shown.contains(&DIGITS[..8]) && shown.contains("0xf39fd6"), "{shown}");
    }

    #[test]
    fn a_byte_order_mark_is_named() {
        let utf16: Vec<u8> = DIGITS.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (text, mark) in [
            (format!("\u{feff}{DIGITS}").into_bytes(), ByteOrderMark::Utf8),
            ([&b"\xff\xfe"[..], &utf16].concat(), ByteOrderMark::Utf16Le),
        ] {
            assert_eq!(AccountKey::parse(text).unwrap_err(), AccountKeyError::Mark(mark));
        }
        assert_eq!(AccountKey::parse(b"\xc3\x28").unwrap_err(), AccountKeyError::Digit);
    }

    #[test]
    fn each_fault_has_its_error_and_quotes_nothing() {
        let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
        for (text, expected) in [
            (DIGITS[1..].to_owned(), AccountKeyError::Length(63)),
            (format!("0x{DIGITS}0"), AccountKeyError::Length(65)),
            (DIGITS.replace('a', "g"), AccountKeyError::Digit),
            ("0".repeat(64), AccountKeyError::Range),
            (order.to_owned(), AccountKeyError::Range),
        ] {
            let error = AccountKey::parse(&text).unwrap_err();
            assert_eq!(error, expected);
            assert!(!format!("{error}{error:?}").contains(&text[8..20]), "{error}");
        }
    }
}
