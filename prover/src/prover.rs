//! # The prover: from a trace to a proof

use std::panic::{AssertUnwindSafe, catch_unwind};

use furl_circuits::leaf_circuit::{LeafError, LeafSize};
use furl_circuits::profile::Profile;
use furl_ledger::trace::Trace;
use thiserror::Error;

use crate::keys::Keys;
use crate::proof::{Leaf, Proof};

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The batch exceeds one leaf.
    #[error("the batch has {transfers} transfers; one proof holds at most {most}: split the batch")]
    TooLarge {
        /// Transfers in the batch.
        transfers: usize,
        /// Transfers that the largest leaf holds.
        most: usize,
    },
    /// The leaf was not proved.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// The engine refused the witness or the circuit.
    #[error(transparent)]
    Engine(#[from] furl_engine::ProveError),
    /// The proof system panicked: a defect, reported without taking the process down.
    #[error("the proof system failed: {0}")]
    Defect(String),
}

/// Proves batches in one security profile.
#[derive(Debug)]
pub struct Prover<'k> {
    keys: &'k Keys,
    profile: Profile,
    size: Option<LeafSize>,
}

impl<'k> Prover<'k> {
    /// A prover that takes the smallest leaf which holds the batch.
    #[must_use]
    pub const fn new(keys: &'k Keys, profile: Profile) -> Self {
        Self { keys, profile, size: None }
    }

    /// A prover that always takes leaves of one size.
    #[must_use]
    pub const fn with_size(self, size: LeafSize) -> Self {
        Self { size: Some(size), ..self }
    }

    /// The leaf that `transfers` transfers are proved in.
    ///
    /// # Errors
    /// If no leaf holds them.
    pub fn size_for(&self, transfers: usize) -> Result<LeafSize, ProveError> {
        let most = self.size.unwrap_or(LeafSize::PRODUCTION).transfers();
        let size = self.size.or_else(|| LeafSize::holding(transfers));
        size.filter(|size| transfers <= size.transfers()).ok_or(ProveError::TooLarge { transfers, most })
    }

    /// Proves a batch. The proof is verified before it is returned.
    ///
    /// # Errors
    /// If the batch exceeds one leaf, or the proof system fails.
    pub fn prove(&self, trace: &Trace) -> Result<Proof<Leaf>, ProveError> {
        let size = self.size_for(trace.transfers().len())?;
        let circuit = self.keys.leaf(self.profile, size);
        let inputs = circuit.witness(trace)?;
        // plonky2 reports its own mistakes by panicking.
        let proof = catch_unwind(AssertUnwindSafe(|| furl_engine::prove(circuit.data(), inputs)))
            .map_err(|panic| ProveError::Defect(message(&*panic)))??;
        circuit.verify(trace.statement(), &proof)?;
        Ok(Proof::proved(&circuit, trace.statement().clone(), &proof))
    }
}

fn message(panic: &(dyn core::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into())
}
