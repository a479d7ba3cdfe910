//! Signatures at their edges. That valid ones are valid is checked against an independent model in
//! `tests/signature_model.rs`.

use super::*;
use crate::curve::{BLINDING_BASE, LADDER_SHIFTS, ladder_tables};

fn separator() -> Digest {
    Digest([11, 22, 33, 44].map(F::from_canonical_u64))
}

fn message(i: u64) -> [F; MESSAGE] {
    [i, 2, 3, field::P - 1, 0, 0].map(F::from_canonical_u64)
}

fn key(i: u64) -> SecretKey {
    SecretKey::derive(&[9; 32], "signature tests", i)
}

/// `number + order`, 40 bytes little-endian.
fn plus_order(number: &[u8]) -> Vec<u8> {
    let mut carry = 0u16;
    let sum = number.iter().zip(Scalar::order()).map(|(a, b)| {
        carry = (carry >> 8) + u16::from(*a) + u16::from(b);
        carry as u8
    });
    let sum = sum.collect();
    assert_eq!(carry >> 8, 0, "twice the order has 320 bits");
    sum
}

/// $1/s$, by Fermat.
fn invert(s: Scalar) -> Scalar {
    let mut exponent = Scalar::order();
    exponent[0] -= 2;
    (0..320).rev().fold(Scalar::ONE, |power, i| {
        let power = power * power;
        if exponent[i / 8] >> (i % 8) & 1 == 1 { power * s } else { power }
    })
}

#[test]
fn signing_is_deterministic_and_verifies() {
    for i in 0..32 {
        let (key, message) = (key(i), message(i));
        let signature = key.sign(&separator(), &message);
        assert_eq!(key.sign(&separator(), &message), signature);
        assert!(signature.verify(&key.public_key(), &separator(), &message));
        assert_eq!(Signature::from_bytes(&signature.to_bytes()), Ok(signature));
        let text = signature.to_string();
        assert_eq!(text.len(), 2 + 2 * Signature::BYTES);
        assert_eq!(text.parse(), Ok(signature));
    }
}

#[test]
fn nothing_signed_can_be_changed() {
    let key = key(0);
    let public = key.public_key();
    let signature = key.sign(&separator(), &message(0));
    assert!(signature.verify(&public, &separator(), &message(0)));
    for i in 0..MESSAGE {
        let mut message = message(0);
        message[i] += F::ONE;
        assert!(!signature.verify(&public, &separator(), &message));
        assert_ne!(key.sign(&separator(), &message), signature);
    }
    for i in 0..4 {
        let mut separator = separator();
        separator.0[i] += F::ONE;
        assert!(!signature.verify(&public, &separator, &message(0)));
    }
    assert!(!signature.verify(&self::key(1).public_key(), &separator(), &message(0)));
    for bit in 0..8 * Signature::BYTES {
        let mut bytes = signature.to_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let spoilt = Signature::from_bytes(&bytes);
        assert!(!spoilt.is_ok_and(|s| s.verify(&public, &separator(), &message(0))));
    }
}

/// P and -P have the same abscissa and the same owner, but not the same signatures.
#[test]
fn the_opposite_key_has_its_own_signatures() {
    let key = key(0);
    let opposite = (Scalar::ZERO - *key.scalar()).to_bytes();
    let opposite = SecretKey::from_bytes(&opposite).expect("-d is not zero");
    assert_eq!(opposite.public_key().x(), key.public_key().x());
    assert_eq!(opposite.public_key().point(), -key.public_key().point());
    assert_ne!(opposite.public_key(), key.public_key());
    let signature = key.sign(&separator(), &message(0));
    assert!(!signature.verify(&opposite.public_key(), &separator(), &message(0)));
    let other = opposite.sign(&separator(), &message(0));
    assert!(other.verify(&opposite.public_key(), &separator(), &message(0)));
}

/// The commitment counts by its abscissa: the challenge of V is that of -V. With the logarithm of
/// both known, that is, with P and a response chosen together, a signer could answer for either.
#[test]
fn the_sign_of_the_commitment_is_not_hashed() {
    let key = key(0);
    let signature = key.sign(&separator(), &message(0));
    let commitment = signature.commitment(&key.public_key()).expect("not neutral");
    let hash = |v: Point| challenge_hash(&v.x.0, &key.public_key().x(), &separator(), &message(0));
    assert_eq!(hash(commitment), hash(-commitment));
    assert_eq!(Challenge::from_hash(&hash(-commitment)), Some(signature.challenge));
    // The negated response leads elsewhere: 2^132 H keeps its sign.
    let negated = Signature { response: -signature.response, ..signature };
    assert!(!negated.verify(&key.public_key(), &separator(), &message(0)));
}

