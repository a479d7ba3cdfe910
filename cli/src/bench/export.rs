//! # Exports
//!
//! One report in the forms that others read. A [`Format`] is a total function of a report: every figure that it shows
//! is in the report.
//!
//! | format | what reads it |
//! |---|---|
//! | `table` | people, at a terminal |
//! | `json` | `furl bench --from`, and programs: the schema of `docs/benchmarks.md` |
//! | `markdown` | people, in a document |
//! | `github-action-benchmark` | the action of this name, tool `customSmallerIsBetter` |
//! | `github-action-benchmark-bigger` | the same, tool `customBiggerIsBetter`: an array has one direction only |
//! | `bencher` | Bencher, adapter `json`: Bencher Metric Format |
//!
//! The two services follow a figure by its name, so names say what is measured and never on what.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use clap::ValueEnum;
use serde::Serialize;

use super::report::{Case, Report, Spread};
use crate::measure::counted;
use crate::show;

/// A form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// Schema v1, which --from reads
    Json,
    /// Tables in Markdown
    Markdown,
    /// Times, bytes and memory for github-action-benchmark, customSmallerIsBetter
    GithubActionBenchmark,
    /// Transfers per second for github-action-benchmark, customBiggerIsBetter
    GithubActionBenchmarkBigger,
    /// Bencher Metric Format
    Bencher,
}

impl Format {
    /// The report in this form, without an end of line.
    pub(crate) fn export(self, report: &Report) -> String {
        match self {
            Self::Table => table(report),
            Self::Json => json(report),
            Self::Markdown => markdown(report),
            Self::GithubActionBenchmark => json(&smaller(report)),
            Self::GithubActionBenchmarkBigger => json(&bigger(report)),
            Self::Bencher => json(&bencher(report)),
        }
    }
}

fn json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("a report has text keys and finite numbers only");
    show::json(&json).into_owned()
}

/// Writing to a string does not fail.
const INFALLIBLE: &str = "writing to a string does not fail";

/// The lines above the figures: what was measured, and on what.
struct Heading<'a>(&'a Report);

impl fmt::Display for Heading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { furl, commit, toolchain, machine, .. } = self.0;
        writeln!(f, "profile {} · {machine}", self.0.promise())?;
        write!(f, "furl {furl} · commit {commit} · toolchain {}", toolchain.as_deref().unwrap_or("unknown"))
    }
}

/// So many bytes in MiB, rounded up.
fn mebibytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "unknown".into(), |bytes| format!("{} MiB", bytes.div_ceil(1 << 20)))
}

fn table(report: &Report) -> String {
    let mut text = Heading(report).to_string();
    for case in &report.cases {
        let (exact, memory) = (&case.exact, mebibytes(case.peak_memory_bytes));
        let transfers = counted(exact.transfers, "transfer", "transfers");
        let leaves = counted(exact.leaves, "leaf", "leaves");
        let sizes = format_args!("{} rows · proof {} bytes · peak memory {memory}", exact.rows, exact.proof_bytes);
        write!(text, "\n\n{transfers} · {leaves} · {sizes}").expect(INFALLIBLE);
        write!(text, "\n  {:<10}{:>10}{:>10}{:>10}{:>6}", "stage", "min", "median", "max", "runs").expect(INFALLIBLE);
        let stages = case.stages.iter().map(|stage| (stage.name.as_str(), stage.time));
        for (name, time) in stages.chain([("prove", case.prove)]) {
            let [min, median, max] = time.seconds().map(|seconds| seconds.to_string());
            write!(text, "\n  {name:<10}{min:>10}{median:>10}{max:>10}{:>6}", time.runs).expect(INFALLIBLE);
        }
        write!(text, "   {:.1} transfers/s", case.transfers_per_second).expect(INFALLIBLE);
    }
    text
}

fn markdown(report: &Report) -> String {
    let stages = report.stages();
    let mut text = format!("{}\n\n", Heading(report).to_string().replace('\n', "  \n"));
    let names: String = stages.iter().map(|stage| format!(" {stage} s |")).collect();
    let head = "| transfers | leaves | rows | proof bytes |";
    let tail = " prove s: min / median / max | runs | transfers/s | peak MiB |";
    writeln!(text, "{head}{names}{tail}").expect(INFALLIBLE);
    write!(text, "|{}", "---|".repeat(8 + stages.len())).expect(INFALLIBLE);
    for case in &report.cases {
        let exact = &case.exact;
        let counts = [exact.transfers, exact.leaves, exact.rows, exact.proof_bytes].map(|count| count.to_string());
        let median = |name: &&str| case.stage(name).map_or_else(String::new, |time| seconds(time.median_ns));
        let Spread { runs, min_ns, median_ns, max_ns } = case.prove;
        let prove = [min_ns, median_ns, max_ns].map(seconds).join(" / ");
        let rate = format!("{:.1}", case.transfers_per_second);
        let memory = case.peak_memory_bytes.map(|bytes| bytes.div_ceil(1 << 20).to_string()).unwrap_or_default();
        let cells = counts.into_iter().chain(stages.iter().map(median)).chain([prove, runs.to_string(), rate, memory]);
        write!(text, "\n| {} |", cells.collect::<Vec<_>>().join(" | ")).expect(INFALLIBLE);
    }
    text
}

