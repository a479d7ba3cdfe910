//! A small circuit with every kind of row, proved by halo2; what this crate says of the proof, and of others.

use std::sync::OnceLock;

use furl_verifier::{Error, Origin, PROOF_BYTES, Part, Statement, VerifyingKey, verify};
use furl_wrap::circuit::{self, ProvingKey, Recorder, Table};
use furl_wrap::machine::Machine;
use furl_wrap::setup::Setup;
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field, PrimeField};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha3::{Digest as _, Keccak256};

use crate::three::Three;

pub(crate) const K: u32 = 17;
pub(crate) const WORD: usize = 32;
/// Where a proof's evaluations are.
pub(crate) const EVALUATIONS: core::ops::Range<usize> = 960..2368;

/// A statement: every byte of it differs from its neighbours, and all digests are canonical.
pub(crate) fn statement() -> [u8; Statement::BYTES] {
    let mut bytes: [u8; Statement::BYTES] = std::array::from_fn(|i| (i % 251) as u8);
    bytes[..4].copy_from_slice(&1u32.to_le_bytes());
    bytes
}

/// The public scalars of a statement, from decision 0009.
pub(crate) fn scalars(statement: &[u8]) -> Vec<Fr> {
    let number =
        |piece: &[u8]| piece.iter().rev().fold(Fr::ZERO, |sum, byte| sum * Fr::from(256) + Fr::from(u64::from(*byte)));
    statement.chunks(24).map(number).collect()
}

/// Publishes the statement, and does some of everything.
fn program(m: &mut Recorder, publics: &[Fr]) {
    let zero = m.constant(Fr::ZERO);
    let cells: Vec<_> = publics.iter().map(|scalar| m.witness(*scalar)).collect();
    cells.iter().enumerate().for_each(|(index, cell)| m.assert_public(index, *cell));
    let mut state = [zero; 4];
    for absorbed in cells.chunks_exact(3) {
        state = m.permute(state, [absorbed[0], absorbed[1], absorbed[2]]);
    }
    let small = m.witness(Fr::from(77));
    m.assert_80_bits(small);
    let packed = m.assert_canonical(small, state[0], Fr::from(1 << 32));
    let sum = m.multiply_add(packed, small, Fr::from(5), cells[0], Fr::from(9));
    let again = m.witness(m.value(sum));
    m.assert_equal(sum, again);
}

/// The circuit over a statement.
pub(crate) fn table(statement: &[u8]) -> Table {
    table_of(statement, K)
}

/// The same with more rows.
pub(crate) fn table_of(statement: &[u8], k: u32) -> Table {
    let publics = scalars(statement);
    let mut recorder = Recorder::new(publics.len());
    program(&mut recorder, &publics);
    recorder.finish(k).unwrap()
}

pub(crate) struct Fixture {
    pub(crate) three: Three,
    pub(crate) proof: Vec<u8>,
}

impl Fixture {
    /// What this crate says of a proof.
    fn native(&self, statement: &[u8], proof: &[u8]) -> Result<(), Error> {
        verify(&self.three.native, &Statement::parse(statement)?, proof)
    }
}

pub(crate) fn fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let setup = Setup::insecure_dev(K).unwrap();
        let table = table(&statement());
        let key = ProvingKey::new(setup.params(), &table).unwrap();
        let proof = circuit::prove(setup.params(), &key, table).unwrap();
        let three = Three::new(setup, key.verifying().clone(), contract);
        Fixture { three, proof }
    })
}

/// The committed creation code of the small circuit's contract, which is the one with this source.
fn contract(source: &str) -> Vec<u8> {
    let text = include_str!("../../../settlement/bytecode/verifier-small.hex");
    let (hash, code) = text.split_once('\n').unwrap();
    assert_eq!(hash, hex::encode(Keccak256::digest(source)), "contracts/test.sh --write makes it anew");
    hex::decode(code.trim_end()).unwrap()
}

#[test]
fn a_true_proof_is_accepted() {
    let fixture = fixture();
    assert_eq!(fixture.proof.len(), PROOF_BYTES);
    assert_eq!(fixture.three.native.origin(), Origin::Insecure);
    // Whatever the key says of itself.
    let mut claims = fixture.three.key;
    claims[12] = 0;
    assert_eq!(VerifyingKey::parse(&claims).unwrap().origin(), Origin::Insecure);
    assert_eq!(fixture.three.native.k(), K);
    fixture.three.say(&statement(), &fixture.proof).unwrap();
}

