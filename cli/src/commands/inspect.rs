//! `furl inspect`: what a proof claims.

use std::fmt;

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_ledger::{PieceStatement, Statement};
use furl_prover::Profile;
use furl_prover::proof::Claim;
use serde::Serialize;

use super::{Lines, PieceLines};
use crate::exit::Failure;
use crate::output::Outcome;
use crate::refusal;
use crate::source::Source;

/// Show the header and the statement of a proof, without verifying it
///
/// Quick, because no circuit is built. Nothing that is shown has been proved: anyone can write such a file.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  furl inspect batch.proof\n  furl inspect batch.proof --json | jq .statement.count"
)]
pub(crate) struct Options {
    /// The proof, or -
    proof: Source,
}

/// What is claimed, of a batch or of a piece of one.
#[derive(Serialize)]
#[serde(untagged)]
enum Claimed<'a> {
    Batch(&'a Statement),
    Piece(&'a PieceStatement),
}

impl<'a> From<&'a Claim> for Claimed<'a> {
    fn from(claim: &'a Claim) -> Self {
        match claim {
            Claim::Batch(statement) => Self::Batch(statement),
            Claim::Piece(statement) => Self::Piece(statement),
        }
    }
}

impl fmt::Display for Claimed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Batch(statement) => Lines(statement).fmt(f),
            Self::Piece(statement) => PieceLines(statement).fmt(f),
        }
    }
}

#[derive(Serialize)]
struct Report<'a> {
    verified: bool,
    proof: &'a Source,
    body_bytes: usize,
    profile: Profile,
    /// Which circuit it is of.
    circuit: String,
    key: KeyDigest,
    statement: Claimed<'a>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "NOT VERIFIED: this is what the file claims (furl verify tells whether it is true)")?;
        writeln!(f, "  proof      {} (body of {} bytes)", self.proof, self.body_bytes)?;
        writeln!(f, "  profile    {}", self.profile)?;
        writeln!(f, "  circuit    {}", self.circuit)?;
        writeln!(f, "  key        {}", self.key)?;
        write!(f, "{}", self.statement)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let envelope = refusal::envelope(&self.proof)?;
        Ok(Outcome::new(&Report {
            verified: false,
            proof: &self.proof,
            body_bytes: envelope.body_bytes(),
            profile: envelope.profile,
            circuit: envelope.circuit.to_string(),
            key: envelope.key,
            statement: (&envelope.claim).into(),
        }))
    }
}
