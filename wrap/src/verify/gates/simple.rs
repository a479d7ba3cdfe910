//! # Constant, PublicInput, BaseSum, Exponentiation

use furl_circuits::field::F;
use plonky2::field::types::Field;

use super::Row;
use crate::verify::extension::Lazy;

/// Wire $i$ is constant $i$.
pub fn constant<A: Lazy>(a: &mut A, count: usize, row: &Row<'_, A::E>) -> Vec<A::E> {
    (0..count).map(|i| a.sub(row.constants[i], row.wires[i])).collect()
}

/// The first four wires are the hash of the public inputs.
pub fn public_input<A: Lazy>(a: &mut A, row: &Row<'_, A::E>) -> Vec<A::E> {
    (0..4).map(|i| a.sub(row.wires[i], row.public_hash[i])).collect()
}

/// Wire 0 is $\sum_i 2^i b_i$ of the bits that follow.
pub fn bit_sum<A: Lazy>(a: &mut A, count: usize, row: &Row<'_, A::E>) -> Vec<A::E> {
    let bits = &row.wires[1..=count];
    let sum = a.recompose(2, bits);
    let sum = a.sub(sum, row.wires[0]);
    std::iter::once(sum).chain(bits.iter().map(|b| a.bit(*b))).collect()
}

/// Wires: base, bits of the exponent (lowest first), result, intermediate values (from the highest bit on).
pub fn exponentiation<A: Lazy>(a: &mut A, count: usize, row: &Row<'_, A::E>) -> Vec<A::E> {
    let base = row.wires[0];
    let (bits, result, values) = (&row.wires[1..=count], row.wires[1 + count], &row.wires[2 + count..2 + 2 * count]);
    let mut out = Vec::with_capacity(count + 1);
    for (i, (bit, value)) in bits.iter().rev().zip(values).enumerate() {
        // b·base + 1 - b
        let factor = a.fused(F::ONE, *bit, base, F::NEG_ONE, *bit);
        let factor = a.add_constant(factor, F::ONE);
        let computed = match i.checked_sub(1) {
            None => factor,
            Some(before) => {
                let square = a.mul(values[before], values[before]);
                let square = a.settle(square);
                a.mul(square, factor)
            }
        };
        out.push(a.sub(computed, *value));
    }
    out.push(a.sub(result, values[count - 1]));
    out
}
