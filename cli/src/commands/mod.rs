//! # The commands
//!
//! One file a command. Each has its `Options`, which are its part of the command line, and its `Report`, which is all
//! that it says; between them stands `run`.

use std::fmt;

use clap::Subcommand;
use furl_ledger::{PieceStatement, Statement};

use crate::exit::Failure;
use crate::output::Outcome;

pub(crate) mod bench;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod deploy;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod keygen;
pub(crate) mod man;
pub(crate) mod prove;
pub(crate) mod sample;
pub(crate) mod security;
pub(crate) mod setup;
pub(crate) mod sign;
pub(crate) mod submit;
pub(crate) mod verify;
pub(crate) mod verify_deployment;
pub(crate) mod wrap;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Options),
    Keygen(keygen::Options),
    Sign(sign::Options),
    Import(import::Options),
    Sample(sample::Options),
    Prove(prove::Options),
    Wrap(wrap::Options),
    Verify(verify::Options),
    Inspect(inspect::Options),
    Export(export::Options),
    Setup(setup::Options),
    Deploy(deploy::Options),
    Submit(submit::Options),
    VerifyDeployment(verify_deployment::Options),
    Security(security::Options),
    Bench(bench::Options),
    Completions(completions::Options),
    Man(man::Options),
}

impl Command {
    /// Does it.
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        match self {
            Self::Demo(options) => options.run(),
            Self::Keygen(options) => options.run(),
            Self::Sign(options) => options.run(),
            Self::Import(options) => options.run(),
            Self::Sample(options) => options.run(),
            Self::Prove(options) => options.run(),
            Self::Wrap(options) => options.run(),
            Self::Verify(options) => options.run(),
            Self::Inspect(options) => options.run(),
            Self::Export(options) => options.run(),
            Self::Setup(options) => options.run(),
            Self::Deploy(options) => options.run(),
            Self::Submit(options) => options.run(),
            Self::VerifyDeployment(options) => options.run(),
            Self::Security(options) => options.run(),
            Self::Bench(options) => options.run(),
            Self::Completions(options) => options.run(),
            Self::Man(options) => options.run(),
        }
    }
}

/// A statement as lines of a report, indented by two.
struct Lines<'a>(&'a Statement);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Statement { version, domain, batch, old_root, new_root, count, fees, data_in, data_out } = self.0;
        writeln!(f, "  statement  version {version}, batch {batch}, {count} transfers")?;
        writeln!(f, "  old root   {old_root}")?;
        writeln!(f, "  new root   {new_root}")?;
        writeln!(f, "  domain     {domain} (separator)")?;
        writeln!(f, "  fees       {fees} (digest of the lanes)")?;
        writeln!(f, "  data in    {data_in}")?;
        write!(f, "  data out   {data_out}")
    }
}

/// The same for a piece of a batch.
struct PieceLines<'a>(&'a PieceStatement);

impl fmt::Display for PieceLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PieceStatement { version, domain, batch, old_root, new_root, count, fees_in, fees_out, data_in, data_out } =
            self.0;
        writeln!(f, "  statement  version {version}, batch {batch}, {count} transfers of it")?;
        writeln!(f, "  old root   {old_root}")?;
        writeln!(f, "  new root   {new_root}")?;
        writeln!(f, "  domain     {domain} (separator)")?;
        writeln!(f, "  fees in    {fees_in} (digest of the lanes and what they have collected)")?;
        writeln!(f, "  fees out   {fees_out} (the same; of the lanes alone after the last piece)")?;
        writeln!(f, "  data in    {data_in}")?;
        write!(f, "  data out   {data_out}")
    }
}
