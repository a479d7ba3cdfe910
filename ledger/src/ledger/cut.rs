//! # A batch in pieces
//!
//! A proof has room for a fixed number of transfers. [`Trace::cut`] takes a batch apart into pieces that are batches
//! themselves: each has a [`Trace`], and a [`Statement`] of its own, and their proofs join to one of the whole.
//!
//! | field of the statement | in the pieces |
//! |---|---|
//! | version, domain, batch, fees | the batch's |
//! | old root, new root | chained, from the batch's old root to its new one |
//! | data in, data out | chained, from the batch's data in to its data out |
//! | count | the capacity, but for the last piece; the sum is the batch's |
//!
//! ## Fees
//!
//! The batch credits its fees once, at its end; each piece credits its own at *its* end. That is the same batch. Rules
//! are checked with fees at the end of the batch, which is the strictest reading: to credit some of them sooner only
//! raises balances that are read later, and so breaks no rule that held. In the end each slot has the same sum of
//! debits and credits either way, hence the last root is the batch's.
//!
//! The converse does not hold. A slot with a fee lane may spend in one piece what an earlier one has credited, and such
//! pieces may have proofs that join, although the ledger refuses the batch as a whole. Nobody's money moves without a
//! signature and the sums are the same; but **whoever rebuilds a state from published data** applies each transfer and each
//! lane's sum to the balances, and does not insist that fees come last.
//!
//! ## Blocks
//!
//! The data chain takes [four transfers a step](crate::data) and fills up the last step only. So a piece holds a multiple
//! of four, or its padding would stand between the words of others.
//!
//! Pieces are made one at a time, on a ledger of the slots that the batch touches: what was made before is nobody's burden.

use std::{iter::FusedIterator, sync::Arc};

use crate::{
    data,
    digest::Digest,
    ledger::{
        Ledger,
        trace::{Record, Trace},
    },
    statement::Statement,
};

/// Pieces of this size do not chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a piece holds a multiple of {block} transfers, at least {block}: got {capacity}", block = data::BLOCK)]
pub struct CapacityError {
    /// The size asked for.
    pub capacity: usize,
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
        Ok(Pieces { trace: self, capacity, start: 0, ledger: self.before().clone(), data: self.statement().data_in })
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
    /// The data chain before the next piece.
    data: Digest,
}

impl Iterator for Pieces<'_> {
    type Item = Trace;

    fn next(&mut self) -> Option<Trace> {
        let rest = &self.trace.transfers()[self.start..];
        let transfers = rest.chunks(self.capacity).next()?;
        self.start += transfers.len();

        let batch = self.trace.batch();
        let before = self.ledger.part(batch, transfers);
        let record = Record::play(&mut self.ledger, batch, transfers);
        let data_in = self.data;
        self.data = data::absorb_all(data_in, transfers.iter().map(|signed| &signed.transfer));
        let statement = Statement {
            old_root: before.root(),
            new_root: self.ledger.root(),
            count: transfers.len().try_into().expect("a piece is no longer than its batch"),
            data_in,
            data_out: self.data,
            ..self.trace.statement().clone()
        };
        Some(Trace::new(*batch, statement, Arc::new(before), transfers.into()).recorded(record))
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
