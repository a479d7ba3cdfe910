//! # The signature, opened in the circuit
//!
//! A signature $(c, s)$ opens under key $P$, domain $DS$ and message $m$ iff
//!
//! $$ V = 2^{132}H + sG + eP, \qquad e = 2c - (2^{132} - 1), \qquad c \text{ is cut from } \mathrm{sponge}_{DS}(V.x,\ P.x,\ m). $$
//!
//! Twenty-two ladder rows compute $V$ from the digits of $e$ and $s$; two permutations hash; the key row ties the digits of $e$ to the hash. Twenty-five rows.
//!
//! | part | rows |
//! |---|---|
//! | ladder | 22 |
//! | key row: curve equation, $3P$, challenge split (and, for the transfer, nonce and expiry) | 1 |
//! | challenge hash | 2 |
//!
//! The domain enters as the sponge's capacity, so no message of one deployment is a message of another (T8).
//!
//! **Not checked here:** that $s < n$. Every representation of $s$ is accepted, so no signature may enter an id, a hash or a key. $P$ and $-P$ share their $x$, hence
//! their slot, and belong to the same owner.

use furl_ledger::curve;
use furl_ledger::signature::Signature;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use crate::builder::Builder;
use crate::field::F;
use crate::gadgets::poseidon;
use crate::gates::{Custom, Ladder, key, ladder};
use crate::wires::{DigestWires, Wires};

/// Words of a signed message.
pub const MESSAGE: usize = 6;

/// The ladder's rows; their digit bits are the signature.
#[derive(Clone, Copy, Debug)]
pub struct SignatureWires {
    rows: [usize; ladder::ROWS],
}

impl Wires for SignatureWires {
    type Value = Signature;

    /// Adds the ladder's rows. Row $w$, most significant first, carries the constant 1 iff its $s_2$ digit is over $2^{201}G$.
    fn allocate(b: &mut Builder) -> Self {
        let upper = |row: usize| F::from_bool(ladder::ROWS - 1 - row >= ladder::ROWS / 2);
        Self { rows: core::array::from_fn(|row| b.add_gate(Custom::<Ladder>::new(), vec![upper(row)])) }
    }
    fn targets(&self, out: &mut Vec<Target>) {
        out.extend(self.rows.iter().flat_map(|row| ladder::BITS.map(|wire| Target::wire(*row, wire))));
    }
    fn elements(value: &Signature, out: &mut Vec<F>) {
        out.extend(value.digits().as_flattened().iter().map(|bit| F::from_bool(*bit)));
    }
}

impl SignatureWires {
    /// Constrains the signature to open under the key in row `key_row` (a [`Key`](crate::gates::Key) row), for `message` in `domain`.
    pub fn constrain(&self, b: &mut Builder, key_row: usize, domain: &DigestWires, message: [Target; MESSAGE]) {
        let commitment = b.scope("ladder", |b| self.climb(b, key_row));
        let hash = b.scope("challenge", |b| {
            let key: [Target; 5] = core::array::from_fn(|i| Target::wire(key_row, key::KEY + i));
            challenge(b, domain, commitment, key, message)
        });
        for (i, word) in hash.into_iter().enumerate() {
            b.connect(word, Target::wire(key_row, key::HASH + i));
        }
    }

    /// Chains the rows from $H$ and returns $V.x$.
    fn climb(&self, b: &mut Builder, key_row: usize) -> [Target; 5] {
        let zero = b.constant(F::ZERO);
        let start = curve::BLINDING_BASE;
        let mut point: [Target; 10] =
            core::array::from_fn(|i| b.constant(if i < 5 { start.x.0[i] } else { start.y.0[i - 5] }));
        let mut limb = zero;
        for (i, row) in self.rows.into_iter().enumerate() {
            let wire = |at: usize| Target::wire(row, at);
            b.connect_array(point, core::array::from_fn(|k| wire(ladder::POINT_IN + k)));
            for k in 0..10 {
                b.connect(Target::wire(key_row, key::KEY + k), wire(ladder::KEY + k));
                b.connect(Target::wire(key_row, key::KEY_TRIPLE + k), wire(ladder::KEY_TRIPLE + k));
            }
            b.connect(limb, wire(ladder::LIMB_IN));
            point = core::array::from_fn(|k| wire(ladder::POINT_OUT + k));
            limb = wire(ladder::LIMB_OUT);
            // The pieces of the challenge, top first: 12 bits in two rows, 60 in ten, 60 in ten.
            if let Some(piece) = match i {
                1 => Some(2),
                11 => Some(1),
                21 => Some(0),
                _ => None,
            } {
                b.connect(limb, Target::wire(key_row, key::CHALLENGE + piece));
                limb = zero;
            }
        }
        core::array::from_fn(|k| point[k])
    }
}

