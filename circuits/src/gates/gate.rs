//! # From a formula to a plonky2 gate, once for every gate
//!
//! plonky2 asks a gate for its constraints three times, in three dialects, and for a generator that fills its hints. Here all of that is derived
//! from one [`Formula`]: [`Custom<T>`] is the gate of formula `T`.
//!
//! A formula also says how its row is *filled*: [`Formula::fill`] computes the wires that depend on others, so that constraint $i$ evaluates to
//! [`Intent::residual`]`(i)`. For an honest prover every residual is zero. A test asks for a row that breaks exactly one constraint and no other;
//! that such a row exists for every $i$ shows that no constraint is implied by the rest, and that each is noticed when it is missing.

use core::marker::PhantomData;
use core::ops::Range;

use anyhow::Result;
use plonky2::field::types::Field;
use plonky2::gates::gate::Gate;
use plonky2::gates::util::StridedConstraintConsumer;
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::iop::generator::{GeneratedValues, SimpleGenerator, WitnessGeneratorRef};
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartitionWitness, Witness, WitnessWrite};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::CommonCircuitData;
use plonky2::plonk::vars::{EvaluationTargets, EvaluationVars, EvaluationVarsBase};
use plonky2::util::serialization::{Buffer, IoError, IoResult};

use super::algebra::{Algebra, AtChallenge, Base, InCircuit};
use crate::field::{D, Extension, F};

/// The widest row that the pinned configuration allows (`num_wires`).
pub const ROW_WIRES: usize = 135;

/// What a row is to be: honest, or wrong in exactly one constraint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Intent(Option<usize>);

impl Intent {
    /// A row that satisfies its formula.
    pub const HONEST: Self = Self(None);

    /// A row that breaks constraint `i` and no other.
    #[must_use]
    pub const fn breaking(i: usize) -> Self {
        Self(Some(i))
    }

    /// What constraint `i` shall evaluate to: 1 if it is the one to break, else 0.
    #[must_use]
    pub fn residual(self, i: usize) -> F {
        F::from_bool(self.0 == Some(i))
    }
}

/// Wires that are filled as soon as others are known.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// Wires read.
    pub inputs: &'static [Range<usize>],
    /// Wires written.
    pub outputs: &'static [Range<usize>],
}

/// The algebra of one gate: its row, its constraints, its hints.
pub trait Formula: 'static + Send + Sync + Sized {
    /// Identity of the gate; part of the pinned circuit.
    const NAME: &'static str;
    /// Wires of a row that the formula reads; at most [`ROW_WIRES`].
    const WIRES: usize;
    /// Constants of a row that the formula reads; at most 2.
    const CONSTANTS: usize;
    /// Highest degree of a constraint in wires and constants.
    const DEGREE: usize;
    /// Number of constraints.
    const CONSTRAINTS: usize;
    /// What [`fill`](Self::fill) computes, and from what; more than one stage where the inputs of one depend on another row that reads the outputs
    /// of an earlier one.
    const STAGES: &'static [Stage];

    /// Emits the constraints, always the same number in the same order. Each must be zero on every row of this gate.
    fn constrain<A: Algebra>(a: &mut A, wires: &[A::E], constants: &[A::E], emit: impl FnMut(A::E));

    /// Computes the output wires from the input wires so that every constraint `i` that an output can settle evaluates to `intent.residual(i)`.
    /// Never panics: if the inputs admit no solution, some constraint is left broken.
    fn fill(wires: &mut [F], constants: &[F], intent: Intent);
}

/// The residuals of one row over the base field: all zero iff the row satisfies the formula.
#[must_use]
pub fn residuals<T: Formula>(wires: &[F], constants: &[F]) -> Vec<F> {
    let mut out = Vec::with_capacity(T::CONSTRAINTS);
    T::constrain(&mut Base, wires, constants, |c| out.push(c));
    out
}

/// The plonky2 gate of formula `T`.
pub struct Custom<T>(PhantomData<T>);

impl<T> Custom<T> {
    /// The gate.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for Custom<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Custom<T> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<T: Formula> core::fmt::Debug for Custom<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(T::NAME)
    }
}

impl<T: Formula> Gate<F, D> for Custom<T> {
    fn id(&self) -> String {
        T::NAME.into()
    }

    fn serialize(&self, _: &mut Vec<u8>, _: &CommonCircuitData<F, D>) -> IoResult<()> {
        Ok(()) // a gate without parameters: its identity is its name
    }

    fn deserialize(_: &mut Buffer<'_>, _: &CommonCircuitData<F, D>) -> IoResult<Self> {
        Ok(Self::new())
    }

    fn eval_unfiltered(&self, vars: EvaluationVars<'_, F, D>) -> Vec<Extension> {
        let mut out = Vec::with_capacity(T::CONSTRAINTS);
        T::constrain(&mut AtChallenge, vars.local_wires, vars.local_constants, |c| out.push(c));
        out
    }

