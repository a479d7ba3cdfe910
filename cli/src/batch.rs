//! # The transfers of a batch, as they come
//!
//! A list is read line by line, and may be of any length. No more of it is read than tells what to
//! say of it, and no more is held than a batch has.
//!
//! | asked | the last line that is read | held |
//! |---|---|---|
//! | a batch: [`read`] | the one too many | the transfers |
//! | what breaks no rule: [`select`] | the valid one too many | these, and [`LISTED`] faults |
//! | what a statement says: [`published`] | the one too many | what is to be applied |

use std::iter;

use furl_circuits::node::MAX_TRANSFERS;
use furl_ledger::codec::json;
use furl_ledger::{Batch, BatchError, Digest, Ledger, Selection, SignedTransfer, Transfer, data, rules::RuleError};
use serde::Serialize;
use thiserror::Error;
use tracing::warn;

use crate::exit::{Failure, NoMemory};
use crate::input;
use crate::progress::Stage;
use crate::source::Source;

/// Left-out transfers that a report lists. All of them are counted, and told as they come.
pub(crate) const LISTED: usize = 1000;

/// A list that goes on behind the largest batch.
#[derive(Debug, Error)]
#[error("the batch of {input} is too large: expected at most {most} transfers, and there are more: split the batch")]
pub(crate) struct TooMany {
    input: Source,
    most: usize,
}

/// A transfer that is left out.
#[derive(Debug, Serialize)]
pub(crate) struct Skipped {
    /// Its line, from 1.
    line: usize,
    rule: String,
    error: String,
}

impl Skipped {
    fn new(line: usize, error: RuleError) -> Self {
        Self { line, rule: error.rule().to_string(), error: error.to_string() }
    }
}

/// The transfers that are left out.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    /// How many.
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) listed: Vec<Skipped>,
}

impl LeftOut {
    fn add(&mut self, input: &Source, skipped: Skipped) {
        let Skipped { line, rule, error } = &skipped;
        warn!(line, rule, "left out: {input}, line {line}, breaks {rule}: {error}");
        self.count += 1;
        if self.listed.len() < LISTED {
            self.listed.push(skipped);
        }
    }
}

/// What a list says of the batch that a statement is about.
#[derive(Debug)]
pub(crate) struct Published {
    /// How many transfers were read.
    pub(crate) count: usize,
    /// Whether there are more.
    pub(crate) goes_on: bool,
    /// The end of their data chain.
    pub(crate) data: Digest,
    /// The transfers, if they were to be kept.
    pub(crate) transfers: Vec<SignedTransfer>,
}

/// A list of transfers, line by line.
struct List<'a, I> {
    input: &'a Source,
    lines: I,
    /// The most that are taken.
    most: usize,
}

/// Reads a batch.
pub(crate) fn read(input: &Source) -> Result<Vec<SignedTransfer>, Failure> {
    List { input, lines: lines(input)?, most: MAX_TRANSFERS }.read()
}

/// Reads the transfers that break no rule, each judged after those before it.
pub(crate) fn select(
    input: &Source,
    ledger: &mut Ledger,
    batch: Batch,
) -> Result<(Vec<SignedTransfer>, LeftOut), Failure> {
    let refusal = |error| Failure::Batch { input: input.clone(), line: None, source: BatchError::Lane(error) };
    let selection = ledger.select(batch).map_err(refusal)?;
    List { input, lines: lines(input)?, most: MAX_TRANSFERS }.select(selection)
}

/// Reads the data of as many transfers as a statement counts, and keeps them if they are to be
/// applied.
pub(crate) fn published(input: &Source, count: u32, keep: bool) -> Result<Published, Failure> {
    // A statement says what it wants until it is proved, but no batch is larger.
    let most = usize::try_from(count).map_or(MAX_TRANSFERS, |count| count.min(MAX_TRANSFERS));
    List { input, lines: lines(input)?, most }.published(keep)
}

fn lines(input: &Source) -> Result<impl Iterator<Item = Result<SignedTransfer, Failure>>, Failure> {
    let stage = Stage::brief(format!("reading {input}"));
    let lines = json::Reader::new(input.open()?).inspect(move |_| stage.advance());
    Ok(lines.map(|line| line.map_err(|error| input::of_line(input, error))))
}

