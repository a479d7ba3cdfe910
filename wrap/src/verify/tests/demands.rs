//! Every demand that the verifier places on the machine, taken away in turn.
//!
//! A demand is needed if a machine without it accepts what the whole one refuses: if there are values of the witnesses for which *this
//! demand and no other* fails. [`Court::run`] gives all demands that fail with such values.
//!
//! **Hashes are no obstacle here.** The liar finds a second preimage of whatever he likes: in his runs, a permutation gives what it gave in
//! the honest run. Otherwise each lie about what is hashed would end at a path to a cap, whatever was demanded on the way.
//!
//! **Comparisons** are the demands at which honest hints fail if the proof is false: computed here, not listed. A lie that changes a value ends
//! at one of them, or at several. That the value could be changed is the point: whoever looks for a proof that meets the comparisons, too,
//! has one more degree of freedom. Each comparison in turn is the only demand that fails in some run.
//!
//! **The tape.** Lies are told to a [tape](super::tape) of the honest run, and to the program where the tape does not know a hint.
//!
//! What nobody can lie about is a [reviewed list](Court::explained) with exact counts.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;
use std::sync::Mutex;

use halo2_proofs::halo2curves::ff::Field as _;

use num_bigint::{BigInt, BigUint, Sign};
use rayon::prelude::*;

use super::tape::{Broken, Change, Made, Replay, Tape};
use super::*;
use crate::last::hash::DIGITS;
use crate::poseidon2;
use crate::verify::range::{divide, integer};

/// The program itself, in a run that may be false in any way.
struct Liar<'a> {
    honest: Option<&'a Tape>,
    changes: &'a [Change],
    permutations: usize,
    demands: usize,
    broken: Broken,
    /// What each witness was.
    told: Vec<Fr>,
}

impl Liar<'_> {
    fn demand(&mut self, met: bool, lacks: Fr) {
        if !met {
            self.broken.insert(self.demands, lacks);
        }
        self.demands += 1;
    }

    fn judge(&mut self, test: impl FnOnce(&mut Native)) {
        let mut native = Native::default();
        test(&mut native);
        self.demand(native.finish().is_ok(), Fr::zero());
    }
}

impl Machine for Liar<'_> {
    type Cell = Fr;

    fn value(&self, cell: Fr) -> Fr {
        cell
    }

    fn constant(&mut self, value: Fr) -> Fr {
        value
    }

    fn witness(&mut self, hint: Fr) -> Fr {
        let at = self.told.len();
        let changed = self.changes.iter().find_map(|change| match *change {
            Change::Witness(witness, value) if witness == at => Some(value),
            Change::More(witness, by) if witness == at => Some(hint + by),
            _ => None,
        });
        self.told.push(changed.unwrap_or(hint));
        self.told[at]
    }

    fn multiply_add(&mut self, a: Fr, b: Fr, k: Fr, c: Fr, d: Fr) -> Fr {
        a * b + k * c + d
    }

    fn assert_equal(&mut self, a: Fr, b: Fr) {
        self.demand(a == b, b - a);
    }

    fn assert_80_bits(&mut self, v: Fr) {
        self.judge(|m| m.assert_80_bits(v));
    }

    fn assert_canonical(&mut self, v: Fr, a: Fr, k: Fr) -> Fr {
        self.judge(|m| _ = m.assert_canonical(v, a, k));
        a + k * v
    }

    fn permute(&mut self, state: [Fr; 4], absorbed: [Fr; 3]) -> [Fr; 4] {
        let at = self.permutations;
        self.permutations += 1;
        let mut result = match self.honest {
            Some(honest) => std::array::from_fn(|i| honest.permutation(at, i)),
            None => {
                let [a, b, c] = absorbed;
                let mut state = [state[0] + a, state[1] + b, state[2] + c, state[3]];
                poseidon2::permute(&mut state);
                state
            }
        };
        for change in self.changes {
            if let Change::Permutation(permutation, element, value) = change
                && *permutation == at
            {
                result[*element] = *value;
            }
        }
        result
    }

    fn assert_public(&mut self, index: usize, v: Fr) {
        let changed = self.changes.iter().find_map(|change| match change {
            Change::Public(public, value) if *public == index => Some(*value),
            _ => None,
        });
        let expected = changed.or_else(|| self.honest.map(|honest| honest.public(index))).unwrap_or(v);
        self.demand(v == expected, expected - v);
    }
}

