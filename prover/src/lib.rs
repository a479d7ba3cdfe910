//! # furl-prover: how batches are proved
//!
//! A [`Trace`] of the ledger goes in, a [`Proof`] comes out. A proof's type is its stage, and a value of type `Proof<Leaf>` has been verified: there is no other
//! way to make one.
//!
//! | module | what |
//! |---|---|
//! | [`keys`] | circuits, built once and kept |
//! | [`proof`] | the proof file: header, statement, body; parsed strictly, then verified |
//! | [`prover`] | from a trace to a proof |
//! | [`schedule`] | the threads; the only file that names rayon |

pub mod keys;
pub mod proof;
pub mod prover;
pub mod schedule;

pub use furl_circuits::leaf_circuit::LeafSize;
pub use furl_circuits::profile::Profile;
pub use furl_ledger::trace::Trace;
pub use keys::Keys;
pub use proof::{Envelope, Leaf, Proof, ProofFileError};
pub use prover::{ProveError, Prover};
