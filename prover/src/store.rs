//! # The store: proofs that were finished
//!
//! A folder of proof files, each named by the hash of what it proves: profile, circuit, key and
//! statement. A run that needs a proof of the same again finds it there, after whatever
//! interruption. A file is written under another name and renamed when it is whole and on the disk,
//! so a name is that of a whole file or of none.
//!
//! Nothing found here is believed: it is parsed and verified like any file, and what fails is taken away and proved again.
//!
//! ## What is the store's own
//!
//! Other files may be in the folder, and nobody knows who put them there. So the store keeps a
//! [list] of the files that it makes, and replaces and removes no others.
//!
//! | a name of a proof is that of | the store |
//! |---|---|
//! | a file in the list | takes the proof, if it is true; removes it otherwise, and in the end |
//! | a file not in the list | takes the proof, if it is true, and never removes it; says that it is in the way otherwise |
//! | a link, a pipe, a folder | says that it is in the way, and neither follows nor opens it |
//!
//! One run has the folder at a time: it holds a [`Lock`]. Folder and files are for their owner
//! alone, because leaves hold what a batch does not publish.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use furl_circuits::field;
use sha3::{Digest as _, Sha3_256};
use tempfile::NamedTempFile;
use thiserror::Error;

use crate::keys::Keys;
use crate::list::{self, List, ListError};
use crate::lock::{Holder, Lock, LockError};
use crate::plain::{self, Plain};
use crate::proof::{Claim, Envelope, Proof, ProofFileError, Stage, Stated};
use crate::verifier::Verifier;

/// Bytes that are read of a file: more than any proof has.
const LARGEST: u64 = 1 << 22;
/// The lock's file.
const LOCK: &str = ".furl-lock";
/// How often a folder is made that another run, which ends, removes.
const ATTEMPTS: usize = 100;

/// The folder failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The system refuses something.
    #[error("{action} {}: {cause}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// Why it failed.
        cause: io::Error,
    },
    /// There is something else in the place of the folder.
    #[error("{} is a symbolic link or no folder: expected a folder, or nothing", .0.display())]
    NotAFolder(PathBuf),
    /// Another run has the folder.
    #[error("{} is in use by {holder}", .folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// Who has it.
        holder: Holder,
    },
    /// There is no lock.
    #[error(transparent)]
    Lock(LockError),
    /// The list of what the store made cannot be read.
    #[error(transparent)]
    List(#[from] ListError),
    /// Something has the name of a proof.
    #[error("{} is in the way: expected a proof that this store made, or nothing; got {got}", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is.
        got: &'static str,
    },
    /// An output has the name of a proof.
    #[error("{} is a name that the store needs: expected an output of another name, or another folder", .0.display())]
    Reserved(PathBuf),
}

/// What was found.
#[derive(Debug)]
pub(crate) enum Found<S: Stage> {
    /// A true proof.
    Proof(Box<Proof<S>>),
    /// No file.
    Nothing,
    /// A file of the store that is no true proof of what its name says. It was removed.
    Spoiled(PathBuf, ProofFileError),
}

/// A folder of finished proofs, in use by this run alone.
///
/// Dropped, it leaves the proofs that were kept and their list; if there are none, it leaves
/// nothing.
#[derive(Debug)]
pub struct Store {
    made: Mutex<List>,
    /// Names that are not the store's, whatever its list says.
    reserved: BTreeSet<OsString>,
    // Let go of in this order.
    lock: Lock,
    folder: Folder,
}

/// A folder, gone with this value if nothing is in it.
#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // One that is not empty stays.
        let _ = fs::remove_dir(&self.0);
    }
}

impl Folder {
    /// The folder, made if it is not there, and its lock.
    fn take(path: &Path, command: &str) -> Result<(Self, Lock), StoreError> {
        for _ in 0..ATTEMPTS {
            match plain::make_folder(path) {
                Ok(true) => {}
                Ok(false) => return Err(StoreError::NotAFolder(path.to_owned())),
                // Another run has removed it.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(failed("cannot make", path)(error)),
            }
            let folder = Self(path.to_owned());
            match Lock::take(path.join(LOCK), command) {
                Ok(lock) => return Ok((folder, lock)),
                Err(LockError::Held { holder, .. }) => {
                    return Err(StoreError::InUse { folder: path.to_owned(), holder });
                }
                Err(LockError::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::Lock(error)),
            }
        }
        Err(StoreError::InUse { folder: path.to_owned(), holder: Holder::Unknown })
    }
}

