//! # Fees by value
//!
//! A fee is signed as a code, m · 100^x with m < 256 and x < 4. On the command line it is given by its exact value in
//! token units; a value without a code is refused, and the refusal names the nearest fees on either side. Of several
//! codes for one value the one with the smallest exponent is taken. `code:N` gives the code itself.

use std::num::ParseIntError;
use std::str::FromStr;

use furl_ledger::{FeeCode, RangeError};
use thiserror::Error;

/// A fee, as given on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fee(pub(crate) FeeCode);

/// Why a text is no fee.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum FeeError {
    /// Not a number.
    #[error("expected an exact value in token units, or code:N: {0}")]
    Number(#[from] ParseIntError),
    /// No such code.
    #[error(transparent)]
    Code(#[from] RangeError),
    /// A value between two fees.
    #[error("{value} is not m·100^x with m < 256 and x < 4: the nearest fees are {below} and {above}")]
    Between {
        /// The value.
        value: u64,
        /// The largest fee below it.
        below: u64,
        /// The smallest fee above it.
        above: u64,
    },
    /// A value above all fees.
    #[error("{value} is more than the largest fee, {largest}")]
    TooLarge {
        /// The value.
        value: u64,
        /// The largest fee.
        largest: u64,
    },
}

impl FromStr for Fee {
    type Err = FeeError;

    fn from_str(text: &str) -> Result<Self, FeeError> {
        match text.strip_prefix("code:") {
            Some(code) => Ok(Self(FeeCode::new(code.parse()?)?)),
            None => exactly(text.parse()?).map(Self),
        }
    }
}

/// The first code of a value.
fn exactly(value: u64) -> Result<FeeCode, FeeError> {
    let (mut below, mut above) = (None, None);
    for code in 0..FeeCode::LIMIT {
        let code = FeeCode::try_from(code)?;
        let fee = code.value().get();
        match fee.cmp(&value) {
            std::cmp::Ordering::Equal => return Ok(code),
            std::cmp::Ordering::Less => below = below.max(Some(fee)),
            std::cmp::Ordering::Greater => above = Some(above.map_or(fee, |above: u64| above.min(fee))),
        }
    }
    // Zero is a fee, so that there is always one below.
    match (below, above) {
        (Some(below), Some(above)) => Err(FeeError::Between { value, below, above }),
        _ => Err(FeeError::TooLarge { value, largest: FeeCode::MAX.value().get() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee(text: &str) -> Result<u16, FeeError> {
        text.parse().map(|Fee(code)| code.get())
    }

    #[test]
    fn every_fee_is_found_by_its_value_and_its_code() {
        for code in 0..1024 {
            let expected = FeeCode::new(code).unwrap();
            let Fee(found) = expected.value().to_string().parse().unwrap();
            assert_eq!(found.value(), expected.value());
            assert!(found <= expected, "the smallest exponent is taken");
            assert_eq!(fee(&format!("code:{code}")), Ok(code));
        }
    }

    #[test]
    fn a_value_between_fees_names_them() {
        for (value, below, above) in [
            (256, 255, 300),
            (25_501, 25_500, 30_000),
            (2_550_001, 2_550_000, 3_000_000),
            (254_999_999, 254_000_000, 255_000_000),
        ] {
            assert_eq!(fee(&value.to_string()), Err(FeeError::Between { value, below, above }));
        }
        let too_large = FeeError::TooLarge { value: 255_000_001, largest: 255_000_000 };
        assert_eq!(fee("255000001"), Err(too_large));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "-1", "1.5", "code:", "code:x", "0x1"] {
            assert!(matches!(fee(text), Err(FeeError::Number(_))), "{text}");
        }
        assert!(matches!(fee("code:1024"), Err(FeeError::Code(_))));
    }
}
