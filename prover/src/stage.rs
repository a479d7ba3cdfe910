//! # Stages: how far a proof has come
//!
//! | stage | what it proves | hashed for | who reads it |
//! |---|---|---|---|
//! | [`Leaf`] | a piece of a batch | plonky2 | whoever resumes |
//! | [`Node`] | neighbouring pieces, joined | plonky2 | whoever resumes |
//! | [`Root`] | a whole batch | plonky2 | anybody who has Furl |
//! | [`Wrapped`] | the same | Ethereum | a contract, the native verifier |

use core::fmt;

use furl_circuits::field;
use furl_circuits::keys::Circuit;
use furl_circuits::profile::Profile;
use furl_verifier::PROOF_BYTES;

use crate::proof::{Kind, root};

/// The stage of a proof.
pub trait Stage: Clone + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// The proof as its proof system has it.
    type Inner: Clone + fmt::Debug + PartialEq + Send + Sync;
    /// The stage's name.
    const NAME: &'static str;
    /// Whether proofs of this circuit are of this stage.
    fn admits(profile: Profile, circuit: Kind) -> bool;
}

/// A piece of a batch, proved directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf;

/// Neighbours, joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node;

/// A whole batch, under the one key of its profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root;

/// A whole batch, under the one key of its profile and setup, as a contract checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped;

impl Stage for Leaf {
    type Inner = field::Proof;
    const NAME: &'static str = "leaf";

    fn admits(_: Profile, circuit: Kind) -> bool {
        matches!(circuit, Kind::Tree(Circuit::Leaf(_)))
    }
}

impl Stage for Node {
    type Inner = field::Proof;
    const NAME: &'static str = "node";

    fn admits(_: Profile, circuit: Kind) -> bool {
        matches!(circuit, Kind::Tree(Circuit::Node(_)))
    }
}

impl Stage for Root {
    type Inner = field::Proof;
    const NAME: &'static str = "root";

    fn admits(profile: Profile, circuit: Kind) -> bool {
        circuit == Kind::Tree(root(profile))
    }
}

impl Stage for Wrapped {
    type Inner = [u8; PROOF_BYTES];
    const NAME: &'static str = "wrapped";

    fn admits(_: Profile, circuit: Kind) -> bool {
        circuit == Kind::Wrap
    }
}
