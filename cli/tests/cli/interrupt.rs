//! Ctrl-C and other signals, at whatever moment: exit code 128 and the signal's number, and no half-written file.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Place, ROLLUP, command, furl, in_fast};

/// Sends a signal, by its name without SIG.
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(sent.expect("there is a kill").success());
}

/// Waits until something is true.
fn wait_for(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(300), "it never happens");
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
        let mut entries = fs::read_dir(place.path()).unwrap();
        entries.any(|entry| {
            let path = entry.unwrap().path();
            path.extension().is_some_and(|end| end == "tmp") && path.metadata().is_ok_and(|there| there.len() > 0)
        })
    });
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: interrupted\n");
    assert_eq!(place.names(), [""; 0]);
}

/// Whether these tests themselves were started to ignore SIGHUP, as `nohup` does; the programs that they start do too.
fn hangs_up_in_vain() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0");
    u64::from_str_radix(ignored.trim(), 16).unwrap() & 1 == 1
}

/// Traffic without end, whose secret keys are in a temporary file already. Gives the process, and where it is.
fn sampling(more: &[&str]) -> (Child, Place) {
    let place = Place::new();
    let mut sample = command(&[&["sample", "--transfers", "100000000", "--out", &place.at("")][..], more].concat());
    let child = sample.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for(|| {
        let mut entries = fs::read_dir(place.path()).unwrap();
        entries.any(|entry| {
            fs::read(entry.unwrap().path()).is_ok_and(|bytes| bytes.starts_with(b"{\"format\":\"furl-key"))
        })
    });
    (child, place)
}

#[test]
fn no_signal_leaves_a_secret() {
    let signals = [("HUP", 129), ("INT", 130), ("QUIT", 131), ("USR1", 138), ("USR2", 140), ("ALRM", 142)];
    for (name, code) in signals.into_iter().chain([("TERM", 143), ("XCPU", 152)]) {
        let (child, place) = sampling(&["--json"]);
        signal(&child, name);
        let (name, code) = if name == "HUP" && hangs_up_in_vain() { ("TERM", 143) } else { (name, code) };
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}");
        assert_eq!(place.names(), [""; 0], "{name}");
        let by = if name == "INT" { String::new() } else { format!(" by SIG{name}") };
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("error: interrupted{by}\n"));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let error = &told["error"];
        assert_eq!((&error["exit"], &error["name"]), (&code.into(), &"interrupted".into()));
        assert_eq!(error["signal"], format!("SIG{name}"));
    }
}

/// Whoever starts a program with `nohup` wants it to outlive a terminal.
#[test]
fn a_signal_that_is_to_be_ignored_is() {
    let place = Place::new();
    let fifo = place.at("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut nohup = Command::new("sh");
    nohup.args(["-c", "trap '' HUP; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_furl"), "inspect", &fifo]);
    let child = nohup.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Somebody reads: it has begun.
    let writer = fs::File::options().write(true).open(&fifo).unwrap();
    signal(&child, "HUP");
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    drop(writer);
    assert_eq!(output.status.code(), Some(143));
}

/// Nobody reads what it has to say: it ends all the same.
#[cfg(target_os = "linux")]
#[test]
fn a_full_pipe_delays_no_end() {
    let (_reader, mut writer) = std::io::pipe().unwrap();
    // What a pipe holds.
    writer.write_all(&[0; 1 << 16]).unwrap();
    let place = Place::new();
    let fifo = place.at("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut child = command(&["inspect", &fifo]).stdout(Stdio::null()).stderr(writer).spawn().unwrap();
    let waits = fs::File::options().write(true).open(&fifo).unwrap();
    signal(&child, "TERM");
    wait_for(|| child.try_wait().unwrap().is_some());
    drop(waits);
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

/// Proves a batch, and sends a signal after some time. No file is half-written; after SIGINT, moreover, all are there or
/// none, and nothing else is left but finished proofs. Gives the exit code, and where it was.
fn proving_ends(name: &str, milliseconds: u64) -> (Option<i32>, Place) {
    let place = ROLLUP.copy();
    let [state, transfers, out, next] = ["state.json", "batch.jsonl", "out", "next"].map(|name| place.at(name));
    let arguments =
        ["prove", "--stage=root", "--state", &state, "--transfers", &transfers, "--out", &out, "--state-out", &next];
    let mut child = command(&[&arguments[..], &["--profile", "fast"]].concat());
    let child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(milliseconds));
    signal(&child, name);
    let code = child.wait_with_output().unwrap().status.code();
    let names: Vec<_> = place.names().into_iter().filter(|name| name != "out.parts").collect();
    let [proof_is_there, state_is_there] = ["out", "next"].map(|name| names.contains(&name.to_owned()));
    if proof_is_there {
        in_fast(&["verify", &out, "--state", &state, "--transfers", &transfers]).ok();
    }
    assert!(!state_is_there || fs::read(&next).unwrap() == ROLLUP.read("next.json"));
    if name == "INT" {
        let both = code == Some(0);
        assert_eq!((proof_is_there, state_is_there), (both, both), "after {milliseconds} ms");
        assert_eq!(names.len(), if both { 4 } else { 2 }, "after {milliseconds} ms: {names:?}");
    }
    (code, place)
}

/// From the first moment to the last.
#[test]
fn a_batch_that_is_being_proved_is_there_or_not() {
    let codes = [0, 5, 20, 60, 300, 1200, 2500].map(|milliseconds| {
        let (code, _) = proving_ends("INT", milliseconds);
        // The very first moments are before the program listens, and end it the system's way.
        assert!([Some(0), Some(130)].contains(&code) || milliseconds < 100, "{code:?} after {milliseconds} ms");
        code
    });
    let interrupted = codes.iter().filter(|code| **code == Some(130)).count();
    assert!(interrupted >= 2, "a proof takes longer than some of these times: {codes:?}");
}

/// All over the time that it takes, by signals that can be caught and that cannot.
#[test]
#[ignore = "slow: about 20 minutes"]
fn sixty_moments() {
    let place = ROLLUP.copy();
    let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    let start = Instant::now();
    let batch = ["--state", &state, "--transfers", &transfers, "--profile", "fast"];
    furl(&[&["prove", "--stage=root", "--out", &out][..], &batch].concat()).ok();
    let whole = start.elapsed().as_millis() as u64;
    for moment in 0..30 {
        // The last ones are about when the files are written.
        let milliseconds = whole * (moment + 5) / 30;
        for name in ["INT", "KILL"] {
            let (_, place) = proving_ends(name, milliseconds);
            let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
            let batch = ["--state", &state, "--transfers", &transfers];
            let prove = ["prove", "--stage=root", "--out", &out, "--profile", "fast", "--force"];
            furl(&[&prove[..], &batch].concat()).ok();
            in_fast(&[&["verify", &out][..], &batch].concat()).ok();
            assert!(!place.names().contains(&"out.parts".to_owned()));
        }
    }
}

/// Proofs in a folder of parts.
fn parts(folder: &str) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == "proof")).count()
}

