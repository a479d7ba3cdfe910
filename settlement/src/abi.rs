//! # What the contracts are told
//!
//! Calldata is a selector, the first four bytes of a signature's Keccak-256 hash, and words of 32 bytes, most significant byte first. All
//! arguments here have a fixed size, so that nothing has an offset, and all calldata of one function has one length.
//!
//! | function | bytes |
//! |---|---|
//! | `submit` | selector, seven words of the claim, the proof |
//! | `verify` | selector, nine scalars, the proof |
//! | `root`, `batch`, … | selector |
//!
//! A digest is the 32 bytes that it is on the wire. The scalars are the statement's 204 bytes in pieces of 24, the last of 12, each a number,
//! least significant byte first (decision 0009).

use alloy_primitives::keccak256;
use furl_ledger::digest::Digest;
use furl_ledger::{L1Address, Statement};

/// Bytes of a wrapped proof.
pub const PROOF_BYTES: usize = 78 * 32;

/// `Furl.submit`.
pub const SUBMIT: &str = "submit((bytes32,uint32,bytes32,bytes32,uint32,bytes32,bytes32),uint256[78])";
/// `FurlVerifier.verify`.
pub const VERIFY: &str = "verify(uint256[9],uint256[78])";
/// The current root.
pub const ROOT: &str = "root()";
/// The last batch.
pub const BATCH: &str = "batch()";
/// The domain's separator.
pub const SEPARATOR: &str = "SEPARATOR()";
/// The verifier's address.
pub const VERIFIER: &str = "VERIFIER()";
/// The chain of the deployment.
pub const CHAIN: &str = "CHAIN()";
/// The domain.
pub const DOMAIN: &str = "domain()";

/// The hash of the verifier's key.
pub const KEY: &str = "KEY()";

/// Public scalars of a proof, and the bytes of the statement that each has.
const SCALARS: usize = 9;
const PIECE: usize = 24;

/// The first bytes of calldata, and of an error's data.
#[must_use]
pub fn selector(signature: &str) -> [u8; 4] {
    let hash = keccak256(signature);
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Calldata of a function without arguments.
#[must_use]
pub fn ask(signature: &str) -> Vec<u8> {
    selector(signature).to_vec()
}

/// Calldata of [`SUBMIT`].
#[must_use]
pub fn submit(statement: &Statement, proof: &[u8; PROOF_BYTES]) -> Vec<u8> {
    let Statement { version: _, domain, batch, old_root, new_root, count, fees, data_in: _, data_out } = statement;
    let words = [
        domain.to_bytes(),
        number(*batch),
        old_root.to_bytes(),
        new_root.to_bytes(),
        number(*count),
        fees.to_bytes(),
        data_out.to_bytes(),
    ];
    [&selector(SUBMIT)[..], words.as_flattened(), proof].concat()
}

/// The number of the batch that is submitted by calldata of [`SUBMIT`]; `None` if it is of
/// something else.
#[must_use]
pub fn submitted(data: &[u8]) -> Option<u32> {
    let words = data.strip_prefix(&selector(SUBMIT)).filter(|words| words.len() == 7 * 32 + PROOF_BYTES)?;
    u32::try_from(to_number(words[32..64].try_into().expect("a word"))?).ok()
}

/// Calldata of [`VERIFY`].
#[must_use]
pub fn verify(statement: &Statement, proof: &[u8; PROOF_BYTES]) -> Vec<u8> {
    let mut words = [[0; 32]; SCALARS];
    for (word, piece) in words.iter_mut().zip(statement.to_bytes().chunks(PIECE)) {
        for (to, from) in word.iter_mut().rev().zip(piece) {
            *to = *from;
        }
    }
    [&selector(VERIFY)[..], words.as_flattened(), proof].concat()
}

/// What follows the creation code of `Furl`: the arguments of its constructor.
#[must_use]
pub fn construct(verifier: &L1Address, genesis: &Digest) -> Vec<u8> {
    [address(verifier), genesis.to_bytes()].concat()
}

/// An address as a word.
#[must_use]
pub fn address(address: &L1Address) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(address.bytes());
    word
}

/// A number as a word.
#[must_use]
pub fn number(number: impl Into<u64>) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&number.into().to_be_bytes());
    word
}

/// The number that a word is, if it has 64 bits.
#[must_use]
pub fn to_number(word: &[u8; 32]) -> Option<u64> {
    let (high, low) = word.split_at(24);
    if high != [0; 24] {
        return None;
    }
    Some(low.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The address that a word is, if its upper bytes are zero.
#[must_use]
pub fn to_address(word: &[u8; 32]) -> Option<L1Address> {
    let (high, low) = word.split_at(12);
    if high != [0; 12] {
        return None;
    }
    Some(L1Address::new(low.try_into().expect("32 bytes less 12")))
}
