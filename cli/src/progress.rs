//! # Progress
//!
//! A [`Stage`] is a piece of work that takes time. While it lasts, a terminal that can shows a bar;
//! elsewhere the log says that it begins, and every ten seconds how far it is. `--quiet` shows
//! neither. All of it goes to stderr.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use tracing::info;

use crate::log::{LogFormat, Verbosity};
use crate::show;
use crate::terminal;

/// How stages are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Bars, on a terminal.
    Bars,
    /// Lines of the log.
    Lines,
    /// Not at all.
    Silent,
}

static MODE: OnceLock<Mode> = OnceLock::new();
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Between two lines about one stage.
const INTERVAL: Duration = Duration::from_secs(10);
/// Between two pictures of a bar.
const TICK: Duration = Duration::from_millis(120);

/// Chooses how this process shows its stages.
pub(crate) fn start(format: LogFormat, verbosity: Verbosity) {
    let mode = match (verbosity, format) {
        (Verbosity::Quiet, _) => Mode::Silent,
        (_, LogFormat::Text) if terminal::has_cursor(&stderr()) => Mode::Bars,
        _ => Mode::Lines,
    };
    MODE.get_or_init(|| mode);
}

fn mode() -> Mode {
    MODE.get().copied().unwrap_or(Mode::Silent)
}

/// The standard error, to ask what it is: lines are written [`above`] a bar.
#[expect(clippy::disallowed_methods, reason = "what is written there is shown as show.rs says")]
pub(crate) fn stderr() -> io::Stderr {
    io::stderr()
}

/// Writes to stderr while no bar stands in the way. If nobody can read it, work goes on.
pub(crate) fn above(text: &str) {
    let write = || drop(stderr().write_all(text.as_bytes()));
    if mode() == Mode::Bars { BARS.suspend(write) } else { write() }
}

/// Takes all bars off the terminal, for good: the process ends.
pub(crate) fn end() {
    if mode() == Mode::Bars {
        drop(BARS.clear());
        BARS.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// A piece of work, shown until it is dropped.
#[derive(Debug)]
pub(crate) struct Stage {
    done: Arc<AtomicU64>,
    shown: Shown,
}

#[derive(Debug)]
enum Shown {
    Bar(ProgressBar),
    Lines(Ticker),
    Silent,
}

impl Stage {
    /// Work of unknown size that is mostly done at once: the log does not say that it begins.
    pub(crate) fn brief(name: impl Into<String>) -> Self {
        Self::show(name.into(), None)
    }

    /// Work of `total` pieces.
    pub(crate) fn of(name: impl Into<String>, total: usize) -> Self {
        Self::show(name.into(), Some(total as u64))
    }

    fn show(name: String, total: Option<u64>) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let shown = match mode() {
            Mode::Bars => Shown::Bar(bar(name, total)),
            Mode::Lines => {
                let (done, start) = (done.clone(), Instant::now());
                Shown::Lines(Ticker::start(INTERVAL, move || {
                    info!("{}", line(&name, done.load(Ordering::Relaxed), total, start.elapsed()));
                }))
            }
            Mode::Silent => Shown::Silent,
        };
        Self { done, shown }
    }

    /// One more piece is done.
    pub(crate) fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        if let Shown::Bar(bar) = &self.shown {
            bar.inc(1);
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        match &mut self.shown {
            Shown::Bar(bar) => bar.finish_and_clear(),
            Shown::Lines(ticker) => ticker.stop(),
            Shown::Silent => {}
        }
    }
}

fn bar(name: String, total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => {
            (ProgressBar::new(total), "{spinner} {msg} [{bar:30}] {human_pos}/{human_len} {elapsed} (eta {eta})")
        }
        None => (ProgressBar::no_length(), "{spinner} {msg} {count}{elapsed}"),
    };
    let style = ProgressStyle::with_template(template).expect("the template is a constant, and shown by a test");
    // Work that does not come in pieces shows no number of them.
    let style = style.with_key("count", |state: &ProgressState, text: &mut dyn fmt::Write| {
        if state.pos() > 0 {
            write!(text, "{} ", HumanCount(state.pos())).unwrap_or_default();
        }
    });
    let bar = BARS.add(bar.with_style(style).with_message(show::line(&name).into_owned()));
    bar.enable_steady_tick(TICK);
    bar
}

/// What the log says of a stage.
fn line(name: &str, done: u64, total: Option<u64>, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    match (done, total) {
        (done, Some(total)) if total > 0 => {
            format!("{name}: {done} of {total} ({} %) after {seconds} s", 100 * done / total)
        }
        (0, _) => format!("{name}: going on after {seconds} s"),
        (done, _) => format!("{name}: {done} after {seconds} s"),
    }
}

/// A thread that does something at intervals.
#[derive(Debug)]
struct Ticker {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    fn start(interval: Duration, mut tick: impl FnMut() + Send + 'static) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        // Without a thread there are no lines; the work itself goes on.
        let thread = thread::Builder::new().name("progress".into()).spawn(move || {
            while stopped.recv_timeout(interval) == Err(mpsc::RecvTimeoutError::Timeout) {
                tick();
            }
        });
        Self { stop: Some(stop), thread: thread.ok() }
    }

    /// No more ticks after this.
    fn stop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_says_how_far_it_is() {
        let ten = Duration::from_millis(10_400);
        assert_eq!(line("signing", 30, Some(120), ten), "signing: 30 of 120 (25 %) after 10 s");
        assert_eq!(line("reading", 30, None, ten), "reading: 30 after 10 s");
        assert_eq!(line("proving", 0, None, ten), "proving: going on after 10 s");
        assert_eq!(line("signing", 0, Some(0), ten), "signing: going on after 10 s");
    }

    #[test]
    fn a_ticker_ticks_until_it_is_stopped() {
        let (sender, ticks) = mpsc::channel();
        let mut ticker = Ticker::start(Duration::from_millis(1), move || {
            sender.send(()).unwrap_or_default();
        });
        for _ in 0..3 {
            ticks.recv_timeout(Duration::from_secs(60)).expect("it ticks");
        }
        ticker.stop();
        while ticks.try_recv().is_ok() {}
        assert_eq!(ticks.try_recv(), Err(mpsc::TryRecvError::Disconnected), "the thread has ended");
    }

    #[test]
    fn bars_are_drawn() {
        for total in [None, Some(3)] {
            let bar = bar("proving".into(), total);
            bar.inc(1);
            assert_eq!((bar.message().as_str(), bar.length()), ("proving", total));
            bar.finish_and_clear();
        }
    }
}
