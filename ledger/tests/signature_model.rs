//! # Signatures against an independent model
//!
//! The model below is written from the design alone, in the plainest arithmetic there is: `u128`
//! remainders for the field, coordinates and slopes for the curve, double-and-add for multiples,
//! `num-bigint` for scalars. It calls nothing of the library: keys, signatures and messages reach it
//! as bytes and numbers. It shares with the library only third-party code: SHAKE256, and the Poseidon
//! permutation of plonky2, which has published vectors of its own.
//!
//! For every case the model makes the signature itself, nonce and retries included, and compares all
//! 57 bytes; verifies it; and verifies a spoilt one, where library and model must both refuse. A few
//! hundred cases run always, ten thousand on demand:
//!
//! ```text
//! cargo test --release -p furl-ledger --test signature_model -- --ignored
//! ```

use furl_ledger::curve::BLINDING_BASE;
use furl_ledger::digest::Digest;
use furl_ledger::encoding::{from_hex, to_hex};
use furl_ledger::field::{F, fp5};
use furl_ledger::key::{PublicKey, SecretKey};
use furl_ledger::signature::Signature;
use num_bigint::{BigInt, BigUint};
use plonky2_core::poseidon::Poseidon;
use plonky2_field::types::{Field, PrimeField64};
use serde::Deserialize;
use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};

const P: u64 = 0xffff_ffff_0000_0001;

/// Coefficients, each below [`P`].
type Fp5 = [u64; 5];

/// `None` is the neutral element.
type Point = Option<(Fp5, Fp5)>;

const A: Fp5 = [6_148_914_689_804_861_439, 263, 0, 0, 0];

/// $2^{132} H$, computed with a separate program (Python integers) from the derivation of $H$.
const BLINDING_END: Point = Some((
    [
        2_015_652_655_420_850_293,
        277_739_575_504_523_226,
        16_098_915_666_469_597_294,
        1_005_617_659_382_150_076,
        5_252_019_884_836_928_367,
    ],
    [
        4_293_155_965_322_568_180,
        6_662_029_453_518_772_175,
        8_347_493_762_761_901_387,
        15_966_606_028_020_556_106,
        5_795_153_932_498_299_881,
    ],
));

const GENERATOR: Point = Some((
    [
        11_712_523_173_042_564_207,
        14_090_224_426_659_529_053,
        13_197_813_503_519_687_414,
        16_280_770_174_934_269_299,
        15_998_333_998_318_935_536,
    ],
    [
        14_639_054_205_878_357_578,
        17_426_078_571_020_221_072,
        2_548_978_194_165_003_307,
        8_663_895_577_921_260_088,
        9_793_640_284_382_595_140,
    ],
));

