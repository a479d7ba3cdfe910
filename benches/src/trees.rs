//! # The tree, counted
//!
//! Every node and every circuit above the tree is built, over the keys *computed* for the circuits below it, and dropped:
//! eighteen nodes a profile, minutes. Of each remains its key; of one node and of each circuit above the tree a
//! [pin](furl_circuits::pins) too. All nodes have the pin's gates and parameters: building compares them.

use std::panic::resume_unwind;
use std::thread;

use furl_circuits::aggregate::{Aggregate, NodeCircuit};
use furl_circuits::keys::{Circuit, Keys};
use furl_circuits::leaf_circuit::LeafSize;
use furl_circuits::node::NodeKind;
use furl_circuits::pins;
use furl_circuits::profile::Profile;
use furl_circuits::proof::proof_bytes;
use furl_circuits::root;
use furl_circuits::security::{LayerError, Report};

use crate::committed::File;
use crate::leaves::LeafCounts;

/// What is known of a profile's tree after it was built.
#[derive(Clone, Debug)]
pub struct TreeCounts {
    /// The security profile.
    pub profile: Profile,
    /// The keys of all circuits.
    pub keys: Keys,
    /// Rows in use of each node, before those that building adds.
    pub node_rows: Vec<(NodeKind, usize)>,
    /// Bytes of a root proof's body.
    pub root_proof_bytes: usize,
    /// Proven bits of security of a batch over production leaves: the weakest layer, unrounded.
    pub bits: f64,
    /// The circuits as text, by name.
    pub pins: Vec<(String, String)>,
}

impl TreeCounts {
    /// Builds the tree of a profile over leaves as built.
    ///
    /// # Errors
    /// If the security of a layer cannot be computed.
    ///
    /// # Panics
    /// If a leaf is not among `leaves`.
    pub fn of(profile: Profile, leaves: &[LeafCounts]) -> Result<Self, LayerError> {
        let mut keys = Keys::none(profile);
        let leaf = |size| leaves.iter().find(|leaf| (leaf.profile, leaf.size) == (profile, size));
        for size in LeafSize::TREE {
            keys.insert(Circuit::Leaf(size), leaf(size).expect("all leaves were built").key.clone());
        }
        let bits = Report::new(root::layers(profile, LeafSize::PRODUCTION)?).bits();
        let mut tree = Self { profile, keys, node_rows: Vec::new(), root_proof_bytes: 0, bits, pins: Vec::new() };
        for kind in Circuit::nodes() {
            let node = NodeCircuit::over(kind, &tree.keys);
            tree.node_rows.push((kind, node.circuit().rows()));
            let is_pinned = (kind.leaves(), kind.level(), kind.arity()) == (LeafSize::PRODUCTION, 1, 3);
            tree.add(Circuit::Node(kind), node.circuit(), is_pinned);
        }
        for step in 0..profile.root_degree_bits().len() {
            let circuit = root::over(step, &tree.keys);
            tree.root_proof_bytes = proof_bytes(&circuit.data().common);
            tree.add(Circuit::Root(step), &circuit, true);
        }
        Ok(tree)
    }

    /// The trees of all profiles, side by side: where one thread writes a circuit, others hash.
    ///
    /// # Errors
    /// If the security of a layer cannot be computed.
    pub fn all(leaves: &[LeafCounts]) -> Result<Vec<Self>, LayerError> {
        thread::scope(|scope| {
            let trees = Profile::ALL.map(|profile| scope.spawn(move || Self::of(profile, leaves)));
            trees.into_iter().map(|tree| tree.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        })
    }

    fn add(&mut self, circuit: Circuit, built: &Aggregate, is_pinned: bool) {
        self.keys.insert(circuit, built.key().clone());
        if is_pinned {
            let name = format!("{circuit} {}", self.profile);
            let pin = pins::describe(built.data(), &name, self.profile, Some(built.rows()));
            self.pins.push((format!("{circuit}-{}", self.profile), pin));
        }
    }

    /// The committed files: keys and pins.
    pub fn files(&self) -> impl Iterator<Item = File> {
        let keys = (format!("keys-{}", self.profile), self.keys.to_string());
        [keys]
            .into_iter()
            .chain(self.pins.iter().cloned())
            .map(|(name, text)| File { path: format!("circuits/pins/{name}.txt"), contents: text.into() })
    }

    /// Rows in use of a node.
    #[must_use]
    pub fn rows(&self, kind: NodeKind) -> Option<usize> {
        self.node_rows.iter().find(|(known, _)| *known == kind).map(|(_, rows)| *rows)
    }
}
