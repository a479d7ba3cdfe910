//! # Files, whole or not at all
//!
//! A file is written under a temporary name in its own directory, brought to the disk and then renamed: whoever looks
//! finds the old file, or none, or the whole new one. A [`Destination`] is asked for before the work that fills it, so
//! that half a minute of proving does not end in "file exists".
//!
//! Nothing is replaced without `--force`, and with it only regular files are. The name `-` stands for standard output,
//! which gets its bytes as they come.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::exit::{Exit, NoMemory};
use crate::interrupt::{Deferred, Interrupted, Temporary};
use crate::source::Source;

/// Why a file was not read or not written.
#[derive(Debug, Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("{input} cannot be read")]
    Unreadable {
        /// The file.
        input: Source,
        /// Why not.
        source: io::Error,
    },
    /// It is longer than anything of its kind.
    #[error("{input} is too long: expected at most {limit} bytes")]
    TooLong {
        /// The file.
        input: Source,
        /// The most that is read.
        limit: usize,
    },
    /// The system does not give the memory for it.
    #[error(transparent)]
    NoMemory(#[from] NoMemory),
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
    /// There is no room for it.
    #[error("there is no room for {output}")]
    Full {
        /// The file.
        output: Sink,
        /// What the system says.
        source: io::Error,
    },
    /// Writing it failed.
    #[error("{output} cannot be written")]
    Unwritten {
        /// The file.
        output: Sink,
        /// Why not.
        source: io::Error,
    },
    /// Whoever reads standard output has had enough.
    #[error("standard output is closed")]
    Closed,
    /// The user has had enough.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl FileError {
    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. } => Exit::Unreadable,
            Self::TooLong { .. } => Exit::Malformed,
            Self::NoMemory(_) => Exit::System,
            Self::Exists(_) | Self::NotAFile(_) | Self::Uncreatable { .. } => Exit::Uncreatable,
            Self::Full { .. } | Self::Unwritten { .. } => Exit::Write,
            Self::Closed => Exit::Success,
            Self::Interrupted(_) => Exit::Interrupted,
        }
    }
}

/// A file to write, or standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// `-`
    Stdout,
    /// Anything else.
    File(PathBuf),
}

impl From<OsString> for Sink {
    fn from(name: OsString) -> Self {
        if name == "-" { Self::Stdout } else { Self::File(name.into()) }
    }
}

impl fmt::Display for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("standard output"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl Serialize for Sink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Stdout => serializer.serialize_str("-"),
            Self::File(path) => path.serialize(serializer),
        }
    }
}

impl Sink {
    /// Says why this was not written.
    fn unwritten(&self) -> impl FnOnce(io::Error) -> FileError {
        use io::ErrorKind::{BrokenPipe, FileTooLarge, QuotaExceeded, StorageFull};
        let output = self.clone();
        move |source| match (source.kind(), &output) {
            (BrokenPipe, Self::Stdout) => FileError::Closed,
            (StorageFull | QuotaExceeded | FileTooLarge, _) => FileError::Full { output, source },
            _ => FileError::Unwritten { output, source },
        }
    }
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
    sink: Sink,
    force: bool,
}

impl Destination {
    /// The place `sink`: its directory can be written to, and nothing is there or, with `force`, a regular file.
    pub(crate) fn new(sink: &Sink, force: bool) -> Result<Self, FileError> {
        if let Sink::File(path) = sink {
            match path.symlink_metadata() {
                Ok(_) if !force => return Err(FileError::Exists(path.clone())),
                Ok(there) if !there.is_file() => return Err(FileError::NotAFile(path.clone())),
                _ => {}
            }
            // Made and dropped: this tells now what would otherwise be told after the work.
            temporary(path, Access::Secret)?;
        }
        Ok(Self { sink: sink.clone(), force })
    }

    /// Opens it for writing piece by piece.
    pub(crate) fn create(self, access: Access) -> Result<Writing, FileError> {
        let medium = match &self.sink {
            Sink::Stdout => Medium::Stdout(BufWriter::new(io::stdout())),
            Sink::File(path) => Medium::File(BufWriter::new(temporary(path, access)?)),
        };
        Ok(Writing { medium, destination: self })
    }

    /// Brings `bytes` to the disk under a temporary name.
    pub(crate) fn stage(self, bytes: &[u8], access: Access) -> Result<Staged, FileError> {
        let mut writing = self.create(access)?;
        writing.write(bytes)?;
        writing.stage()
    }
}

/// The directory of a file.
fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A file without its name yet.
fn temporary(path: &Path, access: Access) -> Result<Temporary, FileError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".furl-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(mode(access));
    let made = Temporary::new(|| builder.tempfile_in(directory(path)));
    made.map_err(|source| match Sink::File(path.to_owned()).unwritten()(source) {
        FileError::Unwritten { source, .. } => FileError::Uncreatable { path: path.to_owned(), source },
        full => full,
    })
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

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Writing {
    medium: Medium,
    destination: Destination,
}

