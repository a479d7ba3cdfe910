//! # Small integers
//!
//! Places, tokens and counters. Each is a type of its own, so that a nonce cannot be passed where a token is meant,
//! and each value is in range (rule T7).

use crate::range::{RangeError, bounded_integer};

/// The depth of the state tree: a tree of $2^{24}$ slots.
pub const DEPTH: usize = 24;

bounded_integer! {
    /// The place of a slot in the state tree, below $2^{24}$.
    SlotIndex(u32) below 1 << DEPTH
}

impl SlotIndex {
    /// The slot at place `index`.
    ///
    /// # Errors
    /// `index` is $2^{24}$ or more.
    pub fn new(index: u32) -> Result<Self, RangeError> {
        Self::try_from(u64::from(index))
    }
}

/// Declares a bounded integer that uses the whole range of `u32`.
macro_rules! whole_u32 {
    ($(#[$doc:meta])* $name:ident) => {
        bounded_integer! {
            $(#[$doc])*
            $name(u32) below 1 << 32
        }

        impl $name {
            /// The value `number`; every 32-bit number is one.
            pub const fn new(number: u32) -> Self {
                Self(number)
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }
    };
}

whole_u32! {
    /// A token, by the number under which Layer 1 registered it.
    Token
}

whole_u32! {
    /// How many transfers a slot has sent. The last nonce, $2^{32} - 1$, cannot be used: nothing could follow it.
    Nonce
}

impl Nonce {
    /// The nonce after this one.
    ///
    /// # Errors
    /// This is the last nonce: the slot can send no more.
    pub fn next(self) -> Result<Self, RangeError> {
        Self::try_from(u64::from(self.0) + 1)
    }
}

whole_u32! {
    /// The last batch in which a transfer is valid. [`Expiry::MAX`] does not expire.
    Expiry
}

bounded_integer! {
    /// The number of a batch, from 1: zero is no batch, and no contract takes it for one.
    BatchNumber(u32) from 1, below 1 << 32
}

impl BatchNumber {
    /// The first batch of a rollup.
    pub const FIRST: Self = Self(1);

    /// The batch of this number.
    ///
    /// # Errors
    /// `number` is 0.
    pub fn new(number: u32) -> Result<Self, RangeError> {
        Self::try_from(u64::from(number))
    }

    /// The number after this one.
    ///
    /// # Errors
    /// This is the last number, $2^{32} - 1$.
    pub fn next(self) -> Result<Self, RangeError> {
        Self::try_from(u64::from(self.0) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range::Quantity;

    #[test]
    fn slot_indices_end_at_the_depth() {
        assert_eq!(SlotIndex::new((1 << 24) - 1), Ok(SlotIndex::MAX));
        let refused = RangeError { quantity: Quantity::SlotIndex, least: 0, limit: 1 << 24, got: 1 << 24 };
        assert_eq!(SlotIndex::new(1 << 24), Err(refused));
        assert_eq!(SlotIndex::try_from(u64::MAX), Err(RangeError { got: u64::MAX, ..refused }));
    }

    #[test]
    fn counters_end_without_wrapping() {
        assert_eq!(Nonce::new(4).next(), Ok(Nonce::new(5)));
        let refused = RangeError { quantity: Quantity::Nonce, least: 0, limit: 1 << 32, got: 1 << 32 };
        assert_eq!(Nonce::MAX.next(), Err(refused));
        assert_eq!(BatchNumber::FIRST.next(), BatchNumber::new(2));
        assert!(BatchNumber::MAX.next().is_err());
        assert_eq!(Expiry::MAX.get(), u32::MAX);
    }

    #[test]
    fn there_is_no_batch_zero() {
        let refused = RangeError { quantity: Quantity::BatchNumber, least: 1, limit: 1 << 32, got: 0 };
        assert_eq!(BatchNumber::new(0), Err(refused));
        assert_eq!(refused.to_string(), "batch number must be at least 1 and below 4294967296, got 0");
        assert_eq!(BatchNumber::new(1), Ok(BatchNumber::FIRST));
        assert!(serde_json::from_str::<BatchNumber>("0").is_err());
        assert_eq!(BatchNumber::try_from(1 << 32), Err(RangeError { got: 1 << 32, ..refused }));
    }

    #[test]
    fn json_is_a_plain_number_in_range() {
        assert_eq!(serde_json::to_string(&Token::new(7)).unwrap(), "7");
        assert_eq!(serde_json::from_str::<Token>("4294967295").unwrap(), Token::MAX);
        let error = serde_json::from_str::<Token>("4294967296").unwrap_err();
        assert!(error.to_string().starts_with("token must be below 4294967296, got 4294967296"), "{error}");
        assert!(serde_json::from_str::<SlotIndex>("16777216").is_err());
        assert!(serde_json::from_str::<SlotIndex>("-1").is_err());
        assert!(serde_json::from_str::<SlotIndex>("1.0").is_err());
    }
}
