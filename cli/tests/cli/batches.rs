//! Batches after one another, batches with bad transfers in them, and batches of the wrong number.

use std::fs;

use furl_ledger::State;
use furl_ledger::codec::json;

use crate::support::{Place, ROLLUP, Run, furl, in_fast, names, workspace};

/// Proves one batch in profile fast.
fn prove(state: &str, transfers: &str, out: &str, more: &[&str]) -> Run {
    let arguments =
        ["prove", "--stage=root", "--state", state, "--transfers", transfers, "--out", out, "--profile", "fast"];
    furl(&[&arguments[..], more].concat())
}

/// The mainnet file in three batches, each on the state that the one before left.
#[test]
fn mainnet_in_three_chained_batches() {
    let place = Place::new();
    furl(&["import", &workspace("examples/mainnet-17173049.csv"), "--out", &place.at("run")]).ok();
    let transfers = json::decode(&fs::read(place.at("run/transfers.jsonl")).unwrap()).unwrap();
    assert_eq!(transfers.len(), 279);
    let mut state = place.at("run/state.json");
    let mut root = None;
    for (number, batch) in (1..).zip(transfers.chunks(93)) {
        let lines = place.put(&format!("{number}.jsonl"), json::encode(batch));
        let [proof, next] = ["proof", "json"].map(|kind| place.at(&format!("{number}.{kind}")));
        prove(&state, &lines, &proof, &["--state-out", &next, "--batch-number", &number.to_string()]).ok();
        let verified = in_fast(&["verify", &proof, "--state", &state, "--transfers", &lines, "--json"]).json();
        assert_eq!((&verified["state"], &verified["transfers"]), (&"matches".into(), &"applied".into()));
        let statement = &verified["statement"];
        assert_eq!((&statement["batch"], &statement["count"]), (&number.into(), &93.into()));
        assert!(root.is_none_or(|root| root == statement["old_root"]), "the roots are chained");
        root = Some(statement["new_root"].clone());
        // Not the batch after, nor the one before.
        in_fast(&["verify", &proof, "--state", &next]).fails(1, &["batch number: expected"]);
        state = next;
    }
    let last = State::from_json(&fs::read(&state).unwrap()).unwrap();
    assert_eq!(last.next().number.get(), 4);
}

#[test]
fn only_the_number_that_is_asked_for_is_proved() {
    let place = ROLLUP.copy();
    let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    let told = [&*state, "expected the next batch", "to be 2, but it is 1"];
    prove(&state, &transfers, &out, &["--batch-number", "2"]).fails(67, &told);
    prove(&state, &transfers, &out, &["--batch-number", "4294967296"]).fails(2, &["--batch-number"]);
    assert_eq!(place.names(), ["batch.jsonl", "state.json"]);
}

/// A thousand good transfers.
fn thousand() -> (Place, Vec<String>) {
    let place = Place::new();
    furl(&["sample", "--transfers", "1000", "--out", &place.at("town")]).ok();
    let text = fs::read_to_string(place.at("town/transfers.jsonl")).unwrap();
    (place, text.lines().map(str::to_owned).collect())
}

#[test]
fn one_bad_line_among_a_thousand_is_named_and_nothing_is_written() {
    let (place, good) = thousand();
    let state = place.at("town/state.json");
    let [out, next] = ["out", "next"].map(|name| place.at(name));
    let spoil = |line: usize, from: &str, to: &str| {
        let mut lines = good.clone();
        assert!(lines[line - 1].contains(from), "{}", lines[line - 1]);
        lines[line - 1] = lines[line - 1].replacen(from, to, 1);
        place.put("batch.jsonl", lines.join("\n"))
    };
    let amount = |line: usize| json::decode_line(good[line - 1].as_bytes()).unwrap().transfer.amount;
    let cases = [
        (700, "\"from\"", "\"form\"", 65, "line 700: `transfer`: unknown field \"form\""),
        (999, "{", "", 65, "line 999: not JSON at 999:"),
        (1000, "\"expiry\":4294967295", "\"expiry\":0", 67, "transfer 999 breaks T1"),
        (501, &*format!("\"amount\":\"{}\"", amount(501)), "\"amount\":\"3\"", 67, "transfer 500 breaks T1"),
    ];
    for (line, from, to, code, words) in cases {
        let transfers = spoil(line, from, to);
        let run = prove(&state, &transfers, &out, &["--state-out", &next]);
        run.fails(code, &[&transfers, &format!("line {line}"), words]);
        let run = prove(&state, &transfers, &out, &["--json"]);
        assert!(run.json()["error"]["detail"].as_str().unwrap().contains(words), "{words}");
        assert_eq!(place.names(), ["batch.jsonl", "town"]);
    }
}

