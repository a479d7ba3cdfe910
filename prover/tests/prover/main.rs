//! The proof file: what is proved is read back, and nothing else is.

use std::sync::OnceLock;

use furl_engine::{Backend, Times};
use furl_ledger::{
    Amount, Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Owner, SecretKey, SlotIndex, Token, Transfer,
};
use furl_prover::proof::{HEADER_BYTES, VERSION};
use furl_prover::prover::ProveError;
use furl_prover::{Envelope, Keys, Leaf, LeafSize, Profile, Proof, ProofFileError, Prover, Trace};
use plonky2::iop::generator::generate_partial_witness;
use plonky2::plonk::prover::prove_with_partition_witness;
use plonky2::util::timing::TimingTree;

/// A trace of `count` transfers between two slots.
fn trace(count: u32) -> Trace {
    let domain = Domain::of(31337, &L1Address::default());
    let secret = SecretKey::derive(&[3; 32], "furl/test/prover", 0);
    let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::default() };
    let mut ledger = Ledger::new();
    let [from, to] = [5, 6].map(|i| SlotIndex::new(i).unwrap());
    ledger.create(from, owner.clone(), Token::new(1), Amount::new(1_000_000).unwrap()).unwrap();
    ledger.create(to, owner, Token::new(1), Amount::ZERO).unwrap();
    let nothing = FeeCode::ZERO;
    let transfers: Vec<_> = (0..count)
        .map(|n| Transfer {
            from,
            to,
            amount: Amount::new(7).unwrap(),
            fee: nothing,
            nonce: n.into(),
            expiry: Expiry::MAX,
        })
        .map(|transfer| transfer.sign(&domain, &secret))
        .collect();
    ledger.apply(&Batch::first(domain), &transfers).unwrap()
}

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(Keys::new)
}

fn proof() -> &'static Proof<Leaf> {
    static PROOF: OnceLock<Proof<Leaf>> = OnceLock::new();
    PROOF.get_or_init(|| Prover::new(keys(), Profile::Fast).prove(&trace(3)).unwrap())
}

fn read(bytes: &[u8]) -> Result<Proof<Leaf>, ProofFileError> {
    Envelope::parse(bytes)?.verify(keys())
}

/// The engine's own tests have circuits of plonky2's gates; this one has ours.
#[test]
fn the_engine_sends_plonky2s_messages_for_a_leaf() {
    let circuit = keys().leaf(Profile::Fast, LeafSize::SMALLEST);
    let data = circuit.data();
    let witness = generate_partial_witness(circuit.witness(&trace(5)).unwrap(), &data.prover_only, &data.common);
    let witness = witness.unwrap();
    let ours = furl_engine::prove_witness(Backend::detect(), data, &witness, &mut Times::default()).unwrap().proof;
    let theirs = prove_with_partition_witness(&data.prover_only, &data.common, witness, &mut TimingTree::default());
    let theirs = theirs.unwrap().proof;
    assert_eq!(ours.wires_cap, theirs.wires_cap);
    assert_eq!(ours.plonk_zs_partial_products_cap, theirs.plonk_zs_partial_products_cap);
    assert_eq!(ours.quotient_polys_cap, theirs.quotient_polys_cap);
    assert_eq!(ours.openings, theirs.openings);
    assert_eq!(ours.opening_proof.final_poly, theirs.opening_proof.final_poly);
}

#[test]
fn what_is_written_is_read_back() {
    let bytes = proof().to_bytes();
    let read = read(&bytes).unwrap();
    assert_eq!(&read, proof());
    assert_eq!(read.statement(), trace(3).statement());
    assert_eq!(read.to_bytes(), bytes);
    assert_eq!(Envelope::parse(&bytes).unwrap().size, LeafSize::SMALLEST);
}

/// Flips the bytes at `positions`, each in turn and in a way of its own, and expects each file to be refused.
fn flipped(positions: impl Iterator<Item = usize>) {
    let bytes = proof().to_bytes();
    for i in positions {
        let mut spoilt = bytes.clone();
        // Never 0; bits differ from byte to byte. The size byte is spoilt beyond all sizes, so that no other circuit need be built.
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
    bytes[8] += 1;
    assert!(matches!(read(&bytes), Err(ProofFileError::Version { got }) if got == VERSION + 1));
    let error = read(b"{\"proof\": \"of something else\"}").unwrap_err();
    assert!(matches!(error, ProofFileError::Foreign(_)), "{error}");
}

#[test]
fn another_profile_or_size_is_another_key() {
    for (byte, value) in [(11, Profile::Proven.id()), (12, 14)] {
        let mut bytes = proof().to_bytes();
        bytes[byte] = value;
        let error = read(&bytes).unwrap_err();
        assert!(matches!(error, ProofFileError::Key { .. }), "{error}");
        assert!(error.is_false());
    }
}

#[test]
fn a_weaker_profile_than_demanded_is_named() {
    let parse = || Envelope::parse(&proof().to_bytes()).unwrap();
    assert!(parse().require(Profile::Fast).is_ok());
    let error = parse().require(Profile::Proven).unwrap_err();
    assert!(matches!(error, ProofFileError::Weak { least: Profile::Proven, got: Profile::Fast }), "{error}");
}

#[test]
fn another_statement_is_false() {
    let other = trace(4).statement().clone();
    let mut bytes = proof().to_bytes();
    bytes[45..45 + other.to_bytes().len()].copy_from_slice(&other.to_bytes());
    let error = read(&bytes).unwrap_err();
    assert!(matches!(error, ProofFileError::False(_)), "{error}");
}

#[test]
fn a_batch_beyond_one_leaf_is_refused_by_name() {
    let error = Prover::new(keys(), Profile::Fast).with_size(LeafSize::SMALLEST).prove(&trace(61)).unwrap_err();
    assert!(matches!(error, ProveError::TooLarge { transfers: 61, most: 60 }), "{error}");
    let most = LeafSize::PRODUCTION.transfers();
    assert_eq!(most, 512);
    assert!(Prover::new(keys(), Profile::Fast).size_for(most).is_ok());
    let error = Prover::new(keys(), Profile::Fast).prove(&trace(513)).unwrap_err();
    assert!(matches!(error, ProveError::TooLarge { transfers: 513, most: 512 }), "{error}");
}
