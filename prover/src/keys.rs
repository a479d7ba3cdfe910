//! # Keys
//!
//! A circuit is built from source, deterministically, and its key compared with the committed one; nothing that proves is ever
//! read from a file. Building takes seconds, so each circuit is built at most once in a process and shared. Verifying needs no circuit:
//! a [`Verifier`] is made of a committed key, in milliseconds.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use furl_circuits::aggregate::NodeCircuit;
use furl_circuits::keys::{Circuit, KeyMismatch, Keys as Committed, VerifyingKey};
use furl_circuits::leaf_circuit::{LeafCircuit, LeafSize};
use furl_circuits::node::NodeKind;
use furl_circuits::profile::Profile;
use furl_circuits::root::RootCircuit;

use crate::schedule;
use crate::verifier::Verifier;

/// Values that are made at most once, each by whoever asks first; who asks for the same one waits, others do not.
#[derive(Debug)]
struct Once<K, V>(Mutex<HashMap<K, Cell<V>>>);

/// One value's place.
type Cell<V> = Arc<OnceLock<V>>;

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone + Send> Once<K, V> {
    fn get(&self, key: K, make: impl FnOnce() -> V + Send) -> V {
        let cell = {
            // A panic while the map is held leaves it whole: the map is only ever changed by one cell.
            let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            map.entry(key).or_default().clone()
        };
        cell.get_or_init(|| schedule::apart(make)).clone()
    }

    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A circuit, or why its key is not the committed one.
type Built<T> = Result<Arc<T>, KeyMismatch>;

/// The circuits and verifiers of this process.
#[derive(Debug, Default)]
pub struct Keys {
    leaves: Once<(Profile, LeafSize), Built<LeafCircuit>>,
    nodes: Once<(Profile, NodeKind), Built<NodeCircuit>>,
    roots: Once<Profile, Built<RootCircuit>>,
    verifiers: Once<(Profile, Circuit), Arc<Verifier>>,
}

impl Keys {
    /// No circuits yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The leaf circuit of a profile and size.
    ///
    /// # Errors
    /// If its key is not the committed one.
    pub fn leaf(&self, profile: Profile, size: LeafSize) -> Built<LeafCircuit> {
        self.leaves.get((profile, size), || {
            let circuit = LeafCircuit::build(profile, size);
            let committed = Committed::committed(profile);
            // Sizes that no tree is built over have no committed key.
            if committed.get(Circuit::Leaf(size)).is_some() {
                committed.check(Circuit::Leaf(size), &VerifyingKey::of(circuit.data()))?;
            }
            Ok(Arc::new(circuit))
        })
    }

    /// The circuit of a kind of node.
    ///
    /// # Errors
    /// If its key is not the committed one.
    pub fn node(&self, profile: Profile, kind: NodeKind) -> Built<NodeCircuit> {
        self.nodes.get((profile, kind), || NodeCircuit::build(profile, kind).map(Arc::new))
    }

    /// The circuits above the tree.
    ///
    /// # Errors
    /// If a key is not the committed one.
    pub fn root(&self, profile: Profile) -> Built<RootCircuit> {
        self.roots.get(profile, || RootCircuit::build(profile).map(Arc::new))
    }

    /// Lets go of all circuits, for whoever needs their memory; those in use stay until they are not. Verifiers are small, and stay.
    pub fn release(&self) {
        self.leaves.clear();
        self.nodes.clear();
        self.roots.clear();
    }

    /// The verifier of a circuit, by its committed key.
    #[must_use]
    pub fn verifier(&self, profile: Profile, circuit: Circuit) -> Arc<Verifier> {
        self.verifiers.get((profile, circuit), || Arc::new(Verifier::committed(profile, circuit)))
    }
}
