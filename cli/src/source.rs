//! # Where input comes from
//!
//! A file, or standard input if the name is `-`. Nothing is read without a bound: the input is outside bytes. Secrets
//! are read by [`secret`](crate::secret).

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::exit::NoMemory;
use crate::files::FileError;
use crate::show::Name;

/// A file to read, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// `-`, or a name that the system has for it
    Stdin,
    /// Anything else.
    File(PathBuf),
}

impl From<OsString> for Source {
    fn from(name: OsString) -> Self {
        if name == "-" || is_descriptor(&name, 0) { Self::Stdin } else { Self::File(name.into()) }
    }
}

/// Where the system has names of this process's descriptors.
const DESCRIPTORS: [&str; 2] = ["/dev/fd/", "/proc/self/fd/"];
/// Names of the first three.
const STANDARD: [&str; 3] = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];

/// Whether a name is one that the system has for standard input (0), output (1) or error (2).
pub(crate) fn is_descriptor(name: &OsStr, number: usize) -> bool {
    let is_one_of = |folder: &str| name == &*format!("{folder}{number}");
    cfg!(unix) && (name == STANDARD[number] || DESCRIPTORS.into_iter().any(is_one_of))
}

/// Whether a name is one that the system has for a descriptor of this process.
pub(crate) fn is_any_descriptor(path: &Path) -> bool {
    let is_in = |folder: &str| path.parent() == Some(Path::new(folder));
    cfg!(unix) && (STANDARD.iter().any(|name| path == Path::new(name)) || DESCRIPTORS.into_iter().any(is_in))
}

/// Writes a path as text, which JSON has nothing else for: what is not Unicode in it stands there
/// as U+FFFD.
pub(crate) fn lossily<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => Name(path).fmt(f),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Stdin => serializer.serialize_str("-"),
            Self::File(path) => lossily(path, serializer),
        }
    }
}

impl Source {
    /// Opens it for reading piece by piece.
    ///
    /// # Errors
    /// It cannot be opened.
    pub(crate) fn open(&self) -> Result<Box<dyn BufRead>, FileError> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin().lock())),
            Self::File(path) => Ok(Box::new(BufReader::new(File::open(path).map_err(self.unreadable())?))),
        }
    }

    /// Reads all of it, at most `limit` bytes.
    ///
    /// # Errors
    /// It cannot be read, or is longer.
    pub(crate) fn read(&self, limit: usize) -> Result<Vec<u8>, FileError> {
        let bytes = self.read_one_more(limit)?;
        if bytes.len() > limit { Err(FileError::TooLong { input: self.clone(), limit }) } else { Ok(bytes) }
    }

    /// Reads at most `limit` bytes, and one more if there are more.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn read_one_more(&self, limit: usize) -> Result<Vec<u8>, FileError> {
        let mut bytes = self.buffer(self.length().min(limit).saturating_add(1))?;
        let read = self.open()?.take((limit as u64).saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| match error.kind() {
            io::ErrorKind::OutOfMemory => self.too_large(),
            _ => self.unreadable()(error),
        })?;
        Ok(bytes)
    }

    /// Room for so many bytes of it.
    fn buffer(&self, bytes: usize) -> Result<Vec<u8>, FileError> {
        let mut buffer = Vec::new();
        buffer.try_reserve_exact(bytes).map_err(|_| self.too_large())?;
        Ok(buffer)
    }

    fn too_large(&self) -> FileError {
        FileError::NoMemory(NoMemory::of(self.to_string()))
    }

    /// How long it says to be.
    fn length(&self) -> usize {
        let Self::File(path) = self else { return 0 };
        path.metadata().map_or(0, |metadata| usize::try_from(metadata.len()).unwrap_or(usize::MAX))
    }

    /// Says that this cannot be read.
    pub(crate) fn unreadable(&self) -> impl FnOnce(io::Error) -> FileError {
        let input = self.clone();
        move |source| FileError::Unreadable { input, source }
    }
}

/// Standard input is there once.
#[derive(Debug, Error)]
#[error("{first} and {second} are both -: expected one of them to be a file")]
pub(crate) struct StdinTwice {
    first: &'static str,
    second: &'static str,
}

/// Demands that at most one of the given arguments is standard input.
///
/// # Errors
/// Two of them are.
pub(crate) fn stdin_once<'a>(
    arguments: impl IntoIterator<Item = (&'static str, Option<&'a Source>)>,
) -> Result<(), StdinTwice> {
    let mut stdin = arguments.into_iter().filter(|(_, source)| *source == Some(&Source::Stdin));
    match (stdin.next(), stdin.next()) {
        (Some((first, _)), Some((second, _))) => Err(StdinTwice { first, second }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn nothing_is_read_without_a_bound() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        std::fs::write(&path, [7; 10]).unwrap();
        let source = Source::File(path);
        assert_eq!(source.read(10).unwrap(), [7; 10]);
        assert!(matches!(source.read(9), Err(FileError::TooLong { limit: 9, .. })));
        assert_eq!(source.read_one_more(3).unwrap(), [7; 4]);
        let endless = Source::File("/dev/zero".into());
        assert!(!cfg!(target_os = "linux") || matches!(endless.read(1 << 20), Err(FileError::TooLong { .. })));
    }

    #[test]
    fn a_file_that_memory_does_not_hold_is_told() {
        let source = Source::from(OsString::from("a"));
        let error = source.buffer(usize::MAX).unwrap_err();
        assert_eq!(
            (error.exit(), error.to_string().as_str()),
            (Exit::System, "the system does not give the memory for a")
        );
    }

    #[test]
    fn standard_input_is_there_once() {
        let file = Source::from(OsString::from("a"));
        let stdin = Source::from(OsString::from("-"));
        stdin_once([("a", Some(&stdin)), ("b", Some(&file)), ("c", None)]).unwrap();
        let twice = stdin_once([("--a", Some(&stdin)), ("--b", None), ("--c", Some(&stdin))]).unwrap_err();
        assert_eq!(twice.to_string(), "--a and --c are both -: expected one of them to be a file");
    }
}
