//! Commands on Layer 1: deployed, submitted to and verified on a real node; and what is refused before one is asked.
//!
//! Every run here is as loud as it gets, and shows nothing of the key of the account that pays. What needs tools from npm is ignored;
//! `contracts/test.sh` gets them and runs it.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::anvil::{Anvil, Given, KEY, User, discreetly};
use crate::server::{Reply, Server, nobody};
use crate::support::{Place, ROLLUP, WRAPPED, command, furl, workspace};

/// Some address without code.
const NOBODY: &str = "0x0707070707070707070707070707070707070707";
const DRY: [&str; 3] = ["deploy", "--dry-run", "--json"];

/// The name of the compiler from npm.
fn solc() -> String {
    workspace("contracts/solc.js")
}

/// Where a user's next deployment will be.
fn next(user: &User) -> Value {
    user.run(&DRY).json()
}

/// Accounts and one transfer in a domain; the directory.
fn town(user: &User, name: &str, domain: &Value) -> String {
    let (out, domain) = (user.at(name), domain.as_str().unwrap());
    let few = ["--transfers", "1", "--accounts", "2", "--tokens", "1"];
    furl(&[&["sample", "--domain", domain, "--out", &out][..], &few].concat()).ok();
    out
}

/// Deploys the state of a new town where the next deployment will be.
fn deploy(user: &User, name: &str, profile: &str) -> Value {
    let town = town(user, name, &next(user)["domain"]);
    user.run(&["deploy", "--state", &format!("{town}/state.json"), "--profile", profile, "--insecure-dev", "--json"])
        .json()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("expected text, got {value}"))
}

/// What the README promises, on a node: domain, state, deployment, proof, root.
#[test]
#[ignore = "needs npm's anvil and solc: contracts/test.sh"]
fn a_rollup_from_its_future_address_to_its_first_batch() {
    let anvil = Anvil::start(&[]);
    let user = User::of(anvil.url());
    let future = next(&user);
    assert_eq!(
        (&future["deployed"], &future["chain_id"], &future["nonce"]),
        (&false.into(), &31_337.into(), &0.into())
    );
    let from = user.run_with(Given::Nowhere, &[&DRY[..], &["--from", text(&future["sender"])]].concat());
    assert_eq!(from.json(), future, "who has no key names the account");

    let town = town(&user, "town", &future["domain"]);
    let [state, transfers] = ["state.json", "transfers.jsonl"].map(|name| format!("{town}/{name}"));
    let deployment = ["deploy", "--state", &state, "--profile", "fast", "--insecure-dev"];
    let told = user.run_with(Given::Variable, &[&deployment[..], &["--json"]].concat()).json();
    assert_eq!(told["deployed"], true);
    for field in ["chain_id", "sender", "nonce", "verifier", "rollup", "domain", "separator"] {
        assert_eq!(told[field], future[field], "{field}");
    }
    let rollup = text(&told["rollup"]);
    // Once more: it is there, and nothing is sent.
    let again = user.run(&[&deployment[..], &["--json"]].concat()).json();
    assert_eq!((&again["transactions"], &again["rollup"]), (&told["transactions"], &told["rollup"]));

    let [proof, next] = ["proof", "next.json"].map(|name| user.at(name));
    let batch = ["prove", "--state", &state, "--transfers", &transfers, "--profile", "fast", "--insecure-dev"];
    furl(&[&batch[..], &["--out", &proof, "--state-out", &next]].concat()).ok();
    the_proof_is_for_one_rollup(&user, &proof);
    let submission = ["submit", &proof, "--rollup", rollup, "--profile", "fast", "--insecure-dev"];
    let sent = user.run(&[&submission[..], &["--json"]].concat()).json();
    assert_eq!((&sent["submitted"], &sent["batch"], &sent["count"]), (&true.into(), &1.into(), &1.into()));
    assert_eq!(sent["old_root"], told["genesis"]);
    let gas = sent["transaction"]["gas"].as_u64().unwrap();
    assert!((300_000..400_000).contains(&gas), "{gas}");
    // Once more: it has arrived, and nothing is sent. By another record it is refused.
    let again = user.run(&[&submission[..], &["--json"]].concat()).json();
    assert_eq!(again["transaction"], sent["transaction"]);
    user.run(&[&submission[..], &["--record", &user.at("other.json")]].concat())
        .fails(1, &["something else than it is compared with", "batch number: expected 2, the proof says 1"]);

    the_deployment_is_verified(&anvil, &user, &told, &sent);
    another_chain_begins_with_the_first_batch(&next);
    drop(anvil);
    user.run(&submission).fails(69, &["Layer 1 cannot be used", "does not answer eth_chainId"]);
}

