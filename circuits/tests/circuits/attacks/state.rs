//! # Attacks on the state tree

use furl_circuits::builder::Builder;
use furl_circuits::field::{D, F};
use furl_circuits::testing::{Liar, Table};
use furl_ledger::hash::{Tag, hash, permute};
use furl_ledger::tree::{empty_leaf, node};
use furl_ledger::*;
use plonky2::field::types::Field;
use plonky2::gates::poseidon::PoseidonGate;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};

use super::laws::*;
use super::scene::*;
use super::stage::Gap;
use crate::support::slot;

/// Copies of a leaf into the lowest level of its path.
fn leaf_into_path(place: &str) -> Gap {
    // A node's row takes the node first, then the sibling; the swap wire is further right.
    single().copies(place, |copy| matches!(copy.right, Target::Wire(wire) if wire.column < 4))
}

/// Money from a slot that does not exist: the thief describes a slot of his own with all the money of the world, where
/// the tree has an empty leaf.
#[test]
fn empty_leaf_as_sender() {
    let world = world();
    let stage = single();
    let nowhere = SlotIndex::new(999_999).unwrap();
    let mut state = Anarchy::of(&world.ledger);
    assert_eq!(state.tree.get(nowhere), empty_leaf());
    let sender = Opening {
        slot: Slot { balance: Amount::MAX, ..state.slots[&slot(3, 0)].clone() },
        path: state.tree.path(nowhere),
    };
    let transfer = Transfer { from: nowhere, to: slot(3, 0), ..honest(&world).transfer };
    let signed = transfer.sign(&world.batch.domain, &world.secrets[3]);
    let cost = F::from_canonical_u64(transfer.cost());
    state.tree.set(nowhere, debited(&sender.slot, cost));
    let step = Step { signed: signed.clone(), sender, receiver: state.open(transfer.to) };
    let gap = leaf_into_path("sender/before/level[0]");
    let inputs = Forgery::of(&world.batch, &step).with_loose(&stage.loose_ends(&gap), &empty_leaf().0);
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
    let error = world.ledger.clone().apply(&world.batch, &[signed]).unwrap_err();
    assert!(matches!(error, BatchError::Transfer { error: RuleError::MissingSlot { .. }, .. }));
}

/// Money into a slot that is created by the way, with a key that nobody has shown.
#[test]
fn empty_leaf_as_receiver() {
    let world = world();
    let stage = single();
    let nowhere = SlotIndex::new(999_999).unwrap();
    let mut state = Anarchy::of(&world.ledger);
    state.slots.insert(nowhere, Slot { balance: Amount::ZERO, ..state.slots[&slot(3, 0)].clone() });
    let signed = Transfer { to: nowhere, ..honest(&world).transfer }.sign(&world.batch.domain, &world.secrets[1]);
    let step = state.step(&signed);
    let gap = leaf_into_path("receiver/before/level[0]");
    let inputs = Forgery::of(&world.batch, &step).with_loose(&stage.loose_ends(&gap), &empty_leaf().0);
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
    let error = world.ledger.clone().apply(&world.batch, &[signed]).unwrap_err();
    assert!(matches!(error, BatchError::Transfer { error: RuleError::MissingSlot { .. }, .. }));
}

/// An inner node read as a slot: its two children are the slot's key, token, nonce and balance. What stands in the
/// leaf's place of the tree here is a node, as if the tree were a level deeper. Tag and length in the capacity tell the
/// two apart.
#[test]
fn node_as_leaf() {
    let world = world();
    let stage = single();
    let place = SlotIndex::new(999_999).unwrap();
    let mut state = Anarchy::of(&world.ledger);
    let sender = Slot { balance: Amount::MAX, ..state.slots[&slot(3, 0)].clone() };
    // The right child would have to end in a zero word.
    let right = Digest([sender.token.element(), sender.nonce.element(), sender.balance.element(), F::ZERO]);
    state.tree.set(place, node(&sender.owner.key(), &right));
    let transfer = Transfer { from: place, to: slot(3, 0), ..honest(&world).transfer };
    let signed = transfer.sign(&world.batch.domain, &world.secrets[3]);
    let path = state.tree.path(place);
    state.tree.set(place, debited(&sender, F::from_canonical_u64(transfer.cost())));
    let step = Step { signed, sender: Opening { slot: sender, path }, receiver: state.open(transfer.to) };

    let row = stage.row_of("sender", POSEIDON);
    let gap = stage.copies(
        "sender",
        |copy| matches!(copy.right, Target::Wire(wire) if wire.row == row && (8..10).contains(&wire.column)),
    );
    let capacity = [Tag::Node.element(), F::from_canonical_u64(8)];
    let inputs = Forgery::of(&world.batch, &step).with_loose(&stage.loose_ends(&gap), &capacity);
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
}

