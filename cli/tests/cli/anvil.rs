//! A node to run the binary against, and an account there whose key no output may show.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use furl_ledger::encoding::from_hex;
use serde_json::{Value, json};

use crate::support::{Place, Run, command, finish, workspace};

/// The key of the account that every development chain funds first: of a public test phrase.
pub(crate) const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// npm's anvil, which ends with the test.
pub(crate) struct Anvil {
    child: Child,
    url: String,
}

impl Anvil {
    /// Starts one, with more options than those that all have.
    pub(crate) fn start(more: &[&str]) -> Self {
        let packages = workspace("contracts/node_modules/@foundry-rs");
        let missing = "there is no anvil; get it with `npm ci --ignore-scripts` in contracts/";
        let packages = std::fs::read_dir(packages).unwrap_or_else(|error| panic!("{missing} ({error})"));
        let mut programs = packages.map(|entry| entry.unwrap().path().join("bin/anvil"));
        let program = programs.find(|path| path.is_file()).expect(missing);
        let mut anvil = Command::new(program);
        anvil.args(["--port", "0", "--hardfork", "osaka"]).args(more).stdout(Stdio::piped());
        let mut child = anvil.spawn().expect("anvil can be run");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let address = lines.find_map(|line| line.unwrap().strip_prefix("Listening on ").map(str::to_owned));
        // Whatever it says later is read, so that it does not wait for us.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: format!("http://{}", address.expect("anvil listens")) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The code at an address.
    pub(crate) fn code(&self, address: &str) -> String {
        self.ask("eth_getCode", &json!([address, "latest"])).as_str().expect("code is text").to_owned()
    }

    /// Puts other code there, which only a node of one's own does.
    pub(crate) fn set_code(&self, address: &str, code: &str) {
        self.ask("anvil_setCode", &json!([address, code]));
    }

    /// Has another account, which only a node of one's own signs for, create what a transaction created: the new
    /// transaction and contract.
    pub(crate) fn create_again(&self, transaction: &str) -> [String; 2] {
        let from = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
        let code = self.ask("eth_getTransactionByHash", &json!([transaction]))["input"].clone();
        let hash = self.ask("eth_sendTransaction", &json!([{ "from": from, "data": code }]));
        // It is in a block as soon as the node comes to it.
        let receipts = std::iter::repeat_with(|| {
            std::thread::sleep(Duration::from_millis(20));
            self.ask("eth_getTransactionReceipt", &json!([hash]))
        });
        let receipt = receipts.take(500).find(|receipt| !receipt.is_null()).expect("there is a block in ten seconds");
        let contract = receipt["contractAddress"].clone();
        [hash, contract].map(|value| value.as_str().expect("both are text").to_owned())
    }

    /// Makes a block of what is on its way, where that is not done at once (`--no-mining`).
    pub(crate) fn mine(&self) {
        self.ask("anvil_mine", &json!(["0x1"]));
    }

    /// How many transactions of the account of [`KEY`] there are, up to `block`.
    pub(crate) fn count(&self, block: &str) -> u64 {
        let account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
        let count = self.ask("eth_getTransactionCount", &json!([account, block]));
        let digits = count.as_str().and_then(|count| count.strip_prefix("0x")).expect("a number");
        u64::from_str_radix(digits, 16).expect("a number")
    }

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

/// How a key is given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given {
    File,
    Variable,
    /// Not at all.
    Nowhere,
}

/// Somebody with a key, who runs the binary as loud as it gets.
pub(crate) struct User {
    place: Place,
    rpc: String,
}

impl User {
    pub(crate) fn of(rpc: &str) -> Self {
        let user = Self { place: Place::new(), rpc: rpc.into() };
        // In the spelling that is not the one that is looked for.
        user.put_key(&format!("0x{}\n", KEY.to_uppercase()), 0o600);
        user
    }

    /// The name of a file of theirs.
    pub(crate) fn at(&self, name: &str) -> String {
        self.place.at(name)
    }

    /// Writes the key's file anew, for these to read.
    pub(crate) fn put_key(&self, text: &str, mode: u32) {
        self.place.put("deployer.key", text);
        self.place.allow("deployer.key", mode);
    }

    /// Runs a command on Layer 1, with the key in a file.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(Given::File, arguments)
    }

    #[track_caller]
    pub(crate) fn run_with(&self, given: Given, arguments: &[&str]) -> Run {
        discreetly(&mut self.command(given, arguments))
    }

    /// The same, yet to be run.
    pub(crate) fn command(&self, given: Given, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.env("FURL_L1_RPC", &self.rpc);
        match given {
            Given::File => command.env("FURL_L1_KEY_FILE", self.at("deployer.key")),
            Given::Variable => command.env("FURL_L1_KEY", KEY),
            Given::Nowhere => &mut command,
        };
        command
    }
}

/// Runs a command with all that makes programs talk, and demands that nothing of the key is shown.
#[track_caller]
pub(crate) fn discreetly(command: &mut Command) -> Run {
    command.envs([("FURL_VERBOSE", "1"), ("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full")]);
    let run = finish(command);
    assert!(!shows_key(&run.stdout) && !shows_key(&run.stderr), "the key is shown: {run:?}");
    run
}

/// Whether a text has a quarter of the key: as digits in any case, or as a list of numbers.
fn shows_key(text: &str) -> bool {
    let (text, bytes) = (text.to_lowercase(), from_hex::<32>(&format!("0x{KEY}")).expect("the key is hexadecimal"));
    let numbers = |part: &[u8]| format!("{part:?}").trim_matches(['[', ']']).to_owned();
    let digits = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    bytes.chunks(8).any(|part| text.contains(&digits(part)) || text.contains(&numbers(part)))
}

#[test]
fn a_key_that_is_shown_is_seen() {
    let upper = KEY.to_uppercase();
    let bytes = from_hex::<32>(&format!("0x{KEY}")).unwrap();
    for text in
        [KEY, &upper, &format!("0x{KEY}"), &upper[48..], &format!("key {bytes:?}"), &format!("x{}x", &KEY[..16])]
    {
        assert!(shows_key(text), "{text}");
    }
    assert!(!shows_key(&KEY[..15]) && !shows_key("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"));
}
