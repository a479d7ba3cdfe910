//! # Furl, the ledger
//!
//! Furl is a rollup for token transfers. Layer 1, an Ethereum chain, holds the tokens in a contract, and knows of all
//! balances only one digest: the *root* of a Merkle tree. Users sign transfers; an operator collects them into
//! *batches* and applies them off the chain; a validity proof then convinces the contract that the batch obeyed the
//! rules, and the contract moves the root on. Nobody has to trust the operator with a balance: the contract accepts
//! no root without a proof, and the words that a batch publishes suffice to rebuild the state without the operator.
//!
//! This crate is the rollup in plain Rust. It knows the rules and no proof system. It decides what a batch does, and
//! what a proof of it states; the circuits state the same rules again, as constraints, and are tested against it.
//!
//! ## From a transfer to a statement
//!
//! ```
//! use furl_ledger::*;
//!
//! let [alice, bob] = [0, 1].map(|index| SecretKey::derive(&[7; 32], "example", index));
//! let owner = |key: &SecretKey| Owner { public_key: key.public_key(), l1_address: L1Address::default() };
//! let [at_alice, at_bob] = [SlotIndex::new(0)?, SlotIndex::new(1)?];
//!
//! let mut ledger = Ledger::new();
//! ledger.create(at_alice, owner(&alice), Token::new(0), Amount::new(100)?)?;
//! ledger.create(at_bob, owner(&bob), Token::new(0), Amount::ZERO)?;
//! let old_root = ledger.root();
//!
//! let domain = Domain::of(1, &L1Address::default());
//! let transfer = Transfer {
//!     from: at_alice,
//!     to: at_bob,
//!     amount: Amount::new(60)?,
//!     fee: FeeCode::ZERO,
//!     nonce: Nonce::new(0),
//!     expiry: Expiry::MAX,
//! };
//! let signed = transfer.sign(&domain, &alice);
//! let trace = ledger.apply(&Batch::first(domain), &[signed.clone()])?;
//! assert_eq!(trace.statement().old_root, old_root);
//! assert_eq!(trace.statement().new_root, ledger.root());
//!
//! // A second time, the nonce is stale, and nothing changes.
//! let refused = ledger.apply(&Batch::first(domain), &[signed]).unwrap_err();
//! assert_eq!(refused.to_string(), "transfer 0 breaks T2: expected nonce 1, got 0");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## The rules of a transfer
//!
//! | rule | meaning                                                      | error                                           |
//! |------|--------------------------------------------------------------|-------------------------------------------------|
//! | T1   | the signature opens under the sender's key                   | [`BadSignature`](RuleError::BadSignature)       |
//! | T2   | the nonce is the sender's, and moves on by one               | [`StaleNonce`](RuleError::StaleNonce)           |
//! | T3   | the sender can pay amount and fee                            | [`Insolvent`](RuleError::Insolvent)             |
//! | T4   | sender and receiver hold the same token                      | [`TokenMismatch`](RuleError::TokenMismatch)     |
//! | T5   | both slots exist                                             | [`MissingSlot`](RuleError::MissingSlot)         |
//! | T6   | the transfer has not expired                                 | [`Expired`](RuleError::Expired)                 |
//! | T7   | every number is in range                                     | [`OutOfRange`](RuleError::OutOfRange)           |
//! | T8   | it was signed for this chain and contract                    | [`WrongDomain`](RuleError::WrongDomain)         |
//! | T9   | nothing else changes                                         | none                                            |
//! | T10  | a fee is in a token that the batch collects                  | [`FeeTokenRefused`](RuleError::FeeTokenRefused) |
//!
//! [`transfer`] states them in full, [`ledger`] applies them.
//!
//! ## The modules
//!
//! From the ground up; each knows only those above it, but for [`ledger`] and [`state`], which know each other.
//!
//! | module | what it holds |
//! |---|---|
//! | [`field`], [`digest`], [`hash`], [`encoding`] | the field, four-element digests, the one hash function, hexadecimal text |
//! | [`curve`], [`key`], [`signature`] | the group of prime order over the quintic extension; Schnorr signatures in it |
//! | [`range`], [`amount`], [`index`], [`fee`] | integers that are in range by construction (T7) |
//! | [`address`], [`domain`] | Layer 1 addresses; what ties a signature to one deployment (T8) |
//! | [`slot`], [`tree`] | an owner's balance of a token, its leaf; the sparse Merkle tree |
//! | [`transfer`], [`rules`] | what is signed and what is posted; the rules by number |
//! | [`batch`], [`data`], [`statement`] | fee lanes; the chained hash over the posted words; what a proof claims |
//! | [`ledger`], [`trace`] | the rules applied, all or nothing; the record from which a proof is made |
//! | [`cut`] | a batch in pieces, each with a statement of its own |
//! | [`padding`] | the constant transfer that fills a circuit's unused places |
//! | [`codec`], [`state`] | transfers as JSON Lines and in binary; the state as a file |
//!
//! ## What this crate promises
//!
//! - **A held value is a valid value.** Fields are private where a type has an invariant; constructors check it.
//! - **Outside bytes meet typed errors.** No decoder panics, and none allocates more than its input warrants.
//! - **A [`Trace`] is a batch that obeyed the rules**: only [`Ledger::apply`] makes one. A [`Piece`] is a part of it:
//!   only [`Trace::cut`] and [`Trace::piece`] make one.
//! - **No batch creates or destroys value**: the sum of all balances of a token never moves but by
//!   [`Ledger::create`].

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

pub use ledger::{cut, trace};

pub use address::{AddressError, L1Address};
pub use amount::{Amount, ParseAmountError};
pub use batch::{Batch, DuplicateLane, FeeLane, FeeLanes, LANES};
pub use cut::{CapacityError, Piece, Pieces};
pub use digest::Digest;
pub use domain::Domain;
pub use fee::FeeCode;
pub use field::F;
pub use index::{BatchNumber, DEPTH, Expiry, Nonce, SlotIndex, Token};
pub use key::{PublicKey, SecretKey};
pub use ledger::{BatchError, LaneError, Ledger, LedgerError, Selection};
pub use range::{Quantity, RangeError};
pub use rules::{Rule, RuleError};
pub use signature::Signature;
pub use slot::{Owner, Slot};
pub use state::{ReadStateError, State, StateError};
pub use statement::{PieceStatement, Statement, StatementError};
pub use trace::{Credit, Opening, Step, Trace};
pub use transfer::{SignedTransfer, Transfer};
pub use tree::{Path, Tree};
