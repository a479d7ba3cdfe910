//! # The gates of the proof's circuit
//!
//! What each gate demands of a row, at the point where the proof is opened. A gate is a function over an
//! [`Algebra`](furl_circuits::gates::algebra::Algebra), as Furl's own [`Formula`]s are, so that one text is read by the machine and by the tests,
//! which compare it with plonky2's own.
//!
//! Gates are recognised by their type, with their parameters; a circuit with any other gate is [refused](UnknownGate).
//!
//! | gate | where |
//! |---|---|
//! | Noop | no constraints |
//! | Constant, PublicInput, BaseSum (base 2), Exponentiation | [`simple`] |
//! | Arithmetic, ArithmeticExtension, MulExtension, Reducing, ReducingExtension | [`arithmetic`] |
//! | RandomAccess | [`random_access`] |
//! | CosetInterpolation | [`coset`] |
//! | Poseidon, PoseidonMds | [`poseidon`] |
//! | Ladder, Key, Value, Block | their [`Formula`] |

use furl_circuits::field::{D, F};
use furl_circuits::gates::{Block, Custom, Formula, Key, Ladder, Value};
use plonky2::field::extension::Extendable;
use plonky2::gates::arithmetic_base::ArithmeticGate;
use plonky2::gates::arithmetic_extension::ArithmeticExtensionGate;
use plonky2::gates::base_sum::BaseSumGate;
use plonky2::gates::constant::ConstantGate;
use plonky2::gates::coset_interpolation::CosetInterpolationGate;
use plonky2::gates::exponentiation::ExponentiationGate;
use plonky2::gates::gate::GateRef;
use plonky2::gates::multiplication_extension::MulExtensionGate;
use plonky2::gates::noop::NoopGate;
use plonky2::gates::poseidon::PoseidonGate;
use plonky2::gates::poseidon_mds::PoseidonMdsGate;
use plonky2::gates::public_input::PublicInputGate;
use plonky2::gates::random_access::RandomAccessGate;
use plonky2::gates::reducing::ReducingGate;
use plonky2::gates::reducing_extension::ReducingExtensionGate;
use thiserror::Error;

use super::extension::Lazy;

pub mod arithmetic;
pub mod coset;
pub mod poseidon;
pub mod random_access;
pub mod simple;

/// A gate that this verifier does not know.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the circuit has a gate that the wrap does not know: {id}")]
pub struct UnknownGate {
    /// plonky2's name of it.
    pub id: String,
}

/// A row, opened at a point.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a, E> {
    /// Its wires.
    pub wires: &'a [E],
    /// Its constants, without selectors.
    pub constants: &'a [E],
    /// The hash of the public inputs.
    pub public_hash: &'a [E; 4],
}

/// An element of the extension of the extension in which a gate's operations on pairs of wires are at a point: $a_0 + a_1 X$, $X^2 = 7$.
type Pair<E> = [E; 2];

impl<E: Copy> Row<'_, E> {
    /// Two neighbouring wires.
    fn pair(&self, at: usize) -> Pair<E> {
        [self.wires[at], self.wires[at + 1]]
    }
}

/// The product of two pairs.
fn pair_product<A: Lazy>(a: &mut A, x: Pair<A::E>, y: Pair<A::E>) -> Pair<A::E> {
    let high = a.mul(x[1], y[1]);
    let low = a.mul(x[0], y[0]);
    let cross = a.mul(x[0], y[1]);
    [a.scale_add(<F as Extendable<D>>::W, high, low), a.mul_add(x[1], y[0], cross)]
}

/// What a gate demands to be zero, as many and in the order as plonky2 has them.
///
/// # Errors
/// If the gate is unknown.
pub fn constraints<A: Lazy>(a: &mut A, gate: &GateRef<F, D>, row: &Row<'_, A::E>) -> Result<Vec<A::E>, UnknownGate> {
    let any = gate.0.as_any();
    if any.is::<NoopGate>() {
        Ok(vec![])
    } else if any.is::<ConstantGate>() {
        Ok(simple::constant(a, gate.0.num_constraints(), row))
    } else if any.is::<PublicInputGate>() {
        Ok(simple::public_input(a, row))
    } else if let Some(gate) = any.downcast_ref::<BaseSumGate<2>>() {
        Ok(simple::bit_sum(a, gate.num_limbs, row))
    } else if let Some(gate) = any.downcast_ref::<ExponentiationGate<F, D>>() {
        Ok(simple::exponentiation(a, gate.num_power_bits, row))
    } else if let Some(gate) = any.downcast_ref::<ArithmeticGate>() {
        Ok(arithmetic::base(a, gate.num_ops, row))
    } else if let Some(gate) = any.downcast_ref::<ArithmeticExtensionGate<D>>() {
        Ok(arithmetic::extension(a, gate.num_ops, row))
    } else if let Some(gate) = any.downcast_ref::<MulExtensionGate<D>>() {
        Ok(arithmetic::multiplication(a, gate.num_ops, row))
    } else if let Some(gate) = any.downcast_ref::<ReducingGate<D>>() {
        Ok(arithmetic::reducing(a, gate.num_coeffs, 1, row))
    } else if let Some(gate) = any.downcast_ref::<ReducingExtensionGate<D>>() {
        Ok(arithmetic::reducing(a, gate.num_coeffs, D, row))
    } else if let Some(gate) = any.downcast_ref::<RandomAccessGate<F, D>>() {
        Ok(random_access::constraints(a, gate, row))
    } else if let Some(gate) = any.downcast_ref::<CosetInterpolationGate<F, D>>() {
        Ok(coset::constraints(a, gate, row))
    } else if any.is::<PoseidonGate<F, D>>() {
        Ok(poseidon::permutation(a, row))
    } else if any.is::<PoseidonMdsGate<F, D>>() {
        Ok(poseidon::matrix(a, row))
    } else {
        own(a, gate, row).ok_or_else(|| UnknownGate { id: gate.0.id() })
    }
}

/// The same for Furl's own gates.
fn own<A: Lazy>(a: &mut A, gate: &GateRef<F, D>, row: &Row<'_, A::E>) -> Option<Vec<A::E>> {
    fn read<T: Formula, A: Lazy>(a: &mut A, row: &Row<'_, A::E>) -> Vec<A::E> {
        let mut out = Vec::with_capacity(T::CONSTRAINTS);
        T::constrain(a, &row.wires[..T::WIRES], &row.constants[..T::CONSTANTS], |c| out.push(c));
        out
    }
    let any = gate.0.as_any();
    match () {
        () if any.is::<Custom<Ladder>>() => Some(read::<Ladder, A>(a, row)),
        () if any.is::<Custom<Key>>() => Some(read::<Key, A>(a, row)),
        () if any.is::<Custom<Value>>() => Some(read::<Value, A>(a, row)),
        () if any.is::<Custom<Block>>() => Some(read::<Block, A>(a, row)),
        () => None,
    }
}

#[cfg(test)]
pub(super) mod tests;
