//! # The key gate: may this key speak, now?
//!
//! One row a transfer, for rules T1, T2 and T6: it puts the key on its curve, triples it for the ladder, ties the ladder's challenge digits to the
//! hash, and checks nonce and expiry.
//!
//! ## The curve equation
//!
//! A slot binds only $P.x$. Without $y^2 = x^3 + Ax + B$ a forger would pick $y$ so that $P$ lies on a weak curve: the group law never uses $B$.
//!
//! ## The challenge
//!
//! The ladder's digits spell $E_j = 2c_j - (2^{n_j} - 1)$ for the three pieces $n = (60, 60, 12)$ of the challenge. With $h_0, h_1, h_2$ the hash's words,
//!
//! $$ h_0 = c_0 + 2^{60}t_0,\qquad h_1 = c_1 + 2^{60}t_1,\qquad h_2 = c_2 + 2^{12}m + 2^{60}t_2,\qquad m < 2^{48},\ t_j \in [0, 14]. $$
//!
//! The top nibble 15 is excluded, so the right-hand sides stay below $15\cdot 2^{60} < p$: each word has exactly one split, and $x + p$ has none.
//!
//! ## The row
//!
//! | wires | what | constrained by |
//! |---|---|---|
//! | 0–9 | $P$ | on the curve, here; $P.x$ hashed into the slot's key by the transfer |
//! | 10–19 | $3P$ | here |
//! | 20–22 | $E_0, E_1, E_2$ | copied from ladder rows 21, 11, 1 |
//! | 23–25 | $h_0, h_1, h_2$ | copied from the challenge hash |
//! | 26 | nonce $n$ | copied from the sender's slot |
//! | 27 | $n + 1$, below $2^{32}$ | here; copied into the sender's new slot |
//! | 28 | expiry, below $2^{32}$ | here; copied into the message |
//! | 29 | batch number | copied from the statement, which the leaf ranges |
//! | 30–39 | tangent and chord slopes of the tripling | here |
//! | 40–69 | base-4 digits: $t_0$ (2), $t_1$ (2), $m$ (24), $t_2$ (2) | here |
//! | 70 | inverse of $(15-t_0)(15-t_1)(15-t_2)$ | here |
//! | 71–86 | base-4 digits of $n + 1$ | here |
//! | 87–102 | base-4 digits of the expiry | here |
//! | 103–118 | base-4 digits of expiry − batch number | here |
//!
//! **Not checked here:** that $P$ lies in the subgroup of order $n$ (a key outside harms only its owner; natively refused), and that the ladder ran.

use core::array::from_fn;
use core::ops::Range;

use furl_ledger::curve;
use plonky2::field::types::{Field, PrimeField64};

use super::algebra::{Algebra, Base, Quintic};
use super::digits;
use super::gate::{Formula, Intent, Stage};
use super::ladder::{chord, chord_slope, reflect, tangent, tangent_slope};
use crate::field::F;

/// The key $P$.
pub const KEY: usize = 0;
/// Its triple.
pub const KEY_TRIPLE: usize = 10;
/// $E_0, E_1, E_2$.
pub const CHALLENGE: usize = 20;
/// $h_0, h_1, h_2$.
pub const HASH: usize = 23;
/// The sender's nonce.
pub const NONCE: usize = 26;
/// The sender's nonce after this transfer.
pub const NONCE_NEXT: usize = 27;
/// Last batch in which the transfer is valid.
pub const EXPIRY: usize = 28;
/// This batch.
pub const BATCH: usize = 29;
const TANGENT: usize = 30;
const CHORD: usize = 35;
const NIBBLE_0: Range<usize> = 40..42;
const NIBBLE_1: Range<usize> = 42..44;
const MIDDLE: Range<usize> = 44..68;
const NIBBLE_2: Range<usize> = 68..70;
const INVERSE: usize = 70;
const NONCE_DIGITS: Range<usize> = 71..87;
const EXPIRY_DIGITS: Range<usize> = 87..103;
const SLACK_DIGITS: Range<usize> = 103..119;
const DIGITS: [Range<usize>; 2] = [NIBBLE_0.start..NIBBLE_2.end, NONCE_DIGITS.start..SLACK_DIGITS.end];

// Constraint numbers, in the order of emission.
const TANGENT_LINE: usize = 5;
const CHORD_LINE: usize = 10;
const TRIPLE: usize = 15;
const RANGES: usize = 25;
const SPLIT: usize = RANGES + 78;
const NIBBLES: usize = SPLIT + 3;
const FRESH: usize = NIBBLES + 1;
#[cfg(test)]
const ON_CURVE: usize = 0;

