//! Golden files: `vectors/` holds one of each format, version 1. They are read for as long as there is a version 1.
//!
//! | file | what |
//! |---|---|
//! | `keys.jsonl` | the secret keys of the vectors' accounts, which everybody knows |
//! | `orders.jsonl` | the transfers of `transfers.jsonl` before they were signed |
//! | `root.proof`, `root.json` | a proof of that batch on `state.json`, and what `furl inspect` says of it |
//!
//! | `wrapped.proof`, `wrapped.json` | the same proof, wrapped under the development setup, and what `furl inspect` says of it |
//! | `wrap.key`, `calldata.json` | the key of the wrap, and the calldata of its proof |
//!
//! `FURL_REGENERATE=1 cargo test --release -p furl-rollup --test cli golden` writes all but the keys and orders anew. Do so when a
//! circuit's key has changed, and only then: the proof is then one of an older key, which is refused by name.

use std::fs;

use furl_ledger::SecretKey;
use furl_ledger::codec::{binary, json};
use serde_json::Value;

use crate::support::{Place, ROLLUP, fed, furl, in_fast, workspace};

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
    let [state, orders] = ["state.json", "orders.jsonl"].map(vector);
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
    // From a pipe: a file that everybody may read is no key's.
    let signed = fed(&["sign", "--key", "-", "--state", &state, "--orders", &orders], &read("keys.jsonl")).ok();
    assert_eq!(signed.as_bytes(), read("transfers.jsonl"));
    assert_eq!(binary::encode(&transfers), read("transfers.bin"));
}

/// What a proof file says, without its name.
fn inspected(name: &str) -> Value {
    let mut report = furl(&["inspect", &vector(name), "--json"]).json();
    report.as_object_mut().expect("a report is an object").remove("proof");
    report
}

/// The root, and then the wrap of it.
#[test]
fn the_proofs_are_read() {
    the_root_is_read();
    the_wrapped_proof_is_read();
}

fn the_wrapped_proof_is_read() {
    let [root, proof, key] = ["root.proof", "wrapped.proof", "wrap.key"].map(vector);
    let place = Place::new();
    regenerated("wrapped.proof", || {
        let out = place.at("proof");
        in_fast(&["wrap", &root, "--insecure-dev", "--out", &out]).ok();
        fs::read(out).unwrap()
    });
    regenerated("wrap.key", || {
        let out = place.at("key");
        in_fast(&["export", "vk", "--insecure-dev", "--out", &out]).ok();
        fs::read(out).unwrap()
    });
    let calldata = |call: &str| furl(&["export", "calldata", &proof, "--call", call]).ok().trim_end().to_owned();
    let both = || serde_json::json!({ "submit": calldata("submit"), "verify": calldata("verify") });
    regenerated("wrapped.json", || format!("{:#}\n", inspected("wrapped.proof")).into_bytes());
    regenerated("calldata.json", || format!("{:#}\n", both()).into_bytes());

    let json = |name: &str| serde_json::from_slice::<Value>(&read(name)).unwrap();
    assert_eq!((inspected("wrapped.proof"), both()), (json("wrapped.json"), json("calldata.json")));
    assert_eq!(json("wrapped.json")["statement"], json("root.json")["statement"], "it says what the root says");
    // Whatever this program's own key is by now: the proof is true for the key beside it.
    let verified = in_fast(&["verify", &proof, "--key", &key, "--insecure-dev", "--json"]).json();
    assert_eq!((&verified["verified"], &verified["insecure"]), (&true.into(), &true.into()));
    let run = in_fast(&["verify", &proof, "--insecure-dev"]);
    if read("wrap.key") == furl_prover::WrapKey::insecure_dev(furl_prover::Profile::Fast).to_bytes() {
        assert!(run.ok().starts_with("VERIFIED, AND INSECURE"));
    } else {
        run.fails(1, &["is false", "not for this circuit (wrap, fast)"]);
    }
}

fn the_root_is_read() {
    let [state, transfers, proof] = ["state.json", "transfers.jsonl", "root.proof"].map(vector);
    let batch = ["--state", &state, "--transfers", &transfers];
    regenerated("root.proof", || {
        let place = Place::new();
        let out = place.at("proof");
        furl(&[&["prove", "--stage=root", "--profile", "fast", "--out", &out][..], &batch].concat()).ok();
        fs::read(out).unwrap()
    });
    regenerated("root.json", || format!("{:#}\n", inspected("root.proof")).into_bytes());

    let golden: Value = serde_json::from_slice(&read("root.json")).unwrap();
    assert_eq!(inspected("root.proof"), golden);
    let statement: Value = serde_json::from_slice(&read("statement.json")).unwrap();
    assert_eq!(golden["statement"], statement["statement"], "it is a proof of the vectors' batch");

    // True under its own key; under a later one refused by name, and not as malformed.
    let run = in_fast(&[&["verify", &proof][..], &batch].concat());
    let today = furl(&["inspect", &ROLLUP.at("proof"), "--json"]).json();
    if golden["key"] == today["key"] {
        assert!(run.ok().starts_with("VERIFIED"));
    } else {
        run.fails(1, &["is false", "not for this circuit (root-2, fast)", golden["key"].as_str().unwrap()]);
    }
}
