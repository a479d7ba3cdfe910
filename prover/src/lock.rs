//! # Locks: one run at a time
//!
//! A lock is the system's advisory one (`flock` on Unix) on a file that is made for it. It ends
//! with the process that holds it, however that ends. The file says who holds it, and is removed
//! with the lock; one that a killed process left behind binds nobody, and the next run takes it
//! over.
//!
//! Some file systems have no locks. There a [`Lock`] is had at once, and [says](Lock::is_effective)
//! that it excludes nobody.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fmt, process};

use thiserror::Error;

use crate::plain::{self, Plain};

/// What a lock's file begins with.
const HEADER: &str = "furl-lock 1";
/// Bytes that are read of a lock's file: more than any has.
const LARGEST: u64 = 1 << 10;
/// Characters that are shown of a holder's command.
const SHOWN: usize = 64;
/// How often a lock is tried whose file its last holder has just removed.
const ATTEMPTS: usize = 100;

/// Who holds a lock, by the lock's file. Anybody may have written that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A process.
    Process {
        /// Its number.
        pid: u32,
        /// What it does.
        command: String,
        /// Since when.
        since: SystemTime,
    },
    /// The file does not say, or not yet.
    Unknown,
}

impl Holder {
    /// This process.
    fn this(command: &str) -> Self {
        Self::Process { pid: process::id(), command: command.to_owned(), since: SystemTime::now() }
    }

    /// The text of a lock's file.
    fn to_text(&self) -> String {
        let Self::Process { pid, command, since } = self else { return String::new() };
        let command = command.escape_debug();
        let since = since.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        format!("{HEADER}\npid {pid}\ncommand {command}\nsince {since}\n")
    }

    fn of_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut member = |name: &str| lines.next()?.strip_prefix(name);
        member(HEADER)?;
        let pid = member("pid ")?.parse().ok()?;
        let command = member("command ")?.to_owned();
        let since = Duration::from_secs(member("since ")?.parse().ok()?);
        Some(Self::Process { pid, command, since: SystemTime::UNIX_EPOCH.checked_add(since)? })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Process { pid, command, since } = self else { return f.write_str("another process") };
        let shown: String = command.chars().take(SHOWN).collect();
        let seconds = since.elapsed().unwrap_or_default().as_secs();
        write!(f, "process {pid} ({}), for {seconds} s", shown.escape_debug())
    }
}

/// Why there is no lock.
#[derive(Debug, Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error("{} is held by {holder}", .path.display())]
    Held {
        /// The lock's file.
        path: PathBuf,
        /// Who.
        holder: Holder,
    },
    /// Something else has its name.
    #[error("{} is in the way: expected a lock of furl's, or nothing", .0.display())]
    NotALock(PathBuf),
    /// The file cannot be made or read.
    #[error("{} cannot be locked: {cause}", .path.display())]
    Io {
        /// The lock's file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
}

/// A lock that is held, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// The file that is locked, if the file system has locks.
    file: Option<File>,
}

/// What came of one try.
enum Try {
    Taken(Lock),
    /// Its last holder has just removed the file.
    Again,
}

impl Lock {
    /// Takes the lock whose file is at `path`, for a run of `command`.
    ///
    /// # Errors
    /// Somebody else has it, or the file cannot be made.
    pub fn take(path: impl Into<PathBuf>, command: &str) -> Result<Self, LockError> {
        let path = path.into();
        for _ in 0..ATTEMPTS {
            if let Try::Taken(lock) = Self::attempt(&path, command)? {
                return Ok(lock);
            }
        }
        Err(LockError::Held { path, holder: Holder::Unknown })
    }

    fn attempt(path: &Path, command: &str) -> Result<Try, LockError> {
        let failed = |cause| LockError::Io { path: path.to_owned(), cause };
        let Some((mut file, is_new)) = open(path)? else { return Ok(Try::Again) };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held { path: path.to_owned(), holder: holder(&mut file) });
            }
            Err(TryLockError::Error(cause)) if has_no_locks(&cause) => {
                if is_new {
                    fs::remove_file(path).map_err(failed)?;
                }
                return Ok(Try::Taken(Self { path: path.to_owned(), file: None }));
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        if !plain::is_at(&file, path).map_err(failed)? {
            return Ok(Try::Again);
        }
        if !is_a_lock(&mut file).map_err(failed)? {
            return Err(LockError::NotALock(path.to_owned()));
        }
        // From here on the file goes with the lock.
        let mut lock = Self { path: path.to_owned(), file: Some(file) };
        lock.write(&Holder::this(command)).map_err(failed)?;
        Ok(Try::Taken(lock))
    }

    fn write(&mut self, holder: &Holder) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(holder.to_text().as_bytes())
    }

    /// The lock's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it excludes others: not where the file system has no locks.
    #[must_use]
    pub const fn is_effective(&self) -> bool {
        self.file.is_some()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // First the name, then the lock: a run that has opened the file meanwhile finds that it is
        // gone, and makes another.
        if let Some(file) = self.file.take() {
            let _ = fs::remove_file(&self.path);
            drop(file);
        }
    }
}

