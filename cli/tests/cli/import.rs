//! Real transfers: imported, applied, proved.

use std::fs;

use furl_ledger::codec::json;
use furl_ledger::{Ledger, State};

use crate::support::{Place, furl, in_fast, workspace};

const SEED: &str = "0x0707070707070707070707070707070707070707070707070707070707070707";
const FILES: [&str; 3] = ["report.json", "state.json", "transfers.jsonl"];

fn mainnet() -> String {
    workspace("examples/mainnet-17173049.csv")
}

fn read(place: &Place, directory: &str) -> [Vec<u8>; 3] {
    FILES.map(|name| fs::read(place.path().join(directory).join(name)).unwrap())
}

#[test]
fn a_seed_fixes_every_byte() {
    let place = Place::new();
    for (directory, seed) in [("a", Some(SEED)), ("b", Some(SEED)), ("c", None), ("d", None)] {
        let out = place.at(directory);
        let seed = seed.map_or_else(Vec::new, |seed| vec!["--seed", seed]);
        furl(&[&["import", &mainnet(), "--out", &out][..], &seed].concat()).ok();
    }
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|directory| read(&place, directory));
    assert!(a == b, "the same seed gives the same files");
    assert!(a[1] != c[1] && c[1] != d[1], "without a seed the keys are random");
    let again = furl(&["import", &mainnet(), "--out", &place.at("a"), "--seed", SEED]);
    again.fails(73, &["state.json", "exists already"]);
    furl(&["import", &mainnet(), "--out", &place.at("c"), "--seed", SEED, "--force"]).ok();
    assert!(read(&place, "c") == a, "--force replaces all files");
}

#[test]
fn a_bad_row_is_named_and_nothing_is_written() {
    let place = Place::new();
    let text = fs::read_to_string(mainnet()).unwrap();
    let table = place.put("table.csv", text.replacen(",7400000000000000000,", ",7.4e18,", 1));
    let run = furl(&["import", &table, "--out", &place.at("run")]);
    run.fails(65, &[&table, "line 4, value: expected a 256-bit integer in decimal digits, got \"7.4e18\""]);
    assert_eq!(place.names(), ["table.csv"]);
}

#[test]
fn domain_and_expiry_are_signed() {
    let place = Place::new();
    let terms = ["--domain", SEED, "--expiry", "5"];
    furl(&[&["import", &mainnet(), "--out", &place.at("run")][..], &terms].concat()).ok();
    let [_, state, transfers] = read(&place, "run");
    assert_eq!(State::from_json(&state).unwrap().next().domain.to_string(), SEED);
    let transfers = json::decode(&transfers).unwrap();
    assert!(transfers.iter().all(|signed| signed.domain.to_string() == SEED && signed.transfer.expiry.get() == 5));
}

/// The slowest test of this suite: a leaf of 2^16 rows.
#[test]
fn mainnet_is_imported_applied_proved_and_verified() {
    let place = Place::new();
    let run = place.at("run");
    let summary = furl(&["import", &mainnet(), "--out", &run]).ok();
    assert!(summary.starts_with("rows 291 = transfers 279 + mints 12 + left out 0\n"), "{summary}");
    assert!(summary.contains("burns 3, to oneself 13") && summary.contains("tokens 76 · slots 399"), "{summary}");

    let [report, state, transfers] = read(&place, "run");
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let figures = ["rows", "transfers", "mints", "left_out"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(figures, [291, 279, 12, 0]);
    let tokens = report["tokens"].as_array().unwrap();
    assert_eq!(tokens.iter().map(|token| token["rows"].as_u64().unwrap()).sum::<u64>(), 291);
    let state = State::from_json(&state).unwrap();
    let mut ledger = Ledger::from_state(&state).unwrap();
    let trace = ledger.apply(state.next(), &json::decode(&transfers).unwrap()).unwrap();
    assert_eq!(trace.steps().len(), 279);

    let [state, transfers, proof] = ["run/state.json", "run/transfers.jsonl", "proof"].map(|name| place.at(name));
    let inputs = ["--state", &state, "--transfers", &transfers];
    furl(&[&["prove", "--stage=root", "--out", &proof, "--profile", "fast"][..], &inputs].concat()).ok();
    let verified = in_fast(&[&["verify", &proof][..], &inputs].concat()).ok();
    for words in ["VERIFIED: the proof is true", "279 transfers", &trace.statement().new_root.to_string()] {
        assert!(verified.contains(words), "{words}: {verified}");
    }
}
