//! # Poseidon2 over BN254's scalars
//!
//! The permutation that hashes the last plonky2 layer, so that a BN254 circuit checks it in its own field. Its state is four
//! scalars, its S-box $x^5$; 8 full rounds and 56 partial ones. Inside, outside and between:
//!
//! $$ s \gets M_E s; \qquad
//!    s \gets M_E (s + c_r)^{5}\ \text{four times}; \qquad
//!    s \gets M_I \bigl((s_0 + c_r)^5, s_1, s_2, s_3\bigr)\ \text{56 times}; \qquad
//!    s \gets M_E (s + c_r)^5\ \text{four times}. $$
//!
//! Parameters and constants are those of the reference implementation, for 128 bits ([`constants`]). The tests compare with its
//! published vectors, with a second implementation over another library's field.

use halo2_proofs::halo2curves::bn256::Fr;

pub mod constants;
#[cfg(test)]
mod tests;

use constants::{FULL, INTERNAL, PARTIAL};

/// Scalars of a state.
pub const WIDTH: usize = 4;
/// Rounds in which every element goes through the S-box, half of them at either end.
pub const FULL_ROUNDS: usize = 8;
/// Rounds in which the first element does.
pub const PARTIAL_ROUNDS: usize = 56;

/// The permutation.
pub fn permute(state: &mut [Fr; WIDTH]) {
    let (first, last) = FULL.split_at(FULL_ROUNDS / 2);
    external(state);
    for constants in first {
        full_round(state, constants);
    }
    for constant in &PARTIAL {
        state[0] = sbox(&(state[0] + constant));
        let sum = state[0] + state[1] + state[2] + state[3];
        for (s, d) in state.iter_mut().zip(&INTERNAL) {
            *s = *s * d + sum;
        }
    }
    for constants in last {
        full_round(state, constants);
    }
}

fn full_round(state: &mut [Fr; WIDTH], constants: &[Fr; WIDTH]) {
    for (s, c) in state.iter_mut().zip(constants) {
        *s = sbox(&(*s + c));
    }
    external(state);
}

/// The library's multiplication is faster than its square.
fn sbox(x: &Fr) -> Fr {
    let square = x * x;
    square * square * x
}

/// $M_E s$ in eight additions and four doublings.
fn external(s: &mut [Fr; WIDTH]) {
    let a = s[0] + s[1];
    let b = s[2] + s[3];
    let c = s[1].double() + b;
    let d = s[3].double() + a;
    let e = b.double().double() + d;
    let f = a.double().double() + c;
    *s = [d + f, f, c + e, e];
}
