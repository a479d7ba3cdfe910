//! Over JSON-RPC, on anvil: the same refusals, the same gas.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use furl_settlement::layer1::{Call, Creation};
use furl_settlement::revert::Word;
use furl_settlement::rollup::Site;
use furl_settlement::rpc::Fault;
use furl_settlement::{AccountKey, Embedded, Layer1, Layer1Error, Node, Revert, Rollup, abi};
use serde_json::{Value, json};

use crate::support::{Vectors, contracts, creation, path};

/// The key of the account that every development chain funds first: of a public test phrase.
const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// A node of our own, which ends with the test.
struct Anvil {
    child: Child,
    url: String,
}

impl Anvil {
    fn start() -> Self {
        let packages = std::fs::read_dir(path("contracts/node_modules/@foundry-rs")).expect("npm ci in contracts/");
        let mut programs = packages.map(|entry| entry.unwrap().path().join("bin/anvil"));
        let program = programs.find(|path| path.is_file()).expect("anvil is among npm's packages");
        let mut child =
            Command::new(program).args(["--port", "0", "--hardfork", "osaka"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| line.unwrap().strip_prefix("Listening on ").map(str::to_owned));
        // Whatever it says later is read, so that it does not wait for us.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: format!("http://{}", address.expect("anvil listens")) }
    }

    fn node(&self) -> Node {
        Node::new(&self.url, Some(AccountKey::parse(KEY).unwrap())).unwrap()
    }

    /// A request that only anvil knows.
    fn ask(&self, method: &str, parameters: &Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters }).to_string();
        let mut response = ureq::post(&self.url).header("content-type", "application/json").send(&request).unwrap();
        let answer: Value = serde_json::from_slice(&response.body_mut().read_to_vec().unwrap()).unwrap();
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The vectors' rollup, deployed on both; each step takes the same gas.
fn both(anvil: &Anvil) -> (Node, Embedded, Rollup) {
    let (vectors, contracts) = (Vectors::read(), contracts());
    let (mut node, mut chain) = (anvil.node(), Embedded::new());
    let verifier = Call::create(contracts.verifier.clone());
    let [there, here] = [node.send(&verifier).unwrap(), chain.send(&verifier).unwrap()];
    assert_eq!((there.gas, there.created), (here.gas, here.created));
    assert!(there.hash.is_some());
    // The vectors' deployer, whose key nobody has, is lent by anvil.
    let deployer = vectors.deployer();
    anvil.ask("anvil_setBalance", &json!([deployer, "0x56bc75e2d63100000"]));
    anvil.ask("anvil_impersonateAccount", &json!([deployer]));
    let genesis = vectors.proved("first").statement.old_root.to_bytes();
    let call = creation(&contracts, here.created.unwrap(), &genesis);
    let data = alloy_primitives::hex::encode_prefixed(&call.data);
    anvil.ask("eth_sendTransaction", &json!([{ "from": deployer, "data": data }]));
    chain = chain.with_sender(deployer);
    chain.send(&call).unwrap();
    assert_eq!(node.code(&vectors.rollup()).unwrap(), chain.code(&vectors.rollup()).unwrap());
    let rollup = Rollup::at(&node, vectors.rollup()).unwrap();
    (node, chain, rollup)
}

#[test]
#[ignore = "needs npm's anvil: contracts/test.sh"]
fn the_same_as_in_process() {
    let anvil = Anvil::start();
    let (mut node, mut chain, rollup) = both(&anvil);
    let vectors = Vectors::read();
    let [first, second, skipping, foreign] =
        ["first", "second", "skipping", "foreign"].map(|name| vectors.proved(name));
    let same = |node: &Node, chain: &Embedded, data: Vec<u8>| {
        let call = Call::to(rollup.address(), data);
        let [there, here] = [node.estimate(&call), chain.estimate(&call)].map(|answer| match answer {
            Err(Layer1Error::Reverted(revert)) => revert,
            other => panic!("expected a refusal, got {other:?}"),
        });
        assert_eq!(there, here);
        here
    };
    assert_eq!(same(&node, &chain, skipping.submit()), Revert::SkippedBatch { expected: 1, got: 2 });
    assert!(matches!(same(&node, &chain, foreign.submit()), Revert::ForeignDomain { .. }));
    assert!(matches!(same(&node, &chain, [first.submit(), vec![0]].concat()), Revert::Length { .. }));
    let mut spoiled = first.clone();
    spoiled.proof[40 * 32 - 1] ^= 1;
    assert_eq!(same(&node, &chain, spoiled.submit()), Revert::Refused);
    for proved in [&first, &second] {
        let [there, here] = [
            rollup.submit(&mut node, &proved.statement, &proved.proof).unwrap(),
            rollup.submit(&mut chain, &proved.statement, &proved.proof).unwrap(),
        ];
        assert_eq!(there.gas, here.gas);
        assert_eq!(rollup.root(&node).unwrap(), proved.statement.new_root);
        assert_eq!(rollup.batch(&node).unwrap(), proved.statement.batch);
    }
    assert_eq!(same(&node, &chain, second.submit()), Revert::OldBatch { last: 2, got: 2 });
    let mut stale = skipping.clone();
    stale.statement.batch = 3;
    let [current, got] = [&second.statement.new_root, &skipping.statement.old_root].map(|root| Word(root.to_bytes()));
    assert_eq!(same(&node, &chain, stale.submit()), Revert::StaleRoot { current, got });
}

/// Of the verifier, a sample of what the tests of the native one ask the contract in process: bits all over calldata, numbers that are not
/// reduced, points at infinity, every kind of length, other selectors. The node has the same reason for each.
#[test]
#[ignore = "needs npm's anvil: contracts/test.sh"]
fn mutants_are_refused_alike() {
    let anvil = Anvil::start();
    let (node, chain, rollup) = both(&anvil);
    let verifier = rollup.verifier(&node).unwrap();
    let honest = Vectors::read().proved("first").verify();
    let ask = |data: &[u8]| {
        let call = Call::to(verifier, data.to_vec());
        let [there, here] = [node.call(&call), chain.call(&call)].map(|answer| match answer {
            Ok(answer) => Ok(answer),
            Err(Layer1Error::Reverted(revert)) => Err(revert),
            Err(error) => panic!("{error}"),
        });
        assert_eq!(there, here);
        here
    };
    assert_eq!(ask(&honest), Ok(abi::number(1u32).to_vec()));
    let mut reasons = Vec::new();
    let mut refused = |data: &[u8]| {
        let reason = ask(data).expect_err("a mutant");
        reasons.push(std::mem::discriminant(&reason));
    };
    let with = |at: usize, bytes: &[u8]| {
        let mut data = honest.clone();
        data[at..at + bytes.len()].copy_from_slice(bytes);
        data
    };
    for at in (0..honest.len()).step_by(61) {
        refused(&with(at, &[honest[at] ^ 1 << (at % 8)]));
    }
    for word in (0..87).step_by(8) {
        refused(&with(4 + 32 * word, &[0xff; 32]));
    }
    for point in [9, 37, 83, 85] {
        refused(&with(4 + 32 * point, &[0; 64]));
    }
    for length in [0, 3, 4, 292, honest.len() - 32, honest.len() - 1] {
        refused(&honest[..length]);
    }
    for more in [1, 32, honest.len()] {
        refused(&[&honest[..], &honest[..more]].concat());
    }
    refused(&with(0, &abi::selector(abi::SUBMIT)));
    let count = reasons.len();
    let kinds: std::collections::HashSet<_> = reasons.into_iter().collect();
    // Silent, too long, not reduced, at infinity, off the curve, false.
    assert_eq!((count, kinds.len()), (71, 6));
}

/// Sent without being tried first: the receipt says why it was refused.
#[test]
#[ignore = "needs npm's anvil: contracts/test.sh"]
fn a_reverted_transaction_says_why() {
    let anvil = Anvil::start();
    let (mut node, _, rollup) = both(&anvil);
    let skipping = Vectors::read().proved("skipping");
    let nonce = node.account(&node.sender().unwrap()).unwrap().nonce;
    let call = rollup.submission(&skipping.statement, &skipping.proof);
    let receipt = node.transact(&call, nonce, 1_000_000).unwrap();
    assert_eq!(receipt.revert, Some(Revert::SkippedBatch { expected: 1, got: 2 }));
    assert!(receipt.gas.transaction > 60_000 && receipt.hash.is_some());
}

#[test]
#[ignore = "needs npm's anvil: contracts/test.sh"]
fn a_deployment_is_where_it_was_predicted() {
    let anvil = Anvil::start();
    let mut node = anvil.node();
    let site = Site::next(&node).unwrap();
    let first = Vectors::read().proved("first");
    let genesis = first.statement.old_root;
    let (rollup, deployment) = Rollup::deploy(&mut node, &site, &contracts(), &genesis).unwrap();
    assert_eq!((rollup.address(), rollup.domain()), (site.rollup, site.domain));
    assert_eq!(rollup.root(&node).unwrap(), genesis);

    // The node says what created it.
    let code = [&contracts().rollup[..], &abi::construct(&site.verifier, &genesis)].concat();
    let creation = node.creation(&deployment.rollup.unwrap().hash.unwrap()).unwrap();
    let (sender, nonce) = (site.sender, site.nonce + 1);
    assert_eq!(creation, Some(Creation { contract: site.rollup, code, sender, nonce }));
    let submission = node.transact(&rollup.submission(&first.statement, &first.proof), 2, 1_000_000).unwrap();
    for other in [submission.hash.unwrap(), [7; 32]] {
        assert_eq!(node.creation(&other).unwrap(), None);
    }
}

#[test]
#[ignore = "needs npm's anvil: contracts/test.sh"]
fn the_key_is_shown_nowhere() {
    let anvil = Anvil::start();
    let poor = AccountKey::parse("11".repeat(32)).unwrap();
    let mut node = Node::new(&anvil.url, Some(poor)).unwrap();
    let error = node.transact(&Call::create(vec![0]), 0, 100_000).unwrap_err();
    let Layer1Error::NotTaken { why: told, .. } = &error else { panic!("{error}") };
    assert!(told.method == "eth_sendRawTransaction" && matches!(told.fault, Fault::Refused { .. }), "{error}");
    let shown = format!("{error}{error:?}{node:?}");
    assert!(!shown.contains(&"11".repeat(4)), "{shown}");
    let reader = Node::new(&anvil.url, None).unwrap();
    assert!(matches!(Site::next(&reader), Err(Layer1Error::NoKey)));
}
