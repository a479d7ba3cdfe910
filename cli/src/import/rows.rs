//! # The table
//!
//! The header tells the [layout](super::layout), and every column that the layout names is read in every row, also where
//! the import has no use for it: a table that is broken anywhere is not this kind of table.
//!
//! What is odd about a table that can be read is [found](Findings) and told, or refused if the caller is strict:
//!
//! | found | what is done |
//! |---|---|
//! | a log (or a transaction) for the second time | it is one transfer: the second row is left out |
//! | the same, saying something else | refused |
//! | a row like an earlier one, in a table that does not tell logs apart | kept: both may be transfers |
//! | a row of an earlier place in the chain than the row before | kept where it stands |
//! | a transaction that failed | it transferred nothing: left out |
//! | a transaction without ether, a transfer without an amount | left out |
//!
//! **Amounts in whole tokens.** Explorers write `1,234.5` and do not say how many decimals a token has. The last decimal
//! place that any row of the token uses is taken for its smallest unit, so that every amount is a whole number of them;
//! ether has 18 decimals.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::io::BufRead;

use furl_ledger::L1Address;
use furl_settlement::layer1::created;
use num_bigint::BigUint;
use serde::Serialize;
use thiserror::Error;

use super::cell::{self, Decimal, ETHER, FieldError, Status};
use super::layout::{Asset, Fit, Identity, Layout, Notation, Role};
use super::text::{MAX_TEXT, Record, Records, TextError};

/// How much of a table is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The bytes of its text, inflated.
    pub(crate) text: usize,
    /// Its rows: what is held of each is some 250 bytes, and its slots come on top.
    pub(crate) rows: usize,
}

/// No table is larger: whatever its rows are, the state of their slots is no longer than a state that is read.
const LIMITS: Limits = Limits { text: MAX_TEXT, rows: 1 << 20 };

/// A transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Where it stands, from 1.
    pub(crate) line: usize,
    /// The token's contract; zero for ether.
    pub(crate) token: L1Address,
    /// The sender; zero for a mint.
    pub(crate) from: L1Address,
    /// The receiver; zero for a burn.
    pub(crate) to: L1Address,
    /// The amount in the token's smallest unit, below 2^256.
    pub(crate) value: BigUint,
}

impl Row {
    /// Whether it says the same as a row elsewhere.
    fn says(&self, other: &Self) -> bool {
        Self { line: other.line, ..self.clone() } == *other
    }
}

/// What the caller decides about the reading.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choice {
    /// The layout, instead of the one that the header tells.
    pub(crate) layout: Option<&'static Layout>,
    /// Whether repeated rows and rows out of order are refused.
    pub(crate) is_strict: bool,
}

/// A table that was read.
#[derive(Debug)]
pub(crate) struct Table {
    /// Whose table it is.
    pub(crate) layout: &'static Layout,
    /// The transfers, in the order of the table.
    pub(crate) rows: Vec<Row>,
    /// What became of the other rows.
    pub(crate) findings: Findings,
    /// The decimals of each token whose amounts were in whole tokens.
    decimals: HashMap<L1Address, u8>,
}

impl Table {
    /// Whether a token is ether.
    pub(crate) fn is_ether(&self, token: L1Address) -> bool {
        self.layout.asset != Asset::Tokens && token == L1Address::default()
    }

    /// How many decimals of a token the table shows, if its amounts are in whole tokens; of ether all.
    pub(crate) fn decimals(&self, token: L1Address) -> Option<u8> {
        if self.is_ether(token) { Some(ETHER) } else { self.decimals.get(&token).copied() }
    }
}

/// Rows of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    /// How many there are.
    pub(crate) rows: usize,
    /// The line of the first of them, from 1.
    pub(crate) first_line: Option<usize>,
}

impl Found {
    fn add(&mut self, line: usize) {
        self.rows += 1;
        self.first_line = self.first_line.or(Some(line));
    }
}

