//! # A node over JSON-RPC
//!
//! Eleven methods of the Ethereum JSON-RPC, a request at a time. Transactions are of the kind of EIP-1559 and signed here; the node sees no
//! key. A transaction is waited for until it is in a block.
//!
//! The address of a node may hold a password or a token: errors show its scheme, host and port alone.
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
use ureq::Agent;

use crate::key::AccountKey;
use crate::layer1::{Account, Call, Creation, Gas, Layer1, Layer1Error, Receipt};
use crate::revert::Revert;

/// No answer is longer: code has 24 kB, and is sent in hexadecimal.
const MAX_ANSWER: u64 = 1 << 20;
/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(30);
/// How long a transaction may be on its way.
const WAIT: Duration = Duration::from_secs(300);
/// The first pause between two looks for a receipt, and the longest.
const PAUSE: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(4)];

/// A node, and the key that pays there.
pub struct Node {
    agent: Agent,
    url: String,
    shown: String,
    key: Option<AccountKey>,
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agent: _, url: _, shown, key } = self;
        f.debug_struct("Node").field("endpoint", shown).field("key", key).finish_non_exhaustive()
    }
}

/// What a node answers.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    result: Value,
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    code: i64,
    message: String,
    data: Option<Value>,
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
    to: Option<Address>,
    input: Bytes,
}

/// Why a request failed: by the contract's will, or otherwise.
enum Failed {
    Error(Layer1Error),
    Fault(&'static str, Fault),
}

impl Node {
    /// A node at an address that begins with `http://` or `https://`; without a key it can be asked, and nothing sent. Nothing is asked yet.
    ///
    /// # Errors
    /// [`Layer1Error::Endpoint`].
    pub fn new(url: &str, key: Option<AccountKey>) -> Result<Self, Layer1Error> {
        let endpoint = Endpoint::parse(url).ok_or(Layer1Error::Endpoint)?;
        let mut config = Agent::config_builder().timeout_global(Some(REQUEST)).http_status_as_error(false);
        if endpoint.is_loopback() {
            config = config.proxy(None);
        }
        Ok(Self { agent: config.build().into(), url: url.into(), shown: endpoint.to_string(), key })
    }

    /// The node, without what may be secret in its address.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.shown
    }

    /// What a transaction has created; `None` if it has created nothing, or is in no block.
    ///
    /// # Errors
    /// If the node does not answer.
    pub fn creation(&self, transaction: &[u8; 32]) -> Result<Option<Creation>, Layer1Error> {
        let hash = json!([hex::encode_prefixed(transaction)]);
        let sent: Option<Sent> = self.ask("eth_getTransactionByHash", &hash, "a transaction")?;
        let mined: Option<Mined> = self.ask("eth_getTransactionReceipt", &hash, "a receipt")?;
        let (Some(Sent { to: None, input }), Some(mined)) = (sent, mined) else { return Ok(None) };
        let contract = mined.contract_address.filter(|_| !mined.status.is_zero());
        Ok(contract.map(|contract| Creation { contract: L1Address::new(contract.into_array()), code: input.into() }))
    }

