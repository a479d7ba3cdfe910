//! # What was sent, on disk
//!
//! A transaction that is sent and forgotten is money and a nonce lost. So each is written down
//! before it is sent: a small JSON file has the raw bytes of everything that one account has signed
//! for one rollup, and what became of it. `docs/formats.md` specifies it. There is no secret in it.
//!
//! A record is replaced as a whole: written under a temporary name, brought to the disk, renamed,
//! and the folder brought to the disk. While it is open it is locked, so that two programs never
//! send by the same record.
//!
//! What is read is not believed: everything but what became of a transaction is compared with its
//! raw bytes, and those with the account, the chain and the rollup that the caller names.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::{fmt, str};

use alloy_primitives::hex;
use furl_ledger::L1Address;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::abi;
use crate::layer1::created;
use crate::transaction::{Transaction, TransactionError};

const FORMAT: &str = "furl-transactions";
const VERSION: u64 = 1;

/// No record is longer.
const MAX_BYTES: usize = 1 << 24;

/// What a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The chain.
    pub chain_id: u64,
    /// The account that sends.
    pub sender: L1Address,
    /// The rollup, which may be yet to be created.
    pub rollup: L1Address,
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To create the verifier.
    Verifier,
    /// To create the rollup.
    Rollup,
    /// To submit the batch of this number.
    Batch(u32),
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verifier => f.write_str("verifier"),
            Self::Rollup => f.write_str("rollup"),
            Self::Batch(number) => write!(f, "batch {number}"),
        }
    }
}

impl Subject {
    /// What a transaction is for; `None` if it has nothing to do with this rollup.
    #[must_use]
    pub fn purpose(&self, transaction: &Transaction) -> Option<Purpose> {
        let Transaction { nonce, call, .. } = transaction;
        let creates = |nonce| created(&self.sender, nonce) == self.rollup;
        match &call.to {
            None if creates(*nonce) => Some(Purpose::Rollup),
            None if nonce.checked_add(1).is_some_and(creates) => Some(Purpose::Verifier),
            Some(to) if *to == self.rollup => abi::submitted(&call.data).map(Purpose::Batch),
            _ => None,
        }
    }
}

/// What became of a transaction, when it was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The number of its block.
    pub block: u64,
    /// The block's hash.
    pub block_hash: [u8; 32],
    /// The gas that it took.
    pub gas: u64,
    /// Whether it was not reverted.
    pub succeeded: bool,
}

/// A transaction of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// It.
    pub transaction: Transaction,
    /// What became of it, if that is known.
    pub outcome: Option<Outcome>,
}

/// Why there is no record to go by.
#[derive(Debug, Error)]
pub enum RecordError {
    /// It is there, and cannot be read.
    #[error("the record {} cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is something else.
    #[error("the record {} is malformed: {what}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: Malformed,
    },
    /// It is of another account, chain or rollup.
    #[error("the record {} is of another {what}: expected {expected}, got {got}", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Of what.
        what: &'static str,
        /// As the caller has it.
        expected: String,
        /// As the record has it.
        got: String,
    },
    /// Another program goes by it.
    #[error("the record {} is in use: another program is sending by it; wait until that has ended", .path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It is not written, and so nothing is sent.
    #[error("the record {} cannot be written, and nothing is sent without it", .path.display())]
    Unwritten {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Malformed {
    /// Too long for one.
    #[error("expected at most {MAX_BYTES} bytes, got more")]
    Length,
    /// Not JSON of this form.
    #[error("{0}")]
    Document(String),
    /// Another kind of file.
    #[error("expected format `{FORMAT}`, got `{0}`")]
    Format(String),
    /// Another version.
    #[error("it is of version {0}, and this program reads version {VERSION}")]
    Version(u64),
    /// Raw bytes that are none.
    #[error("transaction {index}: {error}")]
    Raw {
        /// Which, from 0.
        index: usize,
        /// Why.
        error: TransactionError,
    },
    /// A member says something else than the raw bytes.
    #[error("transaction {index}: {member} is not that of the raw bytes")]
    Member {
        /// Which, from 0.
        index: usize,
        /// What.
        member: &'static str,
    },
}

/// The record of what an account has sent for one rollup.
#[derive(Debug)]
pub struct Record {
    subject: Subject,
    place: Option<Place>,
    entries: Vec<Entry>,
}

/// Where a record is kept, and the lock on it once it is there.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    lock: Option<File>,
}

