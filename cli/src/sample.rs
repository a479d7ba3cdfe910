//! # Sample traffic
//!
//! Accounts, tokens and transfers made from a seed, for demonstrations, measurements and trials. Account 0 is the
//! operator: it collects the fees of the first four tokens, and in others nobody pays any. [`Traffic`] has no end and
//! holds no more than the balances, so that a list of any length can be written as it is made.

use furl_ledger::{
    Amount, Batch, BatchNumber, Domain, Expiry, FeeCode, FeeLane, FeeLanes, L1Address, LANES, Ledger, Nonce, Owner,
    SecretKey, SignedTransfer, SlotIndex, Token, Transfer,
};

use crate::seed::Seed;

/// How many accounts a [`Sample`] has.
pub(crate) const ACCOUNTS: u32 = 32;
/// How many tokens it has; every account has a slot for each.
pub(crate) const TOKENS: u32 = 3;
/// What each slot holds at the start, in units.
const OPENING: u64 = 1_000_000_000;
/// Amounts are below this, so that a slot can pay for a while.
const AMOUNTS: u64 = 1_000_000;

/// A state, and a batch that applies to it.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The slots before the batch.
    pub(crate) ledger: Ledger,
    /// The batch's domain, number and fee lanes.
    pub(crate) batch: Batch,
    /// The batch.
    pub(crate) transfers: Vec<SignedTransfer>,
}

impl Sample {
    /// A batch of `count` transfers, between random accounts, with random amounts and fees.
    pub(crate) fn new(seed: &Seed, count: usize) -> Self {
        Self::of(&Town::new(seed, ACCOUNTS, TOKENS), seed, count)
    }

    /// The same, signed for a deployment.
    pub(crate) fn for_domain(seed: &Seed, count: usize, domain: Domain) -> Self {
        Self::of(&Town::new(seed, ACCOUNTS, TOKENS).with_domain(Some(domain)), seed, count)
    }

    fn of(town: &Town, seed: &Seed, count: usize) -> Self {
        let batch = town.batch();
        let sign = |order: Order| order.transfer.sign(&batch.domain, &town.keys[order.from as usize]);
        let transfers = town.traffic(seed).take(count).map(sign).collect();
        Self { ledger: town.ledger(), batch, transfers }
    }
}

/// Those who send each other tokens.
#[derive(Debug)]
pub(crate) struct Town {
    /// The accounts' keys.
    pub(crate) keys: Vec<SecretKey>,
    tokens: u32,
    /// The deployment that their transfers are signed for.
    domain: Domain,
}

impl Town {
    /// Some accounts, each with a slot for each of some tokens.
    ///
    /// # Panics
    /// There are fewer than one account or token, or more slots than the state tree has.
    pub(crate) fn new(seed: &Seed, accounts: u32, tokens: u32) -> Self {
        let slots = u64::from(accounts) * u64::from(tokens);
        assert!((1..=u64::from(SlotIndex::MAX.get()) + 1).contains(&slots), "{slots} slots are none or too many");
        let keys = (0..accounts).map(|account| seed.key("furl sample", account.into())).collect();
        Self { keys, tokens, domain: Domain::of(31_337, &L1Address::default()) }
    }

    /// The same, with transfers for another deployment than nobody's on a local node.
    pub(crate) fn with_domain(self, domain: Option<Domain>) -> Self {
        Self { domain: domain.unwrap_or(self.domain), ..self }
    }

    /// The first batch.
    pub(crate) fn batch(&self) -> Batch {
        let mut lanes = [None; LANES];
        for (lane, token) in lanes.iter_mut().zip(0..self.tokens) {
            *lane = Some(FeeLane { token: Token::new(token), slot: self.slot(0, token) });
        }
        let lanes = FeeLanes::new(lanes).expect("each token has one lane");
        Batch { domain: self.domain, number: BatchNumber::FIRST, lanes }
    }

    /// The slots before any transfer.
    pub(crate) fn ledger(&self) -> Ledger {
        let mut ledger = Ledger::new();
        let opening = Amount::new(OPENING).expect("far below 2^62");
        for (account, key) in (0..).zip(&self.keys) {
            for token in 0..self.tokens {
                let owner = Owner { public_key: key.public_key(), l1_address: account_address(account) };
                let created = ledger.create(self.slot(account, token), owner, Token::new(token), opening);
                created.expect("the places are distinct, and 2^24 openings are below 2^62");
            }
        }
        ledger
    }

    fn slot(&self, account: u32, token: u32) -> SlotIndex {
        SlotIndex::new(account * self.tokens + token).expect("the town was found to fit")
    }

