//! # Byte order marks
//!
//! Some editors and shells begin a text with bytes that say how the rest is encoded. Text of ours
//! is UTF-8 and needs none. A reader that does not know the mark takes it for the first letter, and
//! tells its user nothing of use; so every reader of text looks for it first, and refuses it by
//! name.

/// A mark at the start of a text, by the encoding that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected UTF-8, got a byte order mark of {} at the start ({}): save it as UTF-8 without one", self.encoding(), self.shown())]
pub enum ByteOrderMark {
    /// UTF-8, which has only one order.
    Utf8,
    /// UTF-16, low byte first: what PowerShell's `>` wrote for long.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

impl ByteOrderMark {
    /// No mark has more bytes.
    pub(crate) const BYTES: usize = 3;
    const ALL: [Self; 3] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be];

    /// The mark that `text` begins with, if there is one.
    #[must_use]
    pub fn of(text: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| text.starts_with(mark.bytes()))
    }

    /// Refuses a text that begins with a mark.
    ///
    /// # Errors
    /// The mark.
    pub fn refuse(text: &[u8]) -> Result<(), Self> {
        Self::of(text).map_or(Ok(()), Err)
    }

    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Utf8 => &[0xef, 0xbb, 0xbf],
            Self::Utf16Le => &[0xff, 0xfe],
            Self::Utf16Be => &[0xfe, 0xff],
        }
    }

    const fn encoding(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
        }
    }

    fn shown(self) -> String {
        self.bytes().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        State, StateError,
        codec::{DocumentError, json},
        testing::{batch, sign, transfer, world},
    };

    /// A text as other programs save it.
    fn marked(text: &str) -> [(ByteOrderMark, Vec<u8>); 3] {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        [
            (ByteOrderMark::Utf8, text.as_bytes().to_vec()),
            (ByteOrderMark::Utf16Le, utf16(u16::to_le_bytes)),
            (ByteOrderMark::Utf16Be, utf16(u16::to_be_bytes)),
        ]
        .map(|(mark, text)| (mark, [mark.bytes(), &text].concat()))
    }

    #[test]
    fn a_mark_is_named_with_what_to_do() {
        let told =
            "expected UTF-8, got a byte order mark of UTF-8 at the start (EF BB BF): save it as UTF-8 without one";
        assert_eq!(ByteOrderMark::Utf8.to_string(), told);
        assert!(ByteOrderMark::Utf16Le.to_string().contains("of UTF-16 at the start (FF FE)"));
        assert_eq!([&b"{}"[..], b"", b"\xef\xbb", b" \xff\xfe"].map(ByteOrderMark::of), [None; 4]);
    }

    #[test]
    fn states_and_lines_with_a_mark_are_refused() {
        for (mark, text) in marked(&world().state(batch()).to_json()) {
            assert_eq!(State::from_json(&text), Err(StateError::Document(DocumentError::Mark(mark))));
        }
        let line = json::encode(&[sign(transfer(0, 1, 5))]);
        for (mark, text) in marked(&line) {
            // In front of the list, and of a list that was appended to another.
            for before in [&b""[..], line.as_bytes()] {
                let error = json::decode(&[before, &text].concat()).unwrap_err();
                let expected = if before.is_empty() { 1 } else { 2 };
                let json::JsonError::Line { line, error } = error else { panic!("{error}") };
                assert_eq!((line, error), (expected, DocumentError::Mark(mark)));
            }
            let mut orders = json::Orders::new(text.as_slice());
            let error = orders.next().and_then(Result::err).expect("it is refused").to_string();
            assert!(error.starts_with("line 1: expected UTF-8, got a byte order mark"), "{error}");
        }
    }
}
