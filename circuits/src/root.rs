//! # The root: one key for every batch
//!
//! Above the tree stands a circuit that accepts *any* node of its profile, of any level and arity, over leaves of any size,
//! and passes its statement on. So a batch of one transfer and one of a hundred thousand end in proofs under one key. A
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
//! | the child is the first circuit | its key, a constant of the second |
//!
//! Rule R2 is the root's because only here it is known that nothing comes before. Leaves and nodes leave `data_in` open, as
//! they leave the old root open.
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

use furl_ledger::data;
use furl_ledger::statement::Statement;

use crate::aggregate::{Aggregate, AggregateError, Children, NodeWires};
use crate::builder::Builder;
use crate::field::{Proof, VerifierCircuitData};
use crate::keys::{Circuit, KeyMismatch, Keys};
use crate::leaf_circuit::LeafSize;
use crate::pins::{self, KeyDigest};
use crate::profile::Profile;
use crate::recursion::{self, Child, Common};
use crate::security::{Layer, LayerError};
use crate::wires::DigestWires;

/// Constrains the first circuit above the tree: a node, from the start of the data chain.
///
/// # Panics
/// If `children` has not one child: a mistake in the circuit's code.
pub fn first(b: &mut Builder, children: &Children) -> NodeWires {
    let wires = NodeWires::constrain(b, children); // R1
    b.scope("start", |b| {
        let start = DigestWires::constant(b, data::start());
        wires.statement.data_in.connect(b, &start); // R2
    });
    wires
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
    let write = if step == 0 { first } else { NodeWires::constrain };
    let b = Builder::new(profile.node_config());
    Aggregate::build(b, profile.root_degree_bits()[step], children, write)
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
    let last = Layer::of(&last, &format!("last-{profile}"));
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
    /// If the child is no node, is false, or its data chain starts elsewhere.
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