    /// Transfers between random accounts, with random amounts and fees, each of which the sender can pay.
    pub(crate) fn traffic(&self, seed: &Seed) -> Traffic<'_> {
        let purse = Purse { balance: OPENING, nonce: Nonce::new(0) };
        let purses = vec![purse; self.keys.len() * self.tokens as usize];
        Traffic { town: self, random: Random(seed.number()), purses }
    }
}

/// An account's address on Layer 1.
pub(crate) fn account_address(account: u32) -> L1Address {
    address(0xac, account)
}

/// A token's contract on Layer 1.
pub(crate) fn token_address(token: u32) -> L1Address {
    address(0x70, token)
}

fn address(kind: u8, number: u32) -> L1Address {
    let mut bytes = [0; 20];
    bytes[0] = kind;
    bytes[16..].copy_from_slice(&number.to_be_bytes());
    L1Address::new(bytes)
}

/// What a slot can send.
#[derive(Clone, Copy, Debug)]
struct Purse {
    balance: u64,
    nonce: Nonce,
}

/// A transfer that its sender has yet to sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    /// The sending account.
    pub(crate) from: u32,
    /// The receiving account.
    pub(crate) to: u32,
    /// What is sent.
    pub(crate) token: u32,
    /// The transfer.
    pub(crate) transfer: Transfer,
}

/// Transfers without end.
#[derive(Debug)]
pub(crate) struct Traffic<'a> {
    town: &'a Town,
    random: Random,
    purses: Vec<Purse>,
}

impl Iterator for Traffic<'_> {
    type Item = Order;

    fn next(&mut self) -> Option<Order> {
        let Self { town, random, purses } = self;
        let accounts = town.keys.len() as u64;
        let [from, to, token] = [accounts, accounts, town.tokens.into()].map(|bound| random.below(bound) as u32);
        let (amount, code) = (random.below(AMOUNTS), 1 + random.below(255) + 256 * random.below(2));
        let [sender, receiver] = [from, to].map(|account| town.slot(account, token));
        let Purse { balance, nonce } = purses[sender.get() as usize];
        let fee = FeeCode::try_from(code).expect("below 2^10");
        let is_paid = (token as usize) < LANES && fee.value().get() <= balance;
        let fee = if is_paid { fee } else { FeeCode::ZERO };
        let amount = amount.min(balance - fee.value().get());
        // Fees are credited at the end of a batch, and nobody here waits for them.
        let rest = balance - fee.value().get() - amount;
        purses[sender.get() as usize] = Purse { balance: rest, nonce: nonce.next().ok()? };
        purses[receiver.get() as usize].balance += amount;
        let amount = Amount::new(amount).expect("no more than a supply");
        let transfer = Transfer { from: sender, to: receiver, amount, fee, nonce, expiry: Expiry::MAX };
        Some(Order { from, to, token, transfer })
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): numbers to show, on which no secret depends.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_applies_and_is_of_its_seed() {
        let sample = Sample::new(&Seed::new([1; 32]), 512);
        let trace = sample.ledger.clone().apply(&sample.batch, &sample.transfers).unwrap();
        assert_eq!(trace.steps().len(), 512);
        assert!(
            trace.credits()[..TOKENS as usize].iter().all(|credit| credit.as_ref().is_some_and(|c| c.sum.get() > 0))
        );
        assert_eq!(Sample::new(&Seed::new([1; 32]), 512).transfers, sample.transfers);
        assert_ne!(Sample::new(&Seed::new([2; 32]), 512).transfers, sample.transfers);
    }

    /// Two poor accounts, and more tokens than fee lanes: nobody ever sends what he has not, or a fee that is refused.
    #[test]
    fn traffic_never_runs_dry() {
        let seed = Seed::new([3; 32]);
        let town = Town::new(&seed, 2, LANES as u32 + 1);
        let mut traffic = town.traffic(&seed);
        traffic.purses.fill(Purse { balance: 3_000_000, nonce: Nonce::new(0) });
        let mut ledger = Ledger::new();
        for (index, slot) in town.ledger().slots() {
            ledger.create(index, slot.owner.clone(), slot.token, Amount::new(3_000_000).unwrap()).unwrap();
        }
        let batch = town.batch();
        let sign = |order: Order| order.transfer.sign(&batch.domain, &town.keys[order.from as usize]);
        let transfers: Vec<_> = traffic.take(1000).map(sign).collect();
        ledger.apply(&batch, &transfers).unwrap();
        assert!(transfers.iter().any(|signed| signed.transfer.amount == Amount::ZERO), "somebody was out of units");
    }
}
