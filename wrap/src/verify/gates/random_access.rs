//! # RandomAccess
//!
//! One element of a list, chosen by the bits of an index, several times a row.
//!
//! | wires | what |
//! |---|---|
//! | for each copy: 1, 1, $2^n$ | index, element, list |
//! | as many as there are extra constants | the row's constants |
//! | for each copy: $n$ | bits, lowest first |

use furl_circuits::field::{D, F};
use plonky2::gates::random_access::RandomAccessGate;

use super::Row;
use crate::verify::extension::Lazy;

/// The constraints.
pub fn constraints<A: Lazy>(a: &mut A, gate: &RandomAccessGate<F, D>, row: &Row<'_, A::E>) -> Vec<A::E> {
    let length = 1 << gate.bits;
    let extra = (2 + length) * gate.num_copies;
    let all_bits = extra + gate.num_extra_constants;
    let mut out = Vec::new();
    for copy in 0..gate.num_copies {
        let wires = &row.wires[(2 + length) * copy..];
        let bits = &row.wires[all_bits + copy * gate.bits..][..gate.bits];
        out.extend(bits.iter().map(|b| a.bit(*b)));
        let index = a.recompose(2, bits);
        out.push(a.sub(index, wires[0]));
        let chosen = choose(a, bits, wires[2..2 + length].to_vec());
        out.push(a.sub(chosen, wires[1]));
    }
    out.extend((0..gate.num_extra_constants).map(|i| a.sub(row.constants[i], row.wires[extra + i])));
    out
}

/// $x + b(y - x)$ of neighbours, until one is left.
fn choose<A: Lazy>(a: &mut A, bits: &[A::E], mut list: Vec<A::E>) -> A::E {
    for (i, bit) in bits.iter().enumerate() {
        let neighbours = list.chunks_exact(2).map(|pair| {
            let difference = a.sub(pair[1], pair[0]);
            let chosen = a.mul_add(*bit, difference, pair[0]);
            // Two levels are one reduction.
            if i % 2 == 1 { a.settle(chosen) } else { chosen }
        });
        list = neighbours.collect();
    }
    list[0]
}
