//! # Why a setup is refused
//!
//! [`SetupError`] says that a file is malformed, or that what it holds is no setup. [`TrustError`] says that it is a setup, but not
//! the one that was asked for.

use core::fmt;
use std::io;

use thiserror::Error;

use super::{FileHashes, Format, MAX_K, Origin, pins};

/// A point of a setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// $\tau^i G$.
    Power(u64),
    /// The Lagrange basis' point of this index.
    Lagrange(u64),
    /// The generator of the second group.
    G2,
    /// $\tau$ times it.
    TauG2,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Power(0) => write!(f, "the generator of G1"),
            Self::Power(i) => write!(f, "power {i} of tau in G1"),
            Self::Lagrange(i) => write!(f, "point {i} of the Lagrange basis"),
            Self::G2 => write!(f, "the generator of G2"),
            Self::TauG2 => write!(f, "tau in G2"),
        }
    }
}

/// A curve that is not BN254, by the modulus of its coordinates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Curve {
    /// The other curve that ceremonies are made for.
    Bls12381,
    /// None that this code knows: the modulus, little-endian.
    Unknown(Vec<u8>),
}

/// The modulus of BLS12-381's coordinates, little-endian.
const BLS12_381: [u8; 48] = [
    0xab, 0xaa, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xb9, 0xff, 0xff, 0x53, 0xb1, 0xfe, 0xff, 0xab, 0x1e, 0x24, 0xf6, 0xb0,
    0xf6, 0xa0, 0xd2, 0x30, 0x67, 0xbf, 0x12, 0x85, 0xf3, 0x84, 0x4b, 0x77, 0x64, 0xd7, 0xac, 0x4b, 0x43, 0xb6, 0xa7,
    0x1b, 0x4b, 0x9a, 0xe6, 0x7f, 0x39, 0xea, 0x11, 0x01, 0x1a,
];

impl Curve {
    /// The curve over the field of this modulus.
    pub(super) fn of(modulus: Vec<u8>) -> Self {
        if modulus == BLS12_381 { Self::Bls12381 } else { Self::Unknown(modulus) }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bls12381 => write!(f, "BLS12-381"),
            Self::Unknown(modulus) => write!(f, "a field of {} elements (little-endian)", hex::encode(modulus)),
        }
    }
}

