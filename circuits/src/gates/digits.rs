//! Base-4 digits: how a gate's row shows that a value is small.
//!
//! A value below $4^k$ is given by $k$ advice wires, each constrained by the degree-4 polynomial whose roots are 0, 1, 2, 3, and by their positional
//! sum. As long as $4^k < p$ the digits of a value are unique, so there is no second encoding $x + p$.

use core::ops::Range;

use plonky2::field::types::{Field, PrimeField64};

use super::algebra::Algebra;
use crate::field::F;

/// One constraint a wire: it is a base-4 digit.
pub(super) fn constrain<A: Algebra>(a: &mut A, wires: &[A::E], emit: &mut impl FnMut(A::E)) {
    for wire in wires {
        emit(a.digit(*wire));
    }
}

/// Writes the lowest base-4 digits of `value`, lowest first, as many as the range has wires.
pub(super) fn fill(wires: &mut [F], range: Range<usize>, value: F) {
    let mut rest = value.to_canonical_u64();
    for wire in &mut wires[range] {
        *wire = F::from_canonical_u64(rest & 3);
        rest >>= 2;
    }
}
