//! # Attacks on fees and lanes

use furl_circuits::field::F;
use furl_circuits::gates::block;
use furl_circuits::testing::Table;
use furl_circuits::wires::DigestWires;
use furl_ledger::*;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;
use plonky2::iop::witness::PartialWitness;

use super::laws::*;
use super::scene::*;
use super::stage::Gap;
use crate::support::{World, slot};

/// Three transfers of token 0 with fees 3, 5 and 9.
fn three(world: &World) -> [SignedTransfer; 3] {
    [honest(world), world.transfer(3, 2, 0, 1, 5, 0), world.transfer(2, 3, 0, 7, 9, 0)]
}

/// What a table's new root would be if these slots were credited with these fees after three transfers.
fn root_after(world: &World, credits: &[(SlotIndex, u64)]) -> Digest {
    let mut state = Anarchy::of(&world.ledger);
    three(world).iter().for_each(|signed| {
        state.step(signed);
    });
    for (index, sum) in credits {
        state.credit(*index, Amount::new(*sum).unwrap());
    }
    state.tree.root()
}

/// What lanes have collected before a batch.
const NOTHING: [Amount; 4] = [Amount::ZERO; 4];

/// One of the two digests of the fees that a leaf states.
#[derive(Clone, Copy)]
enum Fees {
    In,
    Out,
}

impl Fees {
    fn wires(self) -> &'static DigestWires {
        let statement = &leaf().wires.statement;
        match self {
            Self::In => &statement.fees_in,
            Self::Out => &statement.fees_out,
        }
    }
}

/// The copies that say that the digest stated is the one computed.
fn stated(fees: Fees) -> Gap {
    leaf().copies("fees", |copy| fees.wires().elements.contains(&copy.right))
}

/// The inputs of a forgery that states other digests.
fn stating(forgery: &LeafForgery, lies: &[(Fees, Digest)]) -> PartialWitness<F> {
    let mut inputs = forgery.inputs(&leaf().wires);
    for (fees, digest) in lies {
        inputs.target_values.extend(fees.wires().elements.into_iter().zip(digest.0));
    }
    inputs
}

/// Three transfers whose fees go to lane 2, as a piece of a batch. The lane has collected 1000 before.
fn piece(world: &World, last: bool) -> (LeafForgery, FeeLanes) {
    let [a, b, c] = three(world);
    let lanes = [lane(0, 1), None, lane(0, 0), None];
    let forgery = LeafForgery::piece(world, &[(a, &[2]), (b, &[2]), (c, &[2])], lanes, collected(1000), last);
    (forgery, FeeLanes::new(lanes).unwrap())
}

/// So much in lane 2.
fn collected(sum: u64) -> [Amount; 4] {
    [Amount::ZERO, Amount::ZERO, Amount::new(sum).unwrap(), Amount::ZERO]
}

/// The digests of the fees that a table claims.
fn fees_of(table: &Table) -> [Digest; 2] {
    [15, 19].map(|at| Digest(std::array::from_fn(|i| table.public_inputs()[at + i])))
}

/// What the attacks on pieces spoil.
#[test]
fn only_the_last_piece_credits() {
    let world = world();
    for (last, credited) in [(false, 0), (true, 1017)] {
        let (forgery, lanes) = piece(&world, last);
        let table = forgery.table();
        leaf().accepts(&table);
        assert_eq!(new_root(&table), root_after(&world, &[(slot(0, 0), credited)]));
        let out = if last { lanes.digest() } else { lanes.open_digest(&collected(1017)) };
        assert_eq!(fees_of(&table), [lanes.open_digest(&collected(1000)), out]);
    }
}

/// A leaf credits, and leaves the sums for others to credit again: money from nothing.
#[test]
fn fees_credited_and_handed_on() {
    let world = world();
    let (forgery, lanes) = piece(&world, true);
    let gap = stated(Fees::Out);
    let table = leaf().table(&gap, stating(&forgery, &[(Fees::Out, lanes.open_digest(&collected(1017)))]));
    leaf().dies_only_by(&gap, &table);
    assert_eq!(new_root(&table), root_after(&world, &[(slot(0, 0), 1017)]));
}

/// A leaf closes the fees and credits nobody: they vanish.
#[test]
fn fees_closed_and_never_credited() {
    let world = world();
    let (forgery, lanes) = piece(&world, false);
    let gap = stated(Fees::Out);
    let table = leaf().table(&gap, stating(&forgery, &[(Fees::Out, lanes.digest())]));
    leaf().dies_only_by(&gap, &table);
    assert_eq!(new_root(&table), root_after(&world, &[]));
}

