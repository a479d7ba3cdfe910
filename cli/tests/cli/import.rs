//! Real transfers: imported, applied, proved.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use furl_ledger::codec::json;
use furl_ledger::{Ledger, State};

use crate::support::{Place, fed, furl, in_fast, workspace};

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

/// FNV-1a: tells whether bytes are those of another day.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What the example became when there was one kind of table.
#[test]
fn the_example_becomes_the_same_in_every_dress() {
    let place = Place::new();
    let text = fs::read(mainnet()).unwrap();
    let dressed = place.put("table.csv.gz", gzip(&text));
    // The name says nothing: the bytes do.
    let renamed = place.put("table", gzip(&text));
    let mut runs = vec![];
    for (out, table) in [("plain", &mainnet()), ("gzip", &dressed), ("renamed", &renamed)] {
        runs.push(furl(&["import", table, "--out", &place.at(out), "--seed", SEED, "--strict"]).ok());
    }
    fed(&["import", "-", "--out", &place.at("stdin"), "--seed", SEED], &gzip(&text)).ok();
    for out in ["plain", "gzip", "renamed", "stdin"] {
        let [_, state, transfers] = read(&place, out).map(|bytes| fingerprint(&bytes));
        assert_eq!((state, transfers), (0x7a5f_186b_b45a_e38b, 0xfa47_ada9_b9e8_d658), "{out}");
    }
    assert!(runs[0].contains("\nread as etl-token-transfers\nwritten to"), "{}", runs[0]);
}

const ADDRESS: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const HASH: &str = "0xefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef";

/// A table in Etherscan's columns: hashes, blocks and amounts.
fn etherscan(rows: &[(u64, &str)]) -> String {
    let mut text = "\"Transaction Hash\",\"Blockno\",\"From\",\"To\",\"TokenValue\",\"ContractAddress\"\n".to_owned();
    for (block, amount) in rows {
        let token = "0x7070707070707070707070707070707070707070";
        text +=
            &format!("\"{HASH}\",\"{block}\",\"{ADDRESS}\",\"{}\",\"{amount}\",\"{token}\"\n", ADDRESS.to_lowercase());
    }
    text
}

#[test]
fn what_is_odd_is_told_and_refused_on_request() {
    let place = Place::new();
    let table = place.put("table.csv", etherscan(&[(5, "1,234.5"), (5, "0.25"), (1, "0.25"), (1, "0.25")]));
    let told = furl(&["import", &table, "--out", &place.at("run")]).ok();
    assert!(told.starts_with("rows 4 = transfers 4 + mints 0 + left out 0\n"), "{told}");
    for line in [
        "read as etherscan-token-transfers",
        "out of the order of the chain, kept as they stand, rows: 1, the first on line 4",
        "like an earlier row, kept, rows: 2, the first on line 4",
        "not told by the table: which rows repeat a transfer (it has no index of a log)",
        "a token's smallest unit is the last decimal place that the table shows",
    ] {
        assert!(told.contains(&format!("\n{line}\n")), "{line}: {told}");
    }
    let report: serde_json::Value = serde_json::from_slice(&read(&place, "run")[0]).unwrap();
    assert_eq!((&report["version"], &report["layout"]), (&2.into(), &"etherscan-token-transfers".into()));
    assert_eq!((&report["duplicates"], &report["tokens"][0]["decimals"]), (&serde_json::Value::Null, &2.into()));
    assert_eq!(report["alike"], serde_json::json!({"rows": 2, "first_line": 4}));

    let strict = furl(&["import", &table, "--out", &place.at("strict"), "--strict"]);
    strict.fails(65, &["line 4", "got a row like line 3", "--strict"]);

    let log = fs::read_to_string(mainnet()).unwrap();
    let repeated = place.put("repeated.csv", format!("{log}{}\n", log.lines().nth(3).unwrap()));
    let told = furl(&["import", &repeated, "--out", &place.at("repeated")]).ok();
    assert!(told.starts_with("rows 292 = transfers 279 + mints 12 + left out 1\n"), "{told}");
    assert!(told.contains("\nleft out, rows that repeat a transfer: 1, the first on line 293\n"), "{told}");
    let strict = furl(&["import", &repeated, "--out", &place.at("strict"), "--strict"]);
    strict.fails(65, &["line 293: expected every transfer once, got that of line 4 again"]);
    assert!(!place.names().contains(&"strict".into()), "nothing is written");
}

