//! The wrapped proof's file, and its verification: on a golden proof and its key, for a wrap takes half a minute.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use furl_prover::proof::HEADER_BYTES;
use furl_prover::{
    Envelope, Kind, Memory, Profile, Proof, ProofFileError, VerifierError, WrapError, WrapKey, WrapKeys, Wrapped,
    Wrapper,
};

use crate::support::{proof as root, read as read_root};

fn vector(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vectors").join(name)).unwrap()
}

fn key() -> WrapKey {
    WrapKey::parse(&vector("wrap.key")).unwrap()
}

fn read(bytes: &[u8]) -> Result<Proof<Wrapped>, ProofFileError> {
    Envelope::parse(bytes)?.verify_wrapped(&key())
}

#[test]
fn what_is_written_is_read_back() {
    let bytes = vector("wrapped.proof");
    let proof = read(&bytes).unwrap();
    assert_eq!(proof.to_bytes(), bytes);
    assert_eq!(proof.inner().as_slice(), &bytes[HEADER_BYTES..]);
    let envelope = proof.envelope();
    assert_eq!((envelope.circuit, envelope.key, envelope.profile), (Kind::Wrap, key().hash(), Profile::Fast));
}

/// Milliseconds each: all of the header, and a sample of the proof.
#[test]
fn every_byte_counts() {
    let bytes = vector("wrapped.proof");
    for i in (0..HEADER_BYTES).chain((HEADER_BYTES..bytes.len()).step_by(23)) {
        let mut spoilt = bytes.clone();
        // Never 0; bits differ from byte to byte.
        spoilt[i] ^= 0x80 | (i % 127) as u8;
        assert!(read(&spoilt).is_err(), "byte {i} flipped, and accepted");
    }
}

#[test]
fn stages_are_told_apart() {
    let error = read_root(&vector("wrapped.proof")).unwrap_err();
    assert!(matches!(error, ProofFileError::Stage { expected: "root", got: Kind::Wrap }), "{error}");
    let error = read(&root().to_bytes()).unwrap_err();
    assert!(matches!(error, ProofFileError::Stage { expected: "wrapped", got: Kind::Tree(_) }), "{error}");
    assert!(error.is_false());
}

#[test]
fn malformed_is_told_from_false() {
    let bytes = vector("wrapped.proof");
    let with = |offset: usize, byte: u8| {
        let mut spoilt = bytes.clone();
        spoilt[HEADER_BYTES + offset] ^= byte;
        read(&spoilt).unwrap_err()
    };
    let off_curve = with(31, 1);
    assert!(matches!(off_curve, ProofFileError::Wrapped(VerifierError::OffCurve { offset: 0, .. })), "{off_curve}");
    let large = with(960, 0xff);
    assert!(matches!(large, ProofFileError::Wrapped(VerifierError::Scalar { offset: 960, .. })), "{large}");
    let refused = with(991, 1);
    assert!(matches!(refused, ProofFileError::Wrapped(VerifierError::Refused)), "{refused}");
    assert_eq!([off_curve, large, refused].map(|error| error.is_false()), [false, false, true]);
}

/// What is wrong before any key is built.
#[test]
fn a_wrap_begins_or_says_why_not() {
    let error = Wrapper::require(Profile::Fast, Memory::bytes(1 << 20)).unwrap_err();
    assert!(matches!(error, WrapError::Memory { least, .. } if least == Wrapper::memory(Profile::Fast)), "{error}");
    Wrapper::require(Profile::Proven, Memory::DEFAULT).unwrap();

    let setup = || furl_wrap::setup::Setup::insecure_dev(3).unwrap();
    let keys = WrapKeys::new(Profile::Proven, setup());
    let error = Wrapper::new(&keys).wrap(root()).unwrap_err();
    assert!(matches!(error, WrapError::Profile { expected: Profile::Proven, got: Profile::Fast }), "{error}");
    let keys = WrapKeys::new(Profile::Fast, setup());
    let stop = AtomicBool::new(true);
    let error = Wrapper::new(&keys).with_stop(&stop).wrap(root()).unwrap_err();
    assert!(matches!(error, WrapError::Stopped("the wrap's keys")), "{error}");
}
