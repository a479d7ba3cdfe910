//! # Failures and exit codes
//!
//! Every module has errors of its own; here they meet, and here alone each gets its exit code. A failure speaks two
//! sentences: what is wrong (its `Display`), and what was expected and got (its [`source`](std::error::Error::source)).
//!
//! A panic is a failure too, [`Failure::Defect`]: [`guard`] catches it, so that no user sees a backtrace.

use std::any::Any;
use std::error::Error as _;
use std::io;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

use furl_ledger::{BatchError, RangeError};
use furl_prover::schedule::ThreadsError;
use furl_prover::store::StoreError;
use furl_prover::{ProveError, WrapError};
use thiserror::Error;

use crate::allowance::{self, Bound};
use crate::batch::TooMany;
use crate::commands::man::NoPage;
use crate::commands::prove::{NeedsNone, OtherBatch};
use crate::commands::sign::SignError;
use crate::files::FileError;
use crate::input::InputError;
use crate::interrupt::{self, Interrupted};
use crate::layer1::L1Failure;
use crate::output::Outcome;
use crate::places::OneFile;
use crate::refusal::Refusal;
use crate::secret::{self, NotAFile};
use crate::setup::{BadSetup, NoSetup};
use crate::source::{Source, StdinTwice};
use crate::wrap_key::KeyError;

/// What the process ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It is done.
    Success,
    /// A proof is not believed.
    Refused,
    /// The command line is wrong.
    Usage,
    /// An input file is malformed.
    Malformed,
    /// An input file cannot be read.
    Unreadable,
    /// A batch breaks a rule.
    Batch,
    /// Layer 1 cannot be used.
    Unavailable,
    /// This program is wrong.
    Defect,
    /// The system has no threads or no randomness.
    System,
    /// A tool is missing.
    Tool,
    /// An output file cannot be made.
    Uncreatable,
    /// Writing failed.
    Write,
    /// It would be unsafe.
    Unsafe,
    /// A signal has ended it.
    Interrupted,
}

impl Exit {
    /// All of them, by rising code.
    pub(crate) const ALL: [Self; 14] = [
        Self::Success,
        Self::Refused,
        Self::Usage,
        Self::Malformed,
        Self::Unreadable,
        Self::Batch,
        Self::Unavailable,
        Self::Defect,
        Self::System,
        Self::Tool,
        Self::Uncreatable,
        Self::Write,
        Self::Unsafe,
        Self::Interrupted,
    ];

    /// The number that a shell sees. Numbers from 64 are those of `sysexits.h` where it has one.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Malformed => 65,
            Self::Unreadable => 66,
            Self::Batch => 67,
            Self::Unavailable => 69,
            Self::Defect => 70,
            Self::System => 71,
            Self::Tool => 72,
            Self::Uncreatable => 73,
            Self::Write => 74,
            Self::Unsafe => 77,
            Self::Interrupted => 130,
        }
    }

    /// What this process ends with: of an interruption, what the signal makes it.
    pub(crate) fn status(self) -> u8 {
        match (self, interrupt::signal()) {
            (Self::Interrupted, Some(signal)) => signal.status(),
            (exit, _) => exit.code(),
        }
    }

    /// One word, for scripts.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Success => "ok",
            Self::Refused => "refused",
            Self::Usage => "usage",
            Self::Malformed => "malformed",
            Self::Unreadable => "unreadable",
            Self::Batch => "batch",
            Self::Unavailable => "unavailable",
            Self::Defect => "defect",
            Self::System => "system",
            Self::Tool => "tool",
            Self::Uncreatable => "uncreatable",
            Self::Write => "write",
            Self::Unsafe => "unsafe",
            Self::Interrupted => "interrupted",
        }
    }

    /// One line, for people.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "done; for verify: the proof is true and matches what it is compared with",
            Self::Refused => {
                "a proof is malformed, or false, or not of the given state, transfers or key; or a setup is too small, of another curve or not trusted"
            }
            Self::Usage => "the command line is wrong",
            Self::Malformed => "an input file is malformed; the message names the place",
            Self::Unreadable => "an input file cannot be read",
            Self::Batch => "a batch is empty, too large, or breaks a rule; the message names it",
            Self::Unavailable => "Layer 1 does not answer, or cannot do what it is asked",
            Self::Defect => "a defect of this program; please report it",
            Self::System => "the system gives no threads, no randomness, or not the memory that is needed",
            Self::Tool => "a tool is missing or fails; the message names the command that gets it",
            Self::Uncreatable => "an output file exists (see --force), is in use, is an input, or cannot be created",
            Self::Write => "writing failed, or there is no room; nothing half-written is left",
            Self::Unsafe => "it would be unsafe; the message names what, and how to say that it is meant",
            Self::Interrupted => {
                "interrupted (Ctrl-C; 143 by SIGTERM, 129 by SIGHUP); nothing half-written is left, and prove resumes"
            }
        }
    }

    /// The published table, a line each.
    pub(crate) fn table() -> String {
        let lines = Self::ALL.map(|exit| format!("  {:>3}  {:<12} {}", exit.code(), exit.name(), exit.meaning()));
        format!("Exit codes:\n{}", lines.join("\n"))
    }
}

