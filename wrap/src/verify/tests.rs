//! Whole proofs: accepted, compared value by value with plonky2's own verifier, and lied about.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use furl_circuits::field::Extension;
use furl_circuits::profile::Profile;
use furl_circuits::proof::decode;
use furl_circuits::root::RootVerifier;
use furl_ledger::statement::Statement;
use plonky2::gates::gate::GateRef;
use plonky2::gates::noop::NoopGate;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::CircuitConfig;
use rayon::prelude::*;

use super::*;
use crate::count::{Costs, Count};
use crate::last::circuit::LastCircuit;
use crate::last::hash::Hash;
use crate::last::{LastCircuitData, LastConfig};
use crate::native::{Demand, Lie, Native, Unsatisfied};

mod demands;
mod faults;
mod tape;
mod values;

/// The inputs of the toy: as many as a last proof's.
const INPUTS: usize = 22;

/// A circuit with rows of many gates, and with all that the verifier knows in its set.
pub(crate) struct Toy {
    pub(crate) circuit: LastCircuitData,
    inputs: [Target; INPUTS],
}

impl Toy {
    pub(crate) fn new(config: CircuitConfig, degree_bits: usize) -> Self {
        let mut b = CircuitBuilder::<F, D>::new(config);
        let known = gates::tests::all().into_iter().filter(|gate: &GateRef<F, D>| gate.0.degree() < 8);
        known.for_each(|gate| b.add_gate_to_gate_set(gate));
        let inputs = b.add_virtual_public_input_arr::<INPUTS>();
        let hash = b.hash_n_to_hash_no_pad::<PoseidonHash>(inputs.to_vec());
        let bits = b.split_le(inputs[0], 10);
        let power = b.exp_from_bits(hash.elements[0], bits.iter());
        let index = b.le_sum(bits[..4].iter());
        let list = (0..16).map(|i| inputs[i]).collect();
        let chosen = b.random_access(index, list);
        let product = b.mul(power, chosen);
        b.assert_one(bits[0].target);
        let product = b.convert_to_ext(product);
        b.mul_extension(product, product);
        while b.num_gates() <= 1 << (degree_bits - 1) {
            b.add_gate(NoopGate, vec![]);
        }
        let circuit = b.build::<LastConfig>();
        assert_eq!(circuit.common.degree_bits(), degree_bits);
        Self { circuit, inputs }
    }

    pub(crate) fn verifier(&self) -> LastVerifierData {
        self.circuit.verifier_data()
    }

    pub(crate) fn witness(&self, salt: u64) -> PartialWitness<F> {
        let mut witness = PartialWitness::new();
        for (i, target) in self.inputs.into_iter().enumerate() {
            let value = match i {
                0 => 0b10_1101,
                4 | 13 => salt & 0xff, // a statement's numbers
                _ => salt.wrapping_mul(i as u64 + 1) >> 1,
            };
            witness.set_target(target, F::from_canonical_u64(value)).expect("set once");
        }
        witness
    }

    /// A proof by plonky2 itself.
    pub(crate) fn prove(&self, salt: u64) -> LastProof {
        let proof = self.circuit.prove(self.witness(salt)).expect("a true statement");
        self.circuit.verify(proof.clone()).expect("a true proof");
        proof
    }
}

/// A toy and a proof of it.
pub(crate) fn toy(config: CircuitConfig, degree_bits: usize, salt: u64) -> (LastVerifierData, LastProof) {
    let toy = Toy::new(config, degree_bits);
    (toy.verifier(), toy.prove(salt))
}

/// A configuration with few queries.
pub(crate) fn config(profile: Profile, queries: usize) -> CircuitConfig {
    let mut config = profile.last_config();
    config.security_bits = 1;
    config.fri_config.num_query_rounds = queries;
    config.fri_config.proof_of_work_bits = 5;
    config
}

/// A small proof of a circuit with two folds.
fn small() -> &'static (LastVerifierData, LastProof) {
    static SMALL: OnceLock<(LastVerifierData, LastProof)> = OnceLock::new();
    SMALL.get_or_init(|| toy(config(Profile::Fast, 1), 7, 0xdead_beef_0123))
}

