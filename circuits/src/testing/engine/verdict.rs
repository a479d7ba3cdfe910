//! What the circuit has to say to a lie.

use std::collections::BTreeSet;

use super::super::checker::{Judge, Violation};
use super::Engine;
use crate::field::F;

/// What objects to a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Objection {
    /// A connect of ours, by its place among them.
    Connect(usize),
    /// The gate of a row.
    Row(usize),
}

impl Engine<'_> {
    /// Judges the lie in force by all gates, and so by the circuit as it is cut: copies hold by
    /// construction.
    pub(crate) fn verdict(&self) -> Result<(), Violation> {
        if let Some(violation) = &self.refused {
            return Err(violation.clone());
        }
        self.subject.checker().check_rows(&self.table, self.touched_rows())
    }

    /// The rows that the lie in force may have upset.
    fn touched_rows(&self) -> BTreeSet<usize> {
        let changed = self.changed.keys().flat_map(|&class| self.cells(class));
        let mut rows: BTreeSet<usize> = changed.map(|cell| cell.row).collect();
        if self.claims_changed() {
            rows.extend(&self.claim_rows);
        }
        rows
    }

    /// Whether the lie in force claims other public inputs than the honest table.
    pub(crate) fn claims_changed(&self) -> bool {
        self.table.public_inputs() != self.honest_claims
    }

    /// What objects to the lie in force, the `i`-th connect aside: the comparisons that fail, and the
    /// gates that are not satisfied. `None` if one of these gates holds a value of the given classes:
    /// those that were lied about.
    pub(crate) fn objections(&self, i: usize, lied: &[(usize, F)]) -> Option<Vec<Objection>> {
        let mut judge = Judge::new(self.subject.checker(), self.table.public_inputs());
        let mut refused = |row: usize| !judge.accepts(&self.table, row);
        let near: BTreeSet<usize> =
            lied.iter().flat_map(|&(class, _)| self.cells(class)).map(|cell| cell.row).collect();
        if near.iter().any(|&row| refused(row)) {
            return None;
        }
        let values = self.table.values();
        let failed = self.comparisons.iter().copied().filter(|&other| {
            let (left, right) = self.subject.ends(other);
            other != i && values[left] != values[right]
        });
        let rows = self.touched_rows().into_iter().filter(|row| !near.contains(row) && refused(*row));
        Some(failed.map(Objection::Connect).chain(rows.map(Objection::Row)).collect())
    }

    /// The violation, if any, of a copy of the whole circuit at a cell of the given classes.
    pub(crate) fn broken_copy(&self, classes: &[usize]) -> Option<Violation> {
        let cells = classes.iter().flat_map(|&class| self.cells(class));
        self.subject.checker().check_copies(&self.table, cells).err()
    }
}
