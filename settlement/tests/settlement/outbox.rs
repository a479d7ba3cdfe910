//! Sending on a node that hiccups: nothing is lost, and nothing is sent twice.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use furl_ledger::digest::Digest;
use furl_settlement::bytecode::Contracts;
use furl_settlement::embedded::{CHAIN_ID, DEVELOPER};
use furl_settlement::fees::{GWEI, LimitError};
use furl_settlement::layer1::{Call, Receipt};
use furl_settlement::outbox::{Event, Fate, Outbox, Settings};
use furl_settlement::record::{Record, RecordError, Subject};
use furl_settlement::rollup::{Deployment, Lost, RollupError, Site};
use furl_settlement::rpc::{Limits, Proxies, Rpc};
use furl_settlement::{AccountKey, Embedded, Layer1, Layer1Error, Node, Revert, Rollup};
use serde_json::json;
use tempfile::TempDir;

use crate::fake::{Fake, KEY, Reply};
use crate::support::{Vectors, contracts, rollup};

/// An account, its node, and a folder for its record.
struct User {
    fake: Fake,
    node: Node,
    place: TempDir,
    settings: Settings,
    subject: Subject,
}

impl User {
    fn of(evm: Embedded, rollup: furl_ledger::L1Address) -> Self {
        let fake = Fake::of(evm);
        let pauses = [5, 50].map(Duration::from_millis);
        let rpc = Rpc::with(fake.url(), &Proxies::from_environment(), Limits { pauses, ..Limits::default() }).unwrap();
        let node = Node::over(rpc, Some(AccountKey::parse(KEY).unwrap()));
        let settings = Settings { wait: Duration::from_secs(20), ..Settings::default() };
        let subject = Subject { chain_id: CHAIN_ID, sender: DEVELOPER, rollup };
        Self { fake, node, place: tempfile::tempdir().unwrap(), settings, subject }
    }

    /// Who is about to deploy on a new chain.
    fn deployer() -> Self {
        Self::of(Embedded::new(), site().rollup)
    }

    /// Who is about to submit to the rollup of the vectors.
    fn operator() -> (Self, Call) {
        let (evm, rollup, _) = rollup();
        let first = Vectors::read().proved("first");
        let call = rollup.submission(&first.statement, &first.proof);
        (Self::of(evm.with_sender(DEVELOPER), rollup.address()), call)
    }

    fn waiting(mut self, milliseconds: u64) -> Self {
        self.settings.wait = Duration::from_millis(milliseconds);
        self
    }

    fn path(&self) -> PathBuf {
        self.place.path().join("record")
    }

    /// Sends by the record, as a new process does, until an event stops it.
    fn with<T>(&self, mut stops: impl FnMut(&Event<'_>) -> bool, work: impl FnOnce(&mut Outbox<'_>) -> T) -> T {
        let stop = AtomicBool::new(false);
        let mut listen = |event: Event<'_>| {
            if stops(&event) {
                stop.store(true, Ordering::SeqCst);
            }
        };
        let record = Record::open(self.path(), self.subject).unwrap();
        work(&mut Outbox::new(&self.node, record, self.settings, &stop, &mut listen))
    }

    fn deploy(&self) -> Result<(Rollup, Deployment), RollupError> {
        self.with(|_| false, |outbox| Rollup::deploy(outbox, &site(), &contracts(), &genesis()))
    }

    /// As `furl submit` does.
    fn submit(&self, call: &Call, resume: bool) -> Result<Receipt, Layer1Error> {
        self.with(
            |_| false,
            |outbox| {
                let fate = outbox.fate(call)?;
                outbox.carry_on(call, fate, resume)
            },
        )
    }

    /// How many different transactions the node was sent.
    fn sent(&self) -> usize {
        self.fake.chain().sent.iter().collect::<BTreeSet<_>>().len()
    }

    fn next(&self) -> u64 {
        self.node.account(&DEVELOPER).unwrap().nonce
    }

    /// Both contracts are there, and nothing else was sent.
    #[track_caller]
    fn is_deployed(&self, name: &str) {
        assert_eq!((self.next(), self.sent()), (2, 2), "{name}");
        let rollup = Rollup::at(&self.node, site().rollup).unwrap();
        assert_eq!(rollup.root(&self.node).unwrap(), genesis(), "{name}");
    }
}

