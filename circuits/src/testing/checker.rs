//! # The checker
//!
//! Judges a table by what the verifier enforces, without a proof:
//!
//! * **Gates.** At each row the constraints of the gate that the selector columns choose vanish.
//!   They are evaluated by `eval_unfiltered`, the reading that the verifier uses, on the constants
//!   that the verifying key commits to. The public-input gate is one of them: it holds the hash of
//!   the *claimed* public inputs.
//! * **Copies.** Each routed cell equals the cell that the permutation sends it to. The permutation
//!   is decoded from the committed polynomials $\sigma_j$, whose value at row $i$ is
//!   $k_c \cdot g^r$ for the target's column $c$ and row $r$.
//!
//! **Not checked here:** that a gate's declared degree and number of constraints are true (a gate
//! that understates them cannot be proved or makes plonky2 panic); lookup tables, which are refused
//! by name, since Furl has none.

use plonky2::field::types::Field;
use plonky2::gates::gate::GateRef;
use plonky2::hash::hash_types::HashOut;
use plonky2::plonk::config::{GenericConfig, Hasher};
use plonky2::plonk::vars::EvaluationVars;
use thiserror::Error;

use super::table::{Cell, Table};
use crate::field::{C, CircuitData, D, Extension, F};

mod decode;

use decode::{chosen_gate, decode_permutation, on_subgroup};

/// A constraint or a copy that a table breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Violation {
    /// A constraint of the gate at a row does not vanish.
    #[error("row {row}, constraint {constraint} of {gate}: expected 0, got {value}")]
    Gate {
        /// The row.
        row: usize,
        /// The identity of the gate, as plonky2 names it.
        gate: String,
        /// Which of the gate's constraints, counted from 0.
        constraint: usize,
        /// The value of the constraint; in the base field for a sound gate.
        value: Extension,
    },
    /// Two cells that the permutation makes equal are not.
    #[error("{cell} is copied to {other}: expected equal values, got {value} and {copied}")]
    Copy {
        /// A cell.
        cell: Cell,
        /// The cell that the permutation sends it to.
        other: Cell,
        /// What `cell` holds.
        value: F,
        /// What `other` holds.
        copied: F,
    },
    /// The table is not of this circuit.
    #[error("the table: expected {expected} columns, rows and public inputs, got {got}")]
    Shape {
        /// The shape of the circuit.
        expected: Shape,
        /// The shape of the table.
        got: Shape,
    },
}

/// Columns, rows and public inputs of a circuit or a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The number of columns.
    pub columns: usize,
    /// The number of rows.
    pub rows: usize,
    /// The number of public inputs.
    pub public_inputs: usize,
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} × {} + {}", self.columns, self.rows, self.public_inputs)
    }
}

/// Why a circuit cannot be judged. No circuit built by [`crate::builder::Builder::build`] is so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unjudgeable {
    /// The circuit looks values up in tables.
    #[error("the circuit has {0} lookup tables: expected none")]
    Lookups(usize),
    /// The circuit was built without its commitments.
    #[error("the circuit has {got} committed constant and sigma polynomials: expected {expected}")]
    Uncommitted {
        /// As many as the common data tells.
        expected: usize,
        /// As many as there are.
        got: usize,
    },
    /// The selectors of a row choose no gate, or several.
    #[error("the selectors of row {row} choose {gates} gates: expected one")]
    Selectors {
        /// The row.
        row: usize,
        /// How many they choose.
        gates: usize,
    },
    /// A value of a sigma polynomial is no cell.
    #[error("the permutation sends {0} to no cell")]
    Sigma(Cell),
}

/// A circuit prepared for judging tables of it.
#[derive(Debug)]
pub struct Checker {
    shape: Shape,
    routed: usize,
    gates: Vec<GateRef<F, D>>,
    /// The gate of each row, as an index into `gates`.
    gate_of: Vec<usize>,
    /// The constants of each row, selectors removed: `num_constants` to a row.
    constants: Vec<Extension>,
    num_constants: usize,
    /// Where the permutation sends a routed cell, and whence it comes: `routed` to a row.
    next: Vec<Cell>,
    previous: Vec<Cell>,
}

impl Checker {
    /// Prepares a circuit: decodes selectors, constants and permutation.
    ///
    /// # Errors
    ///
    /// If the circuit is not one that this checker can judge in full.
    pub fn new(circuit: &CircuitData) -> Result<Self, Unjudgeable> {
        let common = &circuit.common;
        let (rows, routed) = (common.degree(), common.config.num_routed_wires);
        if !common.luts.is_empty() {
            return Err(Unjudgeable::Lookups(common.luts.len()));
        }
        let committed = &circuit.prover_only.constants_sigmas_commitment.polynomials;
        let expected = common.num_constants + routed;
        if committed.len() != expected {
            return Err(Unjudgeable::Uncommitted { expected, got: committed.len() });
        }
        let values: Vec<Vec<F>> = committed.iter().map(|p| on_subgroup(p, rows)).collect();
        let (columns, sigmas) = values.split_at(common.num_constants);
        let selectors = common.selectors_info.num_selectors();
        let gate_of = (0..rows).map(|row| chosen_gate(circuit, columns, row)).collect::<Result<_, _>>()?;
        let constants =
            (0..rows).flat_map(|row| columns[selectors..].iter().map(move |column| column[row].into())).collect();
        let next = decode_permutation(circuit, sigmas)?;
        let mut previous = next.clone();
        for (i, to) in next.iter().enumerate() {
            previous[to.row * routed + to.column] = Cell::new(i / routed, i % routed);
        }
        Ok(Self {
            shape: Shape { columns: common.config.num_wires, rows, public_inputs: common.num_public_inputs },
            routed,
            gates: common.gates.clone(),
            gate_of,
            constants,
            num_constants: common.num_constants - selectors,
            next,
            previous,
        })
    }

