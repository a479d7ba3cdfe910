//! # Origin
//!
//! Which source this program was built from, and with what. Nothing is guessed: what is not known is `unknown`.
//!
//! The commit is the one that `furl --version` names, found when the program was compiled
//! (`build.rs`): that of the checkout, or what `FURL_COMMIT` said.

/// What stands for a commit that is not known.
pub(crate) const UNKNOWN: &str = "unknown";

/// The commit, with `-dirty` if the sources had changes that were not committed.
pub(crate) fn commit() -> String {
    match env!("FURL_BUILD_COMMIT") {
        "" => UNKNOWN.into(),
        commit => commit.into(),
    }
}

/// The toolchain that compiled this program, if rustup chose it.
pub(crate) fn toolchain() -> Option<String> {
    option_env!("RUSTUP_TOOLCHAIN").filter(|toolchain| !toolchain.is_empty()).map(str::to_owned)
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
