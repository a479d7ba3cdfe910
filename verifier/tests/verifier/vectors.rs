//! The vectors that this crate and the contract share: a key, and proofs of four statements.
//!
//! `FURL_REGENERATE=1` makes them anew, and the contract of the key. Proofs are randomised: no two runs write the same ones.

use std::fs;
use std::path::PathBuf;

use furl_ledger::{Domain, L1Address};
use furl_verifier::{Error, Statement, VerifyingKey, verify};
use furl_wrap::circuit::{self, ProvingKey};
use furl_wrap::contract::generate;
use furl_wrap::key_file;
use furl_wrap::setup::Setup;
use serde_json::{Value, json};
use sha3::{Digest as _, Keccak256};

use crate::small::{K, table};

/// Who deploys the rollup in the contract's tests, as its first transaction.
const DEPLOYER: [u8; 20] = [0xf1; 20];
/// The chain of the contract's tests.
const CHAIN: u64 = 31337;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../contracts/test/vectors").join(name)
}

/// Every proof that the contract's tests take for true is true, and of no other statement of theirs.
#[test]
fn the_contracts_proofs_are_true() {
    if std::env::var_os("FURL_REGENERATE").is_some() {
        regenerate();
    }
    let vectors: Value = serde_json::from_str(&fs::read_to_string(path("small.json")).unwrap()).unwrap();
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap().trim_start_matches("0x")).unwrap();
    let key = VerifyingKey::parse(&bytes(&vectors["key"])).unwrap();
    let proofs: Vec<_> = vectors["proofs"].as_object().unwrap().values().collect();
    assert_eq!(proofs.len(), 4);
    for (i, proved) in proofs.iter().enumerate() {
        for (j, stated) in proofs.iter().enumerate() {
            let statement = Statement::parse(&bytes(&stated["statement"])).unwrap();
            let expected = if i == j { Ok(()) } else { Err(Error::Refused) };
            assert_eq!(verify(&key, &statement, &bytes(&proved["proof"])), expected, "proof {i}, statement {j}");
        }
    }
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
        let table = table(&statement);
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
