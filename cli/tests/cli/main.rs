//! The command line as its users meet it: the built binary is run, and its output, exit code and files are judged.

mod bench;
mod exits;
mod help;
mod import;
mod json;
mod keys;
mod proofs;
mod support;
