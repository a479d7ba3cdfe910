//! # Memory: how much a batch takes, and what fits
//!
//! Nearly all memory is tables whose sizes follow from a circuit's common data: for $n$ rows and rate $1/\rho$, every committed column has $n + n/\rho$
//! elements of 8 bytes. A *circuit*, once built, keeps its fixed columns; a *proof* under way has those of wires, products and quotient besides. What is not
//! a table (generators, the allocator's own) is allowed for by a margin of 15%. The wrap has no such tables; what it takes is measured. Tests of the command line
//! hold both against the system's own account.
//!
//! | what | when |
//! |---|---|
//! | the circuits of the plan | from their first use to the end |
//! | one proof under way a slot | as long as jobs run |
//! | 128 MiB, and the batch itself | always |

use core::fmt;
use core::hint;
use core::num::NonZeroUsize;
use core::str::FromStr;
use std::collections::BTreeSet;

use furl_circuits::keys::Circuit;
use furl_circuits::node::Plan;
use furl_circuits::profile::Profile;
use furl_circuits::recursion::Common;
use thiserror::Error;

use crate::keys::Keys;

/// Bytes of an element.
const ELEMENT: u64 = 8;
/// Bytes that a row of a commitment takes besides its elements: its vector, the allocator's header, its part of the tree of hashes.
const ROW: u64 = 24 + 16 + 64;
/// What the process takes whatever the batch: its code and threads, and what the allocator keeps of what was freed.
const BASE: u64 = 128 << 20;
/// What a transfer of the batch takes, signed and in the ledger.
const TRANSFER: u64 = 1 << 10;
/// Columns that are extended together.
const GROUP: u64 = 16;
/// How much more is taken than the tables account for, in percent.
const MARGIN: u64 = 15;

/// An amount of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Memory(u64);

/// Not an amount of memory.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MemoryError {
    /// No number, or no unit of memory.
    #[error("not an amount of memory: expected a number and a unit, such as 2G, 1.5GiB or 512M, got {0:?} ({UNITS})")]
    Syntax(String),
    /// A number of nobody knows what.
    #[error("an amount of memory without its unit: expected one, such as {0}G or {0}M, or {0}B for bytes ({UNITS})")]
    Unit(String),
    /// More than any machine has.
    #[error("expected an amount of memory of at most 1048576TiB, got {0:?}")]
    TooMuch(String),
}

/// What the units mean.
const UNITS: &str = "K, M, G and T are KiB, MiB, GiB and TiB; KB, MB, GB and TB count by thousands";
/// The largest amount.
const MOST: u64 = 1 << 60;

/// The bytes of a unit, in whichever case it is written.
fn unit(name: &str) -> Option<u64> {
    Some(match name.to_ascii_lowercase().as_str() {
        "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return None,
    })
}

/// The system does not give so much.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the system does not give {0} of memory")]
pub struct NotGiven(pub Memory);

impl Memory {
    /// Asks the system for so much, and gives it back: tables that are made one after the other
    /// would end the process when one of them is refused.
    ///
    /// # Errors
    /// The system refuses it. If it gives what it does not have, as most do, nothing is known.
    pub fn ask(self) -> Result<(), NotGiven> {
        let mut room: Vec<u8> = Vec::new();
        let bytes = usize::try_from(self.0).unwrap_or(usize::MAX);
        room.try_reserve_exact(bytes).map_err(|_| NotGiven(self))?;
        // Otherwise the compiler may leave out what is not used.
        hint::black_box(&room);
        Ok(())
    }

    /// What a prover may take unless it is told otherwise.
    pub const DEFAULT: Self = Self(4 << 30);

    /// So many bytes.
    #[must_use]
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// In bytes.
    #[must_use]
    pub const fn to_bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Memory {
    /// In MiB below one GiB, else in GiB, rounded upwards.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.div_ceil(1 << 20) {
            mib if mib < 1 << 10 => write!(f, "{mib}MiB"),
            mib if mib.is_multiple_of(1 << 10) => write!(f, "{}GiB", mib >> 10),
            mib => write!(f, "{:.1}GiB", (mib as f64 / 102.4).ceil() / 10.0),
        }
    }
}