/// Runs the wrap's program, and gives what fails.
fn run(proof: &LastProof, honest: Option<&Tape>, changes: &[Change]) -> Broken {
    tell(proof, honest, changes).broken
}

/// Runs the wrap's program.
fn tell<'a>(proof: &LastProof, honest: Option<&'a Tape>, changes: &'a [Change]) -> Liar<'a> {
    let mut liar = Liar { honest, changes, permutations: 0, demands: 0, broken: Broken::new(), told: vec![] };
    verify_statement(&mut liar, &small().0, proof).expect("the shape is that of the circuit");
    liar
}

/// File and function that place a demand, from their source.
fn label(site: &Location<'_>) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(site.file());
    let source = std::fs::read_to_string(&path).expect("the source is where it was compiled");
    let lines: Vec<_> = source.lines().take(site.line() as usize).collect();
    let name = lines.iter().rev().find_map(|line| line.split_once("fn ").map(|(_, rest)| rest));
    let name = name.and_then(|rest| rest.split(['(', '<']).next()).expect("a demand is placed by a function");
    format!("{}::{name}", path.file_stem().expect("a file").to_string_lossy())
}

/// What became of a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Without it, another run is accepted.
    Alone,
    /// Without it, a value can be another; comparisons notice.
    Compared,
    /// No lie was found.
    Survives,
}

/// The honest run, and what is known of its demands.
struct Court<'a> {
    proof: &'static LastProof,
    honest: &'a Tape,
    /// Replays that nobody uses now.
    replays: Mutex<Vec<Replay<'a>>>,
    labels: Vec<String>,
    comparisons: BTreeSet<usize>,
}

const P: u64 = 0xffff_ffff_0000_0001;

/// Why nobody can lie about some demands.
const LOWER_HALF: &str = "the lower half l: 2^48 l and the upper half have 80 bits, so l is an integer, and has 32";
const VERSION: &str = "the version is a constant";
/// It is not redundant by proof: of the $2^{80}$ others some $2^{21}$ might do, but one takes $2^{59}$ trials to find.
const CONSTANT_REMAINDER: &str = "the remainder of a constant: others are negative, and both its cube and its seventh power would have to be in range";
const CONSTANT_HALVES: &str = "a constant below 2^32 has no other halves of 80 bits";

fn power(bits: u64) -> Fr {
    Fr::from(2).pow_vartime([bits])
}

/// The honest run.
fn honest() -> Tape {
    let (circuit, proof) = small();
    assert!(run(proof, None, &[]).is_empty());
    Tape::record(circuit, proof)
}

impl<'a> Court<'a> {
    fn new(honest: &'a Tape) -> Self {
        let proof = &small().1;
        let mut names = BTreeMap::new();
        let mut name = |site: &'static Location<'static>| {
            names.entry((site.file(), site.line())).or_insert_with(|| label(site)).clone()
        };
        let labels = honest.demands.iter().map(|made| name(made.site)).collect();
        let mut court = Self { proof, honest, replays: Mutex::default(), labels, comparisons: BTreeSet::new() };
        court.comparisons = court.comparisons();
        court
    }

    /// What fails for honest hints over false proofs: each kind of field changed, and numbers that are too large.
    fn comparisons(&self) -> BTreeSet<usize> {
        let mut found: BTreeSet<_> =
            (0..self.honest.demands.len()).filter(|i| self.kind(*i) == Demand::Public).collect();
        for field in kinds(self.proof).into_values().map(|fields| fields[0]) {
            let mut lie = self.proof.clone();
            change(&mut lie, field);
            found.extend(run(&lie, None, &[]).into_keys());
        }
        for input in [4, 13] {
            let mut lie = self.proof.clone();
            lie.public_inputs[input] = F::NEG_ONE;
            found.extend(run(&lie, None, &[]).into_keys());
        }
        found
    }

