//! # Attacks on a transfer

use furl_circuits::field::F;
use furl_circuits::gates::{key, value};
use furl_circuits::testing::{Liar, Table};
use furl_circuits::wires::Wires;
use furl_ledger::hash::{Tag, hash};
use furl_ledger::*;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use super::laws::*;
use super::scene::*;
use super::stage::Gap;
use crate::support::{World, slot};

const NO_FEE: FeeCode = FeeCode::ZERO;

fn amount(units: u64) -> Amount {
    Amount::new(units).unwrap()
}

/// Owner 1 signs.
fn sign(world: &World, transfer: Transfer) -> SignedTransfer {
    transfer.sign(&world.batch.domain, &world.secrets[1])
}

/// What the ledger says to it.
fn native(world: &World, signed: &SignedTransfer) -> Option<Rule> {
    match world.ledger.clone().apply(&world.batch, std::slice::from_ref(signed)) {
        Err(BatchError::Transfer { error, .. }) => Some(error.rule()),
        _ => None,
    }
}

/// The table of a step as the generators fill it.
fn filled(world: &World, signed: &SignedTransfer) -> Table {
    let step = Anarchy::of(&world.ledger).step(signed);
    single().table(&Gap::default(), Forgery::of(&world.batch, &step).0)
}

/// Writes a value in base 4 into cells of a row, lowest first; the last cell takes all that is left.
fn spill(table: &mut Table, row: usize, columns: core::ops::Range<usize>, value: F) {
    use plonky2::field::types::PrimeField64;
    let mut rest = value.to_canonical_u64();
    let top = columns.end - 1;
    for column in columns {
        let digit = if column == top { rest } else { rest & 3 };
        table.set(Target::wire(row, column), F::from_canonical_u64(digit));
        rest >>= 2;
    }
}

/// Another path for the receiver.
fn receiver_path(path: &Path) -> impl Iterator<Item = (Target, F)> {
    let siblings = single().wires.transfer.to.siblings.iter().zip(*path.siblings());
    siblings.flat_map(|(target, sibling)| target.elements.into_iter().zip(sibling.0))
}

const AMOUNT_DIGITS: core::ops::Range<usize> = 66..97;
const BALANCE_DIGITS: core::ops::Range<usize> = 97..128;
const NONCE_DIGITS: core::ops::Range<usize> = 71..87;
const SLACK_DIGITS: core::ops::Range<usize> = 103..119;

#[test]
fn the_honest_transfer_passes() {
    let world = world();
    let table = filled(&world, &honest(&world));
    single().accepts(&table);
    assert_eq!(native(&world, &honest(&world)), None);
}

/// A transfer is executed that is not the one that was signed: the words of the message are not composed from what is
/// moved.
fn other_message(world: &World, executed: &SignedTransfer, signed: &Signature, message: &[(usize, F)], gap: &Gap) {
    let stage = single();
    let step = Anarchy::of(&world.ledger).step(executed);
    let mut liar = Liar::new(stage.subject(), &Forgery::of(&world.batch, &step).0).unwrap();
    let row = stage.row(VALUE, 0);
    let bits = stage.wires.transfer.signature.to_targets();
    let digits = signed.digits();
    let mut lies: Vec<_> =
        bits.into_iter().zip(digits.as_flattened()).map(|(target, bit)| (target, F::from_bool(*bit))).collect();
    lies.extend(message.iter().map(|(word, value)| (Target::wire(row, value::MESSAGE + word), *value)));
    liar.tell(&lies).unwrap_err();
    stage.dies_only_by(gap, liar.table());
}

#[test]
fn a_transfer_read_as_another_operation() {
    let world = world();
    let executed = honest(&world);
    // The owner signed a withdrawal, operation 2, of the same numbers.
    let mut message = executed.transfer.message();
    message[0] += F::from_canonical_u64(1 << 58);
    let withdrawal = world.secrets[1].sign(&world.batch.domain.separator(), &message);
    let gap = Gap::constraints(VALUE, [MESSAGE_WORDS.start]);
    other_message(&world, &executed, &withdrawal, &[(0, message[0])], &gap);
    assert_eq!(native(&world, &SignedTransfer { signature: withdrawal, ..executed }), Some(Rule::T1));
}

#[test]
fn another_receiver() {
    let world = world();
    let signed = honest(&world);
    let executed = sign(&world, Transfer { to: slot(3, 0), ..signed.transfer });
    let gap = Gap::constraints(VALUE, [MESSAGE_WORDS.start + 1]);
    other_message(&world, &executed, &signed.signature, &[(1, signed.transfer.message()[1])], &gap);
}

