//! # Cells
//!
//! How the field of a row is read. Numbers are exact: none passes through floating point, and a notation that has lost
//! digits already (`7.4E+18`) is refused.

use std::borrow::Cow;
use std::fmt;

use furl_ledger::encoding::{HexError, from_hex};
use furl_ledger::{AddressError, L1Address};
use num_bigint::BigUint;
use thiserror::Error;

use super::layout::Statuses;

/// The bits of a value.
pub(crate) const VALUE_BITS: u64 = 256;
/// The digits of the largest value.
const VALUE_DIGITS: usize = 78;
/// The decimals of ether.
pub(crate) const ETHER: u8 = 18;

/// What a column holds, and a field does not.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum FieldError {
    /// Text.
    #[error("expected UTF-8")]
    NotUtf8,
    /// A hash.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// An address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A value in the token's smallest unit.
    #[error("expected a 256-bit integer in decimal digits, got {got:?}")]
    Value {
        /// The field.
        got: String,
    },
    /// A value in whole tokens.
    #[error("expected a decimal number such as 1,234.5, got {got:?}")]
    Decimal {
        /// The field.
        got: String,
    },
    /// A value in whole tokens, with more decimals than its token has, or too large.
    #[error("expected at most {decimals} decimals and less than 2^256 of the last one, got {got:?}")]
    Scale {
        /// The token's decimals.
        decimals: u8,
        /// The field.
        got: String,
    },
    /// One of two amounts.
    #[error("expected this or the amount received to be zero, got {got:?}")]
    Both {
        /// The field.
        got: String,
    },
    /// A number of a block or a log.
    #[error("expected a number below 2^64, got {got:?}")]
    Number {
        /// The field.
        got: String,
    },
    /// Whether a transaction succeeded.
    #[error("expected one of {expected}, got {got:?}")]
    Status {
        /// What it may be.
        expected: String,
        /// The field.
        got: String,
    },
}

/// A decimal number: `digits` over ten to the power of `decimals`, which does not end in a zero after the point.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Decimal {
    pub(crate) digits: BigUint,
    pub(crate) decimals: u8,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.decimals);
        let digits = format!("{:0>1$}", self.digits.to_string(), decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if fraction.is_empty() { f.write_str(whole) } else { write!(f, "{whole}.{fraction}") }
    }
}

impl Decimal {
    /// A whole number.
    pub(crate) const fn whole(digits: BigUint) -> Self {
        Self { digits, decimals: 0 }
    }

    /// The number in units of ten to the power of `-decimals`, if it is a whole number of them below $2^{256}$.
    pub(crate) fn scaled(&self, decimals: u8) -> Option<BigUint> {
        let factor = BigUint::from(10u8).pow(decimals.checked_sub(self.decimals)?.into());
        Some(&self.digits * factor).filter(|value| value.bits() <= VALUE_BITS)
    }
}

/// Whether a transaction succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    Failed,
    Unknown,
}

pub(crate) fn address(text: &str) -> Result<L1Address, FieldError> {
    Ok(prefixed(text).parse()?)
}

pub(crate) fn hash(text: &str) -> Result<[u8; 32], FieldError> {
    Ok(from_hex(&prefixed(text))?)
}

/// Hexadecimal text: `\x…` is how PostgreSQL writes what others write as `0x…`.
fn prefixed(text: &str) -> Cow<'_, str> {
    text.strip_prefix("\\x").map_or(text.into(), |digits| format!("0x{digits}").into())
}

/// A value in decimal digits.
pub(crate) fn integer(text: &str) -> Result<BigUint, FieldError> {
    let is_short = text.len() <= VALUE_DIGITS && is_digits(text);
    let number = if is_short { BigUint::parse_bytes(text.as_bytes(), 10) } else { None };
    number.filter(|value| value.bits() <= VALUE_BITS).ok_or_else(|| FieldError::Value { got: clip(text) })
}

/// A value in decimal digits, or as 32 bytes in hexadecimal, the highest first.
pub(crate) fn integer_or_word(text: &str) -> Result<BigUint, FieldError> {
    hash(text).map(|bytes| BigUint::from_bytes_be(&bytes)).or_else(|_| integer(text))
}

/// A decimal number, whose digits before the point may be grouped in threes by commas.
pub(crate) fn decimal(text: &str) -> Result<Decimal, FieldError> {
    let error = || FieldError::Decimal { got: clip(text) };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !is_grouped(whole) || !is_digits(fraction) || fraction.is_empty() {
        return Err(error());
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = whole.replace(',', "") + fraction;
    if digits.len() > VALUE_DIGITS {
        return Err(error());
    }
    let decimals = u8::try_from(fraction.len()).expect("at most 78");
    Ok(Decimal { digits: integer(&digits).map_err(|_| error())?, decimals })
}

/// A decimal number of ether, in wei.
pub(crate) fn ether(text: &str) -> Result<Decimal, FieldError> {
    let error = || FieldError::Scale { decimals: ETHER, got: clip(text) };
    decimal(text)?.scaled(ETHER).map(Decimal::whole).ok_or_else(error)
}

/// Digits, all in groups of three but the first, or in no groups.
fn is_grouped(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_one = first.len() == whole.len();
    !first.is_empty()
        && is_digits(first)
        && (is_one || first.len() <= 3)
        && groups.all(|group| group.len() == 3 && is_digits(group))
}

pub(crate) fn number(text: &str) -> Result<u64, FieldError> {
    let number = if is_digits(text) { text.parse().ok() } else { None };
    number.ok_or_else(|| FieldError::Number { got: clip(text) })
}

pub(crate) fn status(text: &str, statuses: &Statuses) -> Result<Status, FieldError> {
    let got = text.to_ascii_lowercase();
    let Statuses { ok, failed, unknown } = statuses;
    if ok.contains(&got.as_str()) {
        Ok(Status::Ok)
    } else if unknown.contains(&got.as_str()) {
        Ok(Status::Unknown)
    } else if failed.iter().any(|failed| got.starts_with(failed)) {
        Ok(Status::Failed)
    } else {
        let expected = [*ok, failed, unknown].concat().iter().map(|text| format!("{text:?}")).collect::<Vec<_>>();
        Err(FieldError::Status { expected: expected.join(", "), got: clip(text) })
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text short enough for a message.
pub(crate) fn clip(text: &str) -> String {
    const MOST: usize = 120;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}
