//! Wraps of full size of what is false. halo2 writes a proof of any table; here none verifies.

use furl_circuits::field::F;
use halo2_proofs::halo2curves::bn256::Fr;
use plonky2::field::types::Field;

use super::*;
use crate::last::hash::Hash;
use crate::verify::tests::golden;

/// Past the verification of the last proof, which would stop them: an opening, a leaf, a sibling, a statement, a remainder that is not canonical.
#[test]
#[ignore = "minutes: five wraps"]
fn false_tables_make_no_proof() {
    let profile = Profile::Fast;
    let setup = Setup::insecure_dev(k(profile)).unwrap();
    let wrap = Wrap::build(profile, &setup).unwrap();
    let (_, last, statement) = golden();
    let changed = |change: fn(&mut LastProof)| {
        let mut lie = last.clone();
        change(&mut lie);
        table(profile, wrap.last(), &lie).unwrap()
    };
    let mut other = changed(|_| ());
    assert_eq!(other.publics, scalars(statement));
    other.publics[3] += Fr::one();
    let mut remainder = changed(|_| ());
    let canonical = remainder.layout.demands.iter().rposition(|demand| demand.selectors[3] == 2).unwrap();
    remainder.advice[2][canonical] += Fr::from(0xffff_ffff_0000_0001);
    let lies = [
        changed(|proof| proof.proof.openings.wires[7] += F::ONE.into()),
        changed(|proof| {
            proof.proof.opening_proof.query_round_proofs[27].initial_trees_proof.evals_proofs[3].0[2] += F::ONE
        }),
        changed(|proof| {
            proof.proof.opening_proof.query_round_proofs[11].steps[1].merkle_proof.siblings[0] = Hash(Fr::one());
        }),
        other,
        remainder,
    ];
    for lie in lies {
        assert!(matches!(circuit::prove(setup.params(), &wrap.key, lie), Err(ProveError::Refused)));
    }
}