fn site() -> Site {
    Site::at(CHAIN_ID, DEVELOPER, 0)
}

fn genesis() -> Digest {
    Vectors::read().proved("first").statement.old_root
}

/// Answers a method in the place of the node, or does not.
type Fault = Box<dyn FnMut(&str) -> Option<Reply> + Send>;

/// A fault of one method, so many times.
fn times(method: &'static str, mut times: u32, reply: fn() -> Reply) -> Fault {
    Box::new(move |asked| {
        if asked != method || times == 0 {
            return None;
        }
        times -= 1;
        Some(reply())
    })
}

/// A fault of every third request.
fn every_third(reply: fn() -> Reply) -> Fault {
    let mut count = 0;
    Box::new(move |_| {
        count += 1;
        (count % 3 == 0).then(reply)
    })
}

fn hash(transaction: &furl_settlement::outbox::Standing) -> String {
    furl_ledger::encoding::to_hex(&transaction.hash)
}

const SEND: &str = "eth_sendRawTransaction";
const RECEIPT: &str = "eth_getTransactionReceipt";
const FOREVER: u32 = u32::MAX;

#[test]
fn a_deployment_survives_every_hiccup() {
    let late = || Reply::Error(-32_000, "transaction indexing is in progress");
    let missing = || Reply::Error(-32_601, "the method does not exist");
    let faults = [
        ("429", every_third(|| Reply::Status(429))),
        ("429 in JSON", every_third(|| Reply::Error(-32_005, "rate limit exceeded"))),
        ("502", every_third(|| Reply::Status(502))),
        ("no receipt yet", times(RECEIPT, 3, || Reply::Result(json!(null)))),
        ("indexing", times(RECEIPT, 3, late)),
        ("not known by hash", times("eth_getTransactionByHash", FOREVER, || Reply::Result(json!(null)))),
        ("taken, and known", times(SEND, FOREVER, || Reply::Done(Box::new(Reply::Error(-32_000, "already known"))))),
        ("taken, and cut", times(SEND, FOREVER, || Reply::Done(Box::new(Reply::Cut)))),
        ("taken, and 502", times(SEND, FOREVER, || Reply::Done(Box::new(Reply::Status(502))))),
        ("taken, and another hash", times(SEND, FOREVER, || Reply::Done(Box::new(Reply::Result(json!("0x07")))))),
        ("cut", times(SEND, 2, || Reply::Cut)),
        ("not taken, and 429", times(SEND, 2, || Reply::Status(429))),
        ("not taken, and said to be", times(SEND, 1, || Reply::Status(503))),
        ("an old nonce", times("eth_getTransactionCount", FOREVER, || Reply::Result(json!("0x0")))),
        ("no advice on tips", times("eth_maxPriorityFeePerGas", FOREVER, missing)),
        ("too little gas", times("eth_estimateGas", FOREVER, || Reply::Result(json!("0x5208")))),
    ];
    for (name, mut fault) in faults {
        let user = User::deployer();
        user.fake.with_fault(move |method, _| fault(method));
        let (_, deployment) = user.deploy().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(deployment.verifier.is_some() && deployment.rollup.is_some(), "{name}");
        user.fake.with_fault(|_, _| None);
        user.is_deployed(name);
    }
}

#[test]
fn a_chain_without_base_fees_is_sent_what_it_knows() {
    let user = User::deployer();
    user.fake.chain().base_fee = None;
    user.deploy().unwrap();
    user.is_deployed("no base fee");
    // The kind of EIP-155 begins with a list, that of EIP-1559 with a two.
    assert!(user.fake.chain().sent.iter().all(|raw| raw[0] >= 0xc0));
    assert!(!user.fake.chain().asked.iter().any(|method| method == "eth_maxPriorityFeePerGas"));

    // A node that knows the fee and advises nothing.
    let user = User::deployer();
    user.fake.with_fault(|method, _| {
        ["eth_maxPriorityFeePerGas", "eth_feeHistory"].contains(&method).then_some(Reply::Error(-32_601, "what?"))
    });
    user.deploy().unwrap();
    user.is_deployed("no advice");
}

