//! Every exit code, by what causes it. (0, 1, 2, 74 and 130 have files of their own; 70
//! is tested where panics are caught.)

use std::fs;
use std::process::Command;

use furl_ledger::codec::json;
use furl_ledger::{BatchNumber, Ledger, State};

use crate::support::{Place, ROLLUP, batch, finish, furl, in_fast, stranger};

/// Proves the state and batch of a place.
fn prove(place: &Place, more: &[&str]) -> crate::support::Run {
    let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    let arguments =
        ["prove", "--stage=root", "--state", &state, "--transfers", &transfers, "--out", &out, "--profile", "fast"];
    furl(&[&arguments[..], more].concat())
}

/// After a failure, a place holds what it held before.
#[track_caller]
fn nothing_is_written(place: &Place) {
    assert_eq!(place.names(), ["batch.jsonl", "state.json"]);
}

#[test]
fn malformed_files_are_named_with_the_place() {
    let place = ROLLUP.copy();
    let good = String::from_utf8(ROLLUP.read("batch.jsonl")).unwrap();
    let line = good.lines().next().unwrap();
    let mut lines = vec![line; 40];
    let bad = line.replace("\"fee\":259", "\"fee\":1024");
    assert_ne!(bad, line);
    lines[28] = &bad;
    let transfers = place.put("batch.jsonl", lines.join("\n"));
    prove(&place, &[]).fails(65, &[&transfers, "line 29", "fee code must be below 1024, got 1024"]);
    place.put("batch.jsonl", format!("{good}\n"));
    prove(&place, &[]).fails(65, &["line 4"]);

    let state = String::from_utf8(ROLLUP.read("state.json")).unwrap();
    place.put("batch.jsonl", &good);
    let path = place.put("state.json", state.replace("\"slot\":1,", "\"slot\":0,"));
    prove(&place, &[]).fails(65, &[&path, "slot 0 comes after slot 0"]);
    place.put("state.json", state.replace("\"1000\"", "\"4611686018427387904\""));
    prove(&place, &[]).fails(65, &["must be below 4611686018427387904"]);
    let supply = state.replace("\"1000\"", "\"4611686018427387903\"").replace("\"balance\":\"0\"", "\"balance\":\"1\"");
    place.put("state.json", supply);
    prove(&place, &[]).fails(65, &["would not stay below 2^62"]);
    nothing_is_written(&place);
}

