//! Ctrl-C, at whatever moment: exit code 130, and no half-written file.
#![cfg(unix)]

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Place, ROLLUP, command, furl, names};

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is a kill");
    assert!(sent.success());
}

/// Waits until something is true.
fn wait_for(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never happens");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_list_that_is_being_signed_leaves_nothing() {
    let place = Place::new();
    let (key, state, out) = (ROLLUP.at("alice.key"), ROLLUP.at("state.json"), place.at("out"));
    let mut sign = command(&["sign", "--key", &key, "--state", &state, "--orders", "-", "--out", &out]);
    let mut child = sign.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let order = "{\"from\":0,\"to\":1,\"amount\":\"1\",\"fee\":0,\"nonce\":0,\"expiry\":9}\n";
    child.stdin.as_mut().unwrap().write_all(order.repeat(300).as_bytes()).unwrap();
    // There is a temporary file, and it has been written to.
    wait_for(|| {
        let mut entries = std::fs::read_dir(place.path()).unwrap();
        entries.any(|entry| entry.unwrap().metadata().is_ok_and(|metadata| metadata.len() > 0))
    });
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: interrupted\n");
    assert_eq!(place.names(), [""; 0]);
}

/// From the first moment to the last: either it was too late, and the files are whole, or there are none.
#[test]
fn a_batch_that_is_being_proved_is_there_or_not() {
    let mut interrupted = 0;
    for milliseconds in [0, 5, 20, 60, 300, 1200, 2500] {
        let place = ROLLUP.copy();
        let [state, transfers, out, next] = ["state.json", "batch.jsonl", "out", "next"].map(|name| place.at(name));
        let arguments = ["prove", "--state", &state, "--transfers", &transfers, "--out", &out, "--state-out", &next];
        let mut child = command(&[&arguments[..], &["--profile", "fast"]].concat());
        let child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The very first moments are before the program listens, and end it the system's way.
        thread::sleep(Duration::from_millis(milliseconds));
        interrupt(&child);
        let code = child.wait_with_output().unwrap().status.code();
        if code == Some(0) {
            assert_eq!(place.names(), ["batch.jsonl", "next", "out", "state.json"]);
            furl(&["verify", &out, "--state", &state, "--transfers", &transfers]).ok();
            continue;
        }
        assert!(code == Some(130) || (code.is_none() && milliseconds < 100), "{code:?} after {milliseconds} ms");
        let left: Vec<_> = names(place.path()).into_iter().filter(|name| name != "out.parts").collect();
        assert_eq!(left, ["batch.jsonl", "state.json"], "after {milliseconds} ms");
        interrupted += usize::from(code == Some(130));
    }
    assert!(interrupted >= 2, "a proof takes longer than {interrupted} of these times");
}

/// Proofs in a folder of parts.
fn parts(folder: &str) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == "proof")).count()
}

/// Interrupted in order and killed outright, the same command goes on where it was.
#[test]
fn what_was_finished_is_not_proved_again() {
    for signal in ["-INT", "-KILL"] {
        let place = ROLLUP.copy();
        let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
        let folder = format!("{out}.parts");
        let arguments = ["prove", "--state", &state, "--transfers", &transfers, "--out", &out, "--profile", "fast"];
        let mut child = command(&arguments);
        let child = child.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        wait_for(|| parts(&folder) > 0);
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("there is a kill");
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        if signal == "-INT" {
            assert_eq!(output.status.code(), Some(130), "{told}");
            assert!(told.contains("of 3 proofs done"), "{told}");
        }
        let kept = parts(&folder);
        assert!((1..=2).contains(&kept));
        let resumed = furl(&[&arguments[..], &["--json"]].concat()).json();
        assert!(resumed["resumed"].as_u64().unwrap() >= 1, "{resumed}");
        furl(&["verify", &out, "--state", &state, "--transfers", &transfers]).ok();
        assert_eq!(names(place.path()), ["batch.jsonl", "out", "state.json"]);
    }
}