/// Nothing is signed for a node that asks for everything: a record would have it.
#[test]
fn what_a_node_may_make_us_sign_is_bounded() {
    let ether = GWEI * GWEI;
    let limit = |user: &User| match user.deploy().unwrap_err() {
        RollupError::Layer1(Layer1Error::Limit(error)) => {
            assert_eq!((user.sent(), user.path().exists(), user.next()), (0, false, 0));
            error
        }
        error => panic!("{error}"),
    };
    let user = User::deployer();
    user.fake.chain().base_fee = Some(3 * ether);
    let error = limit(&user);
    assert!(matches!(error, LimitError::Fee { .. }) && error.to_string().contains("3000000001 gwei"), "{error}");

    let asks = |method: &'static str, answer: &'static str| {
        let user = User::deployer();
        user.fake.with_fault(move |asked, _| (asked == method).then(|| Reply::Result(json!(answer))));
        limit(&user)
    };
    let tip = asks("eth_maxPriorityFeePerGas", "0x29a2241af62c0000");
    assert!(matches!(tip, LimitError::Tip { .. }) && tip.to_string().contains("3000000000 gwei"), "{tip}");
    let gas = asks("eth_estimateGas", "0x1000000");
    assert_eq!(gas, LimitError::Gas { asked: 1 << 24, cap: 8_000_000 });

    let user = User::deployer();
    user.fake.chain().base_fee = None;
    user.fake.with_fault(move |asked, _| (asked == "eth_gasPrice").then(|| Reply::Result(json!("0x29a2241af62c0000"))));
    assert!(matches!(limit(&user), LimitError::Fee { .. }));
}

/// On the disk, whole, before the node sees it.
#[test]
fn what_is_sent_is_written_down_before() {
    let user = User::deployer();
    let path = user.path();
    user.fake.with_fault(move |method, parameters| {
        if method == SEND {
            let record = fs::read_to_string(&path).expect("there is a record");
            assert!(record.contains(parameters[0].as_str().unwrap()), "{record}");
        }
        None
    });
    user.deploy().unwrap();
    user.is_deployed("recorded");
    // Where there is no place for a record nothing is sent.
    let user = User::deployer();
    fs::create_dir(user.path()).unwrap();
    let error = Record::open(user.path(), user.subject).unwrap_err();
    assert!(matches!(error, RecordError::Unreadable { .. }), "{error}");
    drop(fs::remove_dir(user.path()));
    let folder = user.path().join("folder");
    let record = Record::open(folder.join("record"), user.subject).unwrap();
    let (never, mut silent) = (AtomicBool::new(false), |_: Event<'_>| ());
    let mut outbox = Outbox::new(&user.node, record, user.settings, &never, &mut silent);
    let error = Rollup::deploy(&mut outbox, &site(), &contracts(), &genesis()).unwrap_err();
    let RollupError::Layer1(Layer1Error::Record(error)) = error else { panic!("{error}") };
    assert!(matches!(*error, RecordError::Unwritten { .. }), "{error}");
    assert_eq!(user.sent(), 0);
}

/// Ended at any moment, with its transactions on their way or lost, a deployment goes on to the
/// same place.
#[test]
fn a_deployment_that_is_ended_goes_on() {
    for moment in 0.. {
        for forgetful in [false, true] {
            let user = User::deployer();
            let count = RefCell::new(0);
            // It ends at its event of this number; what it has sent does not come into a block
            // before.
            let stops = |event: &Event<'_>| {
                let now = *count.borrow() == moment;
                *count.borrow_mut() += 1;
                if matches!(event, Event::Signed(_)) && now {
                    user.fake.chain().is_mining = false;
                }
                now
            };
            let ended = user.with(stops, |outbox| Rollup::deploy(outbox, &site(), &contracts(), &genesis()).map(drop));
            user.fake.chain().is_mining = true;
            match ended {
                Err(RollupError::Layer1(Layer1Error::Interrupted(Some(standing)))) => {
                    assert_eq!(standing.record, Some(user.path()));
                }
                Err(error) => panic!("{moment}: {error}"),
                // There are as many moments as that.
                Ok(()) => {
                    assert_eq!(moment, 3);
                    return;
                }
            }
            if forgetful {
                user.fake.chain().forget();
            } else {
                user.fake.chain().mine();
            }
            let (_, deployment) = user.deploy().unwrap_or_else(|error| panic!("{moment}: {error}"));
            assert!(deployment.verifier.is_some() && deployment.rollup.is_some());
            user.is_deployed(&format!("{moment}"));
        }
    }
}

