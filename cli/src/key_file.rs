//! # Key files
//!
//! ```text
//! {"format":"furl-key","version":1,"secret":"0x…","public":"0x…"}
//! ```
//!
//! Both numbers are 40 bytes in hexadecimal. The public key is there for people; a file whose two keys do not belong
//! together is refused. The text and the bytes of a secret are wiped from memory when they are no longer needed.

use std::path::Path;

use furl_ledger::encoding::{HexError, from_hex, to_hex};
use furl_ledger::key::KeyError;
use furl_ledger::{PublicKey, SecretKey};
use serde::Deserialize;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::exit::Failure;
use crate::files;
use crate::input::InputError;

const FORMAT: &str = "furl-key";
const VERSION: u64 = 1;

/// The file, its texts still in the bytes that they were read from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    format: &'a str,
    version: u64,
    secret: &'a str,
    public: &'a str,
}

/// Why a file holds no key.
#[derive(Debug, Error)]
pub(crate) enum KeyFileError {
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
    #[error("expected version {VERSION}, got {0}")]
    Version(u64),
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

/// Reads a key file.
pub(crate) fn read(path: &Path) -> Result<SecretKey, Failure> {
    let text = Zeroizing::new(files::read(path)?);
    decode(&text).map_err(InputError::of(path))
}

fn decode(text: &[u8]) -> Result<SecretKey, KeyFileError> {
    // The parser's own message may quote the file, and so the secret.
    let document = serde_json::from_slice::<Document<'_>>(text);
    let document = document.map_err(|e| KeyFileError::Document { line: e.line(), column: e.column() })?;
    if document.format != FORMAT {
        return Err(KeyFileError::Format(document.format.to_owned()));
    }
    if document.version != VERSION {
        return Err(KeyFileError::Version(document.version));
    }
    let hex = |member| move |error| KeyFileError::Hex { member, error };
    let secret = Zeroizing::new(from_hex::<{ SecretKey::BYTES }>(document.secret).map_err(hex("secret"))?);
    let public = from_hex::<{ PublicKey::BYTES }>(document.public).map_err(hex("public"))?;
    let (secret, got) = (SecretKey::from_bytes(&*secret)?, PublicKey::from_bytes(&public)?);
    let expected = secret.public_key();
    if expected == got { Ok(secret) } else { Err(KeyFileError::OtherKey(Box::new(Keys { expected, got }))) }
}

/// Writes a key file's text.
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
        let read = decode(text.as_bytes()).unwrap();
        assert_eq!(read.to_bytes(), key(0).to_bytes());
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
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
