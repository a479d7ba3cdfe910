//! Measures leaves and prints tables.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use clap::{Args, Parser, Subcommand};
use furl_benches::measure::{Job, Measured};
use furl_benches::table;
use furl_prover::{LeafSize, Profile};

/// Measures what proving costs on this machine, and prints the tables of the documentation.
///
/// Each leaf is measured in a process of its own, with a full batch; each proof is verified before its time counts.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    report: ReportArguments,
}

#[derive(Subcommand)]
enum Command {
    /// Measures one leaf in this process, and prints JSON
    #[command(hide = true)]
    One { profile: Profile, size: u8, threads: NonZeroUsize, runs: NonZeroUsize },
}

/// The name of [`Command::One`].
const ONE: &str = "one";

#[derive(Args)]
struct ReportArguments {
    /// Binary logarithms of the rows of the leaves in profile fast
    #[arg(long, value_delimiter = ',', default_value = "13,14,15,16")]
    sizes: Vec<u8>,
    /// Binary logarithms of the rows of the leaves in profile proven, with the most threads
    #[arg(long, value_delimiter = ',', num_args = 0.., default_value = "16")]
    proven: Vec<u8>,
    /// Numbers of threads; one, and as many as there are cores, if not given
    #[arg(long, value_delimiter = ',')]
    threads: Vec<NonZeroUsize>,
    /// How many proofs are made of each leaf
    #[arg(long, default_value = "5")]
    runs: NonZeroUsize,
}

impl ReportArguments {
    /// What to measure, in the order of the report.
    fn jobs(&self) -> anyhow::Result<Vec<Job>> {
        let mut threads = self.threads.clone();
        if threads.is_empty() {
            threads = vec![NonZeroUsize::MIN, available_parallelism()?];
            threads.dedup();
        }
        let most = threads.iter().copied().max().unwrap_or(NonZeroUsize::MIN);
        let fast = threads.iter().flat_map(|threads| self.sizes.iter().map(|size| (Profile::Fast, *size, *threads)));
        let proven = self.proven.iter().map(|size| (Profile::Proven, *size, most));
        let job = |(profile, size, threads)| Ok(Job { profile, size: LeafSize::new(size)?, threads, runs: self.runs });
        fast.chain(proven).map(job).collect()
    }
}

fn main() -> anyhow::Result<()> {
    let Arguments { command, report } = Arguments::parse();
    if let Some(Command::One { profile, size, threads, runs }) = command {
        let job = Job { profile, size: LeafSize::new(size)?, threads, runs };
        println!("{}", serde_json::to_string(&job.measure()?)?);
        return Ok(());
    }
    let mut rows: Vec<(Job, Measured)> = Vec::new();
    for job in report.jobs()? {
        eprintln!("{} {} rows, {} threads, {} runs", job.profile, job.size, job.threads, job.runs);
        rows.push((job, job.measure_apart(ONE)?));
    }
    println!("{}; {} proofs a row, each verified.\n", table::machine(), report.runs);
    println!("{}", table::times(&rows));
    let largest = rows.iter().map(|(job, _)| job.size).max();
    rows.retain(|(job, _)| Some(job.size) == largest);
    print!("{}", table::shares(&rows));
    Ok(())
}
