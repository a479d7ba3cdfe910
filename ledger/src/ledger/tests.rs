//! Each rule on its own; then the corners: atomicity, fees, self-transfers, exact balances, creation, state.

use super::*;
use crate::{
    index::{BatchNumber, Expiry},
    rules::Rule,
    testing::{DOMAIN, MISSING, SLOTS, amount, batch, fee, index, key, owner, sign, transfer, world},
    tree::empty_leaf,
};

fn balance(ledger: &Ledger, slot: u32) -> u64 {
    ledger.slot(index(slot)).unwrap().balance.get()
}

/// The sum of all balances by token, taken from the slots.
fn sums(ledger: &Ledger) -> BTreeMap<Token, u128> {
    let mut sums = BTreeMap::new();
    for (_, slot) in ledger.slots() {
        *sums.entry(slot.token).or_default() += u128::from(slot.balance.get());
    }
    sums
}

/// Applies one batch to the world, and checks that the state is conserved or untouched.
fn apply(batch: &Batch, transfers: &[SignedTransfer]) -> (Ledger, Result<Trace, BatchError>) {
    let mut ledger = world();
    let result = ledger.apply(batch, transfers);
    assert_eq!(sums(&ledger), sums(&world()), "value is conserved");
    if result.is_err() {
        assert_eq!(ledger, world(), "a refused batch changes nothing");
    }
    (ledger, result)
}

fn refused(batch: &Batch, signed: SignedTransfer) -> RuleError {
    match apply(batch, &[signed]).1 {
        Err(BatchError::Transfer { index: 0, error }) => error,
        other => panic!("expected a broken rule, got {other:?}"),
    }
}

#[test]
fn each_rule_bites() {
    let good = Transfer { fee: fee(5), expiry: Expiry::new(7), ..transfer(0, 1, 100) };
    assert!(apply(&batch(), &[sign(good)]).1.is_ok());

    let mut forged = sign(good);
    forged.transfer.amount = amount(101);
    let other_domain = crate::Domain::new([1; 32]);
    let rich = Transfer { amount: amount(1001 - 5), ..good };
    let cases = [
        (good.sign(&DOMAIN, key(1)), RuleError::BadSignature),
        (forged, RuleError::BadSignature),
        (
            sign(Transfer { nonce: Nonce::new(1), ..good }),
            RuleError::StaleNonce { expected: Nonce::new(0), got: Nonce::new(1) },
        ),
        (sign(rich), RuleError::Insolvent { balance: amount(1000), needed: 1001 }),
        (sign(transfer(0, 2, 1)), RuleError::TokenMismatch { sender: Token::new(1), receiver: Token::new(2) }),
        (sign(transfer(0, MISSING, 1)), RuleError::MissingSlot { slot: index(MISSING) }),
        (transfer(MISSING, 0, 1).sign(&DOMAIN, key(0)), RuleError::MissingSlot { slot: index(MISSING) }),
        (
            sign(Transfer { expiry: Expiry::new(6), ..good }),
            RuleError::Expired { expiry: Expiry::new(6), batch: BatchNumber::new(7).unwrap() },
        ),
        (good.sign(&other_domain, key(0)), RuleError::WrongDomain { expected: DOMAIN, got: other_domain }),
        (sign(Transfer { fee: fee(1), ..transfer(7, 8, 1) }), RuleError::FeeTokenRefused { token: Token::new(3) }),
    ];
    let mut broken = Vec::new();
    for (signed, expected) in cases {
        let error = refused(&batch(), signed);
        assert_eq!(error, expected);
        broken.push(error.rule());
    }
    // T7 has its own test below; T9 cannot be broken.
    broken.extend([Rule::T7, Rule::T9]);
    broken.sort();
    broken.dedup();
    assert_eq!(broken, Rule::ALL);
}

#[test]
fn a_changed_domain_label_does_not_pass_for_a_signature() {
    let other_domain = crate::Domain::new([1; 32]);
    let mut relabelled = transfer(0, 1, 1).sign(&other_domain, key(0));
    relabelled.domain = DOMAIN;
    assert_eq!(refused(&batch(), relabelled), RuleError::BadSignature);
}

