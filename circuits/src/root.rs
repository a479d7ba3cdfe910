//! # The root: one key for every batch
//!
//! Above the tree stands a circuit that accepts *any* node of its profile, of any level and arity, over leaves of any size,
//! and turns its statement, that of a piece, into the [`Statement`] of a batch. So a batch of one transfer and one of a hundred thousand end in proofs under one key. A
//! second circuit, in `fast`, verifies the first and nothing else, for its size: a proof of a proof shrinks until the
//! verifier's own rows are all that is left.
//!
//! | | `fast` | `proven` |
//! |---|---|---|
//! | node | $2^{14}$ | $2^{15}$ |
//! | first | $2^{13}$ | $2^{13}$: the root |
//! | second | $2^{12}$: the root | |
//!
//! | rule | where |
//! |---|---|
//! | R1: the child is one of the 18 nodes | the list of keys, in the first circuit |
//! | R2: the data chain starts at its start | a constant, in the first circuit |
//! | R3: the fees start with nothing collected by the lanes with which they end | one hash, in the first circuit |
//! | the child is the first circuit | its key, a constant of the second |
//!
//! Rules R2 and R3 are the root's because only here it is known that nothing comes before, and nothing after. Leaves and nodes
//! leave `data_in` open, as they leave the old root open.
//!
//! ## Fees
//!
//! Rule R3 is one relation, $\mathtt{fees\_in} = h(\mathtt{fees\_out}, 0, 0, 0, 0)$ under the tag of [open digests](open_digest). It says
//! that sums start at zero *and* that the batch ends closed. For the first leaf has opened `fees_in` as a digest that it has hashed from
//! lanes, and sums; short of a collision `fees_out` is that digest of lanes. It is no hash of lanes *and* sums, which has another tag. So
//! the last leaf has credited, and no other has: what a leaf before it states is open, or no leaf could go on from it. The lanes are
//! those of every leaf, since each hands its digest on within its `fees_out`.
//!
//! ## Verifying
//!
//! [`RootVerifier`] needs the root's committed key and its common data, which is computed from a circuit of a few rows. It
//! builds neither leaves nor nodes, and is ready in milliseconds.
//!
//! ## From a batch to its root
//!
//! ```no_run
//! # use furl_circuits::{aggregate::NodeCircuit, keys::{Circuit, Keys}, leaf_circuit::{LeafCircuit, LeafSize}};
//! # use furl_circuits::{node, profile::Profile, recursion::Child, root::{RootCircuit, RootVerifier}};
//! # fn prove(trace: &furl_ledger::Trace) -> Result<(), Box<dyn std::error::Error>> {
//! let (profile, size) = (Profile::Fast, LeafSize::PRODUCTION);
//! let plan = node::Plan::new(size, trace.transfers().len())?;
//! let leaf = LeafCircuit::build(profile, size);
//! let leaves = trace.cut(size.transfers())?.map(|piece| leaf.prove(&piece));
//! let leaves = leaves.collect::<Result<Vec<_>, _>>()?;
//!
//! let keys = Keys::committed(profile);
//! let mut nodes = Vec::new();
//! for planned in plan.nodes() {
//!     let children: Vec<_> = planned.children.iter().map(|child| match *child {
//!         node::Child::Leaf(i) => Child { key: &keys[Circuit::Leaf(size)], proof: &leaves[i] },
//!         node::Child::Node(i) => Child { key: &keys[Circuit::Node(plan.nodes()[i].kind)], proof: &nodes[i] },
//!     }).collect();
//!     nodes.push(NodeCircuit::build(profile, planned.kind)?.circuit().prove(&children)?);
//! }
//! let (top, proof) = plan.nodes().iter().zip(&nodes).last().expect("a plan has a node");
//! let root = RootCircuit::build(profile)?.prove(Child { key: &keys[Circuit::Node(top.kind)], proof })?;
//! RootVerifier::committed(profile).verify(trace.statement(), &root)?;
//! # Ok(())
//! # }
//! ```
//!
//! A prover that does it better keeps circuits, proves side by side, and takes [witnesses](Aggregate::witness) to a prover of
//! its own.
//!
//! **Not checked here:** that the old root is the current one, and that the batch is the next one.

