//! Where the time of a leaf's proof goes.

use std::num::NonZeroUsize;

use clap::Parser;
use furl_benches::world::World;
use furl_circuits::leaf_circuit::LeafCircuit;
use furl_engine::{Stage, Times};
use furl_prover::{LeafSize, Profile, schedule};

/// Proves full batches in one leaf, and prints what share of the time each part of the engine's work takes.
///
/// Each proof is verified before its time counts. How long a proof takes, `furl bench` tells.
#[derive(Parser)]
struct Arguments {
    /// Binary logarithm of the rows of the leaf
    #[arg(long, default_value = "16")]
    size: u8,
    /// Security profiles, a column each
    #[arg(long, value_delimiter = ',', default_value = "fast,proven")]
    profile: Vec<Profile>,
    /// How many threads work: as many as there are cores, if not given
    #[arg(long)]
    threads: Option<NonZeroUsize>,
    /// How many proofs are made in each profile
    #[arg(long, default_value = "3")]
    runs: NonZeroUsize,
}

impl Arguments {
    /// The times of all runs in a profile.
    fn measure(&self, profile: Profile) -> anyhow::Result<Times> {
        let size = LeafSize::new(self.size)?;
        let piece = World::default().trace(size.transfers() as u32)?.piece();
        let work = || {
            let circuit = LeafCircuit::build(profile, size);
            let mut times = Times::default();
            for _ in 0..self.runs.get() {
                let proof = furl_engine::prove_timed(circuit.data(), circuit.witness(&piece)?, &mut times)?;
                circuit.verify(piece.statement(), &proof)?;
            }
            Ok::<_, anyhow::Error>(times)
        };
        schedule::on(self.threads, work)?
    }
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let columns: Vec<(Profile, Times)> = (arguments.profile.iter())
        .map(|profile| Ok((*profile, arguments.measure(*profile)?)))
        .collect::<anyhow::Result<_>>()?;
    let profiles: String = columns.iter().map(|(profile, _)| format!(" {profile} |")).collect();
    println!("| stage, leaf of 2^{} rows |{profiles}", arguments.size);
    println!("|---|{}", "---|".repeat(columns.len()));
    for stage in Stage::ALL {
        let share = |times: &Times| format!(" {:.1}% |", 100.0 * times.of(stage).div_duration_f64(times.total()));
        println!("| {stage} |{}", columns.iter().map(|(_, times)| share(times)).collect::<String>());
    }
    Ok(())
}
