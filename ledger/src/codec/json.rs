//! # JSON Lines
//!
//! One transfer a line, each line an object:
//!
//! ```text
//! {"domain":"0x…","from":1,"to":2,"amount":"5","fee":0,"nonce":0,"expiry":4294967295,"signature":"0x…"}
//! ```
//!
//! An *order* is what its owner has yet to sign, a line of the same members without domain and signature; for
//! [`Orders`].
//!
//! ```text
//! {"from":1,"to":2,"amount":"5","fee":0,"nonce":0,"expiry":4294967295}
//! ```
//!
//! Lines end in a line feed; the last one may lack it. Members may come in any order and white space is free, but a
//! line is an object of these members and nothing else, and a line without one is an error. The [`Reader`] holds one
//! line of at most [`MAX_LINE`] bytes at a time, whatever its input does.

use std::io::{self, BufRead, Read};

use serde::Serialize;

use super::document::{DocumentError, Member, members, parse};
use crate::{
    amount::Amount,
    domain::Domain,
    fee::FeeCode,
    index::{Expiry, Nonce, SlotIndex},
    signature::Signature,
    transfer::{SignedTransfer, Transfer},
};

/// The length of the longest accepted line in bytes, without its line feed. The longest line that [`encode`] writes is
/// less than half as long.
pub const MAX_LINE: usize = 1024;

/// The members of an order, in the order they are written in.
const ORDER: [&str; 6] = ["from", "to", "amount", "fee", "nonce", "expiry"];

/// The members of a signed transfer.
const FIELDS: [&str; 8] = ["domain", "from", "to", "amount", "fee", "nonce", "expiry", "signature"];

/// Why a list of transfers cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The input failed.
    #[error("line {line}: {error}")]
    Io {
        /// The line, from 1.
        line: usize,
        /// What happened.
        error: io::Error,
    },
    /// A line is too long. It was not read to its end.
    #[error("line {line}: expected at most {MAX_LINE} bytes")]
    LineTooLong {
        /// The line, from 1.
        line: usize,
    },
    /// A line is not a transfer.
    #[error("line {line}: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What was expected, and what was found.
        error: DocumentError,
    },
}

/// Reads transfers line by line. The first error ends the iteration.
#[derive(Debug)]
pub struct Reader<R>(Lines<R>);

impl<R: BufRead> Reader<R> {
    /// Reads from `input`.
    pub const fn new(input: R) -> Self {
        Self(Lines::new(input))
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<SignedTransfer, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next(decode_line)
    }
}

/// Reads orders line by line. The first error ends the iteration.
#[derive(Debug)]
pub struct Orders<R>(Lines<R>);

impl<R: BufRead> Orders<R> {
    /// Reads from `input`.
    pub const fn new(input: R) -> Self {
        Self(Lines::new(input))
    }
}

impl<R: BufRead> Iterator for Orders<R> {
    type Item = Result<Transfer, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next(decode_order)
    }
}

/// Lines of bounded length.
#[derive(Debug)]
struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    line: usize,
    is_done: bool,
}

impl<R: BufRead> Lines<R> {
    const fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), line: 0, is_done: false }
    }

    /// What `decode` makes of the next line.
    fn next<T>(&mut self, decode: fn(&[u8]) -> Result<T, DocumentError>) -> Option<Result<T, JsonError>> {
        if self.is_done {
            return None;
        }
        let item = self.read(decode).transpose();
        self.is_done = !matches!(item, Some(Ok(_)));
        item
    }

    fn read<T>(&mut self, decode: fn(&[u8]) -> Result<T, DocumentError>) -> Result<Option<T>, JsonError> {
        self.line += 1;
        let line = self.line;
        self.buffer.clear();
        // One byte more than a line may have: its line feed, or the proof that it is too long.
        let mut bounded = Read::take(&mut self.input, MAX_LINE as u64 + 1);
        bounded.read_until(b'\n', &mut self.buffer).map_err(|error| JsonError::Io { line, error })?;
        if self.buffer.is_empty() {
            return Ok(None);
        }
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if self.buffer.len() > MAX_LINE {
            return Err(JsonError::LineTooLong { line });
        }
        decode(&self.buffer).map(Some).map_err(|error| JsonError::Line { line, error: on_line(error, line) })
    }
}

/// A syntax error, moved from the first line to `line`.
fn on_line(error: DocumentError, line: usize) -> DocumentError {
    match error {
        DocumentError::Syntax { column, reason, .. } => DocumentError::Syntax { line, column, reason },
        other => other,
    }
}

/// Reads all transfers of `text`.
///
/// # Errors
/// The first line that is not a transfer.
pub fn decode(text: &[u8]) -> Result<Vec<SignedTransfer>, JsonError> {
    Reader::new(text).collect()
}

/// Reads one transfer, the content of one line.
///
/// # Errors
/// What was expected, and what was found.
pub fn decode_line(line: &[u8]) -> Result<SignedTransfer, DocumentError> {
    let [domain, from, to, amount, fee, nonce, expiry, signature] = members("transfer", parse(line)?, FIELDS)?;
    Ok(SignedTransfer {
        domain: domain.parsed()?,
        transfer: order([from, to, amount, fee, nonce, expiry])?,
        signature: signature.parsed()?,
    })
}

/// Reads one order, the content of one line.
///
/// # Errors
/// What was expected, and what was found.
pub fn decode_order(line: &[u8]) -> Result<Transfer, DocumentError> {
    order(members("order", parse(line)?, ORDER)?)
}

fn order([from, to, amount, fee, nonce, expiry]: [Member<'_>; 6]) -> Result<Transfer, DocumentError> {
    Ok(Transfer {
        from: from.whole()?,
        to: to.whole()?,
        amount: amount.parsed()?,
        fee: fee.whole()?,
        nonce: nonce.whole()?,
        expiry: expiry.whole()?,
    })
}

/// Writes transfers, one a line, each line with its line feed.
pub fn encode<'a>(transfers: impl IntoIterator<Item = &'a SignedTransfer>) -> String {
    let mut text = String::new();
    for signed in transfers {
        text.push_str(&encode_line(signed));
        text.push('\n');
    }
    text
}

/// Writes one transfer, without a line feed.
pub fn encode_line(signed: &SignedTransfer) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        domain: &'a Domain,
        #[serde(flatten)]
        order: Order,
        signature: Signature,
    }
    let SignedTransfer { transfer, ref domain, signature } = *signed;
    to_json(&Line { domain, order: transfer.into(), signature })
}

/// Writes one order, without a line feed.
pub fn encode_order(transfer: &Transfer) -> String {
    to_json(&Order::from(*transfer))
}

/// What both lines have.
#[derive(Serialize)]
struct Order {
    from: SlotIndex,
    to: SlotIndex,
    amount: Amount,
    fee: FeeCode,
    nonce: Nonce,
    expiry: Expiry,
}

impl From<Transfer> for Order {
    fn from(Transfer { from, to, amount, fee, nonce, expiry }: Transfer) -> Self {
        Self { from, to, amount, fee, nonce, expiry }
    }
}

fn to_json(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("numbers and strings are always JSON")
}
