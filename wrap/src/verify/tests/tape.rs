//! A run of the wrap's program, written down, to be run again with a few values changed.
//!
//! The program's operations do not depend on its values, so one run shows them all. [`Tape`] has each with the cells that it reads;
//! [`Replay`] changes some values and computes again what depends on them, and nothing else. A lie that stays where it is told costs
//! microseconds, and the program milliseconds.
//!
//! **Hints.** A hint is computed by the program from cells that it reads just before. The tape computes remainders and quotients, which are nearly all of
//! them. Any other stays what it was as long as all cells that were read for it are congruent modulo $p$ to what they were, and no hash among
//! them changed; else the tape [does not know](Replay::run). A hint is the liar's to choose, so a replay is a run of the machine whatever
//! stands in its hints.
//!
//! **Permutations** give what the liar says, and else what they gave.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;
use std::sync::Arc;

use crypto_bigint::U256;
use halo2_proofs::halo2curves::bn256::Fr;

use super::*;
use crate::poseidon2;
use crate::verify::range::{P, QUOTIENT_BITS, divide, integer, unsigned};

/// A demand, when it was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) kind: Demand,
    pub(super) site: &'static Location<'static>,
    pub(super) stage: &'static str,
    /// How many witnesses came before.
    pub(super) witnesses: usize,
    /// How many permutations came before.
    pub(super) permutations: usize,
}

/// What is changed in a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// A witness has this value.
    Witness(usize, Fr),
    /// A witness has so much more than its hint.
    More(usize, Fr),
    /// An element of a permutation's result has this value.
    Permutation(usize, usize, Fr),
    /// A public scalar has this value.
    Public(usize, Fr),
}

/// The demands that fail in a run; for equalities, what the left side lacks.
pub(super) type Broken = BTreeMap<usize, Fr>;

/// Where a cell's value comes from.
#[derive(Clone, Debug)]
enum Source {
    /// It is a constant, or what a permutation gave.
    Given,
    /// A hint of the program, which read these cells for it.
    Hint(Arc<[usize]>),
    /// The remainder of a cell's integer and this, divided by $p$.
    Remainder(usize, Fr),
    /// A limb of that quotient.
    Limb(usize, Fr, u32),
    /// $ab + kc + d$.
    Sum { a: usize, b: usize, k: Fr, c: usize, d: Fr },
}

impl Source {
    fn reads(&self) -> Vec<usize> {
        match self {
            Self::Given => vec![],
            Self::Hint(cells) => cells.to_vec(),
            Self::Remainder(cell, _) | Self::Limb(cell, ..) => vec![*cell],
            Self::Sum { a, b, c, .. } => vec![*a, *b, *c],
        }
    }
}

/// What a demand compares.
#[derive(Clone, Copy, Debug)]
enum Test {
    Equal(usize, usize),
    Bits80(usize),
    Canonical(usize),
    Public(usize, usize),
}

/// A program's run.
#[derive(Debug, Default)]
pub(super) struct Tape {
    values: Vec<Fr>,
    sources: Vec<Source>,
    /// The cells, and the demands, that read a cell.
    users: Vec<(Vec<usize>, Vec<usize>)>,
    tests: Vec<Test>,
    pub(super) demands: Vec<Made>,
    witnesses: Vec<usize>,
    /// The first of each permutation's four cells.
    permutations: Vec<usize>,
    /// The public scalars, and the demands that compare with them.
    publics: Vec<(Fr, usize)>,
}

/// The cell that is one, on every tape.
const ONE: usize = 0;

impl Tape {
    /// The run over a proof.
    pub(super) fn record(circuit: &LastVerifierData, proof: &LastProof) -> Self {
        let mut recorder = Recorder::default();
        assert_eq!(recorder.cell(Fr::one(), Source::Given), ONE);
        verify_statement(&mut recorder, circuit, proof).expect("the shape is that of the circuit");
        let mut tape = recorder.tape;
        tape.find_divisions();
        tape.users = vec![Default::default(); tape.values.len()];
        for (cell, source) in tape.sources.iter().enumerate() {
            source.reads().into_iter().for_each(|read| tape.users[read].0.push(cell));
        }
        for (demand, test) in tape.tests.iter().enumerate() {
            let reads = match *test {
                Test::Equal(a, b) => vec![a, b],
                Test::Bits80(v) | Test::Canonical(v) | Test::Public(_, v) => vec![v],
            };
            reads.into_iter().for_each(|read| tape.users[read].1.push(demand));
        }
        tape
    }

