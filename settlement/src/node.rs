//! # A node over JSON-RPC
//!
//! Eleven methods of the Ethereum JSON-RPC, a request at a time ([`rpc`](crate::rpc)). Transactions are
//! of the kind of EIP-1559 and signed here; the node sees no key. A transaction is waited for until it is
//! in a block. What changes nothing is asked again if a fault may pass; a transaction is sent once.
//!
//! **Not checked here:** what the node says. Whoever does not trust it asks one of their own.

use std::fmt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use alloy_consensus::{SignableTransaction as _, TxEip1559};
use alloy_primitives::{Address, Bytes, TxKind, U64, U128, U256, hex};
use furl_ledger::L1Address;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::key::AccountKey;
use crate::layer1::{Account, Call, Creation, Gas, Layer1, Layer1Error, Receipt};
use crate::revert::Revert;
use crate::rpc::error::REVERTED;
use crate::rpc::{Fault, Rpc, RpcError};

/// How long a transaction may be on its way.
const WAIT: Duration = Duration::from_secs(300);
/// The first pause between two looks for a receipt, and the longest.
const PAUSE: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(4)];

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
    base_fee_per_gas: U128,
}

/// What we read of a receipt.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mined {
    status: U64,
    block_number: U64,
    gas_used: U64,
    contract_address: Option<Address>,
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
        let contract = mined.contract_address.filter(|_| !mined.status.is_zero());
        Ok(contract.map(|contract| Creation {
            contract: L1Address::new(contract.into_array()),
            code: input.into(),
            sender: L1Address::new(from.into_array()),
            nonce: nonce.to(),
        }))
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

    /// What gas may cost: the tip that the node advises, and twice the base fee, so that it may double before we are in a block.
    fn fees(&self) -> Result<(u128, u128), Layer1Error> {
        let tip: U128 = self.ask("eth_maxPriorityFeePerGas", &json!([]), "a number")?;
        let Header { base_fee_per_gas } =
            self.ask("eth_getBlockByNumber", &json!(["latest", false]), "a block with a base fee")?;
        let (tip, base) = (tip.to::<u128>(), base_fee_per_gas.to::<u128>());
        Ok((tip, base.saturating_mul(2).saturating_add(tip)))
    }

    /// The receipt, as soon as there is one.
    fn mined(&self, hash: &str) -> Result<Mined, Layer1Error> {
        let (start, [mut pause, longest]) = (Instant::now(), PAUSE);
        loop {
            let mined = self.ask::<Option<Mined>>("eth_getTransactionReceipt", &json!([hash]), "a receipt")?;
            if let Some(mined) = mined {
                return Ok(mined);
            }
            if start.elapsed() > WAIT {
                return Err(Layer1Error::Pending { hash: hash.into(), seconds: WAIT.as_secs() });
            }
            sleep(pause);
            pause = (2 * pause).min(longest);
        }
    }

    /// Why a transaction of this block was reverted: receipts do not say. On the state after the block it is the same, or one that came
    /// before it in the block.
    fn reason(&self, call: &Call, block: U64) -> Result<Revert, Layer1Error> {
        match self.execute::<Bytes>("eth_call", &json!([self.parameters(call), block]), "bytes") {
            Err(Layer1Error::Reverted(revert)) => Ok(revert),
            Ok(_) => Ok(Revert::Silent),
            Err(Layer1Error::Node(error)) if matches!(error.fault, Fault::Refused { .. }) => Ok(Revert::Silent),
            Err(error) => Err(error),
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
        let nonce: U64 = self.ask("eth_getTransactionCount", &json!([address, "pending"]), "a number")?;
        let balance: U256 = self.ask("eth_getBalance", &json!([address, "latest"]), "a number")?;
        Ok(Account { nonce: nonce.to(), balance: u128::try_from(balance).unwrap_or(u128::MAX) })
    }

    fn code(&self, address: &L1Address) -> Result<Vec<u8>, Layer1Error> {
        self.ask::<Bytes>("eth_getCode", &json!([address, "latest"]), "bytes").map(Into::into)
    }

    fn call(&self, call: &Call) -> Result<Vec<u8>, Layer1Error> {
        self.execute::<Bytes>("eth_call", &json!([self.parameters(call), "latest"]), "bytes").map(Into::into)
    }

    fn estimate(&self, call: &Call) -> Result<u64, Layer1Error> {
        self.execute::<U64>("eth_estimateGas", &json!([self.parameters(call)]), "a number").map(|gas| gas.to())
    }

    fn transact(&mut self, call: &Call, gas_limit: u64) -> Result<Receipt, Layer1Error> {
        let key = self.key.as_ref().ok_or(Layer1Error::NoKey)?;
        let (max_priority_fee_per_gas, max_fee_per_gas) = self.fees()?;
        let transaction = TxEip1559 {
            chain_id: self.chain_id()?,
            nonce: self.account(&key.address())?.nonce,
            gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to: call.to.map_or(TxKind::Create, |to| TxKind::Call(Address::new(*to.bytes()))),
            value: U256::ZERO,
            access_list: Default::default(),
            input: Bytes::copy_from_slice(&call.data),
        };
        let signature = key.sign(&transaction.signature_hash());
        let signed = transaction.into_signed(signature);
        let hash = signed.hash().0;
        let mut raw = Vec::new();
        signed.eip2718_encode(&mut raw);
        let _: Value = self.rpc.once("eth_sendRawTransaction", &json!([hex::encode_prefixed(&raw)]), "a hash")?;
        let Mined { status, block_number, gas_used, contract_address } = self.mined(&hex::encode_prefixed(hash))?;
        let transaction = gas_used.to::<u64>();
        let gas = Gas { transaction, execution: transaction.saturating_sub(call.intrinsic_gas()) };
        let revert = if status.is_zero() { Some(self.reason(call, block_number)?) } else { None };
        let created = contract_address.filter(|_| revert.is_none());
        Ok(Receipt {
            hash: Some(hash),
            block: block_number.to(),
            gas,
            created: created.map(|address| L1Address::new(address.into_array())),
            revert,
        })
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
