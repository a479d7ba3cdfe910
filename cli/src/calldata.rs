//! # Calldata
//!
//! What the contracts are told: a selector, which is the first four bytes of the Keccak-256 hash of the function's signature, and words of 32 bytes,
//! most significant byte first. All arguments have a fixed size, so nothing has an offset.
//!
//! | function | words |
//! |---|---|
//! | [`SUBMIT`] of the rollup | seven of the claim, 78 of the proof |
//! | [`VERIFY`] of the verifier | nine scalars, 78 of the proof |
//!
//! A digest is the 32 bytes that it is on the wire. Scalars are the statement's 204 bytes in pieces of 24, each a number, least significant byte first.

use furl_ledger::Statement;
use furl_prover::PROOF_BYTES;
use sha3::{Digest as _, Keccak256};

/// The rollup's function that moves the root.
pub(crate) const SUBMIT: &str = "submit((bytes32,uint32,bytes32,bytes32,uint32,bytes32,bytes32),uint256[78])";
/// The verifier's only one.
pub(crate) const VERIFY: &str = "verify(uint256[9],uint256[78])";

const SCALARS: usize = 9;
const PIECE: usize = 24;

fn selector(signature: &str) -> [u8; 4] {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Keccak256::digest(signature));
    [a, b, c, d]
}

fn number(number: u32) -> [u8; 32] {
    let mut word = [0; 32];
    word[28..].copy_from_slice(&number.to_be_bytes());
    word
}

/// Calldata of [`SUBMIT`].
pub(crate) fn submit(statement: &Statement, proof: &[u8; PROOF_BYTES]) -> Vec<u8> {
    // The contract knows version and start by itself.
    let Statement { version: _, domain, batch, old_root, new_root, count, fees, data_in: _, data_out } = statement;
    let [domain, old_root, new_root, fees, data_out] =
        [domain, old_root, new_root, fees, data_out].map(|d| d.to_bytes());
    let claim = [domain, number(*batch), old_root, new_root, number(*count), fees, data_out];
    [&selector(SUBMIT)[..], claim.as_flattened(), proof].concat()
}

/// Calldata of [`VERIFY`].
pub(crate) fn verify(statement: &Statement, proof: &[u8; PROOF_BYTES]) -> Vec<u8> {
    let mut words = [[0; 32]; SCALARS];
    for (word, piece) in words.iter_mut().zip(statement.to_bytes().chunks(PIECE)) {
        word.iter_mut().rev().zip(piece).for_each(|(to, from)| *to = *from);
    }
    [&selector(VERIFY)[..], words.as_flattened(), proof].concat()
}
