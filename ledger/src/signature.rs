//! # Signatures
//!
//! Schnorr's scheme over the group of [`curve`](crate::curve), in the form that carries the challenge.
//! The key is $P = dG$; DS is the domain separator, $m$ six field elements.
//!
//! **Verify** $(c, s)$: let $e = 2c - (2^{132} - 1)$ and
//!
//! $$ V = 2^{132} H + sG + eP, \qquad \mathrm{accept} \iff c = \mathrm{challenge}(V, P, \mathrm{DS}, m). $$
//!
//! **Sign**: choose $k$, let $V = 2^{132} H + kG$, compute $c$ and $e$, answer $s = k - ed$.
//!
//! The constant $2^{132} H$ is the start of the circuit's ladder after its 132 doublings; it changes
//! nothing for the signer and lets the circuit add without cases. The challenge has 132 bits because they
//! are read as signed ones: $e$ is odd, below $2^{132}$ in magnitude, never zero.
//!
//! ## The challenge
//!
//! A sponge of two permutations over the sixteen elements of $V.x$, $P.x$ and $m$:
//!
//! ```text
//! state   0 1 2 3 4   5 6 7        8 9 10 11
//!         V.x         P.x[0..3]    DS          permute, then overwrite 0..8:
//!         P.x[3..5], m                         permute
//! ```
//!
//! The capacity starts as DS, so that a signature is worth nothing in another domain. Of the result
//! $h_0 .. h_3$, numbers below $p$, the challenge takes 60 bits of $h_0$, 60 of $h_1$, 12 of $h_2$:
//!
//! $$ c = (h_0 \bmod 2^{60}) + 2^{60} (h_1 \bmod 2^{60}) + 2^{120} (h_2 \bmod 2^{12}). $$
//!
//! A circuit shows such a cut by decomposing $h_i$ into bits, and 64 bits can spell $h_i + p$ too. They
//! cannot if the top four bits are not all ones, because $p > 15 \cdot 2^{60}$. So a hash with a top
//! nibble of 15 in $h_0$, $h_1$ or $h_2$ is no challenge at all: nothing verifies with it, and a signer
//! takes the next nonce (in 18 of 100 cases).
//!
//! ## Nonces
//!
//! $k$ is 64 bytes of SHAKE256 of `furl/nonce`, the secret key, DS, $P$, $m$ and a counter, modulo $n$
//! (40, 32, 40, 48 and 8 bytes, little-endian): deterministic, and different whenever anything signed
//! differs. The counter counts the retries.
//!
//! ## What a signature does not fix
//!
//! $V$ enters by its abscissa, and so does $P$. A signature under $P$ is none under $-P$, since $e(-P)$
//! gives another $V$; but who can sign for one can sign for the other, and both have one owner key.
//! That $-V$ would pass as well as $V$ helps nobody: an answer that leads to $-V$ is an answer to the
//! same discrete logarithm. Whoever holds $d$ can make many signatures of one message. None of them
//! names another message, which is all that the rollup needs, and no signature enters an identifier.

use crate::curve::generator::add_multiple_of_generator;
use crate::curve::scalar::{Scalar, ScalarError};
use crate::curve::{LADDER_BITS, Point, Projective, blinding_end};
use crate::digest::Digest;
use crate::encoding::{HexError, hex_text};
use crate::field::{self, F};
use crate::hash::{WIDTH, permute};
use crate::key::{PublicKey, SecretKey, hash_to_scalar};
use core::fmt;
use plonky2_field::types::Field;
use thiserror::Error;
use zeroize::Zeroizing;

/// Elements of a message.
pub const MESSAGE: usize = 6;

/// Rows of the circuit's ladder.
pub const ROWS: usize = 22;

/// Digit bits in a row of the ladder.
pub const ROW_BITS: usize = 21;

/// The low 60 bits of a word.
const LOW_60: u64 = (1 << 60) - 1;

/// Why some bytes or text are not a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The number of bytes is wrong.
    #[error("not a signature: expected {} bytes, got {got}", Signature::BYTES)]
    Length {
        /// How many there are.
        got: usize,
    },
    /// The challenge has more than 132 bits.
    #[error("not a signature: expected a challenge of 132 bits, got top byte {got:#04x}")]
    Challenge {
        /// The last of the challenge's 17 bytes, whose upper four bits must be zero.
        got: u8,
    },
    /// The response is not below the order of the group.
    #[error("not a signature: response: {0}")]
    Response(ScalarError),
    /// The text is not hexadecimal, or of the wrong length.
    #[error("not a signature: {0}")]
    Hex(#[from] HexError),
}

/// A challenge of 132 bits: 17 little-endian bytes, the last below 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Challenge([u8; 17]);

