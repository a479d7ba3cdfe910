//! # Arithmetic, ArithmeticExtension, MulExtension, Reducing, ReducingExtension
//!
//! Operations stand side by side in a row. Those on the extension take two wires an operand.

use super::{Pair, Row, pair_product};
use crate::verify::extension::Lazy;

/// $d = k_0\,ab + k_1\,c$; wires $a, b, c, d$.
pub fn base<A: Lazy>(a: &mut A, count: usize, row: &Row<'_, A::E>) -> Vec<A::E> {
    let operation = |wires: &[A::E]| {
        let product = a.mul(wires[0], wires[1]);
        let computed = scaled_sum(a, row, product, wires[2]);
        a.sub(wires[3], computed)
    };
    row.wires[..4 * count].chunks_exact(4).map(operation).collect()
}

/// $k_0\,x + k_1\,y$.
fn scaled_sum<A: Lazy>(a: &mut A, row: &Row<'_, A::E>, x: A::E, y: A::E) -> A::E {
    let y = a.mul(row.constants[1], y);
    a.mul_add(row.constants[0], x, y)
}

/// The same on pairs.
pub fn extension<A: Lazy>(a: &mut A, count: usize, row: &Row<'_, A::E>) -> Vec<A::E> {
    let operation = |i: usize| {
        let [x, y, z, result] = [0, 2, 4, 6].map(|at| row.pair(8 * i + at));
        let product = pair_product(a, x, y);
        [0, 1].map(|j| {
            let computed = scaled_sum(a, row, product[j], z[j]);
            a.sub(result[j], computed)
        })
    };
    (0..count).flat_map(operation).collect()
}

/// $c = k_0\,ab$ on pairs; wires $a, b, c$.
pub fn multiplication<A: Lazy>(a: &mut A, count: usize, row: &Row<'_, A::E>) -> Vec<A::E> {
    let operation = |i: usize| {
        let [x, y, result] = [0, 2, 4].map(|at| row.pair(6 * i + at));
        let product = pair_product(a, x, y);
        [0, 1].map(|j| {
            let computed = a.mul(row.constants[0], product[j]);
            a.sub(result[j], computed)
        })
    };
    (0..count).flat_map(operation).collect()
}

/// $s_i = s_{i-1} \alpha + c_i$; wires: the last $s$, $\alpha$, the first $s$, the $c_i$ of so many wires each, and the $s$ between.
pub fn reducing<A: Lazy>(a: &mut A, count: usize, wires_each: usize, row: &Row<'_, A::E>) -> Vec<A::E> {
    let [result, alpha, mut sum] = [0, 2, 4].map(|at| row.pair(at));
    let sums = 6 + count * wires_each;
    let mut out = Vec::with_capacity(2 * count);
    for i in 0..count {
        let coefficient = &row.wires[6 + i * wires_each..][..wires_each];
        let next = if i + 1 == count { result } else { row.pair(sums + 2 * i) };
        let mut computed: Pair<A::E> = pair_product(a, sum, alpha);
        for (c, part) in computed.iter_mut().zip(coefficient) {
            *c = a.add(*c, *part);
        }
        out.extend([0, 1].map(|j| a.sub(computed[j], next[j])));
        sum = next;
    }
    out
}
