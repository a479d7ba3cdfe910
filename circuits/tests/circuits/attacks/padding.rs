//! # Attacks on padding, count and data

use furl_circuits::field::F;
use furl_circuits::gates::{block, value};
use furl_circuits::leaf::LeafWires;
use furl_circuits::testing::{Liar, Table};
use furl_ledger::hash::{Tag, hash};
use furl_ledger::*;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use super::laws::*;
use super::scene::*;
use super::stage::{Gap, Stage};
use crate::support::World;

const NO_LANES: [Option<FeeLane>; 4] = [None; 4];

/// Transfers without fees.
fn free(world: &World, amount: u64, sent: u32) -> SignedTransfer {
    world.transfer(1, 2, 0, amount, 0, sent)
}

fn count(table: &Table) -> F {
    table.public_inputs()[14]
}

/// Padding as it should be: at the end, as much as there is room.
#[test]
fn padding_at_the_end() {
    let world = world();
    for n in 1..=4u32 {
        let transfers: Vec<_> = (0..n).map(|i| (free(&world, 5, i), &[][..])).collect();
        let table = LeafForgery::of(&world, &transfers, NO_LANES).table();
        leaf().accepts(&table);
        assert_eq!(count(&table), F::from_canonical_u32(n));
    }
}

/// A batch of padding alone: it needs nobody's signature, and moves the batch number.
#[test]
fn empty_batch() {
    let gap = leaf().copies("not empty", |_| true);
    let forgery = LeafForgery::of(&world(), &[], NO_LANES);
    let table = leaf().table(&gap, forgery.inputs(&leaf().wires));
    leaf().dies_only_by(&gap, &table);
    assert_eq!(count(&table), F::ZERO);
}

/// A statement of a version that does not exist.
#[test]
fn another_version() {
    let version = leaf().wires.statement.version;
    let gap = leaf().copies("", |connect| connect.left == version);
    let mut inputs = LeafForgery::of(&world(), &[(free(&world(), 5, 0), &[])], NO_LANES).inputs(&leaf().wires);
    inputs.target_values.insert(version, F::TWO);
    let table = leaf().table(&gap, inputs);
    leaf().dies_only_by(&gap, &table);
    assert_eq!(table.public_inputs()[0], F::TWO);
}

/// A transfer after padding starts from where the padding's own tree has got to; here it is the second padding
/// transfer. The new root is a sum of roots that is the root of nothing: the rollup is dead.
#[test]
fn padding_in_the_middle() {
    let world = world();
    let mut forgery = LeafForgery::of(&world, &[(free(&world, 5, 0), &[])], NO_LANES);
    let mut ledger = Ledger::new();
    ledger.create(padding::index(), padding::owner(), Token::new(0), Amount::ZERO).unwrap();
    let batch = Batch::first(world.batch.domain);
    let first = padding::transfer(&world.batch.domain);
    let second = Transfer { nonce: Nonce::new(1), ..first.transfer }.sign(&world.batch.domain, &padding::secret_key());
    let trace = ledger.apply(&batch, &[first, second]).unwrap();
    forgery.places.push((false, trace.steps()[0].clone(), [false; 4]));
    forgery.places.push((true, trace.steps()[1].clone(), [false; 4]));
    let table = forgery.table();
    leaf().dies_only_by(&Gap::constraints(BLOCK, [MONOTONE.start + 2]), &table);
    assert_eq!(count(&table), F::TWO);
}

/// The same across two blocks: the first ends in padding, the second starts with a transfer. The roots chain well; but
/// the data is that of no batch.
#[test]
fn padding_before_a_block() {
    let stage = Stage::new(|b| LeafWires::constrain(b, 2));
    let world = world();
    let transfers: Vec<_> = (0..4).map(|i| (free(&world, 5, i), &[][..])).collect();
    let mut forgery = LeafForgery::of(&world, &transfers, NO_LANES);
    stage.accepts(&stage.table(&Gap::default(), forgery.inputs(&stage.wires)));
    forgery.places.insert(3, (false, padding::step(&world.batch.domain), [false; 4]));
    let table = stage.table(&Gap::default(), forgery.inputs(&stage.wires));
    stage.refuses_only_by(&Gap::constraints(BLOCK, [MONOTONE.start]), &table);
    assert_eq!(count(&table), F::from_canonical_u64(4));
    let data = data::absorb_all(data::start(), transfers.iter().map(|(signed, _)| &signed.transfer));
    assert_ne!(table.public_inputs()[27..], data.0);
}