    fn kind(&self, demand: usize) -> Demand {
        self.honest.demands[demand].kind
    }

    /// A witness, changed by this.
    fn by(&self, witness: usize, change: Fr) -> Change {
        Change::Witness(witness, self.honest.witness(witness) + change)
    }

    /// A unit of the second witness is so much of the first: carries one over, either way.
    fn carry(&self, first: usize, second: usize, unit: Fr) -> [Vec<Change>; 2] {
        [Fr::one(), -Fr::one()].map(|sign| {
            let second = (second < self.honest.witnesses()).then(|| self.by(second, -sign));
            std::iter::once(self.by(first, sign * unit)).chain(second).collect()
        })
    }

    /// Digits of the integer $s + mr$, for the scalar whose digits these witnesses are.
    fn digits(&self, first: usize, m: i8) -> Vec<Change> {
        let p = Fr::from(P);
        let old: [Fr; DIGITS] = std::array::from_fn(|i| self.honest.witness(first + i));
        let s = number(old.iter().rev().fold(Fr::zero(), |sum, digit| sum * p + digit));
        let mut rest = s + BigInt::from(m) * (number(-Fr::one()) + 1);
        let order = BigInt::from(P);
        let mut changes = vec![];
        for i in 0..DIGITS - 1 {
            let digit = ((&rest % &order) + &order) % &order;
            changes.push(Change::Witness(first + i, scalar_of(&digit)));
            rest = (rest - digit) / &order;
        }
        changes.push(Change::Witness(first + DIGITS - 1, scalar_of(&rest)));
        changes
    }

    /// Lies about a demand, the likeliest first.
    fn lies(&self, demand: usize) -> Vec<Vec<Change>> {
        let Made { kind, witnesses: next, permutations, .. } = self.honest.demands[demand];
        let last = next.wrapping_sub(1);
        let p = Fr::from(P);
        match (self.labels[demand].as_str(), kind) {
            ("goldilocks::canonical", _) => self.about_element(demand),
            ("goldilocks::assert_remainder", Demand::Bits80) => self.about_limb(demand),
            ("goldilocks::bit", _) => self.carry(last, next, Fr::from(2)).to_vec(),
            ("goldilocks::below_80_bits", _) => self.about_range(last),
            ("challenger::digits", _) => vec![
                vec![self.by(last, Fr::one())],
                vec![self.by(next.saturating_sub(DIGITS), Fr::one())],
                vec![self.by(next.saturating_sub(DIGITS), -Fr::one())],
            ],
            ("statement::assert_32_bits", _) => {
                let mut lies = self.carry(last, next, power(32)).to_vec();
                lies.extend([4, 13].into_iter().flat_map(|input| self.carry(input, input + 1, power(32))));
                lies
            }
            ("merkle::assert", _) => {
                let value = self.honest.permutation(permutations - 1, 0) + Fr::one();
                vec![vec![Change::Permutation(permutations - 1, 0, value)]]
            }
            ("verify::assert_work", _) => {
                // The first challenge after the proof of work.
                let mut squeezed = self.honest.permutation(permutations - 1, 2);
                squeezed += power(60) * p.square();
                vec![vec![Change::Permutation(permutations - 1, 2, squeezed)]]
            }
            (_, Demand::Public) => {
                let index = (0..demand).filter(|i| self.kind(*i) == Demand::Public).count();
                vec![vec![Change::Public(index, self.honest.public(index) + Fr::one())]]
            }
            (_, Demand::Equal) => vec![vec![self.by(last, Fr::one())], vec![self.by(last, -Fr::one())]],
            _ => vec![],
        }
    }

