//! # Secrets from outside
//!
//! Keys of accounts, keys of slots and seeds, and what happens to them by mistake.
//!
//! - A secret may be put where something else belongs, and an error would then print it, into logs too. What is given
//!   on a command line is therefore shown only as far as it can be no secret: [`hidden`] is the one judge of that.
//! - A file with a secret may be open to others, and is refused then: [`read`].
//! - A secret that is read leaves copies behind in memory that is outgrown or buffered: [`read`] wipes all of it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::files::FileError;
use crate::source::Source;

/// So many letters and digits in a row may be a secret: the shortest that Furl knows has 64, and somebody may have lost
/// a few. Addresses have 40, no word of a language so many.
const LEAST: usize = 56;
/// So many words may be one too: wallets write down keys like this.
const LEAST_WORDS: usize = 12;
/// What Furl calls the files that it names by a hash.
const OURS: &str = ".proof";

/// A text as far as it is no secret: of others there is their length.
pub(crate) fn hidden(text: &str) -> Cow<'_, str> {
    if words(text) >= LEAST_WORDS {
        return format!("({} words, not shown)", words(text)).into();
    }
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, run, after)) = long_run(rest) {
        shown.push_str(before);
        if after.starts_with(OURS) {
            shown.push_str(run);
        } else {
            shown.push_str(&format!("({} characters, not shown)", run.len()));
        }
        rest = after;
    }
    if shown.is_empty() { text.into() } else { (shown + rest).into() }
}

/// How many words a text has, if it has nothing else.
fn words(text: &str) -> usize {
    let is_text = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_whitespace());
    if is_text { text.split_ascii_whitespace().count() } else { 0 }
}

/// The first long run of letters and digits, with what is before and after it.
fn long_run(text: &str) -> Option<(&str, &str, &str)> {
    let is_inside = |character: char| character.is_ascii_alphanumeric();
    let mut start = 0;
    while let Some(begin) = text[start..].find(is_inside) {
        let (before, run) = text.split_at(start + begin);
        let (run, after) = run.split_at(run.find(|character| !is_inside(character)).unwrap_or(run.len()));
        if run.len() >= LEAST {
            return Some((before, run, after));
        }
        start = text.len() - after.len();
    }
    None
}

/// Whether a text may be a secret.
fn may_be_one(text: &OsStr) -> bool {
    let text = text.to_string_lossy();
    hidden(&text) != text
}

/// A secret, or what may be one, instead of a file's name.
#[derive(Debug, Error)]
#[error("{option} takes the name of a file, and got what may be a key")]
pub(crate) struct NotAFile {
    /// The option.
    option: &'static str,
    /// What follows.
    source: Told,
}

/// What a secret on the command line is worth.
#[derive(Debug, Error)]
#[error("it is not shown here, but what is on a command line others can read: if it is a key, use it no more")]
struct Told;

/// Refuses what may be a secret where the name of a file belongs, unless there is such a file.
///
/// # Errors
/// It may be one.
pub(crate) fn named(option: &'static str, input: &Source) -> Result<(), NotAFile> {
    match input {
        Source::File(name) if may_be_one(name.as_os_str()) && !name.exists() => Err(NotAFile { option, source: Told }),
        _ => Ok(()),
    }
}

/// Reads a secret, at most `limit` bytes, and leaves no other copy of it in memory. A file has to be its owner's alone;
/// what comes from a pipe or a terminal has no others.
///
/// # Errors
/// It cannot be read, is longer, or is open to others.
pub(crate) fn read(input: &Source, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let file = match input {
        Source::Stdin => stdin(),
        Source::File(path) => File::open(path),
    };
    let mut file = file.map_err(input.unreadable())?;
    let metadata = file.metadata().map_err(input.unreadable())?;
    // Standard input may be a pipe with whatever mode, or a file.
    let has_others = *input != Source::Stdin || metadata.is_file();
    if let Some(mode) = exposed(&metadata).filter(|_| has_others) {
        return Err(FileError::Exposed { input: input.clone(), mode });
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    let bytes = to_the_end(&mut file, length, limit).map_err(input.unreadable())?;
    if bytes.len() > limit { Err(FileError::TooLong { input: input.clone(), limit }) } else { Ok(bytes) }
}

/// Standard input itself: the library's own has a buffer, which nobody wipes.
#[cfg(unix)]
fn stdin() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// Standard input itself: the library's own has a buffer, which nobody wipes.
#[cfg(windows)]
fn stdin() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}