#[test]
fn the_last_nonce_is_never_used() {
    let mut slots: BTreeMap<SlotIndex, Slot> = world().slots().map(|(index, slot)| (index, slot.clone())).collect();
    slots.get_mut(&index(0)).unwrap().nonce = Nonce::new(u32::MAX - 1);
    let mut ledger = Ledger::from_state(&State::new(batch(), slots)).unwrap();

    let last = Transfer { nonce: Nonce::new(u32::MAX - 1), ..transfer(0, 1, 1) };
    ledger.apply(&batch(), &[sign(last)]).unwrap();
    assert_eq!(ledger.slot(index(0)).unwrap().nonce, Nonce::MAX);

    let before = ledger.clone();
    let beyond = Transfer { nonce: Nonce::MAX, ..transfer(0, 1, 1) };
    let error = ledger.apply(&batch(), &[sign(beyond)]).unwrap_err();
    let out_of_range = RuleError::OutOfRange(Nonce::MAX.next().unwrap_err());
    assert_eq!(error, BatchError::Transfer { index: 0, error: out_of_range });
    assert_eq!(out_of_range.rule(), Rule::T7);
    assert_eq!(ledger, before);
}

#[test]
fn rules_are_checked_in_their_documented_order() {
    // A transfer that breaks every rule, repaired in one point after another.
    let stranger = crate::Domain::new([1; 32]);
    let mut bad = Transfer {
        from: index(7),
        to: index(MISSING),
        amount: amount(11),
        fee: fee(1),
        nonce: Nonce::new(5),
        expiry: Expiry::new(6),
    };
    let mut seen = vec![refused(&batch(), bad.sign(&stranger, key(0))).rule()];
    seen.push(refused(&batch(), bad.sign(&DOMAIN, key(0))).rule());
    bad.to = index(2);
    seen.push(refused(&batch(), bad.sign(&DOMAIN, key(0))).rule());
    seen.push(refused(&batch(), sign(bad)).rule());
    bad.nonce = Nonce::new(0);
    seen.push(refused(&batch(), sign(bad)).rule());
    bad.expiry = Expiry::new(7);
    seen.push(refused(&batch(), sign(bad)).rule());
    bad.to = index(8);
    seen.push(refused(&batch(), sign(bad)).rule());
    bad.fee = fee(0);
    seen.push(refused(&batch(), sign(bad)).rule());
    bad.amount = amount(10);
    assert!(apply(&batch(), &[sign(bad)]).1.is_ok());
    assert_eq!(seen, [Rule::T8, Rule::T5, Rule::T1, Rule::T2, Rule::T6, Rule::T4, Rule::T10, Rule::T3]);
}

#[test]
fn a_batch_is_all_or_nothing() {
    // The third transfer reads what the first two wrote: its receiver could not pay otherwise.
    let steps = [
        sign(Transfer { fee: fee(10), ..transfer(0, 1, 900) }),
        sign(Transfer { fee: fee(1), ..transfer(2, 3, 300) }),
        sign(transfer(1, 0, 950)),
    ];
    let (ledger, result) = apply(&batch(), &steps);
    result.unwrap();
    assert_eq!((balance(&ledger, 0), balance(&ledger, 1)), (1040, 0));

    let overdraft = sign(Transfer { nonce: Nonce::new(1), ..transfer(1, 0, 1) });
    let spoiled: Vec<_> = steps.into_iter().chain([overdraft]).collect();
    let (_, result) = apply(&batch(), &spoiled);
    let error = RuleError::Insolvent { balance: Amount::ZERO, needed: 1 };
    assert_eq!(result, Err(BatchError::Transfer { index: 3, error }));
}

#[test]
fn a_replayed_transfer_is_stale() {
    let once = sign(transfer(0, 1, 1));
    let (_, result) = apply(&batch(), &[once.clone(), once]);
    let error = RuleError::StaleNonce { expected: Nonce::new(1), got: Nonce::new(0) };
    assert_eq!(result, Err(BatchError::Transfer { index: 1, error }));
}

#[test]
fn empty_batches_are_refused_by_name() {
    assert_eq!(apply(&batch(), &[]).1, Err(BatchError::Empty));
}

