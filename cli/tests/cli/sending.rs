//! Transactions on a node that hiccups, as an operator meets it: what is sent is named and
//! recorded, the same command goes on, and nothing is sent twice.

use std::collections::BTreeSet;
use std::process::Stdio;

use furl_settlement::Embedded;
use furl_settlement::fees::GWEI;
use serde_json::{Value, json};

use crate::anvil::{Given, User};
use crate::fake::{Fake, Reply};
use crate::support::{Place, ROLLUP, Run, WRAPPED};

/// A node, somebody with a key, and a state in the domain of their first deployment.
struct Operator {
    fake: Fake,
    user: User,
    place: Place,
}

impl Operator {
    fn new() -> Self {
        let fake = Fake::of(Embedded::new());
        let user = User::of(fake.url());
        Self { fake, user, place: ROLLUP.copy() }
    }

    /// The same, with their rollup deployed, and the proof of its first batch.
    fn with_proof() -> (Self, String) {
        let operator = Self::new();
        let rollup = operator.deploy(&[]).json()["rollup"].as_str().unwrap().to_owned();
        operator.place.put("proof", WRAPPED.read("proof"));
        operator.fake.chain().is_mining = false;
        (operator, rollup)
    }

    fn deployment(&self) -> Vec<String> {
        let state = self.place.at("state.json");
        ["deploy", "--profile", "fast", "--insecure-dev", "--json", "--state", &state].map(Into::into).to_vec()
    }

    fn deploy(&self, more: &[&str]) -> Run {
        let arguments = self.deployment();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        self.user.run(&arguments)
    }

    fn submit(&self, rollup: &str, more: &[&str]) -> Run {
        let proof = self.place.at("proof");
        let arguments = ["submit", &proof, "--rollup", rollup, "--profile", "fast", "--insecure-dev", "--json"];
        self.user.run(&[&arguments[..], more].concat())
    }

    /// What the record of an input has.
    fn record(&self, input: &str) -> Value {
        let text = std::fs::read_to_string(self.place.at(&format!("{input}.tx.json"))).expect("there is a record");
        serde_json::from_str(&text).expect("it is JSON")
    }

    /// How many different transactions the node was sent.
    fn sent(&self) -> usize {
        self.fake.chain().sent.iter().collect::<BTreeSet<_>>().len()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("expected text, got {value}"))
}

/// Ended between its two contracts, a deployment goes on to the domain that was signed for.
#[cfg(unix)]
#[test]
fn a_deployment_that_is_killed_goes_on() {
    for (signal, code) in [("KILL", None), ("INT", Some(130))] {
        let operator = Operator::new();
        operator.fake.chain().is_mining = false;
        let arguments = operator.deployment();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let mut command = operator.user.command(Given::File, &arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while operator.sent() == 0 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let id = child.id().to_string();
        assert!(std::process::Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), code);

        let record = operator.record("state.json");
        let [sent] = record["transactions"].as_array().unwrap().as_slice() else { panic!("{record}") };
        assert_eq!((&sent["purpose"], &sent["nonce"]), (&"verifier".into(), &0.into()));
        let told = String::from_utf8(output.stderr).unwrap();
        let hash = text(&sent["hash"]);
        assert!(told.contains(&format!("sending transaction {hash} (nonce 0)")), "{told}");
        if code.is_some() {
            let last = format!("the last that was sent is transaction {hash} (nonce 0, recorded in ");
            assert!(told.contains(&last) && told.contains("the same command goes on from here"), "{told}");
        }
        operator.fake.chain().mine();
        operator.fake.chain().is_mining = true;
        let report = operator.deploy(&[]).json();
        assert_eq!((&report["deployed"], &report["nonce"]), (&true.into(), &0.into()));
        assert_eq!(report["transactions"][0]["hash"], hash);
        assert_eq!(operator.sent(), 2);
        // Once more, and without the record.
        assert_eq!(operator.deploy(&[]).json()["transactions"], report["transactions"]);
        let lost = operator.deploy(&["--record", &operator.place.at("other")]).json();
        assert_eq!((&lost["deployed"], &lost["transactions"]), (&true.into(), &json!([null, null])));
        assert_eq!(operator.sent(), 2);
    }
}

#[test]
fn a_time_out_names_what_was_sent() {
    let operator = Operator::new();
    operator.fake.chain().is_mining = false;
    let run = operator.deploy(&["--wait", "0"]);
    let record = operator.record("state.json");
    let hash = text(&record["transactions"][0]["hash"]).to_owned();
    let path = operator.place.at("state.json.tx.json");
    let words =
        ["sent transaction ", &hash, "is in no block after 0 s", &path, "the same command goes on", "--replace"];
    run.fails(69, &words);
    operator.fake.chain().mine();
    operator.fake.chain().is_mining = true;
    assert_eq!(operator.deploy(&[]).json()["transactions"][0]["hash"], hash.as_str());
    // The record says what became of it.
    let record = operator.record("state.json");
    assert_eq!(record["transactions"][0]["outcome"]["succeeded"], true);
}

