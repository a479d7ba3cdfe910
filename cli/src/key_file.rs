//! # Key files
//!
//! ```text
//! {"format":"furl-key","version":1,"secret":"0x…","public":"0x…"}
//! ```
//!
//! Both numbers are 40 bytes in hexadecimal. The public key is there for people; a file whose two keys do not belong
//! together is refused. A file may hold several keys, one after the other, one a line. It has to be its owner's alone. The
//! text and the bytes of a secret are wiped from memory when they are no longer needed.

use furl_ledger::codec::ByteOrderMark;
use furl_ledger::encoding::{HexError, from_hex, to_hex};
use furl_ledger::key::KeyError;
use furl_ledger::{PublicKey, SecretKey};
use serde::Deserialize;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::exit::Failure;
use crate::input::InputError;
use crate::secret;
use crate::source::Source;

const FORMAT: &str = "furl-key";
const VERSION: u64 = 1;

/// No key file is longer: some hundred thousand keys.
const MAX_BYTES: usize = 1 << 25;

/// What a document says that it is. Another version may have other members, so these are read first.
#[derive(Deserialize)]
struct Header<'a> {
    format: &'a str,
    version: u64,
}

/// A key, its texts still in the bytes that they were read from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    #[serde(rename = "format")]
    _format: &'a str,
    #[serde(rename = "version")]
    _version: u64,
    secret: &'a str,
    public: &'a str,
}

