//! # Input files
//!
//! A file is understood or refused; an error names the file and the place in it. States are read
//! slot by slot, and lists of transfers ([`batch`](crate::batch)) line by line, so that no more of
//! their text is held than one entry.

use furl_ledger::codec::json::JsonError;
use furl_ledger::{Batch, Ledger, LedgerError, ReadStateError, State, StateError};
use thiserror::Error;
use tracing::debug;

use crate::bench::report::ReportError;
use crate::exit::{Failure, NoMemory};
use crate::import::ImportError;
use crate::key_file::KeyFileError;
use crate::source::Source;

/// A file that is not what it should be.
#[derive(Debug, Error)]
#[error("{input} is malformed")]
pub(crate) struct InputError {
    /// The file.
    input: Source,
    /// Where, and what was expected and got.
    source: Box<Malformed>,
}

/// What a file should be, and why it is not.
#[derive(Debug, Error)]
pub(crate) enum Malformed {
    /// A state file.
    #[error("not a state: {0}")]
    State(#[from] StateError),
    /// A state file whose slots do not make a ledger.
    #[error("not a state: {0}")]
    Ledger(#[from] LedgerError),
    /// A list of transfers.
    #[error("not a list of transfers: {0}")]
    Transfers(#[from] JsonError),
    /// A key file.
    #[error("not a key: {0}")]
    Key(#[from] KeyFileError),
    /// The key of wrapped proofs.
    #[error("not a verifying key: {0}")]
    WrapKey(#[from] furl_prover::VerifierError),
    /// Token transfers of Ethereum.
    #[error("not a table of token transfers: {0}")]
    Import(#[from] ImportError),
    /// A report of measurements.
    #[error("not a report of furl bench: {0}")]
    Report(#[from] ReportError),
}

impl InputError {
    /// Says that it was `input` which is malformed.
    pub(crate) fn of<E: Into<Malformed>>(input: &Source) -> impl FnOnce(E) -> Failure {
        let input = input.clone();
        move |error| Failure::Input(Self { input, source: Box::new(error.into()) })
    }
}

/// A state.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The batch that comes next.
    pub(crate) next: Batch,
    /// The slots.
    pub(crate) ledger: Ledger,
}

/// Reads a state file.
pub(crate) fn state(input: &Source) -> Result<Loaded, Failure> {
    let state = State::read(input.open()?).map_err(|error| match error {
        ReadStateError::Io(error) => input.unreadable()(error).into(),
        ReadStateError::State(error) => InputError::of(input)(error),
        ReadStateError::Memory { .. } => Failure::from(NoMemory::of(format!("the slots of {input}"))),
    })?;
    let (next, slots) = (*state.next(), state.slots().len());
    let ledger = Ledger::of_state(state).map_err(InputError::of(input))?;
    debug!(slots, "{input}: {slots} slots, root {}", ledger.root());
    Ok(Loaded { next, ledger })
}

/// Says that a line of `input` was not read, or not understood.
pub(crate) fn of_line(input: &Source, error: JsonError) -> Failure {
    match error {
        JsonError::Io { error, .. } => input.unreadable()(error).into(),
        other => InputError::of(input)(other),
    }
}
