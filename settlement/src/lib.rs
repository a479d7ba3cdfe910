//! # Layer 1
//!
//! Where the root of the rollup stands: the contracts of `contracts/`, deployed, asked and given proofs, on either of two back ends of one
//! trait, [`Layer1`].
//!
//! | module | what |
//! |---|---|
//! | [`layer1`] | the trait: accounts, code, calls, transactions, receipts with their gas |
//! | [`embedded`] | an EVM in this process, by mainnet's rules: the default, for trying things out and for tests |
//! | [`node`] | a node over JSON-RPC, with transactions signed here |
//! | [`rpc`] | requests to it: addresses, proxies, faults, repeating |
//! | [`transaction`], [`fees`] | what is signed, and what gas may cost, whatever a node says |
//! | [`record`], [`outbox`] | what was sent, on disk; sending once, on a node that may fail at any moment |
//! | [`key`] | the key that signs them, which is never shown |
//! | [`rollup`] | the two contracts as one handle: where they will be, deploying, asking, submitting |
//! | [`abi`] | what the contracts are told, in bytes |
//! | [`revert`] | what they answer when they refuse |
//! | [`bytecode`] | what is deployed: sources, committed creation code |
//! | [`solc`] | the same from a compiler |
//! | [`check`] | is what is deployed what the sources say? |
//!
//! Nothing here is asynchronous. What is known of Ethereum's encodings and rules is alloy's and revm's.
//!
//! **Not checked here:** proofs. Whoever submits one verifies it first, or pays for its refusal.

pub mod abi;
pub mod bytecode;
pub mod check;
pub mod embedded;
pub mod fees;
pub mod key;
pub mod layer1;
pub mod node;
pub mod outbox;
pub mod record;
pub mod revert;
pub mod rollup;
pub mod rpc;
pub mod solc;
pub mod transaction;

pub use embedded::Embedded;
pub use key::AccountKey;
pub use layer1::{Layer1, Layer1Error, Receipt};
pub use node::Node;
pub use outbox::Outbox;
pub use revert::Revert;
pub use rollup::Rollup;