    pub(super) fn witness(&self, witness: usize) -> Fr {
        self.values[self.witnesses[witness]]
    }

    pub(super) fn witnesses(&self) -> usize {
        self.witnesses.len()
    }

    pub(super) fn permutation(&self, permutation: usize, element: usize) -> Fr {
        self.values[self.permutations[permutation] + element]
    }

    pub(super) fn public(&self, index: usize) -> Fr {
        self.publics[index].0
    }

    /// The permutation, and the element of its result, that an equality's right side is.
    pub(super) fn squeezed(&self, demand: usize) -> Option<(usize, usize)> {
        let Test::Equal(_, cell) = self.tests[demand] else { return None };
        let permutation = self.permutations.partition_point(|first| *first <= cell).checked_sub(1)?;
        let element = cell - self.permutations[permutation];
        (element < 4).then_some((permutation, element))
    }

    /// What a witness is the remainder of, and from what on: a cell, and a multiple of $p$ that makes up for what it is below zero.
    pub(super) fn divided(&self, witness: usize) -> Option<(usize, Fr)> {
        match self.sources[self.witnesses[witness]] {
            Source::Remainder(of, offset) => Some((of, offset)),
            _ => None,
        }
    }

    /// Whether a witness is neither a remainder nor a quotient.
    pub(super) fn is_free(&self, witness: usize) -> bool {
        matches!(self.sources[self.witnesses[witness]], Source::Hint(_))
    }

    /// Witnesses that a cell depends on and that are themselves no remainders or quotients: so many, the nearest first.
    pub(super) fn free(&self, cell: usize, count: usize) -> Vec<usize> {
        let (mut found, mut seen) = (vec![], BTreeSet::from([cell]));
        while let Some(cell) = seen.pop_last()
            && found.len() < count
        {
            match &self.sources[cell] {
                Source::Hint(_) => found.push(self.witnesses.partition_point(|witness| *witness < cell)),
                source => seen.extend(source.reads()),
            }
        }
        found
    }

    /// Whether a hint was computed from this cell alone.
    fn is_hint_of(&self, cell: usize, read: usize) -> bool {
        matches!(&self.sources[cell], Source::Hint(reads) if **reads == [read])
    }

    /// Finds remainders and quotients: $\rho + pq_0 - kp$, and $2^{80} p q_1$, demanded to be what they are the quotient of.
    fn find_divisions(&mut self) {
        for demand in 0..self.tests.len() {
            let Test::Equal(_, of) = self.tests[demand] else { continue };
            let limb = |back: usize| match demand.checked_sub(back).map(|i| self.tests[i]) {
                Some(Test::Bits80(cell)) if self.is_hint_of(cell, of) => Some(cell),
                _ => None,
            };
            let weight = |cell: usize, i: u32| match self.sources[cell + 1] {
                Source::Sum { a, k, c, d, .. } if c == cell && k == unsigned(&(P << (QUOTIENT_BITS * i))) => {
                    Some((a, -d))
                }
                _ => None,
            };
            let second = limb(1).filter(|cell| weight(*cell, 1).is_some());
            let Some(first) = (if second.is_some() { limb(2) } else { limb(1) }) else { continue };
            let Some((remainder, offset)) = weight(first, 0) else { continue };
            if remainder + 2 == first && self.is_hint_of(remainder, of) {
                self.sources[remainder] = Source::Remainder(of, offset);
            }
            for (i, cell) in [Some(first), second].into_iter().enumerate() {
                if let Some(cell) = cell {
                    self.sources[cell] = Source::Limb(of, offset, i as u32);
                }
            }
        }
    }
}

/// The machine that writes the tape.
#[derive(Default)]
struct Recorder {
    tape: Tape,
    stage: &'static str,
    /// What was read since the last witness, or before it if nothing was read since.
    reads: RefCell<Vec<usize>>,
    is_read: RefCell<bool>,
}

impl Recorder {
    fn cell(&mut self, value: Fr, source: Source) -> usize {
        self.tape.values.push(value);
        self.tape.sources.push(source);
        self.tape.values.len() - 1
    }

