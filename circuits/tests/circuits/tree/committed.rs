//! On the committed node: true leaves in the wrong company, and a leaf that lies. What the [toys](super::toys) show of the
//! code is shown here of the key.

use std::sync::OnceLock;

use furl_circuits::aggregate::{AggregateError, Children, NodeWires};
use furl_circuits::builder::Builder;
use furl_circuits::field::{CircuitData, F, Proof};
use furl_circuits::keys::{Circuit, Keys, VerifyingKey};
use furl_circuits::leaf::LeafWires;
use furl_circuits::leaf_circuit::LeafSize;
use furl_circuits::node::NodeKind;
use furl_circuits::profile::Profile;
use furl_circuits::recursion::{self, Child};
use furl_circuits::root::RootVerifier;
use furl_circuits::testing::{Table, prove_table};
use furl_circuits::wires::Wires;
use furl_ledger::*;
use plonky2::iop::witness::PartialWitness;

use super::batches::{grove, root};
use super::toys::digest;
use crate::attacks::stage::{Gap, Stage};
use crate::leaf::small;
use crate::support::{World, slot};

const N: u32 = LeafSize::SMALLEST.transfers() as u32;

fn kind(arity: u8) -> NodeKind {
    NodeKind::new(LeafSize::SMALLEST, 1, arity).unwrap()
}

/// The node over two leaves, under its committed key.
fn pair() -> &'static Stage<NodeWires> {
    fn write(b: &mut Builder) -> NodeWires {
        b.add_gates_to_set(recursion::node_shape(Profile::Fast).gates);
        NodeWires::constrain(b, &Children::of(kind(2), Keys::committed(Profile::Fast)))
    }
    static STAGE: OnceLock<Stage<NodeWires>> = OnceLock::new();
    STAGE.get_or_init(|| {
        let stage = Stage::new(write);
        let key = VerifyingKey::of(stage.circuit());
        Keys::committed(Profile::Fast).check(Circuit::Node(kind(2)), &key).unwrap();
        stage
    })
}

/// A piece that a prover applied on his own: what it states, and a proof by the committed leaf.
struct Piece {
    statement: Statement,
    proof: Proof,
}

/// A batch that no ledger accepts: a full leaf of transfers with fees, then one by which the collector of the fees spends
/// them and all else that he has.
struct Early {
    world: World,
    transfers: Vec<SignedTransfer>,
    after: Ledger,
    pieces: [Piece; 2],
}

/// Inputs of a leaf: a trace, under another statement.
fn stating(trace: &Trace, statement: &Statement) -> PartialWitness<F> {
    let mut inputs = small().witness(trace).unwrap();
    inputs.target_values.extend(small().wires().statement.to_targets().into_iter().zip(statement.elements()));
    inputs
}

fn early() -> &'static Early {
    static EARLY: OnceLock<Early> = OnceLock::new();
    EARLY.get_or_init(|| {
        let world = World::new(5);
        let fee = |i: u32| world.transfer(1 + i % 4, (3 + i) % 4 + 1, 0, u64::from(i), 7, i / 4);
        let mut transfers: Vec<_> = (0..N).map(fee).collect();
        transfers.push(world.transfer(0, 1, 0, 1_000_000_000 + 7 * u64::from(N), 0, 0));
        let mut after = world.ledger.clone();
        let mut data = data::start();
        let pieces = [0..N as usize, N as usize..N as usize + 1].map(|range| {
            let trace = after.apply(&world.batch, &transfers[range.clone()]).unwrap();
            let data_out = data::absorb_all(data, transfers[range].iter().map(|signed| &signed.transfer));
            let statement = Statement { data_in: data, data_out, ..trace.statement().clone() };
            data = data_out;
            let proof = small().data().prove(stating(&trace, &statement)).unwrap();
            small().verify(&statement, &proof).unwrap();
            Piece { statement, proof }
        });
        Early { world, transfers, after, pieces }
    })
}

