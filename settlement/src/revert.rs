//! # What the contracts answer when they refuse
//!
//! Data of a revert is a selector and words. [`Revert`] has one variant for each error of `Furl.sol` and of the generated verifier; data that
//! is none of these, to the byte, stays as it came.

use std::fmt;

use alloy_primitives::{U256, hex};
use furl_ledger::L1Address;

use crate::abi;

/// Why a call was reverted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revert {
    /// There is no code at the verifier's address.
    NoVerifier(L1Address),
    /// Calldata of `submit` has another length.
    Length {
        /// That of the arguments.
        expected: U256,
        /// That of the call.
        got: U256,
    },
    /// The chain has another number than at the deployment.
    ForeignChain {
        /// That of the deployment.
        expected: U256,
        /// That of the chain.
        got: U256,
    },
    /// The claim is of another deployment.
    ForeignDomain {
        /// The separator of this one.
        expected: Word,
        /// That of the claim.
        got: Word,
    },
    /// The batch was accepted before, or another in its place.
    OldBatch {
        /// The last batch.
        last: u32,
        /// That of the claim.
        got: u32,
    },
    /// Batches are missing before this one.
    SkippedBatch {
        /// The next batch.
        expected: u32,
        /// That of the claim.
        got: u32,
    },
    /// The claim begins at another root.
    StaleRoot {
        /// The root.
        current: Word,
        /// That of the claim.
        got: Word,
    },
    /// A limb of a digest is not below the field's modulus.
    NotCanonical(Word),
    /// The verifier has not said true.
    NotVerified,
    /// The verifier: calldata goes on.
    VerifierLength(U256),
    /// The verifier: a scalar is not below its modulus.
    NotBelowModulus,
    /// The verifier: a point is two zeros.
    Infinity,
    /// The verifier: a challenge is in the domain.
    Degenerate,
    /// The verifier: a point is not on the curve, or a coordinate not below its modulus.
    NotOnCurve,
    /// The verifier: the proof is false.
    Refused,
    /// Without data: the arguments are too short, or it is not one of our contracts.
    Silent,
    /// Something else.
    Other(Vec<u8>),
}

/// A word of the answer, shown in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(pub [u8; 32]);

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_prefixed(self.0))
    }
}

/// Reads the words of one error; `None` if they are not of its types.
type Read = fn(&[[u8; 32]]) -> Option<Revert>;

/// All errors: their signatures, and how their words are read.
const ERRORS: [(&str, Read); 15] = [
    ("NoVerifier(address)", |words| Some(Revert::NoVerifier(abi::to_address(one(words)?)?))),
    ("Length(uint256,uint256)", |words| two(words, wide).map(|[expected, got]| Revert::Length { expected, got })),
    ("ForeignChain(uint256,uint256)", |words| {
        two(words, wide).map(|[expected, got]| Revert::ForeignChain { expected, got })
    }),
    ("ForeignDomain(bytes32,bytes32)", |words| {
        two(words, word).map(|[expected, got]| Revert::ForeignDomain { expected, got })
    }),
    ("OldBatch(uint32,uint32)", |words| two(words, small).map(|[last, got]| Revert::OldBatch { last, got })),
    ("SkippedBatch(uint32,uint32)", |words| {
        two(words, small).map(|[expected, got]| Revert::SkippedBatch { expected, got })
    }),
    ("StaleRoot(bytes32,bytes32)", |words| two(words, word).map(|[current, got]| Revert::StaleRoot { current, got })),
    ("NotCanonical(bytes32)", |words| Some(Revert::NotCanonical(Word(*one(words)?)))),
    ("NotVerified()", |words| none(words, Revert::NotVerified)),
    ("Length(uint256)", |words| Some(Revert::VerifierLength(wide(one(words)?)?))),
    ("NotBelowModulus()", |words| none(words, Revert::NotBelowModulus)),
    ("Infinity()", |words| none(words, Revert::Infinity)),
    ("Degenerate()", |words| none(words, Revert::Degenerate)),
    ("NotOnCurve()", |words| none(words, Revert::NotOnCurve)),
    ("Refused()", |words| none(words, Revert::Refused)),
];

fn none(words: &[[u8; 32]], revert: Revert) -> Option<Revert> {
    words.is_empty().then_some(revert)
}

fn one(words: &[[u8; 32]]) -> Option<&[u8; 32]> {
    let [word] = words else { return None };
    Some(word)
}

fn two<T>(words: &[[u8; 32]], read: fn(&[u8; 32]) -> Option<T>) -> Option<[T; 2]> {
    let [first, second] = words else { return None };
    Some([read(first)?, read(second)?])
}

#[expect(clippy::unnecessary_wraps, reason = "as the other readers")]
fn wide(word: &[u8; 32]) -> Option<U256> {
    Some(U256::from_be_bytes(*word))
}

#[expect(clippy::unnecessary_wraps, reason = "as the other readers")]
fn word(word: &[u8; 32]) -> Option<Word> {
    Some(Word(*word))
}

