//! # Records
//!
//! Comma-separated values, read as they come, compressed by gzip or not. Neither text nor compressed bytes are ever held
//! as a whole: one record is, and its length and its columns are bounded, as is the length of all text. A small file that
//! inflates to a large one is therefore judged as the large one would be, and takes no more memory.
//!
//! Fields may be quoted, and then have commas, quotes (doubled) and line ends in them. Lines end in LF, CR LF or CR.
//! Empty lines are skipped, and so is a byte order mark.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use csv_core::{ReadRecordResult, Reader};
use flate2::bufread::MultiGzDecoder;
use thiserror::Error;

/// No text of a table is longer, when inflated.
pub(crate) const MAX_TEXT: usize = 1 << 30;
/// No record is longer. The input of a transaction may have megabytes.
pub(crate) const MAX_RECORD: usize = 1 << 24;
/// No table has more columns.
pub(crate) const MAX_COLUMNS: usize = 256;

/// What the bytes of gzip start with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// U+FEFF in UTF-8.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// Why there is no further record.
#[derive(Debug, Error)]
pub(crate) enum TextError {
    /// Reading failed.
    #[error("reading failed")]
    Io(#[source] io::Error),
    /// The compressed bytes are no gzip, or end early.
    #[error("line {line}: the gzip data is broken or ends early: {error}")]
    Gzip {
        /// The line up to which it is whole, from 1.
        line: usize,
        /// What is wrong.
        error: io::Error,
    },
    /// All of it is too long.
    #[error("line {line}: expected at most {limit} bytes of text")]
    Text {
        /// The line, from 1.
        line: usize,
        /// The most that are read.
        limit: usize,
    },
    /// A record is too long.
    #[error("line {line}: expected at most {MAX_RECORD} bytes a row")]
    Record {
        /// The line that it begins on, from 1.
        line: usize,
    },
    /// A record has too many fields.
    #[error("line {line}: expected at most {MAX_COLUMNS} fields a row")]
    Columns {
        /// The line that it begins on, from 1.
        line: usize,
    },
}

/// A record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    /// The line that it begins on, from 1.
    pub(crate) line: usize,
    bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    /// How many fields it has.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field; there has to be one.
    pub(crate) fn field(&self, at: usize) -> &'a [u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }

    /// All fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.len()).map(|at| self.field(at))
    }
}

/// The records of a table.
pub(crate) struct Records<'a> {
    input: Box<dyn BufRead + 'a>,
    parser: Reader,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    line: usize,
    /// How many bytes of text may still be read, and how many there were.
    left: usize,
    limit: usize,
}

impl<'a> Records<'a> {
    /// The records of `input`, if it has no more text than `limit` bytes.
    ///
    /// # Errors
    /// Reading fails, or the first bytes are broken.
    pub(crate) fn new(limit: usize, input: impl BufRead + 'a) -> Result<Self, TextError> {
        let (head, input) = peek(input, GZIP.len()).map_err(TextError::Io)?;
        let input: Box<dyn BufRead> =
            if head == GZIP { Box::new(BufReader::new(MultiGzDecoder::new(input))) } else { Box::new(input) };
        let (head, mut input) = peek(input, MARK.len()).map_err(|error| TextError::of(1, error))?;
        if head == MARK {
            input.consume(MARK.len());
        }
        let (bytes, ends) = (vec![0; 1 << 12], vec![0; MAX_COLUMNS]);
        Ok(Self { input: Box::new(input), parser: Reader::new(), bytes, ends, line: 1, left: limit, limit })
    }

    /// The next record; nothing after the last one.
    ///
    /// # Errors
    /// Reading fails, or a bound is exceeded.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, TextError> {
        self.skip_line_ends()?;
        let line = self.line;
        let (mut written, mut fields) = (0, 0);
        loop {
            let input = fill(&mut *self.input).map_err(|error| TextError::of(self.line, error))?;
            let (result, read, more, ended) =
                self.parser.read_record(input, &mut self.bytes[written..], &mut self.ends[fields..]);
            self.line += line_feeds(&input[..read]);
            self.consume(read)?;
            (written, fields) = (written + more, fields + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.bytes.len() < MAX_RECORD => {
                    self.bytes.resize(self.bytes.len() * 2, 0);
                }
                ReadRecordResult::OutputFull => return Err(TextError::Record { line }),
                ReadRecordResult::OutputEndsFull => return Err(TextError::Columns { line }),
                ReadRecordResult::Record => {
                    return Ok(Some(Record { line, bytes: &self.bytes[..written], ends: &self.ends[..fields] }));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    /// Passes the rest of a line's end, and empty lines.
    fn skip_line_ends(&mut self) -> Result<(), TextError> {
        loop {
            let input = fill(&mut *self.input).map_err(|error| TextError::of(self.line, error))?;
            let ends = input.iter().take_while(|byte| b"\r\n".contains(byte)).count();
            let is_all = ends == input.len() && ends > 0;
            self.line += line_feeds(&input[..ends]);
            self.consume(ends)?;
            if !is_all {
                return Ok(());
            }
        }
    }

    fn consume(&mut self, bytes: usize) -> Result<(), TextError> {
        self.input.consume(bytes);
        self.left = self.left.checked_sub(bytes).ok_or(TextError::Text { line: self.line, limit: self.limit })?;
        Ok(())
    }
}

impl TextError {
    /// The kinds are those of flate2; what the system says has a number.
    fn of(line: usize, error: io::Error) -> Self {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        let is_gzip = matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof);
        if is_gzip && error.raw_os_error().is_none() { Self::Gzip { line, error } } else { Self::Io(error) }
    }
}

fn line_feeds(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// Bytes that are there to be read; none at the end.
fn fill(input: &mut (impl BufRead + ?Sized)) -> io::Result<&[u8]> {
    while let Err(error) = input.fill_buf() {
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    input.fill_buf()
}

/// An input whose first bytes were read already.
type Begun<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first bytes, at most `count`, and an input that still has them.
fn peek<R: BufRead>(mut input: R, count: usize) -> io::Result<(Vec<u8>, Begun<R>)> {
    let mut head = Vec::new();
    input.by_ref().take(count as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(input)))
}
