//! Wrapped proofs: true ones, false ones, those of another key; and what is exported for others.

use furl_ledger::Statement;
use furl_ledger::encoding::from_hex;

use crate::support::{Place, ROLLUP, Run, WRAPPED, furl, in_fast};

/// Where the parts of a proof file start.
const PROFILE: usize = 10;
const KEY: usize = 15;
const STATEMENT: usize = KEY + 32;
const LENGTH: usize = STATEMENT + Statement::BYTES;
const BODY: usize = LENGTH + 4;
const PROOF_BYTES: usize = 2496;

/// Verifies for trials: in profile fast, under the development setup.
fn verify(proof: &str, more: &[&str]) -> Run {
    in_fast(&[&["verify", proof, "--insecure-dev"], more].concat())
}

/// The wrapped proof with one byte changed, in a file.
fn spoilt(place: &Place, offset: usize, change: fn(u8) -> u8) -> String {
    let mut bytes = WRAPPED.read("proof");
    bytes[offset] = change(bytes[offset]);
    place.put("spoilt", bytes)
}

#[test]
fn a_wrapped_proof_is_verified_and_called_insecure() {
    let (proof, bytes) = (WRAPPED.at("proof"), WRAPPED.read("proof"));
    assert_eq!(bytes.len(), BODY + PROOF_BYTES);
    assert_eq!(bytes[STATEMENT..LENGTH], ROLLUP.read("proof")[STATEMENT..LENGTH], "it says what the root says");
    let statement = Statement::from_bytes(&bytes[STATEMENT..LENGTH]).unwrap();
    let key = furl_ledger::encoding::to_hex(&bytes[KEY..STATEMENT]);
    let (state, transfers) = (ROLLUP.at("state.json"), ROLLUP.at("batch.jsonl"));

    let run = verify(&proof, &["--state", &state, "--transfers", &transfers]);
    assert!(run.stderr.contains("warning: INSECURE"), "{run:?}");
    let told = run.ok();
    assert!(told.starts_with("VERIFIED, AND INSECURE: "), "{told}");
    let roots = [statement.old_root.to_string(), statement.new_root.to_string()];
    for words in ["fast (0 proven bits)", "stage      wrapped", &key, "setup      INSECURE", &roots[0], &roots[1]] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(told.contains("batch 1, 3 transfers") && told.contains("new root match"), "{told}");

    let report = &WRAPPED.report;
    assert_eq!((&report["stage"], &report["key"]), (&"wrapped".into(), &key.clone().into()));
    assert_eq!((&report["setup"]["insecure"], &report["bytes"]), (&true.into(), &bytes.len().into()));
    let verified = verify(&proof, &["--json"]).json();
    assert_eq!((&verified["stage"], &verified["key"]), (&"wrapped".into(), &key.clone().into()));
    assert_eq!((&report["proven_bits"], &verified["proven_bits"]), (&0.0.into(), &0.0.into()));
    assert_eq!((&verified["key_from"], &verified["insecure"]), (&"committed".into(), &true.into()));
    let with_key = verify(&proof, &["--key", &WRAPPED.at("key"), "--json"]).json();
    assert_eq!((&with_key["key_from"], &with_key["insecure"]), (&"file".into(), &true.into()));

    let shown = furl(&["inspect", &proof]).ok();
    assert!(
        shown.starts_with("NOT VERIFIED") && shown.contains("circuit    wrap\n") && shown.contains(&key),
        "{shown}"
    );
}

#[test]
fn it_is_compared_like_a_root() {
    let proof = WRAPPED.at("proof");
    verify(&proof, &["--state", &ROLLUP.at("next.json")]).fails(1, &["batch number: expected 2, the proof says 1"]);
    verify(&proof, &["--profile", "proven"]).fails(1, &["of profile fast", "at least proven"]);
}