/// Links or pipes in the place of finished proofs end the same command at once, and stay as they
/// are.
fn nothing_else_is_followed(folder: &str, arguments: &[&str]) {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let proofs: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "proof")).collect();
    let aside = |proof: &Path| proof.with_extension("aside");
    for proof in &proofs {
        fs::rename(proof, aside(proof)).unwrap();
        assert!(Command::new("mkfifo").arg(proof).status().expect("there is a mkfifo").success());
    }
    furl(arguments).fails(73, &["is in the way: expected a proof that this store made", "no regular file"]);
    for proof in &proofs {
        fs::remove_file(proof).unwrap();
        symlink(aside(proof), proof).unwrap();
    }
    furl(arguments).fails(73, &["is in the way: expected a proof that this store made", "a link"]);
    for proof in &proofs {
        fs::rename(aside(proof), proof).unwrap();
    }
}

/// Interrupted in order and killed outright, the same command goes on where it was.
#[test]
fn what_was_finished_is_not_proved_again() {
    for name in ["TERM", "KILL"] {
        let place = ROLLUP.copy();
        let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
        let folder = format!("{out}.parts");
        let arguments =
            ["prove", "--stage=root", "--state", &state, "--transfers", &transfers, "--out", &out, "--profile", "fast"];
        let mut child = command(&arguments);
        let child = child.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        wait_for(|| parts(&folder) > 0);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        if name == "TERM" {
            assert_eq!(output.status.code(), Some(143), "{told}");
            assert!(told.contains("warning: interrupted by SIGTERM") && told.contains("of 3 proofs done"), "{told}");
        }
        let kept = parts(&folder);
        assert!((1..=2).contains(&kept));
        // Leaves lie open in it, for nobody else.
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(Path::new(&folder)), 0o700);
        let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        assert!(files.filter(|file| !file.ends_with(".furl-lock")).all(|file| mode(&file) == 0o600));
        nothing_else_is_followed(&folder, &arguments);
        let resumed = furl(&[&arguments[..], &["--json"]].concat()).json();
        assert!(resumed["resumed"].as_u64().unwrap() >= 1, "{resumed}");
        in_fast(&["verify", &out, "--state", &state, "--transfers", &transfers]).ok();
        assert_eq!(place.names(), ["batch.jsonl", "out", "state.json"]);
    }
}

/// A wrap that is interrupted loses nothing: the root is kept, and is what the same command goes on from.
#[test]
fn an_interrupted_wrap_goes_on_from_the_root() {
    let place = ROLLUP.copy();
    let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    let batch = ["--state", &state, "--transfers", &transfers, "--out", &out, "--profile", "fast"];
    let mut prove = command(&[&["prove", "--insecure-dev"][..], &batch].concat());
    let child = prove.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let folder = format!("{out}.parts");
    wait_for(|| parts(&folder) == 3);
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(told.contains("the proof is not wrapped") && told.contains("stopped before the "), "{told}");
    assert_eq!(parts(&folder), 3);
    let resumed = furl(&[&["prove", "--stage=root", "--json"][..], &batch].concat()).json();
    assert_eq!((&resumed["resumed"], &resumed["stage"]), (&1.into(), &"root".into()));
    assert_eq!(place.names(), ["batch.jsonl", "out", "state.json"]);
}
