//! # A batch in one leaf, and no tree
//!
//! | stage | from | to |
//! |---|---|---|
//! | `build` | nothing | a circuit that proves and verifies |
//! | `execute` | signed transfers | the batch, recorded |
//! | `witness` | the record | the inputs of the circuit |
//! | `leaf` | the inputs | a proof |
//! | `verify` | the proof and its statement | accepted |
//!
//! Generators run inside `leaf`: the engine fills the table and proves in one call.

use furl_circuits::field::Proof;
use furl_circuits::leaf_circuit::{LeafCircuit, LeafError};
use furl_circuits::proof::proof_bytes;
use furl_ledger::Trace;
use furl_prover::proof::PIECE_HEADER_BYTES;
use furl_prover::{LeafSize, Profile, ProveError};

use super::report::Exact;
use super::run::{Laps, Subject};
use crate::exit::{Defect, Failure};
use crate::output::progress;
use crate::sample::Sample;
use crate::seed::Seed;

/// A sample batch that fills a leaf, and the leaf.
#[derive(Debug)]
pub(crate) struct LeafBatch {
    sample: Sample,
    circuit: LeafCircuit,
}

impl LeafBatch {
    /// A batch of so many transfers, the same every time.
    pub(crate) fn new(profile: Profile, size: LeafSize, transfers: usize, laps: &mut Laps) -> Self {
        let sample = Sample::new(&Seed::new([0; 32]), transfers);
        progress(format_args!("building the circuit: leaf of {size} rows, profile {profile}"));
        let circuit = laps.time("build", || LeafCircuit::build(profile, size));
        Self { sample, circuit }
    }
}

impl Subject for LeafBatch {
    type Trace = Trace;
    type Proof = Proof;

    fn exact(&self) -> Exact {
        Exact {
            transfers: self.sample.transfers.len() as u64,
            leaves: 1,
            rows: 1 << self.circuit.size().bits(),
            proof_bytes: (PIECE_HEADER_BYTES + proof_bytes(&self.circuit.data().common)) as u64,
        }
    }

    fn execute(&self, laps: &mut Laps) -> Result<Trace, Failure> {
        let Sample { ledger, batch, transfers } = &self.sample;
        let mut ledger = ledger.clone();
        let trace = laps.time("execute", || ledger.apply(batch, transfers));
        trace.map_err(|error| Failure::Defect(Defect(format!("the sample is refused: {error}"))))
    }

    fn prove(&self, trace: &Trace, laps: &mut Laps) -> Result<Proof, Failure> {
        let witness = laps.time("witness", || self.circuit.witness(&trace.piece())).map_err(failure)?;
        let proof = laps.time("leaf", || furl_engine::prove(self.circuit.data(), witness));
        proof.map_err(|error| Failure::Prove(ProveError::Engine(error)))
    }

    fn verify(&self, trace: &Trace, proof: &Proof, laps: &mut Laps) -> Result<(), Failure> {
        laps.time("verify", || self.circuit.verify(trace.piece().statement(), proof)).map_err(failure)
    }
}

fn failure(error: LeafError) -> Failure {
    Failure::Prove(ProveError::Leaf(error))
}