/// Two slots of one owner; the money goes the other way.
#[test]
fn sender_and_receiver_swapped() {
    let mut world = world();
    let owner = world.ledger.slot(slot(1, 0)).unwrap().owner.clone();
    let savings = SlotIndex::new(77).unwrap();
    world.ledger.create(savings, owner, Token::new(0), amount(1000)).unwrap();
    let forth = honest(&world).transfer;
    let forth = Transfer { to: savings, ..forth };
    let signed = sign(&world, forth);
    let executed = sign(&world, Transfer { from: savings, to: forth.from, ..forth });
    let message = forth.message();
    let gap = Gap::constraints(VALUE, MESSAGE_WORDS);
    other_message(&world, &executed, &signed.signature, &[(0, message[0]), (1, message[1])], &gap);
    assert_eq!(native(&world, &SignedTransfer { signature: signed.signature, ..executed }), Some(Rule::T1));
}

/// The message says 500, and a million is moved: the amount that is hashed would have to be another wire.
#[test]
fn another_amount() {
    let world = world();
    let stage = single();
    let signed = honest(&world);
    let executed =
        SignedTransfer { transfer: Transfer { amount: amount(1_000_000), ..signed.transfer }, ..signed.clone() };
    let gap = stage.copies("signature/challenge", |copy| copy.left == stage.wires.transfer.amount);
    let step = Anarchy::of(&world.ledger).step(&executed);
    let inputs =
        Forgery::of(&world.batch, &step).with_loose(&stage.loose_ends(&gap), &[signed.transfer.amount.element()]);
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
    assert_eq!(native(&world, &executed), Some(Rule::T1));
}

/// The signature of nonce 0 once more, when the slot is at nonce 1.
#[test]
fn nonce_replayed() {
    let mut world = world();
    let stage = single();
    let signed = honest(&world);
    world.ledger.apply(&world.batch, std::slice::from_ref(&signed)).unwrap();
    assert_eq!(native(&world, &signed), Some(Rule::T2));
    let gap = stage.copies("signature/challenge", |copy| copy.left == stage.wires.transfer.nonce);
    let step = Anarchy::of(&world.ledger).step(&signed);
    let inputs = Forgery::of(&world.batch, &step).with_loose(&stage.loose_ends(&gap), &[F::ZERO]);
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
}

/// The slot keeps its nonce, so that the same signature can be used tomorrow.
#[test]
fn nonce_kept() {
    let world = world();
    let stage = single();
    let step = Anarchy::of(&world.ledger).step(&honest(&world));
    let mut liar = Liar::new(stage.subject(), &Forgery::of(&world.batch, &step).0).unwrap();
    let row = stage.row(KEY, 0);
    // The nonce is 0, so that all digits are.
    let mut lies = vec![(Target::wire(row, key::NONCE_NEXT), F::ZERO)];
    let mut state = Anarchy::of(&world.ledger);
    let rest = step.sender.slot.balance.get() - step.signed.transfer.cost();
    state.put(step.signed.transfer.from, Slot { balance: amount(rest), ..step.sender.slot.clone() });
    lies.extend(receiver_path(&state.tree.path(step.signed.transfer.to)));
    lies.extend(NONCE_DIGITS.map(|column| (Target::wire(row, column), F::ZERO)));
    liar.tell(&lies).unwrap_err();
    stage.dies_only_by(&Gap::constraints(KEY, [NONCE_STEP]), liar.table());
}

/// The last nonce has no next one: $2^{32}$ is no nonce, and natively the transfer is out of range.
#[test]
fn nonce_exhausted() {
    let world = world();
    let stage = single();
    let signed = sign(&world, Transfer { nonce: Nonce::MAX, ..honest(&world).transfer });
    let mut state = Anarchy::of(&world.ledger);
    let slot = Slot { nonce: Nonce::MAX, ..state.slots[&signed.transfer.from].clone() };
    state.put(signed.transfer.from, slot.clone());
    // The debited leaf holds the number 2^32, which no slot of the ledger can.
    let mut step = state.clone().step(&signed);
    state.tree.set(signed.transfer.from, debited(&slot, F::from_canonical_u64(signed.transfer.cost())));
    step.receiver.path = state.tree.path(signed.transfer.to);
    let mut table = stage.table(&Gap::default(), Forgery::of(&world.batch, &step).0);
    stage.dies_only_by(&Gap::constraints(KEY, [NONCE_RANGE]), &table);
    spill(&mut table, stage.row(KEY, 0), NONCE_DIGITS, F::from_canonical_u64(1 << 32));
    stage.dies_only_by(&Gap::constraints(KEY, [NONCE_TOP]), &table);
}

