//! # What the tests share
//!
//! A small world: a domain, a few keys, and a ledger of eight slots in three tokens, of which two have fee lanes.

use std::sync::LazyLock;

use crate::{
    address::L1Address,
    amount::Amount,
    batch::{Batch, FeeLane, FeeLanes},
    domain::Domain,
    fee::FeeCode,
    index::{BatchNumber, Expiry, Nonce, SlotIndex, Token},
    key::SecretKey,
    ledger::Ledger,
    slot::Owner,
    transfer::{SignedTransfer, Transfer},
};

/// The domain of the tests.
pub(crate) const DOMAIN: Domain = Domain::new([0xd0; 32]);

/// A slot that does not exist in [`world`].
pub(crate) const MISSING: u32 = 6;

/// The slots of [`world`]: index, key, token, balance.
pub(crate) const SLOTS: [(u32, usize, u32, u64); 8] = [
    (0, 0, 1, 1000),
    (1, 1, 1, 50),
    (2, 2, 2, 700),
    (3, 0, 2, 0),
    (7, 4, 3, 10),
    (8, 1, 3, 20),
    (9, 3, 1, 0),
    ((1 << 24) - 1, 3, 2, 5),
];

static KEYS: LazyLock<[SecretKey; 5]> =
    LazyLock::new(|| std::array::from_fn(|index| SecretKey::derive(&[0; 32], "furl tests", index as u64)));

/// One of five keys.
pub(crate) fn key(number: usize) -> &'static SecretKey {
    &KEYS[number]
}

/// The number of the key that a slot of [`world`] belongs to.
pub(crate) fn key_of(slot: u32) -> Option<usize> {
    SLOTS.iter().find(|(index, ..)| *index == slot).map(|(_, key, ..)| *key)
}

pub(crate) fn index(number: u32) -> SlotIndex {
    SlotIndex::new(number).expect("an index of the tests")
}

pub(crate) fn amount(units: u64) -> Amount {
    Amount::new(units).expect("an amount of the tests")
}

pub(crate) fn fee(code: u16) -> FeeCode {
    FeeCode::new(code).expect("a fee code of the tests")
}

pub(crate) fn owner(number: usize) -> Owner {
    Owner { public_key: key(number).public_key(), l1_address: L1Address::new([number as u8; 20]) }
}

/// A ledger of [`SLOTS`].
pub(crate) fn world() -> Ledger {
    let mut ledger = Ledger::new();
    for (slot, key, token, balance) in SLOTS {
        let created = ledger.create(index(slot), owner(key), Token::new(token), amount(balance));
        created.expect("the slots of the tests");
    }
    ledger
}

/// Batch 7: lane 1 collects token 1 in slot 9, lane 3 token 2 in the last slot; token 3 has none.
pub(crate) fn batch() -> Batch {
    let lane = |token, slot| Some(FeeLane { token: Token::new(token), slot: index(slot) });
    let lanes = FeeLanes::new([None, lane(1, 9), None, lane(2, (1 << 24) - 1)]);
    Batch { domain: DOMAIN, number: BatchNumber::new(7).expect("a number"), lanes: lanes.expect("distinct tokens") }
}

/// A transfer without fee or expiry, with nonce 0.
pub(crate) fn transfer(from: u32, to: u32, units: u64) -> Transfer {
    Transfer {
        from: index(from),
        to: index(to),
        amount: amount(units),
        fee: FeeCode::ZERO,
        nonce: Nonce::new(0),
        expiry: Expiry::MAX,
    }
}

/// The transfer, signed by the owner of its sender's slot.
pub(crate) fn sign(transfer: Transfer) -> SignedTransfer {
    let number = key_of(transfer.from.get()).expect("the sender exists");
    transfer.sign(&DOMAIN, key(number))
}
