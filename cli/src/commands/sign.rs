//! `furl sign`: signed transfers, one or a list.

use std::collections::HashMap;
use std::fmt;

use clap::Args;
use furl_ledger::codec::json;
use furl_ledger::{Amount, Domain, Expiry, Nonce, PublicKey, RuleError, SecretKey, SlotIndex, Transfer};
use serde::Serialize;
use thiserror::Error;

use crate::args::number;
use crate::exit::Failure;
use crate::fee::Fee;
use crate::files::{self, Access, Destination, Sink};
use crate::input::{self, Loaded};
use crate::key_file;
use crate::output::Outcome;
use crate::places::Places;
use crate::progress::Stage;
use crate::secret;
use crate::source::Source;

/// Sign a transfer, or a list of them, one line of JSON each
///
/// A signature is for one deployment: give its domain, or a state file that names it. With a state file it is also
/// checked that the key owns the sending slot, and of several keys the right one is taken. Signing is deterministic.
///
/// A list of orders is read and signed line by line, and may be of any length. An order is a transfer without domain
/// and signature, its fee given by its code.
#[derive(Debug, Args)]
#[command(
    override_usage = "\
furl sign --key <FILE>... <--domain <HEX>|--state <FILE>> --from <N> --to <N> --amount <A> [--fee <VALUE>] --nonce <N> \
--expiry <N> [--append <FILE>]
       furl sign --key <FILE>... <--domain <HEX>|--state <FILE>> --orders <FILE> [--out <FILE>] [--force]",
    after_help = "\
Examples:
  furl sign --key alice.key --from 0 --to 1 --amount 250 --fee 300 \\
      --nonce 0 --expiry 10 --state state.json >> batch.jsonl
  furl sign --key alice.key --from 0 --to 1 --amount 250 \\
      --nonce 1 --expiry 10 --domain 0x… --append batch.jsonl
  furl sign --key alice.key --key bob.key --orders orders.jsonl --state state.json \\
      --out batch.jsonl

An order, a line of its own:
  {\"from\":0,\"to\":1,\"amount\":\"250\",\"fee\":0,\"nonce\":0,\"expiry\":10}"
)]
pub(crate) struct Options {
    /// A file with the sender's key, or with several keys, that only you may read; or -
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<Source>,
    #[command(flatten)]
    order: Order,
    #[command(flatten)]
    deployment: Deployment,
    /// Append the line to this file instead of printing it, or print it to -
    #[arg(long, value_name = "FILE", conflicts_with = "orders")]
    append: Option<Sink>,
    /// Sign the orders of this file, one a line, or of -
    #[arg(long, value_name = "FILE")]
    orders: Option<Source>,
    /// The file to write the signed list to
    #[arg(long, value_name = "FILE", default_value = "-", requires = "orders")]
    out: Sink,
    /// Replace the file if it exists
    #[arg(long, requires = "orders")]
    force: bool,
}

/// One transfer.
#[derive(Debug, Args)]
struct Order {
    /// The sender's slot
    #[arg(long, value_name = "N", value_parser = number::<SlotIndex>, required_unless_present = "orders",
        conflicts_with = "orders")]
    from: Option<SlotIndex>,
    /// The receiver's slot, of the same token
    #[arg(long, value_name = "N", value_parser = number::<SlotIndex>, required_unless_present = "orders",
        conflicts_with = "orders")]
    to: Option<SlotIndex>,
    /// What the receiver gets, in token units
    #[arg(long, value_name = "A", required_unless_present = "orders", conflicts_with = "orders")]
    amount: Option<Amount>,
    /// What the sender pays on top, in token units: m·100^x with m < 256 and x < 4, or code:N for the fee's code
    #[arg(long, value_name = "VALUE", default_value = "0", conflicts_with = "orders")]
    fee: Fee,
    /// The sending slot's nonce: how many transfers it has sent
    #[arg(long, value_name = "N", value_parser = number::<Nonce>, required_unless_present = "orders",
        conflicts_with = "orders")]
    nonce: Option<Nonce>,
    /// The last batch in which the transfer is valid
    #[arg(long, value_name = "N", value_parser = number::<Expiry>, required_unless_present = "orders",
        conflicts_with = "orders")]
    expiry: Option<Expiry>,
}

impl Order {
    fn transfer(&self) -> Transfer {
        let Self { from, to, amount, fee: Fee(fee), nonce, expiry } = *self;
        let (Some(from), Some(to), Some(amount), Some(nonce), Some(expiry)) = (from, to, amount, nonce, expiry) else {
            unreachable!("the parser demands each of them unless there is a list of orders")
        };
        Transfer { from, to, amount, fee, nonce, expiry }
    }
}

/// What the signature is for.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Deployment {
    /// The deployment's domain, 32 bytes
    #[arg(long, value_name = "HEX")]
    domain: Option<Domain>,
    /// A state file of the deployment, or -
    #[arg(long, value_name = "FILE")]
    state: Option<Source>,
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
    /// Nothing tells which key to take.
    #[error("expected --state to tell which of {0} keys owns a slot, got --domain")]
    Keys(usize),
    /// An order of a list.
    #[error("{input}, line {line}: {error}")]
    Line {
        /// The list.
        input: Source,
        /// The line, from 1.
        line: usize,
        /// Why.
        error: Box<Self>,
        /// Whose slot it is, or that there is none.
        #[source]
        detail: Detail,
    },
}

