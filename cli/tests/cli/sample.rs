//! Made-up traffic, in each of its forms.

use std::fs;

use furl_ledger::codec::json;
use furl_ledger::{Ledger, State};

use crate::support::{Place, ROLLUP, furl, names};

const FILES: [&str; 5] = ["keys.jsonl", "orders.jsonl", "state.json", "table.csv", "transfers.jsonl"];

#[test]
fn every_form_says_the_same() {
    let place = Place::new();
    let town = place.at("town");
    let told = furl(&["sample", "--transfers", "300", "--accounts", "7", "--tokens", "5", "--out", &town]).ok();
    assert!(told.starts_with("accounts 7 · tokens 5 · slots 35 · transfers 300\n"), "{told}");
    assert_eq!(names(&place.path().join("town")), FILES);
    let at = |name: &str| place.at(&format!("town/{name}"));
    let read = |path: &str| fs::read(path).unwrap();

    // The signed list applies to the state.
    let state = State::from_json(&read(&at("state.json"))).unwrap();
    let transfers = json::decode(&read(&at("transfers.jsonl"))).unwrap();
    let mut ledger = Ledger::from_state(&state).unwrap();
    assert_eq!(ledger.apply(state.next(), &transfers).unwrap().steps().len(), 300);

    // The orders, signed, are the signed list.
    let signed = place.at("signed.jsonl");
    let inputs = ["--key", &at("keys.jsonl"), "--state", &at("state.json"), "--orders", &at("orders.jsonl")];
    furl(&[&["sign", "--out", &signed][..], &inputs].concat()).ok();
    assert_eq!(read(&signed), read(&at("transfers.jsonl")));

    // The table is imported as so many transfers of the same amounts.
    furl(&["import", &at("table.csv"), "--out", &place.at("run")]).ok();
    let imported = json::decode(&read(&place.at("run/transfers.jsonl"))).unwrap();
    assert!(imported.iter().map(|signed| signed.transfer.amount).eq(transfers.iter().map(|s| s.transfer.amount)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(at("keys.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_seed_fixes_every_file_and_none_is_replaced() {
    let place = Place::new();
    let seed = format!("0x{}", "07".repeat(32));
    let sample =
        |out: &str, more: &[&str]| furl(&[&["sample", "--out", &place.at(out), "--seed", &seed][..], more].concat());
    sample("a", &[]).ok();
    sample("b", &[]).ok();
    for name in FILES {
        let [a, b] = ["a", "b"].map(|town| fs::read(place.at(&format!("{town}/{name}"))).unwrap());
        assert!(a == b, "{name}");
    }
    sample("a", &["--transfers", "10"]).fails(73, &["exists already", "--force"]);
    sample("a", &["--transfers", "10", "--force"]).ok();
    assert_eq!(fs::read_to_string(place.at("a/orders.jsonl")).unwrap().lines().count(), 10);
    furl(&["sample", "--out", &place.at("c"), "--transfers", "0"]).fails(2, &["--transfers"]);
}

/// Runs a command with `-v`: what it prints, and the peak of its memory in MiB.
#[cfg(target_os = "linux")]
fn peak(arguments: &[&str]) -> (String, u64) {
    let run = furl(&[arguments, &["-v"]].concat());
    let (_, told) = run.stderr.rsplit_once("debug: peak memory ").expect("the peak is told");
    let mebibytes = told.split(' ').next().unwrap().parse().unwrap();
    (run.ok(), mebibytes)
}

/// A hundred thousand transfers: made, signed and imported. The first two take no more memory than ten thousand do,
/// and what is imported is the table, without its transfers.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "slow: half a minute"]
fn a_hundred_thousand_are_streamed() {
    let place = Place::new();
    let stages = |count: usize| {
        let at = |name: &str| place.at(&format!("{count}/{name}"));
        let town = place.at(&count.to_string());
        let (_, sampled) = peak(&["sample", "--transfers", &count.to_string(), "--accounts", "1000", "--out", &town]);
        let inputs = ["--key", &at("keys.jsonl"), "--state", &at("state.json"), "--orders", &at("orders.jsonl")];
        let (_, signed) = peak(&[&["sign", "--out", &at("signed")][..], &inputs].concat());
        assert!(fs::read(at("signed")).unwrap() == fs::read(at("transfers.jsonl")).unwrap());
        let (told, imported) = peak(&["import", &at("table.csv"), "--out", &at("run")]);
        assert!(told.starts_with(&format!("rows {count} = transfers {count} + mints 0")), "{told}");
        assert_eq!(fs::read_to_string(at("run/transfers.jsonl")).unwrap().lines().count(), count);
        (sampled, signed, imported)
    };
    let (few, many) = (stages(10_000), stages(100_000));
    assert!(many.0 <= few.0 + 2 && many.1 <= few.1 + 2, "{few:?} MiB, then {many:?} MiB");
    // A row is 210 bytes of table and a hundred of memory; a signed transfer would be as much again.
    assert!(many.2 <= 64, "{many:?} MiB");
}

/// A hundred thousand transfers from a table to a proof, under the key of every other batch, in the memory that is the
/// default.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "slow: 40 minutes"]
fn a_hundred_thousand_are_proved() {
    let place = Place::new();
    let [town, run, out] = ["town", "run", "out"].map(|name| place.at(name));
    furl(&["sample", "--transfers", "100000", "--accounts", "1000", "--out", &town]).ok();
    furl(&["import", &place.at("town/table.csv"), "--out", &run]).ok();
    let [state, transfers] = ["state.json", "transfers.jsonl"].map(|name| place.at(&format!("run/{name}")));
    let batch = ["--state", &state, "--transfers", &transfers];
    let (told, mebibytes) =
        peak(&[&["prove", "--stage=root", "--out", &out, "--profile", "fast"][..], &batch].concat());
    assert!(told.contains("196 leaves of 2^16 rows, 99 nodes, the root"), "{told}");
    assert!(mebibytes <= 4096, "{mebibytes} MiB");
    let small = furl(&["inspect", &ROLLUP.at("proof"), "--json"]).json();
    let verified = furl(&[&["verify", &out, "--json"][..], &batch].concat()).json();
    assert_eq!(verified["statement"]["count"], 100_000, "{verified}");
    assert_eq!(verified["key"], small["key"]);
}
