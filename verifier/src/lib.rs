//! # The root of trust
//!
//! Checks a wrapped proof: that the batch of a [`Statement`] was proved under a [`VerifyingKey`]. An implementation of its own, from
//! decision 0009 and the layout below, on ark-bn254 and Keccak. Nothing of the prover is here, and nothing of an operating system; the
//! contract checks the same proofs, and shares vectors with this crate, no code.
//!
//! ```no_run
//! # fn main() -> Result<(), furl_verifier::Error> {
//! # let (key, statement, proof) = ([0u8; 896], [0u8; 204], [0u8; 2496]);
//! use furl_verifier::{Statement, VerifyingKey, verify};
//! verify(&VerifyingKey::parse(&key)?, &Statement::parse(&statement)?, &proof)?;
//! # Ok(())
//! # }
//! ```
//!
//! | stage | module | what it refuses |
//! |---|---|---|
//! | the statement's nine scalars | `statement` | an unknown version, a digest that is not canonical |
//! | the key's points | `key` | another format or version, points off the curve or outside the group |
//! | the proof's points and scalars | `proof` | another length, numbers that are not below their modulus, points off the curve |
//! | challenges | `transcript` | |
//! | what the constraints are at $x$ | `constraints`, `hashing` | |
//! | one equation of pairings | `opening` | everything that is false |
//!
//! A word is 32 bytes, a number below its modulus, most significant byte first. A point is two words, $x$ and $y$; the point at infinity is
//! never sent.
//!
//! **Not checked here:** that the key is the right one, and its setup honest (whoever deploys rebuilds the key from source); that the
//! batch is the next one (the contract compares old root, batch number and domain with its own).
#![no_std]
#![forbid(unsafe_code)]

mod constraints;
mod error;
mod hashing;
mod key;
mod opening;
mod proof;
mod statement;
mod transcript;
mod words;

pub use error::{Error, Part};
pub use key::{Origin, VerifyingKey};
pub use proof::PROOF_BYTES;
pub use statement::Statement;

use proof::Proof;
use transcript::Challenges;

/// Checks that `proof` proves `statement` under `key`.
///
/// # Errors
/// If the proof is not well formed, each way by its own variant; [`Error::Refused`] if it is, and is false.
pub fn verify(key: &VerifyingKey, statement: &Statement, proof: &[u8]) -> Result<(), Error> {
    let publics = statement.scalars();
    let parsed = Proof::parse(proof)?;
    let challenges = Challenges::draw(key, &publics, proof);
    let quotient = constraints::quotient(key, &publics, &parsed, &challenges)?;
    if opening::holds(key, &parsed, &challenges, quotient)? { Ok(()) } else { Err(Error::Refused) }
}
