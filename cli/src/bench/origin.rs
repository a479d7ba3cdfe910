//! # Origin
//!
//! Which source this program was built from, and with what. Nothing is guessed: what is not known is `unknown`.
//!
//! The commit is what `FURL_COMMIT` said when the program was compiled, and otherwise what git says of the source tree
//! that it was compiled in, if that is still there and tracked. A tree that has moved on since then is named as it is
//! now; whoever keeps binaries sets the variable.

use std::process::{Command, Stdio};

/// What stands for a commit that is not known.
pub(crate) const UNKNOWN: &str = "unknown";

/// The commit, with `-dirty` if the tree has changes that are not committed.
pub(crate) fn commit() -> String {
    let built = option_env!("FURL_COMMIT").filter(|commit| !commit.is_empty());
    built.map(str::to_owned).or_else(of_the_tree).unwrap_or_else(|| UNKNOWN.into())
}

/// The toolchain that compiled this program, if rustup chose it.
pub(crate) fn toolchain() -> Option<String> {
    option_env!("RUSTUP_TOOLCHAIN").filter(|toolchain| !toolchain.is_empty()).map(str::to_owned)
}

fn of_the_tree() -> Option<String> {
    // A copy of the sources inside somebody else's repository is not tracked there.
    git(&["ls-files", "--error-unmatch", "Cargo.toml"])?;
    // No tag counts: always the whole hash.
    git(&["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"])
}

/// What git prints about this package's source tree, if git and the tree are there.
fn git(arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.args(["-C", env!("CARGO_MANIFEST_DIR")]).args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    let output = git.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_a_hash_or_unknown() {
        let commit = commit();
        if option_env!("FURL_COMMIT").is_none() && commit != UNKNOWN {
            let hash = commit.strip_suffix("-dirty").unwrap_or(&commit);
            assert!(hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{commit}");
        }
    }
}
