//! A node in this process: the EVM in process behind JSON-RPC, a pool of transactions, and faults.
//!
//! It reads what is signed as a node does, by the raw bytes alone. Its blocks have one transaction
//! each.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use furl_ledger::L1Address;
use furl_ledger::encoding::to_hex;
use furl_settlement::fees::{GWEI, Price};
use furl_settlement::layer1::{Call, Receipt};
use furl_settlement::transaction::Transaction;
use furl_settlement::{Embedded, Layer1 as _, Layer1Error};
use serde_json::{Value, json};

/// The key of its one account, that every development chain funds first: of a public test phrase.
pub(crate) const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// What is answered.
pub(crate) enum Reply {
    Result(Value),
    Error(i64, &'static str),
    Status(u16),
    /// Nothing: the connection is closed.
    Cut,
    /// It is done, and then something else is answered.
    Done(Box<Self>),
}

/// Answers a method in the place of the node, or does not.
type Fault = Box<dyn FnMut(&str, &Value) -> Option<Reply> + Send>;

/// The node: it ends with the test.
#[derive(Clone)]
pub(crate) struct Fake {
    url: String,
    chain: Arc<Mutex<Chain>>,
}

pub(crate) struct Chain {
    pub(crate) evm: Embedded,
    /// By nonce, what is in no block.
    pool: BTreeMap<u64, Transaction>,
    /// What is in a block, by that block's number.
    mined: Vec<(u64, Transaction, Receipt)>,
    pub(crate) head: u64,
    /// Whether what is sent comes into a block at once.
    pub(crate) is_mining: bool,
    pub(crate) base_fee: Option<u128>,
    pub(crate) fault: Fault,
    /// The methods that were asked, and the raw bytes that were sent, whatever the answer.
    pub(crate) asked: Vec<String>,
    pub(crate) sent: Vec<Vec<u8>>,
}

impl Fake {
    /// A node of this chain.
    pub(crate) fn of(evm: Embedded) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it has an address"));
        let chain = Chain {
            evm,
            pool: BTreeMap::new(),
            mined: Vec::new(),
            head: 0,
            is_mining: true,
            base_fee: Some(GWEI),
            fault: Box::new(|_, _| None),
            asked: Vec::new(),
            sent: Vec::new(),
        };
        let fake = Self { url, chain: Arc::new(Mutex::new(chain)) };
        let serving = fake.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let serving = serving.clone();
                thread::spawn(move || drop(serving.serve(stream)));
            }
        });
        fake
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().expect("no test fails within")
    }

    /// From now on these faults happen.
    pub(crate) fn with_fault(&self, fault: impl FnMut(&str, &Value) -> Option<Reply> + Send + 'static) {
        self.chain().fault = Box::new(fault);
    }

    /// One request.
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(&stream);
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line)? > 2 {
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a number");
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let Ok(request) = serde_json::from_slice::<Value>(&body) else { return Ok(()) };
        let (status, body) = match self.chain().reply(&request) {
            Some((status, answer)) => (status, answer),
            None => return Ok(()),
        };
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        (&stream).write_all(&[head.as_bytes(), body.as_bytes()].concat())
    }
}

impl Chain {
    fn reply(&mut self, request: &Value) -> Option<(u16, String)> {
        let (id, method, parameters) = (&request["id"], request["method"].as_str()?, &request["params"]);
        self.asked.push(method.to_owned());
        if method == "eth_sendRawTransaction" {
            self.sent.push(bytes(&parameters[0]));
        }
        let mut fault = std::mem::replace(&mut self.fault, Box::new(|_, _| None));
        let mut reply = fault(method, parameters);
        self.fault = fault;
        if let Some(Reply::Done(then)) = reply {
            drop(self.answer(method, parameters));
            reply = Some(*then);
        }
        match reply.unwrap_or_else(|| self.answer(method, parameters)) {
            Reply::Result(result) => Some((200, json!({ "jsonrpc": "2.0", "id": id, "result": result }).to_string())),
            Reply::Error(code, message) => {
                let error = json!({ "code": code, "message": message });
                Some((200, json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string()))
            }
            Reply::Status(status) => Some((status, "<html>it hiccups</html>".into())),
            Reply::Cut | Reply::Done(_) => None,
        }
    }