/// What was found in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// All rows.
    pub(crate) rows: usize,
    /// Rows that repeat a log or a transaction: left out.
    pub(crate) duplicates: Found,
    /// Transactions that failed: left out.
    pub(crate) failed: usize,
    /// Transactions without ether, and transfers without an amount: left out.
    pub(crate) without_value: usize,
    /// Transactions that may have failed: the table does not say.
    pub(crate) unknown_status: usize,
    /// Rows like an earlier one, where the table does not tell transfers apart.
    pub(crate) alike: Found,
    /// Rows before which the row before should not stand.
    pub(crate) out_of_order: Found,
}

/// Why a table is not read.
#[derive(Debug, Error)]
pub(crate) enum TableError {
    /// It is no text in rows.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A row is malformed.
    #[error(transparent)]
    Row(#[from] RowError),
}

/// Where a table is malformed.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum RowError {
    /// There is no header.
    #[error("expected a header, got an empty file")]
    Empty,
    /// The header is not text.
    #[error("line {line}: expected a header in UTF-8")]
    NotUtf8 {
        /// The line, from 1.
        line: usize,
    },
    /// The header is that of no known table.
    #[error("line {line}: these are no columns of a known table{}; furl import --help lists them; got {got:?}",
        nearest.as_ref().map_or_else(String::new, |(layout, missing)| near(layout, missing)))]
    Unknown {
        /// The line, from 1.
        line: usize,
        /// The columns.
        got: String,
        /// The layout that lacks least, and what it lacks.
        nearest: Option<(&'static str, Vec<&'static str>)>,
    },
    /// The header lacks columns of the layout that was chosen.
    #[error("line {line}: {layout} needs {}, got {got:?}", missing.join(", "))]
    Chosen {
        /// The line, from 1.
        line: usize,
        /// The layout.
        layout: &'static str,
        /// What it lacks.
        missing: Vec<&'static str>,
        /// The columns.
        got: String,
    },
    /// The header fits several layouts.
    #[error("line {line}: the columns are those of {}: expected --format with one of them", layouts.join(" and of "))]
    Ambiguous {
        /// The line, from 1.
        line: usize,
        /// The layouts.
        layouts: Vec<&'static str>,
    },
    /// A column that is needed stands twice.
    #[error("line {line}: {layout} needs one column {column}, got several")]
    Repeated {
        /// The line, from 1.
        line: usize,
        /// The layout.
        layout: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The amounts have lost digits.
    #[error("line {line}: {column} does not hold amounts exactly: expected {layout} with value_string or value_binary")]
    Inexact {
        /// The line, from 1.
        line: usize,
        /// The layout.
        layout: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The table is of something else.
    #[error("line {line}: a table with {column} is not {layout}: tokens with identifiers have no amounts")]
    Foreign {
        /// The line, from 1.
        line: usize,
        /// The layout.
        layout: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A row has fields too few or too many.
    #[error("line {line}: expected {expected} fields, as many as the header has, got {got}")]
    Fields {
        /// The line, from 1.
        line: usize,
        /// How many the header has.
        expected: usize,
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
    /// Two rows say different things of one transfer.
    #[error("line {line}: expected the transfer of line {first}, which has the same hash and index, got another")]
    Contradiction {
        /// The line, from 1.
        line: usize,
        /// That of the other row.
        first: usize,
    },
    /// A row stands twice, and the caller is strict.
    #[error("line {line}: expected every transfer once, got that of line {first} again (--strict)")]
    Duplicate {
        /// The line, from 1.
        line: usize,
        /// That of the other row.
        first: usize,
    },
    /// A row may stand twice, and the caller is strict.
    #[error(
        "line {line}: expected every transfer once, got a row like line {first}, and no index tells them apart (--strict)"
    )]
    Alike {
        /// The line, from 1.
        line: usize,
        /// That of the other row.
        first: usize,
    },
    /// A row is out of order, and the caller is strict.
    #[error("line {line}: expected a row after {after} in the chain, got {got} (--strict)")]
    OutOfOrder {
        /// The line, from 1.
        line: usize,
        /// The place of the row before.
        after: Position,
        /// The place of this one.
        got: Position,
    },
    /// There are too many rows.
    #[error("line {line}: expected at most {limit} rows: divide the table by lines")]
    Rows {
        /// The line, from 1.
        line: usize,
        /// The most that are read.
        limit: usize,
    },
}

fn near(layout: &str, missing: &[&str]) -> String {
    format!(": the nearest is {layout}, which has {} too", missing.join(", "))
}

/// A place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    block: u64,
    index: Option<u64>,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}", self.block)?;
        self.index.map_or(Ok(()), |index| write!(f, " index {index}"))
    }
}