/// A proof of a rollup that is there is not sent to another.
fn the_proof_is_for_one_rollup(user: &User, proof: &str) {
    let submit = |rollup: &str| user.run(&["submit", proof, "--profile", "fast", "--insecure-dev", "--rollup", rollup]);
    submit(NOBODY).fails(1, &["the rollup is not as expected", "there is no code"]);
    let other = deploy(user, "other", "fast");
    submit(text(&other["rollup"])).fails(1, &["domain: expected 0x"]);
    submit(text(&other["verifier"]))
        .fails(1, &["the rollup is not as expected", "there is a contract without CHAIN()"]);
    let proven = deploy(user, "proven", "proven");
    submit(text(&proven["rollup"])).fails(1, &["takes proofs of another key", "key: expected 0x"]);
}

fn the_deployment_is_verified(anvil: &Anvil, user: &User, told: &Value, sent: &Value) {
    let (rollup, solc, state) = (text(&told["rollup"]), solc(), user.at("town/state.json"));
    let verify = |rollup: &str, more: &[&str]| {
        let arguments =
            ["verify-deployment", "--rollup", rollup, "--profile", "fast", "--insecure-dev", "--solc", &solc];
        user.run_with(Given::Nowhere, &[&arguments[..], more].concat())
    };
    let [verifiers, creation] = [0, 1].map(|i| text(&told["transactions"][i]["hash"]));
    let report = verify(rollup, &["--creation", creation, "--state", &state, "--json"]).json();
    assert_eq!((&report["verified"], &report["insecure"]), (&true.into(), &true.into()));
    assert_eq!((&report["root"], &report["batch"]), (&sent["new_root"], &1.into()));
    assert_eq!((&report["genesis"], &report["genesis_is_of_state"]), (&told["genesis"], &true.into()));
    for field in ["chain_id", "rollup", "verifier", "domain", "profile", "key"] {
        assert_eq!(report[field], told[field], "{field}");
    }
    assert_eq!((&report["creator"], &report["creator_nonce"]), (&told["sender"], &1.into()));

    // All that follows is found before circuits are built.
    let not = ["NOT VERIFIED"];
    verify(NOBODY, &[]).fails(1, &[&not[..], &["Furl: there is no code at 0x0707"]].concat());
    verify(text(&told["verifier"]), &[]).fails(1, &[&not[..], &["Furl: expected ", " bytes of code, got "]].concat());
    let foreign = user.at("other/state.json");
    verify(rollup, &["--creation", creation, "--state", &foreign])
        .fails(1, &["not the genesis", "domain: expected 0x"]);
    // Another state in the same domain.
    let richer = user.at("richer");
    furl(&["sample", "--domain", text(&told["domain"]), "--transfers", "1", "--accounts", "3", "--out", &richer]).ok();
    let richer = format!("{richer}/state.json");
    verify(rollup, &["--creation", creation, "--state", &richer]).fails(1, &["not the genesis", "root: expected 0x"]);
    verify(rollup, &["--creation", verifiers])
        .fails(1, &[&not[..], &["the transaction: expected one that created 0x"]].concat());
    verify(rollup, &["--creation", text(&sent["transaction"]["hash"])]).fails(1, &["it created nothing"]);
    verify(rollup, &["--state", &state]).fails(2, &["--creation"]);
    // The same code and verifier, and the right words in it; but that verifier is not its creator's.
    let [again, copy] = anvil.create_again(creation);
    verify(&copy, &["--creation", &again])
        .fails(1, &["NOT VERIFIED", "the verifier: expected none", "there other code may have been before"]);
    let code = anvil.code(rollup);
    let (rest, last) = code.split_at(code.len() - 1);
    anvil.set_code(rollup, &format!("{rest}{}", if last == "0" { "1" } else { "0" }));
    verify(rollup, &[]).fails(1, &[&not[..], &["Furl: 1 bytes of the code are others"]].concat());
    anvil.set_code(rollup, &code);
}

