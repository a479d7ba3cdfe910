//! # Why a file is not a true proof
//!
//! It is malformed, or well-formed and false: [`ProofFileError::is_false`] tells.

use furl_circuits::leaf_circuit::UnknownSize;
use furl_circuits::node::UnknownNode;
use furl_circuits::pins::KeyDigest;
use furl_circuits::profile::{Profile, ProfileError};
use furl_circuits::proof::ProofError;
use furl_ledger::statement::StatementError;
use furl_verifier::PROOF_BYTES;
use thiserror::Error;

use super::{Kind, MAGIC, VERSION};
use crate::verifier::FalseProof;

/// Why a file is not a true proof.
#[derive(Debug, Error)]
pub enum ProofFileError {
    /// Too short for a header, or for the body that the header announces.
    #[error("truncated: expected {expected} bytes, got {got}")]
    Truncated {
        /// Bytes that should be there.
        expected: usize,
        /// Bytes that are.
        got: usize,
    },
    /// Longer than the header announces.
    #[error("extended: expected {expected} bytes, got {got}")]
    Extended {
        /// Bytes that should be there.
        expected: usize,
        /// Bytes that are.
        got: usize,
    },
    /// Another kind of file.
    #[error("not a Furl proof: expected the file to start with {MAGIC:02x?}, got {0:02x?}")]
    Foreign([u8; 8]),
    /// Written by another version of Furl.
    #[error("proof format version {got}, and this program reads version {VERSION}")]
    Version {
        /// The file's version.
        got: u16,
    },
    /// No such circuit.
    #[error(
        "no circuit is named by the bytes {0:?}: expected 1 (leaf), 2 (node), 3 (root) or 4 (wrap), and what it needs"
    )]
    Circuit([u8; 4]),
    /// No such profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// No such leaf.
    #[error(transparent)]
    Size(#[from] UnknownSize),
    /// No such node.
    #[error(transparent)]
    Node(#[from] UnknownNode),
    /// The proof is of another stage.
    #[error("expected a proof of stage {expected}, got one of {got}")]
    Stage {
        /// The stage that is needed.
        expected: &'static str,
        /// The circuit that the file names.
        got: Kind,
    },
    /// The profile promises less than was demanded.
    #[error("the proof is of profile {got} ({} proven bits): expected at least {least} ({})", got.floor_bits(), least.floor_bits())]
    Weak {
        /// The weakest profile that would do.
        least: Profile,
        /// The file's profile.
        got: Profile,
    },
    /// The proof proves something else than was looked for.
    #[error("the proof is of another statement or circuit than its place says")]
    Misplaced,
    /// The statement is malformed.
    #[error("statement: {0}")]
    Statement(#[from] StatementError),
    /// The proof is of another circuit: another profile, another version of the rules, or a corrupt header.
    #[error("the proof is not for this circuit ({circuit}, {profile}): expected key {expected}, got {got}")]
    Key {
        /// The profile that the file names.
        profile: Profile,
        /// The circuit that the file names.
        circuit: Kind,
        /// The key of that circuit.
        expected: KeyDigest,
        /// The key in the file.
        got: KeyDigest,
    },
    /// The key that was given is of the wrap of another profile.
    #[error("a wrapped proof of profile {profile} is checked by a key of 2^{expected} rows, got a key of 2^{got}")]
    Rows {
        /// The profile that the file names.
        profile: Profile,
        /// Rows of its wrap, as a power of two.
        expected: u32,
        /// Those of the key.
        got: u32,
    },
    /// The body is malformed.
    #[error("body: {0}")]
    Body(#[from] ProofError),
    /// The header announces another length than wrapped proofs have.
    #[error("the body of a wrapped proof has {PROOF_BYTES} bytes, the header announces {0}")]
    WrappedLength(usize),
    /// The native verifier does not accept the wrapped proof.
    #[error("wrapped proof: {0}")]
    Wrapped(#[from] furl_verifier::Error),
    /// The proof is false.
    #[error(transparent)]
    False(#[from] FalseProof),
}

impl ProofFileError {
    /// Whether the file is well-formed and its proof false, rather than malformed.
    #[must_use]
    pub const fn is_false(&self) -> bool {
        use furl_verifier::Error::{Degenerate, Refused};
        matches!(self, Self::Key { .. } | Self::Stage { .. } | Self::Weak { .. } | Self::Rows { .. })
            || matches!(self, Self::Misplaced | Self::False(_) | Self::Wrapped(Refused | Degenerate))
    }
}
