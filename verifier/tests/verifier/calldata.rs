//! What only the contract is told: calldata. Of a full wrap's, mutants that the other verifiers have no words for; all are refused, each kind
//! for its reason.
//!
//! Both arguments are arrays of a fixed length, so that calldata has a selector, 87 words, and no offsets. There is nothing that could overlap; what
//! an encoder would send that took the arrays for ones of any length is refused like any other bytes.

use furl_settlement::Revert;
use furl_settlement::abi;
use halo2_proofs::halo2curves::bn256::Fr;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::small::{WORD, modulus, scalars};
use crate::three::{HEAD, calldata};
use crate::wraps::{fixture, plus};

/// Words of the arguments.
const WORDS: usize = 9 + 78;

/// Changes calldata; gives the reasons that the contract may have.
type Kind = (&'static str, fn(&mut Vec<u8>, &mut StdRng) -> &'static [Reason]);

/// A reason, but for its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// Of the compiler's code: too short, or no function of this contract.
    Silent,
    Length,
    NotBelowModulus,
    NotOnCurve,
    Refused,
}
use Reason::{Length, NotBelowModulus, NotOnCurve, Refused, Silent};

/// Words that moved are others' by kind: coordinates that are none, or scalars.
const MOVED: &[Reason] = &[NotBelowModulus, NotOnCurve];

const KINDS: [Kind; 13] = [
    ("short", |data, rng| {
        data.truncate(rng.gen_range(0..data.len()));
        &[Silent]
    }),
    ("a word short", |data, _| {
        data.truncate(data.len() - WORD);
        &[Silent]
    }),
    ("trailing bytes", |data, rng| {
        let more = rng.gen_range(1..200);
        data.extend((0..more).map(|_| rng.r#gen::<u8>()));
        &[Length]
    }),
    ("twice", |data, _| {
        data.extend_from_within(..);
        &[Length]
    }),
    ("a bit of the selector", |data, rng| {
        data[rng.gen_range(0..4)] ^= 1 << rng.gen_range(0..8);
        &[Silent]
    }),
    ("another selector", |data, rng| {
        data[..4].copy_from_slice(&[abi::selector(abi::SUBMIT), [0; 4], [0xff; 4]][rng.gen_range(0..3)]);
        &[Silent]
    }),
    ("a public scalar that is not reduced", |data, rng| {
        let at = 4 + WORD * rng.gen_range(0..9);
        let word = plus(&data[at..at + WORD], &modulus::<Fr>()).unwrap();
        data[at..at + WORD].copy_from_slice(&word);
        &[NotBelowModulus]
    }),
    ("a bit of a public scalar", |data, rng| {
        // Below 2^253, which is below the modulus.
        let bit = rng.gen_range(0..253);
        data[4 + WORD * rng.gen_range(1..10) - 1 - bit / 8] ^= 1 << (bit % 8);
        &[Refused]
    }),
    ("offsets and lengths", |data, rng| {
        dynamic(data, rng.r#gen());
        &[Length]
    }),
    ("offsets and lengths, cut to size", |data, rng| {
        let length = data.len();
        dynamic(data, rng.r#gen());
        data.truncate(length);
        MOVED
    }),
    ("offsets in place of words", |data, rng| {
        let offset = [0x20u32, 0x40, 0x60, 0x120, 0x140, 0xac0, 0xae0][rng.gen_range(0..7)];
        // Two that overlap.
        let first = rng.gen_range(0..8);
        for word in [first, first + 1] {
            data[4 + WORD * word..][..WORD].copy_from_slice(&abi::number(offset));
        }
        &[Refused]
    }),
    ("the proof first", |data, _| {
        data[4..].rotate_left(9 * WORD);
        MOVED
    }),
    ("a public scalar too few or too many, in as many words", |data, rng| {
        if rng.r#gen() {
            data[HEAD - WORD..].rotate_left(WORD);
        } else {
            data[HEAD..].rotate_right(WORD);
        }
        MOVED
    }),
];

/// The arrays as ones of any length: where each begins, how long it is, its words. They may be said to begin at one place.
fn dynamic(data: &mut Vec<u8>, overlapping: bool) {
    let second = if overlapping { 2 } else { 2 + 1 + 9 };
    let word = |number: usize| abi::number(number as u64);
    let head = [word(2 * WORD), word(second * WORD), word(9)].concat();
    data.splice(HEAD..HEAD, word(78));
    data.splice(4..4, head);
}

/// The reason of a refusal; none for those that calldata alone does not lead to.
fn reason(revert: &Revert, length: usize) -> Option<Reason> {
    match revert {
        Revert::Silent => Some(Silent),
        Revert::VerifierLength(got) => (*got == length).then_some(Length),
        Revert::NotBelowModulus => Some(NotBelowModulus),
        Revert::NotOnCurve => Some(NotOnCurve),
        Revert::Refused => Some(Refused),
        _ => None,
    }
}

fn refused(mutants: usize, seed: u64) {
    let (three, honest) = (&fixture().three, calldata(&scalars(&fixture().statement), &fixture().proof));
    assert_eq!(honest.len(), 4 + WORDS * WORD);
    assert_eq!(three.contract.says(honest.clone()), Ok(()));
    let mut rng = StdRng::seed_from_u64(seed);
    let mut seen = [0; KINDS.len()];
    for (kind, (name, change)) in (0..KINDS.len()).zip(KINDS).cycle().take(mutants) {
        let mut data = honest.clone();
        let reasons = change(&mut data, &mut rng);
        assert_ne!(data, honest, "{name}");
        let length = data.len();
        let revert = three.contract.says(data).expect_err(name);
        assert!(reason(&revert, length).is_some_and(|reason| reasons.contains(&reason)), "{name}: {revert:?}");
        seen[kind] += 1;
    }
    assert!(seen.iter().all(|count| *count >= mutants / KINDS.len()), "{seen:?}");
}

#[test]
fn mutants_of_calldata_are_refused() {
    refused(500, 9);
}

#[test]
#[ignore = "slow: a minute"]
fn many_mutants_of_calldata_are_refused() {
    refused(5_000, 10);
}
