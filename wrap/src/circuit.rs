//! # The circuit
//!
//! The halo2 back end of [`Machine`](crate::machine::Machine), of the shape of decision 0009. A program runs on a [`Recorder`], which
//! writes down what it demands; [`Recorder::finish`] gives out the rows; the [`Table`] that results is a circuit and a witness. Keys are
//! made of the circuit; [`prove()`] makes a proof of the table.
//!
//! | module | what |
//! |---|---|
//! | `record` | operations become rows |
//! | `place` | rows get their places |
//! | `table` | the finished table, as halo2 sees it |
//! | [`config`] | columns, constraints, lookup |
//! | `coefficients` | the permutation's constants, derived |
//! | [`check`] | judging a table without proving |
//! | [`keys`], [`prove`](mod@prove) | keys and proofs; what a proof is, byte by byte |
//! | `prover` | the prover itself |
//! | [`transcript`] | how challenges come about |

use thiserror::Error;

pub mod check;
mod coefficients;
pub mod config;
pub mod keys;
mod place;
pub mod prove;
mod prover;
mod record;
mod table;
#[cfg(test)]
mod tests;
pub mod transcript;

pub(crate) use coefficients::COEFFICIENTS;
pub use config::Config;
pub use keys::{ProvingKey, VerifyingKey};
pub use prove::{prove, verify};
pub use record::{Cell, Recorder};
pub use table::{ADVICE, Table};

/// Why a program is no circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CircuitError {
    /// There are too few rows.
    #[error("the circuit needs {needed} rows, of which {available} are available")]
    OutOfRows {
        /// By the program.
        needed: usize,
        /// Without those that halo2 blinds.
        available: usize,
    },
    /// A public scalar is bound to no cell, and so would say nothing.
    #[error("public scalar {index} is bound to no cell")]
    UnboundPublic {
        /// Its number, from 0 on.
        index: usize,
    },
    /// There is no such public scalar.
    #[error("a cell is bound to public scalar {index}, of {publics}")]
    NoSuchPublic {
        /// Its number, from 0 on.
        index: usize,
        /// How many there are.
        publics: usize,
    },
}