#[derive(Deserialize)]
struct Header {
    format: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    chain_id: u64,
    sender: L1Address,
    rollup: L1Address,
    transactions: Vec<Item>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Item {
    purpose: String,
    nonce: u64,
    hash: String,
    gas_limit: u64,
    max_fee: String,
    #[serde(deserialize_with = "Option::deserialize")]
    tip: Option<String>,
    raw: String,
    #[serde(deserialize_with = "Option::deserialize")]
    outcome: Option<Became>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Became {
    block: u64,
    block_hash: String,
    gas: u64,
    succeeded: bool,
}

impl Record {
    /// The record in a file, which need not be there yet.
    ///
    /// # Errors
    /// If there is a file that is none, or one of something else, or another program goes by it.
    pub fn open(path: impl Into<PathBuf>, subject: Subject) -> Result<Self, RecordError> {
        let path = path.into();
        let Some(mut lock) = locked(&path)? else {
            return Ok(Self { subject, place: Some(Place { path, lock: None }), entries: Vec::new() });
        };
        let mut text = Vec::new();
        let read = (&mut lock).take(MAX_BYTES as u64 + 1).read_to_end(&mut text);
        read.map_err(|source| RecordError::Unreadable { path: path.clone(), source })?;
        let malformed = |what| RecordError::Malformed { path: path.clone(), what };
        let (got, entries) = decode(&text).map_err(malformed)?;
        let foreign = |what, expected: String, got: String| {
            if expected == got { Ok(()) } else { Err(RecordError::Foreign { path: path.clone(), what, expected, got }) }
        };
        foreign("chain", subject.chain_id.to_string(), got.chain_id.to_string())?;
        foreign("account", subject.sender.to_string(), got.sender.to_string())?;
        foreign("rollup", subject.rollup.to_string(), got.rollup.to_string())?;
        Ok(Self { subject, place: Some(Place { path, lock: Some(lock) }), entries })
    }

    /// One that ends with this value: for chains that end with the program, and for who keeps
    /// records otherwise.
    #[must_use]
    pub const fn unkept(subject: Subject) -> Self {
        Self { subject, place: None, entries: Vec::new() }
    }

    /// What it is of.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The file, if it is kept in one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.place.as_ref().map(|place| place.path.as_path())
    }

    /// Everything that was sent, in its order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Writes a transaction down, before it is sent.
    ///
    /// # Errors
    /// If it is not on the disk.
    pub(crate) fn add(&mut self, transaction: Transaction) -> Result<(), RecordError> {
        self.entries.push(Entry { transaction, outcome: None });
        self.write().inspect_err(|_| drop(self.entries.pop()))
    }

    /// Writes down what became of a transaction.
    ///
    /// # Errors
    /// If it is not on the disk.
    pub(crate) fn note(&mut self, hash: &[u8; 32], outcome: Outcome) -> Result<(), RecordError> {
        let entry = self.entries.iter_mut().find(|entry| entry.transaction.hash == *hash);
        match entry {
            Some(entry) if entry.outcome != Some(outcome) => {
                entry.outcome = Some(outcome);
                self.write()
            }
            _ => Ok(()),
        }
    }

    fn write(&mut self) -> Result<(), RecordError> {
        let Some(Place { path, lock }) = &mut self.place else { return Ok(()) };
        let text = encode(&self.subject, &self.entries);
        match replace(path, lock.is_some(), text.as_bytes()) {
            Ok(file) => {
                *lock = Some(file);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(RecordError::InUse { path: path.clone() })
            }
            Err(source) => Err(RecordError::Unwritten { path: path.clone(), source }),
        }
    }
}

/// The file at this path, locked; `None` if there is none.
fn locked(path: &Path) -> Result<Option<File>, RecordError> {
    let unreadable = |source| RecordError::Unreadable { path: path.to_owned(), source };
    loop {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(RecordError::InUse { path: path.to_owned() }),
            // Some file systems have no locks.
            Ok(()) | Err(TryLockError::Error(_)) => (),
        }
        // It may have been replaced between the two.
        if is_at(&file, path).map_err(unreadable)? {
            return Ok(Some(file));
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (here, there) = (file.metadata()?, fs::metadata(path)?);
    Ok((here.dev(), here.ino()) == (there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    fs::exists(path)
}

/// Puts a file in the place of another one, or where none is, and gives it, locked.
fn replace(path: &Path, is_there: bool, text: &[u8]) -> io::Result<File> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".furl-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions({
        use std::os::unix::fs::PermissionsExt as _;
        fs::Permissions::from_mode(0o666)
    });
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    // Nobody else knows it yet.
    drop(file.as_file().try_lock());
    let file = if is_there { file.persist(path)? } else { file.persist_noclobber(path)? };
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(file)
}

fn encode(subject: &Subject, entries: &[Entry]) -> String {
    let Subject { chain_id, sender, rollup } = *subject;
    let items: Vec<_> = entries.iter().map(|entry| Item::of(subject, entry)).collect();
    let lines: Vec<_> = items.iter().map(|item| serde_json::to_string(item).expect("text and numbers")).collect();
    format!(
        "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"chain_id\":{chain_id},\"sender\":\"{sender}\",\
         \"rollup\":\"{rollup}\",\"transactions\":[\n{}\n]}}\n",
        lines.join(",\n")
    )
}

fn decode(text: &[u8]) -> Result<(Subject, Vec<Entry>), Malformed> {
    if text.len() > MAX_BYTES {
        return Err(Malformed::Length);
    }
    let document = |error: serde_json::Error| Malformed::Document(error.to_string());
    let Header { format, version } = serde_json::from_slice(text).map_err(document)?;
    if format != FORMAT {
        return Err(Malformed::Format(format));
    }
    if version != VERSION {
        return Err(Malformed::Version(version));
    }
    let Document { chain_id, sender, rollup, transactions, .. } = serde_json::from_slice(text).map_err(document)?;
    let subject = Subject { chain_id, sender, rollup };
    let entries = transactions.iter().enumerate().map(|(index, item)| item.read(&subject, index));
    Ok((subject, entries.collect::<Result<_, _>>()?))
}

impl Item {
    fn of(subject: &Subject, Entry { transaction, outcome }: &Entry) -> Self {
        let Transaction { nonce, gas_limit, price, hash, raw, .. } = transaction;
        let purpose = subject.purpose(transaction).map_or_else(|| "other".into(), |purpose| purpose.to_string());
        Self {
            purpose,
            nonce: *nonce,
            hash: hex::encode_prefixed(hash),
            gas_limit: *gas_limit,
            max_fee: price.most().to_string(),
            tip: price.tip().map(|tip| tip.to_string()),
            raw: hex::encode_prefixed(raw),
            outcome: outcome.map(|Outcome { block, block_hash, gas, succeeded }| Became {
                block,
                block_hash: hex::encode_prefixed(block_hash),
                gas,
                succeeded,
            }),
        }
    }

