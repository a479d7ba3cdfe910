//! # Files, whole or not at all
//!
//! A file is written under a temporary name in its own directory, brought to the disk and then
//! renamed: whoever looks finds the old file, or none, or the whole new one. A [`Destination`] is
//! asked for before the work that fills it, so that half a minute of proving does not end in "file
//! exists". Until it has its file it holds a [`Lock`], so that another run with the same output is
//! told at once.
//!
//! Nothing is replaced without `--force`, and with it only regular files are. The name `-` stands
//! for standard output, and so do the system's names of it; it gets its bytes as they come. So does
//! what has no contents to replace: a device, a pipe, a descriptor of this process, which are
//! opened as a shell does it.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clap::CommandFactory as _;
use furl_prover::lock::{Holder, Lock, LockError};
use serde::{Serialize, Serializer};
use thiserror::Error;
use tracing::warn;

use crate::args::Arguments;
use crate::exit::{Exit, NoMemory};
use crate::interrupt::{Deferred, Held, Interrupted, Temporary};
use crate::output;
use crate::progress;
use crate::show::Name;
use crate::source::{self, Source};

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
    /// It holds a secret, and is not its owner's alone.
    #[error("the key file {input} is refused: others may read it (mode {mode:03o}; chmod 600 it)")]
    Exposed {
        /// The file.
        input: Source,
        /// Who may.
        mode: u32,
    },
    /// The system does not give the memory for it.
    #[error(transparent)]
    NoMemory(#[from] NoMemory),
    /// It is there already.
    #[error("{} exists already: expected a new name, or --force to replace it", Name(.0))]
    Exists(PathBuf),
    /// It is there already, and not a file.
    #[error("{} is not a regular file, and is not replaced by one: expected another name", Name(.0))]
    NotAFile(PathBuf),
    /// Another run writes it.
    #[error("{} is being written by another run: {holder}", Name(.path))]
    InUse {
        /// The file.
        path: PathBuf,
        /// Who.
        holder: Holder,
    },
    /// It has no lock.
    #[error("{} cannot be created", Name(.path))]
    Unlocked {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: LockError,
    },
    /// It cannot be created.
    #[error("{} cannot be created", Name(.path))]
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
    /// A signal has come.
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
            Self::Exists(_)
            | Self::NotAFile(_)
            | Self::InUse { .. }
            | Self::Unlocked { .. }
            | Self::Uncreatable { .. } => Exit::Uncreatable,
            Self::Exposed { .. } => Exit::Unsafe,
            Self::Full { .. } | Self::Unwritten { .. } => Exit::Write,
            Self::Closed => Exit::Success,
            Self::Interrupted(_) => Exit::Interrupted,
        }
    }
}

/// A file to write, or standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// `-`, or a name that the system has for it
    Stdout,
    /// Anything else.
    File(PathBuf),
}

impl From<OsString> for Sink {
    fn from(name: OsString) -> Self {
        if name == "-" || source::is_descriptor(&name, 1) { Self::Stdout } else { Self::File(name.into()) }
    }
}

impl fmt::Display for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("standard output"),
            Self::File(path) => Name(path).fmt(f),
        }
    }
}

impl Serialize for Sink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Stdout => serializer.serialize_str("-"),
            Self::File(path) => source::lossily(path, serializer),
        }
    }
}

impl Sink {
    /// Says why this was not written.
    fn unwritten(&self) -> impl FnOnce(io::Error) -> FileError + use<> {
        use io::ErrorKind::{BrokenPipe, FileTooLarge, QuotaExceeded, StorageFull};
        let output = self.clone();
        move |source| match (source.kind(), &output) {
            (BrokenPipe, Self::Stdout) => FileError::Closed,
            (StorageFull | QuotaExceeded | FileTooLarge, _) => FileError::Full { output, source },
            _ => FileError::Unwritten { output, source },
        }
    }
}

/// What is gathered before it is written.
const BUFFER_BYTES: usize = 1 << 13;

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
    way: Way,
}

/// How something gets to its place.
#[derive(Debug)]
enum Way {
    /// To standard output, as it comes.
    Stdout,
    /// To what has no contents to replace, as it comes.
    Stream(File),
    /// Under a temporary name, and then its own. Held until then.
    Rename(Option<Held<Lock>>),
}

