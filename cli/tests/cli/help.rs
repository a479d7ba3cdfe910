//! What the program says of itself.

use std::fs;

use crate::support::{Place, furl, names, workspace};

const COMMANDS: [&str; 18] = [
    "demo",
    "keygen",
    "sign",
    "import",
    "sample",
    "prove",
    "verify",
    "wrap",
    "export",
    "setup",
    "inspect",
    "security",
    "bench",
    "completions",
    "man",
    "deploy",
    "submit",
    "verify-deployment",
];

const CODES: [u8; 14] = [0, 1, 2, 65, 66, 67, 69, 70, 71, 72, 73, 74, 77, 130];

#[test]
fn help_lists_commands_and_exit_codes() {
    let help = furl(&["--help"]).ok();
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}: {help}");
    }
    for code in CODES {
        assert!(help.contains(&format!("\n  {code:>3}  ")), "{code}: {help}");
    }
    assert!(furl(&["-h"]).ok().contains("furl demo"));
}

#[test]
fn every_command_explains_itself() {
    for command in COMMANDS {
        let help = furl(&[command, "--help"]).ok();
        assert!(help.contains("Example") && help.contains(&format!("  furl {command}")), "{help}");
        for option in ["--json", "--quiet", "--verbose", "--log-format"] {
            assert!(help.contains(option), "{option}: {help}");
        }
        assert_eq!(furl(&["help", command]).ok(), help);
    }
}

/// The README's table is that of `--help`: the same codes and names, in the same order.
#[test]
fn the_readme_has_the_exit_codes() {
    let readme = fs::read_to_string(workspace("README.md")).unwrap();
    let help = furl(&["--help"]).ok();
    let (_, codes) = help.split_once("Exit codes:").unwrap();
    for code in CODES {
        let line = codes.lines().find(|line| line.trim_start().starts_with(&format!("{code} "))).unwrap();
        let name = line.split_whitespace().nth(1).unwrap();
        assert!(readme.contains(&format!("\n| {code} | {name} | ")), "{code} {name}");
    }
    let (_, table) = readme.split_once("| code | name | meaning |\n|---|---|---|\n").unwrap();
    assert_eq!(table.lines().take_while(|line| line.starts_with('|')).count(), CODES.len());
}

/// What is exported is told apart by commands under one.
#[test]
fn every_export_explains_itself() {
    for what in ["solidity", "calldata", "vk"] {
        let help = furl(&["export", what, "--help"]).ok();
        assert!(help.contains("Examples") && help.contains(&format!("  furl export {what}")), "{help}");
        assert_eq!(furl(&["help", "export", what]).ok(), help);
    }
}

#[test]
fn shells_get_their_scripts() {
    for (shell, words) in [("bash", "complete -F"), ("zsh", "#compdef furl"), ("fish", "complete -c furl")] {
        let script = furl(&["completions", shell]).ok();
        assert!(script.contains(words) && script.contains("state-out"), "{shell}");
    }
    let report = furl(&["completions", "elvish", "--json"]).json();
    assert_eq!(report["shell"], "elvish");
    furl(&["completions", "cmd"]).fails(2, &["bash", "zsh", "fish"]);
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let place = Place::new();
    let out = place.at("man1");
    furl(&["man", "--out", &out]).ok();
    let mut pages: Vec<_> = COMMANDS.iter().map(|command| format!("furl-{command}.1")).collect();
    pages.extend(["", "-export-calldata", "-export-solidity", "-export-vk"].map(|name| format!("furl{name}.1")));
    pages.sort();
    assert_eq!(names(&place.path().join("man1")), pages);
    let page = fs::read_to_string(place.path().join("man1/furl-prove.1")).unwrap();
    assert_eq!(furl(&["man", "prove"]).ok(), page);
    for words in [".TH furl-prove 1", "state\\-out", "FURL_PROFILE"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(furl(&["man"]).ok().contains(".TH furl 1"));
    assert!(furl(&["man", "export-vk"]).ok().contains(".TH furl-export-vk 1"));
    furl(&["man", "--out", &out]).fails(73, &["exists already"]);
    furl(&["man", "--out", &out, "--force"]).ok();
    furl(&["man", "proof"]).fails(2, &["there is no page on proof", "prove"]);
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(furl(&["--version"]).ok(), concat!("furl ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_wrong_command_line_is_explained() {
    let nothing = furl(&[]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(2), ""));
    assert!(nothing.stderr.contains("Usage:"));
    furl(&["prof"]).fails(2, &["unrecognized subcommand 'prof'"]);
    furl(&["prove", "--profile", "strict"]).fails(2, &["strict", "fast", "proven"]);
    furl(&["demo", "--threads", "0"]).fails(2, &["--threads", "1..=1024"]);
    furl(&["demo", "--transfers", "0"]).fails(2, &["--transfers", "1..=65535"]);
    furl(&["demo", "--seed", "07"]).fails(2, &["--seed", "expected hexadecimal text beginning with 0x"]);
    furl(&["security", "--leaf", "12"]).fails(2, &["expected 13, 14, 15 or 16"]);
    furl(&["bench", "--quick", "--leaf", "13"]).fails(2, &["--quick", "--leaf"]);
    furl(&["bench", "--from", "report.json", "--runs", "2"]).fails(2, &["--from", "--runs"]);
    furl(&["import", "table.csv", "--out", "run", "--expiry", "4294967296"]).fails(2, &["expiry must be below"]);
}
