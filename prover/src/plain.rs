//! # Plain files
//!
//! Files in a folder where somebody else may have put something: opened without following a
//! symbolic link in the last place, and without waiting for the other end of a pipe. What is not a
//! regular file is not opened.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// What stands under a name.
pub(crate) enum Plain {
    /// A regular file.
    File(File),
    /// A link, a pipe, a folder: anything else.
    Other,
}

/// Opens a regular file.
pub(crate) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<Plain> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    if !cfg!(unix) && is_other(path) {
        return Ok(Plain::Other);
    }
    match options.open(path) {
        Ok(file) if file.metadata()?.is_file() => Ok(Plain::File(file)),
        Ok(_) => Ok(Plain::Other),
        // Systems have several errors for a link that is not followed.
        Err(_) if is_other(path) => Ok(Plain::Other),
        Err(error) => Err(error),
    }
}

/// Opens a file that is not there yet, with this mode.
pub(crate) fn create(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)
}

/// Whether something that is not a regular file stands under a name.
fn is_other(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| !metadata.is_file())
}

/// Whether a file has one name only: what is written to it appears nowhere else.
pub(crate) fn has_one_name(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        metadata.nlink() == 1
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}

/// Whether an open file is the one under a name.
pub(crate) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let of = |metadata: Metadata| (metadata.dev(), metadata.ino());
        match path.symlink_metadata() {
            Ok(there) => Ok(of(there) == of(file.metadata()?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        fs::exists(path)
    }
}

/// Makes a folder for its owner alone, and those above it. One that is there is taken as it is,
/// unless it is none.
///
/// Says whether there is a folder now.
pub(crate) fn make_folder(path: &Path) -> io::Result<bool> {
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        fs::create_dir_all(above)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    match builder.create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(path.symlink_metadata()?.is_dir()),
    }
}

/// Removes a regular file; anything else, and nothing, stays as it is.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Ok(());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