#[test]
fn ether_is_a_token() {
    let place = Place::new();
    let row = |byte: &str, index: u8, to: &str, value: &str, status: &str| {
        format!("0x{},{index},1,{index},{ADDRESS},{to},{value},{status}\n", byte.repeat(32))
    };
    let other = "0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb";
    let header = "hash,nonce,block_number,transaction_index,from_address,to_address,value,receipt_status\n";
    let rows = [
        row("01", 0, other, "1000000000000000000", "1"),
        row("02", 1, other, "7", "0"),
        row("03", 2, other, "0", "1"),
        row("04", 3, "", "8", "1"),
    ];
    let table = place.put("transactions.csv", [header, &rows.concat()].concat());
    let run = furl(&["import", &table, "--out", &place.at("run"), "--json"]);
    let report = &run.json()["report"];
    let figures =
        ["rows", "transfers", "left_out", "failed", "without_value"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(figures, [4, 2, 2, 1, 1]);
    let token = &report["tokens"][0];
    assert_eq!((&token["ether"], &token["decimals"], &token["rows"]), (&true.into(), &18.into(), &2.into()));
    // The contract that the last one creates is an account like any other.
    assert_eq!(report["slots"], 3);
}

#[test]
fn what_is_no_table_is_refused_by_name() {
    let place = Place::new();
    let tried = |name: &str, bytes: &[u8], options: &[&str]| {
        let table = place.put(name, bytes);
        furl(&[&["import", &table, "--out", &place.at("run")], options].concat())
    };
    let text = etherscan(&[(1, "5")]);
    let wrong = text.replacen("5aAeb", "5aaeb", 1);
    tried("a", wrong.as_bytes(), &[]).fails(65, &["line 2, From: the EIP-55 checksum is wrong: expected", ADDRESS]);
    tried("b", text.replace("Blockno", "Block").replace("To\"", "T\"").as_bytes(), &[]).fails(
        65,
        &["line 1", "no columns of a known table", "nearest is etherscan-token-transfers, which has To too"],
    );
    let escape = tried("c", b"a\x1b[31mRED\x1b]0;title\x07,b\n", &[]);
    assert!(!escape.stderr.contains('\x1b') && !escape.stderr.contains('\x07'), "{escape:?}");
    escape.fails(65, &["line 1"]);
    let packed = gzip(text.as_bytes());
    tried("d", &packed[..packed.len() - 9], &[]).fails(65, &["the gzip data is broken or ends early"]);
    // Sixteen mebibytes of one row, inflated.
    tried("e", &gzip(&vec![b'7'; (1 << 24) + 1]), &[]).fails(65, &["line 1: expected at most 16777216 bytes a row"]);
    tried("f", text.as_bytes(), &["--format", "etherscan"]).fails(2, &["etherscan-token-transfers", "--format"]);
    tried("g", text.as_bytes(), &["--format", "dune-transfers"])
        .fails(65, &["dune-transfers needs block_number, tx_hash"]);
    furl(&["import", &place.at(""), "--out", &place.at("run")]).fails(66, &["cannot be read"]);
    assert_eq!(place.names(), ["a", "b", "c", "d", "e", "f", "g"]);
    let help = furl(&["import", "--help"]).ok();
    for words in
        ["etl-token-transfers", "BigQuery crypto_ethereum.transactions", "TokenContractAddress", "[receipt_status]"]
    {
        assert!(help.contains(words), "{words}: {help}");
    }
}

/// On the command line and in a state, as in a table: there is one reader of addresses.
#[test]
fn a_mistyped_address_is_refused_everywhere() {
    let place = Place::new();
    let mistyped = ADDRESS.replace("5aAeb", "5aAec");
    let node = ["--rpc", "http://127.0.0.1:1"];
    furl(&[&["verify-deployment", "--rollup", &mistyped][..], &node].concat())
        .fails(2, &["--rollup", "EIP-55 checksum"]);
    furl(&["import", &mainnet(), "--out", &place.at("run"), "--seed", SEED]).ok();
    let [_, state, _] = read(&place, "run");
    let state = String::from_utf8(state).unwrap();
    let lower = "0x6b75d8af000000e20b7a7ddf000ba900b4009a80";
    let [state, transfers] =
        [place.put("state.json", state.replacen(lower, &mistyped, 1)), place.at("run/transfers.jsonl")];
    let prove = ["prove", "--stage=root", "--state", &state, "--transfers", &transfers, "--out", &place.at("proof")];
    furl(&prove).fails(65, &[&state, "l1_address", "EIP-55 checksum"]);
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
