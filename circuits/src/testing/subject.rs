//! # Subjects
//!
//! A circuit under test: as built, with the record of our connects and with the copy constraints
//! that plonky2 made by itself.
//!
//! A built circuit tells which targets are copies of each other, but not by which copy constraints.
//! Ours are in the [`Record`]. Plonky2's own (constants, the hash of the public inputs, its gadgets)
//! are found by writing the circuit a second time with none of ours made
//! ([`Builder::severed`]): the classes that remain are plonky2's. The two together must give the
//! classes of the whole circuit, which is checked.

use plonky2::plonk::circuit_data::CircuitConfig;
use thiserror::Error;

use super::checker::{Checker, Unjudgeable};
use crate::builder::{Builder, Record};
use crate::field::CircuitData;

/// Why a circuit is no subject for tests.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SubjectError {
    /// Written twice, the circuit came out differently.
    #[error("the copy classes of the circuit differ between two runs of the code that writes it")]
    NotDeterministic,
    /// The checker cannot judge it.
    #[error(transparent)]
    Unjudgeable(#[from] Unjudgeable),
}

/// A circuit under test. See the [module documentation](super).
#[derive(Debug)]
pub struct Subject {
    circuit: CircuitData,
    record: Record,
    checker: Checker,
    /// For each target, by index, the representative of its class under plonky2's own constraints.
    own: Vec<usize>,
}

impl Subject {
    /// Runs `write` twice, to build a circuit and to learn its copy constraints. Returns what the
    /// first run returned: the targets to assign.
    ///
    /// # Errors
    ///
    /// If `write` does not write the same circuit twice, or the checker cannot judge it.
    pub fn new<W>(config: &CircuitConfig, write: impl Fn(&mut Builder) -> W) -> Result<(Self, W), SubjectError> {
        let mut whole = Builder::new(config.clone());
        let wires = write(&mut whole);
        let (circuit, record) = whole.build_recorded();
        let mut severed = Builder::severed(config.clone());
        write(&mut severed);
        let (rest, _) = severed.build_uncommitted();
        let own = rest.prover_only.representative_map;

        let checker = Checker::new(&circuit)?;
        let subject = Self { circuit, record, checker, own };
        if subject.is_consistent() { Ok((subject, wires)) } else { Err(SubjectError::NotDeterministic) }
    }

    /// The circuit, as built.
    #[must_use]
    pub fn circuit(&self) -> &CircuitData {
        &self.circuit
    }

    /// The record of our connects.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The checker of the circuit.
    #[must_use]
    pub fn checker(&self) -> &Checker {
        &self.checker
    }

    /// The representatives of plonky2's own copy classes, by index of the target.
    pub(crate) fn own(&self) -> &[usize] {
        &self.own
    }

    /// The indices of the two targets of the `i`-th connect.
    pub(crate) fn ends(&self, i: usize) -> (usize, usize) {
        let connect = self.record.connects()[i];
        let (width, degree) = (self.circuit.common.config.num_wires, self.circuit.common.degree());
        (connect.left.index(width, degree), connect.right.index(width, degree))
    }

    /// Whether plonky2's own copies and ours give the classes of the whole circuit.
    fn is_consistent(&self) -> bool {
        let whole = &self.circuit.prover_only.representative_map;
        if whole.len() != self.own.len() {
            return false;
        }
        let mut forest = Forest::from(self.own.clone());
        for i in 0..self.record.connects().len() {
            let (left, right) = self.ends(i);
            forest.merge(left, right);
        }
        // Two partitions are equal if the map between their representatives is well defined
        // both ways.
        let (mut there, mut back) = (vec![usize::MAX; whole.len()], vec![usize::MAX; whole.len()]);
        (0..whole.len()).all(|i| {
            let (ours, theirs) = (forest.find(i), whole[i]);
            let fresh = there[ours] == usize::MAX && back[theirs] == usize::MAX;
            if fresh {
                (there[ours], back[theirs]) = (theirs, ours);
            }
            there[ours] == theirs && back[theirs] == ours
        })
    }
}

/// A disjoint-set forest over `0..n`.
#[derive(Clone, Debug)]
pub(crate) struct Forest(Vec<usize>);

impl From<Vec<usize>> for Forest {
    /// From each element's parent; roots are their own.
    fn from(parents: Vec<usize>) -> Self {
        Self(parents)
    }
}

impl Forest {
    /// The representative of the set of `i`.
    pub(crate) fn find(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    /// Joins the sets of `i` and `j`.
    pub(crate) fn merge(&mut self, i: usize, j: usize) {
        let (i, j) = (self.find(i), self.find(j));
        self.0[j] = i;
    }
}
