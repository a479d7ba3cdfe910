//! # The machine
//!
//! What a measurement was made on. A figure without its machine says little; where the system does not tell, nothing
//! is guessed.

use std::fmt;
use std::fs;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use serde::{Deserialize, Serialize};

use crate::bench::report::nullable;

/// The processor and the threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Machine {
    /// The processor's model.
    #[serde(deserialize_with = "nullable")]
    pub(crate) cpu: Option<String>,
    /// The cores that this process may use, as the system counts them.
    #[serde(deserialize_with = "nullable")]
    pub(crate) cores: Option<NonZeroUsize>,
    /// The threads that proved.
    pub(crate) threads: NonZeroUsize,
}

impl Machine {
    /// This machine.
    pub(crate) fn now(threads: NonZeroUsize) -> Self {
        Self { cpu: field("/proc/cpuinfo", "model name"), cores: available_parallelism().ok(), threads }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |number: NonZeroUsize| if number.get() == 1 { "" } else { "s" };
        write!(f, "{}, ", self.cpu.as_deref().unwrap_or("unknown processor"))?;
        if let Some(cores) = self.cores {
            write!(f, "{cores} core{}, ", plural(cores))?;
        }
        write!(f, "{} thread{}", self.threads, plural(self.threads))
    }
}

/// The most memory that this process has held so far.
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    let peak = field("/proc/self/status", "VmHWM")?;
    peak.strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The first value of `name` in one of Linux's lists of `name : value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut fields = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(found, _)| found.trim() == name)?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}
