//! # State files
//!
//! A state is all that an operator must keep to go on: every slot, and the circumstances of the next batch. A ledger
//! gives its state ([`Ledger::state`](crate::Ledger::state)) and is rebuilt from it
//! ([`Ledger::from_state`](crate::Ledger::from_state)). The root is not stored: it follows from the slots.
//!
//! The file is JSON, one slot a line:
//!
//! ```text
//! {"format":"furl-state","version":1,"domain":"0x…","batch":1,"lanes":[{"token":0,"slot":5}],"slots":[
//! {"slot":0,"public_key":"0x…","l1_address":"0x…","token":0,"nonce":0,"balance":"100"},
//! {"slot":5,"public_key":"0x…","l1_address":"0x…","token":0,"nonce":0,"balance":"0"}
//! ]}
//! ```
//!
//! `batch` is the number of the *next* batch. `lanes` lists up to four fee lanes; `null` stands for
//! an unused one before a used one. Slots rise strictly by index. Members may come in any order;
//! none may be missing, unknown or there twice. A state is read and written slot by slot: the file
//! may be longer than memory.
//!
//! **Not checked here:** that supplies stay below $2^{62}$ ([`Ledger::from_state`](crate::Ledger::from_state) does), and
//! that the lanes' slots exist ([`Ledger::apply`](crate::Ledger::apply) does).

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Write},
};

use serde::Serialize;

use crate::{
    address::L1Address,
    amount::Amount,
    batch::{Batch, DuplicateLane, FeeLane, LANES},
    codec::document::DocumentError,
    domain::Domain,
    index::{BatchNumber, Nonce, SlotIndex, Token},
    key::PublicKey,
    slot::{Owner, Slot},
};

mod read;

/// What a state file calls itself.
pub const FORMAT: &str = "furl-state";

/// The version of the format.
pub const VERSION: u64 = 1;

/// All slots, and the circumstances of the next batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    next: Batch,
    slots: BTreeMap<SlotIndex, Slot>,
}

/// Why a state file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The file is not a JSON object of the expected members.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The file says that it is something else.
    #[error("expected a file of format {FORMAT:?}, got {got:?}")]
    Format {
        /// The format.
        got: String,
    },
    /// A version that this code does not know.
    #[error("state file of version {got}, and this program reads version {VERSION}")]
    Version {
        /// The version.
        got: u64,
    },
    /// More lanes than a batch has.
    #[error("expected at most {LANES} fee lanes, got {got}")]
    TooManyLanes {
        /// How many.
        got: usize,
    },
    /// A fee lane is malformed.
    #[error("fee lane {lane}: {error}")]
    Lane {
        /// The lane's number, below 4.
        lane: usize,
        /// What was expected, and what was found.
        error: DocumentError,
    },
    /// Two lanes collect the same token.
    #[error(transparent)]
    DuplicateLane(#[from] DuplicateLane),
    /// A slot is malformed.
    #[error("entry {entry} of `slots`: {error}")]
    Slot {
        /// The slot's place in the list, from zero.
        entry: usize,
        /// What was expected, and what was found.
        error: DocumentError,
    },
    /// A slot does not come after the one before it.
    #[error("slots rise by index, but slot {got} comes after slot {previous}")]
    Order {
        /// The slot before.
        previous: SlotIndex,
        /// The slot after it, not larger.
        got: SlotIndex,
    },
}

/// Why a state was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadStateError {
    /// The input failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The input is not a state file.
    #[error(transparent)]
    State(#[from] StateError),
    /// The system does not give the memory that the slots and their ledger take.
    #[error("the system does not give {bytes} bytes for more than {slots} slots")]
    Memory {
        /// Slots that were read.
        slots: usize,
        /// The bytes for as many again.
        bytes: usize,
    },
}

impl From<DocumentError> for ReadStateError {
    fn from(error: DocumentError) -> Self {
        Self::State(error.into())
    }
}

impl State {
    pub(crate) const fn new(next: Batch, slots: BTreeMap<SlotIndex, Slot>) -> Self {
        Self { next, slots }
    }

    /// The domain, number and fee lanes of the next batch.
    pub const fn next(&self) -> &Batch {
        &self.next
    }

    /// All slots, by index.
    pub const fn slots(&self) -> &BTreeMap<SlotIndex, Slot> {
        &self.slots
    }

    /// All slots, without a copy.
    pub(crate) fn into_slots(self) -> BTreeMap<SlotIndex, Slot> {
        self.slots
    }

    /// Reads a state file as it comes. What is held besides the slots is one entry of the file.
    ///
    /// # Errors
    /// The input fails; what was expected, and what was found; or the slots do not fit into memory.
    pub fn read(input: impl BufRead) -> Result<Self, ReadStateError> {
        read::state(input)
    }

    /// Reads a state file that is held.
    ///
    /// # Errors
    /// What was expected, and what was found.
    ///
    /// # Panics
    /// The system does not give the memory for the slots.
    pub fn from_json(json: &[u8]) -> Result<Self, StateError> {
        match Self::read(json) {
            Ok(state) => Ok(state),
            Err(ReadStateError::State(error)) => Err(error),
            Err(error @ (ReadStateError::Io(_) | ReadStateError::Memory { .. })) => panic!("{error}"),
        }
    }

    /// Writes a state file, slot by slot.
    ///
    /// # Errors
    /// The output fails.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        let Batch { domain, number: batch, lanes } = &self.next;
        let lanes = lanes.lanes();
        let used = lanes.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        let head = Head { format: FORMAT, version: VERSION, domain, batch: *batch, lanes: &lanes[..used] };
        let mut head = to_json(&head);
        // The slots go into the same object, one a line.
        head.pop();
        writeln!(out, "{head},\"slots\":[")?;
        for (number, (index, slot)) in self.slots.iter().enumerate() {
            let separator = if number > 0 { ",\n" } else { "" };
            write!(out, "{separator}{}", to_json(&Line::new(*index, slot)))?;
        }
        out.write_all(b"\n]}\n")
    }

    /// A state file in memory.
    pub fn to_json(&self) -> String {
        let mut text = Vec::new();
        self.write(&mut text).expect("a vector takes everything");
        String::from_utf8(text).expect("JSON is UTF-8")
    }
}

/// The members before the slots.
#[derive(Serialize)]
struct Head<'a> {
    format: &'static str,
    version: u64,
    domain: &'a Domain,
    batch: BatchNumber,
    lanes: &'a [Option<FeeLane>],
}

/// A slot.
#[derive(Serialize)]
struct Line<'a> {
    slot: SlotIndex,
    public_key: &'a PublicKey,
    l1_address: L1Address,
    token: Token,
    nonce: Nonce,
    balance: Amount,
}

impl<'a> Line<'a> {
    const FIELDS: [&'static str; 6] = ["slot", "public_key", "l1_address", "token", "nonce", "balance"];

    const fn new(index: SlotIndex, slot: &'a Slot) -> Self {
        let Slot { owner: Owner { public_key, l1_address }, token, nonce, balance } = slot;
        Self { slot: index, public_key, l1_address: *l1_address, token: *token, nonce: *nonce, balance: *balance }
    }
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("numbers, strings and lists of them are always JSON")
}
