//! Input from somebody who means no good, or from a newer Furl.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use crate::support::{Place, ROLLUP, Run, batch, command, fed, furl, workspace};

fn prove(place: &Place) -> Run {
    let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    furl(&["prove", "--stage=root", "--state", &state, "--transfers", &transfers, "--out", &out])
}

/// The arguments of an order that is signed with the key in `key`.
fn sign(key: &str) -> Run {
    let order = ["--from", "0", "--to", "1", "--amount", "5", "--nonce", "0", "--expiry", "9"];
    furl(&[&["sign", "--key", key, "--domain", &format!("0x{}", "00".repeat(32))][..], &order].concat())
}

#[test]
fn deep_json_is_refused() {
    let place = ROLLUP.copy();
    let deep = "[".repeat(1_000_000);
    place.put("state.json", format!("{{\"format\":{deep}"));
    prove(&place).fails(65, &["state.json", "not JSON at 1:", "recursion limit exceeded"]);
    place.put("state.json", ROLLUP.read("state.json"));
    place.put("batch.jsonl", &deep[..1000]);
    prove(&place).fails(65, &["batch.jsonl", "line 1: not JSON at 1:", "recursion limit exceeded"]);
    let key = place.put_secret("key", format!("{{\"format\":{deep}"));
    sign(&key).fails(65, &[&key, "line 1, column"]);
}

#[test]
fn huge_json_is_refused() {
    let place = ROLLUP.copy();
    let huge = vec![b' '; 1 << 25];
    place.put("batch.jsonl", &huge);
    prove(&place).fails(65, &["line 1: expected at most 1024 bytes"]);
    place.put("state.json", &huge);
    prove(&place).fails(65, &["not a state: not JSON at 1:"]);
    let key = place.put_secret("key", [&huge[..], b" "].concat());
    sign(&key).fails(65, &[&key, "is too long: expected at most 33554432 bytes"]);
    let run = fed(&["sign", "--key", "-", "--orders", "absent", "--domain", &format!("0x{}", "00".repeat(32))], &huge);
    run.fails(65, &["standard input is malformed", "expected at least one key"]);
}

/// Runs the binary on `head` and then `filler` without an end, and tells how much of it was taken.
fn endless(arguments: &[&str], head: &[u8], filler: u8) -> (Run, usize) {
    let mut command = command(arguments);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the binary is built");
    let mut pipe = child.stdin.take().expect("it is piped");
    let head = head.to_vec();
    let feeder = std::thread::spawn(move || {
        let chunks = std::iter::once(head).chain(std::iter::repeat(vec![filler; 1 << 12]));
        chunks.map_while(|chunk| pipe.write_all(&chunk).ok().map(|()| chunk.len())).sum()
    });
    let output = child.wait_with_output().expect("it ends");
    (Run::of(output), feeder.join().expect("writing does not panic"))
}

/// No file is read further than one of its kind can reach. (States and lists of transfers:
/// `bounds.rs`.)
#[test]
fn endless_files_are_refused() {
    let file = |name: &str| fs::read(workspace(&format!("vectors/{name}"))).unwrap();
    let (root, wrapped, key, setup) = (file("root.proof"), file("wrapped.proof"), file("wrap.key"), file("setup.kzg"));
    let ceremony = file("ceremony-8.ptau");
    let domain = format!("0x{}", "00".repeat(32));
    let sign = ["sign", "--key", "-", "--orders", "absent", "--domain", &domain];
    let proof: [(&[&str], i32, &str, usize); 3] = [
        (&["inspect", "-"], 1, "extended: expected at most 16777471 bytes", 1 << 24),
        (&["verify", "-", "--profile", "fast"], 1, "extended: expected at most 16777471 bytes", 1 << 24),
        (&["export", "calldata", "-"], 1, "extended: expected at most 16777471 bytes", 1 << 24),
    ];
    let proofs = proof.iter().flat_map(|case| [(case, &root[..]), (case, &wrapped)]);
    let mut cases: Vec<_> = proofs.map(|(case, head)| (*case, head, 0)).collect();
    cases.extend([
        ((&["export", "solidity", "--key", "-"][..], 65, "not a verifying key", key.len()), &key[..], 0),
        ((&sign, 65, "is too long: expected at most 33554432 bytes", 1 << 25), b"{\"format\":\"furl-key\",", b' '),
        ((&["bench", "--from", "-"], 65, "is too long: expected at most 1048576 bytes", 1 << 20), b"{", b' '),
        ((&["setup", "-", "--insecure-dev", "--k", "3"], 65, "extended", setup.len()), &setup, 0),
        ((&["setup", "-", "--k", "8"], 65, "malformed", ceremony.len()), &ceremony, 0),
    ]);
    for ((arguments, code, words, most), head, filler) in cases {
        let (run, taken) = endless(arguments, head, filler);
        run.fails(code, &["standard input", words]);
        // What a pipe and a reader hold is taken too.
        assert!(taken <= most + (1 << 17), "{arguments:?} took {taken} bytes of at most {most}");
    }
}

