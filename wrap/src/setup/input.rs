//! # The file as it comes
//!
//! A setup is read once, from front to back, so it may come through a pipe; the hashes of the whole
//! file are made on the way. Nothing is allocated because a file announces it: buffers grow with
//! the bytes that have arrived.

use std::io::{ErrorKind, Read};

use halo2_proofs::halo2curves::bn256::G1Affine;
use sha2::{Digest as _, Sha256};

use super::error::{Place, SetupError};
use super::points::{self, G1_BYTES};

/// Points read at a time.
const CHUNK: usize = 1024;

/// A reader that counts and hashes what it gives.
pub(super) struct Input<R> {
    reader: R,
    blake2b: blake2b_simd::State,
    sha256: Sha256,
    position: u64,
}

/// The hashes of a whole file: publishers name it by one or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHashes {
    /// BLAKE2b-512.
    pub blake2b: [u8; 64],
    /// SHA-256.
    pub sha256: [u8; 32],
}

impl<R: Read> Input<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, blake2b: blake2b_simd::State::new(), sha256: Sha256::new(), position: 0 }
    }

    /// Fills the buffer.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<(), SetupError> {
        let got = self.fill(buffer)?;
        if got < buffer.len() {
            let (expected, got) = (buffer.len() as u64, got as u64);
            return Err(SetupError::Truncated { at: self.position - got, expected, got });
        }
        Ok(())
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], SetupError> {
        let mut bytes = [0; N];
        self.read(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, SetupError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, SetupError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, SetupError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// So many points of the first group, each checked.
    pub(super) fn points(&mut self, count: u64, place: fn(u64) -> Place) -> Result<Vec<G1Affine>, SetupError> {
        let mut points = Vec::new();
        let mut buffer = [0; CHUNK * G1_BYTES];
        let mut left = count;
        while left > 0 {
            let bytes = &mut buffer[..G1_BYTES * left.min(CHUNK as u64) as usize];
            self.read(bytes)?;
            let more = bytes.len() / G1_BYTES;
            points.try_reserve(more).map_err(|_| SetupError::Memory { bytes: bytes.len() })?;
            for bytes in bytes.chunks_exact(G1_BYTES) {
                points.push(points::g1(bytes, place(points.len() as u64))?);
            }
            left = count - points.len() as u64;
        }
        Ok(points)
    }

    /// Passes over so many bytes.
    pub(super) fn skip(&mut self, count: u64) -> Result<(), SetupError> {
        let at = self.position;
        let mut buffer = [0; CHUNK * G1_BYTES];
        let mut left = count;
        while left > 0 {
            let bytes = &mut buffer[..left.min((CHUNK * G1_BYTES) as u64) as usize];
            let got = self.fill(bytes)?;
            if got < bytes.len() {
                return Err(SetupError::Truncated { at, expected: count, got: self.position - at });
            }
            left -= got as u64;
        }
        Ok(())
    }

    /// The hashes of the file, which ends here.
    pub(super) fn finish(mut self) -> Result<FileHashes, SetupError> {
        let expected = self.position;
        if self.fill(&mut [0])? > 0 {
            return Err(SetupError::Extended { expected });
        }
        Ok(FileHashes { blake2b: *self.blake2b.finalize().as_array(), sha256: self.sha256.finalize().into() })
    }

    /// As many bytes as there are, up to the buffer's length.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, SetupError> {
        let mut got = 0;
        while got < buffer.len() {
            match self.reader.read(&mut buffer[got..]) {
                Ok(0) => break,
                Ok(count) => got += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.blake2b.update(&buffer[..got]);
        self.sha256.update(&buffer[..got]);
        self.position += got as u64;
        Ok(got)
    }
}
