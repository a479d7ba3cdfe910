//! The command line as its users meet it: the built binary is run, and its output, exit code and files are judged.

mod anvil;
mod batches;
mod bench;
mod bounds;
mod ceremony;
mod exits;
mod globals;
mod golden;
mod help;
mod hostile;
mod import;
mod interrupt;
mod json;
mod keys;
mod layer1;
mod proofs;
mod sample;
mod setups;
mod streams;
mod support;
mod wrapped;
