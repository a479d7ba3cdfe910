//! # The universal setup, on the command line
//!
//! A setup is read from a file and has to be the one that is wanted: of a pinned ceremony, or of
//! the hash that is named. The development setup takes seconds to make and is **INSECURE**: proofs
//! under it prove nothing. It is taken only if `--insecure-dev` says so, never because nothing is
//! said.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use furl_ledger::encoding::to_hex;
use furl_wrap::setup::{Candidate, Curve, Expect, Setup, SetupError, TrustError};
use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::exit::{Defect, Exit, Failure, NoMemory};
use crate::progress::Stage;
use crate::source::Source;

/// Which setup.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Setup")]
pub(crate) struct SetupOptions {
    /// The universal setup: a .ptau file, halo2's raw parameters, or what furl setup has written; or -
    #[arg(long, value_name = "FILE")]
    pub(crate) setup: Option<Source>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// What a setup has to be.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Setup")]
pub(crate) struct Trust {
    /// The hash that the setup has to have; not needed for a .ptau file that is pinned. furl setup tells the hash
    #[arg(long, value_name = "HEX")]
    pub(crate) setup_hash: Option<SetupHash>,
    /// Take the INSECURE development setup, for trials: anybody can forge proofs under it
    #[arg(long, conflicts_with = "setup_hash")]
    pub(crate) insecure_dev: bool,
}

impl Trust {
    fn expect(self) -> Expect {
        match self.setup_hash {
            Some(SetupHash(hash)) => Expect::Hash(hash),
            None if self.insecure_dev => Expect::InsecureDev,
            None => Expect::Pinned,
        }
    }

    /// Reads the setup of size 2^k, or of the file's own, from a file.
    pub(crate) fn read(self, input: &Source, k: Option<u32>) -> Result<(Setup, String), Failure> {
        let stage = Stage::brief(format!("reading and checking {input}"));
        let refusal = |source: SetupError| BadSetup { input: input.clone(), source: Box::new(source) };
        let candidate = Candidate::read(input.open()?, k).map_err(refusal)?;
        let told = candidate.to_string();
        let setup = candidate.require(self.expect()).map_err(|error| refusal(error.into()))?;
        drop(stage);
        Ok((setup, told))
    }
}

impl SetupOptions {
    /// The development setup, made anew.
    pub(crate) const fn insecure_dev() -> Self {
        Self { setup: None, trust: Trust { setup_hash: None, insecure_dev: true } }
    }

    /// Whether anything is said of a setup.
    pub(crate) const fn is_given(&self) -> bool {
        self.setup.is_some() || self.trust.setup_hash.is_some() || self.trust.insecure_dev
    }

    /// Demands that some setup is named.
    ///
    /// # Errors
    /// None is, or only the hash of one.
    pub(crate) fn named(&self) -> Result<(), NoSetup> {
        match (&self.setup, self.trust) {
            (Some(_), _) | (None, Trust { insecure_dev: true, .. }) => Ok(()),
            (None, Trust { setup_hash: Some(_), .. }) => Err(NoSetup::HashAlone),
            (None, Trust { setup_hash: None, .. }) => Err(NoSetup::Unnamed),
        }
    }

    /// The setup of size 2^k.
    pub(crate) fn load(&self, k: u32) -> Result<Setup, Failure> {
        self.named()?;
        match &self.setup {
            Some(input) => Ok(self.trust.read(input, Some(k))?.0),
            None => insecure_dev(k),
        }
    }
}

/// The development setup of size 2^k.
pub(crate) fn insecure_dev(k: u32) -> Result<Setup, Failure> {
    let stage = Stage::brief("making the INSECURE development setup");
    let setup = Setup::insecure_dev(k).map_err(|source| match source {
        SetupError::Memory { .. } => NoMemory::of(format!("the development setup of 2^{k} powers")).into(),
        source => Failure::Defect(Defect(format!("no development setup of size {k}: {source}"))),
    });
    drop(stage);
    setup
}

/// No setup is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum NoSetup {
    /// Nothing is said of one.
    #[error("no setup is named: expected --setup FILE or, for trials, --insecure-dev")]
    Unnamed,
    /// A hash is, without the file that should have it.
    #[error("--setup-hash names what a file has to be: expected --setup FILE too")]
    HashAlone,
}

/// A setup's hash; with or without `0x`, since messages of other programs have it without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SetupHash(pub(crate) [u8; 32]);

impl FromStr for SetupHash {
    type Err = furl_ledger::encoding::HexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let prefixed = if text.starts_with("0x") { text.to_owned() } else { format!("0x{text}") };
        furl_ledger::encoding::from_hex(&prefixed).map(Self)
    }
}

impl fmt::Display for SetupHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl Serialize for SetupHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A file that is no setup, or not the one that is wanted.
#[derive(Debug, Error)]
#[error("{input} {}", .source.verdict())]
pub(crate) struct BadSetup {
    input: Source,
    source: Box<SetupError>,
}

/// What is said of a file in one word.
trait Verdict {
    fn verdict(&self) -> &'static str;
}

impl Verdict for SetupError {
    fn verdict(&self) -> &'static str {
        match self {
            Self::Io(_) => "cannot be read",
            Self::Randomness(_) => "cannot be checked",
            Self::Memory { .. } => "is too large for the memory there is",
            Self::Trust(_) => "is a setup, and NOT TRUSTED",
            Self::TooSmall { .. } => "is a setup, and too small",
            Self::Curve(Curve::Bls12381) => "is a setup of another curve",
            _ => "is malformed: not a setup",
        }
    }
}

impl BadSetup {
    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match *self.source {
            SetupError::Io(_) => Exit::Unreadable,
            SetupError::Randomness(_) | SetupError::Memory { .. } => Exit::System,
            SetupError::Trust(TrustError::Hash { .. } | TrustError::NotPinned { .. })
            | SetupError::Trust(TrustError::Insecure | TrustError::NotInsecure)
            | SetupError::TooSmall { .. }
            | SetupError::Curve(Curve::Bls12381) => Exit::Refused,
            _ => Exit::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_in_both_spellings() {
        let digits = "0f".repeat(32);
        let hash = SetupHash([15; 32]);
        assert_eq!((digits.parse(), format!("0x{digits}").parse()), (Ok(hash), Ok(hash)));
        assert_eq!(hash.to_string(), format!("0x{digits}"));
        assert!(digits[2..].parse::<SetupHash>().is_err());
    }
}