/// Whatever else is new in it: both versions are named.
#[test]
fn newer_formats_are_named() {
    let place = ROLLUP.copy();
    place.put("state.json", r#"{"version":2,"format":"furl-state","accounts":{"0":-1e99},"tokens":null}"#);
    prove(&place).fails(65, &["state file of version 2, and this program reads version 1"]);
    let key = place.put_secret("key", r#"{"version":3,"format":"furl-key","sealed":["0x00"]}"#);
    sign(&key).fails(65, &["key file of version 3, and this program reads version 1"]);
    let mut proof = ROLLUP.read("proof");
    proof[8..10].copy_from_slice(&[2, 0]);
    proof.truncate(12);
    let proof = place.put("proof", proof);
    for command in ["inspect", "verify"] {
        furl(&[command, &proof]).fails(1, &["proof format version 2, and this program reads version 1"]);
    }
}

/// Some editors put it in front, and some shells write all of a text so: every reader of text says
/// what it is.
#[test]
fn a_byte_order_mark_is_named() {
    let place = ROLLUP.copy();
    let utf8 = |text: &[u8]| [b"\xef\xbb\xbf", text].concat();
    let utf16 =
        |text: &[u8]| [0xff, 0xfe].into_iter().chain(text.iter().flat_map(|byte| [*byte, 0])).collect::<Vec<_>>();
    let words = "byte order mark of UTF-8 at the start (EF BB BF): save it as UTF-8 without one";
    for (marked, words) in [(&utf8 as &dyn Fn(&[u8]) -> Vec<u8>, words), (&utf16, "byte order mark of UTF-16")] {
        let (state, transfers) = (ROLLUP.read("state.json"), ROLLUP.read("batch.jsonl"));
        place.put("state.json", marked(&state));
        prove(&place).fails(65, &["state.json", "not a state: expected UTF-8, got a", words]);
        place.put("state.json", state);
        place.put("batch.jsonl", marked(&transfers));
        prove(&place).fails(65, &["batch.jsonl", "line 1: expected UTF-8, got a", words]);
        let key = place.put_secret("key", marked(&ROLLUP.read("alice.key")));
        sign(&key).fails(65, &[&key, "not a key: expected UTF-8, got a", words]);
        let report = place.put("report", marked(b"{}"));
        furl(&["bench", "--from", &report]).fails(65, &[&report, words]);
        let account = place.put_secret("account", marked("5a".repeat(32).as_bytes()));
        let rollup = ["--rollup", &format!("0x{}", "00".repeat(20)), "--rpc", "http://127.0.0.1:1"];
        let proof = workspace("vectors/wrapped.proof");
        let submit = ["submit", &proof, "--profile", "fast", "--insecure-dev", "--key-file", &account];
        furl(&[&submit[..], &rollup].concat()).fails(65, &[&account, words]);
    }
}

/// No contract takes a batch of that number: it is refused before anything is proved.
#[test]
fn batch_zero_is_refused() {
    let place = ROLLUP.copy();
    let state = String::from_utf8(ROLLUP.read("state.json")).unwrap();
    place.put("state.json", state.replace("\"batch\":1,", "\"batch\":0,"));
    let words = "batch number must be at least 1 and below 4294967296, got 0";
    prove(&place).fails(65, &["state.json", "`batch`: ", words]);
    let guard = ["prove", "--state", "-", "--transfers", "absent", "--out", "-", "--batch-number", "0"];
    furl(&guard).fails(2, &["--batch-number", words]);
    assert_eq!(place.names(), ["batch.jsonl", "state.json"]);
}

#[test]
fn a_state_that_does_not_match_is_refused() {
    let place = ROLLUP.copy();
    // The batch was signed for another state: the nonces of the next one are higher.
    place.put("state.json", ROLLUP.read("next.json"));
    prove(&place).fails(67, &["line 1", "transfer 0 breaks T2: expected nonce 2, got 0"]);
    let state = String::from_utf8(ROLLUP.read("state.json")).unwrap();
    let other = format!("0x{}", "04".repeat(32));
    place.put("state.json", state.replace(&batch().domain.to_string(), &other));
    prove(&place).fails(67, &["line 1", "transfer 0 breaks T8"]);
    let missing = state.replace("{\"token\":0,\"slot\":5}", "{\"token\":0,\"slot\":6}");
    place.put("state.json", missing);
    prove(&place).fails(67, &["fee lane 0: slot 6 does not exist"]);
    assert_eq!(place.names(), ["batch.jsonl", "state.json"]);
}
