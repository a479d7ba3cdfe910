//! The contract that is committed is the one that its key generates; what is no key has none.
//!
//! `FURL_REGENERATE=1` makes the proofs anew that the contract's own tests read, and the contract. Proofs are randomised: no two runs write
//! the same ones.

use std::fs;
use std::path::PathBuf;

use furl_ledger::{Domain, L1Address};
use furl_wrap::circuit::{self, ProvingKey, Recorder};
use furl_wrap::contract::{ContractError, generate};
use furl_wrap::key_file;
use furl_wrap::machine::Machine;
use furl_wrap::setup::Setup;
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field;
use serde_json::{Value, json};
use sha3::{Digest as _, Keccak256};

const K: u32 = 17;
/// Who deploys the rollup in the contract's tests, as its first transaction.
const DEPLOYER: [u8; 20] = [0xf1; 20];
/// The chain of the contract's tests.
const CHAIN: u64 = 31337;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../contracts/test/vectors").join(name)
}

fn vectors() -> Value {
    serde_json::from_str(&fs::read_to_string(path("small.json")).unwrap()).unwrap()
}

fn committed_key() -> [u8; key_file::BYTES] {
    let vectors = vectors();
    let text = vectors["key"].as_str().unwrap().trim_start_matches("0x");
    hex::decode(text).unwrap().try_into().unwrap()
}

#[test]
fn the_committed_contract_is_what_its_key_generates() {
    if std::env::var_os("FURL_REGENERATE").is_some() {
        regenerate();
    }
    let contract = generate(&committed_key()).unwrap();
    assert!(contract == fs::read_to_string(path("FurlVerifier.sol")).unwrap(), "FURL_REGENERATE=1 writes it anew");
    assert!(contract.contains("bool public constant INSECURE = true;"));
}

#[test]
fn the_setup_is_recognised_and_not_believed() {
    let mut key = committed_key();
    key[12] = 0;
    let contract = generate(&key).unwrap();
    assert!(contract.contains("bool public constant INSECURE = true;"));
    assert!(contract.contains("@notice INSECURE"));
}

/// Each word of the key is in the contract: with another, it is another contract, or no key.
#[test]
fn what_is_no_key_has_no_contract() {
    let with = |offset: usize, value: u8| {
        let mut key = committed_key();
        key[offset] = value;
        generate(&key)
    };
    let header = |offset, value| assert_eq!(with(offset, value), Err(ContractError::Header));
    header(0, b'f');
    header(8, 2);
    header(12, 2);
    header(13, 1);
    header(31, 1);
    assert_eq!(with(16, 16), Err(ContractError::Rows(16)));
    assert_eq!(with(16, 29), Err(ContractError::Rows(29)));
    for offset in (32..key_file::BYTES).step_by(32) {
        assert_eq!(with(offset, 0xff), Err(ContractError::Number(offset)));
        let mut key = committed_key();
        key[offset + 31] ^= 1;
        let expected = match offset {
            32 => None,
            768.. => Some(ContractError::OffCurve(768)),
            _ => Some(ContractError::OffCurve(offset - offset % 64)),
        };
        assert_eq!(generate(&key).err(), expected, "word at {offset}");
    }
    let mut key = committed_key();
    key[63] ^= 1;
    assert_ne!(generate(&key), generate(&committed_key()));
}

/// The public scalars of a statement.
fn scalars(statement: &[u8]) -> Vec<Fr> {
    let number =
        |piece: &[u8]| piece.iter().rev().fold(Fr::ZERO, |sum, byte| sum * Fr::from(256) + Fr::from(u64::from(*byte)));
    statement.chunks(24).map(number).collect()
}

/// Publishes the statement, and does some of everything.
fn program(m: &mut Recorder, publics: &[Fr]) {
    let zero = m.constant(Fr::ZERO);
    let cells: Vec<_> = publics.iter().map(|scalar| m.witness(*scalar)).collect();
    cells.iter().enumerate().for_each(|(index, cell)| m.assert_public(index, *cell));
    let mut state = [zero; 4];
    for absorbed in cells.chunks_exact(3) {
        state = m.permute(state, [absorbed[0], absorbed[1], absorbed[2]]);
    }
    let small = m.witness(Fr::from(77));
    m.assert_80_bits(small);
    let packed = m.assert_canonical(small, state[0], Fr::from(1 << 32));
    let sum = m.multiply_add(packed, small, Fr::from(5), cells[0], Fr::from(9));
    m.assert_equal(sum, sum);
}

/// A digest that is canonical, and different for each name.
fn digest(name: u8) -> [u8; 32] {
    std::array::from_fn(|i| name + i as u8)
}

/// The address of a deployer's first contract.
fn rollup() -> L1Address {
    let preimage = [&[0xd6, 0x94][..], &DEPLOYER, &[0x80]].concat();
    format!("0x{}", hex::encode(&Keccak256::digest(preimage)[12..])).parse().unwrap()
}

fn statement(chain: u64, batch: u32, old: u8, new: u8) -> Vec<u8> {
    let domain = Domain::of(chain, &rollup()).separator().to_bytes();
    let mut bytes = Vec::new();
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(domain);
    bytes.extend(batch.to_le_bytes());
    bytes.extend(digest(old));
    bytes.extend(digest(new));
    bytes.extend((1000 + batch).to_le_bytes());
    bytes.extend(digest(0x80));
    bytes.extend(furl_ledger::data::start().to_bytes());
    bytes.extend(digest(0xa0));
    bytes
}

fn regenerate() {
    let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let setup = Setup::insecure_dev(K).unwrap();
    let mut key: Option<ProvingKey> = None;
    let mut proofs = serde_json::Map::new();
    for (name, statement) in [
        ("first", statement(CHAIN, 1, 0, 1)),
        ("second", statement(CHAIN, 2, 1, 2)),
        ("skipping", statement(CHAIN, 2, 0, 2)),
        ("foreign", statement(1, 1, 0, 1)),
    ] {
        let publics = scalars(&statement);
        let mut recorder = Recorder::new(publics.len());
        program(&mut recorder, &publics);
        let table = recorder.finish(K).unwrap();
        let key = key.get_or_insert_with(|| ProvingKey::new(setup.params(), &table).unwrap());
        let proof = circuit::prove(setup.params(), key, table).unwrap();
        proofs.insert(name.into(), json!({ "statement": hex(&statement), "proof": hex(&proof) }));
    }
    let key = key_file::encode(key.unwrap().verifying(), &setup).unwrap();
    let domain = Domain::of(CHAIN, &rollup());
    let vectors = json!({
        "deployer": hex(&DEPLOYER),
        "rollup": rollup().to_string(),
        "domain": domain.to_string(),
        "key": hex(&key),
        "proofs": proofs,
    });
    fs::create_dir_all(path("")).unwrap();
    fs::write(path("small.json"), serde_json::to_string_pretty(&vectors).unwrap() + "\n").unwrap();
    fs::write(path("FurlVerifier.sol"), generate(&key).unwrap()).unwrap();
}