/// Signed for another deployment, whose separator differs in one limb.
#[test]
fn wrong_domain() {
    let world = world();
    let stage = single();
    let honest = honest(&world);
    let mut other = world.batch.domain.separator();
    other.0[0] += F::ONE;
    let signature = world.secrets[1].sign(&other, &honest.transfer.message());
    let signed = SignedTransfer { signature, ..honest };
    assert_eq!(native(&world, &signed), Some(Rule::T1));
    let gap = stage.copies("signature/challenge", |copy| copy.left == stage.wires.domain.elements[0]);
    let step = Anarchy::of(&world.ledger).step(&signed);
    let inputs = Forgery::of(&world.batch, &step).with_loose(&stage.loose_ends(&gap), &[other.0[0]]);
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
}

/// Valid up to batch 6, put into batch 7: expiry − batch is $-1$, whose digits are those of $p - 1$.
#[test]
fn expired() {
    let world = world();
    let stage = single();
    let signed = sign(&world, Transfer { expiry: Expiry::new(6), ..honest(&world).transfer });
    assert_eq!(native(&world, &signed), Some(Rule::T6));
    let mut table = filled(&world, &signed);
    stage.dies_only_by(&Gap::constraints(KEY, [FRESH]), &table);
    spill(&mut table, stage.row(KEY, 0), SLACK_DIGITS, F::NEG_ONE);
    stage.dies_only_by(&Gap::constraints(KEY, [SLACK_TOP]), &table);
    // The last batch in which it is valid.
    let signed = sign(&world, Transfer { expiry: Expiry::new(7), ..signed.transfer });
    stage.accepts(&filled(&world, &signed));
}

/// One unit more than there is: the new balance is $-1$.
#[test]
fn overdraft_by_one() {
    let world = world();
    let stage = single();
    let rich = Transfer { amount: amount(1_000_000_000 - 3 + 1), ..honest(&world).transfer };
    let signed = sign(&world, rich);
    assert_eq!(native(&world, &signed), Some(Rule::T3));
    let mut table = filled(&world, &signed);
    stage.dies_only_by(&Gap::constraints(VALUE, [BALANCE_RANGE]), &table);
    // −1 + p, with a top digit of 15.
    spill(&mut table, stage.row(VALUE, 0), BALANCE_DIGITS, F::NEG_ONE);
    stage.dies_only_by(&Gap::constraints(VALUE, [BALANCE_TOP]), &table);
    let signed = sign(&world, Transfer { amount: amount(1_000_000_000 - 3), ..rich });
    stage.accepts(&filled(&world, &signed));
}

/// A transfer of −500 takes 500 from the receiver.
#[test]
fn negative_amount() {
    let world = world();
    let stage = single();
    let positive = honest(&world);
    let minus = -positive.transfer.amount.element();
    let mut message = positive.transfer.message();
    message[2] = minus;
    let signature = world.secrets[1].sign(&world.batch.domain.separator(), &message);
    let mut state = Anarchy::of(&world.ledger);
    let mut step = state.clone().step(&SignedTransfer { signature, ..positive.clone() });
    let sender = step.sender.slot.clone();
    state.tree.set(positive.transfer.from, debited(&sender, minus + positive.transfer.fee.value().element()));
    step.receiver.path = state.tree.path(positive.transfer.to);
    let inputs = Forgery::of(&world.batch, &step).with(&stage.wires.transfer.amount, &[minus]);
    let mut table = stage.table(&Gap::default(), inputs.0);
    stage.dies_only_by(&Gap::constraints(VALUE, [AMOUNT_RANGE]), &table);
    spill(&mut table, stage.row(VALUE, 0), AMOUNT_DIGITS, minus);
    stage.dies_only_by(&Gap::constraints(VALUE, [AMOUNT_TOP]), &table);
}

