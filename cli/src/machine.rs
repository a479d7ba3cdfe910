//! # The machine
//!
//! What a measurement was made on. A figure without its machine says little; where the system does not tell, nothing
//! is guessed.

use std::fs;

use serde::Serialize;

/// The processor, the threads, and the memory that this process has needed.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// The processor's model.
    pub(crate) cpu: Option<String>,
    /// The threads that proved.
    pub(crate) threads: usize,
    /// The most memory that this process has held, in MiB.
    pub(crate) peak_memory_mib: Option<u64>,
}

impl Machine {
    /// This machine, now.
    pub(crate) fn now(threads: usize) -> Self {
        Self { cpu: field("/proc/cpuinfo", "model name"), threads, peak_memory_mib: peak_memory_mib() }
    }
}

/// The most memory that this process has held, in MiB.
pub(crate) fn peak_memory_mib() -> Option<u64> {
    let peak = field("/proc/self/status", "VmHWM")?;
    let kibibytes: u64 = peak.strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes.div_ceil(1024))
}

/// The first value of `name` in one of Linux's lists of `name : value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut fields = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(found, _)| found.trim() == name)?;
    Some(value.trim().to_owned())
}
