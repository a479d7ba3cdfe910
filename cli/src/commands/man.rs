//! `furl man`: the manual, made from the same words as `--help`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use serde::Serialize;
use thiserror::Error;

use crate::args::Arguments;
use crate::exit::Failure;
use crate::files::{self, Access, FileError, Sink};
use crate::output::Outcome;
use crate::places::Places;
use crate::roff;
use crate::show::{self, Name};
use crate::source::lossily;

/// Print a manual page, or write all of them to a directory
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl man | man -l -
  furl man prove | man -l -
  furl man export-solidity | man -l -
  furl man --out ~/.local/share/man/man1")]
pub(crate) struct Options {
    /// The command whose page to print [default: the page of furl itself]
    #[arg(conflicts_with = "out")]
    command: Option<String>,
    /// Write every page to this directory, made if it is not there
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the files if they exist
    #[arg(long, requires = "out")]
    force: bool,
}

/// There is no page of that name.
#[derive(Debug, Error)]
#[error("there is no page on {got}: expected one of {}", .expected.join(", "))]
pub(crate) struct NoPage {
    expected: Vec<String>,
    got: String,
}

/// When the words of the pages changed last: whoever changes them in substance raises it.
const DATE: &str = "2026-11-30";
/// What the pages are of. Not of which commit: they are the same in every build of a version.
const SOURCE: &str = concat!(env!("CARGO_BIN_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// A page, in roff.
#[derive(Serialize)]
struct Page {
    name: String,
    page: String,
}

impl Page {
    fn of(command: &Command) -> Self {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
        let help = command.get_after_long_help().or_else(|| command.get_after_help()).map(ToString::to_string);
        // What stands behind the options we write ourselves: the generator would fill it like
        // prose.
        let bare = command.clone().after_help(Resettable::Reset).after_long_help(Resettable::Reset);
        let man = Man::new(bare).title(name.to_uppercase()).date(DATE).source(SOURCE).manual("Furl");
        let mut page = Vec::new();
        man.render(&mut page).expect("memory takes every byte");
        let page = String::from_utf8_lossy(&page).into_owned() + &roff::after(&help.unwrap_or_default());
        Self { name, page: roff::tidied(&page) }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.page.trim_end())
    }
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(serialize_with = "lossily")]
    out: &'a Path,
    pages: Vec<String>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "written to {}: {}", Name(self.out), self.pages.join(", "))
    }
}

/// A command, those under it, and those under them.
fn commands(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().flat_map(commands);
    std::iter::once(command).chain(below).collect()
}

/// A command's name as its page has it, without the program's.
fn short_name(command: &Command) -> &str {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    name.split_once('-').map_or(name, |(_, short)| short)
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut furl = Arguments::command().version(env!("CARGO_PKG_VERSION")).disable_help_subcommand(true);
        furl = furl.mut_subcommand("export", |export| export.disable_help_subcommand(true));
        // Gives every command its full name.
        furl.build();
        match (&self.out, &self.command) {
            (Some(out), _) => self.write(out, &furl),
            (None, None) => Ok(Outcome::data(&Page::of(&furl))),
            (None, Some(name)) => {
                let (mut commands, mut expected) = (commands(&furl).into_iter(), Vec::new());
                // All but furl itself.
                let found = commands.by_ref().skip(1).find(|command| {
                    expected.push(short_name(command).to_owned());
                    short_name(command) == name
                });
                let missing = || NoPage { expected, got: show::given(name) };
                Ok(Outcome::data(&Page::of(found.ok_or_else(missing)?)))
            }
        }
    }

    fn write(&self, out: &Path, furl: &Command) -> Result<Outcome, Failure> {
        let uncreatable = |source| FileError::Uncreatable { path: out.to_owned(), source };
        fs::create_dir_all(out).map_err(uncreatable)?;
        let (mut pages, mut staged) = (Vec::new(), Vec::new());
        let mut places = Places::without_inputs();
        for command in commands(furl) {
            let Page { name, page } = Page::of(command);
            let name = format!("{name}.1");
            let place = places.output("--out", &Sink::File(out.join(&name)), self.force)?;
            staged.push(place.stage(page.as_bytes(), Access::Public)?);
            pages.push(name);
        }
        files::commit(staged)?;
        Ok(Outcome::new(&Report { out, pages }))
    }
}
