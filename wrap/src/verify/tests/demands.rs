//! Every demand that the verifier places on the machine, taken away in turn.
//!
//! A demand is needed if a machine without it accepts what the whole one refuses: if there are values of the witnesses for which *this
//! demand and no other* fails. [`Liar`] runs the program on such values and gives all demands that fail.
//!
//! **Hashes are no obstacle here.** The liar finds a second preimage of whatever he likes: in his runs, a permutation gives what it gave in
//! the honest run. Otherwise each lie about what is hashed would end at a path to a cap, whatever was demanded on the way.
//!
//! **Comparisons** are the demands at which honest hints fail if the proof is false: computed here, not listed. A lie that changes a value ends
//! at one of them, or at several. That the value could be changed is the point: whoever looks for a proof that meets the comparisons, too,
//! has one more degree of freedom. Each comparison in turn is the only demand that fails in some run.
//!
//! What nobody can lie about is a [reviewed list](Court::explained).

use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;

use halo2_proofs::halo2curves::ff::Field as _;

use num_bigint::{BigInt, BigUint, Sign};
use rayon::prelude::*;

use super::*;
use crate::last::hash::DIGITS;
use crate::poseidon2;
use crate::verify::range::{divide, integer};

/// A demand, when it was made.
#[derive(Clone, Copy, Debug)]
struct Made {
    kind: Demand,
    site: &'static Location<'static>,
    stage: &'static str,
    /// How many witnesses came before.
    witnesses: usize,
    /// How many permutations came before.
    permutations: usize,
}

/// All that a run did.
#[derive(Clone, Debug, Default)]
struct Record {
    demands: Vec<Made>,
    witnesses: Vec<Fr>,
    permutations: Vec<[Fr; 4]>,
    publics: Vec<Fr>,
    /// The demands that failed; for equalities, what the left side lacks.
    broken: BTreeMap<usize, Fr>,
}

/// What the liar changes.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// A witness has this value.
    Witness(usize, Fr),
    /// An element of a permutation's result has this value.
    Permutation(usize, usize, Fr),
    /// A public scalar has this value.
    Public(usize, Fr),
}

/// A machine on which a run may be false in any way.
struct Liar<'a> {
    honest: Option<&'a Record>,
    changes: &'a [Change],
    stage: &'static str,
    record: Record,
}

impl<'a> Liar<'a> {
    fn demand(&mut self, kind: Demand, site: &'static Location<'static>, met: bool, lacks: Fr) {
        let (witnesses, permutations) = (self.record.witnesses.len(), self.record.permutations.len());
        if !met {
            self.record.broken.insert(self.record.demands.len(), lacks);
        }
        self.record.demands.push(Made { kind, site, stage: self.stage, witnesses, permutations });
    }

    fn judge(&mut self, kind: Demand, site: &'static Location<'static>, test: impl FnOnce(&mut Native)) {
        let mut native = Native::default();
        test(&mut native);
        self.demand(kind, site, native.finish().is_ok(), Fr::zero());
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
        let at = self.record.witnesses.len();
        let changed = self.changes.iter().find_map(|change| match change {
            Change::Witness(witness, value) if *witness == at => Some(*value),
            _ => None,
        });
        let value = changed.unwrap_or(hint);
        self.record.witnesses.push(value);
        value
    }

    fn multiply_add(&mut self, a: Fr, b: Fr, k: Fr, c: Fr, d: Fr) -> Fr {
        a * b + k * c + d
    }

    #[track_caller]
    fn assert_equal(&mut self, a: Fr, b: Fr) {
        self.demand(Demand::Equal, Location::caller(), a == b, b - a);
    }

    #[track_caller]
    fn assert_80_bits(&mut self, v: Fr) {
        self.judge(Demand::Bits80, Location::caller(), |m| m.assert_80_bits(v));
    }

    #[track_caller]
    fn assert_canonical(&mut self, v: Fr, a: Fr, k: Fr) -> Fr {
        self.judge(Demand::Canonical, Location::caller(), |m| _ = m.assert_canonical(v, a, k));
        a + k * v
    }

