//! # Why a proof is not believed
//!
//! Three reasons, in the order in which they are looked for: the file is no proof, its statement is of something else
//! than it is compared with, or the proof is false.

use std::fmt;

use furl_ledger::{BatchError, Digest};
use furl_prover::proof::{HEADER_BYTES, MAX_BODY_BYTES};
use furl_prover::{Envelope, ProofFileError};
use thiserror::Error;

use crate::exit::Failure;
use crate::source::Source;

/// No proof is longer.
const MAX_BYTES: usize = HEADER_BYTES + MAX_BODY_BYTES;

/// A proof that is not believed.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    /// The file is no proof.
    #[error("NOT VERIFIED: {input} is malformed")]
    Malformed {
        /// The file.
        input: Source,
        /// What was expected and got.
        source: Box<ProofFileError>,
    },
    /// The file is longer than any proof.
    #[error("NOT VERIFIED: {input} is malformed")]
    TooLong {
        /// The file.
        input: Source,
        /// What was expected.
        source: TooLong,
    },
    /// The proof is a wrapped one, and a root is expected unless a key is named.
    #[error("NOT VERIFIED: {input} is a wrapped proof, and no key is named for it")]
    Wrapped {
        /// The file.
        input: Source,
        /// What was expected.
        source: NoKey,
    },
    /// The proof is of another batch.
    #[error("NOT VERIFIED: {input} is a proof of something else than it is compared with")]
    Mismatch {
        /// The file.
        input: Source,
        /// What was expected and got.
        source: Box<Mismatch>,
    },
    /// The proof is of another circuit, or of nothing.
    #[error("NOT VERIFIED: {input} is false")]
    False {
        /// The file.
        input: Source,
        /// What was expected and got.
        source: Box<ProofFileError>,
    },
}

/// A root was expected, which needs no key.
#[derive(Clone, Copy, Debug, Error)]
#[error("expected a root, or one of --key FILE, --setup FILE and, for trials, --insecure-dev")]
pub(crate) struct NoKey;

/// More bytes than any proof has.
#[derive(Debug, Error)]
#[error("extended: expected at most {MAX_BYTES} bytes, got more")]
pub(crate) struct TooLong;

impl Refusal {
    /// What the library says of the file.
    pub(crate) fn of(input: &Source, source: ProofFileError) -> Self {
        let (input, source) = (input.clone(), Box::new(source));
        if source.is_false() { Self::False { input, source } } else { Self::Malformed { input, source } }
    }
}

/// What a statement says otherwise than it should.
#[derive(Debug, Error)]
pub(crate) enum Mismatch {
    /// One field.
    #[error("{field}: expected {expected}, the proof says {got}")]
    Field {
        /// The field of the statement.
        field: &'static str,
        /// What it should be.
        expected: Value,
        /// What it is.
        got: Value,
    },
    /// There are more transfers than the statement counts.
    #[error("count: expected at most {most} transfers, the file has more")]
    Longer {
        /// As many as were read.
        most: usize,
    },
    /// The transfers do not even apply.
    #[error("the ledger refuses the transfers on this state: {0}")]
    Batch(#[from] BatchError),
}

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    /// A count or a number.
    Number(u32),
    /// A root or another digest.
    Digest(Digest),
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<Digest> for Value {
    fn from(digest: Digest) -> Self {
        Self::Digest(digest)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

/// Reads a proof file and takes it apart.
///
/// # Errors
/// The file cannot be read, or is malformed.
pub(crate) fn envelope(input: &Source) -> Result<Envelope, Failure> {
    let bytes = input.read_one_more(MAX_BYTES)?;
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::TooLong { input: input.clone(), source: TooLong }.into());
    }
    Envelope::parse(&bytes).map_err(|error| Refusal::of(input, error).into())
}
