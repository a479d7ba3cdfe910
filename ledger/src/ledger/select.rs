//! # Which transfers break a rule
//!
//! A batch applies whole or not at all. An operator who collects transfers from strangers wants to
//! know beforehand which ones to leave out. A [`Selection`] takes them one by one, as they come,
//! and refuses each that breaks a rule; when it is dropped, everything is put back. Those that it
//! has taken, in their order, apply as a batch, because what a transfer does depends only on those
//! before it that were taken.

use std::mem;

use super::{Journal, LaneError, Ledger};
use crate::{batch::Batch, rules::RuleError, transfer::SignedTransfer};

/// Transfers that are being chosen for a batch. The ledger is as it was when this is dropped.
#[derive(Debug)]
pub struct Selection<'a> {
    ledger: &'a mut Ledger,
    batch: Batch,
    journal: Journal,
}

impl Ledger {
    /// Begins to choose transfers for a batch.
    ///
    /// # Errors
    /// A fee lane leads nowhere.
    pub fn select(&mut self, batch: Batch) -> Result<Selection<'_>, LaneError> {
        self.check_lanes(&batch.lanes)?;
        Ok(Selection { ledger: self, batch, journal: Journal::new() })
    }
}

impl Selection<'_> {
    /// Takes a transfer, after those that were taken before.
    ///
    /// # Errors
    /// It breaks a rule, and is not taken.
    pub fn take(&mut self, signed: &SignedTransfer) -> Result<(), RuleError> {
        self.ledger.step(&self.batch, signed, &mut self.journal).map(drop)
    }
}

impl Drop for Selection<'_> {
    fn drop(&mut self) {
        self.ledger.roll_back(mem::take(&mut self.journal));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Nonce, Transfer,
        rules::Rule,
        testing::{batch, fee, sign, transfer, world},
    };

    /// With the fee of the first, the owner of slot 9 could pay for the third: but only after the batch.
    fn list() -> Vec<SignedTransfer> {
        let mut forged = sign(transfer(2, 3, 1));
        forged.transfer.nonce = Nonce::new(0);
        forged.transfer.amount = crate::testing::amount(2);
        vec![
            sign(Transfer { fee: fee(5), ..transfer(0, 1, 100) }),
            forged,
            sign(transfer(9, 0, 5)),
            // Again the first one, whose nonce is used up; then the one after it.
            sign(Transfer { fee: fee(5), ..transfer(0, 1, 100) }),
            sign(Transfer { nonce: Nonce::new(1), ..transfer(0, 1, 895) }),
            // What slot 1 has just been sent, and nothing is left in slot 0.
            sign(transfer(1, 0, 1045)),
            sign(Transfer { nonce: Nonce::new(3), ..transfer(0, 1, 1) }),
        ]
    }

    /// Those that break a rule, by their place, and those that break none.
    fn split(ledger: &mut Ledger, list: &[SignedTransfer]) -> (Vec<(usize, Rule)>, Vec<SignedTransfer>) {
        let mut selection = ledger.select(batch()).unwrap();
        let (mut refused, mut taken) = (Vec::new(), Vec::new());
        for (index, signed) in list.iter().enumerate() {
            match selection.take(signed) {
                Ok(()) => taken.push(signed.clone()),
                Err(error) => refused.push((index, error.rule())),
            }
        }
        (refused, taken)
    }

    #[test]
    fn the_refused_ones_are_named_and_nothing_changes() {
        let mut ledger = world();
        let (refused, _) = split(&mut ledger, &list());
        assert_eq!(refused, [(1, Rule::T1), (2, Rule::T3), (3, Rule::T2), (6, Rule::T2)]);
        assert_eq!(ledger, world());
    }

    #[test]
    fn the_others_are_a_batch() {
        let mut ledger = world();
        let (_, rest) = split(&mut ledger, &list());
        assert_eq!(ledger.apply(&batch(), &rest).unwrap().steps().len(), 3);
        assert_eq!(split(&mut world(), &rest), (Vec::new(), rest));
    }

    #[test]
    fn a_lane_that_leads_nowhere_is_told() {
        let mut ledger = Ledger::new();
        assert!(matches!(ledger.select(batch()), Err(LaneError::MissingSlot { lane: 1, .. })));
    }
}
