//! # Watching a batch being proved
//!
//! The prover tells what happens, from several threads; [`Watch`] turns that into progress, warnings and times.
//!
//! | part | from | to |
//! |---|---|---|
//! | build | the plan | all circuits are there |
//! | leaves | then | the last leaf is proved |
//! | tree | then | the root is proved |
//!
//! Nodes that are proved before the last leaf count with the leaves: a tree grows while its leaves are made.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use furl_prover::{Circuit, Event, Plan};
use serde::Serialize;
use tracing::{debug, info, warn};

use crate::measure::{Seconds, counted};
use crate::progress::Stage;
use crate::show::Name;

/// What took how long, in wall-clock time.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Parts {
    /// Building circuits.
    pub(crate) build: Seconds,
    /// Proving leaves, and nodes meanwhile.
    pub(crate) leaves: Seconds,
    /// Proving what is left of the tree, and the root.
    pub(crate) tree: Seconds,
}

/// What is told of one batch.
#[derive(Debug)]
pub(crate) struct Watch(Mutex<Told>);

#[derive(Debug)]
struct Told {
    begun: Instant,
    /// When the last circuit was built.
    built: Instant,
    /// When the last leaf was proved.
    leaves: Instant,
    /// Proofs that came from the store.
    found: usize,
    stage: Option<Stage>,
}

impl Watch {
    /// Nothing is told yet.
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        Self(Mutex::new(Told { begun: now, built: now, leaves: now, found: 0, stage: None }))
    }

    /// Hears of something that happened.
    pub(crate) fn hear(&self, event: &Event<'_>) {
        let now = Instant::now();
        let mut told = self.told();
        match event {
            Event::Planned { plan, slots } => {
                told.begun = now;
                (told.built, told.leaves) = (now, now);
                debug!("{} at a time", counted(slots.get() as u64, "proof", "proofs"));
                info!("{}", Described(plan));
                told.stage = Some(Stage::of("proofs", plan.leaf_count() + plan.nodes().len() + 1));
            }
            Event::Built { circuit, took } => {
                debug!("built {circuit} in {:.2} s", took.as_secs_f64());
                (told.built, told.leaves) = (now, now);
            }
            Event::Proved { circuit, took, times } => {
                debug!("proved {circuit} in {:.2} s, {:.2} s of them hashing", took.as_secs_f64(), hashing(times));
                if matches!(circuit, Circuit::Leaf(_)) {
                    told.leaves = now;
                }
                told.advance();
            }
            Event::Found { circuit } => {
                debug!("found {circuit}");
                told.found += 1;
                told.advance();
            }
            // Whoever wraps watches it himself.
            Event::WrapBuilt { .. } | Event::LastProved { .. } | Event::Wrapped { .. } => {}
            Event::Spoiled { file, cause } => {
                warn!(file = %Name(file), "{}: not a proof of this batch, made again: {cause}", Name(file));
            }
        }
    }

    /// How many proofs came from the store, and what took how long until now.
    pub(crate) fn finish(self) -> (usize, Parts) {
        let mut told = self.told();
        told.stage = None;
        let parts = Parts {
            build: (told.built - told.begun).into(),
            leaves: (told.leaves - told.built).into(),
            tree: told.leaves.elapsed().into(),
        };
        (told.found, parts)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        // Times and a bar are whole at any time.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    fn advance(&self) {
        self.stage.as_ref().inspect(|stage| stage.advance());
    }
}

fn hashing(times: &furl_prover::Times) -> f64 {
    times.of(furl_engine::Stage::Merkle).as_secs_f64()
}

/// The proofs of a plan, for people.
struct Described<'a>(&'a Plan);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(plan) = self;
        let leaves = counted(plan.leaf_count() as u64, "leaf", "leaves");
        write!(
            f,
            "proving {leaves} of {} rows, {}, the root",
            plan.leaves(),
            counted(plan.nodes().len() as u64, "node", "nodes")
        )
    }
}
