//! # JSON that is not held
//!
//! A document may be longer than memory. [`Text`] gives its bytes to the parser, and a [`Sink`]
//! takes an object or an array entry by entry: what is held at a time is one piece of at most
//! [`MAX_PIECE`] bytes. The [`Allowance`] says how much of the current piece may still be read; a
//! sink that has taken a piece begins the next one.

use std::{
    cell::Cell,
    fmt,
    io::{self, BufRead, Read},
};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};

use super::document::{DocumentError, Node};

/// The most bytes of one piece: of a name, a member or an entry, with the white space around it.
pub(crate) const MAX_PIECE: usize = 1 << 16;

/// What may still be read of the current piece.
#[derive(Debug)]
pub(crate) struct Allowance(Cell<usize>);

impl Allowance {
    /// For the first piece.
    pub(crate) const fn new() -> Self {
        Self(Cell::new(MAX_PIECE))
    }

    /// The current piece has ended.
    pub(crate) fn next_piece(&self) {
        self.0.set(MAX_PIECE);
    }
}

/// Why no more bytes come.
#[derive(Debug)]
pub(crate) enum TextError {
    /// The input failed.
    Io(io::Error),
    /// It is not a text, or a piece of it is too long.
    Document(DocumentError),
}

/// Bytes on their way to the parser: UTF-8, and in pieces that end.
#[derive(Debug)]
pub(crate) struct Text<'a, R> {
    input: R,
    allowance: &'a Allowance,
    /// The start of a character that the input has not ended yet, or of none.
    character: Vec<u8>,
    offset: usize,
    line: usize,
    column: usize,
    error: Option<TextError>,
}

impl<'a, R: BufRead> Text<'a, R> {
    pub(crate) const fn new(input: R, allowance: &'a Allowance) -> Self {
        Self { input, allowance, character: Vec::new(), offset: 0, line: 1, column: 0, error: None }
    }

    /// Why no more bytes came, if that was it.
    pub(crate) fn take_error(&mut self) -> Option<TextError> {
        self.error.take()
    }

    /// The next byte, if there is one.
    fn next(&mut self) -> Result<Option<u8>, TextError> {
        let Some(byte) = next_byte(&mut self.input).map_err(TextError::Io)? else {
            return if self.character.is_empty() { Ok(None) } else { Err(self.not_utf8()) };
        };
        let left = self.allowance.0.get().checked_sub(1).ok_or_else(|| self.too_long())?;
        self.allowance.0.set(left);
        self.check(byte)?;
        self.offset += 1;
        (self.line, self.column) = if byte == b'\n' { (self.line + 1, 0) } else { (self.line, self.column + 1) };
        Ok(Some(byte))
    }

    /// Whether UTF-8 goes on with this byte.
    fn check(&mut self, byte: u8) -> Result<(), TextError> {
        if byte.is_ascii() && self.character.is_empty() {
            return Ok(());
        }
        self.character.push(byte);
        match std::str::from_utf8(&self.character) {
            Ok(_) => self.character.clear(),
            Err(error) if error.error_len().is_none() => {}
            Err(_) => {
                self.offset += 1;
                return Err(self.not_utf8());
            }
        }
        Ok(())
    }

    /// The offset is that of the character's first byte.
    fn not_utf8(&self) -> TextError {
        TextError::Document(DocumentError::NotUtf8 { offset: self.offset - self.character.len() })
    }

    fn too_long(&self) -> TextError {
        let reason = format!("expected this member or entry to end within {MAX_PIECE} bytes");
        TextError::Document(DocumentError::Syntax { line: self.line, column: self.column, reason })
    }
}

impl<R: BufRead> Read for Text<'_, R> {
    /// A byte at a time: the parser asks for no more.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(place) = buffer.first_mut() else { return Ok(0) };
        match self.next() {
            Ok(Some(byte)) => {
                *place = byte;
                Ok(1)
            }
            Ok(None) => Ok(0),
            Err(error) => {
                self.error = Some(error);
                Err(io::Error::other("the text ends in an error"))
            }
        }
    }
}

fn next_byte(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        match input.fill_buf() {
            Ok(bytes) => {
                let byte = bytes.first().copied();
                input.consume(usize::from(byte.is_some()));
                return Ok(byte);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What takes a value as it comes.
pub(crate) trait Sink<'de>: Sized {
    /// Takes an object, member by member.
    fn object<A: MapAccess<'de>>(self, entries: A) -> Result<(), A::Error>;

    /// Takes an array, entry by entry.
    fn list<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error>;

    /// Takes any other value.
    fn other<E: Error>(self, node: Node<'de>) -> Result<(), E>;
}

/// Gives a value to a [`Sink`].
#[derive(Debug)]
pub(crate) struct Feed<S>(pub(crate) S);

impl<'de, S: Sink<'de>> DeserializeSeed<'de> for Feed<S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink<'de>> Visitor<'de> for Feed<S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.other(Node::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.0.other(Node::Bool)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.0.other(Node::Whole(number))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.0.other(Node::Number)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.0.other(Node::Number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.other(Node::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        self.0.list(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        self.0.object(entries)
    }
}

/// Passes over a value of any length, as deep as the parser goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Skip<'a>(pub(crate) &'a Allowance);

impl<'de> Sink<'de> for Skip<'_> {
    fn object<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while entries.next_key_seed(Feed(self))?.is_some() {
            entries.next_value_seed(Feed(self))?;
        }
        self.other(Node::Null)
    }

    fn list<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Feed(self))?.is_some() {}
        self.other(Node::Null)
    }

    fn other<E: Error>(self, _: Node<'de>) -> Result<(), E> {
        self.0.next_piece();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that come, and why no more do.
    fn read(input: impl BufRead) -> (usize, Option<TextError>) {
        let allowance = Allowance::new();
        let mut text = Text::new(input, &allowance);
        let count = io::copy(&mut text, &mut io::sink());
        let error = text.take_error();
        assert_eq!(count.is_err(), error.is_some());
        (text.offset, error)
    }

    #[test]
    fn a_piece_has_an_end() {
        let endless = io::BufReader::new(io::repeat(b' '));
        let (count, error) = read(endless);
        assert_eq!(count, MAX_PIECE);
        let place = (1, MAX_PIECE);
        assert!(
            matches!(error, Some(TextError::Document(DocumentError::Syntax { line, column, .. })) if (line, column) == place)
        );
        assert!(matches!(read(&[b' '; MAX_PIECE][..]), (MAX_PIECE, None)));
    }

    #[test]
    fn bytes_that_are_no_text_are_found() {
        for text in ["", "a", "aä€𝄞", "\u{feff}{}"] {
            for end in 0..=text.len() {
                let (_, error) = read(io::BufReader::with_capacity(1, &text.as_bytes()[..end]));
                let expected = std::str::from_utf8(&text.as_bytes()[..end]).map_err(|error| error.valid_up_to());
                let got = match error {
                    None => Ok(()),
                    Some(TextError::Document(DocumentError::NotUtf8 { offset })) => Err(offset),
                    other => panic!("{text}: {other:?}"),
                };
                assert_eq!(got, expected.map(drop), "{text}, {end} bytes of it");
            }
        }
        for (bytes, expected) in [(&b"a\xff"[..], 1), (b"\xc3(", 0), (b"ab\xe2\x82", 2), (b"\xed\xa0\x80", 0)] {
            let (_, error) = read(bytes);
            assert!(
                matches!(error, Some(TextError::Document(DocumentError::NotUtf8 { offset })) if offset == expected),
                "{bytes:x?}: {error:?}"
            );
        }
    }
}
