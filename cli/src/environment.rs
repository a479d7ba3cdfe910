//! # The environment
//!
//! Options can be set by variables. A variable that is empty counts as one that is not set; one
//! whose value is refused is named in the error, for it may have been set long ago and elsewhere;
//! and one whose name is a slip of ours is asked about.

use std::env;
use std::ffi::{OsStr, OsString};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Command};
use tracing::warn;

use crate::layer1::KEY_VARIABLE;

/// What the names of all our variables begin with.
const PREFIX: &str = "FURL_";

/// The value of a variable, if it is set to anything but nothing.
pub(crate) fn variable(name: impl AsRef<OsStr>) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// A variable that sets an option.
struct Setting {
    /// Its name.
    variable: OsString,
    /// The option, as messages show it.
    option: String,
    /// Whether its value is nobody's business.
    is_secret: bool,
}

/// Reads the arguments of this process, and the environment besides.
///
/// # Errors
/// The answer to print: help, the version, or what is wrong.
pub(crate) fn read(command: &Command) -> Result<ArgMatches, clap::Error> {
    let mut settings = settings(command);
    settings.retain(|setting| env::var_os(&setting.variable).is_some());
    let (set, empty): (Vec<_>, Vec<_>) =
        settings.into_iter().partition(|setting| variable(&setting.variable).is_some());
    let read = |without: &[&Setting]| self::without(command.clone(), without).try_get_matches_from(env::args_os());
    let empty: Vec<&Setting> = empty.iter().collect();
    let error = match read(&empty) {
        Ok(matches) => return Ok(matches),
        // Help shows all variables, also those that are empty.
        Err(answer) if answer.kind() == ErrorKind::DisplayHelp => return read(&[]),
        Err(error) => error,
    };
    // It is this variable's fault if there is another answer, or none, without it.
    let is_guilty = |setting: &&Setting| match read(&[&empty[..], &[*setting]].concat()) {
        Err(other) => other.kind() != error.kind() || !told(&other).eq(told(&error)),
        Ok(_) => true,
    };
    let guilty = set.iter().filter(|setting| error.kind() == ErrorKind::InvalidUtf8 || shows(&error, &setting.option));
    match guilty.into_iter().find(is_guilty) {
        Some(setting) => Err(setting.blamed(error)),
        None => Err(error),
    }
}

/// All variables, each once.
fn settings(command: &Command) -> Vec<Setting> {
    // Options show themselves once they are built.
    let mut command = command.clone();
    command.build();
    let mut settings = Vec::new();
    list(&command, &mut settings);
    settings
}

/// Adds the variables of a command and of those under it.
fn list(command: &Command, settings: &mut Vec<Setting>) {
    for (argument, variable) in command.get_arguments().filter_map(|argument| Some((argument, argument.get_env()?))) {
        if settings.iter().all(|known| known.variable != variable) {
            let (option, is_secret) = (argument.to_string(), argument.is_hide_env_values_set());
            settings.push(Setting { variable: variable.to_owned(), option, is_secret });
        }
    }
    command.get_subcommands().for_each(|command| list(command, settings));
}

/// The command, deaf to some variables.
fn without(command: Command, settings: &[&Setting]) -> Command {
    let is_out = |argument: &Arg| settings.iter().any(|setting| argument.get_env() == Some(&setting.variable));
    let deaf = |argument: Arg| if is_out(&argument) { argument.env(Resettable::Reset) } else { argument };
    command.mut_args(deaf).mut_subcommands(|command| without(command, settings))
}

/// What an error says, but for how the command is used.
fn told(error: &clap::Error) -> impl Iterator<Item = (ContextKind, &ContextValue)> {
    error.context().filter(|(kind, _)| *kind != ContextKind::Usage)
}

/// Where an error names options.
const NAMED: [ContextKind; 2] = [ContextKind::InvalidArg, ContextKind::PriorArg];

/// Whether an error is about an option.
fn shows(error: &clap::Error, option: &str) -> bool {
    NAMED.into_iter().filter_map(|kind| error.get(kind)).any(|value| match value {
        ContextValue::String(text) => text == option,
        ContextValue::Strings(texts) => texts.iter().any(|text| text == option),
        _ => false,
    })
}

impl Setting {
    /// The error, which says that the option comes from this variable.
    fn blamed(&self, mut error: clap::Error) -> clap::Error {
        let variable = self.variable.to_string_lossy();
        let named = |text: &String| {
            if *text == self.option { format!("{text} (from {variable})") } else { text.clone() }
        };
        for kind in NAMED {
            let value = match error.get(kind) {
                Some(ContextValue::String(text)) => ContextValue::String(named(text)),
                Some(ContextValue::Strings(texts)) => ContextValue::Strings(texts.iter().map(named).collect()),
                _ => continue,
            };
            error.insert(kind, value);
        }
        if self.is_secret && error.get(ContextKind::InvalidValue).is_some() {
            error.insert(ContextKind::InvalidValue, ContextValue::String("(not shown)".into()));
        }
        if error.kind() == ErrorKind::InvalidUtf8 {
            let tip = format!("the variable {variable} has it");
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        }
        error
    }
}

/// Asks about variables that have almost the name of one of ours, and no effect.
pub(crate) fn ask_about_slips(command: &Command) {
    let settings = settings(command);
    let mut known: Vec<_> = settings.iter().filter_map(|setting| setting.variable.to_str()).collect();
    known.push(KEY_VARIABLE);
    for (name, _) in env::vars_os() {
        if let Some(name) = name.to_str()
            && let Some(meant) = meant(name, &known)
        {
            warn!(variable = name, "the variable {name} has no effect: is {meant} meant?");
        }
    }
}

/// The known name that another one is a slip of.
fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if !name.starts_with(PREFIX) || known.contains(&name) {
        return None;
    }
    known.iter().find(|known| is_slip(name.as_bytes(), known.as_bytes())).copied()
}

/// Whether one letter is other, missing or too many, or two neighbours have changed places.
fn is_slip(one: &[u8], other: &[u8]) -> bool {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&one[..one.len() - end], &other[..other.len() - end]) {
        ([a, b], [c, d]) => (a, b) == (d, c),
        (one, other) => one.len() <= 1 && other.len() <= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_names() {
        let known = ["FURL_JSON", "FURL_MEMORY", "FURL_L1_KEY", "FURL_L1_KEY_FILE"];
        for (name, expected) in [
            ("FURL_MEMROY", Some("FURL_MEMORY")),
            ("FURL_MEMOR", Some("FURL_MEMORY")),
            ("FURL_MEMORYY", Some("FURL_MEMORY")),
            ("FURL_NEMORY", Some("FURL_MEMORY")),
            ("FURL_L1KEY", Some("FURL_L1_KEY")),
            ("FURL_L1_KEYFILE", Some("FURL_L1_KEY_FILE")),
            ("FURL_JSON", None),
            ("FURL_L1_KEY", None),
            ("FURL_COMMIT", None),
            ("FURLJSON", None),
            ("FURL_JOSNE", None),
        ] {
            assert_eq!(meant(name, &known), expected, "{name}");
        }
    }
}
