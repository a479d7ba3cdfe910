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
#[error("not an amount of memory: expected a number with KiB, MiB, GiB or TiB, such as 2GiB or 1.5GiB, got {0:?}")]
pub struct MemoryError(pub String);

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

    fn from_str(text: &str) -> Result<Self, MemoryError> {
        let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)];
        let (number, shift) = units
            .into_iter()
            .find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, shift)))
            .ok_or_else(|| MemoryError(text.to_owned()))?;
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number = number.parse::<f64>().ok().filter(|number| plain && *number <= 1e6);
        let bytes = number.map(|number| (number * (1_u64 << shift) as f64) as u64);
        bytes.map(Self).ok_or_else(|| MemoryError(text.to_owned()))
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
        for text in ["", "2", "2GB", "GiB", "-1GiB", "+1GiB", "1e3GiB", "nanGiB", "2 GiB", "1..2GiB", "9999999GiB"] {
            assert_eq!(text.parse::<Memory>(), Err(MemoryError(text.to_owned())));
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
