//! # Which transfers break a rule
//!
//! A batch applies whole or not at all. Whoever collects transfers from strangers wants to know beforehand which ones
//! to leave out: [`Ledger::refused`] applies them one by one, passes over each that breaks a rule, and then puts
//! everything back. The others, in their order, apply as a batch, because what a transfer does depends only on those
//! before it that were not passed over.

use super::{Journal, LaneError, Ledger};
use crate::{batch::Batch, rules::RuleError, transfer::SignedTransfer};

/// A transfer that breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the list, from zero.
    pub index: usize,
    /// The rule, with what was expected and got.
    pub error: RuleError,
}

impl Ledger {
    /// Those of `transfers` that break a rule of `batch`, each judged after those before it that break none. The
    /// ledger stays as it is.
    ///
    /// # Errors
    /// A fee lane leads nowhere.
    pub fn refused<'a>(
        &mut self,
        batch: &Batch,
        transfers: impl IntoIterator<Item = &'a SignedTransfer>,
    ) -> Result<Vec<Refused>, LaneError> {
        self.check_lanes(&batch.lanes)?;
        let mut journal = Journal::new();
        let mut refused = Vec::new();
        for (index, signed) in transfers.into_iter().enumerate() {
            if let Err(error) = self.step(batch, signed, &mut journal) {
                refused.push(Refused { index, error });
            }
        }
        self.roll_back(journal);
        Ok(refused)
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

    #[test]
    fn the_refused_ones_are_named_and_nothing_changes() {
        let mut ledger = world();
        let refused = ledger.refused(&batch(), &list()).unwrap();
        let named: Vec<_> = refused.iter().map(|refused| (refused.index, refused.error.rule())).collect();
        assert_eq!(named, [(1, Rule::T1), (2, Rule::T3), (3, Rule::T2), (6, Rule::T2)]);
        assert_eq!(ledger, world());
    }

    #[test]
    fn the_others_are_a_batch() {
        let mut ledger = world();
        let list = list();
        let refused = ledger.refused(&batch(), &list).unwrap();
        let is_left = |index: &usize| refused.iter().all(|refused| refused.index != *index);
        let rest: Vec<_> = (0..list.len()).filter(is_left).map(|index| list[index].clone()).collect();
        assert_eq!(ledger.apply(&batch(), &rest).unwrap().steps().len(), 3);
        assert!(world().refused(&batch(), &rest).unwrap().is_empty());
    }

    #[test]
    fn a_lane_that_leads_nowhere_is_told() {
        let mut ledger = Ledger::new();
        assert!(matches!(ledger.refused(&batch(), &list()), Err(LaneError::MissingSlot { lane: 1, .. })));
    }
}
