//! Our prover and keys, beside halo2's.

use furl_engine::bn254::Arithmetic;
use halo2_proofs::halo2curves::bn256::{Bn256, Fr};
use halo2_proofs::halo2curves::ff::Field as _;
use halo2_proofs::plonk::{create_proof_from_advice, keygen_pk2, keygen_vk_custom};
use halo2_proofs::poly::kzg::commitment::KZGCommitmentScheme;
use halo2_proofs::poly::kzg::multiopen::ProverSHPLONK;
use rand_core::OsRng;

use super::proofs::setup;
use super::{sample, table};
use crate::circuit::keys::{ProvingKey, VerifyingKey};
use crate::circuit::prove::{PROOF_BYTES, prove, verify};
use crate::circuit::transcript::{Challenge, Transcript};

/// The keys are halo2's: commitments, constraints, the scalar that stands for them; and the polynomials.
#[test]
fn keys_are_halo2s() {
    let sample = sample();
    let theirs = keygen_vk_custom(setup(), &sample, false).unwrap();
    let proving = keygen_pk2(setup(), &sample, false).unwrap();
    for arithmetic in Arithmetic::available() {
        let ours = ProvingKey::with(setup(), &sample, arithmetic).unwrap();
        assert_eq!(format!("{:?}", ours.verifying.halo2().pinned()), format!("{:?}", theirs.pinned()));
        assert_eq!(ours.verifying.halo2().transcript_repr(), theirs.transcript_repr());
        assert_eq!(ours.parts.fixed.len(), proving.fixed_polys().len());
        for (ours, theirs) in ours.parts.fixed.iter().zip(proving.fixed_polys()) {
            assert_eq!(ours, &theirs[..]);
        }
        assert_eq!(ours.parts.sigma.len(), proving.permutation().polys().len());
        for (ours, theirs) in ours.parts.sigma.iter().zip(proving.permutation().polys()) {
            assert_eq!(ours, &theirs[..]);
        }
    }
}

/// On each instruction set, halo2's verifier accepts what our prover makes, and no two proofs are the same.
#[test]
fn each_arithmetic_proves() {
    let verifying = VerifyingKey::new(setup(), &sample()).unwrap();
    for arithmetic in Arithmetic::available() {
        let key = ProvingKey::with(setup(), &table(2), arithmetic).unwrap();
        let table = table(4);
        let publics = table.publics().to_vec();
        let [one, other] = [(); 2].map(|()| prove(setup(), &key, table.clone()).unwrap());
        for proof in [&one, &other] {
            verify(setup(), &verifying, &publics, proof).unwrap();
        }
        // Of every column and of everything after it; the key's own evaluations differ, too, as they are at another x.
        for (word, (a, b)) in one.chunks(32).zip(other.chunks(32)).enumerate() {
            assert_ne!(a, b, "word {word}");
        }
    }
}

/// What halo2's own prover writes is accepted with our key.
#[test]
fn halo2_proves_for_our_key() {
    let table = table(5);
    let verifying = VerifyingKey::new(setup(), &table).unwrap();
    let key = keygen_pk2(setup(), &table, false).unwrap();
    let publics = table.publics().to_vec();
    let mut transcript = Transcript::new(Vec::new());
    create_proof_from_advice::<KZGCommitmentScheme<Bn256>, ProverSHPLONK<'_, _>, Challenge, _, _>(
        setup(),
        &key,
        &[&publics],
        table.advice.into(),
        OsRng,
        &mut transcript,
    )
    .unwrap();
    let proof = transcript.into_proof();
    assert_eq!(proof.len(), PROOF_BYTES);
    verify(setup(), &verifying, &publics, &proof).unwrap();
}

/// The lookup's columns are what the argument needs; a limb outside of the table has none.
#[test]
fn lookup_columns() {
    use crate::circuit::prover::arguments::permuted;
    use crate::circuit::table::{BLINDED, LIMBS};

    let n = 2 * LIMBS;
    let rows = n - BLINDED;
    let all_zero = vec![Fr::ZERO; n];
    let no_zero: Vec<Fr> = (0..n).map(|row| Fr::from(1 + row as u64 % 65_535)).collect();
    let few: Vec<Fr> = (0..n).map(|row| Fr::from([7, 65_535, 7, 0][row % 4])).collect();
    for limbs in [all_zero, no_zero, few] {
        let [input, table] = permuted(&limbs).unwrap();
        assert_eq!((input.len(), table.len()), (n, n));
        let sorted = |column: &[Fr]| {
            let mut column = column[..rows].to_vec();
            column.sort_unstable();
            column
        };
        assert_eq!(sorted(&input), sorted(&limbs));
        let entries: Vec<Fr> = (0..n).map(|row| Fr::from(if row < LIMBS { row as u64 } else { 0 })).collect();
        assert_eq!(sorted(&table), sorted(&entries));
        assert_eq!(input[0], table[0]);
        assert!((1..rows).all(|row| input[row] == table[row] || input[row] == input[row - 1]));
    }
    for outside in [Fr::from(0x1_0000), -Fr::ONE, Fr::from(1).double().invert().unwrap()] {
        let mut limbs = vec![Fr::ONE; n];
        limbs[rows - 1] = outside;
        assert!(permuted(&limbs).is_none());
        // Blinded rows may hold anything.
        limbs.swap(rows - 1, rows);
        assert!(permuted(&limbs).is_some());
    }
}
