//! # Constraints of a gate, one missing at a time
//!
//! A constraint is needed if some row breaks it and breaks nothing else: without it, the row would
//! pass. Such rows cannot be found blindly, since constraints share wires; the test of each gate
//! supplies them, by a generator that lies at one step and goes on honestly from there.

use std::collections::BTreeSet;
use std::fmt;

use plonky2::field::types::Field;
use plonky2::gates::gate::Gate;
use plonky2::hash::hash_types::HashOut;
use plonky2::plonk::vars::EvaluationVars;

use crate::field::{D, Extension, F};

/// A row that is said to break one constraint of a gate and no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lie {
    /// The constraint, counted from 0.
    pub constraint: usize,
    /// The wires of the row; those beyond the end are zero.
    pub wires: Vec<F>,
    /// The constants of the row; those beyond the end are zero.
    pub constants: Vec<F>,
}

/// What is known of a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Teeth {
    /// Some lie breaks it alone: the gate refuses that row, and would accept it without.
    Needed,
    /// Lies break it, but others with it: these, for the first lie.
    Entangled(Vec<usize>),
    /// No lie breaks it.
    Untried,
}

/// What is known of all constraints of a gate, in order. Prints as Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintReport {
    /// The identity of the gate, as plonky2 names it.
    pub gate: String,
    /// One to a constraint.
    pub teeth: Vec<Teeth>,
    /// The lies, by position, that do not break the constraint that they are said to break.
    pub harmless: Vec<usize>,
}

impl ConstraintReport {
    /// Whether each constraint is known to be needed, and each lie is one.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.harmless.is_empty() && self.missing().next().is_none()
    }

    /// The constraints that are not known to be needed.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        self.teeth.iter().enumerate().filter(|(_, t)| **t != Teeth::Needed).map(|(i, _)| i)
    }
}

impl fmt::Display for ConstraintReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needed = self.teeth.len() - self.missing().count();
        writeln!(f, "{}: {needed} of {} constraints needed", self.gate, self.teeth.len())?;
        for i in self.missing() {
            match &self.teeth[i] {
                Teeth::Entangled(others) => writeln!(f, "- {i}: only together with {others:?}")?,
                _ => writeln!(f, "- {i}: no lie breaks it")?,
            }
        }
        for i in &self.harmless {
            writeln!(f, "- lie {i} does not break its constraint")?;
        }
        Ok(())
    }
}

/// Judges `lies` by the constraints of `gate`.
pub fn constraints(gate: &impl Gate<F, D>, lies: impl IntoIterator<Item = Lie>) -> ConstraintReport {
    let mut teeth = vec![Teeth::Untried; gate.num_constraints()];
    let mut harmless = Vec::new();
    for (position, Lie { constraint, wires, constants }) in lies.into_iter().enumerate() {
        let mut broken = broken(gate, &wires, &constants);
        if !broken.remove(&constraint) {
            harmless.push(position);
        } else if broken.is_empty() {
            teeth[constraint] = Teeth::Needed;
        } else if teeth[constraint] == Teeth::Untried {
            teeth[constraint] = Teeth::Entangled(broken.into_iter().collect());
        }
    }
    ConstraintReport { gate: gate.id(), teeth, harmless }
}

/// The constraints of `gate` that a row breaks. Missing wires and constants are zero.
#[must_use]
pub fn broken(gate: &impl Gate<F, D>, wires: &[F], constants: &[F]) -> BTreeSet<usize> {
    let padded = |values: &[F], to: usize| -> Vec<Extension> {
        let mut row: Vec<_> = values.iter().map(|&v| Extension::from(v)).collect();
        row.resize(to.max(values.len()), Extension::ZERO);
        row
    };
    let constraints = gate.eval_unfiltered(EvaluationVars {
        local_constants: &padded(constants, gate.num_constants()),
        local_wires: &padded(wires, gate.num_wires()),
        public_inputs_hash: &HashOut::ZERO,
    });
    let broken = constraints.into_iter().enumerate().filter(|(_, v)| *v != Extension::ZERO);
    broken.map(|(i, _)| i).collect()
}
