//! Lies in the finished table: for each constraint one that it alone refuses, and every cell changed.

use std::collections::{HashMap, HashSet};

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};

use super::{K, P, power, sample};
use crate::circuit::Recorder;
use crate::circuit::check::{Checker, Fault};
use crate::circuit::coefficients::{COEFFICIENTS, Four, STEPS};
use crate::circuit::table::{Column, Table};
use crate::machine::Machine as _;

/// A permutation whose result is of no use to anybody, so that whoever lies can go on from the lie.
pub(super) fn unused_permutation() -> (Table, usize) {
    let mut m = Recorder::new(0);
    let [zero, a, b] = [0, 4, 6].map(|c| m.constant(Fr::from(c)));
    m.permute([zero, a, a, b], [b, zero, a]);
    let table = m.finish(K).unwrap();
    let row = table.rows(2, 3)[0];
    (table, row)
}

/// Where a permutation is wrong: by one, and right after it again.
#[derive(Clone, Copy)]
pub(super) enum Slip {
    /// In the $j$th input of the S-boxes that a step leads to.
    Input(usize, usize),
    /// In the $i$th square of a pair of rows.
    Square(usize, usize),
    /// In the $i$th element of what is absorbed.
    Absorbed(usize),
}

/// Writes the permutation that begins in this row, with a slip.
pub(super) fn replay(table: &mut Table, row: usize, slip: Slip) {
    let columns = [(Column::X0, Column::Y0), (Column::X1, Column::Y1)];
    let mut x: Four = std::array::from_fn(|i| *table.at(columns[i % 2].0, row + i / 2));
    let mut y: Four = std::array::from_fn(|i| if i < 3 { *table.at(columns[i % 2].1, row + i / 2) } else { Fr::ZERO });
    if let Slip::Absorbed(i) = slip {
        y[i] += Fr::ONE;
    }
    for pair in 0..=STEPS {
        let row = row + 2 * pair;
        for i in 0..4 {
            *table.at(columns[i % 2].0, row + i / 2) = x[i];
            if pair < STEPS {
                *table.at(columns[i % 2].1, row + i / 2) = y[i];
            }
        }
        let Some(step) = COEFFICIENTS.steps.get(pair) else { break };
        let mut step = *step;
        if let Slip::Input(at, j) = slip
            && at == pair
        {
            step.constants[j] += Fr::ONE;
        }
        x = COEFFICIENTS.apply(&step, &x, &y);
        y = x.map(|x| x.square());
        if let Slip::Square(at, i) = slip
            && at == pair + 1
        {
            y[i] += Fr::ONE;
        }
    }
}

/// One reduction: $x = r + pq$, and $r$ packed onto zero. Its rows with $S = 1$ and $S = 2$.
pub(super) fn reduction(r: u64, q: u128) -> (Table, usize, usize) {
    let mut m = Recorder::new(0);
    let x = m.witness(Fr::from(r) + Fr::from(P) * Fr::from_u128(q));
    let zero = m.constant(Fr::ZERO);
    super::reduce(&mut m, x, r, q, zero);
    let table = m.finish(K).unwrap();
    let (wide, canonical) = (table.rows(3, 1)[0], table.rows(3, 2)[0]);
    (table, wide, canonical)
}

/// For each constraint a table that breaks it, and nothing else.
pub(super) fn lie(index: usize) -> Table {
    let (mut table, row) = unused_permutation();
    let input = |mut table: Table, step, j| {
        replay(&mut table, row, Slip::Input(step, j));
        table
    };
    match index {
        0..4 => input(table, 2, index),
        4..8 => input(table, 9, index - 4),
        8..12 => input(table, 4, index - 8),
        12..16 => input(table, 18, index - 12),
        16 => {
            let mut m = Recorder::new(0);
            let a = m.constant(Fr::from(4));
            m.multiply_add(a, a, Fr::ONE, a, Fr::ONE);
            let mut table = m.finish(K).unwrap();
            let row = table.rows(2, 1).into_iter().max().unwrap();
            *table.at(Column::Y1, row) += Fr::ONE;
            table
        }
        17 | 18 => {
            replay(&mut table, row, Slip::Square(2, index - 17));
            table
        }
        19..23 => input(table, 0, index - 19),
        23 => {
            let (mut table, row, _) = reduction(5, 77);
            *table.at(Column::L, row + 4) += Fr::ONE;
            table
        }
        24 => {
            let (mut table, _, row) = reduction(5, 77);
            *table.at(Column::L, row) += Fr::ONE;
            table
        }
        25 => reduction(P, 77).0,
        26 => {
            let (mut table, _, row) = reduction(5, 77);
            *table.at(Column::Y0, row) += Fr::ONE;
            table
        }
        _ => unreachable!("27 constraints"),
    }
}

