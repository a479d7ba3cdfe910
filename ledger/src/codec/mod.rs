//! # Transfers as bytes and as text
//!
//! Two formats carry lists of [`SignedTransfer`](crate::SignedTransfer)s: JSON Lines for people and scripts, and a
//! binary one of fixed-size records. Both hold the same eight fields in the same order:
//!
//! | field       | JSON                            | binary (little-endian) | offset |
//! |-------------|---------------------------------|------------------------|--------|
//! | `domain`    | `"0x…"`, 64 digits              | 32 bytes               | 0      |
//! | `from`      | number below 2^24               | 4 bytes                | 32     |
//! | `to`        | number below 2^24               | 4 bytes                | 36     |
//! | `amount`    | `"…"`, decimal, below 2^62      | 8 bytes                | 40     |
//! | `fee`       | fee code, a number below 2^10   | 2 bytes                | 48     |
//! | `nonce`     | number below 2^32               | 4 bytes                | 50     |
//! | `expiry`    | number below 2^32               | 4 bytes                | 54     |
//! | `signature` | `"0x…"`, 114 digits             | 57 bytes               | 58     |
//! | total       | at most [`json::MAX_LINE`]      | 115 bytes              |        |
//!
//! An *order* is a transfer that nobody has signed yet. In JSON Lines it is a line without domain and signature.
//!
//! The readers take outside bytes. They read one transfer at a time and never allocate more than one line or record
//! ahead; each field is required, appears once, and is in range; nothing may follow. The binary form of a transfer is
//! unique: other bytes are another transfer or an error.
//!
//! **Not checked here:** that a signature opens, or that a slot exists. That is for the ledger, which has the keys.

use crate::{
    address::AddressError, amount::ParseAmountError, encoding::HexError, key::KeyError, range::RangeError,
    signature::SignatureError,
};

pub mod binary;
pub(crate) mod document;
pub mod json;
mod mark;
pub(crate) mod stream;
#[cfg(test)]
mod tests;

pub use document::DocumentError;
pub use mark::ByteOrderMark;

/// Why the value of a field is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// A number that its type cannot hold.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// Not an amount in decimal.
    #[error(transparent)]
    Amount(#[from] ParseAmountError),
    /// Not the expected hexadecimal text.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// Not an address of Layer 1.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Not a public key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not a signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}
