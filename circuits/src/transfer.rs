//! # Transfer
//! Moves an amount from the slot of a signer to another slot of the same token, and a fee to the batch.
//!
//! | rule | native error | constraint |
//! |---|---|---|
//! | T1 | `BadSignature` | the signature opens under the key in the sender's slot ([`signature`](mod@crate::signature), [`key`](mod@crate::gates::key)) |
//! | T2 | `StaleNonce` | the message's nonce is the slot's $n$; the slot becomes $n + 1$ ([`key`](mod@crate::gates::key)) |
//! | T3 | `Insolvent` | $b - v - f \in [0, 2^{62})$ ([`value`](mod@crate::gates::value)) |
//! | T4 | `TokenMismatch` | the receiver's token is the sender's |
//! | T5 | `MissingSlot` | both leaves hash under the slot tag, which the empty leaf does not |
//! | T6 | `Expired` | expiry − batch number $\in [0, 2^{32})$ ([`key`](mod@crate::gates::key)) |
//! | T7 | `OutOfRange` | digits and bits ([`key`](mod@crate::gates::key), [`value`](mod@crate::gates::value)) |
//! | T8 | `WrongDomain` | the domain separator is the capacity of the challenge's sponge ([`signature`](mod@crate::signature)) |
//! | T9 | none | both roots from one path; receiver after sender; nothing else of a slot changes |
//! | T10 | `FeeTokenRefused` | a fee has a lane of its token ([`block`](mod@crate::gates::block)) |
//!
//! The receiver is read from the tree that the debit left behind, so a transfer to oneself needs no special case.
//!
//! | part | rows |
//! |---|---|
//! | signature: ladder, key row, challenge | 25 |
//! | value row | 1 |
//! | owner's key | 1 |
//! | four leaves | 4 |
//! | two paths, old and new | 96 |
//! | a quarter of a block: data hash and block row | 1/2 |
//! | **total** | **127.5** |
//!
//! **Not checked here:** that the old root is the current one, and that a padding transfer is the constant one; see [`block`](mod@crate::gates::block).

use furl_ledger::trace::Step;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use crate::builder::Builder;
use crate::field::F;
use crate::gadgets::merkle::PathWires;
use crate::gates::{Custom, Key, Value, key, value};
use crate::signature::{MESSAGE, SignatureWires};
use crate::slot::{SlotWires, owner_key};
use crate::wires::{DigestWires, wires};

wires! {
    /// A signed transfer and the two slots that it touches, each with its path.
    pub struct TransferWires: Step {
        /// The signature: digits on the ladder's rows.
        signature: SignatureWires = |step| step.signed.signature.clone(),
        /// The sender's public key: $x$ then $y$.
        public_key: [Target; 10] = |step| {
            let point = step.sender.slot.owner.public_key.point();
            core::array::from_fn(|i| if i < 5 { point.x.0[i] } else { point.y.0[i - 5] })
        },
        /// The address that the sender's exits pay to, as limbs.
        l1_address: [Target; 3] = |step| step.sender.slot.owner.l1_address.elements(),
        /// The sender's token.
        token: Target = |step| F::from_canonical_u32(step.sender.slot.token.get()),
        /// The sender's nonce, before.
        nonce: Target = |step| F::from_canonical_u32(step.sender.slot.nonce.get()),
        /// The sender's balance, before.
        balance: Target = |step| F::from_canonical_u64(step.sender.slot.balance.get()),
        /// The receiver's slot, after the debit and before the credit.
        receiver: SlotWires = |step| step.receiver.slot.clone(),
        /// The amount.
        amount: Target = |step| F::from_canonical_u64(step.signed.transfer.amount.get()),
        /// The fee's mantissa in base 4, lowest digit first.
        fee_mantissa: [Target; 4] = |step| {
            core::array::from_fn(|i| F::from_canonical_u16(step.signed.transfer.fee.mantissa() >> (2 * i) & 3))
        },
        /// The fee's exponent in bits, lowest first.
        fee_exponent: [Target; 2] = |step| core::array::from_fn(|i| F::from_canonical_u16(step.signed.transfer.fee.exponent() >> i & 1)),
        /// The last batch in which the transfer is valid.
        expiry: Target = |step| F::from_canonical_u32(step.signed.transfer.expiry.get()),
        /// Where the sender's slot stands.
        from: PathWires = |step| (step.signed.transfer.from, step.sender.path.clone()),
        /// Where the receiver's slot stands.
        to: PathWires = |step| (step.signed.transfer.to, step.receiver.path.clone()),
    }
}

