//! # Sending, once
//!
//! A node may fail at any moment, and so may this program. What is sent must not be sent twice, nor
//! be forgotten. So a transaction is signed once, for a nonce that is fixed, and written down
//! ([`record`](crate::record)) before a node sees it. From then on its raw bytes are all that is
//! sent: they can be repeated without harm, and whether they are in a block is asked by their hash.
//!
//! | the node says | what it means | what follows |
//! |---|---|---|
//! | a receipt | it is in a block | its [confirmations](Settings::confirmations) |
//! | it knows the hash | it is on its way | patience |
//! | it does not; the nonce is free | it has got lost, or was not taken | the same bytes again |
//! | it does not; the nonce is used | something else was sent | in a while [`Layer1Error::Used`] |
//! | nothing of use | nothing | patience |
//!
//! No answer to the sending itself is believed, but for one: a refusal by a node that still does
//! not know the hash a little later is given back ([`Layer1Error::NotTaken`]).
//!
//! **Not checked here:** the node. One that lies about receipts is believed; what is deployed, and
//! where the root stands, is asked again elsewhere ([`rollup`](crate::rollup)), of the same node.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use alloy_primitives::hex;
use furl_ledger::L1Address;

use crate::fees::{self, Price};
use crate::layer1::{Account, Call, Gas, Layer1, Layer1Error, Receipt};
use crate::node::{Mined, Node};
use crate::record::{Entry, Outcome, Purpose, Record, RecordError};
use crate::rpc::{Fault, RpcError};
use crate::transaction::Transaction;

/// The first pause between two looks, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(4)];
/// Between two looks at whether to stop.
const SLICE: Duration = Duration::from_millis(50);
/// How long the same bytes are not sent again to a node that has taken them.
const AGAIN: Duration = Duration::from_secs(12);
/// So often a node that refuses is asked whether it knows the transaction all the same.
const REFUSALS: u32 = 3;
/// How long, at most, it is hoped for that a nonce was used by what was sent here.
const HOPE: Duration = Duration::from_secs(20);
/// A time that nobody waits for.
const FOREVER: Duration = Duration::from_secs(1 << 30);
/// How long what is asked before anything is sent is asked again.
pub(crate) const READS: Duration = Duration::from_secs(45);

/// How to send.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What gas may cost.
    pub limits: fees::Limits,
    /// The nonce of the next transaction, even if another one is on its way with it.
    pub nonce: Option<u64>,
    /// Blocks that a transaction has to be under, its own included.
    pub confirmations: u64,
    /// How long a transaction may be on its way.
    pub wait: Duration,
    /// Whether what is on its way is replaced by the same at a higher price.
    pub replace: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: fees::Limits::default(),
            nonce: None,
            confirmations: 1,
            wait: Duration::from_secs(300),
            replace: false,
        }
    }
}

/// What happens.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// It is signed, and on the disk if there is one. It will be sent now.
    Signed(&'a Transaction),
    /// The node has taken it.
    Sent(&'a Transaction),
    /// The node does not say that it has taken it.
    Unanswered(&'a Transaction, &'a RpcError),
    /// It was sent before, by this record, and is looked for.
    Recorded(&'a Transaction),
    /// It is in this block, and waits for those after it.
    Confirming(&'a Transaction, u64),
    /// What became of it could not be written down.
    Unwritten(&'a RecordError),
}

/// Hears what happens.
pub type Listener<'a> = dyn FnMut(Event<'_>) + 'a;

/// A transaction that is signed, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its hash.
    pub hash: [u8; 32],
    /// Its nonce.
    pub nonce: u64,
    /// Where it is recorded.
    pub record: Option<PathBuf>,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hash, nonce, record } = self;
        write!(f, "transaction {} (nonce {nonce}", hex::encode_prefixed(hash))?;
        match record {
            Some(path) => write!(f, ", recorded in {})", path.display()),
            None => f.write_str(")"),
        }
    }
}

/// What is known of a call that is to be sent once.
#[derive(Debug)]
pub enum Fate {
    /// It was never sent, or in vain.
    New,
    /// It was sent, and has succeeded.
    Done(Receipt),
    /// It is on its way.
    Pending(Standing),
    /// It was signed, the node does not know it, and its nonce is free.
    Lost(Standing),
}

