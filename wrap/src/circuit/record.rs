//! # What a program demands, in order
//!
//! The halo2 back end of [`Machine`] first writes down rows, without places: the [placer](super::place) gives these out when all are
//! known. A cell is a value that may stand in several places; its places are linked by copies.
//!
//! | operation | rows |
//! |---|---|
//! | `constant` | one for each value: $R = 1$, $X_0 = 0$, $C_1$ the value; none for zero after the first |
//! | `witness` | none: it stands where it is used |
//! | `multiply_add` | one: $R = 1$ |
//! | `assert_equal` | none; a cell that stands nowhere else takes a quarter |
//! | `assert_80_bits` | $S = 1$, in the row of a `multiply_add` whose $c$ it is, before or after; otherwise one |
//! | `assert_canonical` | one: $S = 2$ |
//! | `permute` | 46, and two where its state is not a result, or is for the second time |
//! | `assert_public` | that of its index: $R = 1$, $X_0 = 0$ |
//!
//! Zero is made first, of a row with $C_0 = 1$ whose four cells are one: $z = z^2 + z$.

use std::collections::HashMap;

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;

use super::CircuitError;
use super::place;
use super::table::{Demand, Table};
use crate::machine::Machine;
use crate::poseidon2;

/// A scalar of the circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell(pub(crate) u32);

/// A row that is not of a permutation: its cells in $X_0, Y_0, X_1, Y_1$.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) cells: [Option<Cell>; 4],
    pub(crate) demand: Demand,
}

/// Selector values.
pub(crate) mod selector {
    /// In $R$.
    pub(crate) const MULTIPLY_ADD: u8 = 1;
    /// In $R$.
    pub(crate) const SQUARES: u8 = 2;
    /// In $R$.
    pub(crate) const ABSORB: u8 = 3;
    /// In $S$.
    pub(crate) const WIDE: u8 = 1;
    /// In $S$.
    pub(crate) const CANONICAL: u8 = 2;
}
use selector::{CANONICAL, MULTIPLY_ADD, WIDE};

impl Row {
    pub(crate) fn s(&self) -> u8 {
        self.demand.selectors[3]
    }
}

/// A permutation: what goes in and what comes out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permutation {
    pub(crate) state: [Cell; 4],
    pub(crate) absorbed: [Cell; 3],
    pub(crate) result: [Cell; 4],
}

/// The halo2 back end: a program runs on it, [`finish`](Self::finish) makes the table.
#[derive(Debug)]
pub struct Recorder {
    pub(crate) values: Vec<Fr>,
    pub(crate) rows: Vec<Row>,
    /// Permutations of which each carries on the state of the one before.
    pub(crate) chains: Vec<Vec<Permutation>>,
    pub(crate) equal: Vec<(Cell, Cell)>,
    pub(crate) publics: Vec<Option<Cell>>,
    constants: HashMap<Fr, Cell>,
    /// Rows with $R = 1$, or with $S = 1$, but not both, by the cell in $X_1$.
    open: HashMap<(Cell, Half), usize>,
    /// The chain that ends with a state.
    ends: HashMap<[Cell; 4], usize>,
    /// A public scalar that there is not.
    beyond: Option<usize>,
}

/// A half of a row with $R = S = 1$.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Half {
    Product,
    Range,
}

impl Recorder {
    /// No rows yet, for a circuit of so many public scalars.
    #[must_use]
    pub fn new(publics: usize) -> Self {
        let mut recorder = Self {
            values: Vec::new(),
            rows: Vec::new(),
            chains: Vec::new(),
            equal: Vec::new(),
            publics: vec![None; publics],
            constants: HashMap::new(),
            open: HashMap::new(),
            ends: HashMap::new(),
            beyond: None,
        };
        let zero = recorder.cell(Fr::ZERO);
        recorder.row([Some(zero); 4], [0, 0, MULTIPLY_ADD, 0], [Fr::ONE, Fr::ZERO]);
        recorder.constants.insert(Fr::ZERO, zero);
        recorder
    }

    /// Gives out the rows, in a circuit of $2^k$.
    ///
    /// # Errors
    /// If they do not fit, or if a public scalar is bound to nothing or does not exist.
    pub fn finish(mut self, k: u32) -> Result<Table, CircuitError> {
        if let Some(index) = self.beyond {
            return Err(CircuitError::NoSuchPublic { index, publics: self.publics.len() });
        }
        let publics: Option<Vec<Cell>> = self.publics.iter().copied().collect();
        let Some(publics) = publics else {
            let index = self.publics.iter().position(Option::is_none).unwrap_or_default();
            return Err(CircuitError::UnboundPublic { index });
        };
        let zero = self.zero();
        // Their rows come first.
        let public = publics.iter().map(|cell| Row {
            cells: [Some(zero), None, None, Some(*cell)],
            demand: Demand { selectors: [0, 0, MULTIPLY_ADD, 0], constants: [Fr::ZERO; 2] },
        });
        let public: Vec<Row> = public.collect();
        self.rows.splice(0..0, public);
        place::place(&self, &publics, k)
    }

