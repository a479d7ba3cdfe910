//! # The leaf as a key: built once, then proving and verifying
//!
//! | rows | transfers |
//! |---|---|
//! | $2^{13}$ | 60 |
//! | $2^{14}$ | 124 |
//! | $2^{15}$ | 252 |
//! | $2^{16}$ | 512 |
//!
//! $2^{16}$ is the production size; the smaller ones are for tests and short batches. What stands in the table is guarded by a test: one more block would not fit.

use core::fmt;

use furl_ledger::cut::Piece;
use furl_ledger::statement::PieceStatement;
use plonky2::iop::witness::PartialWitness;
use thiserror::Error;

use crate::builder::Builder;
use crate::field::{CircuitData, F, Proof};
use crate::gates::block;
use crate::leaf::LeafWires;
use crate::pins::{self, KeyDigest};
use crate::profile::Profile;

/// The number of rows of a leaf, as a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafSize(u8);

/// No leaf of this size is defined.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no leaf has 2^{0} rows: expected 13, 14, 15 or 16")]
pub struct UnknownSize(pub u8);

impl LeafSize {
    /// All sizes, smallest first.
    pub const ALL: [Self; 4] = [Self(13), Self(14), Self(15), Self(16)];
    /// The production size, $2^{16}$ rows.
    pub const PRODUCTION: Self = Self(16);
    /// The smallest size, $2^{13}$ rows.
    pub const SMALLEST: Self = Self(13);
    /// The sizes that [nodes](crate::node) are built over.
    pub const TREE: [Self; 2] = [Self::SMALLEST, Self::PRODUCTION];

    /// The size with $2^{\text{bits}}$ rows.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(bits: u8) -> Result<Self, UnknownSize> {
        Self::ALL.into_iter().find(|size| size.0 == bits).ok_or(UnknownSize(bits))
    }

    /// The smallest leaf that holds `transfers` transfers, if any does.
    #[must_use]
    pub fn holding(transfers: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|size| transfers <= size.transfers())
    }

    /// Binary logarithm of the number of rows.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Blocks of four transfers that fit.
    #[must_use]
    pub const fn blocks(self) -> usize {
        match self.0 {
            13 => 15,
            14 => 31,
            15 => 63,
            _ => 128,
        }
    }

    /// Transfers that fit.
    #[must_use]
    pub const fn transfers(self) -> usize {
        self.blocks() * block::TRANSFERS
    }
}

impl fmt::Display for LeafSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "2^{}", self.0)
    }
}

/// Why a leaf was not proved, or a proof not believed.
#[derive(Debug, Error)]
pub enum LeafError {
    /// The piece does not fit.
    #[error("the piece has {transfers} transfers and the leaf of {size} rows holds {capacity}")]
    TooLarge {
        /// Transfers in the piece.
        transfers: usize,
        /// The leaf.
        size: LeafSize,
        /// Transfers that it holds.
        capacity: usize,
    },
    /// The proof system refused the witness; the cause is its own.
    #[error("the piece could not be proved: {0}")]
    Unprovable(String),
    /// The proof is of another statement.
    #[error("the proof's public inputs are not those of the statement")]
    OtherStatement,
    /// The proof is false.
    #[error("the proof is false: {0}")]
    False(String),
}

/// A leaf circuit, built.
#[derive(Debug)]
pub struct LeafCircuit {
    profile: Profile,
    size: LeafSize,
    data: CircuitData,
    wires: LeafWires,
    rows: usize,
    key: KeyDigest,
}

impl LeafCircuit {
    /// Builds the circuit. Deterministic; seconds for the production size.
    #[must_use]
    pub fn build(profile: Profile, size: LeafSize) -> Self {
        let mut b = Builder::new(profile.leaf_config());
        let wires = LeafWires::constrain(&mut b, size.blocks());
        let rows = b.rows();
        let data = b.build();
        assert_eq!(data.common.degree_bits(), usize::from(size.bits()), "the blocks of a leaf fit its rows exactly");
        let key = pins::key_digest(&data.verifier_only, &data.common, profile);
        Self { profile, size, data, wires, rows, key }
    }

    /// The security profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The number of rows.
    #[must_use]
    pub const fn size(&self) -> LeafSize {
        self.size
    }

    /// The identity of the whole circuit: keys, gates, configuration.
    #[must_use]
    pub const fn key(&self) -> KeyDigest {
        self.key
    }

    /// Rows used, before those that building adds (public inputs, constants) and padding.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// plonky2's view of the circuit.
    #[must_use]
    pub const fn data(&self) -> &CircuitData {
        &self.data
    }

    /// The wires that take a value.
    #[must_use]
    pub const fn wires(&self) -> &LeafWires {
        &self.wires
    }

    /// The witness of a piece.
    ///
    /// # Errors
    /// If the piece does not fit.
    pub fn witness(&self, piece: &Piece) -> Result<PartialWitness<F>, LeafError> {
        let (transfers, capacity) = (piece.steps().len(), self.size.transfers());
        if transfers > capacity {
            return Err(LeafError::TooLarge { transfers, size: self.size, capacity });
        }
        let mut witness = PartialWitness::new();
        self.wires.assign(&mut witness, piece).map_err(|e| LeafError::Unprovable(e.to_string()))?;
        Ok(witness)
    }

    /// Proves a piece, and verifies the proof before returning it.
    ///
    /// # Errors
    /// If the piece does not fit or, which a piece of the ledger never causes, is refused by the circuit.
    pub fn prove(&self, piece: &Piece) -> Result<Proof, LeafError> {
        let witness = self.witness(piece)?;
        let proof = furl_engine::prove(&self.data, witness).map_err(|e| LeafError::Unprovable(e.to_string()))?;
        self.verify(piece.statement(), &proof)?;
        Ok(proof)
    }

    /// Verifies that `proof` proves `statement`.
    ///
    /// # Errors
    /// If it proves another statement, or none.
    pub fn verify(&self, statement: &PieceStatement, proof: &Proof) -> Result<(), LeafError> {
        if proof.public_inputs != statement.elements() {
            return Err(LeafError::OtherStatement);
        }
        self.data.verify(proof.clone()).map_err(|e| LeafError::False(e.to_string()))
    }
}
