//! # How much memory may be taken
//!
//! `--memory` says it, and is obeyed. Without it, proving takes at most [`Memory::DEFAULT`], and
//! less on a small machine or in a small control group: one that takes more than its group allows
//! is killed, without a word. A part of what is there is left to what is not counted: the system's
//! caches, and other processes.
//!
//! Only limits decide, never what happens to be free: a command that is repeated after an
//! interruption has to choose the same leaves as before, or the finished proofs are of no use.

use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

use furl_prover::Memory;
use tracing::{debug, warn};

use crate::machine::{self, Limit};

/// The part of a limit that is not left to others, in eighths.
const EIGHTHS: u64 = 7;

/// What proving may take, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) memory: Memory,
    cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    /// The caller says so.
    Asked,
    /// Nobody says anything.
    Default,
    /// There is no more.
    Limit(Limit),
}

impl Bound {
    /// What is asked for, or what fits below a limit.
    fn choose(asked: Option<Memory>, limit: Option<Limit>) -> Self {
        let fits = limit.map(|limit| (Memory::bytes(limit.memory.to_bytes() / 8 * EIGHTHS), limit));
        match (asked, fits) {
            (Some(memory), _) => Self { memory, cause: Cause::Asked },
            (None, Some((memory, limit))) if memory < Memory::DEFAULT => Self { memory, cause: Cause::Limit(limit) },
            (None, _) => Self { memory: Memory::DEFAULT, cause: Cause::Default },
        }
    }
}

impl fmt::Display for Bound {
    /// The cause.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Asked => f.write_str("as --memory says"),
            Cause::Default => f.write_str("the default, if --memory says nothing else"),
            Cause::Limit(limit) => write!(f, "seven eighths of what there is, if --memory says nothing else: {limit}"),
        }
    }
}

/// That of this process.
static BOUND: OnceLock<Bound> = OnceLock::new();

/// What this process may take: as much as is asked for, or as the system allows.
pub(crate) fn memory(asked: Option<Memory>) -> Memory {
    let choose = || {
        let limit = machine::memory_limit(Path::new("/"));
        if let (Some(asked), Some(limit)) = (asked, &limit)
            && asked > limit.memory
        {
            warn!("--memory allows {asked}, which is more than there is: {limit}");
        }
        let bound = Bound::choose(asked, limit);
        debug!(bytes = bound.memory.to_bytes(), "{} of memory are allowed, {bound}", bound.memory);
        bound
    };
    BOUND.get_or_init(choose).memory
}

/// Why no more is allowed, unless the caller has said so or nobody has asked.
pub(crate) fn cause() -> Option<&'static Bound> {
    BOUND.get().filter(|bound| bound.cause != Cause::Asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn limit(bytes: u64) -> Option<Limit> {
        Some(Limit { memory: Memory::bytes(bytes), file: Some("/sys/fs/cgroup/a/memory.max".into()) })
    }

    #[test]
    fn the_least_bound_holds_and_says_where_it_is_from() {
        for (asked, limit, expected, words) in [
            (None, None, 4 * GIB, "the default"),
            (None, limit(5 * GIB), 4 * GIB, "the default"),
            (None, limit(4 * GIB), 7 * GIB / 2, "the control group allows 4GiB (/sys/fs/cgroup/a/memory.max)"),
            (None, limit(GIB), 7 * GIB / 8, "seven eighths of what there is"),
            // The caller decides, even against the limit.
            (Some(GIB), None, GIB, "--memory says"),
            (Some(2 * GIB), limit(GIB), 2 * GIB, "--memory says"),
        ] {
            let bound = Bound::choose(asked.map(Memory::bytes), limit);
            assert_eq!(bound.memory, Memory::bytes(expected));
            assert!(bound.to_string().contains(words), "{bound}");
        }
    }
}
