//! Says which commit this program is built from, if it is built in a checkout of its own
//! repository.
//!
//! Sources from a package, and a copy inside somebody else's repository, have no commit: then only
//! the version is told. `FURL_COMMIT` names the commit instead, for those who build without git.
//! Nothing but what the program says of itself depends on it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The packages that the program is made of.
const PACKAGES: [&str; 8] = ["ledger", "engine", "circuits", "wrap", "prover", "verifier", "settlement", "cli"];
/// What is in a package's folder, and not in the program.
const BESIDE: [&str; 5] = ["tests", "benches", "examples", "bare", "target"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=FURL_COMMIT");
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let given = env::var("FURL_COMMIT").ok().filter(|commit| !commit.trim().is_empty());
    let (commit, date) = match given {
        Some(commit) => (Some(commit.split_whitespace().collect()), None),
        None => checkout().map_or((None, None), |(commit, date)| (Some(commit), Some(date))),
    };
    let told = match (&commit, date) {
        (Some(commit), Some(date)) => format!("{version} ({} {date})", short(commit)),
        (Some(commit), None) => format!("{version} ({})", short(commit)),
        (None, _) => version,
    };
    println!("cargo::rustc-env=FURL_BUILD_COMMIT={}", commit.unwrap_or_default());
    println!("cargo::rustc-env=FURL_BUILD_VERSION={told}");
}

/// A whole hash, cut to what people read; any other name as it is.
fn short(commit: &str) -> String {
    let (hash, rest) = commit.split_at_checked(40).unwrap_or((commit, ""));
    let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { format!("{}{rest}", &hash[..7]) } else { commit.to_owned() }
}

/// The commit and its day, if the package is in a checkout.
fn checkout() -> Option<(String, String)> {
    of_the_checkout(Path::new(&env::var_os("CARGO_MANIFEST_DIR")?).parent()?)
}

/// The commit and its day, if this folder is a checkout: `-dirty` follows the hash if any source is
/// not as committed.
pub(crate) fn of_the_checkout(root: &Path) -> Option<(String, String)> {
    // A package of its own, or a copy inside another repository, is none.
    let top = fs::canonicalize(git(root, &["rev-parse", "--show-toplevel"])?).ok()?;
    if top != fs::canonicalize(root).ok()? {
        return None;
    }
    git(root, &["ls-files", "--error-unmatch", "cli/build.rs"])?;
    let hash = git(root, &["rev-parse", "HEAD"])?;
    let date = git(root, &["log", "-1", "--format=%cs"])?;
    let sources = sources(root);
    // What changes with a commit; in a worktree it is elsewhere.
    let branch = git(root, &["symbolic-ref", "--quiet", "HEAD"]);
    for name in ["HEAD", "logs/HEAD"].into_iter().chain(branch.as_deref()) {
        watch(&root.join(git(root, &["rev-parse", "--git-path", name])?));
    }
    sources.iter().for_each(|source| watch(source));
    let paths = sources.iter().filter_map(|source| source.to_str());
    let status = ["--no-optional-locks", "status", "--porcelain", "--untracked-files=no", "--"];
    let changes = git(root, &status.into_iter().chain(paths).collect::<Vec<_>>())?;
    Some((if changes.is_empty() { hash } else { format!("{hash}-dirty") }, date))
}

/// Everything that the program is compiled from.
fn sources(root: &Path) -> Vec<PathBuf> {
    let entries = PACKAGES.iter().filter_map(|package| fs::read_dir(root.join(package)).ok()).flatten().flatten();
    let of_packages = entries.filter(|entry| !BESIDE.iter().any(|name| entry.file_name() == *name));
    ["Cargo.toml", "Cargo.lock"]
        .map(|name| root.join(name))
        .into_iter()
        .chain(of_packages.map(|entry| entry.path()))
        .collect()
}

/// Runs this anew when the file changes. One that is not there would make it run every time.
#[expect(clippy::disallowed_methods, reason = "for cargo, not for a terminal")]
fn watch(path: &Path) {
    if path.exists() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

/// What git prints about the repository there, if it can tell.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    // Where a hook of another repository runs, these name that one.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    let output = git.arg("-C").arg(root).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if output.status.success() { Some(String::from_utf8(output.stdout).ok()?.trim().to_owned()) } else { None }
}
