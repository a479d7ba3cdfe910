//! # furl-prover: how batches are proved
//!
//! A [`Trace`] of the ledger goes in, a [`Proof`] comes out. A proof's type is its stage, and a value of type `Proof<Root>` has been verified: there is no other
//! way to make one.
//!
//! | module | what |
//! |---|---|
//! | [`keys`] | circuits, built once and kept |
//! | [`verifier`] | verifying, by committed keys |
//! | [`proof`] | the proof file: header, statement, body; parsed strictly, then verified |
//! | [`stage`], [`claim`] | how far a proof has come, and what it says |
//! | [`prover`] | from a trace to a proof |
//! | [`wrapper`], [`wrap_key`] | from that to one that a contract checks, and what checks it |
//! | [`schedule`] | the threads, and the order of the work |
//! | [`memory`] | what fits |
//! | [`store`], [`list`] | proofs that were finished, for whoever resumes; which files are the store's |
//! | [`lock`] | one run at a time |
//!
//! ## From transfers to a proof
//!
//! ```no_run
//! use furl_ledger::{Amount, Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Owner, SecretKey, SlotIndex, Token, Transfer};
//! use furl_prover::{Envelope, Keys, Profile, Prover};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A ledger with two slots of one token.
//! let domain = Domain::of(1, &L1Address::default());
//! let secret = SecretKey::derive(&[0; 32], "example", 0);
//! let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::default() };
//! let [alice, bob] = [SlotIndex::new(1)?, SlotIndex::new(2)?];
//! let mut ledger = Ledger::new();
//! ledger.create(alice, owner.clone(), Token::new(0), Amount::new(100)?)?;
//! ledger.create(bob, owner, Token::new(0), Amount::ZERO)?;
//!
//! // One signed transfer, applied as a batch. Only the ledger makes a trace.
//! let (amount, fee) = (Amount::new(30)?, FeeCode::ZERO);
//! let transfer = Transfer { from: alice, to: bob, amount, fee, nonce: 0.into(), expiry: Expiry::MAX };
//! let trace = ledger.apply(&Batch::first(domain), &[transfer.sign(&domain, &secret)])?;
//!
//! // The proof is verified before it is returned, and again by whoever reads the file.
//! let keys = Keys::new();
//! let file = Prover::new(&keys, Profile::Fast).prove(&trace)?.to_bytes();
//! let proof = Envelope::parse(&file)?.verify(Profile::Fast, &keys)?;
//! assert_eq!(proof.statement().new_root, ledger.root());
//! # Ok(())
//! # }
//! ```

pub mod claim;
pub mod keys;
pub mod list;
pub mod lock;
pub mod memory;
mod plain;
pub mod proof;
pub mod prover;
pub mod schedule;
pub mod stage;
pub mod store;
pub mod verifier;
pub mod wrap_key;
pub mod wrapper;

pub use furl_circuits::keys::Circuit;
pub use furl_circuits::leaf_circuit::LeafSize;
pub use furl_circuits::node::{NodeKind, Plan};
pub use furl_circuits::profile::Profile;
pub use furl_engine::Times;
pub use furl_ledger::trace::Trace;
pub use furl_verifier::{Error as VerifierError, PROOF_BYTES};
pub use keys::Keys;
pub use lock::Lock;
pub use memory::Memory;
pub use proof::{Envelope, Kind, Proof, ProofFileError};
pub use prover::{Event, ProveError, Prover};
pub use stage::{Leaf, Node, Root, Wrapped};
pub use store::Store;
pub use verifier::Verifier;
pub use wrap_key::WrapKey;
pub use wrapper::{WrapError, WrapKeys, Wrapper};
