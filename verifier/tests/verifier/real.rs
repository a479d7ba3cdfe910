//! The vectors of the real wrap that this crate and the contracts' tests share: two batches in a chain, of either profile, proved and
//! wrapped under the development setup, for the deployment that a local node's first account makes with its first two transactions.
//!
//! `FURL_REGENERATE=1 cargo test --release -p furl-verifier --test verifier real` makes them anew (minutes; one profile: `real::fast`).
//! The committed keys come first, by the command `costs`. Proofs are randomised: no two runs write the same ones.

use std::fs;
use std::path::PathBuf;

use furl_circuits::profile::Profile;
use furl_ledger::{
    Amount, Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Nonce, Owner, SecretKey, SlotIndex, Token, Trace,
    Transfer,
};
use furl_prover::{Keys, Prover};
use furl_verifier::{Error, Statement, VerifyingKey, verify};
use furl_wrap::key_file;
use furl_wrap::setup::Setup;
use furl_wrap::wrap::{Wrap, k};
use serde_json::{Map, Value, json};
use sha3::{Digest as _, Keccak256};

/// Who deploys, by its first transaction the verifier and by its second the rollup: the first account of local nodes.
const DEPLOYER: [u8; 20] = [
    0xf3, 0x9f, 0xd6, 0xe5, 0x1a, 0xad, 0x88, 0xf6, 0xf4, 0xce, 0x6a, 0xb8, 0x82, 0x72, 0x79, 0xcf, 0xff, 0xb9, 0x22,
    0x66,
];
/// The chain of local nodes, and of the contracts' tests.
const CHAIN: u64 = 31_337;
/// The batches, in their order.
const NAMES: [&str; 2] = ["first", "second"];

fn path(profile: Profile) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../contracts/test/vectors/{profile}.json"))
}

/// The address of the contract that the deployer makes with one of its first transactions.
fn deployed(nonce: u8) -> L1Address {
    // A list of 22 bytes: 20, and a number, of which zero is written as no bytes at all.
    let nonce = if nonce == 0 { 0x80 } else { nonce };
    let preimage = [&[0xd6, 0x94][..], &DEPLOYER, &[nonce]].concat();
    L1Address::new(Keccak256::digest(preimage)[12..].try_into().unwrap())
}

fn domain() -> Domain {
    Domain::of(CHAIN, &deployed(1))
}

/// Two owners, a slot each; one transfer, then one there and one back.
fn traces() -> [Trace; 2] {
    let domain = domain();
    let slots = [5, 1 << 20].map(|index| SlotIndex::new(index).unwrap());
    let secrets = [0, 1].map(|i| SecretKey::derive(&[3; 32], "furl/test/wrap", i));
    let mut ledger = Ledger::new();
    for (slot, secret) in slots.into_iter().zip(&secrets) {
        let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::new(DEPLOYER) };
        ledger.create(slot, owner, Token::new(1), Amount::new(1_000).unwrap()).unwrap();
    }
    let transfer = |from: usize, amount, nonce| {
        let transfer = Transfer {
            from: slots[from],
            to: slots[1 - from],
            amount: Amount::new(amount).unwrap(),
            fee: FeeCode::ZERO,
            nonce: Nonce::new(nonce),
            expiry: Expiry::MAX,
        };
        transfer.sign(&domain, &secrets[from])
    };
    let first = Batch::first(domain);
    let second = first.next().unwrap();
    let one = ledger.apply(&first, &[transfer(0, 7, 0)]).unwrap();
    let two = ledger.apply(&second, &[transfer(1, 1_007, 0), transfer(0, 500, 1)]).unwrap();
    [one, two]
}

fn regenerate(profile: Profile) {
    let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let traces = traces();
    let roots = {
        let keys = Keys::new();
        let prover = Prover::new(&keys, profile);
        traces.each_ref().map(|trace| prover.prove(trace).unwrap())
    };
    let setup = Setup::insecure_dev(k(profile)).unwrap();
    let wrap = Wrap::build(profile, &setup).unwrap();
    let mut proofs = Map::new();
    for ((name, trace), root) in NAMES.into_iter().zip(&traces).zip(&roots) {
        let statement = trace.statement();
        let proof = wrap.prove(&setup, statement, root.inner()).unwrap();
        proofs.insert(name.into(), json!({ "statement": hex(&statement.to_bytes()), "proof": hex(&proof) }));
    }
    let vectors = json!({
        "chain": CHAIN,
        "deployer": hex(&DEPLOYER),
        "verifier": deployed(0).to_string(),
        "rollup": deployed(1).to_string(),
        "domain": domain().to_string(),
        "key": hex(&key_file::encode(wrap.verifying(), &setup).unwrap()),
        "proofs": proofs,
    });
    fs::write(path(profile), serde_json::to_string_pretty(&vectors).unwrap() + "\n").unwrap();
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap().trim_start_matches("0x")).unwrap()
}

/// Every proof that the contracts' tests take for true is true under the committed key of its profile, and of no other statement.
fn are_true(profile: Profile) {
    if std::env::var_os("FURL_REGENERATE").is_some() {
        regenerate(profile);
    }
    let vectors: Value = serde_json::from_str(&fs::read_to_string(path(profile)).unwrap()).unwrap();
    assert!(bytes(&vectors["key"]) == key_file::committed(profile), "the key is not the committed one");
    let keys = Profile::ALL.map(|profile| (profile, VerifyingKey::parse(key_file::committed(profile)).unwrap()));
    let proofs = NAMES.map(|name| &vectors["proofs"][name]);
    for (i, proved) in proofs.iter().enumerate() {
        for (j, (stated, trace)) in proofs.iter().zip(traces()).enumerate() {
            let statement = bytes(&stated["statement"]);
            assert_eq!(statement, trace.statement().to_bytes(), "statement {j}");
            let statement = Statement::parse(&statement).unwrap();
            for (of, key) in &keys {
                let expected = if (i, *of) == (j, profile) { Ok(()) } else { Err(Error::Refused) };
                let got = verify(key, &statement, &bytes(&proved["proof"]));
                assert_eq!(got, expected, "proof {i}, statement {j}, key of {of}");
            }
        }
    }
}

#[test]
fn fast() {
    are_true(Profile::Fast);
}

#[test]
fn proven() {
    are_true(Profile::Proven);
}