/// Nothing but this constraint refuses this table: without it, the table would be true.
#[test]
fn each_constraint_is_needed() {
    let checker = Checker::new();
    for expected in 0..checker.names().count() {
        let faults = checker.faults(&lie(expected));
        let [Fault::Constraint { index, .. }] = faults[..] else { panic!("{expected}: {faults:?}") };
        assert_eq!(index, expected);
    }
}

/// Slips anywhere in a permutation, not only where the lies above are.
#[test]
fn each_step_is_constrained() {
    let checker = Checker::new();
    let (table, row) = unused_permutation();
    let slips = (0..STEPS).flat_map(|step| (0..4).map(move |j| Slip::Input(step, j)));
    let slips = slips.chain((1..STEPS).flat_map(|pair| (0..4).map(move |i| Slip::Square(pair, i))));
    let slips = slips.chain((0..3).map(Slip::Absorbed));
    for slip in slips {
        let mut table = table.clone();
        replay(&mut table, row, slip);
        let faults = checker.faults_in(&table, 0..row + 2 * STEPS + 2);
        match slip {
            Slip::Input(step, _) => {
                let [Fault::Constraint { row: at, .. }] = faults[..] else { panic!("{faults:?}") };
                assert_eq!(at, row + 2 * step);
            }
            // A square enters steps before its own, when these are of partial rounds.
            Slip::Square(pair, i) => {
                let squares = |fault: &Fault| matches!(fault, Fault::Constraint { index: 17 | 18, row: at, .. } if *at == row + 2 * pair + i / 2);
                assert!(faults.iter().any(squares), "{faults:?}");
            }
            // What is absorbed is a copy.
            Slip::Absorbed(_) => assert!(matches!(faults[..], [Fault::Copy { .. }]), "{faults:?}"),
        }
    }
}

/// Every cell of the sample, changed by one: refused, but for those that nothing reads.
#[test]
fn each_cell_is_constrained() {
    let checker = Checker::new();
    let mut table = sample();
    let rows = table.layout.demands.len();
    assert_eq!(checker.faults(&table), []);
    let copied = copied(&table);
    for row in 0..rows {
        for column in COLUMNS {
            *table.at(column, row) += Fr::ONE;
            let faults = checker.faults_in(&table, row.saturating_sub(4)..row + 1);
            *table.at(column, row) -= Fr::ONE;
            assert_eq!(
                !faults.is_empty(),
                is_read(&table, &copied, column, row),
                "{column:?} in row {row}: {faults:?}"
            );
        }
    }
}

pub(super) const COLUMNS: [Column; 5] = [Column::X0, Column::Y0, Column::X1, Column::Y1, Column::L];

/// The cells that are copies of others.
pub(super) fn copied(table: &Table) -> HashSet<(usize, usize)> {
    let places = table.layout.copies.iter().flat_map(|(a, b)| [*a, *b]);
    places.map(|place| (place.column as usize, place.row as usize)).collect()
}

/// Whether anything reads a cell: the reviewed list is what this is false of.
pub(super) fn is_read(table: &Table, copied: &HashSet<(usize, usize)>, column: Column, row: usize) -> bool {
    let demand = |row: usize| &table.layout.demands[row];
    let value = |column: Column, row: usize| table.advice[column as usize][row];
    let [_, _, r, s] = demand(row).selectors;
    let behind_absorb = row > 0 && demand(row - 1).selectors[2] == 3;
    match column {
        Column::L => (0..5).any(|below| row >= below && [0, 5, 4][demand(row - below).selectors[3] as usize] > below),
        _ if copied.contains(&(column as usize, row)) => true,
        // A constant's row: zero times anything, and nothing of $X_1$.
        Column::Y0 if r == 1 => value(Column::X0, row) != Fr::ZERO,
        Column::X1 if r == 1 && s == 0 => demand(row).constants[0] != Fr::ZERO,
        Column::X0 | Column::X1 => {
            r != 0 || s == 2 || (s == 1 && column == Column::X1) || behind_absorb || is_result(table, row)
        }
        Column::Y0 => r != 0 || s == 2 || behind_absorb,
        // The inverse, if the lower half is zero: any will do.
        Column::Y1 if r == 0 && s == 2 => [row, row + 1].iter().any(|row| value(Column::L, *row) != Fr::ZERO),
        Column::Y1 => r != 0,
    }
}