impl Store {
    /// The store in this folder, which is made if it is not there, for a run of `command`: another
    /// run is told so.
    ///
    /// # Errors
    /// If it cannot be made, or another run has it.
    pub fn open(folder: impl AsRef<Path>, command: &str) -> Result<Self, StoreError> {
        // Without a slash at the end, which would follow a link.
        let path: PathBuf = folder.as_ref().components().collect();
        let (folder, lock) = Folder::take(&path, command)?;
        let made = List::read(&path).map_err(failed("cannot read the list in", &path))??;
        let store = Self { made: Mutex::new(made), reserved: BTreeSet::new(), lock, folder };
        if store.lock.is_effective() {
            store.sweep()?;
        }
        Ok(store)
    }

    /// Removes what runs that ended suddenly were writing.
    fn sweep(&self) -> Result<(), StoreError> {
        self.made().names().iter().filter(|name| list::is_of_a_part(name)).try_for_each(|name| self.discard(name))
    }

    fn discard(&self, name: &str) -> Result<(), StoreError> {
        let path = self.folder().join(name);
        plain::remove(&path).map_err(failed("cannot remove", &path))
    }

    /// Leaves a name in the folder to others: the store never makes, replaces or removes that file.
    pub fn reserve(&mut self, name: impl Into<OsString>) {
        self.reserved.insert(name.into());
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// The lock that this run holds.
    #[must_use]
    pub const fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Whether there is nothing to find and nothing in the way, or nothing can be read.
    pub(crate) fn is_empty(&self) -> bool {
        let Ok(entries) = fs::read_dir(self.folder()) else { return true };
        let is_of_a_proof = |name: OsString| name.to_str().is_some_and(list::is_of_a_proof);
        self.reserved.is_empty() && !entries.flatten().any(|entry| is_of_a_proof(entry.file_name()))
    }

    /// Removes what the store has made, and the folder if nothing else is in it. What else is there
    /// may be a proof too: the result of the whole work, say, if somebody has both in one folder.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn remove(self) -> Result<(), StoreError> {
        let mut made = self.made();
        let own = made.names().iter().filter(|name| !self.reserved.contains(OsStr::new(name)));
        own.clone().try_for_each(|name| self.discard(name))?;
        made.forget();
        Ok(())
    }

    /// The proof of this statement by this circuit.
    pub(crate) fn find<S: Stage<Inner = field::Proof>>(
        &self,
        keys: &Keys,
        verifier: &Verifier,
        statement: &S::Statement,
    ) -> Result<Found<S>, StoreError> {
        let claim = statement.claim();
        let (name, path) = self.place(verifier, &claim)?;
        let foreign = |got| StoreError::Foreign { path: path.clone(), got };
        let mut file = match plain::open(File::options().read(true), &path) {
            Ok(Plain::File(file)) => file,
            Ok(Plain::Other) => return Err(foreign(LINK)),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(failed("cannot open", &path)(error)),
        };
        let bytes = read(&mut file).map_err(failed("cannot read", &path))?;
        let verified = Envelope::parse(&bytes).and_then(|envelope| {
            // The circuit's name and the statement do not tell profiles apart: the key does, and what verifies goes by it.
            let (key, circuit) = (verifier.digest(), verifier.circuit().into());
            if envelope.key != key || envelope.circuit != circuit || envelope.claim != claim {
                return Err(ProofFileError::Misplaced);
            }
            envelope.verify_stage(keys)
        });
        match verified {
            Ok(proof) => Ok(Found::Proof(Box::new(proof))),
            Err(_) if !self.made().names().contains(&name) => Err(foreign("another file")),
            Err(cause) => {
                self.discard(&name)?;
                Ok(Found::Spoiled(path, cause))
            }
        }
    }

    /// Keeps a proof.
    pub(crate) fn keep<S: Stage>(&self, verifier: &Verifier, proof: &Proof<S>) -> Result<(), StoreError> {
        let (name, path) = self.place(verifier, &proof.envelope().claim)?;
        let foreign = |got| StoreError::Foreign { path: path.clone(), got };
        let mut made = self.made();
        let is_own = made.names().contains(&name);
        match path.symlink_metadata() {
            Ok(there) if !there.is_file() => return Err(foreign(LINK)),
            Ok(_) if !is_own => return Err(foreign("another file")),
            _ => {}
        }
        let mut part = self.part(&mut made, &name)?;
        let written = part.write_all(&proof.to_bytes()).and_then(|()| part.as_file().sync_all());
        // If it is not written, what is left of it goes with `part`.
        written.map_err(failed("cannot write", part.path()))?;
        let named = if is_own { part.persist(&path) } else { part.persist_noclobber(&path) };
        named.map_err(|failure| failed("cannot rename to", &path)(failure.error))?;
        list::sync_folder(self.folder()).map_err(failed("cannot write", self.folder()))
    }

