//! # Judging witnesses without proving
//!
//! For tests and auditors. A circuit is sound if no table but a true one satisfies it, and an
//! ordinary negative test cannot see that: give plonky2 a wrong input and its *generators* object,
//! before any constraint is read. So a test here writes the finished table itself, and asks whether
//! the constraints object.
//!
//! | question | answered by |
//! |----------|-------------|
//! | does this table satisfy the circuit? | [`satisfied`], [`Checker`] |
//! | would a proof of it pass `verify`? | [`prove_table`] |
//! | may a hint be another, its generator replaced? | [`Liar`] |
//! | which cells may be changed, all else being equal? | [`cells::exhaustive`] |
//! | which values are determined by nothing? | [`cells::freedoms`] |
//! | is each `connect` of ours needed? | [`mutants::connects`] |
//! | is each constraint of a gate needed? | [`mutants::constraints`] |
//!
//! A subject of the dynamic questions is a circuit *as written*, not only as built:
//! [`Subject::new`] runs the code that writes it, and keeps the record of its connects.
//!
//! Nothing here changes a circuit that is proved: there is no cargo feature and no flag.
//!
//! **Not checked here:** that the statement which a circuit enforces is the intended one. A circuit
//! from which a rule was left out altogether is not suspicious to any of these tools, unless a wire
//! came loose with it.

pub mod cells;
mod checker;
mod engine;
mod liar;
pub mod mutants;
mod proof;
mod subject;
mod table;
#[cfg(test)]
mod toys;

pub use checker::{Checker, Shape, Unjudgeable, Violation};
pub use engine::EngineError;
pub use liar::Liar;
pub use proof::{ProveError, prove_table};
pub use subject::{Subject, SubjectError};
pub use table::{Cell, Table, TableError};

use crate::field::CircuitData;

/// Whether the verifier of `circuit` would accept a proof of `table`, up to the soundness error.
///
/// Prepares a [`Checker`] each time; to judge many tables of one circuit, keep one.
///
/// # Errors
///
/// The first [`Violation`], rows before copies.
///
/// # Panics
///
/// If the circuit is [`Unjudgeable`], which no circuit built by
/// [`Builder::build`](crate::builder::Builder::build) is.
pub fn satisfied(circuit: &CircuitData, table: &Table) -> Result<(), Violation> {
    Checker::new(circuit).expect("a circuit with commitments and without lookups").check(table)
}