/// What is on the chain says where to go on, even if there is no record.
#[test]
fn a_deployment_goes_on_without_its_record() {
    let user = User::deployer();
    let first_is_sent = |event: &Event<'_>| matches!(event, Event::Sent(_));
    user.with(first_is_sent, |outbox| Rollup::deploy(outbox, &site(), &contracts(), &genesis()).map(drop)).unwrap_err();
    fs::remove_file(user.path()).unwrap();
    let (_, deployment) = user.deploy().unwrap();
    assert!(deployment.verifier.is_none() && deployment.rollup.is_some());
    user.is_deployed("without a record");
    // Once more: nothing is left to do.
    fs::remove_file(user.path()).unwrap();
    let (_, deployment) = user.deploy().unwrap();
    assert_eq!(deployment, Deployment { verifier: None, rollup: None });
    user.is_deployed("done");
    let domain = site().domain;
    assert_eq!(Site::of_domain(CHAIN_ID, DEVELOPER, domain, user.next()), Some(site()));
    assert_eq!(Site::of_domain(1, DEVELOPER, domain, 0), None);
    // Of another state it is not.
    let other = user.with(|_| false, |outbox| Rollup::deploy(outbox, &site(), &contracts(), &Digest::ZERO));
    assert!(matches!(other, Err(RollupError::Other { what: "the genesis root", .. })), "{other:?}");
}

#[test]
fn a_domain_that_is_lost_is_told() {
    let lost = |user: &User| match user.deploy().unwrap_err() {
        RollupError::Lost { address, why } => (address, why),
        error => panic!("{error}"),
    };
    // Before anything is signed.
    let user = User::deployer();
    user.fake.chain().send_something_else();
    let (address, why) = lost(&user);
    assert!(matches!(why, Lost::Transaction(error) if matches!(*error, Layer1Error::Used { nonce: 0, next: 1 })));
    assert_eq!((address, user.sent()), (site().verifier, 0));
    // After the first contract.
    let user = User::deployer().waiting(1_000);
    let first_is_sent = |event: &Event<'_>| matches!(event, Event::Sent(_));
    user.with(first_is_sent, |outbox| Rollup::deploy(outbox, &site(), &contracts(), &genesis()).map(drop)).unwrap_err();
    user.fake.chain().send_something_else();
    assert_eq!(lost(&user).0, site().rollup);
    // Signed, and then overtaken.
    let user = User::deployer().waiting(1_000);
    user.fake.with_fault(|method, _| (method == SEND).then_some(Reply::Cut));
    let pending = user.deploy().unwrap_err();
    assert!(matches!(pending, RollupError::Layer1(Layer1Error::Pending { trouble: Some(_), .. })), "{pending}");
    user.fake.chain().send_something_else();
    assert_eq!(lost(&user).0, site().verifier);
    // Another contract is there.
    let user = User::deployer();
    user.fake.chain().evm.send(&Call::create(contracts().verifier)).unwrap();
    let other = Contracts { verifier: contracts().rollup, ..contracts() };
    let error = user.with(|_| false, |outbox| Rollup::deploy(outbox, &site(), &other, &genesis())).unwrap_err();
    assert!(matches!(error, RollupError::Layer1(_) | RollupError::Lost { .. }), "{error}");
    // A node says that a creation was reverted, and has its code: it is there.
    let user = User::deployer();
    user.fake.with_fault(|method, _| {
        let reverted =
            json!({ "status": "0x0", "blockNumber": "0x1", "blockHash": format!("0x{:064x}", 1), "gasUsed": "0x1" });
        (method == RECEIPT).then_some(Reply::Result(reverted))
    });
    user.deploy().unwrap();
    user.is_deployed("reverted, it says");
    // Or nothing can be, yet.
    let user = User::deployer();
    let later = Site::at(CHAIN_ID, DEVELOPER, 1);
    let error = user.with(|_| false, |outbox| Rollup::deploy(outbox, &later, &contracts(), &genesis())).unwrap_err();
    assert!(matches!(error, RollupError::Early { expected: 1, got: 0 }), "{error}");
    assert_eq!(user.sent(), 0);
}

