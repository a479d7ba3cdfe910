//! # Padding
//!
//! A circuit has room for a fixed number of transfers. The places left over at its end prove the *padding transfer*:
//! a valid transfer of nothing, from slot 0 to itself, in a tree of its own that has this one slot only. Its secret key
//! is published here. Whoever has it can move nothing but the nonce of a slot that is in no ledger, and the circuit
//! drops the root that this leads to.
//!
//! So every place of the circuit proves a real signature and real paths, and one selection at the edge of each place
//! tells the rollup's root from the padding's. No rule has to be switched off.

use std::sync::LazyLock;

use crate::{
    address::L1Address,
    amount::Amount,
    digest::Digest,
    domain::Domain,
    fee::FeeCode,
    index::{Expiry, Nonce, SlotIndex, Token},
    key::SecretKey,
    ledger::trace::{Opening, Step},
    slot::{Owner, Slot},
    transfer::{SignedTransfer, Transfer},
    tree::{Path, Tree},
};

/// The label that the published key is derived with, from a seed of zeros.
pub const LABEL: &str = "furl/padding";

static SLOT: LazyLock<Slot> = LazyLock::new(|| Slot {
    owner: Owner { public_key: secret_key().public_key(), l1_address: L1Address::default() },
    token: Token::new(0),
    nonce: Nonce::new(0),
    balance: Amount::ZERO,
});

static ROOT: LazyLock<Digest> = LazyLock::new(|| path().root(SLOT.leaf(), index()));

/// The published secret key.
pub fn secret_key() -> SecretKey {
    SecretKey::derive(&[0; 32], LABEL, 0)
}

/// The place of the padding slot: 0.
pub fn index() -> SlotIndex {
    SlotIndex::try_from(0).expect("zero is an index")
}

/// The owner of the padding slot: the published key, and the zero address.
pub fn owner() -> Owner {
    SLOT.owner.clone()
}

/// The padding slot: token 0, nonce 0, balance 0.
pub fn slot() -> Slot {
    SLOT.clone()
}

/// The path of the padding slot: all siblings are empty.
pub fn path() -> Path {
    Tree::new().path(index())
}

/// The root of the padding tree.
pub fn root() -> Digest {
    *ROOT
}

/// The padding transfer, signed for `domain`.
pub fn transfer(domain: &Domain) -> SignedTransfer {
    let nothing = Transfer {
        from: index(),
        to: index(),
        amount: Amount::ZERO,
        fee: FeeCode::ZERO,
        nonce: Nonce::new(0),
        expiry: Expiry::MAX,
    };
    nothing.sign(domain, &secret_key())
}

/// The padding transfer as a step: sender and receiver are the padding slot, before and after its debit.
pub fn step(domain: &Domain) -> Step {
    let sender = Opening { slot: slot(), path: path() };
    let debited = Slot { nonce: Nonce::new(1), ..slot() };
    Step { signed: transfer(domain), sender, receiver: Opening { slot: debited, path: path() } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{batch::Batch, field::F, ledger::Ledger};

    #[test]
    fn padding_is_a_valid_batch_on_its_own_tree() {
        let domain = Domain::new([3; 32]);
        let mut ledger = Ledger::new();
        ledger.create(index(), owner(), Token::new(0), Amount::ZERO).unwrap();
        assert_eq!(ledger.root(), root());
        assert_eq!(ledger.tree().path(index()), path());
        assert_eq!(ledger.slot(index()), Some(&slot()));
        let trace = ledger.apply(&Batch::first(domain), &[transfer(&domain)]).unwrap();
        assert_eq!(trace.steps(), [step(&domain)]);
    }

    #[test]
    fn padding_adds_zeros_to_the_data() {
        let words = transfer(&Domain::new([3; 32])).transfer.words();
        assert_eq!(words, [F::default(); 2]);
    }
}