/// The code that was signed says 3, and 0 is taken.
#[test]
fn fee_other_than_its_code() {
    let world = world();
    let stage = single();
    let signed = honest(&world);
    let step = Anarchy::of(&world.ledger).step(&sign(&world, Transfer { fee: NO_FEE, ..signed.transfer }));
    let row = stage.row(VALUE, 0);
    let mut honest = Anarchy::of(&world.ledger);
    let mut liar = Liar::new(stage.subject(), &Forgery::of(&world.batch, &honest.step(&signed)).0).unwrap();
    let rest = step.sender.slot.balance.element() - signed.transfer.amount.element();
    let mut lies =
        vec![(Target::wire(row, value::FEE), F::ZERO), (Target::wire(row, value::SENDER_BALANCE_NEXT), rest)];
    let mut digits = liar.table().clone();
    spill(&mut digits, row, BALANCE_DIGITS, rest);
    lies.extend(BALANCE_DIGITS.map(|column| (Target::wire(row, column), digits.get(Target::wire(row, column)))));
    // The receiver stands in the tree that the larger balance leaves behind.
    lies.extend(receiver_path(&step.receiver.path));
    liar.tell(&lies).unwrap_err();
    stage.dies_only_by(&Gap::constraints(VALUE, [FEE_VALUE]), liar.table());
}

/// All that a slot has, sent to itself: valid, and nothing changes but the nonce.
#[test]
fn self_transfer_of_everything() {
    let world = world();
    let everything = Transfer { to: slot(1, 0), amount: amount(1_000_000_000), fee: NO_FEE, ..honest(&world).transfer };
    let signed = sign(&world, everything);
    assert_eq!(native(&world, &signed), None);
    single().accepts(&filled(&world, &signed));
}

/// The same, with the receiver read from the tree *before* the debit: the slot has twice as much, and its old nonce.
#[test]
fn self_transfer_credited_twice() {
    let world = world();
    let stage = single();
    let everything = Transfer { to: slot(1, 0), amount: amount(1_000_000_000), fee: NO_FEE, ..honest(&world).transfer };
    let signed = sign(&world, everything);
    let state = Anarchy::of(&world.ledger);
    let step = Step { sender: state.open(signed.transfer.from), receiver: state.open(signed.transfer.to), signed };
    let gap = stage.copies("sequence", |_| true);
    let table = stage.table(&gap, Forgery::of(&world.batch, &step).0);
    stage.dies_only_by(&gap, &table);
    let mut rich = state.clone();
    rich.credit(everything.to, everything.amount);
    let at = stage.circuit().prover_only.public_inputs.len() - 8;
    assert_eq!(table.public_inputs()[at..at + 4], rich.tree.root().0);
}

#[test]
fn token_mismatch() {
    let world = world();
    let stage = single();
    // A billion of token 0 becomes a billion of token 1.
    let signed = sign(&world, Transfer { to: slot(1, 1), ..honest(&world).transfer });
    assert_eq!(native(&world, &signed), Some(Rule::T4));
    let gap = stage.copies("token", |_| true);
    let step = Anarchy::of(&world.ledger).step(&signed);
    stage.dies_only_by(&gap, &stage.table(&gap, Forgery::of(&world.batch, &step).0));
}

/// A thief signs with a key of his own for a slot that is not his: the owner's key would have to be another than that
/// in the leaf.
#[test]
fn another_s_slot() {
    let world = world();
    let stage = single();
    let thief = &world.secrets[3];
    let transfer = Transfer { to: slot(3, 0), ..honest(&world).transfer };
    let signed = transfer.sign(&world.batch.domain, thief);
    assert_eq!(native(&world, &signed), Some(Rule::T1));
    let step = Anarchy::of(&world.ledger).step(&signed);
    let victim = step.sender.slot.owner.key();
    let point = thief.public_key().point();
    let coordinates: Vec<F> = point.x.0.into_iter().chain(point.y.0).collect();
    // The four words of the key, in the leaf before and the leaf after.
    let row = stage.row_of("owner key", POSEIDON);
    let gap = stage.copies("sender", |copy| matches!(copy.left, Target::Wire(wire) if wire.row == row));
    let inputs = Forgery::of(&world.batch, &step)
        .with(&stage.wires.transfer.public_key, &coordinates)
        .with_loose(&stage.loose_ends(&gap), &[victim.0, victim.0].concat());
    stage.dies_only_by(&gap, &stage.table(&gap, inputs.0));
    let words: Vec<F> = point.x.0.into_iter().chain(step.sender.slot.owner.l1_address.elements()).collect();
    assert_ne!(hash(Tag::Key, &words), victim);
}