/// Why a file is no setup.
#[derive(Debug, Error)]
pub enum SetupError {
    /// Reading failed.
    #[error("the setup cannot be read")]
    Io(#[from] io::Error),
    /// No format that this code knows.
    #[error("expected a setup, which begins with `ptau`, `FURLKZG` or a size from 1 to {MAX_K}, got {}", hex::encode(.0))]
    Unknown(Vec<u8>),
    /// A format of another version.
    #[error("expected version {known} of {format}, got version {got}")]
    Version {
        /// The format.
        format: Format,
        /// The version that this code reads.
        known: u32,
        /// The version of the file.
        got: u32,
    },
    /// The file ends before something does.
    #[error("truncated: expected {expected} bytes from offset {at} on, got {got}")]
    Truncated {
        /// Where it begins.
        at: u64,
        /// Bytes that should be there.
        expected: u64,
        /// Bytes that are.
        got: u64,
    },
    /// The file goes on behind its end.
    #[error("extended: expected {expected} bytes, got more")]
    Extended {
        /// Bytes that should be there.
        expected: u64,
    },
    /// An origin that is none.
    #[error("expected the origin `CEREMONY` or `INSECURE`, got {}", hex::encode(.0))]
    Origin([u8; 8]),
    /// The header names one origin and the points have another.
    #[error("the header says {declared}, and the points are of {found}")]
    FalseOrigin {
        /// What the header says.
        declared: Origin,
        /// Whose points these are.
        found: Origin,
    },
    /// More sections than a `.ptau` file has.
    #[error("expected at most {most} sections, got {got}")]
    SectionCount {
        /// As many as there are kinds.
        most: u32,
        /// Sections that the file announces.
        got: u32,
    },
    /// The first section is not the header, without which nothing can be read.
    #[error("expected the header, section 1, first, got section {0}")]
    FirstSection(u32),
    /// A section of no known kind.
    #[error("expected a section from 1 to 7 or from 12 to 15, got section {0}")]
    UnknownSection(u32),
    /// A section comes twice.
    #[error("expected section {0} once, got it again")]
    SectionTwice(u32),
    /// A section does not come.
    #[error("expected section {0}, got none")]
    SectionMissing(u32),
    /// A section is not as long as what it holds.
    #[error("expected {expected} bytes in section {section}, got {got}")]
    SectionLength {
        /// The section.
        section: u32,
        /// Bytes that it should have.
        expected: u64,
        /// Bytes that it has.
        got: u64,
    },
    /// Another field's size.
    #[error("expected a field of 32 bytes, got {0}")]
    FieldBytes(u32),
    /// Another curve than BN254.
    #[error("expected the curve BN254, got {0}")]
    Curve(Curve),
    /// A power out of range.
    #[error("expected a power from 1 to {MAX_K}, got {0}")]
    Power(u32),
    /// A file that would hold more than its ceremony made.
    #[error("expected a ceremony's power from {power} to {MAX_K}, got {got}")]
    CeremonyPower {
        /// The file's power.
        power: u32,
        /// The ceremony's.
        got: u32,
    },
    /// A size out of range.
    #[error("expected a size k from 1 to {MAX_K}, got {0}")]
    Size(u32),
    /// A setup, all checks of which hold, of fewer powers than are asked for.
    #[error("expected a setup of k = {needed} or more, got k = {got}: {} has 2^{needed} powers", pins::file_for(*.needed))]
    TooSmall {
        /// The size asked for.
        needed: u32,
        /// The size of the file.
        got: u32,
    },
    /// A coordinate is no canonical field element.
    #[error("expected coordinates below the field's modulus, got others: {0}")]
    Coordinate(Place),
    /// The point at infinity.
    #[error("expected a finite point, got infinity: {0}")]
    Infinity(Place),
    /// A point elsewhere.
    #[error("expected a point of the curve, got another: {0}")]
    OffCurve(Place),
    /// A point of the twist, but not of the group.
    #[error("expected a point of the group of prime order, got another: {}", Place::TauG2)]
    Subgroup,
    /// Another generator.
    #[error("expected the standard generator, got another: {0}")]
    Generator(Place),
    /// A secret that everybody can find: a root of unity of the domain, 1 among them.
    #[error("expected a secret outside the domain, got one with tau^{exponent} = 1 or -1")]
    RootOfUnity {
        /// The exponent for which it shows.
        exponent: u64,
    },
    /// The powers are not those of the secret in the second group.
    #[error("expected consecutive powers of the secret in G2, got others: the pairing check fails")]
    Powers,
    /// The Lagrange basis is not that of the powers.
    #[error("expected the Lagrange basis of the powers, got another")]
    Lagrange,
    /// The system does not give the memory for the points.
    #[error("the system does not give {bytes} bytes of memory")]
    Memory {
        /// What was asked for.
        bytes: usize,
    },
    /// The system gives no randomness for the checks.
    #[error("the system gives no randomness")]
    Randomness(#[from] getrandom::Error),
    /// A setup, but not the one asked for.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// Why a setup is not trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TrustError {
    /// Another setup.
    #[error("expected the setup of hash {}, got {}", hex::encode(.expected), hex::encode(.got))]
    Hash {
        /// The hash asked for.
        expected: [u8; 32],
        /// The hash of what was read.
        got: [u8; 32],
    },
    /// No file that is pinned.
    #[error(
        "expected a pinned ceremony file, got one of BLAKE2b {} and SHA-256 {}; if you trust it, name its setup's hash, {}",
        hex::encode(.file.blake2b),
        hex::encode(.file.sha256),
        hex::encode(.hash)
    )]
    NotPinned {
        /// The hashes of the file.
        file: Box<FileHashes>,
        /// The hash of the setup.
        hash: [u8; 32],
    },
    /// The development setup, where a ceremony was asked for.
    #[error("expected a ceremony, got the INSECURE development setup, whose secret is published")]
    Insecure,
    /// Something else, where the development setup was asked for.
    #[error("expected the INSECURE development setup, got another")]
    NotInsecure,
}
