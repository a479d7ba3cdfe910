//! Where outputs go: not over an input, not into another run's file, not through a link; to devices
//! and pipes as they come; under any name.
#![cfg(unix)]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Place, ROLLUP, Run, command, fed, finish, furl, names, workspace};

/// Waits until something is true.
fn wait_for(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never happens");
        thread::sleep(Duration::from_millis(5));
    }
}

fn pipe(path: &str) {
    assert!(Command::new("mkfifo").arg(path).status().expect("there is a mkfifo").success());
}

/// A committed wrapped proof.
static WRAPPED: LazyLock<String> = LazyLock::new(|| workspace("vectors/wrapped.proof"));

/// Arguments of several lists.
fn all(lists: &[&[&str]]) -> Vec<String> {
    lists.concat().into_iter().map(str::to_owned).collect()
}

fn borrowed(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

/// A run that reads from a pipe which nobody writes to: it goes on for as long as it is wanted.
fn waiting(arguments: &[&str]) -> Child {
    waiting_in(arguments, None)
}

/// The same with a variable.
fn waiting_in(arguments: &[&str], variable: Option<(&str, &str)>) -> Child {
    let mut command = command(arguments);
    command.envs(variable).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the binary is built")
}

/// Ends it by a signal, and not by the end of its input.
fn ended(mut child: Child, name: &str) -> Option<i32> {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(sent.expect("there is a kill").success());
    let mut status = None;
    wait_for(|| {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    status.and_then(|status| status.code())
}

/// Lets it end.
fn end(mut child: Child, input: &[u8]) -> Run {
    child.stdin.take().expect("it is piped").write_all(input).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("all output is UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn an_output_is_no_input_of_its_run() {
    let place = Place::new();
    let at = |name: &str| place.at(name);
    for name in ["alice.key", "state.json", "batch.jsonl"] {
        place.put(name, ROLLUP.read(name));
    }
    let order = "{\"from\":0,\"to\":1,\"amount\":\"1\",\"fee\":0,\"nonce\":0,\"expiry\":9}\n";
    place.put("orders", order);
    place.put("proof", fs::read(&*WRAPPED).unwrap());
    place.put("setup", fs::read(workspace("vectors/setup.kzg")).unwrap());
    place.put("vk", fs::read(workspace("vectors/wrap.key")).unwrap());
    place.put("report", "{}");
    place.put("state.json.hard", "");
    fs::remove_file(at("state.json.hard")).unwrap();
    fs::hard_link(at("state.json"), at("hard")).unwrap();
    symlink(place.at("state.json"), at("link")).unwrap();
    fs::create_dir(at("run")).unwrap();
    fs::copy(workspace("examples/mainnet-17173049.csv"), at("run/state.json")).unwrap();
    let contents = || {
        let files = names(place.path()).into_iter().filter(|name| name != "run");
        files.map(|name| (fs::read(at(&name)).unwrap(), name)).collect::<Vec<_>>()
    };
    let before = contents();

    let [key, state, batch, orders] = ["alice.key", "state.json", "batch.jsonl", "orders"].map(at);
    let [proof, setup, vk, report, new, out] = ["proof", "setup", "vk", "report", "new", "run"].map(at);
    let [hard, link, spelled] = [at("hard"), at("link"), format!("{}/./state.json", place.path().display())];
    let prove = |state: &str, more: [&str; 4]| {
        let run = ["prove", "--stage=root", "--profile=fast", "--force", "--state", state, "--transfers", &batch];
        all(&[&run, &more])
    };
    let sign = |more: &[&str]| all(&[&["sign", "--key", &key, "--state", &state], more]);
    let one = ["--from=0", "--to=1", "--amount=1", "--nonce=0", "--expiry=9"];
    for (arguments, options) in [
        (prove(&state, ["--out", &state, "--state-out", &new]), ["--out", "--state"]),
        (prove(&state, ["--out", &new, "--state-out", &state]), ["--state-out", "--state"]),
        (prove(&state, ["--out", &new, "--state-out", &spelled]), ["--state-out", "--state"]),
        (prove(&state, ["--out", &new, "--state-out", &hard]), ["--state-out", "--state"]),
        (prove(&link, ["--out", &new, "--state-out", &state]), ["--state-out", "--state"]),
        (prove(&state, ["--out", &batch, "--state-out", &new]), ["--out", "--transfers"]),
        (sign(&["--orders", &orders, "--force", "--out", &orders]), ["--out", "--orders"]),
        (sign(&["--orders", &orders, "--force", "--out", &key]), ["--out", "--key"]),
        (sign(&[&one[..], &["--append", &key]].concat()), ["--append", "--key"]),
        (all(&[&["wrap", &proof, "--insecure-dev", "--force", "--out", &proof]]), ["--out", "ROOT"]),
        (
            all(&[&["wrap", &proof, "--insecure-dev", "--force", "--setup", &setup, "--out", &setup]]),
            ["--out", "--setup"],
        ),
        (all(&[&["setup", &setup, "--k=3", "--insecure-dev", "--force", "--out", &setup]]), ["--out", "INPUT"]),
        (all(&[&["export", "calldata", &proof, "--force", "--out", &proof]]), ["--out", "PROOF"]),
        (all(&[&["export", "vk", "--key", &vk, "--force", "--out", &vk]]), ["--out", "--key"]),
        (all(&[&["export", "solidity", "--key", &vk, "--force", "--out", &vk]]), ["--out", "--key"]),
        (all(&[&["bench", "--from", &report, "--force", "--plot", &report]]), ["--plot", "--from"]),
        (all(&[&["import", &format!("{out}/state.json"), "--force", "--out", &out]]), ["--out", "TABLE"]),
    ] {
        let run = furl(&borrowed(&arguments));
        run.fails(73, &["exists already", &format!("{} is read from it", options[1]), &format!("for {}", options[0])]);
    }
    // Standard input is a file, too.
    let arguments = ["setup", "-", "--k=3", "--insecure-dev", "--force", "--out", &setup];
    finish(command(&arguments).stdin(File::open(&setup).unwrap())).fails(73, &["INPUT is read from it"]);
    assert_eq!(contents(), before);
    assert_eq!(names(Path::new(&out)), ["state.json"]);
}

#[test]
fn two_outputs_are_two_files() {
    let place = ROLLUP.copy();
    let [state, batch, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    symlink(".", place.at("folder")).unwrap();
    for other in [place.at("./out"), place.at("folder/out")] {
        let run = ["prove", "--stage=root", "--state", &state, "--transfers", &batch, "--out", &out];
        furl(&[&run[..], &["--state-out", &other]].concat()).fails(2, &["--out and --state-out are both"]);
        furl(&[&run[..], &["--parts", &other]].concat()).fails(2, &["--out and --parts are both"]);
    }
    assert_eq!(place.names(), ["batch.jsonl", "folder", "state.json"]);
}

/// The second run is told before its work, and by whom; the first one is not disturbed.
#[test]
fn an_output_is_one_runs_at_a_time() {
    let place = Place::new();
    let (key, state, out) = (ROLLUP.at("alice.key"), ROLLUP.at("state.json"), place.at("out"));
    let sign = ["sign", "--key", &key, "--state", &state, "--orders", "-", "--out", &out];
    let order = "{\"from\":0,\"to\":1,\"amount\":\"1\",\"fee\":0,\"nonce\":0,\"expiry\":9}\n";
    let has_lock = || place.names().iter().any(|name| name.ends_with(".lock"));
    let first = waiting(&sign);
    wait_for(|| has_lock() && place.names().iter().any(|name| name.ends_with(".tmp")));
    let who = format!("is being written by another run: process {} (furl sign), for ", first.id());
    for other in [place.at("out"), place.at("./out")] {
        for force in [&[][..], &["--force"]] {
            let run = [&["export", "calldata", &WRAPPED, "--out", &other], force].concat();
            furl(&run).fails(73, &[&other, &who]);
        }
    }
    furl(&["export", "calldata", &WRAPPED, "--out", &place.at("other")]).ok();
    end(first, order.as_bytes()).ok();
    assert_eq!(place.names(), ["other", "out"]);

    // Interrupted it leaves nothing, and killed nothing that binds the next.
    for (name, is_left) in [("INT", false), ("KILL", true)] {
        fs::remove_file(&out).unwrap();
        let killed = waiting(&sign);
        wait_for(&has_lock);
        ended(killed, name);
        assert_eq!(has_lock(), is_left, "{name}");
        fed(&sign, order.as_bytes()).ok();
        assert!(!has_lock(), "{:?}", place.names());
    }
}

/// The same of the folder of finished proofs, which several outputs may share one after the other.
#[test]
fn finished_proofs_are_one_runs_at_a_time() {
    let place = ROLLUP.copy();
    let [state, parts] = ["state.json", "parts"].map(|name| place.at(name));
    let prove = |out: &str, transfers: &str| {
        let run = ["prove", "--stage=root", "--profile=fast", "--state", &state, "--parts", &parts];
        all(&[&run, &["--out", out, "--transfers", transfers]])
    };
    let first = prove(&place.at("a"), "-");
    let first = waiting(&borrowed(&first));
    wait_for(|| Path::new(&parts).join(".furl-lock").exists());
    let who = format!("is in use by process {} (furl prove), for ", first.id());
    furl(&borrowed(&prove(&place.at("b"), &place.at("batch.jsonl"))))
        .fails(73, &["finished proofs cannot be kept", &parts, &who]);
    assert_eq!(ended(first, "INT"), Some(130));
    assert_eq!(place.names(), ["batch.jsonl", "state.json"]);
}

#[test]
fn a_folder_of_finished_proofs_is_no_link_and_has_none() {
    let place = ROLLUP.copy();
    let [state, batch, out] = ["state.json", "batch.jsonl", "out"].map(|name| place.at(name));
    let [parts, victim] = ["out.parts", "victim"].map(|name| place.at(name));
    let prove = || {
        let run = ["prove", "--stage=root", "--profile=fast", "--state", &state, "--transfers", &batch, "--out", &out];
        furl(&run)
    };
    place.put("victim", "mine");
    symlink(place.path(), &parts).unwrap();
    prove().fails(73, &["finished proofs cannot be kept", &parts, "is a symbolic link or no folder"]);
    fs::remove_file(&parts).unwrap();
    place.put("out.parts", "mine too");
    prove().fails(73, &["is a symbolic link or no folder"]);
    fs::remove_file(&parts).unwrap();
    fs::create_dir(&parts).unwrap();
    let list = Path::new(&parts).join(".furl-parts");
    for text in ["furl-parts 1\n../victim\n", "furl-parts 2\n"] {
        fs::write(&list, text).unwrap();
        prove().fails(65, &["is not the list of a store's files: line"]);
    }
    fs::remove_file(&list).unwrap();
    symlink(&victim, &list).unwrap();
    prove().fails(65, &["expected a regular file"]);
    assert_eq!(fs::read(&victim).unwrap(), b"mine");
    assert_eq!(names(Path::new(&parts)), [".furl-parts"]);
}

#[test]
fn a_device_or_pipe_gets_its_bytes_as_they_come() {
    let place = Place::new();
    let proof = &*WRAPPED;
    let export = |out: &str| command(&["export", "calldata", proof, "--out", out]);
    let expected = furl(&["export", "calldata", proof]).ok();
    assert!(expected.len() > 5000);
    // Standard output by its other names, whatever it is: a pipe or a file, from where it stands.
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        if !Path::new(name).exists() && name != "-" {
            continue;
        }
        assert_eq!(finish(&mut export(name)).ok(), expected, "{name}");
        let mut file = File::create(place.at("file")).unwrap();
        file.write_all(b"before\n").unwrap();
        let output = export(name).stdout(file).output().unwrap();
        assert!(output.status.success(), "{name}: {output:?}");
        assert_eq!(fs::read_to_string(place.at("file")).unwrap(), format!("before\n{expected}"), "{name}");
    }
    finish(&mut export("/dev/null")).ok();
    let run = finish(&mut export("/dev/stderr"));
    assert!(run.stderr.starts_with(&expected), "{run:?}");
    run.ok();
    symlink("/dev/null", place.at("null")).unwrap();
    finish(&mut export(&place.at("null"))).ok();
    if cfg!(target_os = "linux") {
        finish(&mut export("/dev/full")).fails(74, &["there is no room for /dev/full"]);
        // Another descriptor, of a file that has something.
        let script = "exec 7>>\"$1\"; exec \"$0\" export calldata \"$2\" --out /dev/fd/7";
        let mut shell = Command::new("sh");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_furl"), &place.put("file", "before\n"), proof]);
        finish(&mut shell).ok();
        assert_eq!(fs::read_to_string(place.at("file")).unwrap(), format!("before\n{expected}"));
    }

    let fifo = place.at("fifo");
    pipe(&fifo);
    let reader = thread::spawn({
        let fifo = fifo.clone();
        move || fs::read_to_string(fifo).unwrap()
    });
    finish(&mut export(&fifo)).ok();
    assert_eq!(reader.join().unwrap(), expected);
    // A line is appended to one, too; and - is standard output.
    let key = ROLLUP.at("alice.key");
    let domain = format!("0x{}", "03".repeat(32));
    let one = ["--from=0", "--to=1", "--amount=1", "--nonce=0", "--expiry=9"];
    let append =
        |file: &str| furl(&[&["sign", "--key", &key, "--domain", &domain, "--append", file], &one[..]].concat());
    let line = furl(&[&["sign", "--key", &key, "--domain", &domain], &one[..]].concat()).ok();
    assert_eq!([append("-").ok(), append("/dev/stdout").ok()], [line.clone(), line]);
    append("/dev/null").ok();
    // What cannot be written to is not advised to be replaced.
    let run = furl(&["export", "calldata", proof, "--out", &place.at("")]);
    assert!(!run.stderr.contains("--force"), "{run:?}");
    run.fails(73, &["is not a regular file"]);
    fs::remove_file(place.at("null")).unwrap();
    symlink(place.at("file"), place.at("link")).unwrap();
    let run = furl(&["export", "calldata", proof, "--out", &place.at("link")]);
    assert!(!run.stderr.contains("--force"), "{run:?}");
    run.fails(73, &["is not a regular file"]);
    assert_eq!(place.names(), ["fifo", "file", "link"]);
}

/// A pipe at whose other end nobody is, as an input or as an output: one signal ends the wait.
#[test]
fn no_pipe_is_waited_for_in_vain() {
    let place = Place::new();
    let (proof, fifo, out) = (ROLLUP.at("proof"), place.at("fifo"), place.at("out"));
    pipe(&fifo);
    for arguments in [
        &["wrap", &proof, "--setup", &fifo, "--insecure-dev", "--out", &out][..],
        &["export", "calldata", &WRAPPED, "--out", &fifo],
        &["inspect", &fifo],
    ] {
        let mut child = waiting_in(arguments, Some(("FURL_PROFILE", "fast")));
        // It has begun, and listens to signals.
        thread::sleep(Duration::from_millis(500));
        assert!(child.try_wait().unwrap().is_none(), "{arguments:?}");
        assert_eq!(ended(child, "INT"), Some(130), "{arguments:?}");
    }
    // With somebody there it is read like any file.
    let bytes = ROLLUP.read("proof");
    let writer = thread::spawn({
        let fifo = fifo.clone();
        move || fs::write(fifo, bytes).unwrap()
    });
    furl(&["inspect", &fifo]).ok();
    writer.join().unwrap();
    assert_eq!(place.names(), ["fifo"]);
}

/// What is not Unicode in a name stands as U+FFFD in reports, and the file has its own name.
#[test]
fn a_name_may_be_any_bytes() {
    let place = Place::new();
    let odd = |name: &[u8]| place.path().join(OsString::from_vec([name, b"\xff"].concat()));
    let run = |arguments: &[&str], last: &Path| {
        let mut child = command(arguments);
        let run = finish(child.arg(last).arg("--json"));
        assert_eq!(run.code, Some(0), "{run:?}");
        run.json()
    };
    let shown = |value: &Value, name: &str| {
        let text = value.as_str().expect("a path is a text");
        assert!(text.ends_with(&format!("{name}\u{fffd}")), "{text}");
    };
    let [key, state] = ["alice.key", "state.json"].map(|name| ROLLUP.at(name));
    let table = workspace("examples/mainnet-17173049.csv");
    let order = "{\"from\":0,\"to\":1,\"amount\":\"1\",\"fee\":0,\"nonce\":0,\"expiry\":9}\n";
    let orders = place.put("orders", order);

    shown(&run(&["keygen", "--out"], &odd(b"key"))["out"], "key");
    shown(&run(&["sample", "--transfers=2", "--out"], &odd(b"town"))["out"], "town");
    shown(&run(&["import", &table, "--out"], &odd(b"import"))["out"], "import");
    shown(&run(&["man", "--out"], &odd(b"man"))["out"], "man");
    let sign = ["sign", "--key", &key, "--state", &state];
    shown(&run(&[&sign[..], &["--orders", &orders, "--out"]].concat(), &odd(b"signed"))["out"], "signed");
    let one = ["--from=0", "--to=1", "--amount=1", "--nonce=0", "--expiry=9", "--append"];
    shown(&run(&[&sign[..], &one].concat(), &odd(b"appended"))["appended_to"], "appended");
    shown(&run(&["setup", "--insecure-dev", "--k=3", "--out"], &odd(b"setup"))["out"], "setup");
    shown(&run(&["setup", "--insecure-dev", "--k=3"], &odd(b"setup"))["input"], "setup");
    shown(&run(&["export", "calldata", &WRAPPED, "--out"], &odd(b"calldata"))["out"], "calldata");
    let vk = workspace("vectors/wrap.key");
    shown(&run(&["export", "vk", "--profile=fast", "--insecure-dev", "--key", &vk, "--out"], &odd(b"vk"))["out"], "vk");
    fs::copy(ROLLUP.at("proof"), odd(b"proof")).unwrap();
    shown(&run(&["inspect"], &odd(b"proof"))["proof"], "proof");
    shown(&run(&["verify", "--profile=fast"], &odd(b"proof"))["proof"], "proof");

    for name in ["key", "town", "import", "man", "signed", "appended", "setup", "calldata", "vk", "proof"] {
        assert!(odd(name.as_bytes()).exists(), "{name}");
    }
    let again = finish(command(&["keygen", "--json", "--out"]).arg(odd(b"key")));
    assert!(again.json()["error"]["message"].as_str().unwrap().contains("key\u{fffd} exists already"), "{again:?}");
    again.fails(73, &["key\u{fffd} exists already"]);
}

/// The folder of finished proofs may be the one with the outputs, whose names are any bytes or as
/// those of proofs.
#[test]
fn outputs_among_finished_proofs_stay() {
    let place = ROLLUP.copy();
    let name = format!("{}.proof", "0123456789abcdef".repeat(4));
    let part = name.replace(".proof", ".part");
    place.put(&part, "mine");
    let next = OsString::from_vec(b"next\xff".to_vec());
    let prove = ["prove", "--stage=root", "--profile=fast", "--state", "state.json", "--transfers", "batch.jsonl"];
    let mut command = command(&[&prove[..], &["--out", &name, "--parts", ".", "--json", "--state-out"]].concat());
    let proved = finish(command.arg(&next).current_dir(place.path()));
    assert_eq!(proved.code, Some(0), "{proved:?}");
    assert_eq!(proved.json()["state_out"], "next\u{fffd}");
    furl(&["inspect", &place.at(&name)]).ok();
    assert_eq!(fs::read(place.path().join(&next)).unwrap(), ROLLUP.read("next.json"));
    fs::remove_file(place.path().join(&next)).unwrap();
    assert_eq!(place.names(), [&part, &name, "batch.jsonl", "state.json"]);
}

/// A key that another program keeps: standard input is read once, and has no permissions to look
/// at.
#[test]
fn the_key_of_an_account_comes_from_standard_input_too() {
    let rollup = format!("0x{}", "11".repeat(20));
    let vk = workspace("vectors/wrap.key");
    let node = ["--rpc", "http://127.0.0.1:9", "--rollup", &rollup, "--key-file", "-"];
    let key = ["--profile=fast", "--insecure-dev", "--key", &vk];
    let submit = |proof: &str| all(&[&["submit", proof], &node, &key]);
    let given = |proof: &str, input: &[u8]| fed(&borrowed(&submit(proof)), input);
    given("-", b"").fails(2, &["PROOF and --key-file are both -"]);
    given(&WRAPPED, b"no key").fails(65, &["there is no key in standard input"]);
    let key = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
    let run = given(&WRAPPED, format!("0x{key}\n").as_bytes());
    assert!(!run.stderr.contains(&key[..12]) && !run.stderr.contains("no key in"), "{run:?}");
    assert_ne!(run.code, Some(0));
    let deploy = ["deploy", "--rpc", "http://127.0.0.1:9", "--state", "-", "--key-file", "-"];
    furl(&deploy).fails(2, &["--state and --key-file are both -"]);
    // A file that others may read stays one.
    let place = Place::new();
    let file = place.put("key", format!("0x{key}\n"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let arguments = submit(&WRAPPED);
    let mut child = command(&borrowed(&arguments));
    finish(child.stdin(File::open(&file).unwrap())).fails(77, &["others may read it (mode 644"]);
}
