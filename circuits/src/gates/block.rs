//! # The block gate: four transfers become one step of the batch
//!
//! One row for four transfers, for rules T9 and T10. It decides which transfers are real and which are padding, threads the root through the real ones, sums
//! fees by lane, advances the data chain, and counts.
//!
//! ## Padding
//!
//! Padding stands only at the end: $r_i \in \{0, 1\}$ and $r_{i+1} \le r_i$, across rows too. A padding transfer is a valid transfer in a constant tree of one
//! empty-handed slot, so nothing about it needs to be switched off. With $o_i$ and $n_i$ the roots before and after transfer $i$ as its paths say, and
//! $n_0$ the root on entry,
//!
//! $$ o_i = r_i\,n_{i-1} + (1 - r_i)\,\mathrm{PAD}, \qquad \text{root out} = n_0 + \textstyle\sum_i r_i\,(n_i - n_{i-1}). $$
//!
//! By monotony the sum telescopes to the root after the last real transfer.
//!
//! ## Fees
//!
//! A batch accepts fees in up to four tokens $T_0 \dots T_3$. Bits $b_{ij}$ place the fee of transfer $i$ in lane $j$: at most one is set, a set bit demands
//! $t_i = T_j$, and a fee that is placed nowhere is zero. Lane $j$ then grows by $\sum_i r_i b_{ij} f_i$. "At most one" matters: with two lanes of the same
//! token a fee could otherwise be credited twice.
//!
//! ## Data
//!
//! The chain advances, $d' = h$ with $h$ the hash of the block's words onto $d$, iff the block's first transfer is real. A batch's chain thus depends on its
//! transfers alone, not on how large the leaf is.
//!
//! ## The row
//!
//! | wires | what | constrained by |
//! |---|---|---|
//! | 0–3, 4–7, 8–11, 12–15 | old roots $o_i$ | here; computed by the senders' paths |
//! | 16–31 | new roots $n_i$ | computed by the receivers' paths |
//! | 32–35 | reals $r_i$ | here; read by the value rows |
//! | 36–39 | fees $f_i$ | copied from the value rows |
//! | 40–43 | tokens $t_i$ | copied from the slots |
//! | 44–47, 48–51 | root on entry, root out | copied from the row before or the statement; here |
//! | 52–55 | lane tokens $T_j$ | copied from the lanes' slots |
//! | 56–59, 60–63 | lane sums on entry, out | copied from the row before or 0; here |
//! | 64–67, 68–71, 72–75 | data chain on entry, hashed, out | copied from the row before or the statement; from the hash; here |
//! | 76, 77 | count on entry, out | copied from the row before or 0; here |
//! | 78 | last $r$ of the row before | copied from there, or 1 |
//! | 79–94 | lane bits $b_{ij}$ at $79 + 4i + j$ | here |

use core::ops::Range;

use furl_ledger::padding;
use plonky2::field::types::Field;

use super::algebra::{Algebra, Base};
use super::gate::{Formula, Intent, Stage};
use crate::field::F;

/// Transfers in a block.
pub const TRANSFERS: usize = 4;
/// Fee lanes of a batch.
pub const LANES: usize = 4;
/// Root before transfer $i$, at `OLD + 4 i`.
pub const OLD: usize = 0;
/// Root after transfer $i$, at `NEW + 4 i`.
pub const NEW: usize = 16;
/// Whether transfer $i$ is real.
pub const REAL: usize = 32;
/// Fee of transfer $i$.
pub const FEE: usize = 36;
/// Token of transfer $i$.
pub const TOKEN: usize = 40;
/// Root on entry.
pub const ROOT_IN: usize = 44;
/// Root out.
pub const ROOT_OUT: usize = 48;
/// Tokens of the lanes.
pub const LANE_TOKEN: usize = 52;
/// Lane sums on entry.
pub const SUM_IN: usize = 56;
/// Lane sums out.
pub const SUM_OUT: usize = 60;
/// Data chain on entry.
pub const DATA_IN: usize = 64;
/// Data chain with this block hashed onto it.
pub const DATA_HASHED: usize = 68;
/// Data chain out.
pub const DATA_OUT: usize = 72;
/// Count of real transfers on entry.
pub const COUNT_IN: usize = 76;
/// Count out.
pub const COUNT_OUT: usize = 77;
/// Whether the transfer before this block is real.
pub const REAL_BEFORE: usize = 78;
/// Lane bits.
pub const LANE_BITS: Range<usize> = 79..95;

