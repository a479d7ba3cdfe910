//! # Which row stands where
//!
//! Rows are given out when a program has run, in an order that depends on what it demanded, never on values:
//!
//! 1. the public scalars, from row 0 on, as the instance column has them;
//! 2. each chain of permutations, two rows for its state and 46 for each permutation. Its inner rows' limbs are of no use to itself, so
//!    the row before a chain is one with limbs, which reads the chain's first three or four;
//! 3. the other rows with limbs, those of 80 bits first. Each reads the limbs of four rows (canonical) or five (80 bits), itself the
//!    first, so that three or four others follow that have none, as long as there are such;
//! 4. the rest, and what stands nowhere else, four cells a row.
//!
//! No gate reads beyond the last row that is given out, and no row is given out among those that halo2 blinds.

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};

use super::CircuitError;
use super::coefficients::{COEFFICIENTS, Four, Kind, STEPS, Step};
use super::record::{Cell, Permutation, Recorder, Row, selector};
use super::table::{ADVICE, BLINDED, Column, Demand, LIMBS, Layout, Place, Table};

/// Rows of a permutation, up to the next one's.
pub(crate) const PERMUTATION: usize = 2 * STEPS;

/// The lowest 16-bit limbs of a scalar, five of them.
pub(crate) fn limbs(value: Fr) -> [u16; 5] {
    let bytes = value.to_repr();
    std::array::from_fn(|i| u16::from_le_bytes([bytes[2 * i], bytes[2 * i + 1]]))
}

/// Rows whose limbs a row reads, itself included.
fn width(row: &Row) -> usize {
    match row.s() {
        selector::WIDE => 5,
        selector::CANONICAL => 4,
        _ => 1,
    }
}

/// What is given out at once: rows of the record by number, or something else.
enum Item {
    Row(usize),
    Chain(usize),
    /// Up to four cells that stand nowhere else.
    Loose(Vec<Cell>),
    /// A row whose limb another reads, and which is nothing else.
    Idle,
}

/// The order of all rows.
fn order(record: &Recorder, publics: usize) -> Vec<Item> {
    let of = |s| (publics..record.rows.len()).filter(move |&row| record.rows[row].s() == s);
    let mut ranged = of(selector::WIDE).chain(of(selector::CANONICAL));
    let mut plain = of(0);
    let mut items: Vec<Item> = (0..publics).map(Item::Row).collect();
    for chain in 0..record.chains.len() {
        items.extend(ranged.next().map(Item::Row));
        items.push(Item::Chain(chain));
    }
    for row in ranged {
        items.push(Item::Row(row));
        let fillers = 1..width(&record.rows[row]);
        items.extend(fillers.map(|_| plain.next().map_or(Item::Idle, Item::Row)));
    }
    items.extend(plain.map(Item::Row));
    items.extend(loose(record).chunks(4).map(|cells| Item::Loose(cells.to_vec())));
    items
}

/// Cells that must be equal to others and stand nowhere.
fn loose(record: &Recorder) -> Vec<Cell> {
    let mut stands = vec![false; record.values.len()];
    let mut mark = |cell: Cell| !std::mem::replace(&mut stands[cell.0 as usize], true);
    for row in &record.rows {
        row.cells.iter().flatten().for_each(|cell| _ = mark(*cell));
    }
    for Permutation { state, absorbed, result } in record.chains.iter().flatten() {
        state.iter().chain(absorbed).chain(result).for_each(|cell| _ = mark(*cell));
    }
    record.equal.iter().flat_map(|(a, b)| [*a, *b]).filter(|cell| mark(*cell)).collect()
}

/// How many rows there are to give out.
pub(crate) fn rows(record: &Recorder, publics: usize) -> usize {
    let rows = |item: &Item| match item {
        Item::Chain(chain) => PERMUTATION * record.chains[*chain].len() + 2,
        _ => 1,
    };
    order(record, publics).iter().map(rows).sum()
}

/// Gives out the rows.
pub(crate) fn place(record: &Recorder, publics: &[Cell], k: u32) -> Result<Table, CircuitError> {
    let needed = rows(record, publics.len()).max(LIMBS);
    let available = (1_usize << k).saturating_sub(BLINDED);
    if needed > available {
        return Err(CircuitError::OutOfRows { needed, available });
    }
    let mut placer = Placer::new(record, k, publics.len());
    for item in &order(record, publics.len()) {
        placer.give(item);
    }
    for (a, b) in &record.equal {
        let [a, b] =
            [a, b].map(|cell| placer.homes[cell.0 as usize].expect("all cells that must be equal stand somewhere"));
        placer.layout.copies.push((a, b));
    }
    let publics = publics.iter().map(|cell| record.values[cell.0 as usize]).collect();
    Ok(Table { layout: placer.layout, advice: placer.advice, publics })
}

