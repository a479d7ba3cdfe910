//! `furl import`: token transfers of Ethereum as a state and a batch.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use furl_ledger::codec::json;
use furl_ledger::{Domain, Expiry, L1Address};
use serde::Serialize;

use crate::args::{Random, number};
use crate::exit::Failure;
use crate::files::{self, Access, FileError, Sink};
use crate::import::layout::{self, LAYOUTS, Layout};
use crate::import::report::Report as Counts;
use crate::import::rows::{self, Choice, TableError};
use crate::import::text::TextError;
use crate::import::{self, ImportError, Importing};
use crate::input::InputError;
use crate::output::Outcome;
use crate::places::Places;
use crate::progress::Stage;
use crate::show::Name;
use crate::source::{Source, lossily};

/// Make a state and a batch out of token transfers of Ethereum
///
/// Reads a table of token transfers or of transactions, as an exporter of Ethereum's data writes it, gzipped or not, and
/// makes DIR/state.json, DIR/transfers.jsonl and DIR/report.json. Every address gets a key of its own, derived from a
/// seed, and what it needs for a start. Amounts are counted in units of 10^k of each token's smallest, as small as 62
/// bits allow, and rounded down; the report says how much that dropped. Mints (from the zero address) become opening
/// balances, burns ordinary transfers; transactions move the token ether. Rows that repeat a transfer, transactions
/// that failed and rows without an amount are left out; rows out of order are kept as they stand; the report counts
/// them all. A malformed row is named by its line, and nothing is written.
///
/// One proof holds up to 124,416 transfers: divide a longer list by lines, and hand each part the state that the one before
/// left (furl prove --state-out).
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", layout::help()))]
pub(crate) struct Options {
    /// The table, with a header; or -
    table: Source,
    /// Read the table as the one of this name (--help lists them), instead of as the one that its header tells
    #[arg(long, value_name = "NAME", value_parser = named(), hide_possible_values = true)]
    format: Option<&'static Layout>,
    /// Refuse a table with rows that repeat a transfer, or that may, and with rows out of the order of the chain
    #[arg(long)]
    strict: bool,
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

const EXAMPLES: &str = "\
Examples:
  furl import examples/mainnet-17173049.csv --out run
  furl import table.csv --out run --seed 0x… --force
  furl import transactions.csv.gz --out run --strict
  furl import export.csv --format etherscan-token-transfers --out run";

/// Reads the name of a layout.
fn named() -> impl TypedValueParser<Value = &'static Layout> {
    let names = PossibleValuesParser::new(LAYOUTS.iter().map(|layout| layout.name));
    names.map(|name| Layout::named(&name).expect("it is one of the names"))
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(serialize_with = "lossily")]
    out: &'a Path,
    report: &'a Counts,
}

/// Says that a table was not read, or not understood.
fn unread(table: &Source, error: TableError) -> Failure {
    match error {
        TableError::Text(TextError::Io(error)) => table.unreadable()(error).into(),
        other => InputError::of(table)(ImportError::from(other)),
    }
}

/// The files, in the order in which they are written.
const FILES: [&str; 3] = ["state.json", "transfers.jsonl", "report.json"];

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.report)?;
        write!(f, "written to {}: {}", Name(self.out), FILES.join(", "))
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let Self { table, format, strict, out, domain, expiry, .. } = self;
        let options = import::Options {
            seed: self.random.seed()?,
            domain: domain.unwrap_or_else(|| Domain::of(1, &L1Address::default())),
            expiry: *expiry,
        };
        let stage = Stage::brief(format!("reading {table}"));
        let choice = Choice { layout: *format, is_strict: *strict };
        let rows = rows::read(table.open()?, choice).map_err(|error| unread(table, error))?;
        drop(stage);
        let report = self.write(Importing::new(rows, options))?;
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
