//! # The witness table
//!
//! A proof is a claim about a table: one row to a gate, one column to a wire, and beside it the
//! claimed public inputs. [`Table`] holds such a table in full, after all generators have run, so
//! that a test can write into it what no generator would.

use std::error::Error;
use std::fmt;

use plonky2::field::types::Field;
use plonky2::iop::generator::generate_partial_witness;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, PartitionWitness, Witness};
use thiserror::Error;

use crate::field::{CircuitData, F};

/// A place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The row, below the degree of the circuit.
    pub row: usize,
    /// The column, below `config.num_wires`; routed if below `config.num_routed_wires`.
    pub column: usize,
}

impl Cell {
    /// The cell at `row` and `column`.
    #[must_use]
    pub const fn new(row: usize, column: usize) -> Self {
        Self { row, column }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, column {}", self.row, self.column)
    }
}

impl From<Cell> for Target {
    fn from(cell: Cell) -> Self {
        Self::wire(cell.row, cell.column)
    }
}

/// Why there is no honest table for the given inputs.
#[derive(Debug, Error)]
pub enum TableError {
    /// A generator failed, or two of them disagree, or an input is missing.
    #[error("the generators did not finish: {0}")]
    Generators(Box<dyn Error + Send + Sync>),
    /// Nothing sets the target of a public input.
    #[error("nothing sets public input {0}")]
    PublicInput(usize),
}

/// A finished witness with the public inputs that it claims.
///
/// Cells are independent of each other: writing one does not write those that the circuit copies it
/// to. [`set_class`](Self::set_class) does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    width: usize,
    degree: usize,
    /// The cells, row by row, then the virtual targets: the order of `Target::index`.
    values: Vec<F>,
    public_inputs: Vec<F>,
}

impl Table {
    /// Runs the generators of `circuit` on `inputs`. Cells that nothing sets are zero, as they are
    /// for plonky2's own prover.
    ///
    /// # Errors
    ///
    /// If the generators do not finish, or leave a public input unset.
    pub fn honest(circuit: &CircuitData, inputs: PartialWitness<F>) -> Result<Self, TableError> {
        let witness = generate_partial_witness(inputs, &circuit.prover_only, &circuit.common)
            .map_err(|error| TableError::Generators(error.into()))?;
        Self::of_witness(circuit, &witness)
    }

    /// Reads the table off a witness of `circuit`.
    pub(crate) fn of_witness(circuit: &CircuitData, witness: &PartitionWitness<'_, F>) -> Result<Self, TableError> {
        let public_inputs = (circuit.prover_only.public_inputs.iter().enumerate())
            .map(|(i, &t)| witness.try_get_target(t).ok_or(TableError::PublicInput(i)))
            .collect::<Result<_, _>>()?;
        let values = (witness.representative_map.iter())
            .map(|&representative| witness.values[representative].unwrap_or(F::ZERO))
            .collect();
        let (width, degree) = (witness.num_wires, witness.degree);
        Ok(Self { width, degree, values, public_inputs })
    }

    /// The number of columns: all wires, routed or not.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number of rows, a power of two.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The number of virtual targets, which have values but no cell.
    #[must_use]
    pub fn virtual_targets(&self) -> usize {
        self.values.len() - self.width * self.degree
    }

    /// The value at a cell or of a virtual target.
    ///
    /// # Panics
    ///
    /// If the circuit has no such target.
    #[must_use]
    pub fn get(&self, at: impl Into<Target>) -> F {
        self.values[at.into().index(self.width, self.degree)]
    }

    /// Writes one cell, or one virtual target, and nothing else.
    ///
    /// A virtual target is part of no proof: writing it matters only to what reads the table.
    ///
    /// # Panics
    ///
    /// If the circuit has no such target.
    pub fn set(&mut self, at: impl Into<Target>, value: F) {
        let index = at.into().index(self.width, self.degree);
        self.values[index] = value;
    }

    /// Writes every target that `circuit` copies to or from `at`, and the public inputs that claim
    /// its value. Time is linear in the size of the table.
    ///
    /// # Panics
    ///
    /// If the circuit has no such target.
    pub fn set_class(&mut self, circuit: &CircuitData, at: impl Into<Target>, value: F) {
        let map = &circuit.prover_only.representative_map;
        let class = map[at.into().index(self.width, self.degree)];
        for (held, _) in self.values.iter_mut().zip(map).filter(|&(_, &of)| of == class) {
            *held = value;
        }
        for (i, target) in circuit.prover_only.public_inputs.iter().enumerate() {
            if map[target.index(self.width, self.degree)] == class {
                self.public_inputs[i] = value;
            }
        }
    }

    /// The claimed public inputs, in order.
    #[must_use]
    pub fn public_inputs(&self) -> &[F] {
        &self.public_inputs
    }

    /// Claims `value` as the `i`-th public input, whatever the table holds.
    ///
    /// # Panics
    ///
    /// If there are not that many public inputs.
    pub fn claim(&mut self, i: usize, value: F) {
        self.public_inputs[i] = value;
    }

    /// The values of a row, one to a column.
    ///
    /// # Panics
    ///
    /// If there are not that many rows.
    #[must_use]
    pub fn row(&self, row: usize) -> &[F] {
        assert!(row < self.degree, "row {row} of a table of {}", self.degree);
        &self.values[row * self.width..(row + 1) * self.width]
    }

    /// The cell of a target's index, or `None` if the target is virtual.
    pub(crate) fn cell(&self, index: usize) -> Option<Cell> {
        let cell = Cell::new(index / self.width, index % self.width);
        (cell.row < self.degree).then_some(cell)
    }

    /// All values by the index of their targets.
    pub(crate) fn values(&self) -> &[F] {
        &self.values
    }

    /// Writes by the index of a target.
    pub(crate) fn set_index(&mut self, index: usize, value: F) {
        self.values[index] = value;
    }
}
