//! # Output
//!
//! Data goes to stdout, everything else to stderr. A command returns an [`Outcome`], which is its report in two forms:
//! lines for people, one line of JSON for programs. With `--json` exactly one JSON object is printed on stdout, of a
//! failure too (`{"error": …}`). A command whose data itself went to stdout has its report on stderr.
//!
//! Whoever reads stdout may stop reading (`furl inspect … | head -1`): a broken pipe is no error.

use std::fmt::Display;
use std::io::{self, Write};
use std::mem;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde::Serialize;
use tracing::{error, info};

use crate::args::{self, Globals};
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::progress;
use crate::show;

/// How this process answers.
#[derive(Clone, Copy, Debug, Default)]
struct Manner {
    json: bool,
    quiet: bool,
}

static MANNER: OnceLock<Manner> = OnceLock::new();
/// Held by what answers for this process, to its end: it answers once.
static ANSWER: Mutex<()> = Mutex::new(());

/// Chooses how this process answers.
pub(crate) fn start(globals: &Globals) {
    MANNER.get_or_init(|| Manner { json: globals.json, quiet: globals.quiet });
}

fn manner() -> Manner {
    MANNER.get().copied().unwrap_or_default()
}

fn answering() -> MutexGuard<'static, ()> {
    ANSWER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A report in both forms.
#[derive(Debug)]
pub(crate) struct Outcome {
    text: String,
    json: String,
    /// Whether stdout has been used for something else.
    is_aside: bool,
}

impl Outcome {
    /// Both forms of `report`. Its lines are ours: outside text in it is on one line.
    pub(crate) fn new(report: &(impl Serialize + Display)) -> Self {
        let outcome = Self::data(report);
        Self { text: show::lines(&outcome.text).into_owned(), ..outcome }
    }

    /// The same, of a text that is all ours and goes to another program: it may have characters that act.
    pub(crate) fn data(report: &(impl Serialize + Display)) -> Self {
        let json = serde_json::to_string(report).expect("a report has text keys and finite numbers only");
        Self { text: report.to_string(), json: show::json(&json).into_owned(), is_aside: false }
    }

    /// A line that is JSON already, in either form.
    pub(crate) fn line(json: String) -> Self {
        Self { text: json.clone(), json, is_aside: false }
    }

    /// The same report, for stderr if stdout has been used for something else.
    pub(crate) fn aside(self, is_aside: bool) -> Self {
        Self { is_aside, ..self }
    }

    fn print(&self) -> io::Result<()> {
        let Manner { json, quiet } = manner();
        let report = if json { &self.json } else { &self.text };
        if !self.is_aside {
            return print(report);
        }
        // Nobody has asked for it.
        if !quiet {
            progress::above(&format!("{report}\n"));
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
        let json = serde_json::to_string(&Self { error }).expect("numbers and text are always JSON");
        show::json(&json).into_owned()
    }
}

#[derive(Serialize)]
struct ErrorReport {
    exit: u8,
    name: &'static str,
    message: String,
    detail: Option<String>,
    /// What has interrupted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<&'static str>,
}

impl ErrorReport {
    fn new(failure: &Failure) -> Self {
        let exit = failure.exit();
        let signal = interrupt::signal().filter(|_| exit == Exit::Interrupted).map(interrupt::Signal::name);
        Self { exit: exit.status(), name: exit.name(), message: failure.message(), detail: failure.detail(), signal }
    }

    fn log(&self) {
        let Self { exit, name, message, detail, signal } = self;
        error!(exit, name, detail = detail.as_deref(), signal, "{message}");
    }
}

/// Prints a result and gives the exit code.
pub(crate) fn finish(result: &Result<Outcome, Failure>) -> ExitCode {
    mem::forget(answering());
    let printed = match result {
        Ok(outcome) => outcome.print().map(|()| Exit::Success),
        Err(failure) => fail(failure).map(|()| failure.exit()),
    };
    let exit = printed.unwrap_or_else(|error| {
        let failure = Failure::Stdout(error);
        ErrorReport::new(&failure).log();
        failure.exit()
    });
    ExitCode::from(exit.status())
}

/// Prints a failure of a process that goes no further, unless it has its result already.
pub(crate) fn fail_at_once(failure: &Failure) {
    mem::forget(answering());
    drop(fail(failure));
}

fn fail(failure: &Failure) -> io::Result<()> {
    // Whoever read the data has had enough of them: so be it.
    if failure.exit() == Exit::Success {
        return Ok(());
    }
    let report = ErrorReport::new(failure);
    report.log();
    if manner().json { print(&Failed::json(report)) } else { Ok(()) }
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
    Failed::json(ErrorReport { exit: exit.code(), name: exit.name(), message, detail: None, signal: None })
}

/// A line of the log about what happens now.
pub(crate) fn progress(line: impl Display) {
    info!("{line}");
}

/// The standard output, for reports and for files that are written there.
#[expect(clippy::disallowed_methods, reason = "reports are shown as show.rs says, and files are data")]
pub(crate) fn stdout() -> io::Stdout {
    io::stdout()
}

fn print(text: &str) -> io::Result<()> {
    let mut stdout = stdout().lock();
    unless_broken(writeln!(stdout, "{text}").and_then(|()| stdout.flush()))
}

fn unless_broken(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