struct Placer<'a> {
    record: &'a Recorder,
    layout: Layout,
    advice: [Vec<Fr>; ADVICE],
    /// Where a cell stands first.
    homes: Vec<Option<Place>>,
}

impl<'a> Placer<'a> {
    fn new(record: &'a Recorder, k: u32, publics: usize) -> Self {
        Self {
            record,
            layout: Layout { k, publics, demands: Vec::new(), copies: Vec::new() },
            advice: [(); ADVICE].map(|()| vec![Fr::ZERO; 1 << k]),
            homes: vec![None; record.values.len()],
        }
    }

    fn give(&mut self, item: &Item) {
        let record = self.record;
        match item {
            Item::Row(row) => self.row(&record.rows[*row]),
            Item::Chain(chain) => self.chain(&record.chains[*chain]),
            Item::Loose(cells) => {
                let row = self.demand(Demand::default());
                let columns = [Column::X0, Column::Y0, Column::X1, Column::Y1];
                cells.iter().zip(columns).for_each(|(cell, column)| self.put(*cell, column, row));
            }
            Item::Idle => _ = self.demand(Demand::default()),
        }
    }

    /// The next row.
    fn demand(&mut self, demand: Demand) -> usize {
        self.layout.demands.push(demand);
        self.layout.demands.len() - 1
    }

    /// A cell stands here, too.
    fn put(&mut self, cell: Cell, column: Column, row: usize) {
        let place = Place { column, row: row as u32 };
        self.advice[column as usize][row] = self.record.values[cell.0 as usize];
        match self.homes[cell.0 as usize] {
            None => self.homes[cell.0 as usize] = Some(place),
            Some(home) => self.layout.copies.push((home, place)),
        }
    }

    fn row(&mut self, row: &Row) {
        let at = self.demand(row.demand);
        for (cell, column) in row.cells.iter().zip([Column::X0, Column::Y0, Column::X1, Column::Y1]) {
            cell.iter().for_each(|cell| self.put(*cell, column, at));
        }
        if row.s() != 0 {
            let limbs = limbs(self.advice[Column::X1 as usize][at]);
            for (below, limb) in limbs[..width(row)].iter().enumerate() {
                self.advice[Column::L as usize][at + below] = Fr::from(u64::from(*limb));
            }
        }
    }

    /// Permutations, one after the other, and the last one's result.
    fn chain(&mut self, chain: &[Permutation]) {
        self.state(&chain[0].state, self.layout.demands.len());
        for permutation in chain {
            let first = self.layout.demands.len();
            self.permutation(permutation);
            self.state(&permutation.result, first + PERMUTATION);
        }
        // The state that nobody carries on.
        self.demand(Demand::default());
        self.demand(Demand::default());
    }

    /// Four cells in the pair of rows that begins here.
    fn state(&mut self, state: &[Cell; 4], row: usize) {
        for (i, cell) in state.iter().enumerate() {
            self.put(*cell, [Column::X0, Column::X1][i % 2], row + i / 2);
        }
    }

    /// The 46 rows of a permutation, whose state is there already.
    fn permutation(&mut self, permutation: &Permutation) {
        let first = self.layout.demands.len();
        let [p0, p1, p2] = permutation.absorbed;
        for (cell, column, row) in [(p0, Column::Y0, first), (p1, Column::Y1, first), (p2, Column::Y0, first + 1)] {
            self.put(cell, column, row);
        }
        let value = |cell: Cell| self.record.values[cell.0 as usize];
        let mut x: Four = permutation.state.map(value);
        let mut y: Four = [value(p0), value(p1), value(p2), Fr::ZERO];
        for step in &COEFFICIENTS.steps {
            if step.kind != Kind::Absorb {
                self.inputs(&x, &y);
            }
            self.step(step);
            x = COEFFICIENTS.apply(step, &x, &y);
            y = x.map(|x| x.square());
        }
    }

    /// Inputs of S-boxes and their squares, in the next two rows.
    fn inputs(&mut self, x: &Four, y: &Four) {
        let row = self.layout.demands.len();
        for i in 0..4 {
            self.advice[2 * (i % 2)][row + i / 2] = x[i];
            self.advice[2 * (i % 2) + 1][row + i / 2] = y[i];
        }
    }

    /// The demands of a pair of rows.
    fn step(&mut self, step: &Step) {
        let [p, q] = match step.kind {
            Kind::Absorb => [0, 0],
            Kind::FullToFull => [1, 0],
            Kind::PartialToPartial => [2, 0],
            Kind::FullToPartial => [0, 1],
            Kind::PartialToFull => [0, 2],
        };
        let [first, second] = match step.kind {
            Kind::Absorb => [selector::ABSORB, 0],
            _ => [selector::SQUARES; 2],
        };
        let [c0, c1, c2, c3] = step.constants;
        self.demand(Demand { selectors: [p, q, first, 0], constants: [c0, c1] });
        self.demand(Demand { selectors: [0, 0, second, 0], constants: [c2, c3] });
    }
}