#[test]
fn lanes_must_lead_to_slots_of_their_token() {
    let lane = |token, slot| Some(FeeLane { token: Token::new(token), slot: index(slot) });
    let with = |lanes| Batch { lanes: FeeLanes::new(lanes).unwrap(), ..batch() };
    // Refused before any transfer is looked at.
    let bad = [transfer(0, MISSING, 1).sign(&DOMAIN, key(3))];
    let (_, result) = apply(&with([None, lane(1, MISSING), None, None]), &bad);
    assert_eq!(result, Err(LaneError::MissingSlot { lane: 1, slot: index(MISSING) }.into()));
    let (_, result) = apply(&with([lane(1, 9), lane(3, 9), None, None]), &bad);
    let error = LaneError::TokenMismatch { lane: 1, expected: Token::new(3), got: Token::new(1) };
    assert_eq!(result, Err(error.into()));
}

#[test]
fn fees_are_credited_at_the_end_by_lane() {
    let steps = [
        sign(Transfer { fee: fee(10), ..transfer(0, 1, 100) }),
        sign(Transfer { fee: fee(256 + 2), ..transfer(2, 3, 50) }),
        sign(Transfer { fee: fee(3), ..transfer(1, 0, 0) }),
        sign(transfer(7, 8, 4)),
        // Zero times anything is no fee: it needs no lane.
        sign(Transfer { fee: fee(3 << 8), ..transfer(8, 7, 0) }),
    ];
    let (ledger, result) = apply(&batch(), &steps);
    let trace = result.unwrap();
    assert_eq!((balance(&ledger, 9), balance(&ledger, (1 << 24) - 1)), (13, 205));
    let sums = trace.credits().each_ref().map(|credit| credit.as_ref().map(|credit| credit.sum.get()));
    assert_eq!(sums, [None, Some(13), None, Some(200)]);
}

#[test]
fn fees_of_a_batch_cannot_be_spent_in_it() {
    let pay = sign(Transfer { fee: fee(10), ..transfer(0, 1, 1) });
    let spend = sign(transfer(9, 0, 10));
    let (_, result) = apply(&batch(), &[pay, spend]);
    let error = RuleError::Insolvent { balance: Amount::ZERO, needed: 10 };
    assert_eq!(result, Err(BatchError::Transfer { index: 1, error }));
}

#[test]
fn the_operator_may_send_from_and_to_its_lane() {
    let steps = [
        sign(Transfer { fee: fee(1), ..transfer((1 << 24) - 1, 2, 4) }),
        sign(Transfer { fee: fee(7), ..transfer(2, (1 << 24) - 1, 100) }),
    ];
    let (ledger, result) = apply(&batch(), &steps);
    let trace = result.unwrap();
    assert_eq!((balance(&ledger, 2), balance(&ledger, (1 << 24) - 1)), (597, 108));
    let credit = trace.credits()[3].as_ref().unwrap();
    assert_eq!((credit.opening.slot.balance, credit.sum), (amount(100), amount(8)));
}

#[test]
fn whole_balances_and_one_more() {
    // Exactly all of it, with and without a fee.
    let (ledger, result) = apply(&batch(), &[sign(transfer(0, 1, 1000))]);
    result.unwrap();
    assert_eq!((balance(&ledger, 0), balance(&ledger, 1)), (0, 1050));
    let (ledger, result) = apply(&batch(), &[sign(Transfer { fee: fee(1), ..transfer(0, 1, 999) })]);
    result.unwrap();
    assert_eq!(balance(&ledger, 0), 0);
    // One too many, in the amount or in the fee.
    for transfer in [transfer(0, 1, 1001), Transfer { fee: fee(1), ..transfer(0, 1, 1000) }] {
        let error = RuleError::Insolvent { balance: amount(1000), needed: 1001 };
        assert_eq!(refused(&batch(), sign(transfer)), error);
    }
    // The largest numbers that the types hold do not wrap.
    let largest = Transfer { amount: Amount::MAX, fee: crate::FeeCode::MAX, ..transfer(0, 1, 0) };
    assert_eq!(refused(&batch(), sign(largest)).rule(), Rule::T3);
}

