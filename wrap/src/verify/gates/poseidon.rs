//! # Poseidon, PoseidonMds
//!
//! A permutation is a row. Full rounds have their S-boxes' inputs as wires, but for the first round; a partial round has its one.
//!
//! | wires | what |
//! |---|---|
//! | 12, 12 | input, output |
//! | 1, 4 | swap $b$; $\delta_i = b\,(x_{4+i} - x_i)$ |
//! | 36 | inputs of the S-boxes of full rounds 1 to 3 |
//! | 22 | of the partial rounds |
//! | 48 | of the last four full rounds |
//!
//! In partial rounds the state is not reduced at all: constants have 64 bits, and what is added up over all of them stays below
//! $2^{210}$.

use core::array::from_fn;

use furl_circuits::field::F;
use plonky2::field::types::Field;
use plonky2::hash::poseidon::{ALL_ROUND_CONSTANTS, HALF_N_FULL_ROUNDS, N_PARTIAL_ROUNDS, Poseidon, SPONGE_WIDTH};

use super::Row;
use crate::verify::extension::Lazy;

/// A state.
pub type State<E> = [E; SPONGE_WIDTH];

const SWAP: usize = 2 * SPONGE_WIDTH;
const DELTA: usize = SWAP + 1;
const FIRST: usize = DELTA + 4;
const PARTIAL: usize = FIRST + SPONGE_WIDTH * (HALF_N_FULL_ROUNDS - 1);
const LAST: usize = PARTIAL + N_PARTIAL_ROUNDS;

/// The constraints of a permutation.
pub fn permutation<A: Lazy>(a: &mut A, row: &Row<'_, A::E>) -> Vec<A::E> {
    let mut out = Vec::new();
    let state = swapped(a, row, &mut out);
    let state = permute(a, state, |a, at, value| match at {
        None => value,
        Some(at) => {
            out.push(a.sub(value, row.wires[at]));
            row.wires[at]
        }
    });
    out.extend((0..SPONGE_WIDTH).map(|i| a.sub(state[i], row.wires[SPONGE_WIDTH + i])));
    out
}

/// The permutation. What goes into an S-box goes through `input` first, together with its wire in a row, if it has one.
pub fn permute<A: Lazy>(
    a: &mut A,
    mut state: State<A::E>,
    mut input: impl FnMut(&mut A, Option<usize>, A::E) -> A::E,
) -> State<A::E> {
    for round in 0..HALF_N_FULL_ROUNDS {
        let first = round.checked_sub(1).map(|before| FIRST + SPONGE_WIDTH * before);
        state = full_round(a, &state, round, |a, i, value| input(a, first.map(|first| first + i), value));
    }
    state = partial_rounds(a, state, |a, round, value| input(a, Some(PARTIAL + round), value));
    for round in 0..HALF_N_FULL_ROUNDS {
        let first = LAST + SPONGE_WIDTH * round;
        let number = HALF_N_FULL_ROUNDS + N_PARTIAL_ROUNDS + round;
        state = full_round(a, &state, number, |a, i, value| input(a, Some(first + i), value));
    }
    state
}

/// The input, its first two quarters swapped if the bit is set.
fn swapped<A: Lazy>(a: &mut A, row: &Row<'_, A::E>, out: &mut Vec<A::E>) -> State<A::E> {
    let swap = row.wires[SWAP];
    let mut state: State<A::E> = from_fn(|i| row.wires[i]);
    out.push(a.bit(swap));
    for i in 0..4 {
        let delta = row.wires[DELTA + i];
        let difference = a.sub(row.wires[4 + i], row.wires[i]);
        out.push(a.fused(F::ONE, swap, difference, F::NEG_ONE, delta));
        state[i] = a.add(state[i], delta);
        state[4 + i] = a.sub(state[4 + i], delta);
    }
    state
}

/// Constants, S-boxes, and the matrix.
fn full_round<A: Lazy>(
    a: &mut A,
    state: &State<A::E>,
    round: usize,
    mut input: impl FnMut(&mut A, usize, A::E) -> A::E,
) -> State<A::E> {
    let powers = from_fn(|i| {
        let constant = F::from_canonical_u64(ALL_ROUND_CONSTANTS[SPONGE_WIDTH * round + i]);
        let value = a.add_constant(state[i], constant);
        let value = input(a, i, value);
        seventh_power(a, value)
    });
    from_fn(|r| matrix_row(a, r, &powers))
}