/// What all transfers of a batch have in common.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The domain separator.
    pub domain: DigestWires,
    /// The batch number, ranged by the leaf.
    pub batch: Target,
}

/// What a transfer tells its block.
#[derive(Clone, Copy, Debug)]
pub struct Effect {
    /// The root that it starts from.
    pub old_root: DigestWires,
    /// The root that it leaves.
    pub new_root: DigestWires,
    /// The token moved.
    pub token: Target,
    /// The fee paid.
    pub fee: Target,
    /// The two words that the batch publishes; 0 for padding.
    pub words: [Target; 2],
}

impl TransferWires {
    /// The effect of the transfer; unsatisfiable if a rule is broken. `real` says whether it is more than padding.
    pub fn constrain(&self, b: &mut Builder, context: &Context, real: Target) -> Effect {
        let key_row = b.add_gate(Custom::<Key>::new(), vec![]);
        let value_row = b.add_gate(Custom::<Value>::new(), vec![]);
        let at_key = |wire| Target::wire(key_row, wire);
        let at_value = |wire| Target::wire(value_row, wire);
        b.scope("inputs", |b| self.place(b, context, real, at_key, at_value));

        let message = self.message(b, at_value);
        b.scope("signature", |b| self.signature.constrain(b, key_row, &context.domain, message)); // T1, T8

        let sender = SlotWires {
            key: b.scope("owner key", |b| owner_key(b, core::array::from_fn(|i| self.public_key[i]), self.l1_address)),
            token: self.token,
            nonce: self.nonce,
            balance: self.balance,
        };
        let debited =
            SlotWires { nonce: at_key(key::NONCE_NEXT), balance: at_value(value::SENDER_BALANCE_NEXT), ..sender }; // T2, T3
        let (old_root, middle) = b.scope("sender", |b| replace(b, &self.from, &sender, &debited)); // T5, T9

        b.scope("token", |b| b.connect(self.receiver.token, sender.token)); // T4
        let credited = SlotWires { balance: at_value(value::RECEIVER_BALANCE_NEXT), ..self.receiver };
        let (after_debit, new_root) = b.scope("receiver", |b| replace(b, &self.to, &self.receiver, &credited)); // T5, T9
        b.scope("sequence", |b| after_debit.connect(b, &middle)); // T9

        Effect {
            old_root,
            new_root,
            token: self.token,
            fee: at_value(value::FEE),
            words: [at_value(value::WORDS), at_value(value::WORDS + 1)],
        }
    }

    /// Puts the transfer's parts on its key row (T1, T2, T6) and its value row (T3, T7).
    fn place(
        &self,
        b: &mut Builder,
        context: &Context,
        real: Target,
        at_key: impl Fn(usize) -> Target,
        at_value: impl Fn(usize) -> Target,
    ) {
        for (i, coordinate) in self.public_key.into_iter().enumerate() {
            b.connect(coordinate, at_key(key::KEY + i));
        }
        b.connect(self.nonce, at_key(key::NONCE));
        b.connect(self.expiry, at_key(key::EXPIRY));
        b.connect(context.batch, at_key(key::BATCH));

        b.connect(self.amount, at_value(value::AMOUNT));
        b.connect(self.balance, at_value(value::SENDER_BALANCE));
        b.connect(self.receiver.balance, at_value(value::RECEIVER_BALANCE));
        b.connect(self.expiry, at_value(value::EXPIRY));
        b.connect(real, at_value(value::REAL));
        let digits = self.fee_mantissa.iter().zip(value::MANTISSA);
        let bits = self.fee_exponent.iter().zip(value::EXPONENT);
        let from = self.from.bits.iter().zip(value::FROM);
        let to = self.to.bits.iter().zip(value::TO);
        for (target, wire) in digits.chain(bits).chain(from).chain(to) {
            b.connect(*target, at_value(wire));
        }
    }

    /// The words that the owner signed.
    fn message(&self, b: &mut Builder, at_value: impl Fn(usize) -> Target) -> [Target; MESSAGE] {
        let zero = b.constant(F::ZERO);
        [at_value(value::MESSAGE), at_value(value::MESSAGE + 1), self.amount, self.nonce, zero, zero]
    }
}

/// The root with `before` in place, and the root with `after` in its stead. Fifty rows.
fn replace(b: &mut Builder, path: &PathWires, before: &SlotWires, after: &SlotWires) -> (DigestWires, DigestWires) {
    let (before, after) = (before.leaf(b), after.leaf(b));
    path.update(b, &before, &after)
}
