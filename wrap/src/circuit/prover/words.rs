//! # Scalars as words
//!
//! halo2curves and `furl-engine` keep numbers in the same form, in types that do not know each other.

use furl_engine::bn254::Word;
use furl_engine::bn254::msm::Point;
use halo2_proofs::halo2curves::bn256::G1Affine;
use halo2_proofs::halo2curves::serde::SerdeObject;

/// A number's words.
pub(crate) fn word(x: &impl SerdeObject) -> Word {
    let mut bytes = [0; 32];
    x.write_raw(&mut &mut bytes[..]).expect("a number has 32 bytes");
    let (words, _) = bytes.as_chunks::<8>();
    std::array::from_fn(|i| u64::from_le_bytes(words[i]))
}

/// The number of words that are below its modulus.
pub(crate) fn number<T: SerdeObject>(word: &Word) -> T {
    let mut bytes = [0; 32];
    bytes.as_chunks_mut::<8>().0.iter_mut().zip(word).for_each(|(bytes, limb)| *bytes = limb.to_le_bytes());
    T::from_raw_bytes_unchecked(&bytes)
}

/// That at infinity has two zeroes, here as there.
pub(crate) fn point(point: &G1Affine) -> Point {
    Point { x: word(&point.x), y: word(&point.y) }
}

pub(crate) fn affine(point: &Point) -> G1Affine {
    G1Affine { x: number(&point.x), y: number(&point.y) }
}