/// A domain that something else has used up is told, and nothing is sent.
#[test]
fn a_lost_domain_is_told() {
    let operator = Operator::new();
    operator.fake.chain().send_something_else();
    operator.deploy(&[]).fails(
        1,
        &[
            "cannot be deployed in the domain of this state any more",
            "transaction 0 of this account was something else",
        ],
    );
    assert_eq!(operator.sent(), 0);
}

/// What a node says decides neither the chain nor the price.
#[test]
fn a_hostile_node_gets_nothing_signed() {
    let operator = Operator::new();
    operator.deploy(&["--chain-id", "1"]).fails(1, &["the node is of another chain: expected 1, got 31337"]);
    operator.fake.with_fault(|method, _| (method == "eth_chainId").then(|| Reply::Result(json!("0x1"))));
    operator.deploy(&[]).fails(1, &["domain: expected 0x"]);
    operator.fake.with_fault(|_, _| None);

    operator.fake.chain().base_fee = Some(3 * GWEI * GWEI);
    let words = ["the node asks for more than is allowed", "--max-fee", "3000000001 gwei", "more than the 200 gwei"];
    operator.deploy(&[]).fails(77, &words);
    operator.fake.chain().base_fee = Some(150 * GWEI);
    operator.deploy(&["--max-fee", "100.5"]).fails(77, &["151 gwei", "more than the 100.5 gwei"]);
    operator.deploy(&["--gas-limit", "1000000"]).fails(77, &["gas, more than the 1000000"]);
    for wrong in [["--max-fee", "1e3"], ["--tip", "0.0000000001"], ["--confirmations", "0"]] {
        operator.deploy(&wrong).fails(2, &[wrong[0]]);
    }
    assert_eq!((operator.sent(), operator.place.names().len()), (0, 2));
    let report = operator.deploy(&["--chain-id", "31337", "--tip", "0.5", "--max-fee", "160", "--confirmations", "1"]);
    assert_eq!(report.json()["deployed"], true);
    let sent = &operator.record("state.json")["transactions"][1];
    assert_eq!((text(&sent["max_fee"]), text(&sent["tip"])), ("160000000000", "500000000"));
}

/// Two submissions of a batch, of which the second would be refused at the operator's cost.
#[test]
fn a_second_submission_is_refused_or_replaces_the_first() {
    let (operator, rollup) = Operator::with_proof();
    operator.submit(&rollup, &["--wait", "0"]).fails(69, &["is in no block after 0 s", "with --resume"]);
    let record = operator.record("proof");
    let [first] = record["transactions"].as_array().unwrap().as_slice() else { panic!("{record}") };
    assert_eq!((&first["purpose"], &first["nonce"]), (&"batch 1".into(), &2.into()));
    let hash = text(&first["hash"]);
    operator.submit(&rollup, &[]).fails(69, &["nothing is sent", hash, "--resume waits for it", "--replace"]);
    let other = ["--record", &operator.place.at("other")];
    operator.submit(&rollup, &other).fails(69, &["nothing is sent: another transaction", hash, "--nonce"]);
    operator.submit(&rollup, &["--resume", "--wait", "0"]).fails(69, &["was signed before", hash]);
    assert_eq!(operator.sent(), 3);

    operator.submit(&rollup, &["--replace", "--wait", "0"]).fails(69, &["sent transaction", "is in no block"]);
    let record = operator.record("proof");
    let second = &record["transactions"][1];
    assert_eq!((&second["nonce"], operator.sent()), (&2.into(), 4));
    operator.fake.chain().mine();
    let report = operator.submit(&rollup, &["--resume"]).json();
    assert_eq!((&report["submitted"], &report["transaction"]["hash"]), (&true.into(), &second["hash"]));
    // It has arrived: that is said, and nothing is sent. By another record it is refused.
    assert_eq!(operator.submit(&rollup, &[]).json()["transaction"], report["transaction"]);
    operator.submit(&rollup, &other).fails(1, &["batch number: expected 2, the proof says 1"]);
    assert_eq!(operator.sent(), 4);
    // A record belongs to one rollup, and is not written over.
    let state = ["--record", &operator.place.at("state.json")];
    operator.submit(&rollup, &state).fails(65, &["is malformed", "expected format `furl-transactions`"]);
}