#[test]
fn a_neutral_commitment_is_refused() {
    let signature = key(0).sign(&separator(), &message(0));
    // The key for which this signature's commitment vanishes: P = -(2^132 H + sG) / e.
    let start = Projective::from_point(&blinding_end());
    let sum = -add_multiple_of_generator(start, &signature.response());
    let point = sum.mul(&invert(signature.challenge.scalar())).to_point();
    let public = PublicKey::from_point(point.expect("not neutral")).expect("of the group");
    assert_eq!(signature.commitment(&public), None);
    assert!(!signature.verify(&public, &separator(), &message(0)));
}

#[test]
fn a_top_nibble_of_15_is_retried_and_refused() {
    let key = key(0);
    let (mut retried, mut twice) = (0, 0);
    for i in 0..200 {
        let message = message(i);
        let nonce = key.nonce(&separator(), &message, 0);
        let signature = key.sign(&separator(), &message);
        let first = key.sign_with(&nonce, &separator(), &message);
        if first.is_some() {
            assert_eq!(first, Some(signature));
            continue;
        }
        retried += 1;
        let second = key.sign_with(&key.nonce(&separator(), &message, 1), &separator(), &message);
        match second {
            Some(second) => assert_eq!(second, signature),
            None => twice += 1,
        }
        // The forbidden signature with the first nonce: everything but the nibble is right.
        let start = Projective::from_point(&blinding_end());
        let commitment = add_multiple_of_generator(start, &nonce).to_point().expect("not neutral");
        let x = commitment.x.0;
        let hash = challenge_hash(&x, &key.public_key().x(), &separator(), &message);
        assert!(hash.limbs()[..3].iter().any(|h| h >> 60 == 15));
        let cut = Digest(hash.limbs().map(|h| F::from_canonical_u64(h & LOW_60)));
        let challenge = Challenge::from_hash(&cut).expect("no top nibble is left");
        let forbidden = Signature { challenge, response: *nonce - challenge.scalar() * *key.scalar() };
        assert_eq!(forbidden.commitment(&key.public_key()), Some(commitment));
        assert!(!forbidden.verify(&key.public_key(), &separator(), &message));
    }
    // Expected 35 and 6 of 200.
    assert!((15..60).contains(&retried), "{retried}");
    assert!((1..20).contains(&twice), "{twice}");
}

#[test]
fn the_challenge_is_cut_at_60_60_12() {
    let [h0, h1, h2] = [0xe123_4567_89ab_cdef, 0x7edc_ba98_7654_3210, 0x0000_dead_beef_f0f7];
    let hash = |h: [u64; 4]| Digest(h.map(F::from_canonical_u64));
    let challenge = Challenge::from_hash(&hash([h0, h1, h2, 5])).expect("no nibble is 15");
    assert_eq!(challenge.limbs(), [h0 & LOW_60, h1 & LOW_60, 0x0f7]);
    let mut bytes = challenge.0;
    bytes.reverse();
    assert_eq!(hex::encode(bytes), "00f7edcba9876543210123456789abcdef");
    for i in 0..3 {
        let mut h = [h0, h1, h2, 5];
        h[i] = 0xf000_0000_0000_0000;
        assert!(Challenge::from_hash(&hash(h)).is_none());
        h[i] = 0xefff_ffff_ffff_ffff;
        assert!(Challenge::from_hash(&hash(h)).is_some());
    }
    // The fourth element is not part of the challenge.
    assert!(Challenge::from_hash(&hash([h0, h1, h2, field::P - 1])) == Some(challenge));
}

