//! A leaf of one block, every cell changed in turn and every connect taken away in turn.
//!
//! Gates have their own tests, one lie for each constraint, and so have the gadgets, whose outputs are public there. Here the
//! whole is tried. What cannot be caught in the whole because a hash comparison stands behind it is *deferred* to that
//! comparison, and caught in the gadget's own test.

use std::collections::{BTreeMap, BTreeSet};

use furl_circuits::builder::Builder;
use furl_circuits::field::F;
use furl_circuits::leaf::LeafWires;
use furl_circuits::profile::Profile;
use furl_circuits::testing::mutants::{ConnectReport, Effort, connects};
use furl_circuits::testing::{Cell, Subject, Table, cells};
use plonky2::iop::target::Target;
use plonky2::iop::witness::PartialWitness;

use crate::support::World;

fn subject() -> (Subject, LeafWires) {
    Subject::new(&Profile::Fast.leaf_config(), |b: &mut Builder| LeafWires::constrain(b, 1)).unwrap()
}

/// A block with a sender who sends twice, fees in two tokens, one transfer without a fee.
fn full_block(wires: &LeafWires) -> PartialWitness<F> {
    let world = World::new(4);
    let transfers = [
        world.transfer(1, 2, 0, 500, 3, 0),
        world.transfer(1, 3, 1, 1_000, 7, 0),
        world.transfer(2, 3, 0, 12, 0, 0),
        world.transfer(1, 3, 0, 1, 0x101, 1),
    ];
    assigned(wires, world, &transfers)
}

/// A block with padding, as different from the full one as can be.
fn other_block(wires: &LeafWires) -> PartialWitness<F> {
    let world = World::new(4);
    let transfers =
        [world.transfer(2, 3, 1, 77, 9, 0), world.transfer(3, 2, 0, 5, 4, 0), world.transfer(1, 2, 1, 12, 8, 0)];
    assigned(wires, world, &transfers)
}

fn assigned(wires: &LeafWires, mut world: World, transfers: &[furl_ledger::SignedTransfer]) -> PartialWitness<F> {
    let trace = world.ledger.apply(&world.batch, transfers).unwrap();
    let mut inputs = PartialWitness::new();
    wires.assign(&mut inputs, &trace.piece()).unwrap();
    inputs
}

/// The second of three pieces: it takes sums over and hands them on.
fn middle_piece(wires: &LeafWires) -> PartialWitness<F> {
    let mut world = World::new(4);
    let transfers: Vec<_> = (0..9).map(|i| world.transfer(1 + i % 3, 2, i % 2, 7, 3 + i as u16, i / 6)).collect();
    let trace = world.ledger.apply(&world.batch, &transfers).unwrap();
    let mut inputs = PartialWitness::new();
    wires.assign(&mut inputs, &trace.cut(4).unwrap().nth(1).unwrap()).unwrap();
    inputs
}

fn report(stride: usize) -> ConnectReport {
    let (subject, wires) = subject();
    assert_eq!(subject.record().connects().len(), 11_832);
    let effort = Effort { stride, ..Effort::default() };
    connects(&subject, &full_block(&wires), &[other_block(&wires), middle_piece(&wires)], effort).unwrap()
}

/// The cells that may change freely, by gate and columns, and why.
///
/// An arithmetic row computes what it is given: an operation that nothing is connected to is nobody's, and so is the hint
/// between two fee lanes of which one is not used. A lane bit of a transfer without a fee places nothing: here transfer 2,
/// columns 79 + 8 onwards, in lanes of its token.
fn is_reviewed(connected: &BTreeSet<(usize, usize)>, cell: Cell, gate: &str) -> bool {
    let ours = connected.contains(&(cell.row, cell.column));
    gate.starts_with("ArithmeticGate") && !ours || gate == "furl.Block" && (87..91).contains(&cell.column)
}

#[test]
fn no_cell_is_free_but_the_reviewed_ones() {
    let (subject, wires) = subject();
    let table = Table::honest(subject.circuit(), full_block(&wires)).unwrap();
    let found = cells::exhaustive(subject.circuit(), subject.checker(), &table);
    println!("{found}");
    assert_eq!(found.changes / 1000, 590);
    assert!(found.undeclared.is_empty(), "{:?}", found.undeclared);
    // The hints between lanes stand in arithmetic rows, and five of the six pairs have an unused lane.
    let gaps: Vec<_> =
        subject.record().connects().iter().filter(|c| wires.gaps.contains(&c.left)).map(|c| c.right).collect();
    let wire = |target: Target| match target {
        Target::Wire(wire) if !gaps.contains(&target) => Some((wire.row, wire.column)),
        _ => None,
    };
    let connects = subject.record().connects().iter();
    let connected: BTreeSet<_> = connects.flat_map(|c| [wire(c.left), wire(c.right)]).flatten().collect();
    for loose in &found.loose {
        for (cell, gate) in loose.cells.iter().zip(&loose.gates) {
            assert!(is_reviewed(&connected, *cell, gate), "{gate}: {cell} may change freely");
        }
    }
}

#[test]
fn sampled_connects_are_needed() {
    let report = report(97);
    println!("{report}");
    let survivors: Vec<_> = report.survivors().map(|survivor| survivor.place.as_str()).collect();
    assert_eq!((report.mutants().len(), survivors), (122, vec![]), "{report}");
}

/// Where connects survive for these three witnesses, and how many, because a lie takes another: two lanes of one token, and the fee of a
/// transfer without one, are lied about in `attacks::fees`; the flag before the first block is implied by the first transfer, which is real
/// (two).
const EXPLAINED: [(&str, usize); 3] = [("distinct", 3), ("block/step", 2), ("not empty", 1)];

#[test]
#[ignore = "every connect of a block: minutes"]
fn every_connect_is_needed() {
    let report = report(1);
    println!("{report}");
    let mut survivors = BTreeMap::new();
    for survivor in report.survivors() {
        println!("survived: {survivor:?}");
        *survivors.entry(survivor.group.as_str()).or_default() += 1;
    }
    assert_eq!(survivors, BTreeMap::from(EXPLAINED), "{report}");
}