impl Destination {
    /// The place `sink`: its directory can be written to, no other run does, and nothing is there
    /// or, with `force`, a regular file.
    pub(crate) fn new(sink: &Sink, force: bool) -> Result<Self, FileError> {
        let way = match sink {
            Sink::Stdout => Way::Stdout,
            Sink::File(path) => match stream(path)? {
                Some(stream) => Way::Stream(stream),
                None => Way::Rename(vacant(path, force)?),
            },
        };
        Ok(Self { sink: sink.clone(), force, way })
    }

    /// Opens it for writing piece by piece.
    pub(crate) fn create(self, access: Access) -> Result<Writing, FileError> {
        let Self { sink, force, way } = self;
        // Nobody wipes a buffer: a secret goes through none.
        let room = if access == Access::Secret { 0 } else { BUFFER_BYTES };
        let (medium, lock) = match (way, &sink) {
            (Way::Stream(stream), _) => (Medium::Stream(BufWriter::with_capacity(room, stream)), None),
            (Way::Rename(lock), Sink::File(path)) => {
                (Medium::File(BufWriter::with_capacity(room, temporary(path, access)?)), lock)
            }
            _ => (Medium::Stdout(BufWriter::with_capacity(room, output::stdout())), None),
        };
        Ok(Writing { medium, goal: Goal { sink, force, _lock: lock } })
    }

    /// Brings `bytes` to the disk under a temporary name.
    pub(crate) fn stage(self, bytes: &[u8], access: Access) -> Result<Staged, FileError> {
        let mut writing = self.create(access)?;
        writing.write(bytes)?;
        writing.stage()
    }
}

/// Opens what has no contents to replace. A pipe is waited for, until somebody reads it.
fn stream(path: &Path) -> Result<Option<File>, FileError> {
    if !is_stream(path) {
        return Ok(None);
    }
    // Of a descriptor that is a file's, nothing is overwritten.
    let opened = if source::is_descriptor(path.as_os_str(), 2) { stderr() } else { open_stream(path) };
    let file = opened.map_err(|source| FileError::Uncreatable { path: path.to_owned(), source })?;
    let is_still = file.metadata().is_ok_and(|metadata| is_endless(&metadata)) || source::is_any_descriptor(path);
    if is_still { Ok(Some(file)) } else { Err(FileError::NotAFile(path.to_owned())) }
}

fn open_stream(path: &Path) -> io::Result<File> {
    File::options().append(true).open(path)
}

/// Standard error itself: what was written to it is not written over.
fn stderr() -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        Ok(progress::stderr().as_fd().try_clone_to_owned()?.into())
    }
    #[cfg(not(unix))]
    {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Whether a name is that of a device or a pipe, or leads to one, or is a descriptor's.
pub(crate) fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| is_endless(&metadata) || source::is_any_descriptor(path))
}

/// Whether bytes go somewhere else from here.
fn is_endless(metadata: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = metadata.file_type();
        kind.is_char_device() || kind.is_fifo()
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

/// Finds that nothing stands under a name or, with `force`, a regular file, and takes the lock of
/// it.
fn vacant(path: &Path, force: bool) -> Result<Option<Held<Lock>>, FileError> {
    check(path, force)?;
    let lock = lock(path)?;
    // Another run may have written it meanwhile.
    check(path, force)?;
    Ok(lock)
}

fn check(path: &Path, force: bool) -> Result<(), FileError> {
    match path.symlink_metadata() {
        Ok(there) if !there.is_file() => Err(FileError::NotAFile(path.to_owned())),
        Ok(_) if !force => Err(FileError::Exists(path.to_owned())),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(FileError::Uncreatable { path: path.to_owned(), source: error })
        }
        // A name like that of a folder is none of a file.
        Err(_) if path.as_os_str().as_encoded_bytes().ends_with(b"/") => Err(FileError::NotAFile(path.to_owned())),
        _ => Ok(()),
    }
}

