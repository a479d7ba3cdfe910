//! The options that every command takes, and the environment that sets them.

use crate::support::{Place, ROLLUP, Run, command, finish, furl, in_fast};

/// A run with some of the environment set.
fn with(environment: &[(&str, &str)], arguments: &[&str]) -> Run {
    finish(command(arguments).envs(environment.iter().copied()))
}

#[test]
fn every_variable_is_in_the_help_and_works() {
    let help = furl(&["prove", "--help"]).ok() + &furl(&["demo", "--help"]).ok();
    for name in ["JSON", "QUIET", "VERBOSE", "LOG_FORMAT", "THREADS", "PROFILE", "SEED"] {
        assert!(help.contains(&format!("[env: FURL_{name}")), "{name}: {help}");
    }
    let proof = ROLLUP.at("proof");
    assert_eq!(with(&[("FURL_JSON", "1")], &["inspect", &proof]).json()["verified"], false);
    assert!(with(&[("FURL_JSON", "0")], &["inspect", &proof]).ok().starts_with("NOT VERIFIED"));
    let error = with(&[("FURL_JSON", "1")], &["inspect"]).json();
    assert_eq!(error["error"]["name"], "usage");
    assert_eq!(with(&[("FURL_JSON", "no")], &["inspect"]).stdout, "");
    for (value, is_json) in
        [("YES", true), ("on", true), ("true", true), ("off", false), ("False", false), ("n", false)]
    {
        assert_eq!(with(&[("FURL_JSON", value)], &["inspect", &proof]).ok().starts_with('{'), is_json, "{value}");
    }
    with(&[("FURL_THREADS", "none")], &["demo"]).fails(2, &["--threads", "none"]);
    with(&[("FURL_PROFILE", "strong")], &["prove"]).fails(2, &["--profile", "strong"]);
    with(&[("FURL_PROFILE", "proven")], &["verify", &proof]).fails(1, &["of profile fast", "at least proven"]);
    // The command line has the last word.
    with(&[("FURL_PROFILE", "proven")], &["verify", &proof, "--profile", "fast"]).ok();
    with(&[("FURL_LOG_FORMAT", "xml")], &["inspect", &proof]).fails(2, &["--log-format", "text, json"]);
}

/// A variable that is empty is as good as one that is not there.
#[test]
fn an_empty_variable_is_none() {
    let place = Place::new();
    let names = ["JSON", "QUIET", "VERBOSE", "LOG_FORMAT", "THREADS", "MEMORY", "PROFILE", "SEED"];
    let layer1 = ["L1_RPC", "L1_KEY", "L1_KEY_FILE", "SOLC"];
    let names: Vec<_> = names.into_iter().chain(layer1).map(|name| format!("FURL_{name}")).collect();
    let empty: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    let (proof, key) = (ROLLUP.at("proof"), place.at("key"));
    assert!(with(&empty, &["inspect", &proof]).ok().starts_with("NOT VERIFIED"));
    with(&empty, &["verify", &proof, "--profile", "fast"]).ok();
    with(&empty, &["keygen", "--out", &key]).ok();
    with(&empty, &["prove", "--state", "absent", "--transfers", "absent", "--out", &place.at("out")])
        .fails(66, &["absent"]);
    with(&empty, &["verify-deployment", "--rollup", &format!("0x{}", "0".repeat(40))]).fails(2, &["--rpc <URL>"]);
    let submit = ["submit", &proof, "--rpc", "http://127.0.0.1:1", "--rollup", &format!("0x{}", "0".repeat(40))];
    assert!(!with(&empty, &submit).stderr.contains("FURL_L1_KEY"));
    // Help names all variables all the same.
    for (command, names) in [("prove", &names[..8]), ("deploy", &names[8..])] {
        let help = with(&empty, &[command, "--help"]).ok();
        for name in names.iter().filter(|name| *name != "FURL_SEED") {
            assert!(help.contains(name.as_str()), "{name}: {help}");
        }
    }
}

