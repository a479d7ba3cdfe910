//! # A sample batch
//!
//! Accounts, tokens and signed transfers made from a seed, for demonstrations and measurements. Account 0 is the
//! operator: it collects the fees of every token.

use furl_ledger::{
    Amount, Batch, BatchNumber, Domain, Expiry, FeeCode, FeeLane, FeeLanes, L1Address, LANES, Ledger, Nonce, Owner,
    SecretKey, SignedTransfer, SlotIndex, Token, Transfer,
};

use crate::seed::Seed;

/// How many accounts there are.
pub(crate) const ACCOUNTS: u32 = 32;
/// How many tokens there are; every account has a slot for each.
pub(crate) const TOKENS: u32 = 3;
/// What each slot holds at the start, in units.
const OPENING: u64 = 1_000_000_000;
/// Amounts are below this, so that a slot could pay for a whole leaf.
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
        let keys: Vec<SecretKey> = (0..ACCOUNTS).map(|account| seed.key("furl sample", account.into())).collect();
        let batch = Batch { domain: domain(), number: BatchNumber::FIRST, lanes: lanes() };
        let mut random = Random(seed.number());
        let mut nonces = [[Nonce::new(0); TOKENS as usize]; ACCOUNTS as usize];
        let transfers = (0..count).map(|_| {
            let [from, to, token] = [ACCOUNTS, ACCOUNTS, TOKENS].map(|bound| random.below(bound.into()) as u32);
            let nonce = &mut nonces[from as usize][token as usize];
            let transfer = Transfer {
                from: slot(from, token),
                to: slot(to, token),
                amount: Amount::new(random.below(AMOUNTS)).expect("far below 2^62"),
                fee: FeeCode::try_from(1 + random.below(255) + 256 * random.below(2)).expect("below 2^10"),
                nonce: *nonce,
                expiry: Expiry::MAX,
            };
            *nonce = nonce.next().expect("fewer transfers than nonces");
            transfer.sign(&batch.domain, &keys[from as usize])
        });
        let transfers = transfers.collect();
        Self { ledger: open(&keys), batch, transfers }
    }
}

/// The chain of a local node, and an address that is nobody's.
fn domain() -> Domain {
    Domain::of(31_337, &L1Address::default())
}

fn slot(account: u32, token: u32) -> SlotIndex {
    SlotIndex::new(account * TOKENS + token).expect("a hundred slots are fewer than 2^24")
}

/// The operator's slots.
fn lanes() -> FeeLanes {
    let mut lanes = [None; LANES];
    for (lane, token) in lanes.iter_mut().zip(0..TOKENS) {
        *lane = Some(FeeLane { token: Token::new(token), slot: slot(0, token) });
    }
    FeeLanes::new(lanes).expect("each token has one lane")
}

fn open(keys: &[SecretKey]) -> Ledger {
    let mut ledger = Ledger::new();
    let opening = Amount::new(OPENING).expect("far below 2^62");
    for (account, key) in (0..).zip(keys) {
        for token in 0..TOKENS {
            let owner = Owner { public_key: key.public_key(), l1_address: L1Address::default() };
            let created = ledger.create(slot(account, token), owner, Token::new(token), opening);
            created.expect("the places are distinct, and the supplies far below 2^62");
        }
    }
    ledger
}

/// SplitMix64 (Steele, Lea and Flood, 2014): numbers to show, on which no secret depends.
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
}
