//! Standard input and output in place of files; readers that stop, and disks that are full.

use std::fs::{self, File};
use std::io::Read;
use std::process::{Command, Stdio};

use crate::support::{Place, ROLLUP, command, fed, finish, furl, in_fast};

#[test]
fn a_dash_is_standard_input() {
    let [proof, state, transfers] = ["proof", "state.json", "batch.jsonl"].map(|name| ROLLUP.at(name));
    let read = |name: &str| ROLLUP.read(name);
    assert!(fed(&["inspect", "-"], &read("proof")).ok().contains("proof      standard input (body of"));
    let shown = fed(&["verify", "--profile=fast", "-", "--state", &state, "--json"], &read("proof")).json();
    assert_eq!((&shown["proof"], &shown["state"]), (&"-".into(), &"matches".into()));
    fed(&["verify", "--profile=fast", &proof, "--state", "-", "--transfers", &transfers], &read("state.json")).ok();
    fed(&["verify", "--profile=fast", &proof, "--state", &state, "--transfers", "-"], &read("batch.jsonl")).ok();
    fed(&["verify", "--profile=fast", &proof, "--transfers", "-"], b"{}")
        .fails(65, &["standard input is malformed", "line 1"]);
    furl(&["verify", "-", "--state", "-"]).fails(2, &["PROOF and --state are both -"]);
    furl(&["prove", "--stage=root", "--state", "-", "--transfers", "-", "--out", "x"])
        .fails(2, &["--state and --transfers are both"]);
}

#[test]
fn a_dash_is_standard_output() {
    let place = ROLLUP.copy();
    let [state, transfers] = ["state.json", "batch.jsonl"].map(|name| place.at(name));
    let proof = place.at("proof");
    let mut piped = command(&[
        "prove",
        "--stage=root",
        "--state",
        &state,
        "--transfers",
        &transfers,
        "--out",
        "-",
        "--profile",
        "fast",
    ]);
    let output = piped.stdout(File::create(&proof).unwrap()).stderr(Stdio::piped()).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("proved 3 transfers, profile fast"), "the report is told aside: {told}");
    in_fast(&["verify", &proof, "--state", &state, "--transfers", &transfers]).ok();

    let run = furl(&[
        "prove",
        "--stage=root",
        "--state",
        &state,
        "--transfers",
        &transfers,
        "--out",
        "-",
        "--state-out",
        "-",
    ]);
    run.fails(2, &["--out and --state-out are both standard output"]);
    let run = furl(&["keygen", "--out", "-"]);
    assert!(run.stderr.starts_with("public key 0x"), "{run:?}");
    let key = place.put_secret("key", run.ok());
    let order = ["--from", "0", "--to", "1", "--amount", "5", "--nonce", "0", "--expiry", "9"];
    let domain = format!("0x{}", "03".repeat(32));
    furl(&[&["sign", "--key", &key, "--domain", &domain][..], &order].concat()).ok();
}