impl FromStr for Memory {
    type Err = MemoryError;

    /// Reads a number, which may have a fraction, and a unit; there may be white space around both.
    /// K, M, G and T are the units of 1024, as KiB is, and KB, MB, GB and TB those of 1000; case
    /// does not matter. A fraction of a byte is dropped.
    fn from_str(text: &str) -> Result<Self, MemoryError> {
        let trimmed = text.trim();
        let digits = trimmed.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(trimmed.len());
        let (number, name) = trimmed.split_at(digits);
        // An empty text, two points and a point alone are no numbers.
        let value: f64 = number.parse().map_err(|_| MemoryError::Syntax(text.to_owned()))?;
        let unit = match name.trim_start() {
            "" => return Err(MemoryError::Unit(number.to_owned())),
            name => unit(name).ok_or_else(|| MemoryError::Syntax(text.to_owned()))?,
        };
        let bytes = value * unit as f64;
        if bytes <= MOST as f64 { Ok(Self(bytes as u64)) } else { Err(MemoryError::TooMuch(text.to_owned())) }
    }
}

/// The memory that a plan takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// Whatever is there however many jobs run.
    fixed: u64,
    /// One job.
    job: u64,
}

impl Need {
    /// Of a plan for `transfers` transfers.
    pub(crate) fn of(keys: &Keys, profile: Profile, plan: &Plan, transfers: usize) -> Self {
        let nodes: BTreeSet<_> = plan.nodes().iter().map(|node| Circuit::Node(node.kind)).collect();
        let roots = (0..profile.root_degree_bits().len()).map(Circuit::Root);
        let circuits = [Circuit::Leaf(plan.leaves())].into_iter().chain(nodes).chain(roots);
        let (mut circuit_bytes, mut job) = (0, 0);
        for circuit in circuits {
            let verifier = keys.verifier(profile, circuit);
            circuit_bytes += circuit_tables(verifier.common());
            job = job.max(proof_tables(verifier.common()));
        }
        let with_margin = |bytes: u64| bytes + bytes * MARGIN / 100;
        Self { fixed: BASE + TRANSFER * transfers as u64 + with_margin(circuit_bytes), job: with_margin(job) }
    }

    /// And what is held besides.
    pub(crate) fn and(self, held: Memory) -> Self {
        Self { fixed: self.fixed + held.0, ..self }
    }

    /// With so many jobs at a time.
    pub(crate) fn with(self, slots: NonZeroUsize) -> Memory {
        Memory(self.fixed + self.job * slots.get() as u64)
    }

    /// The most jobs at a time that fit, up to `most`.
    pub(crate) fn slots(self, memory: Memory, most: NonZeroUsize) -> Option<NonZeroUsize> {
        (1..=most.get()).rev().filter_map(NonZeroUsize::new).find(|slots| self.with(*slots) <= memory)
    }
}

/// Bytes that the wrap takes a row, by measurement: at most 2,250, when keys are made of the setup, or a proof of keys. The rest is margin.
const WRAP_ROW: u64 = 2560;

/// What the slots of a state take, in a map that may be half empty.
#[must_use]
pub const fn of_slots(slots: usize) -> Memory {
    Memory(256 * slots as u64)
}

/// What a setup of $2^k$ powers takes: they and their Lagrange basis, 64 bytes a point.
#[must_use]
pub const fn of_setup(k: u32) -> Memory {
    Memory(128 << k)
}

/// What wrapping takes.
pub(crate) const fn of_wrap(profile: Profile) -> Memory {
    Memory(BASE + (WRAP_ROW << furl_wrap::wrap::k(profile)))
}

/// What a circuit keeps: its fixed columns committed to, the permutation once more, and the class of each wire.
fn circuit_tables(common: &Common) -> u64 {
    let (rows, extended) = sizes(common);
    let fixed = common.sigmas_range().end as u64;
    let wires = common.config.num_wires as u64;
    let routed = common.config.num_routed_wires as u64;
    ELEMENT * (rows * (fixed + routed + wires) + extended * fixed) + ROW * extended
}

