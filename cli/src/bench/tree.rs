//! # A whole batch
//!
//! | stage | from | to |
//! |---|---|---|
//! | `build` | nothing | all circuits that the batch takes |
//! | `execute` | signed transfers | the batch, recorded |
//! | `leaf` | a piece of the record | its proof; summed over all pieces |
//! | `node` | proofs of neighbours | one proof; summed over all nodes |
//! | `root` | the top node's proof | the proof under the one key |
//! | `verify` | the proof file | accepted |
//!
//! With several proofs at a time the stages' sums exceed the time from the first to the last, which is the case's own.

use std::sync::{Mutex, PoisonError};

use furl_ledger::Trace;
use furl_prover::{Circuit, Envelope, Event, Keys, Memory, Plan, Profile, Proof, Prover, Root};

use super::report::Exact;
use super::run::{Laps, Subject};
use crate::exit::{Defect, Failure};
use crate::output::progress;
use crate::sample::Sample;
use crate::seed::Seed;

/// A sample batch, and the circuits that it takes.
#[derive(Debug)]
pub(crate) struct TreeBatch {
    sample: Sample,
    keys: Keys,
    profile: Profile,
    memory: Memory,
    plan: Plan,
    /// Bytes of the proof file, which are the same for every batch of the profile.
    proof_bytes: u64,
}

impl TreeBatch {
    /// A batch of so many transfers, the same every time.
    ///
    /// # Errors
    /// If no tree holds them, or memory does not suffice.
    pub(crate) fn new(profile: Profile, memory: Memory, transfers: usize, laps: &mut Laps) -> Result<Self, Failure> {
        let keys = Keys::new();
        let prover = Prover::new(&keys, profile).with_memory(memory);
        let plan = prover.arrange(transfers).map_err(Failure::Prove)?.plan;
        progress(format_args!("building the circuits: leaves of {} rows, profile {profile}", plan.leaves()));
        laps.time("build", || prover.prepare(&plan)).map_err(Failure::Prove)?;
        let sample = Sample::new(&Seed::new([0; 32]), transfers);
        let proof_bytes = Proof::<Root>::bytes(profile, &keys) as u64;
        Ok(Self { sample, keys, profile, memory, plan, proof_bytes })
    }

    /// Whether a batch of so many transfers can be proved.
    ///
    /// # Errors
    /// If no tree holds them, or memory does not suffice.
    pub(crate) fn check(profile: Profile, memory: Memory, transfers: usize) -> Result<(), Failure> {
        let keys = Keys::new();
        let arranged = Prover::new(&keys, profile).with_memory(memory).arrange(transfers);
        arranged.map(drop).map_err(Failure::Prove)
    }
}

/// The stage that proofs of a circuit belong to.
const fn stage(circuit: Circuit) -> &'static str {
    match circuit {
        Circuit::Leaf(_) => "leaf",
        Circuit::Node(_) => "node",
        Circuit::Root(_) => "root",
    }
}

impl Subject for TreeBatch {
    type Trace = Trace;
    type Proof = Vec<u8>;

    fn exact(&self) -> Exact {
        let leaves = self.plan.leaf_count() as u64;
        Exact {
            transfers: self.sample.transfers.len() as u64,
            leaves,
            rows: leaves << self.plan.leaves().bits(),
            proof_bytes: self.proof_bytes,
        }
    }

    fn execute(&self, laps: &mut Laps) -> Result<Trace, Failure> {
        let Sample { ledger, batch, transfers } = &self.sample;
        let mut ledger = ledger.clone();
        let trace = laps.time("execute", || ledger.apply(batch, transfers));
        trace.map_err(|error| Failure::Defect(Defect(format!("the sample is refused: {error}"))))
    }

    fn prove(&self, trace: &Trace, laps: &mut Laps) -> Result<Vec<u8>, Failure> {
        let heard = Mutex::new(Laps::default());
        let observer = |event: Event<'_>| {
            if let Event::Proved { circuit, took, .. } = event {
                heard.lock().unwrap_or_else(PoisonError::into_inner).add(stage(circuit), took);
            }
        };
        let prover = Prover::new(&self.keys, self.profile).with_memory(self.memory).with_observer(&observer);
        let proof = prover.prove(trace).map_err(Failure::Prove)?;
        laps.extend(heard.into_inner().unwrap_or_else(PoisonError::into_inner));
        Ok(proof.to_bytes())
    }

    fn verify(&self, trace: &Trace, proof: &Vec<u8>, laps: &mut Laps) -> Result<(), Failure> {
        let verified = laps.time("verify", || Envelope::parse(proof)?.verify(self.profile, &self.keys));
        match verified {
            Ok(proof) if proof.statement() == trace.statement() => Ok(()),
            Ok(_) => Err(Failure::Defect(Defect("a proof states another batch than was proved".into()))),
            Err(error) => Err(Failure::Defect(Defect(format!("a proof is refused: {error}")))),
        }
    }
}
