//! # Judging a table without proving
//!
//! The very polynomials that halo2 proves about, evaluated row by row; the limbs; the copies. A proof takes seconds and says no more than
//! "refused"; this takes a glance, and names what is broken.

use std::fmt;
use std::ops::Range;

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use halo2_proofs::plonk::{ConstraintSystem, Expression};

use super::config::Config;
use super::table::{Column, LIMBS, Place, Table};

/// What a table breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A constraint does not hold in a row.
    Constraint {
        /// Of the constraint, from 0 on, in the order of decision 0009.
        index: usize,
        /// Selector and part.
        name: String,
        /// Where.
        row: usize,
    },
    /// A limb has more than 16 bits.
    Limb {
        /// Where.
        row: usize,
    },
    /// Two cells that are copies of one another differ.
    Copy {
        /// Where one of them is.
        row: usize,
        /// Where the other is.
        other: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constraint { name, row, .. } => write!(f, "constraint {name} does not hold in row {row}"),
            Self::Limb { row } => write!(f, "the limb in row {row} has more than 16 bits"),
            Self::Copy { row, other } => write!(f, "copies in rows {row} and {other} differ"),
        }
    }
}

/// The polynomials, as halo2 has them.
#[derive(Debug)]
pub struct Checker(Vec<(String, Expression<Fr>)>);

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

impl Checker {
    /// Of every wrap circuit: they differ in their selectors, constants and copies alone.
    #[must_use]
    pub fn new() -> Self {
        let mut cs = ConstraintSystem::default();
        let _ = Config::new(&mut cs);
        let [gate] = &cs.gates()[..] else { unreachable!("all constraints are one gate") };
        let named = gate.polynomials().iter().enumerate();
        Self(named.map(|(i, polynomial)| (gate.constraint_name(i).to_owned(), polynomial.clone())).collect())
    }

    /// The names of the constraints.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// All that a table breaks.
    #[must_use]
    pub fn faults(&self, table: &Table) -> Vec<Fault> {
        self.faults_in(table, 0..1 << table.k())
    }

    /// What a table breaks in these rows, and by its copies.
    pub(crate) fn faults_in(&self, table: &Table, rows: Range<usize>) -> Vec<Fault> {
        // Rows that demand nothing are all the same, and so is what they break: nothing, as long as the polynomials have selectors.
        let demanding = rows.start..rows.end.min(table.layout.demands.len());
        let constraints = demanding.flat_map(|row| self.row(table, row));
        let limbs = rows.filter(|row| !is_limb(&table.advice[Column::L as usize][*row])).map(|row| Fault::Limb { row });
        let value = |place: &Place| table.advice[place.column as usize][place.row as usize];
        let copies = table.layout.copies.iter().filter(|(a, b)| value(a) != value(b));
        let copies = copies.map(|(a, b)| Fault::Copy { row: a.row as usize, other: b.row as usize });
        constraints.chain(limbs).chain(copies).collect()
    }

    /// The constraints that a row breaks.
    fn row<'a>(&'a self, table: &'a Table, row: usize) -> impl Iterator<Item = Fault> + 'a {
        let broken = self.0.iter().enumerate().filter(move |(_, (_, p))| evaluate(p, table, row) != Fr::ZERO);
        broken.map(move |(index, (name, _))| Fault::Constraint { index, name: name.clone(), row })
    }
}

fn is_limb(value: &Fr) -> bool {
    value.to_repr()[2..].iter().all(|byte| *byte == 0)
}

/// A polynomial at a row.
fn evaluate(polynomial: &Expression<Fr>, table: &Table, row: usize) -> Fr {
    let rows = 1_usize << table.k();
    let at = |below: i32| (row + rows).wrapping_add_signed(below as isize) % rows;
    let fixed = |column: usize, row: usize| match (table.layout.demands.get(row), column) {
        (Some(demand), 0..4) => Fr::from(u64::from(demand.selectors[column])),
        (Some(demand), 4 | 5) => demand.constants[column - 4],
        (None, 0..6) => Fr::ZERO,
        _ => Fr::from(if row < LIMBS { row as u64 } else { 0 }),
    };
    polynomial.evaluate(
        &|constant| constant,
        &|_| unreachable!("there are no selectors but fixed columns"),
        &|query| fixed(query.column_index(), at(query.rotation().0)),
        &|query| table.advice[query.column_index()][at(query.rotation().0)],
        &|query| table.publics.get(at(query.rotation().0)).copied().unwrap_or_default(),
        &|_| unreachable!("the constraints have no challenges"),
        &|a| -a,
        &|a, b| a + b,
        &|a, b| a * b,
        &|a, factor| a * factor,
    )
}
