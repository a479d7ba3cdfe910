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
//! `batch` is the number of the *next* batch. `lanes` lists up to four fee lanes; `null` stands for an unused one
//! before a used one. Slots rise strictly by index. Members may come in any order; none may be missing, unknown or
//! there twice.
//!
//! **Not checked here:** that supplies stay below $2^{62}$ ([`Ledger::from_state`](crate::Ledger::from_state) does), and
//! that the lanes' slots exist ([`Ledger::apply`](crate::Ledger::apply) does).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    address::L1Address,
    amount::Amount,
    batch::{Batch, DuplicateLane, FeeLane, FeeLanes, LANES},
    codec::document::{DocumentError, Member, Node, header, members, parse},
    domain::Domain,
    index::{BatchNumber, Nonce, SlotIndex, Token},
    key::PublicKey,
    slot::{Owner, Slot},
};

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

    /// Reads a state file. Its memory is in proportion to the file.
    ///
    /// # Errors
    /// What was expected, and what was found.
    pub fn from_json(json: &[u8]) -> Result<Self, StateError> {
        let node = parse(json)?;
        // First, because another version may have other members.
        let (format, version) = header("state", &node)?;
        if format != FORMAT {
            return Err(StateError::Format { got: format.to_owned() });
        }
        if version != VERSION {
            return Err(StateError::Version { got: version });
        }
        let names = ["format", "version", "domain", "batch", "lanes", "slots"];
        let [_, _, domain, batch, lanes, slots] = members("state", node, names)?;
        let next = Batch { domain: domain.parsed()?, number: batch.whole()?, lanes: read_lanes(lanes)? };
        Ok(Self { next, slots: read_slots(slots)? })
    }

    /// Writes a state file.
    pub fn to_json(&self) -> String {
        let Batch { domain, number: batch, lanes } = &self.next;
        let lanes = lanes.lanes();
        let used = lanes.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        let head = Head { format: FORMAT, version: VERSION, domain, batch: *batch, lanes: &lanes[..used] };
        let mut text = to_json(&head);
        // The slots go into the same object, one a line.
        text.pop();
        text.push_str(",\"slots\":[\n");
        for (number, (index, slot)) in self.slots.iter().enumerate() {
            if number > 0 {
                text.push_str(",\n");
            }
            text.push_str(&to_json(&Line::new(*index, slot)));
        }
        text.push_str("\n]}\n");
        text
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

fn read_lanes(lanes: Member<'_>) -> Result<FeeLanes, StateError> {
    let nodes = lanes.list()?;
    if nodes.len() > LANES {
        return Err(StateError::TooManyLanes { got: nodes.len() });
    }
    let mut lanes = [None; LANES];
    for (lane, node) in nodes.into_iter().enumerate() {
        lanes[lane] = read_lane(node).map_err(|error| StateError::Lane { lane, error })?;
    }
    Ok(FeeLanes::new(lanes)?)
}

fn read_lane(node: Node<'_>) -> Result<Option<FeeLane>, DocumentError> {
    if node == Node::Null {
        return Ok(None);
    }
    let [token, slot] = members("lane", node, ["token", "slot"])?;
    Ok(Some(FeeLane { token: token.whole()?, slot: slot.whole()? }))
}

fn read_slots(slots: Member<'_>) -> Result<BTreeMap<SlotIndex, Slot>, StateError> {
    let mut read = BTreeMap::new();
    for (entry, node) in slots.list()?.into_iter().enumerate() {
        let (got, slot) = read_slot(node).map_err(|error| StateError::Slot { entry, error })?;
        if let Some((&previous, _)) = read.last_key_value()
            && previous >= got
        {
            return Err(StateError::Order { previous, got });
        }
        read.insert(got, slot);
    }
    Ok(read)
}

fn read_slot(node: Node<'_>) -> Result<(SlotIndex, Slot), DocumentError> {
    let [index, public_key, l1_address, token, nonce, balance] = members("slot", node, Line::FIELDS)?;
    let owner = Owner { public_key: public_key.parsed()?, l1_address: l1_address.parsed()? };
    let slot = Slot { owner, token: token.whole()?, nonce: nonce.whole()?, balance: balance.parsed()? };
    Ok((index.whole()?, slot))
}