/// What is found of a nonce.
enum Look {
    Mined(Box<Transaction>, Mined),
    Known,
    Lost,
    /// By something else; the next nonce is this.
    Used(u64),
}

/// An account that sends on a node, by a record.
pub struct Outbox<'a> {
    node: &'a Node,
    record: Record,
    settings: Settings,
    stop: &'a AtomicBool,
    tell: &'a mut Listener<'a>,
    /// The last block that something of ours was seen in.
    seen: u64,
}

impl fmt::Debug for Outbox<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { node, record, settings, .. } = self;
        f.debug_struct("Outbox")
            .field("node", node)
            .field("record", record)
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}

impl<'a> Outbox<'a> {
    /// Sends on `node` by `record`, until `stop` is raised.
    pub fn new(
        node: &'a Node,
        record: Record,
        settings: Settings,
        stop: &'a AtomicBool,
        tell: &'a mut Listener<'a>,
    ) -> Self {
        Self { node, record, settings, stop, tell, seen: 0 }
    }

    /// What was sent.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// What is known of the submission of a batch, by the record and the node.
    ///
    /// # Errors
    /// If the node does not answer.
    pub fn fate(&mut self, call: &Call) -> Result<Fate, Layer1Error> {
        let number = crate::abi::submitted(&call.data).map(Purpose::Batch);
        let is_of_it = |entry: &&Entry| self.record.subject().purpose(&entry.transaction) == number;
        let mut nonces: Vec<_> = self.record.entries().iter().filter(is_of_it).map(nonce).collect();
        nonces.dedup();
        for nonce in nonces.into_iter().rev() {
            match self.look(nonce, Instant::now() + READS)? {
                Look::Mined(transaction, mined) if transaction.call == *call && mined.succeeded() => {
                    let waiting = Waiting::start(self.settings.wait);
                    return self.settle(call, nonce, waiting).map(Fate::Done);
                }
                Look::Known => return Ok(Fate::Pending(self.standing(nonce))),
                Look::Lost => return Ok(Fate::Lost(self.standing(nonce))),
                // In vain: it was reverted, or something else was sent in its place.
                Look::Mined(..) | Look::Used(_) => (),
            }
        }
        Ok(Fate::New)
    }

    /// Sends a call whose fate is known, or goes on with it.
    ///
    /// What is on its way is neither sent again nor waited for, unless it is to be replaced or
    /// `resume` says so.
    ///
    /// # Errors
    /// If it is reverted, before it is sent or after, or is in no block in time.
    pub fn carry_on(&mut self, call: &Call, fate: Fate, resume: bool) -> Result<Receipt, Layer1Error> {
        let named = self.settings.nonce;
        let receipt = match fate {
            Fate::Done(receipt) => return Ok(receipt),
            Fate::Pending(standing) if !resume && !self.settings.replace => {
                return Err(Layer1Error::OnItsWay(Box::new(standing)));
            }
            Fate::Lost(standing) if named.is_none_or(|nonce| nonce == standing.nonce) => {
                self.resume(call, standing.nonce)?
            }
            Fate::Pending(standing) => self.resume(call, standing.nonce)?,
            Fate::New | Fate::Lost(_) => {
                let nonce = match named {
                    Some(nonce) => nonce,
                    None => self.node.account(&self.record.subject().sender)?.nonce,
                };
                self.free(nonce)?;
                let gas = self.node.estimate(call)?;
                self.transact(call, nonce, gas)?
            }
        };
        receipt.succeeded()
    }

    /// Goes on with what was sent with this nonce.
    fn resume(&mut self, call: &Call, nonce: u64) -> Result<Receipt, Layer1Error> {
        if self.settings.replace && !matches!(self.look(nonce, Instant::now() + READS)?, Look::Mined(..)) {
            let waiting = self.replace(call, nonce)?;
            return self.settle(call, nonce, waiting);
        }
        let last = self.last(nonce);
        if last.call != *call {
            return Err(Layer1Error::OtherCall(Box::new(self.standing(nonce))));
        }
        (self.tell)(Event::Recorded(&last));
        self.settle(call, nonce, Waiting::start(self.settings.wait))
    }

