//! `furl keygen`: a new key.

use std::fmt;

use clap::Args;
use furl_ledger::PublicKey;
use serde::Serialize;

use crate::args::Random;
use crate::exit::Failure;
use crate::files::{Access, Sink};
use crate::key_file;
use crate::output::Outcome;
use crate::places::Places;

/// Make a key and write it to a file that only you may read
///
/// The key comes from the system's generator. It is not printed; the public key is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  furl keygen --out alice.key\n  furl keygen --out - | age -r … > alice.key.age")]
pub(crate) struct Options {
    /// The key file to write, mode 0600; - prints the secret, for a program that keeps it
    #[arg(long, value_name = "FILE")]
    out: Sink,
    #[command(flatten)]
    random: Random,
    /// Replace the file if it exists: the key in it is lost
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    public: PublicKey,
    out: &'a Sink,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "public key {}\nwritten to {} (it holds the secret)", self.public, self.out)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let destination = Places::without_inputs().output("--out", &self.out, self.force)?;
        let key = self.random.seed()?.key("furl keygen", 0);
        destination.stage(key_file::encode(&key).as_bytes(), Access::Secret)?.commit()?;
        let report = Report { public: key.public_key(), out: &self.out };
        Ok(Outcome::new(&report).aside(self.out == Sink::Stdout))
    }
}
