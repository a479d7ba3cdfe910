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
//!
//! # Committed keys
//!
//! The keys of both wraps under the INSECURE development setup are part of the source ([`committed`]), a word of a key in a line of text: so
//! a proof made for trying things out is checked in milliseconds, without a circuit or a setup. The command `costs` builds them anew.
//! Keys under a ceremony's setup are not here; whoever deploys builds them.

use furl_circuits::profile::Profile;
use halo2_proofs::halo2curves::bn256::{Fq, G1Affine, G2Affine};
use halo2_proofs::halo2curves::ff::PrimeField;
use thiserror::Error;

use crate::circuit::VerifyingKey;
use crate::setup::{self, Origin, Setup};

const WORD: usize = 32;
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

/// The key of a profile's wrap under [`Setup::insecure_dev`], as it is built from this source.
#[must_use]
pub fn committed(profile: Profile) -> &'static [u8; BYTES] {
    static FAST: [u8; BYTES] = from_hex(include_str!("../pins/key-fast.hex"));
    static PROVEN: [u8; BYTES] = from_hex(include_str!("../pins/key-proven.hex"));
    match profile {
        Profile::Fast => &FAST,
        Profile::Proven => &PROVEN,
    }
}

/// A key as text: a word in a line.
#[must_use]
pub fn to_hex(key: &[u8; BYTES]) -> String {
    key.chunks(WORD).map(|word| hex::encode(word) + "\n").collect()
}

/// The key that [`to_hex`] has written. While compiling: a file of another form does not get into the binary.
const fn from_hex(text: &str) -> [u8; BYTES] {
    const LINE: usize = 2 * WORD + 1;
    let text = text.as_bytes();
    assert!(text.len() == BYTES / WORD * LINE, "a key has 28 lines");
    let mut key = [0; BYTES];
    let mut i = 0;
    while i < BYTES {
        let at = i / WORD * LINE + i % WORD * 2;
        key[i] = digit(text[at]) << 4 | digit(text[at + 1]);
        i += 1;
        assert!(i % WORD != 0 || text[at + 2] == b'\n', "a line of a key has 64 digits");
    }
    key
}

const fn digit(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        b'a'..=b'f' => character - b'a' + 10,
        _ => panic!("a digit is one of 0-9 and a-f"),
    }
}

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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::wrap;

    #[test]
    fn the_text_is_the_key() {
        for profile in Profile::ALL {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("pins/key-{profile}.hex"));
            assert_eq!(to_hex(committed(profile)), fs::read_to_string(path).unwrap());
        }
    }

    /// What can be said of a committed key without building it.
    #[test]
    fn the_committed_keys_are_insecure_and_of_their_size() {
        for profile in Profile::ALL {
            let [magic, version, origin, k] = [0..8, 8..12, 12..16, 16..20].map(|range| &committed(profile)[range]);
            assert_eq!((magic, version), (MAGIC.as_slice(), VERSION.to_le_bytes().as_slice()));
            assert_eq!((origin, k), ([1, 0, 0, 0].as_slice(), wrap::k(profile).to_le_bytes().as_slice()));
        }
        assert_ne!(committed(Profile::Fast), committed(Profile::Proven));
    }

    /// The header may say what it likes: the points tell.
    #[test]
    fn the_origin_is_that_of_the_points() {
        let committed = committed(Profile::Fast);
        let with = |place: usize, value: u8| {
            let mut key = *committed;
            key[place] = value;
            key
        };
        assert_eq!(origin(committed), Origin::InsecureDev);
        let hidden = with(ORIGIN.start, 0);
        assert_eq!(origin(&hidden), Origin::InsecureDev);
        let mut other = hidden;
        other[BYTES - 1] ^= 1;
        assert_eq!(origin(&other), Origin::Ceremony);
        other[ORIGIN.start] = 1;
        assert_eq!(origin(&other), Origin::InsecureDev, "what says so of itself is believed");
    }

    #[test]
    #[should_panic(expected = "a key has 28 lines")]
    fn a_key_of_another_length_is_none() {
        from_hex("00\n");
    }

    #[test]
    #[should_panic(expected = "a digit is")]
    fn a_key_has_digits_only() {
        from_hex(&to_hex(committed(Profile::Fast)).replace('a', "A"));
    }

    #[test]
    #[should_panic(expected = "a line of a key has 64 digits")]
    fn a_line_ends_with_its_word() {
        from_hex(&to_hex(committed(Profile::Fast)).replace('\n', " "));
    }
}
