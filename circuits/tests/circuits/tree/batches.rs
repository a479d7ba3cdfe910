//! Batches from one transfer to more than nine leaves: one key, one root, one statement each.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use furl_circuits::aggregate::{AggregateError, NodeCircuit};
use furl_circuits::field::Proof;
use furl_circuits::keys::{Circuit, Keys, VerifyingKey};
use furl_circuits::leaf_circuit::{LeafCircuit, LeafSize};
use furl_circuits::node::{Child as Below, NodeKind, Plan};
use furl_circuits::profile::Profile;
use furl_circuits::proof::{decode, encode, proof_bytes};
use furl_circuits::recursion::Child;
use furl_circuits::root::{RootCircuit, RootVerifier, layers};
use furl_circuits::security::{Indices, Report, require};
use furl_ledger::{Piece, PieceStatement, SignedTransfer, Statement, Trace};

use crate::leaf::small;
use crate::support::World;

/// Transfers of a small leaf.
const N: usize = LeafSize::SMALLEST.transfers();

/// The first `count` of one long list of transfers, with fees in two tokens, as a batch.
fn batch(count: usize) -> Trace {
    let mut world = World::new(5);
    let transfers: Vec<SignedTransfer> = (0..count as u32)
        .map(|i| {
            let (from, token) = (1 + i % 4, i / 4 % 2);
            world.transfer(from, (from + i) % 5, token, u64::from(i) + 1, (i % 7) as u16, i / 8)
        })
        .collect();
    world.ledger.apply(&world.batch, &transfers).unwrap()
}

/// The circuits and proofs of this file, each made once. Proofs are kept by their statement: a leaf of one batch is a leaf
/// of another that goes on longer.
#[derive(Default)]
pub(super) struct Grove {
    nodes: Mutex<HashMap<NodeKind, &'static NodeCircuit>>,
    proofs: Mutex<HashMap<(Circuit, [u8; PieceStatement::BYTES]), &'static Proof>>,
}

pub(super) fn grove() -> &'static Grove {
    static GROVE: OnceLock<Grove> = OnceLock::new();
    GROVE.get_or_init(Grove::default)
}

pub(super) fn root() -> &'static RootCircuit {
    static ROOT: OnceLock<RootCircuit> = OnceLock::new();
    ROOT.get_or_init(|| RootCircuit::build(Profile::Fast).unwrap())
}

impl Grove {
    pub(super) fn node(&self, kind: NodeKind) -> &'static NodeCircuit {
        let mut nodes = self.nodes.lock().unwrap();
        nodes.entry(kind).or_insert_with(|| Box::leak(Box::new(NodeCircuit::build(Profile::Fast, kind).unwrap())))
    }

    fn proof(&self, circuit: Circuit, statement: &PieceStatement, prove: impl FnOnce() -> Proof) -> &'static Proof {
        let mut proofs = self.proofs.lock().unwrap();
        proofs.entry((circuit, statement.to_bytes())).or_insert_with(|| Box::leak(Box::new(prove())))
    }

    /// Proves a batch up to its top node.
    fn top(&self, trace: &Trace) -> (&'static VerifyingKey, &'static Proof) {
        let plan = Plan::new(LeafSize::SMALLEST, trace.transfers().len()).unwrap();
        let leaf = Circuit::Leaf(LeafSize::SMALLEST);
        let prove_leaf = |piece: Piece| self.proof(leaf, piece.statement(), || small().prove(&piece).unwrap());
        let pieces: Vec<Piece> = trace.cut(N).unwrap().collect();
        let statements: Vec<_> = pieces.iter().map(|piece| piece.statement().clone()).collect();
        let leaves: Vec<_> = pieces.into_iter().map(prove_leaf).collect();
        assert_eq!(leaves.len(), plan.leaf_count());

        let leaf_key = &Keys::committed(Profile::Fast)[leaf];
        let mut done: Vec<(&'static VerifyingKey, &'static Proof, PieceStatement)> = Vec::new();
        for node in plan.nodes() {
            let circuit = self.node(node.kind);
            let children = node.children.iter().map(|child| match *child {
                Below::Leaf(leaf) => (leaf_key, leaves[leaf], statements[leaf].clone()),
                Below::Node(node) => done[node].clone(),
            });
            let children: Vec<_> = children.collect();
            let statements = children.iter().map(|(.., statement)| statement.clone());
            let statement = statements.reduce(|joined, next| joined.joined(&next)).unwrap();
            let proof = self.proof(Circuit::Node(node.kind), &statement, || {
                let children: Vec<_> = children.iter().map(|(key, proof, _)| Child { key, proof }).collect();
                circuit.circuit().prove(&children).unwrap()
            });
            circuit.verify(&statement, proof).unwrap();
            done.push((circuit.key(), proof, statement));
        }
        let (key, proof, statement) = done.pop().unwrap();
        assert_eq!(&statement.of_batch(), trace.statement());
        (key, proof)
    }
}