/// A leaf forgets what it has collected, or what was collected before.
#[test]
fn sums_that_do_not_run_on() {
    let world = world();
    for sum in [0, 17, 1000, 1018] {
        let (forgery, lanes) = piece(&world, false);
        let gap = stated(Fees::Out);
        let table = leaf().table(&gap, stating(&forgery, &[(Fees::Out, lanes.open_digest(&collected(sum)))]));
        leaf().refuses_only_by(&gap, &table);
    }
}

/// A leaf that is twice the last: it credits each sum twice. What it states as fees is no digest of anything then, so it
/// takes another lie to end the batch.
#[test]
fn last_is_no_bit() {
    let world = world();
    let (forgery, lanes) = piece(&world, true);
    let is_output = |target| matches!(target, Target::Wire(wire) if leaf().is_output(wire));
    let gap = leaf().copies("last", |copy| is_output(copy.left)).and(stated(Fees::Out));
    let mut inputs = stating(&forgery, &[(Fees::Out, lanes.digest())]);
    inputs.target_values.insert(leaf().wires.last, F::TWO);
    let loot = root_after(&world, &[(slot(0, 0), 2 * 1017)]);
    // The paths are those of the tree before the credit, which are the tree's after it as well.
    let table = leaf().table(&gap, inputs);
    leaf().dies_only_by(&gap, &table);
    assert_eq!(new_root(&table), loot);
}

/// Sums that nobody has paid: the leaf before it, or the root's start, said otherwise.
#[test]
fn foreign_running_sum() {
    let world = world();
    let (forgery, lanes) = piece(&world, true);
    let gap = stated(Fees::In);
    let table = leaf().table(&gap, stating(&forgery, &[(Fees::In, lanes.open_digest(&NOTHING))]));
    leaf().dies_only_by(&gap, &table);
    assert_eq!(new_root(&table), root_after(&world, &[(slot(0, 0), 1017)]));
}

/// A leaf that goes on where another has ended the batch.
#[test]
fn closed_digest_opened() {
    let world = world();
    let (forgery, lanes) = piece(&world, true);
    let gap = stated(Fees::In);
    let table = leaf().table(&gap, stating(&forgery, &[(Fees::In, lanes.digest())]));
    leaf().dies_only_by(&gap, &table);
}

/// Lanes that change half-way: what one collector has earned another is paid.
#[test]
fn lanes_changed_half_way() {
    let world = world();
    let (forgery, _) = piece(&world, true);
    let before = FeeLanes::new([lane(0, 1), None, lane(3, 0), None]).unwrap();
    let gap = stated(Fees::In);
    let table = leaf().table(&gap, stating(&forgery, &[(Fees::In, before.open_digest(&collected(1000)))]));
    leaf().dies_only_by(&gap, &table);
}

/// What most attacks here spoil.
#[test]
fn three_fees_in_one_lane() {
    let world = world();
    let [a, b, c] = three(&world);
    let forgery = LeafForgery::of(&world, &[(a, &[2]), (b, &[2]), (c, &[2])], [lane(0, 1), None, lane(0, 0), None]);
    let table = forgery.table();
    leaf().accepts(&table);
    assert_eq!(new_root(&table), root_after(&world, &[(slot(0, 0), 17)]));
}

/// A fee of token 0 is paid out in token 1.
#[test]
fn fee_in_a_lane_of_another_token() {
    let world = world();
    let [a, b, c] = three(&world);
    let forgery = LeafForgery::of(&world, &[(a, &[2]), (b, &[0]), (c, &[2])], [lane(0, 1), None, lane(0, 0), None]);
    let table = forgery.table();
    leaf().dies_only_by(&Gap::constraints(BLOCK, [own_lane(1, 0)]), &table);
    assert_eq!(new_root(&table), root_after(&world, &[(slot(0, 1), 5), (slot(0, 0), 12)]));
}

/// The copy that says that two lanes in use differ in token: the comparison of the first pair, lanes 0 and 1.
fn distinct() -> Gap {
    let is_output = |target| matches!(target, Target::Wire(wire) if leaf().is_output(wire));
    leaf().copies("distinct", |copy| is_output(copy.left) && is_output(copy.right)).first()
}

