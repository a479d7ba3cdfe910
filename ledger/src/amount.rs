//! # Amounts
//!
//! An amount counts the smallest unit of a token, a unit fixed when the token is registered. It is an exact integer
//! below $2^{62}$, and so is the *total* of each token: Layer 1, genesis and import keep it there. Two consequences
//! carry far. A balance can never overflow by receiving, so receivers need no range check; and
//! `amount + fee` stays below $2^{63}$, far from the modulus, so no sum in the circuit wraps.
//!
//! In text an amount is a decimal string (`"250"`), because many JSON readers round integers above $2^{53}$.

use std::{fmt, str::FromStr};

use plonky2_field::types::Field;

use crate::{
    field::F,
    range::{Quantity, RangeError},
    text::serde_as_text,
};

/// An exact number of token units, below $2^{62}$.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(u64);

impl Amount {
    /// The smallest number that is too large: $2^{62}$.
    pub const LIMIT: u64 = 1 << 62;
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount, $2^{62} - 1$.
    pub const MAX: Self = Self(Self::LIMIT - 1);

    /// An amount of `units`.
    ///
    /// # Errors
    /// `units` is $2^{62}$ or more.
    pub const fn new(units: u64) -> Result<Self, RangeError> {
        if units < Self::LIMIT {
            Ok(Self(units))
        } else {
            Err(RangeError { quantity: Quantity::Amount, least: 0, limit: Self::LIMIT, got: units })
        }
    }

    /// The number of units.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The amount as one field element.
    pub fn element(self) -> F {
        F::from_canonical_u64(self.0)
    }

    /// The sum, or `None` if it is $2^{62}$ or more.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        // Both are below 2^62: the machine sum cannot wrap.
        Self::new(self.0 + other.0).ok()
    }

    /// The difference, or `None` if `other` is larger.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    /// A character other than `0`–`9`, or none at all.
    #[error("an amount is written in decimal digits only")]
    NotDecimal,
    /// A leading zero: each amount has one spelling.
    #[error("an amount has no leading zero")]
    LeadingZero,
    /// More digits than any amount has.
    #[error("an amount has at most 19 digits, got {digits}")]
    TooLong {
        /// How many digits there were.
        digits: usize,
    },
    /// A number of $2^{62}$ or more.
    #[error(transparent)]
    OutOfRange(#[from] RangeError),
}

impl FromStr for Amount {
    type Err = ParseAmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || !text.bytes().all(|c| c.is_ascii_digit()) {
            return Err(ParseAmountError::NotDecimal);
        }
        if text.len() > 1 && text.starts_with('0') {
            return Err(ParseAmountError::LeadingZero);
        }
        if text.len() > 19 {
            return Err(ParseAmountError::TooLong { digits: text.len() });
        }
        let units = text.parse().map_err(|_| ParseAmountError::NotDecimal)?;
        Ok(Self::new(units)?)
    }
}

serde_as_text!(Amount);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_two_to_the_62() {
        assert_eq!(Amount::new((1 << 62) - 1), Ok(Amount::MAX));
        let refused = RangeError { quantity: Quantity::Amount, least: 0, limit: 1 << 62, got: 1 << 62 };
        assert_eq!(Amount::new(1 << 62), Err(refused));
        assert_eq!(refused.to_string(), "amount must be below 4611686018427387904, got 4611686018427387904");
        assert!(Amount::new(u64::MAX).is_err());
    }

    #[test]
    fn sums_and_differences_are_exact_or_refused() {
        let one = Amount::new(1).unwrap();
        assert_eq!(Amount::MAX.checked_add(Amount::ZERO), Some(Amount::MAX));
        assert_eq!(Amount::MAX.checked_add(one), None);
        assert_eq!(Amount::MAX.checked_add(Amount::MAX), None);
        assert_eq!(one.checked_sub(one), Some(Amount::ZERO));
        assert_eq!(Amount::ZERO.checked_sub(one), None);
    }

    #[test]
    fn one_spelling_for_each_amount() {
        for units in [0, 1, 10, Amount::MAX.get()] {
            let amount = Amount::new(units).unwrap();
            assert_eq!(amount.to_string().parse(), Ok(amount));
            let json = serde_json::to_string(&amount).unwrap();
            assert_eq!(json, format!("\"{units}\""));
            assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), amount);
        }
        for text in ["", "+1", "-1", "1.0", "1e3", " 1", "1_000", "0x1", "١"] {
            assert_eq!(text.parse::<Amount>(), Err(ParseAmountError::NotDecimal), "{text:?}");
        }
        for text in ["00", "01", "0000000000000000000000000001"] {
            assert_eq!(text.parse::<Amount>(), Err(ParseAmountError::LeadingZero), "{text:?}");
        }
        assert_eq!("1".repeat(20).parse::<Amount>(), Err(ParseAmountError::TooLong { digits: 20 }));
        assert!(matches!("4611686018427387904".parse::<Amount>(), Err(ParseAmountError::OutOfRange(_))));
        assert!(matches!("9999999999999999999".parse::<Amount>(), Err(ParseAmountError::OutOfRange(_))));
        assert!(serde_json::from_str::<Amount>("5").is_err(), "a JSON number is not an amount");
    }
}
