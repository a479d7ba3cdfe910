//! # Slots
//!
//! The state is a list of slots, one for each pair of owner and token. A slot's leaf in the state tree is one
//! Poseidon permutation over seven elements:
//!
//! ```text
//! key  = Poseidon(Key;  X₀ X₁ X₂ X₃ X₄, a₀ a₁ a₂)         the owner: Layer 2 key and Layer 1 address
//! leaf = Poseidon(Slot; key₀ key₁ key₂ key₃, token, nonce, balance)
//! ```
//!
//! The owner's key binds the Layer 2 public key by its $X$ alone. $P$ and $-P$ have the same $X$ and hence the same
//! key; whoever knows the secret key of one knows that of the other, so nothing is gained.
//!
//! A slot is only ever created from its owner in clear, never from a digest: a slot with an opaque key could be
//! neither served nor refused in a forced exit.

use plonky2_field::types::Field;

use crate::{
    address::L1Address,
    amount::Amount,
    digest::Digest,
    field::F,
    hash::{Tag, hash},
    index::{Nonce, Token},
    key::PublicKey,
};

/// Who may spend from a slot, and where on Layer 1 its exits are paid to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The key that signs transfers.
    pub public_key: PublicKey,
    /// The address that exits pay to.
    pub l1_address: L1Address,
}

impl Owner {
    /// The owner's key, as the leaf holds it: Poseidon(`Key`; `X`, address).
    pub fn key(&self) -> Digest {
        let mut words = [F::ZERO; 8];
        words[..5].copy_from_slice(&self.public_key.x());
        words[5..].copy_from_slice(&self.l1_address.elements());
        hash(Tag::Key, &words)
    }
}

/// One leaf of the state: what an owner holds of one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Who may spend.
    pub owner: Owner,
    /// Which token; fixed for the life of the slot.
    pub token: Token,
    /// How many transfers the slot has sent.
    pub nonce: Nonce,
    /// How much it holds.
    pub balance: Amount,
}

impl Slot {
    /// The slot's leaf in the state tree.
    pub fn leaf(&self) -> Digest {
        let mut words = [F::ZERO; 7];
        words[..4].copy_from_slice(&self.owner.key().0);
        words[4] = self.token.element();
        words[5] = self.nonce.element();
        words[6] = self.balance.element();
        hash(Tag::Slot, &words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;

    fn slot() -> Slot {
        let public_key = SecretKey::derive(&[7; 32], "slot tests", 0).public_key();
        let owner = Owner { public_key, l1_address: L1Address::new([9; 20]) };
        Slot { owner, token: Token::new(3), nonce: Nonce::new(4), balance: Amount::new(5).unwrap() }
    }

    #[test]
    fn each_part_moves_the_leaf() {
        let original = slot();
        let other_key = SecretKey::derive(&[7; 32], "slot tests", 1).public_key();
        let spoiled: [fn(&mut Slot, PublicKey); 5] = [
            |slot, key| slot.owner.public_key = key,
            |slot, _| slot.owner.l1_address = L1Address::default(),
            |slot, _| slot.token = Token::new(4),
            |slot, _| slot.nonce = Nonce::new(5),
            |slot, _| slot.balance = Amount::new(6).unwrap(),
        ];
        for spoil in spoiled {
            let mut changed = original.clone();
            spoil(&mut changed, other_key);
            assert_ne!(changed.leaf(), original.leaf());
        }
    }

    #[test]
    fn the_leaf_is_the_documented_hash() {
        let slot = slot();
        let key = slot.owner.key().0;
        let words = [
            key[0],
            key[1],
            key[2],
            key[3],
            F::from_canonical_u64(3),
            F::from_canonical_u64(4),
            F::from_canonical_u64(5),
        ];
        assert_eq!(slot.leaf(), hash(Tag::Slot, &words));
    }
}