    /// Not canonical: a value of no further use than its class; one with a quotient or a next digit; the least of its class, plus $p$; the highest
    /// digit; a public input in halves.
    fn about_element(&self, demand: usize) -> Vec<Vec<Change>> {
        let p = Fr::from(P);
        let witness = self.honest.demands[demand].witnesses - 1;
        let mut lies = vec![vec![self.by(witness, p)], vec![self.by(witness, -p)]];
        lies.extend(self.carry(witness, witness + 1, p));
        lies.extend([0, 1].into_iter().flat_map(|value| self.least(demand, value)));
        if witness + 1 >= DIGITS {
            lies.push(self.digits(witness + 1 - DIGITS, -1));
        }
        let halves = (0..self.labels.len()).filter(|i| witness < INPUTS && self.labels[*i] == "statement::halves");
        lies.extend(halves.map(|i| {
            let high = self.honest.demands[i].witnesses - 1;
            vec![self.by(witness, p), self.by(high - 1, Fr::one()), self.by(high, power(32) - Fr::one())]
        }));
        lies
    }

    /// An element that is zero or one, written $p$ or $p + 1$: sums of it leave their ranges by the least that there is. (A point that is not in the
    /// base field is not zero.) As a digit, it is one less of the next; as an index, it has bits.
    fn least(&self, demand: usize, value: u64) -> Vec<Vec<Change>> {
        let witness = self.honest.demands[demand].witnesses - 1;
        let integer = P + value;
        let mut lie = vec![Change::Witness(witness, Fr::from(integer))];
        if self.digit(demand).is_some() {
            lie.extend(self.set(witness, F::from_canonical_u64(value)));
            lie.push(Change::More(witness + 1, -Fr::one()));
        }
        let with = |label: &str| self.labels.iter().position(|other| other == label).expect("there is an index");
        let [first, end] =
            ["goldilocks::bit", "verify::low_bits"].map(|label| self.honest.demands[with(label)].witnesses - 1);
        let bits = (first..end).map(|bit| Change::Witness(bit, Fr::from((integer >> (bit - first)) & 1)));
        let high = Change::Witness(end, Fr::from(integer >> (end - first)));
        let index = lie.iter().copied().chain(bits).chain([high]).collect();
        vec![lie, index]
    }