/// The formula of a key row. See the module documentation.
#[derive(Debug)]
pub struct Key;

/// $(15-t_0)(15-t_1)(15-t_2)$.
fn nibble_product<A: Algebra>(a: &mut A, nibbles: [A::E; 3]) -> A::E {
    let fifteen = a.constant(F::from_canonical_u64(15));
    let [x, y, z] = nibbles.map(|t| a.sub(fifteen, t));
    let xy = a.mul(x, y);
    a.mul(xy, z)
}

/// $2h_j$ as the digits say: $E_j + 2^{n_j} - 1 + 2^{61}t_j$, and for $j = 2$ also $2^{13}m$.
fn doubled_words<A: Algebra>(a: &mut A, wires: &[A::E], nibbles: [A::E; 3], middle: A::E) -> [A::E; 3] {
    from_fn(|j| {
        let bits = [60, 60, 12][j];
        let word = a.add_constant(wires[CHALLENGE + j], F::from_canonical_u64((1 << bits) - 1));
        let word = a.scale_add(F::from_canonical_u64(1 << 61), nibbles[j], word);
        if j < 2 { word } else { a.scale_add(F::from_canonical_u64(1 << 13), middle, word) }
    })
}

impl Formula for Key {
    const NAME: &'static str = "furl.Key";
    const WIRES: usize = SLACK_DIGITS.end;
    const CONSTANTS: usize = 0;
    const DEGREE: usize = 4;
    const CONSTRAINTS: usize = FRESH + 4;
    /// The triple comes first: the ladder needs it, and the challenge comes out of the ladder.
    const STAGES: &'static [Stage] = &[
        Stage {
            inputs: &[KEY..KEY + 5, KEY + 5..KEY + 10],
            outputs: &[KEY_TRIPLE..KEY_TRIPLE + 10, TANGENT..NIBBLE_0.start],
        },
        Stage {
            inputs: &[CHALLENGE..NONCE + 1, EXPIRY..BATCH + 1],
            outputs: &[NONCE_NEXT..NONCE_NEXT + 1, NIBBLE_0.start..Self::WIRES],
        },
    ];

    fn constrain<A: Algebra>(a: &mut A, wires: &[A::E], _: &[A::E], mut emit: impl FnMut(A::E)) {
        let quintic = |at: usize| -> Quintic<A::E> { from_fn(|i| wires[at + i]) };
        let (x, y) = (quintic(KEY), quintic(KEY + 5));
        let (tangent_at_key, chord_to_double) = (quintic(TANGENT), quintic(CHORD));

        curve_equation(a, &x, &y).into_iter().for_each(&mut emit);
        tangent(a, &tangent_at_key, &x, &y).into_iter().for_each(&mut emit);
        let (double_x, double_y) = reflect(a, &tangent_at_key, &x, &y, &x);
        chord(a, &chord_to_double, &x, &y, (&double_x, &double_y)).into_iter().for_each(&mut emit);
        let (triple_x, triple_y) = reflect(a, &chord_to_double, &x, &y, &double_x);
        for (i, coordinate) in triple_x.into_iter().chain(triple_y).enumerate() {
            emit(a.sub(coordinate, wires[KEY_TRIPLE + i]));
        }

        DIGITS.into_iter().for_each(|range| digits::constrain(a, &wires[range], &mut emit));
        let mut value = |range: Range<usize>| a.recompose(4, &wires[range]);
        let nibbles = [value(NIBBLE_0), value(NIBBLE_1), value(NIBBLE_2)];
        let (middle, nonce, expiry, slack) =
            (value(MIDDLE), value(NONCE_DIGITS), value(EXPIRY_DIGITS), value(SLACK_DIGITS));
        let words = doubled_words(a, wires, nibbles, middle);
        for (j, word) in words.into_iter().enumerate() {
            emit(a.scale_add(F::NEG_ONE - F::ONE, wires[HASH + j], word));
        }
        let product = nibble_product(a, nibbles);
        let inverted = a.mul(product, wires[INVERSE]);
        emit(a.add_constant(inverted, F::NEG_ONE));

        let next = a.add_constant(wires[NONCE], F::ONE);
        emit(a.sub(wires[NONCE_NEXT], next));
        emit(a.sub(wires[NONCE_NEXT], nonce));
        emit(a.sub(wires[EXPIRY], expiry));
        let remaining = a.sub(wires[EXPIRY], wires[BATCH]);
        emit(a.sub(remaining, slack));
    }

    fn fill(wires: &mut [F], _: &[F], intent: Intent) {
        fill_triple(wires, intent);
        fill_challenge(wires, intent);
        let next = wires[NONCE] + F::ONE + intent.residual(FRESH);
        wires[NONCE_NEXT] = next;
        digits::fill(wires, NONCE_DIGITS, next - intent.residual(FRESH + 1));
        digits::fill(wires, EXPIRY_DIGITS, wires[EXPIRY] - intent.residual(FRESH + 2));
        digits::fill(wires, SLACK_DIGITS, wires[EXPIRY] - wires[BATCH] - intent.residual(FRESH + 3));
    }
}

