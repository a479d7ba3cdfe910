//! # Transfers
//!
//! A transfer moves `amount` from the slot `from` to the slot `to`, pays `fee` to whoever makes the batch, and uses
//! up one nonce of the sender. These are the rules, with the numbers that they keep in every crate and every error:
//!
//! | rule | meaning                                                           | native error                            |
//! |------|-------------------------------------------------------------------|-----------------------------------------|
//! | T1   | the signature over the message opens under the sender's key       | [`BadSignature`](RuleError::BadSignature) |
//! | T2   | `nonce` is the sender slot's nonce, which then grows by one       | [`StaleNonce`](RuleError::StaleNonce) |
//! | T3   | the sender's balance is at least `amount + fee`                   | [`Insolvent`](RuleError::Insolvent) |
//! | T4   | both slots hold the same token                                    | [`TokenMismatch`](RuleError::TokenMismatch) |
//! | T5   | both slots exist                                                  | [`MissingSlot`](RuleError::MissingSlot) |
//! | T6   | the batch's number is at most `expiry`                            | [`Expired`](RuleError::Expired) |
//! | T7   | every number is in its range; the last nonce is never used        | [`OutOfRange`](RuleError::OutOfRange) |
//! | T8   | the signature is for the batch's domain                           | [`WrongDomain`](RuleError::WrongDomain) |
//! | T9   | no other slot changes                                             | none: nothing in a transfer can break it |
//! | T10  | a fee above zero is in a token that the batch collects            | [`FeeTokenRefused`](RuleError::FeeTokenRefused) |
//!
//! A transfer of amount 0 is allowed, and so is one from a slot to itself. T7 holds by construction of the types
//! below, but for the last nonce, which the ledger refuses. The rules are applied in [`ledger`](crate::ledger).
//!
//! ## What is signed
//!
//! Six field elements, the first of which starts with the operation, so that a transfer can never be read as a
//! withdrawal:
//!
//! ```text
//! m₀ = operation · 2^58 + from · 2^32 + expiry        26 bits of from, 32 of expiry
//! m₁ = to · 2^10 + fee code                           26 bits of to, 10 of fee
//! m₂ = amount          m₃ = nonce          m₄ = m₅ = 0
//! ```
//!
//! Each element is below $2^{62}$, and its parts do not overlap: equal messages are equal transfers.
//!
//! ## What is posted
//!
//! 124 bits, as two elements: `amount`, and `word = from · 2^36 + to · 2^10 + fee code`. The token is that of the
//! sender's slot; nonce, expiry and signature are not posted, because the proof vouches for them.

use plonky2_field::types::Field;

#[cfg(doc)]
use crate::rules::RuleError;
use crate::{
    amount::Amount,
    domain::Domain,
    fee::FeeCode,
    field::F,
    index::{Expiry, Nonce, SlotIndex},
    key::{PublicKey, SecretKey},
    signature::Signature,
};

/// The operation number of a transfer in a signed message.
pub const OPERATION: u64 = 1;

/// An order to move an amount between two slots of one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// The sender's slot.
    pub from: SlotIndex,
    /// The receiver's slot.
    pub to: SlotIndex,
    /// What the receiver gets.
    pub amount: Amount,
    /// What the sender pays on top, in the same token.
    pub fee: FeeCode,
    /// The sender slot's nonce before the transfer.
    pub nonce: Nonce,
    /// The last batch in which the transfer is valid.
    pub expiry: Expiry,
}

impl Transfer {
    /// The signed message, six elements (see the [module](self)).
    pub fn message(&self) -> [F; 6] {
        let [from, to] = [self.from, self.to].map(u64::from);
        let first = OPERATION << 58 | from << 32 | u64::from(self.expiry);
        let second = to << 10 | u64::from(self.fee);
        [
            F::from_canonical_u64(first),
            F::from_canonical_u64(second),
            self.amount.element(),
            self.nonce.element(),
            F::ZERO,
            F::ZERO,
        ]
    }

    /// The posted words, two elements: the amount, and `from`, `to` and the fee code in one (see the [module](self)).
    pub fn words(&self) -> [F; 2] {
        let [from, to] = [self.from, self.to].map(u64::from);
        let word = from << 36 | to << 10 | u64::from(self.fee);
        [self.amount.element(), F::from_canonical_u64(word)]
    }