#[test]
fn another_key_is_named() {
    let place = Place::new();
    let (proof, key) = (WRAPPED.at("proof"), WRAPPED.read("key"));
    let with = |key: &[u8]| verify(&proof, &["--key", &place.put("key", key)]);
    let proven = place.at("proven");
    furl(&["export", "vk", "--profile", "proven", "--insecure-dev", "--out", &proven]).ok();
    verify(&proof, &["--key", &proven]).fails(1, &["is false", "by a key of 2^18 rows, got a key of 2^19"]);
    let changed = |place: usize| {
        let mut key = key.clone();
        key[place] ^= 1;
        key
    };
    // Another circuit; another origin, which the key says of itself.
    for place in [63, 12] {
        with(&changed(place)).fails(1, &["is false", "not for this circuit (wrap, fast): expected key 0x"]);
    }
    with(&changed(127)).fails(65, &["not a verifying key", "the point at byte 64 of the verifying key"]);
    with(&changed(0)).fails(65, &["not a verifying key of Furl"]);
    with(&key[..895]).fails(65, &["a verifying key has 896 bytes, got 895"]);
    with(&[&key[..], &[0]].concat()).fails(65, &["a verifying key has 896 bytes, got 897"]);
    verify(&proof, &["--key", &place.at("absent")]).fails(66, &["absent cannot be read"]);
}

#[test]
fn another_profile_is_another_key() {
    let place = Place::new();
    let proven = spoilt(&place, PROFILE, |_| 2);
    verify(&proven, &[]).fails(1, &["is false", "not for this circuit (wrap, proven): expected key 0x"]);
    verify(&proven, &["--key", &WRAPPED.at("key")]).fails(1, &["by a key of 2^19 rows, got a key of 2^18"]);
}

/// The caller says what is verified; the file cannot choose a weaker stage, key or setup.
#[test]
fn the_stage_is_what_is_wanted() {
    let (root, wrapped, key) = (ROLLUP.at("proof"), WRAPPED.at("proof"), WRAPPED.at("key"));
    let plain = |proof: &str, more: &[&str]| in_fast(&[&["verify", proof], more].concat());
    verify(&wrapped, &["--stage", "wrapped"]).ok();
    plain(&root, &["--stage", "root"]).ok();
    // Without a word the root is wanted.
    let no_key = ["NOT VERIFIED", "is a wrapped proof, and no key is named", "expected a root, or one of --key FILE"];
    plain(&wrapped, &[]).fails(1, &no_key);
    furl(&["verify", &wrapped, "--profile", "proven"]).fails(1, &no_key);
    let not_root = ["is false", "expected a proof of stage root, got one of wrap"];
    plain(&wrapped, &["--stage", "root"]).fails(1, &not_root);
    let not_wrapped = ["is false", "expected a proof of stage wrapped, got one of root-2"];
    verify(&root, &["--stage", "wrapped"]).fails(1, &not_wrapped);
    // A key is given for wrapped proofs alone, and there is none unless it is named.
    verify(&root, &["--key", &key]).fails(1, &not_wrapped);
    plain(&wrapped, &["--stage", "wrapped"]).fails(2, &["no key is named: expected --key FILE, --setup FILE or"]);
    verify(&wrapped, &["--stage", "root"]).fails(2, &["--stage root", "expected no --key, --setup or --insecure-dev"]);
    furl(&["export", "calldata", &root]).fails(1, &not_wrapped);
    let place = Place::new();
    in_fast(&["wrap", &wrapped, "--insecure-dev", "--out", &place.at("out")]).fails(1, &not_root);
    assert_eq!(place.names(), [""; 0]);
}

/// A key of the development setup is refused wherever it comes from, unless the word is said.
#[test]
fn an_insecure_key_needs_the_word() {
    let (proof, key) = (WRAPPED.at("proof"), WRAPPED.at("key"));
    let words = ["is refused: it is INSECURE", "anybody can forge; for trials, say --insecure-dev"];
    in_fast(&["verify", &proof, "--key", &key]).fails(77, &words);
    in_fast(&["export", "solidity", "--key", &key]).fails(77, &words);
    // Whatever its header says: the points tell.
    let place = Place::new();
    let mut hidden = WRAPPED.read("key");
    hidden[12] = 0;
    in_fast(&["verify", &proof, "--key", &place.put("hidden", &hidden)]).fails(77, &words);
    // With another point of the setup it is no key of the development setup.
    *hidden.last_mut().unwrap() ^= 1;
    let other = in_fast(&["verify", &proof, "--key", &place.put("other", &hidden), "--insecure-dev"]);
    assert!(other.code == Some(65) || other.code == Some(1), "{other:?}");
}

