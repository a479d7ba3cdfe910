//! Proofs: true ones, false ones, and those of something else.

use furl_ledger::codec::json;
use furl_ledger::{Amount, Ledger, PieceStatement, State, Statement};

use crate::support::{Place, ROLLUP, Run, batch, furl, in_fast, index};

/// Where the parts of a proof file start.
const PROFILE: usize = 10;
const CIRCUIT: usize = 11;
const KEY: usize = 15;
const STATEMENT: usize = KEY + 32;
const BODY: usize = STATEMENT + Statement::BYTES + 4;

fn verify(proof: &str, more: &[&str]) -> Run {
    in_fast(&[&["verify", proof], more].concat())
}

/// The digest of a key, as text.
fn key(proof: &[u8]) -> String {
    furl_ledger::encoding::to_hex(&proof[KEY..STATEMENT])
}

#[test]
fn a_true_proof_is_verified_aloud() {
    let (proof, bytes) = (ROLLUP.at("proof"), ROLLUP.read("proof"));
    let statement = Statement::from_bytes(&bytes[STATEMENT..BODY - 4]).unwrap();
    let told = [key(&bytes), statement.old_root.to_string(), statement.new_root.to_string()];
    let alone = verify(&proof, &[]).ok();
    assert!(alone.starts_with("VERIFIED: the proof is true\n"));
    for words in told.iter().map(String::as_str).chain(["fast (57 proven bits)", "batch 1, 3 tra"]) {
        assert!(alone.contains(words), "{words}: {alone}");
    }
    assert!(alone.contains("state      NOT CHECKED") && alone.contains("transfers  NOT CHECKED"), "{alone}");

    let (state, transfers) = (ROLLUP.at("state.json"), ROLLUP.at("batch.jsonl"));
    let with_state = verify(&proof, &["--state", &state]).ok();
    assert!(with_state.contains("fee lanes match") && with_state.contains("transfers  NOT CHECKED"), "{with_state}");
    let with_transfers = verify(&proof, &["--transfers", &transfers]).ok();
    assert!(with_transfers.contains("count and data match; NOT CHECKED: domains, nonces"), "{with_transfers}");
    let with_both = verify(&proof, &["--state", &state, "--transfers", &transfers]).ok();
    assert!(with_both.contains("new root match") && !with_both.contains("NOT CHECKED"), "{with_both}");
}

