//! # Token transfers of Ethereum, as a batch
//!
//! The input is a table of token transfers or transactions as an exporter writes it ([`layout`] lists them). The output
//! is a state and a list of signed transfers that apply to it: real traffic, to prove something with. It is no bridge.
//! Nobody's key is known, so every address gets a key of our own, and balances before the transfers are not in the
//! table, so every slot gets what it needs.
//!
//! The bytes become records ([`text`]), the header tells the layout, the fields of a record ([`cell`]) become a row
//! ([`rows`]), and the rows of a token decide its unit ([`books`]).
//!
//! | in the table | in the rollup |
//! |---|---|
//! | token address, or ether | a token, numbered in order of first appearance |
//! | an address that sends or receives a token | a slot for the pair, numbered in order of first appearance |
//! | value, a 256-bit integer | units of $10^k$, rounded down; $k$ is the token's own, as small as its supply allows |
//! | transfer from the zero address | a mint: part of the receiver's opening balance |
//! | transfer to the zero address | a burn: a transfer to the zero address's slot, an ordinary one |
//! | any other transfer | a signed transfer without a fee |
//!
//! **Keys.** The key of an address, for all its slots, is [`SecretKey::derive`](furl_ledger::SecretKey::derive) of the
//! seed, the label `furl import 0x…` with the address, and index 0. The slot's Layer 1 address is the real one.
//!
//! **Opening balances** are what the transfers need: in the order of the table and in units, the least with which no
//! transfer lacks cover. The slot's mints come on top. Their sum is the token's supply ([`books`]).
//!
//! **Balance of rows.** Every row becomes a transfer or part of an opening balance, or it is left out, alone or with its
//! token, for a reason that the [report](report::Report) names. A malformed row is an error.
//!
//! The output depends on the text of the table and the [`Options`] alone.
//!
//! **Not checked here:** that the table is complete.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use furl_ledger::{
    Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Nonce, Owner, RangeError, SecretKey, SignedTransfer, SlotIndex,
    State, Token, Transfer,
};
use thiserror::Error;

use crate::seed::Seed;

pub(crate) mod books;
pub(crate) mod cell;
pub(crate) mod layout;
pub(crate) mod report;
pub(crate) mod rows;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;
pub(crate) mod text;

use books::{Books, Kind, LeftOut};
use report::Report;
use rows::{Row, Table, TableError};

/// What the table does not say.
#[derive(Debug)]
pub(crate) struct Options {
    /// What the keys are derived from.
    pub(crate) seed: Seed,
    /// The deployment that the transfers are signed for.
    pub(crate) domain: Domain,
    /// The last batch in which the transfers are valid.
    pub(crate) expiry: Expiry,
}

/// A table, imported: all but the transfers.
#[derive(Debug)]
pub(crate) struct Import {
    /// The slots before the transfers; the next batch is the first.
    pub(crate) state: State,
    /// What became of the table.
    pub(crate) report: Report,
}

/// Why a table is not imported.
#[derive(Debug, Error)]
pub(crate) enum ImportError {
    /// The table is malformed, or cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// More slots than the state tree has, or more transfers from one slot than there are nonces.
    #[error("line {line}: the rollup has no room for this row: {error}")]
    Room {
        /// The line, from 1.
        line: usize,
        /// What is exhausted.
        error: RangeError,
    },
}

/// A table that is being imported, row by row: no transfer is held longer than it takes to write it.
#[derive(Debug)]
pub(crate) struct Importing {
    table: Table,
    books: HashMap<L1Address, (Token, Books)>,
    left_out: Vec<LeftOut>,
    rollup: Rollup,
    /// How many rows are done.
    done: usize,
}

impl Importing {
    /// Opens the books of a table.
    pub(crate) fn new(table: Table, options: Options) -> Self {
        let (books, left_out) = Books::of(&table.rows);
        Self { table, books, left_out, rollup: Rollup::new(options), done: 0 }
    }

    /// How many rows there are.
    pub(crate) const fn rows(&self) -> usize {
        self.table.rows.len()
    }

    /// The next row, and the transfer that it became, if it did; nothing after the last row.
    pub(crate) fn next_row(&mut self) -> Option<Result<Option<SignedTransfer>, ImportError>> {
        let row = self.table.rows.get(self.done)?;
        self.done += 1;
        let Some((token, books)) = self.books.get(&row.token) else { return Some(Ok(None)) };
        let signed = self.rollup.take(row, *token, books);
        Some(signed.map_err(|error| ImportError::Room { line: row.line, error }))
    }

    /// The state and the report, once all rows are done.
    pub(crate) fn finish(self) -> Import {
        let Self { table, books, left_out, rollup, done } = self;
        debug_assert_eq!(done, table.rows.len(), "no row is forgotten");
        let report = Report::new(&table, &books, left_out, &rollup.ledger);
        Import { state: rollup.ledger.state(Batch::first(rollup.options.domain)), report }
    }
}

/// The rollup as far as it is filled.
#[derive(Debug)]
struct Rollup {
    options: Options,
    ledger: Ledger,
    keys: HashMap<L1Address, SecretKey>,
    slots: HashMap<(L1Address, Token), Seat>,
}

/// A slot's place, and the nonce of its next transfer.
#[derive(Clone, Copy, Debug)]
struct Seat {
    slot: SlotIndex,
    nonce: Nonce,
}

impl Rollup {
    fn new(options: Options) -> Self {
        Self { options, ledger: Ledger::new(), keys: HashMap::new(), slots: HashMap::new() }
    }

    /// Makes the slots of a row, and its transfer unless it is a mint.
    fn take(&mut self, row: &Row, token: Token, books: &Books) -> Result<Option<SignedTransfer>, RangeError> {
        let kind = Kind::of(row);
        if kind == Kind::Mint {
            self.seat(row.to, token, books)?;
            return Ok(None);
        }
        let Seat { slot: from, nonce } = self.seat(row.from, token, books)?;
        let Seat { slot: to, .. } = self.seat(row.to, token, books)?;
        self.slots.insert((row.from, token), Seat { slot: from, nonce: nonce.next()? });
        let (amount, expiry) = (books.amount(&row.value), self.options.expiry);
        let transfer = Transfer { from, to, amount, fee: FeeCode::ZERO, nonce, expiry };
        let domain = self.options.domain;
        Ok(Some(transfer.sign(&domain, self.key(row.from))))
    }

    /// The slot of an address and a token, made at its first appearance.
    fn seat(&mut self, address: L1Address, token: Token, books: &Books) -> Result<Seat, RangeError> {
        let next = self.slots.len() as u64;
        let public_key = self.key(address).public_key();
        match self.slots.entry((address, token)) {
            Entry::Occupied(seat) => Ok(*seat.get()),
            Entry::Vacant(vacant) => {
                let seat = Seat { slot: SlotIndex::try_from(next)?, nonce: Nonce::new(0) };
                let owner = Owner { public_key, l1_address: address };
                let created = self.ledger.create(seat.slot, owner, token, books.opening(address));
                created.expect("the place is new, and the openings' sum is the supply, below 2^62");
                Ok(*vacant.insert(seat))
            }
        }
    }

    fn key(&mut self, address: L1Address) -> &SecretKey {
        let seed = &self.options.seed;
        self.keys.entry(address).or_insert_with(|| seed.key(&format!("furl import {address}"), 0))
    }
}
