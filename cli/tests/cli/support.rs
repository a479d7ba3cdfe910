//! Running the binary, and a small rollup to run it on.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use furl_ledger::{
    Amount, Batch, BatchNumber, Domain, FeeLane, FeeLanes, L1Address, Ledger, Owner, SecretKey, SlotIndex, Token,
};
use furl_prover::Memory;
use serde_json::Value;
use tempfile::TempDir;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("all output is UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Demands success, and gives what was printed.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// Demands an exit code and words of the message.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.stderr.contains("error: "), "{self:?}");
        for word in words {
            assert!(self.stderr.contains(word), "expected {word:?} in {self:?}");
        }
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }

    /// The one JSON object on stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The binary, with arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_furl"));
    command.args(arguments).stdin(Stdio::null());
    // What the tests' own environment says is no business of theirs.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("FURL_")) {
        command.env_remove(name);
    }
    command
}

/// Runs the binary on some bytes of input.
pub(crate) fn fed(arguments: &[&str], input: &[u8]) -> Run {
    let piped = [Stdio::piped(), Stdio::piped(), Stdio::piped()];
    let [stdin, stdout, stderr] = piped;
    let mut child = command(arguments).stdin(stdin).stdout(stdout).stderr(stderr).spawn().expect("the binary is built");
    let mut pipe = child.stdin.take().expect("it is piped");
    let input = input.to_vec();
    // On a thread, because the program may write before it has read everything; and it may not care to read.
    let feeder = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    feeder.join().expect("writing does not panic");
    Run::of(output)
}

/// Runs the binary.
pub(crate) fn furl(arguments: &[&str]) -> Run {
    finish(&mut command(arguments))
}

/// Runs a command.
pub(crate) fn finish(command: &mut Command) -> Run {
    Run::of(command.output().expect("the binary is built"))
}

/// A directory for a test's files.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory can be made"))
    }

    /// The name of a file here.
    pub(crate) fn at(&self, name: &str) -> String {
        self.path().join(name).into_os_string().into_string().expect("temporary names are UTF-8")
    }

    /// Writes a file here.
    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.at(name);
        fs::write(&path, content).expect("the directory is ours");
        path
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The names of all files here.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.path())
    }
}

/// The names of all files in a directory.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("the directory is ours");
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().expect("names are UTF-8")).collect();
    names.sort();
    names
}

/// A file of the workspace.
pub(crate) fn workspace(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the workspace").join(path);
    path.into_os_string().into_string().expect("the workspace's name is UTF-8")
}

/// Alice (slot 0, 1000 units), Bob (slot 1) and an operator (slot 5, which collects fees), with their key files, and a
/// batch of three signed transfers, proved in profile fast.
pub(crate) struct Rollup {
    place: Place,
}

/// Made once, then only read.
pub(crate) static ROLLUP: LazyLock<Rollup> = LazyLock::new(Rollup::new);

/// The orders of the batch: sender, receiver, amount, fee, nonce.
const ORDERS: [(&str, u32, u32, u64, &str, u32); 3] =
    [("alice.key", 0, 1, 250, "300", 0), ("alice.key", 0, 0, 5, "0", 1), ("bob.key", 1, 0, 10, "code:1", 0)];

