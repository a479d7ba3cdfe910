//! # The store: proofs that were finished
//!
//! A folder of proof files, each named by the hash of what it proves: profile, circuit, key and statement. Whoever needs a proof of the same again finds it there,
//! after whatever interruption. A file is written under another name and renamed when it is whole and on the disk, so a name is
//! that of a whole file or of none.
//!
//! Nothing found here is believed: it is parsed and verified like any file, and what fails is taken away and proved again.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use furl_circuits::field;
use furl_ledger::statement::Statement;
use sha3::{Digest as _, Sha3_256};
use thiserror::Error;

use crate::keys::Keys;
use crate::proof::{Envelope, Proof, ProofFileError, Stage};
use crate::verifier::Verifier;

/// Bytes that are read of a file: more than any proof has.
const LARGEST: u64 = 1 << 22;

/// The folder failed.
#[derive(Debug, Error)]
#[error("{action} {path}: {cause}", path = path.display())]
pub struct StoreError {
    /// What was tried.
    pub action: &'static str,
    /// With which file or folder.
    pub path: PathBuf,
    /// Why it failed.
    pub cause: io::Error,
}

/// What was found.
#[derive(Debug)]
pub(crate) enum Found<S: Stage> {
    /// A true proof.
    Proof(Box<Proof<S>>),
    /// No file.
    Nothing,
    /// A file that is no true proof of what its name says. It was removed.
    Spoiled(PathBuf, ProofFileError),
}

/// A folder of finished proofs.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in this folder, which is made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        fs::create_dir_all(&folder).map_err(failed("cannot make", &folder))?;
        Ok(Self { folder })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether nothing was kept yet, or nothing can be read.
    pub(crate) fn is_empty(&self) -> bool {
        fs::read_dir(&self.folder).map_or(true, |mut entries| entries.next().is_none())
    }

    /// Removes the folder if nothing was kept.
    pub fn tidy(&self) {
        // A folder that is not empty stays.
        let _ = fs::remove_dir(&self.folder);
    }

    /// Removes all proofs that were kept, and the folder if nothing else is in it. What else is there may be a proof too: the
    /// result of the whole work, say, if somebody has both in one folder.
    ///
    /// # Errors
    /// If a proof cannot be removed.
    pub fn remove(self) -> Result<(), StoreError> {
        let entries = fs::read_dir(&self.folder).map_err(failed("cannot list", &self.folder))?;
        for entry in entries {
            let path = entry.map_err(failed("cannot list", &self.folder))?.path();
            if is_own(&path) {
                remove(&path)?;
            }
        }
        // A folder with somebody else's files in it stays.
        let _ = fs::remove_dir(&self.folder);
        Ok(())
    }

    /// The proof of this statement by this circuit.
    pub(crate) fn find<S: Stage<Inner = field::Proof>>(
        &self,
        keys: &Keys,
        verifier: &Verifier,
        statement: &Statement,
    ) -> Result<Found<S>, StoreError> {
        let path = self.path(verifier, statement);
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(e) => return Err(failed("cannot read", &path)(e)),
        };
        let verified = Envelope::parse(&bytes).and_then(|envelope| {
            // The circuit's name and the statement do not tell profiles apart: the key does, and what verifies goes by it.
            let (key, circuit) = (verifier.digest(), verifier.circuit().into());
            if envelope.key != key || envelope.circuit != circuit || envelope.statement != *statement {
                return Err(ProofFileError::Misplaced);
            }
            envelope.verify_stage(keys)
        });
        match verified {
            Ok(proof) => Ok(Found::Proof(Box::new(proof))),
            Err(cause) => {
                remove(&path)?;
                Ok(Found::Spoiled(path, cause))
            }
        }
    }

    /// Keeps a proof.
    pub(crate) fn keep<S: Stage>(&self, verifier: &Verifier, proof: &Proof<S>) -> Result<(), StoreError> {
        let path = self.path(verifier, proof.statement());
        let part = path.with_extension("part");
        write_durably(&part, &proof.to_bytes()).map_err(|cause| {
            // What is left of it is of no use to anybody.
            let _ = fs::remove_file(&part);
            failed("cannot write", &part)(cause)
        })?;
        fs::rename(&part, &path).map_err(failed("cannot rename to", &path))?;
        sync_folder(&self.folder).map_err(failed("cannot write", &self.folder))
    }

    fn path(&self, verifier: &Verifier, statement: &Statement) -> PathBuf {
        // The digest of the key covers profile, circuit and everything that it depends on.
        let hash = Sha3_256::new().chain_update(verifier.digest().to_bytes()).chain_update(statement.to_bytes());
        self.folder.join(format!("{}.proof", hex::encode(hash.finalize())))
    }
}

