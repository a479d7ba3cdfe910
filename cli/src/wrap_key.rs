//! # The key of wrapped proofs, on the command line
//!
//! | given | the key is | who answers for it |
//! |---|---|---|
//! | `--key FILE` | read | whoever gives it |
//! | `--setup FILE` | built from this program's circuits under the setup | whoever trusts the setup |
//! | neither | the committed one under the development setup | nobody: **INSECURE** |

use std::fmt;

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_prover::{Profile, WrapKey};
use furl_wrap::setup::Origin;
use furl_wrap::wrap;
use serde::Serialize;

use crate::exit::Failure;
use crate::input::InputError;
use crate::progress::Stage;
use crate::setup::{SetupHash, SetupOptions};
use crate::source::Source;

/// Which key.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Key of wrapped proofs")]
pub(crate) struct KeyOptions {
    /// The key, what furl export vk has written, or -. You answer for it: build it yourself, or compare its hash [default:
    /// that of the INSECURE development setup]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["setup", "setup_hash", "insecure_dev"])]
    pub(crate) key: Option<Source>,
    #[command(flatten)]
    pub(crate) setup: SetupOptions,
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
            KeyFrom::File => "read: whoever gave it answers for it",
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

    /// The key of a profile, and what is to be said of it.
    pub(crate) fn load(&self, profile: Profile) -> Result<(WrapKey, KeyReport), Failure> {
        let (key, key_from, setup_hash) = match (&self.key, &self.setup.setup) {
            (Some(input), _) => (read(input)?, KeyFrom::File, None),
            (None, None) if self.setup.trust.setup_hash.is_none() => {
                (WrapKey::insecure_dev(profile), KeyFrom::Committed, None)
            }
            (None, _) => {
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
}

/// Reads a key.
fn read(input: &Source) -> Result<WrapKey, Failure> {
    WrapKey::parse(&input.read_one_more(WrapKey::BYTES)?).map_err(InputError::of(input))
}
