//! Keys and proofs.

use std::sync::OnceLock;

use halo2_proofs::halo2curves::bn256::{Bn256, Fr};
use halo2_proofs::halo2curves::ff::Field as _;
use halo2_proofs::poly::kzg::commitment::ParamsKZG;

use super::lies::lie;
use super::{K, PUBLICS, sample, table};
use crate::circuit::keys::{KeyError, ProvingKey, VerifyingKey};
use crate::circuit::prove::{PROOF_BYTES, ProveError, VerifyError, prove, verify};
use crate::circuit::table::Column;
use crate::machine::Machine as _;
use crate::setup::Setup;

/// A setup whose secret everybody knows.
pub(super) fn setup() -> &'static ParamsKZG<Bn256> {
    static SETUP: OnceLock<Setup> = OnceLock::new();
    SETUP.get_or_init(|| Setup::insecure_dev(K).unwrap()).params()
}

/// The sample's key.
fn key() -> &'static ProvingKey {
    static KEY: OnceLock<ProvingKey> = OnceLock::new();
    KEY.get_or_init(|| ProvingKey::new(setup(), &sample()).unwrap())
}

/// What is proved is verified, for these scalars and this key, and no other bytes are.
#[test]
fn proof() {
    // The key is made of one witness, the proof of another.
    let table = table(3);
    let publics = table.publics().to_vec();
    let proof = prove(setup(), key(), table).unwrap();
    assert_eq!(proof.len(), PROOF_BYTES);
    verify(setup(), key().verifying(), &publics, &proof).unwrap();

    let mut others = publics.clone();
    others[1] += Fr::ONE;
    assert!(matches!(verify(setup(), key().verifying(), &others, &proof), Err(VerifyError::Refused)));
    let error = verify(setup(), key().verifying(), &publics[..1], &proof).unwrap_err();
    assert!(matches!(error, VerifyError::Publics { expected: PUBLICS, got: 1 }));
    for length in [0, PROOF_BYTES - 1, PROOF_BYTES + 1] {
        let mut proof = proof.clone();
        proof.resize(length, 0);
        let error = verify(setup(), key().verifying(), &publics, &proof).unwrap_err();
        assert!(matches!(error, VerifyError::Length(got) if got == length));
    }
    // A bit of every word: of a coordinate, the point is off the curve; of a scalar, the proof is false.
    for word in (0..PROOF_BYTES).step_by(32).chain([PROOF_BYTES - 32]) {
        let mut proof = proof.clone();
        proof[word + 31] ^= 1;
        let error = verify(setup(), key().verifying(), &publics, &proof).unwrap_err();
        let point = !(960..2368).contains(&word);
        match error {
            VerifyError::Malformed(_) if point => {}
            VerifyError::Refused => assert!(!point || word >= 2368, "word at {word}"),
            other => panic!("word at {word}: {other}"),
        }
    }
}

/// A limb outside of the table has no proof.
#[test]
fn false_tables_are_refused() {
    // A limb that is not in the lookup table, where nothing reads it.
    let mut table = sample();
    *table.at(Column::L, 60_000) = Fr::from(0x1_0000);
    assert!(matches!(prove(setup(), key(), table), Err(ProveError::Refused)));
}

/// Proofs of false tables can be written, but none is returned. A selector that turns on the wrong gate: the table is for another key, which says that it is for this one.
#[test]
fn wrong_selector_is_refused() {
    let mut table = sample();
    let row = table.rows(0, 1)[0];
    table.layout.demands[row].selectors[0] = 2;
    let key = ProvingKey::new(setup(), &table).unwrap();
    let honest = sample();
    assert!(matches!(prove(setup(), &key, honest.clone()), Err(ProveError::OtherCircuit { .. })));
    let key = ProvingKey { circuit: honest.layout.digest(), ..key };
    assert!(matches!(prove(setup(), &key, honest), Err(ProveError::Refused)));
}

/// A setup without its points makes no keys, and verifies.
#[test]
fn what_only_verifies_makes_no_keys() {
    let verifying = Setup::insecure_dev(K).unwrap().verifying();
    let params = verifying.params();
    for error in [ProvingKey::new(params, &sample()).unwrap_err(), VerifyingKey::new(params, &sample()).unwrap_err()] {
        assert!(matches!(error, KeyError::Setup { expected: K, got: 0 }), "{error}");
    }
    let table = sample();
    let publics = table.publics().to_vec();
    let proof = prove(params, key(), table).unwrap();
    verify(params, key().verifying(), &publics, &proof).unwrap();
}

/// Other tables are told apart before anything is proved; other sizes, too.
#[test]
fn other_circuits() {
    assert!(matches!(prove(setup(), key(), lie(16)), Err(ProveError::OtherCircuit { .. })));
    let mut recorder = crate::circuit::Recorder::new(0);
    recorder.constant(Fr::ONE);
    let larger = recorder.finish(K + 1).unwrap();
    for error in [ProvingKey::new(setup(), &larger).unwrap_err(), VerifyingKey::new(setup(), &larger).unwrap_err()] {
        assert!(matches!(error, KeyError::Setup { expected, got: K } if expected == K + 1));
    }
    assert!(matches!(prove(setup(), key(), larger), Err(ProveError::Key(KeyError::Setup { .. }))));
}

/// The witness leaves no trace in the keys.
#[test]
fn keys_are_of_the_circuit() {
    let one = key().verifying().halo2();
    let other = VerifyingKey::new(setup(), &table(9)).unwrap();
    assert_eq!(format!("{:?}", one.pinned()), format!("{:?}", other.halo2().pinned()));
    assert_eq!(one.transcript_repr(), other.halo2().transcript_repr());
    assert_eq!((one.fixed_commitments().len(), one.permutation().commitments().len()), (7, 4));
}
