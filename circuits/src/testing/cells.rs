//! # Cells that may change
//!
//! Two searches for values that nothing determines.
//!
//! [`exhaustive`] changes every cell of the table, all else being equal, and asks whether any
//! constraint objects. Cells that are copies of each other are changed together, since apart they
//! are refused by the copy alone. What it finds is loose at one row: a hint that no constraint
//! reads, a digit without a range.
//!
//! [`freedoms`] changes a value and lets the generators follow. What it finds is loose in the
//! circuit as a whole: a second witness. For an input that is as it should be, as long as the public
//! inputs change with it; for a value that a generator computed it means that the constraints do not
//! determine it by what it was computed from, as when a `connect` was forgotten.
//!
//! Neither list is empty for a sound circuit: the inverse of a number that may be zero is free when
//! it is, and unused operations of a row are nobody's concern. They are lists to review once, and to
//! compare with ever after.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use plonky2::field::types::{Field, PrimeField64};
use plonky2::iop::witness::PartialWitness;

use super::checker::{Checker, Judge};
use super::engine::{Course, Engine, EngineError};
use super::subject::Subject;
use super::table::{Cell, Table};
use crate::field::{CircuitData, F};

/// Cells that may change together to some other value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loose {
    /// The cells: one, or all cells of a copy class.
    pub cells: Vec<Cell>,
    /// The identity of the gate of each cell.
    pub gates: Vec<String>,
    /// The values that were accepted in place of the honest one.
    pub accepted: Vec<F>,
}

/// What [`exhaustive`] found. Prints as a list of gates and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exhaustive {
    /// How many classes of cells were changed.
    pub classes: usize,
    /// How many changes were tried.
    pub changes: usize,
    /// What may change.
    pub loose: Vec<Loose>,
    /// Rows whose gate reads a wire beyond those it declares to use.
    pub undeclared: Vec<usize>,
}

impl Exhaustive {
    /// The loose cells by gate and column, with the number of rows in which each is loose: what a
    /// reviewed list is compared with.
    #[must_use]
    pub fn by_column(&self) -> BTreeMap<(String, usize), usize> {
        let mut columns = BTreeMap::new();
        for loose in &self.loose {
            for (cell, gate) in loose.cells.iter().zip(&loose.gates) {
                *columns.entry((gate.clone(), cell.column)).or_default() += 1;
            }
        }
        columns
    }
}

impl fmt::Display for Exhaustive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| gate | column | rows |\n|------|-------:|-----:|")?;
        for ((gate, column), rows) in self.by_column() {
            writeln!(f, "| {gate} | {column} | {rows} |")?;
        }
        writeln!(f, "\n{} changes to {} classes of cells.", self.changes, self.classes)
    }
}

/// Changes every cell of an honest table to the honest value ±1, 0, −1, a random value and those
/// of its neighbours; copies together. Returns those that some change leaves unrefused.
///
/// Wires that a gate declares not to use, and rows without constraints, are changed all at once, to
/// see that they are not read.
///
/// # Panics
///
/// If `table` is not of the shape of `circuit`.
#[must_use]
pub fn exhaustive(circuit: &CircuitData, checker: &Checker, table: &Table) -> Exhaustive {
    let mut table = table.clone();
    let claims = table.public_inputs().to_vec();
    let mut judge = Judge::new(checker, &claims);
    let mut found = Exhaustive::default();
    let used = |cell: &Cell| {
        let gate = &checker.gate(cell.row).0;
        gate.num_constraints() > 0 && cell.column < gate.num_wires()
    };
    for (_, cells) in classes_of_cells(circuit, &table) {
        let rows: BTreeSet<usize> = cells.iter().filter(|c| used(c)).map(|c| c.row).collect();
        if rows.is_empty() {
            continue;
        }
        found.classes += 1;
        let honest = table.get(cells[0]);
        let mut accepted = Vec::new();
        for value in wrong_values(&table, cells[0]) {
            found.changes += 1;
            cells.iter().for_each(|&cell| table.set(cell, value));
            if rows.iter().all(|&row| judge.accepts(&table, row)) {
                accepted.push(value);
            }
        }
        cells.iter().for_each(|&cell| table.set(cell, honest));
        if !accepted.is_empty() {
            let gates = cells.iter().map(|cell| checker.gate(cell.row).0.id()).collect();
            found.loose.push(Loose { cells, gates, accepted });
        }
    }
    found.undeclared = (0..table.degree())
        .filter(|&row| {
            let honest = table.row(row).to_vec();
            let unused = (0..table.width()).map(|column| Cell::new(row, column)).filter(|c| !used(c));
            for cell in unused.collect::<Vec<_>>() {
                table.set(cell, noise(cell));
            }
            let read = !judge.accepts(&table, row);
            for (column, value) in honest.into_iter().enumerate() {
                table.set(Cell::new(row, column), value);
            }
            read
        })
        .collect();
    found
}