    fn demand(&mut self, kind: Demand, site: &'static Location<'static>, test: Test) {
        let (witnesses, permutations) = (self.tape.witnesses.len(), self.tape.permutations.len());
        self.tape.demands.push(Made { kind, site, stage: self.stage, witnesses, permutations });
        self.tape.tests.push(test);
    }
}

impl Machine for Recorder {
    type Cell = usize;

    fn value(&self, cell: usize) -> Fr {
        if !self.is_read.replace(true) {
            self.reads.borrow_mut().clear();
        }
        self.reads.borrow_mut().push(cell);
        self.tape.values[cell]
    }

    fn constant(&mut self, value: Fr) -> usize {
        self.cell(value, Source::Given)
    }

    fn witness(&mut self, hint: Fr) -> usize {
        self.is_read.replace(false);
        let reads = self.reads.borrow().clone().into();
        let cell = self.cell(hint, Source::Hint(reads));
        self.tape.witnesses.push(cell);
        cell
    }

    fn multiply_add(&mut self, a: usize, b: usize, k: Fr, c: usize, d: Fr) -> usize {
        let value = |cell: usize| self.tape.values[cell];
        let value = value(a) * value(b) + k * value(c) + d;
        self.cell(value, Source::Sum { a, b, k, c, d })
    }

    #[track_caller]
    fn assert_equal(&mut self, a: usize, b: usize) {
        self.demand(Demand::Equal, Location::caller(), Test::Equal(a, b));
    }

    #[track_caller]
    fn assert_80_bits(&mut self, v: usize) {
        self.demand(Demand::Bits80, Location::caller(), Test::Bits80(v));
    }

    #[track_caller]
    fn assert_canonical(&mut self, v: usize, a: usize, k: Fr) -> usize {
        self.demand(Demand::Canonical, Location::caller(), Test::Canonical(v));
        self.multiply_add(a, ONE, k, v, Fr::zero())
    }

    fn permute(&mut self, state: [usize; 4], absorbed: [usize; 3]) -> [usize; 4] {
        let mut values = state.map(|cell| self.tape.values[cell]);
        values.iter_mut().zip(absorbed).for_each(|(v, cell)| *v += self.tape.values[cell]);
        poseidon2::permute(&mut values);
        let cells = values.map(|v| self.cell(v, Source::Given));
        self.tape.permutations.push(cells[0]);
        cells
    }

    #[track_caller]
    fn assert_public(&mut self, index: usize, v: usize) {
        assert_eq!(index, self.tape.publics.len());
        self.tape.publics.push((self.tape.values[v], self.tape.tests.len()));
        self.demand(Demand::Public, Location::caller(), Test::Public(index, v));
    }

    fn stage(&mut self, name: &'static str) {
        self.stage = name;
    }
}

/// A set of small numbers.
#[derive(Debug)]
struct Marks(Vec<u64>);

impl Marks {
    fn of(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    fn insert(&mut self, i: usize) {
        self.0[i / 64] |= 1 << (i % 64);
    }

    /// Takes out the least, which is in this word or behind it.
    fn take(&mut self, word: &mut usize) -> Option<usize> {
        while *word < self.0.len() {
            let bits = self.0[*word];
            if bits != 0 {
                self.0[*word] &= bits - 1;
                return Some(64 * *word + bits.trailing_zeros() as usize);
            }
            *word += 1;
        }
        None
    }
}

/// A tape with some values changed.
#[derive(Debug)]
pub(super) struct Replay<'a> {
    tape: &'a Tape,
    values: Vec<Fr>,
    changed: Vec<usize>,
    cells: Marks,
    demands: Marks,
}

impl<'a> Replay<'a> {
    pub(super) fn new(tape: &'a Tape) -> Self {
        let (cells, demands) = (Marks::of(tape.values.len()), Marks::of(tape.tests.len()));
        Self { tape, values: tape.values.clone(), changed: vec![], cells, demands }
    }

    /// What fails with these changes: nothing is known if the program would have to compute a hint of its own.
    pub(super) fn run(&mut self, changes: &[Change]) -> Option<Broken> {
        let known = self.change(changes);
        let mut publics = BTreeMap::new();
        for change in changes {
            if let Change::Public(index, value) = *change {
                publics.insert(index, value);
                self.demands.insert(self.tape.publics[index].1);
            }
        }
        let broken = self.broken(&publics);
        self.restore();
        known.then_some(broken)
    }

