//! Every way to be refused.

use core::fmt;

use thiserror::Error;

/// What was read when something was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The proof.
    Proof,
    /// The verifying key.
    Key,
    /// The statement.
    Statement,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proof => "proof",
            Self::Key => "verifying key",
            Self::Statement => "statement",
        })
    }
}

/// Why a proof is not believed, or something not read. Offsets are in bytes, from the start of the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// Too few or too many bytes.
    #[error("a {part} has {expected} bytes, got {got}")]
    Length {
        /// Of what.
        part: Part,
        /// How many there must be.
        expected: usize,
        /// How many there were.
        got: usize,
    },
    /// The bytes do not start like a verifying key's.
    #[error("not a verifying key of Furl")]
    Magic,
    /// A version that this code does not know.
    #[error("expected version {expected} of the {part}, got {got}")]
    Version {
        /// Of what.
        part: Part,
        /// The one that is known.
        expected: u32,
        /// The one found.
        got: u32,
    },
    /// The origin of the setup is neither of those that there are.
    #[error("the setup's origin is 0 (ceremony) or 1 (insecure), got {0}")]
    Origin(u32),
    /// The circuit has too few or too many rows.
    #[error("the circuit has 2^17 to 2^28 rows, got 2^{0}")]
    Rows(u32),
    /// A scalar is not below the scalars' modulus.
    #[error("the scalar at byte {offset} of the {part} is not below its modulus")]
    Scalar {
        /// Of what.
        part: Part,
        /// Where it starts.
        offset: usize,
    },
    /// A coordinate is not below the coordinates' modulus.
    #[error("the coordinate at byte {offset} of the {part} is not below its modulus")]
    Coordinate {
        /// Of what.
        part: Part,
        /// Where it starts.
        offset: usize,
    },
    /// A point is not on the curve, or stands for the point at infinity.
    #[error("the point at byte {offset} of the {part} is not on the curve")]
    OffCurve {
        /// Of what.
        part: Part,
        /// Where it starts.
        offset: usize,
    },
    /// A point of the second group is not in its subgroup of prime order.
    #[error("the point at byte {offset} of the {part} is not in the subgroup")]
    Subgroup {
        /// Of what.
        part: Part,
        /// Where it starts.
        offset: usize,
    },
    /// A limb of the statement's digests is not below $2^{64} - 2^{32} + 1$.
    #[error("the digest at byte {offset} of the statement is not canonical")]
    Digest {
        /// Where the digest starts.
        offset: usize,
    },
    /// A challenge hit one of the few points for which nothing is proved: not to be met by chance.
    #[error("a challenge is a point of the domain")]
    Degenerate,
    /// The proof is false, or of another statement, key or setup.
    #[error("the proof is false")]
    Refused,
}
