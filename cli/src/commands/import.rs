//! `furl import`: token transfers of Ethereum as a state and a batch.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use furl_ledger::codec::json;
use furl_ledger::{Domain, Expiry, L1Address};
use serde::Serialize;

use crate::args::number;
use crate::exit::Failure;
use crate::files::{self, Access, Destination, FileError};
use crate::import::report::Report as Counts;
use crate::import::{self, Import};
use crate::input::InputError;
use crate::output::Outcome;
use crate::seed::Seed;

/// Make a state and a batch out of token transfers of Ethereum
///
/// Reads the table that `ethereumetl export_token_transfers` writes, and makes DIR/state.json, DIR/transfers.jsonl and
/// DIR/report.json. Every address gets a key of its own, derived from a seed, and what it needs for a start. Amounts
/// are counted in units of 10^k of each token's smallest, as small as 62 bits allow, and rounded down; the report says
/// how much that dropped. Mints (from the zero address) become opening balances, burns ordinary transfers. A malformed
/// row is named by its line, and nothing is written.
///
/// One proof holds 512 transfers: divide a longer list by lines, and hand each part the state that the one before
/// left (furl prove --state-out).
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl import examples/mainnet-17173049.csv --out run
  furl import table.csv --out run --seed 0x… --force")]
pub(crate) struct Options {
    /// The table: token_address,from_address,to_address,value,transaction_hash,log_index,block_number
    table: PathBuf,
    /// The directory to write to, made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Derive the keys from these 32 bytes (0x and 64 digits): the same keys, and so the same files, every time
    #[arg(long, value_name = "HEX")]
    seed: Option<Seed>,
    /// The deployment that the transfers are signed for [default: that of chain 1 and the zero address]
    #[arg(long, value_name = "HEX")]
    domain: Option<Domain>,
    /// The last batch in which the transfers are valid
    #[arg(long, value_name = "N", default_value_t = Expiry::MAX, value_parser = number::<Expiry>)]
    expiry: Expiry,
    /// Replace the files if they exist
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    out: &'a Path,
    report: &'a Counts,
}

/// The files, in the order in which they are written.
const FILES: [&str; 3] = ["state.json", "transfers.jsonl", "report.json"];

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.report)?;
        write!(f, "written to {}: {}", self.out.display(), FILES.join(", "))
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let Self { table, out, domain, expiry, .. } = self;
        let options = import::Options {
            seed: Seed::or_random(self.seed.clone())?,
            domain: domain.unwrap_or_else(|| Domain::of(1, &L1Address::default())),
            expiry: *expiry,
        };
        let imported = import::import(&files::read(table)?, &options).map_err(InputError::of(table))?;
        self.write(&imported)?;
        Ok(Outcome::new(&Report { out, report: &imported.report }))
    }

    /// All files reach the disk before any gets its name.
    fn write(&self, Import { state, transfers, report }: &Import) -> Result<(), Failure> {
        let uncreatable = |source| FileError::Uncreatable { path: self.out.clone(), source };
        fs::create_dir_all(&self.out).map_err(uncreatable)?;
        let contents = [state.to_json(), json::encode(transfers), report.to_json()];
        let places = FILES.map(|name| Destination::new(&self.out.join(name), self.force));
        let mut staged = Vec::with_capacity(FILES.len());
        for (place, content) in places.into_iter().zip(contents) {
            staged.push(place?.stage(content.as_bytes(), Access::Public)?);
        }
        staged.into_iter().try_for_each(|file| Ok(file.commit()?))
    }
}
