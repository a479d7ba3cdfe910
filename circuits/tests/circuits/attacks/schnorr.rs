//! # Signatures by hand: what a forger computes
//!
//! The ledger signs and verifies honestly. Here the same equations stand in the open, for any key point, any start and
//! any digits.

use furl_circuits::field::F;
use furl_ledger::curve::{self, Point, Scalar};
use furl_ledger::signature::{ROW_BITS, ROWS, challenge_hash};
use furl_ledger::{Digest, PublicKey, SecretKey, Signature};

/// Digit bits, as the ladder's rows hold them.
pub(super) type Digits = [[bool; ROW_BITS]; ROWS];

/// Bits of a response as the ladder reads it: $2b - (2^{330} - 1)$.
const RESPONSE_BITS: usize = 330;

/// $c$ in limbs of 60, 60 and 12 bits, with which the hash is cut; `None` if a top nibble is 15.
pub(super) fn cut(hash: &Digest) -> Option<[u64; 3]> {
    let words = hash.limbs();
    let is_cut = words[..3].iter().all(|word| word >> 60 != 15);
    is_cut.then(|| [words[0] % (1 << 60), words[1] % (1 << 60), words[2] % (1 << 12)])
}

/// The hash that a forger with this commitment has to meet.
pub(super) fn hash(commitment: Point, key: Point, domain: &Digest, message: &[F; 6]) -> Digest {
    challenge_hash(&commitment.x.0, &key.x.0, domain, message)
}

/// $c$ in 17 bytes.
fn challenge_bytes([low, middle, high]: [u64; 3]) -> [u8; 17] {
    let number = u128::from(low) | u128::from(middle) << 60 | u128::from(high) << 120;
    let mut bytes = [0; 17];
    bytes[..16].copy_from_slice(&number.to_le_bytes());
    bytes[16] = (high >> 8) as u8;
    bytes
}

/// $e = 2c - (2^{132} - 1)$.
pub(super) fn exponent(c: [u64; 3]) -> Scalar {
    let mut bytes = [0; Scalar::BYTES];
    bytes[..17].copy_from_slice(&challenge_bytes(c));
    let c = Scalar::from_bytes(&bytes).unwrap();
    c + c - (Scalar::power_of_two(132) - Scalar::ONE)
}

/// The secret number of a key.
pub(super) fn secret(key: &SecretKey) -> Scalar {
    Scalar::from_bytes(&*key.to_bytes()).unwrap()
}

/// $k\,Q$ for a small or large $k$, and $G$ for the base.
pub(super) fn times_generator(k: Scalar) -> Point {
    curve::mul_generator(&k).to_point().unwrap()
}

/// A signature of the ledger's type.
pub(super) fn signature(c: [u64; 3], s: Scalar) -> Signature {
    let mut bytes = [0; Signature::BYTES];
    bytes[..17].copy_from_slice(&challenge_bytes(c));
    bytes[17..].copy_from_slice(&s.to_bytes());
    Signature::from_bytes(&bytes).unwrap()
}

/// The digits of $c$ and of the response $2b - (2^{330} - 1)$, `b` little-endian. Unlike a [`Signature`], it need not
/// be the least representation.
pub(super) fn spell(c: [u64; 3], b: &[u8; 42]) -> Digits {
    let c = challenge_bytes(c);
    let bit = |bytes: &[u8], i: usize| bytes[i / 8] >> (i % 8) & 1 == 1;
    std::array::from_fn(|row| {
        let low = 6 * (ROWS - 1 - row);
        let last = if ROWS - 1 - row < 11 { 264 + low } else { 201 + low };
        let mut out = [false; ROW_BITS];
        for (place, digit) in out[..6].chunks_exact_mut(2).enumerate() {
            write_digit(digit, |i| bit(&c, low + 4 - 2 * place + i));
        }
        for (digit, at) in out[6..].chunks_exact_mut(3).zip([low + 3, low, 132 + low + 3, 132 + low, last]) {
            write_digit(digit, |i| at + i < RESPONSE_BITS && bit(b, at + i));
        }
        out
    })
}

