//! # The wrapper: from a root to a wrapped proof
//!
//! | step | what | kept |
//! |---|---|---|
//! | keys | the circuits above the root, and the wrap's keys under a setup | in [`WrapKeys`], built once |
//! | last proof | the root, proved anew with a hash that the wrap can check | no: seconds |
//! | wrap | the last proof, verified in halo2 | it is the result |
//!
//! Every proof is verified before it moves on, the result by halo2's verifier and by the native one. Between two steps the work can be stopped; the root, which took
//! longer than all of them, is what it goes on from.
//!
//! ## Memory
//!
//! The wrap's tables are large, and no smaller for a small batch. Whoever proves and wraps in one process lets go of the tree's circuits
//! before (drops their [`Keys`](crate::Keys), or [releases](crate::Keys::release) them), so that the two needs do not add up. The setup's points are let
//! go of as soon as there are keys, which have their own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use furl_circuits::profile::Profile;
use furl_wrap::key_file::KeyFileError;
use furl_wrap::setup::{Setup, SetupError};
use furl_wrap::wrap::{self, Wrap};
use thiserror::Error;

use crate::memory::{self, Memory, NotGiven};
use crate::proof::{Proof, Root, Wrapped};
use crate::prover::{Event, NEVER, Observer, contained};
use crate::schedule;
use crate::wrap_key::WrapKey;

/// Why there is no wrapped proof.
#[derive(Debug, Error)]
pub enum WrapError {
    /// The memory does not suffice.
    #[error("wrapping in profile {profile} takes {least} of memory: {memory} are allowed")]
    Memory {
        /// The profile.
        profile: Profile,
        /// The least amount that would do.
        least: Memory,
        /// What is allowed.
        memory: Memory,
    },
    /// The memory is allowed, and not there.
    #[error(transparent)]
    NotGiven(#[from] NotGiven),
    /// It was told to stop, and has.
    #[error("stopped before {0}")]
    Stopped(&'static str),
    /// The root is of another profile than the keys.
    #[error("the wrap's keys are of profile {expected}, the root is of {got}")]
    Profile {
        /// Of the keys.
        expected: Profile,
        /// Of the root.
        got: Profile,
    },
    /// There is no setup.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The circuits, the keys or a proof.
    #[error(transparent)]
    Wrap(#[from] wrap::WrapError),
    /// The key has no file.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// halo2 accepts what the native verifier does not: a defect of this program.
    #[error("the native verifier refuses what was made: {0}")]
    Native(furl_verifier::Error),
    /// A proof system panicked: a defect, reported without taking the process down.
    #[error("the proof system failed: {0}")]
    Defect(String),
}

/// The wrap's circuits and keys of one profile under one setup, built by whoever asks first.
#[derive(Debug)]
pub struct WrapKeys {
    profile: Profile,
    /// What verifies.
    setup: Setup,
    made: Mutex<Made>,
}

/// What there is.
#[derive(Debug)]
enum Made {
    /// What the keys are to be made of.
    Nothing(Box<Setup>),
    /// The keys.
    Keys(Arc<Built>),
}

/// What was built.
#[derive(Debug)]
struct Built {
    wrap: Wrap,
    key: WrapKey,
}

impl WrapKeys {
    /// No keys yet.
    #[must_use]
    pub fn new(profile: Profile, setup: Setup) -> Self {
        Self { profile, setup: setup.verifying(), made: Mutex::new(Made::Nothing(Box::new(setup))) }
    }

    /// Under the INSECURE development setup of the profile's size.
    ///
    /// # Errors
    /// None: every profile's size is in range.
    pub fn insecure_dev(profile: Profile) -> Result<Self, WrapError> {
        Ok(Self::new(profile, Setup::insecure_dev(wrap::k(profile))?))
    }

    /// The security profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The setup, or what is kept of it: it [verifies](Setup::verifying), and makes no other keys.
    #[must_use]
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }

    /// What checks the proofs.
    ///
    /// # Errors
    /// If the setup has another size than the wrap.
    pub fn key(&self) -> Result<WrapKey, WrapError> {
        Ok(self.built()?.key.clone())
    }

    fn built(&self) -> Result<Arc<Built>, WrapError> {
        // What failed is tried again; what is there is whole.
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let setup = match &*made {
            Made::Keys(built) => return Ok(built.clone()),
            Made::Nothing(setup) => setup,
        };
        memory::of_wrap(self.profile).ask()?;
        let built = schedule::apart(|| {
            let wrap = Wrap::build(self.profile, setup)?;
            let key = WrapKey::of(wrap.verifying(), setup)?;
            Ok::<_, WrapError>(Arc::new(Built { wrap, key }))
        })?;
        *made = Made::Keys(built.clone());
        Ok(built)
    }
}

/// Wraps roots.
#[derive(Clone, Copy)]
pub struct Wrapper<'a> {
    keys: &'a WrapKeys,
    stop: &'a AtomicBool,
    observer: Observer<'a>,
}

impl<'a> Wrapper<'a> {
    /// A wrapper with these keys.
    #[must_use]
    pub fn new(keys: &'a WrapKeys) -> Self {
        Self { keys, stop: &NEVER, observer: &|_| () }
    }

