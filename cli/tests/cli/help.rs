//! What the program says of itself.

use crate::support::furl;

const COMMANDS: [&str; 9] = ["demo", "keygen", "sign", "import", "prove", "verify", "inspect", "security", "bench"];

#[test]
fn help_lists_commands_and_exit_codes() {
    let help = furl(&["--help"]).ok();
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}: {help}");
    }
    for code in [0, 1, 2, 65, 66, 67, 70, 71, 73, 74] {
        assert!(help.contains(&format!("\n  {code:>2}  ")), "{code}: {help}");
    }
    assert!(furl(&["-h"]).ok().contains("furl demo"));
}

#[test]
fn every_command_explains_itself() {
    for command in COMMANDS {
        let help = furl(&[command, "--help"]).ok();
        assert!(help.contains("Example") && help.contains(&format!("  furl {command}")), "{help}");
        assert!(help.contains("--json"), "{help}");
        assert_eq!(furl(&["help", command]).ok(), help);
    }
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
    furl(&["demo", "--transfers", "513"]).fails(2, &["--transfers", "1..=512"]);
    furl(&["demo", "--seed", "07"]).fails(2, &["--seed", "expected hexadecimal text beginning with 0x"]);
    furl(&["security", "--leaf", "12"]).fails(2, &["expected 13, 14, 15 or 16"]);
    furl(&["bench", "--quick", "--leaf", "13"]).fails(2, &["--quick", "--leaf"]);
    furl(&["bench", "--from", "report.json", "--runs", "2"]).fails(2, &["--from", "--runs"]);
    furl(&["import", "table.csv", "--out", "run", "--expiry", "4294967296"]).fails(2, &["expiry must be below"]);
}
