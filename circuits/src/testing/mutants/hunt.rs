//! The search for one lie.

use std::collections::BTreeSet;

use plonky2::field::types::{Field, PrimeField64};

use super::super::checker::Violation;
use super::super::engine::{Course, Engine, Objection};
use super::super::table::Table;
use super::report::Trick;
use crate::field::F;

/// Looks for a lie that tells two sides of a connect apart, in an engine from which it was cut.
pub(super) struct Hunt<'e, 'a> {
    engine: &'e mut Engine<'a>,
    others: &'e [Table],
    left: usize,
    right: usize,
    /// The connect that was cut, if objections to the lie from elsewhere are welcome.
    deferring: Option<usize>,
    /// These objections, for the last lie that worked.
    objections: Vec<Objection>,
}

impl<'e, 'a> Hunt<'e, 'a> {
    /// For the sides `left` and `right`, by their representatives; `others` are honest tables.
    pub(super) fn new(engine: &'e mut Engine<'a>, others: &'e [Table], left: usize, right: usize) -> Self {
        Self { engine, others, left, right, deferring: None, objections: Vec::new() }
    }

    /// The same, for a lie to which only what is elsewhere objects; the sides are those of connect `i`.
    pub(super) fn deferring(self, i: usize) -> Self {
        Self { deferring: Some(i), ..self }
    }

    /// What objects to the last lie that was found.
    pub(super) fn objections(&self) -> &[Objection] {
        &self.objections
    }

    /// Gives a side a wrong value.
    pub(super) fn sides(&mut self) -> Option<Trick> {
        for side in [self.left, self.right] {
            for value in self.wrong_values(side) {
                if self.works(&[(side, value)]) {
                    return Some(Trick::Side { value });
                }
            }
        }
        None
    }

    /// Changes what the sides are computed from or used with: `most` of each kind.
    pub(super) fn search(&mut self, most: usize) -> Option<Trick> {
        let sources = self.sources(most);
        for &source in &sources {
            for value in self.wrong_values(source) {
                if self.works(&[(source, value)]) {
                    return Some(Trick::Source { value });
                }
            }
        }
        for &source in &sources {
            for side in [self.left, self.right] {
                if self.engine.is_chosen(side) && self.solves(source, side) {
                    return Some(Trick::Solved);
                }
            }
        }
        self.borrow(self.left, self.right).or_else(|| self.borrow(self.right, self.left))
    }

    /// What to change besides the sides themselves: what they are computed from, the nearest given
    /// and the nearest of all, and what shares a row with the smaller side.
    fn sources(&self, most: usize) -> Vec<usize> {
        let (engine, left, right) = (&*self.engine, self.left, self.right);
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
    fn solves(&mut self, source: usize, side: usize) -> bool {
        let Some(&value) = self.wrong_values(source).first() else {
            return false;
        };
        let honest = self.engine.value(side).unwrap_or(F::ZERO);
        let mut residue = |at: F| {
            self.engine.lie(&[(source, value), (side, at)], &BTreeSet::new(), Course::Probing);
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
        self.works(&[(source, value), (side, solution)])
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
            if !borrowed.is_empty() && self.works(&borrowed) {
                return Some(Trick::Borrowed { witness });
            }
        }
        None
    }

    /// Whether a lie passes all but the missing connect, or all that is near, and fails that connect.
    fn works(&mut self, lies: &[(usize, F)]) -> bool {
        if let Some(i) = self.deferring {
            self.engine.lie(lies, &BTreeSet::new(), Course::Forward);
            let apart = self.engine.value(self.left) != self.engine.value(self.right);
            let objections = if apart { self.engine.objections(i, lies) } else { None };
            let works = objections.is_some();
            self.objections = objections.unwrap_or_default();
            return works;
        }
        [Course::Probing, Course::Settling].into_iter().any(|course| {
            if course == Course::Settling && !self.engine.overtook() {
                return false;
            }
            self.engine.lie(lies, &BTreeSet::new(), course);
            self.engine.value(self.left) != self.engine.value(self.right)
                && self.engine.verdict().is_ok()
                && self.engine.broken_copy(&[self.left, self.right]).is_some()
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
