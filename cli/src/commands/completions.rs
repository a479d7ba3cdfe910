//! `furl completions`: the command line, for a shell that completes it.

use std::fmt;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};
use serde::Serialize;

use crate::args::Arguments;
use crate::exit::Failure;
use crate::output::Outcome;

/// Print a script that completes furl's command line in your shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl completions bash > ~/.local/share/bash-completion/completions/furl
  furl completions zsh  > ~/.zfunc/_furl          # with fpath+=~/.zfunc
  furl completions fish > ~/.config/fish/completions/furl.fish")]
pub(crate) struct Options {
    /// The shell
    shell: Shell,
}

#[derive(Serialize)]
struct Report {
    shell: String,
    script: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.script.trim_end())
    }
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as every command's")]
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut Arguments::command(), env!("CARGO_BIN_NAME"), &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        Ok(Outcome::data(&Report { shell: self.shell.to_string(), script }))
    }
}