/// $y^2 - x^3 - Ax - B$.
fn curve_equation<A: Algebra>(a: &mut A, x: &Quintic<A::E>, y: &Quintic<A::E>) -> Quintic<A::E> {
    let left = a.mul5(y, y);
    let square = a.mul5(x, x);
    let slope = from_fn(|i| a.add_constant(square[i], curve::A.0[i]));
    let right = a.mul5(&slope, x);
    let right = from_fn(|i| a.add_constant(right[i], curve::B.0[i]));
    a.sub5(&left, &right)
}

fn fill_triple(wires: &mut [F], intent: Intent) {
    let residual = |at: usize| -> Quintic<F> { from_fn(|i| intent.residual(at + i)) };
    let x: Quintic<F> = from_fn(|i| wires[KEY + i]);
    let y: Quintic<F> = from_fn(|i| wires[KEY + 5 + i]);
    let tangent = tangent_slope(&x, &y, residual(TANGENT_LINE));
    let (double_x, double_y) = reflect(&mut Base, &tangent, &x, &y, &x);
    let chord = chord_slope((&x, &y), (&double_x, &double_y), residual(CHORD_LINE));
    let (triple_x, triple_y) = reflect(&mut Base, &chord, &x, &y, &double_x);
    wires[TANGENT..][..5].copy_from_slice(&tangent);
    wires[CHORD..][..5].copy_from_slice(&chord);
    for (i, coordinate) in triple_x.into_iter().chain(triple_y).enumerate() {
        wires[KEY_TRIPLE + i] = coordinate - intent.residual(TRIPLE + i);
    }
}

