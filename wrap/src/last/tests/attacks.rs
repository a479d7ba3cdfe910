//! Children that state what no root states, or are none. The circuit refuses each for copies alone, and one without these copies
//! proves it.

use furl_circuits::builder::{Builder, Record};
use furl_circuits::field::{CircuitData, F};
use furl_circuits::recursion::Child;
use furl_circuits::testing::{Checker, Table, Violation};
use furl_ledger::{Digest, Statement};
use plonky2::field::types::Field;
use plonky2::iop::witness::PartialWitness;

use super::toys::{Toy, config, statement, stranger, toy};
use crate::last::circuit::LastWires;

/// Written over the toy. The rules do not depend on the hash of the proofs, and tables are judged with the tree's.
fn write(mut b: Builder) -> (CircuitData, Record, LastWires) {
    let wires = LastWires::constrain(&mut b, &toy().circuit.common, toy().key.id());
    let (circuit, record) = b.build_recorded();
    (circuit, record, wires)
}

/// The table of a child in a weaker circuit.
fn table(weaker: &CircuitData, wires: &LastWires, child: &Toy, statement: &Statement) -> Table {
    let mut inputs = PartialWitness::new();
    let proof = child.prove(statement);
    wires.assign(&mut inputs, Child { key: &child.key, proof: &proof }).unwrap();
    Table::honest(weaker, inputs).unwrap()
}

/// The weaker circuit accepts the table, the whole one refuses it, and only for copies.
fn dies_of_copies(checker: &Checker, weaker: &CircuitData, table: &Table) {
    Checker::new(weaker).unwrap().check(table).unwrap();
    let violations = checker.violations(table);
    assert!(!violations.is_empty());
    assert!(violations.iter().all(|violation| matches!(violation, Violation::Copy { .. })), "{violations:?}");
}

#[test]
fn what_no_root_states() {
    let (circuit, record, _) = write(Builder::new(config()));
    let checker = Checker::new(&circuit).unwrap();
    let is_known = |i: &usize| record.place(&record.connects()[*i]).to_string() == "known";
    let known: Vec<usize> = (0..record.connects().len()).filter(is_known).collect();
    assert_eq!(known.len(), 5);
    for (element, copy) in known.into_iter().enumerate() {
        let mut lie = statement();
        match element.checked_sub(1) {
            None => lie.version = 2,
            Some(i) => {
                let Digest(mut elements) = lie.data_in;
                elements[i] += F::ONE;
                lie.data_in = Digest(elements);
            }
        }
        let (weaker, _, wires) = write(Builder::dropping(config(), copy));
        dies_of_copies(&checker, &weaker, &table(&weaker, &wires, toy(), &lie));
    }
}

#[test]
fn a_child_under_another_key() {
    let (circuit, _, _) = write(Builder::new(config()));
    let (weaker, record, wires) = write(Builder::severed(config()));
    let places: Vec<_> = record.connects().iter().map(|connect| record.place(connect).to_string()).collect();
    assert_eq!(places.iter().filter(|place| *place == "child/key").count(), 4);
    let table = table(&weaker, &wires, stranger(), &statement());
    dies_of_copies(&Checker::new(&circuit).unwrap(), &weaker, &table);
}