    /// A challenge that is one, written $p + 1$, with the hints of a run in which it is one. The program computes a hint from a sum as if that
    /// were in its range; the second part of $x - \zeta$ is not, so the program's hint of the quotient is false. All that is computed from the true one
    /// is in its range.
    fn with_true_hints(&self, demand: usize) -> impl Iterator<Item = Vec<Change>> + '_ {
        let witness = self.honest.demands[demand].witnesses - 1;
        let digit = (self.kind(demand) == Demand::Canonical).then(|| self.digit(demand)).flatten();
        let told = |changes: &[Change]| tell(self.proof, Some(self.honest), changes).told;
        digit.into_iter().map(move |(digit, _)| {
            let mut lie = self.least(demand, 1).swap_remove(0);
            // The lie's next digit is one less. It is a challenge as well.
            let mut truth = self.set(witness, F::ONE);
            if let [Change::Permutation(_, _, scalar)] = &mut truth[..] {
                *scalar -= Fr::from(P).pow_vartime([digit as u64 + 1]);
            }
            let (truth, program) = (told(&truth), told(&lie));
            // Behind the scalar's digits.
            let false_hints =
                (witness + DIGITS..truth.len()).filter(|i| self.honest.is_free(*i) && truth[*i] != program[*i]);
            lie.extend(false_hints.map(|i| Change::Witness(i, truth[i])));
            lie
        })
    }

    /// Which of a scalar's digits a canonical element is, and the equality with the scalar.
    fn digit(&self, demand: usize) -> Option<(usize, usize)> {
        let next = self.honest.demands[demand].witnesses;
        let after = (1..=DIGITS).find(|after| {
            let equal = demand + after;
            self.labels.get(equal).is_some_and(|label| label == "challenger::digits")
                && self.honest.demands[equal].witnesses + 1 == next + after
        })?;
        Some((DIGITS - after, demand + after))
    }

    /// Gives a value to an element of the proof, or to a challenge, by what a hash gives.
    fn set(&self, witness: usize, value: F) -> Vec<Change> {
        let value = Fr::from(value.to_canonical_u64());
        let demand = self.honest.demands.partition_point(|made| made.witnesses <= witness);
        let squeezed = self.digit(demand).and_then(|(digit, equal)| Some((digit, self.honest.squeezed(equal)?)));
        let Some((digit, (permutation, element))) = squeezed else { return vec![Change::Witness(witness, value)] };
        let by = (value - self.honest.witness(witness)) * Fr::from(P).pow_vartime([digit as u64]);
        vec![Change::Permutation(permutation, element, self.honest.permutation(permutation, element) + by)]
    }

    /// A remainder that is one, written $p + 1$, with a quotient that is one less: what it is the remainder of is made so by something that it
    /// depends on. For many values there is no such lie: if the quotient is zero, or a sum at the end of its range.
    fn steered(&self, demand: usize) -> impl Iterator<Item = Vec<Change>> + '_ {
        let witness = self.honest.demands[demand].witnesses - 1;
        let divided = (self.kind(demand) == Demand::Canonical).then(|| self.honest.divided(witness)).flatten();
        divided.into_iter().flat_map(move |(cell, offset)| {
            let value = move |changes: &[Change]| {
                let value = self.with_replay(|replay| replay.value(changes, cell));
                F::from_canonical_u64(divide(&integer(value + offset)).1)
            };
            let is = value(&[]);
            self.honest.free(cell, 16).into_iter().filter_map(move |free| {
                let slope = (value(&[self.by(free, Fr::one())]) - is).try_inverse()?;
                let old = F::from_canonical_u64(divide(&integer(self.honest.witness(free))).1);
                let mut lie = self.set(free, old + (F::ONE - is) * slope);
                lie.extend([Change::More(witness, Fr::from(P)), Change::More(witness + 1, -Fr::one())]);
                Some(lie)
            })
        })
    }

    /// A quotient's limb of more than 80 bits, with another limb that makes up for it.
    fn about_limb(&self, demand: usize) -> Vec<Vec<Change>> {
        let next = self.honest.demands[demand].witnesses;
        if self.is_lower_limb(demand) {
            self.carry(next - 1, next, power(80)).to_vec()
        } else if self.is_upper_limb(demand) {
            self.fractions(next - 1, power(80)).to_vec()
        } else {
            vec![]
        }
    }

    /// A witness, and the one before by which it is no integer any more: a unit is so many of those.
    fn fractions(&self, witness: usize, unit: Fr) -> [Vec<Change>; 2] {
        let part = unit.invert().expect("not zero");
        [Fr::one(), -Fr::one()].map(|sign| vec![self.by(witness - 1, sign), self.by(witness, -sign * part)])
    }

    /// A number that is not below $2^{80}$: no room is left by the digits of $s + r$; the highest bit, or the lower half, and a high part
    /// that is no integer.
    fn about_range(&self, witness: usize) -> Vec<Vec<Change>> {
        let mut lies = vec![];
        if witness >= DIGITS {
            let mut digits = self.digits(witness - DIGITS, 1);
            if let Some(Change::Witness(_, top)) = digits.last().copied() {
                let bound = self.honest.witness(witness) + self.honest.witness(witness - 1);
                digits.push(Change::Witness(witness, bound - top));
            }
            lies.push(digits);
        }
        lies.extend([2, 1 << 32].into_iter().flat_map(|unit| self.fractions(witness, Fr::from(unit))));
        lies
    }

    fn is_limb(&self, demand: usize) -> bool {
        self.labels.get(demand).is_some_and(|label| label == "goldilocks::assert_remainder")
            && self.kind(demand) == Demand::Bits80
    }

    /// Whether a quotient's limb has another above it.
    fn is_lower_limb(&self, demand: usize) -> bool {
        self.is_limb(demand + 1)
    }

    fn is_upper_limb(&self, demand: usize) -> bool {
        demand > 0 && self.is_limb(demand - 1)
    }

    /// A quotient that makes up for whatever its sum is changed by, whether it has a range or not.
    fn repaired(&self, demand: usize) -> impl Iterator<Item = Vec<Change>> + '_ {
        let last = self.honest.demands[demand].witnesses - 1;
        let (equal, weight) = match (self.is_lower_limb(demand), self.is_upper_limb(demand)) {
            (true, _) => (demand + 2, Fr::from(P)),
            (_, true) => (demand + 1, Fr::from(P) * power(80)),
            _ => (demand + 1, Fr::from(P)),
        };
        let weight = weight.invert().expect("not zero");
        // The remainder or a factor, right before it; two of them; what the proof consists of.
        let near = last.saturating_sub(8)..last;
        let far = (0..demand).rev().filter(|i| self.labels[*i] == "goldilocks::canonical");
        let far = far.map(|i| self.honest.demands[i].witnesses - 1).filter(move |w| *w + 8 < last).take(200);
        let one = |witness| [Fr::one(), -Fr::one()].map(|by| vec![self.by(witness, by)]);
        let two = near.clone().rev().filter_map(move |witness| self.in_one_part(witness, equal));
        near.rev().flat_map(one).chain(two).chain(far.flat_map(one)).filter_map(move |mut changes| {
            let first = self.run(&changes);
            let lacks = first.get(&equal)?;
            changes.push(Change::More(last, *lacks * weight));
            Some(changes)
        })
    }

    /// Two elements, changed so that an equation in the extension fails in one of its parts: not in the one that `equal` does not stand for.
    fn in_one_part(&self, witness: usize, equal: usize) -> Option<Vec<Change>> {
        let [first, second] = [witness, witness + 1];
        let broken = [first, second].map(|witness| self.run(&[self.by(witness, Fr::one())]));
        let mut others = broken[0].keys().filter(|i| **i != equal && !self.comparisons.contains(i));
        let (other, None) = (others.next()?, others.next()) else { return None };
        let element = |v: Fr| F::from_canonical_u64(divide(&integer(v)).1);
        let by = [element(*broken[1].get(other)?), -element(broken[0][other])];
        let changed = [first, second].into_iter().zip(by);
        Some(
            changed
                .map(|(witness, by)| {
                    let value = element(self.honest.witness(witness)) + by;
                    Change::Witness(witness, Fr::from(value.to_canonical_u64()))
                })
                .collect(),
        )
    }

    /// What fails with these changes: from the tape, or by the program where the tape does not know.
    fn run(&self, changes: &[Change]) -> Broken {
        let broken = self.with_replay(|replay| replay.run(changes));
        broken.unwrap_or_else(|| run(self.proof, Some(self.honest), changes))
    }

    fn with_replay<T>(&self, task: impl FnOnce(&mut Replay<'a>) -> T) -> T {
        let free = self.replays.lock().expect("no replay panics").pop();
        let mut replay = free.unwrap_or_else(|| Replay::new(self.honest));
        let result = task(&mut replay);
        self.replays.lock().expect("no replay panics").push(replay);
        result
    }

    /// Whether a demand is needed.
    fn verdict(&self, demand: usize) -> Verdict {
        let repaired = self.is_limb(demand).then(|| self.repaired(demand)).into_iter().flatten();
        let lies = self.lies(demand).into_iter().chain(repaired).chain(self.steered(demand));
        let lies = lies.chain(self.with_true_hints(demand)).map(|lie| self.run(&lie));
        let verdicts = lies.filter(|broken| broken.contains_key(&demand)).filter_map(|broken| {
            let others = || broken.keys().filter(|i| **i != demand);
            match others().count() {
                0 => Some(Verdict::Alone),
                _ if others().all(|i| self.comparisons.contains(i)) => Some(Verdict::Compared),
                _ => None,
            }
        });
        verdicts.into_iter().next().unwrap_or(Verdict::Survives)
    }

    /// The reviewed list: why nobody can lie about a demand.
    fn explained(&self, demand: usize) -> Option<&'static str> {
        let follows = |label: &str| self.labels[demand + 1] == label;
        let word = self.labels[demand] == "statement::assert_32_bits";
        let first = || !self.labels[..demand].iter().any(|label| label == "statement::assert_32_bits");
        let is_zero = |witness: usize| self.honest.witness(witness) == Fr::zero();
        let Made { witnesses: next, .. } = self.honest.demands[demand];
        let is_constant = || {
            let divided = (self.kind(demand) == Demand::Canonical).then(|| self.honest.divided(next - 1)).flatten();
            divided.is_some_and(|(cell, _)| self.honest.free(cell, 1).is_empty())
        };
        match () {
            () if self.labels[demand] == "goldilocks::below_80_bits" && follows("statement::assert_32_bits") => {
                Some(LOWER_HALF)
            }
            () if is_constant() => Some(CONSTANT_REMAINDER),
            () if word && first() => Some(VERSION),
            () if word && is_zero(next) => Some(CONSTANT_HALVES),
            () => None,
        }
    }
}