    /// The entry that this says, if it is one of this record.
    fn read(&self, subject: &Subject, index: usize) -> Result<Entry, Malformed> {
        let other = |member| Malformed::Member { index, member };
        let bytes = |text: &str| text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
        let raw = bytes(&self.raw).ok_or(Malformed::Raw { index, error: TransactionError::Form })?;
        let transaction = Transaction::decode(&raw).map_err(|error| Malformed::Raw { index, error })?;
        let outcome = self.outcome.as_ref().map(|became| {
            let Became { block, ref block_hash, gas, succeeded } = *became;
            let block_hash = bytes(block_hash)?.try_into().ok()?;
            Some(Outcome { block, block_hash, gas, succeeded })
        });
        let outcome = outcome.map(|outcome| outcome.ok_or(other("outcome"))).transpose()?;
        let entry = Entry { transaction, outcome };
        let Transaction { chain_id, sender, .. } = entry.transaction;
        let derived = Self::of(subject, &entry);
        let same_hex = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        for (is_same, member) in [
            (chain_id == subject.chain_id, "chain_id"),
            (sender == subject.sender, "sender"),
            (subject.purpose(&entry.transaction).is_some() && self.purpose == derived.purpose, "purpose"),
            (self.nonce == derived.nonce, "nonce"),
            (same_hex(&self.hash, &derived.hash), "hash"),
            (self.gas_limit == derived.gas_limit, "gas_limit"),
            (self.max_fee == derived.max_fee, "max_fee"),
            (self.tip == derived.tip, "tip"),
        ] {
            if !is_same {
                return Err(other(member));
            }
        }
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::PROOF_BYTES;
    use crate::fees::{GWEI, Price};
    use crate::key::AccountKey;
    use crate::layer1::Call;

    const CHAIN: u64 = 17_000;

    fn key() -> AccountKey {
        AccountKey::parse("11".repeat(32)).unwrap()
    }

    fn subject() -> Subject {
        let sender = key().address();
        Subject { chain_id: CHAIN, sender, rollup: created(&sender, 5) }
    }

    fn signed(nonce: u64, call: &Call, price: Price) -> Transaction {
        Transaction::sign(&key(), CHAIN, nonce, call, 100_000, price)
    }

    /// One of each purpose, and of each kind.
    fn all() -> [(Transaction, Purpose); 3] {
        let (dynamic, legacy) = (Price::Dynamic { max_fee: 7 * GWEI, tip: 1 }, Price::Legacy { gas_price: GWEI });
        let create = Call::create(vec![1; 40]);
        let words = [[0; 32], abi::number(9u32)].concat();
        let submission = [&abi::selector(abi::SUBMIT)[..], &words, &[0; 5 * 32 + PROOF_BYTES]].concat();
        [
            (signed(4, &create, dynamic), Purpose::Verifier),
            (signed(5, &create, legacy), Purpose::Rollup),
            (signed(6, &Call::to(subject().rollup, submission), dynamic), Purpose::Batch(9)),
        ]
    }

    fn outcome() -> Outcome {
        Outcome { block: 3, block_hash: [7; 32], gas: 90_000, succeeded: true }
    }

    /// A record with everything, and its text.
    fn written(folder: &Path) -> (PathBuf, String) {
        let path = folder.join("record");
        let mut record = Record::open(&path, subject()).unwrap();
        for (transaction, purpose) in all() {
            assert_eq!(subject().purpose(&transaction), Some(purpose));
            record.add(transaction).unwrap();
        }
        record.note(&all()[0].0.hash, outcome()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        (path, text)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, text) = written(folder.path());
        let record = Record::open(&path, subject()).unwrap();
        let expected = all().map(|(transaction, _)| transaction);
        let read: Vec<_> = record.entries().iter().map(|entry| entry.transaction.clone()).collect();
        assert_eq!(read, expected);
        assert_eq!(record.entries()[0].outcome, Some(outcome()));
        assert!(text.starts_with("{\"format\":\"furl-transactions\",\"version\":1,\"chain_id\":17000,"), "{text}");
        assert_eq!(encode(&subject(), record.entries()), text);
        // No other file is left, and no secret is in it.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(!text.contains(&"11".repeat(32)));
    }

    /// The file of version 1, which is read and written for ever.
    #[test]
    fn the_vector_is_read_and_written() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/transactions.json");
        let text = fs::read_to_string(path).unwrap();
        let (of, entries) = decode(text.as_bytes()).unwrap();
        assert_eq!(of, subject());
        let purposes: Vec<_> = entries.iter().map(|entry| of.purpose(&entry.transaction).unwrap()).collect();
        assert_eq!(purposes, [Purpose::Verifier, Purpose::Rollup, Purpose::Batch(9)]);
        assert_eq!(encode(&of, &entries), text);
    }

