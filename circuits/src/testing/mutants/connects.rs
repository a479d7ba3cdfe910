//! # Connects, one missing at a time
//!
//! Taking away a `connect` may cut its copy class in two. Then a lie is sought in which the two
//! sides hold different values and *everything else holds*: every gate, and every other copy. If one
//! is found, the mutant is caught: the weakened circuit accepts the table and the whole circuit
//! refuses it, by that copy alone.
//!
//! The lies, in the order in which they are tried:
//!
//! 1. a side is given a wrong value: the honest one ±1, 0, 1, −1, that of a neighbour, that of
//!    another honest witness;
//! 2. a value that a side is computed from, or that shares a row with it, be it an input or a
//!    hint, is changed in the same ways;
//! 3. the same, and the constraint that then breaks is solved for the value of a side;
//! 4. all that one side is computed from is taken from another honest witness.
//!
//! Each time the generators compute what follows. The other honest witnesses are the caller's to
//! give; they are what lets a lie pass range checks, curve equations and hashes.

use std::collections::BTreeSet;

use plonky2::field::types::{Field, PrimeField64};
use plonky2::iop::witness::PartialWitness;

use super::super::checker::Violation;
use super::super::engine::{Course, Engine, EngineError, Sides};
use super::super::subject::Subject;
use super::super::table::Table;
use super::report::{ConnectReport, Mutant, Outcome, Trick};
use crate::field::F;

/// How hard to look for a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many of the values that a side is computed from are tried, nearest first: so many of
    /// those that are given, and so many of all.
    pub sources: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { sources: 32 }
    }
}

/// Takes away each connect of `subject` in turn and looks for a lie that gets through.
///
/// `inputs` are honest; `others` are further honest inputs of the same circuit, as different from
/// the first as can be, to borrow values from.
///
/// # Errors
///
/// If any of the inputs is not honest.
pub fn connects(
    subject: &Subject,
    inputs: &PartialWitness<F>,
    others: &[PartialWitness<F>],
    effort: Effort,
) -> Result<ConnectReport, EngineError> {
    let others = others
        .iter()
        .map(|inputs| Ok(Engine::new(subject, inputs)?.table().clone()))
        .collect::<Result<Vec<_>, EngineError>>()?;
    let mut search = Search { engine: Engine::new(subject, inputs)?, others, effort };
    let record = subject.record();
    let mutants = (record.connects().iter().enumerate())
        .map(|(i, connect)| Mutant {
            place: record.place(connect).to_string(),
            group: record.group(connect).to_string(),
            connect: *connect,
            outcome: search.outcome(i),
        })
        .collect();
    Ok(ConnectReport::new(mutants))
}

struct Search<'a> {
    engine: Engine<'a>,
    others: Vec<Table>,
    effort: Effort,
}