/// A scalar as an integer.
fn number(v: Fr) -> BigInt {
    BigUint::from_bytes_le(&integer(v).to_le_bytes()[..]).into()
}

/// The scalar of an integer of less than its size.
fn scalar_of(v: &BigInt) -> Fr {
    let words = v.magnitude().to_u64_digits();
    let magnitude = words.iter().rev().fold(Fr::zero(), |sum, word| sum * power(64) + Fr::from(*word));
    if v.sign() == Sign::Minus { -magnitude } else { magnitude }
}

/// What was found out about demands.
#[derive(Default)]
struct Findings {
    tried: usize,
    /// How many survive for a reason that is known.
    explained: BTreeMap<&'static str, usize>,
    unexplained: Vec<usize>,
}

/// Tries all demands, by classes: who places it, what it is, at which stage.
fn judge() -> Findings {
    let honest = honest();
    let court = Court::new(&honest);
    let mut classes: BTreeMap<(&str, String, &str), Vec<usize>> = BTreeMap::new();
    for (i, made) in court.honest.demands.iter().enumerate() {
        classes.entry((&court.labels[i], made.kind.to_string(), made.stage)).or_default().push(i);
    }
    let mut classes: Vec<_> = classes.into_iter().collect();
    classes.sort_by_key(|(_, demands)| demands.len());
    let mut findings = Findings::default();
    for ((label, kind, stage), demands) in classes {
        let of = demands.len();
        let verdicts: Vec<_> = demands.into_par_iter().map(|i| (i, court.verdict(i))).collect();
        let count = |verdict| verdicts.iter().filter(|(_, v)| *v == verdict).count();
        let [alone, compared, survive] = [Verdict::Alone, Verdict::Compared, Verdict::Survives].map(count);
        println!("{label}, {kind}, {stage}: {alone} alone, {compared} compared, {survive} survive of {of}");
        findings.tried += verdicts.len();
        for (i, _) in verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Survives) {
            match court.explained(*i) {
                Some(reason) => *findings.explained.entry(reason).or_default() += 1,
                None => findings.unexplained.push(*i),
            }
        }
    }
    findings
}

/// What honest hints cannot meet if the proof is false: work, paths, both quotients, both parts of two foldings, two numbers, the public scalars.
#[test]
fn comparisons_are_few() {
    let honest = honest();
    let court = Court::new(&honest);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    court.comparisons.iter().for_each(|i| *counts.entry(&court.labels[*i]).or_default() += 1);
    let expected = [
        ("goldilocks::assert_remainder", 8),
        ("merkle::assert", 5),
        ("statement::assert_32_bits", 2),
        ("statement::assert_public", 9),
        ("verify::assert_work", 1),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn every_demand_is_needed() {
    let Findings { tried, explained, unexplained } = judge();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    let expected = [(CONSTANT_HALVES, 2), (LOWER_HALF, 5), (CONSTANT_REMAINDER, 3), (VERSION, 1)];
    assert_eq!(explained, BTreeMap::from(expected));
    assert_eq!(tried, 23_813);
}
