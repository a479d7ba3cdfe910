//! # Layer 1, whichever it is
//!
//! [`Layer1`] is what this crate asks of a chain. Who sends is the back end's: an account that is funded, or the key that it signs with.
//!
//! A transaction is tried before it is sent: [`Layer1::send`] estimates its gas first, and what
//! would be reverted costs nothing. It may be reverted all the same, if another one comes before
//! it; then its [`Receipt`] says so.
//!
//! A transaction has a nonce, its number in the order of the account's, which says where a contract
//! is created. So whoever sends one may say which.

use furl_ledger::L1Address;
use furl_ledger::encoding::to_hex;
use thiserror::Error;

use crate::fees::LimitError;
use crate::outbox::Standing;
use crate::record::RecordError;
use crate::revert::Revert;
use crate::rpc::{EndpointError, RpcError};

/// What a transaction does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Whose code is called; `None` to create a contract.
    pub to: Option<L1Address>,
    /// Calldata, or creation code and arguments.
    pub data: Vec<u8>,
}

impl Call {
    /// Calls a contract.
    #[must_use]
    pub const fn to(contract: L1Address, data: Vec<u8>) -> Self {
        Self { to: Some(contract), data }
    }

    /// Creates a contract.
    #[must_use]
    pub const fn create(code: Vec<u8>) -> Self {
        Self { to: None, data: code }
    }

    /// What is charged before the first instruction: the transaction, its calldata, and for a creation its code.
    #[must_use]
    pub fn intrinsic_gas(&self) -> u64 {
        let zeros = self.data.iter().filter(|byte| **byte == 0).count() as u64;
        let length = self.data.len() as u64;
        let created = if self.to.is_none() { 32_000 + 2 * length.div_ceil(32) } else { 0 };
        21_000 + 4 * zeros + 16 * (length - zeros) + created
    }
}

/// What an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Transactions of it that are in blocks: the number of the next one.
    pub nonce: u64,
    /// These, and those on their way.
    pub pending: u64,
    /// In wei; a larger balance is shown as this type's largest.
    pub balance: u128,
}

/// Gas of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gas {
    /// All of it.
    pub transaction: u64,
    /// Without what is charged before the first instruction ([`Call::intrinsic_gas`]).
    pub execution: u64,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The transaction's hash. In process nothing is signed, so nothing has one.
    pub hash: Option<[u8; 32]>,
    /// The number of its block.
    pub block: u64,
    /// What it took.
    pub gas: Gas,
    /// The contract that it created.
    pub created: Option<L1Address>,
    /// Why it was reverted, if it was.
    pub revert: Option<Revert>,
}

impl Receipt {
    /// The same, of a transaction that was not reverted.
    ///
    /// # Errors
    /// If it was.
    pub fn succeeded(self) -> Result<Self, Layer1Error> {
        match (self.hash, self.revert) {
            (_, None) => Ok(Self { revert: None, ..self }),
            (Some(hash), Some(revert)) => {
                Err(Layer1Error::Undone { hash, block: self.block, revert: Box::new(revert) })
            }
            (None, Some(revert)) => Err(Layer1Error::Reverted(revert)),
        }
    }
}

/// A transaction that has created a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    /// The contract.
    pub contract: L1Address,
    /// Creation code and arguments.
    pub code: Vec<u8>,
    /// The account that sent it.
    pub sender: L1Address,
    /// How many transactions that account had sent before.
    pub nonce: u64,
}

