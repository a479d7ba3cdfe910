//! # A batch in pieces
//!
//! A proof has room for a fixed number of transfers. [`Trace::cut`] takes a batch apart into [`Piece`]s: each has a
//! [statement](PieceStatement) of its own, and their proofs join to one of the whole. A batch that needs no cutting is one
//! [piece](Trace::piece).
//!
//! | field of the statement | in the pieces |
//! |---|---|
//! | version, domain, batch | the batch's |
//! | old root, new root | chained, from the batch's old root to its new one |
//! | fees in, fees out | chained, from the open digest of the batch's lanes and zeros to its closed digest |
//! | data in, data out | chained, from the batch's data in to its data out |
//! | count | the capacity, but for the last piece; the sum is the batch's |
//!
//! ## Fees
//!
//! A batch credits its fees once, at its end, and so do its pieces: each adds the fees of its transfers to what the lanes
//! have collected before, and the last one credits the sums. The others credit nothing, so that no piece spends what an
//! earlier one has earned, and pieces that join are exactly a batch that the ledger applies.
//!
//! ## Blocks
//!
//! The data chain takes [four transfers a step](crate::data) and fills up the last step only. So a piece holds a multiple
//! of four, or its padding would stand between the words of others.
//!
//! Pieces are made one at a time, on a ledger of the slots that the batch touches: what was made before is nobody's burden.

use std::iter::FusedIterator;

use crate::{
    amount::Amount,
    batch::{Batch, LANES},
    data,
    digest::Digest,
    ledger::{
        Ledger, NO_FEES,
        trace::{Credit, Record, Step, Trace},
    },
    statement::{PieceStatement, Statement},
};

/// Pieces of this size do not chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a piece holds a multiple of {block} transfers, at least {block}: got {capacity}", block = data::BLOCK)]
pub struct CapacityError {
    /// The size asked for.
    pub capacity: usize,
}

/// A piece of a batch that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    batch: Batch,
    statement: PieceStatement,
    sums: [Amount; LANES],
    last: bool,
    record: Record,
}

impl Piece {
    /// The batch.
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// What a proof of this piece states.
    pub const fn statement(&self) -> &PieceStatement {
        &self.statement
    }

    /// The piece's transfers as they were applied, in order; at least one.
    pub fn steps(&self) -> &[Step] {
        &self.record.steps
    }

    /// The roots around the steps, as [`Trace::roots`].
    pub fn roots(&self) -> &[Digest] {
        &self.record.roots
    }

    /// What the lanes have collected before this piece.
    pub const fn sums(&self) -> &[Amount; LANES] {
        &self.sums
    }

    /// Whether this is the batch's last piece, which credits the sums.
    pub const fn is_last(&self) -> bool {
        self.last
    }

    /// The fee credits, by lane; `None` for an unused lane. Of zero, if this is not the last piece.
    pub const fn credits(&self) -> &[Option<Credit>; LANES] {
        &self.record.credits
    }
}

impl Trace {
    /// Cuts the batch into pieces of `capacity` transfers each, but for the last, which has what is left.
    ///
    /// # Errors
    /// The capacity is no positive multiple of four.
    pub fn cut(&self, capacity: usize) -> Result<Pieces<'_>, CapacityError> {
        if capacity == 0 || !capacity.is_multiple_of(data::BLOCK) {
            return Err(CapacityError { capacity });
        }
        Ok(self.pieces(capacity))
    }

    /// The whole batch as one piece.
    pub fn piece(&self) -> Piece {
        self.pieces(self.transfers().len()).next().expect("a batch has a transfer")
    }

    fn pieces(&self, capacity: usize) -> Pieces<'_> {
        let ledger = self.before().clone();
        Pieces { trace: self, capacity, start: 0, ledger, sums: NO_FEES, data: self.statement().data_in }
    }
}

/// The pieces of a batch, in order; see [`Trace::cut`].
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    trace: &'a Trace,
    capacity: usize,
    /// The first transfer of the next piece.
    start: usize,
    /// The ledger before the next piece.
    ledger: Ledger,
    /// What the lanes have collected before the next piece.
    sums: [Amount; LANES],
    /// The data chain before the next piece.
    data: Digest,
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let rest = &self.trace.transfers()[self.start..];
        let transfers = rest.chunks(self.capacity).next()?;
        self.start += transfers.len();
        let last = transfers.len() == rest.len();

        let batch = *self.trace.batch();
        let (old_root, sums, data_in) = (self.ledger.root(), self.sums, self.data);
        let record;
        (record, self.sums) = Record::play(&mut self.ledger, &batch, transfers, sums, last);
        self.data = data::absorb_all(data_in, transfers.iter().map(|signed| &signed.transfer));
        let Statement { version, domain, batch: number, fees: closed, .. } = *self.trace.statement();
        let statement = PieceStatement {
            version,
            domain,
            batch: number,
            old_root,
            new_root: self.ledger.root(),
            count: transfers.len().try_into().expect("a piece is no longer than its batch"),
            fees_in: batch.lanes.open_digest(&sums),
            fees_out: if last { closed } else { batch.lanes.open_digest(&self.sums) },
            data_in,
            data_out: self.data,
        };
        Some(Piece { batch, statement, sums, last, record })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.trace.transfers().len() - self.start).div_ceil(self.capacity);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Pieces<'_> {}
impl FusedIterator for Pieces<'_> {}

#[cfg(test)]
mod tests;
