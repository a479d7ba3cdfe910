//! # The value gate: what is moved, and from where to where
//!
//! One row a transfer, for rules T3 and T7: it ranges the amount and the sender's new balance, decodes the fee, composes the signed message from its parts
//! and, unless the transfer is padding, the two words that the batch publishes.
//!
//! The sender's new balance $b' = b - v - f$ is shown to be below $2^{62}$. With $b, v < 2^{62}$ and $f < 2^{28}$ the difference is above
//! $-2^{63}$, and a negative one is at least $p - 2^{63} > 2^{62}$: it has no such digits. The receiver's new balance is not ranged: the ledger keeps each
//! token's supply below $2^{62}$, and no transfer creates any.
//!
//! The fee is a code of ten bits, a mantissa $\mu < 2^8$ and an exponent $\varepsilon < 2^2$: $f = \mu\cdot100^{\varepsilon}$, with
//! $100^{\varepsilon} = (1 + 99\varepsilon_0)(1 + 9999\varepsilon_1)$.
//!
//! ## The row
//!
//! | wires | what | constrained by |
//! |---|---|---|
//! | 0 | amount $v$, below $2^{62}$ | here; third word of the message |
//! | 1 | sender's balance $b$ | copied from the sender's slot |
//! | 2 | sender's new balance $b'$, below $2^{62}$ | here; copied into the new slot |
//! | 3 | receiver's balance | copied from the receiver's slot |
//! | 4 | receiver's new balance | here; copied into the new slot |
//! | 5 | fee $f$ | here; read by the block row |
//! | 6 | expiry | copied from the key row, which ranges it |
//! | 7 | 1 if the transfer is real, 0 if padding | copied from the block row, which constrains it |
//! | 8, 9 | message words $\text{op}\cdot2^{58} + \text{from}\cdot2^{32} + \text{expiry}$ and $\text{to}\cdot2^{10} + \text{fee code}$ | here; hashed into the challenge |
//! | 10, 11 | data words: amount and $\text{from}\cdot2^{36} + \text{to}\cdot2^{10} + \text{fee code}$, 0 if padding | here; hashed into the data chain |
//! | 12–35, 36–59 | bits of the two slot indices, lowest first | copied from the paths, whose Poseidon rows make them bits |
//! | 60–63 | base-4 digits of the fee's mantissa | here |
//! | 64, 65 | bits of its exponent | here |
//! | 66–96 | base-4 digits of the amount | here |
//! | 97–127 | base-4 digits of the sender's new balance | here |

use core::ops::Range;

use furl_ledger::transfer::OPERATION;
use plonky2::field::types::Field;

use super::algebra::{Algebra, Base};
use super::digits;
use super::gate::{Formula, Intent, Stage};
use crate::field::F;

/// The amount moved.
pub const AMOUNT: usize = 0;
/// The sender's balance before.
pub const SENDER_BALANCE: usize = 1;
/// The sender's balance after.
pub const SENDER_BALANCE_NEXT: usize = 2;
/// The receiver's balance before.
pub const RECEIVER_BALANCE: usize = 3;
/// The receiver's balance after.
pub const RECEIVER_BALANCE_NEXT: usize = 4;
/// The fee.
pub const FEE: usize = 5;
/// The expiry.
pub const EXPIRY: usize = 6;
/// Whether the transfer is real.
pub const REAL: usize = 7;
/// The first two words of the message; the third is the amount, the fourth the nonce.
pub const MESSAGE: usize = 8;
/// The two published words.
pub const WORDS: usize = 10;
/// Bits of the sender's index.
pub const FROM: Range<usize> = 12..36;
/// Bits of the receiver's index.
pub const TO: Range<usize> = 36..60;
/// Base-4 digits of the fee's mantissa.
pub const MANTISSA: Range<usize> = 60..64;
/// Bits of the fee's exponent.
pub const EXPONENT: Range<usize> = 64..66;
const AMOUNT_DIGITS: Range<usize> = 66..97;
const BALANCE_DIGITS: Range<usize> = 97..128;

// Constraint numbers, in the order of emission.
const RANGES: usize = 0;
const EXPONENT_BITS: usize = RANGES + 66;
const FEE_VALUE: usize = EXPONENT_BITS + 2;
const AMOUNT_SUM: usize = FEE_VALUE + 1;
const DEBIT: usize = AMOUNT_SUM + 1;
const BALANCE_SUM: usize = DEBIT + 1;
const CREDIT: usize = BALANCE_SUM + 1;
const MESSAGE_WORDS: usize = CREDIT + 1;
const DATA_WORDS: usize = MESSAGE_WORDS + 2;

