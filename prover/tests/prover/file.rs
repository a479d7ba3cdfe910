//! The proof file: what is proved is read back, and nothing else is.

use core::ops::Range;

use furl_prover::proof::{HEADER_BYTES, MAGIC, VERSION, root};
use furl_prover::{Envelope, Profile, ProofFileError};

use crate::support::{keys, proof, read, trace};

/// Where the profile stands.
const PROFILE: usize = 10;
/// Where the circuit stands.
const CIRCUIT: Range<usize> = 11..15;
/// Where the statement stands.
const STATEMENT: Range<usize> = 47..251;

#[test]
fn what_is_written_is_read_back() {
    let bytes = proof().to_bytes();
    let read = read(&bytes).unwrap();
    assert_eq!(&read, proof());
    assert_eq!(read.statement(), trace(3).statement());
    assert_eq!(read.to_bytes(), bytes);
    assert_eq!(Envelope::parse(&bytes).unwrap().circuit, root(Profile::Fast).into());
}

/// Flips the bytes at `positions`, each in turn and in a way of its own, and expects each file to be refused.
fn flipped(positions: impl Iterator<Item = usize>) {
    let bytes = proof().to_bytes();
    for i in positions {
        let mut spoilt = bytes.clone();
        // Never 0; bits differ from byte to byte.
        spoilt[i] ^= 0x80 | (i % 127) as u8;
        assert!(read(&spoilt).is_err(), "byte {i} flipped, and accepted");
    }
}

#[test]
fn every_header_byte_counts() {
    flipped(0..HEADER_BYTES);
}

#[test]
fn sampled_body_bytes_count() {
    flipped((HEADER_BYTES..proof().to_bytes().len()).step_by(509));
}

#[test]
#[ignore = "every byte of the body: about 15 minutes on two cores"]
fn every_body_byte_counts() {
    flipped(HEADER_BYTES..proof().to_bytes().len());
}

#[test]
fn other_lengths_are_named() {
    let bytes = proof().to_bytes();
    let length = bytes.len();
    for cut in [0, 7, 8, 100, HEADER_BYTES - 1, HEADER_BYTES, length - 1] {
        let error = read(&bytes[..cut]).unwrap_err();
        assert!(matches!(error, ProofFileError::Truncated { got, .. } if got == cut), "{cut}: {error}");
    }
    let mut long = bytes;
    long.push(0);
    assert!(
        matches!(read(&long), Err(ProofFileError::Extended { expected, got }) if expected == length && got == length + 1)
    );
}

#[test]
fn foreign_and_newer_files_are_named() {
    let mut bytes = proof().to_bytes();
    bytes[MAGIC.len()] += 1;
    assert!(matches!(read(&bytes), Err(ProofFileError::Version { got }) if got == VERSION + 1));
    let error = read(b"{\"proof\": \"of something else\"}").unwrap_err();
    assert!(matches!(error, ProofFileError::Foreign(_)), "{error}");
}

#[test]
fn another_profile_is_another_key() {
    let mut bytes = proof().to_bytes();
    bytes[PROFILE] = Profile::Proven.id();
    let error = read(&bytes).unwrap_err();
    assert!(matches!(error, ProofFileError::Key { .. }), "{error}");
    assert!(error.is_false());
}

#[test]
fn a_piece_is_not_taken_for_a_batch() {
    for circuit in [[1, 13, 0, 0], [2, 16, 1, 3]] {
        let mut bytes = proof().to_bytes();
        bytes[CIRCUIT].copy_from_slice(&circuit);
        // A piece states one digest more.
        let fees = STATEMENT.start + 108;
        bytes.splice(fees..fees, [0; 32]);
        let error = read(&bytes).unwrap_err();
        assert!(matches!(error, ProofFileError::Stage { expected: "root", .. }), "{error}");
        assert!(error.is_false());
    }
}

#[test]
fn circuits_that_are_not_there_are_malformed() {
    for circuit in [
        [0, 0, 0, 0],
        [1, 14, 0, 0],
        [1, 13, 1, 0],
        [2, 16, 6, 3],
        [2, 13, 2, 1],
        [3, 0, 0, 1],
        [4, 0, 0, 1],
        [5, 0, 0, 0],
    ] {
        let mut bytes = proof().to_bytes();
        bytes[CIRCUIT].copy_from_slice(&circuit);
        let error = read(&bytes).unwrap_err();
        assert!(!error.is_false(), "{circuit:?}: {error}");
    }
}

/// A wrapped proof has one length, whatever the header says.
#[test]
fn a_root_is_not_taken_for_a_wrapped_proof() {
    let mut bytes = proof().to_bytes();
    bytes[CIRCUIT].copy_from_slice(&[4, 0, 0, 0]);
    let error = read(&bytes).unwrap_err();
    assert!(matches!(error, ProofFileError::WrappedLength(length) if length == bytes.len() - HEADER_BYTES), "{error}");
    assert!(!error.is_false());
}

#[test]
fn a_weaker_profile_than_demanded_is_named() {
    let parse = || Envelope::parse(&proof().to_bytes()).unwrap();
    assert!(parse().require(Profile::Fast).is_ok());
    for error in [parse().require(Profile::Proven).unwrap_err(), parse().verify(Profile::Proven, keys()).unwrap_err()] {
        assert!(matches!(error, ProofFileError::Weak { least: Profile::Proven, got: Profile::Fast }), "{error}");
    }
}

#[test]
fn another_statement_is_false() {
    let other = trace(4).statement().clone();
    let mut bytes = proof().to_bytes();
    bytes[STATEMENT].copy_from_slice(&other.to_bytes());
    let error = read(&bytes).unwrap_err();
    assert!(matches!(error, ProofFileError::False(_)), "{error}");
}
