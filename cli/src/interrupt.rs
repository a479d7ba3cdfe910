//! # Interruption
//!
//! A signal that ends this process (Ctrl-C is SIGINT; supervisors and containers send SIGTERM, a terminal that closes
//! SIGHUP) ends it with exit code 128 and the signal's number, 130 for SIGINT, and never leaves a half-written file or a
//! secret. Everything about it is here: one listener, one mark, one list of temporary files.
//!
//! - As a rule the process ends at once. Files get their names only when they are whole, so all there is to tidy are the
//!   temporary ones, each of which is held as a [`Temporary`].
//! - Work that should be ended in order holds a [`Deferred`]. A signal then leaves its mark only, and the work asks
//!   [`Deferred::check`] at its next safe point.
//! - A second signal ends the process at once, whatever is going on.
//!
//! **Not covered:** SIGKILL, and faults of the process itself, such as SIGSEGV or SIGABRT. No program can tidy after the
//! first, and none should try to after the others. A temporary file is then left, `.furl-….tmp` beside the file that it
//! was to become; with secrets in it, it is its owner's alone.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::mem;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tempfile::NamedTempFile;
use thiserror::Error;
use tracing::warn;

use crate::exit::{Exit, Failure};
use crate::output;
use crate::progress;

/// The first signal that has come.
static SIGNAL: OnceLock<Signal> = OnceLock::new();
/// Whether one has come.
static RAISED: AtomicBool = AtomicBool::new(false);
/// How many [`Deferred`]s there are.
static DEFERRED: AtomicUsize = AtomicUsize::new(0);
/// What is removed if the process ends at once.
static TEMPORARY: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A signal that ends this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signal {
    name: &'static str,
    number: u8,
}

impl Signal {
    /// That of Ctrl-C.
    const INT: Self = Self { name: "SIGINT", number: 2 };

    /// The name that the system has for it.
    pub(crate) const fn name(self) -> &'static str {
        self.name
    }

    /// What the process ends with: what a shell makes of a process that the signal has ended.
    pub(crate) const fn status(self) -> u8 {
        128 + self.number
    }
}

/// The first signal that has come.
pub(crate) fn signal() -> Option<Signal> {
    SIGNAL.get().copied()
}

/// A signal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("interrupted{}", self.by())]
pub(crate) struct Interrupted;

impl Interrupted {
    /// Who presses Ctrl-C knows what it was.
    #[expect(clippy::unused_self, reason = "there is a signal if there is one of these")]
    fn by(self) -> String {
        let other = signal().filter(|signal| *signal != Signal::INT);
        other.map_or_else(String::new, |signal| format!(" by {}", signal.name))
    }
}

/// What happens at a signal, on a thread of its own.
fn signalled(signal: Signal) {
    SIGNAL.get_or_init(|| signal);
    let again = RAISED.swap(true, Ordering::SeqCst);
    if !again && DEFERRED.load(Ordering::SeqCst) > 0 {
        briefly(|| warn!("{Interrupted}: what is being done is ended in order (once more to end it at once)"));
        return;
    }
    // Held to the end: no file is made or named any more.
    let temporary = temporary();
    // What is in a folder comes after it, and goes before.
    temporary.iter().rev().for_each(|path| drop(fs::remove_file(path).or_else(|_| fs::remove_dir(path))));
    briefly(|| {
        progress::end();
        output::fail_at_once(&Failure::Interrupted(Interrupted));
    });
    process::exit(Exit::Interrupted.status().into());
}

/// Says something, for a second at most: a terminal may be stopped, and a pipe full.
fn briefly(say: impl FnOnce() + Send + 'static) {
    let (done, said) = mpsc::channel::<()>();
    // Without a thread nothing is said, and nothing waited for.
    drop(thread::Builder::new().spawn(move || {
        say();
        drop(done);
    }));
    said.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
}

/// Listens to nothing: the system's own way of ending a process stays.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as where there are signals")]
pub(crate) fn listen() -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub(crate) use unix::listen;

#[cfg(unix)]
mod unix {
    use std::ffi::c_int;
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, mpsc};
    use std::{fs, io, thread};

    use signal_hook::consts::{SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::signal_name;

    use super::{Signal, signalled};

    /// Those that end a process from outside, unless it listens. SIGPIPE is not among them: Rust ignores it, and a
    /// reader that stops reading is an error of writing.
    const ENDING: [c_int; 8] = [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGXCPU];

    /// Listens to signals. Comes first in the process: process 1 of a container, which the system spares every signal
    /// that nobody listens to, hears them from here on.
    ///
    /// # Errors
    /// The system does not allow it, and its own way of ending a process stays.
    pub(crate) fn listen() -> io::Result<()> {
        let (told, begun) = mpsc::channel();
        // What is registered stays so: not before there is a thread to listen.
        let listen = move || match Signals::new(ENDING.into_iter().filter(|signal| !is_to_be_ignored(*signal))) {
            Ok(mut signals) => {
                drop(told.send(Ok(())));
                signals.forever().for_each(|number| signalled(number.into()));
            }
            Err(error) => drop(told.send(Err(error))),
        };
        thread::Builder::new().name("signals".into()).spawn(listen)?;
        begun.recv().unwrap_or_else(|error| Err(io::Error::other(error)))?;
        // Nobody looks at this one: a file that gets too long is an error of writing it, as on a full disk.
        flag::register(SIGXFSZ, Arc::<AtomicBool>::default()).map(drop)
    }

    impl From<c_int> for Signal {
        fn from(number: c_int) -> Self {
            let name = signal_name(number).unwrap_or("an unknown signal");
            Self { name, number: u8::try_from(number).expect("signals are below 128") }
        }
    }

    /// Whether the one who has started this process wants it to ignore a signal, as `nohup` does. Shells without job
    /// control say so of SIGINT for everything in the background, where it still comes from those who mean it; and
    /// SIGTERM is how a process is ended.
    fn is_to_be_ignored(signal: c_int) -> bool {
        ![SIGINT, SIGTERM].contains(&signal) && ignored() >> (signal - 1) & 1 == 1
    }

    /// The signals that this process ignores, the first in the lowest bit; none where the system does not tell.
    fn ignored() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let digits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        digits.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).unwrap_or(0)
    }
}

fn temporary() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // A set of names is whole at any time.
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Work that is ended in order, for as long as this value is held.
#[derive(Debug)]
pub(crate) struct Deferred(());

impl Deferred {
    /// From now on a signal only leaves its mark.
    pub(crate) fn new() -> Self {
        DEFERRED.fetch_add(1, Ordering::SeqCst);
        Self(())
    }

    /// The mark, for work that looks at it itself.
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

/// A value that tidies after itself when it is dropped, and so leaves files behind if the process
/// ends at once: those are removed then. Folders too, if they are empty.
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
