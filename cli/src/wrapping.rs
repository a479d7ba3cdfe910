//! # Wrapping, for whichever command
//!
//! A root goes in, a wrapped proof comes out, with what there is to say of it. Circuits that are held already are to be let go of before.

use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;

use furl_prover::{Event, Memory, Profile, Proof, Root, WrapKeys, Wrapped, Wrapper, memory};
use furl_wrap::setup::{Origin, Setup};
use furl_wrap::wrap;
use serde::Serialize;
use tracing::debug;

use crate::exit::Failure;
use crate::interrupt::Deferred;
use crate::measure::{Seconds, timed};
use crate::progress::Stage;
use crate::setup::{SetupHash, SetupOptions};

/// The setup of a proof or key.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct SetupReport {
    /// Whether its secret is published.
    pub(crate) insecure: bool,
    pub(crate) hash: SetupHash,
}

impl SetupReport {
    pub(crate) fn of(setup: &Setup) -> Self {
        Self { insecure: setup.origin() == Origin::InsecureDev, hash: SetupHash(setup.hash()) }
    }
}

impl fmt::Display for SetupReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = if self.insecure { "INSECURE, anybody can forge its proofs; hash" } else { "hash" };
        write!(f, "{origin} {}", self.hash)
    }
}

/// What took how long.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct WrapTimes {
    /// Making the setup, or reading and checking it.
    pub(crate) setup: Seconds,
    /// Building circuits and keys.
    pub(crate) keys: Seconds,
    /// Proving the root anew.
    pub(crate) last: Seconds,
    /// The wrap itself.
    pub(crate) wrap: Seconds,
}

impl fmt::Display for WrapTimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setup, keys, last, wrap } = self;
        write!(f, "setup {setup} │ keys {keys} │ last proof {last} │ wrap {wrap}")
    }
}

/// A setup, and how long it took to have it.
#[derive(Debug)]
pub(crate) struct Timed {
    setup: Setup,
    took: Seconds,
}

impl Timed {
    /// The setup for a profile's wrap.
    pub(crate) fn load(options: &SetupOptions, profile: Profile) -> Result<Self, Failure> {
        let (setup, took) = timed(|| options.load(wrap::k(profile)));
        Ok(Self { setup: setup?, took })
    }

    /// The memory that it takes.
    pub(crate) fn held(&self) -> Memory {
        memory::of_setup(self.setup.k())
    }
}

/// A wrapped proof, and how it came about.
#[derive(Debug)]
pub(crate) struct Wrapping {
    pub(crate) proof: Proof<Wrapped>,
    pub(crate) setup: SetupReport,
    pub(crate) seconds: WrapTimes,
}

impl Wrapping {
    /// Wraps a root under a setup; an interruption ends it between two steps.
    pub(crate) fn of(root: &Proof<Root>, setup: Timed, deferred: &Deferred) -> Result<Self, Failure> {
        let Timed { setup, took } = setup;
        let keys = WrapKeys::new(root.envelope().profile, setup);
        let stage = Stage::of("wrapping", 3);
        let times = Mutex::new([Seconds::ZERO; 3]);
        let observer = |event: Event<'_>| {
            let (place, took) = match event {
                Event::WrapBuilt { took } => (0, took),
                Event::LastProved { took } => (1, took),
                Event::Wrapped { took } => (2, took),
                other => return debug!("{other:?}"),
            };
            debug!("step {place} of the wrap took {:.2} s", took.as_secs_f64());
            times.lock().unwrap_or_else(PoisonError::into_inner)[place] = took.into();
            stage.advance();
        };
        let wrapper = Wrapper::new(&keys).with_stop(deferred.flag()).with_observer(&observer);
        let proof = wrapper.wrap(root).map_err(Failure::Wrap)?;
        let [keys_time, last, wrap] = *times.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = WrapTimes { setup: took, keys: keys_time, last, wrap };
        Ok(Self { proof, setup: SetupReport::of(keys.setup()), seconds })
    }
}
