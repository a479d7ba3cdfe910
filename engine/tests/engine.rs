//! The engine against plonky2: the same messages for the same witness, on every instruction set.

use furl_engine::{Backend, CircuitData, ProveError, Stage, Times, prove_timed, prove_witness};
use plonky2::field::goldilocks_field::GoldilocksField as F;
use plonky2::field::types::Field;
use plonky2::fri::{FriConfig, FriReductionStrategy};
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::generator::generate_partial_witness;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, PartitionWitness, WitnessWrite};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::CircuitConfig;
use plonky2::plonk::config::PoseidonGoldilocksConfig;
use plonky2::plonk::prover::prove_with_partition_witness;

const D: usize = 2;

/// A configuration of Furl's kind, with few queries.
fn config(rate_bits: usize, cap_height: usize, num_challenges: usize) -> CircuitConfig {
    CircuitConfig {
        num_wires: 135,
        num_routed_wires: 80,
        num_constants: 2,
        use_base_arithmetic_gate: true,
        security_bits: 10,
        num_challenges,
        zero_knowledge: false,
        max_quotient_degree_factor: 8,
        fri_config: FriConfig {
            rate_bits,
            cap_height,
            proof_of_work_bits: 4,
            reduction_strategy: FriReductionStrategy::ConstantArityBits(4, 5),
            num_query_rounds: 3,
        },
    }
}

/// A chain of `hashes` hashes from a secret to a public end, and some arithmetic on it.
fn chain(config: CircuitConfig, hashes: usize) -> (CircuitData, Target) {
    let (b, start) = described(config, hashes);
    (furl_engine::build(b), start)
}

/// The same before it is built.
fn described(config: CircuitConfig, hashes: usize) -> (CircuitBuilder<F, D>, Target) {
    let mut b = CircuitBuilder::<F, D>::new(config);
    let start = b.add_virtual_target();
    let mut state = vec![start; 4];
    for _ in 0..hashes {
        state = b.hash_n_to_hash_no_pad::<PoseidonHash>(state).elements.to_vec();
    }
    let product = b.mul_many(&state);
    let power = b.exp_u64(product, 11);
    b.register_public_inputs(&[power, state[0]]);
    (b, start)
}

fn inputs(start: Target) -> PartialWitness<F> {
    let mut inputs = PartialWitness::new();
    inputs.set_target(start, F::from_canonical_u64(5)).unwrap();
    inputs
}

fn witness(circuit: &CircuitData, start: Target) -> PartitionWitness<'_, F> {
    generate_partial_witness(inputs(start), &circuit.prover_only, &circuit.common).unwrap()
}

#[test]
fn every_circuit_is_plonky2s() {
    for (rate_bits, cap_height, challenges, hashes) in [(3, 4, 2, 3), (4, 2, 3, 40), (3, 0, 1, 150)] {
        let config = config(rate_bits, cap_height, challenges);
        let (ours, _) = chain(config.clone(), hashes);
        let theirs = described(config, hashes).0.build::<PoseidonGoldilocksConfig>();
        assert_eq!(ours, theirs);
    }
}

#[test]
fn every_message_is_plonky2s() {
    // Rate 1/16 evaluates constraints on every other point; caps from one hash to as many as leaves of the last tree.
    for (rate_bits, cap_height, challenges, hashes) in [(3, 4, 2, 3), (4, 2, 3, 40), (3, 0, 1, 150)] {
        let (circuit, start) = chain(config(rate_bits, cap_height, challenges), hashes);
        let witness = witness(&circuit, start);
        let theirs = {
            let (prover, common) = (&circuit.prover_only, &circuit.common);
            prove_with_partition_witness(prover, common, witness.clone(), &mut Default::default()).unwrap()
        };
        for backend in Backend::available() {
            let ours = prove_witness(backend, &circuit, &witness, &mut Times::default()).unwrap();
            assert_eq!(ours.public_inputs, theirs.public_inputs);
            let (a, b) = (&ours.proof, &theirs.proof);
            assert_eq!(a.wires_cap, b.wires_cap, "{backend:?}");
            assert_eq!(a.plonk_zs_partial_products_cap, b.plonk_zs_partial_products_cap, "{backend:?}");
            assert_eq!(a.quotient_polys_cap, b.quotient_polys_cap, "{backend:?}");
            assert_eq!(a.openings, b.openings, "{backend:?}");
            // What follows the grinding differs: any number that grinds well will do.
            let (a, b) = (&a.opening_proof, &b.opening_proof);
            assert_eq!(a.commit_phase_merkle_caps, b.commit_phase_merkle_caps, "{backend:?}");
            assert_eq!(a.final_poly, b.final_poly, "{backend:?}");
            circuit.verify(ours).unwrap();
        }
    }
}

#[test]
fn a_false_witness_makes_no_true_proof() {
    let (circuit, start) = chain(config(3, 4, 2), 3);
    let honest = witness(&circuit, start);
    // The secret or a public input is another, wherever it is copied to.
    for target in [&[start], circuit.prover_only.public_inputs.as_slice()].concat() {
        let class = honest.representative_map[target.index(honest.num_wires, honest.degree)];
        let mut lie = honest.clone();
        lie.values[class] = lie.values[class].map(|value| value + F::ONE);
        for backend in Backend::available() {
            let proof = prove_witness(backend, &circuit, &lie, &mut Times::default()).unwrap();
            assert!(circuit.verify(proof).is_err(), "{target:?}");
        }
    }
}

#[test]
fn the_time_of_a_proof_is_told_by_stage() {
    let (circuit, start) = chain(config(3, 4, 2), 3);
    let mut times = Times::default();
    circuit.verify(prove_timed(&circuit, inputs(start), &mut times).unwrap()).unwrap();
    assert!(Stage::ALL.iter().all(|stage| !times.of(*stage).is_zero()), "{times:?}");
    assert_eq!(times.total(), Stage::ALL.iter().map(|stage| times.of(*stage)).sum());
}

#[test]
fn inputs_that_leave_the_witness_open_are_refused() {
    let (circuit, _) = chain(config(3, 4, 2), 3);
    let refused = prove_timed(&circuit, PartialWitness::new(), &mut Times::default());
    assert!(matches!(refused, Err(ProveError::Witness(_))), "{refused:?}");
}

#[test]
fn circuits_of_another_kind_are_refused() {
    let (blinded, start) = chain(CircuitConfig { zero_knowledge: true, ..config(3, 4, 2) }, 1);
    let refused = prove_timed(&blinded, inputs(start), &mut Times::default());
    assert!(matches!(refused, Err(ProveError::Unsupported("blinded polynomials"))), "{refused:?}");

    let mut b = CircuitBuilder::<F, D>::new(config(3, 4, 2));
    let table = b.add_lookup_table_from_pairs(std::sync::Arc::new(vec![(1, 2), (3, 4)]));
    let x = b.add_virtual_target();
    b.add_lookup_from_index(x, table);
    let mut inputs = PartialWitness::new();
    inputs.set_target(x, F::from_canonical_u64(3)).unwrap();
    let refused = prove_timed(&b.build::<PoseidonGoldilocksConfig>(), inputs, &mut Times::default());
    assert!(matches!(refused, Err(ProveError::Unsupported("lookup tables"))), "{refused:?}");
}