/// Three digits that count, below a second; else hundredths.
fn seconds(ns: u64) -> String {
    let seconds = ns as f64 / 1e9;
    if seconds < 1.0 { format!("{seconds:.4}") } else { format!("{seconds:.2}") }
}

/// An entry of the arrays that github-action-benchmark reads.
#[derive(Serialize)]
struct Entry {
    name: String,
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    extra: String,
}

/// To the microsecond, in milliseconds.
fn milliseconds(ns: u64) -> f64 {
    (ns as f64 / 1e3).round() / 1e3
}

/// `fast/60 transfers`: what a case is called elsewhere.
fn name(report: &Report, case: &Case) -> String {
    format!("{}/{}", report.profile, counted(case.exact.transfers, "transfer", "transfers"))
}

/// What a tooltip says.
fn extra(report: &Report, runs: Option<u64>) -> String {
    let heading = Heading(report).to_string();
    runs.map_or_else(|| heading.clone(), |runs| format!("{heading}\n{}", counted(runs, "run", "runs")))
}

fn smaller(report: &Report) -> Vec<Entry> {
    let mut entries = Vec::new();
    for case in &report.cases {
        let name = name(report, case);
        let stages = case.stages.iter().map(|stage| (stage.name.as_str(), stage.time));
        for (stage, time) in stages.chain([("prove", case.prove)]) {
            let off = (time.max_ns - time.median_ns).max(time.median_ns - time.min_ns);
            entries.push(Entry {
                name: format!("{name}/{stage}"),
                unit: "ms",
                value: milliseconds(time.median_ns),
                range: Some(format!("± {}", milliseconds(off))),
                extra: extra(report, Some(time.runs)),
            });
        }
        let exact = [("proof size", Some(case.exact.proof_bytes)), ("peak memory", case.peak_memory_bytes)];
        for (what, bytes) in exact {
            entries.extend(bytes.map(|bytes| Entry {
                name: format!("{name}/{what}"),
                unit: "bytes",
                value: bytes as f64,
                range: None,
                extra: extra(report, None),
            }));
        }
    }
    entries
}

fn bigger(report: &Report) -> Vec<Entry> {
    let entry = |case: &Case| {
        let [least, most] = case.prove.rates(case.exact.transfers);
        let rate = case.transfers_per_second;
        Entry {
            name: format!("{}/throughput", name(report, case)),
            unit: "transfers/s",
            value: (rate * 1e3).round() / 1e3,
            range: Some(format!("± {:.3}", (rate - least).max(most - rate))),
            extra: extra(report, Some(case.prove.runs)),
        }
    };
    report.cases.iter().map(entry).collect()
}

/// A value of Bencher's, with its bounds.
#[derive(Serialize)]
struct Metric {
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}

impl Metric {
    fn exact(value: u64) -> Self {
        Self { value: value as f64, lower_value: None, upper_value: None }
    }

    /// In nanoseconds, as Bencher measures latencies.
    fn latency(time: Spread) -> Self {
        let [lower, value, upper] = [time.min_ns, time.median_ns, time.max_ns].map(|ns| ns as f64);
        Self { value, lower_value: Some(lower), upper_value: Some(upper) }
    }
}

/// By benchmark and measure. `latency` and `throughput` are Bencher's own; it makes the others when it meets them.
fn bencher(report: &Report) -> BTreeMap<String, BTreeMap<&'static str, Metric>> {
    let mut benchmarks = BTreeMap::new();
    for case in &report.cases {
        let name = name(report, case);
        for stage in &case.stages {
            let latency = BTreeMap::from([("latency", Metric::latency(stage.time))]);
            benchmarks.insert(format!("{name}/{}", stage.name), latency);
        }
        let [lower, upper] = case.prove.rates(case.exact.transfers);
        let value = case.transfers_per_second;
        let throughput = Metric { value, lower_value: Some(lower), upper_value: Some(upper) };
        let mut whole = BTreeMap::from([
            ("latency", Metric::latency(case.prove)),
            ("throughput", throughput),
            ("proof-size", Metric::exact(case.exact.proof_bytes)),
        ]);
        whole.extend(case.peak_memory_bytes.map(|bytes| ("peak-memory", Metric::exact(bytes))));
        benchmarks.insert(format!("{name}/prove"), whole);
    }
    benchmarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::sample;

    #[test]
    fn every_format_is_as_expected() {
        for (format, expected) in [
            (Format::Table, include_str!("expected/table.txt")),
            (Format::Json, include_str!("expected/report.json")),
            (Format::Markdown, include_str!("expected/report.md")),
            (Format::GithubActionBenchmark, include_str!("expected/github-action-benchmark.json")),
            (Format::GithubActionBenchmarkBigger, include_str!("expected/github-action-benchmark-bigger.json")),
            (Format::Bencher, include_str!("expected/bencher.json")),
        ] {
            assert_eq!(format.export(&sample::report()), expected.trim_end(), "{format:?}");
        }
    }

    #[test]
    fn names_say_nothing_of_the_machine() {
        let mut elsewhere = sample::report();
        elsewhere.machine.cpu = None;
        elsewhere.commit = "unknown".into();
        let names = |report: &Report| -> Vec<String> {
            let entries = smaller(report).into_iter().chain(bigger(report));
            entries.map(|entry| entry.name).chain(bencher(report).into_keys()).collect()
        };
        let here = names(&sample::report());
        assert_eq!(names(&elsewhere), here);
        assert!(here.iter().all(|name| name.starts_with("fast/")), "{here:?}");
    }
}