use furl_ledger::statement::Statement;
use furl_ledger::{LANES, data};
use plonky2::field::types::Field;

use crate::aggregate::{Aggregate, AggregateError, Children};
use crate::builder::Builder;
use crate::field::{F, Proof, VerifierCircuitData};
use crate::keys::{Circuit, KeyMismatch, Keys};
use crate::leaf::{PieceWires, StatementWires, open_digest};
use crate::leaf_circuit::LeafSize;
use crate::pins::{self, KeyDigest};
use crate::profile::Profile;
use crate::recursion::{self, Child, ChildWires, Common};
use crate::security::{Layer, LayerError};
use crate::wires::{DigestWires, Wires};

/// All wires of a circuit above the tree: its child, which states what a piece states (`S` is [`PieceWires`]) or a batch.
#[derive(Clone, Debug)]
pub struct AboveWires<S> {
    /// The child.
    pub child: ChildWires<S>,
    /// What the circuit states.
    pub statement: StatementWires,
}

impl<S: Wires> AboveWires<S> {
    fn constrain(
        b: &mut Builder,
        children: &Children,
        statement: impl FnOnce(&mut Builder, &S) -> StatementWires,
    ) -> Self {
        let [ids] = &children.ids[..] else { panic!("a circuit above the tree has one child") };
        let child = b.scope_at("child", 0, |b| ChildWires::constrain(b, &children.common, ids)); // R1
        let statement = statement(b, &child.statement);
        b.register_public_inputs(&statement.to_targets());
        Self { child, statement }
    }
}

/// Constrains the first circuit above the tree: a node, from the start of the data chain and of the fees to their end.
///
/// # Panics
/// If `children` has not one child: a mistake in the circuit's code.
pub fn first(b: &mut Builder, children: &Children) -> AboveWires<PieceWires> {
    AboveWires::constrain(b, children, |b, piece: &PieceWires| {
        b.scope("start", |b| {
            let start = DigestWires::constant(b, data::start());
            piece.data_in.connect(b, &start); // R2
        });
        b.scope("fees", |b| {
            let zero = b.constant(F::ZERO);
            let nothing = open_digest(b, &piece.fees_out, &[zero; LANES]);
            nothing.connect(b, &piece.fees_in); // R3
        });
        piece.of_batch()
    })
}

/// Constrains the second circuit above the tree: the first, proved anew.
///
/// # Panics
/// If `children` has not one child: a mistake in the circuit's code.
pub fn second(b: &mut Builder, children: &Children) -> AboveWires<StatementWires> {
    AboveWires::constrain(b, children, |_, statement| *statement)
}

/// The child of a circuit above the tree.
///
/// # Panics
/// If `keys` lacks a circuit below.
#[must_use]
pub fn children(step: usize, keys: &Keys) -> Children {
    let profile = keys.profile();
    let (common, below) = match step.checked_sub(1) {
        None => (recursion::node_shape(profile), Circuit::nodes().into_iter().map(Circuit::Node).collect()),
        Some(before) => (shape(profile, before), vec![Circuit::Root(before)]),
    };
    // The one child is the last: nothing has to be full.
    Children { common, ids: vec![keys.ids(below)], full: 0 }
}

/// Common data of a circuit above the tree.
fn shape(profile: Profile, step: usize) -> Common {
    recursion::shape(profile.node_config(), profile.root_degree_bits()[step])
}

/// Builds a circuit above the tree over these keys, whatever is committed.
///
/// # Panics
/// If `keys` lacks a circuit below, or the profile has no such circuit.
#[must_use]
pub fn over(step: usize, keys: &Keys) -> Aggregate {
    let profile = keys.profile();
    let children = children(step, keys);
    let b = Builder::new(profile.node_config());
    Aggregate::build(b, profile.root_degree_bits()[step], children, |b, children| {
        vec![if step == 0 { first(b, children).child.proof } else { second(b, children).child.proof }]
    })
}