/// Nothing is wrapped, exported or deployed under the development setup unless the word is said.
#[test]
fn a_setup_is_never_chosen_by_silence() {
    let place = ROLLUP.copy();
    let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    let prove = ["prove", "--state", &state, "--transfers", &transfers, "--out", &out];
    let no_setup = ["no setup is named: expected --setup FILE or, for trials, --insecure-dev"];
    in_fast(&[&prove[..], &["--stage", "wrapped"]].concat()).fails(2, &no_setup);
    in_fast(&["wrap", &ROLLUP.at("proof"), "--out", &out]).fails(2, &no_setup);
    let no_key = ["no key is named: expected --key FILE, --setup FILE or, for trials, --insecure-dev"];
    in_fast(&["export", "vk", "--out", &out]).fails(2, &no_key);
    in_fast(&["export", "solidity", "--out", &out]).fails(2, &no_key);
    in_fast(&[&prove[..], &["--stage", "root", "--insecure-dev"]].concat()).fails(2, &["--stage root stops before"]);
    assert_eq!(place.names(), ["batch.jsonl", "state.json"]);
}

/// A key is of one profile, and the caller says of which.
#[test]
fn a_key_does_not_choose_its_profile() {
    let words = ["the key is not of profile proven: expected one of 2^19 rows, got one of 2^18"];
    furl(&["export", "solidity", "--insecure-dev", "--key", &WRAPPED.at("key")]).fails(1, &words);
}

#[test]
fn other_lengths_are_malformed() {
    let place = Place::new();
    let bytes = WRAPPED.read("proof");
    let total = bytes.len();
    let announced = |length: u32| [&bytes[..LENGTH], &length.to_le_bytes()].concat();
    let cases = [
        (bytes[..total - 1].to_vec(), format!("truncated: expected {total} bytes, got {}", total - 1)),
        (bytes[..BODY].to_vec(), format!("truncated: expected {total} bytes, got {BODY}")),
        (bytes[..BODY - 1].to_vec(), format!("truncated: expected {BODY} bytes")),
        ([&bytes[..], &[0]].concat(), format!("extended: expected {total} bytes, got {}", total + 1)),
        (announced(0), "the body of a wrapped proof has 2496 bytes, the header announces 0".into()),
        ([announced(2495), bytes[BODY + 1..].to_vec()].concat(), "2496 bytes, the header announces 2495".into()),
    ];
    for (content, words) in cases {
        let proof = place.put("proof", content);
        for run in [verify(&proof, &[]), furl(&["inspect", &proof]), furl(&["export", "calldata", &proof])] {
            run.fails(1, &["is malformed", &words]);
        }
    }
}

#[test]
fn a_false_wrapped_proof_is_refused() {
    let place = Place::new();
    // The batch's number; the lowest byte of an evaluation.
    for offset in [STATEMENT + 36, BODY + 960 + 31] {
        verify(&spoilt(&place, offset, |byte| byte ^ 1), &[])
            .fails(1, &["is false", "wrapped proof: the proof is false"]);
    }
    verify(&spoilt(&place, KEY, |byte| byte ^ 1), &[]).fails(1, &["is false", "not for this circuit (wrap, fast)"]);
    // The first point's x; the first evaluation, as large as can be.
    verify(&spoilt(&place, BODY + 31, |byte| byte ^ 1), &[])
        .fails(1, &["is malformed", "the point at byte 0 of the proof"]);
    verify(&spoilt(&place, BODY + 960, |_| 0xff), &[])
        .fails(1, &["is malformed", "the scalar at byte 960 of the proof"]);
}

