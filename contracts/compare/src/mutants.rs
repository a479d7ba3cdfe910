//! False proofs, and true ones in another encoding: what both contracts must refuse, and the three kinds of calldata that theirs accepts.
//!
//! A proof is 87 words: nine public scalars, 15 points, 44 evaluations, two points. Random choices have a fixed seed.

use core::ops::Range;

use halo2_proofs::halo2curves::bn256::{Fq, Fr};
use halo2_proofs::halo2curves::ff::PrimeField;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

const WORD: usize = 32;
const WORDS: usize = 87;
const PUBLICS: usize = 9;
/// Where points are, by words.
const POINTS: [Range<usize>; 2] = [9..39, 83..87];
/// How many bits of each word are flipped, one at a time.
const BITS: usize = 2;
/// How many mutants have random bytes in them.
const RANDOM: usize = 200;

type Word = [u8; WORD];

/// What snark-verifier's contract says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Theirs {
    Refuses,
    Accepts,
}

/// Calldata without a selector, and what is wrong with it. Ours refuses it.
pub(crate) struct Mutant {
    pub(crate) kind: &'static str,
    pub(crate) theirs: Theirs,
    pub(crate) calldata: Vec<u8>,
}

/// Mutants of a true proof. The second is of another statement, the third of another key.
pub(crate) fn all(proof: &[u8], second: &[u8], foreign: &[u8]) -> Vec<Mutant> {
    assert!([proof, second, foreign].iter().all(|proof| proof.len() == WORDS * WORD), "a proof has {WORDS} words");
    let mut mutants = Mutants { proof, all: Vec::new(), rng: StdRng::seed_from_u64(4) };
    mutants.words(second);
    mutants.points(second);
    mutants.moved();
    mutants.statements(second, foreign);
    mutants.lengths();
    mutants.random();
    mutants.all
}

struct Mutants<'a> {
    proof: &'a [u8],
    all: Vec<Mutant>,
    rng: StdRng,
}

impl Mutants<'_> {
    /// Notes what is really another proof.
    fn add(&mut self, kind: &'static str, theirs: Theirs, calldata: Vec<u8>) {
        if calldata != self.proof {
            self.all.push(Mutant { kind, theirs, calldata });
        }
    }

    /// A mutant that both refuse: another text at one place.
    fn put(&mut self, kind: &'static str, word: usize, text: &[u8]) {
        let mut calldata = self.proof.to_vec();
        calldata[word * WORD..][..text.len()].copy_from_slice(text);
        self.add(kind, Theirs::Refuses, calldata);
    }

    fn word(&self, word: usize) -> Word {
        self.proof[word * WORD..][..WORD].try_into().expect("a word")
    }

    /// Each word by itself.
    fn words(&mut self, second: &[u8]) {
        let (r, q) = (modulus::<Fr>(), modulus::<Fq>());
        for i in 0..WORDS {
            let word = self.word(i);
            for _ in 0..BITS {
                let mut other = word;
                other[self.rng.gen_range(0..WORD)] ^= 1 << self.rng.gen_range(0..8);
                self.put("a bit is flipped", i, &other);
            }
            self.put("a word is zero", i, &[0; WORD]);
            self.put("a word is all ones", i, &[0xff; WORD]);
            self.put("a word is one more", i, &plus(word, number(1)));
            self.put("a word of another proof", i, &second[i * WORD..][..WORD]);
            if POINTS.iter().any(|points| points.contains(&i)) {
                self.put("a coordinate is q", i, &q);
                self.put("a coordinate is q more", i, &plus(word, q));
                continue;
            }
            // In place of zero it is the same number, which comes next.
            if word != [0; WORD] {
                self.put("a scalar is r", i, &r);
            }
            // The same number: the same proof, in another encoding.
            let kind = if i < PUBLICS { "a public scalar is r more" } else { "an evaluation is r more" };
            let mut calldata = self.proof.to_vec();
            calldata[i * WORD..][..WORD].copy_from_slice(&plus(word, r));
            self.add(kind, Theirs::Accepts, calldata);
        }
    }

    /// Each point by itself: others on the curve, and one that no curve point is.
    fn points(&mut self, second: &[u8]) {
        for i in POINTS.into_iter().flat_map(|words| words.step_by(2)) {
            let (x, y) = (self.word(i), self.word(i + 1));
            let negative = (-element::<Fq>(y)).to_repr().into_iter().rev().collect::<Vec<_>>();
            self.put("a point has the other sign", i, &[&x, &negative[..]].concat());
            self.put("a point is the generator", i, &[number(1), number(2)].concat());
            self.put("a point is (0, 0)", i, &[0; 2 * WORD]);
            self.put("a point is (1, 1), off the curve", i, &[number(1), number(1)].concat());
            self.put("a point has its coordinates exchanged", i, &[y, x].concat());
            self.put("a point of another proof", i, &second[i * WORD..][..2 * WORD]);
        }
    }

    /// Neighbours change places.
    fn moved(&mut self) {
        for i in 0..WORDS - 1 {
            self.put("two words change places", i, &[self.word(i + 1), self.word(i)].concat());
        }
        for i in POINTS.into_iter().flat_map(|words| (words.start..words.end - 2).step_by(2)) {
            let words = [i + 2, i + 3, i, i + 1].map(|i| self.word(i));
            self.put("two points change places", i, words.as_flattened());
        }
    }

    /// True proofs, of something else.
    fn statements(&mut self, second: &[u8], foreign: &[u8]) {
        let publics = PUBLICS * WORD;
        self.put("the statement of another proof", 0, &second[..publics]);
        self.put("the proof of another statement", PUBLICS, &second[publics..]);
        self.put("statement and proof of the other profile", 0, foreign);
    }

    /// More or less than there should be. What is missing reads as zero.
    fn lengths(&mut self) {
        assert_ne!(self.proof.last(), Some(&0), "the last byte would not be missed");
        for short in [1, WORD, 2 * WORD, WORDS * WORD - 4, WORDS * WORD] {
            self.add("short calldata", Theirs::Refuses, self.proof[..self.proof.len() - short].to_vec());
        }
        for long in [&[0][..], &[1; WORD], self.proof] {
            self.add("calldata goes on", Theirs::Accepts, [self.proof, long].concat());
        }
    }

    /// Up to eight bytes anywhere.
    fn random(&mut self) {
        for _ in 0..RANDOM {
            let mut calldata = self.proof.to_vec();
            for _ in 0..self.rng.gen_range(1..=8) {
                calldata[self.rng.gen_range(0..WORDS * WORD)] = self.rng.r#gen();
            }
            self.add("random bytes", Theirs::Refuses, calldata);
        }
    }
}

/// A sum of words, without a carry out.
fn plus(a: Word, b: Word) -> Word {
    let mut sum = [0; WORD];
    let mut carry = 0;
    for i in (0..WORD).rev() {
        let digit = u16::from(a[i]) + u16::from(b[i]) + carry;
        sum[i] = digit as u8;
        carry = digit >> 8;
    }
    assert_eq!(carry, 0, "all numbers here have 254 bits");
    sum
}

fn number(number: u8) -> Word {
    let mut word = [0; WORD];
    word[WORD - 1] = number;
    word
}

/// A field's modulus.
fn modulus<T: PrimeField<Repr = Word>>() -> Word {
    let mut largest = (-T::ONE).to_repr();
    largest.reverse();
    plus(largest, number(1))
}

/// The element that a word of a true proof is.
fn element<T: PrimeField<Repr = Word>>(mut word: Word) -> T {
    word.reverse();
    Option::from(T::from_repr(word)).expect("a number of a true proof is below its modulus")
}