/// The layers of a profile's proofs, from the leaves of a size to the last one, which the wrap verifies: what a batch's security
/// depends on. No circuit is built.
///
/// # Errors
/// If the security of one cannot be computed, which is so for none of ours.
pub fn layers(profile: Profile, leaves: LeafSize) -> Result<Vec<Layer>, LayerError> {
    let node = Layer::of(&recursion::node_shape(profile), &format!("node-{profile}"));
    let steps = 0..profile.root_degree_bits().len();
    let roots = steps.map(|step| Layer::of(&shape(profile, step), &format!("{}-{profile}", Circuit::Root(step))));
    let leaf = Layer::of(&recursion::leaf_shape(profile, leaves), &format!("leaf-{profile}"));
    let last = recursion::shape(profile.last_config(), profile.last_degree_bits());
    let last = Layer::of(&last, &format!("last-{profile}")).map(Layer::last);
    [leaf, node].into_iter().chain(roots).chain([last]).collect()
}

/// The circuits above the tree, built.
#[derive(Debug)]
pub struct RootCircuit {
    profile: Profile,
    steps: Vec<Aggregate>,
}

impl RootCircuit {
    /// Builds the circuits over the committed keys, and compares their keys with the committed ones. Deterministic;
    /// seconds.
    ///
    /// # Errors
    /// If a key is another: the committed keys are out of date, or the circuit was miscomputed.
    pub fn build(profile: Profile) -> Result<Self, KeyMismatch> {
        let keys = Keys::committed(profile);
        let steps = (0..profile.root_degree_bits().len()).map(|step| {
            let circuit = over(step, keys);
            keys.check(Circuit::Root(step), circuit.key())?;
            Ok(circuit)
        });
        Ok(Self { profile, steps: steps.collect::<Result<_, _>>()? })
    }

    /// The security profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The circuits, from the one that verifies a node to the root itself. Each verifies a proof of the one before.
    #[must_use]
    pub fn steps(&self) -> &[Aggregate] {
        &self.steps
    }

    /// Proves the root of a batch from its top node. Every proof is verified before it goes on.
    ///
    /// # Errors
    /// If the child is no node, is false, its data chain or its fees start elsewhere, or its fees do not end.
    pub fn prove(&self, node: Child<'_>) -> Result<Proof, AggregateError> {
        let (first, rest) = self.steps.split_first().expect("a profile has a circuit above the tree");
        let mut below = first;
        let mut proof = first.prove(&[node])?;
        for circuit in rest {
            proof = circuit.prove(&[Child { key: below.key(), proof: &proof }])?;
            below = circuit;
        }
        Ok(proof)
    }
}

/// What it takes to verify a batch: the root's key and its common data.
#[derive(Clone, Debug)]
pub struct RootVerifier {
    profile: Profile,
    circuit: VerifierCircuitData,
    digest: KeyDigest,
}

impl RootVerifier {
    /// The verifier of a profile, by the committed key.
    #[must_use]
    pub fn committed(profile: Profile) -> Self {
        let step = profile.root_degree_bits().len() - 1;
        let circuit = Keys::committed(profile)[Circuit::Root(step)].verifier(shape(profile, step));
        let digest = pins::key_digest(&circuit.verifier_only, &circuit.common, profile);
        Self { profile, circuit, digest }
    }

    /// The security profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The identity of the whole circuit: key, gates, configuration.
    #[must_use]
    pub const fn digest(&self) -> KeyDigest {
        self.digest
    }

    /// Common data of the root, by which its proofs are encoded and decoded.
    #[must_use]
    pub const fn common(&self) -> &Common {
        &self.circuit.common
    }

    /// Verifies that `proof` proves `statement`.
    ///
    /// # Errors
    /// If it proves another statement, or none.
    pub fn verify(&self, statement: &Statement, proof: &Proof) -> Result<(), AggregateError> {
        if proof.public_inputs != statement.elements() {
            return Err(AggregateError::OtherStatement);
        }
        self.circuit.verify(proof.clone()).map_err(|e| AggregateError::False(e.to_string()))
    }
}
