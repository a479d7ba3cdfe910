//! The layouts of the real wraps, read back. Every cell of the program has a random name for a value, and so has every place where it stands:
//! the rows, read as operations on names, must be the program, each operation once; the copies must link the places of each name, and those of
//! names that the program demands to be equal, and no others.
//!
//! Nothing is believed of the placer here: rows are read as [`Config`](crate::circuit::Config) constrains them.

use std::collections::{HashMap, HashSet};

use furl_circuits::profile::Profile;
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::circuit::coefficients::{COEFFICIENTS, Kind, STEPS};
use crate::circuit::place::PERMUTATION;
use crate::circuit::record::{Cell, Recorder, selector};
use crate::circuit::table::{BLINDED, Column, Demand, Place, Table};
use crate::last::circuit::LastCircuit;
use crate::machine::Machine;
use crate::verify::statement::SCALARS;
use crate::verify::{shape, verify_statement};
use crate::wrap;

/// What a cell is called. Where no cell stands there is zero.
type Name = Fr;

/// An operation on names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Operation {
    /// Constants and public scalars, too: zero times nothing, and no $c$.
    MultiplyAdd {
        a: Name,
        b: Name,
        k: Fr,
        c: Name,
        d: Fr,
        result: Name,
    },
    Wide(Name),
    Canonical {
        v: Name,
        a: Name,
        k: Fr,
        packed: Name,
    },
    Permute {
        state: [Name; 4],
        absorbed: [Name; 3],
        result: [Name; 4],
    },
}

/// The recorder, where values are names; and the program as it ran.
struct Named {
    inner: Recorder,
    rng: StdRng,
    operations: HashMap<Operation, usize>,
    equal: Vec<(Name, Name)>,
    publics: HashMap<usize, Name>,
}

impl Named {
    fn new() -> Self {
        let (inner, rng) = (Recorder::new(SCALARS), StdRng::seed_from_u64(3));
        let mut named = Self { inner, rng, operations: HashMap::new(), equal: Vec::new(), publics: HashMap::new() };
        // Zero is the solution of z = z² + z.
        let zero = named.inner.constant(Fr::ZERO);
        let z = named.name(zero);
        named.ran(Operation::MultiplyAdd { a: z, b: z, k: Fr::ONE, c: z, d: Fr::ZERO, result: z });
        named
    }

    /// Names a new cell.
    fn name(&mut self, cell: Cell) -> Name {
        self.inner.values[cell.0 as usize] = Fr::random(&mut self.rng);
        self.value(cell)
    }

    fn ran(&mut self, operation: Operation) {
        *self.operations.entry(operation).or_default() += 1;
    }

    fn zero(&mut self) -> Name {
        let zero = self.inner.constant(Fr::ZERO);
        self.value(zero)
    }

    /// A row that says what a cell is, by a constant or by the instance column.
    fn fixed(&mut self, d: Fr, result: Name) {
        let a = self.zero();
        self.ran(Operation::MultiplyAdd { a, b: Fr::ZERO, k: Fr::ZERO, c: Fr::ZERO, d, result });
    }
}

impl Machine for Named {
    type Cell = Cell;

    fn value(&self, cell: Cell) -> Fr {
        self.inner.value(cell)
    }

    fn constant(&mut self, value: Fr) -> Cell {
        let cells = self.inner.values.len();
        let cell = self.inner.constant(value);
        if self.inner.values.len() > cells {
            let name = self.name(cell);
            self.fixed(value, name);
        }
        cell
    }

    fn witness(&mut self, _: Fr) -> Cell {
        let name = Fr::random(&mut self.rng);
        self.inner.witness(name)
    }

    fn multiply_add(&mut self, a: Cell, b: Cell, k: Fr, c: Cell, d: Fr) -> Cell {
        let cell = self.inner.multiply_add(a, b, k, c, d);
        let ([a, b, c], result) = ([a, b, c].map(|cell| self.value(cell)), self.name(cell));
        self.ran(Operation::MultiplyAdd { a, b, k, c, d, result });
        cell
    }

    fn assert_equal(&mut self, a: Cell, b: Cell) {
        self.inner.assert_equal(a, b);
        if a != b {
            self.equal.push((self.value(a), self.value(b)));
        }
    }

    fn assert_80_bits(&mut self, v: Cell) {
        self.inner.assert_80_bits(v);
        self.ran(Operation::Wide(self.value(v)));
    }

    fn assert_canonical(&mut self, v: Cell, a: Cell, k: Fr) -> Cell {
        let cell = self.inner.assert_canonical(v, a, k);
        let ([v, a], packed) = ([v, a].map(|cell| self.value(cell)), self.name(cell));
        self.ran(Operation::Canonical { v, a, k, packed });
        cell
    }

