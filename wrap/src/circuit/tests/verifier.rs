//! plonky2's verifier on this back end.

use furl_circuits::field::F;
use furl_circuits::profile::Profile;
use plonky2::field::types::Field as _;

use super::{K, PUBLICS, program, sample};
use crate::circuit::check::{Checker, Fault};
use crate::circuit::{Recorder, Table};
use crate::count::Count;
use crate::last::{LastProof, LastVerifierData};
use crate::machine::Machine;
use crate::verify::tests::{config, toy};
use crate::verify::verify;

fn run<M: Machine>(mut machine: M, circuit: &LastVerifierData, proof: &LastProof) -> M {
    verify(&mut machine, circuit, proof).expect("the shape is that of the circuit");
    machine
}

fn table(circuit: &LastVerifierData, proof: &LastProof) -> Table {
    run(Recorder::new(0), circuit, proof).finish(K).unwrap()
}

/// A true proof satisfies the circuit, which is that of every other proof; a false one does not, and is of the same circuit.
#[test]
fn verifier() {
    let (circuit, proof) = toy(config(Profile::Fast, 1), 7, 5);
    let (_, other) = toy(config(Profile::Fast, 1), 7, 0xffff_ffff_ffff);
    let checker = Checker::new();
    let (first, second) = (table(&circuit, &proof), table(&circuit, &other));
    assert_eq!(checker.faults(&first), []);
    assert_eq!(checker.faults(&second), []);
    assert_ne!(proof.public_inputs, other.public_inputs);
    assert_eq!(first.layout, second.layout);

    let mut lie = proof.clone();
    lie.proof.openings.wires[3].0[1] += F::ONE;
    let lie = table(&circuit, &lie);
    assert_eq!(lie.layout, first.layout);
    let faults = checker.faults(&lie);
    assert!(!faults.is_empty() && !faults.iter().any(|fault| matches!(fault, Fault::Limb { .. })), "{faults:?}");
}

/// The machine that counts rows counts these.
#[test]
fn counted() {
    for queries in [1, 3] {
        let (circuit, proof) = toy(config(Profile::Fast, queries), 7, 5);
        let costs = run(Count::default(), &circuit, &proof).all();
        let rows = run(Recorder::new(0), &circuit, &proof).rows();
        assert_eq!(rows, costs.total(), "{costs:?}");
    }
    // The rows of public scalars come first, so that no limb of theirs is read; and two cells that stand nowhere take a row.
    let mut count = Count::default();
    program(&mut count, 1);
    let costs = count.all();
    let others = (costs.general() - PUBLICS).max(costs.limbs() - costs.beside());
    assert_eq!(sample().layout.demands.len(), PUBLICS + costs.hashing() + others + 1);
}