impl Position {
    fn is_before(self, other: Self) -> bool {
        let indices = self.index.zip(other.index);
        self.block < other.block || self.block == other.block && indices.is_some_and(|(this, other)| this < other)
    }
}

/// Reads a table.
///
/// # Errors
/// The first place where it is malformed.
pub(crate) fn read<'a>(input: impl BufRead + 'a, choice: Choice) -> Result<Table, TableError> {
    read_within(LIMITS, input, choice)
}

/// Reads a table within some limits.
///
/// # Errors
/// The first place where it is malformed, or too long.
pub(crate) fn read_within<'a>(limits: Limits, input: impl BufRead + 'a, choice: Choice) -> Result<Table, TableError> {
    let mut records = Records::new(limits.text, input)?;
    let fit = {
        let header = records.next()?.ok_or(RowError::Empty)?;
        let line = header.line;
        let names: Result<Vec<_>, _> = header.fields().map(str::from_utf8).collect();
        Layout::of(line, &names.map_err(|_| RowError::NotUtf8 { line })?, choice.layout)?
    };
    let mut reading = Reading::new(fit, choice.is_strict);
    while let Some(record) = records.next()? {
        if reading.findings.rows == limits.rows {
            return Err(RowError::Rows { line: record.line, limit: limits.rows }.into());
        }
        reading.take(record)?;
    }
    Ok(reading.finish()?)
}

/// A table that is being read.
struct Reading {
    fit: Fit,
    is_strict: bool,
    rows: Vec<Row>,
    /// The decimals of each row, where amounts are in whole tokens.
    decimals: Vec<u8>,
    findings: Findings,
    seen: HashMap<([u8; 32], u64), Seen>,
    alike: HashMap<Said, usize>,
    last: Option<Position>,
}

/// A row that others may repeat.
#[derive(Clone, Copy)]
struct Seen {
    line: u32,
    /// Its place among the rows that are kept, if it is.
    row: Option<u32>,
}

/// What a row says of its transfer, wherever the row stands.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Said {
    hash: [u8; 32],
    token: L1Address,
    from: L1Address,
    /// Nobody, if the transaction creates a contract that the table does not name.
    to: Option<L1Address>,
    /// Nothing, if the transfer has none.
    amount: Option<Decimal>,
}

/// What a row says.
struct Cells {
    line: usize,
    said: Said,
    index: Option<u64>,
    position: Option<Position>,
    status: Status,
}

impl Reading {
    fn new(fit: Fit, is_strict: bool) -> Self {
        let (findings, last) = (Findings::default(), None);
        let (seen, alike) = (HashMap::new(), HashMap::new());
        Self { fit, is_strict, rows: Vec::new(), decimals: Vec::new(), findings, seen, alike, last }
    }

    fn take(&mut self, record: Record<'_>) -> Result<(), RowError> {
        let line = record.line;
        let cells = Cells::read(&self.fit, record)?;
        self.findings.rows += 1;
        let row = self.row(&cells)?;
        if self.is_repeated(&cells, row.as_ref())? {
            return Ok(());
        }
        self.order(line, cells.position)?;
        match (cells.status, row) {
            (Status::Failed, _) => self.findings.failed += 1,
            (_, None) => self.findings.without_value += 1,
            (status, Some(row)) => {
                self.findings.unknown_status += usize::from(status == Status::Unknown);
                self.rows.push(row);
                if self.shows_decimals() {
                    self.decimals.push(cells.said.amount.map_or(0, |amount| amount.decimals));
                }
            }
        }
        Ok(())
    }

    /// Whether the decimals of a token are those that the table shows.
    fn shows_decimals(&self) -> bool {
        let Layout { notation, asset, .. } = self.fit.layout;
        matches!(notation, Notation::Decimal | Notation::DecimalOrNone) && *asset == Asset::Tokens
    }

