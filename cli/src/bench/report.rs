//! # Reports
//!
//! The figures of `furl bench`, and their form as JSON, schema v1, which `docs/benchmarks.md` specifies. Times are whole
//! nanoseconds, so what is written is read back exactly.
//!
//! Reading is strict: every field is there, none besides, and what follows from other figures does follow. A report of
//! a later version is refused by its version, before anything else is looked at.

use std::num::NonZeroUsize;
use std::time::Duration;

use furl_ledger::codec::ByteOrderMark;
use furl_prover::{Profile, schedule};
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use super::origin;
use crate::machine::Machine;
use crate::measure::Seconds;
use crate::show;

/// What a report calls itself.
const FORMAT: &str = "furl-bench";
/// The version of the schema.
const VERSION: u64 = 1;
/// No text in a report is longer.
const MAX_TEXT: usize = 200;
/// No name of a stage is longer.
const MAX_NAME: usize = 32;
/// How far a rate may be from the one that follows from the times: reading decimal digits is not exact.
const RATE_TOLERANCE: f64 = 1e-9;

/// What was measured, on what, and of which program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    format: String,
    version: u64,
    /// The version of furl.
    pub(crate) furl: String,
    /// The commit, or `unknown`.
    pub(crate) commit: String,
    /// The toolchain, if it is known.
    #[serde(deserialize_with = "nullable")]
    pub(crate) toolchain: Option<String>,
    /// What it was measured on.
    pub(crate) machine: Machine,
    /// The security profile.
    #[serde(deserialize_with = "profile")]
    pub(crate) profile: Profile,
    /// What the profile promises.
    pub(crate) proven_bits: f64,
    /// One or more, by rising number of transfers.
    pub(crate) cases: Vec<Case>,
}

/// One batch, measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// What does not depend on time.
    pub(crate) exact: Exact,
    /// The most memory that the process had held when the case was done.
    #[serde(deserialize_with = "nullable")]
    pub(crate) peak_memory_bytes: Option<u64>,
    /// The stages, in the order in which they began.
    pub(crate) stages: Vec<Stage>,
    /// From the executed batch to the proof.
    pub(crate) prove: Spread,
    /// Transfers over the median of `prove`.
    pub(crate) transfers_per_second: f64,
}

/// Figures that follow from the source alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exact {
    /// Transfers in the batch.
    pub(crate) transfers: u64,
    /// Leaves that the batch fills.
    pub(crate) leaves: u64,
    /// Rows of all leaves.
    pub(crate) rows: u64,
    /// The proof file's length.
    pub(crate) proof_bytes: u64,
}

/// A part of the work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stage {
    /// Its name: the list of stages is open.
    pub(crate) name: String,
    /// What it took.
    pub(crate) time: Spread,
}

/// The times of some runs, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spread {
    /// How many.
    pub(crate) runs: u64,
    /// The least.
    pub(crate) min_ns: u64,
    /// The middle one, or the mean of the middle two, rounded down.
    pub(crate) median_ns: u64,
    /// The largest.
    pub(crate) max_ns: u64,
}