/// A list of orders, streamed from one pipe to another.
#[test]
fn orders_are_signed_as_they_come() {
    let (key, state) = (ROLLUP.at("alice.key"), ROLLUP.at("state.json"));
    let order = |from: u32, nonce: u32| {
        format!("{{\"from\":{from},\"to\":1,\"amount\":\"1\",\"fee\":0,\"nonce\":{nonce},\"expiry\":9}}\n")
    };
    let arguments = ["sign", "--key", &key, "--state", &state, "--orders", "-"];
    let many: String = (0..3000).map(|nonce| order(0, nonce)).collect();
    let run = fed(&arguments, many.as_bytes());
    assert!(run.stderr.contains("3000 transfers are signed"), "{}", run.stderr);
    let signed = furl_ledger::codec::json::decode(run.ok().as_bytes()).unwrap();
    assert!(signed.iter().zip(0..).all(|(signed, nonce)| signed.transfer.nonce.get() == nonce));

    // Into a file, whole or not at all.
    let place = Place::new();
    let out = place.at("out");
    let to_file = [&arguments[..], &["--out", &out]].concat();
    let other = order(0, 0) + &order(1, 0);
    fed(&to_file, other.as_bytes()).fails(67, &["standard input, line 2", "rule T1", "slot 1 is owned by key 0x"]);
    fed(&to_file, (order(0, 0) + &order(3, 0)).as_bytes()).fails(67, &["line 2", "rule T5", "slot 3 does not exist"]);
    fed(&to_file, (order(0, 0) + "{}").as_bytes()).fails(65, &["line 2: missing field `from`"]);
    assert_eq!(place.names(), [""; 0]);
    // Two keys: the state tells which.
    let bob = ROLLUP.at("bob.key");
    let two = [&to_file[..], &["--key", &bob]].concat();
    fed(&two, other.as_bytes()).ok();
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 2);
    let domain = format!("0x{}", "03".repeat(32));
    let unknown = ["sign", "--key", &key, "--key", &bob, "--domain", &domain, "--orders", "-"];
    fed(&unknown, other.as_bytes()).fails(67, &["line 1: expected --state to tell which of 2 keys owns a slot"]);
    furl(&[&arguments[..], &["--from", "0"]].concat()).fails(2, &["cannot be used with"]);
}

#[test]
fn a_reader_may_stop_reading() {
    let proof = ROLLUP.at("proof");
    for arguments in [&["inspect", &proof][..], &["--help"], &["inspect", &proof, "--json"], &["man"]] {
        let mut child = command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{arguments:?}");
    }
    // In the middle of a stream.
    let place = Place::new();
    furl(&["sample", "--transfers", "5000", "--out", &place.at("town")]).ok();
    let [keys, state, orders] =
        ["keys.jsonl", "state.json", "orders.jsonl"].map(|name| place.at(&format!("town/{name}")));
    let mut sign = command(&["sign", "--key", &keys, "--state", &state, "--orders", &orders]);
    let mut child = sign.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let proof = ROLLUP.at("proof");
    let [state, transfers] = ["state.json", "batch.jsonl"].map(|name| ROLLUP.at(name));
    let prove =
        ["prove", "--stage=root", "--state", &state, "--transfers", &transfers, "--out", "-", "--profile", "fast"];
    for (arguments, words) in [(&["inspect", &*proof][..], "standard output"), (&prove, "no room for standard output")]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command(arguments).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(74));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(words) && told.contains("No space left on device"), "{told}");
    }
}

/// A disk on which files of 64 KiB have room, and no larger ones: nothing half-written is left, old files stay.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_has_no_room_is_not_half_written() {
    let place = ROLLUP.copy();
    let binary = env!("CARGO_BIN_EXE_furl");
    // `ulimit -f` counts blocks of 512 bytes.
    let bounded = |arguments: &[&str]| {
        let script = "ulimit -f 128; exec \"$0\" \"$@\"";
        finish(Command::new("sh").args(["-c", script, binary]).args(arguments))
    };
    let [state, transfers, out] = ["state.json", "batch.jsonl", "proof"].map(|name| place.at(name));
    let next = place.put("next.json", "old");
    let outputs = ["--out", &out, "--state-out", &next, "--force", "--profile", "fast"];
    // The first file that is too long is a finished proof.
    let run =
        bounded(&[&["prove", "--stage=root", "--state", &state, "--transfers", &transfers][..], &outputs].concat());
    run.fails(74, &["finished proofs cannot be kept", &out, ".parts", "File too large"]);
    assert_eq!(place.names(), ["batch.jsonl", "next.json", "state.json"]);
    assert_eq!(fs::read(&next).unwrap(), b"old");

    let town = place.at("town");
    bounded(&["sample", "--transfers", "1000", "--out", &town]).fails(74, &["no room for", "File too large"]);
    assert_eq!(crate::support::names(&place.path().join("town")), [""; 0]);
}
