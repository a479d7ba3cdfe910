//! # Output
//!
//! Data goes to stdout, everything else to stderr. A command returns an [`Outcome`], which is its report in two forms:
//! lines for people, one line of JSON for programs. With `--json` exactly one JSON object is printed on stdout, of a
//! failure too (`{"error": …}`). A command whose data itself went to stdout has its report on stderr.
//!
//! Whoever reads stdout may stop reading (`furl inspect … | head -1`): a broken pipe is no error.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;
use tracing::{error, info};

use crate::args::{self, Globals};
use crate::exit::{Exit, Failure};
use crate::progress;

/// A report in both forms.
#[derive(Debug)]
pub(crate) struct Outcome {
    text: String,
    json: String,
    /// Whether stdout has been used for something else.
    is_aside: bool,
}

impl Outcome {
    /// Both forms of `report`.
    pub(crate) fn new(report: &(impl Serialize + Display)) -> Self {
        let json = serde_json::to_string(report).expect("a report has text keys and finite numbers only");
        Self { text: report.to_string(), json, is_aside: false }
    }

    /// A line that is JSON already, in either form.
    pub(crate) fn line(json: String) -> Self {
        Self { text: json.clone(), json, is_aside: false }
    }

    /// The same report, for stderr if stdout has been used for something else.
    pub(crate) fn aside(self, is_aside: bool) -> Self {
        Self { is_aside, ..self }
    }

    fn print(&self, globals: &Globals) -> io::Result<()> {
        let report = if globals.json { &self.json } else { &self.text };
        if !self.is_aside {
            return print(report);
        }
        // Nobody has asked for it.
        if !globals.quiet {
            drop(progress::above(|| writeln!(io::stderr(), "{report}")));
        }
        Ok(())
    }
}

/// A failure, as JSON.
#[derive(Serialize)]
struct Failed {
    error: ErrorReport,
}

impl Failed {
    fn json(error: ErrorReport) -> String {
        serde_json::to_string(&Self { error }).expect("numbers and text are always JSON")
    }
}

#[derive(Serialize)]
struct ErrorReport {
    exit: u8,
    name: &'static str,
    message: String,
    detail: Option<String>,
}

impl ErrorReport {
    fn new(failure: &Failure) -> Self {
        let exit = failure.exit();
        let detail = failure.source().map(ToString::to_string);
        Self { exit: exit.code(), name: exit.name(), message: failure.to_string(), detail }
    }

    fn log(&self) {
        let Self { exit, name, message, detail } = self;
        error!(exit, name, detail = detail.as_deref(), "{message}");
    }
}

/// Prints a result and gives the exit code.
pub(crate) fn finish(result: &Result<Outcome, Failure>, globals: &Globals) -> ExitCode {
    let printed = match result {
        Ok(outcome) => outcome.print(globals).map(|()| Exit::Success),
        Err(failure) => fail(failure, globals.json).map(|()| failure.exit()),
    };
    let exit = printed.unwrap_or_else(|error| {
        let failure = Failure::Stdout(error);
        ErrorReport::new(&failure).log();
        failure.exit()
    });
    ExitCode::from(exit.code())
}

fn fail(failure: &Failure, json: bool) -> io::Result<()> {
    // Whoever read the data has had enough of them: so be it.
    if failure.exit() == Exit::Success {
        return Ok(());
    }
    let report = ErrorReport::new(failure);
    report.log();
    if !json {
        return Ok(());
    }
    print(&Failed::json(report))
}

/// Prints what the parser of the command line has to say: help, the version, or what is wrong.
pub(crate) fn answer(answer: &clap::Error) -> ExitCode {
    let exit = if answer.use_stderr() { Exit::Usage } else { Exit::Success };
    let json = exit == Exit::Usage && args::wants_json();
    let printed = unless_broken(answer.print()).and_then(|()| if json { print(&usage(answer)) } else { Ok(()) });
    match printed {
        Ok(()) => ExitCode::from(exit.code()),
        Err(_) => ExitCode::from(Exit::Write.code()),
    }
}

/// A wrong command line, as JSON.
fn usage(answer: &clap::Error) -> String {
    let (exit, message) = (Exit::Usage, answer.render().to_string());
    Failed::json(ErrorReport { exit: exit.code(), name: exit.name(), message, detail: None })
}

/// A line of the log about what happens now.
pub(crate) fn progress(line: impl Display) {
    info!("{line}");
}

fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    unless_broken(writeln!(stdout, "{text}").and_then(|()| stdout.flush()))
}

fn unless_broken(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
