//! # Outside text, shown
//!
//! Names of files, arguments, cells of tables and answers of nodes are written by others. On a terminal, some characters
//! act instead of being seen: they move the cursor, take back a line, turn the order of a text around. All that is
//! printed for people passes through here, and such a character is then written as what it is: `\u{1b}`.
//!
//! | what | where |
//! |---|---|
//! | messages and details, a line each | [`line()`], in the log |
//! | reports, whose lines are ours | [`lines`], where they are printed |
//! | JSON, of reports and of the log | [`json`]: the same text to programs |
//! | names of files, in either | [`Name`], which shows no secret either |
//! | arguments that are wrong | [`given`], the same |

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::path::Path;

use crate::secret;

/// Whether a character is seen where it stands, or goes with the one before.
pub(crate) fn is_seen(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\0'..='\u{9f}' => false,
        // The standard library knows which; alone, it would not take a mark for one that goes with a letter.
        other => String::from_iter(['a', other]).escape_debug().nth(1) == Some(other),
    }
}

/// Outside text on a line of its own.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escape(text, is_seen, |character| character.escape_debug().to_string())
}

/// A text whose lines are ours, with outside text in them.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escape(text, |character| character == '\n' || is_seen(character), |character| character.escape_debug().to_string())
}

/// JSON, the same to programs.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    let escaped = |character: char| {
        let mut units = String::new();
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(units, "\\u{unit:04x}").expect("a text takes any text");
        }
        units
    };
    escape(text, |character| character == '\n' || is_seen(character), escaped)
}

/// What was given for something else: shown if it is no secret.
pub(crate) fn given(text: &str) -> String {
    line(&secret::hidden(text)).into_owned()
}

fn escape(text: &str, stays: impl Fn(char) -> bool, escaped: impl Fn(char) -> String) -> Cow<'_, str> {
    if text.chars().all(&stays) {
        return text.into();
    }
    let mut shown = String::with_capacity(2 * text.len());
    for character in text.chars() {
        if stays(character) { shown.push(character) } else { shown.push_str(&escaped(character)) }
    }
    shown.into()
}

/// The name of a file, which may be anything.
pub(crate) struct Name<'a>(pub(crate) &'a Path);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&given(&self.0.to_string_lossy()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_written_out() {
        for (text, expected) in [
            ("\u{1b}[2K\rVERIFIED", r"\u{1b}[2K\rVERIFIED"),
            ("a\nVERIFIED\tb\0\u{7f}", r"a\nVERIFIED\tb\0\u{7f}"),
            ("\u{9b}2K", r"\u{9b}2K"),
            (
                "\u{202e}foorp\u{2066}\u{200b}\u{feff}\u{ad}\u{2028}",
                r"\u{202e}foorp\u{2066}\u{200b}\u{feff}\u{ad}\u{2028}",
            ),
            ("\u{e0041}\u{200d}\u{a0}", r"\u{e0041}\u{200d}\u{a0}"),
        ] {
            assert_eq!(line(text), expected);
            assert_eq!(lines(text), expected.replace(r"\n", "\n"));
        }
    }

    #[test]
    fn what_is_seen_stays() {
        for text in ["", "it's \"C:\\a\" · 2³ ± – …", "e\u{301}té Čapek 東京 مرحبا 🦀"] {
            assert!(matches!(line(text), Cow::Borrowed(shown) if shown == text), "{text}");
        }
    }

    #[test]
    fn json_says_the_same() {
        let text = "\u{9b}2K\u{202e}\u{e0041}\u{7f} é\n";
        let written = serde_json::to_string(text).unwrap();
        let shown = json(&written);
        assert_eq!(shown, r#""\u009b2K\u202e\udb40\udc41\u007f é\n""#);
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }
}
