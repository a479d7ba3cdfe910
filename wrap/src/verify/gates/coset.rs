//! # CosetInterpolation
//!
//! The value at a point of the polynomial that has given values $v_i$ on a coset $s\,\langle g \rangle$. With the point divided by $s$, domain $x_i = g^i$
//! and barycentric weights $w_i$ are constants:
//!
//! $$ p_{i+1} = p_i\,(z - x_i), \qquad e_{i+1} = e_i\,(z - x_i) + w_i v_i\,p_i, \qquad p_0 = 1,\ e_0 = 0, $$
//!
//! and $e_{2^n}$ is the value. Every $d - 1$ steps, $d$ the gate's degree, $e$ and $p$ are wires.
//!
//! | wires | what |
//! |---|---|
//! | 1 | $s$ |
//! | $2 \cdot 2^n$ | $v_i$ |
//! | 2, 2 | the point, the value |
//! | $2k$, $2k$ | intermediate $e$, then $p$ |
//! | 2, 1 | $z$; $1/s$ |

use furl_circuits::field::{D, F};
use plonky2::field::types::Field;
use plonky2::gates::coset_interpolation::CosetInterpolationGate;

use super::{Pair, Row, pair_product};
use crate::verify::extension::Lazy;

/// The constraints.
pub fn constraints<A: Lazy>(a: &mut A, gate: &CosetInterpolationGate<F, D>, row: &Row<'_, A::E>) -> Vec<A::E> {
    let points = 1 << gate.subgroup_bits;
    let intermediates = (points - 2) / (gate.degree - 1);
    let [point, value, between] = [0, 2, 4].map(|at| 1 + 2 * points + at);
    let (shift, z, inverse) = (row.wires[0], between + 4 * intermediates, between + 4 * intermediates + 2);

    let mut out = Vec::new();
    let unit = a.mul(shift, row.wires[inverse]);
    out.push(a.add_constant(unit, F::NEG_ONE));
    for j in 0..2 {
        out.push(a.fused(F::NEG_ONE, shift, row.wires[z + j], F::ONE, row.wires[point + j]));
    }

    let domain = F::two_adic_subgroup(gate.subgroup_bits);
    let z = row.pair(z);
    let step = |a: &mut A, i: usize, state: Option<[Pair<A::E>; 2]>| {
        let term = [a.add_constant(z[0], -domain[i]), z[1]];
        let weighted = row.pair(1 + 2 * i).map(|v| a.scale(gate.barycentric_weights[i], v));
        let Some([e, p]) = state else { return [weighted, term] };
        let [next, step] = [pair_product(a, e, term), pair_product(a, weighted, p)];
        let next = [0, 1].map(|j| a.add(next[j], step[j]));
        let product = pair_product(a, p, term);
        [next, product].map(|pair| pair.map(|part| a.settle(part)))
    };
    let mut state = None;
    let mut ends = (0..intermediates).map(|k| gate.degree + k * (gate.degree - 1));
    let mut next_end = ends.next();
    let mut k = 0;
    for i in 0..points {
        if next_end == Some(i) {
            let [e, p] = [between + 2 * k, between + 2 * (intermediates + k)].map(|at| row.pair(at));
            let computed: [Pair<A::E>; 2] = state.expect("a step came before");
            for (wire, computed) in [e, p].iter().flatten().zip(computed.iter().flatten()) {
                out.push(a.sub(*wire, *computed));
            }
            state = Some([e, p]);
            (next_end, k) = (ends.next(), k + 1);
        }
        state = Some(step(a, i, state));
    }
    let [e, _] = state.expect("there is a point");
    out.extend([0, 1].map(|j| a.sub(row.wires[value + j], e[j])));
    out
}