/// One fee is paid out twice, in two lanes of its token: money from nothing. Refused three times: it lies in two lanes;
/// $f(1 - 2) \ne 0$; and there are no two lanes of a token.
#[test]
fn fee_in_two_lanes() {
    let world = world();
    let [a, b, c] = three(&world);
    let forgery = LeafForgery::of(&world, &[(a, &[0]), (b, &[0]), (c, &[0, 1])], [lane(0, 0), lane(3, 0), None, None]);
    let gap = Gap::constraints(BLOCK, [one_lane(2), some_lane(2)]).and(distinct());
    let table = leaf().table(&gap, forgery.inputs(&leaf().wires));
    leaf().dies_only_by(&gap, &table);
    assert_eq!(new_root(&table), root_after(&world, &[(slot(0, 0), 17), (slot(3, 0), 9)]));
}

/// A fee is paid and goes nowhere.
#[test]
fn fee_vanishes() {
    let world = world();
    let [a, b, c] = three(&world);
    let forgery = LeafForgery::of(&world, &[(a, &[]), (b, &[0]), (c, &[0])], [lane(0, 0), None, None, None]);
    let table = forgery.table();
    leaf().refuses_only_by(&Gap::constraints(BLOCK, [some_lane(0)]), &table);
    assert_eq!(new_root(&table), root_after(&world, &[(slot(0, 0), 14)]));
}

/// A fee is placed in a lane that the batch does not use. The padding slot is of token 0, so the place itself is right.
#[test]
fn unused_lane_with_a_sum() {
    let world = world();
    let stage = leaf();
    let [a, b, c] = three(&world);
    let forgery = LeafForgery::of(&world, &[(a, &[1]), (b, &[0]), (c, &[0])], [lane(0, 0), None, None, None]);
    // sum · used = sum
    let sum = Target::wire(stage.row(BLOCK, 0), block::SUM_OUT + 1);
    let is_output = |target| matches!(target, Target::Wire(wire) if stage.is_output(wire));
    let gap = stage.copies("lane[1]", |copy| copy.right == sum && is_output(copy.left));
    let table = stage.table(&gap, forgery.inputs(&leaf().wires));
    stage.refuses_only_by(&gap, &table);
    assert_eq!(new_root(&table), root_after(&world, &[(slot(0, 0), 14)]));
}

/// The statement names one collector, and another collects.
#[test]
fn lane_into_another_slot() {
    let world = world();
    let stage = leaf();
    let [a, b, c] = three(&world);
    let forgery = LeafForgery::of(&world, &[(a, &[0]), (b, &[0]), (c, &[0])], [lane(3, 0), None, None, None]);
    let named = FeeLanes::new([lane(0, 0), None, None, None]).unwrap();
    let gap = stated(Fees::In).and(stated(Fees::Out));
    let lies = [(Fees::In, named.open_digest(&NOTHING)), (Fees::Out, named.digest())];
    stage.refuses_only_by(&gap, &stage.table(&gap, stating(&forgery, &lies)));
}

/// A sender whose slot collects the fees, of its own transfers too.
#[test]
fn sender_is_the_collector() {
    let world = world();
    let signed = world.transfer(1, 2, 0, 500, 3, 0);
    let back = world.transfer(1, 1, 0, 999_999_400, 5, 1);
    let forgery = LeafForgery::of(&world, &[(signed, &[0]), (back, &[0])], [lane(1, 0), None, None, None]);
    leaf().accepts(&forgery.table());
}

/// Two lanes of one token: the operator would choose which fee goes where, and nothing public would say so. Old root,
/// words, count and lanes are the same, and the new root is what he likes: nobody could rebuild the state from the
/// data.
#[test]
fn two_lanes_of_one_token() {
    let world = world();
    let [a, b, c] = three(&world);
    let lanes = [lane(0, 0), lane(3, 0), None, None];
    let split = |ways: [&'static [usize]; 3]| {
        let transfers = [(a.clone(), ways[0]), (b.clone(), ways[1]), (c.clone(), ways[2])];
        leaf().table(&distinct(), LeafForgery::of(&world, &transfers, lanes).inputs(&leaf().wires))
    };
    let tables = [split([&[0], &[0], &[0]]), split([&[0], &[0], &[1]]), split([&[0], &[1], &[0]])];
    let mut roots = std::collections::HashSet::new();
    for table in &tables {
        leaf().dies_only_by(&distinct(), table);
        let [claims, first] = [table, &tables[0]].map(Table::public_inputs);
        assert_eq!((&claims[..10], &claims[14..]), (&first[..10], &first[14..]));
        roots.insert(new_root(table));
    }
    assert_eq!(roots.len(), 3);
}
