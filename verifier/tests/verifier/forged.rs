//! Forged proofs: every verifier computes what the forger does, and nothing that he would have it compute.

use furl_circuits::profile::Profile;
use furl_settlement::Revert;
use furl_settlement::bytecode::Contracts;
use furl_verifier::{Error, Statement, VerifyingKey, verify};
use furl_wrap::{circuit, contract, key_file};
use halo2_proofs::halo2curves::bn256::{Fq, Fr, G1Affine};
use halo2_proofs::halo2curves::ff::Field as _;
use halo2_proofs::halo2curves::group::Curve as _;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::forger::{Forger, PUBLICS, Sent, Slip, number as number_of, secret, word};
use crate::small::{Fixture, WORD, fixture, scalars, spoiled, statement};
use crate::statements::any_statement;
use crate::three::{Contract, Three, rekeyed, same_reason};

/// Of which kind numbers are, and points. Sums of them, unreduced, are as large as they get, or cancel.
const NUMBERS: usize = 6;
const POINTS: usize = 3;

fn number(kind: usize, rng: &mut StdRng) -> Fr {
    match kind {
        0 => Fr::random(rng),
        1 => Fr::ZERO,
        2 => -Fr::ONE,
        // A selector's value, a limb, a limb's bound.
        3 => Fr::from([0, 1, 2, 3, (1 << 16) - 1, 1 << 16, (1 << 32) - 1, u64::MAX][rng.gen_range(0..8)]),
        4 => -Fr::from(rng.gen_range(1..5)),
        _ => number(rng.gen_range(0..NUMBERS - 1), rng),
    }
}

/// The public scalars of a statement.
pub(crate) fn publics(statement: &[u8]) -> [Fr; PUBLICS] {
    scalars(statement).try_into().unwrap()
}

/// What a proof may begin with; each kind in its turn.
pub(crate) fn sent(forger: &Forger, turn: usize, rng: &mut StdRng) -> Sent {
    let (numbers, points) = (turn % NUMBERS, turn / NUMBERS % POINTS);
    let mut point = || match points {
        0 => (G1Affine::generator() * Fr::random(&mut *rng)).to_affine(),
        1 if rng.r#gen() => G1Affine::generator(),
        1 => -G1Affine::generator(),
        _ => forger.key()[rng.gen_range(0..forger.key().len())],
    };
    let (points, folded) = (std::array::from_fn(|_| point()), point());
    Sent { points, values: std::array::from_fn(|_| number(numbers, rng)), folded }
}

/// Forged proofs are accepted by all; with any scalars, by those that are told scalars. With a word changed they are refused by all.
pub(crate) fn accepted(three: &Three, turns: usize, seed: u64) {
    let forger = Forger::new(&three.key);
    let mut rng = StdRng::seed_from_u64(seed);
    let mut counts = [0; 3];
    for turn in 0..turns {
        let (statement, sent) = (any_statement(&mut rng), sent(&forger, turn, &mut rng));
        // The point at infinity is none that is sent: so it is if all is zero.
        let Some(proof) = forger.forge(&publics(&statement), &sent, None) else { continue };
        assert_eq!(three.say(&statement, &proof), Ok(()), "turn {turn}");
        counts[0] += 1;
        let other = spoiled(&proof, &mut rng);
        assert_eq!(three.accept(&statement, &other), other == proof, "turn {turn}");
        counts[1] += usize::from(other != proof);

        let scalars = std::array::from_fn(|_| number(turn % NUMBERS, &mut rng));
        let Some(proof) = forger.forge(&scalars, &sent, None) else { continue };
        circuit::verify(three.setup.params(), &three.halo2, &scalars, &proof).unwrap();
        three.contract.verify(&scalars, &proof).unwrap();
        counts[2] += 1;
    }
    assert!(counts.iter().all(|count| count * 10 >= turns * 8), "{counts:?} of {turns}");
}

/// What is forged for a verifier that differs from ours in one thing is refused by all of ours.
pub(crate) fn refused(three: &Three, seed: u64) {
    let forger = Forger::new(&three.key);
    let mut rng = StdRng::seed_from_u64(seed);
    let statement = any_statement(&mut rng);
    let (publics, sent) = (publics(&statement), sent(&forger, 0, &mut rng));
    let truth = forger.forge(&publics, &sent, None).unwrap();
    assert_eq!(three.say(&statement, &truth), Ok(()));
    let slips = Slip::all();
    assert_eq!(slips.len(), 196);
    for slip in slips {
        let proof = forger.forge(&publics, &sent, Some(slip)).unwrap();
        assert_ne!(proof, truth, "{slip:?} makes no difference");
        assert_eq!(three.say(&statement, &proof), Err(Error::Refused), "{slip:?}");
    }
}

