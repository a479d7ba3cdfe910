//! # furl-circuits: what is proved
//!
//! The rules of the rollup, stated a second time: as constraints. The first statement is [`furl_ledger`]'s plain Rust; tests set one against the other, under the
//! same rule numbers, and neither is generated from the other.
//!
//! ## Reading order
//!
//! | module | what |
//! |---|---|
//! | [`gates`] | the four rows that Furl adds to plonky2: ladder, key, value, block |
//! | [`gadgets`] | hashing, paths, arithmetic, choice |
//! | [`wires`], [`slot`], [`signature`], [`transfer`] | a transfer as constraints, rule by rule |
//! | [`leaf`], [`leaf_circuit`] | a batch of transfers and its public statement; the circuit built, proving, verifying |
//! | [`recursion`], [`keys`] | a proof verified inside a circuit; the committed keys of all circuits |
//! | [`node`], [`aggregate`], [`root`] | which nodes a batch takes; neighbours joined; one key for every batch |
//! | [`profile`], [`security`] | parameters, and the proven bits that follow from them |
//! | [`proof`], [`pins`] | strict bytes of a proof; the circuit as text |
//! | [`builder`], [`testing`] | how circuits are built and recorded; how they are attacked |
//!
//! Everything is over one field and one proof system, fixed in [`field`].

pub mod aggregate;
pub mod builder;
pub mod field;
pub mod gadgets;
pub mod gates;
pub mod keys;
pub mod leaf;
pub mod leaf_circuit;
pub mod node;
pub mod pins;
pub mod profile;
pub mod proof;
pub mod recursion;
pub mod root;
pub mod security;
pub mod signature;
pub mod slot;
pub mod testing;
pub mod transfer;
pub mod wires;
