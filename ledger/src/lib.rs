//! Furl: ledger.

pub mod address;
pub mod amount;
pub mod batch;
pub mod codec;
pub mod curve;
pub mod data;
pub mod digest;
pub mod domain;
pub mod encoding;
pub mod fee;
pub mod field;
pub mod hash;
pub mod index;
pub mod key;
pub mod ledger;
pub mod padding;
pub mod range;
pub mod rules;
pub mod signature;
pub mod slot;
pub mod state;
pub mod statement;
#[cfg(test)]
mod testing;
mod text;
pub mod transfer;
pub mod tree;

pub use ledger::trace;

pub use address::L1Address;
pub use amount::{Amount, ParseAmountError};
pub use batch::{Batch, DuplicateLane, FeeLane, FeeLanes};
pub use digest::Digest;
pub use domain::Domain;
pub use fee::FeeCode;
pub use field::F;
pub use index::{BatchNumber, DEPTH, Expiry, Nonce, SlotIndex, Token};
pub use key::{PublicKey, SecretKey};
pub use ledger::{BatchError, LaneError, Ledger, LedgerError};
pub use range::{Quantity, RangeError};
pub use rules::{Rule, RuleError};
pub use signature::Signature;
pub use slot::{Owner, Slot};
pub use state::State;
pub use statement::Statement;
pub use trace::{Credit, Opening, Step, Trace};
pub use transfer::{SignedTransfer, Transfer};
pub use tree::{Path, Tree};