/// The same account's first transactions on a new chain make the same domain.
fn another_chain_begins_with_the_first_batch(next: &str) {
    let anvil = Anvil::start(&[]);
    let late = User::of(anvil.url()).run(&["deploy", "--profile", "fast", "--insecure-dev", "--state", next]);
    late.fails(1, &["batch: expected the state before batch 1, got one before batch 2"]);
}

/// Killed between its two contracts, a deployment goes on to the same domain; of two submissions of a batch
/// one is sent, and of it and its replacement one is mined.
#[cfg(unix)]
#[test]
#[ignore = "needs npm's anvil and solc: contracts/test.sh"]
fn what_is_on_its_way_is_not_sent_twice() {
    let anvil = Anvil::start(&["--no-mining"]);
    let (user, place) = (User::of(anvil.url()), ROLLUP.copy());
    let state = place.at("state.json");
    let deployment = ["deploy", "--profile", "fast", "--insecure-dev", "--json", "--state", &state];
    for sent in 1..=2 {
        let mut child =
            user.command(Given::File, &deployment).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while anvil.count("pending") < sent {
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        anvil.mine();
    }
    let told = user.run(&deployment).json();
    assert_eq!((&told["deployed"], &told["nonce"], anvil.count("latest")), (&true.into(), &0.into(), 2));
    for transaction in told["transactions"].as_array().unwrap() {
        assert_eq!(text(&transaction["hash"]).len(), 66);
    }

    let proof = place.put("proof", WRAPPED.read("proof"));
    let given = ["submit", &proof, "--rollup", text(&told["rollup"]), "--json", "--wait", "0"];
    let submission = [&given[..], &["--profile", "fast", "--insecure-dev"]].concat();
    user.run(&submission).fails(69, &["sent transaction 0x", "is in no block after 0 s"]);
    user.run(&submission).fails(69, &["nothing is sent", "--resume waits for it, --replace offers more for it"]);
    let elsewhere = user.at("elsewhere");
    user.run(&[&submission[..], &["--record", &elsewhere]].concat()).fails(69, &["nothing is sent", "nonce 2"]);
    user.run(&[&submission[..], &["--replace"]].concat()).fails(69, &["sent transaction 0x", "is in no block"]);
    anvil.mine();
    assert_eq!(anvil.count("pending"), 3);
    let record: Value = serde_json::from_str(&std::fs::read_to_string(format!("{proof}.tx.json")).unwrap()).unwrap();
    assert_eq!(user.run(&submission).json()["transaction"]["hash"], record["transactions"][1]["hash"]);
}

/// On a chain that is not for development, what is unsafe has to be said; until then nothing is sent.
#[test]
#[ignore = "needs npm's anvil and solc: contracts/test.sh"]
fn what_is_unsafe_is_said_in_words() {
    let local = Anvil::start(&[]);
    let anvil = Anvil::start(&["--chain-id", "17000"]);
    let user = User::of(anvil.url());
    let future = next(&user);
    assert_eq!((&future["chain_id"], &future["nonce"]), (&17_000.into(), &0.into()));
    let there = next(&User::of(local.url()));
    assert_eq!(there["rollup"], future["rollup"]);
    assert_ne!(there["domain"], future["domain"]);

    let state = format!("{}/state.json", town(&user, "town", &future["domain"]));
    let deploy = |more: &[&str]| user.run(&[&["deploy", "--insecure-dev", "--state", &state][..], more].concat());
    let words = |words: &str| format!("if that is meant, say --accept \"{words}\"");
    let (fast, proven) = ("the profile fast and an INSECURE setup on chain 17000", "an INSECURE setup on chain 17000");
    deploy(&["--profile", "fast"]).fails(77, &["this is not deployed", &words(fast)]);
    deploy(&[]).fails(77, &["this is not deployed", &words(proven)]);
    for said in [proven, "the profile fast", "yes", "", &fast.replace("17000", "31337")] {
        deploy(&["--profile", "fast", "--accept", said]).fails(77, &[&words(fast)]);
    }
    deploy(&["--accept", fast]).fails(77, &[&words(proven)]);
    let refused = deploy(&["--json"]).json();
    assert_eq!((&refused["error"]["exit"], &refused["error"]["name"]), (&77.into(), &"unsafe".into()));

    // A key that is read is of the profile that is named, and its contract is compiled.
    let key = user.at("fast.key");
    furl(&["export", "vk", "--profile", "fast", "--insecure-dev", "--out", &key]).ok();
    deploy(&["--key", &key]).fails(1, &["not of profile proven", "expected one of 2^19 rows, got one of 2^18"]);
    let mut other = std::fs::read(&key).unwrap();
    // A byte of the circuit's number in the key: that of another circuit.
    other[63] ^= 1;
    std::fs::write(&key, other).unwrap();
    let other = ["--key", &key, "--profile", "fast", "--accept", fast];
    deploy(&other)
        .fails(72, &["a Solidity compiler is needed", "--solc PATH", "npm ci --ignore-scripts", "contracts/solc.js"]);
    assert_eq!(next(&user), future, "nothing was sent");

    let told = deploy(&[&other[..], &["--solc", &solc(), "--json"]].concat()).json();
    assert_eq!(
        (&told["deployed"], &told["rollup"], &told["insecure"]),
        (&true.into(), &future["rollup"], &true.into())
    );
}

/// The node refuses the transaction; the failure says so, and not with what it was signed.
#[test]
#[ignore = "needs npm's anvil and solc: contracts/test.sh"]
fn an_account_without_ether_is_told() {
    let anvil = Anvil::start(&["--balance", "0"]);
    let user = User::of(anvil.url());
    let state = format!("{}/state.json", town(&user, "town", &next(&user)["domain"]));
    for given in [Given::File, Given::Variable] {
        let run = user.run_with(given, &["deploy", "--profile", "fast", "--insecure-dev", "--state", &state]);
        run.fails(69, &["the node does not take the transaction", anvil.url(), "refuses eth_", "nsufficient funds"]);
    }
}

/// Addresses of nodes: where nobody listens, and where somebody does who is no node.
fn no_nodes() -> [String; 2] {
    let other = Server::always(Reply::http(200, "hello"));
    [nobody(), other.address()].map(|address| format!("http://user:hunter2@{address}/v3/hunter2?key=hunter2"))
}

#[test]
fn a_node_that_is_none_is_told_without_its_token() {
    let [free, other] = no_nodes();
    let proof = workspace("vectors/wrapped.proof");
    let state = workspace("vectors/state.json");
    let key = workspace("vectors/wrap.key");
    let commands: [&[&str]; 3] = [
        &["deploy", "--dry-run"],
        &["deploy", "--profile", "fast", "--insecure-dev", "--state", &state],
        &["submit", &proof, "--rollup", NOBODY, "--key", &key, "--profile", "fast", "--insecure-dev"],
    ];
    for (rpc, words) in [(free, "does not answer eth_"), (other, "with something else than")] {
        let user = User::of(&rpc);
        for command in commands {
            let run = user.run(command);
            assert!(!run.stderr.contains("hunter2") && !run.stdout.contains("hunter2"), "{run:?}");
            run.fails(69, &["Layer 1 cannot be used", "http://127.0.0.1:", words]);
        }
    }
    let user = User::of("ws://127.0.0.1/hunter2");
    let run = user.run(commands[0]);
    assert!(!run.stderr.contains("hunter2"), "{run:?}");
    run.fails(2, &["expected an address of a node that begins with http:// or https://"]);
    discreetly(&mut command(commands[0])).fails(2, &["--rpc"]);
}

/// Whatever a node says, its words are on one line, and nothing of its address is in them; it is not asked for long.
#[test]
fn what_a_node_answers_is_told() {
    let limit = r#"{"jsonrpc":"2.0","error":{"code":-32005,"message":"hunter2 has had enough"}}"#;
    for (reply, words) in [
        (
            Reply::http(401, "no\n\x1b[2Jhunter2"),
            "with HTTP 401 Unauthorized (see user and password, or the token, in its address): no \\u{1b}[2J***",
        ),
        (
            Reply::with(429, ("Retry-After", "3600"), limit),
            "*** has had enough (code -32005, HTTP 429 Too Many Requests, it asks to wait 3600 s)",
        ),
        (
            Reply::with(301, ("Location", "https://node.example/hunter2"), ""),
            "a redirect to https://node.example, which is not followed",
        ),
        (Reply::http(500, "<html>hunter2"), "with HTTP 500 Internal Server Error: an HTML page: <html>***"),
        (Reply::http(200, "<html>hunter2"), "with something else than a number: an HTML page: <html>***"),
    ] {
        let server = Server::always(reply);
        let user = User::of(&format!("http://user:hunter2@{}/v3/hunter2", server.address()));
        let run = user.run(&["deploy", "--dry-run"]);
        assert!(!run.stderr.contains("hunter2") && !run.stdout.contains("hunter2"), "{run:?}");
        run.fails(69, &["Layer 1 cannot be used", &server.url(), words]);
        assert_eq!(server.asked().len(), 1);
    }
}

/// The proxy of the node's scheme is asked, told from the node, and shown without its password.
#[test]
fn a_proxy_of_the_environment_is_told_from_the_node() {
    let (dead, proxy) = (nobody(), Server::always(Reply::http(407, "")));
    let run = |variables: &[(&str, String)]| {
        let mut command = command(&["deploy", "--dry-run", "--from", NOBODY]);
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        command.env("FURL_L1_RPC", "http://node.invalid").envs(variables.iter().cloned());
        let run = discreetly(&mut command);
        assert!(!run.stderr.contains("hunter2"), "{run:?}");
        run
    };
    let named = |name: &'static str, address| (name, format!("http://user:hunter2@{address}"));
    let words = format!("eth_chainId: the proxy http://{dead} (of the variable http_proxy) does not answer: ");
    run(&[named("http_proxy", dead)]).fails(69, &["http://node.invalid cannot be asked", &words]);
    let words = format!("the proxy {} (of the variable HTTP_PROXY) does not connect to it: HTTP 407", proxy.url());
    run(&[named("HTTP_PROXY", proxy.address()), named("HTTPS_PROXY", dead)]).fails(69, &[&words]);
    let direct = "http://node.invalid does not answer eth_chainId: ";
    run(&[named("HTTPS_PROXY", dead)]).fails(69, &[direct]);
    run(&[named("all_proxy", dead), ("NO_PROXY", "invalid".into())]).fails(69, &[direct]);
    run(&[("ALL_PROXY", "socks5://hunter2:1".into())])
        .fails(2, &["the proxy in the variable ALL_PROXY: expected http://host:port"]);
}

#[test]
fn a_key_is_its_owners_alone() {
    let [free, _] = no_nodes();
    let user = User::of(&free);
    let dry = || user.run(&DRY[..2]);
    dry().fails(69, &["does not answer"]);
    user.run_with(Given::Variable, &DRY[..2]).fails(69, &["does not answer"]);
    user.run_with(Given::Nowhere, &DRY[..2]).fails(2, &["expected the key of an account that pays, got none"]);
    #[cfg(unix)]
    for mode in [0o640, 0o604, 0o660, 0o777] {
        user.put_key(KEY, mode);
        let words = format!("others may read it (mode {mode:03o}; chmod 600 it)");
        dry().fails(77, &["deployer.key is refused", &words]);
    }
    for text in [&KEY[1..], &format!("{KEY}0"), &KEY.replace('a', "g"), "", &format!("{KEY} {KEY}")] {
        user.put_key(text, 0o600);
        dry().fails(65, &["there is no key in", "deployer.key", "expected a key of"]);
        let mut variable = command(&DRY[..2]);
        let run = discreetly(variable.env("FURL_L1_RPC", &free).env("FURL_L1_KEY", text));
        // A variable that is empty counts as none.
        match text {
            "" => run.fails(2, &["expected the key of an account that pays, got none"]),
            _ => run.fails(65, &["there is no key in FURL_L1_KEY", "expected a key of"]),
        }
    }
    let absent = user.at("absent");
    user.run_with(Given::Nowhere, &["deploy", "--dry-run", "--key-file", &absent])
        .fails(66, &[&absent, "cannot be read"]);
}

/// Not even by mistake is a key taken from the command line, or repeated where it is read.
#[test]
fn a_key_on_the_command_line_is_not_taken() {
    let [free, _] = no_nodes();
    let user = User::of(&free);
    let with = |arguments: &[&str]| user.run_with(Given::Nowhere, &[&["deploy", "--dry-run"], arguments].concat());
    for key in mistaken() {
        for option in ["--key-file", "--key"] {
            with(&[option, &key]).fails(2, &[option, "takes the name of a file", "use it no more"]);
        }
        let option = format!("--private-key={key}");
        for arguments in [&["--private-key", &key][..], &[&option], &["--account", &key], &[&key]] {
            with(arguments).fails(2, &["unexpected argument"]);
        }
        let mut variable = command(&["deploy", "--dry-run"]);
        variable.env("FURL_L1_RPC", &free).env("FURL_L1_KEY_FILE", &key);
        discreetly(&mut variable).fails(2, &["--key-file takes the name of a file"]);
        // Nor does the help show what the environment holds.
        let mut help = command(&["deploy", "--help"]);
        discreetly(help.envs(["L1_KEY_FILE", "L1_KEY", "SOLC", "THREADS"].map(|name| (format!("FURL_{name}"), &key))))
            .ok();
    }
}

/// A key in the forms in which people give one, and with slips of the hand.
fn mistaken() -> [String; 9] {
    [
        KEY.into(),
        format!("0x{KEY}"),
        format!("0X{}", KEY.to_uppercase()),
        format!("./{KEY}"),
        format!("{KEY}0"),
        KEY[1..].into(),
        KEY.replace('0', "O"),
        format!(" '{KEY}'"),
        format!("{{\"secret\":\"0x{KEY}{}\"}}", &KEY[..16]),
    ]
}

/// Wherever else it is put, it is not repeated.
#[test]
fn a_secret_is_not_repeated() {
    let proof = workspace("vectors/wrapped.proof");
    let place = Place::new();
    let order = ["--from", "0", "--to", "1", "--amount", "5", "--nonce", "0", "--expiry", "9"];
    for key in mistaken() {
        let run = |arguments: &[&str]| discreetly(&mut command(arguments));
        run(&["submit", &proof, "--rpc", "http://127.0.0.1:1", "--rollup", &key]).fails(2, &["--rollup"]);
        run(&[&["sign", "--domain", NOBODY, "--key", &key][..], &order].concat()).fails(2, &["--domain"]);
        let domain = format!("0x{}", "03".repeat(32));
        run(&[&["sign", "--domain", &domain, "--key", &key][..], &order].concat())
            .fails(2, &["--key takes the name of a file", "use it no more"]);
        run(&[&key]).fails(2, &["subcommand"]);
        run(&["help", &key]).fails(2, &["subcommand"]);
        run(&["man", &key]).fails(2, &["there is no page on"]);
        run(&["prove", "--memory", &key]).fails(2, &["not an amount of memory"]);
        run(&["demo", "--seed", &key[..key.len() - 1]]).fails(2, &["--seed"]);
        run(&["demo", "--threads", &key]).fails(2, &["--threads"]);
        run(&["security", "--profile", &key]).fails(2, &["--profile"]);
        run(&["inspect", &key]).fails(66, &["not shown", "cannot be read"]);
        run(&["inspect", &key, "--json", "--log-format", "json"]);
        run(&["setup", &key]).fails(66, &["cannot be read"]);
        run(&["import", &key, "--out", &place.at("run")]).fails(66, &["cannot be read"]);
        run(&["keygen", "--out", &format!("{}/{key}/key", place.at("absent"))]).fails(73, &["cannot be created"]);
        run(&["sample", "--out", &format!("/dev/null/{key}")]).fails(73, &["cannot be created"]);
        let mut variable = command(&["demo"]);
        discreetly(variable.env("FURL_THREADS", &key)).fails(2, &["--threads"]);
    }
    let run = discreetly(&mut command(&["verify-deployment", "--rollup", NOBODY, "--rpc", "x", "--solc", KEY]));
    assert_ne!(run.code, Some(0));
    // A file with keys, where another belongs.
    let digits = format!("{KEY}{}", &KEY[..16]);
    for keys in [format!("{{\"format\":\"furl-key\",\"version\":1,\"secret\":\"0x{digits}\"}}\n"), format!("{KEY}\n")] {
        let file = place.put_secret("key", keys);
        let out = place.at("run");
        for arguments in [
            &["import", &file, "--out", &out][..],
            &["prove", "--stage", "root", "--state", &file, "--transfers", &file, "--out", &out],
            &["verify", &proof, "--key", &file],
            &["verify", &file],
            &["setup", &file],
            &["bench", "--from", &file],
            &["sign", "--domain", &format!("0x{}", "03".repeat(32)), "--key", &file, "--orders", &file],
        ] {
            assert_ne!(discreetly(&mut command(arguments)).code, Some(0));
        }
    }
}

/// Before anything is asked or built.
#[test]
fn a_missing_compiler_is_named_with_the_command_that_gets_it() {
    let [free, _] = no_nodes();
    let user = User::of(&free);
    let verify = |more: &[&str]| {
        let verify = ["verify-deployment", "--rollup", NOBODY, "--profile", "fast", "--insecure-dev"];
        user.run_with(Given::Nowhere, &[&verify[..], more].concat())
    };
    let how = ["npm ci --ignore-scripts", "contracts/solc.js", "native solc 0.8.37"];
    verify(&[]).fails(72, &[&["a Solidity compiler is needed", "expected --solc PATH"], &how[..]].concat());
    let place = Place::new();
    let absent = place.at("solc");
    verify(&["--solc", &absent]).fails(72, &[&[absent.as_str(), "cannot be run"], &how[..]].concat());
    verify(&["--solc", "/bin/false"]).fails(72, &["/bin/false failed", how[0]]);
    verify(&["--solc", "/bin/true"]).fails(72, &["/bin/true answers without JSON"]);
}

/// A compiler, and no node: told before circuits are built.
#[test]
#[ignore = "needs npm's anvil and solc: contracts/test.sh"]
fn a_deployment_is_not_verified_without_a_node() {
    let [free, _] = no_nodes();
    let solc = solc();
    let arguments = ["verify-deployment", "--rollup", NOBODY, "--profile", "fast", "--insecure-dev", "--solc", &solc];
    User::of(&free).run(&arguments).fails(69, &["Layer 1 cannot be used", "does not answer eth_chainId"]);
}