    /// A file to write, under a name of its own. Before there is one, the list has this name and
    /// the one that it is for.
    fn part(&self, made: &mut List, name: &str) -> Result<NamedTempFile, StoreError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(list::PART_BEGIN).suffix(list::PART_END).rand_bytes(list::PART_RANDOM);
        let part = builder.make_in(self.folder(), |path| {
            let part = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            made.add([part, name])?;
            plain::create(path, 0o600)
        });
        part.map_err(failed("cannot write to", self.folder()))
    }

    /// Under which name a proof is kept, and where that is.
    fn place(&self, verifier: &Verifier, claim: &Claim) -> Result<(String, PathBuf), StoreError> {
        // The digest of the key covers profile, circuit and everything that it depends on.
        let hash = Sha3_256::new().chain_update(verifier.digest().to_bytes()).chain_update(claim.to_bytes());
        let name = list::of_proof(&hash.finalize());
        let path = self.folder().join(&name);
        if self.reserved.contains(OsStr::new(&name)) { Err(StoreError::Reserved(path)) } else { Ok((name, path)) }
    }

    fn made(&self) -> MutexGuard<'_, List> {
        // Names are added after the file has them.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let folder = self.folder().to_owned();
        let mut made = self.made();
        if !made.names().iter().any(|name| folder.join(name).symlink_metadata().is_ok()) {
            made.forget();
        }
    }
}

/// What is neither followed nor opened.
const LINK: &str = "a link, or no regular file";

fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |cause| StoreError::Io { action, path: path.to_owned(), cause }
}

