//! # A node over JSON-RPC
//!
//! Methods of the Ethereum JSON-RPC, a request at a time ([`rpc`](crate::rpc)). What changes
//! nothing is asked again if a fault may pass. How something is sent is the matter of the
//! [`outbox`](crate::outbox); it is signed in this program, and the node sees no key.
//!
//! Older nodes and chains have fewer methods, and blocks without a base fee: [`Node::market`] asks
//! for what there is.
//!
//! **Not checked here:** what the node says. Whoever does not trust it asks one of their own.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use alloy_primitives::{Address, B256, Bytes, U64, U128, U256, hex};
use furl_ledger::L1Address;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::fees::{GWEI, Market};
use crate::key::AccountKey;
use crate::layer1::{Account, Call, Creation, Layer1, Layer1Error, Receipt};
use crate::outbox::{Event, Outbox, READS, Settings};
use crate::record::{Record, Subject};
use crate::revert::Revert;
use crate::rpc::error::REVERTED;
use crate::rpc::{Fault, Rpc, RpcError};

/// The tip if the node advises none, and knows of none that was paid.
const TIP: u128 = GWEI;
/// Blocks of which the tips are asked for.
const HISTORY: &str = "0x5";

/// A node, and the key that pays there.
pub struct Node {
    rpc: Rpc,
    key: Option<AccountKey>,
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rpc, key } = self;
        f.debug_struct("Node").field("rpc", rpc).field("key", key).finish()
    }
}

/// What we read of a block.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    base_fee_per_gas: Option<U128>,
}

/// What we read of the fees that were paid.
#[derive(Deserialize)]
struct Fees {
    #[serde(default)]
    reward: Vec<Vec<U128>>,
}

/// What we read of a receipt.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mined {
    status: U64,
    block_hash: B256,
    block_number: U64,
    gas_used: U64,
    contract_address: Option<Address>,
}

impl Mined {
    pub(crate) fn succeeded(&self) -> bool {
        !self.status.is_zero()
    }

    pub(crate) fn block(&self) -> u64 {
        self.block_number.to()
    }

    pub(crate) const fn block_hash(&self) -> [u8; 32] {
        self.block_hash.0
    }

    pub(crate) fn gas(&self) -> u64 {
        self.gas_used.to()
    }

    pub(crate) fn created(&self) -> Option<L1Address> {
        self.contract_address.map(|address| L1Address::new(address.into_array()))
    }
}

/// What we read of a transaction.
#[derive(Deserialize)]
struct Sent {
    from: Address,
    nonce: U64,
    to: Option<Address>,
    input: Bytes,
}

impl Node {
    /// A node at an address that begins with `http://` or `https://`; without a key it can be asked, and nothing sent. Nothing is asked yet.
    ///
    /// # Errors
    /// [`Layer1Error::Endpoint`].
    pub fn new(url: &str, key: Option<AccountKey>) -> Result<Self, Layer1Error> {
        Ok(Self::over(Rpc::new(url)?, key))
    }

    /// A node that is asked in this way.
    #[must_use]
    pub const fn over(rpc: Rpc, key: Option<AccountKey>) -> Self {
        Self { rpc, key }
    }