fn native(circuit: &LastVerifierData, proof: &LastProof) -> Result<(), Unsatisfied> {
    let mut machine = Native::default();
    verify(&mut machine, circuit, proof).expect("the shape is that of the circuit");
    machine.finish()
}

/// A field of a proof.
enum Part<'a> {
    Element(&'a mut F),
    Hash(&'a mut Hash),
}

/// All fields of a proof, with what they are.
fn parts(proof: &mut LastProof) -> Vec<(&'static str, Part<'_>)> {
    let mut all = vec![];
    let LastProof { public_inputs, proof } = proof;
    all.extend(public_inputs.iter_mut().map(|v| ("public input", Part::Element(v))));
    let fri = &mut proof.opening_proof;
    for (name, cap) in [
        ("wires cap", &mut proof.wires_cap),
        ("products cap", &mut proof.plonk_zs_partial_products_cap),
        ("quotients cap", &mut proof.quotient_polys_cap),
    ] {
        all.extend(cap.0.iter_mut().map(|hash| (name, Part::Hash(hash))));
    }
    let set = &mut proof.openings;
    for (name, list) in [
        ("constants", &mut set.constants),
        ("sigmas", &mut set.plonk_sigmas),
        ("wires", &mut set.wires),
        ("zs", &mut set.plonk_zs),
        ("next zs", &mut set.plonk_zs_next),
        ("partial products", &mut set.partial_products),
        ("quotients", &mut set.quotient_polys),
        ("final polynomial", &mut fri.final_poly.coeffs),
    ] {
        all.extend(list.iter_mut().flat_map(|e| &mut e.0).map(|v| (name, Part::Element(v))));
    }
    all.push(("work", Part::Element(&mut fri.pow_witness)));
    let caps = fri.commit_phase_merkle_caps.iter_mut();
    all.extend(caps.flat_map(|cap| &mut cap.0).map(|hash| ("fold cap", Part::Hash(hash))));
    for round in &mut fri.query_round_proofs {
        for (leaf, path) in &mut round.initial_trees_proof.evals_proofs {
            all.extend(leaf.iter_mut().map(|v| ("leaf", Part::Element(v))));
            all.extend(path.siblings.iter_mut().map(|hash| ("path", Part::Hash(hash))));
        }
        for step in &mut round.steps {
            all.extend(step.evals.iter_mut().flat_map(|e| &mut e.0).map(|v| ("coset", Part::Element(v))));
            all.extend(step.merkle_proof.siblings.iter_mut().map(|hash| ("fold path", Part::Hash(hash))));
        }
    }
    all
}

/// Whether a proof is refused when one of its fields is changed.
fn field_counts(circuit: &LastVerifierData, proof: &LastProof, field: usize) -> bool {
    let mut lie = proof.clone();
    change(&mut lie, field);
    native(circuit, &lie).is_err()
}

/// The fields of a proof by what they are.
pub(crate) fn kinds(proof: &LastProof) -> BTreeMap<&'static str, Vec<usize>> {
    let mut kinds: BTreeMap<_, Vec<_>> = BTreeMap::new();
    parts(&mut proof.clone()).into_iter().enumerate().for_each(|(i, (name, _))| kinds.entry(name).or_default().push(i));
    kinds
}

/// Changes a field of a proof.
pub(crate) fn change(proof: &mut LastProof, field: usize) {
    match parts(proof).swap_remove(field).1 {
        Part::Element(v) => *v += F::ONE,
        Part::Hash(hash) => hash.0 += Fr::one(),
    }
}

/// The first, the last and one between, of each kind of field.
#[test]
fn fields_of_a_proof_count() {
    let (circuit, proof) = small();
    for (name, of) in kinds(proof) {
        for field in [of[0], of[of.len() / 3], of[of.len() - 1]] {
            assert!(field_counts(circuit, proof, field), "{name} {field}");
        }
    }
}

