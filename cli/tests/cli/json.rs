//! `--json`: one object on stdout, whatever happens.

use std::fs;

use crate::support::{Place, ROLLUP, furl, in_fast, workspace};

#[test]
fn demo() {
    let report = furl(&["demo", "--transfers", "20", "--json"]).json();
    assert_eq!((&report["transfers"], &report["accounts"]), (&20.into(), &32.into()));
    assert_eq!((&report["profile"], &report["accepted"]), (&"fast".into(), &true.into()));
    assert!(report["refused"]["why"].is_string() && report["seconds"]["leaves"].is_f64());
    assert_ne!(report["old_root"], report["new_root"]);
    let layer1 = &report["layer1"];
    assert_eq!((&layer1["root"], &layer1["batch"]), (&report["new_root"], &1.into()));
    assert_eq!(layer1["twice"], "OldBatch: the last batch is 1, the claim is of batch 1");
    assert!(layer1["spoiled"].is_string());
    let gas = layer1["submit"]["gas"].as_u64().unwrap();
    assert!((300_000..400_000).contains(&gas), "{gas}");
}

#[test]
fn security() {
    let report = furl(&["security", "--leaf", "13", "--json"]).json();
    let [fast, proven] = &report["profiles"].as_array().unwrap()[..] else { panic!("two profiles: {report}") };
    assert!(fast["report"]["bits"].as_f64().unwrap() >= 57.0 && proven["report"]["bits"].as_f64().unwrap() >= 86.0);
    for report in [&fast["report"], &proven["report"]] {
        assert!(report["dkt_bits"].as_f64() >= report["bits"].as_f64() && report["relied_on"].is_string(), "{report}");
    }
    let text = furl(&["security", "--leaf", "13", "--profile", "fast"]).ok();
    assert!(text.starts_with("profile fast: at least 57 proven bits promised, and kept\n"), "{text}");
    assert!(text.contains("ceiling: Poseidon-Goldilocks"), "{text}");
    assert!(text.contains("eprint 2026/2056") && text.contains("\nwith DKT: "), "{text}");
}

#[test]
fn keys_transfers_tables_and_proofs() {
    let place = Place::new();
    let (key, lines) = (place.at("key"), place.at("lines"));
    let made = furl(&["keygen", "--out", &key, "--json"]).json();
    assert!(made["public"].as_str().unwrap().starts_with("0x") && made.get("secret").is_none());

    let order = ["sign", "--key", &key, "--from", "0", "--to", "1", "--amount", "5", "--nonce", "0", "--expiry", "9"];
    let domain = ["--domain", &format!("0x{}", "03".repeat(32)), "--json"];
    assert_eq!(furl(&[&order[..], &domain].concat()).json()["amount"], "5");
    let appended = furl(&[&order[..], &domain, &["--append", &lines]].concat()).json();
    assert_eq!(appended["appended_to"], lines);

    let imported =
        furl(&["import", &workspace("examples/mainnet-17173049.csv"), "--out", &place.at("run"), "--json"]).json();
    assert_eq!(imported["report"]["transfers"], 279);

    let proof = ROLLUP.at("proof");
    let inspected = furl(&["inspect", &proof, "--json"]).json();
    assert_eq!((&inspected["verified"], &inspected["statement"]["count"]), (&false.into(), &3.into()));
    let verified = in_fast(&["--json", "verify", &proof, "--state", &ROLLUP.at("state.json")]).json();
    assert_eq!((&verified["verified"], &verified["state"]), (&true.into(), &"matches".into()));
    assert_eq!((&verified["transfers"], &verified["key"]), (&"not_checked".into(), &inspected["key"]));
}

#[test]
fn prove() {
    let place = ROLLUP.copy();
    let [state, transfers] = ["state.json", "batch.jsonl"].map(|name| place.at(name));
    let [out, next] = ["out", "next"].map(|name| place.put(name, "old"));
    let arguments =
        ["prove", "--stage=root", "--state", &state, "--transfers", &transfers, "--out", &out, "--state-out", &next];
    // Without a profile: the one for deployments.
    let report = furl(&[&arguments[..], &["--force", "--threads", "1", "--json"]].concat()).json();
    assert_eq!((&report["profile"], &report["proven_bits"]), (&"proven".into(), &86.0.into()));
    assert_eq!((&report["leaf_rows"], &report["statement"]["count"]), (&13.into(), &3.into()));
    assert_eq!(furl(&["verify", &out, "--json"]).json()["profile"], "proven");
    assert_eq!(fs::read(&next).unwrap(), ROLLUP.read("next.json"), "no profile and no thread moves the state");
    assert_eq!(place.names(), ["batch.jsonl", "next", "out", "state.json"]);
}

#[test]
fn failures() {
    let place = Place::new();
    let absent = place.at("absent");
    let run = furl(&["verify", &absent, "--json"]);
    assert_eq!(run.code, Some(66));
    let error = &run.json()["error"];
    assert_eq!((&error["exit"], &error["name"]), (&66.into(), &"unreadable".into()));
    assert!(error["message"].as_str().unwrap().contains(&absent) && error["detail"].is_string());
    let foreign = place.put("foreign", "hello, this is no proof");
    assert_eq!(furl(&["verify", &foreign, "--json"]).json()["error"]["name"], "refused");
    assert_eq!(furl(&["verify", "--json"]).json()["error"]["exit"], 2);
}