/// Why a text is no report.
#[derive(Debug, Error)]
pub(crate) enum ReportError {
    /// The text begins with a byte order mark.
    #[error(transparent)]
    Mark(#[from] ByteOrderMark),
    /// Not JSON, or not of the schema's form.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Something else.
    #[error("format: expected \"{FORMAT}\", got {0:?}")]
    Format(String),
    /// Of another version.
    #[error("schema version: expected {VERSION}, got {0}")]
    Version(u64),
    /// A text that is empty, too long, or does more than show.
    #[error("{0}: expected 1 to {MAX_TEXT} printable characters")]
    Text(&'static str),
    /// A promise that none can be.
    #[error("proven_bits: expected more than 0 and less than 256, got {0}")]
    ProvenBits(f64),
    /// Nothing was measured.
    #[error("cases: expected at least one")]
    NoCases,
    /// Cases that do not rise.
    #[error("cases: expected rising numbers of transfers, got {got} after {before}")]
    Order {
        /// Of one case.
        before: u64,
        /// Of the next.
        got: u64,
    },
    /// A case of nothing.
    #[error("{0}: expected at least 1, got 0")]
    Zero(&'static str),
    /// A name that is none.
    #[error("stages: expected a name of 1 to {MAX_NAME} letters a to z, digits, _ or -, got {0:?}")]
    StageName(String),
    /// A stage that is there already.
    #[error("stages: {0} is there twice")]
    StageTwice(String),
    /// Times out of order, or of no run.
    #[error("{stage}: expected 1 or more runs and 0 < min <= median <= max, got {got:?}")]
    Spread {
        /// Of which stage.
        stage: String,
        /// Its times.
        got: Spread,
    },
    /// A rate that does not follow from the times.
    #[error("transfers_per_second: expected {expected}, by the median of prove, got {got}")]
    Rate {
        /// What follows.
        expected: f64,
        /// What is there.
        got: f64,
    },
}

impl Report {
    /// A report of this program on this machine.
    pub(crate) fn new(profile: Profile, cases: Vec<Case>) -> Self {
        let threads = NonZeroUsize::new(schedule::threads()).unwrap_or(NonZeroUsize::MIN);
        Self {
            format: FORMAT.into(),
            version: VERSION,
            furl: env!("CARGO_PKG_VERSION").into(),
            commit: origin::commit(),
            toolchain: origin::toolchain(),
            machine: Machine::now(threads),
            profile,
            proven_bits: profile.floor_bits(),
            cases,
        }
    }

    /// Reads what was written as JSON.
    ///
    /// # Errors
    /// If it is not exactly a report of this version.
    pub(crate) fn from_json(json: &[u8]) -> Result<Self, ReportError> {
        #[derive(Deserialize)]
        struct Header {
            format: String,
            version: u64,
        }
        ByteOrderMark::refuse(json)?;
        let Header { format, version } = serde_json::from_slice(json)?;
        if format != FORMAT {
            return Err(ReportError::Format(format));
        }
        if version != VERSION {
            return Err(ReportError::Version(version));
        }
        let report: Self = serde_json::from_slice(json)?;
        report.check()?;
        Ok(report)
    }

    /// The profile with what it promised: `fast (57 proven bits)`.
    pub(crate) fn promise(&self) -> String {
        format!("{} ({} proven bits)", self.profile, self.proven_bits)
    }

    /// The names of all stages, each once. One that only some cases have stands behind the stage before it there.
    pub(crate) fn stages(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for case in &self.cases {
            let mut next = 0;
            for Stage { name, .. } in &case.stages {
                let place = names.iter().position(|known| known == name).unwrap_or_else(|| {
                    names.insert(next, name);
                    next
                });
                next = place + 1;
            }
        }
        names
    }

    /// What the types do not say.
    fn check(&self) -> Result<(), ReportError> {
        let texts = [
            ("furl", Some(&self.furl)),
            ("commit", Some(&self.commit)),
            ("toolchain", self.toolchain.as_ref()),
            ("cpu", self.machine.cpu.as_ref()),
        ];
        let shows = |text: &str| (1..=MAX_TEXT).contains(&text.chars().count()) && text.chars().all(show::is_seen);
        if let Some((field, _)) = texts.into_iter().find(|(_, text)| text.is_some_and(|text| !shows(text))) {
            return Err(ReportError::Text(field));
        }
        if !(self.proven_bits > 0.0 && self.proven_bits < 256.0) {
            return Err(ReportError::ProvenBits(self.proven_bits));
        }
        if self.cases.is_empty() {
            return Err(ReportError::NoCases);
        }
        let transfers = |case: &Case| case.exact.transfers;
        if let Some([a, b]) = self.cases.array_windows().find(|[a, b]| transfers(a) >= transfers(b)) {
            return Err(ReportError::Order { before: transfers(a), got: transfers(b) });
        }
        self.cases.iter().try_for_each(Case::check)
    }
}

impl Case {
    /// A case, with the rate that follows.
    pub(crate) fn new(exact: Exact, peak_memory_bytes: Option<u64>, stages: Vec<Stage>, prove: Spread) -> Self {
        let transfers_per_second = prove.rate(exact.transfers);
        Self { exact, peak_memory_bytes, stages, prove, transfers_per_second }
    }

    /// A stage's times, if the case has it.
    pub(crate) fn stage(&self, name: &str) -> Option<Spread> {
        self.stages.iter().find(|stage| stage.name == name).map(|stage| stage.time)
    }

    fn check(&self) -> Result<(), ReportError> {
        let Exact { transfers, leaves, rows, proof_bytes } = self.exact;
        let counts = [("transfers", transfers), ("leaves", leaves), ("rows", rows), ("proof_bytes", proof_bytes)];
        if let Some((field, _)) = counts.into_iter().find(|(_, count)| *count == 0) {
            return Err(ReportError::Zero(field));
        }
        for (i, Stage { name, time }) in self.stages.iter().enumerate() {
            let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
            if !((1..=MAX_NAME).contains(&name.len()) && name.bytes().all(letter)) {
                return Err(ReportError::StageName(name.clone()));
            }
            if self.stages[..i].iter().any(|before| before.name == *name) {
                return Err(ReportError::StageTwice(name.clone()));
            }
            time.check(name)?;
        }
        self.prove.check("prove")?;
        let (expected, got) = (self.prove.rate(transfers), self.transfers_per_second);
        let follows = (got - expected).abs() <= RATE_TOLERANCE * expected;
        if follows { Ok(()) } else { Err(ReportError::Rate { expected, got }) }
    }
}

impl Spread {
    /// The spread of some times, of which there is at least one.
    pub(crate) fn of(times: impl IntoIterator<Item = Duration>) -> Option<Self> {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).max(1);
        let mut sorted: Vec<u64> = times.into_iter().map(nanoseconds).collect();
        sorted.sort_unstable();
        let (min_ns, max_ns) = (*sorted.first()?, *sorted.last()?);
        let last = sorted.len() - 1;
        let median_ns = sorted[last / 2].midpoint(sorted[last.div_ceil(2)]);
        Some(Self { runs: sorted.len() as u64, min_ns, median_ns, max_ns })
    }

    /// Least, middle and largest time, for the eye.
    pub(crate) fn seconds(self) -> [Seconds; 3] {
        [self.min_ns, self.median_ns, self.max_ns].map(|ns| Duration::from_nanos(ns).into())
    }

    /// How often something that happens `count` times in the median time happens in a second.
    fn rate(self, count: u64) -> f64 {
        rate(count, self.median_ns)
    }

    /// The rates of the slowest and of the fastest run.
    pub(crate) fn rates(self, count: u64) -> [f64; 2] {
        [self.max_ns, self.min_ns].map(|ns| rate(count, ns))
    }

    fn check(self, stage: &str) -> Result<(), ReportError> {
        let Self { runs, min_ns, median_ns, max_ns } = self;
        let holds = runs > 0 && 0 < min_ns && min_ns <= median_ns && median_ns <= max_ns;
        if holds { Ok(()) } else { Err(ReportError::Spread { stage: stage.into(), got: self }) }
    }
}

fn rate(count: u64, ns: u64) -> f64 {
    1e9 * count as f64 / ns as f64
}

/// A value or `null`, but not nothing: serde takes the absence of a field for `null` unless told how to read it.
pub(crate) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

fn profile<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Profile, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(serde::de::Error::custom)
}

/// A report of no machine, for tests.
#[cfg(test)]
pub(crate) mod sample {
    use super::*;

