//! # Words, read strictly
//!
//! Every number has one encoding: 32 bytes, most significant first, below its modulus.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr as _;
use ark_ff::{BigInt, PrimeField};

use crate::error::{Error, Part};

/// Bytes of a word.
pub(crate) const WORD: usize = 32;

/// Reads a part from its front.
pub(crate) struct Reader<'a> {
    part: Part,
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Before the first byte of a part that has this length.
    pub(crate) fn new(part: Part, bytes: &'a [u8], expected: usize) -> Result<Self, Error> {
        match bytes.len() {
            got if got == expected => Ok(Self { part, bytes, offset: 0 }),
            got => Err(Error::Length { part, expected, got }),
        }
    }

    /// Where the next byte is.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// The next bytes. There are that many: the length was compared before.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut next = [0; N];
        next.copy_from_slice(&self.bytes[self.offset..self.offset + N]);
        self.offset += N;
        next
    }

    /// A number of 32 bits, least significant byte first, as in the statement.
    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }

    fn number<T: PrimeField<BigInt = BigInt<4>>>(&mut self) -> Option<T> {
        let word: [u8; WORD] = self.bytes();
        let limb =
            |i: usize| word[WORD - 8 * (i + 1)..WORD - 8 * i].iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        T::from_bigint(BigInt::new([limb(0), limb(1), limb(2), limb(3)]))
    }

    /// A scalar.
    pub(crate) fn scalar(&mut self) -> Result<Fr, Error> {
        let (part, offset) = (self.part, self.offset);
        self.number().ok_or(Error::Scalar { part, offset })
    }

    /// As many scalars.
    pub(crate) fn scalars<const N: usize>(&mut self) -> Result<[Fr; N], Error> {
        let mut scalars = [Fr::default(); N];
        for scalar in &mut scalars {
            *scalar = self.scalar()?;
        }
        Ok(scalars)
    }

    fn coordinate(&mut self) -> Result<Fq, Error> {
        let (part, offset) = (self.part, self.offset);
        self.number().ok_or(Error::Coordinate { part, offset })
    }

    /// A point of the first group, whose order is prime: being on the curve is enough.
    pub(crate) fn point(&mut self) -> Result<G1Affine, Error> {
        let (part, offset) = (self.part, self.offset);
        let (x, y) = (self.coordinate()?, self.coordinate()?);
        let point = G1Affine::new_unchecked(x, y);
        // Two zeros are the library's point at infinity, and no point of ours.
        if point.is_on_curve() && !point.is_zero() { Ok(point) } else { Err(Error::OffCurve { part, offset }) }
    }

    /// As many points.
    pub(crate) fn points<const N: usize>(&mut self) -> Result<[G1Affine; N], Error> {
        let mut points = [G1Affine::default(); N];
        for point in &mut points {
            *point = self.point()?;
        }
        Ok(points)
    }

    /// A point of the second group: four words, the imaginary part of each coordinate first, as EIP-197 has it.
    pub(crate) fn point_of_g2(&mut self) -> Result<G2Affine, Error> {
        let (part, offset) = (self.part, self.offset);
        let mut element = || -> Result<Fq2, Error> {
            let (c1, c0) = (self.coordinate()?, self.coordinate()?);
            Ok(Fq2::new(c0, c1))
        };
        let point = G2Affine::new_unchecked(element()?, element()?);
        if !point.is_on_curve() || point.is_zero() {
            return Err(Error::OffCurve { part, offset });
        }
        if point.is_in_correct_subgroup_assuming_on_curve() { Ok(point) } else { Err(Error::Subgroup { part, offset }) }
    }
}