/// Whether a file has a name that only the store gives: a hash, and what follows it.
fn is_own(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let hash = name.strip_suffix(".proof").or_else(|| name.strip_suffix(".part"));
    hash.is_some_and(|hash| hex::decode(hash).is_ok_and(|hash| hash.len() == Sha3_256::output_size()))
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |cause| StoreError { action, path: path.to_owned(), cause }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(failed("cannot remove", path)(e)),
        _ => Ok(()),
    }
}

/// What a proof may have of a file: the length of a longer one is wrong anyway.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a rename durable, where folders can be synchronised.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use furl_circuits::keys::Circuit;
    use furl_circuits::leaf_circuit::LeafSize;
    use furl_circuits::profile::Profile;
    use furl_ledger::{
        Amount, Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Owner, SecretKey, SlotIndex, Token, Trace, Transfer,
    };

    use super::*;
    use crate::proof::Leaf;

    /// One transfer of somebody to himself.
    fn trace() -> Trace {
        let domain = Domain::of(31337, &L1Address::default());
        let secret = SecretKey::derive(&[3; 32], "furl/test/store", 0);
        let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::default() };
        let slot = SlotIndex::new(5).unwrap();
        let mut ledger = Ledger::new();
        ledger.create(slot, owner, Token::new(1), Amount::new(1_000).unwrap()).unwrap();
        let (amount, fee) = (Amount::new(7).unwrap(), FeeCode::ZERO);
        let transfer = Transfer { from: slot, to: slot, amount, fee, nonce: 0.into(), expiry: Expiry::MAX };
        ledger.apply(&Batch::first(domain), &[transfer.sign(&domain, &secret)]).unwrap()
    }

    #[test]
    fn only_what_was_kept_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let hash = "0123456789abcdef".repeat(4);
        let (own, others) = (
            [format!("{hash}.proof"), format!("{hash}.part")],
            ["batch.proof".into(), "batch.part".into(), format!("{hash}00.proof"), format!("{hash}.json"), hash],
        );
        own.iter().chain(&others).for_each(|name| fs::write(folder.path().join(name), name).unwrap());
        store.remove().unwrap();
        assert!(own.iter().all(|name| !folder.path().join(name).exists()));
        assert!(others.iter().all(|name| fs::read_to_string(folder.path().join(name)).unwrap() == *name));
    }

    /// A true proof of the same statement, by the circuit of the same name in the other profile, is not the one that is
    /// looked for: in its place it would be handed to a node that cannot verify it, again and again.
    #[test]
    fn what_is_another_proof_or_none_is_spoiled() {
        let (keys, trace, circuit) = (Keys::new(), trace(), Circuit::Leaf(LeafSize::SMALLEST));
        let [fast, proven] = [Profile::Fast, Profile::Proven].map(|profile| keys.verifier(profile, circuit));
        let inner = keys.leaf(Profile::Fast, LeafSize::SMALLEST).unwrap().prove(&trace).unwrap();
        let proof = Proof::<Leaf>::of(Profile::Fast, &fast, trace.statement().clone(), inner).unwrap();

        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let find = |verifier| store.find::<Leaf>(&keys, verifier, trace.statement()).unwrap();
        store.keep(&fast, &proof).unwrap();
        assert!(matches!(find(&fast), Found::Proof(found) if *found == proof));
        assert!(matches!(find(&proven), Found::Nothing));

        let place = store.path(&proven, trace.statement());
        fs::copy(store.path(&fast, trace.statement()), &place).unwrap();
        assert!(matches!(find(&proven), Found::Spoiled(path, ProofFileError::Misplaced) if path == place));
        assert!(matches!(find(&proven), Found::Nothing));

        // A terabyte of zeros, of which nobody reads more than a proof could have.
        File::create(&place).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(find(&proven), Found::Spoiled(path, _) if path == place));
    }
}
