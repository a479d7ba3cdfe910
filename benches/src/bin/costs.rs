//! Computes what is committed as computed, and compares it with the repository or writes it there.

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use furl_benches::committed::{self, File};
use furl_benches::gas::GasCounts;
use furl_benches::leaves::{LeafCounts, RowModel};
use furl_benches::trees::TreeCounts;
use furl_benches::wraps::{self, WrapCounts};
use furl_benches::{costs, seeds};

/// The folders that hold nothing but computed files.
const FOLDERS: [&str; 4] = ["circuits/pins", wraps::FOLDER, wraps::CONTRACTS, seeds::FOLDER];

/// Counts what Furl costs, and compares the counts, the circuits' pins and keys, the contracts and the fuzzers' seeds with the repository.
///
/// Exits with 1 if a file is out of date.
#[derive(Parser)]
struct Arguments {
    /// Write the files, instead of comparing them
    #[arg(long)]
    write: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let Arguments { write } = Arguments::parse();
    let files = compute()?;
    let root = committed::repository();
    let found = committed::differences(root, &files, &FOLDERS).context("the files cannot be compared")?;
    for difference in &found {
        println!("{difference}");
    }
    if write {
        committed::write(root, &files, &FOLDERS).context("the files cannot be written")?;
        println!("{} files computed, {} changed", files.len(), found.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} files computed, {} out of date", files.len(), found.len());
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// All files, built from nothing.
fn compute() -> anyhow::Result<Vec<File>> {
    let leaves = LeafCounts::all()?;
    let trees = TreeCounts::all(&leaves)?;
    let wraps = WrapCounts::all()?;
    let gas = wraps.iter().map(|wrap| GasCounts::of(wrap.profile, &wrap.contract)).collect::<Result<Vec<_>, _>>();
    // Gas is counted on what is made from these files: the first time after a key has changed there is none.
    let gas = gas.unwrap_or_else(|error| {
        println!("gas is not counted: {error}");
        Vec::new()
    });
    let csv = costs::csv(&costs::all(&leaves, &trees, &wraps, &gas, &RowModel::measure()?));
    let mut files = vec![File { path: costs::PATH.into(), contents: csv.into() }];
    files.extend(leaves.into_iter().map(|leaf| File { path: leaf.path(), contents: leaf.pin.into() }));
    files.extend(trees.iter().flat_map(TreeCounts::files));
    files.extend(wraps.iter().flat_map(WrapCounts::files));
    files.extend(seeds::all()?);
    Ok(files)
}
