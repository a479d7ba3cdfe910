//! # The command line
//!
//! The commands, the options that several of them share, and how values are read. A value that its type refuses is an
//! error of usage: it is named here, before any work.

use std::num::{NonZeroUsize, ParseIntError};
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser};
use furl_ledger::RangeError;
use furl_prover::{LeafSize, Profile, schedule};
use thiserror::Error;

use crate::commands::Command;
use crate::exit::{Exit, Failure};
use crate::output::Outcome;

/// Furl rolls up token transfers: it proves that a batch of signed transfers obeys the rules, and verifies such proofs.
///
/// A batch is proved on a state: `prove` reads both from files, applies the batch, and writes a proof which says that
/// exactly these transfers lead from the old root to the new one. `verify` needs the proof alone, and compares it with
/// a state and with transfers on request.
///
/// Data goes to stdout, progress to stderr. Every file is written whole or not at all, and none is replaced without
/// --force.
#[derive(Debug, Parser)]
#[command(
    name = "furl",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Start with: furl demo\nEach command explains itself: furl help <COMMAND>",
    after_long_help = format!("{}\n\n{EXAMPLES}", Exit::table())
)]
pub(crate) struct Arguments {
    /// Print one JSON object instead of text, of a failure too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
From real transfers to a proof:
  furl import examples/mainnet-17173049.csv --out run
  furl prove --state run/state.json --transfers run/transfers.jsonl --out run/batch.proof
  furl verify run/batch.proof --state run/state.json --transfers run/transfers.jsonl";

impl Arguments {
    /// Reads the command line of this process.
    ///
    /// # Errors
    /// The answer to print: help, the version, or what is wrong.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::try_parse()
    }
}

/// The threads that prove.
#[derive(Debug, Args)]
pub(crate) struct Threads {
    /// Work on N threads [default: as many as the machine has cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Threads {
    /// Runs `work` on these threads.
    pub(crate) fn run(&self, work: impl FnOnce() -> Result<Outcome, Failure> + Send) -> Result<Outcome, Failure> {
        let threads = self.threads.and_then(|threads| NonZeroUsize::new(threads.into()));
        schedule::on(threads, work).map_err(Failure::Threads)?
    }
}

/// Reads `fast` or `proven`.
pub(crate) fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::name)).try_map(|name| name.parse::<Profile>())
}

/// Reads the rows of a leaf, as a power of two.
pub(crate) fn leaf(text: &str) -> Result<LeafSize, SizeError> {
    Ok(LeafSize::new(text.parse()?)?)
}

/// Why a text is no size of a leaf.
#[derive(Debug, Error)]
pub(crate) enum SizeError {
    /// Not a number below 256.
    #[error("expected 13, 14, 15 or 16: {0}")]
    Number(#[from] ParseIntError),
    /// No such leaf.
    #[error(transparent)]
    Size(#[from] furl_circuits::leaf_circuit::UnknownSize),
}

/// Why a text is no number of the protocol.
#[derive(Debug, Error)]
pub(crate) enum NumberError {
    /// Not a number.
    #[error(transparent)]
    Syntax(#[from] ParseIntError),
    /// Out of the type's range.
    #[error(transparent)]
    Range(#[from] RangeError),
}

/// Reads a bounded integer of the ledger.
pub(crate) fn number<T: TryFrom<u64, Error = RangeError>>(text: &str) -> Result<T, NumberError> {
    Ok(T::try_from(u64::from_str(text)?)?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_teaches_by_example() {
        for command in Arguments::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let call = format!("furl {}", command.get_name());
            assert!(help.starts_with("Example") && help.contains(&call), "{}: {help}", command.get_name());
        }
    }
}