// Constraint numbers, in the order of emission. Only those that an output settles are needed by `fill`.
const ROOTS_OUT: usize = 4 + 4 + 16;
const SUMS_OUT: usize = ROOTS_OUT + 4 + TRANSFERS * (LANES + 2 + LANES);
const DATA: usize = SUMS_OUT + LANES;
const COUNT: usize = DATA + 4;

/// The formula of a block row. See the module documentation.
#[derive(Debug)]
pub struct Block;

/// $a + r\,(b - a)$.
fn select<A: Algebra>(a: &mut A, real: A::E, then: A::E, otherwise: A::E) -> A::E {
    let difference = a.sub(then, otherwise);
    a.mul_add(real, difference, otherwise)
}

/// Word `k` of the root that transfer `i` starts from, were it real.
const fn previous(i: usize, k: usize) -> usize {
    if i == 0 { ROOT_IN + k } else { NEW + 4 * (i - 1) + k }
}

/// What the outputs must be.
struct Outputs<E> {
    root: [E; 4],
    sums: [E; LANES],
    data: [E; 4],
    count: E,
}

impl<E: Copy> Outputs<E> {
    fn of<A: Algebra<E = E>>(a: &mut A, wires: &[E]) -> Self {
        let root = core::array::from_fn(|k| {
            (0..TRANSFERS).fold(wires[ROOT_IN + k], |root, i| {
                let step = a.sub(wires[NEW + 4 * i + k], wires[previous(i, k)]);
                a.mul_add(wires[REAL + i], step, root)
            })
        });
        let paid: [E; TRANSFERS] = core::array::from_fn(|i| a.mul(wires[REAL + i], wires[FEE + i]));
        let sums = core::array::from_fn(|j| {
            (0..TRANSFERS).fold(wires[SUM_IN + j], |sum, i| a.mul_add(wires[LANE_BITS.start + 4 * i + j], paid[i], sum))
        });
        let data = core::array::from_fn(|k| select(a, wires[REAL], wires[DATA_HASHED + k], wires[DATA_IN + k]));
        let count = (0..TRANSFERS).fold(wires[COUNT_IN], |count, i| a.add(count, wires[REAL + i]));
        Self { root, sums, data, count }
    }
}

impl Formula for Block {
    const NAME: &'static str = "furl.Block";
    const WIRES: usize = LANE_BITS.end;
    const CONSTANTS: usize = 0;
    const DEGREE: usize = 3;
    const CONSTRAINTS: usize = COUNT + 1;
    const STAGES: &'static [Stage] = &[Stage {
        inputs: &[NEW..ROOT_OUT, LANE_TOKEN..SUM_OUT, DATA_IN..DATA_OUT, COUNT_IN..COUNT_IN + 1, LANE_BITS],
        outputs: &[ROOT_OUT..LANE_TOKEN, SUM_OUT..DATA_IN, DATA_OUT..COUNT_IN, COUNT_OUT..COUNT_OUT + 1],
    }];

    fn constrain<A: Algebra>(a: &mut A, wires: &[A::E], _: &[A::E], mut emit: impl FnMut(A::E)) {
        let reals = &wires[REAL..REAL + TRANSFERS];
        for real in reals {
            emit(a.bit(*real));
        }
        for (i, real) in reals.iter().enumerate() {
            let before = if i == 0 { wires[REAL_BEFORE] } else { reals[i - 1] };
            // r (1 - r_before)
            emit(a.fused(F::NEG_ONE, *real, before, F::ONE, *real));
        }
        let pad = padding::root().0;
        for i in 0..TRANSFERS {
            for k in 0..4 {
                let pad = a.constant(pad[k]);
                let expected = select(a, reals[i], wires[previous(i, k)], pad);
                emit(a.sub(wires[OLD + 4 * i + k], expected));
            }
        }
        let outputs = Outputs::of(a, wires);
        for k in 0..4 {
            emit(a.sub(wires[ROOT_OUT + k], outputs.root[k]));
        }
        for i in 0..TRANSFERS {
            constrain_lanes(a, wires, i, &mut emit);
        }
        for j in 0..LANES {
            emit(a.sub(wires[SUM_OUT + j], outputs.sums[j]));
        }
        for k in 0..4 {
            emit(a.sub(wires[DATA_OUT + k], outputs.data[k]));
        }
        emit(a.sub(wires[COUNT_OUT], outputs.count));
    }

    fn fill(wires: &mut [F], _: &[F], intent: Intent) {
        let outputs = Outputs::of(&mut Base, wires);
        for k in 0..4 {
            wires[ROOT_OUT + k] = outputs.root[k] + intent.residual(ROOTS_OUT + k);
            wires[SUM_OUT + k] = outputs.sums[k] + intent.residual(SUMS_OUT + k);
            wires[DATA_OUT + k] = outputs.data[k] + intent.residual(DATA + k);
        }
        wires[COUNT_OUT] = outputs.count + intent.residual(COUNT);
    }
}