/// The formula of a value row. See the module documentation.
#[derive(Debug)]
pub struct Value;

/// What the row's inputs and digits determine, in the order of its constraints.
struct Derived<E> {
    fee: E,
    debited: E,
    credited: E,
    message: [E; 2],
    words: [E; 2],
}

impl<E: Copy> Derived<E> {
    /// Reads everything but the outputs, the fee included, so that each output has one constraint of its own.
    fn of<A: Algebra<E = E>>(a: &mut A, wires: &[E]) -> Self {
        let mantissa = a.recompose(4, &wires[MANTISSA]);
        let [low, high] = [wires[EXPONENT.start], wires[EXPONENT.start + 1]];
        let one = a.constant(F::ONE);
        let hundred = a.scale_add(F::from_canonical_u64(99), low, one);
        let myriad = a.scale_add(F::from_canonical_u64(9999), high, one);
        let power = a.mul(hundred, myriad);
        let fee = a.mul(mantissa, power);

        let exponent = a.recompose(2, &wires[EXPONENT]);
        let code = a.scale_add(F::from_canonical_u64(256), exponent, mantissa);
        let (from, to) = (a.recompose(2, &wires[FROM]), a.recompose(2, &wires[TO]));
        let first = a.scale_add(F::from_canonical_u64(1 << 32), from, wires[EXPIRY]);
        let first = a.add_constant(first, F::from_canonical_u64(OPERATION << 58));
        let second = a.scale_add(F::from_canonical_u64(1 << 10), to, code);
        let word = a.scale_add(F::from_canonical_u64(1 << 36), from, second);

        let debited = a.sub(wires[SENDER_BALANCE], wires[AMOUNT]);
        Self {
            fee,
            debited: a.sub(debited, wires[FEE]),
            credited: a.add(wires[RECEIVER_BALANCE], wires[AMOUNT]),
            message: [first, second],
            words: [a.mul(wires[REAL], wires[AMOUNT]), a.mul(wires[REAL], word)],
        }
    }
}

impl Formula for Value {
    const NAME: &'static str = "furl.Value";
    const WIRES: usize = BALANCE_DIGITS.end;
    const CONSTANTS: usize = 0;
    const DEGREE: usize = 4;
    const CONSTRAINTS: usize = DATA_WORDS + 2;
    const STAGES: &'static [Stage] = &[Stage {
        inputs: &[
            AMOUNT..SENDER_BALANCE + 1,
            RECEIVER_BALANCE..RECEIVER_BALANCE + 1,
            EXPIRY..REAL + 1,
            FROM.start..EXPONENT.end,
        ],
        outputs: &[
            SENDER_BALANCE_NEXT..SENDER_BALANCE_NEXT + 1,
            RECEIVER_BALANCE_NEXT..FEE + 1,
            MESSAGE..WORDS + 2,
            AMOUNT_DIGITS.start..BALANCE_DIGITS.end,
        ],
    }];

    fn constrain<A: Algebra>(a: &mut A, wires: &[A::E], _: &[A::E], mut emit: impl FnMut(A::E)) {
        digits::constrain(a, &wires[MANTISSA], &mut emit);
        digits::constrain(a, &wires[AMOUNT_DIGITS.start..BALANCE_DIGITS.end], &mut emit);
        for bit in &wires[EXPONENT] {
            emit(a.bit(*bit));
        }
        let derived = Derived::of(a, wires);
        let amount = a.recompose(4, &wires[AMOUNT_DIGITS]);
        let balance = a.recompose(4, &wires[BALANCE_DIGITS]);
        emit(a.sub(wires[FEE], derived.fee));
        emit(a.sub(wires[AMOUNT], amount));
        emit(a.sub(wires[SENDER_BALANCE_NEXT], derived.debited));
        emit(a.sub(wires[SENDER_BALANCE_NEXT], balance));
        emit(a.sub(wires[RECEIVER_BALANCE_NEXT], derived.credited));
        for j in 0..2 {
            emit(a.sub(wires[MESSAGE + j], derived.message[j]));
        }
        for j in 0..2 {
            emit(a.sub(wires[WORDS + j], derived.words[j]));
        }
    }

    fn fill(wires: &mut [F], _: &[F], intent: Intent) {
        wires[FEE] = Derived::of(&mut Base, wires).fee + intent.residual(FEE_VALUE);
        let derived = Derived::of(&mut Base, wires);
        wires[SENDER_BALANCE_NEXT] = derived.debited + intent.residual(DEBIT);
        wires[RECEIVER_BALANCE_NEXT] = derived.credited + intent.residual(CREDIT);
        for j in 0..2 {
            wires[MESSAGE + j] = derived.message[j] + intent.residual(MESSAGE_WORDS + j);
            wires[WORDS + j] = derived.words[j] + intent.residual(DATA_WORDS + j);
        }
        digits::fill(wires, AMOUNT_DIGITS, wires[AMOUNT] - intent.residual(AMOUNT_SUM));
        digits::fill(wires, BALANCE_DIGITS, wires[SENDER_BALANCE_NEXT] - intent.residual(BALANCE_SUM));
    }
}