/// A value that is refused is refused under the name of its variable; one on the command line is
/// not.
#[test]
fn a_wrong_value_is_blamed_on_its_variable() {
    let proof = ROLLUP.at("proof");
    let prove = ["prove", "--state", "-", "--transfers", "absent", "--out", "-"];
    for (name, value, option) in [
        ("FURL_JSON", "junk", "--json"),
        ("FURL_QUIET", "2", "--quiet"),
        ("FURL_VERBOSE", "much", "--verbose"),
        ("FURL_LOG_FORMAT", "xml", "--log-format <FORMAT>"),
        ("FURL_THREADS", "none", "--threads <N>"),
        ("FURL_MEMORY", "2X", "--memory <SIZE>"),
        ("FURL_PROFILE", "strong", "--profile <PROFILE>"),
    ] {
        let words = format!("invalid value '{value}' for '{option} (from {name})'");
        let run = with(&[(name, value)], &prove);
        assert_eq!(run.stdout, "");
        run.fails(2, &[&words]);
    }
    // The first of two; and the one that counts.
    let both = [("FURL_THREADS", "2"), ("FURL_MEMORY", "2X")];
    with(&both, &prove).fails(2, &["'--memory <SIZE> (from FURL_MEMORY)'"]);
    let run = with(&[("FURL_MEMORY", "2G"), ("FURL_JSON", "1")], &[&prove[..], &["--memory", "3X"]].concat());
    assert!(run.stderr.contains("invalid value '3X' for '--memory <SIZE>': "), "{run:?}");
    assert_eq!(run.json()["error"]["exit"], 2);
    // A secret is not shown.
    let run = with(&[("FURL_SEED", "0x5a5a5a")], &["keygen", "--out", "-"]);
    assert!(run.stderr.contains("(from FURL_SEED)") && !run.stderr.contains("5a5a"), "{run:?}");
    for (name, words) in [("FURL_JSON", "invalid UTF-8"), ("FURL_LOG_FORMAT", "--log-format")] {
        finish(command(&["inspect", &proof]).env(name, not_utf8())).fails(2, &[words, name]);
    }
}

#[cfg(unix)]
fn not_utf8() -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(vec![b'a', 0xff])
}

#[cfg(windows)]
fn not_utf8() -> std::ffi::OsString {
    std::os::windows::ffi::OsStringExt::from_wide(&[0xd800])
}

#[test]
fn a_variable_with_almost_the_right_name_is_asked_about() {
    let proof = ROLLUP.at("proof");
    let run = with(&[("FURL_PORFILE", "fast"), ("FURL_COMMIT", "abc"), ("FURL_HOME", "/")], &["inspect", &proof]);
    assert_eq!(run.stderr, "warning: the variable FURL_PORFILE has no effect: is FURL_PROFILE meant?\n");
    run.ok();
}

#[test]
fn a_seed_in_the_environment_is_a_secret() {
    let place = Place::new();
    let seed = format!("0x{}", "5a".repeat(32));
    for name in ["a", "b"] {
        with(&[("FURL_SEED", &seed)], &["keygen", "--out", &place.at(name)]).ok();
    }
    assert_eq!(std::fs::read(place.at("a")).unwrap(), std::fs::read(place.at("b")).unwrap());
    let help = with(&[("FURL_SEED", &seed)], &["keygen", "--help"]).ok();
    assert!(help.contains("FURL_SEED") && !help.contains("5a5a"), "{help}");
}

#[test]
fn quiet_is_quiet_and_verbose_tells_more() {
    let (proof, state) = (ROLLUP.at("proof"), ROLLUP.at("state.json"));
    let verify = |more: &[&str]| in_fast(&[&["verify", &proof, "--state", &state][..], more].concat());
    let normal = verify(&[]);
    assert_eq!((normal.code, &*normal.stderr), (Some(0), ""));
    assert_eq!(verify(&["--quiet"]).stderr, "");
    assert_eq!(verify(&["--quiet", "-v"]).stderr, "");
    let verbose = verify(&["-v"]);
    assert!(verbose.stderr.starts_with("debug: ") && verbose.stderr.contains("3 slots, root 0x"), "{verbose:?}");
    // A failure is told all the same.
    furl(&["inspect", &state, "--quiet"]).fails(1, &["not a Furl proof"]);
}

