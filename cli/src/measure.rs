//! # Figures
//!
//! Time is measured here and written here, always rounded to what a single run can tell.

use std::fmt;
use std::ops::Add;
use std::time::{Duration, Instant};

use furl_ledger::Digest;
use furl_prover::Profile;
use serde::{Serialize, Serializer};

/// A measured time; in JSON, seconds.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Seconds(f64);

impl Seconds {
    /// None.
    pub(crate) const ZERO: Self = Self(0.0);

    /// How often something that happens `count` times in this time happens in a second.
    pub(crate) fn rate(self, count: usize) -> f64 {
        count as f64 / self.0
    }
}

impl Add for Seconds {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        Self(duration.as_secs_f64())
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds if seconds < 0.1 => write!(f, "{:.1} ms", 1000.0 * seconds),
            seconds if seconds < 10.0 => write!(f, "{seconds:.2} s"),
            seconds => write!(f, "{seconds:.1} s"),
        }
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

/// Does `work` and measures it.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Seconds) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().into())
}

/// A digest short enough for a line: `0x3f…a1`.
pub(crate) fn short(digest: &Digest) -> String {
    let text = digest.to_string();
    format!("{}…{}", &text[..4], &text[text.len() - 2..])
}

/// What a proof promises: the bits of its profile, or none if anybody can forge under its setup.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Promise {
    profile: Profile,
    proven_bits: f64,
}

impl Promise {
    /// Of a proof without a setup, or under one whose secret is not published.
    pub(crate) const fn of(profile: Profile) -> Self {
        Self { profile, proven_bits: profile.floor_bits() }
    }

    /// Of a proof under a setup that may be INSECURE.
    pub(crate) const fn under(profile: Profile, insecure: bool) -> Self {
        if insecure { Self { profile, proven_bits: 0.0 } } else { Self::of(profile) }
    }
}

impl fmt::Display for Promise {
    /// `fast (57 proven bits)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} proven bits)", self.profile, self.proven_bits)
    }
}

/// A count with its noun: `1 leaf`, `2 leaves`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_for_the_eye() {
        for (seconds, shown) in [(0.0094, "9.4 ms"), (0.5, "0.50 s"), (9.994, "9.99 s"), (23.45, "23.4 s")] {
            assert_eq!(Seconds(seconds).to_string(), shown);
        }
        assert_eq!(Seconds(0.5).rate(256), 512.0);
    }

    #[test]
    fn an_insecure_setup_leaves_no_bits() {
        let [secure, insecure] = [false, true].map(|insecure| Promise::under(Profile::Proven, insecure).to_string());
        assert_eq!((&*secure, &*insecure), ("proven (86 proven bits)", "proven (0 proven bits)"));
    }

    #[test]
    fn digests_are_cut() {
        assert_eq!(short(&Digest::ZERO), "0x00…00");
    }
}
