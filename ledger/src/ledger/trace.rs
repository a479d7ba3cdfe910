//! # Traces
//!
//! A trace is the record of how the ledger applied one batch: for each update, the slot as it was and its path at that
//! moment. A proof needs no second look at the ledger. Only the ledger makes traces: a value of type [`Trace`] *is* a batch
//! that obeys the rules.
//!
//! Within a step the sender is opened on the root before the transfer, and the receiver on the root after the debit.
//! The roots chain: each update leads to the root that the next one starts from.
//!
//! ## What is kept
//!
//! A step with its two paths takes two kilobytes, so a trace does not keep them: it keeps the transfers, and the part of
//! the ledger that they touch, as it was before. The steps are played again when somebody asks for them, at the price of
//! applying the batch once more and by the same rules. A batch that is too large for one leaf is [cut](Trace::cut), and
//! then only the steps of one piece exist at a time.

use std::sync::{Arc, OnceLock};

use crate::{
    amount::Amount,
    batch::{Batch, FeeLane, LANES},
    digest::Digest,
    index::SlotIndex,
    ledger::{Journal, Ledger, NO_FEES},
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

/// What is credited to the slot of one lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The lane.
    pub lane: FeeLane,
    /// The lane's slot before the credit.
    pub opening: Opening,
    /// The sum of the fees that the batch paid in the lane's token. May be zero, and is in each [piece](crate::cut) but the
    /// last.
    pub sum: Amount,
}

/// How a batch, or a piece of one, was applied, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) steps: Vec<Step>,
    pub(super) roots: Vec<Digest>,
    pub(super) credits: [Option<Credit>; LANES],
}

impl Record {
    /// Applies to `ledger` what was applied before to it, after fees of `sums`, and says what they are then. They are
    /// credited if this is the `last` piece; otherwise nothing is.
    pub(super) fn play(
        ledger: &mut Ledger,
        batch: &Batch,
        transfers: &[SignedTransfer],
        sums: [Amount; LANES],
        last: bool,
    ) -> (Self, [Amount; LANES]) {
        let mut journal = Journal::new();
        let (mut steps, mut roots) = (Vec::with_capacity(transfers.len()), vec![ledger.root()]);
        let sums = ledger.run(batch, transfers, sums, &mut journal, |step, root| {
            steps.push(step);
            roots.push(root);
        });
        let sums = sums.expect("a batch that was applied obeys the rules");
        let credits = ledger.credit_fees(&batch.lanes, if last { sums } else { NO_FEES }, &mut journal);
        (Self { steps, roots, credits }, sums)
    }
}

/// A batch that was applied.
#[derive(Debug, Clone)]
pub struct Trace {
    batch: Batch,
    statement: Statement,
    /// The part of the ledger that the batch touches, before it.
    before: Arc<Ledger>,
    transfers: Arc<[SignedTransfer]>,
    /// Played on demand.
    record: OnceLock<Record>,
}

impl Trace {
    pub(super) fn new(
        batch: Batch,
        statement: Statement,
        before: Arc<Ledger>,
        transfers: Arc<[SignedTransfer]>,
    ) -> Self {
        Self { batch, statement, before, transfers, record: OnceLock::new() }
    }

    /// The part of the ledger that the batch touches, before it.
    pub(super) fn before(&self) -> &Ledger {
        &self.before
    }

    fn record(&self) -> &Record {
        let play = || Record::play(&mut Ledger::clone(&self.before), &self.batch, &self.transfers, NO_FEES, true).0;
        self.record.get_or_init(play)
    }

    /// The batch.
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// What a proof of this batch states.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The transfers, in order; at least one.
    pub fn transfers(&self) -> &[SignedTransfer] {
        &self.transfers
    }

    /// The transfers as they were applied, in order. Two kilobytes each: [cut](Self::cut) a large batch first.
    pub fn steps(&self) -> &[Step] {
        &self.record().steps
    }

    /// The roots around the steps: `roots()[i]` is the root before step `i`, and the last one is the root after all
    /// steps, before the fee credits. One more than there are steps.
    pub fn roots(&self) -> &[Digest] {
        &self.record().roots
    }

    /// The fee credits, by lane; `None` for an unused lane.
    pub fn credits(&self) -> &[Option<Credit>; LANES] {
        &self.record().credits
    }
}

/// Equal batches on equal ledgers: the record follows from them.
impl PartialEq for Trace {
    fn eq(&self, other: &Self) -> bool {
        let parts = |trace: &Self| (trace.batch, trace.statement.clone());
        parts(self) == parts(other) && self.transfers == other.transfers
    }
}

impl Eq for Trace {}
