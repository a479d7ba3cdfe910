//! # Poseidon on lanes
//!
//! The permutation of plonky2's `PoseidonHash` (width 12, 8 full and 22 partial rounds, $x^7$), on as many states at once as a vector
//! has lanes. The function is the same and tested to be; what differs is the schedule.
//!
//! ## The linear layer
//!
//! The matrix is a circulant with small entries, plus 8 in its corner. All rounds, partial ones too, multiply by it in
//! this plain form: with its entries chosen as they are, that is cheaper on lanes than the sparse factors which save multiplications of 64 bits.
//!
//! A state is split into halves of 32 bits, so that sums of products of a half with entries (in total 264) stay below $2^{41}$
//! and no carry is ever looked at. The product with the circulant is a product of polynomials modulo $x^{12} - 1$,
//!
//! $$x^{12} - 1 = (x^3 - 1)(x^3 + 1)(x^6 + 1),$$
//!
//! and modulo each factor the entries' polynomial has coefficients that are, up to the factors 4, 4 and 2 which the way back divides by, powers of two:
//!
//! | modulo | coefficients |
//! |---|---|
//! | $x^3 - 1$ | 16, 32, 16 |
//! | $x^3 + 1$ | −1, −8, 2 |
//! | $x^6 + 1$ | 2, −4, 16, 1, −1, −1 |
//!
//! So the layer is additions and shifts, about a hundred a half. Intermediate values may be negative; they wrap, and the
//! results, which are not, are right.

use plonky2::hash::poseidon::{ALL_ROUND_CONSTANTS, HALF_N_FULL_ROUNDS, N_PARTIAL_ROUNDS, N_ROUNDS, SPONGE_WIDTH};

use crate::goldilocks::{add_canonical, join, mul, square};
use crate::simd::Simd;

/// Elements of a state.
pub(crate) const WIDTH: usize = SPONGE_WIDTH;

/// As many states as there are lanes: one vector an element.
pub(crate) type State<S> = [<S as Simd>::V; WIDTH];

/// The constants of each round, and zeros for the round after the last.
static ROUND_CONSTANTS: [[u64; WIDTH]; N_ROUNDS + 1] = {
    let mut constants = [[0; WIDTH]; N_ROUNDS + 1];
    let mut i = 0;
    while i < ALL_ROUND_CONSTANTS.len() {
        constants[i / WIDTH][i % WIDTH] = ALL_ROUND_CONSTANTS[i];
        i += 1;
    }
    constants
};

/// An array whose element `I` is an expression in the constant `I`, written out.
macro_rules! each {
    (3, $i:ident => $e:expr) => { each!(@ $i $e; 0 1 2) };
    (6, $i:ident => $e:expr) => { each!(@ $i $e; 0 1 2 3 4 5) };
    (12, $i:ident => $e:expr) => { each!(@ $i $e; 0 1 2 3 4 5 6 7 8 9 10 11) };
    (@ $i:ident $e:expr; $($n:literal)*) => { [$({ const $i: usize = $n; $e }),*] };
}

/// The permutation, in place.
#[inline(always)]
pub(crate) fn permute<S: Simd>(s: S, state: &mut State<S>) {
    *state = each!(12, I => add_canonical(s, state[I], s.splat(ROUND_CONSTANTS[0][I])));
    let mut round = 0;
    while round < HALF_N_FULL_ROUNDS {
        round += 1;
        full_round(s, state, round);
    }
    while round < HALF_N_FULL_ROUNDS + N_PARTIAL_ROUNDS {
        round += 1;
        state[0] = seventh_power(s, state[0]);
        linear_layer(s, state, round);
    }
    while round < N_ROUNDS {
        round += 1;
        full_round(s, state, round);
    }
}

/// The powers, the matrix, and the constants of round `next`.
#[inline(always)]
fn full_round<S: Simd>(s: S, state: &mut State<S>, next: usize) {
    *state = each!(12, I => seventh_power(s, state[I]));
    linear_layer(s, state, next);
}

#[inline(always)]
fn seventh_power<S: Simd>(s: S, x: S::V) -> S::V {
    let x2 = square(s, x);
    let x3 = mul(s, x2, x);
    let x4 = square(s, x2);
    mul(s, x3, x4)
}

