//! A batch, its proof, and the keys of all tests.

use std::sync::OnceLock;

use furl_ledger::{
    Amount, Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Owner, SecretKey, SlotIndex, Token, Transfer,
};
use furl_prover::{Envelope, Keys, Profile, Proof, ProofFileError, Prover, Root, Trace};

/// A trace of `count` transfers between two slots.
pub(crate) fn trace(count: u32) -> Trace {
    let domain = Domain::of(31337, &L1Address::default());
    let secret = SecretKey::derive(&[3; 32], "furl/test/prover", 0);
    let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::default() };
    let mut ledger = Ledger::new();
    let [from, to] = [5, 6].map(|i| SlotIndex::new(i).unwrap());
    ledger.create(from, owner.clone(), Token::new(1), Amount::new(1_000_000).unwrap()).unwrap();
    ledger.create(to, owner, Token::new(1), Amount::ZERO).unwrap();
    let nothing = FeeCode::ZERO;
    let transfers: Vec<_> = (0..count)
        .map(|n| Transfer {
            from,
            to,
            amount: Amount::new(7).unwrap(),
            fee: nothing,
            nonce: n.into(),
            expiry: Expiry::MAX,
        })
        .map(|transfer| transfer.sign(&domain, &secret))
        .collect();
    ledger.apply(&Batch::first(domain), &transfers).unwrap()
}

pub(crate) fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(Keys::new)
}

pub(crate) fn proof() -> &'static Proof<Root> {
    static PROOF: OnceLock<Proof<Root>> = OnceLock::new();
    PROOF.get_or_init(|| Prover::new(keys(), Profile::Fast).prove(&trace(3)).unwrap())
}

pub(crate) fn read(bytes: &[u8]) -> Result<Proof<Root>, ProofFileError> {
    Envelope::parse(bytes)?.verify(Profile::Fast, keys())
}