/// The padding transfer counted as a real one: the rollup's root is replaced by that of the padding's tree.
#[test]
fn padding_counted_as_real() {
    let world = world();
    let mut forgery = LeafForgery::of(&world, &[(free(&world, 5, 0), &[])], NO_LANES);
    forgery.places.push((true, padding::step(&world.batch.domain), [false; 4]));
    let table = forgery.table();
    leaf().dies_only_by(&Gap::constraints(BLOCK, OLD_ROOTS.skip(4).take(4)), &table);
    let step = padding::step(&world.batch.domain);
    assert_eq!(new_root(&table), step.receiver.root(padding::index()));
}

/// A real transfer counted as padding: executed by nobody, but signed and in the tree. Nothing would come of it; it is
/// refused all the same.
#[test]
fn transfer_counted_as_padding() {
    let world = world();
    let mut forgery = LeafForgery::of(&world, &[(free(&world, 5, 0), &[]), (free(&world, 6, 1), &[])], NO_LANES);
    forgery.places[1].0 = false;
    let table = forgery.table();
    leaf().dies_only_by(&Gap::constraints(BLOCK, OLD_ROOTS.skip(4).take(4)), &table);
    let mut state = Anarchy::of(&world.ledger);
    state.step(&free(&world, 5, 0));
    assert_eq!(new_root(&table), state.tree.root());
}

/// A transfer that is executed and counted but publishes zeros, as padding does: its value row is told that it is
/// padding. The state could not be rebuilt.
#[test]
fn transfer_that_publishes_nothing() {
    let world = world();
    let stage = leaf();
    let forgery = LeafForgery::of(&world, &[(free(&world, 5, 0), &[]), (free(&world, 6, 1), &[])], NO_LANES);
    let row = stage.row(VALUE, 1);
    let gap = stage.copies("transfer[1]/inputs", |copy| copy.right == Target::wire(row, value::REAL));
    let mut inputs = forgery.inputs(&leaf().wires);
    inputs.target_values.insert(Target::wire(row, value::REAL), F::ZERO);
    let table = stage.table(&gap, inputs);
    stage.dies_only_by(&gap, &table);
    let published = Digest(std::array::from_fn(|i| table.public_inputs()[27 + i]));
    assert_eq!(published, data::absorb_all(data::start(), [&free(&world, 5, 0).transfer]));
}

/// Lies about what a block hands on: class by class, whatever follows from it.
fn hands_on(lies: &[(usize, F)], gap: &Gap, proven: bool) -> Table {
    let world = world();
    let stage = leaf();
    let forgery = LeafForgery::of(&world, &[(free(&world, 5, 0), &[]), (free(&world, 6, 1), &[])], NO_LANES);
    let mut liar = Liar::new(stage.subject(), &forgery.inputs(&leaf().wires)).unwrap();
    let row = stage.row(BLOCK, 0);
    let lies: Vec<_> = lies.iter().map(|(wire, value)| (Target::wire(row, *wire), *value)).collect();
    liar.tell(&lies).unwrap_err();
    let table = liar.table().clone();
    if proven {
        stage.dies_only_by(gap, &table);
    } else {
        stage.refuses_only_by(gap, &table);
    }
    table
}

#[test]
fn count_off_by_one() {
    for wrong in [F::ONE, F::from_canonical_u64(3)] {
        let table = hands_on(&[(block::COUNT_OUT, wrong)], &Gap::constraints(BLOCK, [COUNT_OUT]), wrong == F::ONE);
        assert_eq!(count(&table), wrong);
    }
}

/// Any root at all.
#[test]
fn root_from_nowhere() {
    let loot = hash(Tag::Empty, &[F::ONE]);
    let lies: Vec<_> = (0..4).map(|i| (block::ROOT_OUT + i, loot.0[i])).collect();
    let table = hands_on(&lies, &Gap::constraints(BLOCK, ROOT_OUT), true);
    assert_eq!(new_root(&table), loot);
}

/// The chain of some other data.
#[test]
fn data_from_nowhere() {
    let other = hash(Tag::Empty, &[F::ONE]);
    let lies: Vec<_> = (0..4).map(|i| (block::DATA_OUT + i, other.0[i])).collect();
    hands_on(&lies, &Gap::constraints(BLOCK, DATA_OUT), false);
}
