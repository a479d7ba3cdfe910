//! Pieces chain, and join to the batch that they were cut from.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    amount::Amount,
    batch::LANES,
    index::{Nonce, SlotIndex, Token},
    ledger::BatchError,
    rules::RuleError,
    testing::{batch, fee, index, sign, transfer, world},
    transfer::{SignedTransfer, Transfer},
};

/// A batch on the world of the tests, the ledger before and after it.
fn applied(transfers: &[SignedTransfer]) -> (Trace, Ledger, Ledger) {
    let before = world();
    let mut after = before.clone();
    let trace = after.apply(&batch(), transfers).unwrap();
    (trace, before, after)
}

/// What the slots of each token hold together.
fn sums_of(ledger: &Ledger) -> BTreeMap<Token, u64> {
    let mut sums = BTreeMap::new();
    for (_, slot) in ledger.slots() {
        *sums.entry(slot.token).or_insert(0) += slot.balance.get();
    }
    sums
}

/// Checks all that is promised of the pieces of a batch.
fn check(trace: &Trace, before: &Ledger, after: &Ledger, capacity: usize) {
    let (whole, lanes) = (trace.statement(), &trace.batch().lanes);
    let pieces: Vec<Piece> = trace.cut(capacity).unwrap().collect();
    assert_eq!(pieces.len(), trace.transfers().len().div_ceil(capacity));
    let (mut root, mut data, mut fees) = (whole.old_root, whole.data_in, lanes.open_digest(&[Amount::ZERO; LANES]));
    let (mut sums, mut done) = ([0; LANES], 0);
    for (i, piece) in pieces.iter().enumerate() {
        let statement = piece.statement();
        let starts = (statement.old_root, statement.data_in, statement.fees_in);
        assert_eq!(starts, (root, data, fees), "piece {i} starts where the last one ended");
        assert_eq!((statement.version, statement.domain, statement.batch), (whole.version, whole.domain, whole.batch));
        let (count, last) = (piece.steps().len(), i + 1 == pieces.len());
        assert_eq!(statement.count as usize, count);
        assert!(count == capacity || last, "piece {i} is full or the last");

        // A piece is a part of the batch: the very steps, and nothing credited in between.
        assert_eq!(piece.steps(), &trace.steps()[done..done + count]);
        assert_eq!(piece.roots(), &trace.roots()[done..=done + count]);
        assert_eq!(piece.sums().map(Amount::get), sums);
        for step in piece.steps() {
            if let Some(lane) = lanes.lane_of(step.sender.slot.token) {
                sums[lane] += step.signed.transfer.fee.value().get();
            }
        }
        let closed = sums.map(|sum| Amount::new(sum).unwrap());
        assert_eq!(piece.is_last(), last);
        if last {
            assert_eq!((piece.credits(), statement.fees_out), (trace.credits(), whole.fees));
        } else {
            assert_eq!((&statement.new_root, statement.fees_out), (&piece.roots()[count], lanes.open_digest(&closed)));
            for (lane, credit) in lanes.lanes().iter().zip(piece.credits()) {
                assert_eq!(lane.is_some(), credit.as_ref().is_some_and(|credit| credit.sum == Amount::ZERO));
                // The lane's slot is opened all the same: its token is known.
                assert!(credit.as_ref().is_none_or(|c| c.opening.root(c.lane.slot) == statement.new_root));
            }
        }
        (root, data, fees, done) = (statement.new_root, statement.data_out, statement.fees_out, done + count);
    }
    let joined = pieces.iter().map(|piece| piece.statement().clone()).reduce(|joined, next| joined.joined(&next));
    assert_eq!(&joined.unwrap().of_batch(), whole);
    assert_eq!(root, after.root(), "the last root is the batch's");
    assert_eq!(sums_of(after), sums_of(before), "value is conserved");
}

/// `count` transfers with fees from one slot of token 1 to another, of which the second is the fee lane's, and sends on.
fn through_the_lane(count: u32) -> Vec<SignedTransfer> {
    let there = |nonce| Transfer { fee: fee(2), nonce: Nonce::new(nonce), ..transfer(0, 9, 5) };
    let back = |nonce| Transfer { fee: fee(1), nonce: Nonce::new(nonce), ..transfer(9, 1, 4) };
    (0..count).map(|i| sign(if i % 2 == 0 { there(i / 2) } else { back(i / 2) })).collect()
}

#[test]
fn a_lane_s_slot_may_send() {
    let (trace, before, after) = applied(&through_the_lane(25));
    for capacity in [4, 8, 24, 28] {
        check(&trace, &before, &after, capacity);
    }
}

