//! `furl bench`: how fast this machine proves.

use std::fmt;
use std::num::NonZeroU32;

use clap::Args;
use furl_prover::{LeafSize, Profile};
use serde::{Serialize, Serializer};

use crate::args::{self, Allowance, Threads};
use crate::bench::export::Format;
use crate::bench::leaf::LeafBatch;
use crate::bench::plot;
use crate::bench::report::Report;
use crate::bench::run::{Laps, measure};
use crate::bench::tree::TreeBatch;
use crate::exit::Failure;
use crate::files::{self, Access, Destination, Sink};
use crate::input::InputError;
use crate::output::{Outcome, progress};
use crate::places::Places;
use crate::source::Source;

/// Transfers of the batches that are measured unless others are named.
const SIZES: [usize; 3] = [60, 512, 1_000];
/// No report is longer: a thousand cases have less.
const MAX_REPORT_BYTES: usize = 1 << 20;

/// Measure executing, building, proving and verifying on this machine
///
/// Whole batches of 60, 512 and 1,000 transfers, or of as many as --transfers names, leaves, tree and root, each proved
/// --runs times; or with --leaf full leaves alone. Every proof is verified; if one is false, there is an error and no figure. docs/benchmarks.md says what the
/// figures mean. With --json the report is --format json.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl bench --quick                                 # less than a minute
  furl bench --profile proven --threads 1 --json > report.json
  furl bench --transfers 100,200,400 --plot plot.svg
  furl bench --from report.json --format markdown    # measures nothing")]
pub(crate) struct Options {
    /// Only a batch of 60 transfers, one small leaf
    #[arg(long, conflicts_with_all = ["transfers", "leaf"])]
    quick: bool,
    /// How many proofs are made of each batch
    #[arg(long, value_name = "N", default_value = "3")]
    runs: NonZeroU32,
    /// Batches of so many transfers
    #[arg(long, value_name = "N[,N...]", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..))]
    transfers: Vec<u32>,
    /// Full leaves of so many rows, as powers of two, without a tree
    #[arg(long, value_name = "BITS[,BITS...]", value_delimiter = ',', value_parser = args::leaf, conflicts_with = "transfers")]
    leaf: Vec<LeafSize>,
    /// The security profile
    #[arg(long, default_value = "fast", value_parser = args::profile())]
    profile: Profile,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    allowance: Allowance,
    /// Take the figures from a report stored with --json; nothing is measured, so --profile and --threads have no effect
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "runs", "transfers", "leaf"])]
    from: Option<Source>,
    /// The form of the report
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Draw throughput and stages to this SVG file
    #[arg(long, value_name = "FILE")]
    plot: Option<Sink>,
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
        let mut places = Places::new([("--from", self.from.as_ref())])?;
        let drawing = self.plot.as_ref().map(|sink| places.output("--plot", sink, self.force)).transpose()?;
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
        let mut sizes: Vec<usize> = match &self.transfers[..] {
            [] if self.quick => SIZES[..1].to_vec(),
            [] => SIZES.to_vec(),
            transfers => transfers.iter().map(|transfers| *transfers as usize).collect(),
        };
        sizes.sort_unstable();
        sizes.dedup();
        let Self { profile, allowance, .. } = self;
        sizes.iter().try_for_each(|transfers| TreeBatch::check(*profile, allowance.memory(), *transfers))?;
        Ok(sizes)
    }

    fn measure(&self, sizes: &[usize]) -> Result<Report, Failure> {
        let Self { profile, allowance, runs, .. } = self;
        let mut leaves = self.leaf.clone();
        leaves.sort_unstable();
        leaves.dedup();
        let leaf = |size: &LeafSize| {
            let mut made = Laps::default();
            let batch = LeafBatch::new(*profile, *size, size.transfers(), &mut made);
            measure(&batch, &made, *runs)
        };
        let tree = |transfers: &usize| {
            let mut made = Laps::default();
            let batch = TreeBatch::new(*profile, allowance.memory(), *transfers, &mut made)?;
            measure(&batch, &made, *runs)
        };
        let cases: Result<_, Failure> =
            if leaves.is_empty() { sizes.iter().map(tree).collect() } else { leaves.iter().map(leaf).collect() };
        Ok(Report::new(*profile, cases?))
    }

    fn finish(&self, report: &Report, drawing: Option<Destination>) -> Result<Outcome, Failure> {
        if let Some((place, sink)) = drawing.zip(self.plot.as_ref()) {
            files::commit([place.stage(plot::draw(report)?.as_bytes(), Access::Public)?])?;
            progress(format_args!("drawn: {sink}"));
        }
        Ok(Outcome::new(&Formatted { report, format: self.format }))
    }
}

/// Reads a stored report.
fn read(input: &Source) -> Result<Report, Failure> {
    let bytes = input.read(MAX_REPORT_BYTES)?;
    Report::from_json(&bytes).map_err(InputError::of(input))
}
