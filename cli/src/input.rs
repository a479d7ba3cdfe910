//! # Input files
//!
//! A file is understood or refused; an error names the file and the place in it. Lists of transfers are read line by
//! line, so that no more of their text is held than one line.

use furl_ledger::codec::json::{self, JsonError};
use furl_ledger::{Ledger, LedgerError, SignedTransfer, State, StateError};
use thiserror::Error;
use tracing::debug;

use crate::bench::report::ReportError;
use crate::exit::Failure;
use crate::import::ImportError;
use crate::key_file::KeyFileError;
use crate::progress::Stage;
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

/// A state with the ledger of its slots.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The file's contents.
    pub(crate) state: State,
    /// The ledger.
    pub(crate) ledger: Ledger,
}

/// No state file is longer: some four million slots.
const MAX_STATE_BYTES: usize = 1 << 30;

/// Reads a state file.
pub(crate) fn state(input: &Source) -> Result<Loaded, Failure> {
    let state = State::from_json(&input.read(MAX_STATE_BYTES)?).map_err(InputError::of(input))?;
    let ledger = Ledger::from_state(&state).map_err(InputError::of(input))?;
    debug!(slots = state.slots().len(), "{input}: {} slots, root {}", state.slots().len(), ledger.root());
    Ok(Loaded { state, ledger })
}

/// Reads a list of transfers, one JSON object a line, line by line.
pub(crate) fn transfers(input: &Source) -> Result<Vec<SignedTransfer>, Failure> {
    let stage = Stage::brief(format!("reading {input}"));
    let mut transfers = Vec::new();
    for signed in json::Reader::new(input.open()?) {
        transfers.push(signed.map_err(|error| of_line(input, error))?);
        stage.advance();
    }
    Ok(transfers)
}

/// Says that a line of `input` was not read, or not understood.
pub(crate) fn of_line(input: &Source, error: JsonError) -> Failure {
    match error {
        JsonError::Io { error, .. } => input.unreadable()(error).into(),
        other => InputError::of(input)(other),
    }
}