#[test]
fn self_transfers_and_nothing() {
    // The whole balance to oneself: only the nonce moves.
    let (ledger, result) = apply(&batch(), &[sign(transfer(0, 0, 1000))]);
    let trace = result.unwrap();
    assert_eq!(balance(&ledger, 0), 1000);
    assert_eq!(ledger.slot(index(0)).unwrap().nonce, Nonce::new(1));
    assert_eq!(trace.steps()[0].receiver.slot.balance, Amount::ZERO);
    // With a fee, one pays the fee only, but must hold amount and fee.
    let (ledger, result) = apply(&batch(), &[sign(Transfer { fee: fee(1), ..transfer(0, 0, 999) })]);
    result.unwrap();
    assert_eq!((balance(&ledger, 0), balance(&ledger, 9)), (999, 1));
    let overdraft = Transfer { fee: fee(1), ..transfer(0, 0, 1000) };
    assert_eq!(refused(&batch(), sign(overdraft)).rule(), Rule::T3);
    // Nothing, from an empty slot.
    let (ledger, result) = apply(&batch(), &[sign(transfer(3, 2, 0))]);
    result.unwrap();
    assert_eq!(ledger.slot(index(3)).unwrap().nonce, Nonce::new(1));
}

#[test]
fn expiry_counts_the_last_valid_batch() {
    for (number, is_valid) in [(1, true), (7, true), (8, false), (u32::MAX, false)] {
        let batch = Batch { number: BatchNumber::new(number).unwrap(), ..batch() };
        let signed = sign(Transfer { expiry: Expiry::new(7), ..transfer(0, 1, 1) });
        assert_eq!(apply(&batch, &[signed]).1.is_ok(), is_valid, "batch {number}");
    }
    let last = Batch { number: BatchNumber::MAX, ..batch() };
    assert!(apply(&last, &[sign(transfer(0, 1, 1))]).1.is_ok());
}

#[test]
fn slots_are_created_once_and_within_the_supply() {
    let mut ledger = world();
    let before = ledger.clone();
    let taken = ledger.create(index(0), owner(2), Token::new(9), Amount::ZERO);
    assert_eq!(taken, Err(LedgerError::SlotTaken { slot: index(0) }));
    let token = Token::new(1);
    assert_eq!(ledger.supply(token), amount(1050));
    let added = amount(Amount::MAX.get() - 1049);
    let too_much = ledger.create(index(20), owner(2), token, added);
    assert_eq!(too_much, Err(LedgerError::SupplyTooLarge { token, supply: amount(1050), added }));
    assert_eq!(ledger, before);

    ledger.create(index(20), owner(2), token, amount(Amount::MAX.get() - 1050)).unwrap();
    assert_eq!(ledger.supply(token), Amount::MAX);
    assert_eq!(ledger.slot(index(20)).unwrap().nonce, Nonce::new(0));
    assert_eq!(ledger.supply(Token::new(77)), Amount::ZERO);
    // The whole supply can gather in one slot.
    let gather = Transfer { nonce: Nonce::new(0), ..transfer(0, 20, 1000) };
    ledger.apply(&batch(), &[sign(gather), sign(transfer(1, 20, 50))]).unwrap();
    assert_eq!(ledger.slot(index(20)).unwrap().balance, Amount::MAX);
}

#[test]
fn the_root_is_that_of_the_leaves() {
    assert_eq!(Ledger::new().root(), Tree::new().root());
    let ledger = world();
    let mut tree = Tree::new();
    for (slot, ..) in SLOTS {
        tree.set(index(slot), ledger.slot(index(slot)).unwrap().leaf());
    }
    assert_eq!(ledger.root(), tree.root());
    assert_eq!(ledger.tree().get(index(MISSING)), empty_leaf());
}

#[test]
fn the_statement_says_what_happened() {
    let transfers = [sign(transfer(0, 1, 1)), sign(transfer(1, 0, 2)), sign(transfer(2, 3, 3))];
    let (ledger, result) = apply(&batch(), &transfers);
    let trace = result.unwrap();
    let words: Vec<Transfer> = transfers.iter().map(|signed| signed.transfer).collect();
    let expected = Statement {
        version: 1,
        domain: DOMAIN.separator(),
        batch: 7,
        old_root: world().root(),
        new_root: ledger.root(),
        count: 3,
        fees: batch().lanes.digest(),
        data_in: data::start(),
        data_out: data::absorb_all(data::start(), &words),
    };
    assert_eq!(trace.statement(), &expected);
    assert_eq!(trace.batch(), &batch());
}

#[test]
fn a_state_is_a_ledger() {
    let mut ledger = world();
    ledger.apply(&batch(), &[sign(transfer(0, 1, 1))]).unwrap();
    let state = ledger.state(batch().next().unwrap());
    assert_eq!(state.next().number, BatchNumber::new(8).unwrap());
    assert_eq!(Ledger::from_state(&state), Ok(ledger));
}