/// The last point of a true proof is the one that would be forged: the forger computes what halo2's prover proves.
#[test]
fn a_true_proof_is_what_would_be_forged() {
    let Fixture { three, proof } = fixture();
    let forged = Forger::new(&three.key).forge(&publics(&statement()), &Sent::of(proof), None);
    assert_eq!(forged.as_ref(), Some(proof));
}

#[test]
fn forged_proofs_are_accepted() {
    accepted(&fixture().three, 90, 1);
}

#[test]
#[ignore = "slow: minutes"]
fn many_forged_proofs_are_accepted() {
    accepted(&fixture().three, 3_000, 2);
}

#[test]
fn every_slip_is_refused() {
    refused(&fixture().three, 3);
}

/// A part of a key made another: the circuit's scalar is one more, a commitment or the setup's secret has the other sign.
fn changed(key: &[u8; VerifyingKey::BYTES], part: usize) -> ([u8; VerifyingKey::BYTES], Fr) {
    let mut other = *key;
    let mut negate = |words: std::ops::Range<usize>| {
        for at in words.step_by(WORD) {
            let coordinate: Fq = number_of(&key[at..at + WORD]);
            other[at..at + WORD].copy_from_slice(&word(&-coordinate));
        }
    };
    match part {
        0 => other[WORD + 31] ^= 1,
        1..=11 => negate(64 * part + WORD..64 * (part + 1)),
        _ => negate(832..896),
    }
    (other, if part == 12 { -secret() } else { secret() })
}

/// Each part of the key is in the contract and counts: with another it is the contract of another key, which accepts what is forged under
/// that one, and not what is under this. So says this crate.
#[test]
fn every_part_of_the_key_is_bound_at_the_contract() {
    let bytes = key_file::committed(Profile::Fast);
    let code = Contracts::committed(&contract::generate(bytes).unwrap()).unwrap().verifier;
    let verifiers = |key: &[u8; VerifyingKey::BYTES]| {
        (VerifyingKey::parse(key).unwrap(), Contract::new(rekeyed(&code, bytes, key)))
    };
    let (ours, mut rng) = (verifiers(bytes), StdRng::seed_from_u64(5));
    for part in 0..13 {
        let (key, secret) = changed(bytes, part);
        let theirs = verifiers(&key);
        let statement = any_statement(&mut rng);
        let publics = publics(&statement);
        let forger = Forger::new(bytes);
        let sent = sent(&forger, 0, &mut rng);
        let proofs = [forger, Forger::knowing(secret, &key)].map(|forger| forger.forge(&publics, &sent, None).unwrap());
        let statement = Statement::parse(&statement).unwrap();
        for (i, (native, contract)) in [&ours, &theirs].into_iter().enumerate() {
            for (j, proof) in proofs.iter().enumerate() {
                let expected = if i == j { (Ok(()), Ok(())) } else { (Err(Error::Refused), Err(Revert::Refused)) };
                let got = (verify(native, &statement, proof), contract.verify(&publics, proof));
                assert_eq!(got, expected, "part {part}: key {i}, proof {j}");
            }
        }
    }
}

/// Under the committed keys, without halo2: its keys take the circuits.
#[test]
fn the_committed_contracts_compute_what_this_crate_does() {
    for profile in Profile::ALL {
        let bytes = key_file::committed(profile);
        let (forger, key) = (Forger::new(bytes), VerifyingKey::parse(bytes).unwrap());
        let code = Contracts::committed(&contract::generate(bytes).unwrap()).unwrap().verifier;
        let contract = Contract::new(code);
        let mut rng = StdRng::seed_from_u64(4);
        for (turn, slip) in Slip::all().into_iter().step_by(7).enumerate() {
            let statement = any_statement(&mut rng);
            let (publics, sent) = (publics(&statement), sent(&forger, NUMBERS * turn, &mut rng));
            let parsed = Statement::parse(&statement).unwrap();
            let truth = forger.forge(&publics, &sent, None).unwrap();
            assert_eq!(verify(&key, &parsed, &truth), Ok(()), "{profile}, turn {turn}");
            assert_eq!(contract.verify(&publics, &truth), Ok(()), "{profile}, turn {turn}");
            let lie = forger.forge(&publics, &sent, Some(slip)).unwrap();
            let error = verify(&key, &parsed, &lie).unwrap_err();
            assert!(same_reason(&error, &contract.verify(&publics, &lie).unwrap_err(), &lie), "{profile}, {slip:?}");
        }
    }
}
