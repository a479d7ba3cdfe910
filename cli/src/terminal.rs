//! # The terminal
//!
//! What may be written to one: colours, and bars that move. The user says it by the environment.
//!
//! | variable | what it says |
//! |---|---|
//! | `NO_COLOR` | set to anything: no colours (no-color.org) |
//! | `CLICOLOR_FORCE` | set to anything but 0: colours everywhere |
//! | `CLICOLOR` | 0: no colours |
//! | `TERM` | `dumb`, or not set: neither colours nor bars |
//!
//! The first that says something is heeded, and an empty one says nothing. Otherwise a terminal
//! gets colours, and nothing else does.

use std::ffi::OsString;
use std::io::IsTerminal;

use clap::ColorChoice;

use crate::environment::variable;

/// Where colours are used.
pub(crate) fn colors() -> ColorChoice {
    choice(&|name| variable(name))
}

/// Whether this stream gets colours.
pub(crate) fn is_colored(stream: &impl IsTerminal) -> bool {
    match colors() {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => stream.is_terminal(),
    }
}

/// Whether this stream is a terminal that moves its cursor.
pub(crate) fn has_cursor(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && !is_dumb(&|name| variable(name))
}

fn choice(variable: &impl Fn(&str) -> Option<OsString>) -> ColorChoice {
    if variable("NO_COLOR").is_some() {
        ColorChoice::Never
    } else if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        ColorChoice::Always
    } else if variable("CLICOLOR").is_some_and(|value| value == "0") || is_dumb(variable) {
        ColorChoice::Never
    } else {
        ColorChoice::Auto
    }
}

/// A terminal that only takes lines. On Windows nobody sets the variable.
fn is_dumb(variable: &impl Fn(&str) -> Option<OsString>) -> bool {
    variable("TERM").map_or(cfg!(not(windows)), |term| term == "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_about_colours() {
        use ColorChoice::{Always, Auto, Never};
        let xterm = ("TERM", "xterm");
        for (set, expected) in [
            (&[xterm][..], Auto),
            (&[("TERM", "dumb")], Never),
            (&[xterm, ("NO_COLOR", "1")], Never),
            (&[xterm, ("NO_COLOR", "0"), ("CLICOLOR_FORCE", "1")], Never),
            (&[xterm, ("CLICOLOR", "0")], Never),
            (&[xterm, ("CLICOLOR", "1"), ("CLICOLOR_FORCE", "0")], Auto),
            (&[("TERM", "dumb"), ("CLICOLOR", "1")], Never),
            (&[("TERM", "dumb"), ("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")], Always),
            (&[("CLICOLOR_FORCE", "1")], Always),
        ] {
            let variable = |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| value.into());
            assert_eq!(choice(&variable), expected, "{set:?}");
        }
        assert_eq!(choice(&|_| None), if cfg!(windows) { Auto } else { Never });
    }
}