#[test]
fn a_second_submission_is_not_sent() {
    let (user, call) = User::operator();
    let user = user.waiting(150);
    user.fake.chain().is_mining = false;
    let Err(Layer1Error::Pending { transaction, .. }) = user.submit(&call, false) else { panic!("it is pending") };
    let refused = user.submit(&call, false).unwrap_err();
    assert!(matches!(&refused, Layer1Error::OnItsWay(other) if *other == transaction), "{refused}");
    assert!(refused.to_string().contains(&hash(&transaction)), "{refused}");
    // Nor by another record: the node tells of it.
    let kept = fs::read(user.path()).unwrap();
    fs::remove_file(user.path()).unwrap();
    let refused = user.submit(&call, false).unwrap_err();
    let occupied = Layer1Error::Occupied { nonce: 1, hash: Some(transaction.hash) };
    assert_eq!(refused.to_string(), occupied.to_string());
    assert!(!user.path().exists());
    fs::write(user.path(), kept).unwrap();
    // Who says so waits for the first.
    let waited = user.submit(&call, true).unwrap_err();
    assert!(matches!(&waited, Layer1Error::Pending { transaction: other, .. } if *other == transaction), "{waited}");
    assert_eq!(user.sent(), 1);
    user.fake.chain().mine();
    let receipt = user.submit(&call, false).unwrap();
    assert_eq!((receipt.hash, user.sent()), (Some(transaction.hash), 1));
    // It is there, and stays so.
    assert_eq!(user.submit(&call, false).unwrap(), receipt);
    let written = fs::read_to_string(user.path()).unwrap();
    assert!(written.contains("\"succeeded\":true"), "{written}");
}

#[test]
fn one_of_a_transaction_and_its_replacement_comes_into_a_block() {
    for replacement_arrives in [true, false] {
        let (user, call) = User::operator();
        let mut user = user.waiting(150);
        user.fake.chain().is_mining = false;
        let Err(Layer1Error::Pending { transaction, .. }) = user.submit(&call, false) else { panic!("it is pending") };
        user.settings.replace = true;
        user.fake.with_fault(move |method, _| (method == SEND && !replacement_arrives).then_some(Reply::Cut));
        let Err(Layer1Error::Pending { transaction: new, .. }) = user.submit(&call, false) else { panic!("pending") };
        assert_eq!((new.nonce, user.sent()), (transaction.nonce, 2));
        let record = Record::open(user.path(), user.subject).unwrap();
        let [old_price, new_price] = [0, 1].map(|at| record.entries()[at].transaction.price);
        assert!(new_price.most() * 8 >= old_price.most() * 9 && new_price.tip().unwrap() * 8 >= 9 * GWEI);
        drop(record);
        user.fake.with_fault(|_, _| None);
        user.fake.chain().mine();
        user.settings.replace = false;
        let receipt = user.submit(&call, false).unwrap();
        let mined = if replacement_arrives { &new } else { &transaction };
        assert_eq!((receipt.hash, user.next()), (Some(mined.hash), 2));
    }
    // Not beyond what is allowed.
    let (user, call) = User::operator();
    let mut user = user.waiting(50);
    user.fake.chain().is_mining = false;
    user.submit(&call, false).unwrap_err();
    user.settings.replace = true;
    user.settings.limits.max_fee = 3 * GWEI;
    let refused = user.submit(&call, false).unwrap_err();
    assert!(matches!(refused, Layer1Error::Limit(LimitError::Replacement { .. })), "{refused}");
    assert_eq!(user.sent(), 1);
}

/// What was lost is sent again, to the byte; what came to nothing is made anew.
#[test]
fn a_submission_that_got_lost_is_sent_again() {
    let (user, call) = User::operator();
    let user = user.waiting(150);
    user.fake.chain().is_mining = false;
    user.submit(&call, false).unwrap_err();
    user.fake.chain().forget();
    let again = user.submit(&call, false).unwrap_err();
    assert!(matches!(again, Layer1Error::Pending { .. }), "{again}");
    assert_eq!(user.sent(), 1);
    user.fake.chain().forget();
    user.fake.chain().send_something_else();
    user.fake.chain().is_mining = true;
    assert!(matches!(user.with(|_| false, |outbox| outbox.fate(&call)).unwrap(), Fate::New));
    let receipt = user.submit(&call, false).unwrap();
    assert_eq!((user.sent(), receipt.revert, user.next()), (2, None, 3));
}