/// Sign first, then the magnitude's bits, top first: inverted if the sign is minus.
fn write_digit(out: &mut [bool], bit: impl Fn(usize) -> bool) {
    let top = out.len() - 1;
    out[0] = bit(top);
    for i in 1..=top {
        out[i] = bit(top - i) == out[0];
    }
}

/// The bits $b$ of $s + 2kn$ for each $k$ for which there are 330: all that the ladder's digits can spell of one
/// residue.
pub(super) fn representations(s: Scalar) -> Vec<[u8; 42]> {
    let half = |s: Scalar| {
        // (s + 2^330 - 1) / 2 modulo n: halving adds n to an odd number.
        let sum = widen(&(s + Scalar::power_of_two(330) - Scalar::ONE).to_bytes());
        shift_right(&if sum[0] & 1 == 1 { add(&sum, &widen(&Scalar::order())) } else { sum })
    };
    let order = widen(&Scalar::order());
    std::iter::successors(Some(half(s)), |b| Some(add(b, &order))).take_while(|b| b[41] < 4).collect()
}

fn widen(bytes: &[u8; 40]) -> [u8; 42] {
    let mut wide = [0; 42];
    wide[..40].copy_from_slice(bytes);
    wide
}

fn add(a: &[u8; 42], b: &[u8; 42]) -> [u8; 42] {
    let mut carry = 0;
    std::array::from_fn(|i| {
        let sum = u16::from(a[i]) + u16::from(b[i]) + carry;
        carry = sum >> 8;
        sum as u8
    })
}

fn shift_right(a: &[u8; 42]) -> [u8; 42] {
    std::array::from_fn(|i| a[i] >> 1 | a.get(i + 1).map_or(0, |next| next << 7))
}

/// The ladder, by affine chords and tangents: `None` where two points to add have the same $x$, or a point to double
/// has $y = 0$. `triple` is what the key row says is $3P$.
pub(super) fn climb(start: Point, key: Point, triple: Point, digits: &Digits) -> Option<Point> {
    let signed = |point: Point, plus: bool| if plus { point } else { -point };
    let tables = curve::ladder_tables();
    digits.iter().enumerate().try_fold(start, |point, (row, bits)| {
        let key_digit = |i: usize| signed(if bits[2 * i + 1] { triple } else { key }, bits[2 * i]);
        let digit = |table: usize, i: usize| {
            let bits = &bits[6 + 3 * i..9 + 3 * i];
            signed(tables[table][2 * usize::from(bits[1]) + usize::from(bits[2])], bits[0])
        };
        let last = if ROWS - 1 - row < 11 { 2 } else { 3 };
        let point = point.double()?.double()?.add(&key_digit(0))?;
        let point = point.double()?.add(&digit(0, 0))?.add(&digit(1, 2))?;
        let point = point.double()?.add(&key_digit(1))?;
        let point = point.double()?.double()?.add(&key_digit(2))?;
        point.add(&digit(0, 1))?.add(&digit(1, 3))?.add(&digit(last, 4))
    })
}

/// $\pm P$ in the group, as a key.
pub(super) fn opposite(key: &PublicKey) -> PublicKey {
    PublicKey::from_point(-key.point()).unwrap()
}

#[cfg(test)]
mod tests {
    use furl_ledger::curve::BLINDING_BASE;

    use super::*;
    use crate::attacks::scene::{honest, world};

    /// Digits, representations and ladder agree with the ledger's.
    #[test]
    fn the_forger_computes_as_the_ledger_does() {
        let world = world();
        let signed = honest(&world);
        let signature = &signed.signature;
        let key = world.secrets[1].public_key();
        let all = representations(signature.response());
        assert!(all.len() > 2000, "{}", all.len());
        assert_eq!(spell(signature.challenge(), &all[0]), signature.digits());
        let point = key.point();
        let triple = point.odd_multiples()[1];
        let expected = signature.commitment(&key);
        for b in [&all[0], &all[1], &all[all.len() - 1]] {
            assert_eq!(climb(BLINDING_BASE, point, triple, &spell(signature.challenge(), b)), expected);
        }
        let separator = world.batch.domain.separator();
        let hash = hash(expected.unwrap(), point, &separator, &signed.transfer.message());
        assert_eq!(cut(&hash), Some(signature.challenge()));
    }
}
