//! # A state file, as it comes
//!
//! Slots are taken one by one and never held as text. The other members are short: they are held
//! until the file has ended, and then read. As soon as `format` and `version` are known, a file of
//! another kind is refused by them, whatever else it holds; until then a fault is kept, and what
//! follows it is passed over.

use std::{
    collections::BTreeMap,
    hint,
    io::{BufRead, Read as _},
};

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess};

use super::{FORMAT, Line, ReadStateError, State, StateError, VERSION};
use crate::{
    batch::{Batch, FeeLane, FeeLanes, LANES},
    codec::{
        ByteOrderMark,
        document::{DocumentError, Member, Node, members, syntax},
        stream::{Allowance, Feed, Sink, Skip, Text, TextError},
    },
    index::SlotIndex,
    slot::{Owner, Slot},
};

/// The members that are short.
const SHORT: [&str; 5] = ["format", "version", "domain", "batch", "lanes"];
/// The one that is long.
const SLOTS: &str = "slots";

/// The bytes that are asked for before there are as many slots again: their place in a map that may
/// be half empty, and in the tree of a ledger, whose tables double.
const SLOT_BYTES: usize = 640;
/// So few slots are not asked room for.
const FEW_SLOTS: usize = 1 << 12;

/// Reads a state file.
pub(super) fn state(mut input: impl BufRead) -> Result<State, ReadStateError> {
    let mut start = Vec::with_capacity(ByteOrderMark::BYTES);
    input.by_ref().take(ByteOrderMark::BYTES as u64).read_to_end(&mut start)?;
    ByteOrderMark::refuse(&start).map_err(DocumentError::from)?;
    let input = start.as_slice().chain(input);
    let allowance = Allowance::new();
    let mut text = Text::new(input, &allowance);
    let mut parts = Parts::default();
    let mut parser = serde_json::Deserializer::from_reader(&mut text);
    let whole = Feed(Whole { parts: &mut parts, allowance: &allowance });
    let read = whole.deserialize(&mut parser).and_then(|()| parser.end());
    match (read, text.take_error()) {
        (_, Some(TextError::Io(error))) => Err(error.into()),
        (_, Some(TextError::Document(error))) => Err(error.into()),
        (Ok(()), None) => parts.into_state(),
        (Err(error), None) => Err(match parts.stopped_by {
            Some(fault) => fault,
            None => syntax(&error).into(),
        }),
    }
}

/// What has been read.
#[derive(Debug, Default)]
struct Parts<'de> {
    /// The short members.
    short: [Option<Node<'de>>; SHORT.len()],
    slots: Option<BTreeMap<SlotIndex, Slot>>,
    /// The first fault, which is told unless the file is of another kind.
    fault: Option<ReadStateError>,
    /// What the parser was stopped for.
    stopped_by: Option<ReadStateError>,
}

impl<'de> Parts<'de> {
    fn fail(&mut self, error: impl Into<ReadStateError>) {
        self.fault.get_or_insert(error.into());
    }

    /// Stops the parser.
    fn stop<E: Error>(&mut self, error: ReadStateError) -> E {
        self.stopped_by = Some(error);
        E::custom("stopped")
    }

    /// Goes on, unless it is known what to say of the file.
    fn go_on<E: Error>(&mut self) -> Result<(), E> {
        let [Some(_), Some(_), ..] = self.short else { return Ok(()) };
        let checked = self.check_header().and_then(|()| self.fault.take().map_or(Ok(()), Err));
        checked.map_err(|error| self.stop(error))
    }

    /// Whether `format` and `version` are there, and ours.
    fn check_header(&self) -> Result<(), ReadStateError> {
        let [format, version] = [0, 1].map(|place| Member::found(SHORT[place], self.short[place].clone()));
        let (format, version) = (format?, version?);
        let format = format.text()?;
        if format != FORMAT {
            return Err(StateError::Format { got: format.into_owned() }.into());
        }
        match version.number()? {
            VERSION => Ok(()),
            got => Err(StateError::Version { got }.into()),
        }
    }