    fn eval_unfiltered_base_one(&self, vars: EvaluationVarsBase<'_, F>, mut out: StridedConstraintConsumer<'_, F>) {
        let mut wires = [F::ZERO; ROW_WIRES];
        for (wire, value) in wires.iter_mut().zip(vars.local_wires.iter()).take(T::WIRES) {
            *wire = *value;
        }
        let mut constants = [F::ZERO; 2];
        for (constant, value) in constants.iter_mut().zip(vars.local_constants.iter()).take(T::CONSTANTS) {
            *constant = *value;
        }
        T::constrain(&mut Base, &wires[..T::WIRES], &constants[..T::CONSTANTS], |c| out.one(c));
    }

    fn eval_unfiltered_circuit(
        &self,
        builder: &mut CircuitBuilder<F, D>,
        vars: EvaluationTargets<'_, D>,
    ) -> Vec<ExtensionTarget<D>> {
        let mut out = Vec::with_capacity(T::CONSTRAINTS);
        T::constrain(&mut InCircuit(builder), vars.local_wires, vars.local_constants, |c| out.push(c));
        out
    }

    fn generators(&self, row: usize, constants: &[F]) -> Vec<WitnessGeneratorRef<F, D>> {
        let filler =
            |stage| Filler::<T> { row, stage, constants: constants[..T::CONSTANTS].to_vec(), formula: PhantomData };
        T::STAGES.iter().map(|stage| WitnessGeneratorRef::new(filler(*stage).adapter())).collect()
    }

    fn num_wires(&self) -> usize {
        T::WIRES
    }
    fn num_constants(&self) -> usize {
        T::CONSTANTS
    }
    fn degree(&self) -> usize {
        T::DEGREE
    }
    fn num_constraints(&self) -> usize {
        T::CONSTRAINTS
    }
}

/// Fills one stage of one row, honestly.
struct Filler<T> {
    row: usize,
    stage: Stage,
    constants: Vec<F>,
    formula: PhantomData<T>,
}

impl<T: Formula> core::fmt::Debug for Filler<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} row {}", T::NAME, self.row)
    }
}

impl<T: Formula> SimpleGenerator<F, D> for Filler<T> {
    fn id(&self) -> String {
        T::NAME.into()
    }

    fn dependencies(&self) -> Vec<Target> {
        self.stage.inputs.iter().cloned().flatten().map(|w| Target::wire(self.row, w)).collect()
    }

    fn run_once(&self, witness: &PartitionWitness<'_, F>, out: &mut GeneratedValues<F>) -> Result<()> {
        let mut wires = [F::ZERO; ROW_WIRES];
        for w in self.stage.inputs.iter().cloned().flatten() {
            wires[w] = witness.get_target(Target::wire(self.row, w));
        }
        T::fill(&mut wires[..T::WIRES], &self.constants, Intent::HONEST);
        for w in self.stage.outputs.iter().cloned().flatten() {
            out.set_target(Target::wire(self.row, w), wires[w])?;
        }
        Ok(())
    }

    /// Circuits are rebuilt from source, never read from a file.
    fn serialize(&self, _: &mut Vec<u8>, _: &CommonCircuitData<F, D>) -> IoResult<()> {
        Err(IoError)
    }

    fn deserialize(_: &mut Buffer<'_>, _: &CommonCircuitData<F, D>) -> IoResult<Self> {
        Err(IoError)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use plonky2::gates::gate_testing::{test_eval_fns, test_low_degree};

    use super::*;

    /// A row: wires and constants.
    pub(in crate::gates) type Row = (Vec<F>, Vec<F>);

    /// Every constraint bites: `lie(i)` breaks constraint `i` and no other, so a gate without it would accept the row, and the gate with it does not.
    pub(in crate::gates) fn each_constraint_bites<T: Formula>(honest: impl Fn() -> Row, lie: impl Fn(usize) -> Row) {
        let (wires, constants) = honest();
        assert!(
            residuals::<T>(&wires, &constants).iter().all(|r| r.is_zero()),
            "{}: the honest row is refused",
            T::NAME
        );
        for i in 0..T::CONSTRAINTS {
            let (wires, constants) = lie(i);
            let broken: Vec<usize> =
                (0..).zip(residuals::<T>(&wires, &constants)).filter(|(_, r)| !r.is_zero()).map(|(k, _)| k).collect();
            assert_eq!(broken, [i], "{}: the lie about constraint {i}", T::NAME);
        }
    }

    /// The declared shape is the real one, and the three readers agree.
    pub(in crate::gates) fn well_formed<T: Formula>() {
        let wires = vec![F::ZERO; T::WIRES];
        assert_eq!(residuals::<T>(&wires, &vec![F::ZERO; T::CONSTANTS]).len(), T::CONSTRAINTS);
        assert!(T::WIRES <= ROW_WIRES && T::CONSTANTS <= 2);
        let io = |ranges: &[Range<usize>]| ranges.iter().cloned().flatten().collect::<Vec<_>>();
        for stage in T::STAGES {
            let (inputs, outputs) = (io(stage.inputs), io(stage.outputs));
            assert!(outputs.iter().all(|wire| !inputs.contains(wire) && *wire < T::WIRES));
        }
        test_low_degree::<F, Custom<T>, D>(Custom::new());
        test_eval_fns::<F, crate::field::C, Custom<T>, D>(Custom::new()).expect("the three readers agree");
    }
}
