//! # The books of a token
//!
//! For each token: the unit that its amounts are counted in, and the balances that its addresses start with.
//!
//! ## Units
//!
//! A value is a 256-bit integer, an amount one below $2^{62}$. The unit is $10^k$ of the token's smallest, with the
//! least $k$ for which the supply, the sum of all opening balances *in units*, is below $2^{62}$. Rounding down comes
//! first and balances are computed from rounded amounts, so the transfers are exact among themselves. No $k$ can do
//! for which a single amount is too large, because the supply covers every amount; the search starts after those.
//!
//! ## Openings
//!
//! Every address starts from zero and may go below; what it lacks at worst is what it needs. Mints are added to that.
//!
//! ## What is left out
//!
//! A token whose opening balances, in its smallest unit, sum to $2^{256}$ or more: no ERC-20 token has such a supply.
//! (ERC-721 writes the same events, with an identifier for a value, and identifiers may be hashes.)

use std::collections::HashMap;

use furl_ledger::{Amount, L1Address, Token};
use num_bigint::{BigInt, BigUint, Sign};

use super::cell::VALUE_BITS;
use super::rows::Row;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// From the zero address, to whomever.
    Mint,
    /// To the zero address.
    Burn,
    /// To its own sender.
    SelfTransfer,
    /// From one address to another.
    Transfer,
}

impl Kind {
    /// What `row` is.
    pub(crate) fn of(row: &Row) -> Self {
        let zero = L1Address::default();
        match row {
            row if row.from == zero => Self::Mint,
            row if row.to == zero => Self::Burn,
            row if row.to == row.from => Self::SelfTransfer,
            _ => Self::Transfer,
        }
    }
}

/// A token with its unit and its opening balances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Books {
    /// k: the unit is $10^k$ of the token's smallest.
    pub(crate) exponent: u32,
    /// The sum of all opening balances, in units.
    pub(crate) supply: Amount,
    unit: BigUint,
    openings: HashMap<L1Address, Amount>,
}

/// A token that no opening balances make sense of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// The token's contract.
    pub(crate) address: L1Address,
    /// How many rows it has.
    pub(crate) rows: usize,
    /// What its opening balances would sum to, in its smallest unit: $2^{256}$ or more.
    pub(crate) supply: BigUint,
}

impl Books {
    /// The books of every token of the table, numbered in order of first appearance, and the tokens left out.
    pub(crate) fn of(rows: &[Row]) -> (HashMap<L1Address, (Token, Self)>, Vec<LeftOut>) {
        let mut order = Vec::new();
        let mut by_token: HashMap<L1Address, Vec<&Row>> = HashMap::new();
        for row in rows {
            let of_token = by_token.entry(row.token).or_default();
            if of_token.is_empty() {
                order.push(row.token);
            }
            of_token.push(row);
        }
        let (mut books, mut left_out) = (HashMap::new(), Vec::new());
        let mut numbers = (0..).map(Token::new);
        for address in order {
            match Self::open(address, &by_token[&address]) {
                Ok(opened) => drop(books.insert(address, (numbers.next().expect("fewer tokens than rows"), opened))),
                Err(unfit) => left_out.push(unfit),
            }
        }
        (books, left_out)
    }

    /// The books of one token.
    fn open(address: L1Address, rows: &[&Row]) -> Result<Self, LeftOut> {
        let exact: BigUint = openings(rows, &BigUint::from(1u8)).values().sum();
        if exact.bits() > VALUE_BITS {
            return Err(LeftOut { address, rows: rows.len(), supply: exact });
        }
        let largest = rows.iter().map(|row| &row.value).max();
        let mut unit = BigUint::from(1u8);
        let mut exponent = 0;
        while largest.is_some_and(|largest| amount(largest, &unit).is_none()) {
            unit *= 10u8;
            exponent += 1;
        }
        loop {
            let balances = openings(rows, &unit);
            let sum: BigUint = balances.values().sum();
            if let Some(supply) = to_amount(&sum) {
                let fits = "no part of a sum below 2^62 exceeds it";
                let openings = balances.into_iter().map(|(at, balance)| (at, to_amount(&balance).expect(fits)));
                return Ok(Self { exponent, supply, unit, openings: openings.collect() });
            }
            // In units above every value all amounts are zero, and the sum too: this ends.
            unit *= 10u8;
            exponent += 1;
        }
    }

    /// A value in units, rounded down.
    pub(crate) fn amount(&self, value: &BigUint) -> Amount {
        amount(value, &self.unit).expect("the unit is large enough for every value of its token")
    }

    /// What rounding drops of a value, in the token's smallest unit.
    pub(crate) fn dropped(&self, value: &BigUint) -> BigUint {
        value % &self.unit
    }

    /// What an address starts with, in units.
    pub(crate) fn opening(&self, address: L1Address) -> Amount {
        self.openings.get(&address).copied().unwrap_or(Amount::ZERO)
    }
}

/// A value in units, if it is an amount.
fn amount(value: &BigUint, unit: &BigUint) -> Option<Amount> {
    to_amount(&(value / unit))
}

fn to_amount(units: &BigUint) -> Option<Amount> {
    Amount::new(u64::try_from(units).ok()?).ok()
}

/// The account of one address, in units.
#[derive(Default)]
struct Account {
    /// Received less sent, so far.
    balance: BigInt,
    /// The least that this has been, as a positive number.
    need: BigUint,
    minted: BigUint,
}

/// What every address of one token's rows has to start with, in units.
fn openings(rows: &[&Row], unit: &BigUint) -> HashMap<L1Address, BigUint> {
    let mut accounts: HashMap<L1Address, Account> = HashMap::new();
    for row in rows {
        let amount = &row.value / unit;
        if Kind::of(row) == Kind::Mint {
            accounts.entry(row.to).or_default().minted += amount;
            continue;
        }
        let amount = BigInt::from(amount);
        let sender = accounts.entry(row.from).or_default();
        sender.balance -= &amount;
        if sender.balance.sign() == Sign::Minus {
            let lacks = sender.balance.magnitude();
            if *lacks > sender.need {
                sender.need = lacks.clone();
            }
        }
        accounts.entry(row.to).or_default().balance += amount;
    }
    accounts.into_iter().map(|(address, account)| (address, account.need + account.minted)).collect()
}