impl Challenge {
    /// Cuts the challenge out of a hash; `None` if a top nibble is 15.
    fn from_hash(hash: &Digest) -> Option<Self> {
        let [h0, h1, h2, _] = hash.limbs();
        if [h0, h1, h2].iter().any(|h| h >> 60 == 15) {
            return None;
        }
        let low = u128::from(h0 & LOW_60) | u128::from(h1 & LOW_60) << 60 | u128::from(h2) << 120;
        let mut bytes = [0; 17];
        bytes[..16].copy_from_slice(&low.to_le_bytes());
        bytes[16] = (h2 >> 8) as u8 & 15;
        Some(Self(bytes))
    }

    /// $60 + 60 + 12$ bits.
    fn limbs(&self) -> [u64; 3] {
        let (low, high) = self.0.split_at(16);
        let low = u128::from_le_bytes(low.try_into().expect("16 bytes"));
        let word = |shift: u32| (low >> shift) as u64 & LOW_60;
        [word(0), word(60), word(120) | u64::from(high[0]) << 8]
    }

    /// Bit `i` of $c$.
    fn bit(&self, i: usize) -> bool {
        self.0[i / 8] >> (i % 8) & 1 == 1
    }

    /// Groups of four bits, least significant first.
    fn nibbles(&self) -> [u8; LADDER_BITS / 4] {
        core::array::from_fn(|i| self.0[i / 2] >> (4 * (i % 2)) & 15)
    }

    /// $e = 2c - (2^{132} - 1)$ modulo the order.
    fn scalar(&self) -> Scalar {
        let mut bits = [0; Scalar::BYTES];
        bits[..17].copy_from_slice(&self.0);
        Scalar::from_signed_bits::<{ LADDER_BITS as u64 }>(&bits)
    }
}

/// The hash that a challenge is cut from: two permutations over $V.x$, $P.x$ and $m$, with DS in the
/// capacity.
pub fn challenge_hash(commitment_x: &[F; 5], key_x: &[F; 5], separator: &Digest, message: &[F; MESSAGE]) -> Digest {
    let mut state = [F::ZERO; WIDTH];
    state[..5].copy_from_slice(commitment_x);
    state[5..8].copy_from_slice(&key_x[..3]);
    state[8..].copy_from_slice(&separator.0);
    state = permute(state);
    state[..2].copy_from_slice(&key_x[3..]);
    state[2..8].copy_from_slice(message);
    let [a, b, c, d, ..] = permute(state);
    Digest([a, b, c, d])
}

/// A challenge $c$ and a response $s$.
///
/// As bytes: $c$ in 17 little-endian bytes, the upper four bits zero, then $s$ in 40, below the order.
/// As text: those 57 bytes in hexadecimal. Any value is well formed; [`Signature::verify`] says
/// whether it is true.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    challenge: Challenge,
    response: Scalar,
}

impl Signature {
    /// The length of the binary form.
    pub const BYTES: usize = 57;

    /// The challenge $c$ in limbs of 60, 60 and 12 bits, least significant first.
    pub fn challenge(&self) -> [u64; 3] {
        self.challenge.limbs()
    }

    /// The response $s$.
    pub fn response(&self) -> Scalar {
        self.response
    }