/// A proof says itself which profile it is of, and does not decide which is good enough.
#[test]
fn the_weakest_profile_is_the_callers_choice() {
    let proof = ROLLUP.at("proof");
    let words = ["NOT VERIFIED", "the proof is of profile fast (57 proven bits): expected at least proven"];
    furl(&["verify", &proof]).fails(1, &words);
    furl(&["verify", &proof, "--profile", "fast"]).ok();
    let place = Place::new();
    furl(&["wrap", &proof, "--insecure-dev", "--out", &place.at("out")]).fails(1, &words);
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn the_next_state_is_the_state_after_the_batch() {
    let [state, next] = ["state.json", "next.json"].map(|name| State::from_json(&ROLLUP.read(name)).unwrap());
    let mut ledger = Ledger::from_state(&state).unwrap();
    let trace = ledger.apply(state.next(), &json::decode(&ROLLUP.read("batch.jsonl")).unwrap()).unwrap();
    assert_eq!(next, ledger.state(state.next().next().unwrap()));
    assert_eq!(next.slots()[&index(5)].balance.get(), 301, "the operator has the fees");
    let bytes = ROLLUP.read("proof");
    assert_eq!(Statement::from_bytes(&bytes[STATEMENT..BODY - 4]).as_ref(), Ok(trace.statement()));
}

#[test]
fn another_state_does_not_match() {
    let place = Place::new();
    let proof = ROLLUP.at("proof");
    let state = String::from_utf8(ROLLUP.read("state.json")).unwrap();
    let richer = place.put("richer", state.replace("\"1000\"", "\"1001\""));
    verify(&proof, &["--state", &richer]).fails(1, &["NOT VERIFIED", "of something else", "old root: expected 0x"]);
    let other = format!("0x{}", "04".repeat(32));
    let moved = place.put("moved", state.replace(&batch().domain.to_string(), &other));
    verify(&proof, &["--state", &moved]).fails(1, &["domain: expected 0x"]);
    let lanes = place.put("lanes", state.replace("[{\"token\":0,\"slot\":5}]", "[]"));
    verify(&proof, &["--state", &lanes]).fails(1, &["fees: expected 0x"]);
    let next = ROLLUP.at("next.json");
    verify(&proof, &["--state", &next]).fails(1, &["batch number: expected 2, the proof says 1"]);
}

#[test]
fn other_transfers_do_not_match() {
    let place = Place::new();
    let proof = ROLLUP.at("proof");
    let transfers = json::decode(&ROLLUP.read("batch.jsonl")).unwrap();
    let fewer = place.put("fewer", json::encode(&transfers[..2]));
    verify(&proof, &["--transfers", &fewer]).fails(1, &["count: expected 2, the proof says 3"]);
    let mut other = transfers.clone();
    other[1].transfer.amount = Amount::new(6).unwrap();
    let other = place.put("other", json::encode(&other));
    verify(&proof, &["--transfers", &other]).fails(1, &["data out: expected 0x"]);

    // The same data, but not the signed transfers: found when the batch is applied.
    let mut unsigned = transfers.clone();
    unsigned[2].signature = unsigned[1].signature;
    let unsigned = place.put("unsigned", json::encode(&unsigned));
    let state = ROLLUP.at("state.json");
    let run = verify(&proof, &["--state", &state, "--transfers", &unsigned]);
    run.fails(1, &["the ledger refuses the transfers on this state: transfer 2 breaks T1"]);
}

#[test]
fn a_file_that_is_no_proof_is_malformed() {
    let place = Place::new();
    let bytes = ROLLUP.read("proof");
    let total = bytes.len();
    let mut cases = vec![
        (Vec::new(), format!("truncated: expected {BODY} bytes, got 0")),
        (bytes[..BODY - 1].to_vec(), format!("truncated: expected {BODY} bytes, got {}", BODY - 1)),
        (bytes[..total - 1].to_vec(), format!("truncated: expected {total} bytes, got {}", total - 1)),
        ([&bytes[..], &[0]].concat(), format!("extended: expected {total} bytes, got {}", total + 1)),
        (ROLLUP.read("state.json"), "not a Furl proof".into()),
        (vec![0; 1 << 25], "extended: expected at most".into()),
    ];
    for (offset, words) in [
        (0, "not a Furl proof"),
        (8, "proof format version"),
        (PROFILE, "unknown profile id"),
        (CIRCUIT, "no circuit is named by the bytes [131, 0, 0, 0]"),
        (STATEMENT, "expected statement version 1"),
    ] {
        let mut spoiled = bytes.clone();
        spoiled[offset] ^= 0x80;
        cases.push((spoiled, words.into()));
    }
    for (content, words) in cases {
        let proof = place.put("proof", content);
        verify(&proof, &[]).fails(1, &["NOT VERIFIED", &proof, "is malformed", &words]);
        furl(&["inspect", &proof]).fails(1, &[&proof, "is malformed", &words]);
    }
}

/// Files of the right form that were never proved.
#[test]
fn a_false_proof_is_refused() {
    let place = Place::new();
    let bytes = ROLLUP.read("proof");
    let spoil = |offset: usize, to: fn(u8) -> u8| {
        let mut spoiled = bytes.clone();
        spoiled[offset] = to(spoiled[offset]);
        place.put("proof", spoiled)
    };
    let other_profile = spoil(PROFILE, |_| 2);
    verify(&other_profile, &[]).fails(1, &["is false", "not for this circuit (root-1, proven)", &key(&bytes)]);
    let other_key = spoil(KEY, |byte| byte ^ 1);
    verify(&other_key, &[]).fails(1, &["is false", "not for this circuit (root-2, fast)", &key(&bytes)]);
    // The lowest bytes of the batch number and of the last element, the proof of work.
    for offset in [STATEMENT + 36, bytes.len() - 8] {
        verify(&spoil(offset, |byte| byte ^ 1), &[]).fails(1, &["NOT VERIFIED", "is false", "the proof is false"]);
    }
    let not_canonical = {
        let mut spoiled = bytes.clone();
        spoiled[BODY..BODY + 8].fill(0xff);
        place.put("proof", spoiled)
    };
    verify(&not_canonical, &[]).fails(1, &["is malformed", "body"]);
}

/// A leaf is a part of a batch, whatever it proves.
#[test]
fn a_proof_of_a_piece_is_not_one_of_a_batch() {
    let place = Place::new();
    let mut bytes = ROLLUP.read("proof");
    bytes[CIRCUIT..KEY].copy_from_slice(&[1, 13, 0, 0]);
    // A piece states the fees before and after.
    let more = PieceStatement::BYTES - Statement::BYTES;
    bytes.splice(BODY - 4 - more..BODY - 4 - more, vec![0; more]);
    let words = ["is false", "expected a proof of stage root, got one of leaf-2-13"];
    verify(&place.put("proof", bytes), &[]).fails(1, &words);
}

#[test]
fn inspecting_is_not_verifying() {
    let place = Place::new();
    let mut bytes = ROLLUP.read("proof");
    bytes[STATEMENT + 36] = 77;
    let proof = place.put("proof", bytes);
    let shown = furl(&["inspect", &proof]).ok();
    assert!(shown.starts_with("NOT VERIFIED") && shown.contains("batch 77, 3 transfers"), "{shown}");
}