    /// Begins no step after `stop` is set.
    #[must_use]
    pub const fn with_stop(self, stop: &'a AtomicBool) -> Self {
        Self { stop, ..self }
    }

    /// Tells `observer` what happens.
    #[must_use]
    pub const fn with_observer(self, observer: Observer<'a>) -> Self {
        Self { observer, ..self }
    }

    /// The memory that wrapping takes, besides what the process holds already: keys and one proof.
    #[must_use]
    pub const fn memory(profile: Profile) -> Memory {
        memory::of_wrap(profile)
    }

    /// Refuses to take more memory than this.
    ///
    /// # Errors
    /// If wrapping does.
    pub fn require(profile: Profile, memory: Memory) -> Result<(), WrapError> {
        let least = Self::memory(profile);
        if least <= memory { Ok(()) } else { Err(WrapError::Memory { profile, least, memory }) }
    }

    /// Wraps the proof of a batch.
    ///
    /// # Errors
    /// If the root is of another profile, the setup of another size, the work is stopped, or a proof system fails.
    pub fn wrap(&self, root: &Proof<Root>) -> Result<Proof<Wrapped>, WrapError> {
        let WrapKeys { profile, setup, .. } = self.keys;
        let got = root.envelope().profile;
        if got != *profile {
            return Err(WrapError::Profile { expected: *profile, got });
        }
        let built = self.step("the wrap's keys", || self.keys.built(), |took| Event::WrapBuilt { took })?;
        let prove = || Ok(built.wrap.last().prove(root.inner()).map_err(wrap::WrapError::from)?);
        let last = self.step("the last proof", prove, |took| Event::LastProved { took })?;
        let prove = || {
            let bytes = built.wrap.prove_last(setup, root.statement(), &last)?;
            let expected = furl_verifier::PROOF_BYTES;
            let part = furl_verifier::Part::Proof;
            let length = |_| WrapError::Native(furl_verifier::Error::Length { part, expected, got: bytes.len() });
            let bytes = bytes.as_slice().try_into().map_err(length)?;
            Proof::wrapped(*profile, &built.key, root.statement().clone(), bytes).map_err(WrapError::Native)
        };
        self.step("the wrap", prove, |took| Event::Wrapped { took })
    }

    /// Does a step unless it was told to stop, and tells of it.
    fn step<T>(
        &self,
        name: &'static str,
        work: impl FnOnce() -> Result<T, WrapError>,
        event: impl FnOnce(std::time::Duration) -> Event<'static>,
    ) -> Result<T, WrapError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(WrapError::Stopped(name));
        }
        let start = Instant::now();
        let done = contained(work).map_err(WrapError::Defect)??;
        (self.observer)(event(start.elapsed()));
        Ok(done)
    }
}
