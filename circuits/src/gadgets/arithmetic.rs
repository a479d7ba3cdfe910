//! # Plain arithmetic, for the few relations that happen once a leaf
//!
//! What happens once a transfer has a gate of its own ([`crate::gates`]). The rest is written with plonky2's arithmetic gate, twenty operations
//! $c_0\,xy + c_1\,z$ a row, and its bit-sum gate.

use plonky2::field::types::Field;
use plonky2::gates::arithmetic_base::ArithmeticGate;
use plonky2::gates::base_sum::BaseSumGate;
use plonky2::iop::target::Target;

use crate::builder::Builder;
use crate::field::F;
use crate::wires::DigestWires;

/// $c_0\,xy + c_1\,z$. A twentieth of a row.
pub fn fused(b: &mut Builder, c0: F, x: Target, y: Target, c1: F, z: Target) -> Target {
    let gate = ArithmeticGate::new_from_config(b.config());
    let (row, operation) = b.find_slot(gate, &[c0, c1], &[c0, c1]);
    let wire = |i| Target::wire(row, 4 * operation + i);
    b.connect_array([x, y, z], [wire(0), wire(1), wire(2)]);
    wire(3)
}

/// $k\,x + z$.
pub fn scale_add(b: &mut Builder, k: F, x: Target, z: Target) -> Target {
    let one = b.constant(F::ONE);
    fused(b, k, x, one, F::ONE, z)
}

/// $xy$.
pub fn mul(b: &mut Builder, x: Target, y: Target) -> Target {
    fused(b, F::ONE, x, y, F::ZERO, x)
}

/// `then` if `bit` is 1, `otherwise` if it is 0.
pub fn select(b: &mut Builder, bit: Target, then: Target, otherwise: Target) -> Target {
    let difference = scale_add(b, F::NEG_ONE, otherwise, then);
    fused(b, F::ONE, bit, difference, F::ONE, otherwise)
}

/// [`select`] on digests.
pub fn select_digest(b: &mut Builder, bit: Target, then: &DigestWires, otherwise: &DigestWires) -> DigestWires {
    DigestWires { elements: core::array::from_fn(|i| select(b, bit, then.elements[i], otherwise.elements[i])) }
}

/// Constrains `x` to be 0 or 1.
pub fn assert_bit(b: &mut Builder, x: Target) {
    let zero = b.constant(F::ZERO);
    let vanishing = fused(b, F::ONE, x, x, F::NEG_ONE, x);
    b.connect(vanishing, zero);
}

/// $\sum_i b_i 2^i$ of wires that are bits already.
pub fn sum_of_bits(b: &mut Builder, bits: &[Target]) -> Target {
    let zero = b.constant(F::ZERO);
    bits.iter().rev().fold(zero, |acc, bit| scale_add(b, F::TWO, acc, *bit))
}

/// Constrains `x` to be below $2^{32}$. One row.
pub fn range_check_32(b: &mut Builder, x: Target) {
    let row = b.add_gate(BaseSumGate::<2>::new(32), vec![]);
    b.connect(x, Target::wire(row, 0));
}
