//! # The transcript: how challenges come about
//!
//! Keccak-256 (Ethereum's), over 32-byte words in big-endian order.
//!
//! - The state is a string of bytes, empty at first.
//! - A scalar is absorbed by appending it: one word, below the scalars' modulus $r$.
//! - A point is absorbed by appending its affine coordinates $x$, then $y$: two words, each below the coordinates' modulus $q$. The point
//!   at infinity cannot be absorbed, sent or received.
//! - A challenge: if the state is 32 bytes long, which is so exactly after another challenge with nothing absorbed since, one byte 1 is
//!   appended. The state is hashed; the hash is the new state, and the challenge is the hash as an integer, modulo $r$.
//!
//! What a proof consists of is appended to it in the same encoding as it is absorbed. The prover's and the verifier's transcript are one
//! type, over what is written to or read from.
//!
//! snark-verifier 0.2.7's `EvmTranscript` is the same transcript: a contract that it generates accepts our proofs.

use std::io::{self, Read, Write};

use halo2_proofs::halo2curves::CurveAffine as _;
use halo2_proofs::halo2curves::bn256::{Fq, Fr, G1Affine};
use halo2_proofs::halo2curves::ff::{FromUniformBytes as _, PrimeField};
use halo2_proofs::halo2curves::group::prime::PrimeCurveAffine as _;
use halo2_proofs::transcript::{self, EncodedChallenge, TranscriptRead, TranscriptWrite};
use sha3::{Digest as _, Keccak256};

/// Bytes of a word: a scalar, a coordinate, a hash.
pub(crate) const WORD: usize = 32;

/// A transcript, and the proof that it writes or reads.
#[derive(Debug)]
pub(crate) struct Transcript<S> {
    state: Vec<u8>,
    proof: S,
}

impl<S> Transcript<S> {
    pub(crate) fn new(proof: S) -> Self {
        Self { state: Vec::new(), proof }
    }

    /// The proof as it was written, or what was not read of it.
    pub(crate) fn into_proof(self) -> S {
        self.proof
    }
}

/// A challenge: a hash modulo $r$.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Challenge(Fr);

impl EncodedChallenge<G1Affine> for Challenge {
    type Input = [u8; WORD];

    fn new(hash: &[u8; WORD]) -> Self {
        // Little-endian, and the upper half zero.
        let mut wide = [0; 2 * WORD];
        wide.iter_mut().zip(hash.iter().rev()).for_each(|(to, from)| *to = *from);
        Self(Fr::from_uniform_bytes(&wide))
    }

    fn get_scalar(&self) -> Fr {
        self.0
    }
}

/// A number as a word.
fn word(value: &impl PrimeField<Repr = [u8; WORD]>) -> [u8; WORD] {
    let mut bytes = value.to_repr();
    bytes.reverse();
    bytes
}

/// The coordinates of a point, as two words.
fn words(point: &G1Affine) -> io::Result<[u8; 2 * WORD]> {
    let infinity = || io::Error::new(io::ErrorKind::InvalidData, "the point at infinity has no encoding");
    if bool::from(point.is_identity()) {
        return Err(infinity());
    }
    let coordinates = Option::from(point.coordinates()).ok_or_else(infinity)?;
    let coordinates: halo2_proofs::halo2curves::Coordinates<G1Affine> = coordinates;
    let mut words = [0; 2 * WORD];
    words[..WORD].copy_from_slice(&word(coordinates.x()));
    words[WORD..].copy_from_slice(&word(coordinates.y()));
    Ok(words)
}

impl<S> transcript::Transcript<G1Affine, Challenge> for Transcript<S> {
    fn squeeze_challenge(&mut self) -> Challenge {
        if self.state.len() == WORD {
            self.state.push(1);
        }
        let hash: [u8; WORD] = Keccak256::digest(&self.state).into();
        self.state = hash.to_vec();
        Challenge::new(&hash)
    }

    fn common_point(&mut self, point: G1Affine) -> io::Result<()> {
        self.state.extend(words(&point)?);
        Ok(())
    }

    fn common_scalar(&mut self, scalar: Fr) -> io::Result<()> {
        self.state.extend(word(&scalar));
        Ok(())
    }
}

impl<S: Write> TranscriptWrite<G1Affine, Challenge> for Transcript<S> {
    fn write_point(&mut self, point: G1Affine) -> io::Result<()> {
        let words = words(&point)?;
        self.state.extend(words);
        self.proof.write_all(&words)
    }

    fn write_scalar(&mut self, scalar: Fr) -> io::Result<()> {
        let word = word(&scalar);
        self.state.extend(word);
        self.proof.write_all(&word)
    }
}

