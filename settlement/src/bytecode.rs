//! # What is deployed
//!
//! Creation code of the two contracts. It comes from a compiler that the user names ([`solc`](crate::solc)), or is committed: that of the
//! rollup, and of the verifiers of the committed keys, whose setup is INSECURE. These are for an EVM in process, so that it needs no
//! compiler. `contracts/test.sh` proves that the compiler makes exactly these.
//!
//! A file holds two lines of hexadecimal text: the Keccak-256 hash of the source, and the code. It is looked up by that hash, so that code of
//! another source is never found.

use alloy_primitives::{hex, keccak256};
use thiserror::Error;

/// A source, by the name that the compiler is told.
pub type Source = (&'static str, &'static str);

/// The sources of the rollup.
pub const ROLLUP: [Source; 2] =
    [("src/Furl.sol", include_str!("../sol/Furl.sol")), ("src/Separator.sol", include_str!("../sol/Separator.sol"))];

/// What is committed.
const COMMITTED: [&str; 3] = [
    include_str!("../bytecode/Furl.hex"),
    include_str!("../bytecode/verifier-fast.hex"),
    include_str!("../bytecode/verifier-proven.hex"),
];

/// Creation code of a deployment, without the arguments of constructors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contracts {
    /// `Furl`.
    pub rollup: Vec<u8>,
    /// The verifier.
    pub verifier: Vec<u8>,
}

/// The code of a source is not committed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the code of the contract with the source hash {hash} is not among the committed; compile it with solc")]
pub struct NotCommitted {
    hash: String,
}

impl Contracts {
    /// The committed code: of the rollup, and of a verifier by its generated source.
    ///
    /// # Errors
    /// If that verifier's is not committed.
    pub fn committed(verifier: &str) -> Result<Self, NotCommitted> {
        let [(_, furl), (_, separator)] = ROLLUP;
        Ok(Self { rollup: find(&[furl, separator].concat(), &COMMITTED)?, verifier: find(verifier, &COMMITTED)? })
    }
}

/// The creation code of a source, in files of two lines.
fn find(source: &str, files: &[&str]) -> Result<Vec<u8>, NotCommitted> {
    let hash = hex::encode(keccak256(source));
    let code = files.iter().find_map(|file| file.strip_prefix(hash.as_str())?.strip_prefix('\n'));
    let code = code.map(|code| hex::decode(code.trim_end()).expect("committed code is hexadecimal text"));
    code.ok_or(NotCommitted { hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_found_by_its_source_alone() {
        let [(_, furl), (_, separator)] = ROLLUP;
        let source = [furl, separator].concat();
        assert!(!find(&source, &COMMITTED).unwrap().is_empty());
        let error = find(&(source + " "), &COMMITTED).unwrap_err();
        assert!(error.to_string().contains("solc"), "{error}");
    }

    #[test]
    fn what_is_committed_is_well_formed() {
        for file in COMMITTED {
            let [hash, code] = file.lines().collect::<Vec<_>>()[..] else { panic!("two lines") };
            assert_eq!(hex::decode(hash).unwrap().len(), 32);
            assert!(hex::decode(code).unwrap().len() > 1000);
            assert!(file.ends_with('\n'));
        }
    }
}
