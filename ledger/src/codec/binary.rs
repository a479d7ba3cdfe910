//! # Binary records
//!
//! ```text
//! magic 8 bytes | count 8 bytes, little-endian | count records of 115 bytes
//! ```
//!
//! The magic is `furl-tx` and a version byte, 1. The fields of a record are in the [table](super). A file that ends
//! early, or goes on after its last record, is an error. Each list of transfers has one binary form.

use std::io::{self, Read};

use super::ValueError;
use crate::{
    amount::Amount,
    domain::Domain,
    index::{Expiry, Nonce},
    range::RangeError,
    signature::Signature,
    transfer::{SignedTransfer, Transfer},
};

/// How the format starts: its name and version.
pub const MAGIC: [u8; 8] = *b"furl-tx\x01";

/// The version, the last byte of [`MAGIC`].
pub const VERSION: u8 = MAGIC[7];

/// The length of one record in bytes.
pub const RECORD: usize = 58 + Signature::BYTES;

/// Why a list of transfers cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BinaryError {
    /// The input failed.
    #[error("record {record}: {error}")]
    Io {
        /// The record, from zero; zero for the header too.
        record: u64,
        /// What happened.
        error: io::Error,
    },
    /// The input does not start with [`MAGIC`].
    #[error("expected a list of transfers that starts with {MAGIC:02x?}, got {got:02x?}")]
    Magic {
        /// The first eight bytes.
        got: [u8; 8],
    },
    /// A version that this code does not know.
    #[error("transfers of version {got}, and this program reads version {VERSION}")]
    Version {
        /// The version.
        got: u8,
    },
    /// The input ends inside the header.
    #[error("expected a header of 16 bytes, but the input ends before")]
    NoHeader,
    /// The input ends before the last record does.
    #[error("record {record}: expected {RECORD} bytes, but the input ends before")]
    Truncated {
        /// The record, from zero.
        record: u64,
    },
    /// The input goes on after the last record.
    #[error("expected the end of the input after {records} records")]
    Trailing {
        /// How many records the header announced.
        records: u64,
    },
    /// A field holds no valid value.
    #[error("record {record}, `{name}`: {error}")]
    Value {
        /// The record, from zero.
        record: u64,
        /// The field.
        name: &'static str,
        /// Why.
        error: ValueError,
    },
}

/// Reads transfers record by record. The first error ends the iteration.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    records: u64,
    record: u64,
    is_done: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the header from `input`.
    ///
    /// # Errors
    /// The input fails, ends inside the header, does not start with [`MAGIC`], or is of another version.
    pub fn new(mut input: R) -> Result<Self, BinaryError> {
        let mut field = || {
            let mut bytes = [0; 8];
            input.read_exact(&mut bytes).map(|()| bytes).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => BinaryError::NoHeader,
                _ => BinaryError::Io { record: 0, error },
            })
        };
        let magic = field()?;
        if magic != MAGIC {
            let [name @ .., version] = magic;
            let is_ours = MAGIC.starts_with(&name);
            return Err(if is_ours {
                BinaryError::Version { got: version }
            } else {
                BinaryError::Magic { got: magic }
            });
        }
        let records = u64::from_le_bytes(field()?);
        Ok(Self { input, records, record: 0, is_done: false })
    }

    /// How many records the header announces: a claim, not a size to allocate.
    pub const fn records(&self) -> u64 {
        self.records
    }

    fn read(&mut self) -> Result<Option<SignedTransfer>, BinaryError> {
        if self.record == self.records {
            return self.expect_end().map(|()| None);
        }
        let record = self.record;
        let mut bytes = [0; RECORD];
        self.input.read_exact(&mut bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => BinaryError::Truncated { record },
            _ => BinaryError::Io { record, error },
        })?;
        self.record += 1;
        decode_record(&bytes).map(Some).map_err(|(name, error)| BinaryError::Value { record, name, error })
    }

    fn expect_end(&mut self) -> Result<(), BinaryError> {
        match self.input.read_exact(&mut [0]) {
            Ok(()) => Err(BinaryError::Trailing { records: self.records }),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            Err(error) => Err(BinaryError::Io { record: self.record, error }),
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<SignedTransfer, BinaryError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let item = self.read().transpose();
        self.is_done = !matches!(item, Some(Ok(_)));
        item
    }
}

/// Reads all transfers of `bytes`.
///
/// # Errors
/// The first record that is not a transfer; a wrong header; bytes too few or too many.
pub fn decode(bytes: &[u8]) -> Result<Vec<SignedTransfer>, BinaryError> {
    Reader::new(bytes)?.collect()
}

/// Writes a list of transfers.
pub fn encode(transfers: &[SignedTransfer]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + RECORD * transfers.len());
    bytes.extend(MAGIC);
    bytes.extend((transfers.len() as u64).to_le_bytes());
    for signed in transfers {
        bytes.extend(encode_record(signed));
    }
    bytes
}

/// Writes one record.
fn encode_record(signed: &SignedTransfer) -> [u8; RECORD] {
    let Transfer { from, to, amount, fee, nonce, expiry } = signed.transfer;
    let mut record = [0; RECORD];
    let mut offset = 0;
    let mut put = |field: &[u8]| {
        record[offset..offset + field.len()].copy_from_slice(field);
        offset += field.len();
    };
    put(signed.domain.bytes());
    put(&from.get().to_le_bytes());
    put(&to.get().to_le_bytes());
    put(&amount.get().to_le_bytes());
    put(&fee.get().to_le_bytes());
    put(&nonce.get().to_le_bytes());
    put(&expiry.get().to_le_bytes());
    put(&signed.signature.to_bytes());
    record
}

/// Reads one record; an error comes with its field's name.
fn decode_record(record: &[u8; RECORD]) -> Result<SignedTransfer, (&'static str, ValueError)> {
    let mut rest = &record[..];
    let domain = Domain::new(take(&mut rest));
    let from = ranged("from", u32::from_le_bytes(take(&mut rest)))?;
    let to = ranged("to", u32::from_le_bytes(take(&mut rest)))?;
    let amount = Amount::new(u64::from_le_bytes(take(&mut rest))).map_err(|error| ("amount", error.into()))?;
    let fee = ranged("fee", u16::from_le_bytes(take(&mut rest)))?;
    let nonce = Nonce::new(u32::from_le_bytes(take(&mut rest)));
    let expiry = Expiry::new(u32::from_le_bytes(take(&mut rest)));
    let signature = Signature::from_bytes(rest).map_err(|error| ("signature", error.into()))?;
    Ok(SignedTransfer { domain, transfer: Transfer { from, to, amount, fee, nonce, expiry }, signature })
}

/// Takes the first `N` bytes off a record.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (field, behind) = rest.split_first_chunk().expect("the fields of a record fill it exactly");
    *rest = behind;
    *field
}

/// A number in the range of `T`.
fn ranged<T: TryFrom<u64, Error = RangeError>>(
    name: &'static str,
    number: impl Into<u64>,
) -> Result<T, (&'static str, ValueError)> {
    T::try_from(number.into()).map_err(|error| (name, error.into()))
}