/// The lock's file, and whether it is a new one; nothing if it has gone meanwhile.
fn open(path: &Path) -> Result<Option<(File, bool)>, LockError> {
    let failed = |cause| LockError::Io { path: path.to_owned(), cause };
    match plain::create(path, 0o644) {
        Ok(file) => return Ok(Some((file, true))),
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(error)),
        Err(_) => {}
    }
    match plain::open(File::options().read(true).write(true), path) {
        Ok(Plain::File(file)) if file.metadata().is_ok_and(|metadata| metadata.len() <= LARGEST) => {
            Ok(Some((file, false)))
        }
        Ok(_) => Err(LockError::NotALock(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn text(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    io::Read::take(file, LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn holder(file: &mut File) -> Holder {
    let text = text(file).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.as_deref().and_then(Holder::of_text).unwrap_or(Holder::Unknown)
}

/// Whether a file is a lock's: new, or left behind. Nobody else's file is written to.
fn is_a_lock(file: &mut File) -> io::Result<bool> {
    let text = text(file)?;
    let is_ours = text.is_empty() || text.starts_with(format!("{HEADER}\n").as_bytes());
    Ok(is_ours && plain::has_one_name(&file.metadata()?))
}

/// Whether a file system has no locks at all.
fn has_no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ENOLCK) {
        return true;
    }
    error.kind() == ErrorKind::Unsupported
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        (folder, path)
    }

    #[test]
    fn one_has_it_and_the_other_is_told_who() {
        let (_folder, path) = place();
        let lock = Lock::take(&path, "furl test").unwrap();
        assert!(lock.is_effective());
        let error = Lock::take(&path, "another").unwrap_err();
        let LockError::Held { holder: Holder::Process { pid, command, .. }, .. } = &error else { panic!("{error}") };
        assert_eq!((*pid, &**command), (process::id(), "furl test"));
        assert!(error.to_string().contains(&format!("held by process {pid} (furl test), for ")), "{error}");
        drop(lock);
        assert!(!path.exists());
        drop(Lock::take(&path, "another").unwrap());
        assert!(!path.exists());
    }

    #[test]
    fn what_a_killed_process_left_binds_nobody() {
        let (_folder, path) = place();
        for text in [String::new(), Holder::this("killed").to_text()] {
            fs::write(&path, text).unwrap();
            drop(Lock::take(&path, "next").unwrap());
            assert!(!path.exists());
        }
    }

    #[test]
    fn what_is_no_lock_is_left_alone() {
        let (folder, path) = place();
        let other = folder.path().join("other");
        fs::write(&path, "a diary").unwrap();
        assert!(matches!(Lock::take(&path, "x"), Err(LockError::NotALock(_))));
        assert_eq!(fs::read(&path).unwrap(), b"a diary");
        fs::remove_file(&path).unwrap();
        #[cfg(unix)]
        {
            // A link to a file that is empty, and another name of it.
            fs::write(&other, "").unwrap();
            std::os::unix::fs::symlink(&other, &path).unwrap();
            assert!(matches!(Lock::take(&path, "x"), Err(LockError::NotALock(_))));
            fs::remove_file(&path).unwrap();
            fs::hard_link(&other, &path).unwrap();
            assert!(matches!(Lock::take(&path, "x"), Err(LockError::NotALock(_))));
            assert_eq!(fs::read(&other).unwrap(), b"");
        }
    }

    #[test]
    fn a_holder_is_shown_without_its_tricks() {
        let (_folder, path) = place();
        let lock = Lock::take(&path, "x").unwrap();
        for (text, shown) in [
            (format!("{HEADER}\npid 1\ncommand \u{1b}[2J{}\nsince 0\n", "y".repeat(300)), "process 1 (\\u{1b}[2Jyyy"),
            (format!("{HEADER}\npid x\ncommand y\nsince 0\n"), "another process"),
            (format!("{HEADER}\npid 1\ncommand y\nsince {}\n", u64::MAX), "another process"),
            ("\u{1b}".repeat(500), "another process"),
        ] {
            fs::write(&path, text).unwrap();
            let Err(LockError::Held { holder, .. }) = Lock::take(&path, "z") else { panic!("it is held") };
            let told = holder.to_string();
            assert!(told.starts_with(shown) && told.len() < 150 && !told.contains('\u{1b}'), "{told}");
        }
        drop(lock);
    }
}
