//! # Claims: what a proof says
//!
//! Leaves and nodes state a piece of a batch, the root and the wrap a whole one.

use core::fmt;

use furl_circuits::field::F;
use furl_circuits::keys::Circuit;
use furl_ledger::statement::{PieceStatement, Statement, StatementError};

use crate::proof::Kind;

/// What a proof claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A piece, from a leaf or a node.
    Piece(PieceStatement),
    /// A whole batch, from the root or the wrap.
    Batch(Statement),
}

impl Claim {
    /// The public inputs of its proof.
    #[must_use]
    pub fn elements(&self) -> Vec<F> {
        match self {
            Self::Piece(statement) => statement.elements().to_vec(),
            Self::Batch(statement) => statement.elements().to_vec(),
        }
    }

    /// The statement as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Piece(statement) => statement.to_bytes().to_vec(),
            Self::Batch(statement) => statement.to_bytes().to_vec(),
        }
    }

    /// Bytes of what a circuit's proofs claim.
    pub(crate) const fn bytes(circuit: Kind) -> usize {
        match circuit {
            Kind::Tree(Circuit::Leaf(_) | Circuit::Node(_)) => PieceStatement::BYTES,
            Kind::Tree(Circuit::Root(_)) | Kind::Wrap => Statement::BYTES,
        }
    }

    pub(crate) fn from_bytes(circuit: Kind, bytes: &[u8]) -> Result<Self, StatementError> {
        match circuit {
            Kind::Tree(Circuit::Leaf(_) | Circuit::Node(_)) => PieceStatement::from_bytes(bytes).map(Self::Piece),
            Kind::Tree(Circuit::Root(_)) | Kind::Wrap => Statement::from_bytes(bytes).map(Self::Batch),
        }
    }
}

/// What the proofs of one stage claim.
pub trait Stated: Clone + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// As a claim.
    fn claim(&self) -> Claim;
    /// From a claim, if it is one of this kind.
    fn claimed(claim: &Claim) -> Option<&Self>;
}

impl Stated for PieceStatement {
    fn claim(&self) -> Claim {
        Claim::Piece(self.clone())
    }

    fn claimed(claim: &Claim) -> Option<&Self> {
        if let Claim::Piece(statement) = claim { Some(statement) } else { None }
    }
}

impl Stated for Statement {
    fn claim(&self) -> Claim {
        Claim::Batch(self.clone())
    }

    fn claimed(claim: &Claim) -> Option<&Self> {
        if let Claim::Batch(statement) = claim { Some(statement) } else { None }
    }
}