    /// Sends what offers more than the last transaction with this nonce.
    fn replace(&mut self, call: &Call, nonce: u64) -> Result<Waiting, Layer1Error> {
        let last = self.last(nonce);
        let gas = if last.call == *call { last.gas_limit } else { self.node.estimate(call)? };
        let gas = self.settings.limits.gas(gas)?;
        let price = self.settings.limits.replacement(last.price, self.node.market(self.settings.limits.tip)?)?;
        self.post(call, nonce, gas, price)
    }

    /// Signs, writes down and sends.
    fn post(&mut self, call: &Call, nonce: u64, gas: u64, price: Price) -> Result<Waiting, Layer1Error> {
        let key = self.node.key().ok_or(Layer1Error::NoKey)?;
        if self.stop.load(Ordering::SeqCst) {
            let last = self.record.entries().last().map(|entry| Box::new(self.standing_of(&entry.transaction)));
            return Err(Layer1Error::Interrupted(last));
        }
        let transaction = Transaction::sign(key, self.record.subject().chain_id, nonce, call, gas, price);
        self.record.add(transaction.clone())?;
        (self.tell)(Event::Signed(&transaction));
        let mut waiting = Waiting::start(self.settings.wait);
        self.broadcast(&transaction, &mut waiting);
        Ok(waiting)
    }

    /// Sends what is signed. Whatever the node says, it is waited for.
    fn broadcast(&mut self, transaction: &Transaction, waiting: &mut Waiting) {
        match self.node.broadcast(&transaction.raw) {
            Err(error) if !is_known(&error) => {
                if waiting.is_news(&error) {
                    (self.tell)(Event::Unanswered(transaction, &error));
                }
                waiting.unanswered(error);
            }
            _ => {
                (self.tell)(Event::Sent(transaction));
                waiting.sent();
            }
        }
    }

    /// Waits for a transaction with this nonce, and sends the last one again as long as the node
    /// does not know it.
    fn settle(&mut self, call: &Call, nonce: u64, mut waiting: Waiting) -> Result<Receipt, Layer1Error> {
        loop {
            match self.look(nonce, Instant::now()) {
                Ok(Look::Mined(transaction, mined)) => match self.is_confirmed(&transaction, &mined, &mut waiting) {
                    Ok(true) if transaction.call == *call => return Ok(self.receipt(&transaction, &mined)),
                    Ok(true) => return Err(Layer1Error::OtherCall(Box::new(self.standing_of(&transaction)))),
                    Ok(false) => (),
                    Err(error) => waiting.trouble(error),
                },
                Ok(Look::Known) => waiting.used = None,
                Ok(Look::Used(next)) if waiting.is_hopeless() => return Err(Layer1Error::Used { nonce, next }),
                Ok(Look::Used(_)) => (),
                Ok(Look::Lost) => {
                    waiting.used = None;
                    if let Some(why) = waiting.refusal() {
                        return Err(Layer1Error::NotTaken { transaction: Box::new(self.standing(nonce)), why });
                    }
                    self.again(nonce, &mut waiting);
                }
                Err(error) => {
                    waiting.trouble(error);
                    self.again(nonce, &mut waiting);
                }
            }
            if !waiting.pause(self.stop) {
                return Err(self.ended(nonce, waiting));
            }
        }
    }

    /// Sends the last transaction with this nonce again, if it is time to.
    fn again(&mut self, nonce: u64, waiting: &mut Waiting) {
        if waiting.may_send() {
            let last = self.last(nonce);
            self.broadcast(&last, waiting);
        }
    }

    /// Why it is waited for no longer.
    fn ended(&self, nonce: u64, waiting: Waiting) -> Layer1Error {
        let transaction = Box::new(self.standing(nonce));
        if self.stop.load(Ordering::SeqCst) {
            return Layer1Error::Interrupted(Some(transaction));
        }
        Layer1Error::Pending { transaction, seconds: self.settings.wait.as_secs(), trouble: waiting.trouble }
    }

    /// What there is of a nonce.
    fn look(&self, nonce: u64, deadline: Instant) -> Result<Look, Layer1Error> {
        let ours = || self.with(nonce).rev();
        for transaction in ours() {
            if let Some(mined) = self.node.mined(&transaction.hash, deadline)? {
                return Ok(Look::Mined(Box::new(transaction.clone()), mined));
            }
        }
        for transaction in ours() {
            if self.node.knows(&transaction.hash, deadline)? {
                return Ok(Look::Known);
            }
        }
        let next = self.node.next(&self.record.subject().sender, deadline)?;
        Ok(if next > nonce { Look::Used(next) } else { Look::Lost })
    }

