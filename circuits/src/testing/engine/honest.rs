//! The honest witness, from which all lies depart.

use plonky2::iop::generator::GeneratedValues;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, PartitionWitness};

use super::super::subject::Subject;
use super::super::table::Table;
use super::EngineError;
use crate::field::F;

/// The generators run once on honest inputs, with what is learnt of them.
pub(super) struct HonestRun {
    pub(super) values: Vec<Option<F>>,
    pub(super) table: Table,
    /// What each generator writes.
    pub(super) writes: Vec<Vec<Target>>,
    /// The generators in the order in which they finished.
    pub(super) by_rank: Vec<usize>,
}

impl HonestRun {
    pub(super) fn of(subject: &Subject, inputs: &PartialWitness<F>) -> Result<Self, EngineError> {
        let circuit = subject.circuit();
        let prover = &circuit.prover_only;
        let mut witness =
            PartitionWitness::new(circuit.common.config.num_wires, circuit.common.degree(), &prover.representative_map);
        let conflict = |error: anyhow::Error| EngineError::Conflict(error.into());
        for (&target, &value) in &inputs.target_values {
            witness.set_target_returning_rep(target, value).map_err(conflict)?;
        }
        let mut writes = vec![Vec::new(); prover.generators.len()];
        let mut by_rank = Vec::with_capacity(prover.generators.len());
        let mut finished = vec![false; prover.generators.len()];
        let mut pending: Vec<usize> = (0..prover.generators.len()).collect();
        let mut buffer = GeneratedValues::empty();
        while !pending.is_empty() {
            let mut next = Vec::new();
            for i in std::mem::take(&mut pending) {
                if finished[i] {
                    continue;
                }
                finished[i] = prover.generators[i].0.run(&witness, &mut buffer);
                if finished[i] {
                    by_rank.push(i);
                }
                for (target, value) in buffer.target_values.drain(..) {
                    writes[i].push(target);
                    let fresh = witness.set_target_returning_rep(target, value).map_err(conflict)?;
                    let watchers = fresh.and_then(|c| prover.generator_indices_by_watches.get(&c));
                    next.extend(watchers.into_iter().flatten().copied());
                }
            }
            pending = next;
        }
        if by_rank.len() < prover.generators.len() {
            return Err(EngineError::Starved(prover.generators.len() - by_rank.len()));
        }
        let table = Table::of_witness(circuit, &witness)?;
        subject.checker().check(&table)?;
        Ok(Self { values: witness.values, table, writes, by_rank })
    }
}