    fn answer(&mut self, method: &str, parameters: &Value) -> Reply {
        let result = match method {
            "eth_chainId" => json!(quantity(self.evm.chain_id().unwrap().into())),
            "eth_blockNumber" => json!(quantity(self.head.into())),
            "eth_getTransactionCount" => {
                let next = self.next();
                let pending = (next..).find(|nonce| !self.pool.contains_key(nonce)).expect("it ends");
                json!(quantity(if parameters[1] == "pending" { pending } else { next }.into()))
            }
            "eth_getBalance" => json!(quantity(self.evm.account(&address(&parameters[0])).unwrap().balance)),
            "eth_getCode" => json!(to_hex(&self.evm.code(&address(&parameters[0])).unwrap())),
            "eth_gasPrice" => json!(quantity(2 * GWEI)),
            "eth_maxPriorityFeePerGas" if self.base_fee.is_some() => json!(quantity(GWEI)),
            "eth_feeHistory" if self.base_fee.is_some() => json!({ "reward": [["0x3"], ["0x1"], ["0x2"]] }),
            "eth_getBlockByNumber" => match self.base_fee {
                Some(fee) => json!({ "baseFeePerGas": quantity(fee) }),
                None => json!({}),
            },
            "eth_call" => return executed(self.evm.call(&call(&parameters[0])).map(|answer| json!(to_hex(&answer)))),
            "eth_estimateGas" => {
                return executed(self.evm.estimate(&call(&parameters[0])).map(|gas| json!(quantity(gas.into()))));
            }
            "eth_sendRawTransaction" => match Transaction::decode(&bytes(&parameters[0])) {
                Ok(transaction) => return self.take(transaction),
                Err(_) => return Reply::Error(-32_000, "rlp: it is none"),
            },
            "eth_getTransactionByHash" => self.known(&parameters[0]).map_or(Value::Null, |_| json!({ "to": null })),
            "eth_getTransactionBySenderAndNonce" => {
                let nonce = parameters[1].as_str().and_then(|nonce| u64::from_str_radix(&nonce[2..], 16).ok());
                let found = nonce.and_then(|nonce| self.pool.get(&nonce));
                found.map_or(Value::Null, |transaction| json!({ "hash": to_hex(&transaction.hash) }))
            }
            "eth_getTransactionReceipt" => {
                let found = self.mined.iter().find(|(_, transaction, _)| parameters[0] == to_hex(&transaction.hash));
                found.map_or(Value::Null, |(block, _, receipt)| {
                    json!({
                        "status": if receipt.revert.is_none() { "0x1" } else { "0x0" },
                        "blockNumber": quantity((*block).into()),
                        "blockHash": format!("0x{block:064x}"),
                        "gasUsed": quantity(receipt.gas.transaction.into()),
                        "contractAddress": receipt.created,
                    })
                })
            }
            _ => return Reply::Error(-32_601, "the method does not exist"),
        };
        Reply::Result(result)
    }

    fn next(&self) -> u64 {
        self.evm.account(&self.evm.sender().unwrap()).unwrap().nonce
    }

    fn known(&self, hash: &Value) -> Option<&Transaction> {
        let mined = self.mined.iter().map(|(_, transaction, _)| transaction);
        self.pool.values().chain(mined).find(|transaction| *hash == to_hex(&transaction.hash))
    }

    /// What a node says to a transaction that is sent.
    fn take(&mut self, transaction: Transaction) -> Reply {
        let hash = to_hex(&transaction.hash);
        if self.known(&json!(hash)).is_some() {
            return Reply::Error(-32_000, "already known");
        }
        if transaction.chain_id != self.evm.chain_id().unwrap() || transaction.sender != self.evm.sender().unwrap() {
            return Reply::Error(-32_000, "invalid sender");
        }
        if transaction.nonce < self.next() {
            return Reply::Error(-32_000, "nonce too low");
        }
        let least = |old: &Transaction| old.price.most() + old.price.most() / 10;
        if self.pool.get(&transaction.nonce).is_some_and(|old| transaction.price.most() < least(old)) {
            return Reply::Error(-32_000, "replacement transaction underpriced");
        }
        if matches!(transaction.price, Price::Dynamic { .. }) && self.base_fee.is_none() {
            return Reply::Error(-32_000, "transaction type not supported");
        }
        self.pool.insert(transaction.nonce, transaction);
        if self.is_mining {
            self.mine();
        }
        Reply::Result(json!(hash))
    }

    /// Brings into blocks what can be.
    pub(crate) fn mine(&mut self) {
        while let Some(transaction) = self.pool.remove(&self.next()) {
            let Transaction { call, nonce, gas_limit, .. } = &transaction;
            let receipt = self.evm.transact(call, *nonce, *gas_limit).expect("it is this account's next");
            self.head += 1;
            self.mined.push((self.head, transaction, receipt));
        }
    }

    /// Forgets what is in no block.
    pub(crate) fn forget(&mut self) {
        self.pool.clear();
    }

    /// Uses up a nonce otherwise.
    pub(crate) fn send_something_else(&mut self) {
        self.evm.send(&Call::to(L1Address::new([7; 20]), Vec::new())).expect("it has ether");
    }
}

fn executed(answer: Result<Value, Layer1Error>) -> Reply {
    match answer {
        Ok(answer) => Reply::Result(answer),
        Err(_) => Reply::Error(3, "execution reverted"),
    }
}

fn quantity(number: u128) -> String {
    format!("{number:#x}")
}

fn bytes(text: &Value) -> Vec<u8> {
    let digits = text.as_str().and_then(|text| text.strip_prefix("0x")).expect("hexadecimal text");
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn address(text: &Value) -> L1Address {
    text.as_str().expect("an address").parse().expect("an address")
}

fn call(parameters: &Value) -> Call {
    let to = &parameters["to"];
    Call { to: (!to.is_null()).then(|| address(to)), data: bytes(&parameters["input"]) }
}
