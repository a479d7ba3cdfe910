//! # What is proved
//!
//! | field | bytes | offset |
//! |---|---|---|
//! | `version` | 4 | 0 |
//! | `domain` | 32 | 4 |
//! | `batch` | 4 | 36 |
//! | `old_root` | 32 | 40 |
//! | `new_root` | 32 | 72 |
//! | `count` | 4 | 104 |
//! | `fees` | 32 | 108 |
//! | `data_in` | 32 | 140 |
//! | `data_out` | 32 | 172 |
//!
//! Integers have 32 bits, least significant byte first; a digest is four integers of 64 bits, each below $2^{64} - 2^{32} + 1$. The public
//! scalars are these 204 bytes in nine pieces of 24 bytes, the last of 12, each an integer, least significant byte first.

use ark_bn254::Fr;
use ark_ff::PrimeField;

use crate::error::{Error, Part};
use crate::words::Reader;

/// Public scalars of a proof.
pub(crate) const PUBLICS: usize = 9;

/// Bytes of a public scalar.
const PIECE: usize = 24;

/// The version that this code knows.
const VERSION: u32 = 1;

/// The modulus of the field that digests are made in.
const GOLDILOCKS: u64 = 0xffff_ffff_0000_0001;

/// The claim of a batch: `count` valid transfers lead from `old_root` to `new_root`. Digests are as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The domain's separator.
    pub domain: [u8; 32],
    /// The number of the batch.
    pub batch: u32,
    /// The root before the batch.
    pub old_root: [u8; 32],
    /// The root after it.
    pub new_root: [u8; 32],
    /// How many transfers it has.
    pub count: u32,
    /// The digest of the fee lanes.
    pub fees: [u8; 32],
    /// The data chain before the batch.
    pub data_in: [u8; 32],
    /// The data chain after it.
    pub data_out: [u8; 32],
    bytes: [u8; Self::BYTES],
}

impl Statement {
    /// Bytes of a statement.
    pub const BYTES: usize = 204;

    /// Reads a statement.
    ///
    /// # Errors
    /// If there are too few or too many bytes, the version is another, or a digest is not canonical.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(Part::Statement, bytes, Self::BYTES)?;
        let bytes = Reader::new(Part::Statement, bytes, Self::BYTES)?.bytes();
        let version = reader.u32();
        if version != VERSION {
            return Err(Error::Version { part: Part::Statement, expected: VERSION, got: version });
        }
        Ok(Self {
            domain: digest(&mut reader)?,
            batch: reader.u32(),
            old_root: digest(&mut reader)?,
            new_root: digest(&mut reader)?,
            count: reader.u32(),
            fees: digest(&mut reader)?,
            data_in: digest(&mut reader)?,
            data_out: digest(&mut reader)?,
            bytes,
        })
    }

    /// The statement as it was read.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        self.bytes
    }

    /// The public scalars.
    pub(crate) fn scalars(&self) -> [Fr; PUBLICS] {
        let mut scalars = [Fr::default(); PUBLICS];
        for (scalar, piece) in scalars.iter_mut().zip(self.bytes.chunks(PIECE)) {
            *scalar = Fr::from_le_bytes_mod_order(piece);
        }
        scalars
    }
}

fn digest(reader: &mut Reader<'_>) -> Result<[u8; 32], Error> {
    let offset = reader.offset();
    let digest: [u8; 32] = reader.bytes();
    let limb = |limb: &[u8]| limb.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    let canonical = digest.chunks(8).all(|bytes| limb(bytes) < GOLDILOCKS);
    if canonical { Ok(digest) } else { Err(Error::Digest { offset }) }
}
