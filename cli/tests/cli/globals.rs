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
    with(&[("FURL_THREADS", "none")], &["demo"]).fails(2, &["--threads", "none"]);
    with(&[("FURL_PROFILE", "strong")], &["prove"]).fails(2, &["--profile", "strong"]);
    with(&[("FURL_PROFILE", "proven")], &["verify", &proof]).fails(1, &["of profile fast", "at least proven"]);
    // The command line has the last word.
    with(&[("FURL_PROFILE", "proven")], &["verify", &proof, "--profile", "fast"]).ok();
    with(&[("FURL_LOG_FORMAT", "xml")], &["inspect", &proof]).fails(2, &["--log-format", "text, json"]);
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

#[test]
fn nothing_is_coloured_but_for_a_terminal() {
    let run = furl(&["inspect", "absent"]);
    assert!(run.stderr.starts_with("error: absent cannot be read\n  "), "{run:?}");
    assert!(!run.stderr.contains('\x1b') && !furl(&["--help"]).ok().contains('\x1b'));
}
