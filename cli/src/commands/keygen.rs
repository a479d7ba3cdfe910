//! `furl keygen`: a new key.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use furl_ledger::PublicKey;
use serde::Serialize;

use crate::exit::Failure;
use crate::files::{Access, Destination};
use crate::key_file;
use crate::output::Outcome;
use crate::seed::Seed;

/// Make a key and write it to a file that only you may read
///
/// The key comes from the system's generator. It is never printed; the public key is.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  furl keygen --out alice.key")]
pub(crate) struct Options {
    /// The key file to write, mode 0600
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Derive the key from these 32 bytes instead (0x and 64 digits). Others may read a command line: for tests only
    #[arg(long, value_name = "HEX")]
    seed: Option<Seed>,
    /// Replace the file if it exists: the key in it is lost
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    public: PublicKey,
    out: &'a PathBuf,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "public key {}\nwritten to {} (it holds the secret)", self.public, self.out.display())
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let destination = Destination::new(&self.out, self.force)?;
        let key = Seed::or_random(self.seed.clone())?.key("furl keygen", 0);
        destination.stage(key_file::encode(&key).as_bytes(), Access::Secret)?.commit()?;
        Ok(Outcome::new(&Report { public: key.public_key(), out: &self.out }))
    }
}