/// The permissions of a file that others than its owner have a part in. A device holds nothing.
#[cfg(unix)]
fn exposed(metadata: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let mode = metadata.permissions().mode() & 0o777;
    (mode & 0o077 != 0 && !metadata.file_type().is_char_device()).then_some(mode)
}

/// Permissions are another matter elsewhere.
#[cfg(not(unix))]
fn exposed(_: &std::fs::Metadata) -> Option<u32> {
    None
}

/// Reads to the end, or one byte more than `limit`. What a growing buffer leaves behind is wiped.
fn to_the_end(input: &mut impl Read, expected: usize, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    const LEAST_ROOM: usize = 1 << 12;
    let most = limit.saturating_add(1);
    let mut bytes = Zeroizing::new(vec![0; expected.saturating_add(1).max(LEAST_ROOM).min(most)]);
    let mut filled = 0;
    loop {
        match input.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled == bytes.len() && filled < most {
            let mut larger = Zeroizing::new(vec![0; (2 * filled).min(most)]);
            larger[..filled].copy_from_slice(&bytes);
            bytes = larger;
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_hidden() {
        let key = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
        let slot_key = format!("0x{}", "0f".repeat(40));
        for (text, expected) in [
            (key, "(64 characters, not shown)"),
            (&format!("0x{key}"), "(66 characters, not shown)"),
            (&format!("0X{}", key.to_uppercase()), "(66 characters, not shown)"),
            (&key[1..], "(63 characters, not shown)"),
            (&format!("{key}0"), "(65 characters, not shown)"),
            (&key.replace('0', "O"), "(64 characters, not shown)"),
            (&slot_key, "(82 characters, not shown)"),
            (&format!("./{key}"), "./(64 characters, not shown)"),
            (&format!("/home/me/{key}/x"), "/home/me/(64 characters, not shown)/x"),
            (&format!(" '{key}' \n"), " '(64 characters, not shown)' \n"),
            (&format!("FURL_SEED=0x{key}"), "FURL_SEED=(66 characters, not shown)"),
            (&format!("{key}.txt"), "(64 characters, not shown).txt"),
            (
                &format!("{{\"secret\":\"{slot_key}\",\"public\":\"{slot_key}\"}}"),
                "{\"secret\":\"(82 characters, not shown)\",\"public\":\"(82 characters, not shown)\"}",
            ),
            (&["test"; 12].join(" "), "(12 words, not shown)"),
        ] {
            assert_eq!(hidden(text), expected);
        }
    }

    #[test]
    fn what_is_none_is_shown() {
        let hash = "0f".repeat(32);
        for text in [
            "",
            "state.json",
            "/tmp/.furl-abc.tmp",
            "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
            "--unknown",
            "a name of a few words",
            "naïve",
            &format!("out.parts/{hash}.proof"),
        ] {
            assert_eq!(hidden(text), text);
        }
    }

    /// Gives a byte at a time, and then nothing.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(1000);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn all_is_read_up_to_the_bound() {
        let secret: Vec<u8> = (0..20_000u32).map(|i| i as u8).collect();
        for (limit, expected) in [(30_000, 20_000), (20_000, 20_000), (19_999, 20_000), (5_000, 5_001), (0, 1)] {
            for length in [0, 10, 20_000, usize::MAX] {
                let read = to_the_end(&mut Slow(&secret), length, limit).unwrap();
                assert_eq!(*read, secret[..expected], "{limit} {length}");
            }
        }
        assert!(to_the_end(&mut io::empty(), 0, 10).unwrap().is_empty());
    }
}