impl<S: Read> Transcript<S> {
    /// A number below its modulus.
    fn read<T: PrimeField<Repr = [u8; WORD]>>(&mut self) -> io::Result<T> {
        let mut bytes = [0; WORD];
        self.proof.read_exact(&mut bytes)?;
        bytes.reverse();
        let too_large = || io::Error::new(io::ErrorKind::InvalidData, "a number is not below its modulus");
        Option::from(T::from_repr(bytes)).ok_or_else(too_large)
    }
}

impl<S: Read> TranscriptRead<G1Affine, Challenge> for Transcript<S> {
    fn read_point(&mut self) -> io::Result<G1Affine> {
        let (x, y): (Fq, Fq) = (self.read()?, self.read()?);
        let off = || io::Error::new(io::ErrorKind::InvalidData, "a point is not on the curve");
        let point = Option::from(G1Affine::from_xy(x, y)).ok_or_else(off)?;
        transcript::Transcript::common_point(self, point)?;
        Ok(point)
    }

    fn read_scalar(&mut self) -> io::Result<Fr> {
        let scalar = self.read()?;
        transcript::Transcript::common_scalar(self, scalar)?;
        Ok(scalar)
    }
}

#[cfg(test)]
mod tests {
    use halo2_proofs::halo2curves::ff::Field as _;
    use halo2_proofs::transcript::Transcript as _;

    use super::*;

    /// Keccak-256 of the words, by hand: no challenge depends on anything else.
    #[test]
    fn challenges_are_hashes() {
        let mut transcript = Transcript::new(Vec::new());
        transcript.common_scalar(Fr::from(258)).unwrap();
        transcript.write_point(G1Affine::generator()).unwrap();
        let mut state = [0; 96];
        state[30..32].copy_from_slice(&[1, 2]);
        state[63] = 1;
        state[95] = 2;
        let first: [u8; 32] = Keccak256::digest(state).into();
        assert_eq!(transcript.squeeze_challenge().get_scalar(), reduced(first));
        let second: [u8; 32] = Keccak256::digest([&first[..], &[1]].concat()).into();
        assert_eq!(transcript.squeeze_challenge().get_scalar(), reduced(second));
        transcript.write_scalar(-Fr::ONE).unwrap();
        let third: [u8; 32] = Keccak256::digest([second, word(&-Fr::ONE)].concat()).into();
        assert_eq!(transcript.squeeze_challenge().get_scalar(), reduced(third));
        assert_eq!(transcript.into_proof(), [&state[32..], &word(&-Fr::ONE)].concat());
    }

    /// An integer modulo $r$, digit by digit.
    fn reduced(hash: [u8; 32]) -> Fr {
        hash.iter().fold(Fr::ZERO, |sum, byte| sum * Fr::from(256) + Fr::from(u64::from(*byte)))
    }

    #[test]
    fn what_is_written_is_read() {
        let mut written = Transcript::new(Vec::new());
        written.write_point((G1Affine::generator() * Fr::from(77)).into()).unwrap();
        written.write_scalar(Fr::from(5)).unwrap();
        let challenge = written.squeeze_challenge().get_scalar();
        let proof = written.into_proof();
        let mut read = Transcript::new(&proof[..]);
        assert_eq!(read.read_point().unwrap(), G1Affine::from(G1Affine::generator() * Fr::from(77)));
        assert_eq!(read.read_scalar().unwrap(), Fr::from(5));
        assert_eq!(read.squeeze_challenge().get_scalar(), challenge);
        assert!(read.into_proof().is_empty());
    }

    #[test]
    fn strict() {
        let r: Vec<u8> = word(&-Fr::ONE).iter().enumerate().map(|(i, b)| b + u8::from(i == 31)).collect();
        assert!(Transcript::new(&r[..]).read_scalar().is_err(), "r itself");
        assert!(Transcript::new(&r[..31]).read_scalar().is_err(), "a byte short");
        let q: Vec<u8> = word(&-Fq::ONE).iter().enumerate().map(|(i, b)| b + u8::from(i == 31)).collect();
        for (x, y) in [
            (&q[..], &word(&Fq::from(2))[..]),
            (&word(&Fq::ONE)[..], &word(&Fq::ONE)[..]),
            (&[0; 32][..], &[0; 32][..]),
        ] {
            let point = [x, y].concat();
            assert!(Transcript::new(&point[..]).read_point().is_err(), "{point:?}");
        }
        assert!(Transcript::new(Vec::new()).write_point(G1Affine::identity()).is_err());
    }
}
