//! # Input files
//!
//! A file is read whole, and then understood or refused; an error names the file and the place in it.

use std::path::{Path, PathBuf};

use furl_ledger::codec::json::{self, JsonError};
use furl_ledger::{Ledger, LedgerError, SignedTransfer, State, StateError};
use thiserror::Error;

use crate::bench::report::ReportError;
use crate::exit::Failure;
use crate::files;
use crate::import::ImportError;
use crate::key_file::KeyFileError;

/// A file that is not what it should be.
#[derive(Debug, Error)]
#[error("{path} is malformed")]
pub(crate) struct InputError {
    /// The file.
    path: PathBuf,
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
    /// Token transfers of Ethereum.
    #[error("not a table of token transfers: {0}")]
    Import(#[from] ImportError),
    /// A report of measurements.
    #[error("not a report of furl bench: {0}")]
    Report(#[from] ReportError),
}

impl InputError {
    /// Says that it was `path` which is malformed.
    pub(crate) fn of<E: Into<Malformed>>(path: &Path) -> impl FnOnce(E) -> Failure {
        let path = path.to_owned();
        move |error| Failure::Input(Self { path, source: Box::new(error.into()) })
    }
}

/// A state with the ledger of its slots.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The file's contents.
    pub(crate) state: State,
    /// The ledger.
    pub(crate) ledger: Ledger,
}

/// Reads a state file.
pub(crate) fn state(path: &Path) -> Result<Loaded, Failure> {
    let state = State::from_json(&files::read(path)?).map_err(InputError::of(path))?;
    let ledger = Ledger::from_state(&state).map_err(InputError::of(path))?;
    Ok(Loaded { state, ledger })
}

/// Reads a list of transfers, one JSON object a line.
pub(crate) fn transfers(path: &Path) -> Result<Vec<SignedTransfer>, Failure> {
    json::decode(&files::read(path)?).map_err(InputError::of(path))
}