/// Inputs of a node over these children, all under the committed key of the leaf.
fn inputs(wires: &NodeWires, children: [&Proof; 2]) -> PartialWitness<F> {
    let key = &Keys::committed(Profile::Fast)[Circuit::Leaf(LeafSize::SMALLEST)];
    let mut witness = PartialWitness::new();
    wires.assign(&mut witness, &children.map(|proof| Child { key, proof }), &[0, 0]).unwrap();
    witness
}

fn joined(first: &Statement, last: &Statement) -> Statement {
    let count = first.count + last.count;
    Statement { new_root: last.new_root, data_out: last.data_out, count, ..first.clone() }
}

/// Decision 7 leaves this open on purpose: fees may be spent in a later piece than the one that credits them. What it is
/// worth: the ledger refuses the batch and its proof is true; all is signed, no value is made, and the new root is the one
/// that the published data lead to when nobody insists that fees come last.
#[test]
fn fees_spent_in_a_later_piece() {
    let Early { world, transfers, after, pieces: [first, last] } = early();
    let refused = world.ledger.clone().apply(&world.batch, transfers).unwrap_err();
    assert!(
        matches!(refused, BatchError::Transfer { index, error: RuleError::Insolvent { .. } } if index == N as usize),
        "{refused}"
    );

    let keys = Keys::committed(Profile::Fast);
    let leaf = &keys[Circuit::Leaf(LeafSize::SMALLEST)];
    let node = grove().node(kind(2));
    let children = [first, last].map(|piece| Child { key: leaf, proof: &piece.proof });
    let top = node.circuit().prove(&children).unwrap();
    let proof = root().prove(Child { key: node.key(), proof: &top }).unwrap();
    let statement = joined(&first.statement, &last.statement);
    RootVerifier::committed(Profile::Fast).verify(&statement, &proof).unwrap();

    // The statement is that of the data: debits, amounts and each lane's sum, in whatever order.
    let mut balances: std::collections::BTreeMap<_, _> =
        world.ledger.slots().map(|(i, slot)| (i, (slot.nonce.get(), i128::from(slot.balance.get())))).collect();
    for SignedTransfer { transfer, .. } in transfers {
        let (amount, cost) = (i128::from(transfer.amount.get()), i128::from(transfer.cost()));
        let sender = balances.get_mut(&transfer.from).unwrap();
        *sender = (sender.0 + 1, sender.1 - cost);
        balances.get_mut(&transfer.to).unwrap().1 += amount;
        balances.get_mut(&slot(0, 0)).unwrap().1 += cost - amount;
    }
    let known: Vec<_> =
        after.slots().map(|(i, slot)| (i, (slot.nonce.get(), i128::from(slot.balance.get())))).collect();
    assert_eq!(balances.into_iter().collect::<Vec<_>>(), known);
    assert_eq!(statement.new_root, after.root());
    let sum = |ledger: &Ledger| {
        ledger.slots().filter(|(_, s)| s.token == Token::new(0)).map(|(_, s)| s.balance.get()).sum::<u64>()
    };
    assert_eq!(sum(after), sum(&world.ledger));
    assert_eq!(after.slot(slot(0, 0)).unwrap().balance, Amount::ZERO);
}

/// True proofs of true pieces, in another order, or one of them twice.
#[test]
#[ignore = "a whole node, judged several times: a minute on two cores"]
fn true_leaves_in_the_wrong_company() {
    let [first, last] = &early().pieces;
    let stage = pair();
    let table = stage.table(&Gap::default(), inputs(&stage.wires, [&first.proof, &last.proof]));
    stage.accepts(&table);
    for ([a, b], places) in [
        ([last, first], &["root", "data", "full"][..]),
        ([first, first], &["root", "data"]),
        ([last, last], &["root", "data", "full"]),
    ] {
        // Without all copies of these relations: those that happen to hold are no reasons.
        let all = places.iter().map(|place| stage.copies(&format!("join/{place}"), |_| true)).reduce(Gap::and).unwrap();
        let table = stage.table(&all, inputs(&stage.wires, [&a.proof, &b.proof]));
        stage.refuses_only_by(&stage.refusals(&table, &all), &table);
        assert_eq!(table.public_inputs(), joined(&a.statement, &b.statement).elements());
    }
}

