//! # furl
//!
//! The rollup on the command line. This package parses, runs, prints and exits; what it runs is in the libraries.
//!
//! | module | what |
//! |---|---|
//! | [`args`] | the command line: commands, shared options, how values are read |
//! | [`commands`] | one file a command: its options, its work, its report |
//! | [`import`] | token transfers of Ethereum as slots and signed transfers |
//! | [`exit`] | every failure and its exit code |
//! | [`output`] | data to stdout, progress to stderr |
//! | [`files`], [`input`], [`key_file`], [`refusal`] | files written whole or not at all; files and proofs read, with typed errors |
//! | [`fee`], [`seed`], [`sample`] | fees by value; random seeds; a batch to show and to measure |
//! | [`mod@bench`], [`machine`] | measurements: runs, reports, exports, a drawing; and what they were made on |
//! | [`measure`] | how figures are written |

mod args;
mod bench;
mod commands;
mod exit;
mod fee;
mod files;
mod import;
mod input;
mod key_file;
mod machine;
mod measure;
mod output;
mod refusal;
mod sample;
mod seed;

use std::process::ExitCode;

use args::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(answer) => return output::answer(&answer),
    };
    let result = exit::guard(|| arguments.command.run());
    output::finish(&result, arguments.json)
}