/// Proves a batch to the root, and verifies it as somebody would who has the statement, the bytes and the committed key.
fn is_proved(count: usize) {
    let trace = batch(count);
    let (key, node) = grove().top(&trace);
    let proof = root().prove(Child { key, proof: node }).unwrap();

    let verifier = RootVerifier::committed(Profile::Fast);
    assert_eq!(root().steps().last().unwrap().data().common, *verifier.common());
    let bytes = encode(&proof.proof, verifier.common());
    assert_eq!(bytes.len(), proof_bytes(verifier.common()));
    let read = decode(&bytes, verifier.common(), &trace.statement().elements()).unwrap();
    verifier.verify(trace.statement(), &read).unwrap();

    // Nothing else is proved by it: each element of the statement is bound.
    let other = Statement { count: trace.statement().count + 1, ..trace.statement().clone() };
    assert!(matches!(verifier.verify(&other, &proof), Err(AggregateError::OtherStatement)));
    for i in 0..Statement::ELEMENTS {
        let mut elements = trace.statement().elements();
        elements[i] += plonky2::field::types::Field::ONE;
        let lie = decode(&bytes, verifier.common(), &elements).unwrap();
        assert!(root().steps().last().unwrap().data().verify(lie).is_err(), "element {i}");
    }
}

#[test]
fn one_transfer() {
    is_proved(1);
}

#[test]
fn a_leaf_less_one() {
    is_proved(N - 1);
}

#[test]
fn a_leaf() {
    is_proved(N);
}

#[test]
fn a_leaf_and_one() {
    is_proved(N + 1);
}

#[test]
fn three_leaves() {
    is_proved(3 * N);
}

#[test]
fn three_leaves_and_one() {
    is_proved(3 * N + 1);
}

#[test]
#[ignore = "ten leaves, six nodes: two to three minutes on two cores"]
fn nine_leaves_and_one() {
    is_proved(9 * N + 1);
}

/// The other profile: another shape of node, and a root without a second circuit.
#[test]
fn one_transfer_in_proven() {
    let profile = Profile::Proven;
    let trace = batch(1);
    let leaf = LeafCircuit::build(profile, LeafSize::SMALLEST);
    let keys = Keys::committed(profile);
    let key = &keys[Circuit::Leaf(LeafSize::SMALLEST)];
    keys.check(Circuit::Leaf(LeafSize::SMALLEST), &VerifyingKey::of(leaf.data())).unwrap();
    let proof = leaf.prove(&trace.piece()).unwrap();
    let node = NodeCircuit::build(profile, NodeKind::new(LeafSize::SMALLEST, 1, 1).unwrap()).unwrap();

    // A leaf of `fast` has the same rows, hence the same key to a circuit, and is refused by its shape.
    let quick = small().prove(&trace.piece()).unwrap();
    let refused = node.circuit().witness(&[Child { key, proof: &quick }]);
    assert!(matches!(refused, Err(AggregateError::FalseChild { index: 0, .. })));

    let proof = node.circuit().prove(&[Child { key, proof: &proof }]).unwrap();
    let proof = RootCircuit::build(profile).unwrap().prove(Child { key: node.key(), proof: &proof }).unwrap();
    let verifier = RootVerifier::committed(profile);
    let bytes = encode(&proof.proof, verifier.common());
    let read = decode(&bytes, verifier.common(), &trace.statement().elements()).unwrap();
    verifier.verify(trace.statement(), &read).unwrap();
}

