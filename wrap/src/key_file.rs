//! # A verifying key as a file
//!
//! What the native verifier and the contract know of a circuit and its setup: nothing of halo2's description of gates, which both have by
//! themselves. 896 bytes; words are 32 bytes, most significant byte first, a point is its $x$ and its $y$.
//!
//! | bytes | what |
//! |---|---|
//! | 0 … 7 | `FURLWKEY` |
//! | 8 … 11 | version of the format, 1 |
//! | 12 … 15 | origin of the setup: 0 for a ceremony, 1 for the INSECURE development setup |
//! | 16 … 19 | $k$: the circuit has $2^k$ rows |
//! | 20 … 31 | zero |
//! | 32 … 63 | the scalar that stands for the circuit in the transcript |
//! | 64 … 511 | commitments to $P, Q, R, S, C_0, C_1, T$ |
//! | 512 … 767 | commitments to the permutation of $X_0, Y_0, X_1, Y_1$ |
//! | 768 … 895 | the setup's $\tau$ in the second group, imaginary parts first as in EIP-197 |
//!
//! The integers before the words are least significant byte first.

use halo2_proofs::halo2curves::bn256::{Fq, G1Affine, G2Affine};
use halo2_proofs::halo2curves::ff::PrimeField;
use thiserror::Error;

use crate::circuit::VerifyingKey;
use crate::setup::{self, Origin, Setup};

/// Bytes of a key.
pub const BYTES: usize = 896;
/// Public scalars of the circuits that have such a key: the statement's.
pub const PUBLICS: usize = 9;

pub(crate) const MAGIC: [u8; 8] = *b"FURLWKEY";
pub(crate) const VERSION: u32 = 1;

/// Where the origin of the setup stands.
const ORIGIN: core::ops::Range<usize> = 12..16;
/// Where its secret in the second group begins.
const TAU: usize = 768;

/// Why a key is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyFileError {
    /// The circuit is not one that says a statement.
    #[error("a statement has {PUBLICS} public scalars, the circuit has {0}")]
    Publics(usize),
    /// The circuit and the setup have different sizes.
    #[error("the circuit has 2^{circuit} rows, the setup is for 2^{setup}")]
    Setup {
        /// Of the circuit.
        circuit: u32,
        /// Of the setup.
        setup: u32,
    },
    /// A column is zero everywhere, or the permutation's are: no circuit of ours.
    #[error("commitment {0} of the key is the point at infinity, which has no encoding")]
    Infinity(usize),
}

/// The key of a circuit under a setup.
///
/// # Errors
/// If the circuit is not one that says a statement, or is of another size than the setup.
pub fn encode(key: &VerifyingKey, setup: &Setup) -> Result<[u8; BYTES], KeyFileError> {
    if key.publics() != PUBLICS {
        return Err(KeyFileError::Publics(key.publics()));
    }
    if key.k() != setup.k() {
        return Err(KeyFileError::Setup { circuit: key.k(), setup: setup.k() });
    }
    let origin = match setup.origin() {
        Origin::Ceremony => 0u32,
        Origin::InsecureDev => 1,
    };
    let mut bytes = Vec::with_capacity(BYTES);
    bytes.extend(MAGIC);
    bytes.extend([VERSION, origin, key.k()].map(u32::to_le_bytes).concat());
    bytes.extend([0; 12]);
    bytes.extend(word(&key.halo2().transcript_repr()));
    let commitments = key.halo2().fixed_commitments().iter().chain(key.halo2().permutation().commitments());
    for (index, point) in commitments.enumerate() {
        bytes.extend(words(point).ok_or(KeyFileError::Infinity(index))?);
    }
    coordinates(&setup.params().s_g2()).iter().for_each(|coordinate| bytes.extend(word(coordinate)));
    Ok(bytes.try_into().expect("seven fixed columns and four permuted ones"))
}

/// Where the setup of a key is from: from the INSECURE development setup if it has its $\tau$, or says so itself.
#[must_use]
pub fn origin(key: &[u8; BYTES]) -> Origin {
    let is_insecure = key[ORIGIN] != [0; 4]
        || key[TAU..] == coordinates(&setup::insecure_tau()).map(|coordinate| word(&coordinate)).concat();
    if is_insecure { Origin::InsecureDev } else { Origin::Ceremony }
}

/// The setup's secret in the second group, in the order of the file.
fn coordinates(tau: &G2Affine) -> [Fq; 4] {
    [tau.x.c1, tau.x.c0, tau.y.c1, tau.y.c0]
}

/// A number, most significant byte first.
fn word<T: PrimeField<Repr = [u8; 32]>>(number: &T) -> [u8; 32] {
    let mut bytes = number.to_repr();
    bytes.reverse();
    bytes
}

/// A point's coordinates; infinity has none.
fn words(point: &G1Affine) -> Option<[u8; 64]> {
    let is_infinity = (point.x, point.y) == (Fq::zero(), Fq::zero());
    (!is_infinity).then(|| [word(&point.x), word(&point.y)].concat().try_into().expect("two words"))
}