/// Why Layer 1 gave no answer, or another than was asked for.
#[derive(Debug, Error)]
pub enum Layer1Error {
    /// The contract refuses.
    #[error("{0}")]
    Reverted(Revert),
    /// The code stopped otherwise, out of gas mostly.
    #[error("the call stopped: {0}")]
    Stopped(String),
    /// The transaction does not even begin.
    #[error("the transaction is invalid: {0}")]
    Invalid(String),
    /// There is nothing to sign with.
    #[error("expected the key of an account that pays, got none")]
    NoKey,
    /// An address of a node that is none, or of a proxy.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The node gives no answer, or none that is of use.
    #[error(transparent)]
    Node(#[from] Box<RpcError>),
    /// The node asks for more than the caller allows.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// There is no record to send by.
    #[error(transparent)]
    Record(Box<RecordError>),
    /// The transaction is sent, and in no block yet.
    #[error("{transaction} is in no block after {seconds} s; it may still come into one{}",
        trouble.as_ref().map_or_else(String::new, |error| format!(" (the last fault: {error})")))]
    Pending {
        /// It.
        transaction: Box<Standing>,
        /// How long was waited.
        seconds: u64,
        /// Why nothing more is known, if there was a fault.
        trouble: Option<Box<Self>>,
    },
    /// The node refuses what is signed.
    #[error("{transaction} is not taken: {why}")]
    NotTaken {
        /// It.
        transaction: Box<Standing>,
        /// What the node says.
        why: Box<RpcError>,
    },
    /// It was sent before, and is in no block yet.
    #[error("{0} was sent before, and is in no block yet")]
    OnItsWay(Box<Standing>),
    /// Something else was signed for the same nonce.
    #[error("{0} was signed for something else")]
    OtherCall(Box<Standing>),
    /// Something else was sent with this nonce.
    #[error("transaction {nonce} of this account was something else; its next one is {next}")]
    Used {
        /// The nonce.
        nonce: u64,
        /// The account's next.
        next: u64,
    },
    /// Something else is on its way with this nonce.
    #[error("a transaction of this account with nonce {nonce} is on its way: {}",
        hash.map_or_else(|| "the node does not tell which".into(), |hash| to_hex(&hash)))]
    Occupied {
        /// The nonce.
        nonce: u64,
        /// Its hash, if the node tells.
        hash: Option<[u8; 32]>,
    },
    /// The transaction is in a block, and did nothing.
    #[error("transaction {} is in block {block}, and was reverted: {revert}", to_hex(hash))]
    Undone {
        /// Its hash.
        hash: [u8; 32],
        /// The block's number.
        block: u64,
        /// Why.
        revert: Box<Revert>,
    },
    /// The caller has had enough; what is sent, if anything, is not called back.
    #[error("{}", .0.as_ref().map_or_else(
        || "nothing was sent".into(),
        |last| format!("the last that was sent is {last}, which may be in a block, or still come into one")
    ))]
    Interrupted(Option<Box<Standing>>),
    /// A contract answers with something else than its functions have.
    #[error("the contract at {contract} answers {function} with {got} bytes, expected 32")]
    Word {
        /// The contract.
        contract: L1Address,
        /// The function.
        function: &'static str,
        /// Bytes of the answer.
        got: usize,
    },
}

impl From<RecordError> for Layer1Error {
    fn from(error: RecordError) -> Self {
        Self::Record(Box::new(error))
    }
}

/// A chain, and an account on it.
pub trait Layer1 {
    /// The number of the chain.
    ///
    /// # Errors
    /// If there is no answer.
    fn chain_id(&self) -> Result<u64, Layer1Error>;

    /// The account that sends.
    ///
    /// # Errors
    /// [`Layer1Error::NoKey`].
    fn sender(&self) -> Result<L1Address, Layer1Error>;

    /// What an account has.
    ///
    /// # Errors
    /// If there is no answer.
    fn account(&self, address: &L1Address) -> Result<Account, Layer1Error>;

    /// The code at an address; empty if there is none.
    ///
    /// # Errors
    /// If there is no answer.
    fn code(&self, address: &L1Address) -> Result<Vec<u8>, Layer1Error>;

    /// What a call would answer; nothing changes.
    ///
    /// # Errors
    /// If it is reverted.
    fn call(&self, call: &Call) -> Result<Vec<u8>, Layer1Error>;

    /// A limit of gas with which the call succeeds.
    ///
    /// # Errors
    /// If it is reverted with any.
    fn estimate(&self, call: &Call) -> Result<u64, Layer1Error>;

    /// What became of this transaction with this nonce, if it is known here that it was signed: it
    /// is waited for, and sent again if it has got lost.
    ///
    /// # Errors
    /// If something else was signed with this nonce, or it is not in a block in time.
    fn recall(&mut self, _call: &Call, _nonce: u64) -> Result<Option<Receipt>, Layer1Error> {
        Ok(None)
    }

    /// Sends a transaction with this nonce and limit of gas, whether it would be reverted or not,
    /// and waits for its receipt.
    ///
    /// # Errors
    /// If it is not sent, or not in a block in time.
    fn transact(&mut self, call: &Call, nonce: u64, gas_limit: u64) -> Result<Receipt, Layer1Error>;

    /// Sends a transaction, with the account's next nonce, unless it would be reverted.
    ///
    /// # Errors
    /// If it is reverted, before it is sent or after.
    fn send(&mut self, call: &Call) -> Result<Receipt, Layer1Error> {
        let limit = self.estimate(call)?;
        let nonce = self.account(&self.sender()?)?.nonce;
        self.transact(call, nonce, limit)?.succeeded()
    }
}

/// The address of the contract that `sender` creates with its transaction number `nonce`.
#[must_use]
pub fn created(sender: &L1Address, nonce: u64) -> L1Address {
    L1Address::new(alloy_primitives::Address::new(*sender.bytes()).create(nonce).into_array())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_first_contracts_of_the_development_account() {
        let sender = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266".parse().unwrap();
        assert_eq!(created(&sender, 0).to_string(), "0x5fbdb2315678afecb367f032d93f642f64180aa3");
        assert_eq!(created(&sender, 1).to_string(), "0xe7f1725e7734ce288f8367e1bb143e90bb3f0512");
    }

    #[test]
    fn what_is_charged_beforehand() {
        assert_eq!(Call::to(L1Address::default(), vec![0, 0, 7]).intrinsic_gas(), 21_000 + 2 * 4 + 16);
        assert_eq!(Call::create(vec![1; 33]).intrinsic_gas(), 21_000 + 33 * 16 + 32_000 + 2 * 2);
    }
}
