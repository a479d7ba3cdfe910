//! # The command line
//!
//! The commands, the options that several of them share, and how values are read. A value that its type refuses is an
//! error of usage: it is named here, before any work.

use std::error::Error as _;
use std::ffi::OsStr;
use std::num::{NonZeroUsize, ParseIntError};
use std::str::FromStr;

use clap::builder::{BoolishValueParser, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, Command as ClapCommand, CommandFactory, FromArgMatches as _, Parser, ValueEnum};
use furl_ledger::RangeError;
use furl_prover::{LeafSize, Memory, Profile, schedule};
use thiserror::Error;

use crate::allowance;
use crate::commands::Command;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::log::{LogFormat, Verbosity};
use crate::output::Outcome;
use crate::seed::Seed;
use crate::show;
use crate::terminal;

/// Furl rolls up token transfers: it proves that a batch of signed transfers obeys the rules, and verifies such proofs.
///
/// A batch is proved on a state: `prove` reads both from files, applies the batch, and writes a proof which says that
/// exactly these transfers lead from the old root to the new one. `verify` needs the proof alone, and compares it with
/// a state and with transfers on request.
///
/// Data goes to stdout, progress and logs to stderr. Every file is written whole or not at all, and
/// none is replaced without --force, nor an input of the same run with it. Devices and pipes get
/// their bytes as they come, and - stands for standard input or output. JSON shows what is not
/// Unicode in a file's name as U+FFFD. Most options can be set in the environment too, under the
/// names shown with them: an empty variable counts as none, and switches take yes and no, on and off,
/// true and false, 1 and 0. NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM=dumb are honoured.
#[derive(Debug, Parser)]
#[command(
    name = "furl",
    version = env!("FURL_BUILD_VERSION"),
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Start with: furl demo\nEach command explains itself: furl help <COMMAND>",
    after_long_help = format!("{}\n\n{EXAMPLES}", Exit::table())
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Print one JSON object instead of text, of a failure too
    #[arg(long, global = true, env = "FURL_JSON", value_parser = BoolishValueParser::new())]
    pub(crate) json: bool,
    /// Show no progress and log failures only
    #[arg(long, global = true, env = "FURL_QUIET", value_parser = BoolishValueParser::new())]
    pub(crate) quiet: bool,
    /// Log details too
    #[arg(short, long, global = true, env = "FURL_VERBOSE", value_parser = BoolishValueParser::new())]
    verbose: bool,
    /// How to log, on stderr
    #[arg(long, global = true, env = "FURL_LOG_FORMAT", value_name = "FORMAT", value_enum,
        default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
}

impl Globals {
    /// How much is told; who wants quiet and details gets quiet.
    pub(crate) const fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        }
    }
}

const EXAMPLES: &str = "\
From real transfers to a proof:
  furl import examples/mainnet-17173049.csv --out run
  furl prove --state run/state.json --transfers run/transfers.jsonl --out run/batch.proof
  furl verify run/batch.proof --state run/state.json --transfers run/transfers.jsonl
  furl export calldata run/batch.proof";

impl Arguments {
    /// Reads the command line of this process.
    ///
    /// # Errors
    /// The answer to print: help, the version, or what is wrong.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let mut command = Self::described();
        let matches = environment::read(&command).map_err(shown)?;
        Self::from_arg_matches(&matches).map_err(|error| shown(error.format(&mut command)))
    }

    /// The command line as clap has it, with the colours that are wanted.
    pub(crate) fn described() -> ClapCommand {
        modest(Self::command().color(terminal::colors()))
    }
}

/// The same command, whose help says of no variable what it holds if that may be a secret, or would act on a terminal.
fn modest(command: clap::Command) -> clap::Command {
    let is_shown = |variable: &OsStr| {
        let held = std::env::var_os(variable).unwrap_or_default();
        show::given(&held.to_string_lossy()) == held.to_string_lossy()
    };
    let tell = |argument: Arg| {
        let hides = !argument.get_env().is_none_or(is_shown);
        if hides { argument.hide_env_values(true) } else { argument }
    };
    command.mut_args(tell).mut_subcommands(modest)
}