/// Takes the lock of an output, which is a file beside it. This tells now, too, whether a file can
/// be made there.
fn lock(path: &Path) -> Result<Option<Held<Lock>>, FileError> {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    // A name of its own for each, and never too long.
    let file = directory(path).join(format!(".furl-{:016x}.lock", fnv(name)));
    let lock = Held::new(|| Lock::take(&file, &COMMAND), |lock| vec![lock.path().to_owned()]);
    match lock {
        Ok(lock) if lock.is_effective() => Ok(Some(lock)),
        Ok(_) => {
            warn!("the file system of {} has no locks: no other run may write it now", Name(path));
            Ok(None)
        }
        Err(LockError::Held { holder, .. }) => Err(FileError::InUse { path: path.to_owned(), holder }),
        Err(LockError::Io { cause, .. }) => Err(uncreatable(path)(cause)),
        Err(source) => Err(FileError::Unlocked { path: path.to_owned(), source }),
    }
}

/// What this process does, for whom it keeps waiting: `furl` and its command.
pub(crate) static COMMAND: LazyLock<String> = LazyLock::new(|| {
    let furl = Arguments::command();
    let mut arguments = std::env::args_os().skip(1);
    let command = arguments.find_map(|argument| furl.find_subcommand(argument).map(clap::Command::get_name));
    command.map_or_else(|| "furl".into(), |command| format!("furl {command}"))
});

/// FNV-1a, 64 bits.
fn fnv(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// The directory of a file.
pub(crate) fn directory(path: &Path) -> &Path {
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
    Temporary::new(|| builder.tempfile_in(directory(path))).map_err(uncreatable(path))
}

/// Says that a file is not made, or that there is no room for it.
fn uncreatable(path: &Path) -> impl FnOnce(io::Error) -> FileError + use<> {
    let path = path.to_owned();
    move |source| match Sink::File(path.clone()).unwritten()(source) {
        FileError::Unwritten { source, .. } => FileError::Uncreatable { path, source },
        full => full,
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

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Writing {
    medium: Medium,
    goal: Goal,
}

/// Where it goes in the end.
#[derive(Debug)]
struct Goal {
    sink: Sink,
    force: bool,
    _lock: Option<Held<Lock>>,
}

#[derive(Debug)]
enum Medium {
    Stdout(BufWriter<io::Stdout>),
    Stream(BufWriter<File>),
    File(BufWriter<Temporary>),
}

impl Writing {
    /// Writes some more.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let written = match &mut self.medium {
            Medium::Stdout(stdout) => stdout.write_all(bytes),
            Medium::Stream(stream) => stream.write_all(bytes),
            Medium::File(file) => file.write_all(bytes),
        };
        written.map_err(self.goal.sink.unwritten())
    }

    /// Lets `write` write.
    pub(crate) fn fill(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), FileError> {
        let written = match &mut self.medium {
            Medium::Stdout(stdout) => write(stdout),
            Medium::Stream(stream) => write(stream),
            Medium::File(file) => write(file),
        };
        written.map_err(self.goal.sink.unwritten())
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), FileError> {
        self.write(line.as_bytes())?;
        self.write(b"\n")
    }

    /// Brings what was written to the disk, still under its temporary name.
    pub(crate) fn stage(self) -> Result<Staged, FileError> {
        let Self { medium, goal } = self;
        let unwritten = goal.sink.unwritten();
        let file = match medium {
            Medium::Stdout(mut stdout) => stdout.flush().map(|()| None),
            Medium::Stream(mut stream) => stream.flush().map(|()| None),
            Medium::File(file) => file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|mut file| {
                file.file().as_file().sync_all()?;
                Ok(Some(file))
            }),
        };
        Ok(Staged { file: file.map_err(unwritten)?, goal })
    }
}

/// A file on the disk, not yet under its name. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Staged {
    file: Option<Temporary>,
    goal: Goal,
}

impl Staged {
    /// Gives the file its name.
    pub(crate) fn commit(self) -> Result<(), FileError> {
        commit([self])
    }

    fn rename(self) -> Result<(), FileError> {
        let Goal { sink, force, _lock } = self.goal;
        let (Some(file), Sink::File(path)) = (self.file, sink) else { return Ok(()) };
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
    let unwritten = || Sink::File(path.to_owned()).unwritten();
    if let Some(mut stream) = stream(path)? {
        return stream.write_all(format!("{line}\n").as_bytes()).map_err(unwritten());
    }
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
        unwritten()(source)
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