    fn stage(name: &str, times: [u64; 3]) -> Stage {
        let [min_ns, median_ns, max_ns] = times;
        Stage { name: name.into(), time: Spread { runs: 3, min_ns, median_ns, max_ns } }
    }

    /// Two cases; only the second has a stage `node`.
    pub(crate) fn report() -> Report {
        let small = vec![
            Stage {
                name: "build".into(),
                time: Spread { runs: 1, min_ns: 1_200_000_000, median_ns: 1_200_000_000, max_ns: 1_200_000_000 },
            },
            stage("execute", [9_000_000, 10_000_000, 11_500_000]),
            stage("witness", [1_000_000, 1_250_000, 2_000_000]),
            stage("leaf", [2_350_000_000, 2_498_750_000, 2_700_000_000]),
            stage("verify", [5_000_000, 5_500_000, 6_000_000]),
        ];
        let large = vec![
            Stage {
                name: "build".into(),
                time: Spread { runs: 1, min_ns: 2_000_000_000, median_ns: 2_000_000_000, max_ns: 2_000_000_000 },
            },
            stage("execute", [20_000_000, 21_000_000, 22_000_000]),
            stage("witness", [2_000_000, 2_500_000, 3_000_000]),
            stage("leaf", [3_100_000_000, 3_300_000_000, 3_700_000_000]),
            stage("node", [600_000_000, 697_500_000, 800_000_000]),
            stage("verify", [6_000_000, 6_500_000, 7_000_000]),
        ];
        let prove = |[min_ns, median_ns, max_ns]: [u64; 3]| Spread { runs: 3, min_ns, median_ns, max_ns };
        let exact = |transfers, leaves, rows, proof_bytes| Exact { transfers, leaves, rows, proof_bytes };
        let cases = vec![
            Case::new(
                exact(60, 1, 8192, 132_888),
                Some(256 << 20),
                small,
                prove([2_352_000_000, 2_500_000_000, 2_702_000_000]),
            ),
            Case::new(
                exact(120, 2, 16_384, 132_888),
                None,
                large,
                prove([3_702_000_000, 4_000_000_000, 4_503_000_000]),
            ),
        ];
        Report {
            format: FORMAT.into(),
            version: VERSION,
            furl: "0.1.0".into(),
            commit: "0123456789abcdef0123456789abcdef01234567".into(),
            toolchain: Some("1.95.0-x86_64-unknown-linux-gnu".into()),
            machine: Machine {
                cpu: Some("Example CPU <1> @ 2.00GHz".into()),
                cores: NonZeroUsize::new(2),
                threads: NonZeroUsize::new(2).expect("not zero"),
            },
            profile: Profile::Fast,
            proven_bits: 57.0,
            cases,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let report = sample::report();
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(Report::from_json(json.as_bytes()).unwrap(), report);
        assert_eq!(json, include_str!("expected/report.json").trim_end());

        let new = Report::new(Profile::Proven, report.cases);
        let json = serde_json::to_vec(&new).unwrap();
        assert_eq!(Report::from_json(&json).unwrap(), new);
    }

    /// The sample, with one value of its JSON replaced.
    fn replaced(pointer: &str, value: Value) -> ReportError {
        let mut json = serde_json::to_value(sample::report()).unwrap();
        *json.pointer_mut(pointer).unwrap() = value;
        Report::from_json(json.to_string().as_bytes()).expect_err(pointer)
    }

    #[test]
    fn another_version_is_refused_by_its_number() {
        let error = replaced("/version", json!(2)).to_string();
        assert_eq!(error, "schema version: expected 1, got 2");
        let alien = br#"{"format":"furl-bench","version":3,"figures":[]}"#;
        assert!(matches!(Report::from_json(alien), Err(ReportError::Version(3))));
        assert!(matches!(replaced("/format", json!("furl-state")), ReportError::Format(_)));
    }

    #[test]
    fn what_does_not_hold_is_refused() {
        for (pointer, value, expected) in [
            ("/profile", json!("strict"), "strict"),
            ("/proven_bits", json!(0), "proven_bits"),
            ("/commit", json!("\u{1b}[31m"), "commit: expected 1 to 200"),
            ("/machine/cpu", json!(""), "cpu: expected 1 to 200"),
            ("/machine/threads", json!(0), "nonzero"),
            ("/cases", json!([]), "at least one"),
            ("/cases/1/exact/transfers", json!(60), "got 60 after 60"),
            ("/cases/0/exact/rows", json!(0), "rows: expected at least 1"),
            ("/cases/0/stages/0/name", json!("<b>"), "\"<b>\""),
            ("/cases/0/stages/0/name", json!("leaf"), "leaf is there twice"),
            ("/cases/0/stages/1/time/runs", json!(0), "execute: expected 1 or more runs"),
            ("/cases/0/stages/1/time/median_ns", json!(11_500_001), "execute: expected"),
            ("/cases/0/prove/min_ns", json!(0), "prove: expected"),
            ("/cases/0/prove/min_ns", json!(-1), "invalid value"),
            ("/cases/0/transfers_per_second", json!(24.1), "expected 24, by the median of prove, got 24.1"),
            ("/cases/0/exact", json!({"transfers": 60}), "missing field"),
            ("/cases/0/exact", json!({"transfers": 60, "gas": 1}), "unknown field"),
        ] {
            let error = replaced(pointer, value).to_string();
            assert!(error.contains(expected), "{pointer}: expected {expected:?} in {error:?}");
        }
        let json = serde_json::to_string(&sample::report()).unwrap();
        for absent in ["\"cores\":2,", "\"cpu\":\"Example CPU <1> @ 2.00GHz\",", "\"peak_memory_bytes\":null,"] {
            assert!(json.contains(absent), "{absent}");
            let error = Report::from_json(json.replace(absent, "").as_bytes()).expect_err(absent).to_string();
            assert!(error.contains("missing field"), "{absent}: {error}");
        }
        assert!(matches!(Report::from_json(format!("{json}{json}").as_bytes()), Err(ReportError::Json(_))));
    }

    #[test]
    fn a_stage_stands_where_it_happens() {
        let names = ["build", "execute", "witness", "leaf", "node", "verify"];
        assert_eq!(sample::report().stages(), names, "node is of the second case alone");
    }

    #[test]
    fn a_spread_is_sorted() {
        let spread = |times: &[u64]| Spread::of(times.iter().copied().map(Duration::from_nanos));
        assert_eq!(spread(&[3, 1, 2]), Some(Spread { runs: 3, min_ns: 1, median_ns: 2, max_ns: 3 }));
        assert_eq!(spread(&[4, 1, 3, 2]), Some(Spread { runs: 4, min_ns: 1, median_ns: 2, max_ns: 4 }));
        assert_eq!(spread(&[7]), Some(Spread { runs: 1, min_ns: 7, median_ns: 7, max_ns: 7 }));
        assert_eq!(spread(&[]), None);
    }
}