fn mul_mod(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

fn add_mod(a: u64, b: u64) -> u64 {
    ((u128::from(a) + u128::from(b)) % u128::from(P)) as u64
}

fn power_mod(base: u64, exponent: u64) -> u64 {
    (0..64).rev().fold(1, |power, i| {
        let power = mul_mod(power, power);
        if exponent >> i & 1 == 1 { mul_mod(power, base) } else { power }
    })
}

fn add(a: Fp5, b: Fp5) -> Fp5 {
    std::array::from_fn(|i| add_mod(a[i], b[i]))
}

fn neg(a: Fp5) -> Fp5 {
    a.map(|c| (P - c) % P)
}

fn sub(a: Fp5, b: Fp5) -> Fp5 {
    add(a, neg(b))
}

fn mul(a: Fp5, b: Fp5) -> Fp5 {
    let mut product = [0; 5];
    for (i, a) in a.into_iter().enumerate() {
        for (j, b) in b.into_iter().enumerate() {
            let factor = if i + j < 5 { 1 } else { 3 };
            let term = mul_mod(factor, mul_mod(a, b));
            product[(i + j) % 5] = add_mod(product[(i + j) % 5], term);
        }
    }
    product
}

/// $x^p$: every $z$ becomes $z^p = 3^{(p - 1)/5} z$.
fn frobenius(x: Fp5) -> Fp5 {
    const ROOT: u64 = 1_041_288_259_238_279_555;
    let mut power = 1;
    x.map(|c| {
        let c = mul_mod(c, power);
        power = mul_mod(power, ROOT);
        c
    })
}

/// The product of the four other conjugates over the norm.
fn invert(x: Fp5) -> Fp5 {
    let conjugate = [frobenius(x), frobenius(frobenius(x))];
    let pair = mul(conjugate[0], conjugate[1]);
    let conjugates = mul(pair, frobenius(frobenius(pair)));
    let norm = mul(x, conjugates);
    assert!(norm[0] != 0 && norm[1..] == [0; 4], "the norm of a non-zero element");
    let inverse = power_mod(norm[0], P - 2);
    conjugates.map(|c| mul_mod(c, inverse))
}

fn sum(p: Point, q: Point) -> Point {
    let (Some((x1, y1)), Some((x2, y2))) = (p, q) else {
        return p.or(q);
    };
    let slope = if x1 != x2 {
        mul(sub(y2, y1), invert(sub(x2, x1)))
    } else if y1 == y2 {
        let square = mul(x1, x1);
        let numerator = add(add(square, add(square, square)), A);
        mul(numerator, invert(add(y1, y1)))
    } else {
        return None;
    };
    let x3 = sub(mul(slope, slope), add(x1, x2));
    Some((x3, sub(mul(slope, sub(x1, x3)), y1)))
}

fn opposite(p: Point) -> Point {
    p.map(|(x, y)| (x, neg(y)))
}

/// `table[i]` is $2^i P$.
fn doublings(p: Point, count: usize) -> Vec<Point> {
    std::iter::successors(Some(p), |p| Some(sum(*p, *p))).take(count).collect()
}

fn multiple(table: &[Point], k: &BigUint) -> Point {
    (0..k.bits()).filter(|i| k.bit(*i)).fold(None, |p, i| sum(p, table[i as usize]))
}

fn permute(state: [u64; 12]) -> [u64; 12] {
    F::poseidon(state.map(F::from_canonical_u64)).map(|x| x.to_canonical_u64())
}

/// What is signed, and by whom.
struct Case {
    secret: BigUint,
    public: Point,
    /// $w$, eight bytes a limb.
    encoding: [u8; 40],
    separator: [u64; 4],
    message: [u64; 6],
}

struct Model {
    order: BigUint,
    generator: Vec<Point>,
}

impl Model {
    fn new() -> Self {
        let order = "1067993516717146951041484916571792702745057740581727230159139685185762082554198619328292418486241";
        Self { order: order.parse().expect("decimal"), generator: doublings(GENERATOR, 319) }
    }

    /// The challenge for a commitment, if there is one.
    fn challenge(&self, commitment: Point, case: &Case) -> Option<BigUint> {
        let (v, p) = (commitment?.0, case.public?.0);
        let d = case.separator;
        let m = case.message;
        let state = [v[0], v[1], v[2], v[3], v[4], p[0], p[1], p[2], d[0], d[1], d[2], d[3]];
        let s = permute(state);
        let state = [p[3], p[4], m[0], m[1], m[2], m[3], m[4], m[5], s[8], s[9], s[10], s[11]];
        let h = permute(state);
        if h[..3].iter().any(|h| h / (1 << 60) == 15) {
            return None;
        }
        let [low, middle, high] = [h[0] % (1 << 60), h[1] % (1 << 60), h[2] % (1 << 12)];
        Some(BigUint::from(low) + (BigUint::from(middle) << 60) + (BigUint::from(high) << 120))
    }

    /// $2c - (2^{132} - 1)$.
    fn exponent(challenge: &BigUint) -> BigInt {
        BigInt::from(challenge * 2u8 + 1u8) - BigInt::from(BigUint::from(1u8) << 132)
    }

    fn verify(&self, signature: &[u8; 57], case: &Case) -> bool {
        let c = BigUint::from_bytes_le(&signature[..17]);
        let s = BigUint::from_bytes_le(&signature[17..]);
        if c.bits() > 132 || s >= self.order {
            return false;
        }
        let e = Self::exponent(&c);
        let ep = multiple(&doublings(case.public, 132), e.magnitude());
        let ep = if e.sign() == num_bigint::Sign::Minus { opposite(ep) } else { ep };
        let commitment = sum(sum(BLINDING_END, multiple(&self.generator, &s)), ep);
        self.challenge(commitment, case) == Some(c)
    }

    fn sign(&self, case: &Case) -> [u8; 57] {
        for counter in 0u64.. {
            let mut hasher = Shake256::default();
            hasher.update(b"furl/nonce");
            hasher.update(&padded::<40>(&case.secret));
            case.separator.iter().for_each(|word| hasher.update(&word.to_le_bytes()));
            hasher.update(&case.encoding);
            case.message.iter().for_each(|word| hasher.update(&word.to_le_bytes()));
            hasher.update(&counter.to_le_bytes());
            let mut wide = [0; 64];
            hasher.finalize_xof().read(&mut wide);
            let k = BigUint::from_bytes_le(&wide) % &self.order;
            let commitment = sum(BLINDING_END, multiple(&self.generator, &k));
            let Some(c) = self.challenge(commitment, case) else {
                continue;
            };
            let n = BigInt::from(self.order.clone());
            let s = BigInt::from(k) - Self::exponent(&c) * BigInt::from(case.secret.clone());
            let s = ((s % &n) + &n) % &n;
            let mut bytes = [0; 57];
            bytes[..17].copy_from_slice(&padded::<17>(&c));
            bytes[17..].copy_from_slice(&padded::<40>(s.magnitude()));
            return bytes;
        }
        unreachable!("some nonce gives a challenge")
    }
}

fn padded<const N: usize>(number: &BigUint) -> [u8; N] {
    let mut bytes = [0; N];
    let digits = number.to_bytes_le();
    bytes[..digits.len()].copy_from_slice(&digits);
    bytes
}

/// Reproducible 64-bit words (SHAKE256 of a counter, eight bytes each).
fn words(seed: u64) -> impl FnMut() -> u64 {
    let mut hasher = Shake256::default();
    hasher.update(b"signature model");
    hasher.update(&seed.to_le_bytes());
    let mut reader = hasher.finalize_xof();
    move || {
        let mut bytes = [0; 8];
        reader.read(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

fn check(model: &Model, seed: u64) {
    let mut word = words(seed);
    let secret: Vec<u8> = (0..5).flat_map(|_| word().to_le_bytes()).collect();
    let secret = BigUint::from_bytes_le(&secret) % &model.order;
    let key = SecretKey::from_bytes(&padded::<40>(&secret)).expect("below the order");
    let public = multiple(&model.generator, &secret);
    let (x, y) = public.expect("not neutral");
    // w = -y / (x - 2/3)
    let two_thirds = mul_mod(2, power_mod(3, P - 2));
    let w = mul(neg(y), invert(sub(x, [two_thirds, 0, 0, 0, 0])));
    let mut encoding = [0; 40];
    for (bytes, limb) in encoding.chunks_exact_mut(8).zip(w) {
        bytes.copy_from_slice(&limb.to_le_bytes());
    }
    assert_eq!(key.public_key().to_bytes(), encoding, "public key {seed}");

    let mut case = Case {
        secret,
        public,
        encoding,
        separator: std::array::from_fn(|_| word() % P),
        message: std::array::from_fn(|_| word() % P),
    };
    let separator = Digest(case.separator.map(F::from_canonical_u64));
    let library_message = case.message.map(F::from_canonical_u64);
    let signature = key.sign(&separator, &library_message);
    let bytes = signature.to_bytes();
    assert_eq!(bytes, model.sign(&case), "signature {seed}");
    assert!(model.verify(&bytes, &case), "verification {seed}");
    let public_key = PublicKey::from_bytes(&encoding).expect("the model's encoding");
    assert!(signature.verify(&public_key, &separator, &library_message));

    // One bit of the signature or of the message is changed.
    let bit = word() as usize % (8 * 57 + 6);
    let mut spoilt = bytes;
    if let Some(word) = bit.checked_sub(8 * 57) {
        case.message[word] = (case.message[word] + 1) % P;
    } else {
        spoilt[bit / 8] ^= 1 << (bit % 8);
    }
    let library_message = case.message.map(F::from_canonical_u64);
    let accepted =
        Signature::from_bytes(&spoilt).is_ok_and(|spoilt| spoilt.verify(&public_key, &separator, &library_message));
    assert!(!accepted, "spoilt {seed}");
    assert!(!model.verify(&spoilt, &case), "spoilt in the model {seed}");
}

#[test]
fn three_hundred_signatures() {
    let model = Model::new();
    (0..300).for_each(|seed| check(&model, seed));
}

#[test]
#[ignore = "minutes of plain arithmetic"]
fn ten_thousand_signatures() {
    let model = Model::new();
    (1_000..11_000).for_each(|seed| check(&model, seed));
}

#[derive(Deserialize)]
struct Vectors {
    blinding_base: Coordinates,
    signatures: Vec<Vector>,
}

#[derive(Deserialize)]
struct Coordinates {
    x: [String; 5],
    y: [String; 5],
}

#[derive(Deserialize)]
struct Vector {
    seed: String,
    label: String,
    index: u64,
    secret_key: String,
    public_key: PublicKey,
    separator: Digest,
    message: [String; 6],
    signature: Signature,
}

#[test]
fn pinned_vectors() {
    let json = include_str!("../../vectors/signature.json");
    let vectors: Vectors = serde_json::from_str(json).expect("the vectors are well formed");
    let limb = |text: &String| text.parse::<u64>().expect("decimal");
    let Coordinates { x, y } = vectors.blinding_base;
    assert_eq!(BLINDING_BASE.x, fp5(x.each_ref().map(limb)));
    assert_eq!(BLINDING_BASE.y, fp5(y.each_ref().map(limb)));
    let start = Some((x.each_ref().map(limb), y.each_ref().map(limb)));
    assert_eq!(doublings(start, 133)[132], BLINDING_END);
    assert_eq!(vectors.signatures.len(), 5);
    for v in vectors.signatures {
        let seed = from_hex(&v.seed).expect("32 bytes");
        let key = SecretKey::derive(&seed, &v.label, v.index);
        assert_eq!(to_hex(&*key.to_bytes()), v.secret_key);
        assert_eq!(key.public_key(), v.public_key);
        let message = v.message.each_ref().map(|word| F::from_canonical_u64(limb(word)));
        assert_eq!(key.sign(&v.separator, &message), v.signature);
        assert!(v.signature.verify(&v.public_key, &v.separator, &message));
    }
}
