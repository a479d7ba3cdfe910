//! A wrap of full size: the golden root's, and its mutants. halo2's verifier, this crate's and the committed contract in an EVM say the same of
//! each.

use std::sync::OnceLock;

use furl_circuits::profile::Profile;
use furl_circuits::proof::decode;
use furl_circuits::root::RootVerifier;
use furl_settlement::Revert;
use furl_settlement::bytecode::Contracts;
use furl_verifier::{Error, PROOF_BYTES, Statement, VerifyingKey, verify};
use furl_wrap::contract::generate;
use furl_wrap::setup::Setup;
use furl_wrap::wrap::{Wrap, k};
use furl_wrap::{circuit, key_file};
use halo2_proofs::halo2curves::bn256::{Fq, Fr, G2Affine};
use halo2_proofs::halo2curves::ff::Field as _;
use halo2_proofs::poly::commitment::{Params as _, ParamsProver as _};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::forged::{accepted, publics, refused};
use crate::forger::{self, Forger, Sent, word};
use crate::small::{EVALUATIONS, WORD, modulus, spoiled, table_of};
use crate::three::{Contract, Three, rekeyed};

const PROFILE: Profile = Profile::Fast;

pub(crate) struct Fixture {
    pub(crate) three: Three,
    pub(crate) statement: [u8; Statement::BYTES],
    pub(crate) proof: Vec<u8>,
}

pub(crate) fn fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let file = include_bytes!("../../../vectors/root.proof");
        let (head, body) = file.split_at(255);
        let statement = furl_ledger::statement::Statement::from_bytes(&head[47..251]).unwrap();
        let common = RootVerifier::committed(PROFILE).common().clone();
        let root = decode(body, &common, &statement.elements()).unwrap();
        let setup = Setup::insecure_dev(k(PROFILE)).unwrap();
        let wrap = Wrap::build(PROFILE, &setup).unwrap();
        let proof = wrap.prove(&setup, &statement, &root).unwrap();
        let contract = |source: &str| Contracts::committed(source).unwrap().verifier;
        let three = Three::new(setup, wrap.verifying().clone(), contract);
        Fixture { three, statement: statement.to_bytes(), proof }
    })
}

#[test]
fn the_golden_root_is_wrapped() {
    let Fixture { three, statement, proof } = fixture();
    assert_eq!((proof.len(), three.native.k()), (PROOF_BYTES, k(PROFILE)));
    assert!(three.key == *key_file::committed(PROFILE), "the key is not the committed one");
    assert_eq!(three.say(statement, proof), Ok(()));
}

#[test]
fn every_byte_of_the_statement_is_bound() {
    let Fixture { three, statement, proof } = fixture();
    for i in 0..Statement::BYTES {
        let mut other = *statement;
        other[i] ^= 1 << (i % 8);
        assert!(!three.accept(&other, proof), "byte {i}");
    }
}

/// A number of 32 bytes, and another added; none if there is no room.
pub(crate) fn plus(word: &[u8], other: &[u8]) -> Option<[u8; WORD]> {
    let mut sum = [0; WORD];
    let mut carry = 0;
    for i in (0..WORD).rev() {
        let digit = u16::from(word[i]) + u16::from(other[i]) + carry;
        (sum[i], carry) = (digit as u8, digit >> 8);
    }
    (carry == 0).then_some(sum)
}