    fn permute(&mut self, state: [Fr; 4], absorbed: [Fr; 3]) -> [Fr; 4] {
        let at = self.record.permutations.len();
        let mut result = match self.honest {
            Some(honest) => honest.permutations[at],
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
        self.record.permutations.push(result);
        result
    }

    #[track_caller]
    fn assert_public(&mut self, index: usize, v: Fr) {
        let changed = self.changes.iter().find_map(|change| match change {
            Change::Public(public, value) if *public == index => Some(*value),
            _ => None,
        });
        let expected = changed.or_else(|| self.honest.map(|honest| honest.publics[index])).unwrap_or(v);
        self.record.publics.push(v);
        self.demand(Demand::Public, Location::caller(), v == expected, expected - v);
    }

    fn stage(&mut self, name: &'static str) {
        self.stage = name;
    }
}

/// Runs the wrap's program.
fn run(proof: &LastProof, honest: Option<&Record>, changes: &[Change]) -> Record {
    let mut liar = Liar { honest, changes, stage: "", record: Record::default() };
    verify_statement(&mut liar, &small().0, proof).expect("the shape is that of the circuit");
    liar.record
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
struct Court {
    proof: &'static LastProof,
    honest: Record,
    labels: Vec<String>,
    comparisons: BTreeSet<usize>,
}

const P: u64 = 0xffff_ffff_0000_0001;

fn power(bits: u64) -> Fr {
    Fr::from(2).pow_vartime([bits])
}

impl Court {
    fn new() -> Self {
        let proof = &small().1;
        let honest = run(proof, None, &[]);
        assert!(honest.broken.is_empty());
        let mut names = BTreeMap::new();
        let mut name = |site: &'static Location<'static>| {
            names.entry((site.file(), site.line())).or_insert_with(|| label(site)).clone()
        };
        let labels = honest.demands.iter().map(|made| name(made.site)).collect();
        let mut court = Self { proof, honest, labels, comparisons: BTreeSet::new() };
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
            found.extend(run(&lie, None, &[]).broken.keys());
        }
        for input in [4, 13] {
            let mut lie = self.proof.clone();
            lie.public_inputs[input] = F::NEG_ONE;
            found.extend(run(&lie, None, &[]).broken.keys());
        }
        found
    }

    fn kind(&self, demand: usize) -> Demand {
        self.honest.demands[demand].kind
    }

    /// A witness, changed by this.
    fn by(&self, witness: usize, change: Fr) -> Change {
        Change::Witness(witness, self.honest.witnesses[witness] + change)
    }

    /// A unit of the second witness is so much of the first: carries one over, either way.
    fn carry(&self, first: usize, second: usize, unit: Fr) -> [Vec<Change>; 2] {
        [Fr::one(), -Fr::one()].map(|sign| {
            let second = (second < self.honest.witnesses.len()).then(|| self.by(second, -sign));
            std::iter::once(self.by(first, sign * unit)).chain(second).collect()
        })
    }

    /// Digits of the integer $s + mr$, for the scalar whose digits these witnesses are.
    fn digits(&self, first: usize, m: i8) -> Vec<Change> {
        let p = Fr::from(P);
        let old: [Fr; DIGITS] = std::array::from_fn(|i| self.honest.witnesses[first + i]);
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
            ("goldilocks::canonical", _) => self.about_element(last),
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
                let value = self.honest.permutations[permutations - 1][0] + Fr::one();
                vec![vec![Change::Permutation(permutations - 1, 0, value)]]
            }
            ("verify::assert_work", _) => {
                // The first challenge after the proof of work.
                let mut squeezed = self.honest.permutations[permutations - 1][2];
                squeezed += power(60) * p.square();
                vec![vec![Change::Permutation(permutations - 1, 2, squeezed)]]
            }
            (_, Demand::Public) => {
                let index = (0..demand).filter(|i| self.kind(*i) == Demand::Public).count();
                vec![vec![Change::Public(index, self.honest.publics[index] + Fr::one())]]
            }
            (_, Demand::Equal) => vec![vec![self.by(last, Fr::one())], vec![self.by(last, -Fr::one())]],
            _ => vec![],
        }
    }

    /// Not canonical: a value of no further use than its class; one with a quotient or a next digit; the highest digit; a public input
    /// in halves.
    fn about_element(&self, witness: usize) -> Vec<Vec<Change>> {
        let p = Fr::from(P);
        let mut lies = vec![vec![self.by(witness, p)], vec![self.by(witness, -p)]];
        lies.extend(self.carry(witness, witness + 1, p));
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
                let bound = self.honest.witnesses[witness] + self.honest.witnesses[witness - 1];
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
            let lacks = first.broken.get(&equal)?;
            changes.push(Change::Witness(last, first.witnesses[last] + *lacks * weight));
            Some(changes)
        })
    }

    /// Two elements, changed so that an equation in the extension fails in one of its parts: not in the one that `equal` does not stand for.
    fn in_one_part(&self, witness: usize, equal: usize) -> Option<Vec<Change>> {
        let [first, second] = [witness, witness + 1];
        let broken = [first, second].map(|witness| self.run(&[self.by(witness, Fr::one())]).broken);
        let mut others = broken[0].keys().filter(|i| **i != equal && !self.comparisons.contains(i));
        let (other, None) = (others.next()?, others.next()) else { return None };
        let element = |v: Fr| F::from_canonical_u64(divide(&integer(v)).1);
        let by = [element(*broken[1].get(other)?), -element(broken[0][other])];
        let changed = [first, second].into_iter().zip(by);
        Some(
            changed
                .map(|(witness, by)| {
                    let value = element(self.honest.witnesses[witness]) + by;
                    Change::Witness(witness, Fr::from(value.to_canonical_u64()))
                })
                .collect(),
        )
    }

    fn run(&self, changes: &[Change]) -> Record {
        run(self.proof, Some(&self.honest), changes)
    }

    /// Whether a demand is needed.
    fn verdict(&self, demand: usize) -> Verdict {
        let repaired = self.is_limb(demand).then(|| self.repaired(demand)).into_iter().flatten();
        let lies = self.lies(demand).into_iter().chain(repaired).map(|lie| self.run(&lie).broken);
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
        let is_zero = |witness: usize| self.honest.witnesses[witness] == Fr::zero();
        let Made { witnesses: next, .. } = self.honest.demands[demand];
        match () {
            () if self.labels[demand] == "goldilocks::below_80_bits" && follows("statement::assert_32_bits") => {
                Some("the lower half l: 2^48 l and the upper half have 80 bits, so l is an integer, and has 32")
            }
            () if word && first() => Some("the version is a constant"),
            () if word && is_zero(next) => Some("a constant below 2^32 has no other halves of 80 bits"),
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

/// Tries so many demands of each class (who places it, what it is, at which stage). Gives how many there were, how many survived, and which of
/// these are not explained.
fn judge(of_class: usize) -> (usize, usize, Vec<usize>) {
    let court = Court::new();
    let mut classes: BTreeMap<(&str, String, &str), Vec<usize>> = BTreeMap::new();
    for (i, made) in court.honest.demands.iter().enumerate() {
        classes.entry((&court.labels[i], made.kind.to_string(), made.stage)).or_default().push(i);
    }
    let mut classes: Vec<_> = classes.into_iter().collect();
    classes.sort_by_key(|(_, demands)| demands.len());
    let (mut tried, mut survived, mut unexplained) = (0, 0, vec![]);
    for ((label, kind, stage), demands) in classes {
        let sample: Vec<_> = demands.iter().copied().step_by(demands.len().div_ceil(of_class)).collect();
        let verdicts: Vec<_> = sample.into_par_iter().map(|i| (i, court.verdict(i))).collect();
        let count = |verdict| verdicts.iter().filter(|(_, v)| *v == verdict).count();
        let [alone, compared, survives] = [Verdict::Alone, Verdict::Compared, Verdict::Survives].map(count);
        println!(
            "{label}, {kind}, {stage}: {alone} alone, {compared} compared, {survives} survive of {}",
            demands.len()
        );
        for (i, _) in verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Survives) {
            if court.explained(*i).is_none() {
                println!("not explained: {label}, {kind}, {stage}, demand {i}");
                unexplained.push(*i);
            }
        }
        tried += verdicts.len();
        survived += survives;
    }
    (tried, survived, unexplained)
}

/// What honest hints cannot meet if the proof is false: work, paths, both quotients, both parts of two foldings, two numbers, the public scalars.
#[test]
fn comparisons_are_few() {
    let court = Court::new();
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
fn demands_of_each_class_are_needed() {
    let (tried, survived, unexplained) = judge(6);
    assert!(tried > 150 && survived <= 8, "{survived} of {tried}");
    assert!(unexplained.is_empty(), "{unexplained:?}");
}

#[test]
#[ignore = "minutes: every demand"]
fn every_demand_is_needed() {
    let (tried, survived, unexplained) = judge(usize::MAX);
    println!("{survived} of {tried} survive, of which {} are not explained", unexplained.len());
    assert_eq!(tried, 23_813);
    assert!(20 * unexplained.len() < tried, "{unexplained:?}");
}