/// Another leaf changes by the way: the siblings of the path before and after the debit are not the same.
#[test]
fn another_leaf_changes() {
    let world = world();
    let stage = single();
    let signed = honest(&world);
    let mut step = Anarchy::of(&world.ledger).step(&signed);
    let level = 5;
    // The subtree beside the sender's, as the thief would like it.
    let loot = hash(Tag::Empty, &[F::ONE]);
    let mut siblings = *step.sender.path.siblings();
    let gap = stage.copies(&format!("sender/after/level[{level}]"), |copy| {
        stage.wires.transfer.from.siblings[level].elements.contains(&copy.left)
    });
    siblings[level] = loot;
    // The receiver is opened in the tree that comes out. Its path passes the sender's subtree at some level, and may have the loot on its own.
    let root = Path::new(siblings)
        .root(debited(&step.sender.slot, F::from_canonical_u64(signed.transfer.cost())), signed.transfer.from);
    step.receiver.path = Path::new(siblings_towards(&step, &siblings, signed.transfer));
    assert_eq!(step.receiver.root(signed.transfer.to), root);
    let inputs = Forgery::of(&world.batch, &step).with_loose(&stage.loose_ends(&gap), &loot.0);
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
}

/// The receiver's path in the tree in which the sender's path after the debit has these siblings.
fn siblings_towards(step: &Step, after: &[Digest; DEPTH], transfer: Transfer) -> [Digest; DEPTH] {
    let (from, to) = (transfer.from.get(), transfer.to.get());
    let mut sender = debited(&step.sender.slot, F::from_canonical_u64(transfer.cost()));
    std::array::from_fn(|level| {
        let own = sender;
        let sibling = after[level];
        sender = if from >> level & 1 == 0 { node(&own, &sibling) } else { node(&sibling, &own) };
        match (from >> level, to >> level) {
            (a, b) if a == b => sibling,
            (a, b) if a ^ b == 1 => own,
            _ => step.receiver.path.siblings()[level],
        }
    })
}

/// The wires of a Poseidon row that swaps by 2: the permutation of $(2r - l,\ 2l - r)$, under the inputs $l$ and $r$.
fn doubly_swapped(left: Digest, right: Digest) -> Vec<F> {
    let mut b = Builder::new(furl_circuits::profile::Profile::Fast.leaf_config());
    let row = b.add_gate(PoseidonGate::<F, D>::new(), vec![]);
    let circuit = b.build();
    let mut state = [F::ZERO; 12];
    for i in 0..4 {
        state[i] = right.0[i].double() - left.0[i];
        state[4 + i] = left.0[i].double() - right.0[i];
    }
    state[8] = Tag::Node.element();
    state[9] = F::from_canonical_u64(8);
    let mut witness = PartialWitness::new();
    for (column, value) in state.into_iter().chain([F::ZERO; 12]).enumerate().filter(|(i, _)| *i < 12) {
        witness.set_target(Target::wire(row, column), value).unwrap();
    }
    witness.set_target(Target::wire(row, 24), F::ZERO).unwrap();
    let table = Table::honest(&circuit, witness).unwrap();
    let mut wires = table.row(row).to_vec();
    assert_eq!(wires[12..24], permute(state));
    wires[24] = F::TWO;
    for i in 0..4 {
        (wires[i], wires[4 + i]) = (left.0[i], right.0[i]);
        wires[25 + i] = F::TWO * (right.0[i] - left.0[i]);
    }
    wires
}

/// One number, another path: the bits $0, 1$ at levels 22 and 23 sum to the same index as $2, 0$. The owner's message
/// is unchanged, and the slots are opened under other roots. Only the swap constraint of the Poseidon rows makes bits
/// of the bits.
#[test]
fn path_bit_two() {
    let stage = single();
    let mut world = world();
    let owners = [1, 2].map(|i| world.ledger.slot(slot(i, 0)).unwrap().owner.clone());
    let [from, to] = [5, 6].map(|i| SlotIndex::new((1 << 23) + i).unwrap());
    for (index, owner) in [from, to].into_iter().zip(owners) {
        world.ledger.create(index, owner, Token::new(0), Amount::new(1000).unwrap()).unwrap();
    }
    let transfer = Transfer { from, to, ..honest(&world).transfer };
    let signed = transfer.sign(&world.batch.domain, &world.secrets[1]);
    let step = Anarchy::of(&world.ledger).step(&signed);
    let inputs = Forgery::of(&world.batch, &step);
    let mut liar = Liar::new(stage.subject(), &inputs.0).unwrap();
    let transfer = &stage.wires.transfer;
    let mut lies = Vec::new();
    for (side, path) in [("sender", &transfer.from), ("receiver", &transfer.to)] {
        lies.extend([(path.bits[22], F::TWO), (path.bits[23], F::ZERO)]);
        for when in ["before", "after"] {
            let row = stage.row_of(&format!("{side}/{when}/level[22]"), POSEIDON);
            let half = |at: usize| Digest(std::array::from_fn(|i| liar.table().get(Target::wire(row, at + i))));
            let wires = doubly_swapped(half(0), half(4));
            lies.extend(
                (12..wires.len()).filter(|c| *c != 24).map(|column| (Target::wire(row, column), wires[column])),
            );
        }
    }
    liar.tell(&lies).unwrap_err();
    stage.dies_only_by(&Gap::constraints(POSEIDON, [SWAP]), liar.table());
}
