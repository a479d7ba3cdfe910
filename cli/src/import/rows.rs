//! # The table
//!
//! Comma-separated values with the header [`HEADER`], to the letter. Fields may be quoted; lines may end in CR LF; an
//! empty line is skipped. Every field of every row is read, also those that the import has no use for: a table that is
//! broken anywhere is not this kind of table.

use csv::{ByteRecord, ReaderBuilder};
use furl_ledger::L1Address;
use furl_ledger::encoding::{HexError, from_hex};
use num_bigint::BigUint;
use thiserror::Error;

use crate::secret;

/// The columns.
pub(crate) const HEADER: [&str; 7] =
    ["token_address", "from_address", "to_address", "value", "transaction_hash", "log_index", "block_number"];

/// The bits of a value.
pub(crate) const VALUE_BITS: u64 = 256;
/// The digits of the largest value.
const VALUE_DIGITS: usize = 78;

/// A token transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Where it stands, from 1.
    pub(crate) line: usize,
    /// The token's contract.
    pub(crate) token: L1Address,
    /// The sender; zero for a mint.
    pub(crate) from: L1Address,
    /// The receiver; zero for a burn.
    pub(crate) to: L1Address,
    /// The amount in the token's smallest unit, below 2^256.
    pub(crate) value: BigUint,
}

/// Where a table is malformed.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum RowError {
    /// The header is another.
    #[error("line {line}: expected the header {}, got {got}", HEADER.join(","))]
    Header {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        got: String,
    },
    /// There is no header.
    #[error("expected the header {}, got an empty file", HEADER.join(","))]
    Empty,
    /// A row has fields too few or too many.
    #[error("line {line}: expected {} fields, got {got}", HEADER.len())]
    Fields {
        /// The line, from 1.
        line: usize,
        /// How many fields it has.
        got: usize,
    },
    /// A field is not what its column holds.
    #[error("line {line}, {column}: {error}")]
    Field {
        /// The line, from 1.
        line: usize,
        /// The column.
        column: &'static str,
        /// What was expected.
        error: FieldError,
    },
}

/// What a column holds, and a field does not.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum FieldError {
    /// Text.
    #[error("expected UTF-8")]
    NotUtf8,
    /// An address or a hash.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// A value.
    #[error("expected a 256-bit integer in decimal digits, got {got:?}")]
    Value {
        /// The field.
        got: String,
    },
    /// A number of a block or a log.
    #[error("expected a number below 2^64, got {got:?}")]
    Number {
        /// The field.
        got: String,
    },
}

/// Reads a table.
///
/// # Errors
/// The first line that is malformed.
pub(crate) fn read(table: &[u8]) -> Result<Vec<Row>, RowError> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table);
    let mut lines = Lines { table, line: 1, offset: 0 };
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        let is_row = reader.read_byte_record(record).expect("memory can be read, and any fields are taken");
        let start = record.position().map_or(0, |position| position.byte() as usize);
        is_row.then(|| lines.at(start))
    };
    let line = next(&mut record).ok_or(RowError::Empty)?;
    if !record.iter().eq(HEADER.map(str::as_bytes)) {
        let got = String::from_utf8_lossy(&record.iter().collect::<Vec<_>>().join(&b","[..])).into_owned();
        // It may be another file altogether, one with keys.
        return Err(RowError::Header { line, got: clip(&secret::hidden(&got)) });
    }
    let mut rows = Vec::new();
    while let Some(line) = next(&mut record) {
        rows.push(row(line, &record)?);
    }
    Ok(rows)
}

/// Turns offsets into lines. The reader's own count is behind by one after each CR LF and at skipped lines.
struct Lines<'a> {
    table: &'a [u8],
    line: usize,
    offset: usize,
}

impl Lines<'_> {
    /// The line of the record that is read from `start` on; never before the last one.
    fn at(&mut self, start: usize) -> usize {
        let gap = self.table[start..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
        let passed = &self.table[self.offset..start + gap];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.offset = start + gap;
        self.line
    }
}

fn row(line: usize, record: &ByteRecord) -> Result<Row, RowError> {
    if record.len() != HEADER.len() {
        return Err(RowError::Fields { line, got: record.len() });
    }
    let field = |column: usize| {
        let text = std::str::from_utf8(&record[column]).map_err(|_| FieldError::NotUtf8);
        (text, move |error| RowError::Field { line, column: HEADER[column], error })
    };
    let address = |column| {
        let (text, fault) = field(column);
        text.and_then(|text| Ok(text.parse::<L1Address>()?)).map_err(fault)
    };
    let count = |column| {
        let (text, fault) = field(column);
        text.and_then(number).map_err(fault)
    };
    let (text, fault) = field(3);
    let value = text.and_then(value).map_err(fault)?;
    let (text, fault) = field(4);
    text.and_then(|text| Ok(from_hex::<32>(text)?)).map_err(fault)?;
    count(5)?;
    count(6)?;
    Ok(Row { line, token: address(0)?, from: address(1)?, to: address(2)?, value })
}

fn value(text: &str) -> Result<BigUint, FieldError> {
    let is_short = text.len() <= VALUE_DIGITS && is_decimal(text);
    let number = if is_short { BigUint::parse_bytes(text.as_bytes(), 10) } else { None };
    number.filter(|value| value.bits() <= VALUE_BITS).ok_or_else(|| FieldError::Value { got: clip(text) })
}

fn number(text: &str) -> Result<u64, FieldError> {
    let number = if is_decimal(text) { text.parse().ok() } else { None };
    number.ok_or_else(|| FieldError::Number { got: clip(text) })
}

fn is_decimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text short enough for a message.
fn clip(text: &str) -> String {
    const MOST: usize = 120;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}
