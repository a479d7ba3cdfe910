//! `furl security`: what a proof is worth, computed from the parameters of every layer.

use std::fmt;

use clap::Args;
use furl_circuits::pins::KeyDigest;
use furl_circuits::root::{self, RootVerifier};
use furl_circuits::security::{self, Report as Bits};
use furl_prover::{LeafSize, Profile};
use serde::Serialize;

use crate::args;
use crate::exit::{Defect, Failure};
use crate::output::Outcome;

/// Compute the proven bits of each profile, term by term
///
/// A batch is as safe as its weakest layer: leaves, nodes, and the circuits up to the root. The figures come from the
/// circuits' own parameters. A profile that falls below its promise is a defect, and ends with its exit code.
/// A release relies on the bits of "system"; a newer theorem's stand beside them, as DKT.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  furl security\n  furl security --profile proven --json")]
pub(crate) struct Options {
    /// One profile only
    #[arg(long, env = "FURL_PROFILE", value_parser = args::profile())]
    profile: Option<Profile>,
    /// The leaves: 2^N rows, N from 13 to 16
    #[arg(long, value_name = "N", default_value = "16", value_parser = args::leaf)]
    leaf: LeafSize,
}

#[derive(Serialize)]
struct Report {
    profiles: Vec<Promise>,
}

/// A profile's promise, and what it is held against.
#[derive(Serialize)]
struct Promise {
    profile: Profile,
    promised_bits: f64,
    leaf_rows: u8,
    key: KeyDigest,
    report: Bits,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, promise) in self.profiles.iter().enumerate() {
            let gap = if number == 0 { "" } else { "\n\n" };
            let Promise { profile, promised_bits, leaf_rows, key, report } = promise;
            writeln!(f, "{gap}profile {profile}: at least {promised_bits} proven bits promised, and kept")?;
            writeln!(f, "key {key} (root; leaves of 2^{leaf_rows} rows)")?;
            write!(f, "{report}")?;
        }
        Ok(())
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let chosen = Profile::ALL.into_iter().filter(|profile| self.profile.is_none_or(|one| one == *profile));
        let profiles = chosen.map(|profile| promise(profile, self.leaf)).collect::<Result<_, _>>();
        Ok(Outcome::new(&Report { profiles: profiles.map_err(Failure::Defect)? }))
    }
}

fn promise(profile: Profile, size: LeafSize) -> Result<Promise, Defect> {
    let layers = root::layers(profile, size).map_err(|error| Defect(error.to_string()))?;
    let report = Bits::new(layers);
    let promised_bits = profile.floor_bits();
    security::require(&report, promised_bits).map_err(|error| Defect(error.to_string()))?;
    Ok(Promise {
        profile,
        promised_bits,
        leaf_rows: size.bits(),
        key: RootVerifier::committed(profile).digest(),
        report,
    })
}
