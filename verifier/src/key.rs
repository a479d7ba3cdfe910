//! # The verifying key
//!
//! | bytes | what |
//! |---|---|
//! | 0 … 7 | `FURLWKEY` |
//! | 8 … 11 | version of the format, 1 |
//! | 12 … 15 | origin of the setup: 0 for a ceremony, 1 for one whose secret anybody knows |
//! | 16 … 19 | $k$: the circuit has $2^k$ rows |
//! | 20 … 31 | zero |
//! | 32 … 63 | the scalar that stands for the circuit in the transcript |
//! | 64 … 511 | commitments to $P, Q, R, S, C_0, C_1, T$ |
//! | 512 … 767 | commitments to the permutation of $X_0, Y_0, X_1, Y_1$ |
//! | 768 … 895 | the setup's $\tau$ in the second group |
//!
//! Integers are least significant byte first; words and points are as in a proof.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger as _, Field as _, PrimeField as _};

use crate::error::{Error, Part};
use crate::words::Reader;

const MAGIC: [u8; 8] = *b"FURLWKEY";
const VERSION: u32 = 1;

/// What halo2 calls the multiplicative generator of the scalars.
const GENERATOR: u64 = 7;
/// $r - 1$ is $2^{28}$ times an odd number.
const TWO_ADICITY: u32 = 28;
/// The lookup's table has $2^{16}$ rows, and more are blinded.
const FEWEST_ROWS: u32 = 17;

/// $\tau$ of the development setup whose secret is published, as it stands in a key: whatever origin such a key claims.
const INSECURE_TAU: [u8; 128] = [
    0x2d, 0xe5, 0xad, 0xa4, 0x72, 0x26, 0xa8, 0x2b, 0xe7, 0x0d, 0x6c, 0xb6, 0x2a, 0x9c, 0x4d, 0xb9, 0xf1, 0x46, 0xb4,
    0x79, 0xcc, 0xc2, 0x73, 0xdf, 0x5e, 0xe7, 0x27, 0x3e, 0x88, 0xe0, 0x71, 0xbe, 0x1c, 0x79, 0x35, 0x13, 0xc0, 0x6f,
    0x56, 0x44, 0xbd, 0x4c, 0x33, 0xed, 0x2a, 0xa2, 0xd7, 0xc5, 0x49, 0x62, 0x3b, 0x1e, 0x60, 0x8a, 0xb9, 0x0c, 0x03,
    0x15, 0xb0, 0xba, 0x3a, 0x4b, 0x90, 0x02, 0x04, 0x00, 0xdb, 0x3d, 0x7f, 0x96, 0x71, 0xf6, 0xf0, 0xee, 0x6c, 0xbc,
    0x62, 0x1d, 0x2f, 0x0b, 0xa5, 0x27, 0xbd, 0x34, 0x84, 0xc7, 0x0e, 0xa7, 0xd5, 0xf1, 0x0f, 0x55, 0x93, 0x54, 0x80,
    0x77, 0x11, 0x6b, 0x04, 0x07, 0xc1, 0x3e, 0x09, 0x5f, 0xe6, 0xa1, 0x13, 0x75, 0xf4, 0x6f, 0xe9, 0x99, 0x68, 0x33,
    0x3b, 0x2c, 0x6f, 0xe7, 0xb0, 0x52, 0xad, 0x33, 0x79, 0x5f, 0xa9, 0x19, 0x49, 0xee,
];

/// Where a setup's secret came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A ceremony: nobody knows it if one participant was honest.
    Ceremony,
    /// A published constant: everybody knows it, and can prove anything.
    Insecure,
}

/// What proofs are checked with: a circuit, and the setup under which its proofs are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    pub(crate) origin: Origin,
    pub(crate) k: u32,
    pub(crate) circuit: Fr,
    /// $P, Q, R, S$.
    pub(crate) selectors: [G1Affine; 4],
    /// $C_0, C_1$.
    pub(crate) constants: [G1Affine; 2],
    /// $T$.
    pub(crate) table: G1Affine,
    /// $\sigma$ of $X_0, Y_0, X_1, Y_1$.
    pub(crate) permutation: [G1Affine; 4],
    pub(crate) tau: G2Affine,
}

impl VerifyingKey {
    /// Bytes of a key.
    pub const BYTES: usize = 896;

    /// Reads a key.
    ///
    /// # Errors
    /// If the bytes are not a key of this version, or a number or point in it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if !bytes.starts_with(&MAGIC) {
            return Err(Error::Magic);
        }
        // A newer version may have another length: its version is told first.
        if let Some(version) = bytes.get(8..12).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
            && version != VERSION
        {
            return Err(Error::Version { part: Part::Key, expected: VERSION, got: version });
        }
        let mut reader = Reader::new(Part::Key, bytes, Self::BYTES)?;
        let _: [u8; 12] = reader.bytes();
        let origin = match reader.u32() {
            0 => Origin::Ceremony,
            1 => Origin::Insecure,
            other => return Err(Error::Origin(other)),
        };
        let origin = if bytes.ends_with(&INSECURE_TAU) { Origin::Insecure } else { origin };
        let k = reader.u32();
        if !(FEWEST_ROWS..=TWO_ADICITY).contains(&k) {
            return Err(Error::Rows(k));
        }
        if reader.bytes() != [0u8; 12] {
            return Err(Error::Magic);
        }
        Ok(Self {
            origin,
            k,
            circuit: reader.scalar()?,
            selectors: reader.points()?,
            constants: reader.points()?,
            table: reader.point()?,
            permutation: reader.points()?,
            tau: reader.point_of_g2()?,
        })
    }

    /// Where the setup's secret came from: as the key says, but for the published secret, which is known by its points.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Binary logarithm of the circuit's rows.
    #[must_use]
    pub fn k(&self) -> u32 {
        self.k
    }

    /// $\omega$, which generates the domain of $2^k$ rows.
    pub(crate) fn root(&self) -> Fr {
        let mut exponent = Fr::MODULUS;
        exponent.sub_with_borrow(&1u64.into());
        Fr::from(GENERATOR).pow(exponent >> self.k)
    }

    /// $\delta$, whose powers tell the cosets of the permutation's columns apart.
    pub(crate) fn delta() -> Fr {
        Fr::from(GENERATOR).pow([1 << TWO_ADICITY])
    }
}