    fn permute(&mut self, state: [Cell; 4], absorbed: [Cell; 3]) -> [Cell; 4] {
        let cells = self.inner.permute(state, absorbed);
        let (state, absorbed) = (state.map(|cell| self.value(cell)), absorbed.map(|cell| self.value(cell)));
        let result = cells.map(|cell| self.name(cell));
        self.ran(Operation::Permute { state, absorbed, result });
        cells
    }

    fn assert_public(&mut self, index: usize, v: Cell) {
        self.inner.assert_public(index, v);
        let name = self.value(v);
        assert_eq!(self.publics.insert(index, name), None, "public scalar {index} is demanded twice");
        self.fixed(Fr::ZERO, name);
    }
}

/// A table of names, as it is read.
struct Reading<'a> {
    table: &'a Table,
    /// Where names stand.
    places: Vec<(Name, Place)>,
}

impl Reading<'_> {
    fn at(&mut self, column: Column, row: usize) -> Name {
        let name = self.table.advice[column as usize][row];
        if name != Fr::ZERO {
            self.places.push((name, Place { column, row: row as u32 }));
        }
        name
    }

    /// The operations of a row; of a permutation, in its first.
    fn row(&mut self, row: usize) -> Vec<Operation> {
        use Column::{X0, X1, Y0, Y1};
        let Demand { selectors: [p, q, r, s], constants: [k, d] } = self.table.layout.demands[row];
        let mut operations = Vec::new();
        match r {
            selector::MULTIPLY_ADD => {
                let [a, b, c, result] = [X0, Y0, X1, Y1].map(|column| self.at(column, row));
                operations.push(Operation::MultiplyAdd { a, b, k, c, d, result });
            }
            selector::ABSORB => {
                steps(self.table, row);
                let state = |at: usize| [(X0, at), (X1, at), (X0, at + 1), (X1, at + 1)];
                let result = state(row + PERMUTATION).map(|(column, row)| self.at(column, row));
                let state = state(row).map(|(column, row)| self.at(column, row));
                let absorbed = [(Y0, row), (Y1, row), (Y0, row + 1)].map(|(column, row)| self.at(column, row));
                operations.push(Operation::Permute { state, absorbed, result });
            }
            // Of cells that stand nowhere else.
            0 if [p, q, s] == [0; 3] => _ = [X0, Y0, X1, Y1].map(|column| self.at(column, row)),
            _ => {}
        }
        match s {
            selector::WIDE => operations.push(Operation::Wide(self.at(X1, row))),
            selector::CANONICAL => {
                assert_eq!(r, 0, "row {row}: what is below the inverse");
                let [a, packed, v] = [X0, Y0, X1].map(|column| self.at(column, row));
                operations.push(Operation::Canonical { v, a, k, packed });
            }
            _ => {}
        }
        operations
    }
}

/// The rows of a permutation have the selectors and the constants of its steps.
fn steps(table: &Table, first: usize) {
    for (step, rows) in COEFFICIENTS.steps.iter().zip(table.layout.demands[first..].chunks(2)) {
        let (p, q, r) = match step.kind {
            Kind::Absorb => (0, 0, [selector::ABSORB, 0]),
            Kind::FullToFull => (1, 0, [selector::SQUARES; 2]),
            Kind::PartialToPartial => (2, 0, [selector::SQUARES; 2]),
            Kind::FullToPartial => (0, 1, [selector::SQUARES; 2]),
            Kind::PartialToFull => (0, 2, [selector::SQUARES; 2]),
        };
        assert_eq!((rows[0].selectors, rows[1].selectors), ([p, q, r[0], 0], [0, 0, r[1], 0]), "row {first}");
        assert_eq!([rows[0].constants, rows[1].constants].as_flattened(), step.constants, "row {first}");
    }
}

/// Rows that lead to others are all of permutations.
fn nothing_hashes_elsewhere(table: &Table) {
    let demands = &table.layout.demands;
    let count = |hit: &dyn Fn(&Demand) -> bool| demands.iter().filter(|demand| hit(demand)).count();
    let permutations = count(&|demand| demand.selectors[2] == selector::ABSORB);
    assert_eq!(count(&|demand| demand.selectors[0] != 0 || demand.selectors[1] != 0), permutations * (STEPS - 1));
    assert_eq!(count(&|demand| demand.selectors[2] == selector::SQUARES), permutations * 2 * (STEPS - 1));
}