    fn answer<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<T, Failed> {
        let endpoint = || self.shown.clone();
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters }).to_string();
        let wrong = || Failed::Error(Layer1Error::Answer { endpoint: endpoint(), method, expected });
        let sent = self.agent.post(&self.url).header("content-type", "application/json").send(&request);
        let read = sent.and_then(|mut response| response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec());
        let bytes = read.map_err(|error| {
            Failed::Error(Layer1Error::Unreachable { endpoint: endpoint(), method, why: why(&error) })
        })?;
        let Answer { result, error } = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        match error {
            Some(fault) => Err(Failed::Fault(method, fault)),
            None => serde_json::from_value(result).map_err(|_| wrong()),
        }
    }

    /// Asks something that no contract has a say in.
    fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<T, Layer1Error> {
        self.answer(method, parameters, expected).map_err(|failed| match failed {
            Failed::Error(error) => error,
            Failed::Fault(method, fault) => self.refused(method, fault),
        })
    }

    /// Asks for an execution, which a contract may revert.
    fn execute<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &Value,
        expected: &'static str,
    ) -> Result<T, Layer1Error> {
        self.answer(method, parameters, expected).map_err(|failed| match failed {
            Failed::Error(error) => error,
            Failed::Fault(method, fault) => match fault.revert() {
                Some(data) => Layer1Error::Reverted(Revert::decode(&data)),
                None => self.refused(method, fault),
            },
        })
    }

    fn refused(&self, method: &'static str, Fault { code, message, data: _ }: Fault) -> Layer1Error {
        Layer1Error::Refused { endpoint: self.shown.clone(), method, code, message }
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
            Ok(_) | Err(Layer1Error::Refused { .. }) => Ok(Revert::Silent),
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
        let _: Value = self.ask("eth_sendRawTransaction", &json!([hex::encode_prefixed(&raw)]), "a hash")?;
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

impl Fault {
    /// The data of a revert, if it is one: code 3, or words to that effect.
    fn revert(&self) -> Option<Vec<u8>> {
        if self.code != 3 && !self.message.contains("revert") {
            return None;
        }
        match &self.data {
            Some(Value::String(data)) => hex::decode(data).ok(),
            None => Some(Vec::new()),
            Some(_) => None,
        }
    }
}

/// What happened, without the address that was asked.
fn why(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Timeout(_) => format!("no answer in {} s", REQUEST.as_secs()),
        ureq::Error::HostNotFound => "there is no such host".into(),
        ureq::Error::ConnectionFailed => "no connection".into(),
        ureq::Error::BodyExceedsLimit(limit) => format!("an answer of more than {limit} bytes"),
        ureq::Error::Rustls(error) => error.to_string(),
        _ => "the connection failed".into(),
    }
}

/// An address of a node, in its parts that are no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    host: String,
    port: Option<u16>,
}

impl Endpoint {
    /// Takes an address apart; `None` if it is none.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = [("http", "http://"), ("https", "https://")]
            .into_iter()
            .find_map(|(scheme, prefix)| Some((scheme, url.strip_prefix(prefix)?)))?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let (host, port) = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
            Some((host, rest)) => (format!("[{host}]"), rest.strip_prefix(':')),
            None => match place.split_once(':') {
                Some((host, port)) => (host.to_owned(), Some(port)),
                None => (place.to_owned(), None),
            },
        };
        let port = port.map(str::parse).transpose().ok()?;
        let is_plain = |host: &str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
        (!host.is_empty() && is_plain(&host)).then_some(Self { scheme, host, port })
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let address = self.host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        self.host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, host, port } = self;
        write!(f, "{scheme}://{host}")?;
        port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (url, shown, loopback) in [
            ("http://127.0.0.1:8545", "http://127.0.0.1:8545", true),
            ("http://localhost:8545/", "http://localhost:8545", true),
            ("http://[::1]:8545/token", "http://[::1]:8545", true),
            ("https://user:password@node.example/v3/token?key=token#token", "https://node.example", false),
            ("https://127.0.0.1.example", "https://127.0.0.1.example", false),
            ("http://localhost@example.com", "http://example.com", false),
            ("http://10.0.0.1", "http://10.0.0.1", false),
        ] {
            let endpoint = Endpoint::parse(url).unwrap();
            assert_eq!((endpoint.to_string().as_str(), endpoint.is_loopback()), (shown, loopback), "{url}");
            let node = Node::new(url, None).unwrap();
            assert!(!format!("{node:?}").contains("token") && !format!("{node:?}").contains("password"), "{node:?}");
        }
        for url in ["", "localhost:8545", "ws://localhost", "http://", "http://:8545", "http://host:port", "http://a b"]
        {
            assert_eq!(Endpoint::parse(url), None, "{url}");
            assert!(matches!(Node::new(url, None), Err(Layer1Error::Endpoint)));
        }
    }

    #[test]
    fn a_revert_is_told_from_other_faults() {
        let fault = |code, message: &str, data| Fault { code, message: message.into(), data };
        assert_eq!(fault(3, "execution reverted", Some(json!("0x0102"))).revert(), Some(vec![1, 2]));
        assert_eq!(fault(-32000, "execution reverted", None).revert(), Some(Vec::new()));
        assert_eq!(fault(-32000, "insufficient funds", None).revert(), None);
    }

    #[test]
    fn nobody_there() {
        // The port is free: it was given to us and given back.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let node = Node::new(&format!("http://127.0.0.1:{port}/token"), None).unwrap();
        let error = node.chain_id().unwrap_err();
        assert!(matches!(error, Layer1Error::Unreachable { method: "eth_chainId", .. }), "{error}");
        assert!(!error.to_string().contains("token"), "{error}");
    }
}