/// Some bytes that are not a proof of the statement, each kind as often as the others.
fn mutant(kind: usize, rng: &mut StdRng) -> Vec<u8> {
    let mut proof = fixture().proof.clone();
    let points: Vec<_> = (0..PROOF_BYTES).step_by(2 * WORD).filter(|start| !EVALUATIONS.contains(start)).collect();
    let point = points[rng.gen_range(0..points.len())];
    let coordinate = point + WORD * rng.gen_range(0..2);
    let scalar = EVALUATIONS.start + WORD * rng.gen_range(0..44);
    let mut put = |at: usize, word: [u8; WORD]| proof[at..at + WORD].copy_from_slice(&word);
    match kind {
        0 => proof[rng.gen_range(0..PROOF_BYTES)] ^= 1 << rng.gen_range(0..8),
        1 => return spoiled(&proof, rng),
        2 => proof[point..point + 2 * WORD].fill(0),
        // Off the curve: x + 1, or another y.
        3 => proof[coordinate + WORD - 1] ^= 1 + rng.gen_range(0..4),
        // The same coordinate, the same scalar, not reduced.
        4 => put(coordinate, plus(&fixture().proof[coordinate..][..WORD], &modulus::<Fq>()).unwrap_or([0xff; WORD])),
        5 => put(scalar, plus(&fixture().proof[scalar..][..WORD], &modulus::<Fr>()).unwrap_or([0xff; WORD])),
        6 => proof.truncate(rng.gen_range(0..PROOF_BYTES)),
        7 => proof.extend((0..rng.gen_range(1..100)).map(|_| rng.r#gen::<u8>())),
        // A commitment or an evaluation too few, or too many.
        8 => _ = proof.drain(point..point + 2 * WORD),
        9 => _ = proof.drain(scalar..scalar + WORD),
        10 => {
            let copy = proof[scalar..scalar + WORD].to_vec();
            proof.splice(scalar..scalar, copy);
        }
        // An evaluation of another polynomial, or zero.
        11 => proof.copy_within(EVALUATIONS.start..EVALUATIONS.start + WORD, scalar),
        _ => put(scalar, [0; WORD]),
    }
    proof
}

const KINDS: usize = 13;

fn agree(mutants: usize, seed: u64) {
    let Fixture { three, statement, proof: honest } = fixture();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut refused = [0; KINDS];
    for i in 0..mutants {
        let proof = mutant(i % KINDS, &mut rng);
        assert_eq!(three.accept(statement, &proof), proof == *honest, "kind {}", i % KINDS);
        refused[i % KINDS] += usize::from(proof != *honest);
    }
    // Points change places with themselves.
    let each = mutants / KINDS;
    assert!(refused.iter().all(|refused| *refused > each * 9 / 10), "{refused:?} of {each} each");
    assert!(refused.iter().sum::<usize>() > mutants * 98 / 100, "{refused:?}");
}

#[test]
fn verifiers_agree() {
    agree(1_000, 5);
}

#[test]
#[ignore = "slow: minutes"]
fn verifiers_agree_on_many() {
    agree(10_000, 6);
}

/// Forged proofs, under the key of a full wrap.
#[test]
fn forged_proofs_are_judged_alike() {
    accepted(&fixture().three, 36, 11);
    refused(&fixture().three, 12);
}

/// The key of another circuit of this size, the contract of the other profile; a setup with another secret.
#[test]
fn another_key_and_another_setup() {
    let Fixture { three: Three { setup, halo2, key, .. }, statement, proof } = fixture();
    let (parsed, publics) = (Statement::parse(statement).unwrap(), publics(statement));
    let code = |profile| {
        let source = generate(key_file::committed(profile)).unwrap();
        Contracts::committed(&source).unwrap().verifier
    };
    let other = circuit::VerifyingKey::new(setup.params(), &table_of(statement, k(PROFILE))).unwrap();
    assert!(circuit::verify(setup.params(), &other, &publics, proof).is_err());
    let other = VerifyingKey::parse(&key_file::encode(&other, setup).unwrap()).unwrap();
    assert_eq!(verify(&other, &parsed, proof), Err(Error::Refused));
    assert_eq!(Contract::new(code(Profile::Proven)).verify(&publics, proof), Err(Revert::Refused));

    // The secret is one more. Of the powers in the first group a verifier reads the first alone.
    let params = setup.params();
    let secret = G2Affine::from(params.g2() + params.s_g2());
    let first = vec![params.get_g()[0]];
    let foreign = params.from_parts(params.k(), first.clone(), Some(first), params.g2(), secret);
    assert!(circuit::verify(&foreign, halo2, &publics, proof).is_err());
    let mut other = *key;
    let words = [secret.x.c1, secret.x.c0, secret.y.c1, secret.y.c0].map(|coordinate| word(&coordinate));
    other[VerifyingKey::BYTES - 4 * WORD..].copy_from_slice(&words.concat());
    assert_eq!(verify(&VerifyingKey::parse(&other).unwrap(), &parsed, proof), Err(Error::Refused));
    let contract = Contract::new(rekeyed(&code(PROFILE), key, &other));
    assert_eq!(contract.verify(&publics, proof), Err(Revert::Refused));
    // It is the secret that is refused, not how it was replaced.
    let first = vec![params.get_g()[0]];
    let same = params.from_parts(params.k(), first.clone(), Some(first), params.g2(), params.s_g2());
    circuit::verify(&same, halo2, &publics, proof).unwrap();
    let sent = Sent::of(proof);
    let forged = Forger::knowing(forger::secret() + Fr::ONE, &other).forge(&publics, &sent, None).unwrap();
    circuit::verify(&foreign, halo2, &publics, &forged).unwrap();
    assert_eq!(contract.verify(&publics, &forged), Ok(()));
}