/// Limbs are read by one row each, and stand under the lookup.
fn limbs_are_read_once(table: &Table) {
    let mut read = HashSet::new();
    for (row, demand) in table.layout.demands.iter().enumerate() {
        let limbs = [0, 5, 4][usize::from(demand.selectors[3])];
        (row..row + limbs).for_each(|limb| assert!(read.insert(limb), "the limb in row {limb} is read twice"));
    }
    assert!(read.into_iter().max().unwrap() < (1 << table.k()) - BLINDED);
}

/// Sets that grow together.
struct Classes(Vec<u32>);

impl Classes {
    fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    fn of(&mut self, mut item: u32) -> u32 {
        while self.0[item as usize] != item {
            self.0[item as usize] = self.0[self.0[item as usize] as usize];
            item = self.0[item as usize];
        }
        item
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a as usize] = b;
    }
}

/// Whether copies link what the program does and nothing else; if not, what is wrong.
fn copies(table: &Table, places: &[(Name, Place)], equal: &[(Name, Name)]) -> Result<(), &'static str> {
    let number = |place: &Place| place.row * 4 + place.column as u32;
    let mut linked = Classes::new(4 << table.k());
    table.layout.copies.iter().for_each(|(a, b)| linked.join(number(a), number(b)));
    let mut class: HashMap<Name, u32> = HashMap::new();
    for (name, place) in places {
        let got = linked.of(number(place));
        if *class.entry(*name).or_insert(got) != got {
            return Err("places of a cell are not linked");
        }
    }
    let numbers: HashMap<Name, u32> = class.keys().copied().zip(0..).collect();
    let mut demanded = Classes::new(numbers.len());
    for (a, b) in equal {
        if class[a] != class[b] {
            return Err("cells that are demanded to be equal are not linked");
        }
        demanded.join(numbers[a], numbers[b]);
    }
    let demanded: HashSet<u32> = (0..numbers.len() as u32).map(|name| demanded.of(name)).collect();
    let linked: HashSet<u32> = class.into_values().collect();
    if linked.len() == demanded.len() { Ok(()) } else { Err("cells are linked that nobody demands to be equal") }
}

/// A copy less, of a cell's or of an equality's, or one more: it is noticed. Equalities come last, and some follow from others.
fn copies_are_needed(mut table: Table, places: &[(Name, Place)], equal: &[(Name, Name)]) {
    let of_cells = table.layout.copies.len() - equal.len();
    for at in (0..of_cells).step_by(of_cells / 4) {
        let copy = table.layout.copies.remove(at);
        assert_eq!(copies(&table, places, equal), Err("places of a cell are not linked"), "without copy {at}");
        table.layout.copies.insert(at, copy);
    }
    let equalities = table.layout.copies.split_off(of_cells);
    assert_eq!(copies(&table, places, equal), Err("cells that are demanded to be equal are not linked"));
    table.layout.copies.extend(equalities);
    let another = places.iter().find(|(name, _)| *name != places[0].0).unwrap();
    table.layout.copies.push((places[0].1, another.1));
    assert_eq!(copies(&table, places, equal), Err("cells are linked that nobody demands to be equal"));
}

fn is_the_program(profile: Profile) {
    let last = LastCircuit::build(profile);
    let mut program = Named::new();
    verify_statement(&mut program, &last.verifier(), &shape::blank(&last.data().common)).unwrap();
    let Named { inner, mut operations, equal, publics, .. } = program;
    let table = inner.finish(wrap::k(profile)).unwrap();
    assert_eq!(table.digest(), wrap::blank(profile, &last).unwrap().digest(), "names change the layout");

    let mut reading = Reading { table: &table, places: Vec::new() };
    for row in 0..table.height() {
        for operation in reading.row(row) {
            let left = operations.get_mut(&operation).filter(|left| **left > 0);
            *left.unwrap_or_else(|| panic!("row {row} is none of the program's: {operation:?}")) -= 1;
        }
    }
    let missing = operations.values().filter(|left| **left > 0).count();
    assert_eq!(missing, 0, "operations without a row");
    nothing_hashes_elsewhere(&table);
    limbs_are_read_once(&table);
    // The instance column has no more rows than these.
    assert_eq!(publics.len(), SCALARS);
    publics.iter().for_each(|(row, name)| assert_eq!(table.advice[Column::Y1 as usize][*row], *name, "scalar {row}"));
    let places = reading.places;
    assert_eq!(copies(&table, &places, &equal), Ok(()));
    copies_are_needed(table, &places, &equal);
}

#[test]
fn the_layout_is_the_program_in_fast() {
    is_the_program(Profile::Fast);
}

#[test]
#[ignore = "slow: half a minute"]
fn the_layout_is_the_program_in_proven() {
    is_the_program(Profile::Proven);
}