    /// How many rows the program needs so far, public scalars included that are not bound yet.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.publics.len() + place::rows(self, 0)
    }

    /// The cell that is zero.
    fn zero(&self) -> Cell {
        Cell(0)
    }

    fn cell(&mut self, value: Fr) -> Cell {
        self.values.push(value);
        Cell(u32::try_from(self.values.len() - 1).expect("a circuit has fewer cells"))
    }

    fn row(&mut self, cells: [Option<Cell>; 4], selectors: [u8; 4], constants: [Fr; 2]) -> usize {
        self.rows.push(Row { cells, demand: Demand { selectors, constants } });
        self.rows.len() - 1
    }
}

impl Machine for Recorder {
    type Cell = Cell;

    fn value(&self, cell: Cell) -> Fr {
        self.values[cell.0 as usize]
    }

    fn constant(&mut self, value: Fr) -> Cell {
        if let Some(cell) = self.constants.get(&value) {
            return *cell;
        }
        let (zero, cell) = (self.zero(), self.cell(value));
        self.row([Some(zero), None, None, Some(cell)], [0, 0, MULTIPLY_ADD, 0], [Fr::ZERO, value]);
        self.constants.insert(value, cell);
        cell
    }

    fn witness(&mut self, value: Fr) -> Cell {
        self.cell(value)
    }

    fn multiply_add(&mut self, a: Cell, b: Cell, k: Fr, c: Cell, d: Fr) -> Cell {
        let result = self.cell(self.value(a) * self.value(b) + k * self.value(c) + d);
        let cells = [Some(a), Some(b), Some(c), Some(result)];
        if let Some(row) = self.open.remove(&(c, Half::Range)) {
            self.rows[row] = Row { cells, demand: Demand { selectors: [0, 0, MULTIPLY_ADD, WIDE], constants: [k, d] } };
        } else {
            let row = self.row(cells, [0, 0, MULTIPLY_ADD, 0], [k, d]);
            self.open.insert((c, Half::Product), row);
        }
        result
    }

    fn assert_equal(&mut self, a: Cell, b: Cell) {
        if a != b {
            self.equal.push((a, b));
        }
    }

    fn assert_80_bits(&mut self, v: Cell) {
        if let Some(row) = self.open.remove(&(v, Half::Product)) {
            self.rows[row].demand.selectors[3] = WIDE;
        } else {
            let row = self.row([None, None, Some(v), None], [0, 0, 0, WIDE], [Fr::ZERO; 2]);
            self.open.insert((v, Half::Range), row);
        }
    }

    fn assert_canonical(&mut self, v: Cell, a: Cell, k: Fr) -> Cell {
        let packed = self.cell(self.value(a) + k * self.value(v));
        let high = place::limbs(self.value(v))[2..4]
            .iter()
            .rev()
            .fold(Fr::ZERO, |h, l| h * Fr::from(1 << 16) + Fr::from(u64::from(*l)));
        let not_top = high - Fr::from((1 << 32) - 1);
        let inverse = self.cell(Option::from(not_top.invert()).unwrap_or(Fr::ZERO));
        self.row([Some(a), Some(packed), Some(v), Some(inverse)], [0, 0, 0, CANONICAL], [k, Fr::ZERO]);
        packed
    }

    fn permute(&mut self, state: [Cell; 4], absorbed: [Cell; 3]) -> [Cell; 4] {
        let mut values = state.map(|cell| self.value(cell));
        values.iter_mut().zip(absorbed).for_each(|(s, cell)| *s += self.value(cell));
        poseidon2::permute(&mut values);
        let result = values.map(|value| self.cell(value));
        let chain = self.ends.remove(&state).unwrap_or_else(|| {
            self.chains.push(Vec::new());
            self.chains.len() - 1
        });
        self.chains[chain].push(Permutation { state, absorbed, result });
        self.ends.insert(result, chain);
        result
    }

    fn assert_public(&mut self, index: usize, v: Cell) {
        match self.publics.get(index).copied() {
            None => self.beyond = Some(index),
            Some(None) => self.publics[index] = Some(v),
            Some(Some(first)) => self.assert_equal(first, v),
        }
    }
}
