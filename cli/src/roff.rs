//! # Pages of the manual, tidied
//!
//! The generator of the pages writes what formatters understand and what their linters complain of.
//! Here its text is made what both like: ASCII, lines of at most [`WIDTH`] bytes without blanks at
//! their ends, no empty lines, no two breaks in a row. And examples stand as they are written, line
//! by line.

use std::fmt::Write as _;

use crate::exit::Exit;

/// No line has more bytes, unless it is one word.
const WIDTH: usize = 80;

/// What a page says behind the options: the exit codes, if the help has them, and the examples.
pub(crate) fn after(help: &str) -> String {
    let mut page = String::new();
    let mut examples = help.split("\n\n").filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>();
    let with_codes = examples.len();
    examples.retain(|paragraph| *paragraph != Exit::table());
    if examples.len() < with_codes {
        page.push_str(".SH \"EXIT STATUS\"\n");
        for (code, name, meaning) in Exit::ALL.map(|exit| (exit.code(), exit.name(), exit.meaning())) {
            push(&mut page, format_args!(".TP\n\\fB{code}\\fR {name}\n{}\n", escaped(meaning)));
        }
    }
    if !examples.is_empty() {
        page.push_str(".SH EXAMPLES\n");
        let verbatim = |paragraph: &&str| {
            let lines = paragraph.strip_prefix("Examples:\n").unwrap_or(paragraph).lines();
            format!(".nf\n{}.fi\n", lines.map(line).collect::<String>())
        };
        page.push_str(&examples.iter().map(verbatim).collect::<Vec<_>>().join(".PP\n"));
    }
    page
}

/// A line that stays one: a long one goes on behind a newline that is escaped.
fn line(text: &str) -> String {
    let pieces = wrapped(&format!("\\&{}", escaped(text)), WIDTH - 2);
    format!("{}\n", pieces.join(" \\\n"))
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("a text takes any text");
}

/// Text as roff has it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\*(Aq")
}

/// The same page, as linters like it.
pub(crate) fn tidied(page: &str) -> String {
    let mut tidy = String::new();
    let mut is_verbatim = false;
    let mut before = "";
    for line in page.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        let is_twice = line == ".br" && before == line;
        before = line;
        is_verbatim = (is_verbatim || line == ".nf") && line != ".fi";
        if is_twice {
            continue;
        }
        let is_text = !line.starts_with('.') && !is_verbatim;
        for piece in if is_text { wrapped(line, WIDTH) } else { vec![line.to_owned()] } {
            // No text begins like a request.
            let guard = if is_text && piece.starts_with(['.', '\'']) { "\\&" } else { "" };
            push(&mut tidy, format_args!("{guard}{}\n", ascii(&piece)));
        }
    }
    tidy
}

/// A line in pieces of at most so many bytes, as they will be in ASCII, cut between words. Blanks
/// before the first word stay.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let indent = line.len() - line.trim_start().len();
    for word in line[indent..].split(' ') {
        match pieces.last_mut() {
            Some(piece) if ascii(piece).len() + 1 + ascii(word).len() <= width => push(piece, format_args!(" {word}")),
            Some(_) => pieces.push(word.to_owned()),
            None => pieces.push(format!("{}{word}", &line[..indent])),
        }
    }
    pieces
}

/// Letters beyond ASCII by their number, which every formatter reads; three dots are three.
fn ascii(text: &str) -> String {
    let letter = |letter: char| match letter {
        '…' => "...".into(),
        letter if letter.is_ascii() => letter.into(),
        letter => format!("\\[u{:04X}]", u32::from(letter)),
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linters_complain_of_is_gone() {
        let words = "twelve bytes ".repeat(8);
        let page = format!(".TP\nends in a blank \n.br\n\n.br\n{words}.ptau é…\n.RE\n");
        let tidy = tidied(&page);
        let long = "twelve bytes ".repeat(6);
        let expected =
            format!(".TP\nends in a blank\n.br\n{long}\n{}.ptau \\[u00E9]...\n.RE\n", "twelve bytes ".repeat(2));
        assert_eq!(tidy, expected.replace(" \n", "\n"));
        assert_eq!(tidied(&format!("{}.b", "a ".repeat(40))), format!("{}\n\\&.b\n", "a ".repeat(40).trim_end()));
    }

    #[test]
    fn examples_stand_as_they_are_written() {
        let help = format!("Examples:\n  furl it's {}\n\nMore:\n  .x \\", "--long-option ".repeat(6).trim_end());
        let page = after(&help);
        let first = "\\&  furl it\\*(Aqs \\-\\-long\\-option \\-\\-long\\-option \\-\\-long\\-option \\\n";
        let second = "\\-\\-long\\-option \\-\\-long\\-option \\-\\-long\\-option\n";
        assert_eq!(page, format!(".SH EXAMPLES\n.nf\n{first}{second}.fi\n.PP\n.nf\n\\&More:\n\\&  .x \\e\n.fi\n"));
        assert_eq!(tidied(&page), page);
        assert!(
            after(&format!("{}\n\nOne", Exit::table())).starts_with(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR ok\ndone; ")
        );
    }
}