/// A leaf that lacks the copies of its own statement: of the same shape, it proves any new root.
struct Evil {
    circuit: CircuitData,
    statement: Statement,
    proof: Proof,
}

fn evil() -> Evil {
    let write: fn(&mut Builder) -> LeafWires = |b| LeafWires::constrain(b, LeafSize::SMALLEST.blocks());
    let stage = Stage::new(write);
    let new_root = stage.wires.statement.new_root.elements;
    let gap = stage.copies("statement", |copy| new_root.contains(&copy.right));
    let circuit = stage.weakened(&gap);
    assert_eq!(circuit.common, small().data().common);
    let Early { world, transfers, .. } = early();
    let trace = world.ledger.clone().apply(&world.batch, &transfers[..1]).unwrap();
    let statement = Statement { new_root: digest(9), ..trace.statement().clone() };
    let proof = circuit.prove(stating(&trace, &statement)).unwrap();
    circuit.verify(proof.clone()).unwrap();
    Evil { circuit, statement, proof }
}

/// The lie goes no further than its own circuit: the leaf's verifier, the node by name, the node by proof, and the root.
#[test]
#[ignore = "a whole node, judged several times: a minute on two cores"]
fn a_leaf_that_lies() {
    let Evil { circuit, statement, proof } = evil();
    small().verify(&statement, &proof).unwrap_err();

    let node = grove().node(kind(1));
    let key = VerifyingKey::of(&circuit);
    let evil = Child { key: &key, proof: &proof };
    let leaf = &Keys::committed(Profile::Fast)[Circuit::Leaf(LeafSize::SMALLEST)];
    let refused = |child| node.circuit().witness(&[child]).unwrap_err();
    assert!(matches!(refused(evil), AggregateError::ForeignChild { index: 0, .. }));
    assert!(matches!(refused(Child { key: leaf, ..evil }), AggregateError::FalseChild { index: 0, .. }));

    // Past the prover's own checks: the node's table, with the key that the proof is of.
    fn write(b: &mut Builder) -> NodeWires {
        b.add_gates_to_set(recursion::node_shape(Profile::Fast).gates);
        // As many rows as the committed node has.
        let wires = NodeWires::constrain(b, &Children::of(kind(1), Keys::committed(Profile::Fast)));
        b.pad_beyond(1 << (Profile::Fast.node_degree_bits() - 1));
        wires
    }
    let stage = Stage::new(write);
    assert_eq!(&VerifyingKey::of(stage.circuit()), node.key());
    let chosen = stage.wires.children[0].choice.digest.elements;
    let gap = stage.copies("child[0]/key", |copy| chosen.contains(&copy.right));
    let mut witness = PartialWitness::new();
    stage.wires.assign(&mut witness, &[evil], &[0]).unwrap();
    let table: Table = stage.table(&gap, witness);
    assert_eq!(table.public_inputs(), statement.elements());
    stage.dies_only_by(&gap, &table);

    // And the node's false proof to the root.
    let top = prove_table(stage.circuit(), &table).unwrap();
    let refused = root().prove(Child { key: node.key(), proof: &top });
    assert!(matches!(refused, Err(AggregateError::FalseChild { index: 0, .. })));
    let first = &root().steps()[0];
    let place = Circuit::nodes().iter().position(|known| *known == kind(1)).unwrap();
    let mut witness = PartialWitness::new();
    first.wires().assign(&mut witness, &[Child { key: node.key(), proof: &top }], &[place]).unwrap();
    first.data().prove(witness).unwrap_err();
}