#[test]
#[ignore = "minutes: every field"]
fn every_field_of_a_proof_counts() {
    let (circuit, proof) = small();
    let fields = parts(&mut proof.clone()).len();
    let counts = |field| assert!(field_counts(circuit, proof, field), "field {field} of {fields}");
    (0..fields).into_par_iter().for_each(counts);
}

/// Witnesses are the proof's fields and hints. Changes each of these by one of four, and demands that the run is refused.
fn witnesses_count(step: usize) {
    let (circuit, proof) = small();
    let run = |lie| {
        let mut machine = Native::lying(vec![], lie);
        verify(&mut machine, circuit, proof).expect("the shape is that of the circuit");
        (machine.witnesses(), machine.finish())
    };
    let (witnesses, _) = run(Lie { witness: usize::MAX - 1, by: Fr::zero() });
    let p = Fr::from(0xffff_ffff_0000_0001);
    (0..witnesses.div_ceil(step)).into_par_iter().for_each(|n| {
        let (witness, by) = (n * step, [Fr::one(), -Fr::one(), p, -p][n % 4]);
        assert!(run(Lie { witness, by }).1.is_err(), "witness {witness} of {witnesses} by {by:?}");
    });
}

#[test]
fn no_witness_of_a_hundred_can_be_another() {
    witnesses_count(97);
}

#[test]
#[ignore = "minutes: every witness"]
fn no_witness_can_be_another() {
    witnesses_count(1);
}

#[test]
fn another_key_refuses_and_another_shape_has_no_program() {
    let (circuit, proof) = small();
    let mut other = circuit.clone();
    other.verifier_only.circuit_digest.0 += Fr::one();
    assert!(native(&other, proof).is_err());
    let mut other = circuit.clone();
    other.verifier_only.constants_sigmas_cap.0.iter_mut().for_each(|hash| hash.0 += Fr::one());
    assert!(native(&other, proof).is_err());

    let mut short = proof.clone();
    short.proof.openings.wires.pop();
    let error = verify(&mut Native::default(), circuit, &short).map(drop);
    let expected = ShapeError::Length { list: "openings of wires", expected: 135, got: 134 };
    assert_eq!(error, Err(VerifyError::Shape(expected)));
}

/// A program has the same operations for every proof: those of a blank one.
#[test]
fn rows_do_not_depend_on_values() {
    let (circuit, proof) = small();
    let count = |proof: &LastProof| {
        let mut machine = Count::default();
        verify(&mut machine, circuit, proof).expect("the shape is that of the circuit");
        machine.stages().to_vec()
    };
    assert_eq!(count(proof), count(&shape::blank(&circuit.common)));
    assert!(native(circuit, &shape::blank(&circuit.common)).is_err());
}

/// Statement and public scalars.
#[test]
fn public_scalars_are_pieces_of_the_statement() {
    let digest =
        |salt: u64| furl_ledger::Digest([0, 1, 2, 3].map(|i| F::from_canonical_u64(u64::MAX / (salt + i + 2))));
    let statement = Statement {
        version: 1,
        domain: digest(1),
        batch: u32::MAX,
        old_root: digest(2),
        new_root: digest(3),
        count: 124_416,
        fees: digest(4),
        data_in: furl_ledger::data::start(),
        data_out: furl_ledger::Digest([F::NEG_ONE; 4]),
    };
    let run = |elements: &[F], public: Vec<Fr>| {
        let mut machine = Native::new(public);
        let g = &mut Goldilocks::new(&mut machine);
        let elements: Vec<_> = elements.iter().map(|v| g.element(*v)).collect();
        let inputs: Vec<_> = (0..27).filter(|i| *i != 0 && !(19..23).contains(i)).map(|i| elements[i]).collect();
        let all = statement::elements(g, &inputs);
        statement::assert_public(g, &all);
        machine.finish()
    };
    let scalars = statement::scalars(&statement);
    assert_eq!(scalars.len(), statement::SCALARS);
    run(&statement.elements(), scalars.clone()).expect("the statement's scalars");
    for i in 0..scalars.len() {
        let mut other = scalars.clone();
        other[i] += Fr::one();
        assert!(run(&statement.elements(), other).is_err(), "scalar {i}");
    }
    for i in (0..27).filter(|i| *i != 0 && !(19..23).contains(i)) {
        let mut other = statement.elements();
        other[i] += F::ONE;
        assert!(run(&other, scalars.clone()).is_err(), "element {i}");
    }
    // A number of 33 bits, and one less in the limb that follows it, have the same pieces.
    let mut other = statement.elements();
    other[5] += F::from_canonical_u64(1 << 32);
    other[6] -= F::ONE;
    assert_eq!(run(&other, scalars).map_err(|e| e.demand), Err(Demand::Bits80));
}

