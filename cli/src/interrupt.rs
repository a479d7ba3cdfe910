//! # Interruption
//!
//! Ctrl-C (SIGINT) ends this process with exit code 130, and never leaves a half-written file. Everything about it is
//! here: one handler, one flag, one list of temporary files.
//!
//! - As a rule the process ends at once. Files get their names only when they are whole, so all there is to tidy are the
//!   temporary ones, each of which is held as a [`Temporary`].
//! - Work that should be ended in order holds a [`Deferred`]. A signal then raises the flag only, and the work asks
//!   [`Deferred::check`] at its next safe point.
//! - A second signal ends the process at once, whatever is going on.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::mem;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;
use thiserror::Error;
use tracing::{error, warn};

use crate::exit::Exit;
use crate::progress;

/// Whether a signal has come.
static RAISED: AtomicBool = AtomicBool::new(false);
/// How many [`Deferred`]s there are.
static DEFERRED: AtomicUsize = AtomicUsize::new(0);
/// What is removed if the process ends at once.
static TEMPORARY: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The user has had enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("interrupted")]
pub(crate) struct Interrupted;

/// Listens to the signal. If the system does not allow that, its own way of ending a process stays.
pub(crate) fn listen() {
    if let Err(error) = ctrlc::set_handler(signalled) {
        warn!("an interruption will end this process without a word: {error}");
    }
}

/// What happens at a signal, on a thread of its own.
fn signalled() {
    let again = RAISED.swap(true, Ordering::SeqCst);
    if !again && DEFERRED.load(Ordering::SeqCst) > 0 {
        warn!("interrupted: what is being done is ended in order (once more to end it at once)");
        return;
    }
    // Held to the end: no file is made or named any more.
    let temporary = temporary();
    // What is in a folder comes after it, and goes before.
    temporary.iter().rev().for_each(|path| drop(fs::remove_file(path).or_else(|_| fs::remove_dir(path))));
    progress::end();
    error!(exit = Exit::Interrupted.code(), name = Exit::Interrupted.name(), "{Interrupted}");
    process::exit(Exit::Interrupted.code().into());
}

fn temporary() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // A set of names is whole at any time.
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Work that is ended in order, for as long as this value is held.
#[derive(Debug)]
pub(crate) struct Deferred(());

impl Deferred {
    /// From now on a signal only raises the flag.
    pub(crate) fn new() -> Self {
        DEFERRED.fetch_add(1, Ordering::SeqCst);
        Self(())
    }

    /// What a signal raises, for work that looks at it itself.
    #[expect(clippy::unused_self, reason = "who asks has to hold one: otherwise the process would have ended")]
    pub(crate) fn flag(&self) -> &'static AtomicBool {
        &RAISED
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// A signal has come.
    #[expect(clippy::unused_self, reason = "who asks has to hold one: otherwise the process would have ended")]
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        if RAISED.load(Ordering::SeqCst) { Err(Interrupted) } else { Ok(()) }
    }

    /// The work is done, and a signal comes too late: whoever finds the files finds exit code 0 too.
    pub(crate) fn complete(self) {
        mem::forget(self);
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        DEFERRED.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A temporary file, gone when this value is dropped or the process is interrupted.
#[derive(Debug)]
pub(crate) struct Temporary {
    file: Option<NamedTempFile>,
    path: PathBuf,
}

impl Temporary {
    /// The file that `make` makes.
    ///
    /// # Errors
    /// It is not made.
    pub(crate) fn new(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<Self> {
        let mut temporary = temporary();
        let file = make()?;
        let path = file.path().to_owned();
        temporary.insert(path.clone());
        Ok(Self { file: Some(file), path })
    }

    /// The file.
    pub(crate) fn file(&mut self) -> &mut NamedTempFile {
        self.file.as_mut().expect("the file is given away with this value only")
    }

    /// Gives the file its name by `rename`.
    ///
    /// # Errors
    /// Those of `rename`.
    pub(crate) fn rename<T>(mut self, rename: impl FnOnce(NamedTempFile) -> T) -> T {
        let mut temporary = temporary();
        temporary.remove(&self.path);
        rename(self.file.take().expect("the file is given away with this value only"))
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Removed first, and then forgotten: a signal in between finds nothing.
        if let Some(file) = self.file.take() {
            drop(file);
            temporary().remove(&self.path);
        }
    }
}

/// A value that tidies after itself when it is dropped, and so leaves files behind if the process ends at once: those are
/// removed then. Folders too, if they are empty.
#[derive(Debug)]
pub(crate) struct Held<T> {
    /// Nothing only while this is given away or dropped.
    value: Option<T>,
    paths: Vec<PathBuf>,
}

impl<T> Held<T> {
    /// The value that `make` makes, with the files that it has then.
    ///
    /// # Errors
    /// It is not made.
    pub(crate) fn new<E>(
        make: impl FnOnce() -> Result<T, E>,
        paths: impl FnOnce(&T) -> Vec<PathBuf>,
    ) -> Result<Self, E> {
        let mut temporary = temporary();
        let value = make()?;
        let paths = paths(&value);
        temporary.extend(paths.iter().cloned());
        Ok(Self { value: Some(value), paths })
    }

    /// Gives the value to `end`, after which its files are no more.
    pub(crate) fn end<R>(mut self, end: impl FnOnce(T) -> R) -> R {
        let mut temporary = temporary();
        let result = end(self.value.take().expect(HELD));
        temporary.retain(|path| !self.paths.contains(path));
        result
    }
}

/// Why there is a value.
const HELD: &str = "the value is given away with this one only";

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect(HELD)
    }
}

impl<T> DerefMut for Held<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect(HELD)
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        // Together: in between, the files may be those of another process already.
        if let Some(value) = self.value.take() {
            let mut temporary = temporary();
            drop(value);
            temporary.retain(|path| !self.paths.contains(path));
        }
    }
}