#[test]
fn logs_can_be_json_lines() {
    let run = furl(&["inspect", &ROLLUP.at("state.json"), "--log-format", "json", "--json"]);
    assert_eq!(run.code, Some(1));
    let [event] = &run.stderr.lines().collect::<Vec<_>>()[..] else { panic!("one event: {run:?}") };
    let event: serde_json::Value = serde_json::from_str(event).unwrap();
    assert_eq!((&event["level"], &event["name"], &event["exit"]), (&"ERROR".into(), &"refused".into(), &1.into()));
    assert!(event["timestamp"].is_string() && event["detail"].as_str().unwrap().contains("not a Furl proof"));
    assert_eq!(event["message"], run.json()["error"]["message"]);
    let run = in_fast(&["verify", &ROLLUP.at("proof"), "--log-format", "json", "-v"]);
    for line in run.stderr.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    assert!(run.stderr.contains("peak memory"), "{run:?}");
}

/// The variables that speak of colours, as none of the tests' own environment has them.
fn colored(environment: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = command(arguments);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    finish(command.envs(environment.iter().copied()))
}

#[test]
fn nothing_is_coloured_but_for_a_terminal() {
    let run = colored(&[("TERM", "xterm")], &["inspect", "absent"]);
    assert!(run.stderr.starts_with("error: absent cannot be read\n  "), "{run:?}");
    assert!(!run.stderr.contains('\x1b') && !colored(&[], &["--help"]).ok().contains('\x1b'));
}

/// What the log and the parser of the command line say is of one mind about colours.
#[test]
fn colours_can_be_forced_and_forbidden() {
    let force = [("CLICOLOR_FORCE", "1"), ("TERM", "dumb")];
    let error = "\x1b[1;31merror:";
    assert!(colored(&force, &["inspect", "absent"]).stderr.starts_with(error));
    assert!(
        colored(&force, &["--help"]).ok().contains('\x1b') && colored(&force, &["nonsense"]).stderr.contains('\x1b')
    );
    for more in [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "0")] {
        let environment = [&force[..], &[more]].concat();
        for arguments in [&["inspect", "absent"][..], &["nonsense"], &["--help"]] {
            let run = colored(&environment, arguments);
            assert!(!run.stderr.contains('\x1b') && !run.stdout.contains('\x1b'), "{run:?}");
        }
    }
    assert!(colored(&[force[0], ("NO_COLOR", "")], &["inspect", "absent"]).stderr.starts_with(error));
}

/// A terminal that only takes lines gets lines: no colours, and no bars that move the cursor.
#[cfg(target_os = "linux")]
#[test]
fn a_dumb_terminal_gets_lines() {
    // `script` runs a program on a terminal of its own, and gives what arrives there.
    let on_terminal = |term: Option<&str>, arguments: &str| {
        let mut script = std::process::Command::new("script");
        let furl = format!("{} {arguments}", env!("CARGO_BIN_EXE_furl"));
        script.args(["-qec", &furl, "/dev/null"]).stdin(std::process::Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
            script.env_remove(name);
        }
        finish(script.envs(term.map(|term| ("TERM", term)))).stdout
    };
    for arguments in ["inspect absent", "nonsense", "--help", "setup --insecure-dev --k 10"] {
        assert!(on_terminal(Some("xterm"), arguments).contains('\x1b'), "{arguments}");
        for term in [None, Some("dumb"), Some("")] {
            let told = on_terminal(term, arguments);
            assert!(!told.is_empty() && !told.contains('\x1b'), "{arguments}: {told:?}");
        }
    }
}