    #[test]
    fn one_program_goes_by_a_record() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let [(first, _), (second, _), _] = all();
        let open = || Record::open(&path, subject());
        // Before there is a file, the first to write is the one.
        let (mut one, mut two) = (open().unwrap(), open().unwrap());
        one.add(first.clone()).unwrap();
        assert!(matches!(two.add(second.clone()), Err(RecordError::InUse { .. })));
        assert_eq!(two.entries(), []);
        // From then on it is locked, also after it was replaced.
        assert!(matches!(open(), Err(RecordError::InUse { .. })));
        one.add(second).unwrap();
        assert!(matches!(open(), Err(RecordError::InUse { .. })));
        drop(one);
        assert_eq!(open().unwrap().entries().len(), 2);
    }

    #[test]
    fn a_record_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = written(folder.path());
        for (what, other) in [
            ("chain", Subject { chain_id: 1, ..subject() }),
            ("account", Subject { sender: L1Address::new([7; 20]), ..subject() }),
            ("rollup", Subject { rollup: L1Address::new([7; 20]), ..subject() }),
        ] {
            let error = Record::open(&path, other).unwrap_err();
            assert!(matches!(&error, RecordError::Foreign { what: got, .. } if *got == what), "{error}");
        }
        assert!(matches!(Record::open(folder.path(), subject()), Err(RecordError::Unreadable { .. })));
    }

    /// Every member is needed, once, and is that of the raw bytes.
    #[test]
    fn nothing_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let (_, text) = written(folder.path());
        let malformed = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            decode(text.replacen(from, to, 1).as_bytes()).expect_err(to)
        };
        for (from, to, member) in [
            ("\"purpose\":\"verifier\"", "\"purpose\":\"rollup\"", "purpose"),
            ("\"purpose\":\"batch 9\"", "\"purpose\":\"batch 8\"", "purpose"),
            ("\"nonce\":4", "\"nonce\":3", "nonce"),
            ("\"hash\":\"0x", "\"hash\":\"0xff", "hash"),
            ("\"gas_limit\":100000", "\"gas_limit\":1", "gas_limit"),
            ("\"max_fee\":\"7000000000\"", "\"max_fee\":\"7\"", "max_fee"),
            ("\"tip\":\"1\"", "\"tip\":null", "tip"),
            ("\"tip\":null", "\"tip\":\"0\"", "tip"),
            ("\"chain_id\":17000", "\"chain_id\":1", "chain_id"),
            ("\"block_hash\":\"0x07", "\"block_hash\":\"0x", "outcome"),
        ] {
            assert!(matches!(malformed(from, to), Malformed::Member { member: got, .. } if got == member), "{member}");
        }
        let [sender, other] = [subject().sender, L1Address::new([7; 20])].map(|address| address.to_string());
        assert_eq!(malformed(&sender, &other), Malformed::Member { index: 0, member: "sender" });
        assert!(matches!(malformed("\"raw\":\"0x02", "\"raw\":\"0x03"), Malformed::Raw { index: 0, .. }));
        assert_eq!(malformed("furl-transactions", "furl-state"), Malformed::Format("furl-state".into()));
        assert_eq!(malformed("\"version\":1", "\"version\":2"), Malformed::Version(2));
        for (from, to) in [
            ("\"version\":1,", "\"version\":1,\"more\":1,"),
            ("\"nonce\":4,", ""),
            ("\"tip\":null,", ""),
            (",\"outcome\":null", ""),
            ("\"nonce\":4", "\"nonce\":4,\"nonce\":4"),
            ("\"nonce\":4", "\"nonce\":-4"),
            ("]}", "]}{}"),
        ] {
            assert!(matches!(malformed(from, to), Malformed::Document(_)), "{from}");
        }
        assert_eq!(decode(&vec![b' '; MAX_BYTES + 1]).unwrap_err(), Malformed::Length);
        // Nor is a transaction taken that has nothing to do with the rollup.
        let stray = signed(4, &Call::to(subject().rollup, vec![1]), Price::Legacy { gas_price: 1 });
        let stray = encode(&subject(), &[Entry { transaction: stray, outcome: None }]);
        assert_eq!(decode(stray.as_bytes()).unwrap_err(), Malformed::Member { index: 0, member: "purpose" });
    }
}