/// Whoever hands children to a node is told what is wrong with them.
#[test]
fn wrong_children_are_refused_by_name() {
    let kind = |arity| NodeKind::new(LeafSize::SMALLEST, 1, arity).unwrap();
    let trace = batch(N + 1);
    let mut pieces = trace.cut(N).unwrap();
    let [first, last] = [(); 2].map(|()| pieces.next().unwrap());
    let leaf = Circuit::Leaf(LeafSize::SMALLEST);
    let [a, b] = [&first, &last].map(|piece| {
        let proof = grove().proof(leaf, piece.statement(), || small().prove(piece).unwrap());
        Child { key: &Keys::committed(Profile::Fast)[leaf], proof }
    });
    let pair = grove().node(kind(2)).circuit();
    let refused = |children: &[Child<'_>]| pair.witness(children).map(|_| ()).unwrap_err();
    assert!(matches!(refused(&[a]), AggregateError::Arity { expected: 2, got: 1 }));
    assert!(matches!(refused(&[a, b, b]), AggregateError::Arity { expected: 2, got: 3 }));

    let single = grove().node(kind(1));
    let foreign = Child { key: single.key(), ..a };
    let id = single.key().id();
    assert!(matches!(refused(&[a, foreign]), AggregateError::ForeignChild { index: 1, got } if got == id));

    let mut spoilt = b.proof.clone();
    spoilt.public_inputs[0] += plonky2::field::types::Field::ONE;
    assert!(matches!(refused(&[a, Child { proof: &spoilt, ..b }]), AggregateError::FalseChild { index: 1, .. }));
    let mut short = b.proof.clone();
    short.proof.openings.wires.pop();
    assert!(matches!(refused(&[Child { proof: &short, ..a }, b]), AggregateError::FalseChild { index: 0, .. }));

    // They are true, and of the right circuit, but no neighbours: this only the circuit can say.
    assert!(matches!(pair.prove(&[b, a]), Err(AggregateError::Unprovable(_))));
}

/// A verifier is ready without a circuit being built, and is not the other profile's.
#[test]
fn every_profile_has_one_root_key() {
    let [fast, proven] = Profile::ALL.map(RootVerifier::committed);
    assert_ne!(fast.digest(), proven.digest());
    assert_eq!(fast.common().degree_bits(), 12);
    assert_eq!(proven.common().degree_bits(), 13);
}

/// What can be read of the leaf's shape without building it is what was built.
#[test]
fn shapes_are_those_of_the_circuits() {
    use furl_circuits::recursion::leaf_shape;
    assert_eq!(small().data().common, leaf_shape(Profile::Fast, LeafSize::SMALLEST));
    let committed = &Keys::committed(Profile::Fast)[Circuit::Leaf(LeafSize::SMALLEST)];
    assert_eq!(&VerifyingKey::of(small().data()), committed);
}

/// Every layer keeps the promise of its profile; all but the last are verified in a circuit, where
/// indices may be chosen.
#[test]
fn layers_keep_the_promise() {
    for profile in Profile::ALL {
        for size in LeafSize::TREE {
            let report = Report::new(layers(profile, size).unwrap());
            println!("{report}");
            require(&report, profile.floor_bits()).unwrap();
            let names: Vec<_> = report.layers().iter().map(|layer| layer.layer().name.clone()).collect();
            assert_eq!(names.len(), 3 + profile.root_degree_bits().len(), "{names:?}");
            let canonical = report.layers().iter().map(|layer| layer.layer().indices == Indices::Canonical);
            assert!(canonical.rev().eq((0..names.len()).map(|from_the_end| from_the_end == 0)), "{report}");
        }
    }
}
