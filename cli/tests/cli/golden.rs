//! Golden files: `vectors/` holds one of each format, version 1. They are read for as long as there is a version 1.
//!
//! | file | what |
//! |---|---|
//! | `keys.jsonl` | the secret keys of the vectors' accounts, which everybody knows |
//! | `orders.jsonl` | the transfers of `transfers.jsonl` before they were signed |
//! | `root.proof`, `root.json` | a proof of that batch on `state.json`, and what `furl inspect` says of it |
//!
//! `FURL_REGENERATE=1 cargo test --release -p furl-rollup --test cli golden` writes the last two anew. Do so when the
//! circuit's key has changed, and only then: the proof is then one of an older key, which is refused by name.

use std::fs;

use furl_ledger::SecretKey;
use furl_ledger::codec::{binary, json};
use serde_json::Value;

use crate::support::{Place, ROLLUP, furl, workspace};

fn vector(name: &str) -> String {
    workspace(&format!("vectors/{name}"))
}

fn read(name: &str) -> Vec<u8> {
    fs::read(vector(name)).unwrap_or_else(|error| panic!("vectors/{name}: {error}"))
}

/// Writes a vector anew, if that is wanted.
fn regenerated(name: &str, content: impl FnOnce() -> Vec<u8>) {
    if std::env::var_os("FURL_REGENERATE").is_some() {
        fs::write(vector(name), content()).expect("the workspace can be written to");
    }
}

/// State, keys and orders give the signed transfers, to the byte.
#[test]
fn orders_are_signed_to_the_byte() {
    let [keys, state, orders] = ["keys.jsonl", "state.json", "orders.jsonl"].map(vector);
    let transfers = json::decode(&read("transfers.jsonl")).unwrap();
    regenerated("orders.jsonl", || {
        let lines = transfers.iter().map(|signed| json::encode_order(&signed.transfer) + "\n");
        lines.collect::<String>().into_bytes()
    });
    regenerated("keys.jsonl", || {
        let keys = (0..4).map(|number| SecretKey::derive(&[0x42; 32], "furl/vectors", number));
        let line = |key: SecretKey| {
            let secret = furl_ledger::encoding::to_hex(&*key.to_bytes());
            let public = key.public_key();
            format!("{{\"format\":\"furl-key\",\"version\":1,\"secret\":\"{secret}\",\"public\":\"{public}\"}}\n")
        };
        keys.map(line).collect::<String>().into_bytes()
    });
    let signed = furl(&["sign", "--key", &keys, "--state", &state, "--orders", &orders]).ok();
    assert_eq!(signed.as_bytes(), read("transfers.jsonl"));
    assert_eq!(binary::encode(&transfers), read("transfers.bin"));
}

/// What the proof file says, without its name.
fn inspected() -> Value {
    let mut report = furl(&["inspect", &vector("root.proof"), "--json"]).json();
    report.as_object_mut().expect("a report is an object").remove("proof");
    report
}

#[test]
fn the_proof_is_read() {
    let [state, transfers, proof] = ["state.json", "transfers.jsonl", "root.proof"].map(vector);
    let batch = ["--state", &state, "--transfers", &transfers];
    regenerated("root.proof", || {
        let place = Place::new();
        let out = place.at("proof");
        furl(&[&["prove", "--profile", "fast", "--out", &out][..], &batch].concat()).ok();
        fs::read(out).unwrap()
    });
    regenerated("root.json", || format!("{:#}\n", inspected()).into_bytes());

    let golden: Value = serde_json::from_slice(&read("root.json")).unwrap();
    assert_eq!(inspected(), golden);
    let statement: Value = serde_json::from_slice(&read("statement.json")).unwrap();
    assert_eq!(golden["statement"], statement["statement"], "it is a proof of the vectors' batch");

    // True under its own key; under a later one refused by name, and not as malformed.
    let run = furl(&[&["verify", &proof][..], &batch].concat());
    let today = furl(&["inspect", &ROLLUP.at("proof"), "--json"]).json();
    if golden["key"] == today["key"] {
        assert!(run.ok().starts_with("VERIFIED"));
    } else {
        run.fails(1, &["is false", "not for this circuit (root-2, fast)", golden["key"].as_str().unwrap()]);
    }
}
