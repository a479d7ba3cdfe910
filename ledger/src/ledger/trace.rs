//! # Traces
//!
//! A trace records how the ledger applied one batch: for each update, the slot as it was and its path at that moment.
//! It holds all that a proof needs, so that proving takes no second look at the ledger. Only
//! [`Ledger::apply`](super::Ledger::apply) makes one: a value of type [`Trace`] *is* a batch that obeys the rules.
//!
//! Within a step the sender is opened on the root before the transfer, and the receiver on the root after the debit.
//! The roots chain: each update leads to the root that the next one starts from.

use crate::{
    amount::Amount,
    batch::{Batch, FeeLane, LANES},
    digest::Digest,
    index::SlotIndex,
    slot::Slot,
    statement::Statement,
    transfer::SignedTransfer,
    tree::Path,
};

/// A slot as it was before an update, with its path, which holds before and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The slot before the update.
    pub slot: Slot,
    /// Its siblings.
    pub path: Path,
}

impl Opening {
    /// The root that the slot is opened on, if it stands at `index`.
    pub fn root(&self, index: SlotIndex) -> Digest {
        self.path.root(self.slot.leaf(), index)
    }
}

/// One applied transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The transfer.
    pub signed: SignedTransfer,
    /// The sender's slot before the transfer.
    pub sender: Opening,
    /// The receiver's slot after the debit, before the credit.
    pub receiver: Opening,
}

/// The fees of one lane, credited at the end of the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The lane.
    pub lane: FeeLane,
    /// The lane's slot before the credit.
    pub opening: Opening,
    /// The sum of the fees that the batch paid in the lane's token; may be zero.
    pub sum: Amount,
}

/// A batch that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    pub(super) batch: Batch,
    pub(super) statement: Statement,
    pub(super) steps: Vec<Step>,
    pub(super) roots: Vec<Digest>,
    pub(super) credits: [Option<Credit>; LANES],
}

impl Trace {
    /// The batch.
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// What a proof of this batch states.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The transfers, in order; at least one.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The roots around the steps: `roots()[i]` is the root before step `i`, and the last one is the root after all
    /// steps, before the fee credits. One more than there are steps.
    pub fn roots(&self) -> &[Digest] {
        &self.roots
    }

    /// The fee credits, by lane; `None` for an unused lane.
    pub const fn credits(&self) -> &[Option<Credit>; LANES] {
        &self.credits
    }
}
