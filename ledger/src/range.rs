//! # Ranges (rule T7)
//!
//! Every integer of the protocol is a type of its own, and a value of that type is in range: the bound is checked
//! once, by the constructor, and never again. This file holds what those types share: the error of a refused value
//! and the macro that declares a bounded integer.
//!
//! | quantity                           | below | type                                                         |
//! |------------------------------------|-------|--------------------------------------------------------------|
//! | amount                             | 2^62  | [`Amount`](crate::Amount)                                    |
//! | slot index                         | 2^24  | [`SlotIndex`](crate::SlotIndex)                              |
//! | token, nonce, expiry               | 2^32  | [`Token`](crate::Token), [`Nonce`](crate::Nonce), [`Expiry`](crate::Expiry) |
//! | batch number, from 1               | 2^32  | [`BatchNumber`](crate::BatchNumber)                          |
//! | fee code                           | 2^10  | [`FeeCode`](crate::FeeCode)                                  |

use std::fmt;

/// What kind of number a [`RangeError`] speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// An [`Amount`](crate::Amount).
    Amount,
    /// A [`SlotIndex`](crate::SlotIndex).
    SlotIndex,
    /// A [`Token`](crate::Token).
    Token,
    /// A [`Nonce`](crate::Nonce).
    Nonce,
    /// An [`Expiry`](crate::Expiry).
    Expiry,
    /// A [`BatchNumber`](crate::BatchNumber).
    BatchNumber,
    /// A [`FeeCode`](crate::FeeCode).
    FeeCode,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Amount => "amount",
            Self::SlotIndex => "slot index",
            Self::Token => "token",
            Self::Nonce => "nonce",
            Self::Expiry => "expiry",
            Self::BatchNumber => "batch number",
            Self::FeeCode => "fee code",
        })
    }
}

/// A number that its type cannot hold: rule T7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{quantity} must be {}below {limit}, got {got}", at_least(*.least))]
pub struct RangeError {
    /// The kind of number.
    pub quantity: Quantity,
    /// The smallest number that it can hold.
    pub least: u64,
    /// The smallest number that is too large.
    pub limit: u64,
    /// The refused number.
    pub got: u64,
}

/// What is said of a lower bound, if there is one.
fn at_least(least: u64) -> String {
    if least == 0 { String::new() } else { format!("at least {least} and ") }
}

/// Declares an integer type with an exclusive upper bound, and a lower one if not all numbers below
/// it are meant. The type converts from and to `u64`, prints and serializes as a plain number, and
/// is one field element.
macro_rules! bounded_integer {
    ($(#[$doc:meta])* $name:ident($inner:ty) below $limit:expr) => {
        $crate::range::bounded_integer! {
            $(#[$doc])*
            $name($inner) from 0, below $limit
        }
    };
    ($(#[$doc:meta])* $name:ident($inner:ty) from $least:expr, below $limit:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "u64", into = "u64")]
        pub struct $name($inner);

        impl $name {
            /// The smallest number.
            pub const LEAST: u64 = $least;
            /// The smallest number that is too large.
            pub const LIMIT: u64 = $limit;
            /// The largest value.
            pub const MAX: Self = Self((Self::LIMIT - 1) as $inner);

            /// The number.
            pub const fn get(self) -> $inner {
                self.0
            }

            /// The number as a field element.
            pub fn element(self) -> $crate::field::F {
                plonky2_field::types::Field::from_canonical_u64(u64::from(self.0))
            }
        }

        impl TryFrom<u64> for $name {
            type Error = $crate::range::RangeError;

            fn try_from(got: u64) -> Result<Self, Self::Error> {
                let out_of_range = $crate::range::RangeError {
                    quantity: $crate::range::Quantity::$name,
                    least: Self::LEAST,
                    limit: Self::LIMIT,
                    got,
                };
                if !(Self::LEAST..Self::LIMIT).contains(&got) {
                    return Err(out_of_range);
                }
                <$inner>::try_from(got).map(Self).map_err(|_| out_of_range)
            }
        }

        impl From<$name> for u64 {
            fn from(value: $name) -> u64 {
                u64::from(value.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
pub(crate) use bounded_integer;