/// A refusal is given back at once, with the hash; and with what was missing there, the same bytes
/// do.
#[test]
fn a_refusal_is_told() {
    let (user, call) = User::operator();
    user.fake.with_fault(|method, _| (method == SEND).then_some(Reply::Error(-32_000, "insufficient funds for gas")));
    let start = std::time::Instant::now();
    let refused = user.submit(&call, false).unwrap_err();
    let Layer1Error::NotTaken { transaction, .. } = &refused else { panic!("{refused}") };
    let words = refused.to_string();
    assert!(words.contains("insufficient funds for gas") && words.contains(&hash(transaction)), "{words}");
    assert!(start.elapsed() < user.settings.wait / 2);
    user.fake.with_fault(|_, _| None);
    assert_eq!(user.submit(&call, false).unwrap().hash, Some(transaction.hash));
    assert_eq!(user.sent(), 1);
}

#[test]
fn what_is_reverted_is_told_by_its_hash() {
    let (user, call) = User::operator();
    let too_little = user.with(|_| false, |outbox| outbox.transact(&call, 1, 250_000)).unwrap();
    assert_eq!(too_little.revert, Some(Revert::Silent));
    let words = too_little.succeeded().unwrap_err().to_string();
    assert!(words.contains("is in block 1, and was reverted"), "{words}");
    // It came to nothing, and the next one is a new one.
    assert_eq!(user.submit(&call, false).unwrap().revert, None);
    assert_eq!((user.sent(), user.next()), (2, 3));
}

/// A block that others follow, and one that is no longer there.
#[test]
fn confirmations_are_of_the_block_that_stays() {
    let (user, call) = User::operator();
    let mut user = user;
    user.settings.confirmations = 3;
    let (mut receipts, mut head) = (0, 0);
    user.fake.with_fault(move |method, _| match method {
        RECEIPT => {
            receipts += 1;
            // Seen once; then the block is gone; then it is there again.
            (receipts == 2).then_some(Reply::Result(json!(null)))
        }
        "eth_blockNumber" => {
            head += 1;
            Some(Reply::Result(json!(format!("{:#x}", head.min(3)))))
        }
        _ => None,
    });
    let mut confirming = Vec::new();
    let receipt = user.with(
        |event| {
            if let Event::Confirming(_, block) = event {
                confirming.push(*block);
            }
            false
        },
        |outbox| outbox.carry_on(&call, Fate::New, false),
    );
    assert_eq!((receipt.unwrap().block, confirming), (1, vec![1]));
    let asked = user.fake.chain().asked.iter().filter(|method| *method == "eth_blockNumber").count();
    assert!(asked >= 3, "{asked}");
    assert_eq!(user.sent(), 1);
}

/// The nonce that a caller insists on is the one that is signed.
#[test]
fn a_nonce_may_be_named() {
    let (user, call) = User::operator();
    let mut user = user.waiting(150);
    user.fake.chain().is_mining = false;
    user.submit(&call, false).unwrap_err();
    fs::remove_file(user.path()).unwrap();
    user.settings.nonce = Some(1);
    user.settings.limits.tip = Some(40 * GWEI);
    let pending = user.submit(&call, false).unwrap_err();
    assert!(matches!(&pending, Layer1Error::Pending { transaction, .. } if transaction.nonce == 1), "{pending}");
    user.settings.nonce = Some(0);
    fs::remove_file(user.path()).unwrap();
    let used = user.submit(&call, false).unwrap_err();
    assert!(matches!(used, Layer1Error::Used { nonce: 0, next: 1 }), "{used}");

    // What a node with an old count has had us sign in vain does not stand in its way.
    let (user, call) = User::operator();
    let mut user = user;
    user.fake.with_fault(|method, _| (method == "eth_getTransactionCount").then(|| Reply::Result(json!("0x0"))));
    let refused = user.submit(&call, false).unwrap_err();
    assert!(matches!(refused, Layer1Error::NotTaken { .. }), "{refused}");
    user.settings.nonce = Some(1);
    assert_eq!(user.submit(&call, false).unwrap().revert, None);
}
