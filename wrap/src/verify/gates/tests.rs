//! Every gate against plonky2's own evaluation, on random rows.

use furl_circuits::field::{Extension, F};
use furl_circuits::gates::algebra::AtChallenge;
use furl_circuits::profile::Profile;
use furl_circuits::recursion::shape_of;
use plonky2::field::extension::FieldExtension;
use plonky2::field::types::{Field, Sample};
use plonky2::gates::lookup::LookupGate;
use plonky2::hash::hash_types::HashOut;
use plonky2::plonk::vars::EvaluationVars;

use super::*;
use crate::last::circuit::PUBLIC_INPUTS;
use crate::native::Native;
use crate::verify::goldilocks::{Goldilocks, Sum};

impl Lazy for AtChallenge {
    fn settle(&mut self, a: Extension) -> Extension {
        a
    }
}

/// Every gate that the verifier knows, in our circuits' parameters.
pub(crate) fn all() -> Vec<GateRef<F, D>> {
    let config = Profile::Fast.node_config();
    let mut fold = CosetInterpolationGate::<F, D>::new(4);
    let high = fold.clone();
    fold.degree = 6;
    vec![
        GateRef::new(NoopGate),
        GateRef::new(ConstantGate::new(config.num_constants)),
        GateRef::new(PublicInputGate),
        GateRef::new(BaseSumGate::<2>::new(63)),
        GateRef::new(ExponentiationGate::<F, D>::new_from_config(&config)),
        GateRef::new(ArithmeticGate::new_from_config(&config)),
        GateRef::new(ArithmeticExtensionGate::<D>::new_from_config(&config)),
        GateRef::new(MulExtensionGate::<D>::new_from_config(&config)),
        GateRef::new(ReducingGate::<D>::new(43)),
        GateRef::new(ReducingExtensionGate::<D>::new(32)),
        GateRef::new(RandomAccessGate::<F, D>::new_from_config(&config, 4)),
        GateRef::new(RandomAccessGate::<F, D>::new_from_config(&config, 1)),
        GateRef::new(fold),
        GateRef::new(high),
        GateRef::new(PoseidonGate::<F, D>::new()),
        GateRef::new(PoseidonMdsGate::<F, D>::new()),
        GateRef::new(Custom::<Ladder>::new()),
        GateRef::new(Custom::<Key>::new()),
        GateRef::new(Custom::<Value>::new()),
        GateRef::new(Custom::<Block>::new()),
    ]
}

/// The gates of the last circuits, twelve in each profile.
fn last_gates() -> Vec<GateRef<F, D>> {
    let of = |profile: Profile| {
        let gates = shape_of(profile.last_config(), profile.last_degree_bits(), PUBLIC_INPUTS).gates;
        assert_eq!(gates.len(), 12, "{profile}");
        gates
    };
    Profile::ALL.into_iter().flat_map(of).collect()
}

#[test]
fn gates_are_those_of_plonky2() {
    for gate in all().into_iter().chain(last_gates()) {
        for extreme in [false, false, false, true] {
            let any = || if extreme { Extension::from_basefield_array([F::NEG_ONE; 2]) } else { Extension::rand() };
            let wires: Vec<_> = (0..135).map(|_| any()).collect();
            let constants: Vec<_> = (0..2).map(|_| any()).collect();
            let hash = HashOut::<F>::rand();
            let vars = EvaluationVars { local_constants: &constants, local_wires: &wires, public_inputs_hash: &hash };
            let expected = gate.0.eval_unfiltered(vars);
            assert_eq!(expected.len(), gate.0.num_constraints());

            let public_hash = hash.elements.map(Extension::from);
            let row = Row { wires: &wires, constants: &constants, public_hash: &public_hash };
            assert_eq!(constraints(&mut AtChallenge, &gate, &row).as_ref(), Ok(&expected), "{gate:?}");

            let mut machine = Native::new(vec![]);
            let mut g = Goldilocks::new(&mut machine);
            let [wires, constants] =
                [wires, constants].map(|values| values.iter().map(|v| g.ext_element(*v)).collect::<Vec<_>>());
            let public_hash = hash.elements.map(|h| Sum::from(g.element(h))).map(|h| g.embed(h));
            let row = Row { wires: &wires, constants: &constants, public_hash: &public_hash };
            let computed = constraints(&mut g, &gate, &row).expect("a known gate");
            assert_eq!(computed.len(), expected.len());
            for (c, expected) in computed.into_iter().zip(&expected) {
                let reduced = g.ext_reduce(c);
                assert_eq!((g.ext_value(c), g.ext_value(reduced)), (*expected, *expected), "{gate:?}");
            }
            machine.finish().expect("hints are honest");
        }
    }
}

#[test]
fn an_unknown_gate_is_refused_by_name() {
    let config = Profile::Fast.node_config();
    let gate = GateRef::new(LookupGate::new_from_table(&config, std::sync::Arc::new(vec![(0, 1)])));
    let row = Row { wires: &[], constants: &[], public_hash: &[Extension::ZERO; 4] };
    assert_eq!(constraints(&mut AtChallenge, &gate, &row), Err(UnknownGate { id: gate.0.id() }));
    let gate = GateRef::new(BaseSumGate::<4>::new(2));
    assert_eq!(constraints(&mut AtChallenge, &gate, &row), Err(UnknownGate { id: gate.0.id() }));
}
