//! # The list of what a store made
//!
//! A text file in the store's folder: a line that says so, and the names of the store's files, one
//! a line. A name is in the list, on the disk, before there is a file under it. `docs/formats.md`
//! says how it is spelled.
//!
//! Anybody who can write to the folder can write such a list, so a name in it is only a name: of a
//! form that no other file is likely to have, and in this folder.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use sha3::{Digest as _, Sha3_256};
use thiserror::Error;

use crate::plain::{self, Plain};

/// The list's own name.
const NAME: &str = ".furl-parts";
/// Its first line, without the version.
const FORMAT: &str = "furl-parts ";
/// The version.
const VERSION: &str = "1";
/// Bytes that are read of it: it has some hundred for each proof that was ever kept in the folder.
const LARGEST: u64 = 1 << 24;

/// What the name of a proof ends with.
const PROOF: &str = ".proof";
/// What the name of a file that is being written begins with.
pub(crate) const PART_BEGIN: &str = ".furl-";
/// What it ends with.
pub(crate) const PART_END: &str = ".part";
/// Characters between them.
pub(crate) const PART_RANDOM: usize = 12;

/// A list that is none.
#[derive(Debug, Error)]
#[error("{} is not the list of a store's files: {fault}", .path.display())]
pub struct ListError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: ListFault,
}

/// What is wrong with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ListFault {
    /// A link, a pipe, a folder, or a file with several names.
    #[error("expected a regular file with one name")]
    NotAFile,
    /// Longer than any.
    #[error("expected at most {LARGEST} bytes")]
    TooLong,
    /// It does not say what it is.
    #[error("line 1: expected `{FORMAT}{VERSION}`")]
    Header,
    /// Another version.
    #[error("line 1: expected version {VERSION}, got another")]
    Version,
    /// A line is not the name of a file that a store makes.
    #[error("line {line}: expected the name of a file that a store makes")]
    Name {
        /// Which, from 1.
        line: usize,
    },
}

/// The list.
#[derive(Debug)]
pub(crate) struct List {
    path: PathBuf,
    names: BTreeSet<String>,
    /// Nothing if there is no file yet.
    file: Option<File>,
    /// Bytes of whole lines.
    length: u64,
}

impl List {
    /// The list in a folder, an empty one if there is none.
    pub(crate) fn read(folder: &Path) -> io::Result<Result<Self, ListError>> {
        let path = folder.join(NAME);
        let opened = match plain::open(File::options().read(true).write(true), &path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Ok(Self { path, names: BTreeSet::new(), file: None, length: 0 }));
            }
            opened => opened?,
        };
        let fault = |fault| Ok(Err(ListError { path: path.clone(), fault }));
        let Plain::File(mut file) = opened else { return fault(ListFault::NotAFile) };
        if !plain::has_one_name(&file.metadata()?) {
            return fault(ListFault::NotAFile);
        }
        let mut bytes = Vec::new();
        io::Read::take(&mut file, LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(match parse(&bytes) {
            Ok((names, length)) => Ok(Self { path, names, file: Some(file), length: length as u64 }),
            Err(fault) => Err(ListError { path, fault }),
        })
    }

    /// The names.
    pub(crate) const fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Adds names, and brings them to the disk.
    pub(crate) fn add(&mut self, names: [&str; 2]) -> io::Result<()> {
        let is_new = self.file.is_none();
        if is_new {
            self.file = Some(plain::create(&self.path, 0o600)?);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        let header = if self.length == 0 { format!("{FORMAT}{VERSION}\n") } else { String::new() };
        let text = names.iter().fold(header, |text, name| text + name + "\n");
        // What is left of half a line goes.
        file.set_len(self.length)?;
        file.seek(SeekFrom::Start(self.length))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if is_new && let Some(folder) = self.path.parent() {
            sync_folder(folder)?;
        }
        self.length += text.len() as u64;
        self.names.extend(names.map(str::to_owned));
        Ok(())
    }

    /// Removes the list.
    pub(crate) fn forget(&mut self) {
        self.names.clear();
        if self.file.take().is_some() {
            // A list without files does no harm.
            let _ = plain::remove(&self.path);
        }
    }
}

