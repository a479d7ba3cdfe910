//! Honest proofs, and what is refused.

use std::sync::OnceLock;

use furl_circuits::field::F;
use furl_circuits::profile::Profile;
use furl_circuits::proof::decode;
use furl_circuits::recursion::shape_of;
use furl_circuits::root::RootVerifier;
use furl_circuits::security::{Layer, Report, require};
use furl_ledger::Statement;
use halo2_proofs::halo2curves::bn256::Fr;
use plonky2::field::types::Field;

use super::toys::{DEGREE_BITS, config, statement, stranger, toy};
use crate::last::circuit::{LastCircuit, LastError, PUBLIC_INPUTS, public_inputs};
use crate::last::{LastProof, hash::Hash};

/// The circuit over a toy.
fn small() -> &'static LastCircuit {
    static CIRCUIT: OnceLock<LastCircuit> = OnceLock::new();
    CIRCUIT.get_or_init(|| LastCircuit::over(config(), DEGREE_BITS, toy().circuit.common.clone(), toy().key.clone()))
}

fn proof() -> &'static LastProof {
    static PROOF: OnceLock<LastProof> = OnceLock::new();
    PROOF.get_or_init(|| small().prove(&toy().prove(&statement())).unwrap())
}

/// The committed root of the golden batch becomes a last proof: the circuit fits its rows, and its layer keeps the promise.
#[test]
fn the_golden_root() {
    let profile = Profile::Fast;
    let file = include_bytes!("../../../../vectors/root.proof");
    let (head, body) = file.split_at(255);
    let statement = Statement::from_bytes(&head[47..251]).unwrap();
    let common = RootVerifier::committed(profile).common().clone();
    let root = decode(body, &common, &statement.elements()).unwrap();

    let last = LastCircuit::build(profile);
    assert!(last.rows() < 1 << profile.last_degree_bits());
    let layer = Layer::of(&last.data().common, "last").unwrap();
    require(&Report::new([layer]), profile.floor_bits()).unwrap();

    let proof = last.prove(&root).unwrap();
    last.verify(&statement, &proof).unwrap();
    assert_eq!(proof.public_inputs.len(), PUBLIC_INPUTS);
    let other = Statement { batch: statement.batch + 1, ..statement };
    assert!(matches!(last.verify(&other, &proof), Err(LastError::OtherStatement)));
}

/// Public inputs and statement determine each other.
#[test]
fn every_field_is_public_or_known() {
    let honest = public_inputs(&statement()).unwrap();
    assert_eq!(honest.len(), PUBLIC_INPUTS);
    let elements = statement().elements();
    assert_eq!(honest, [&elements[1..19], &elements[23..]].concat());
    let changed = [
        Statement { domain: statement().fees, ..statement() },
        Statement { batch: 8, ..statement() },
        Statement { old_root: statement().fees, ..statement() },
        Statement { new_root: statement().fees, ..statement() },
        Statement { count: 6, ..statement() },
        Statement { fees: statement().domain, ..statement() },
        Statement { data_out: statement().domain, ..statement() },
    ];
    for other in changed {
        assert_ne!(public_inputs(&other).unwrap(), honest);
        assert!(matches!(small().verify(&other, proof()), Err(LastError::OtherStatement)));
    }
    for other in [Statement { version: 2, ..statement() }, Statement { data_in: statement().domain, ..statement() }] {
        assert!(matches!(public_inputs(&other), Err(LastError::NotOfARoot)));
        assert!(matches!(small().verify(&other, proof()), Err(LastError::NotOfARoot)));
    }
}

#[test]
fn a_toy_is_proved_anew() {
    small().verify(&statement(), proof()).unwrap();
}

#[test]
fn false_roots_are_refused_by_name() {
    let mut spoiled = toy().prove(&statement());
    spoiled.proof.opening_proof.pow_witness += F::ONE;
    let foreign = stranger().prove(&statement());
    let mut other = toy().prove(&statement());
    other.public_inputs[5] += F::ONE;
    for root in [spoiled, foreign, other] {
        assert!(matches!(small().prove(&root), Err(LastError::FalseRoot(_))));
    }
}

/// One change of every kind of thing in a proof.
#[test]
fn spoiled_proofs_are_refused() {
    let spoil: [fn(&mut LastProof); 13] = [
        |p| p.proof.wires_cap.0[3] = Hash(p.proof.wires_cap.0[3].0 + Fr::one()),
        |p| p.proof.plonk_zs_partial_products_cap.0.swap(0, 1),
        |p| p.proof.quotient_polys_cap.0[15] = Hash(Fr::zero()),
        |p| p.proof.openings.constants[0] += F::ONE.into(),
        |p| p.proof.openings.wires[134] += F::ONE.into(),
        |p| p.proof.openings.quotient_polys[1] += F::ONE.into(),
        |p| p.proof.opening_proof.commit_phase_merkle_caps[0].0[0] = Hash(Fr::one()),
        |p| p.proof.opening_proof.final_poly.coeffs[0] += F::ONE.into(),
        |p| p.proof.opening_proof.query_round_proofs[0].initial_trees_proof.evals_proofs[1].0[7] += F::ONE,
        |p| p.proof.opening_proof.query_round_proofs[0].initial_trees_proof.evals_proofs[2].1.siblings.swap(0, 1),
        |p| p.proof.opening_proof.query_round_proofs[0].steps[0].evals[2] += F::ONE.into(),
        |p| p.proof.opening_proof.query_round_proofs[0].steps[0].merkle_proof.siblings[0] = Hash(Fr::one()),
        |p| p.public_inputs[21] += F::ONE,
    ];
    for (i, spoil) in spoil.iter().enumerate() {
        let mut spoiled = proof().clone();
        spoil(&mut spoiled);
        assert_ne!(&spoiled, proof(), "{i}");
        assert!(small().data().verify(spoiled).is_err(), "{i}");
    }
}

/// The parameters keep the promise of each profile, whatever is built.
#[test]
fn parameters_keep_the_promise() {
    for profile in Profile::ALL {
        let common = shape_of(profile.last_config(), profile.last_degree_bits(), PUBLIC_INPUTS);
        let layer = Layer::of(&common, "last").unwrap();
        require(&Report::new([layer]), profile.floor_bits()).unwrap();
    }
    assert_eq!(small().data().common, shape_of(config(), DEGREE_BITS, PUBLIC_INPUTS));
}