/// The fee of transfer `i` lies in at most one lane, of its own token; if it lies in none it is zero.
fn constrain_lanes<A: Algebra>(a: &mut A, wires: &[A::E], i: usize, emit: &mut impl FnMut(A::E)) {
    let bits = &wires[LANE_BITS.start + 4 * i..][..LANES];
    for bit in bits {
        emit(a.bit(*bit));
    }
    let placed = bits[1..].iter().fold(bits[0], |sum, bit| a.add(sum, *bit));
    emit(a.bit(placed));
    // f (1 - placed)
    emit(a.fused(F::NEG_ONE, wires[FEE + i], placed, F::ONE, wires[FEE + i]));
    for (j, bit) in bits.iter().enumerate() {
        let difference = a.sub(wires[TOKEN + i], wires[LANE_TOKEN + j]);
        emit(a.mul(*bit, difference));
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Sample;

    use super::super::gate::tests::{Row, each_constraint_bites, well_formed};
    use super::*;

    const OLD_ROOTS: usize = 8;
    const LANE_CONSTRAINTS: usize = LANES + 2 + LANES;
    const LANES_OF: usize = ROOTS_OUT + 4;

    /// Inputs with the first `real` transfers real, all fees in token 5 except as lanes say.
    fn inputs(reals: [u64; TRANSFERS]) -> Vec<F> {
        let mut wires = vec![F::ZERO; Block::WIRES];
        for wire in (NEW..NEW + 16).chain(ROOT_IN..ROOT_IN + 4).chain(SUM_IN..SUM_IN + 4).chain(DATA_IN..DATA_IN + 8) {
            wires[wire] = F::rand();
        }
        wires[COUNT_IN] = F::from_canonical_u64(12);
        wires[REAL_BEFORE] = F::ONE;
        // Transfer i in lane 1 or 2, by its token.
        for i in 0..TRANSFERS {
            wires[LANE_BITS.start + 4 * i + 1 + i % 2] = F::ONE;
        }
        for i in 0..TRANSFERS {
            wires[REAL + i] = F::from_canonical_u64(reals[i]);
            wires[TOKEN + i] = F::from_canonical_u64(5 + i as u64 % 2);
            wires[FEE + i] = F::from_canonical_u64(100 + i as u64);
        }
        for j in 0..LANES {
            wires[LANE_TOKEN + j] = F::from_canonical_u64(4 + j as u64);
        }
        wires
    }

    /// Fills the outputs, then the old roots, so that all follows from the inputs.
    fn filled(mut wires: Vec<F>, intent: Intent) -> Row {
        Block::fill(&mut wires, &[], intent);
        set_old_roots(&mut wires);
        (wires, vec![])
    }

    fn set_old_roots(wires: &mut [F]) {
        let pad = padding::root().0;
        for i in 0..TRANSFERS {
            for k in 0..4 {
                wires[OLD + 4 * i + k] = select(&mut Base, wires[REAL + i], wires[previous(i, k)], pad[k]);
            }
        }
    }

    /// Replaces the lane bits of transfer `i` and settles the sums.
    fn with_lane_bits(mut wires: Vec<F>, i: usize, bits: [i64; LANES]) -> Row {
        for (j, bit) in bits.into_iter().enumerate() {
            wires[LANE_BITS.start + 4 * i + j] =
                if bit < 0 { -F::from_canonical_u64(bit.unsigned_abs()) } else { F::from_canonical_u64(bit as u64) };
        }
        let outputs = Outputs::of(&mut Base, &wires);
        wires[SUM_OUT..SUM_OUT + LANES].copy_from_slice(&outputs.sums);
        (wires, vec![])
    }

    /// All transfers and all lanes are of one token.
    fn one_token(wires: &mut [F]) {
        wires[TOKEN..TOKEN + TRANSFERS].fill(F::TWO);
        wires[LANE_TOKEN..LANE_TOKEN + LANES].fill(F::TWO);
    }

    /// A lie about lane constraint `c` of transfer `i`.
    fn lane_lie(i: usize, c: usize) -> Row {
        let (mut wires, _) = filled(inputs([1; 4]), Intent::HONEST);
        let one_hot = |j: usize| core::array::from_fn(|k| i64::from(k == j));
        if c < LANES {
            // -1 + 1 + 1 = 1: only the bit itself is wrong. All lanes hold the token.
            one_token(&mut wires);
            let bits = core::array::from_fn(|k| if k == c { -1 } else { i64::from((k + LANES - c) % LANES <= 2) });
            return with_lane_bits(wires, i, bits);
        }
        match c - LANES {
            0 => {
                // In two lanes at once: both of the token, and no fee to notice.
                one_token(&mut wires);
                wires[FEE + i] = F::ZERO;
                with_lane_bits(wires, i, [1, 1, 0, 0])
            }
            1 => with_lane_bits(wires, i, [0; 4]),
            j => {
                // In lane j - 2, of another token.
                let lane = j - 2;
                wires[LANE_TOKEN + lane] = F::from_canonical_u64(99);
                let (mut wires, constants) = with_lane_bits(wires, i, one_hot(lane));
                // The other transfers stay clear of the lane that changed its token.
                for other in (0..TRANSFERS).filter(|o| *o != i) {
                    wires[FEE + other] = F::ZERO;
                    wires = with_lane_bits(wires, other, [0; 4]).0;
                }
                (wires, constants)
            }
        }
    }

    fn lie(i: usize) -> Row {
        let ones_until = |n: usize| core::array::from_fn(|k| u64::from(k < n));
        match i {
            0..4 => {
                let mut reals: [u64; 4] = ones_until(i);
                reals[i] = 2;
                filled(inputs(reals), Intent::HONEST)
            }
            4..OLD_ROOTS => {
                // Real after padding.
                let at = i - 4;
                let mut reals: [u64; 4] = ones_until(at.saturating_sub(1));
                reals[at] = 1;
                let mut wires = inputs(reals);
                if at == 0 {
                    wires[REAL_BEFORE] = F::ZERO;
                }
                filled(wires, Intent::HONEST)
            }
            OLD_ROOTS..ROOTS_OUT => {
                let mut row = filled(inputs([1, 1, 0, 0]), Intent::HONEST);
                row.0[OLD + i - OLD_ROOTS] += F::ONE;
                row
            }
            LANES_OF..SUMS_OUT => lane_lie((i - LANES_OF) / LANE_CONSTRAINTS, (i - LANES_OF) % LANE_CONSTRAINTS),
            _ => filled(inputs([1, 1, 1, 0]), Intent::breaking(i)),
        }
    }

    #[test]
    fn shape() {
        well_formed::<Block>();
        assert_eq!((Block::WIRES, Block::CONSTRAINTS), (95, 77));
    }

    #[test]
    fn every_constraint_bites() {
        each_constraint_bites::<Block>(|| filled(inputs([1, 1, 1, 0]), Intent::HONEST), lie);
    }

    #[test]
    fn the_root_out_is_that_after_the_last_real_transfer() {
        for real in 0..=TRANSFERS {
            let (wires, _) = filled(inputs(core::array::from_fn(|i| u64::from(i < real))), Intent::HONEST);
            let expected = if real == 0 { ROOT_IN } else { NEW + 4 * (real - 1) };
            assert_eq!(wires[ROOT_OUT..ROOT_OUT + 4], wires[expected..expected + 4]);
            assert_eq!(wires[COUNT_OUT] - wires[COUNT_IN], F::from_canonical_usize(real));
            let data = if real == 0 { DATA_IN } else { DATA_HASHED };
            assert_eq!(wires[DATA_OUT..DATA_OUT + 4], wires[data..data + 4]);
        }
    }
}