/// The same answer, which repeats what was given as it is [shown](show::given).
fn shown(mut answer: clap::Error) -> clap::Error {
    let given: Vec<_> = answer.context().map(|(kind, value)| (kind, value.clone())).collect();
    for (kind, value) in given {
        let shown = match &value {
            ContextValue::String(text) => ContextValue::String(show::given(text)),
            ContextValue::Strings(texts) => ContextValue::Strings(texts.iter().map(|text| show::given(text)).collect()),
            _ => continue,
        };
        if shown != value {
            answer.insert(kind, shown);
            // Tips quote it too.
            answer.remove(ContextKind::Suggested);
        }
    }
    // The error of the value's type may do so too, and has to be said anew then.
    let Some(why) = answer.source().map(ToString::to_string).filter(|why| show::given(why) != *why) else {
        return answer;
    };
    let told = |kind| answer.get(kind).map(ToString::to_string).unwrap_or_default();
    let (value, argument) = (told(ContextKind::InvalidValue), told(ContextKind::InvalidArg));
    let message = format!("invalid value '{value}' for '{argument}': {}", show::given(&why));
    Arguments::command().error(ErrorKind::ValueValidation, message)
}

/// Whether the command line asks for JSON, as far as one can tell of a wrong one.
pub(crate) fn wants_json() -> bool {
    /// The one option, whatever else there is.
    #[derive(Parser)]
    #[command(ignore_errors = true, disable_help_flag = true, no_binary_name = true)]
    struct Json {
        #[arg(long, env = "FURL_JSON", value_parser = BoolishValueParser::new())]
        json: bool,
    }
    let is_given = std::env::args_os().any(|argument| argument == "--json");
    is_given || Json::try_parse_from([""; 0]).is_ok_and(|Json { json }| json)
}

/// The threads that prove.
#[derive(Debug, Args)]
pub(crate) struct Threads {
    /// Work on N threads [default: as many as the machine has cores]
    #[arg(long, value_name = "N", env = "FURL_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Threads {
    /// Runs `work` on these threads.
    pub(crate) fn run(&self, work: impl FnOnce() -> Result<Outcome, Failure> + Send) -> Result<Outcome, Failure> {
        let threads = self.threads.and_then(|threads| NonZeroUsize::new(threads.into()));
        schedule::on(threads, work).map_err(Failure::Threads)?
    }
}

/// The memory that proving takes.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Allowance {
    /// Take no more memory than this; of a batch, it decides the size of the leaves and how many
    /// proofs are made at a time. 2G is 2GiB, 2GB is 2,000,000,000 bytes [default: 4GiB, or seven
    /// eighths of what the machine has or its control group allows, if that is less]
    #[arg(long, value_name = "SIZE", env = "FURL_MEMORY")]
    memory: Option<Memory>,
}

impl Allowance {
    /// The most that is taken.
    pub(crate) fn memory(&self) -> Memory {
        allowance::memory(self.memory)
    }
}

/// Where keys come from, and what else is random.
#[derive(Debug, Args)]
pub(crate) struct Random {
    /// Derive all keys from these 32 bytes (0x and 64 digits), to get the same ones every time. Others may read a
    /// command line: for tests only [default: random]
    #[arg(long, value_name = "HEX", env = "FURL_SEED", hide_env_values = true)]
    seed: Option<Seed>,
}

impl Random {
    /// The seed.
    ///
    /// # Errors
    /// None is given, and the system has no randomness.
    pub(crate) fn seed(&self) -> Result<Seed, Failure> {
        Seed::or_random(self.seed.clone())
    }
}

/// How far a proof goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StageName {
    /// A proof of plonky2, which Furl verifies
    Root,
    /// The wrapped proof, which a contract and the native verifier check too
    Wrapped,
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
