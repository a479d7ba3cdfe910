//! The command line as its users meet it: the built binary is run, and its output, exit code and files are judged.

#![allow(clippy::disallowed_methods, reason = "the names of files here are the tests' own")]

mod anvil;
mod batches;
mod bench;
mod bounds;
mod ceremony;
mod exits;
#[path = "../../../settlement/tests/settlement/fake.rs"]
#[allow(dead_code, reason = "tests of the library need more of it")]
mod fake;
mod globals;
mod golden;
mod help;
mod hostile;
mod import;
mod interrupt;
mod json;
mod keys;
mod layer1;
mod places;
mod proofs;
mod sample;
mod sending;
#[path = "../../../settlement/tests/settlement/server.rs"]
mod server;
mod setups;
mod streams;
mod support;
mod terminal;
mod version;
mod wrapped;
