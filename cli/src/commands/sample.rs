//! `furl sample`: made-up traffic, to try things out with.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use furl_ledger::codec::json;
use furl_ledger::{Domain, SignedTransfer, SlotIndex, State};
use serde::Serialize;

use crate::args::Random;
use crate::exit::Failure;
use crate::files::{self, Access, Destination, FileError, Sink, Writing};
use crate::import::layout::HEADER;
use crate::key_file;
use crate::output::Outcome;
use crate::places::Places;
use crate::progress::Stage;
use crate::sample::{Order, Town, account_address, token_address};
use crate::seed::Seed;
use crate::show::Name;
use crate::source::lossily;

/// Make up accounts and transfers, in every form that the other commands take
///
/// Writes DIR/state.json, a slot for each account and token, and one list of transfers in three forms:
/// DIR/transfers.jsonl is signed, for prove; DIR/orders.jsonl with the secret DIR/keys.jsonl is for sign;
/// DIR/table.csv is for import, which makes a state of its own. Amounts and fees are random, and account 0 collects the
/// fees. Nothing is held but the balances, so that the list may be of any length.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl sample --transfers 1000 --out town
  furl prove --state town/state.json --transfers town/transfers.jsonl --out town/batch.proof
  furl sign --key town/keys.jsonl --state town/state.json --orders town/orders.jsonl --out signed.jsonl
  furl import town/table.csv --out imported")]
pub(crate) struct Options {
    /// How many transfers
    #[arg(long, value_name = "N", default_value = "256", value_parser = clap::value_parser!(u32).range(1..))]
    transfers: u32,
    /// How many accounts
    #[arg(long, value_name = "N", default_value = "32", value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    accounts: u32,
    /// How many tokens
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=16))]
    tokens: u32,
    /// The directory to write to, made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    random: Random,
    /// The deployment that the transfers are signed for [default: that of chain 31337 and the zero address]
    #[arg(long, value_name = "HEX")]
    domain: Option<Domain>,
    /// Replace the files if they exist
    #[arg(long)]
    force: bool,
}

/// 2^20 accounts of 16 tokens fill the tree.
const _: () = assert!((1 << 20) * 16 == SlotIndex::MAX.get() + 1);

#[derive(Serialize)]
struct Report<'a> {
    #[serde(serialize_with = "lossily")]
    out: &'a Path,
    accounts: u32,
    tokens: u32,
    slots: u32,
    transfers: u32,
}

/// The files, in the order in which they are written.
const FILES: [&str; 5] = ["state.json", "keys.jsonl", "orders.jsonl", "transfers.jsonl", "table.csv"];

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { out, accounts, tokens, slots, transfers } = self;
        writeln!(f, "accounts {accounts} · tokens {tokens} · slots {slots} · transfers {transfers}")?;
        write!(f, "written to {}: {} (keys.jsonl holds secrets)", Name(out), FILES.join(", "))
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let Self { transfers, accounts, tokens, out, .. } = self;
        let uncreatable = |source| FileError::Uncreatable { path: out.clone(), source };
        fs::create_dir_all(out).map_err(uncreatable)?;
        let mut places = Places::without_inputs();
        let place = |name| places.output("--out", &Sink::File(out.join(name)), self.force);
        let [state, keys, orders, signed, table] = FILES.map(place);
        let (state, keys) = (state?, keys?);
        let lists = Lists {
            orders: orders?.create(Access::Public)?,
            signed: signed?.create(Access::Public)?,
            table: table?.create(Access::Public)?,
        };
        let seed = self.random.seed()?;
        let town = Town::new(&seed, *accounts, *tokens).with_domain(self.domain);
        let genesis = town.ledger().into_state(town.batch());
        let mut staged = vec![write_state(state, &genesis)?, write_keys(keys, &town)?];
        drop(genesis);
        staged.extend(lists.fill(&town, &seed, *transfers)?);
        files::commit(staged)?;
        let report =
            Report { out, accounts: *accounts, tokens: *tokens, slots: accounts * tokens, transfers: *transfers };
        Ok(Outcome::new(&report))
    }
}

fn write_state(place: Destination, state: &State) -> Result<files::Staged, FileError> {
    let mut out = place.create(Access::Public)?;
    out.fill(|file| state.write(file))?;
    out.stage()
}

fn write_keys(place: Destination, town: &Town) -> Result<files::Staged, FileError> {
    let mut keys = place.create(Access::Secret)?;
    for key in &town.keys {
        keys.write(key_file::encode(key).as_bytes())?;
    }
    keys.stage()
}

/// One list in three forms.
struct Lists {
    orders: Writing,
    signed: Writing,
    table: Writing,
}

impl Lists {
    fn fill(mut self, town: &Town, seed: &Seed, count: u32) -> Result<[files::Staged; 3], FileError> {
        let domain = town.batch().domain;
        self.table.line(&HEADER.join(","))?;
        let stage = Stage::of("signing transfers", count as usize);
        for (number, order) in (0..count).zip(town.traffic(seed)) {
            let signed: SignedTransfer = order.transfer.sign(&domain, &town.keys[order.from as usize]);
            self.orders.line(&json::encode_order(&order.transfer))?;
            self.signed.line(&json::encode_line(&signed))?;
            self.table.line(&row(number, &order))?;
            stage.advance();
        }
        drop(stage);
        Ok([self.orders.stage()?, self.signed.stage()?, self.table.stage()?])
    }
}

/// A line of the table: two hundred transfers a block, and one a transaction.
fn row(number: u32, order: &Order) -> String {
    let [from, to] = [order.from, order.to].map(account_address);
    let (token, value, block) = (token_address(order.token), order.transfer.amount, 1 + number / 200);
    format!("{token},{from},{to},{value},0x{number:064x},{},{block}", number % 200)
}