/// The key that is built under a setup is the committed one; what is exported of it says what it is.
#[test]
fn keys_and_contracts_are_exported() {
    let place = Place::new();
    let setup = place.at("setup");
    furl(&["setup", "--insecure-dev", "--profile", "fast", "--out", &setup]).ok();
    let options = ["--setup", &setup, "--insecure-dev"];
    let key = place.at("key");
    let built = furl(&[&["export", "vk", "--profile", "fast", "--out", &key, "--json"][..], &options].concat()).json();
    assert_eq!((&built["key_from"], &built["insecure"]), (&"setup".into(), &true.into()));
    assert_eq!((&built["key"], &built["bytes"]), (&WRAPPED.report["key"], &896.into()));
    assert_eq!(built["setup_hash"], WRAPPED.report["setup"]["hash"]);
    assert_eq!(std::fs::read(&key).unwrap(), WRAPPED.read("key"));

    let contract = in_fast(&["export", "solidity", "--insecure-dev", "--key", &key]);
    assert!(contract.stderr.contains("INSECURE"), "{}", contract.stderr);
    let contract = contract.ok();
    assert!(contract.contains("bool public constant INSECURE = true;"), "{contract}");
    let digest = WRAPPED.report["key"].as_str().unwrap();
    assert!(contract.contains(&format!("bytes32 public constant KEY = {digest};")), "{digest}");
    assert_eq!(furl(&["export", "solidity", "--profile", "fast", "--insecure-dev"]).ok(), contract);
    furl(&["export", "solidity", "--key", &WRAPPED.at("proof")]).fails(65, &["not a verifying key of Furl"]);
    furl(&["export", "vk", "--key", &key, "--setup", &setup]).fails(2, &["--key", "cannot be used with"]);
}

#[test]
fn calldata_is_the_claim_and_the_proof() {
    let (proof, bytes) = (WRAPPED.at("proof"), WRAPPED.read("proof"));
    let exported = |call: &str| {
        let run = furl(&["export", "calldata", &proof, "--call", call]);
        assert!(run.stderr.contains("NOT VERIFIED"), "{run:?}");
        run.ok()
    };
    let submit = from_hex::<{ 4 + 7 * 32 + PROOF_BYTES }>(exported("submit").trim_end()).unwrap();
    let verify = from_hex::<{ 4 + 9 * 32 + PROOF_BYTES }>(exported("verify").trim_end()).unwrap();
    for data in [&submit[..], &verify] {
        assert_eq!(data[data.len() - PROOF_BYTES..], bytes[BODY..]);
    }
    let statement = &bytes[STATEMENT..LENGTH];
    let word = |data: &[u8], index: usize| data[4 + 32 * index..][..32].to_vec();
    for (index, field) in [(0, 4..36), (2, 40..72), (3, 72..104), (5, 108..140), (6, 172..204)] {
        assert_eq!(word(&submit, index), statement[field]);
    }
    assert_eq!((word(&submit, 1)[31], word(&submit, 4)[31]), (1, 3), "the batch's number and its count");
    let first: Vec<u8> = [[0; 8].as_slice(), &statement[..24].iter().rev().copied().collect::<Vec<_>>()].concat();
    assert_eq!(word(&verify, 0), first);
    assert_eq!(furl(&["export", "calldata", &proof]).ok(), exported("submit"));
    let place = Place::new();
    let report = furl(&["export", "calldata", &proof, "--out", &place.at("hex"), "--json"]).json();
    assert_eq!((&report["call"], &report["verified"]), (&"submit".into(), &false.into()));
}

/// What is allowed is kept to, by the system's own account, and is not far above it.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_that_is_allowed_suffices_and_is_no_excess() {
    let (took, allowed) = WRAPPED.memory;
    let (took, allowed) = (took.unwrap(), allowed.to_bytes());
    assert!((allowed / 2..=allowed).contains(&took), "{took} bytes of {allowed}");
}

#[test]
fn memory_is_asked_for_before_the_work() {
    let place = ROLLUP.copy();
    let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    let words = ["wrapping in profile fast takes ", "of memory: 700MiB are allowed"];
    let prove = ["prove", "--state", &state, "--transfers", &transfers];
    for command in [&prove[..], &["wrap", &ROLLUP.at("proof")]] {
        in_fast(&[command, &["--insecure-dev", "--out", &out, "--memory", "700MiB"]].concat()).fails(71, &words);
    }
    assert_eq!(place.names(), ["batch.jsonl", "state.json"]);
}
