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
fn sums(ledger: &Ledger) -> BTreeMap<Token, u64> {
    let mut sums = BTreeMap::new();
    for (_, slot) in ledger.slots() {
        *sums.entry(slot.token).or_insert(0) += slot.balance.get();
    }
    sums
}

/// Checks all that is promised of the pieces of a batch.
fn check(trace: &Trace, before: &Ledger, after: &Ledger, capacity: usize) {
    let whole = trace.statement();
    let pieces: Vec<Trace> = trace.cut(capacity).unwrap().collect();
    assert_eq!(pieces.len(), trace.transfers().len().div_ceil(capacity));
    let (mut root, mut data, mut count) = (whole.old_root, whole.data_in, 0);
    let mut ledger = before.clone();
    let mut credited = [0; LANES];
    for (i, piece) in pieces.iter().enumerate() {
        let statement = piece.statement();
        assert_eq!((statement.old_root, statement.data_in), (root, data), "piece {i} starts where the last one ended");
        let common = |s: &Statement| (s.version, s.domain, s.batch, s.fees);
        assert_eq!(common(statement), common(whole));
        assert_eq!(statement.count as usize, piece.transfers().len());
        assert!(statement.count as usize == capacity || i + 1 == pieces.len(), "piece {i} is full or the last");
        assert_eq!(piece.steps().len(), piece.transfers().len());
        // A piece is the batch that one gets by applying it: to the whole ledger, of which it knew a part.
        let alone = ledger.apply(trace.batch(), piece.transfers()).unwrap();
        assert_eq!((alone.steps(), alone.roots(), alone.credits()), (piece.steps(), piece.roots(), piece.credits()));
        assert_eq!(ledger.root(), statement.new_root);
        assert_eq!(sums(&ledger), sums(before), "value is conserved");
        for (sum, credit) in credited.iter_mut().zip(piece.credits()) {
            *sum += credit.as_ref().map_or(0, |credit| credit.sum.get());
        }
        (root, data, count) = (statement.new_root, statement.data_out, count + statement.count);
    }
    assert_eq!((root, data, count), (whole.new_root, whole.data_out, whole.count));
    assert_eq!(&ledger, after, "the last ledger is the batch's");
    let at_once = trace.credits().each_ref().map(|credit| credit.as_ref().map_or(0, |credit| credit.sum.get()));
    assert_eq!(credited, at_once);
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
    // In the batch the lane's slot never sees its fees; in pieces it does. The pieces end alike all the same.
    let first = trace.cut(4).unwrap().next().unwrap();
    let whole_at = |place: usize| trace.steps()[place].sender.slot.balance;
    let pieces: Vec<Trace> = trace.cut(4).unwrap().collect();
    assert_eq!(first.steps()[1].sender.slot.balance, whole_at(1));
    assert!(pieces[1].steps()[1].sender.slot.balance > whole_at(5));
}

/// The other way round does not hold: pieces may spend what the batch may not. So a prover can prove in pieces what the
/// ledger refuses as one batch; nobody loses by it, and the sums are the same.
#[test]
fn pieces_may_spend_fees_of_earlier_pieces() {
    let paying = |nonce| sign(Transfer { fee: fee(5), nonce: Nonce::new(nonce), ..transfer(0, 1, 1) });
    let earned = 4 * fee(5).value().get();
    let mut transfers: Vec<SignedTransfer> = (0..4).map(paying).collect();
    transfers.push(sign(transfer(9, 1, earned)));

    let mut ledger = world();
    let refused = ledger.apply(&batch(), &transfers).unwrap_err();
    assert!(matches!(refused, BatchError::Transfer { index: 4, error: RuleError::Insolvent { .. } }));
    for piece in transfers.chunks(4) {
        ledger.apply(&batch(), piece).unwrap();
    }
    assert_eq!(sums(&ledger), sums(&world()));
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
    let (trace, ..) = applied(&through_the_lane(4));
    let pieces: Vec<Trace> = trace.cut(4).unwrap().collect();
    assert_eq!(pieces, [trace]);
}

#[test]
fn a_piece_can_be_cut_again() {
    let (trace, ..) = applied(&through_the_lane(21));
    let finer = |trace: &Trace| trace.cut(4).unwrap().collect::<Vec<_>>();
    let twice: Vec<Trace> = trace.cut(8).unwrap().flat_map(|piece| finer(&piece)).collect();
    assert_eq!(twice, finer(&trace));
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
            // Kept if the batch is still valid with it: fees come at the end of the whole.
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
