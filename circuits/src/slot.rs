//! # Slots and their leaves
//!
//! A slot is one leaf of the state tree: an owner's key, a token, a nonce, a balance. The key is the hash of the public key's $x$ and of the Layer 1 address that
//! exits pay to.
//!
//! **Not checked here:** ranges. A leaf is believed because it hashes to a root; what stands in the tree was ranged when it was put there (creation and debit), and
//! credits keep below the token's supply.

use furl_ledger::hash::Tag;
use furl_ledger::slot::Slot;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use crate::builder::Builder;
use crate::field::F;
use crate::gadgets::poseidon;
use crate::wires::{DigestWires, wires};

wires! {
    /// A slot as the tree stores it.
    pub struct SlotWires: Slot {
        /// The owner's key.
        key: DigestWires = |slot| slot.owner.key(),
        /// The token.
        token: Target = |slot| F::from_canonical_u32(slot.token.get()),
        /// Transfers sent so far.
        nonce: Target = |slot| F::from_canonical_u32(slot.nonce.get()),
        /// The balance.
        balance: Target = |slot| F::from_canonical_u64(slot.balance.get()),
    }
}

impl SlotWires {
    /// The slot's leaf. One row.
    pub fn leaf(&self, b: &mut Builder) -> DigestWires {
        let [k0, k1, k2, k3] = self.key.elements;
        poseidon::hash(b, Tag::Slot, &[k0, k1, k2, k3, self.token, self.nonce, self.balance])
    }
}

/// The key of the owner with public key $x$-coordinate `x` and the given address limbs. One row.
pub fn owner_key(b: &mut Builder, x: [Target; 5], l1_address: [Target; 3]) -> DigestWires {
    let [x0, x1, x2, x3, x4] = x;
    let [a0, a1, a2] = l1_address;
    poseidon::hash(b, Tag::Key, &[x0, x1, x2, x3, x4, a0, a1, a2])
}
