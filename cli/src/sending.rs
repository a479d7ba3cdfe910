//! # Sending, on the command line
//!
//! How transactions are sent: for which chain, at what price, how long they are waited for, and
//! where they are recorded. What may go wrong meanwhile is the matter of
//! [`furl_settlement::outbox`]; here it is told.
//!
//! | default | why |
//! |---|---|
//! | 200 gwei a unit of gas at most, 50 of them tip on advice | else a hostile node names any price |
//! | 8,000,000 gas at most to create, 1,000,000 to submit | they take some 3,000,000 and 350,000 |
//! | the record is `NAME.tx.json` beside state or proof `NAME` | the same command finds it again |

use std::fmt;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use furl_ledger::encoding::to_hex;
use furl_settlement::fees::{Ether, GWEI, GasPrice, Limits};
use furl_settlement::outbox::{Event, Outbox, Settings};
use furl_settlement::record::{Record, Subject};
use furl_settlement::transaction::Transaction;
use furl_settlement::{Layer1 as _, Node};
use tracing::warn;

use crate::exit::Failure;
use crate::interrupt::Deferred;
use crate::layer1::L1Failure;
use crate::output;
use crate::source::Source;

/// The most that a node may advise as tip.
const MAX_TIP: u128 = 50 * GWEI;

/// How transactions are sent.
#[derive(Debug, Args)]
#[command(next_help_heading = "Layer 1")]
pub(crate) struct SendOptions {
    /// The number of the chain. A node of another one is refused before anything is signed
    #[arg(long, value_name = "N", env = "FURL_L1_CHAIN_ID")]
    chain_id: Option<u64>,
    /// The tip in gwei a unit of gas, as in 0.05 [default: what the node advises, if that is at
    /// most 50]
    #[arg(long, value_name = "GWEI")]
    tip: Option<GasPrice>,
    /// The most that a unit of gas may cost, in gwei and with the tip, whatever the node says
    #[arg(long, value_name = "GWEI", default_value = "200")]
    max_fee: GasPrice,
    /// The most gas that a transaction may take [default: 8000000 to create a contract, 1000000 to
    /// submit]
    #[arg(long, value_name = "GAS")]
    gas_limit: Option<u64>,
    /// The nonce of the next transaction, even if another one is on its way with it [default: the
    /// account's next]
    #[arg(long, value_name = "N")]
    pub(crate) nonce: Option<u64>,
    /// Wait until a transaction is under N blocks, its own included
    #[arg(long, value_name = "N", default_value = "1")]
    confirmations: NonZeroU64,
    /// How long a transaction is waited for. After that it may still come into a block, and the
    /// same command goes on
    #[arg(long, value_name = "SECONDS", default_value = "300")]
    wait: u64,
    /// The record of what is sent, written before it is sent [default: NAME.tx.json beside the
    /// state or proof NAME]
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Replace what is on its way by the same at a higher price, at least an eighth more
    #[arg(long)]
    replace: bool,
}

impl SendOptions {
    /// The chain that the node is of, if it may be.
    pub(crate) fn chain_id(&self, node: &Node) -> Result<u64, Failure> {
        let got = node.chain_id()?;
        match self.chain_id {
            Some(expected) if expected != got => Err(L1Failure::Chain { expected, got }.into()),
            _ => Ok(got),
        }
    }

    /// The record of what is sent for an input.
    pub(crate) fn record(&self, input: &Source, subject: &Subject) -> PathBuf {
        match (&self.record, input) {
            (Some(path), _) => path.clone(),
            (None, Source::File(path)) => {
                let mut name = path.clone().into_os_string();
                name.push(".tx.json");
                name.into()
            }
            (None, Source::Stdin) => format!("furl-{}-{}.tx.json", subject.chain_id, subject.rollup).into(),
        }
    }

    /// Works with an account that sends by a record; an interruption is put off to where nothing is
    /// lost.
    pub(crate) fn send<T>(
        &self,
        node: &Node,
        subject: Subject,
        record: PathBuf,
        gas: u64,
        work: impl FnOnce(&mut Outbox<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let deferred = Deferred::new();
        let record = Record::open(record, subject)?;
        let Self { tip, max_fee, gas_limit, nonce, confirmations, wait, replace, .. } = self;
        let limits =
            Limits { tip: tip.map(|tip| tip.0), max_tip: MAX_TIP, max_fee: max_fee.0, gas: gas_limit.unwrap_or(gas) };
        let settings = Settings {
            limits,
            nonce: *nonce,
            confirmations: confirmations.get(),
            wait: Duration::from_secs(*wait),
            replace: *replace,
        };
        let mut tell = |event: Event<'_>| tell(event, settings.confirmations);
        work(&mut Outbox::new(node, record, settings, deferred.flag(), &mut tell))
    }
}

/// A transaction as it is named.
struct Named<'a>(&'a Transaction);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transaction {} (nonce {})", to_hex(&self.0.hash), self.0.nonce)
    }
}

/// Says what happens.
fn tell(event: Event<'_>, confirmations: u64) {
    match event {
        Event::Signed(transaction) => output::progress(format_args!(
            "sending {}: {}, at most {} ether in all",
            Named(transaction),
            transaction.price,
            Ether(transaction.most())
        )),
        Event::Sent(transaction) => output::progress(format_args!("sent {}", Named(transaction))),
        Event::Unanswered(transaction, error) => warn!("{} may not have arrived: {error}", Named(transaction)),
        Event::Recorded(transaction) => {
            output::progress(format_args!("{} was signed before, and is waited for", Named(transaction)));
        }
        Event::Confirming(transaction, block) => output::progress(format_args!(
            "{} is in block {block}, and is waited for until it is under {confirmations} blocks",
            Named(transaction)
        )),
        Event::Unwritten(error) => warn!("what became of it is not recorded: {error}"),
    }
}
