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
use crate::support::World;

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

/// What a piece states, and a proof by the committed leaf.
struct Proved {
    statement: PieceStatement,
    proof: Proof,
}

impl Proved {
    fn of(piece: &Piece, statement: PieceStatement) -> Self {
        let proof = small().data().prove(stating(piece, &statement)).unwrap();
        small().verify(&statement, &proof).unwrap();
        Self { statement, proof }
    }
}

/// A full leaf and one transfer, as they should be.
fn honest() -> &'static [Proved; 2] {
    static HONEST: OnceLock<[Proved; 2]> = OnceLock::new();
    HONEST.get_or_init(|| {
        let mut world = World::new(5);
        let transfers: Vec<_> = (0..=N).map(|i| paying(&world, i)).collect();
        let trace = world.ledger.apply(&world.batch, &transfers).unwrap();
        let pieces: Vec<_> = trace.cut(N as usize).unwrap().collect();
        [0, 1].map(|i| Proved::of(&pieces[i], pieces[i].statement().clone()))
    })
}

/// The `i`-th of some transfers with a fee of seven, by four owners in turn.
fn paying(world: &World, i: u32) -> SignedTransfer {
    world.transfer(1 + i % 4, (3 + i) % 4 + 1, 0, u64::from(i), 7, i / 4)
}

/// A batch that no ledger accepts: a full leaf of transfers with fees, then one by which the collector of the fees spends
/// them and all else that he has. In pieces, each is a true batch of its own, and so the first credits at its end.
struct Early {
    world: World,
    transfers: Vec<SignedTransfer>,
    pieces: [Proved; 2],
}

/// Inputs of a leaf: a piece, under another statement.
fn stating(piece: &Piece, statement: &PieceStatement) -> PartialWitness<F> {
    let mut inputs = small().witness(piece).unwrap();
    inputs.target_values.extend(small().wires().statement.to_targets().into_iter().zip(statement.elements()));
    inputs
}

fn early() -> &'static Early {
    static EARLY: OnceLock<Early> = OnceLock::new();
    EARLY.get_or_init(|| {
        let world = World::new(5);
        let mut transfers: Vec<_> = (0..N).map(|i| paying(&world, i)).collect();
        transfers.push(world.transfer(0, 1, 0, 1_000_000_000 + 7 * u64::from(N), 0, 0));
        let mut after = world.ledger.clone();
        let mut data = data::start();
        let pieces = [0..N as usize, N as usize..N as usize + 1].map(|range| {
            let trace = after.apply(&world.batch, &transfers[range.clone()]).unwrap();
            let data_out = data::absorb_all(data, transfers[range].iter().map(|signed| &signed.transfer));
            let statement = PieceStatement { data_in: data, data_out, ..trace.piece().statement().clone() };
            data = data_out;
            Proved::of(&trace.piece(), statement)
        });
        Early { world, transfers, pieces }
    })
}

/// Inputs of a node over these children, all under the committed key of the leaf.
fn inputs(wires: &NodeWires, children: [&Proof; 2]) -> PartialWitness<F> {
    let key = &Keys::committed(Profile::Fast)[Circuit::Leaf(LeafSize::SMALLEST)];
    let mut witness = PartialWitness::new();
    wires.assign(&mut witness, &children.map(|proof| Child { key, proof }), &[0, 0]).unwrap();
    witness
}

/// The hole that there was: a leaf credits its fees at its own end, and a later one spends them. The ledger refuses the batch.
/// Its leaves are true all the same, each a batch of its own, and fit together in root and data; but where the first one ends
/// the batch has ended, and no node joins what comes after.
#[test]
fn fees_spent_in_a_later_piece() {
    let Early { world, transfers, pieces: [first, last] } = early();
    let refused = world.ledger.clone().apply(&world.batch, transfers).unwrap_err();
    assert!(
        matches!(refused, BatchError::Transfer { index, error: RuleError::Insolvent { .. } } if index == N as usize),
        "{refused}"
    );
    let (a, b) = (&first.statement, &last.statement);
    assert_eq!((a.new_root, a.data_out), (b.old_root, b.data_in));
    let lanes = &world.batch.lanes;
    let nothing = lanes.open_digest(&[Amount::ZERO; LANES]);
    assert_eq!((a.fees_in, a.fees_out, b.fees_in, b.fees_out), (nothing, lanes.digest(), nothing, lanes.digest()));

    let leaf = &Keys::committed(Profile::Fast)[Circuit::Leaf(LeafSize::SMALLEST)];
    let node = grove().node(kind(2));
    let refused = |pieces: [&Proved; 2]| {
        let children = pieces.map(|piece| Child { key: leaf, proof: &piece.proof });
        node.circuit().prove(&children)
    };
    assert!(matches!(refused([first, last]), Err(AggregateError::Unprovable(_))));

    // A leaf that keeps the fees for the end is no neighbour of the spender either, for lack of what he spends.
    let kept = &honest()[0];
    assert_eq!((kept.statement.fees_in, kept.statement.data_out), (nothing, a.data_out));
    assert_ne!(kept.statement.new_root, b.old_root);
    assert!(matches!(refused([kept, last]), Err(AggregateError::Unprovable(_))));

    // Alone, the first is a batch to its root; and the one that keeps its fees is none.
    let alone = grove().node(kind(1));
    let to_root = |piece: &Proved| {
        let top = alone.circuit().prove(&[Child { key: leaf, proof: &piece.proof }]).unwrap();
        root().prove(Child { key: alone.key(), proof: &top })
    };
    let proof = to_root(first).unwrap();
    RootVerifier::committed(Profile::Fast).verify(&a.of_batch(), &proof).unwrap();
    assert!(matches!(to_root(kept), Err(AggregateError::Unprovable(_))));
}

/// True proofs of true pieces, in another order, or one of them twice; and the pieces of which the second spends what the
/// first has credited.
#[test]
#[ignore = "a whole node, judged several times: a minute on two cores"]
fn true_leaves_in_the_wrong_company() {
    let [first, last] = honest();
    let [early, spender] = &early().pieces;
    let stage = pair();
    let table = stage.table(&Gap::default(), inputs(&stage.wires, [&first.proof, &last.proof]));
    stage.accepts(&table);
    for ([a, b], places) in [
        ([last, first], &["root", "data", "fees", "full"][..]),
        ([first, first], &["root", "data", "fees"]),
        ([last, last], &["root", "data", "fees", "full"]),
        ([early, spender], &["fees"]),
        ([early, last], &["root", "fees"]),
        ([first, spender], &["root", "fees"]),
    ] {
        // Without all copies of these relations: those that happen to hold are no reasons.
        let all = places.iter().map(|place| stage.copies(&format!("join/{place}"), |_| true)).reduce(Gap::and).unwrap();
        let table = stage.table(&all, inputs(&stage.wires, [&a.proof, &b.proof]));
        stage.refuses_only_by(&stage.refusals(&table, &all), &table);
        assert_eq!(table.public_inputs(), a.statement.joined(&b.statement).elements());
    }
}

/// A leaf that lacks the copies of its own statement: of the same shape, it proves any new root.
struct Evil {
    circuit: CircuitData,
    statement: PieceStatement,
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
    let statement = PieceStatement { new_root: digest(9), ..trace.piece().statement().clone() };
    let proof = circuit.prove(stating(&trace.piece(), &statement)).unwrap();
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
    let chosen = stage.wires.children[0].proof.choice.digest.elements;
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
    first.proofs()[0].assign(&mut witness, Child { key: node.key(), proof: &top }, place).unwrap();
    first.data().prove(witness).unwrap_err();
}