#[cfg(test)]
mod tests {
    use super::super::gate::tests::{Row, each_constraint_bites, well_formed};
    use super::*;

    fn inputs() -> Vec<F> {
        let mut wires = vec![F::ZERO; Value::WIRES];
        let mut set = |at: usize, value: u64| wires[at] = F::from_canonical_u64(value);
        set(AMOUNT, 123_456_789_012);
        set(SENDER_BALANCE, (1 << 62) - 1);
        set(RECEIVER_BALANCE, 77);
        set(EXPIRY, 4_000_000_000);
        set(REAL, 1);
        for i in 0..24 {
            set(FROM.start + i, i as u64 / 3 % 2);
            set(TO.start + i, i as u64 % 2);
        }
        for (i, digit) in [3, 0, 2, 1].into_iter().enumerate() {
            set(MANTISSA.start + i, digit);
        }
        set(EXPONENT.start + 1, 1);
        wires
    }

    fn filled(mut wires: Vec<F>, intent: Intent) -> Row {
        Value::fill(&mut wires, &[], intent);
        (wires, vec![])
    }

    /// A row on which range digit `k` is 4 too large, everything else consistent with it.
    fn out_of_range(k: usize) -> Row {
        let mut inputs = inputs();
        if k < MANTISSA.len() {
            inputs[MANTISSA.start + k] += F::from_canonical_u64(4);
            return filled(inputs, Intent::HONEST);
        }
        let mut wires = filled(inputs, Intent::HONEST).0;
        let wire = AMOUNT_DIGITS.start + k - MANTISSA.len();
        let digit =
            if AMOUNT_DIGITS.contains(&wire) { wire - AMOUNT_DIGITS.start } else { wire - BALANCE_DIGITS.start };
        let excess = F::from_canonical_u64(4) * F::from_canonical_u64(1 << (2 * digit));
        wires[wire] += F::from_canonical_u64(4);
        wires[SENDER_BALANCE] += excess;
        if AMOUNT_DIGITS.contains(&wire) {
            wires[AMOUNT] += excess;
            wires[RECEIVER_BALANCE_NEXT] += excess;
            wires[WORDS] += excess;
        } else {
            wires[SENDER_BALANCE_NEXT] += excess;
        }
        (wires, vec![])
    }

    #[test]
    fn shape() {
        well_formed::<Value>();
        assert_eq!((Value::WIRES, Value::CONSTRAINTS), (128, 77));
    }

    #[test]
    fn every_constraint_bites() {
        each_constraint_bites::<Value>(
            || filled(inputs(), Intent::HONEST),
            |i| match i {
                RANGES..EXPONENT_BITS => out_of_range(i - RANGES),
                EXPONENT_BITS..FEE_VALUE => {
                    let mut wires = inputs();
                    wires[EXPONENT.start + i - EXPONENT_BITS] = F::TWO;
                    filled(wires, Intent::HONEST)
                }
                _ => filled(inputs(), Intent::breaking(i)),
            },
        );
    }

    #[test]
    fn the_fee_is_the_ledger_s() {
        use furl_ledger::fee::FeeCode;
        for code in 0..1024u16 {
            let fee = FeeCode::new(code).unwrap();
            let mut wires = inputs();
            for i in 0..4 {
                wires[MANTISSA.start + i] = F::from_canonical_u16(fee.mantissa() >> (2 * i) & 3);
            }
            for i in 0..2 {
                wires[EXPONENT.start + i] = F::from_canonical_u16(fee.exponent() >> i & 1);
            }
            let (wires, _) = filled(wires, Intent::HONEST);
            assert_eq!(wires[FEE], F::from_canonical_u64(fee.value().get()), "code {code}");
        }
    }
}