impl<I: Iterator<Item = Result<SignedTransfer, Failure>>> List<'_, I> {
    fn read(self) -> Result<Vec<SignedTransfer>, Failure> {
        let Self { input, lines, most } = self;
        let mut transfers = Vec::new();
        for signed in lines {
            hold(&mut transfers, signed?, input, most)?;
        }
        Ok(transfers)
    }

    fn select(self, mut selection: Selection<'_>) -> Result<(Vec<SignedTransfer>, LeftOut), Failure> {
        let Self { input, lines, most } = self;
        let (mut transfers, mut left_out) = (Vec::new(), LeftOut::default());
        for (line, signed) in (1..).zip(lines) {
            let signed = signed?;
            match selection.take(&signed) {
                Ok(()) => hold(&mut transfers, signed, input, most)?,
                Err(error) => left_out.add(input, Skipped::new(line, error)),
            }
        }
        Ok((transfers, left_out))
    }

    fn published(self, keep: bool) -> Result<Published, Failure> {
        let Self { input, mut lines, most } = self;
        let (mut transfers, mut count, mut goes_on, mut failure) = (Vec::new(), 0, false, None);
        let mut take = || -> Result<Option<Transfer>, Failure> {
            let Some(signed) = lines.next().transpose()? else { return Ok(None) };
            goes_on = count == most;
            if goes_on {
                return Ok(None);
            }
            count += 1;
            let transfer = signed.transfer;
            if keep {
                hold(&mut transfers, signed, input, most)?;
            }
            Ok(Some(transfer))
        };
        let taken = iter::from_fn(|| {
            take().unwrap_or_else(|error| {
                failure = Some(error);
                None
            })
        });
        let data = data::absorb_all(data::start(), taken.fuse());
        failure.map_or(Ok(Published { count, goes_on, data, transfers }), Err)
    }
}

/// Puts a transfer to those of a batch.
fn hold(batch: &mut Vec<SignedTransfer>, signed: SignedTransfer, input: &Source, most: usize) -> Result<(), Failure> {
    if batch.len() == most {
        return Err(TooMany { input: input.clone(), most }.into());
    }
    batch.try_reserve(1).map_err(|_| NoMemory::of(format!("the transfers of {input}")))?;
    batch.push(signed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::sample::Sample;
    use crate::seed::Seed;

    /// A list that counts its lines as they are read.
    fn list<'a>(
        transfers: &'a [SignedTransfer],
        read: &'a Cell<usize>,
        most: usize,
    ) -> List<'a, impl Iterator<Item = Result<SignedTransfer, Failure>>> {
        let next = || {
            let signed = transfers.get(read.get())?.clone();
            read.set(read.get() + 1);
            Some(Ok(signed))
        };
        List { input: &Source::Stdin, lines: iter::from_fn(next), most }
    }

    #[test]
    fn a_batch_ends_with_the_line_that_is_one_too_many() {
        let transfers = Sample::new(&Seed::new([1; 32]), 9).transfers;
        for (most, expected) in [(9, 9), (8, 9), (3, 4)] {
            let read = Cell::new(0);
            let result = list(&transfers, &read, most).read();
            assert_eq!(read.get(), expected);
            match result {
                Ok(batch) => assert_eq!(batch, transfers),
                Err(failure) => {
                    assert_eq!((failure.exit().code(), most < 9), (67, true));
                    assert!(failure.to_string().contains(&format!("at most {most} transfers")), "{failure}");
                }
            }
        }
    }

    /// A statement counts fewer: the next line is read to know that there is one, and no more.
    #[test]
    fn what_is_published_ends_with_the_line_that_is_one_too_many() {
        let transfers = Sample::new(&Seed::new([1; 32]), 9).transfers;
        for (most, lines, goes_on) in [(10, 9, false), (9, 9, false), (5, 6, true), (0, 1, true)] {
            for keep in [false, true] {
                let read = Cell::new(0);
                let published = list(&transfers, &read, most).published(keep).unwrap();
                let count = most.min(9);
                assert_eq!((published.count, published.goes_on, read.get()), (count, goes_on, lines));
                let words = transfers[..count].iter().map(|signed| &signed.transfer);
                assert_eq!(published.data, data::absorb_all(data::start(), words));
                assert_eq!(published.transfers, transfers[..if keep { count } else { 0 }]);
            }
        }
    }

    /// Valid transfers are counted, invalid ones are not; what is held of them has a bound.
    #[test]
    fn only_valid_transfers_are_held() {
        let Sample { mut ledger, batch, transfers } = Sample::new(&Seed::new([1; 32]), 6);
        let before = ledger.clone();
        let many = LISTED + 5;
        // The first transfer again and again, between the valid ones.
        let mut mixed = transfers[..4].to_vec();
        mixed.extend(vec![transfers[0].clone(); many]);
        mixed.extend_from_slice(&transfers[4..]);
        for (most, lines) in [(6, many + 6), (5, many + 6), (4, many + 5), (2, 3)] {
            let read = Cell::new(0);
            let result = list(&mixed, &read, most).select(ledger.select(batch).unwrap());
            assert_eq!(read.get(), lines);
            match result {
                Ok((batch, left_out)) => {
                    assert_eq!((batch, most), (transfers.clone(), 6));
                    assert_eq!((left_out.count, left_out.listed.len()), (many as u64, LISTED));
                    assert_eq!(left_out.listed[0].line, 5);
                }
                Err(failure) => assert_eq!((failure.exit().code(), most < 6), (67, true)),
            }
            assert_eq!(ledger, before);
        }
    }
}
