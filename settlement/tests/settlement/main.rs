//! The contracts on both back ends, with the real proofs of `contracts/test/vectors/small.json`.
//!
//! What needs tools from npm is ignored; `contracts/test.sh` gets them and runs it.

mod anvil;
mod compiled;
mod embedded;
mod fake;
mod outbox;
mod rpc;
mod server;
mod support;
