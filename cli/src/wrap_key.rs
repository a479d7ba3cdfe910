//! # The key of wrapped proofs, on the command line
//!
//! | given | the key is | who answers for it |
//! |---|---|---|
//! | `--key FILE` | read | the caller, who gives it |
//! | `--setup FILE` | built from this program's circuits under the setup | the caller, who trusts the setup |
//! | `--insecure-dev` | the committed one under the development setup | nobody: **INSECURE** |
//!
//! Nothing else chooses a key: without one of these there is none, whatever a proof says of itself.
//! A key of the development setup needs the word `--insecure-dev` wherever it comes from.

use std::fmt;

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_prover::{Profile, WrapKey};
use furl_wrap::setup::Origin;
use furl_wrap::wrap;
use serde::Serialize;
use thiserror::Error;

use crate::exit::{Exit, Failure};
use crate::input::InputError;
use crate::progress::Stage;
use crate::setup::{SetupHash, SetupOptions};
use crate::source::Source;

/// Which key.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Key of wrapped proofs")]
pub(crate) struct KeyOptions {
    /// The key, what furl export vk has written, or -. You answer for it: build it yourself, or compare its hash
    #[arg(long, value_name = "FILE", conflicts_with_all = ["setup", "setup_hash"])]
    pub(crate) key: Option<Source>,
    #[command(flatten)]
    pub(crate) setup: SetupOptions,
}

/// Why there is no key.
#[derive(Clone, Debug, Error)]
pub(crate) enum KeyError {
    /// Nothing says which.
    #[error("no key is named: expected --key FILE, --setup FILE or, for trials, --insecure-dev")]
    Unnamed,
    /// A root is wanted, which has a committed key.
    #[error("--stage root is verified by a committed key: expected no --key, --setup or --insecure-dev")]
    NeedsNone,
    /// Anybody can forge proofs for it, and nothing says that this is meant.
    #[error("the key of {input} is refused: it is INSECURE")]
    Insecure {
        /// The file.
        input: Source,
        /// How to say that it is meant.
        source: SayIt,
    },
    /// The development setup's key is wanted, and this is another.
    #[error("the key of {0} is not of the INSECURE development setup, which --insecure-dev asks for")]
    NotInsecure(Source),
}

/// How to say that an INSECURE key is meant.
#[derive(Clone, Copy, Debug, Error)]
#[error("the development setup's secret is published, so anybody can forge; for trials, say --insecure-dev")]
pub(crate) struct SayIt;

impl KeyError {
    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Unnamed | Self::NeedsNone => Exit::Usage,
            Self::Insecure { .. } => Exit::Unsafe,
            Self::NotInsecure(_) => Exit::Refused,
        }
    }
}

/// Where a key is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum KeyFrom {
    File,
    Setup,
    Committed,
}

/// What is said of a key.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct KeyReport {
    key: KeyDigest,
    key_from: KeyFrom,
    pub(crate) insecure: bool,
    setup_hash: Option<SetupHash>,
}

impl fmt::Display for KeyReport {
    /// Two lines of a report.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = match self.key_from {
            KeyFrom::File => "read: who gave it answers for it",
            KeyFrom::Setup => "built from source under the setup",
            KeyFrom::Committed => "committed, for development",
        };
        writeln!(f, "  key        {} ({from})", self.key)?;
        match (self.insecure, self.setup_hash) {
            (true, _) => write!(f, "  setup      INSECURE: its secret is published, and anybody can forge this proof"),
            (false, Some(hash)) => write!(f, "  setup      hash {hash}"),
            (false, None) => write!(f, "  setup      the key's own; not the development setup"),
        }
    }
}

impl KeyOptions {
    /// Whether anything is said of a key.
    pub(crate) const fn is_given(&self) -> bool {
        self.key.is_some() || self.setup.is_given()
    }

    /// Demands that some key is named.
    ///
    /// # Errors
    /// None is.
    pub(crate) fn named(&self) -> Result<(), Failure> {
        if !self.is_given() {
            return Err(KeyError::Unnamed.into());
        }
        if self.key.is_none() {
            self.setup.named()?;
        }
        Ok(())
    }

    /// The key of a profile, and what is to be said of it.
    pub(crate) fn load(&self, profile: Profile) -> Result<(WrapKey, KeyReport), Failure> {
        self.named()?;
        let (key, key_from, setup_hash) = match (&self.key, &self.setup.setup) {
            (Some(input), _) => (self.read(input)?, KeyFrom::File, None),
            (None, None) => (WrapKey::insecure_dev(profile), KeyFrom::Committed, None),
            (None, Some(_)) => {
                let setup = self.setup.load(wrap::k(profile))?;
                let stage = Stage::brief("building the key");
                let key = WrapKey::build(profile, &setup).map_err(Failure::Wrap)?;
                drop(stage);
                (key, KeyFrom::Setup, Some(SetupHash(setup.hash())))
            }
        };
        let insecure = key.origin() == Origin::InsecureDev;
        if insecure {
            tracing::warn!("INSECURE: this key is of the development setup, and anybody can forge proofs for it");
        }
        let report = KeyReport { key: key.hash(), key_from, insecure, setup_hash };
        Ok((key, report))
    }

    /// Reads a key, which is of the development setup exactly if that is meant.
    fn read(&self, input: &Source) -> Result<WrapKey, Failure> {
        let key = WrapKey::parse(&input.read_one_more(WrapKey::BYTES)?).map_err(InputError::of(input))?;
        match (key.origin(), self.setup.trust.insecure_dev) {
            (Origin::InsecureDev, false) => Err(KeyError::Insecure { input: input.clone(), source: SayIt }.into()),
            (Origin::Ceremony, true) => Err(KeyError::NotInsecure(input.clone()).into()),
            (Origin::InsecureDev, true) | (Origin::Ceremony, false) => Ok(key),
        }
    }
}