#[test]
fn unreadable_files_are_named() {
    let place = Place::new();
    let absent = place.at("absent");
    furl(&["verify", &absent]).fails(66, &[&absent, "cannot be read"]);
    furl(&["inspect", &place.at("")]).fails(66, &["cannot be read"]);
    furl(&["import", &absent, "--out", &place.at("run")]).fails(66, &[&absent]);
    prove(&place, &[]).fails(66, &["state.json"]);
    let proof = ROLLUP.at("proof");
    in_fast(&["verify", &proof, "--state", &absent]).fails(66, &[&absent]);
    in_fast(&["verify", &proof, "--transfers", &absent]).fails(66, &[&absent]);
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn a_batch_that_breaks_a_rule_is_refused_by_name() {
    let place = ROLLUP.copy();
    let good = String::from_utf8(ROLLUP.read("batch.jsonl")).unwrap();
    let [first, second, third] = good.lines().collect::<Vec<_>>()[..] else { panic!("three transfers") };
    let path = place.put("batch.jsonl", [first, third, second, second].join("\n"));
    prove(&place, &[]).fails(67, &[&path, "line 4", "transfer 3 breaks T2: expected nonce 2, got 1"]);
    place.put("batch.jsonl", third);
    prove(&place, &[]).fails(67, &["line 1", "transfer 0 breaks T3: the sender holds 0"]);
    let mut forged = json::decode(good.as_bytes()).unwrap();
    forged[1] = forged[1].transfer.sign(&forged[1].domain, &stranger());
    place.put("batch.jsonl", json::encode(&forged));
    prove(&place, &[]).fails(67, &["line 2", "transfer 1 breaks T1"]);
    nothing_is_written(&place);
}

#[test]
fn an_empty_batch_is_refused() {
    let place = ROLLUP.copy();
    place.put("batch.jsonl", "");
    prove(&place, &[]).fails(67, &["the batch is empty"]);
    nothing_is_written(&place);
}

#[test]
fn memory_that_does_not_suffice_is_named_before_the_work() {
    let place = ROLLUP.copy();
    let words = ["a batch of 3 transfers takes ", "MiB of memory: 100MiB are allowed"];
    prove(&place, &["--memory", "100MiB"]).fails(71, &words);
    prove(&place, &["--memory", "100"]).fails(2, &["--memory", "without its unit", "100M", "100B for bytes"]);
    prove(&place, &["--memory", "0.1gb"]).fails(71, &["MiB of memory: 96MiB are allowed"]);
    nothing_is_written(&place);
}

/// What is allowed is kept to: the least that is named suffices, by the system's own account.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_that_is_allowed_is_not_exceeded() {
    let place = ROLLUP.copy();
    let refused = prove(&place, &["--memory", "100MiB"]).stderr;
    let least = refused.split("takes ").nth(1).and_then(|rest| rest.split(" of memory").next()).unwrap();
    let run = prove(&place, &["--memory", least, "-v"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let peak: u64 = run.stderr.split("peak memory ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let allowed: furl_prover::Memory = least.parse().unwrap();
    assert!(peak << 20 <= allowed.to_bytes(), "{peak} MiB of {least}");
}

#[test]
fn a_batch_needs_a_next_one_only_for_its_state() {
    let place = ROLLUP.copy();
    let ledger = Ledger::from_state(&State::from_json(&ROLLUP.read("state.json")).unwrap()).unwrap();
    let last = furl_ledger::Batch { number: BatchNumber::MAX, ..batch() };
    place.put("state.json", ledger.state(last).to_json());
    let orders = json::decode(&ROLLUP.read("batch.jsonl")).unwrap();
    let mut order = orders[0].transfer;
    order.expiry = furl_ledger::Expiry::MAX;
    place.put("batch.jsonl", json::encode(&[order.sign(&last.domain, &alice())]));
    let next = place.at("next.json");
    prove(&place, &["--state-out", &next]).fails(67, &["no state after the last batch"]);
    nothing_is_written(&place);
}

fn alice() -> furl_ledger::SecretKey {
    let file: serde_json::Value = serde_json::from_slice(&ROLLUP.read("alice.key")).unwrap();
    let secret = furl_ledger::encoding::from_hex::<40>(file["secret"].as_str().unwrap()).unwrap();
    furl_ledger::SecretKey::from_bytes(&secret).unwrap()
}

/// A thousand threads do not fit into the address space that is left.
#[cfg(target_os = "linux")]
#[test]
fn threads_that_the_system_does_not_give() {
    let binary = env!("CARGO_BIN_EXE_furl");
    let script = "ulimit -v 1000000; exec \"$0\" demo --transfers 1 --threads 1024";
    finish(Command::new("sh").args(["-c", script, binary])).fails(71, &["1024 threads could not be started"]);
}

#[test]
fn outputs_are_found_impossible_before_the_work() {
    let place = ROLLUP.copy();
    let out = place.put("out", "mine");
    prove(&place, &[]).fails(73, &[&out, "exists already", "--force"]);
    assert_eq!(fs::read(&out).unwrap(), b"mine");
    fs::remove_file(&out).unwrap();

    let [state, transfers] = ["state.json", "batch.jsonl"].map(|name| place.at(name));
    let inputs = ["prove", "--stage=root", "--state", &state, "--transfers", &transfers, "--out"];
    let into = |outputs: &[&str]| furl(&[&inputs[..], outputs].concat());
    into(&[&place.at("no/place")]).fails(73, &["cannot be created"]);
    into(&[&place.at("."), "--force"]).fails(73, &["not a regular file"]);
    into(&[&out, "--state-out", &state]).fails(73, &["exists already"]);
    into(&[&out, "--state-out", &out]).fails(2, &["expected two files"]);
    furl(&["import", &transfers, "--out", &transfers]).fails(65, &[&transfers, "not a table of token transfers"]);
    nothing_is_written(&place);
}