    /// Whether enough blocks follow.
    fn is_confirmed(
        &mut self,
        transaction: &Transaction,
        mined: &Mined,
        waiting: &mut Waiting,
    ) -> Result<bool, Layer1Error> {
        let more = self.settings.confirmations.saturating_sub(1);
        if more == 0 || self.node.head(Instant::now())? >= mined.block().saturating_add(more) {
            return Ok(true);
        }
        if waiting.confirming.replace(mined.block_hash()) != Some(mined.block_hash()) {
            (self.tell)(Event::Confirming(transaction, mined.block()));
        }
        Ok(false)
    }

    /// What became of it, which is written down.
    fn receipt(&mut self, transaction: &Transaction, mined: &Mined) -> Receipt {
        let Transaction { hash, call, .. } = transaction;
        let (block, gas) = (mined.block(), mined.gas());
        let outcome = Outcome { block, block_hash: mined.block_hash(), gas, succeeded: mined.succeeded() };
        if let Err(error) = self.record.note(hash, outcome) {
            (self.tell)(Event::Unwritten(&error));
        }
        self.seen = block;
        let revert = (!mined.succeeded()).then(|| self.node.reason(call, block));
        Receipt {
            hash: Some(*hash),
            block,
            gas: Gas { transaction: gas, execution: gas.saturating_sub(call.intrinsic_gas()) },
            created: mined.created().filter(|_| revert.is_none()),
            revert,
        }
    }

    /// Refuses a nonce that something else has, or may have.
    fn free(&self, nonce: u64) -> Result<(), Layer1Error> {
        let sender = self.record.subject().sender;
        let Account { nonce: next, pending, .. } = self.node.account(&sender)?;
        if nonce < next {
            return Err(Layer1Error::Used { nonce, next });
        }
        if nonce < pending && self.settings.nonce != Some(nonce) {
            return Err(Layer1Error::Occupied { nonce, hash: self.node.sent_by(&sender, nonce) });
        }
        Ok(())
    }

    /// What was signed with this nonce, in its order.
    fn with(&self, nonce: u64) -> impl DoubleEndedIterator<Item = &Transaction> {
        let all = self.record.entries().iter().map(|entry| &entry.transaction);
        all.filter(move |transaction| transaction.nonce == nonce)
    }

    fn last(&self, nonce: u64) -> Transaction {
        self.with(nonce).next_back().expect("something was signed with this nonce").clone()
    }

    fn standing(&self, nonce: u64) -> Standing {
        self.standing_of(&self.last(nonce))
    }

    fn standing_of(&self, &Transaction { hash, nonce, .. }: &Transaction) -> Standing {
        Standing { hash, nonce, record: self.record.path().map(Into::into) }
    }

    /// Waits until the node is as far as the last block that something of ours was seen in: where
    /// there are several nodes behind one address, another one may answer.
    fn catch_up(&self) -> Result<(), Layer1Error> {
        let mut waiting = Waiting::start(READS.min(self.settings.wait));
        while self.seen > 0 && self.node.head(Instant::now() + READS)? < self.seen {
            if !waiting.pause(self.stop) {
                break;
            }
        }
        Ok(())
    }
}

fn nonce(entry: &Entry) -> u64 {
    entry.transaction.nonce
}

impl Layer1 for Outbox<'_> {
    fn chain_id(&self) -> Result<u64, Layer1Error> {
        Ok(self.record.subject().chain_id)
    }

    fn sender(&self) -> Result<L1Address, Layer1Error> {
        Ok(self.record.subject().sender)
    }

    fn account(&self, address: &L1Address) -> Result<Account, Layer1Error> {
        self.node.account(address)
    }

    fn code(&self, address: &L1Address) -> Result<Vec<u8>, Layer1Error> {
        self.catch_up()?;
        self.node.code(address)
    }

    fn call(&self, call: &Call) -> Result<Vec<u8>, Layer1Error> {
        self.catch_up()?;
        self.node.call(call)
    }

    fn estimate(&self, call: &Call) -> Result<u64, Layer1Error> {
        self.catch_up()?;
        self.node.estimate(call)
    }

    fn recall(&mut self, call: &Call, nonce: u64) -> Result<Option<Receipt>, Layer1Error> {
        if self.with(nonce).next().is_none() {
            return Ok(None);
        }
        self.resume(call, nonce).map(Some)
    }

    fn transact(&mut self, call: &Call, nonce: u64, gas_limit: u64) -> Result<Receipt, Layer1Error> {
        if let Some(receipt) = self.recall(call, nonce)? {
            return Ok(receipt);
        }
        self.free(nonce)?;
        let limits = self.settings.limits;
        let gas = limits.gas(gas_limit)?;
        let price = limits.price(self.node.market(limits.tip)?)?;
        let waiting = self.post(call, nonce, gas, price)?;
        self.settle(call, nonce, waiting)
    }
}