    /// Challenge and response, 17 and 40 bytes, little-endian.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..17].copy_from_slice(&self.challenge.0);
        bytes[17..].copy_from_slice(&self.response.to_bytes());
        bytes
    }

    /// Reads challenge and response.
    ///
    /// # Errors
    /// [`SignatureError`] if there are not 57 bytes, the challenge has more than 132 bits, or the
    /// response is not below the order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignatureError> {
        let length = SignatureError::Length { got: bytes.len() };
        let (challenge, response) = bytes.split_first_chunk::<17>().ok_or(length)?;
        if bytes.len() != Self::BYTES {
            return Err(length);
        }
        if challenge[16] > 15 {
            return Err(SignatureError::Challenge { got: challenge[16] });
        }
        Ok(Self {
            challenge: Challenge(*challenge),
            response: Scalar::from_bytes(response).map_err(SignatureError::Response)?,
        })
    }

    /// Whether this signs the message in the domain under the key.
    pub fn verify(&self, key: &PublicKey, separator: &Digest, message: &[F; MESSAGE]) -> bool {
        let Some(commitment) = self.commitment(key) else {
            return false;
        };
        let hash = challenge_hash(&commitment.x.0, &key.x(), separator, message);
        Challenge::from_hash(&hash) == Some(self.challenge)
    }

    /// $V = 2^{132} H + sG + eP$, unless it is neutral.
    pub fn commitment(&self, key: &PublicKey) -> Option<Point> {
        let product = Projective::from_point(&key.point()).mul_nibbles(&self.challenge.nibbles());
        let start = product + Projective::from_point(&blinding_end());
        add_multiple_of_generator(start, &self.response).to_point()
    }

    /// The digits that the circuit's ladder reads: 22 rows, most significant first, of 21 bits.
    ///
    /// Row $r$ has the weight $2^{6w}$, $w = 21 - r$: after its six doublings, everything that it adds
    /// is doubled $6w$ times more.
    ///
    /// | bits | part | window in row | digits, most significant first |
    /// |---|---|---|---|
    /// | 0..6 | $e$, 132 signed bits of $c$, times $P$ | $6w .. 6w + 6$ | three of 2 bits |
    /// | 6..12 | $s_0$, 132 signed bits, times $G$ | $6w .. 6w + 6$ | two of 3 bits |
    /// | 12..18 | $s_1$, 132 signed bits, times $2^{132} G$ | $6w .. 6w + 6$ | two of 3 bits |
    /// | 18..21 | $s_2$, 66 signed bits: for $w < 11$, times $2^{264} G$ | $6w .. 6w + 3$ | one of 3 bits |
    /// | | for $w \ge 11$, times $2^{201} G$ | $6(w - 11) + 3 .. 6(w - 11) + 6$ | |
    ///
    /// The parts are the 330 signed bits of $s \equiv s_0 + 2^{132} s_1 + 2^{264} s_2$ modulo $n$; the last
    /// base is right because $6w + 201 = 264 + 6(w - 11) + 3$.
    ///
    /// A digit of $b$ signed bits is $\pm(1 + 2m)$: first the sign (1 is plus), then $m$ in $b - 1$ bits,
    /// most significant first. They are the remaining bits if the sign is plus, inverted if minus.
    pub fn digits(&self) -> [[bool; ROW_BITS]; ROWS] {
        let response = self.response.signed_bits::<330>();
        let challenge_bit = |i| self.challenge.bit(i);
        // Of 330 bits, those from 320 on are zero, because the number is below the order.
        let response_bit = |i: usize| i < 320 && response[i / 8] >> (i % 8) & 1 == 1;
        core::array::from_fn(|row| {
            let weight = ROWS - 1 - row;
            let low = 6 * weight;
            let last = match weight {
                0..11 => 264 + low,
                _ => 201 + low,
            };
            let mut bits = [false; ROW_BITS];
            for (digit, out) in bits[..6].chunks_exact_mut(2).enumerate() {
                signed_digit(out, low + 4 - 2 * digit, challenge_bit);
            }
            for (digit, out) in bits[6..].chunks_exact_mut(3).enumerate() {
                let at = [low + 3, low, 132 + low + 3, 132 + low, last][digit];
                signed_digit(out, at, response_bit);
            }
            bits
        })
    }
}

/// Writes the digit of the signed bits from `low` upwards: the top bit, then the others, inverted
/// if the top one is zero.
fn signed_digit(out: &mut [bool], low: usize, bit: impl Fn(usize) -> bool) {
    let width = out.len();
    let sign = bit(low + width - 1);
    out[0] = sign;
    for (i, out) in out.iter_mut().enumerate().skip(1) {
        *out = bit(low + width - 1 - i) == sign;
    }
}

impl SecretKey {
    /// Signs a message in a domain. The same input gives the same signature.
    pub fn sign(&self, separator: &Digest, message: &[F; MESSAGE]) -> Signature {
        let mut counter = 0;
        loop {
            let nonce = self.nonce(separator, message, counter);
            if let Some(signature) = self.sign_with(&nonce, separator, message) {
                return signature;
            }
            counter += 1;
        }
    }

    /// The nonce for one attempt, as the module describes.
    fn nonce(&self, separator: &Digest, message: &[F; MESSAGE], counter: u64) -> Zeroizing<Scalar> {
        let words: [u8; 8 * MESSAGE] = field::to_bytes(message);
        hash_to_scalar(&[
            b"furl/nonce",
            &*self.to_bytes(),
            &separator.to_bytes(),
            &self.public_key().to_bytes(),
            &words,
            &counter.to_le_bytes(),
        ])
    }

    /// The signature with nonce `k`, unless its hash is no challenge, or $2^{132} H + kG$ is neutral.
    fn sign_with(&self, k: &Scalar, separator: &Digest, message: &[F; MESSAGE]) -> Option<Signature> {
        let start = Projective::from_point(&blinding_end());
        let commitment = add_multiple_of_generator(start, k).to_point()?;
        let key_x = self.public_key().x();
        let hash = challenge_hash(&commitment.x.0, &key_x, separator, message);
        let challenge = Challenge::from_hash(&hash)?;
        let response = *k - challenge.scalar() * *self.scalar();
        Some(Signature { challenge, response })
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

hex_text!(Signature, Signature::BYTES, SignatureError);

#[cfg(test)]
mod tests;