/// Each bit of the statement is bound, or breaks its form.
#[test]
fn every_byte_of_the_statement_is_bound() {
    let fixture = fixture();
    for i in 0..Statement::BYTES {
        let mut other = statement();
        other[i] ^= 1 << (i % 8);
        let expected = match i {
            0..4 => Error::Version {
                part: Part::Statement,
                expected: 1,
                got: u32::from_le_bytes(other[..4].try_into().unwrap()),
            },
            _ => Error::Refused,
        };
        assert_eq!(fixture.native(&other, &fixture.proof), Err(expected), "byte {i}");
    }
}

/// A limb of a digest at or above the modulus, at each of the 24 places.
#[test]
fn digests_are_canonical() {
    for offset in [4, 40, 72, 108, 140, 172] {
        for limb in 0..4 {
            let mut other = statement();
            other[offset + 8 * limb..][..8].copy_from_slice(&0xffff_ffff_0000_0001u64.to_le_bytes());
            assert_eq!(Statement::parse(&other), Err(Error::Digest { offset }));
            other[offset + 8 * limb..][..8].copy_from_slice(&0xffff_ffff_0000_0000u64.to_le_bytes());
            assert_eq!(Statement::parse(&other).unwrap().to_bytes(), other);
        }
    }
    for length in [0, 203, 205] {
        let error = Statement::parse(&vec![0; length]).unwrap_err();
        assert_eq!(error, Error::Length { part: Part::Statement, expected: 204, got: length });
    }
}

/// Every word of a proof that is not below its modulus, and every point off the curve, by name and place.
#[test]
fn malformed_words_are_named() {
    let fixture = fixture();
    let with = |offset: usize, word: [u8; WORD]| {
        let mut proof = fixture.proof.clone();
        proof[offset..offset + WORD].copy_from_slice(&word);
        fixture.native(&statement(), &proof).unwrap_err()
    };
    let part = Part::Proof;
    for offset in (0..PROOF_BYTES).step_by(WORD) {
        if EVALUATIONS.contains(&offset) {
            let r = modulus::<Fr>();
            assert_eq!(with(offset, r), Error::Scalar { part, offset });
            assert_eq!(with(offset, [0xff; WORD]), Error::Scalar { part, offset });
            let mut less = r;
            less[WORD - 1] -= 1;
            assert_eq!(with(offset, less), Error::Refused);
        } else {
            assert_eq!(
                with(offset, modulus::<halo2_proofs::halo2curves::bn256::Fq>()),
                Error::Coordinate { part, offset }
            );
            let start = offset - offset % (2 * WORD);
            assert_eq!(with(offset, [0; WORD]), Error::OffCurve { part, offset: start });
        }
    }
    for start in (0..PROOF_BYTES).step_by(2 * WORD).filter(|start| !EVALUATIONS.contains(start)) {
        let mut proof = fixture.proof.clone();
        proof[start..start + 2 * WORD].fill(0);
        assert_eq!(fixture.native(&statement(), &proof), Err(Error::OffCurve { part, offset: start }), "infinity");
    }
    for length in [0, 31, PROOF_BYTES - 1, PROOF_BYTES + 1] {
        let mut proof = fixture.proof.clone();
        proof.resize(length, 0);
        let expected = Error::Length { part, expected: PROOF_BYTES, got: length };
        assert_eq!(fixture.native(&statement(), &proof), Err(expected));
    }
}

/// The modulus of a field, as a word.
pub(crate) fn modulus<T: PrimeField<Repr = [u8; WORD]>>() -> [u8; WORD] {
    let mut word = (-T::ONE).to_repr();
    word[0] += 1;
    word.reverse();
    word
}

