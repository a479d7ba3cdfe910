//! plonky2's verifier on this back end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use furl_circuits::field::F;
use furl_circuits::profile::Profile;
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;
use plonky2::field::types::Field as _;

use super::lies::{COLUMNS, copied, is_read};
use super::mock::{Without, mock};
use super::{K, P, PUBLICS, program, sample};
use crate::circuit::check::{Checker, Fault};
use crate::circuit::table::Column;
use crate::circuit::{Recorder, Table};
use crate::count::Count;
use crate::last::{LastProof, LastVerifierData};
use crate::machine::Machine;
use crate::verify::tests::{change, config, kinds, toy};
use crate::verify::verify;

fn run<M: Machine>(mut machine: M, circuit: &LastVerifierData, proof: &LastProof) -> M {
    verify(&mut machine, circuit, proof).expect("the shape is that of the circuit");
    machine
}

fn table(circuit: &LastVerifierData, proof: &LastProof) -> Table {
    run(Recorder::new(0), circuit, proof).finish(K).unwrap()
}

/// A circuit and a true proof.
fn small() -> &'static (LastVerifierData, LastProof) {
    static SMALL: OnceLock<(LastVerifierData, LastProof)> = OnceLock::new();
    SMALL.get_or_init(|| toy(config(Profile::Fast, 1), 7, 5))
}

/// A field of each kind: the table of the false proof breaks the circuit, nowhere by a limb. Of one, halo2's mock prover says so, too.
#[test]
fn false_proofs_break_the_circuit() {
    let (circuit, proof) = small();
    let checker = Checker::new();
    let kinds = kinds(proof);
    assert_eq!(kinds.len(), 18);
    for (name, fields) in kinds.into_iter().step_by(3) {
        let mut lie = proof.clone();
        change(&mut lie, fields[fields.len() / 2]);
        let table = table(circuit, &lie);
        let faults = checker.faults(&table);
        assert!(!faults.is_empty() && !faults.iter().any(|fault| matches!(fault, Fault::Limb { .. })), "{name}");
        if name == "wires" {
            assert!(mock(&table, Without::Nothing).is_err());
        }
    }
}

/// Cells of every class (what their row demands, which column they are in, whether they are copies) by one, by $p$, by $2^{64}$: refused, but
/// for those that nothing reads. By $r$ they are the same.
#[test]
fn cells_of_every_class_are_constrained() {
    let (circuit, proof) = small();
    let (checker, mut table) = (Checker::new(), table(circuit, proof));
    let copied = copied(&table);
    let mut classes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in 0..table.layout.demands.len() {
        let selectors = table.layout.demands[row].selectors;
        for column in COLUMNS {
            let class = (selectors, column as usize, copied.contains(&(column as usize, row)));
            classes.entry(class).or_default().push((column, row));
        }
    }
    assert!(classes.len() > 60);
    let mut read = BTreeSet::new();
    for (class, cells) in classes {
        for (column, row) in cells.iter().copied().step_by(cells.len().div_ceil(3)) {
            for by in [Fr::ONE, Fr::from(P), Fr::from(2).pow([64])] {
                *table.at(column, row) += by;
                let faults = checker.faults_in(&table, row.saturating_sub(4)..row + 1);
                *table.at(column, row) -= by;
                let is_read = is_read(&table, &copied, column, row);
                // A limb has 16 bits, read or not.
                let is_refused = is_read || (column == Column::L && by != Fr::ONE);
                assert_eq!(!faults.is_empty(), is_refused, "{class:?} in row {row}: {faults:?}");
                read.extend(is_read.then_some(class));
            }
        }
    }
    assert!(read.len() > 40, "{read:?}");
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