    /// The state, after the end of the file.
    fn into_state(self) -> Result<State, ReadStateError> {
        self.check_header()?;
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let [_, _, domain, batch, lanes] = self.short;
        let found = |place: usize, node| Member::found(SHORT[place], node);
        let (domain, batch, lanes) = (found(2, domain)?, found(3, batch)?, found(4, lanes)?);
        let slots = self.slots.ok_or(DocumentError::Missing { name: SLOTS })?;
        let next = Batch { domain: domain.parsed()?, number: batch.whole()?, lanes: read_lanes(lanes)? };
        Ok(State::new(next, slots))
    }
}

/// Takes the whole file.
struct Whole<'a, 'de> {
    parts: &'a mut Parts<'de>,
    allowance: &'a Allowance,
}

impl<'de> Sink<'de> for Whole<'_, 'de> {
    fn object<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Self { parts, allowance } = self;
        while let Some(name) = entries.next_key::<String>()? {
            allowance.next_piece();
            let place = SHORT.iter().position(|short| *short == name);
            let is_there = place.map_or(parts.slots.is_some(), |place| parts.short[place].is_some());
            match place {
                Some(place) if !is_there => parts.short[place] = Some(entries.next_value()?),
                None if name == SLOTS && !is_there => {
                    entries.next_value_seed(Feed(Slots { parts: &mut *parts, allowance }))?;
                }
                _ => {
                    let known = place.map(|place| SHORT[place]).or((name == SLOTS).then_some(SLOTS));
                    parts.fail(match known {
                        Some(name) => DocumentError::Duplicate { name },
                        None => DocumentError::Unknown { name: "state", unknown: name },
                    });
                    parts.go_on()?;
                    entries.next_value_seed(Feed(Skip(allowance)))?;
                }
            }
            allowance.next_piece();
            parts.go_on()?;
        }
        Ok(())
    }

    fn list<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.other(Node::List(Vec::new()))
    }

    fn other<E: Error>(self, node: Node<'de>) -> Result<(), E> {
        Err(self.parts.stop(node.is_not("state", "an object").into()))
    }
}

/// Takes the slots.
struct Slots<'a, 'de> {
    parts: &'a mut Parts<'de>,
    allowance: &'a Allowance,
}

impl<'de> Sink<'de> for Slots<'_, 'de> {
    fn object<A: MapAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        Skip(self.allowance).object(entries)?;
        self.other(Node::Object(Vec::new()))
    }

    fn list<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { parts, allowance } = self;
        let (mut slots, mut entry) = (BTreeMap::new(), 0);
        while let Some(node) = items.next_element()? {
            allowance.next_piece();
            if let Err(error) = insert(&mut slots, entry, node) {
                parts.fail(error);
                parts.go_on()?;
                return Skip(allowance).list(items);
            }
            entry += 1;
        }
        parts.slots = Some(slots);
        Ok(())
    }

    fn other<E: Error>(self, node: Node<'de>) -> Result<(), E> {
        self.parts.fail(node.is_not(SLOTS, "an array"));
        Ok(())
    }
}

/// Puts a slot behind those before it.
fn insert(slots: &mut BTreeMap<SlotIndex, Slot>, entry: usize, node: Node<'_>) -> Result<(), ReadStateError> {
    let (got, slot) = read_slot(node).map_err(|error| StateError::Slot { entry, error })?;
    if let Some((&previous, _)) = slots.last_key_value()
        && previous >= got
    {
        return Err(StateError::Order { previous, got }.into());
    }
    ask_room(slots.len())?;
    slots.insert(got, slot);
    Ok(())
}

/// Asks for the room of as many slots again. A map takes its memory in pieces, and ends the process
/// when one is refused.
fn ask_room(slots: usize) -> Result<(), ReadStateError> {
    if slots < FEW_SLOTS || !slots.is_power_of_two() {
        return Ok(());
    }
    let bytes = slots * SLOT_BYTES;
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(bytes).map_err(|_| ReadStateError::Memory { slots, bytes })?;
    // Otherwise the compiler may leave out what is not used.
    hint::black_box(&room);
    Ok(())
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

fn read_slot(node: Node<'_>) -> Result<(SlotIndex, Slot), DocumentError> {
    let [index, public_key, l1_address, token, nonce, balance] = members("slot", node, Line::FIELDS)?;
    let owner = Owner { public_key: public_key.parsed()?, l1_address: l1_address.parsed()? };
    let slot = Slot { owner, token: token.whole()?, nonce: nonce.whole()?, balance: balance.parsed()? };
    Ok((index.whole()?, slot))
}