/// The partial rounds, in the form in which all but the first element go through one matrix at the start.
fn partial_rounds<A: Lazy>(
    a: &mut A,
    state: State<A::E>,
    mut input: impl FnMut(&mut A, usize, A::E) -> A::E,
) -> State<A::E> {
    let constants = <F as Poseidon>::FAST_PARTIAL_FIRST_ROUND_CONSTANT;
    let state: State<A::E> = from_fn(|i| a.add_constant(state[i], F::from_canonical_u64(constants[i])));
    let matrix = <F as Poseidon>::FAST_PARTIAL_ROUND_INITIAL_MATRIX;
    let column = |a: &mut A, c: usize| linear(a, (1..SPONGE_WIDTH).map(|r| (matrix[r - 1][c - 1], state[r])));
    let mut state: State<A::E> = from_fn(|c| if c == 0 { state[0] } else { column(a, c) });

    for round in 0..N_PARTIAL_ROUNDS {
        let value = input(a, round, state[0]);
        let mut first = seventh_power(a, value);
        if round + 1 < N_PARTIAL_ROUNDS {
            let constant = <F as Poseidon>::FAST_PARTIAL_ROUND_CONSTANTS[round];
            first = a.add_constant(first, F::from_canonical_u64(constant));
        }
        let corner = <F as Poseidon>::MDS_MATRIX_CIRC[0] + <F as Poseidon>::MDS_MATRIX_DIAG[0];
        let weights = <F as Poseidon>::FAST_PARTIAL_ROUND_W_HATS[round];
        let others = (1..SPONGE_WIDTH).map(|i| (weights[i - 1], state[i]));
        let sum = linear(a, std::iter::once((corner, first)).chain(others));
        for (s, v) in state[1..].iter_mut().zip(<F as Poseidon>::FAST_PARTIAL_ROUND_VS[round]) {
            *s = a.scale_add(F::from_canonical_u64(v), first, *s);
        }
        state[0] = sum;
    }
    state
}

/// $x^7$, settled.
fn seventh_power<A: Lazy>(a: &mut A, x: A::E) -> A::E {
    let square = a.mul(x, x);
    let cube = a.mul(square, x);
    let cube = a.settle(cube);
    let sixth = a.mul(cube, cube);
    let seventh = a.mul(sixth, x);
    a.settle(seventh)
}

/// $\sum_i k_i x_i$.
fn linear<A: Lazy>(a: &mut A, terms: impl IntoIterator<Item = (u64, A::E)>) -> A::E {
    let mut terms = terms.into_iter().map(|(k, x)| (F::from_canonical_u64(k), x));
    let (k, x) = terms.next().expect("there is a term");
    let first = a.scale(k, x);
    terms.fold(first, |sum, (k, x)| a.scale_add(k, x, sum))
}

/// A row of the matrix: a circulant plus a diagonal.
fn matrix_row<A: Lazy>(a: &mut A, r: usize, state: &State<A::E>) -> A::E {
    let (circulant, diagonal) = (<F as Poseidon>::MDS_MATRIX_CIRC, <F as Poseidon>::MDS_MATRIX_DIAG);
    let weight = |i: usize| circulant[i] + if i == 0 { diagonal[r] } else { 0 };
    linear(a, (0..SPONGE_WIDTH).map(|i| (weight(i), state[(i + r) % SPONGE_WIDTH])))
}

/// The constraints of the matrix on twelve pairs; wires: input, output.
pub fn matrix<A: Lazy>(a: &mut A, row: &Row<'_, A::E>) -> Vec<A::E> {
    let parts: [State<A::E>; 2] = from_fn(|j| from_fn(|i| row.wires[2 * i + j]));
    let constraint = |n: usize| {
        let computed = matrix_row(a, n / 2, &parts[n % 2]);
        a.sub(row.wires[2 * SPONGE_WIDTH + n], computed)
    };
    (0..2 * SPONGE_WIDTH).map(constraint).collect()
}