    /// What a cell is with these changes.
    pub(super) fn value(&mut self, changes: &[Change], cell: usize) -> Fr {
        self.change(changes);
        let value = self.values[cell];
        self.broken(&BTreeMap::new());
        self.restore();
        value
    }

    fn restore(&mut self) {
        self.changed.drain(..).for_each(|cell| self.values[cell] = self.tape.values[cell]);
    }

    /// Changes, and computes what depends on them: up to where a hint is not known, if there is such a one.
    fn change(&mut self, changes: &[Change]) -> bool {
        let tape = self.tape;
        let (mut forced, mut more) = (vec![], vec![]);
        for change in changes {
            match *change {
                Change::Witness(witness, value) => forced.push((tape.witnesses[witness], value)),
                Change::Permutation(at, element, value) => forced.push((tape.permutations[at] + element, value)),
                Change::More(witness, by) => more.push((tape.witnesses[witness], by)),
                Change::Public(..) => {}
            }
        }
        forced.iter().chain(&more).for_each(|(cell, _)| self.cells.insert(*cell));
        let (mut word, mut known) = (0, true);
        while let Some(cell) = self.cells.take(&mut word) {
            let find = |list: &[(usize, Fr)]| list.iter().find(|(at, _)| *at == cell).map(|(_, value)| *value);
            let value = find(&forced).or_else(|| Some(self.compute(cell)? + find(&more).unwrap_or(Fr::zero())));
            known &= value.is_some();
            // What is not known is put off: the marks are all taken out.
            if let Some(value) = value.filter(|value| known && *value != self.values[cell]) {
                self.set(cell, value);
            }
        }
        known
    }

    fn set(&mut self, cell: usize, value: Fr) {
        self.values[cell] = value;
        self.changed.push(cell);
        let (cells, demands) = &self.tape.users[cell];
        cells.iter().for_each(|user| self.cells.insert(*user));
        demands.iter().for_each(|demand| self.demands.insert(*demand));
    }

    /// A cell's value, or the honest hint.
    fn compute(&self, cell: usize) -> Option<Fr> {
        let value = |cell: usize| self.values[cell];
        let divided = |of: usize, offset: Fr| divide(&integer(value(of) + offset));
        Some(match &self.tape.sources[cell] {
            Source::Given => value(cell),
            Source::Hint(reads) => {
                let is_same = |read: &usize| {
                    let by = value(*read) - self.tape.values[*read];
                    let is_element = !matches!(self.tape.sources[*read], Source::Given);
                    by == Fr::zero() || is_element && [by, -by].into_iter().any(|by| divide(&integer(by)).1 == 0)
                };
                return reads.iter().all(is_same).then(|| value(cell));
            }
            Source::Remainder(of, offset) => Fr::from(divided(*of, *offset).1),
            Source::Limb(of, offset, i) => {
                let limb = (U256::ONE << QUOTIENT_BITS).wrapping_sub(&U256::ONE);
                unsigned(&((divided(*of, *offset).0 >> (QUOTIENT_BITS * i)) & limb))
            }
            Source::Sum { a, b, k, c, d } => value(*a) * value(*b) + *k * value(*c) + d,
        })
    }

    /// The demands that fail, of those that read what is changed.
    fn broken(&mut self, publics: &BTreeMap<usize, Fr>) -> Broken {
        let (mut broken, mut word) = (Broken::new(), 0);
        while let Some(demand) = self.demands.take(&mut word) {
            let mut judge = Native::default();
            let mut lacks = Fr::zero();
            match self.tape.tests[demand] {
                Test::Equal(a, b) => {
                    judge.assert_equal(self.values[a], self.values[b]);
                    lacks = self.values[b] - self.values[a];
                }
                Test::Bits80(v) => judge.assert_80_bits(self.values[v]),
                Test::Canonical(v) => _ = judge.assert_canonical(self.values[v], Fr::zero(), Fr::zero()),
                Test::Public(index, v) => {
                    let expected = publics.get(&index).copied().unwrap_or(self.tape.publics[index].0);
                    judge.assert_equal(self.values[v], expected);
                    lacks = expected - self.values[v];
                }
            }
            if judge.finish().is_err() {
                broken.insert(demand, lacks);
            }
        }
        broken
    }
}
