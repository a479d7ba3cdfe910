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
    for words in [".TH FURL-PROVE 1 ", "state\\-out", "FURL_PROFILE"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(furl(&["man"]).ok().contains(".TH FURL 1 "));
    assert!(furl(&["man", "export-vk"]).ok().contains(".TH FURL-EXPORT-VK 1 "));
    furl(&["man", "--out", &out]).fails(73, &["exists already"]);
    furl(&["man", "--out", &out, "--force"]).ok();
    furl(&["man", "proof"]).fails(2, &["there is no page on proof", "prove"]);
}

/// What `mandoc -T lint` and `groff -ww` complain of, each kind: titles in lower case, dates that
/// are missing, lines that are long, or end in a blank, or are empty, breaks in a row, and letters
/// beyond ASCII. And examples keep their lines.
#[test]
fn the_manual_is_as_linters_like_it() {
    let place = Place::new();
    furl(&["man", "--out", &place.at("man1")]).ok();
    for name in names(&place.path().join("man1")) {
        let page = fs::read_to_string(place.path().join("man1").join(&name)).unwrap();
        let lines: Vec<_> = page.lines().collect();
        let [_, _, title, ..] = lines[..] else { panic!("{name}: {page}") };
        let parts: Vec<_> = title.splitn(5, ' ').collect();
        assert_eq!(parts[..3], [".TH", &name[..name.len() - 2].to_uppercase(), "1"], "{name}");
        let date: Vec<_> = parts[3].split('-').map(|part| part.parse::<u16>().map(|_| part.len()).unwrap()).collect();
        assert_eq!(
            (date, parts[4]),
            (vec![4, 2, 2], concat!("\"furl ", env!("CARGO_PKG_VERSION"), "\" Furl")),
            "{name}"
        );
        for line in &lines {
            assert!(line.is_ascii() && !line.is_empty() && *line == line.trim_end(), "{name}: {line:?}");
            assert!(line.len() <= 80 || !line.trim_start().contains(' '), "{name}: {line:?}");
        }
        assert!(!lines.array_windows().any(|[a, b]| *a == ".br" && a == b), "{name}: {page}");
        let requests = ["TH", "SH", "TP", "PP", "RS", "RE", "IP", "br", "nf", "fi", "ie", "el"];
        let is_known = |line: &str| requests.iter().any(|request| line[1..].starts_with(request));
        assert!(lines.iter().all(|line| !line.starts_with(['.', '\'']) || is_known(line)), "{name}: {page}");
        assert!(name.starts_with("furl-export.") || page.contains(".SH EXAMPLES\n.nf\n"), "{name}: {page}");
    }
    let page = furl(&["man"]).ok();
    assert!(
        page.contains(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR ok\n") && page.contains("\\fB130\\fR interrupted\n"),
        "{page}"
    );
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
