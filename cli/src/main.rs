//! # furl
//!
//! The rollup on the command line. This package parses, runs, prints and exits; what it runs is in the libraries.
//!
//! | module | what |
//! |---|---|
//! | [`args`] | the command line: commands, shared options, how values are read |
//! | [`environment`] | the variables that set options |
//! | [`commands`] | one file a command: its options, its work, its report |
//! | [`import`] | token transfers of Ethereum as slots and signed transfers |
//! | [`exit`] | every failure and its exit code |
//! | [`output`], [`log`], [`progress`] | data to stdout; events and bars to stderr |
//! | [`terminal`] | where colours and bars go |
//! | [`show`], [`secret`] | outside text as it is printed; secrets that are read, and those that are given by mistake |
//! | [`interrupt`] | what Ctrl-C and other signals do |
//! | [`source`], [`files`] | files read, or standard input; files written whole or not at all |
//! | [`places`] | inputs and outputs of a run, found to be different files |
//! | [`input`], [`batch`], [`key_file`], [`refusal`] | states, transfers, keys and proofs, read |
//! | [`setup`], [`wrapping`] | universal setups: which one, and whether it is trusted; from a root to a wrapped proof |
//! | [`wrap_key`] | what wrapped proofs are checked with |
//! | [`mod@layer1`] | which node, account and compiler; what is refused before anything is sent |
//! | [`sending`] | how transactions are sent, and what is told of it |
//! | [`settled`] | a wrapped proof on a Layer 1 in this process |
//! | [`fee`], [`seed`], [`sample`] | fees by value; random seeds; traffic to show, to measure and to try things out |
//! | [`mod@bench`], [`machine`] | measurements: runs, reports, exports, a drawing; and what they were made on |
//! | [`roff`] | pages of the manual, tidied |
//! | [`allowance`] | the memory that proving may take, and why no more |
//! | [`measure`], [`watch`] | how figures are written; a batch being proved |

mod allowance;
mod args;
mod batch;
mod bench;
mod commands;
mod environment;
mod exit;
mod fee;
mod files;
mod import;
mod input;
mod interrupt;
mod key_file;
mod layer1;
mod log;
mod machine;
mod measure;
mod output;
mod places;
mod progress;
mod refusal;
mod roff;
mod sample;
mod secret;
mod seed;
mod sending;
mod settled;
mod setup;
mod show;
mod source;
mod terminal;
mod watch;
mod wrap_key;
mod wrapping;

use std::process::ExitCode;

use args::Arguments;
use exit::Failure;

fn main() -> ExitCode {
    let listening = interrupt::listen();
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(answer) => return output::answer(&answer),
    };
    let Arguments { globals, command } = &arguments;
    log::start(globals.log_format, globals.verbosity());
    progress::start(globals.log_format, globals.verbosity());
    output::start(globals);
    environment::ask_about_slips(&Arguments::described());
    if let Err(error) = listening {
        tracing::warn!("a signal will end this process without a word: {error}");
    }
    let result = exit::guard(|| command.run()).map_err(Failure::explained);
    if let Some(mebibytes) = machine::peak_memory_bytes().map(|bytes| bytes.div_ceil(1 << 20)) {
        tracing::debug!(peak_memory_mib = mebibytes, "peak memory {mebibytes} MiB");
    }
    output::finish(&result)
}
