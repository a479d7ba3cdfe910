//! # JSON Lines
//!
//! One transfer a line, each line an object:
//!
//! ```text
//! {"domain":"0x…","from":1,"to":2,"amount":"5","fee":0,"nonce":0,"expiry":4294967295,"signature":"0x…"}
//! ```
//!
//! Lines end in a line feed; the last one may lack it. Members may come in any order and white space is free, but a
//! line is an object of these members and nothing else, and a line without one is an error. The [`Reader`] holds one
//! line of at most [`MAX_LINE`] bytes at a time, whatever its input does.

use std::io::{self, BufRead, Read};

use serde::Serialize;

use super::document::{DocumentError, members, parse};
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

/// The members of a line, in the order they are written in.
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
pub struct Reader<R> {
    input: R,
    buffer: Vec<u8>,
    line: usize,
    is_done: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from `input`.
    pub const fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), line: 0, is_done: false }
    }

    fn read(&mut self) -> Result<Option<SignedTransfer>, JsonError> {
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
        decode_line(&self.buffer).map(Some).map_err(|error| JsonError::Line { line, error: on_line(error, line) })
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<SignedTransfer, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let item = self.read().transpose();
        self.is_done = !matches!(item, Some(Ok(_)));
        item
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
        transfer: Transfer {
            from: from.whole()?,
            to: to.whole()?,
            amount: amount.parsed()?,
            fee: fee.whole()?,
            nonce: nonce.whole()?,
            expiry: expiry.whole()?,
        },
        signature: signature.parsed()?,
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
        from: SlotIndex,
        to: SlotIndex,
        amount: Amount,
        fee: FeeCode,
        nonce: Nonce,
        expiry: Expiry,
        signature: Signature,
    }
    let Transfer { from, to, amount, fee, nonce, expiry } = signed.transfer;
    let SignedTransfer { ref domain, signature, .. } = *signed;
    let line = Line { domain, from, to, amount, fee, nonce, expiry, signature };
    serde_json::to_string(&line).expect("numbers and strings are always JSON")
}