/// Why a file holds no key.
#[derive(Debug, Error)]
pub(crate) enum KeyFileError {
    /// The text begins with a byte order mark.
    #[error(transparent)]
    Mark(#[from] ByteOrderMark),
    /// Not a JSON object of the expected members.
    #[error("line {line}, column {column}: expected the members format, version, secret and public, once each")]
    Document {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Another kind of file.
    #[error("expected format `{FORMAT}`, got `{0}`")]
    Format(String),
    /// Another version.
    #[error("key file of version {0}, and this program reads version {VERSION}")]
    Version(u64),
    /// There is none.
    #[error("expected at least one key, got an empty file")]
    Empty,
    /// A key is not hexadecimal text.
    #[error("{member}: {error}")]
    Hex {
        /// Which key.
        member: &'static str,
        /// What was expected.
        error: HexError,
    },
    /// A key is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The keys do not belong together.
    #[error("the secret key is that of {}, but the file names {}", .0.expected, .0.got)]
    OtherKey(Box<Keys>),
}

/// Two public keys that should be one.
#[derive(Debug)]
pub(crate) struct Keys {
    /// That of the secret key.
    expected: PublicKey,
    /// That of the file.
    got: PublicKey,
}

/// Reads the keys of a file, at least one.
pub(crate) fn read(input: &Source) -> Result<Vec<SecretKey>, Failure> {
    let text = secret::read(input, MAX_BYTES)?;
    decode(&text).map_err(InputError::of(input))
}

fn decode(text: &[u8]) -> Result<Vec<SecretKey>, KeyFileError> {
    let mut headers = serde_json::Deserializer::from_slice(text).into_iter::<Header<'_>>();
    // With room from the start: outgrown memory is not wiped. No key has less text than its two numbers.
    let mut keys = Vec::with_capacity(text.len() / (2 * SecretKey::BYTES + 2 * PublicKey::BYTES) + 1);
    let mut start = 0;
    while let Some(header) = headers.next() {
        let Header { format, version } = header.map_err(|error| {
            // In front of the first key, or of one from a file that was appended.
            let mark = ByteOrderMark::of(text[start..].trim_ascii_start());
            mark.map_or_else(|| KeyFileError::at(&error, 0), KeyFileError::Mark)
        })?;
        if format != FORMAT {
            return Err(KeyFileError::Format(format.to_owned()));
        }
        if version != VERSION {
            return Err(KeyFileError::Version(version));
        }
        let end = headers.byte_offset();
        let before = text[..start].iter().filter(|byte| **byte == b'\n').count();
        let document = serde_json::from_slice(&text[start..end]);
        keys.push(key(&document.map_err(|error| KeyFileError::at(&error, before))?)?);
        start = end;
    }
    if keys.is_empty() { Err(KeyFileError::Empty) } else { Ok(keys) }
}

impl KeyFileError {
    /// A syntax error, `before` lines into the file. The parser's own message may quote the file, and so the secret.
    fn at(error: &serde_json::Error, before: usize) -> Self {
        Self::Document { line: before + error.line(), column: error.column() }
    }
}

fn key(document: &Document<'_>) -> Result<SecretKey, KeyFileError> {
    let hex = |member| move |error| KeyFileError::Hex { member, error };
    let secret = Zeroizing::new(from_hex::<{ SecretKey::BYTES }>(document.secret).map_err(hex("secret"))?);
    let public = from_hex::<{ PublicKey::BYTES }>(document.public).map_err(hex("public"))?;
    let (secret, got) = (SecretKey::from_bytes(&*secret)?, PublicKey::from_bytes(&public)?);
    let expected = secret.public_key();
    if expected == got { Ok(secret) } else { Err(KeyFileError::OtherKey(Box::new(Keys { expected, got }))) }
}

/// Writes a key as a line of a key file.
pub(crate) fn encode(key: &SecretKey) -> Zeroizing<String> {
    let secret = Zeroizing::new(to_hex(&*key.to_bytes()));
    let parts = [
        &format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"secret\":\""),
        secret.as_str(),
        &format!("\",\"public\":\"{}\"}}\n", key.public_key()),
    ];
    // One allocation of the right size: a growing text would leave copies behind.
    Zeroizing::new(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn key(index: u64) -> SecretKey {
        Seed::new([7; 32]).key("key file tests", index)
    }

    fn fault(text: &str) -> KeyFileError {
        decode(text.as_bytes()).expect_err("it is spoiled")
    }

    #[test]
    fn what_is_written_is_read() {
        let text = encode(&key(0));
        let [read] = &decode(text.as_bytes()).unwrap()[..] else { panic!("one key") };
        assert_eq!(read.to_bytes(), key(0).to_bytes());
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }

    #[test]
    fn a_file_may_hold_several_keys() {
        let text = [0, 1, 2].map(|index| encode(&key(index)).to_string()).concat();
        let read = decode(text.as_bytes()).unwrap();
        assert!(read.iter().map(SecretKey::public_key).eq((0..3).map(|index| key(index).public_key())));
        let spoiled = text.replacen("\"}\n{", "\"}\n{\"x\":0,", 2);
        assert!(matches!(fault(&spoiled), KeyFileError::Document { line: 2, .. }));
        assert!(matches!(fault(" \n"), KeyFileError::Empty));
    }

    #[test]
    fn a_byte_order_mark_is_named() {
        let text = encode(&key(0));
        let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for (marked, mark) in [
            ([&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(), ByteOrderMark::Utf8),
            ([text.as_bytes(), b"\n\xef\xbb\xbf", text.as_bytes()].concat(), ByteOrderMark::Utf8),
            ([&b"\xff\xfe"[..], &utf16].concat(), ByteOrderMark::Utf16Le),
        ] {
            assert!(matches!(decode(&marked), Err(KeyFileError::Mark(found)) if found == mark));
        }
    }

    #[test]
    fn another_version_is_named_whatever_else_it_has() {
        let newer = fault(r#"{"format":"furl-key","version":2,"sealed":"0x00"}"#);
        assert_eq!(newer.to_string(), "key file of version 2, and this program reads version 1");
    }

    #[test]
    fn each_fault_has_its_error() {
        let text = encode(&key(0));
        let spoil = |from: &str, to: &str| {
            let spoiled = text.replacen(from, to, 1);
            assert_ne!(spoiled, *text);
            fault(&spoiled)
        };
        assert!(matches!(spoil("furl-key", "furl-lock"), KeyFileError::Format(got) if got == "furl-lock"));
        assert!(matches!(spoil(":1,", ":2,"), KeyFileError::Version(2)));
        assert!(matches!(spoil("\"secret\":\"0x", "\"secret\":\""), KeyFileError::Hex { member: "secret", .. }));
        assert!(matches!(spoil("\"public\":\"0x", "\"public\":\"0xz"), KeyFileError::Hex { member: "public", .. }));
        let other = key(1).public_key().to_string();
        assert!(matches!(spoil(&key(0).public_key().to_string(), &other), KeyFileError::OtherKey(_)));
        assert!(matches!(spoil("\"version\":1,", ""), KeyFileError::Document { .. }));
        assert!(matches!(spoil("\"version\":1,", "\"version\":1,\"version\":1,"), KeyFileError::Document { .. }));
        assert!(matches!(spoil("{", "{\"x\":0,"), KeyFileError::Document { .. }));
        let zero = encode(&key(0)).replace(&to_hex(&*key(0).to_bytes()), &to_hex(&[0; 40]));
        assert!(matches!(fault(&zero), KeyFileError::Key(KeyError::ZeroSecret)));
    }

    #[test]
    fn an_error_never_quotes_the_secret() {
        let text = encode(&key(0));
        let digits = to_hex(&*key(0).to_bytes());
        for spoiled in [text.replace("\"secret\":", "\"secret\":1,\"s\":"), text.replace('}', ""), text[1..].to_owned()]
        {
            let error = fault(&spoiled);
            assert!(!format!("{error}{error:?}").contains(&digits[2..20]), "{error}");
        }
    }
}