impl Rollup {
    fn new() -> Self {
        let place = Place::new();
        let keys = ["alice.key", "bob.key", "operator.key"].map(|name| {
            furl(&["keygen", "--out", &place.at(name)]).ok();
            let text = fs::read_to_string(place.at(name)).expect("just written");
            let file: Value = serde_json::from_str(&text).expect("a key file is JSON");
            file["public"].as_str().expect("it names the public key").parse().expect("of the right form")
        });
        let mut ledger = Ledger::new();
        for ((slot, balance), public_key) in [(0, 1000), (1, 0), (5, 0)].into_iter().zip(keys) {
            let owner = Owner { public_key, l1_address: L1Address::new([slot as u8; 20]) };
            ledger.create(index(slot), owner, Token::new(0), Amount::new(balance).unwrap()).unwrap();
        }
        place.put("state.json", ledger.state(batch()).to_json());

        let rollup = Self { place };
        for (key, from, to, amount, fee, nonce) in ORDERS {
            rollup.sign(key, from, to, amount, fee, nonce, &rollup.at("batch.jsonl"));
        }
        let [state, transfers] = ["state.json", "batch.jsonl"].map(|name| rollup.at(name));
        let [proof, next] = ["proof", "next.json"].map(|name| rollup.at(name));
        let outputs = ["--out", &proof, "--state-out", &next, "--profile", "fast"];
        let run =
            furl(&[&["prove", "--stage=root", "--state", &state, "--transfers", &transfers], &outputs[..]].concat());
        assert!(run.ok().starts_with("proved 3 transfers, profile fast (57 proven bits)\n"));
        rollup
    }

    /// The name of one of its files.
    pub(crate) fn at(&self, name: &str) -> String {
        self.place.at(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).expect("the rollup has this file")
    }

    #[expect(clippy::too_many_arguments, reason = "an order has that many parts")]
    fn sign(&self, key: &str, from: u32, to: u32, amount: u64, fee: &str, nonce: u32, file: &str) {
        let [from, to, nonce] = [from, to, nonce].map(|number| number.to_string());
        let order = ["sign", "--from", &from, "--to", &to, "--amount", &amount.to_string(), "--fee", fee];
        let terms = ["--nonce", &nonce, "--expiry", "9", "--key", &self.at(key), "--state", &self.at("state.json")];
        furl(&[&order[..], &terms, &["--append", file]].concat()).ok();
    }

    /// A place with copies of the state and the batch.
    pub(crate) fn copy(&self) -> Place {
        let place = Place::new();
        for name in ["state.json", "batch.jsonl"] {
            place.put(name, self.read(name));
        }
        place
    }
}

pub(crate) fn index(slot: u32) -> SlotIndex {
    SlotIndex::new(slot).expect("a small number")
}

/// The first batch, with one fee lane.
pub(crate) fn batch() -> Batch {
    let lane = FeeLane { token: Token::new(0), slot: index(5) };
    let lanes = FeeLanes::new([Some(lane), None, None, None]).expect("one lane");
    Batch { domain: Domain::new([3; 32]), number: BatchNumber::FIRST, lanes }
}

/// A key that nobody else has.
pub(crate) fn stranger() -> SecretKey {
    SecretKey::derive(&[9; 32], "stranger", 0)
}

/// The rollup's proof, wrapped in profile fast under the development setup, and its key.
pub(crate) struct Wrapped {
    place: Place,
    /// What furl wrap says of it.
    pub(crate) report: Value,
    /// The memory that it took, if the system tells, and was allowed: the least that is named.
    pub(crate) memory: (Option<u64>, Memory),
}

/// Made once, then only read: the one wrap of these tests.
pub(crate) static WRAPPED: LazyLock<Wrapped> = LazyLock::new(|| {
    let place = Place::new();
    let [root, out] = [ROLLUP.at("proof"), place.at("proof")];
    let wrap = |memory: &str| furl(&["wrap", &root, "--out", &out, "--json", "-v", "--memory", memory]);
    let refused = wrap("100MiB").json()["error"].to_string();
    let least = refused.split("takes ").nth(1).and_then(|rest| rest.split(" of memory").next()).expect("it is named");
    let run = wrap(least);
    let report = run.json();
    let took = run.stderr.split("peak memory ").nth(1).and_then(|rest| rest.split(' ').next());
    let took = took.map(|mebibytes| mebibytes.parse::<u64>().expect("a number") << 20);
    let memory = (took, least.parse().expect("an amount of memory"));
    furl(&["export", "vk", "--profile", "fast", "--out", &place.at("key")]).ok();
    Wrapped { place, report, memory }
});

impl Wrapped {
    /// The name of its `proof` or its `key`.
    pub(crate) fn at(&self, name: &str) -> String {
        self.place.at(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).expect("it was written")
    }
}