/// Whether a row is the first or second after a permutation.
fn is_result(table: &Table, row: usize) -> bool {
    (1..=3).any(|above| row >= above && table.layout.demands[row - above].selectors[0] == 1)
        && table.layout.demands[row].selectors == [0; 4]
}

/// A cell's places are linked, all of them: the sample has no value twice by chance, but for zero. Zeros are linked where they are read
/// as operands.
#[test]
fn places_are_linked() {
    let table = sample();
    let columns = [Column::X0, Column::Y0, Column::X1, Column::Y1];
    let mut class: HashMap<(usize, usize), usize> = HashMap::new();
    let places = (0..4).flat_map(|column| (0..table.layout.demands.len()).map(move |row| (column, row)));
    places.clone().enumerate().for_each(|(i, place)| _ = class.insert(place, i));
    for (a, b) in &table.layout.copies {
        let [a, b] = [a, b].map(|place| class[&(place.column as usize, place.row as usize)]);
        class.values_mut().filter(|class| **class == b).for_each(|class| *class = a);
    }
    let mut of_value: HashMap<Fr, usize> = HashMap::new();
    for (column, row) in places {
        let value = table.advice[column][row];
        let demands = &table.layout.demands;
        let [_, _, r, s] = demands[row].selectors;
        // Of a pair that absorbs, seven cells; of a product or a packing, the first operand.
        let second = row > 0 && demands[row - 1].selectors[2] == 3;
        let operand = r == 3 || (second && column != 3) || (column == 0 && (r == 1 || s == 2));
        if value != Fr::ZERO || operand {
            let expected = *of_value.entry(value).or_insert(class[&(column, row)]);
            assert_eq!(class[&(column, row)], expected, "{:?} in row {row}", columns[column]);
        }
    }
    // Zero, seven, one, products, states, results.
    assert!(of_value.len() > 3 * 44 * 4);
}

/// A public scalar is what stands in its row: another one is refused by the row, and with the row by the copies.
#[test]
fn public_scalars() {
    let checker = Checker::new();
    for index in 0..super::PUBLICS {
        let mut table = sample();
        table.publics[index] += Fr::ONE;
        assert!(matches!(checker.faults(&table)[..], [Fault::Constraint { index: 16, row, .. }] if row == index));
        *table.at(Column::Y1, index) += Fr::ONE;
        let faults = checker.faults(&table);
        assert!(!faults.is_empty() && faults.iter().all(|fault| matches!(fault, Fault::Copy { .. })), "{faults:?}");
    }
    // A scalar too many would be added to the row that has none.
    let mut table = sample();
    table.publics.push(Fr::ONE);
    assert!(!checker.faults(&table).is_empty());
}

/// All of $[0, p)$ and nothing else, however it is cut into limbs.
#[test]
fn canonical() {
    let checker = Checker::new();
    for r in [0, 1, 0xffff_ffff, 0x1_0000_0000, P - 2, P - 1] {
        assert_eq!(checker.faults(&reduction(r, 3).0), [], "{r}");
    }
    for r in [P, P + 1, u64::MAX] {
        let (mut table, _, row) = reduction(r, 3);
        for inverse in [Fr::ZERO, Fr::ONE, -Fr::ONE, power(32)] {
            *table.at(Column::Y1, row) = inverse;
            assert!(matches!(checker.faults(&table)[..], [Fault::Constraint { index: 25, .. }]), "{r}");
        }
    }
    // x + p for x that is small enough to fit, and for one that is not.
    for (x, quotient) in [(5, 3), (0xffff_fffe, 0), (0xffff_ffff, 3), (P - 1, 3)] {
        let (mut table, _, row) = reduction(x, quotient);
        let other = Fr::from(x) + Fr::from(P);
        claim(&mut table, row, other);
        let faults = checker.faults(&table);
        let refused =
            faults.iter().any(|fault| matches!(fault, Fault::Constraint { index: 24 | 25, .. } | Fault::Limb { .. }));
        assert!(refused, "{x}: {faults:?}");
    }
}

