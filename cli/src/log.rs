//! # The log
//!
//! What happens, told on stderr while it happens: through `tracing`, as lines for people or as JSON, one object a line.
//! A failure is the last event of a run. `--quiet` leaves failures only, `-v` adds details.
//!
//! Colour is used where [`terminal`] says so.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

use clap::ValueEnum;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{self as layer, FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, registry};

use crate::{progress, show, terminal};

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    // Lines for people.
    Text,
    // One JSON object a line. (A docstring here would be part of the help.)
    Json,
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Failures.
    Quiet,
    /// What happens.
    Normal,
    /// Details too.
    Verbose,
}

impl Verbosity {
    const fn level(self) -> Level {
        match self {
            Self::Quiet => Level::ERROR,
            Self::Normal => Level::INFO,
            Self::Verbose => Level::DEBUG,
        }
    }
}

/// Starts the log of this process.
pub(crate) fn start(format: LogFormat, verbosity: Verbosity) {
    // Our own events: a dependency's are no concern of a user.
    let ours = filter_fn(move |event: &Metadata<'_>| {
        event.target().starts_with(env!("CARGO_BIN_NAME")) && *event.level() <= verbosity.level()
    });
    let lines = layer::layer();
    let started = match format {
        LogFormat::Text => {
            let text = Text { color: terminal::is_colored(&progress::stderr()) };
            let lines = lines.with_writer(|| Stderr(|lines| lines.into()));
            registry().with(lines.event_format(text).with_filter(ours)).try_init()
        }
        LogFormat::Json => {
            let lines = lines.with_writer(|| Stderr(show::json));
            registry().with(lines.json().flatten_event(true).with_target(false).with_filter(ours)).try_init()
        }
    };
    debug_assert!(started.is_ok(), "a process starts its log once");
}

/// The standard error, above a progress bar, of lines that are shown so.
struct Stderr(fn(&str) -> Cow<'_, str>);

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let lines = String::from_utf8_lossy(bytes);
        progress::above(&(self.0)(&lines));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines for people: `error: `, `warning: ` or nothing, then the message; a detail stands on a line of its own.
struct Text {
    color: bool,
}

impl Text {
    const fn prefix(&self, level: Level) -> &'static str {
        match (level, self.color) {
            (Level::ERROR, true) => "\x1b[1;31merror:\x1b[0m ",
            (Level::ERROR, false) => "error: ",
            (Level::WARN, true) => "\x1b[1;33mwarning:\x1b[0m ",
            (Level::WARN, false) => "warning: ",
            (Level::INFO, _) => "",
            (_, true) => "\x1b[2mdebug:\x1b[0m ",
            (_, false) => "debug: ",
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>, N: for<'a> FormatFields<'a> + 'static> FormatEvent<S, N> for Text {
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut told = Told::default();
        event.record(&mut told);
        let prefix = self.prefix(*event.metadata().level());
        writeln!(line, "{prefix}{}", show::line(&told.message))?;
        told.detail.map_or(Ok(()), |detail| writeln!(line, "  {}", show::line(&detail)))
    }
}

/// The parts of an event that people are told.
#[derive(Default)]
struct Told {
    message: String,
    detail: Option<String>,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            "detail" => write!(self.detail.get_or_insert_default(), "{value:?}"),
            // The other fields say again, for programs, what the message says.
            _ => Ok(()),
        };
        debug_assert!(written.is_ok(), "a text takes any text");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}
