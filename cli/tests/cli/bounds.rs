//! Input without end: the program reads as much as it needs to know what to say, and says it.

use std::io::Write;
use std::process::{Output, Stdio};
use std::thread;

use crate::support::{Place, ROLLUP, Run, command, finish, furl};

/// What a pipe and the program's buffer may hold besides what was needed.
const AHEAD: usize = 1 << 18;

/// Runs the binary on `head` and then `piece` again and again until it stops reading. Gives the
/// bytes that went.
fn endless(arguments: &[&str], head: &str, piece: &str) -> (Run, usize) {
    let [stdin, stdout, stderr] = [Stdio::piped(), Stdio::piped(), Stdio::piped()];
    let mut child = command(arguments).stdin(stdin).stdout(stdout).stderr(stderr).spawn().expect("the binary is built");
    let mut pipe = child.stdin.take().expect("it is piped");
    let (head, pieces) = (head.as_bytes().to_vec(), piece.repeat((1 << 16) / piece.len() + 1).into_bytes());
    let feeder = thread::spawn(move || {
        let mut sent = 0;
        let mut next = head;
        while pipe.write_all(&next).is_ok() {
            sent += next.len();
            next.clone_from(&pieces);
        }
        sent
    });
    let output: Output = child.wait_with_output().expect("it ends");
    (Run::of(output), feeder.join().expect("writing does not panic"))
}

fn line() -> String {
    let batch = String::from_utf8(ROLLUP.read("batch.jsonl")).expect("it is JSON");
    format!("{}\n", batch.lines().next().expect("three lines"))
}

/// The list is as long as it likes; the statement says three.
#[test]
fn an_endless_list_is_not_that_of_the_statement() {
    let [proof, state] = ["proof", "state.json"].map(|name| ROLLUP.at(name));
    let words = ["NOT VERIFIED", "count: expected at most 3 transfers, the file has more"];
    for more in [&[][..], &["--state", &state]] {
        let (run, sent) =
            endless(&[&["verify", &proof, "--profile=fast", "--transfers", "-"], more].concat(), "", &line());
        run.fails(1, &words);
        assert!(sent <= AHEAD, "{sent} bytes were taken");
    }
}

/// No batch has more than 124,416 transfers: the next line is the last one that is read, and none
/// is applied, whose rules they break.
#[test]
fn an_endless_batch_is_too_large() {
    let place = Place::new();
    let (state, line) = (ROLLUP.at("state.json"), line());
    let prove = ["prove", "--stage=root", "--state", &state, "--transfers", "-", "--out", &place.at("out")];
    let (run, sent) = endless(&prove, "", &line);
    run.fails(67, &["standard input is too large: expected at most 124416 transfers, and there are more"]);
    let needed = 124_417 * line.len();
    assert!((needed..=needed + AHEAD).contains(&sent), "{sent} bytes were taken");
    assert_eq!(place.names(), [""; 0]);
}

/// A line, a state's entry and a state's text that do not end.
#[test]
fn what_has_no_end_is_not_held() {
    let place = Place::new();
    let [state, transfers] = ["state.json", "batch.jsonl"].map(|name| ROLLUP.at(name));
    let json = String::from_utf8(ROLLUP.read("state.json")).unwrap();
    let (head, slots) = json.split_once('\n').unwrap();
    let slot = slots.lines().nth(1).unwrap();
    let prove = |state: &str, transfers: &str, head: &str, piece: &str| {
        let files = ["--state", state, "--transfers", transfers, "--out", &place.at("out")];
        endless(&[&["prove", "--stage=root"], &files[..]].concat(), head, piece)
    };
    for (state, transfers, head, piece, words) in [
        (&*state, "-", "", " ", "line 1: expected at most 1024 bytes"),
        (&state, "-", &line(), "[", "line 2: expected at most 1024 bytes"),
        ("-", &transfers, "", " ", "to end within 65536 bytes"),
        ("-", &transfers, &format!("{head}{slot}"), slot, "slot 1 comes after slot 1"),
        ("-", &transfers, "{\"format\":\"furl-state\",\"version\":1,\"lanes\":[0", ",0", "to end within 65536 bytes"),
        ("-", &transfers, "{\"version\":3,\"format\":\"furl-state\",\"slots\":[0", ",0", "state file of version 3"),
    ] {
        let (run, sent) = prove(state, transfers, head, piece);
        run.fails(65, &["standard input is malformed", words]);
        assert!(sent <= AHEAD, "{head}{piece}…: {sent} bytes were taken");
    }
    assert_eq!(place.names(), [""; 0]);
}

