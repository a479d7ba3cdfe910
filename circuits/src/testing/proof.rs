//! # Malicious proofs
//!
//! What a prover would send who has a table of its own making, honest or not.
//!
//! plonky2 1.6.0 proves any table. `prove_with_partition_witness` takes the finished witness;
//! given the identity as its map of representatives, each cell keeps the value it was given. No
//! step asks whether the constraints hold, with one exception: the quotient must have degree below
//! `max_quotient_degree_factor` times the degree of the circuit, or an `expect` panics. It is
//! computed on as many points as the factor, rounded up to a power of two, has rows. So for a
//! factor that is a power of two, such as the standard 8, the condition is void: the division by
//! $Z_H$ is done point by point, interpolates to *some* polynomial of the right length, and a proof
//! comes out, which the verifier then refuses at $\zeta$. For another factor the panic is caught
//! here and reported as [`ProveError::Panicked`].
//!
//! The claimed public inputs are read by plonky2 through targets. If a target is a wire whose cell
//! holds another value than is claimed, or is claimed twice with different values, the claims are
//! moved to virtual targets of their own in a copy of the prover's data.

use std::any::Any;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use plonky2::fri::oracle::PolynomialBatch;
use plonky2::iop::target::Target;
use plonky2::iop::witness::PartitionWitness;
use plonky2::plonk::circuit_data::ProverOnlyCircuitData;
use plonky2::plonk::prover::prove_with_partition_witness;
use plonky2::util::timing::TimingTree;
use thiserror::Error;

use super::table::Table;
use crate::field::{C, CircuitData, D, F, Proof};

/// Why no proof came out.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The prover of plonky2 returned an error.
    #[error("plonky2 refused to prove: {0}")]
    Refused(Box<dyn Error + Send + Sync>),
    /// The prover of plonky2 panicked with this message.
    #[error("plonky2 panicked: {0}")]
    Panicked(String),
}

/// Proves `table`, whether or not it satisfies `circuit`.
///
/// # Errors
///
/// If plonky2 returns an error or panics; for a power of two as `max_quotient_degree_factor` it
/// does neither, except with negligible probability over its challenges.
///
/// # Panics
///
/// If the table is not of the shape of the circuit.
pub fn prove_table(circuit: &CircuitData, table: &Table) -> Result<Proof, ProveError> {
    let common = &circuit.common;
    assert_eq!(table.width(), common.config.num_wires, "columns of the table");
    assert_eq!(table.degree(), common.degree(), "rows of the table");
    assert_eq!(table.public_inputs().len(), common.num_public_inputs, "claims of the table");

    let mut values: Vec<Option<F>> = table.values().iter().copied().map(Some).collect();
    let own = &circuit.prover_only.public_inputs;
    let index = |target: &Target| target.index(table.width(), table.degree());
    // A virtual target is part of no column: it may hold the claim whatever its class holds.
    for (target, &claim) in own.iter().zip(table.public_inputs()) {
        if let Target::VirtualTarget { .. } = target {
            values[index(target)] = Some(claim);
        }
    }
    let claimable = own.iter().zip(table.public_inputs()).all(|(t, &claim)| values[index(t)] == Some(claim));
    let moved = (!claimable).then(|| {
        let first = table.virtual_targets();
        values.extend(table.public_inputs().iter().copied().map(Some));
        let claims = (0..own.len()).map(|i| Target::VirtualTarget { index: first + i });
        claiming_through(circuit, claims.collect())
    });

    let identity: Vec<usize> = (0..values.len()).collect();
    let witness =
        PartitionWitness { values, representative_map: &identity, num_wires: table.width(), degree: table.degree() };
    let prover = moved.as_ref().unwrap_or(&circuit.prover_only);
    let attempt = AssertUnwindSafe(|| {
        prove_with_partition_witness::<F, C, D>(prover, common, witness, &mut TimingTree::default())
    });
    match catch_unwind(attempt) {
        Ok(proved) => proved.map_err(|error| ProveError::Refused(error.into())),
        Err(panic) => Err(ProveError::Panicked(message(&*panic))),
    }
}

/// What the prover needs of `circuit`, with the public inputs read from other targets.
fn claiming_through(circuit: &CircuitData, public_inputs: Vec<Target>) -> ProverOnlyCircuitData<F, C, D> {
    let own = &circuit.prover_only;
    let batch = &own.constants_sigmas_commitment;
    ProverOnlyCircuitData {
        // The witness is finished: nothing is left to generate.
        generators: Vec::new(),
        generator_indices_by_watches: Default::default(),
        constants_sigmas_commitment: PolynomialBatch::from_coeffs(
            batch.polynomials.clone(),
            batch.rate_bits,
            batch.blinding,
            circuit.common.config.fri_config.cap_height,
            &mut TimingTree::default(),
            None,
        ),
        sigmas: own.sigmas.clone(),
        subgroup: own.subgroup.clone(),
        public_inputs,
        representative_map: Vec::new(),
        fft_root_table: own.fft_root_table.clone(),
        circuit_digest: own.circuit_digest,
        lookup_rows: own.lookup_rows.clone(),
        lut_to_lookups: own.lut_to_lookups.clone(),
    }
}

/// The message of a panic, if it has one.
fn message(panic: &(dyn Any + Send)) -> String {
    (panic.downcast_ref::<String>().cloned())
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "no message".to_owned())
}