/// Whether a node has a transaction already. Nodes have no code for that.
fn is_known(error: &RpcError) -> bool {
    const WORDS: [&str; 4] = ["already known", "known transaction", "already imported", "already exists"];
    let Fault::Refused { message, .. } = &error.fault else { return false };
    let message = message.to_ascii_lowercase();
    WORDS.iter().any(|words| message.contains(words))
}

/// A transaction that is waited for.
struct Waiting {
    deadline: Instant,
    pause: Duration,
    /// When the same bytes may be sent again.
    send_at: Instant,
    /// The node's refusal, and how often it has not known the transaction since.
    refused: Option<(Box<RpcError>, u32)>,
    /// Since when the nonce is used, as it seems by something else, and how long that may be an
    /// error.
    used: Option<Instant>,
    hope: Duration,
    /// The last answer that was of no use.
    trouble: Option<Box<Layer1Error>>,
    /// What it was told that the node says.
    told: Option<String>,
    /// The block of which it is said that it waits for others.
    confirming: Option<[u8; 32]>,
}

impl Waiting {
    fn start(wait: Duration) -> Self {
        let now = Instant::now();
        let [pause, _] = PAUSES;
        let hope = HOPE.min(wait / 4);
        let deadline = now.checked_add(wait).unwrap_or(now + FOREVER);
        Self {
            deadline,
            pause,
            send_at: now,
            refused: None,
            used: None,
            hope,
            trouble: None,
            told: None,
            confirming: None,
        }
    }

    fn sent(&mut self) {
        self.send_at = Instant::now() + AGAIN;
        self.refused = None;
    }

    /// Whether the node has not said the same before.
    fn is_news(&mut self, error: &RpcError) -> bool {
        let words = Some(error.to_string());
        words != std::mem::replace(&mut self.told, words.clone())
    }

    fn unanswered(&mut self, error: Box<RpcError>) {
        let looks = self.refused.take().map_or(0, |(_, looks)| looks);
        if matches!(error.fault, Fault::Refused { .. }) && !error.is_transient() {
            self.refused = Some((error, looks));
        } else {
            self.trouble(Layer1Error::Node(error));
        }
    }

    fn trouble(&mut self, error: Layer1Error) {
        self.trouble = Some(Box::new(error));
    }

    /// A refusal that is to be believed, now that the node does not know the transaction once more.
    fn refusal(&mut self) -> Option<Box<RpcError>> {
        let (_, looks) = self.refused.as_mut()?;
        *looks += 1;
        if *looks >= REFUSALS { self.refused.take().map(|(error, _)| error) } else { None }
    }

    /// Whether the nonce has been used by something else for too long.
    fn is_hopeless(&mut self) -> bool {
        self.used.get_or_insert_with(Instant::now).elapsed() >= self.hope
    }

    fn may_send(&self) -> bool {
        Instant::now() >= self.send_at
    }

    /// Waits for a while; false if there is no time left, or `stop` is raised.
    fn pause(&mut self, stop: &AtomicBool) -> bool {
        let asked = match self.trouble.as_deref() {
            Some(Layer1Error::Node(error)) => error.retry_after().unwrap_or_default(),
            _ => Duration::ZERO,
        };
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        let [_, longest] = PAUSES;
        let until = Instant::now() + self.pause.max(asked).min(left);
        self.pause = (2 * self.pause).min(longest);
        while !stop.load(Ordering::SeqCst) {
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return true;
            }
            sleep(rest.min(SLICE));
        }
        false
    }
}