#[test]
fn bad_transfers_are_left_out_on_request() {
    let (place, good) = thousand();
    let state = place.at("town/state.json");
    let mut lines: Vec<String> = good[..40].to_vec();
    // Twice the same, a forged one, and one on a slot that is not there.
    lines.insert(5, lines[4].clone());
    let forged = json::decode_line(lines[20].as_bytes()).unwrap();
    let mut forged =
        furl_ledger::SignedTransfer { signature: json::decode_line(lines[0].as_bytes()).unwrap().signature, ..forged };
    forged.transfer.nonce = furl_ledger::Nonce::new(7);
    lines.insert(20, json::encode_line(&forged));
    let absent = lines[30].replacen("\"to\":", "\"to\":9", 1).replace("\"to\":90", "\"to\":99");
    lines.insert(41, absent);
    // And very many that were signed for elsewhere: they are counted, and the first thousand
    // listed.
    let domain = json::decode_line(lines[0].as_bytes()).unwrap().domain.to_string();
    lines.extend(vec![lines[0].replace(&domain, &format!("0x{}", "04".repeat(32))); 1200]);
    let transfers = place.put("batch.jsonl", lines.join("\n"));
    let [out, next] = ["out", "next"].map(|name| place.at(name));
    prove(&state, &transfers, &out, &[]).fails(67, &["line 6", "transfer 5 breaks T2"]);

    let run = prove(&state, &transfers, &out, &["--skip-invalid", "--state-out", &next, "--json"]);
    let report = run.json();
    assert_eq!(report["statement"]["count"], 40);
    let skipped: Vec<_> =
        report["skipped"].as_array().unwrap().iter().map(|one| (one["line"].clone(), one["rule"].clone())).collect();
    assert_eq!(skipped[..3], [(6.into(), "T2".into()), (21.into(), "T1".into()), (42.into(), "T5".into())]);
    assert_eq!((skipped.len(), &report["skipped_count"]), (1000, &1203.into()));
    assert!(run.stderr.contains("line 1243, breaks T8"), "each is told");
    assert!(run.stderr.contains("warning: left out: ") && run.stderr.contains("line 6, breaks T2: expected nonce"));

    // What is left is the batch without them.
    let rest = place.put("rest.jsonl", good[..40].join("\n"));
    in_fast(&["verify", &out, "--state", &state, "--transfers", &rest]).ok();
    in_fast(&["verify", &out, "--transfers", &transfers])
        .fails(1, &["count: expected at most 40 transfers, the file has more"]);
    assert!(State::from_json(&fs::read(&next).unwrap()).is_ok());

    // Nothing is left: that is no batch. And what is no transfer at all is no matter of rules.
    let bad = place.put("bad.jsonl", &lines[5]);
    let none = place.at("none");
    prove(&next, &bad, &none, &["--skip-invalid"]).fails(67, &["the batch is empty"]);
    let malformed = place.put("malformed.jsonl", "{}");
    prove(&next, &malformed, &none, &["--skip-invalid"]).fails(65, &["line 1"]);
    assert!(!names(place.path()).contains(&"none".to_owned()));
}
