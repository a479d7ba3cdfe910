//! # Batches and fee lanes
//!
//! A batch is what transfers are applied in: a domain, a number, and up to four *fee lanes*. A lane names a token and
//! the slot that the operator collects this token's fees in. Fees are summed while the batch runs and credited at its
//! end, lane 0 to lane 3. A fee in a token without a lane is refused (T10).
//!
//! The statement of a proof binds the lanes by one digest over four words:
//!
//! ```text
//! fees = Poseidon(Fees; l₀ l₁ l₂ l₃)       l = 2^56 + slot · 2^32 + token for a used lane, 0 for an unused one
//! ```
//!
//! While a batch runs, the lanes stand with what they have collected so far. Between two [pieces](crate::cut) of a batch
//! that is one digest too, the *open* one; the digest of the lanes alone is then called *closed*:
//!
//! ```text
//! open = Poseidon(Sums; fees s₀ s₁ s₂ s₃)       s = what the lane has collected, 0 for an unused one
//! ```
//!
//! Tag and length tell the two apart: whoever knows lanes and sums under a digest knows that it is open.

use plonky2_field::types::Field;
use serde::{Deserialize, Serialize};

use crate::{
    amount::Amount,
    digest::Digest,
    domain::Domain,
    field::F,
    hash::{Tag, hash},
    index::{BatchNumber, SlotIndex, Token},
    range::RangeError,
};

/// How many fee lanes a batch has.
pub const LANES: usize = 4;

/// Where the fees of one token go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeLane {
    /// The token whose fees this lane collects.
    pub token: Token,
    /// The operator's slot for them.
    pub slot: SlotIndex,
}

/// Two lanes for one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("token {token} has two fee lanes, {first} and {second}")]
pub struct DuplicateLane {
    /// The token.
    pub token: Token,
    /// The number of its first lane, below 4.
    pub first: usize,
    /// The number of its second lane, below 4.
    pub second: usize,
}

/// The four fee lanes of a batch, each used or not; no token has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeeLanes([Option<FeeLane>; LANES]);

impl FeeLanes {
    /// No lane is used: the batch collects no fees, and refuses all.
    pub const NONE: Self = Self([None; LANES]);

    /// These lanes.
    ///
    /// # Errors
    /// Two lanes have the same token.
    pub fn new(lanes: [Option<FeeLane>; LANES]) -> Result<Self, DuplicateLane> {
        for (second, lane) in lanes.iter().enumerate() {
            let Some(FeeLane { token, .. }) = *lane else {
                continue;
            };
            let is_same = |other: &Option<FeeLane>| other.is_some_and(|other| other.token == token);
            if let Some(first) = lanes[..second].iter().position(is_same) {
                return Err(DuplicateLane { token, first, second });
            }
        }
        Ok(Self(lanes))
    }

    /// The lanes, by number.
    pub const fn lanes(&self) -> &[Option<FeeLane>; LANES] {
        &self.0
    }

    /// The number of the lane that collects `token`.
    pub fn lane_of(&self, token: Token) -> Option<usize> {
        self.0.iter().position(|lane| lane.is_some_and(|lane| lane.token == token))
    }

    /// The four words under the digest: 0 for an unused lane, $2^{56} + slot \cdot 2^{32} + token$ for a used one.
    pub fn words(&self) -> [F; LANES] {
        self.0.map(|lane| match lane {
            None => F::ZERO,
            Some(lane) => F::from_canonical_u64(1 << 56 | u64::from(lane.slot) << 32 | u64::from(lane.token)),
        })
    }

    /// Poseidon(`Fees`; words).
    pub fn digest(&self) -> Digest {
        hash(Tag::Fees, &self.words())
    }

    /// The open digest of these lanes after they have collected `sums`: Poseidon(`Sums`; digest, sums).
    pub fn open_digest(&self, sums: &[Amount; LANES]) -> Digest {
        let ([a, b, c, d], [s, t, u, v]) = (self.digest().0, sums.map(Amount::element));
        hash(Tag::Sums, &[a, b, c, d, s, t, u, v])
    }
}

/// The circumstances in which transfers are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// The deployment; each transfer must be signed for it (T8).
    pub domain: Domain,
    /// The number; no transfer may have expired by it (T6).
    pub number: BatchNumber,
    /// Which fees are collected, and where (T10).
    pub lanes: FeeLanes,
}

impl Batch {
    /// The first batch of a deployment, without fee lanes.
    pub const fn first(domain: Domain) -> Self {
        Self { domain, number: BatchNumber::FIRST, lanes: FeeLanes::NONE }
    }

    /// The batch after this one: the same domain and lanes, the next number.
    ///
    /// # Errors
    /// This is the last batch number.
    pub fn next(self) -> Result<Self, RangeError> {
        Ok(Self { number: self.number.next()?, ..self })
    }
}

#[cfg(test)]
mod tests {
    use plonky2_field::types::PrimeField64;

    use super::*;

    fn lane(token: u32, slot: u32) -> Option<FeeLane> {
        Some(FeeLane { token: Token::new(token), slot: SlotIndex::new(slot).unwrap() })
    }

    #[test]
    fn words_tell_used_from_unused() {
        let lanes = FeeLanes::new([lane(0, 0), None, lane(u32::MAX, 0xffffff), lane(7, 9)]).unwrap();
        let expected = [1 << 56, 0, (1 << 57) - 1, (1 << 56) + (9 << 32) + 7];
        assert_eq!(lanes.words().map(|word| word.to_canonical_u64()), expected);
        assert_eq!(lanes.digest(), hash(Tag::Fees, &lanes.words()));
        assert_ne!(lanes.digest(), FeeLanes::NONE.digest());
    }

    #[test]
    fn every_sum_is_in_the_open_digest() {
        let lanes = FeeLanes::new([lane(3, 1), None, lane(4, 2), None]).unwrap();
        let sums = [5, 0, 7, 0].map(|sum| Amount::new(sum).unwrap());
        let words: Vec<_> = lanes.digest().0.into_iter().chain(sums.map(Amount::element)).collect();
        assert_eq!(lanes.open_digest(&sums), hash(Tag::Sums, &words));
        let mut seen = vec![lanes.digest(), lanes.open_digest(&sums), FeeLanes::NONE.open_digest(&sums)];
        for changed in 0..LANES {
            let mut others = sums;
            others[changed] = Amount::MAX;
            seen.push(lanes.open_digest(&others));
        }
        let distinct: std::collections::HashSet<_> = seen.iter().map(Digest::limbs).collect();
        assert_eq!(distinct.len(), seen.len());
    }

    #[test]
    fn a_token_has_one_lane() {
        let error = FeeLanes::new([lane(1, 5), None, lane(2, 6), lane(1, 7)]).unwrap_err();
        assert_eq!(error, DuplicateLane { token: Token::new(1), first: 0, second: 3 });
        let lanes = FeeLanes::new([lane(1, 5), None, lane(2, 6), None]).unwrap();
        assert_eq!(lanes.lane_of(Token::new(2)), Some(2));
        assert_eq!(lanes.lane_of(Token::new(0)), None);
    }

    #[test]
    fn numbers_count_up_from_one() {
        let batch = Batch::first(Domain::new([0; 32]));
        assert_eq!(batch.next().map(|next| next.number), BatchNumber::new(2));
        assert!(Batch { number: BatchNumber::MAX, ..batch }.next().is_err());
    }
}
