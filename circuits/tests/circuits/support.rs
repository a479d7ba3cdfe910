//! Batches to prove.

use furl_ledger::*;

/// A little world: a few owners, each with a slot in each of three tokens, and the operator's fee slots.
pub(crate) struct World {
    pub(crate) ledger: Ledger,
    pub(crate) secrets: Vec<SecretKey>,
    pub(crate) batch: Batch,
}

pub(crate) const TOKENS: u32 = 3;
/// Slots of one owner are this far apart.
const STRIDE: u32 = 1 << 10;

impl World {
    /// `owners` owners; owner 0 is the operator, whose slots collect the fees.
    pub(crate) fn new(owners: u32) -> Self {
        let domain = Domain::of(31337, &L1Address::default());
        let secrets: Vec<_> = (0..owners).map(|i| SecretKey::derive(&[1; 32], "furl/test", u64::from(i))).collect();
        let mut ledger = Ledger::new();
        for (i, secret) in (0..).zip(&secrets) {
            let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::new([i as u8; 20]) };
            for token in 0..TOKENS {
                let balance = Amount::new(1_000_000_000).unwrap();
                ledger.create(slot(i, token), owner.clone(), Token::new(token), balance).unwrap();
            }
        }
        let lane = |token| Some(FeeLane { token: Token::new(token), slot: slot(0, token) });
        let lanes = FeeLanes::new([lane(1), None, lane(0), None]).unwrap();
        Self { ledger, secrets, batch: Batch { domain, number: BatchNumber::new(7).unwrap(), lanes } }
    }

    /// A transfer of one token between two owners, with the sender's nonce after `sent` earlier ones.
    pub(crate) fn transfer(&self, from: u32, to: u32, token: u32, amount: u64, fee: u16, sent: u32) -> SignedTransfer {
        let from_slot = slot(from, token);
        let nonce = Nonce::new(self.ledger.slot(from_slot).unwrap().nonce.get() + sent);
        let transfer = Transfer {
            from: from_slot,
            to: slot(to, token),
            amount: Amount::new(amount).unwrap(),
            fee: FeeCode::new(fee).unwrap(),
            nonce,
            expiry: Expiry::new(1000),
        };
        transfer.sign(&self.batch.domain, &self.secrets[from as usize])
    }
}

/// The slot of an owner's token.
pub(crate) fn slot(owner: u32, token: u32) -> SlotIndex {
    SlotIndex::new(owner * STRIDE + token).unwrap()
}
