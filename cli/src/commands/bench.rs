//! `furl bench`: how fast this machine proves.

use std::fmt;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use furl_prover::{LeafSize, Profile};
use serde::{Serialize, Serializer};

use crate::args::{self, Threads};
use crate::bench::export::Format;
use crate::bench::leaf::LeafBatch;
use crate::bench::plot;
use crate::bench::report::Report;
use crate::bench::run::{Laps, measure};
use crate::exit::Failure;
use crate::files::{self, Access, Destination};
use crate::input::InputError;
use crate::output::{Outcome, progress};

/// No report is longer: a thousand cases have less.
const MAX_REPORT_BYTES: usize = 1 << 20;

/// Measure executing, building, proving and verifying on this machine
///
/// Full batches of every leaf (60, 124, 252 and 512 transfers), or what --transfers or --leaf name, each proved --runs
/// times. Every proof is verified; if one is false, there is an error and no figure. docs/benchmarks.md says what the
/// figures mean. With --json the report is --format json.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl bench --quick                                 # less than a minute
  furl bench --profile proven --threads 1 --json > report.json
  furl bench --transfers 100,200,400 --plot plot.svg
  furl bench --from report.json --format markdown    # measures nothing")]
pub(crate) struct Options {
    /// Only a full batch of the smallest leaf
    #[arg(long, conflicts_with_all = ["transfers", "leaf"])]
    quick: bool,
    /// How many proofs are made of each batch
    #[arg(long, value_name = "N", default_value = "3")]
    runs: NonZeroU32,
    /// Batches of so many transfers, each in the smallest leaf that holds it
    #[arg(long, value_name = "N[,N...]", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..))]
    transfers: Vec<u32>,
    /// Full batches of leaves with so many rows, as powers of two
    #[arg(long, value_name = "BITS[,BITS...]", value_delimiter = ',', value_parser = args::leaf, conflicts_with = "transfers")]
    leaf: Vec<LeafSize>,
    /// The security profile
    #[arg(long, default_value = "fast", value_parser = args::profile())]
    profile: Profile,
    #[command(flatten)]
    threads: Threads,
    /// Take the figures from a report stored with --json; nothing is measured, so --profile and --threads have no effect
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "runs", "transfers", "leaf"])]
    from: Option<PathBuf>,
    /// The form of the report
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Draw throughput and stages to this SVG file
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Replace the drawing if it exists
    #[arg(long)]
    force: bool,
}

/// A report in the form that is asked for; as JSON, always the whole report.
struct Formatted<'a> {
    report: &'a Report,
    format: Format,
}

impl fmt::Display for Formatted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format.export(self.report))
    }
}

impl Serialize for Formatted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.report.serialize(serializer)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let drawing = self.plot.as_ref().map(|path| Destination::new(path, self.force)).transpose()?;
        match &self.from {
            Some(path) => self.finish(&read(path)?, drawing),
            None => {
                let sizes = self.sizes()?;
                self.threads.run(|| self.finish(&self.measure(&sizes)?, drawing))
            }
        }
    }

    /// The numbers of transfers to measure, each once, rising: a process has one memory peak, which then is that of the
    /// case just measured.
    fn sizes(&self) -> Result<Vec<usize>, Failure> {
        let leaves = match &self.leaf[..] {
            [] if self.quick => &[LeafSize::SMALLEST][..],
            [] => &LeafSize::ALL,
            leaves => leaves,
        };
        let mut sizes: Vec<usize> = match &self.transfers[..] {
            [] => leaves.iter().map(|leaf| leaf.transfers()).collect(),
            transfers => transfers.iter().map(|transfers| *transfers as usize).collect(),
        };
        sizes.sort_unstable();
        sizes.dedup();
        sizes.iter().try_for_each(|transfers| LeafBatch::leaf(self.profile, *transfers).map(drop))?;
        Ok(sizes)
    }

    fn measure(&self, sizes: &[usize]) -> Result<Report, Failure> {
        let cases = sizes.iter().map(|transfers| {
            let mut made = Laps::default();
            let batch = LeafBatch::new(self.profile, *transfers, &mut made)?;
            measure(&batch, &made, self.runs)
        });
        let cases = cases.collect::<Result<_, Failure>>()?;
        Ok(Report::new(self.profile, cases))
    }

    fn finish(&self, report: &Report, drawing: Option<Destination>) -> Result<Outcome, Failure> {
        if let Some(place) = drawing {
            let path = place.path().to_owned();
            place.stage(plot::draw(report)?.as_bytes(), Access::Public)?.commit()?;
            progress(format_args!("drawn: {}", path.display()));
        }
        Ok(Outcome::new(&Formatted { report, format: self.format }))
    }
}

/// Reads a stored report.
fn read(path: &Path) -> Result<Report, Failure> {
    let bytes = files::read_at_most(path, MAX_REPORT_BYTES)?;
    Report::from_json(&bytes).map_err(InputError::of(path))
}
