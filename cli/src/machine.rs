//! # The machine
//!
//! What a measurement was made on, and how much memory there is. A figure without its machine says
//! little; where the system does not tell, nothing is guessed.
//!
//! Memory has two limits: the machine's own, and that of the control group that a container or a
//! service runs in. A group lies in others, and the least limit of all holds:
//!
//! | version | in `/proc/self/cgroup` | folder, and all above it | files |
//! |---|---|---|---|
//! | 2 | `0::PATH` | `/sys/fs/cgroup/PATH` | `memory.max`, `memory.high` |
//! | 1 | `N:…,memory,…:PATH` | `/sys/fs/cgroup/memory/PATH` | `memory.limit_in_bytes` |

use std::fmt;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::thread::available_parallelism;

use furl_prover::Memory;
use serde::{Deserialize, Serialize};

use crate::bench::report::nullable;
use crate::show::Name;

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
    kibibytes(Path::new("/proc/self/status"), "VmHWM")
}

/// The most memory that there is for this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) memory: Memory,
    /// Where the control group says so; nowhere if it is the machine's own.
    pub(crate) file: Option<PathBuf>,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "the control group allows {} ({})", self.memory, Name(file)),
            None => write!(f, "the machine has {}", self.memory),
        }
    }
}

/// The least limit that the system under `root` tells of.
pub(crate) fn memory_limit(root: &Path) -> Option<Limit> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let of_groups = groups.lines().filter_map(limit_files).flatten().filter_map(|file| {
        let file = root.join(file);
        // A group without a limit says `max`.
        let bytes = fs::read_to_string(&file).ok()?.trim().parse().ok()?;
        Some(Limit { memory: Memory::bytes(bytes), file: Some(file) })
    });
    let own = kibibytes(&root.join("proc/meminfo"), "MemTotal");
    let own = own.map(|bytes| Limit { memory: Memory::bytes(bytes), file: None });
    own.into_iter().chain(of_groups).min_by_key(|limit| limit.memory)
}

/// The files that may limit the group that a line of `/proc/self/cgroup` names.
fn limit_files(line: &str) -> Option<Vec<PathBuf>> {
    let (hierarchy, rest) = line.split_once(':')?;
    let (controllers, group) = rest.split_once(':')?;
    let (mount, names): (_, &[_]) = if (hierarchy, controllers) == ("0", "") {
        ("sys/fs/cgroup", &["memory.max", "memory.high"])
    } else if controllers.split(',').any(|controller| controller == "memory") {
        ("sys/fs/cgroup/memory", &["memory.limit_in_bytes"])
    } else {
        return None;
    };
    // A group outside of this process's namespace has `..` in its name, and no files here.
    let group: PathBuf = Path::new(group).components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let folders = group.ancestors().map(|folder| Path::new(mount).join(folder));
    Some(folders.flat_map(|folder| names.iter().map(move |name| folder.join(name))).collect())
}

/// The first value of `name` in one of Linux's lists, which is in KiB, in bytes.
fn kibibytes(file: &Path, name: &str) -> Option<u64> {
    field(file, name)?.strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The first value of `name` in one of Linux's lists of `name : value`.
fn field(file: impl AsRef<Path>, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut fields = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(found, _)| found.trim() == name)?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    /// What is found in a system of these files.
    fn found(files: &[(&str, &str)]) -> Option<(u64, Option<String>)> {
        let root = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let Limit { memory, file } = memory_limit(root.path())?;
        let name = |file: PathBuf| file.strip_prefix(root.path()).unwrap().to_str().unwrap().to_owned();
        Some((memory.to_bytes(), file.map(name)))
    }

    #[test]
    fn the_least_limit_is_found() {
        let machine = ("proc/meminfo", "MemTotal:        2097152 kB\nMemFree:          1024 kB\n");
        let own = Some((2048 * MIB, None));
        let of = |bytes: u64, file: &str| Some((bytes, Some(file.to_owned())));
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[machine]), own);

        let v2 = ("proc/self/cgroup", "0::/a.slice/b.service\n");
        let [inner, outer, top] =
            ["a.slice/b.service/", "a.slice/", ""].map(|folder| format!("sys/fs/cgroup/{folder}memory.max"));
        let [inner, outer, top] = [&*inner, &*outer, &*top];
        assert_eq!(found(&[machine, v2]), own);
        assert_eq!(found(&[machine, v2, (inner, "max\n"), (outer, "4294967296\n")]), own, "no less than the machine");
        assert_eq!(found(&[machine, v2, (inner, "1073741824\n"), (outer, "max\n")]), of(1024 * MIB, inner));
        assert_eq!(found(&[machine, v2, (inner, "1073741824"), (outer, "1048576")]), of(MIB, outer));
        assert_eq!(found(&[v2, (top, "1048576\n")]), of(MIB, top), "in a namespace of its own");
        let high = "sys/fs/cgroup/a.slice/memory.high";
        assert_eq!(found(&[machine, v2, (inner, "1073741824"), (high, "1048576")]), of(MIB, high));
        let elsewhere = "sys/fs/cgroup/other/memory.max";
        assert_eq!(found(&[machine, v2, (elsewhere, "1")]), own, "the limit of others");
        assert_eq!(found(&[machine, ("proc/self/cgroup", "0::/../../x\nnonsense\n"), (inner, "1")]), own);

        let v1 = ("proc/self/cgroup", "12:cpu,cpuacct:/docker/0a\n5:memory:/docker/0a\n1:name=systemd:/x\n0::/x\n");
        let inner = "sys/fs/cgroup/memory/docker/0a/memory.limit_in_bytes";
        let top = "sys/fs/cgroup/memory/memory.limit_in_bytes";
        let none = "9223372036854771712\n";
        assert_eq!(found(&[machine, v1, (inner, "536870912\n"), (top, none)]), of(512 * MIB, inner));
        assert_eq!(found(&[machine, v1, (top, "536870912\n")]), of(512 * MIB, top), "in a container");
        assert_eq!(found(&[machine, v1, (inner, none), (top, none)]), own, "a huge number is no limit");
        let cpu = "sys/fs/cgroup/cpu/docker/0a/memory.limit_in_bytes";
        assert_eq!(found(&[machine, v1, (cpu, "1")]), own, "only the memory's");
    }
}
