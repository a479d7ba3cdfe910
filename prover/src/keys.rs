//! # Keys
//!
//! A circuit is built from source, deterministically; nothing that proves or verifies is ever read from a file. Building takes seconds, so each circuit is built at
//! most once in a process and shared.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use furl_circuits::leaf_circuit::{LeafCircuit, LeafSize};
use furl_circuits::profile::Profile;

/// One circuit's place: filled by whoever comes first, awaited by the others.
type Cell = Arc<OnceLock<Arc<LeafCircuit>>>;

/// The circuits of this process.
#[derive(Debug, Default)]
pub struct Keys {
    leaves: Mutex<HashMap<(Profile, LeafSize), Cell>>,
}

impl Keys {
    /// No circuits yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The leaf circuit of a profile and size. The first caller builds it, without holding up callers for other circuits.
    #[must_use]
    pub fn leaf(&self, profile: Profile, size: LeafSize) -> Arc<LeafCircuit> {
        let cell = {
            // A panic while the map is held leaves it whole: the map is only ever grown by one cell.
            let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
            leaves.entry((profile, size)).or_default().clone()
        };
        cell.get_or_init(|| Arc::new(LeafCircuit::build(profile, size))).clone()
    }
}
