//! # What became of a table
//!
//! The figures balance: rows = transfers + mints + rows left out; and the latter are the rows of left-out tokens, the
//! duplicates, the failed transactions and the rows without a value.

use std::collections::HashMap;
use std::fmt;

use furl_ledger::{Amount, Digest, L1Address, Ledger, Token};
use num_bigint::BigUint;
use serde::Serialize;

use super::books::{Books, Kind, LeftOut};
use super::layout::Identity;
use super::rows::{Findings, Found, Row, Table};

/// What the file calls itself.
const FORMAT: &str = "furl-import";
/// The version of the format.
const VERSION: u64 = 2;

/// What became of every row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    format: &'static str,
    version: u64,
    /// The name of the table's layout.
    pub(crate) layout: &'static str,
    /// Rows of the table.
    pub(crate) rows: usize,
    /// Rows that became transfers, burns and self-transfers included.
    pub(crate) transfers: usize,
    /// Rows that became part of an opening balance.
    pub(crate) mints: usize,
    /// Rows that became nothing: those of left-out tokens, and of the next three members.
    pub(crate) left_out: usize,
    /// Rows that repeat a log or a transaction; none is known where the layout does not tell transfers apart.
    pub(crate) duplicates: Option<Found>,
    /// Transactions that failed.
    pub(crate) failed: usize,
    /// Transactions without ether, and transfers without an amount.
    pub(crate) without_value: usize,
    /// Transactions that became transfers and may have failed: the table does not say.
    pub(crate) unknown_status: usize,
    /// Rows that say the same as an earlier one and became transfers, because nothing tells whether they are the same.
    pub(crate) alike: Found,
    /// Rows that belong before the row before them, and became transfers where they stand.
    pub(crate) out_of_order: Found,
    /// Transfers to the zero address.
    pub(crate) burns: usize,
    /// Transfers to their own sender.
    pub(crate) self_transfers: usize,
    /// Amounts, of transfers and mints, that are not a whole number of units.
    pub(crate) rounded: usize,
    /// Those of them that became zero.
    pub(crate) rounded_to_zero: usize,
    /// Slots of the state.
    pub(crate) slots: usize,
    /// The root of the state before the transfers.
    pub(crate) root: Digest,
    /// Every token, by number.
    pub(crate) tokens: Vec<TokenReport>,
    /// Tokens that became nothing, in order of first appearance.
    pub(crate) left_out_tokens: Vec<LeftOutReport>,
}

/// What became of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TokenReport {
    /// Its number.
    pub(crate) token: Token,
    /// Its contract; zero for ether.
    pub(crate) address: L1Address,
    /// Whether it is ether.
    pub(crate) ether: bool,
    /// How many decimals its smallest unit has, if the table's amounts are in whole tokens: as many as the table shows.
    pub(crate) decimals: Option<u8>,
    /// One unit is 10 to this power of the token's smallest.
    pub(crate) unit_exponent: u32,
    /// The sum of all balances, in units.
    pub(crate) supply: Amount,
    /// Its rows.
    pub(crate) rows: usize,
    /// Its rows that are mints.
    pub(crate) mints: usize,
    /// Its amounts that are not a whole number of units.
    pub(crate) rounded: usize,
    /// What rounding took from them together, in the token's smallest unit, in decimal.
    pub(crate) dropped: String,
}

/// Why a token became nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LeftOutReport {
    /// Its contract.
    pub(crate) address: L1Address,
    /// Its rows.
    pub(crate) rows: usize,
    /// Why.
    pub(crate) reason: String,
}

impl Report {
    /// Counts.
    pub(super) fn new(
        table: &Table,
        books: &HashMap<L1Address, (Token, Books)>,
        left_out: Vec<LeftOut>,
        ledger: &Ledger,
    ) -> Self {
        let mut report = Self::empty(table, ledger, left_out);
        let mut counts: HashMap<L1Address, Count> = HashMap::new();
        for row in &table.rows {
            let Some((_, books)) = books.get(&row.token) else { continue };
            let count = counts.entry(row.token).or_default();
            count.add(row, books);
            report.add(row, books);
        }
        let tokens = books.iter().map(|(address, (token, books))| {
            let Count { rows, mints, rounded, dropped } = counts.remove(address).unwrap_or_default();
            let Books { exponent: unit_exponent, supply, .. } = *books;
            let (token, address, dropped) = (*token, *address, dropped.to_string());
            let (ether, decimals) = (table.is_ether(address), table.decimals(address));
            TokenReport { token, address, ether, decimals, unit_exponent, supply, rows, mints, rounded, dropped }
        });
        report.tokens = tokens.collect();
        report.tokens.sort_by_key(|token| token.token);
        report
    }