/// What an earlier piece has earned no later one spends: to cut a batch makes no other of it.
#[test]
fn no_piece_spends_fees_of_earlier_pieces() {
    let paying = |nonce| sign(Transfer { fee: fee(5), nonce: Nonce::new(nonce), ..transfer(0, 1, 1) });
    let earned = 4 * fee(5).value().get();
    let (trace, ..) = applied(&[0, 1, 2, 3, 4].map(paying));
    let pieces: Vec<Piece> = trace.cut(4).unwrap().collect();
    let lane = trace.batch().lanes.lane_of(Token::new(1)).unwrap();
    assert_eq!(pieces[1].sums()[lane].get(), earned);
    let opened = pieces[1].credits()[lane].as_ref().unwrap();
    assert_eq!((opened.opening.slot.balance, opened.sum.get()), (Amount::ZERO, earned + fee(5).value().get()));

    let mut transfers: Vec<SignedTransfer> = (0..4).map(paying).collect();
    transfers.push(sign(transfer(9, 1, earned)));
    let refused = world().apply(&batch(), &transfers).unwrap_err();
    assert!(matches!(refused, BatchError::Transfer { index: 4, error: RuleError::Insolvent { .. } }));
    // As two batches it would do.
    let mut ledger = world();
    transfers.chunks(4).for_each(|part| drop(ledger.apply(&batch(), part).unwrap()));
}

#[test]
fn each_boundary_of_a_piece() {
    for count in [1, 3, 4, 5, 7, 8, 9, 12, 13] {
        let (trace, before, after) = applied(&through_the_lane(count));
        for capacity in [4, 8, 12] {
            check(&trace, &before, &after, capacity);
        }
    }
}

#[test]
fn a_batch_that_fits_is_one_piece() {
    for count in [1, 3, 4] {
        let (trace, ..) = applied(&through_the_lane(count));
        let pieces: Vec<Piece> = trace.cut(4).unwrap().collect();
        assert_eq!(pieces, [trace.piece()]);
        assert_eq!(&trace.piece().statement().of_batch(), trace.statement());
    }
}

#[test]
fn other_capacities_are_refused() {
    let (trace, ..) = applied(&through_the_lane(4));
    for capacity in [0, 1, 2, 3, 5, 6, 511] {
        assert_eq!(trace.cut(capacity).unwrap_err(), CapacityError { capacity });
    }
}

#[test]
fn pieces_are_counted_before_they_are_made() {
    let (trace, ..) = applied(&through_the_lane(9));
    let mut pieces = trace.cut(4).unwrap();
    for left in [3, 2, 1] {
        assert_eq!(pieces.len(), left);
        pieces.next().unwrap();
    }
    assert_eq!((pieces.len(), pieces.next()), (0, None));
}

/// What a trace keeps is what the batch touches, and not the ledger.
#[test]
fn a_trace_keeps_what_it_touches() {
    let (trace, before, _) = applied(&through_the_lane(4));
    let kept: Vec<SlotIndex> = trace.before().slots().map(|(index, _)| index).collect();
    assert_eq!(kept, [0, 1, 9, (1 << 24) - 1].map(index));
    assert_eq!(trace.before().root(), before.root());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Random valid batches among the slots of two tokens, with fees, self-transfers and transfers to and from the lanes.
    #[test]
    fn pieces_join_to_the_batch(
        intents in prop::collection::vec((0..6usize, 0..6usize, 0..40u64, 0..6u16), 1..30),
        blocks in 1..4usize,
    ) {
        let mut ledger = world();
        let slots: [&[u32]; 2] = [&[0, 1, 9], &[2, 3, (1 << 24) - 1]];
        let mut transfers = Vec::new();
        let mut nonces = BTreeMap::new();
        let mut scratch = ledger.clone();
        for (from, to, units, code) in intents {
            let among = slots[from % 2];
            let (from, to) = (among[from / 2], among[to / 2]);
            let nonce = nonces.entry(from).or_insert(0);
            let order = Transfer { fee: fee(code), nonce: Nonce::new(*nonce), amount: Amount::new(units).unwrap(), ..transfer(from, to, 0) };
            transfers.push(sign(order));
            // Kept if the batch is still valid with it.
            scratch.clone_from(&ledger);
            match scratch.apply(&batch(), &transfers) {
                Ok(_) => *nonce += 1,
                Err(_) => drop(transfers.pop()),
            }
        }
        prop_assume!(!transfers.is_empty());
        let before = ledger.clone();
        let trace = ledger.apply(&batch(), &transfers).unwrap();
        check(&trace, &before, &ledger, 4 * blocks);
    }
}
