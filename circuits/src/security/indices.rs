//! # Indices with two decompositions
//!
//! A query's index is the low bits of a challenge c below p. Outside of circuits that is one
//! number. plonky2's verifier in a circuit takes 64 bits that sum to c modulo p, and for c < 2^64 −
//! p = 2^32 − 1 there are two such numbers, c and c + p. Since p is 1 modulo 2^32, the second index
//! is the one after the first. Whoever fills in the circuit chooses, for about one challenge in
//! 2^32.
//!
//! ## What the choice is worth
//!
//! Let a prover pass a query where its words agree with a codeword, on a set A of αN of the N
//! places. It passes if *some* number x below 2^64 with the right remainder modulo p ends in a
//! place of A. There are αN · 2^64/N = α · 2^64 such numbers, as N is a power of two below 2^64,
//! and each belongs to one challenge. So at most α · 2^64 of the p challenges pass, and
//!
//! | | a query passes with at most |
//! |---|---|
//! | one number a challenge | α + 1/p (place 0 has one challenge more than the others: p = 1 mod N) |
//! | any number below 2^64 | α · 2^64/p |
//!
//! Challenges of queries are drawn together, and each is worth that, whatever is chosen for the
//! others: q queries pass with at most (α · 2^64/p)^q. The loss is q · log2(2^64/p) bits, 3.4 ·
//! 10^−10 a query. Reports take it off `query` and print as `index` what it adds: α^q · ((2^64/p)^q
//! − 1) · 2^−grinding. Grinding itself has one decomposition, of 48 bits, and challenges that are
//! not indices are never decomposed.
//!
//! ## Which layers have it
//!
//! All whose proofs are verified in a plonky2 circuit: leaves in nodes, nodes in nodes and in the
//! first circuit above the tree, and every circuit above the tree, the root too: natively it is
//! verified without a choice, but under a wrap in the last circuit. The last layer has none: the
//! wrap's verifier demands canonical elements.
//!
//! It is closed when keys change next, by demanding that the lower half of the 64 bits vanish where
//! the upper is full; that number is then c itself.

use plonky2::field::types::Field64;
use serde::Serialize;

use crate::field::F;

/// From what number a layer's verifier takes the index of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Indices {
    /// The challenge itself, below p: verifiers that are programs, and the wrap's circuit.
    Canonical,
    /// Any number below 2^64 that is the challenge modulo p: plonky2's verifier in a circuit.
    Ambiguous,
}

impl Indices {
    /// ln of the factor by which one query is likelier to pass: 0, or ln(2^64/p).
    fn factor(self) -> f64 {
        match self {
            Self::Canonical => 0.0,
            // p/2^64 = 1 − (2^64 − p)/2^64.
            Self::Ambiguous => -(-(F::ORDER.wrapping_neg() as f64) / 64.0_f64.exp2()).ln_1p(),
        }
    }

    /// The bits that so many queries lose by the choice.
    pub(super) fn loss(self, queries: usize) -> f64 {
        queries as f64 * self.factor() / std::f64::consts::LN_2
    }