impl Search<'_> {
    fn outcome(&mut self, i: usize) -> Outcome {
        let outcome = match self.engine.cut(i) {
            Sides::Joined => Outcome::Redundant,
            Sides::Apart(left, right) => {
                if [left, right].iter().any(|&side| self.engine.cells(side).next().is_none()) {
                    Outcome::Hollow
                } else {
                    self.lie(left, right).map_or(Outcome::Survived, Outcome::Caught)
                }
            }
        };
        self.engine.mend();
        outcome
    }

    /// Looks for a lie that tells the two sides apart.
    fn lie(&mut self, left: usize, right: usize) -> Option<Trick> {
        for side in [left, right] {
            for value in self.wrong_values(side) {
                if self.works(&[(side, value)], left, right) {
                    return Some(Trick::Side { value });
                }
            }
        }
        let sources = self.sources(left, right);
        for &source in &sources {
            for value in self.wrong_values(source) {
                if self.works(&[(source, value)], left, right) {
                    return Some(Trick::Source { value });
                }
            }
        }
        for &source in &sources {
            for side in [left, right] {
                if self.engine.is_chosen(side) && self.solves(source, side, left, right) {
                    return Some(Trick::Solved);
                }
            }
        }
        self.borrow(left, right).or_else(|| self.borrow(right, left))
    }

    /// What to change besides the sides themselves: what they are computed from, the nearest given
    /// and the nearest of all, and what shares a row with the smaller side.
    fn sources(&self, left: usize, right: usize) -> Vec<usize> {
        let (engine, most) = (&self.engine, self.effort.sources);
        let mut sources = Vec::new();
        for side in [left, right] {
            sources.extend(engine.upstream(side).filter(|&c| engine.is_chosen(c)).take(most));
            sources.extend(engine.upstream(side).take(most));
        }
        let smaller = [left, right].into_iter().min_by_key(|&side| engine.members(side).len());
        sources.extend(smaller.into_iter().flat_map(|side| engine.beside(side)).take(most));
        let mut seen = BTreeSet::from([left, right]);
        sources.retain(|&source| seen.insert(source));
        sources
    }

    /// Changes a source and solves the constraint that this breaks for the value of a side, which
    /// succeeds if the constraint is affine in it.
    fn solves(&mut self, source: usize, side: usize, left: usize, right: usize) -> bool {
        let Some(&value) = self.wrong_values(source).first() else {
            return false;
        };
        let honest = self.engine.value(side).unwrap_or(F::ZERO);
        let mut residue = |at: F| {
            self.engine.lie(&[(source, value), (side, at)], &BTreeSet::new(), Course::Forward);
            match self.engine.verdict() {
                Err(Violation::Gate { row, constraint, value, .. }) => Some(((row, constraint), value.0[0])),
                _ => None,
            }
        };
        let Some(((place, first), (other, second))) = residue(honest).zip(residue(honest + F::ONE)) else {
            return false;
        };
        if place != other || first == second {
            return false;
        }
        let solution = honest + first / (first - second);
        self.works(&[(source, value), (side, solution)], left, right)
    }

    /// Takes all that `side` is computed from, and `other` is not, from another honest witness.
    fn borrow(&mut self, side: usize, other: usize) -> Option<Trick> {
        let theirs: BTreeSet<usize> = self.engine.upstream(other).collect();
        let ours: Vec<usize> = (self.engine.upstream(side))
            .filter(|&source| self.engine.is_chosen(source) && source != other)
            .filter(|source| !theirs.contains(source))
            .collect();
        for witness in 0..self.others.len() {
            let values = self.others[witness].values();
            let borrowed: Vec<_> = ours.iter().map(|&source| (source, values[source])).collect();
            if !borrowed.is_empty() && self.works(&borrowed, side, other) {
                return Some(Trick::Borrowed { witness });
            }
        }
        None
    }

    /// Whether a lie passes all but the missing connect, and fails that.
    fn works(&mut self, lies: &[(usize, F)], left: usize, right: usize) -> bool {
        [Course::Forward, Course::Settling].into_iter().any(|course| {
            self.engine.lie(lies, &BTreeSet::new(), course);
            self.engine.value(left) != self.engine.value(right)
                && self.engine.verdict().is_ok()
                && self.engine.broken_copy(&[left, right]).is_some()
        })
    }

    /// Values other than the honest one to give to a class: fewer if it is computed, since most
    /// generators write what a gate determines.
    fn wrong_values(&mut self, class: usize) -> Vec<F> {
        self.engine.recant();
        let honest = self.engine.value(class).unwrap_or(F::ZERO);
        let mut values = vec![honest + F::ONE];
        values.extend(self.others.iter().map(|other| other.values()[class]));
        if self.engine.is_chosen(class) {
            values.extend([honest - F::ONE, F::ZERO, F::ONE, F::NEG_ONE]);
            values.extend(self.engine.cells(class).next().map(|cell| {
                let row = self.engine.table().row(cell.row);
                row[(cell.column + 1) % row.len()]
            }));
        }
        let mut seen = BTreeSet::from([honest.to_canonical_u64()]);
        values.retain(|value| seen.insert(value.to_canonical_u64()));
        values
    }
}