/// The three words from which the challenge is cut. Two rows.
fn challenge(
    b: &mut Builder,
    domain: &DigestWires,
    commitment: [Target; 5],
    key: [Target; 5],
    message: [Target; MESSAGE],
) -> [Target; 3] {
    let [v0, v1, v2, v3, v4] = commitment;
    let [p0, p1, p2, p3, p4] = key;
    let state = poseidon::absorb(b, [v0, v1, v2, v3, v4, p0, p1, p2], domain.elements);
    let [m0, m1, m2, m3, m4, m5] = message;
    let [.., c0, c1, c2, c3] = state;
    let state = poseidon::absorb(b, [p3, p4, m0, m1, m2, m3, m4, m5], [c0, c1, c2, c3]);
    [state[0], state[1], state[2]]
}

#[cfg(test)]
mod tests {
    use furl_ledger::key::SecretKey;
    use plonky2::gates::noop::NoopGate;
    use plonky2::iop::witness::{PartialWitness, WitnessWrite};

    use super::*;
    use crate::profile::Profile;
    use crate::testing::mutants::{Effort, connects};
    use crate::testing::{Subject, Table};

    fn secret() -> SecretKey {
        SecretKey::derive(&[5; 32], "furl/test/signature", 0)
    }

    fn signature() -> Signature {
        secret().sign(&furl_ledger::Digest::ZERO, &[F::ONE; MESSAGE])
    }

    /// The ladder alone, on a key row that constrains nothing; its outputs are public.
    fn ladder() -> (Subject, (SignatureWires, usize)) {
        let write = |b: &mut Builder| {
            let (wires, key_row) = (SignatureWires::allocate(b), b.add_gate(NoopGate, vec![]));
            let commitment = wires.climb(b, key_row);
            b.register_public_inputs(&commitment);
            b.register_public_inputs(&[0, 1, 2].map(|piece| Target::wire(key_row, key::CHALLENGE + piece)));
            (wires, key_row)
        };
        Subject::new(&Profile::Fast.leaf_config(), write).unwrap()
    }

    fn inputs((wires, key_row): &(SignatureWires, usize), signature: &Signature) -> PartialWitness<F> {
        let mut witness = PartialWitness::new();
        wires.assign(&mut witness, signature).unwrap();
        let point = secret().public_key().point();
        for (at, point) in [(key::KEY, point), (key::KEY_TRIPLE, point.odd_multiples()[1])] {
            for (i, coordinate) in point.x.0.into_iter().chain(point.y.0).enumerate() {
                witness.set_target(Target::wire(*key_row, at + i), coordinate).unwrap();
            }
        }
        witness
    }

    #[test]
    fn the_ladder_computes_the_commitment_and_reads_the_challenge() {
        let (subject, wires) = ladder();
        let signature = signature();
        let table = Table::honest(subject.circuit(), inputs(&wires, &signature)).unwrap();
        subject.checker().check(&table).unwrap();
        let commitment = signature.commitment(&secret().public_key()).unwrap();
        let limbs = signature.challenge().into_iter().zip([60, 60, 12]);
        // 2c - (2^n - 1) for each piece of n bits.
        let pieces = limbs.map(|(c, n)| F::from_canonical_u64(2 * c) - F::from_canonical_u64((1 << n) - 1));
        let expected: Vec<F> = commitment.x.0.into_iter().chain(pieces).collect();
        assert_eq!(table.public_inputs(), expected);
    }

    #[test]
    fn every_connect_of_the_ladder_is_needed() {
        let (subject, wires) = ladder();
        let others = [inputs(&wires, &secret().sign(&furl_ledger::Digest::ZERO, &[F::TWO; MESSAGE]))];
        let report = connects(&subject, &inputs(&wires, &signature()), &others, Effort::default()).unwrap();
        assert_eq!(report.survivors().count() + report.deferred(), 0, "{report}");
        assert_eq!(report.caught(), 22 * 31 + 3, "{report}");
    }

    #[test]
    fn every_connect_of_the_challenge_is_needed() {
        let write = |b: &mut Builder| {
            let (domain, words) = (DigestWires::allocate(b), b.virtual_array::<16>());
            let take = |at: usize| core::array::from_fn(|i| words[at + i]);
            let hash = challenge(b, &domain, take(0), take(5), core::array::from_fn(|i| words[10 + i]));
            b.register_public_inputs(&[&hash[..], &domain.elements, &words].concat());
            (domain, words)
        };
        let (subject, (domain, words)) = Subject::new(&Profile::Fast.leaf_config(), write).unwrap();
        let mut inputs = PartialWitness::new();
        let elements: [F; 16] = core::array::from_fn(|i| F::from_canonical_usize(100 + i));
        domain.assign(&mut inputs, &furl_ledger::Digest([7, 8, 9, 10].map(F::from_canonical_u64))).unwrap();
        words.assign(&mut inputs, &elements).unwrap();
        let report = connects(&subject, &inputs, &[], Effort::default()).unwrap();
        assert_eq!(report.survivors().count() + report.deferred(), 0, "{report}");
        assert_eq!(report.caught(), 2 * 13, "{report}");
    }
}
