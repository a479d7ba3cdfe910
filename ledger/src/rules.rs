//! # The rules of a transfer, by number
//!
//! Ten rules, stated with their meaning in [`transfer`](crate::transfer). Here each has its number and its error, so
//! that a test can name the rule it breaks and a circuit can be set against the same list.

use std::fmt;

use crate::{
    amount::Amount,
    domain::Domain,
    index::{BatchNumber, Expiry, Nonce, SlotIndex, Token},
    range::RangeError,
};

/// A rule of the transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The signature opens under the sender's key.
    T1,
    /// The nonce is the sender's, and moves on by one.
    T2,
    /// The sender can pay amount and fee.
    T3,
    /// Sender and receiver hold the same token.
    T4,
    /// Both slots exist.
    T5,
    /// The transfer has not expired.
    T6,
    /// Every number is in range.
    T7,
    /// The transfer was signed for this domain.
    T8,
    /// Nothing else changes. (No transfer can break it, so it has no error.)
    T9,
    /// A fee is paid in a token that the batch collects.
    T10,
}

impl Rule {
    /// All rules, in order.
    pub const ALL: [Self; 10] =
        [Self::T1, Self::T2, Self::T3, Self::T4, Self::T5, Self::T6, Self::T7, Self::T8, Self::T9, Self::T10];
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The variant's name is the rule's name.
        fmt::Debug::fmt(self, f)
    }
}

/// Why a transfer is refused: the rule that it breaks, with what was expected and what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// T1.
    #[error("the signature does not open under the sender's key")]
    BadSignature,
    /// T2.
    #[error("expected nonce {expected}, got {got}")]
    StaleNonce {
        /// The sender slot's nonce.
        expected: Nonce,
        /// The transfer's nonce.
        got: Nonce,
    },
    /// T3.
    #[error("the sender holds {balance}, amount and fee need {needed}")]
    Insolvent {
        /// The sender slot's balance.
        balance: Amount,
        /// Amount and fee together, below $2^{63}$.
        needed: u64,
    },
    /// T4.
    #[error("the sender's slot holds token {sender}, the receiver's token {receiver}")]
    TokenMismatch {
        /// The sender slot's token.
        sender: Token,
        /// The receiver slot's token.
        receiver: Token,
    },
    /// T5.
    #[error("slot {slot} does not exist")]
    MissingSlot {
        /// The place that is empty.
        slot: SlotIndex,
    },
    /// T6.
    #[error("valid up to batch {expiry}, but this is batch {batch}")]
    Expired {
        /// The last batch in which the transfer is valid.
        expiry: Expiry,
        /// The batch it was put into.
        batch: BatchNumber,
    },
    /// T7.
    #[error(transparent)]
    OutOfRange(#[from] RangeError),
    /// T8.
    #[error("signed for domain {got}, but this batch is of domain {expected}")]
    WrongDomain {
        /// The batch's domain.
        expected: Domain,
        /// The transfer's domain.
        got: Domain,
    },
    /// T10.
    #[error("a fee in token {token}, which this batch does not collect")]
    FeeTokenRefused {
        /// The sender slot's token.
        token: Token,
    },
}

impl RuleError {
    /// The rule that was broken.
    pub const fn rule(&self) -> Rule {
        match self {
            Self::BadSignature => Rule::T1,
            Self::StaleNonce { .. } => Rule::T2,
            Self::Insolvent { .. } => Rule::T3,
            Self::TokenMismatch { .. } => Rule::T4,
            Self::MissingSlot { .. } => Rule::T5,
            Self::Expired { .. } => Rule::T6,
            Self::OutOfRange(_) => Rule::T7,
            Self::WrongDomain { .. } => Rule::T8,
            Self::FeeTokenRefused { .. } => Rule::T10,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_by_number() {
        let names: Vec<String> = Rule::ALL.iter().map(Rule::to_string).collect();
        assert_eq!(names, ["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10"]);
    }
}