/// What a proof may have of a file: the length of a longer one is wrong anyway.
fn read(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, LazyLock};

    use furl_circuits::keys::Circuit;
    use furl_circuits::leaf_circuit::LeafSize;
    use furl_circuits::profile::Profile;
    use furl_ledger::{
        Amount, Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Owner, Piece, SecretKey, SlotIndex, Token, Transfer,
    };

    use super::*;
    use crate::proof::Leaf;

    /// One transfer of somebody to himself.
    fn piece() -> Piece {
        let domain = Domain::of(31337, &L1Address::default());
        let secret = SecretKey::derive(&[3; 32], "furl/test/store", 0);
        let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::default() };
        let slot = SlotIndex::new(5).unwrap();
        let mut ledger = Ledger::new();
        ledger.create(slot, owner, Token::new(1), Amount::new(1_000).unwrap()).unwrap();
        let (amount, fee) = (Amount::new(7).unwrap(), FeeCode::ZERO);
        let transfer = Transfer { from: slot, to: slot, amount, fee, nonce: 0.into(), expiry: Expiry::MAX };
        ledger.apply(&Batch::first(domain), &[transfer.sign(&domain, &secret)]).unwrap().piece()
    }

    fn open(folder: &Path) -> Result<Store, StoreError> {
        Store::open(folder, "test")
    }

    /// A leaf's proof, what it is of, and what verifies it.
    struct Fixture {
        keys: Keys,
        fast: Arc<Verifier>,
        piece: Piece,
        proof: Box<Proof<Leaf>>,
    }

    static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
        let (keys, piece) = (Keys::new(), piece());
        let fast = keys.verifier(Profile::Fast, Circuit::Leaf(LeafSize::SMALLEST));
        let inner = keys.leaf(Profile::Fast, LeafSize::SMALLEST).unwrap().prove(&piece).unwrap();
        let proof = Box::new(Proof::of(Profile::Fast, &fast, piece.statement().clone(), inner).unwrap());
        Fixture { keys, fast, piece, proof }
    });

    impl Fixture {
        fn find(&self, store: &Store) -> Result<Found<Leaf>, StoreError> {
            store.find(&self.keys, &self.fast, self.piece.statement())
        }

        fn keep(&self, store: &Store) -> Result<(), StoreError> {
            store.keep(&self.fast, &self.proof)
        }

        fn place(&self, store: &Store) -> (String, PathBuf) {
            store.place(&self.fast, &self.piece.statement().claim()).unwrap()
        }
    }

    fn names(folder: &Path) -> Vec<OsString> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_what_was_kept_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("parts");
        let store = open(&folder).unwrap();
        FIXTURE.keep(&store).unwrap();
        let hash = "0123456789abcdef".repeat(4);
        // An output may have any name, that of a proof too.
        let others = [format!("{hash}.proof"), format!("{hash}.part"), ".furl-abcdefghijkl.part".into(), hash];
        others.iter().for_each(|name| fs::write(folder.join(name), name).unwrap());
        assert_eq!(names(&folder).len(), 3 + others.len());
        store.remove().unwrap();
        let mut expected = others.map(OsString::from);
        expected.sort();
        assert_eq!(names(&folder), expected);

        fs::remove_dir_all(&folder).unwrap();
        let store = open(&folder).unwrap();
        FIXTURE.keep(&store).unwrap();
        store.remove().unwrap();
        assert_eq!(names(place.path()), [""; 0]);
    }

    #[test]
    fn what_an_earlier_run_kept_is_the_stores_own() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("parts");
        drop(open(&folder).unwrap());
        assert_eq!(names(place.path()), [""; 0], "nothing was kept");

        let store = open(&folder).unwrap();
        FIXTURE.keep(&store).unwrap();
        let (name, path) = FIXTURE.place(&store);
        drop(store);
        assert_eq!(names(&folder), [".furl-parts", &name]);
        // A run that was killed while it wrote, and left the lock too.
        let part = folder.join(".furl-abcdefghijkl.part");
        fs::write(&part, "half").unwrap();
        fs::write(folder.join(LOCK), "").unwrap();
        let list = folder.join(".furl-parts");
        let text = fs::read_to_string(&list).unwrap();
        fs::write(&list, text + ".furl-abcdefghijkl.part\n").unwrap();

        let store = open(&folder).unwrap();
        assert!(!part.exists());
        assert!(matches!(FIXTURE.find(&store).unwrap(), Found::Proof(proof) if proof == FIXTURE.proof));
        FIXTURE.keep(&store).unwrap();
        assert!(path.exists());
        store.remove().unwrap();
        assert_eq!(names(place.path()), [""; 0]);
    }

    #[test]
    fn a_list_removes_nothing_but_files_of_the_store() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("parts");
        let victim = place.path().join("victim");
        let refused = |text: &str| {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(".furl-parts"), text).unwrap();
            assert!(matches!(open(&folder), Err(StoreError::List(_))), "{text}");
            assert_eq!(names(&folder), [".furl-parts"]);
        };
        fs::write(&victim, "mine").unwrap();
        refused("furl-parts 1\n../victim\n");
        refused(&format!("furl-parts 1\n{}\n", victim.display()));
        refused("furl-parts 2\n");
        // What is under the name of a proof is no proof.
        let name = list::of_proof(&[7; 32]);
        fs::write(folder.join(".furl-parts"), format!("furl-parts 1\n{name}\n")).unwrap();
        fs::create_dir(folder.join(&name)).unwrap();
        open(&folder).unwrap().remove().unwrap();
        assert_eq!(names(&folder), [&*name]);
        assert_eq!(fs::read(victim).unwrap(), b"mine");
    }

    #[test]
    fn a_file_of_somebody_else_is_used_or_in_the_way() {
        let place = tempfile::tempdir().unwrap();
        let store = open(place.path()).unwrap();
        let (name, path) = FIXTURE.place(&store);
        fs::write(&path, FIXTURE.proof.to_bytes()).unwrap();
        assert!(matches!(FIXTURE.find(&store).unwrap(), Found::Proof(_)));
        fs::write(&path, "a diary").unwrap();
        for result in [FIXTURE.find(&store).map(drop), FIXTURE.keep(&store)] {
            assert!(matches!(result, Err(StoreError::Foreign { .. })), "{result:?}");
        }
        store.remove().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a diary");
        assert_eq!(names(place.path()), [&*name]);
    }

    #[test]
    fn an_output_in_the_folder_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let mut store = open(place.path()).unwrap();
        let (name, path) = FIXTURE.place(&store);
        FIXTURE.keep(&store).unwrap();
        store.reserve(&name);
        assert!(!store.is_empty());
        for result in [FIXTURE.find(&store).map(drop), FIXTURE.keep(&store)] {
            assert!(matches!(result, Err(StoreError::Reserved(_))), "{result:?}");
        }
        store.remove().unwrap();
        assert!(path.exists());
    }

    #[test]
    fn one_run_has_the_folder() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("parts");
        let store = Store::open(&folder, "furl prove").unwrap();
        let Err(StoreError::InUse { holder, .. }) = open(&folder) else { panic!("it is in use") };
        assert!(holder.to_string().contains(&format!("process {} (furl prove)", std::process::id())), "{holder}");
        // The second run has taken nothing away from the first.
        FIXTURE.keep(&store).unwrap();
        store.remove().unwrap();
        open(&folder).unwrap();
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        use std::process::Command;

        use super::*;

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        #[test]
        fn nobody_else_reads_what_is_kept() {
            let place = tempfile::tempdir().unwrap();
            let folder = place.path().join("parts");
            let store = open(&folder).unwrap();
            FIXTURE.keep(&store).unwrap();
            assert_eq!(mode(&folder), 0o700);
            assert_eq!([FIXTURE.place(&store).1, folder.join(".furl-parts")].map(|path| mode(&path)), [0o600; 2]);
        }

        #[test]
        fn a_link_is_not_followed() {
            let place = tempfile::tempdir().unwrap();
            let [folder, victim] = ["parts", "victim"].map(|name| place.path().join(name));
            fs::write(&victim, "mine").unwrap();
            let store = open(&folder).unwrap();
            let (name, path) = FIXTURE.place(&store);
            // Under the name of a proof, new and in the list; under the old name of what is being
            // written.
            for is_in_list in [false, true] {
                if is_in_list {
                    FIXTURE.keep(&store).unwrap();
                    fs::remove_file(&path).unwrap();
                }
                symlink(&victim, &path).unwrap();
                for result in [FIXTURE.find(&store).map(drop), FIXTURE.keep(&store)] {
                    assert!(matches!(result, Err(StoreError::Foreign { got: LINK, .. })), "{result:?}");
                }
                fs::remove_file(&path).unwrap();
            }
            symlink(&victim, path.with_extension("part")).unwrap();
            FIXTURE.keep(&store).unwrap();
            assert_eq!(fs::read(&victim).unwrap(), b"mine");
            fs::remove_file(&path).unwrap();
            symlink(&victim, &path).unwrap();
            store.remove().unwrap();
            assert!(names(&folder).contains(&name.into()) && victim.exists());

            // In the place of the folder, the list and the lock.
            let link = place.path().join("link");
            symlink(&folder, &link).unwrap();
            for path in [link.clone(), link.join("")] {
                assert!(matches!(open(&path), Err(StoreError::NotAFolder(_))));
            }
            assert!(matches!(open(&victim), Err(StoreError::NotAFolder(_))));
            let other = place.path().join("other");
            fs::create_dir(&other).unwrap();
            symlink(&victim, other.join(".furl-parts")).unwrap();
            assert!(matches!(open(&other), Err(StoreError::List(_))));
            symlink(&victim, other.join(LOCK)).unwrap();
            assert!(matches!(open(&other), Err(StoreError::Lock(LockError::NotALock(_)))));
            assert_eq!(fs::read(&victim).unwrap(), b"mine");
        }

        #[test]
        fn a_pipe_is_not_waited_for() {
            let place = tempfile::tempdir().unwrap();
            let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
            let store = open(place.path()).unwrap();
            let (_, path) = FIXTURE.place(&store);
            pipe(&path);
            for result in [FIXTURE.find(&store).map(drop), FIXTURE.keep(&store)] {
                assert!(matches!(result, Err(StoreError::Foreign { got: LINK, .. })), "{result:?}");
            }
            drop(store);
            pipe(&place.path().join(".furl-parts"));
            assert!(matches!(open(place.path()), Err(StoreError::List(_))));
            pipe(&place.path().join(LOCK));
            assert!(matches!(open(place.path()), Err(StoreError::Lock(LockError::NotALock(_)))));
        }
    }

    /// A true proof of the same statement, by the circuit of the same name in the other profile, is not the one that is
    /// looked for: in its place it would be handed to a node that cannot verify it, again and again.
    #[test]
    fn what_is_another_proof_or_none_is_spoiled() {
        let Fixture { keys, fast, piece, .. } = &*FIXTURE;
        let proven = keys.verifier(Profile::Proven, Circuit::Leaf(LeafSize::SMALLEST));
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).unwrap();
        let find = |verifier| store.find::<Leaf>(keys, verifier, piece.statement()).unwrap();
        FIXTURE.keep(&store).unwrap();
        assert!(matches!(find(fast), Found::Proof(found) if found == FIXTURE.proof));
        assert!(matches!(find(&proven), Found::Nothing));

        let (name, place) = store.place(&proven, &piece.statement().claim()).unwrap();
        store.made().add([".furl-abcdefghijkl.part", &name]).unwrap();
        fs::copy(FIXTURE.place(&store).1, &place).unwrap();
        assert!(matches!(find(&proven), Found::Spoiled(path, ProofFileError::Misplaced) if path == place));
        assert!(matches!(find(&proven), Found::Nothing));

        // A terabyte of zeros, of which nobody reads more than a proof could have.
        File::create(&place).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(find(&proven), Found::Spoiled(path, _) if path == place));
    }
}