/// Makes the names in a folder durable, where folders can be synchronised.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The names, and the bytes of the whole lines: half a line at the end is of a run that ended while
/// it wrote.
fn parse(bytes: &[u8]) -> Result<(BTreeSet<String>, usize), ListFault> {
    if bytes.len() as u64 > LARGEST {
        return Err(ListFault::TooLong);
    }
    let header = format!("{FORMAT}{VERSION}\n");
    let Some(last) = bytes.iter().rposition(|byte| *byte == b'\n') else {
        let is_begun = header.as_bytes().starts_with(bytes);
        return if is_begun { Ok((BTreeSet::new(), 0)) } else { Err(ListFault::Header) };
    };
    let mut lines = bytes[..last].split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    match first.strip_prefix(FORMAT.as_bytes()) {
        Some(version) if version == VERSION.as_bytes() => {}
        Some(_) => return Err(ListFault::Version),
        None => return Err(ListFault::Header),
    }
    let named = |(line, name): (usize, &[u8])| {
        let name = str::from_utf8(name).ok().filter(|name| is_of_a_proof(name) || is_of_a_part(name));
        name.map(str::to_owned).ok_or(ListFault::Name { line })
    };
    let names: Result<_, _> = (2..).zip(lines).map(named).collect();
    Ok((names?, last + 1))
}

/// Whether a name is of the form that proofs have: a hash, and what follows it.
pub(crate) fn is_of_a_proof(name: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let hash = name.strip_suffix(PROOF);
    hash.is_some_and(|hash| hash.len() == 2 * Sha3_256::output_size() && hash.bytes().all(is_digit))
}

/// Whether a name is of the form that files have which are being written.
pub(crate) fn is_of_a_part(name: &str) -> bool {
    let random = name.strip_prefix(PART_BEGIN).and_then(|name| name.strip_suffix(PART_END));
    random.is_some_and(|random| random.len() == PART_RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The name of a proof.
pub(crate) fn of_proof(hash: &[u8]) -> String {
    hex::encode(hash) + PROOF
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names() -> [String; 2] {
        [of_proof(&[0xab; 32]), format!("{PART_BEGIN}aZ0123456789{PART_END}")]
    }

    #[test]
    fn what_is_added_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let [proof, part] = names();
        let mut list = List::read(folder.path()).unwrap().unwrap();
        assert!(list.names().is_empty() && !folder.path().join(NAME).exists());
        list.add([&part, &proof]).unwrap();
        let other = of_proof(&[1; 32]);
        list.add([&part, &other]).unwrap();
        let text = format!("furl-parts 1\n{part}\n{proof}\n{part}\n{other}\n");
        assert_eq!(fs::read_to_string(folder.path().join(NAME)).unwrap(), text);
        let mut again = List::read(folder.path()).unwrap().unwrap();
        assert_eq!(again.names(), list.names());
        again.forget();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn half_a_line_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let [proof, part] = names();
        let whole = format!("furl-parts 1\n{part}\n{proof}\n");
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let mut list = List::read(folder.path()).unwrap().unwrap();
            assert_eq!(list.names().len(), whole[..length].matches('\n').count().saturating_sub(1));
            list.add([&part, &proof]).unwrap();
            let read = List::read(folder.path()).unwrap().unwrap();
            assert_eq!(read.names().iter().collect::<Vec<_>>(), [&part, &proof], "after {length} bytes");
        }
    }

    #[test]
    fn a_name_is_a_name_and_nothing_else() {
        let [proof, part] = names();
        let fault = |text: &str| parse(text.as_bytes()).unwrap_err();
        let upper = proof.to_uppercase().replace(".PROOF", PROOF);
        for name in ["", "batch.proof", "../x", &format!("../{proof}"), &format!("a/{proof}"), &upper, &proof[1..]] {
            let text = format!("furl-parts 1\n{part}\n{name}\n");
            assert_eq!(fault(&text), ListFault::Name { line: 3 }, "{name}");
        }
        for name in [".furl-lock", ".furl-parts", ".furl-.part", ".furl-../../../../x.part", &format!("{proof}\r")] {
            assert_eq!(fault(&format!("furl-parts 1\n{name}\n")), ListFault::Name { line: 2 }, "{name}");
        }
        assert_eq!(fault("furl-parts 2\n"), ListFault::Version);
        assert_eq!(fault("diary\n"), ListFault::Header);
        assert_eq!(fault("diary"), ListFault::Header);
        assert_eq!(parse(&vec![b'x'; LARGEST as usize + 1]), Err(ListFault::TooLong));
        assert!(parse("furl-parts 1\n\u{e4}\n".as_bytes()).is_err() && parse(b"furl-parts 1\n\xff\n").is_err());
    }
}
