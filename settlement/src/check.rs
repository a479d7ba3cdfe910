//! # Is what is deployed what the sources say?
//!
//! Compares the code of both contracts, byte by byte, with what a compiler made of the sources. What the constructor of `Furl` wrote into its
//! code is compared with what it should be:
//!
//! | immutable | expected |
//! |---|---|
//! | `CHAIN` | the number of the chain that is asked |
//! | `SEPARATOR` | Poseidon of the domain of that chain and the rollup's address |
//! | `VERIFIER` | one address, and at it the code of the verifier |
//!
//! The code does not say with what its storage began: creation code of another kind can leave the same
//! code, and any root. Nor does it say what was at either address before: where code can still destroy
//! itself (before EIP-6780 of the Cancun upgrade), a contract that creates others can be created again by
//! `CREATE2`, count from the beginning, and put other code where it had put some before. A verifier that
//! took anything, for a while, could so be followed by the compiled one. So the transaction that created
//! the rollup is compared as well, if it is known ([`genesis`]):
//!
//! - it is the compiled creation code with its two arguments, the verifier and the genesis root;
//! - the rollup is where that transaction's sender and nonce put it;
//! - the verifier is where the same account put what it created just before, as a deployment of
//!   [`rollup`](crate::rollup) does.
//!
//! The number of transactions of an account that sends them only rises, so that each such address is
//! given to one contract, once; and the compiled code of both has no instruction that destroys it or runs
//! other code in its place. From there on, on every chain with these rules, proofs alone have moved the root.
//! What remains is a collision of addresses, which takes 2^80 hashes.
//!
//! **Not checked here:** the node, which could say anything.

use std::fmt;

use alloy_primitives::hex;
use furl_ledger::digest::Digest;
use furl_ledger::{Domain, L1Address};

use crate::abi;
use crate::layer1::{Creation, Layer1, Layer1Error, created};
use crate::rollup::{Rollup, RollupError};
use crate::solc::Compiled;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// The chain.
    pub chain_id: u64,
    /// The domain of the rollup.
    pub domain: Domain,
    /// Bytes of the rollup's code.
    pub rollup_bytes: usize,
    /// The verifier that the rollup's code names, if it names one.
    pub verifier: Option<L1Address>,
    /// Bytes of the verifier's code.
    pub verifier_bytes: usize,
    /// What is not as it should be.
    pub differences: Vec<Difference>,
}

/// How a rollup began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// With this root.
    pub root: Digest,
    /// The account that created it, and its verifier just before.
    pub creator: L1Address,
    /// The number of that account's transaction with the rollup.
    pub nonce: u64,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// There is no code.
    NoCode {
        /// Which contract.
        contract: &'static str,
        /// Where.
        address: L1Address,
    },
    /// The code has another length.
    Length {
        /// Which contract.
        contract: &'static str,
        /// Bytes as compiled.
        expected: usize,
        /// Bytes on the chain.
        got: usize,
    },
    /// The code is another.
    Code {
        /// Which contract.
        contract: &'static str,
        /// The first byte that is another.
        offset: usize,
        /// How many are.
        bytes: usize,
    },
    /// What the constructor wrote is another.
    Immutable {
        /// Its name.
        name: &'static str,
        /// As it should be.
        expected: String,
        /// As it is.
        got: String,
    },
    /// The transaction that is said to have created the rollup has not.
    NotCreated {
        /// The rollup.
        rollup: L1Address,
        /// What the transaction created, if anything.
        got: Option<L1Address>,
    },
    /// The rollup is not where its creator's transaction puts it.
    Rollup {
        /// Who sent the transaction.
        sender: L1Address,
        /// Its number.
        nonce: u64,
        /// What such a transaction creates.
        expected: L1Address,
        /// The rollup.
        got: L1Address,
    },
    /// The verifier is not what the rollup's creator created just before.
    Verifier {
        /// Who created the rollup.
        sender: L1Address,
        /// What that account created before, if it had sent anything.
        expected: Option<L1Address>,
        /// The verifier.
        got: L1Address,
    },
    /// The genesis root is none.
    Genesis {
        /// The word in its place.
        got: String,
    },
    /// The compiled code has other immutables than are known here.
    Immutables {
        /// Their names.
        got: Vec<String>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCode { contract, address } => write!(f, "{contract}: there is no code at {address}"),
            Self::Length { contract, expected, got } => {
                write!(f, "{contract}: expected {expected} bytes of code, got {got}")
            }
            Self::Code { contract, offset, bytes } => {
                write!(f, "{contract}: {bytes} bytes of the code are others, the first at {offset}")
            }
            Self::NotCreated { rollup, got: Some(got) } => {
                write!(f, "the transaction: expected one that created {rollup}, it created {got}")
            }
            Self::NotCreated { rollup, got: None } => {
                write!(f, "the transaction: expected one that created {rollup}, it created nothing, or is in no block")
            }
            Self::Rollup { sender, nonce, expected, got } => write!(
                f,
                "the rollup: expected {expected}, the address of what {sender} creates with transaction {nonce}, got {got}"
            ),
            Self::Verifier { sender, expected, got } => {
                let expected = expected.map_or_else(|| "none".into(), |expected| expected.to_string());
                write!(
                    f,
                    "the verifier: expected {expected}, the address of what {sender}, the rollup's creator, creates \
                     just before, got {got}; there other code may have been before"
                )
            }
            Self::Genesis { got } => write!(f, "the genesis root: expected a digest, got {got}"),
            Self::Immutable { name, expected, got } => write!(f, "Furl: {name}: expected {expected}, got {got}"),
            Self::Immutables { got } => {
                write!(f, "Furl: expected the immutables CHAIN, SEPARATOR, VERIFIER, got {}", got.join(", "))
            }
        }
    }
}