    /// The transfer that a row is, if it transfers anything.
    fn row(&self, cells: &Cells) -> Result<Option<Row>, RowError> {
        let Said { token, from, ref amount, to, .. } = cells.said;
        let is_ether = self.fit.layout.asset != Asset::Tokens && token == L1Address::default();
        let is_moved = |amount: &&Decimal| !is_ether || amount.digits != BigUint::ZERO;
        let amount = amount.as_ref().filter(is_moved);
        let Some(amount) = amount.filter(|_| cells.status != Status::Failed) else { return Ok(None) };
        // Nobody receives it: the cell is empty, and reading it as an address says what was expected.
        let nobody = || cell::address("").map_err(|error| self.fit.fault(cells.line, Role::To, error));
        let (line, to) = (cells.line, to.map_or_else(nobody, Ok)?);
        Ok(Some(Row { line, token, from, to, value: amount.digits.clone() }))
    }

    /// Whether the table has this transfer already.
    fn is_repeated(&mut self, cells: &Cells, row: Option<&Row>) -> Result<bool, RowError> {
        let line = cells.line;
        let key = match self.fit.layout.identity {
            Identity::Log => cells.index.map(|index| (cells.said.hash, index)),
            Identity::Transaction => Some((cells.said.hash, 0)),
            Identity::None => None,
        };
        let Some(key) = key else {
            if row.is_none() {
                return Ok(false);
            }
            match self.alike.entry(cells.said.clone()) {
                Entry::Occupied(first) if self.is_strict => {
                    return Err(RowError::Alike { line, first: *first.get() });
                }
                Entry::Occupied(_) => self.findings.alike.add(line),
                Entry::Vacant(vacant) => drop(vacant.insert(line)),
            }
            return Ok(false);
        };
        let next = u32::try_from(self.rows.len()).expect("rows are bounded");
        match self.seen.entry(key) {
            Entry::Vacant(vacant) => {
                let line = u32::try_from(line).expect("a table has no more lines than bytes");
                vacant.insert(Seen { line, row: row.map(|_| next) });
                Ok(false)
            }
            Entry::Occupied(seen) => {
                let first = seen.get().line as usize;
                let other = seen.get().row.map(|at| &self.rows[at as usize]);
                if other.zip(row).is_some_and(|(other, row)| !row.says(other)) {
                    return Err(RowError::Contradiction { line, first });
                }
                if self.is_strict {
                    return Err(RowError::Duplicate { line, first });
                }
                self.findings.duplicates.add(line);
                Ok(true)
            }
        }
    }