/// A proof that is still well formed, and false: one evaluation is another, or one point another true point. Or any bit is flipped.
pub(crate) fn spoiled(honest: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let mut proof = honest.to_vec();
    let points: Vec<_> = (0..PROOF_BYTES).step_by(2 * WORD).filter(|start| !EVALUATIONS.contains(start)).collect();
    match rng.gen_range(0..4) {
        0 => {
            let word = EVALUATIONS.start / WORD + rng.gen_range(0..44);
            proof[word * WORD + 1 + rng.gen_range(0..WORD - 1)] ^= 1 << rng.gen_range(0..8);
        }
        // Two points change places, or one stands for another.
        1 => {
            let [a, b] = [(); 2].map(|()| points[rng.gen_range(0..points.len())]);
            let point = proof[a..a + 2 * WORD].to_vec();
            proof.copy_within(b..b + 2 * WORD, a);
            if rng.gen_bool(0.5) {
                proof[b..b + 2 * WORD].copy_from_slice(&point);
            }
        }
        // A point of the other sign.
        2 => {
            let start = points[rng.gen_range(0..points.len())] + WORD;
            let mut q = modulus::<halo2_proofs::halo2curves::bn256::Fq>();
            let mut borrow = 0;
            for i in (0..WORD).rev() {
                let difference = i16::from(q[i]) - i16::from(proof[start + i]) - borrow;
                borrow = i16::from(difference < 0);
                q[i] = difference.rem_euclid(256) as u8;
            }
            proof[start..start + WORD].copy_from_slice(&q);
        }
        // Any bit.
        _ => proof[rng.gen_range(0..PROOF_BYTES)] ^= 1 << rng.gen_range(0..8),
    }
    proof
}

/// halo2's own verifier, this one and the contract say the same of every mutant; none accepts one.
fn agree(mutants: usize, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    for _ in 0..mutants {
        let proof = spoiled(&fixture().proof, &mut rng);
        let honest = proof == fixture().proof;
        assert_eq!(fixture().three.accept(&statement(), &proof), honest);
    }
}

#[test]
fn verifiers_agree() {
    agree(1_000, 1);
}

#[test]
#[ignore = "slow: minutes"]
fn verifiers_agree_on_many() {
    agree(10_000, 2);
}

/// Each word of the key matters: a proof of another key is false.
#[test]
fn every_word_of_the_key_is_bound() {
    let fixture = fixture();
    let part = Part::Key;
    let refused = |bytes: &[u8]| match VerifyingKey::parse(bytes) {
        Ok(key) => verify(&key, &Statement::parse(&statement()).unwrap(), &fixture.proof).unwrap_err(),
        Err(error) => error,
    };
    let mut other = fixture.three.key;
    other[WORD + 31] ^= 1;
    assert_eq!(refused(&other), Error::Refused, "the circuit's scalar");
    other = fixture.three.key;
    other[16] += 1;
    assert_eq!(refused(&other), Error::Refused, "the number of rows");
    for (i, start) in (64..768).step_by(64).enumerate() {
        let mut other = fixture.three.key;
        let next = if start == 704 { 64 } else { start + 64 };
        other.copy_within(next..next + 64, start);
        assert_eq!(refused(&other), Error::Refused, "commitment {i}");
        other[start + 63] ^= 1;
        assert_eq!(refused(&other), Error::OffCurve { part, offset: start });
    }
    // Another setup: the generator, so a secret of 1.
    let mut other = fixture.three.key;
    let generator = Setup::insecure_dev(1).unwrap().params().g2();
    let words = [generator.x.c1, generator.x.c0, generator.y.c1, generator.y.c0].map(|coordinate| {
        let mut word = coordinate.to_repr();
        word.reverse();
        word
    });
    other[768..].copy_from_slice(&words.concat());
    assert_eq!(refused(&other), Error::Refused);
    other[895] ^= 1;
    assert_eq!(refused(&other), Error::OffCurve { part, offset: 768 });
    other[768..].fill(0);
    assert_eq!(refused(&other), Error::OffCurve { part, offset: 768 }, "infinity");
}

#[test]
fn keys_are_read_strictly() {
    let bytes = fixture().three.key;
    let with = |offset: usize, value: u8| {
        let mut bytes = bytes;
        bytes[offset] = value;
        VerifyingKey::parse(&bytes).unwrap_err()
    };
    assert_eq!(with(0, b'f'), Error::Magic);
    assert_eq!(with(8, 2), Error::Version { part: Part::Key, expected: 1, got: 2 });
    assert_eq!(with(12, 2), Error::Origin(2));
    assert_eq!(with(16, 16), Error::Rows(16));
    assert_eq!(with(16, 29), Error::Rows(29));
    assert_eq!(with(20, 1), Error::Magic);
    for length in [12, 895, 897] {
        let mut other = bytes.to_vec();
        other.resize(length, 0);
        let expected = Error::Length { part: Part::Key, expected: VerifyingKey::BYTES, got: length };
        assert_eq!(VerifyingKey::parse(&other), Err(expected));
    }
    assert_eq!(VerifyingKey::parse(&[]), Err(Error::Magic));
}
