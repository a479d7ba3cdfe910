//! # The world that is measured
//!
//! A ledger of some owners with a slot in each of two tokens, scattered over the whole tree, so that no two paths share
//! more than they do by chance; and batches of transfers among them, which pay fees into two lanes. Everything is
//! derived from constants: two worlds of one size are equal, and so are their signatures.

use furl_ledger::{
    Amount, Batch, BatchError, BatchNumber, Domain, Expiry, FeeCode, FeeLane, FeeLanes, L1Address, Ledger, Nonce,
    Owner, SecretKey, SignedTransfer, SlotIndex, Token, Trace, Transfer,
};

/// How many owners there are in the world that is measured.
const OWNERS: u32 = 64;
/// How many tokens, each with a slot of every owner.
const TOKENS: u32 = 2;
/// What every slot starts with.
const BALANCE: u64 = 1 << 40;

/// A ledger, its owners' keys, and the batch that comes next.
#[derive(Debug)]
pub struct World {
    /// The ledger before the batch.
    pub ledger: Ledger,
    /// Domain, number and fee lanes of the batch.
    pub batch: Batch,
    secrets: Vec<SecretKey>,
}

impl Default for World {
    fn default() -> Self {
        Self::new(OWNERS)
    }
}

impl World {
    /// A world of `owners` owners.
    ///
    /// # Panics
    /// If there are none, or more than $2^{20}$: the tree is too small for their slots, or their supply too large.
    #[must_use]
    pub fn new(owners: u32) -> Self {
        assert!((1..=1 << 20).contains(&owners), "a world of {owners} owners");
        let secrets: Vec<_> = (0..owners).map(|i| SecretKey::derive(&[0; 32], "furl benches", i.into())).collect();
        let mut ledger = Ledger::new();
        for (owner, secret) in (0u32..).zip(&secrets) {
            let address = [[0; 16].as_slice(), &owner.to_be_bytes()].concat();
            let l1_address = L1Address::new(address.try_into().expect("16 and 4 bytes are 20"));
            for token in 0..TOKENS {
                let owner_of = Owner { public_key: secret.public_key(), l1_address };
                let created = ledger.create(slot(owner, token), owner_of, Token::new(token), amount(BALANCE));
                created.expect("the slots are distinct");
            }
        }
        let lane = |token| Some(FeeLane { token: Token::new(token), slot: slot(0, token) });
        let lanes = FeeLanes::new([lane(0), lane(1), None, None]).expect("the tokens are distinct");
        let domain = Domain::of(31_337, &L1Address::default());
        Self { ledger, batch: Batch { domain, number: BatchNumber::FIRST, lanes }, secrets }
    }

    /// The key of an owner; owner 0 is the operator.
    ///
    /// # Panics
    /// If there is no such owner.
    #[must_use]
    pub fn secret(&self, owner: usize) -> &SecretKey {
        &self.secrets[owner]
    }

    /// The first `count` transfers, which are valid in this order: amounts, fees and parties vary.
    #[must_use]
    pub fn transfers(&self, count: u32) -> Vec<SignedTransfer> {
        (0..count).map(|i| self.transfer(i)).collect()
    }

    /// Transfer `i`: the owners take turns, and each sends one token in even rounds and the other in odd ones.
    fn transfer(&self, i: u32) -> SignedTransfer {
        let owners = self.secrets.len() as u32;
        let (from, round) = (i % owners, i / owners);
        let (to, token) = ((7 * i + 3) % owners, round % TOKENS);
        let transfer = Transfer {
            from: slot(from, token),
            to: slot(to, token),
            amount: amount(u64::from(i) * 1_000_003),
            fee: FeeCode::new(i as u16 % 512).expect("below 1024"),
            nonce: Nonce::new(round / TOKENS),
            expiry: Expiry::new(1 + i),
        };
        transfer.sign(&self.batch.domain, &self.secrets[from as usize])
    }

    /// The record of a batch of the first `count` transfers, each checked against the rules.
    ///
    /// # Errors
    /// For no transfers at all. The transfers break no rule until their senders run out of money, far beyond what a
    /// leaf holds.
    pub fn trace(mut self, count: u32) -> Result<Trace, BatchError> {
        let transfers = self.transfers(count);
        self.ledger.apply(&self.batch, &transfers)
    }
}

/// The slot of an owner's token: the odd multiples of a constant, modulo $2^{24}$, are distinct and scattered.
fn slot(owner: u32, token: u32) -> SlotIndex {
    let number = TOKENS * owner + token;
    SlotIndex::new((2 * number + 1).wrapping_mul(0x9e_3779) % (1 << 24)).expect("reduced")
}

fn amount(units: u64) -> Amount {
    Amount::new(units).expect("far below 2^62")
}

#[cfg(test)]
mod tests {
    use furl_circuits::leaf_circuit::LeafSize;

    use super::*;

    #[test]
    fn a_full_batch_is_valid_and_always_the_same() {
        let count = LeafSize::PRODUCTION.transfers() as u32;
        let trace = World::default().trace(count).unwrap();
        assert_eq!(trace.statement().count, count);
        assert_eq!(trace.statement(), World::default().trace(count).unwrap().statement());
        assert_eq!(trace.credits().iter().flatten().count(), 2);
    }
}
