//! `furl setup`: a universal setup, checked and written in Furl's format.

use std::fmt;

use clap::Args;
use furl_prover::Profile;
use furl_wrap::setup::{MAX_K, Origin, Setup};
use furl_wrap::wrap;
use serde::Serialize;

use crate::args::{self, Threads};
use crate::exit::Failure;
use crate::files::{Access, Destination, FileError, Sink};
use crate::output::Outcome;
use crate::places::Places;
use crate::setup::{self, SetupHash, Trust};
use crate::source::Source;

/// Check a universal setup, and write it in Furl's format
///
/// Keys of the wrap are made with a setup, the powers of a secret that nobody may know. It is read from the .ptau file of
/// a ceremony, from halo2's raw parameters or from a file of Furl's, and every point of it is checked. What it has to be
/// is named besides: a .ptau file that is pinned needs no word, any other the hash of its setup. A setup that is written
/// here is read quickly, and named by its hash from then on.
///
/// With --insecure-dev and no file it is the development setup. Its secret is published: keys made with it are the same
/// everywhere, and proofs under them prove nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl setup powersOfTau28_hez_final_20.ptau --out proven.kzg
  furl setup params-19.bin --setup-hash 0x… --out proven.kzg
  furl setup proven.kzg --setup-hash 0x…               # only checks
  furl setup --insecure-dev --profile fast --out INSECURE.kzg")]
pub(crate) struct Options {
    /// The setup to read, or -
    #[arg(required_unless_present = "insecure_dev")]
    input: Option<Source>,
    #[command(flatten)]
    trust: Trust,
    /// Take the setup of the size that this profile's wrap has
    #[arg(long, env = "FURL_PROFILE", default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    /// Take the setup of 2^K powers instead
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_K)))]
    k: Option<u32>,
    /// The file to write, or - [default: only check]
    #[arg(long, value_name = "FILE")]
    out: Option<Sink>,
    #[command(flatten)]
    threads: Threads,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    input: Option<&'a Source>,
    out: Option<&'a Sink>,
    k: u32,
    hash: SetupHash,
    insecure: bool,
    /// What was found in the file.
    found: String,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.insecure {
            true => writeln!(f, "INSECURE: the secret of this setup is published, and proofs under it prove nothing")?,
            false => writeln!(f, "a ceremony's setup, as far as its points tell: all checks hold")?,
        }
        writeln!(f, "  k          {} (2^{} powers)", self.k, self.k)?;
        write!(f, "  hash       {}", self.hash)?;
        if let Some(input) = self.input {
            write!(f, "\n  read       {input}: {}", self.found)?;
        }
        self.out.map_or(Ok(()), |out| write!(f, "\n  written    {out}"))
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut places = Places::new([("INPUT", self.input.as_ref())])?;
        let destination = self.out.as_ref().map(|out| places.output("--out", out, self.force)).transpose()?;
        self.threads.run(|| {
            let k = self.k.unwrap_or_else(|| wrap::k(self.profile));
            let (setup, found) = match &self.input {
                Some(input) => self.trust.read(input, Some(k))?,
                None => setup::insecure_dev(k).map(|setup| {
                    let found = setup.to_string();
                    (setup, found)
                })?,
            };
            destination.map_or(Ok(()), |destination| write(destination, &setup))?;
            Ok(self.report(&setup, found))
        })
    }

    fn report(&self, setup: &Setup, found: String) -> Outcome {
        let outcome = Outcome::new(&Report {
            input: self.input.as_ref(),
            out: self.out.as_ref(),
            k: setup.k(),
            hash: SetupHash(setup.hash()),
            insecure: setup.origin() == Origin::InsecureDev,
            found,
        });
        outcome.aside(self.out == Some(Sink::Stdout))
    }
}

/// Tens of megabytes, written as they come.
fn write(destination: Destination, setup: &Setup) -> Result<(), FileError> {
    let mut out = destination.create(Access::Public)?;
    out.fill(|file| setup.write(file))?;
    out.stage()?.commit()
}
