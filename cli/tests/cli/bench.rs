//! Measurements: one is made, and what was stored is read, exported and drawn.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Place, furl, workspace};

/// A stored report of two cases.
fn stored() -> String {
    workspace("cli/src/bench/expected/report.json")
}

#[test]
fn the_quick_measurement_is_read_back() {
    let run = furl(&["bench", "--quick", "--json"]);
    let report = run.json();
    let case = &report["cases"][0];
    assert_eq!(
        (&report["version"], &report["profile"], &case["exact"]["rows"]),
        (&json!(1), &json!("fast"), &json!(8192))
    );
    assert_eq!((&case["exact"]["transfers"], &case["prove"]["runs"]), (&json!(60), &json!(3)));
    let names: Vec<&Value> = case["stages"].as_array().unwrap().iter().map(|stage| &stage["name"]).collect();
    assert_eq!(names, ["build", "execute", "leaf", "node", "root", "verify"]);

    let place = Place::new();
    let again = furl(&["bench", "--from", &place.put("report.json", &run.stdout), "--format", "json"]).ok();
    assert_eq!(again, run.stdout);
}

#[test]
fn a_stored_report_is_exported() {
    let text = furl(&["bench", "--from", &stored()]).ok();
    assert!(text.starts_with("profile fast (57 proven bits) · Example CPU"), "{text}");
    let markdown = furl(&["bench", "--from", &stored(), "--format", "markdown"]).ok();
    assert!(markdown.contains("\n| 60 | 1 | 8192 | 132888 | "), "{markdown}");
    let entries = furl(&["bench", "--from", &stored(), "--format", "github-action-benchmark"]).json();
    assert_eq!(entries[0]["name"], "fast/60 transfers/build");
    // The option that holds for all commands has its meaning here too.
    let report = furl(&["bench", "--from", &stored(), "--format", "bencher", "--json"]);
    assert_eq!(report.stdout, fs::read_to_string(stored()).unwrap());
}

#[test]
fn what_is_no_report_is_refused() {
    let place = Place::new();
    let report = fs::read_to_string(stored()).unwrap();
    for (from, to, words) in [
        ("\"version\":1", "\"version\":2", "schema version: expected 1, got 2"),
        ("furl-bench", "furl-state", "format: expected \"furl-bench\""),
        ("\"transfers_per_second\":24.0", "\"transfers_per_second\":240.0", "by the median of prove, got 240"),
        ("\"cores\":2,", "", "missing field `cores`"),
    ] {
        let other = place.put("other.json", report.replace(from, to));
        let run = furl(&["bench", "--from", &other]);
        assert_eq!(run.stdout, "");
        run.fails(65, &["other.json is malformed", "not a report of furl bench", words]);
    }
    furl(&["bench", "--from", &place.at("absent")]).fails(66, &["absent cannot be read"]);
}

#[test]
fn a_drawing_is_a_file_like_any_other() {
    let place = Place::new();
    let svg = place.at("plot.svg");
    furl(&["bench", "--from", &stored(), "--plot", &svg]).ok();
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.starts_with("<svg ") && drawn.trim_end().ends_with("</svg>"), "{drawn}");
    furl(&["bench", "--from", &stored(), "--plot", &svg]).fails(73, &["plot.svg exists already"]);
    furl(&["bench", "--from", &stored(), "--plot", &svg, "--force"]).ok();
    assert_eq!((fs::read_to_string(&svg).unwrap(), place.names()), (drawn, vec!["plot.svg".to_owned()]));
}

#[test]
fn what_no_tree_holds_is_refused_before_anything_is_measured() {
    let run = furl(&["bench", "--transfers", "60,124417"]);
    assert!(!run.stderr.contains("building"), "{run:?}");
    run.fails(67, &["1 to 124416 transfers: got 124417"]);
}