/// Writes a remainder everywhere that the reduction has it, its limbs as well as they go, the highest taking what remains.
fn claim(table: &mut Table, row: usize, value: Fr) {
    let bytes = value.to_repr();
    let limb = |i: usize| u64::from(bytes[2 * i]) | u64::from(bytes[2 * i + 1]) << 8;
    *table.at(Column::X1, row) = value;
    for i in 0..4 {
        let high = if i == 3 { limb(4) << 16 } else { 0 };
        *table.at(Column::L, row + i) = Fr::from(limb(i) + high);
    }
    let high = Fr::from(limb(2) | limb(3) << 16 | limb(4) << 32) - power(32) + Fr::ONE;
    *table.at(Column::Y1, row) = Option::from(high.invert()).unwrap_or(Fr::ZERO);
}

/// All of $[0, 2^{80})$ and nothing else.
#[test]
fn eighty_bits() {
    let checker = Checker::new();
    let range = |value: Fr| {
        let mut m = Recorder::new(0);
        let v = m.witness(value);
        m.assert_80_bits(v);
        let table = m.finish(K).unwrap();
        let row = table.rows(3, 1)[0];
        (table, row)
    };
    for value in [Fr::ZERO, Fr::ONE, power(16), power(64), power(80) - Fr::ONE] {
        assert_eq!(checker.faults(&range(value).0), []);
    }
    for value in [power(80), power(80) + Fr::ONE, power(81), -Fr::ONE] {
        let (mut table, row) = range(value);
        assert!(matches!(checker.faults(&table)[..], [Fault::Constraint { index: 23, .. }]));
        // With the highest limb as it would have to be, it is no limb.
        let lower = (0..4).fold(Fr::ZERO, |sum, i| sum + *table.at(Column::L, row + i) * power(16 * i as u64));
        *table.at(Column::L, row + 4) = (value - lower) * power(64).invert().unwrap();
        assert_eq!(checker.faults(&table), [Fault::Limb { row: row + 4 }]);
    }
}

/// 65,535 is a limb, 65,536 is none.
#[test]
fn limbs_have_16_bits() {
    let checker = Checker::new();
    let (mut table, row, _) = reduction(5, (1 << 17) - 1);
    let [low, next] = [0, 1].map(|i| *table.at(Column::L, row + i));
    assert_eq!([low, next], [0xffff, 1].map(Fr::from));
    *table.at(Column::L, row) = Fr::from(0x1_ffff);
    *table.at(Column::L, row + 1) = Fr::ZERO;
    assert_eq!(checker.faults(&table), [Fault::Limb { row }]);
    *table.at(Column::L, row) = Fr::from(0x1_0000);
    assert!(checker.faults(&table).contains(&Fault::Limb { row }));
    // Also where nothing reads it.
    let mut table = sample();
    *table.at(Column::L, 60_000) = Fr::from(0x1_0000);
    assert_eq!(checker.faults(&table), [Fault::Limb { row: 60_000 }]);
}

/// A value of a selector turns on its own constraints and no other's.
#[test]
fn selectors_are_apart() {
    let checker = Checker::new();
    let owners =
        [(0, 1, 0..4), (0, 2, 4..8), (1, 1, 8..12), (1, 2, 12..16), (2, 1, 16..17), (2, 2, 17..19), (2, 3, 19..23)];
    let owners = owners.into_iter().chain([(3, 1, 23..24), (3, 2, 24..27)]);
    for (selector, value, constraints) in owners {
        let mut table = sample();
        table.layout.demands = vec![Default::default(); 2];
        table.layout.demands[0].selectors[selector] = value;
        table.layout.demands[0].constants = [Fr::from(3), Fr::from(5)];
        table.layout.copies.clear();
        for column in &mut table.advice {
            (0..6).for_each(|row| column[row] = Fr::from(row as u64 * 7 + 1000));
        }
        let faults = checker.faults_in(&table, 0..2);
        let broken: Vec<usize> = faults
            .iter()
            .filter_map(|fault| match fault {
                Fault::Constraint { index, row: 0, .. } => Some(*index),
                _ => None,
            })
            .collect();
        assert_eq!(broken, constraints.collect::<Vec<_>>(), "selector {selector} = {value}");
    }
}