/// The matrix, and the constants of round `next`.
#[inline(always)]
fn linear_layer<S: Simd>(s: S, state: &mut State<S>, next: usize) {
    let constants = &ROUND_CONSTANTS[next];
    let low = matrix(s, &each!(12, I => s.low(state[I])));
    let high = matrix(s, &each!(12, I => s.shr::<32>(state[I])));
    *state = each!(12, I => {
        let c = constants[I];
        join(s, s.add(low[I], s.splat(c & 0xffff_ffff)), s.add(high[I], s.splat(c >> 32)))
    });
}

/// The product of the matrix with small numbers.
#[inline(always)]
fn matrix<S: Simd>(s: S, v: &State<S>) -> State<S> {
    let mut product = circulant(s, v);
    product[0] = s.add(product[0], s.shl::<3>(v[0]));
    product
}

/// The circulant part of the matrix.
#[inline(always)]
fn circulant<S: Simd>(s: S, v: &State<S>) -> State<S> {
    // Modulo x^6 - 1 and x^6 + 1, and the former modulo x^3 - 1 and x^3 + 1.
    let sums = each!(6, I => s.add(v[I], v[I + 6]));
    let differences = each!(6, I => s.sub(v[I], v[I + 6]));
    let cyclic = cyclic3(s, &each!(3, I => s.add(sums[I], sums[I + 3])));
    let negacyclic = negacyclic3(s, &each!(3, I => s.sub(sums[I], sums[I + 3])));
    let d = negacyclic6(s, &differences);
    let left = each!(3, I => s.add(cyclic[I], negacyclic[I]));
    let right = each!(3, I => s.sub(cyclic[I], negacyclic[I]));
    [
        s.add(left[0], d[0]),
        s.add(left[1], d[1]),
        s.add(left[2], d[2]),
        s.add(right[0], d[3]),
        s.add(right[1], d[4]),
        s.add(right[2], d[5]),
        s.sub(left[0], d[0]),
        s.sub(left[1], d[1]),
        s.sub(left[2], d[2]),
        s.sub(right[0], d[3]),
        s.sub(right[1], d[4]),
        s.sub(right[2], d[5]),
    ]
}

/// $v \cdot (16 + 32x + 16x^2) \bmod x^3 - 1$.
#[inline(always)]
fn cyclic3<S: Simd>(s: S, v: &[S::V; 3]) -> [S::V; 3] {
    let sum = s.add(s.add(v[0], v[1]), v[2]);
    each!(3, I => s.shl::<4>(s.add(sum, v[(I + 2) % 3])))
}

/// $v \cdot (-1 - 8x + 2x^2) \bmod x^3 + 1$.
#[inline(always)]
fn negacyclic3<S: Simd>(s: S, v: &[S::V; 3]) -> [S::V; 3] {
    let (v2, v8) = (each!(3, I => s.shl::<1>(v[I])), each!(3, I => s.shl::<3>(v[I])));
    [
        s.sub(s.sub(v8[2], v2[1]), v[0]),
        s.sub(s.splat(0), s.add(s.add(v8[0], v[1]), v2[2])),
        s.sub(s.sub(v2[0], v8[1]), v[2]),
    ]
}

/// $v \cdot (2 - 4x + 16x^2 + x^3 - x^4 - x^5) \bmod x^6 + 1$.
#[inline(always)]
fn negacyclic6<S: Simd>(s: S, v: &[S::V; 6]) -> [S::V; 6] {
    let v2 = each!(6, I => s.shl::<1>(v[I]));
    let v4 = each!(6, I => s.shl::<2>(v[I]));
    let v16 = each!(6, I => s.shl::<4>(v[I]));
    [
        s.sub(s.add(sum3(s, v2[0], v[1], v[2]), v4[5]), s.add(v[3], v16[4])),
        s.sub(sum3(s, v2[1], v[2], v[3]), sum3(s, v4[0], v[4], v16[5])),
        s.sub(s.add(sum3(s, v16[0], v2[2], v[3]), v[4]), s.add(v4[1], v[5])),
        s.sub(s.add(sum3(s, v[0], v16[1], v2[3]), s.add(v[4], v[5])), v4[2]),
        s.sub(s.add(sum3(s, v[1], v16[2], v2[4]), v[5]), s.add(v[0], v4[3])),
        s.sub(sum3(s, v[2], v16[3], v2[5]), sum3(s, v[0], v[1], v4[4])),
    ]
}

#[inline(always)]
fn sum3<S: Simd>(s: S, a: S::V, b: S::V, c: S::V) -> S::V {
    s.add(s.add(a, b), c)
}