/// The current state of a rollup, as it says itself.
///
/// # Errors
/// If it does not answer.
pub fn state(layer1: &impl Layer1, rollup: L1Address) -> Result<(Digest, u32), RollupError> {
    let rollup = Rollup::at(layer1, rollup)?;
    Ok((rollup.root(layer1)?, rollup.batch(layer1)?))
}

/// How a rollup began, if this is what created it: the compiled code, with this verifier and a root as
/// arguments, both contracts at addresses that nothing else had before.
///
/// # Errors
/// What is otherwise.
pub fn genesis(
    creation: Option<&Creation>,
    rollup: L1Address,
    verifier: &L1Address,
    furl: &Compiled,
) -> Result<Genesis, Difference> {
    let made = creation.filter(|creation| creation.contract == rollup);
    let Some(Creation { code, sender, nonce, .. }) = made else {
        return Err(Difference::NotCreated { rollup, got: creation.map(|creation| creation.contract) });
    };
    let expected = [&furl.creation[..], &abi::address(verifier)].concat();
    let (code, root) = code.split_at(code.len().saturating_sub(32));
    if let Some(difference) = different("Furl's creation", &expected, code) {
        return Err(difference);
    }
    let root = Digest::from_bytes(root).map_err(|_| Difference::Genesis { got: hex::encode_prefixed(root) })?;
    placed(*sender, *nonce, rollup, *verifier)?;
    Ok(Genesis { root, creator: *sender, nonce: *nonce })
}

/// Both contracts are where one account's transaction and the one before it put them.
fn placed(sender: L1Address, nonce: u64, rollup: L1Address, verifier: L1Address) -> Result<(), Difference> {
    let expected = created(&sender, nonce);
    if expected != rollup {
        return Err(Difference::Rollup { sender, nonce, expected, got: rollup });
    }
    let expected = nonce.checked_sub(1).map(|nonce| created(&sender, nonce));
    if expected != Some(verifier) {
        return Err(Difference::Verifier { sender, expected, got: verifier });
    }
    Ok(())
}

/// Compares a deployment with compiled contracts.
///
/// # Errors
/// If Layer 1 does not answer. What differs is no error here.
pub fn compare(
    layer1: &impl Layer1,
    rollup: L1Address,
    furl: &Compiled,
    verifier: &Compiled,
) -> Result<Findings, Layer1Error> {
    let mut findings = compare_rollup(layer1, rollup, furl)?;
    if let Some(address) = findings.verifier {
        let code = layer1.code(&address)?;
        findings.verifier_bytes = code.len();
        let difference = match code.is_empty() {
            true => Some(Difference::NoCode { contract: "FurlVerifier", address }),
            false => different("FurlVerifier", &verifier.runtime, &code),
        };
        findings.differences.extend(difference);
    }
    Ok(findings)
}

/// Compares the rollup alone, which needs no key: its code and immutables, not what is at the verifier's address.
///
/// # Errors
/// If Layer 1 does not answer. What differs is no error here.
pub fn compare_rollup(layer1: &impl Layer1, rollup: L1Address, furl: &Compiled) -> Result<Findings, Layer1Error> {
    let chain_id = layer1.chain_id()?;
    let domain = Domain::of(chain_id, &rollup);
    let code = layer1.code(&rollup)?;
    let mut findings = Findings {
        chain_id,
        domain,
        rollup_bytes: code.len(),
        verifier: None,
        verifier_bytes: 0,
        differences: Vec::new(),
    };
    match code.is_empty() {
        true => findings.differences.push(Difference::NoCode { contract: "Furl", address: rollup }),
        false => findings.rollup(&code, furl),
    }
    Ok(findings)
}

impl Findings {
    /// The rollup's code: its immutables one by one, then all of it.
    fn rollup(&mut self, code: &[u8], furl: &Compiled) {
        let mut expected = furl.runtime.clone();
        if !furl.immutables.keys().eq(["CHAIN", "SEPARATOR", "VERIFIER"]) {
            self.differences.push(Difference::Immutables { got: furl.immutables.keys().cloned().collect() });
            return;
        }
        let first = furl.immutables["VERIFIER"].first().and_then(|at| word(code, *at));
        self.verifier = first.as_ref().and_then(abi::to_address);
        let verifier = self.verifier.map(|address| abi::address(&address));
        for (name, value) in [
            ("CHAIN", Some(abi::number(self.chain_id))),
            ("SEPARATOR", Some(self.domain.separator().to_bytes())),
            ("VERIFIER", verifier),
        ] {
            for at in &furl.immutables[name] {
                let got = word(code, *at);
                if got.is_none() || got != value {
                    let shown =
                        |word: Option<[u8; 32]>, none: &str| word.map_or_else(|| none.into(), hex::encode_prefixed);
                    let (expected, got) = (shown(value, "an address"), shown(got, "nothing"));
                    self.differences.push(Difference::Immutable { name, expected, got });
                }
                // As it should be, or reported; the rest is compared all the same.
                if let Some(got) = got {
                    expected[*at..*at + 32].copy_from_slice(&got);
                }
            }
        }
        self.differences.extend(different("Furl", &expected, code));
    }
}

/// The word of a code at a place.
fn word(code: &[u8], at: usize) -> Option<[u8; 32]> {
    code.get(at..)?.first_chunk().copied()
}

fn different(contract: &'static str, expected: &[u8], got: &[u8]) -> Option<Difference> {
    if expected.len() != got.len() {
        return Some(Difference::Length { contract, expected: expected.len(), got: got.len() });
    }
    let mut others = expected.iter().zip(got).enumerate().filter(|(_, (a, b))| a != b).map(|(offset, _)| offset);
    let offset = others.next()?;
    Some(Difference::Code { contract, offset, bytes: 1 + others.count() })
}
