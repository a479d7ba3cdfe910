//! `furl import`: token transfers of Ethereum as a state and a batch.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use furl_ledger::codec::json;
use furl_ledger::{Domain, Expiry, L1Address};
use serde::Serialize;

use crate::args::{Random, number};
use crate::exit::Failure;
use crate::files::{self, Access, FileError, Sink};
use crate::import::report::Report as Counts;
use crate::import::{self, Importing};
use crate::input::InputError;
use crate::output::Outcome;
use crate::places::Places;
use crate::progress::Stage;
use crate::show::Name;
use crate::source::{Source, lossily};

/// Make a state and a batch out of token transfers of Ethereum
///
/// Reads the table that `ethereumetl export_token_transfers` writes, and makes DIR/state.json, DIR/transfers.jsonl and
/// DIR/report.json. Every address gets a key of its own, derived from a seed, and what it needs for a start. Amounts
/// are counted in units of 10^k of each token's smallest, as small as 62 bits allow, and rounded down; the report says
/// how much that dropped. Mints (from the zero address) become opening balances, burns ordinary transfers. A malformed
/// row is named by its line, and nothing is written.
///
/// One proof holds up to 124,416 transfers: divide a longer list by lines, and hand each part the state that the one before
/// left (furl prove --state-out).
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl import examples/mainnet-17173049.csv --out run
  furl import table.csv --out run --seed 0x… --force")]
pub(crate) struct Options {
    /// The table: token_address,from_address,to_address,value,transaction_hash,log_index,block_number;
    /// or -
    table: Source,
    /// The directory to write to, made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    random: Random,
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
    #[serde(serialize_with = "lossily")]
    out: &'a Path,
    report: &'a Counts,
}

/// The files, in the order in which they are written.
const FILES: [&str; 3] = ["state.json", "transfers.jsonl", "report.json"];

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.report)?;
        write!(f, "written to {}: {}", Name(self.out), FILES.join(", "))
    }
}

/// No table is longer: some four million rows.
const MAX_TABLE_BYTES: usize = 1 << 30;

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let Self { table, out, domain, expiry, .. } = self;
        let options = import::Options {
            seed: self.random.seed()?,
            domain: domain.unwrap_or_else(|| Domain::of(1, &L1Address::default())),
            expiry: *expiry,
        };
        let stage = Stage::brief(format!("reading {table}"));
        let importing = Importing::new(&table.read(MAX_TABLE_BYTES)?, options).map_err(InputError::of(table))?;
        drop(stage);
        let report = self.write(importing)?;
        Ok(Outcome::new(&Report { out, report: &report }))
    }

    /// All files reach the disk before any gets its name. Transfers go there as they are signed.
    fn write(&self, mut importing: Importing) -> Result<Counts, Failure> {
        let uncreatable = |source| FileError::Uncreatable { path: self.out.clone(), source };
        fs::create_dir_all(&self.out).map_err(uncreatable)?;
        let mut places = Places::new([("TABLE", Some(&self.table))])?;
        let place = |name| places.output("--out", &Sink::File(self.out.join(name)), self.force);
        let [state, transfers, report] = FILES.map(place);
        let (state, report) = (state?, report?);
        let mut lines = transfers?.create(Access::Public)?;
        let stage = Stage::of("signing transfers", importing.rows());
        while let Some(row) = importing.next_row() {
            if let Some(signed) = row.map_err(InputError::of(&self.table))? {
                lines.line(&json::encode_line(&signed))?;
            }
            stage.advance();
        }
        drop(stage);
        let import = importing.finish();
        let state = state.stage(import.state.to_json().as_bytes(), Access::Public)?;
        let report = report.stage(import.report.to_json().as_bytes(), Access::Public)?;
        files::commit([state, lines.stage()?, report])?;
        Ok(import.report)
    }
}
