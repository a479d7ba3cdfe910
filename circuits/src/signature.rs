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