    /// The node, without what may be secret in its address.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.rpc.endpoint()
    }

    /// What a transaction has created; `None` if it has created nothing, or is in no block.
    ///
    /// # Errors
    /// If the node does not answer.
    pub fn creation(&self, transaction: &[u8; 32]) -> Result<Option<Creation>, Layer1Error> {
        let hash = json!([hex::encode_prefixed(transaction)]);
        let sent: Option<Sent> = self.ask("eth_getTransactionByHash", &hash, "a transaction")?;
        let mined: Option<Mined> = self.ask("eth_getTransactionReceipt", &hash, "a receipt")?;
        let (Some(Sent { from, nonce, to: None, input }), Some(mined)) = (sent, mined) else { return Ok(None) };
        let contract = mined.created().filter(|_| mined.succeeded());
        let (sender, nonce) = (L1Address::new(from.into_array()), nonce.to());
        Ok(contract.map(|contract| Creation { contract, code: input.into(), sender, nonce }))
    }

    /// Asks something that changes nothing, and that no contract has a say in.
    fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<T, Layer1Error> {
        Ok(self.rpc.read(method, parameters, expected)?)
    }

    /// Asks for an execution, which a contract may revert.
    fn execute<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<T, Layer1Error> {
        self.rpc.read(method, parameters, expected).map_err(|error| match revert(&error) {
            Some(data) => Layer1Error::Reverted(Revert::decode(&data)),
            None => error.into(),
        })
    }

    /// A call as the node's methods take it.
    fn parameters(&self, call: &Call) -> Value {
        let mut parameters = json!({ "input": hex::encode_prefixed(&call.data) });
        if let Some(to) = &call.to {
            parameters["to"] = json!(to);
        }
        if let Some(key) = &self.key {
            parameters["from"] = json!(key.address());
        }
        parameters
    }

    /// The key that pays.
    pub(crate) const fn key(&self) -> Option<&AccountKey> {
        self.key.as_ref()
    }

    /// What gas costs. The tip is asked for unless it is given.
    ///
    /// # Errors
    /// If the node does not answer.
    pub fn market(&self, tip: Option<u128>) -> Result<Market, Layer1Error> {
        let Header { base_fee_per_gas } = self.ask("eth_getBlockByNumber", &json!(["latest", false]), "a block")?;
        match base_fee_per_gas {
            Some(base) => {
                let tip = tip.map_or_else(|| self.tip(), Ok)?;
                Ok(Market::Dynamic { base: base.to(), tip })
            }
            None => {
                let gas_price: U128 = self.ask("eth_gasPrice", &json!([]), "a number")?;
                Ok(Market::Legacy { gas_price: gas_price.to() })
            }
        }
    }

    /// The tip that the node advises; else the middle one of those that were paid; else a gwei.
    fn tip(&self) -> Result<u128, Layer1Error> {
        let advised: Option<U128> = self.ask_if_it_can("eth_maxPriorityFeePerGas", &json!([]), "a number")?;
        if let Some(advised) = advised {
            return Ok(advised.to());
        }
        let paid: Option<Fees> = self.ask_if_it_can("eth_feeHistory", &json!([HISTORY, "latest", [50]]), "fees")?;
        let mut tips: Vec<u128> = paid.into_iter().flat_map(|fees| fees.reward).flatten().map(|tip| tip.to()).collect();
        tips.sort_unstable();
        Ok(tips.get(tips.len() / 2).copied().unwrap_or(TIP))
    }

    /// Asks for what a node need not know; `None` if it refuses.
    fn ask_if_it_can<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<Option<T>, Layer1Error> {
        match self.rpc.read(method, parameters, expected) {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if matches!(error.fault, Fault::Refused { .. }) && !error.is_transient() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends a signed transaction. Whatever the answer, it may be on its way.
    pub(crate) fn broadcast(&self, raw: &[u8]) -> Result<(), Box<RpcError>> {
        let sent: Result<Value, _> =
            self.rpc.once("eth_sendRawTransaction", &json!([hex::encode_prefixed(raw)]), "a hash");
        sent.map(drop)
    }

    /// The receipt, if there is one.
    pub(crate) fn mined(&self, hash: &[u8; 32], deadline: Instant) -> Result<Option<Mined>, Layer1Error> {
        let hash = json!([hex::encode_prefixed(hash)]);
        Ok(self.rpc.read_until(deadline, "eth_getTransactionReceipt", &hash, "a receipt")?)
    }

    /// Whether the node has heard of a transaction.
    pub(crate) fn knows(&self, hash: &[u8; 32], deadline: Instant) -> Result<bool, Layer1Error> {
        let hash = json!([hex::encode_prefixed(hash)]);
        let sent: Option<Value> = self.rpc.read_until(deadline, "eth_getTransactionByHash", &hash, "a transaction")?;
        Ok(sent.is_some())
    }

    /// The next nonce of an account, by what is in blocks.
    pub(crate) fn next(&self, account: &L1Address, deadline: Instant) -> Result<u64, Layer1Error> {
        self.count(account, "latest", deadline)
    }

    /// The number of the latest block.
    pub(crate) fn head(&self, deadline: Instant) -> Result<u64, Layer1Error> {
        let number: U64 = self.rpc.read_until(deadline, "eth_blockNumber", &json!([]), "a number")?;
        Ok(number.to())
    }

    /// The hash of a transaction on its way, if the node tells: few do.
    #[must_use]
    pub fn sent_by(&self, sender: &L1Address, nonce: u64) -> Option<[u8; 32]> {
        #[derive(Deserialize)]
        struct Hash {
            hash: B256,
        }
        let parameters = json!([sender, U64::from(nonce)]);
        let sent = self.rpc.once("eth_getTransactionBySenderAndNonce", &parameters, "a transaction");
        sent.ok().map(|Hash { hash }| hash.0)
    }

    fn count(&self, account: &L1Address, block: &str, deadline: Instant) -> Result<u64, Layer1Error> {
        let parameters = json!([account, block]);
        let count: U64 = self.rpc.read_until(deadline, "eth_getTransactionCount", &parameters, "a number")?;
        Ok(count.to())
    }

    /// Why a transaction of this block was reverted: receipts do not say. On the state after the
    /// block it is the same, or one that came before it in the block.
    pub(crate) fn reason(&self, call: &Call, block: u64) -> Revert {
        match self.execute::<Bytes>("eth_call", &json!([self.parameters(call), U64::from(block)]), "bytes") {
            Err(Layer1Error::Reverted(revert)) => revert,
            Ok(_) | Err(_) => Revert::Silent,
        }
    }
}

impl Layer1 for Node {
    fn chain_id(&self) -> Result<u64, Layer1Error> {
        self.ask::<U64>("eth_chainId", &json!([]), "a number").map(|id| id.to())
    }

    fn sender(&self) -> Result<L1Address, Layer1Error> {
        self.key.as_ref().map(AccountKey::address).ok_or(Layer1Error::NoKey)
    }

    fn account(&self, address: &L1Address) -> Result<Account, Layer1Error> {
        let deadline = Instant::now() + READS;
        let nonce = self.count(address, "latest", deadline)?;
        let pending = self.count(address, "pending", deadline)?;
        let balance: U256 = self.ask("eth_getBalance", &json!([address, "latest"]), "a number")?;
        Ok(Account { nonce, pending, balance: u128::try_from(balance).unwrap_or(u128::MAX) })
    }

    fn code(&self, address: &L1Address) -> Result<Vec<u8>, Layer1Error> {
        self.ask::<Bytes>("eth_getCode", &json!([address, "latest"]), "bytes").map(Into::into)
    }

    fn call(&self, call: &Call) -> Result<Vec<u8>, Layer1Error> {
        self.execute::<Bytes>("eth_call", &json!([self.parameters(call), "latest"]), "bytes").map(Into::into)
    }

    fn estimate(&self, call: &Call) -> Result<u64, Layer1Error> {
        self.execute::<U64>("eth_estimateGas", &json!([self.parameters(call), "latest"]), "a number")
            .map(|gas| gas.to())
    }

    /// By the [`outbox`](crate::outbox), with its usual settings, and no record on the disk.
    fn transact(&mut self, call: &Call, nonce: u64, gas_limit: u64) -> Result<Receipt, Layer1Error> {
        let subject = Subject { chain_id: self.chain_id()?, sender: self.sender()?, rollup: L1Address::default() };
        let (never, mut silent) = (AtomicBool::new(false), |_: Event<'_>| ());
        let mut outbox = Outbox::new(self, Record::unkept(subject), Settings::default(), &never, &mut silent);
        outbox.transact(call, nonce, gas_limit)
    }
}

/// The data of a revert, if it is one: by its code, or by words to that effect.
fn revert(error: &RpcError) -> Option<Vec<u8>> {
    let Fault::Refused { code, message, data, .. } = &error.fault else { return None };
    if *code != REVERTED && !message.contains("revert") {
        return None;
    }
    match data {
        Some(Value::String(data)) => hex::decode(data).ok(),
        None => Some(Vec::new()),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revert_is_told_from_other_faults() {
        let data = |code, message: &str, data| {
            let fault = Fault::Refused { code, message: message.into(), data, status: None, retry_after: None };
            revert(&RpcError { endpoint: String::new(), proxy: None, method: "eth_call", fault, tries: 1 })
        };
        assert_eq!(data(3, "execution reverted", Some(json!("0x0102"))), Some(vec![1, 2]));
        assert_eq!(data(-32000, "execution reverted", None), Some(Vec::new()));
        assert_eq!(data(-32000, "insufficient funds", None), None);
    }
}
