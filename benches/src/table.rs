//! # Measurements as Markdown

use std::fmt::Write;
use std::thread::available_parallelism;
use std::{fs, io};

use crate::measure::{Job, Measured, Spread};
use crate::stages::Stage;

/// A measurement with what was measured.
pub type Row = (Job, Measured);

/// The machine in one line: processor, cores, memory. What the system does not tell is left out.
#[must_use]
pub fn machine() -> String {
    let field = |file: &str, name: &str| -> io::Result<Option<String>> {
        let text = fs::read_to_string(file)?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
        Ok(value.map(|value| value.trim().to_owned()))
    };
    let mut parts = Vec::new();
    parts.extend(field("/proc/cpuinfo", "model name").ok().flatten());
    parts.extend(available_parallelism().map(|cores| format!("{cores} cores")));
    let memory = field("/proc/meminfo", "MemTotal").ok().flatten();
    let kib = memory.and_then(|memory| memory.strip_suffix(" kB")?.parse::<u64>().ok());
    parts.extend(kib.map(|kib| format!("{} GiB", kib.div_ceil(1 << 20))));
    parts.join(", ")
}

/// The times and the memory, a row a measurement.
#[must_use]
pub fn times(rows: &[Row]) -> String {
    let mut text = String::from(
        "| profile | rows | transfers | threads | build s | witness s | prove s: min / median / max | transfers/s | verify ms | peak MiB |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (job, measured) in rows {
        let [witness, prove, verify] = [&measured.witness, &measured.prove, &measured.verify].map(|v| Spread::of(v));
        let line = format_args!(
            "| {} | {} | {} | {} | {:.2} | {:.2} | {:.2} / {:.2} / {:.2} | {:.1} | {:.1} | {} |",
            job.profile,
            job.size,
            measured.transfers,
            job.threads,
            measured.build,
            witness.median,
            prove.min,
            prove.median,
            prove.max,
            measured.transfers_per_second(),
            1000.0 * verify.median,
            measured.peak_mib,
        );
        writeln!(text, "{line}").expect("writing to a string does not fail");
    }
    text
}

/// Where the time goes, a column a measurement.
#[must_use]
pub fn shares(rows: &[Row]) -> String {
    let mut text = String::from("| stage |");
    for (job, _) in rows {
        let threads = if job.threads.get() == 1 { "thread" } else { "threads" };
        write!(text, " {} {}, {} {threads} |", job.profile, job.size, job.threads).expect("as above");
    }
    text += &format!("\n|---|{}\n", "---|".repeat(rows.len()));
    for stage in Stage::ALL {
        text += &format!("| {stage} |");
        for (_, measured) in rows {
            text += &format!(" {:.1} % |", 100.0 * measured.shares.seconds(stage) / measured.shares.total());
        }
        text.push('\n');
    }
    text
}
