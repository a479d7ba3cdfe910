//! `furl sign`: one signed transfer.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use furl_ledger::codec::json;
use furl_ledger::{Amount, Domain, Expiry, Nonce, PublicKey, RuleError, SecretKey, SlotIndex, State, Transfer};
use serde::Serialize;
use thiserror::Error;

use crate::args::number;
use crate::exit::Failure;
use crate::fee::Fee;
use crate::files;
use crate::input;
use crate::key_file;
use crate::output::Outcome;

/// Sign a transfer and print it as one line of JSON, or append it to a file
///
/// A signature is for one deployment: give its domain, or a state file that names it. With a state file it is also
/// checked that the key owns the sending slot. Signing is deterministic.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl sign --key alice.key --from 0 --to 1 --amount 250 --fee 300 \\
      --nonce 0 --expiry 10 --state state.json >> batch.jsonl
  furl sign --key alice.key --from 0 --to 1 --amount 250 \\
      --nonce 1 --expiry 10 --domain 0x… --append batch.jsonl")]
pub(crate) struct Options {
    /// The sender's key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The sender's slot
    #[arg(long, value_name = "N", value_parser = number::<SlotIndex>)]
    from: SlotIndex,
    /// The receiver's slot, of the same token
    #[arg(long, value_name = "N", value_parser = number::<SlotIndex>)]
    to: SlotIndex,
    /// What the receiver gets, in token units
    #[arg(long, value_name = "A")]
    amount: Amount,
    /// What the sender pays on top, in token units: m·100^x with m < 256 and x < 4, or code:N for the fee's code
    #[arg(long, value_name = "VALUE", default_value = "0")]
    fee: Fee,
    /// The sending slot's nonce: how many transfers it has sent
    #[arg(long, value_name = "N", value_parser = number::<Nonce>)]
    nonce: Nonce,
    /// The last batch in which the transfer is valid
    #[arg(long, value_name = "N", value_parser = number::<Expiry>)]
    expiry: Expiry,
    #[command(flatten)]
    deployment: Deployment,
    /// Append the line to this file instead of printing it
    #[arg(long, value_name = "FILE")]
    append: Option<PathBuf>,
}

/// What the signature is for.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Deployment {
    /// The deployment's domain, 32 bytes
    #[arg(long, value_name = "HEX")]
    domain: Option<Domain>,
    /// A state file of the deployment
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

/// Why signing would be in vain.
#[derive(Debug, Error)]
pub(crate) enum SignError {
    /// There is no sending slot.
    #[error("the transfer would be refused by rule {}", .0.rule())]
    Slot(#[source] RuleError),
    /// The key is not that of the sending slot.
    #[error("the transfer would be refused by rule {}", RuleError::BadSignature.rule())]
    Owner(#[source] Box<OtherOwner>),
}

/// A slot of somebody else.
#[derive(Debug, Error)]
#[error("slot {slot} is owned by key {expected}, but this is key {got}")]
pub(crate) struct OtherOwner {
    slot: SlotIndex,
    expected: PublicKey,
    got: PublicKey,
}

#[derive(Serialize)]
struct Report<'a> {
    from: SlotIndex,
    nonce: Nonce,
    appended_to: &'a PathBuf,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, nonce, appended_to } = self;
        write!(f, "transfer {nonce} of slot {from} is appended to {}", appended_to.display())
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let Self { from, to, amount, fee: Fee(fee), nonce, expiry, .. } = *self;
        let key = key_file::read(&self.key)?;
        let domain = self.domain(&key)?;
        let signed = Transfer { from, to, amount, fee, nonce, expiry }.sign(&domain, &key);
        let line = json::encode_line(&signed);
        match &self.append {
            None => Ok(Outcome::line(line)),
            Some(file) => {
                files::append_line(file, &line)?;
                Ok(Outcome::new(&Report { from, nonce, appended_to: file }))
            }
        }
    }

    /// The deployment's domain. If a state tells it, it also tells whether `key` may sign.
    fn domain(&self, key: &SecretKey) -> Result<Domain, Failure> {
        let Deployment { domain, state } = &self.deployment;
        match (domain, state) {
            (Some(domain), _) => Ok(*domain),
            (None, Some(path)) => {
                let state = input::state(path)?.state;
                self.check_owner(&state, key.public_key())?;
                Ok(state.next().domain)
            }
            (None, None) => unreachable!("the parser demands one of the two"),
        }
    }

    fn check_owner(&self, state: &State, got: PublicKey) -> Result<(), SignError> {
        let slot = self.from;
        let sender = state.slots().get(&slot).ok_or(SignError::Slot(RuleError::MissingSlot { slot }))?;
        let expected = sender.owner.public_key;
        if expected == got { Ok(()) } else { Err(SignError::Owner(Box::new(OtherOwner { slot, expected, got }))) }
    }
}
