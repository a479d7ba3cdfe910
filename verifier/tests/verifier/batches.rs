//! A batch of one transfer, all the way: executed, proved, aggregated, proved anew, wrapped, and checked by the native verifier.

use std::fs;
use std::time::Instant;

use furl_circuits::profile::Profile;
use furl_ledger::{
    Amount, Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Owner, SecretKey, SlotIndex, Token, Trace, Transfer,
};
use furl_prover::{Keys, Prover};
use furl_wrap::key_file;
use furl_wrap::setup::Setup;
use furl_wrap::wrap::{Wrap, k};

/// One transfer of somebody to himself.
fn trace() -> Trace {
    let domain = Domain::of(31337, &L1Address::default());
    let secret = SecretKey::derive(&[3; 32], "furl/test/wrap", 0);
    let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::default() };
    let slot = SlotIndex::new(5).unwrap();
    let mut ledger = Ledger::new();
    ledger.create(slot, owner, Token::new(1), Amount::new(1_000).unwrap()).unwrap();
    let (amount, fee) = (Amount::new(7).unwrap(), FeeCode::ZERO);
    let transfer = Transfer { from: slot, to: slot, amount, fee, nonce: 0.into(), expiry: Expiry::MAX };
    ledger.apply(&Batch::first(domain), &[transfer.sign(&domain, &secret)]).unwrap()
}

/// The most memory that this process had, in MiB.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    peak.trim().to_owned()
}

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    println!("{what}: {:.2} s, peak {}", start.elapsed().as_secs_f64(), peak());
    result
}

fn reaches_layer_one(profile: Profile) {
    let trace = trace();
    let statement = trace.statement();
    let setup = timed("setup", || Setup::insecure_dev(k(profile)).unwrap());
    let root = {
        let keys = Keys::new();
        timed("root", || Prover::new(&keys, profile).prove(&trace).unwrap())
    };
    let wrap = timed("keys", || Wrap::build(profile, &setup).unwrap());
    let last = timed("last proof", || wrap.last().prove(root.inner()).unwrap());
    let proof = timed("wrap", || wrap.prove_last(&setup, statement, &last).unwrap());

    let key = key_file::encode(wrap.verifying(), &setup).unwrap();
    assert!(key == *key_file::committed(profile), "the committed key is another");
    let key = furl_verifier::VerifyingKey::parse(&key).unwrap();
    let parsed = furl_verifier::Statement::parse(&statement.to_bytes()).unwrap();
    timed("native verification", || furl_verifier::verify(&key, &parsed, &proof).unwrap());
    for i in 0..furl_verifier::Statement::BYTES {
        let mut other = statement.to_bytes();
        other[i] ^= 1;
        let refused = furl_verifier::Statement::parse(&other)
            .and_then(|statement| furl_verifier::verify(&key, &statement, &proof))
            .is_err();
        assert!(refused, "byte {i} of the statement");
    }
}

#[test]
#[ignore = "slow: a minute or two"]
fn a_batch_in_fast() {
    reaches_layer_one(Profile::Fast);
}

#[test]
#[ignore = "slow: minutes"]
fn a_batch_in_proven() {
    reaches_layer_one(Profile::Proven);
}