#[test]
fn bytes_are_strict() {
    let valid = key(0).sign(&separator(), &message(0)).to_bytes();
    let long = [&valid[..], &[0]].concat();
    let error = Signature::from_bytes(&[0; 3]).expect_err("too short");
    assert_eq!(error.to_string(), "not a signature: expected 57 bytes, got 3");
    for got in [0, 16, 17, 40, 56, 58] {
        let error = SignatureError::Length { got };
        assert_eq!(Signature::from_bytes(&long[..got]), Err(error));
    }
    for high in [0x10, 0x80, 0xff] {
        let mut bytes = valid;
        bytes[16] |= high;
        let error = SignatureError::Challenge { got: bytes[16] };
        assert_eq!(Signature::from_bytes(&bytes), Err(error));
    }
    let range = SignatureError::Response(ScalarError::Range);
    for response in [plus_order(&valid[17..]), Scalar::order().to_vec(), vec![0xff; 40]] {
        let bytes = [&valid[..17], &response].concat();
        assert_eq!(Signature::from_bytes(&bytes), Err(range));
    }
    let upper = Signature::from_bytes(&valid).expect("valid").to_string().to_uppercase();
    assert_eq!(upper.parse::<Signature>(), Err(HexError::Prefix.into()));
    let upper = upper.replace("0X", "0x");
    assert_eq!(upper.parse::<Signature>().map(|s| s.to_bytes()), Ok(valid));
}

/// The value of a digit by its definition, and where it stands in a row of the ladder.
fn digit(bits: &[bool]) -> i64 {
    let magnitude = bits[1..].iter().fold(0, |m, bit| 2 * m + i64::from(*bit));
    let value = 1 + 2 * magnitude;
    if bits[0] { value } else { -value }
}

fn signed(value: i64) -> Scalar {
    let mut bytes = [0; Scalar::BYTES];
    bytes[..8].copy_from_slice(&value.unsigned_abs().to_le_bytes());
    let scalar = Scalar::from_bytes(&bytes).expect("small");
    if value < 0 { -scalar } else { scalar }
}

#[test]
fn digits_add_up_to_challenge_and_response() {
    for i in 0..64 {
        let signature = key(i).sign(&separator(), &message(i));
        let (mut e, mut s) = (Scalar::ZERO, Scalar::ZERO);
        for (row, bits) in signature.digits().iter().enumerate() {
            let weight = ROWS - 1 - row;
            let at = |k: u64| Scalar::power_of_two(6 * weight as u64 + k);
            for (k, bits) in [4, 2, 0].into_iter().zip(bits[..6].chunks(2)) {
                e = e + at(k) * signed(digit(bits));
            }
            let last = LADDER_SHIFTS[if weight < 11 { 2 } else { 3 }];
            let shifts = [3, 0, 132 + 3, 132, last];
            for (k, bits) in shifts.into_iter().zip(bits[6..].chunks(3)) {
                s = s + at(k) * signed(digit(bits));
            }
        }
        assert_eq!(e, signature.challenge.scalar());
        assert_eq!(s, signature.response());
    }
}

/// Walks the circuit's ladder with chords and tangents only, in the order of its operations.
#[test]
fn the_ladder_reaches_the_commitment() {
    let pick = |table: &[Point; 4], bits: &[bool]| {
        let point = table[digit(bits).unsigned_abs() as usize / 2];
        if bits[0] { point } else { -point }
    };
    for i in 0..8 {
        let key = key(i);
        let signature = key.sign(&separator(), &message(i));
        let multiples = key.public_key().point().odd_multiples();
        let [g0, g1, g2, g3] = ladder_tables();
        let mut sum = BLINDING_BASE;
        for (row, bits) in signature.digits().iter().enumerate() {
            let last = if ROWS - 1 - row < 11 { g2 } else { g3 };
            let double = |sum: Point| sum.double().expect("of odd order");
            let add = |sum: Point, point: Point| sum.add(&point).expect("distinct x");
            sum = add(double(double(sum)), pick(&multiples, &bits[0..2]));
            sum = add(double(sum), pick(g0, &bits[6..9]));
            sum = add(sum, pick(g1, &bits[12..15]));
            sum = add(double(sum), pick(&multiples, &bits[2..4]));
            sum = add(double(double(sum)), pick(&multiples, &bits[4..6]));
            sum = add(sum, pick(g0, &bits[9..12]));
            sum = add(sum, pick(g1, &bits[15..18]));
            sum = add(sum, pick(last, &bits[18..21]));
        }
        assert_eq!(Some(sum), signature.commitment(&key.public_key()));
    }
}