    /// Amount and fee together: what the sender pays, below $2^{63}$.
    pub fn cost(&self) -> u64 {
        self.amount.get() + self.fee.value().get()
    }

    /// Signs the transfer for `domain`. Deterministic: the same inputs give the same signature.
    pub fn sign(self, domain: &Domain, key: &SecretKey) -> SignedTransfer {
        let signature = key.sign(&domain.separator(), &self.message());
        SignedTransfer { transfer: self, domain: *domain, signature }
    }
}

/// A transfer with its signature and the domain it was signed for. The signature has *not* been checked: that takes
/// the sender's key, which only the state knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTransfer {
    /// The order.
    pub transfer: Transfer,
    /// The deployment it was signed for.
    pub domain: Domain,
    /// The signature over [`Transfer::message`] under the domain's separator.
    pub signature: Signature,
}

impl SignedTransfer {
    /// Whether the signature opens under `key` (T1).
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.signature.verify(key, &self.domain.separator(), &self.transfer.message())
    }
}

#[cfg(test)]
mod tests {
    use plonky2_field::types::PrimeField64;

    use super::*;

    fn transfer() -> Transfer {
        Transfer {
            from: SlotIndex::new(0xabcdef).unwrap(),
            to: SlotIndex::new(0x123456).unwrap(),
            amount: Amount::new(1_000_000_007).unwrap(),
            fee: FeeCode::new(0x3a5).unwrap(),
            nonce: Nonce::new(9),
            expiry: Expiry::new(0xdead_beef),
        }
    }

    /// The largest transfer that the types can hold.
    fn largest() -> Transfer {
        Transfer {
            from: SlotIndex::MAX,
            to: SlotIndex::MAX,
            amount: Amount::MAX,
            fee: FeeCode::MAX,
            nonce: Nonce::MAX,
            expiry: Expiry::MAX,
        }
    }

    #[test]
    fn the_message_is_laid_out_as_documented() {
        let message = transfer().message().map(|element| element.to_canonical_u64());
        let first = (1 << 58) + (0xabcdef << 32) + 0xdead_beef;
        assert_eq!(message, [first, (0x123456 << 10) + 0x3a5, 1_000_000_007, 9, 0, 0]);
    }

    #[test]
    fn the_words_are_laid_out_as_documented() {
        let words = transfer().words().map(|element| element.to_canonical_u64());
        assert_eq!(words, [1_000_000_007, (0xabcdef << 36) + (0x123456 << 10) + 0x3a5]);
    }

    #[test]
    fn nothing_wraps_at_the_bounds() {
        let transfer = largest();
        let message = transfer.message().map(|element| element.to_canonical_u64());
        assert!(message.iter().all(|&element| element < 1 << 62));
        assert_eq!(message[0] >> 58, OPERATION);
        assert!(transfer.words().iter().all(|element| element.to_canonical_u64() < 1 << 62));
        assert_eq!(transfer.cost(), (1 << 62) - 1 + 255_000_000);
    }

    #[test]
    fn each_field_moves_the_message() {
        let original = transfer();
        let other = largest();
        let changed = [
            Transfer { from: other.from, ..original },
            Transfer { to: other.to, ..original },
            Transfer { amount: other.amount, ..original },
            Transfer { fee: other.fee, ..original },
            Transfer { nonce: other.nonce, ..original },
            Transfer { expiry: other.expiry, ..original },
        ];
        for transfer in changed {
            assert_ne!(transfer.message(), original.message());
        }
    }

    #[test]
    fn a_signature_is_for_one_key_domain_and_transfer() {
        let [key, other_key] = [0, 1].map(|index| SecretKey::derive(&[1; 32], "transfer tests", index));
        let domain = Domain::new([1; 32]);
        let signed = transfer().sign(&domain, &key);
        assert!(signed.is_signed_by(&key.public_key()));
        assert!(!signed.is_signed_by(&other_key.public_key()));

        let mut moved = signed.clone();
        moved.domain = Domain::new([2; 32]);
        assert!(!moved.is_signed_by(&key.public_key()));

        let mut changed = signed.clone();
        changed.transfer.amount = Amount::ZERO;
        assert!(!changed.is_signed_by(&key.public_key()));
    }
}