fn small(word: &[u8; 32]) -> Option<u32> {
    u32::try_from(abi::to_number(word)?).ok()
}

impl Revert {
    /// The signatures of all errors that are known.
    pub fn signatures() -> impl Iterator<Item = &'static str> {
        ERRORS.iter().map(|(signature, _)| *signature)
    }

    /// Reads the data of a revert.
    #[must_use]
    pub fn decode(data: &[u8]) -> Self {
        let Some((selector, rest)) = data.split_first_chunk::<4>() else {
            return if data.is_empty() { Self::Silent } else { Self::Other(data.to_vec()) };
        };
        let (words, tail) = rest.as_chunks::<32>();
        let known = ERRORS.iter().find(|(signature, _)| abi::selector(signature) == *selector);
        known
            .filter(|_| tail.is_empty())
            .and_then(|(_, read)| read(words))
            .unwrap_or_else(|| Self::Other(data.to_vec()))
    }

    /// The error's name, as in the contract.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoVerifier(_) => "NoVerifier",
            Self::Length { .. } | Self::VerifierLength(_) => "Length",
            Self::ForeignChain { .. } => "ForeignChain",
            Self::ForeignDomain { .. } => "ForeignDomain",
            Self::OldBatch { .. } => "OldBatch",
            Self::SkippedBatch { .. } => "SkippedBatch",
            Self::StaleRoot { .. } => "StaleRoot",
            Self::NotCanonical(_) => "NotCanonical",
            Self::NotVerified => "NotVerified",
            Self::NotBelowModulus => "NotBelowModulus",
            Self::Infinity => "Infinity",
            Self::Degenerate => "Degenerate",
            Self::NotOnCurve => "NotOnCurve",
            Self::Refused => "Refused",
            Self::Silent => "no data",
            Self::Other(_) => "unknown data",
        }
    }
}

impl fmt::Display for Revert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::NoVerifier(address) => write!(f, "{name}: no code at {address}"),
            Self::Length { expected, got } => write!(f, "{name}: expected {expected} bytes of calldata, got {got}"),
            Self::VerifierLength(got) => write!(f, "{name}: the verifier expects 2788 bytes of calldata, got {got}"),
            Self::ForeignChain { expected, got } => write!(f, "{name}: deployed on chain {expected}, called on {got}"),
            Self::ForeignDomain { expected, got } => {
                write!(f, "{name}: expected the domain's separator {expected}, the claim has {got}")
            }
            Self::OldBatch { last, got } => write!(f, "{name}: the last batch is {last}, the claim is of batch {got}"),
            Self::SkippedBatch { expected, got } => write!(f, "{name}: expected batch {expected}, got {got}"),
            Self::StaleRoot { current, got } => write!(f, "{name}: the root is {current}, the claim begins at {got}"),
            Self::NotCanonical(digest) => write!(f, "{name}: a limb of {digest} is not below 2^64 - 2^32 + 1"),
            Self::NotVerified => write!(f, "{name}: the verifier has not said true"),
            Self::NotBelowModulus => write!(f, "{name}: a scalar of the proof is not below its modulus"),
            Self::Infinity => write!(f, "{name}: a point of the proof is the point at infinity"),
            Self::Degenerate => write!(f, "{name}: a challenge is a point of the domain"),
            Self::NotOnCurve => write!(f, "{name}: a point of the proof is not on the curve"),
            Self::Refused => write!(f, "{name}: the proof is false, or of another statement or key"),
            Self::Silent => f.write_str("reverted without data"),
            Self::Other(data) => write!(f, "reverted with {}", hex::encode_prefixed(data)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_is_read_and_no_other_length() {
        for (signature, _) in &ERRORS {
            let arguments = signature.split_once('(').unwrap().1;
            let words = if arguments == ")" { 0 } else { 1 + arguments.matches(',').count() };
            let mut data = abi::selector(signature).to_vec();
            for i in 0..words {
                data.extend(abi::number(7 + i as u64));
            }
            let revert = Revert::decode(&data);
            assert_eq!(Some(revert.name()), signature.split('(').next(), "{revert:?}");
            assert!(!matches!(revert, Revert::Other(_)), "{signature}");
            for other in [[&data[..], &[0]].concat(), [&data[..], &[0; 32]].concat(), data[..data.len() - 1].to_vec()] {
                assert_eq!(Revert::decode(&other), Revert::Other(other.clone()), "{signature}");
            }
        }
    }

    #[test]
    fn numbers_out_of_their_type_are_not_read() {
        let data = |word: [u8; 32]| [&abi::selector("OldBatch(uint32,uint32)")[..], &abi::number(1u32), &word].concat();
        assert_eq!(Revert::decode(&data(abi::number(2u32))), Revert::OldBatch { last: 1, got: 2 });
        for word in [abi::number(1u64 << 32), [1; 32]] {
            assert!(matches!(Revert::decode(&data(word)), Revert::Other(_)));
        }
        assert_eq!(Revert::decode(&[]), Revert::Silent);
    }
}