/// A value that a generator computed, or nothing set, and that may be another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freedom {
    /// The cells that hold it.
    pub cells: Vec<Cell>,
    /// The identity of the gate of each cell.
    pub gates: Vec<String>,
    /// How the value came about in the honest witness.
    pub origin: Origin,
    /// A value in place of the honest one with which all else can be made to hold.
    pub accepted: F,
    /// Whether the public inputs are others then.
    pub claims_changed: bool,
}

/// How a value came about in the honest witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It was given.
    Input,
    /// A generator wrote it.
    Generated,
    /// Nothing set it: zero by default.
    Unset,
}

impl Freedom {
    /// Whether this freedom is no surprise: an input on which the public inputs depend.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        self.origin == Origin::Input && self.claims_changed
    }
}

/// Changes the value of each class of cells that some gate reads, to the honest value ±1, 0, −1
/// and a random value, lets the generators compute what follows, and returns those with which some
/// change satisfies the whole circuit. What a computed value was computed from keeps its value. Costs one run of what is downstream for each change.
///
/// # Errors
///
/// If the inputs are not honest.
pub fn freedoms(subject: &Subject, inputs: &PartialWitness<F>) -> Result<Vec<Freedom>, EngineError> {
    let checker = subject.checker();
    let mut engine = Engine::new(subject, inputs)?;
    let mut found = Vec::new();
    for class in engine.classes().collect::<Vec<_>>() {
        let cells: Vec<Cell> = engine.cells(class).collect();
        let is_read = cells.iter().any(|cell| {
            let gate = &checker.gate(cell.row).0;
            gate.num_constraints() > 0 && cell.column < gate.num_wires()
        });
        if !is_read {
            continue;
        }
        engine.recant();
        let origin = match engine.value(class) {
            None => Origin::Unset,
            Some(_) if engine.is_given(class) => Origin::Input,
            Some(_) => Origin::Generated,
        };
        let held = engine.basis(class).into_iter().collect();
        let accepted = wrong_values(engine.table(), cells[0]).into_iter().find(|&value| {
            engine.lie(&[(class, value)], &held, Course::Probing);
            if engine.verdict().is_err() && engine.overtook() {
                engine.lie(&[(class, value)], &held, Course::Settling);
            }
            engine.verdict().is_ok()
        });
        if let Some(accepted) = accepted {
            let gates = cells.iter().map(|cell| checker.gate(cell.row).0.id()).collect();
            let claims_changed = engine.claims_changed();
            found.push(Freedom { cells, gates, origin, accepted, claims_changed });
        }
    }
    Ok(found)
}

/// The cells of each copy class, by its representative.
fn classes_of_cells(circuit: &CircuitData, table: &Table) -> BTreeMap<usize, Vec<Cell>> {
    let mut classes = BTreeMap::<usize, Vec<Cell>>::new();
    for (index, &class) in circuit.prover_only.representative_map.iter().enumerate() {
        if let Some(cell) = table.cell(index) {
            classes.entry(class).or_default().push(cell);
        }
    }
    classes
}

/// Values other than the honest one to write into a cell.
fn wrong_values(table: &Table, cell: Cell) -> Vec<F> {
    let row = table.row(cell.row);
    let honest = row[cell.column];
    let values = [
        honest + F::ONE,
        honest - F::ONE,
        F::ZERO,
        F::NEG_ONE,
        noise(cell),
        row[(cell.column + 1) % row.len()],
        row[(cell.column + row.len() - 1) % row.len()],
    ];
    let mut seen = BTreeSet::from([honest.to_canonical_u64()]);
    values.into_iter().filter(|value| seen.insert(value.to_canonical_u64())).collect()
}

/// A value that looks random, the same each time for the same cell (the finaliser of SplitMix64).
fn noise(cell: Cell) -> F {
    let mut x = ((cell.row as u64) << 16 | cell.column as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    F::from_noncanonical_u64(x ^ (x >> 31))
}