/// What was expected and got.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct Detail(String);

impl SignError {
    /// The same, of a line of a list.
    fn at(self, input: &Source, line: usize) -> Self {
        let detail = std::error::Error::source(&self).map(ToString::to_string).unwrap_or_default();
        Self::Line { input: input.clone(), line, error: Box::new(self), detail: Detail(detail) }
    }
}

/// A slot of somebody else.
#[derive(Debug, Error)]
#[error("slot {slot} is owned by key {expected}, but {}", Got(got))]
pub(crate) struct OtherOwner {
    slot: SlotIndex,
    expected: PublicKey,
    got: Vec<PublicKey>,
}

/// The keys that there are.
struct Got<'a>(&'a [PublicKey]);

impl fmt::Display for Got<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [one] => write!(f, "this is key {one}"),
            several => write!(f, "it is none of these {} keys", several.len()),
        }
    }
}

#[derive(Serialize)]
struct Appended<'a> {
    from: SlotIndex,
    nonce: Nonce,
    appended_to: &'a Sink,
}

impl fmt::Display for Appended<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, nonce, appended_to } = self;
        write!(f, "transfer {nonce} of slot {from} is appended to {appended_to}")
    }
}

#[derive(Serialize)]
struct Listed<'a> {
    signed: usize,
    out: &'a Sink,
}

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} transfers are signed and written to {}", self.signed, self.out)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let Self { orders, deployment: Deployment { state, .. }, .. } = self;
        let keys = self.key.iter().map(|key| ("--key", Some(key)));
        for key in &self.key {
            secret::named("--key", key)?;
        }
        let mut places = Places::new(keys.chain([("--state", state.as_ref()), ("--orders", orders.as_ref())]))?;
        if let Some(file) = &self.append {
            places.apart("--append", file)?;
        }
        let signer = || Signer::new(&self.key, &self.deployment);
        match orders {
            None => self.one(&signer()?),
            Some(orders) => {
                let out = places.output("--out", &self.out, self.force)?;
                self.list(&signer()?, orders, out)
            }
        }
    }

    fn one(&self, signer: &Signer) -> Result<Outcome, Failure> {
        let transfer = self.order.transfer();
        let line = signer.sign(transfer)?;
        let Some(sink @ Sink::File(path)) = &self.append else { return Ok(Outcome::line(line)) };
        files::append_line(path, &line)?;
        let Transfer { from, nonce, .. } = transfer;
        Ok(Outcome::new(&Appended { from, nonce, appended_to: sink }))
    }

    fn list(&self, signer: &Signer, orders: &Source, out: Destination) -> Result<Outcome, Failure> {
        let mut out = out.create(Access::Public)?;
        let stage = Stage::brief("signing orders");
        let mut signed = 0;
        for order in json::Orders::new(orders.open()?) {
            let order = order.map_err(|error| input::of_line(orders, error))?;
            signed += 1;
            out.line(&signer.sign(order).map_err(|error| error.at(orders, signed))?)?;
            stage.advance();
        }
        drop(stage);
        out.stage()?.commit()?;
        Ok(Outcome::new(&Listed { signed, out: &self.out }).aside(self.out == Sink::Stdout))
    }
}

/// Whoever signs, and what for.
struct Signer {
    /// Those of each file, where they were read: a key that is moved leaves a copy behind.
    keys: Vec<Vec<SecretKey>>,
    /// Where a key stands: in which file, and there.
    places: HashMap<PublicKey, (usize, usize)>,
    domain: Domain,
    /// If it is known, it tells whose a slot is.
    state: Option<Loaded>,
}

impl Signer {
    fn new(files: &[Source], deployment: &Deployment) -> Result<Self, Failure> {
        let keys = files.iter().map(key_file::read).collect::<Result<Vec<_>, _>>()?;
        let mut places = HashMap::new();
        for (file, keys) in keys.iter().enumerate() {
            places.extend(keys.iter().enumerate().map(|(place, key)| (key.public_key(), (file, place))));
        }
        let state = deployment.state.as_ref().map(input::state).transpose()?;
        let domain = match (&deployment.domain, &state) {
            (Some(domain), _) => *domain,
            (None, Some(state)) => state.next.domain,
            (None, None) => unreachable!("the parser demands one of the two"),
        };
        Ok(Self { keys, places, domain, state })
    }

    /// A signed transfer's line.
    fn sign(&self, transfer: Transfer) -> Result<String, SignError> {
        Ok(json::encode_line(&transfer.sign(&self.domain, self.key_of(transfer.from)?)))
    }

    /// The key of a slot.
    fn key_of(&self, slot: SlotIndex) -> Result<&SecretKey, SignError> {
        let Some(state) = &self.state else {
            let mut keys = self.keys.iter().flatten();
            return match (keys.next(), keys.count()) {
                (Some(only), 0) => Ok(only),
                (_, more) => Err(SignError::Keys(1 + more)),
            };
        };
        let sender = state.ledger.slot(slot).ok_or(SignError::Slot(RuleError::MissingSlot { slot }))?;
        let expected = sender.owner.public_key;
        match self.places.get(&expected) {
            Some((file, place)) => Ok(&self.keys[*file][*place]),
            None => {
                let got = self.keys.iter().flatten().map(SecretKey::public_key).collect();
                Err(SignError::Owner(Box::new(OtherOwner { slot, expected, got })))
            }
        }
    }
}
