//! Keys and signatures.

use std::fs;

use furl_ledger::codec::json;

use crate::support::{Place, ROLLUP, fed, furl};

const SEED: &str = "0x0707070707070707070707070707070707070707070707070707070707070707";

/// The arguments of an order of 5 units from slot 0 to slot 1, without its fee and what it is for.
fn order(key: &str) -> [&str; 13] {
    ["sign", "--key", key, "--from", "0", "--to", "1", "--amount", "5", "--nonce", "0", "--expiry", "9"]
}

#[test]
fn a_key_is_written_for_its_owner_alone() {
    let place = Place::new();
    let path = place.at("key");
    let run = furl(&["keygen", "--out", &path]);
    let file: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!((&file["format"], &file["version"]), (&"furl-key".into(), &1.into()));
    let secret = file["secret"].as_str().unwrap();
    assert!(!run.stdout.contains(&secret[2..12]) && !run.stderr.contains(&secret[2..12]), "the secret is not printed");
    assert!(run.ok().contains(file["public"].as_str().unwrap()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_key_is_replaced_by_force_only() {
    let place = Place::new();
    let path = place.at("key");
    furl(&["keygen", "--out", &path]).ok();
    let before = fs::read(&path).unwrap();
    furl(&["keygen", "--out", &path]).fails(73, &[&path, "exists already", "--force"]);
    assert_eq!(fs::read(&path).unwrap(), before);
    furl(&["keygen", "--out", &path, "--force"]).ok();
    assert_ne!(fs::read(&path).unwrap(), before, "keys are random");
    assert_eq!(place.names(), ["key"]);
}

#[test]
fn a_seed_fixes_the_key() {
    let place = Place::new();
    let [a, b] = ["a", "b"].map(|name| {
        furl(&["keygen", "--out", &place.at(name), "--seed", SEED]).ok();
        fs::read(place.at(name)).unwrap()
    });
    assert_eq!(a, b);
}

#[test]
fn a_signature_is_a_line_that_opens_under_the_key() {
    let (key, state) = (ROLLUP.at("alice.key"), ROLLUP.at("state.json"));
    let line = furl(&[&order(&key)[..], &["--fee", "300", "--state", &state]].concat()).ok();
    let [signed] = &json::decode(line.as_bytes()).unwrap()[..] else { panic!("one line: {line}") };
    assert_eq!(signed.transfer.fee.value().get(), 300);
    let file: serde_json::Value = serde_json::from_slice(&ROLLUP.read("alice.key")).unwrap();
    assert!(signed.is_signed_by(&file["public"].as_str().unwrap().parse().unwrap()));

    let domain = signed.domain.to_string();
    let by_domain = furl(&[&order(&key)[..], &["--fee", "code:3", "--domain", &domain, "--json"]].concat()).ok();
    let [other] = &json::decode(by_domain.as_bytes()).unwrap()[..] else { panic!("one line: {by_domain}") };
    assert_eq!(other.transfer.fee.get(), 3);
    assert_eq!(other.domain, signed.domain);
}

#[test]
fn what_would_be_refused_is_not_signed() {
    let (alice, bob, state) = (ROLLUP.at("alice.key"), ROLLUP.at("bob.key"), ROLLUP.at("state.json"));
    let sign = |key: &str, more: &[&str]| furl(&[&order(key)[..], more].concat());
    sign(&alice, &["--fee", "256", "--state", &state]).fails(2, &["nearest fees are 255 and 300"]);
    sign(&alice, &["--fee", "255000001", "--state", &state]).fails(2, &["largest fee, 255000000"]);
    sign(&alice, &[]).fails(2, &["--domain <HEX>|--state <FILE>"]);
    sign(&alice, &["--state", &state, "--domain", SEED]).fails(2, &["cannot be used with"]);
    sign(&bob, &["--state", &state]).fails(67, &["rule T1", "slot 0 is owned by"]);
    let absent =
        ["sign", "--key", &alice, "--from", "3", "--to", "1", "--amount", "5", "--nonce", "0", "--expiry", "9"];
    furl(&[&absent[..], &["--state", &state]].concat()).fails(67, &["rule T5", "slot 3 does not exist"]);
}

#[test]
fn a_spoiled_key_file_is_malformed() {
    let place = Place::new();
    let text = String::from_utf8(ROLLUP.read("alice.key")).unwrap();
    for (from, to, words) in [
        ("furl-key", "furl-state", "expected format `furl-key`"),
        ("\"version\":1", "\"version\":2", "key file of version 2, and this program reads version 1"),
        ("\"public\"", "\"pubic\"", "line 1, column"),
        ("\"public\":\"0x", "\"public\":\"0x0", "expected 80 hexadecimal digits"),
    ] {
        let path = place.put_secret("key", text.replacen(from, to, 1));
        furl(&[&order(&path)[..], &["--domain", SEED]].concat()).fails(65, &[&path, words]);
    }
}

/// Whose key is open to others is told, before anything is signed with it; what comes from a pipe has no others.
#[cfg(unix)]
#[test]
fn a_key_is_read_if_it_is_its_owners_alone() {
    let place = Place::new();
    let text = ROLLUP.read("alice.key");
    let key = place.put_secret("key", &text);
    let domain = ["--domain", SEED];
    let sign = |key: &str| fed(&[&order(key)[..], &domain].concat(), &text);
    for mode in [0o666, 0o644, 0o640, 0o604, 0o620, 0o601] {
        place.allow("key", mode);
        let words = format!("others may read it (mode {mode:03o}; chmod 600 it)");
        sign(&key).fails(77, &[&key, "is refused", &words]);
    }
    for mode in [0o600, 0o400] {
        place.allow("key", mode);
        sign(&key).ok();
    }
    for piped in ["-", "/dev/stdin"] {
        sign(piped).ok();
    }
    // All that is written with secrets is read.
    let town = place.at("town");
    furl(&["sample", "--transfers", "1", "--out", &town]).ok();
    let [keys, state, orders] = ["keys.jsonl", "state.json", "orders.jsonl"].map(|name| format!("{town}/{name}"));
    furl(&["sign", "--key", &keys, "--state", &state, "--orders", &orders]).ok();
}

/// What stands in the memory of a process.
#[cfg(target_os = "linux")]
fn memory(process: u32) -> Vec<u8> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut memory = fs::File::open(format!("/proc/{process}/mem")).unwrap();
    let mut all = Vec::new();
    for map in maps.lines().filter(|map| map.contains(" rw")) {
        let (range, _) = map.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        memory.seek(SeekFrom::Start(start)).unwrap();
        // What cannot be read holds nothing.
        drop(memory.by_ref().take(end - start).read_to_end(&mut all));
    }
    all
}

/// A key that came from a pipe, among others, is nowhere in memory as text once it is read.
#[cfg(target_os = "linux")]
#[test]
fn a_key_that_was_read_is_wiped() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let place = Place::new();
    let town = place.at("town");
    let many = ["--transfers", "1", "--accounts", "300", "--tokens", "1"];
    furl(&[&["sample", "--out", &town][..], &many].concat()).ok();
    let keys = fs::read_to_string(format!("{town}/keys.jsonl")).unwrap();
    let (state, orders) = (format!("{town}/state.json"), place.at("orders"));
    assert!(Command::new("mkfifo").arg(&orders).status().unwrap().success());
    let mut sign = crate::support::command(&["sign", "--key", "-", "--state", &state, "--orders", &orders]);
    let mut child = sign.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(keys.as_bytes()).unwrap();
    // There is somebody to read orders once the keys are read.
    let writer = fs::File::options().write(true).open(&orders).unwrap();
    let memory = memory(child.id());
    drop(writer);
    assert!(child.wait().unwrap().success());
    let is_there = |text: &[u8]| memory.windows(text.len()).any(|part| part == text);
    assert!(is_there(b"orders"), "its arguments are in its memory");
    for line in keys.lines().step_by(37) {
        let key: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(!is_there(&key["secret"].as_str().unwrap().as_bytes()[2..34]), "a secret is in its memory");
    }
}