/// The golden batch's root, proved anew, and its statement.
pub(crate) fn golden() -> &'static (LastVerifierData, LastProof, Statement) {
    static GOLDEN: OnceLock<(LastVerifierData, LastProof, Statement)> = OnceLock::new();
    GOLDEN.get_or_init(|| {
        let profile = Profile::Fast;
        let file = include_bytes!("../../../vectors/root.proof");
        let (head, body) = file.split_at(255);
        let statement = Statement::from_bytes(&head[47..251]).expect("a statement");
        let common = RootVerifier::committed(profile).common().clone();
        let root = decode(body, &common, &statement.elements()).expect("a root");
        let last = LastCircuit::build(profile);
        (last.verifier(), last.prove(&root).expect("a true root"), statement)
    })
}

/// The demand at which the wrap of a last proof ends.
fn wrapped(proof: &LastProof, public: Vec<Fr>) -> Result<(), Unsatisfied> {
    let mut machine = Native::new(public);
    verify_statement(&mut machine, &golden().0, proof).expect("the shape of a last proof");
    machine.finish()
}

/// The golden root is verified with its statement and with no other, and fits decision 0009's rows.
#[test]
fn the_golden_root_is_wrapped() {
    let (circuit, proof, statement) = golden();
    let scalars = statement::scalars(statement);
    wrapped(proof, scalars.clone()).expect("the statement of the root");
    for i in 0..scalars.len() {
        let mut other = scalars.clone();
        other[i] += Fr::one();
        assert_eq!(wrapped(proof, other).map_err(|e| e.demand), Err(Demand::Public));
    }
    assert_eq!(rows(&circuit.common, circuit).total(), 227_700);
}

/// Changes one field of the golden last proof.
fn golden_field_counts(field: usize) -> bool {
    let (_, proof, statement) = golden();
    let mut lie = proof.clone();
    change(&mut lie, field);
    wrapped(&lie, statement::scalars(statement)).is_err()
}

/// One of each kind, of the last proof that is wrapped.
#[test]
fn fields_of_the_golden_proof_count() {
    for (name, fields) in kinds(&golden().1) {
        assert!(golden_field_counts(fields[fields.len() - 1]), "{name}");
    }
}

#[test]
#[ignore = "minutes: every field, in 28 queries"]
fn every_field_of_the_golden_proof_counts() {
    let fields = parts(&mut golden().1.clone()).len();
    (0..fields).into_par_iter().for_each(|field| assert!(golden_field_counts(field), "field {field} of {fields}"));
}

/// The rows of the wrap of a circuit with this common data.
fn rows(common: &Common, key: &LastVerifierData) -> Costs {
    let mut circuit = key.clone();
    circuit.common = common.clone();
    let mut machine = Count::default();
    verify_statement(&mut machine, &circuit, &shape::blank(common)).expect("the shape of a last proof");
    machine.all()
}

/// The rows of both profiles, exactly. (The last circuit of `proven` is not built here; its common data is that of any circuit that verifies
/// proofs, but for the number of public inputs.)
#[test]
fn both_profiles_fit() {
    for (profile, k, expected) in [(Profile::Fast, 18, 227_700), (Profile::Proven, 19, 478_838)] {
        let mut common = furl_circuits::recursion::shape(profile.last_config(), profile.last_degree_bits());
        common.num_public_inputs = INPUTS;
        let all = rows(&common, &small().0).total();
        assert_eq!(all, expected, "{profile}");
        assert!(all < (1 << k) - 64, "{profile}");
    }
}