/// What a proof has under way: three commitments, the columns extended for one of them, the witness in three forms.
fn proof_tables(common: &Common) -> u64 {
    let (rows, extended) = sizes(common);
    let wires = common.config.num_wires as u64;
    let challenges = common.config.num_challenges as u64;
    let products = challenges * (1 + common.num_partial_products as u64);
    let quotient = challenges * common.quotient_degree_factor as u64;
    let committed = wires + products + quotient;
    ELEMENT * (rows * (committed + 4 * wires) + extended * (committed + GROUP)) + 3 * ROW * extended
}

/// Rows, and rows of a commitment.
fn sizes(common: &Common) -> (u64, u64) {
    let rows = common.degree() as u64;
    (rows, rows << common.config.fri_config.rate_bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_shown() {
        for (text, bytes) in [("2GiB", 2 << 30), ("1.5GiB", 3 << 29), ("512MiB", 512 << 20), ("1TiB", 1 << 40)] {
            assert_eq!(text.parse(), Ok(Memory(bytes)));
        }
        for (bytes, text) in [(2 << 30, "2GiB"), ((2 << 30) + 1, "2.1GiB"), (700 << 20, "700MiB"), (1, "1MiB")] {
            assert_eq!(Memory(bytes).to_string(), text);
        }
    }

    #[test]
    fn units_are_read_as_people_write_them() {
        for text in
            ["2G", "2g", "2GiB", "2gib", "2 GiB", " 2G ", "2.0G", "2048M", "2097152K", "2147483648B", "2147483648 b"]
        {
            assert_eq!(text.parse(), Ok(Memory(2 << 30)), "{text}");
        }
        for text in ["2GB", "2gb", "2 GB", "2000MB", "2000000kB", "0.002TB", "2000000000B"] {
            assert_eq!(text.parse(), Ok(Memory(2_000_000_000)), "{text}");
        }
        for (text, bytes) in [("1T", 1 << 40), ("1TB", 1_000_000_000_000), ("0G", 0), ("1.5B", 1), ("1048576T", MOST)] {
            assert_eq!(text.parse(), Ok(Memory(bytes)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_says_what_would_be() {
        for text in [
            "", "GiB", "-1GiB", "+1GiB", "1e3GiB", "nanGiB", "infG", ".", ".G", "1..2GiB", "2GiBs", "2 G B", "2X",
            "2é", "2,5G",
        ] {
            let error = text.parse::<Memory>();
            assert_eq!(error, Err(MemoryError::Syntax(text.to_owned())));
            assert!(error.unwrap_err().to_string().contains("such as 2G, 1.5GiB or 512M"));
        }
        for (text, number) in [("2", "2"), (" 2147483648 ", "2147483648"), ("1.5", "1.5")] {
            let error = text.parse::<Memory>();
            assert_eq!(error, Err(MemoryError::Unit(number.to_owned())));
            assert!(error.unwrap_err().to_string().contains(&format!("{number}B for bytes")));
        }
        for text in ["1048577T", "99999999999999999999G", "1152921504606846977000B"] {
            assert_eq!(text.parse::<Memory>(), Err(MemoryError::TooMuch(text.to_owned())));
        }
    }

    #[test]
    fn what_is_not_there_is_not_given() {
        assert_eq!(Memory(1 << 20).ask(), Ok(()));
        assert_eq!(Memory(u64::MAX).ask(), Err(NotGiven(Memory(u64::MAX))));
    }

    #[test]
    fn as_many_jobs_as_fit() {
        let need = Need { fixed: 100, job: 30 };
        let most = NonZeroUsize::new(3).unwrap();
        let slots = |memory| need.slots(Memory(memory), most).map(NonZeroUsize::get);
        assert_eq!([129, 130, 159, 160, 190, 500].map(slots), [None, Some(1), Some(1), Some(2), Some(3), Some(3)]);
    }
}