    /// How many bits fewer the choice adds than the queries are worth; none if it adds nothing.
    pub(super) fn rarity(self, queries: usize) -> Option<f64> {
        let added = (queries as f64 * self.factor()).exp_m1();
        (added > 0.0).then(|| -added.log2())
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::{Field, PrimeField64};
    use plonky2::iop::target::Target;
    use plonky2::iop::witness::{PartialWitness, WitnessWrite};

    use super::*;
    use crate::builder::Builder;
    use crate::profile::Profile;
    use crate::testing::{Liar, Subject};

    /// 241 = 2^8 − 2^4 + 1 is to eight bits what p is to 64: every set of agreeing places is tried
    /// against every challenge.
    #[test]
    fn what_the_choice_is_worth_in_a_small_field() {
        let (p, numbers, places) = (241_u32, 256, 8);
        for agreeing in 0..1_u32 << places {
            let passes = |x: u32| agreeing >> (x % places) & 1 == 1;
            let plain = (0..p).filter(|c| passes(*c)).count() as u32;
            let chosen = (0..p).filter(|c| passes(*c) || c + p < numbers && passes(c + p)).count() as u32;
            let fraction = agreeing.count_ones();
            assert!(plain <= fraction * (p - 1) / places + 1, "{agreeing:b}: {plain}");
            assert!(plain <= chosen && chosen <= fraction * numbers / places, "{agreeing:b}: {chosen}");
            // A place alone meets the bound: no challenge has two numbers that end in it.
            if fraction == 1 {
                assert_eq!(chosen, numbers / places, "{agreeing:b}");
            }
        }
    }

    /// The figures of exact arithmetic: log2(2^64/p), and log2 of (2^64/p)^60 − 1.
    #[test]
    fn the_loss() {
        let close = |got: f64, expected: f64| (got / expected - 1.0).abs() < 1e-12;
        assert!(close(Indices::Ambiguous.loss(1), 3.359_036_149_273_19e-10));
        assert!(close(Indices::Ambiguous.loss(60), 60.0 * 3.359_036_149_273_19e-10));
        assert!((Indices::Ambiguous.rarity(60).unwrap() - 26.093_109_394_478).abs() < 1e-9);
        assert_eq!((Indices::Canonical.loss(60), Indices::Canonical.rarity(60)), (0.0, None));
        assert_eq!(Indices::Ambiguous.rarity(0), None);
    }

    /// plonky2's decomposition of a challenge, as its verifier makes it, and the bits of an index
    /// of 19, public.
    fn index() -> (Subject, (Target, Vec<Target>)) {
        let write = |b: &mut Builder| {
            let challenge = b.virtual_target();
            let bits = b.inner().low_bits(challenge, 64, 64);
            let bits: Vec<_> = bits.into_iter().map(|bit| bit.target).collect();
            b.register_public_inputs(&bits[..19]);
            (challenge, bits)
        };
        Subject::new(&Profile::Fast.leaf_config(), write).unwrap()
    }

    /// The values that make the decomposition one of `number`: of all bits, and of the sums of the
    /// two rows that hold them, which stand in their first columns.
    fn lies(bits: &[Target], number: u64) -> Vec<(Target, F)> {
        let (low, high) = bits.split_at(63);
        let sum = |bits: &[Target]| match bits[0] {
            Target::Wire(wire) => Target::wire(wire.row, 0),
            Target::VirtualTarget { .. } => panic!("a bit is a wire"),
        };
        let sums =
            [(sum(low), F::from_canonical_u64(number & ((1 << 63) - 1))), (sum(high), F::from_bool(number >> 63 == 1))];
        bits.iter().enumerate().map(|(i, bit)| (*bit, F::from_bool(number >> i & 1 == 1))).chain(sums).collect()
    }

    /// What is counted is there: c + p is taken for every c below 2^32 − 1, and its index is the
    /// next one.
    #[test]
    fn a_circuit_takes_the_next_index() {
        let (subject, (challenge, bits)) = index();
        let take = |c: u64, number: u64| {
            let mut inputs = PartialWitness::new();
            inputs.set_target(challenge, F::from_canonical_u64(c)).unwrap();
            let mut liar = Liar::new(&subject, &inputs).unwrap();
            let told = liar.tell(&lies(&bits, number));
            let index = liar.table().public_inputs().iter().rev().fold(F::ZERO, |sum, bit| sum.double() + *bit);
            told.map(|()| index.to_canonical_u64())
        };
        let ambiguous = F::ORDER.wrapping_neg();
        assert_eq!(ambiguous, (1 << 32) - 1);
        for c in [0, 5, (1 << 19) - 1, ambiguous - 1] {
            assert_eq!(take(c, c).unwrap(), c % (1 << 19));
            assert_eq!(take(c, c + F::ORDER).unwrap(), (c + 1) % (1 << 19), "{c} + p");
        }
        take(5, 6).unwrap_err();
        // Of the next challenge c + p has 65 bits, and the lower 64 are another number's.
        take(ambiguous, ambiguous.wrapping_add(F::ORDER)).unwrap_err();
    }
}