/// Why a command failed.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file was read and not understood.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A proof is not believed.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// A setup is none, or not the one that is wanted.
    #[error(transparent)]
    Setup(#[from] BadSetup),
    /// No setup is named.
    #[error(transparent)]
    NoSetup(#[from] NoSetup),
    /// No key is named, or one that is not meant.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Something stands between this command and Layer 1.
    #[error(transparent)]
    Layer1(#[from] L1Failure),
    /// A secret, maybe, instead of a file's name.
    #[error(transparent)]
    NotAFile(#[from] NotAFile),
    /// A setup is named for a root.
    #[error(transparent)]
    NeedsNone(#[from] NeedsNone),
    /// Two places are one file.
    #[error(transparent)]
    OneFile(#[from] OneFile),
    /// There is no such page of the manual.
    #[error(transparent)]
    NoPage(#[from] NoPage),
    /// Two inputs are standard input.
    #[error(transparent)]
    StdinTwice(#[from] StdinTwice),
    /// The ledger refuses the batch.
    #[error("the batch of {input} is refused{}", at_line(*line))]
    Batch {
        /// The file of the transfers.
        input: Source,
        /// The line of the refused transfer, from 1.
        line: Option<usize>,
        /// Which transfer and rule.
        source: BatchError,
    },
    /// There are more transfers than a batch has.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The state is not at the batch that was asked for.
    #[error(transparent)]
    OtherBatch(#[from] OtherBatch),
    /// The last batch has no next one.
    #[error("there is no state after the last batch")]
    LastBatch(#[source] RangeError),
    /// The order would be refused.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The folder of finished proofs failed.
    #[error("finished proofs cannot be kept")]
    Parts(#[source] StoreError),
    /// The batch exceeds the largest tree, memory does not suffice, or the proof system failed.
    #[error("the batch is not proved")]
    Prove(#[source] ProveError),
    /// Memory does not suffice for the wrap, or a proof system failed.
    #[error("the proof is not wrapped")]
    Wrap(#[source] WrapError),
    /// A signal has come.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// Less memory is allowed than is needed, and it was not the caller who bounded it.
    #[error("{failure}")]
    Bounded {
        /// What failed.
        failure: Box<Self>,
        /// How much memory it takes, how much is allowed, and why.
        source: BoundedBy,
    },
    /// No memory.
    #[error(transparent)]
    NoMemory(#[from] NoMemory),
    /// No threads.
    #[error("the system gives no threads")]
    Threads(#[source] ThreadsError),
    /// No randomness.
    #[error("the system gives no randomness")]
    Random(#[source] getrandom::Error),
    /// Data could not be printed.
    #[error("standard output cannot be written to")]
    Stdout(#[source] io::Error),
    /// Something happened that cannot happen.
    #[error("this is a defect of furl, not of its input; please report it")]
    Defect(#[source] Defect),
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" at line {line}"))
}

impl From<ProveError> for Failure {
    fn from(error: ProveError) -> Self {
        match error {
            ProveError::Store(error) => Self::Parts(error),
            error => Self::Prove(error),
        }
    }
}

impl Failure {
    /// The same, with the reason if memory is bounded for one that the caller has not given.
    pub(crate) fn explained(self) -> Self {
        let detail = match &self {
            Self::Prove(error @ ProveError::Memory { .. }) => error.to_string(),
            Self::Wrap(error @ WrapError::Memory { .. }) => error.to_string(),
            _ => return self,
        };
        match allowance::cause() {
            Some(bound) => Self::Bounded { failure: Box::new(self), source: BoundedBy { detail, bound } },
            None => self,
        }
    }

    /// What is wrong.
    pub(crate) fn message(&self) -> String {
        self.discreetly(self.to_string())
    }

    /// What was expected and got.
    pub(crate) fn detail(&self) -> Option<String> {
        self.source().map(|source| self.discreetly(source.to_string()))
    }

    /// A text of this failure, in which a file may be named in the words of a library, which knows no secrets.
    fn discreetly(&self, text: String) -> String {
        match self {
            Self::File(_) | Self::Parts(_) | Self::Layer1(L1Failure::Solc { .. } | L1Failure::Record(_)) => {
                secret::hidden(&text).into_owned()
            }
            _ => text,
        }
    }

    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::File(error) => error.exit(),
            Self::Stdout(_) => Exit::Write,
            Self::Input(_) => Exit::Malformed,
            Self::Refusal(_) => Exit::Refused,
            Self::Setup(error) => error.exit(),
            Self::Layer1(error) => error.exit(),
            Self::Key(error) => error.exit(),
            Self::OneFile(error) => error.exit(),
            Self::NoSetup(_) | Self::NeedsNone(_) | Self::NotAFile(_) | Self::StdinTwice(_) | Self::NoPage(_) => {
                Exit::Usage
            }
            Self::Batch { .. }
            | Self::TooMany(_)
            | Self::OtherBatch(_)
            | Self::LastBatch(_)
            | Self::Sign(_)
            | Self::Prove(ProveError::TooLarge(_)) => Exit::Batch,
            Self::Threads(_)
            | Self::NoMemory(_)
            | Self::Bounded { .. }
            | Self::Random(_)
            | Self::Prove(ProveError::Memory { .. } | ProveError::NotGiven(_))
            | Self::Wrap(WrapError::Memory { .. } | WrapError::NotGiven(_)) => Exit::System,
            Self::Parts(error) | Self::Prove(ProveError::Store(error)) => of_store(error),
            Self::Prove(ProveError::Stopped { .. }) | Self::Wrap(WrapError::Stopped(_)) | Self::Interrupted(_) => {
                Exit::Interrupted
            }
            Self::Prove(
                ProveError::Key(_)
                | ProveError::Leaf(_)
                | ProveError::Aggregate(_)
                | ProveError::Engine(_)
                | ProveError::False(_)
                | ProveError::Defect(_),
            )
            | Self::Wrap(
                WrapError::Profile { .. }
                | WrapError::Setup(_)
                | WrapError::Wrap(_)
                | WrapError::Key(_)
                | WrapError::Native(_)
                | WrapError::Defect(_),
            )
            | Self::Defect(_) => Exit::Defect,
        }
    }
}

/// The exit code of a store that fails.
const fn of_store(error: &StoreError) -> Exit {
    match error {
        StoreError::Io { .. } => Exit::Write,
        StoreError::List(_) => Exit::Malformed,
        StoreError::NotAFolder(_)
        | StoreError::InUse { .. }
        | StoreError::Lock(_)
        | StoreError::Foreign { .. }
        | StoreError::Reserved(_) => Exit::Uncreatable,
    }
}

/// Why no more memory is allowed.
#[derive(Debug, Error)]
#[error("{detail}, {bound}")]
pub(crate) struct BoundedBy {
    /// How much is needed and allowed.
    detail: String,
    bound: &'static Bound,
}

/// Memory that was asked for and not given.
#[derive(Debug, Error)]
#[error("the system does not give the memory for {0}")]
pub(crate) struct NoMemory(String);

impl NoMemory {
    /// What it was for.
    pub(crate) const fn of(what: String) -> Self {
        Self(what)
    }
}

/// What the program got wrong about itself.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct Defect(pub(crate) String);

/// Where the last panic happened.
static PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Runs `work`; a panic becomes [`Failure::Defect`], and nothing of it is printed.
pub(crate) fn guard(work: impl FnOnce() -> Result<Outcome, Failure>) -> Result<Outcome, Failure> {
    panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = info.location().map(ToString::to_string);
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner).take();
        let place = place.unwrap_or_else(|| "an unknown place".into());
        Err(Failure::Defect(Defect(format!("panic at {place}: {}", message(&*payload)))))
    })
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    #[test]
    fn codes_are_distinct_and_rise() {
        let codes = Exit::ALL.map(Exit::code);
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert_eq!(codes, [0, 1, 2, 65, 66, 67, 69, 70, 71, 72, 73, 74, 77, 130]);
    }

    #[test]
    fn a_panic_is_a_defect() {
        for (panic, expected) in [
            ((|| panic!("the sum is {}", 5)) as fn() -> Result<Outcome, Failure>, "the sum is 5"),
            (|| panic!("plain"), "plain"),
            (|| panic::panic_any(7), "no message"),
        ] {
            let failure = guard(panic).expect_err("it panics");
            assert_eq!(failure.exit(), Exit::Defect);
            let detail = failure.source().expect("a defect says what happened").to_string();
            assert!(detail.starts_with("panic at ") && detail.contains("exit.rs") && detail.ends_with(expected));
        }
    }
}