    fn empty(table: &Table, ledger: &Ledger, left_out: Vec<LeftOut>) -> Self {
        let Findings { rows, duplicates, failed, without_value, unknown_status, alike, out_of_order } = table.findings;
        let of_tokens: usize = left_out.iter().map(|token| token.rows).sum();
        let tells_apart = table.layout.identity != Identity::None;
        Self {
            format: FORMAT,
            version: VERSION,
            layout: table.layout.name,
            rows,
            transfers: 0,
            mints: 0,
            left_out: of_tokens + duplicates.rows + failed + without_value,
            duplicates: tells_apart.then_some(duplicates),
            failed,
            without_value,
            unknown_status,
            alike,
            out_of_order,
            burns: 0,
            self_transfers: 0,
            rounded: 0,
            rounded_to_zero: 0,
            slots: ledger.slots().count(),
            root: ledger.root(),
            tokens: Vec::new(),
            left_out_tokens: left_out.into_iter().map(LeftOutReport::new).collect(),
        }
    }

    /// Counts a row that is not left out.
    fn add(&mut self, row: &Row, books: &Books) {
        match Kind::of(row) {
            Kind::Mint => self.mints += 1,
            Kind::Burn => self.burns += 1,
            Kind::SelfTransfer => self.self_transfers += 1,
            Kind::Transfer => {}
        }
        self.transfers += usize::from(Kind::of(row) != Kind::Mint);
        if is_rounded(row, books) {
            self.rounded += 1;
            self.rounded_to_zero += usize::from(books.amount(&row.value) == Amount::ZERO);
        }
    }

    /// The file.
    pub(crate) fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("text, numbers and lists of them are always JSON");
        text + "\n"
    }
}

fn is_rounded(row: &Row, books: &Books) -> bool {
    books.dropped(&row.value) != BigUint::ZERO
}

/// A token's figures while they are counted.
#[derive(Default)]
struct Count {
    rows: usize,
    mints: usize,
    rounded: usize,
    dropped: BigUint,
}

impl Count {
    fn add(&mut self, row: &Row, books: &Books) {
        self.rows += 1;
        self.mints += usize::from(Kind::of(row) == Kind::Mint);
        self.rounded += usize::from(is_rounded(row, books));
        self.dropped += books.dropped(&row.value);
    }
}

impl LeftOutReport {
    fn new(LeftOut { address, rows, supply }: LeftOut) -> Self {
        let reason = format!(
            "its opening balances would sum to {supply} of its smallest unit, and no ERC-20 token has 2^256 or more \
             (are the values identifiers?)"
        );
        Self { address, rows, reason }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, transfers, mints, left_out, burns, self_transfers, slots, .. } = self;
        writeln!(f, "rows {rows} = transfers {transfers} + mints {mints} + left out {left_out}")?;
        writeln!(f, "of the transfers: burns {burns}, to oneself {self_transfers}")?;
        writeln!(f, "tokens {} · slots {slots} · root {}", self.tokens.len(), self.root)?;
        let amounts = transfers + mints;
        write!(f, "amounts rounded down {} of {amounts}, to zero {}", self.rounded, self.rounded_to_zero)?;
        for LeftOutReport { address, rows, reason } in &self.left_out_tokens {
            write!(f, "\nleft out: token {address}, {rows} rows: {reason}")?;
        }
        write!(f, "\nread as {}", self.layout)?;
        for note in self.notes() {
            write!(f, "\n{note}")?;
        }
        Ok(())
    }
}

impl Report {
    /// What is odd about the table, a line each.
    fn notes(&self) -> impl Iterator<Item = String> {
        let found = |Found { rows, first_line }: Found, what: &str| {
            first_line.map(|line| format!("{what}: {rows}, the first on line {line}"))
        };
        let counted = |rows: usize, what: &str| (rows > 0).then(|| format!("{what}: {rows}"));
        let is_blind = self.duplicates.is_none();
        let shows_decimals = self.tokens.iter().any(|token| token.decimals.is_some() && !token.ether);
        [
            self.duplicates.and_then(|rows| found(rows, "left out, rows that repeat a transfer")),
            counted(self.failed, "left out, transactions that failed"),
            counted(self.without_value, "left out, rows that transfer no amount"),
            found(self.out_of_order, "out of the order of the chain, kept as they stand, rows"),
            found(self.alike, "like an earlier row, kept, rows"),
            is_blind.then(|| "not told by the table: which rows repeat a transfer (it has no index of a log)".into()),
            counted(self.unknown_status, "not told by the table: whether these transactions failed"),
            shows_decimals.then(|| "a token's smallest unit is the last decimal place that the table shows".into()),
        ]
        .into_iter()
        .flatten()
    }
}
