//! # Goldilocks on lanes
//!
//! A lane holds any 64-bit number and stands for its residue modulo $p = 2^{64} - 2^{32} + 1$: representations are not
//! canonical, here as in plonky2's own field. Two facts carry all of the arithmetic: $2^{64} \equiv \varepsilon = 2^{32} - 1$ and
//! $2^{96} \equiv -1$.

use crate::simd::Simd;

/// $2^{32} - 1 \equiv 2^{64}$.
const EPSILON: u64 = 0xffff_ffff;

/// $ab$.
#[inline(always)]
pub(crate) fn mul<S: Simd>(s: S, a: S::V, b: S::V) -> S::V {
    let (a_high, b_high) = (s.shr::<32>(a), s.shr::<32>(b));
    let (ll, hl) = (s.mul_low(a, b), s.mul_low(a_high, b));
    let (lh, hh) = (s.mul_low(a, b_high), s.mul_low(a_high, b_high));
    // No sum overflows: (2^32 - 1)^2 + 2^32 - 1 < 2^64.
    let middle = s.add(hl, s.shr::<32>(ll));
    let carried = s.add(lh, s.low(middle));
    let high = s.add(s.add(hh, s.shr::<32>(middle)), s.shr::<32>(carried));
    reduce(s, s.blend(ll, s.shl::<32>(carried)), high)
}

/// $a^2$.
#[inline(always)]
pub(crate) fn square<S: Simd>(s: S, a: S::V) -> S::V {
    let a_high = s.shr::<32>(a);
    let (ll, hl, hh) = (s.mul_low(a, a), s.mul_low(a_high, a), s.mul_low(a_high, a_high));
    // a² = 2^64 hh + 2^33 hl + ll, and (2^32 - 1)^2 + 2^31 < 2^64.
    let middle = s.add(s.shr::<33>(ll), hl);
    reduce(s, s.add(s.shl::<33>(hl), ll), s.add(hh, s.shr::<31>(middle)))
}

/// $low + 2^{64} high$, for any two numbers.
#[inline(always)]
fn reduce<S: Simd>(s: S, low: S::V, high: S::V) -> S::V {
    // high = 2^32 top + bottom: 2^64 high = ε bottom - top.
    let top = s.shr::<32>(high);
    let difference = s.sub_epsilon_where_less(s.sub(low, top), low, top);
    let product = s.mul_low(high, s.splat(EPSILON));
    let sum = s.add(difference, product);
    s.add_epsilon_where_less(sum, sum, product)
}

/// $a + c$ for a canonical `c`: below $p$.
#[inline(always)]
pub(crate) fn add_canonical<S: Simd>(s: S, a: S::V, c: S::V) -> S::V {
    // A sum that wraps is below c, so below p, and adding ε does not wrap again.
    let sum = s.add(a, c);
    s.add_epsilon_where_less(sum, sum, c)
}

/// $low + 2^{32} high$ for two numbers below $2^{62}$.
#[inline(always)]
pub(crate) fn join<S: Simd>(s: S, low: S::V, high: S::V) -> S::V {
    // high = 2^32 top + bottom: 2^32 high = ε top + 2^32 bottom, and low + ε top < 2^63.
    let small = s.add(low, s.mul_low(s.shr::<32>(high), s.splat(EPSILON)));
    let sum = s.add(small, s.shl::<32>(high));
    // A sum that wraps is below `small`, so adding ε does not wrap again.
    s.add_epsilon_where_less(sum, sum, small)
}