fn fill_challenge(wires: &mut [F], intent: Intent) {
    let word = |j: usize| wires[HASH + j].to_canonical_u64();
    let high = [word(0) >> 60, word(1) >> 60, word(2) >> 60];
    let middle = (word(2) >> 12) & ((1 << 48) - 1);
    for (range, value) in [(NIBBLE_0, high[0]), (NIBBLE_1, high[1]), (MIDDLE, middle), (NIBBLE_2, high[2])] {
        digits::fill(wires, range, F::from_canonical_u64(value));
    }
    let product = nibble_product(&mut Base, high.map(F::from_canonical_u64));
    wires[INVERSE] = (F::ONE + intent.residual(NIBBLES)) * product.try_inverse().unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use furl_ledger::key::SecretKey;
    use plonky2::field::extension::quintic::QuinticExtension;

    use super::super::gate::tests::{Row, each_constraint_bites, well_formed};
    use super::*;

    /// Inputs of an honest row, with a hash that splits.
    fn inputs() -> Vec<F> {
        let mut wires = vec![F::ZERO; Key::WIRES];
        let point = SecretKey::derive(&[7; 32], "furl/test/key", 0).public_key().point();
        wires[KEY..KEY + 5].copy_from_slice(&point.x.0);
        wires[KEY + 5..KEY + 10].copy_from_slice(&point.y.0);
        let words = [0x1234_5678_9abc_def0u64, 0xefff_ffff_ffff_ffff, 0x0fed_cba9_8765_4321];
        let cut = [(60, words[0]), (60, words[1]), (12, words[2])];
        for (j, (bits, word)) in cut.into_iter().enumerate() {
            let c = word & ((1 << bits) - 1);
            wires[HASH + j] = F::from_canonical_u64(word);
            wires[CHALLENGE + j] = F::from_canonical_u64(2 * c) - F::from_canonical_u64((1 << bits) - 1);
        }
        wires[NONCE] = F::from_canonical_u64(41);
        wires[EXPIRY] = F::from_canonical_u64(1 << 31);
        wires[BATCH] = F::from_canonical_u64(1000);
        wires
    }

    fn filled(mut wires: Vec<F>, intent: Intent) -> Row {
        Key::fill(&mut wires, &[], intent);
        (wires, vec![])
    }

    /// A key off its curve by a multiple of $z^k$ only.
    fn off_curve(k: usize) -> Vec<F> {
        let mut wires = inputs();
        let x: Quintic<F> = from_fn(|i| wires[KEY + i]);
        let zero = curve_equation(&mut Base, &x, &[F::ZERO; 5]);
        let y = (1..)
            .find_map(|offset| {
                let mut square = zero.map(|c| -c);
                square[k] += F::from_canonical_u64(offset);
                furl_ledger::field::sqrt(&QuinticExtension(square))
            })
            .unwrap();
        wires[KEY + 5..KEY + 10].copy_from_slice(&y.0);
        wires
    }

    /// A row on which range digit `k` is 4 too large, everything else consistent with it.
    fn out_of_range(k: usize) -> Row {
        let mut wires = filled(inputs(), Intent::HONEST).0;
        let wire = DIGITS.into_iter().flatten().nth(k).unwrap();
        wires[wire] += F::from_canonical_u64(4);
        let power = |range: Range<usize>| F::from_canonical_u64(1 << (2 * (wire - range.start + 1)));
        if NIBBLE_0.contains(&wire) {
            wires[HASH] += power(NIBBLE_0) * F::from_canonical_u64(1 << 60);
        } else if NIBBLE_1.contains(&wire) {
            wires[HASH + 1] += power(NIBBLE_1) * F::from_canonical_u64(1 << 60);
        } else if MIDDLE.contains(&wire) {
            wires[HASH + 2] += power(MIDDLE) * F::from_canonical_u64(1 << 12);
        } else if NIBBLE_2.contains(&wire) {
            wires[HASH + 2] += power(NIBBLE_2) * F::from_canonical_u64(1 << 60);
        } else if NONCE_DIGITS.contains(&wire) {
            wires[NONCE] += power(NONCE_DIGITS);
            wires[NONCE_NEXT] += power(NONCE_DIGITS);
        } else if EXPIRY_DIGITS.contains(&wire) {
            wires[EXPIRY] += power(EXPIRY_DIGITS);
            wires[BATCH] += power(EXPIRY_DIGITS);
        } else {
            wires[BATCH] -= power(SLACK_DIGITS);
        }
        let nibbles = [NIBBLE_0, NIBBLE_1, NIBBLE_2].map(|range| Base.recompose(4, &wires[range]));
        wires[INVERSE] = nibble_product(&mut Base, nibbles).inverse();
        (wires, vec![])
    }

    #[test]
    fn shape() {
        well_formed::<Key>();
        assert_eq!((Key::WIRES, Key::CONSTRAINTS), (119, 111));
    }

    #[test]
    fn every_constraint_bites() {
        each_constraint_bites::<Key>(
            || filled(inputs(), Intent::HONEST),
            |i| match i {
                ON_CURVE..TANGENT_LINE => filled(off_curve(i), Intent::HONEST),
                RANGES..SPLIT => out_of_range(i - RANGES),
                SPLIT..NIBBLES => {
                    let mut row = filled(inputs(), Intent::HONEST);
                    row.0[HASH + i - SPLIT] += F::ONE;
                    row
                }
                _ => filled(inputs(), Intent::breaking(i)),
            },
        );
    }

    /// With the top nibble allowed to be 15, the word $x < 2^{32} - 1$ has a second split: that of $x + p$.
    #[test]
    fn a_second_split_has_top_nibble_fifteen() {
        use plonky2::field::types::Field64;
        for x in [0u64, 1, 5, (1 << 32) - 2] {
            let second = x.checked_add(F::ORDER).unwrap();
            assert_eq!(second >> 60, 15);
            assert!(x >> 60 < 15);
            let mut wires = inputs();
            let c = second & ((1 << 60) - 1);
            wires[HASH] = F::from_canonical_u64(x);
            wires[CHALLENGE] = F::from_canonical_u64(2 * c) - F::from_canonical_u64((1 << 60) - 1);
            Key::fill(&mut wires, &[], Intent::HONEST);
            digits::fill(&mut wires, NIBBLE_0, F::from_canonical_u64(15));
            let broken: Vec<usize> = (0..)
                .zip(super::super::gate::residuals::<Key>(&wires, &[]))
                .filter(|(_, r)| !r.is_zero())
                .map(|(k, _)| k)
                .collect();
            assert_eq!(broken, [NIBBLES], "only the nibble constraint stands between x + p and a second challenge");
        }
    }
}