/// Runs the binary in an address space of so many KiB, which threads do not fill with heaps of
/// their own.
#[cfg(target_os = "linux")]
fn confined(kibibytes: u32, arguments: &[&str]) -> Run {
    let script = format!("ulimit -v {kibibytes}; exec \"$0\" \"$@\"");
    let mut shell = std::process::Command::new("sh");
    finish(shell.args(["-c", &script, env!("CARGO_BIN_EXE_furl")]).args(arguments).env("MALLOC_ARENA_MAX", "1"))
}

/// What the system does not give is told, and ends with the code that the table promises: nothing
/// is aborted.
#[cfg(target_os = "linux")]
#[test]
fn memory_that_the_system_does_not_give_is_told() {
    let place = ROLLUP.copy();
    let [state, transfers, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    let prove = |kibibytes: u32, state: &str| {
        let files = ["--state", state, "--transfers", &transfers, "--out", &out];
        confined(kibibytes, &[&["prove", "--stage=root", "--profile=fast"], &files[..]].concat())
    };
    // The tables of a proof, asked for before the first one is made.
    prove(600_000, &state).fails(71, &["the batch is not proved", "the system does not give ", "iB of memory"]);

    // A state of 2^17 slots and one.
    let json = String::from_utf8(ROLLUP.read("state.json")).unwrap();
    let (head, slots) = json.split_once('\n').unwrap();
    let slot = slots.lines().next().unwrap().trim_end_matches(',').replace("\"1000\"", "\"0\"");
    let many: Vec<_> = (0..=1 << 17).map(|index| slot.replace("\"slot\":0", &format!("\"slot\":{index}"))).collect();
    let large = place.put("large.json", format!("{head}\n{}\n]}}\n", many.join(",\n")));
    prove(100_000, &large).fails(71, &["the system does not give the memory for the slots of", &large]);

    // The points of a setup.
    let setup = ["setup", "--insecure-dev", "--k", "28"];
    confined(4_000_000, &setup).fails(71, &["the system does not give the memory for the development setup of 2^28"]);
    assert_eq!(place.names(), ["batch.jsonl", "large.json", "state.json"]);
}

/// Which bound holds is told, and one that exceeds the machine's memory is obeyed with a warning.
#[cfg(target_os = "linux")]
#[test]
fn the_bound_on_memory_is_told() {
    let place = Place::new();
    // The batch is refused on this state: nothing is proved.
    let [state, transfers] = ["next.json", "batch.jsonl"].map(|name| ROLLUP.at(name));
    let prove = |more: &[&str]| {
        let files = ["--state", &state, "--transfers", &transfers, "--out", &place.at("out")];
        let run = furl(&[&["prove", "--stage=root", "--profile=fast", "-v"], &files[..], more].concat());
        let told = run.stderr.clone();
        run.fails(67, &["transfer 0 breaks T2"]);
        told
    };
    let told = prove(&[]);
    assert!(told.contains(" of memory are allowed, ") && told.contains("if --memory says nothing else"), "{told}");
    let told = prove(&["--memory", "1GiB"]);
    assert!(told.contains("1GiB of memory are allowed, as --memory says") && !told.contains("warning: "), "{told}");
    let told = prove(&["--memory", "1000TiB"]);
    assert!(told.contains("warning: --memory allows 1024000GiB, which is more than there is: the "), "{told}");
}
