//! # Files that are computed and committed
//!
//! A [`File`] is what a file of the repository ought to hold. [`differences`] says where the repository holds
//! something else, [`write()`] puts it right. Folders may be given that hold nothing but such files; a file in one of
//! them that nobody computes any more is a difference too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// A file as computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its place in the repository, with `/` between the steps.
    pub path: String,
    /// What it holds.
    pub contents: Vec<u8>,
}

/// The repository that this crate was compiled in.
#[must_use]
pub fn repository() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// So many lines of a difference are shown on either side. The first lines of a pin say most.
const SHOWN: usize = 8;

/// And so much of each line: a key is longer, and its first digits tell it apart.
const WIDTH: usize = 120;

/// One file that is not as computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    path: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// Computed, and not there.
    Missing,
    /// There, and not computed.
    Stale,
    /// Lines of text that are there, and those that were computed.
    Lines { there: Vec<String>, computed: Vec<String> },
    /// Other bytes.
    Bytes { there: usize, computed: usize },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.kind {
            Kind::Missing => write!(f, "{path}: missing"),
            Kind::Stale => write!(f, "{path}: no longer computed"),
            Kind::Bytes { there, computed } => write!(f, "{path}: {there} bytes there, {computed} others computed"),
            Kind::Lines { there, computed } => {
                write!(f, "{path}:")?;
                for (sign, lines) in [('-', there), ('+', computed)] {
                    lines.iter().take(SHOWN).try_for_each(|line| write!(f, "\n{sign}{line:.WIDTH$}"))?;
                    if let Some(more @ 1..) = lines.len().checked_sub(SHOWN) {
                        write!(f, "\n{sign}and {more} lines more")?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Where `root` holds something else than `files`, and what `folders` hold besides.
///
/// # Errors
/// If a file or folder that is there cannot be read.
pub fn differences(root: &Path, files: &[File], folders: &[&str]) -> io::Result<Vec<Difference>> {
    let mut found = Vec::new();
    for File { path, contents } in files {
        let kind = match fs::read(root.join(path)) {
            Ok(there) if there == *contents => continue,
            Ok(there) => compare(&there, contents),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Kind::Missing,
            Err(error) => return Err(error),
        };
        found.push(Difference { path: path.clone(), kind });
    }
    let stale = stale(root, files, folders)?;
    found.extend(stale.into_iter().map(|path| Difference { path, kind: Kind::Stale }));
    Ok(found)
}

/// Makes `root` hold `files`, and `folders` nothing besides.
///
/// # Errors
/// If a file cannot be written or removed.
pub fn write(root: &Path, files: &[File], folders: &[&str]) -> io::Result<()> {
    for File { path, contents } in files {
        let path = root.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, contents)?;
    }
    stale(root, files, folders)?.into_iter().try_for_each(|path| fs::remove_file(root.join(path)))
}

/// Lines that only one of two texts has, or the lengths if they are no texts or have the same lines.
///
/// The texts compared here state one named fact a line, so a line needs no context, and its place matters little.
fn compare(there: &[u8], computed: &[u8]) -> Kind {
    let bytes = Kind::Bytes { there: there.len(), computed: computed.len() };
    let (Ok(there), Ok(computed)) = (str::from_utf8(there), str::from_utf8(computed)) else { return bytes };
    let missing_in = |other: &str, text: &str| -> Vec<String> {
        let lines: BTreeSet<&str> = other.lines().collect();
        text.lines().filter(|line| !lines.contains(line)).map(str::to_owned).collect()
    };
    let (only_there, only_computed) = (missing_in(computed, there), missing_in(there, computed));
    if only_there.is_empty() && only_computed.is_empty() {
        return bytes;
    }
    Kind::Lines { there: only_there, computed: only_computed }
}

/// The files in `folders`, at any depth, that are not among `files`.
fn stale(root: &Path, files: &[File], folders: &[&str]) -> io::Result<Vec<String>> {
    let computed: BTreeSet<PathBuf> = files.iter().map(|file| root.join(&file.path)).collect();
    let mut there = BTreeMap::new();
    for folder in folders {
        walk(&root.join(folder), folder, &mut there)?;
    }
    Ok(there.into_iter().filter(|(path, _)| !computed.contains(path)).map(|(_, name)| name).collect())
}

/// Collects the files below `folder`, which is called `name`. A folder that is not there is empty.
fn walk(folder: &Path, name: &str, out: &mut BTreeMap<PathBuf, String>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &name, out)?;
        } else {
            out.insert(entry.path(), name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, contents: &[u8]) -> File {
        File { path: path.into(), contents: contents.into() }
    }

    #[test]
    fn what_is_written_is_as_computed() {
        let root = tempfile::tempdir().unwrap();
        let files = [file("a.csv", b"x,1\ny,2\n"), file("seeds/t/one", b"\xff"), file("seeds/t/two", b"")];
        let shown = |files: &[File]| -> Vec<String> {
            let found = differences(root.path(), files, &["seeds"]).unwrap();
            found.iter().map(Difference::to_string).collect()
        };
        assert_eq!(shown(&files), ["a.csv: missing", "seeds/t/one: missing", "seeds/t/two: missing"]);
        write(root.path(), &files, &["seeds"]).unwrap();
        assert!(shown(&files).is_empty());

        let changed = [file("a.csv", b"x,1\ny,3\nz,4\n"), file("seeds/t/one", b"\xff\xff")];
        let expected = ["a.csv:\n-y,2\n+y,3\n+z,4", "seeds/t/one: 1 bytes there, 2 others computed"];
        assert_eq!(shown(&changed), [expected.as_slice(), &["seeds/t/two: no longer computed"]].concat());
        write(root.path(), &changed, &["seeds"]).unwrap();
        assert!(shown(&changed).is_empty());
    }

    #[test]
    fn a_long_difference_is_cut() {
        let there: String = (0..SHOWN + 3).map(|i| format!("{i}\n")).collect();
        let shown = Difference { path: "a".into(), kind: compare(there.as_bytes(), b"x\n") }.to_string();
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(
            (lines.len(), lines[SHOWN], lines[SHOWN + 1], lines[SHOWN + 2]),
            (SHOWN + 3, "-7", "-and 3 lines more", "+x")
        );
    }

    #[test]
    fn order_and_line_ends_count() {
        for other in ["b\na\n", "a\nb", "a\nb\nb\n"] {
            assert_eq!(compare(b"a\nb\n", other.as_bytes()), Kind::Bytes { there: 4, computed: other.len() });
        }
    }
}