    /// The shape that tables of the circuit have.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The gate at a row.
    ///
    /// # Panics
    ///
    /// If there are not that many rows.
    #[must_use]
    pub fn gate(&self, row: usize) -> &GateRef<F, D> {
        &self.gates[self.gate_of[row]]
    }

    /// The cell that the permutation sends `cell` to: itself if it is copied nowhere, `None` if it
    /// is not routed.
    ///
    /// # Panics
    ///
    /// If there are not that many rows.
    #[must_use]
    pub fn next(&self, cell: Cell) -> Option<Cell> {
        (cell.column < self.routed).then(|| self.next[cell.row * self.routed + cell.column])
    }

    /// Whether the verifier would accept a proof of this table, up to the soundness error; if not,
    /// the first violation, rows before copies.
    ///
    /// # Errors
    ///
    /// The violation.
    pub fn check(&self, table: &Table) -> Result<(), Violation> {
        self.search(table, |found| Err(found.clone()))
    }

    /// All violations, in the same order.
    #[must_use]
    pub fn violations(&self, table: &Table) -> Vec<Violation> {
        let mut all = Vec::new();
        let Ok(()) = self.search(table, |found| {
            all.push(found.clone());
            Ok::<(), std::convert::Infallible>(())
        });
        all
    }

    /// Judges the gates of the given rows alone.
    ///
    /// # Errors
    ///
    /// The first violation.
    pub fn check_rows(&self, table: &Table, rows: impl IntoIterator<Item = usize>) -> Result<(), Violation> {
        self.check_shape(table)?;
        let mut judge = Judge::new(self, table.public_inputs());
        rows.into_iter().try_for_each(|row| judge.row(table, row, &mut |v| Err(v.clone())))
    }

    /// Judges the copies of the given cells alone, both to and from each.
    ///
    /// # Errors
    ///
    /// The first violation.
    pub fn check_copies(&self, table: &Table, cells: impl IntoIterator<Item = Cell>) -> Result<(), Violation> {
        self.check_shape(table)?;
        cells.into_iter().filter(|cell| cell.column < self.routed).try_for_each(|cell| {
            let previous = self.previous[cell.row * self.routed + cell.column];
            [previous, cell].into_iter().try_for_each(|c| self.copy(table, c).map_or(Ok(()), Err))
        })
    }

    /// Judges all that a change of one cell can break: its row and its copies.
    ///
    /// If `table` differs in that cell alone from one that [`check`](Self::check) accepts, the
    /// verdict is that of [`check`](Self::check).
    ///
    /// # Errors
    ///
    /// The violation.
    pub fn recheck(&self, table: &Table, cell: Cell) -> Result<(), Violation> {
        self.check_copies(table, [cell])?;
        self.check_rows(table, [cell.row])
    }

    fn check_shape(&self, table: &Table) -> Result<(), Violation> {
        let got = Shape { columns: table.width(), rows: table.degree(), public_inputs: table.public_inputs().len() };
        if got == self.shape { Ok(()) } else { Err(Violation::Shape { expected: self.shape, got }) }
    }

    fn search<E>(&self, table: &Table, mut found: impl FnMut(&Violation) -> Result<(), E>) -> Result<(), E> {
        if let Err(shape) = self.check_shape(table) {
            return found(&shape);
        }
        let mut judge = Judge::new(self, table.public_inputs());
        (0..self.shape.rows).try_for_each(|row| judge.row(table, row, &mut found))?;
        for row in 0..self.shape.rows {
            for column in 0..self.routed {
                if let Some(violation) = self.copy(table, Cell::new(row, column)) {
                    found(&violation)?;
                }
            }
        }
        Ok(())
    }

    /// The violation between a routed cell and the one it is sent to.
    fn copy(&self, table: &Table, cell: Cell) -> Option<Violation> {
        let other = self.next[cell.row * self.routed + cell.column];
        let (value, copied) = (table.get(cell), table.get(other));
        (value != copied).then_some(Violation::Copy { cell, other, value, copied })
    }
}

/// A checker at work on tables that claim the same public inputs.
pub(crate) struct Judge<'a> {
    checker: &'a Checker,
    public_inputs_hash: HashOut<F>,
    wires: Vec<Extension>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(checker: &'a Checker, public_inputs: &[F]) -> Self {
        let public_inputs_hash = <C as GenericConfig<D>>::InnerHasher::hash_no_pad(public_inputs);
        Self { checker, public_inputs_hash, wires: Vec::with_capacity(checker.shape.columns) }
    }

    /// Hands `found` the violations of the gate at `row`, one by one.
    pub(crate) fn row<E>(
        &mut self,
        table: &Table,
        row: usize,
        found: &mut impl FnMut(&Violation) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { checker, public_inputs_hash, wires } = self;
        wires.clear();
        wires.extend(table.row(row).iter().map(|&value| Extension::from(value)));
        let first = row * checker.num_constants;
        let gate = checker.gate(row);
        let constraints = gate.0.eval_unfiltered(EvaluationVars {
            local_constants: &checker.constants[first..first + checker.num_constants],
            local_wires: wires,
            public_inputs_hash,
        });
        for (constraint, value) in constraints.into_iter().enumerate() {
            if value != Extension::ZERO {
                found(&Violation::Gate { row, gate: gate.0.id(), constraint, value })?;
            }
        }
        Ok(())
    }

    /// Whether the gate at `row` is satisfied.
    pub(crate) fn accepts(&mut self, table: &Table, row: usize) -> bool {
        self.row(table, row, &mut |_| Err(())).is_ok()
    }
}
