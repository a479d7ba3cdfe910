//! # Files, whole or not at all
//!
//! A file is written under a temporary name in its own directory, brought to the disk and then renamed: whoever looks
//! finds the old file, or none, or the whole new one. A [`Destination`] is asked for before the work that fills it, so
//! that half a minute of proving does not end in "file exists".
//!
//! Nothing is replaced without `--force`, and with it only regular files are.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

/// Why a file was not read or not written.
#[derive(Debug, Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is there already.
    #[error("{0} exists already: expected a new name, or --force to replace it")]
    Exists(PathBuf),
    /// It is there already, and not a file.
    #[error("{0} is not a regular file, and is not replaced by one: expected another name")]
    NotAFile(PathBuf),
    /// It cannot be created.
    #[error("{path} cannot be created")]
    Uncreatable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Writing it failed.
    #[error("{path} cannot be written")]
    Unwritten {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(|source| FileError::Unreadable { path: path.to_owned(), source })
}

/// Reads a file of which at most `limit` bytes are of use: a longer one gives `limit` + 1 bytes.
pub(crate) fn read_at_most(path: &Path, limit: usize) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|source| FileError::Unreadable { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// Who may read a written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever the process's umask lets.
    Public,
    /// Its owner alone: mode 0600.
    Secret,
}

/// Where a file will be written, found to be possible.
#[derive(Debug)]
pub(crate) struct Destination {
    path: PathBuf,
    force: bool,
}

impl Destination {
    /// The place `path`: its directory can be written to, and nothing is there or, with `force`, a regular file.
    pub(crate) fn new(path: &Path, force: bool) -> Result<Self, FileError> {
        let path = path.to_owned();
        match path.symlink_metadata() {
            Ok(_) if !force => return Err(FileError::Exists(path)),
            Ok(there) if !there.is_file() => return Err(FileError::NotAFile(path)),
            _ => {}
        }
        let destination = Self { path, force };
        // Made and dropped: this tells now what would otherwise be told after the work.
        destination.temporary(Access::Secret)?;
        Ok(destination)
    }

    /// The file's name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Brings `bytes` to the disk under a temporary name.
    pub(crate) fn stage(self, bytes: &[u8], access: Access) -> Result<Staged, FileError> {
        let mut file = self.temporary(access)?;
        let written = file.write_all(bytes).and_then(|()| file.as_file().sync_all());
        written.map_err(|source| FileError::Unwritten { path: self.path.clone(), source })?;
        Ok(Staged { file, destination: self })
    }

    fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    fn temporary(&self, access: Access) -> Result<NamedTempFile, FileError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".furl-").suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(mode(access));
        let made = builder.tempfile_in(self.directory());
        made.map_err(|source| FileError::Uncreatable { path: self.path.clone(), source })
    }
}

/// The permissions, before the umask.
#[cfg(unix)]
fn mode(access: Access) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(match access {
        Access::Public => 0o666,
        Access::Secret => 0o600,
    })
}

/// A file on the disk, not yet under its name. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Staged {
    file: NamedTempFile,
    destination: Destination,
}

impl Staged {
    /// Gives the file its name.
    pub(crate) fn commit(self) -> Result<(), FileError> {
        let Self { file, destination } = self;
        let path = destination.path();
        let persisted = if destination.force { file.persist(path) } else { file.persist_noclobber(path) };
        persisted.map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists(path.to_owned()),
            _ => FileError::Uncreatable { path: path.to_owned(), source: failed.error },
        })?;
        sync(destination.directory()).map_err(|source| FileError::Unwritten { path: path.to_owned(), source })
    }
}

/// Brings a directory's entries to the disk.
fn sync(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// Appends a line to a file, which is created if it is not there. A last line without an end gets one first.
pub(crate) fn append_line(path: &Path, line: &str) -> Result<(), FileError> {
    let open = File::options().create(true).read(true).append(true).open(path);
    let mut file = open.map_err(|source| FileError::Uncreatable { path: path.to_owned(), source })?;
    let mut append = || {
        let separator = if ends_inside_a_line(&mut file)? { "\n" } else { "" };
        // One write: a concurrent append cannot come between.
        file.write_all(format!("{separator}{line}\n").as_bytes())?;
        file.sync_all()
    };
    append().map_err(|source| FileError::Unwritten { path: path.to_owned(), source })
}

fn ends_inside_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn write(path: &Path, force: bool, bytes: &[u8]) -> Result<(), FileError> {
        Destination::new(path, force)?.stage(bytes, Access::Public)?.commit()
    }

    #[test]
    fn nothing_is_replaced_without_force() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        write(&path, false, b"one").unwrap();
        assert!(matches!(write(&path, false, b"two"), Err(FileError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, true, b"three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(names(directory.path()), ["a"]);
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let staged = Destination::new(&path, false).unwrap().stage(b"mine", Access::Public).unwrap();
        fs::write(&path, b"theirs").unwrap();
        assert!(matches!(staged.commit(), Err(FileError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(names(directory.path()), ["a"]);
    }

    #[test]
    fn what_is_not_a_file_is_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(Destination::new(directory.path(), true), Err(FileError::NotAFile(_))));
        let absent = directory.path().join("no/such/place");
        assert!(matches!(Destination::new(&absent, false), Err(FileError::Uncreatable { .. })));
        assert_eq!(names(directory.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_is_for_its_owner() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        Destination::new(&path, false).unwrap().stage(b"secret", Access::Secret).unwrap().commit().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn lines_are_appended_to_whole_lines() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lines");
        append_line(&path, "one").unwrap();
        append_line(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        fs::write(&path, "cut").unwrap();
        append_line(&path, "three").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "cut\nthree\n");
    }
}