#[derive(Debug)]
enum Medium {
    Stdout(BufWriter<io::Stdout>),
    File(BufWriter<Temporary>),
}

impl Writing {
    /// Writes some more.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let written = match &mut self.medium {
            Medium::Stdout(stdout) => stdout.write_all(bytes),
            Medium::File(file) => file.write_all(bytes),
        };
        written.map_err(self.destination.sink.unwritten())
    }

    /// Lets `write` write.
    pub(crate) fn fill(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), FileError> {
        let written = match &mut self.medium {
            Medium::Stdout(stdout) => write(stdout),
            Medium::File(file) => write(file),
        };
        written.map_err(self.destination.sink.unwritten())
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), FileError> {
        self.write(line.as_bytes())?;
        self.write(b"\n")
    }

    /// Brings what was written to the disk, still under its temporary name.
    pub(crate) fn stage(self) -> Result<Staged, FileError> {
        let Self { medium, destination } = self;
        let unwritten = destination.sink.unwritten();
        let file = match medium {
            Medium::Stdout(mut stdout) => stdout.flush().map(|()| None),
            Medium::File(file) => file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|mut file| {
                file.file().as_file().sync_all()?;
                Ok(Some(file))
            }),
        };
        Ok(Staged { file: file.map_err(unwritten)?, destination })
    }
}

/// A file on the disk, not yet under its name. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Staged {
    file: Option<Temporary>,
    destination: Destination,
}

impl Staged {
    /// Gives the file its name.
    pub(crate) fn commit(self) -> Result<(), FileError> {
        commit([self])
    }

    fn rename(self) -> Result<(), FileError> {
        let (Some(file), Sink::File(path)) = (self.file, self.destination.sink) else { return Ok(()) };
        let force = self.destination.force;
        let persisted = file.rename(|file| if force { file.persist(&path) } else { file.persist_noclobber(&path) });
        if let Err(failed) = persisted {
            return Err(match failed.error.kind() {
                io::ErrorKind::AlreadyExists => FileError::Exists(path),
                _ => FileError::Uncreatable { path, source: failed.error },
            });
        }
        sync(directory(&path)).map_err(|source| Sink::File(path).unwritten()(source))
    }
}

/// Gives files that belong together their names: an interruption comes before all of them or after.
///
/// # Errors
/// A file cannot get its name; those before it have theirs.
pub(crate) fn commit(files: impl IntoIterator<Item = Staged>) -> Result<(), FileError> {
    let deferred = Deferred::new();
    deferred.check()?;
    files.into_iter().try_for_each(Staged::rename)?;
    deferred.complete();
    Ok(())
}

/// Brings a directory's entries to the disk.
fn sync(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// Appends a line to a file, which is created if it is not there. A last line without an end gets one first.
pub(crate) fn append_line(path: &Path, line: &str) -> Result<(), FileError> {
    let open = File::options().create(true).read(true).append(true).open(path);
    let mut file = open.map_err(|source| FileError::Uncreatable { path: path.to_owned(), source })?;
    let length = file.metadata().map(|metadata| metadata.len());
    let mut append = || {
        let separator = if ends_inside_a_line(&mut file)? { "\n" } else { "" };
        // One write: a concurrent append cannot come between.
        file.write_all(format!("{separator}{line}\n").as_bytes())?;
        file.sync_all()
    };
    append().map_err(|source| {
        // Half a line is none.
        drop(length.and_then(|length| file.set_len(length)));
        Sink::File(path.to_owned()).unwritten()(source)
    })
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

    fn file(path: &Path) -> Sink {
        Sink::File(path.to_owned())
    }

    fn write(path: &Path, force: bool, bytes: &[u8]) -> Result<(), FileError> {
        Destination::new(&file(path), force)?.stage(bytes, Access::Public)?.commit()
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
        let staged = Destination::new(&file(&path), false).unwrap().stage(b"mine", Access::Public).unwrap();
        fs::write(&path, b"theirs").unwrap();
        assert!(matches!(staged.commit(), Err(FileError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(names(directory.path()), ["a"]);
    }

    #[test]
    fn what_is_not_a_file_is_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(Destination::new(&file(directory.path()), true), Err(FileError::NotAFile(_))));
        let absent = directory.path().join("no/such/place");
        assert!(matches!(Destination::new(&file(&absent), false), Err(FileError::Uncreatable { .. })));
        assert_eq!(names(directory.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_is_for_its_owner() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        Destination::new(&file(&path), false).unwrap().stage(b"secret", Access::Secret).unwrap().commit().unwrap();
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
