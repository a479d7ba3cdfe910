//! # The leaves, counted
//!
//! Every leaf that can be proved with is built, described and dropped, one after the other: eight circuits, the largest
//! of which holds 2 GiB while it proves. Of each remain its counts and its [pin](furl_circuits::pins).
//!
//! ## Rows
//!
//! A leaf of $n$ blocks has $a + bn$ rows of its own making, and building adds $c$ more: those of the constants and of
//! the public inputs. The three are measured on leaves of one and two blocks ([`RowModel`]). From them follows that
//! the table of leaf sizes is *maximal*: one more block would not fit.

use std::collections::BTreeMap;

use furl_circuits::builder::Builder;
use furl_circuits::keys::VerifyingKey;
use furl_circuits::leaf::LeafWires;
use furl_circuits::leaf_circuit::{LeafCircuit, LeafError, LeafSize};
use furl_circuits::pins;
use furl_circuits::profile::Profile;
use furl_circuits::proof::{encode, proof_bytes};
use furl_circuits::security::{Layer, LayerError, Report};
use furl_circuits::testing::{Checker, Unjudgeable};
use furl_ledger::BatchError;
use thiserror::Error;

use crate::world::World;

/// Why there are no counts.
#[derive(Debug, Error)]
pub enum CountError {
    /// A circuit's rows cannot be read back.
    #[error(transparent)]
    Rows(#[from] Unjudgeable),
    /// A circuit's security cannot be computed.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// The batch that is proved is not valid.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The batch was not proved.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// A proof has another length than its circuit's proofs should have.
    #[error("expected a proof of {expected} bytes, got {got}")]
    ProofLength {
        /// The length computed from the circuit.
        expected: usize,
        /// The length of the proof as encoded.
        got: usize,
    },
}

/// What is known of one leaf after it was built.
#[derive(Clone, Debug)]
pub struct LeafCounts {
    /// The security profile.
    pub profile: Profile,
    /// The number of rows.
    pub size: LeafSize,
    /// Rows in use, before those that building adds.
    pub rows: usize,
    /// Bytes of a proof's body.
    pub proof_bytes: usize,
    /// Proven bits of security: the best bound, unrounded.
    pub bits: f64,
    /// The verifying key.
    pub key: VerifyingKey,
    /// The circuit as text.
    pub pin: String,
}

impl LeafCounts {
    /// Builds a leaf and counts. The production leaf of the profile `fast` proves a batch too, so that the length of
    /// a proof is not only computed.
    ///
    /// # Errors
    /// [`CountError`], if the code counted is in disorder.
    pub fn of(profile: Profile, size: LeafSize) -> Result<Self, CountError> {
        let circuit = LeafCircuit::build(profile, size);
        let (data, rows) = (circuit.data(), circuit.rows());
        let name = format!("leaf {size} {profile}");
        let bits = Report::new([Layer::of(&data.common, &name)?]).bits();
        let pin = pins::describe(data, &name, profile, Some(rows));
        let proof_bytes = proof_bytes(&data.common);
        if (profile, size) == (Profile::Fast, LeafSize::PRODUCTION) {
            let proof = circuit.prove(&World::default().trace(1)?.piece())?;
            let got = encode(&proof.proof, &data.common).len();
            if got != proof_bytes {
                return Err(CountError::ProofLength { expected: proof_bytes, got });
            }
        }
        let key = VerifyingKey::of(data);
        Ok(Self { profile, size, rows, proof_bytes, bits, key, pin })
    }

    /// All leaves, smallest first, each built and dropped in turn.
    ///
    /// # Errors
    /// [`CountError`], if the code counted is in disorder.
    pub fn all() -> Result<Vec<Self>, CountError> {
        let leaves = LeafSize::ALL.into_iter().flat_map(|size| Profile::ALL.map(|profile| (profile, size)));
        leaves.map(|(profile, size)| Self::of(profile, size)).collect()
    }

    /// The pin's place in the repository.
    #[must_use]
    pub fn path(&self) -> String {
        format!("circuits/pins/leaf-2-{}-{}.txt", self.size.bits(), self.profile)
    }
}

/// The rows of a leaf as a function of its number of blocks.
#[derive(Clone, Debug)]
pub struct RowModel {
    /// Rows of a leaf without its blocks.
    pub fixed: usize,
    /// Rows of a block.
    pub block: usize,
    /// Rows that building adds, for constants and public inputs.
    pub built: usize,
    /// Rows of a block by the name of their gate; their sum is [`block`](Self::block).
    pub block_by_gate: BTreeMap<String, usize>,
}

impl RowModel {
    /// Measures leaves of one block and of two.
    ///
    /// # Errors
    /// If the rows of a built circuit cannot be read back.
    pub fn measure() -> Result<Self, CountError> {
        let [one, two] = [Rows::of(1)?, Rows::of(2)?];
        let block = two.own - one.own;
        let block_by_gate = two.by_gate.into_iter().map(|(gate, rows)| {
            let rows_before = one.by_gate.get(&gate).copied().unwrap_or_default();
            (gate, rows - rows_before)
        });
        let block_by_gate = block_by_gate.filter(|(_, rows)| *rows > 0).collect();
        Ok(Self { fixed: one.own - block, block, built: one.in_use - one.own, block_by_gate })
    }

    /// Rows in use of a leaf with this many blocks, those that building adds included.
    #[must_use]
    pub const fn rows(&self, blocks: usize) -> usize {
        self.fixed + blocks * self.block + self.built
    }
}

/// The rows of one small leaf, built.
struct Rows {
    /// Rows that our code adds.
    own: usize,
    /// Rows in use after building, that is all but padding.
    in_use: usize,
    by_gate: BTreeMap<String, usize>,
}

impl Rows {
    fn of(blocks: usize) -> Result<Self, CountError> {
        let mut b = Builder::new(Profile::Fast.leaf_config());
        LeafWires::constrain(&mut b, blocks);
        let own = b.rows();
        let data = b.build();
        let checker = Checker::new(&data)?;
        let mut by_gate = BTreeMap::new();
        for row in 0..data.common.degree() {
            let id = checker.gate(row).0.id();
            // The rest of an id is its parameters.
            let end = id.find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(id.len());
            *by_gate.entry(id[..end].to_owned()).or_default() += 1;
        }
        by_gate.remove("NoopGate");
        Ok(Self { own, in_use: by_gate.values().sum(), by_gate })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_linear_in_blocks() {
        let model = RowModel::measure().unwrap();
        assert_eq!(model.block_by_gate.values().sum::<usize>(), model.block);
        let three = Rows::of(3).unwrap();
        assert_eq!((three.own, three.in_use), (model.fixed + 3 * model.block, model.rows(3)));
    }

    #[test]
    fn one_more_block_would_fit_no_leaf() {
        let model = RowModel::measure().unwrap();
        for size in LeafSize::ALL {
            let most = 1 << size.bits();
            assert!(model.rows(size.blocks()) <= most, "{size}");
            assert!(model.rows(size.blocks() + 1) > most, "{size} has room for another block");
        }
    }

    #[test]
    fn one_more_block_doubles_the_smallest_leaf() {
        let degree_bits = |blocks| {
            let mut b = Builder::new(Profile::Fast.leaf_config());
            LeafWires::constrain(&mut b, blocks);
            b.build_uncommitted().0.common.degree_bits()
        };
        let blocks = LeafSize::SMALLEST.blocks();
        assert_eq!((degree_bits(blocks), degree_bits(blocks + 1)), (13, 14));
    }
}