    fn order(&mut self, line: usize, position: Option<Position>) -> Result<(), RowError> {
        let last = std::mem::replace(&mut self.last, position);
        match last.zip(position) {
            Some((after, got)) if got.is_before(after) => {
                self.findings.out_of_order.add(line);
                if self.is_strict { Err(RowError::OutOfOrder { line, after, got }) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    /// Brings all amounts of a token to one unit.
    fn finish(mut self) -> Result<Table, RowError> {
        let mut decimals: HashMap<L1Address, u8> = HashMap::new();
        for (row, shown) in self.rows.iter().zip(&self.decimals) {
            let most = decimals.entry(row.token).or_default();
            *most = (*most).max(*shown);
        }
        for (row, shown) in self.rows.iter_mut().zip(&self.decimals) {
            let amount = Decimal { digits: std::mem::take(&mut row.value), decimals: *shown };
            let decimals = decimals[&row.token];
            row.value = amount.scaled(decimals).ok_or_else(|| {
                let error = FieldError::Scale { decimals, got: amount.to_string() };
                self.fit.fault(row.line, Role::Value, error)
            })?;
        }
        Ok(Table { layout: self.fit.layout, rows: self.rows, findings: self.findings, decimals })
    }
}

impl Fit {
    fn fault(&self, line: usize, role: Role, error: FieldError) -> RowError {
        let (_, column) = self.column(role).expect("the column was read");
        RowError::Field { line, column, error }
    }

    /// Reads the field of a role; nothing if the table has no such column.
    fn read<T>(
        &self,
        record: Record<'_>,
        role: Role,
        read: impl FnOnce(&str) -> Result<T, FieldError>,
    ) -> Result<Option<T>, RowError> {
        let Some((at, column)) = self.column(role) else { return Ok(None) };
        let text = str::from_utf8(record.field(at)).map_err(|_| FieldError::NotUtf8);
        text.and_then(read).map(Some).map_err(|error| RowError::Field { line: record.line, column, error })
    }
}

/// Reads a field that may be empty.
fn unless_empty<T>(
    read: impl FnOnce(&str) -> Result<T, FieldError>,
) -> impl FnOnce(&str) -> Result<Option<T>, FieldError> {
    |text| if text.is_empty() { Ok(None) } else { read(text).map(Some) }
}

impl Cells {
    fn read(fit: &Fit, record: Record<'_>) -> Result<Self, RowError> {
        let (line, layout) = (record.line, fit.layout);
        if record.len() != fit.width {
            return Err(RowError::Fields { line, expected: fit.width, got: record.len() });
        }
        let is_native = layout.asset == Asset::Ether;
        let amount = amount(fit, record)?;
        let lenient = layout.may_lack_identity;
        let hash = fit.read(record, Role::Hash, |text| match text {
            "" if lenient => Ok(None),
            text => cell::hash(text).map(Some),
        })?;
        let index = fit.read(record, Role::Index, |text| match text {
            "" if lenient => Ok(None),
            text => cell::number(text).map(Some),
        })?;
        let (hash, index) = (hash.flatten(), index.flatten());
        let block = fit.read(record, Role::Block, cell::number)?;
        let nonce = fit.read(record, Role::Nonce, cell::number)?;
        let status = fit.read(record, Role::Status, |text| cell::status(text, &layout.statuses))?;
        let may_fail = !layout.statuses.failed.is_empty();
        let token = fit.read(record, Role::Token, |text| match text {
            "" if layout.asset == Asset::Both => Ok(L1Address::default()),
            text => cell::address(text),
        })?;
        let from = fit.read(record, Role::From, cell::address)?.expect("every layout has a sender");
        let to = if is_native {
            let to = fit.read(record, Role::To, unless_empty(cell::address))?.flatten();
            let named = fit.read(record, Role::Created, unless_empty(cell::address))?.flatten();
            to.or(named).or_else(|| nonce.map(|nonce| created(&from, nonce)))
        } else {
            fit.read(record, Role::To, cell::address)?
        };
        // A reward has no transaction: its block is what it is known by.
        let hash = hash.unwrap_or_else(|| of_block(block));
        Ok(Self {
            line,
            said: Said { hash, token: token.unwrap_or_default(), from, to, amount },
            index,
            position: block.map(|block| Position { block, index }),
            status: status.unwrap_or(if may_fail { Status::Unknown } else { Status::Ok }),
        })
    }
}

fn of_block(block: Option<u64>) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&block.unwrap_or_default().to_be_bytes());
    bytes
}

fn amount(fit: &Fit, record: Record<'_>) -> Result<Option<Decimal>, RowError> {
    let Layout { notation, asset, .. } = fit.layout;
    let decimal = if *asset == Asset::Ether { cell::ether } else { cell::decimal };
    let value = fit.read(record, Role::Value, |text| match notation {
        Notation::Integer => cell::integer(text).map(Decimal::whole).map(Some),
        Notation::IntegerOrWord => cell::integer_or_word(text).map(Decimal::whole).map(Some),
        Notation::Decimal => decimal(text).map(Some),
        Notation::DecimalOrNone => unless_empty(decimal)(text),
    })?;
    let value = value.flatten();
    let spent = fit.read(record, Role::Spent, |text| {
        let spent = decimal(text)?;
        let is_zero = |amount: &Decimal| amount.digits == BigUint::ZERO;
        match &value {
            Some(value) if !is_zero(value) && !is_zero(&spent) && *value != spent => {
                Err(FieldError::Both { got: cell::clip(text) })
            }
            _ => Ok(Some(spent).filter(|spent| !is_zero(spent))),
        }
    })?;
    Ok(spent.flatten().or(value))
}
