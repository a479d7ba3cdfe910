//! # The blinding base
//!
//! The circuit's ladder adds points by chords alone, which needs its accumulator never to be neutral
//! and never to meet an addend. It starts from a point $H$ whose logarithm to the base $G$ nobody
//! knows, and so every signature's commitment contains $2^{132} H$, the start doubled through 22 rows of
//! six.
//!
//! Nobody knows the logarithm because nobody chose the point. For $i = 0, 1, \dots$ read 40 bytes of
//! SHAKE256 of the ASCII text `furl/EcGFp5/H` and $i$ (four bytes, little-endian) as five
//! little-endian limbs; $H$ is decoded from the first that is the encoding of a group element other
//! than the neutral one. Every element has one encoding, so $H$ is uniform in the group, and the
//! group's order is prime: no cofactor to clear. About half of all encodings are valid; $i = 0$ is.
//!
//! [`derive_blinding_base`] does that; a test holds the constant to it.

use super::point::Point;
use super::projective::Projective;
use crate::field::{Fp5, fp5, from_bytes};
use plonky2_field::extension::quintic::QuinticExtension;
use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};
use std::sync::OnceLock;

/// $H$, the ladder's start, as [`derive_blinding_base`] gives it.
pub const BLINDING_BASE: Point = Point {
    x: fp5([
        7_462_209_401_659_276_748,
        14_319_019_883_772_442_146,
        1_307_303_986_556_976_807,
        12_519_717_483_142_934_613,
        14_071_800_608_960_934_059,
    ]),
    y: fp5([
        11_280_690_446_805_687_440,
        8_912_900_979_659_254_206,
        1_128_589_395_174_275_583,
        17_959_393_480_014_612_998,
        12_328_694_677_375_277_778,
    ]),
};

/// The number of doublings between the ladder's start and its end: bits of the challenge.
pub const LADDER_BITS: usize = 132;

/// What is left of $H$ at the ladder's end, $2^{132} H$.
pub fn blinding_end() -> Point {
    static END: OnceLock<Point> = OnceLock::new();
    *END.get_or_init(|| {
        let start = Projective::from_point(&BLINDING_BASE);
        (0..LADDER_BITS)
            .fold(start, |point, _| point.double())
            .to_point()
            .expect("a group of odd order has no neutral doubles but the neutral element's")
    })
}

/// Derives $H$ as the module describes.
pub fn derive_blinding_base() -> Point {
    (0u32..)
        .find_map(|counter| {
            let mut bytes = [0; 40];
            let mut hasher = Shake256::default();
            hasher.update(b"furl/EcGFp5/H");
            hasher.update(&counter.to_le_bytes());
            hasher.finalize_xof().read(&mut bytes);
            let w: Fp5 = QuinticExtension(from_bytes(&bytes).ok()?);
            Point::decode(w)
        })
        .expect("counter 0 already yields a point")
}
