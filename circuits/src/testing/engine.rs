//! # The engine
//!
//! Makes lies that hang together. To change one value in a finished table is a crude lie: whatever
//! was computed from it gives the liar away. The engine changes a value and lets plonky2's own
//! generators compute everything downstream anew, as a malicious prover would, with two liberties:
//! a changed value stays as it was changed, whatever generates it; and an input that is also
//! generated follows the generator ([`Course`]).
//!
//! It works on an honest table and undoes each lie, so that a lie costs only what it touches. It can
//! also cut a copy class in two, to lie in a circuit with one connect missing ([`Engine::cut`]).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use plonky2::field::types::Field;
use plonky2::iop::generator::GeneratedValues;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, PartitionWitness};
use thiserror::Error;

use super::checker::{Judge, Violation};
use super::subject::Subject;
use super::table::{Cell, Table, TableError};
use crate::field::F;

mod classes;
mod honest;
mod verdict;

use classes::Classes;
pub(crate) use classes::Sides;
use honest::HonestRun;
pub(crate) use verdict::Objection;

/// Why the engine cannot start from the given inputs: they are not honest.
#[derive(Debug, Error)]
pub enum EngineError {
    /// Two values for one class.
    #[error("a copy class is given two values: {0}")]
    Conflict(Box<dyn Error + Send + Sync>),
    /// Some generators never had what they wait for.
    #[error("{0} generators did not run")]
    Starved(usize),
    /// Nothing sets a public input.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The table does not satisfy the circuit.
    #[error("the honest table is refused: {0}")]
    Refused(#[from] Violation),
}

/// In what order generators follow a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// Each at most once, in the order of the honest run: an input that a generator overwrites does
    /// not change what was computed from it before.
    Forward,
    /// The same, up to the first row that is refused and that nothing later changes.
    Probing,
    /// Each as often as its inputs change, up to a bound.
    Settling,
}

/// A liar at work: an honest witness, what follows from what, and the lie in force.
#[derive(Debug)]
pub(crate) struct Engine<'a> {
    subject: &'a Subject,
    classes: Classes,
    /// The values of the classes, by representative; `None` if nothing sets them.
    values: Vec<Option<F>>,
    table: Table,
    /// For each generator, its place in an order in which all could run one after the other.
    rank: Vec<usize>,
    by_rank: Vec<usize>,
    readers: BTreeMap<usize, Vec<usize>>,
    writers: BTreeMap<usize, Vec<usize>>,
    /// The targets that the inputs give.
    given: BTreeSet<usize>,
    public_inputs: Vec<usize>,
    honest_claims: Vec<F>,
    /// The rows whose gates read the hash of the claimed public inputs.
    claim_rows: Vec<usize>,
    /// The connects that are left out for good.
    comparisons: BTreeSet<usize>,
    /// For each row, how many generators are run before nothing writes to it any more.
    settled: Vec<usize>,
    /// The refusal that cut a probe short.
    refused: Option<Violation>,
    /// Whether the lie in force overwrote what an earlier generator had read.
    overtook: bool,
    /// Classes changed by the lie in force, with their honest values.
    changed: BTreeMap<usize, Option<F>>,
}

impl<'a> Engine<'a> {
    /// Runs the generators on honest inputs.
    pub(crate) fn new(subject: &'a Subject, inputs: &PartialWitness<F>) -> Result<Self, EngineError> {
        Ok(Self::of(subject, inputs, HonestRun::of(subject, inputs)?, BTreeSet::new()))
    }

    /// The same, for the circuit without its comparisons: those of our connects that carry no value
    /// from where it is given or generated to where it is used, but compare two such values.
    pub(crate) fn without_comparisons(subject: &'a Subject, inputs: &PartialWitness<F>) -> Result<Self, EngineError> {
        let run = HonestRun::of(subject, inputs)?;
        let (width, degree) = (run.table.width(), run.table.degree());
        let targets = inputs.target_values.keys().chain(run.writes.iter().flatten());
        let comparisons = classes::comparisons(subject, targets.map(|target| target.index(width, degree)));
        Ok(Self::of(subject, inputs, run, comparisons))
    }

    fn of(subject: &'a Subject, inputs: &PartialWitness<F>, run: HonestRun, comparisons: BTreeSet<usize>) -> Self {
        let circuit = subject.circuit();
        let (width, degree) = (run.table.width(), run.table.degree());
        let index = |t: &Target| t.index(width, degree);
        let mut rank = vec![0; run.by_rank.len()];
        for (place, &generator) in run.by_rank.iter().enumerate() {
            rank[generator] = place;
        }
        let (mut readers, mut writers) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
        for (i, generator) in circuit.prover_only.generators.iter().enumerate() {
            for target in generator.0.watch_list() {
                readers.entry(index(&target)).or_default().push(i);
            }
            for target in &run.writes[i] {
                writers.entry(index(target)).or_default().push(i);
            }
        }
        let honest_claims = run.table.public_inputs().to_vec();
        let other: Vec<F> = honest_claims.iter().map(|&claim| claim + F::ONE).collect();
        let mut judge = Judge::new(subject.checker(), &other);
        let claim_rows: Vec<usize> = (0..run.table.degree()).filter(|&row| !judge.accepts(&run.table, row)).collect();
        let public_inputs = circuit.prover_only.public_inputs.iter().map(index).collect();
        let classes = Classes::new(subject, &comparisons);
        let mut settled = settled_rows(subject, &classes, &writers, &rank);
        for &row in &claim_rows {
            settled[row] = usize::MAX;
        }
        // Values by the representatives of these classes, which need not be plonky2's.
        let whole = &circuit.prover_only.representative_map;
        let values = (classes.map().iter().enumerate())
            .map(|(index, &class)| run.values[whole[index]].filter(|_| class == index))
            .collect();
        Self {
            subject,
            classes,
            values,
            table: run.table,
            rank,
            by_rank: run.by_rank,
            readers,
            writers,
            given: inputs.target_values.keys().map(index).collect(),
            public_inputs,
            honest_claims,
            claim_rows,
            settled,
            refused: None,
            overtook: false,
            comparisons,
            changed: BTreeMap::new(),
        }
    }

    /// The table: honest, or that of the lie in force.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// The representatives of all classes of the whole circuit.
    pub(crate) fn classes(&self) -> impl Iterator<Item = usize> + '_ {
        self.classes.map().iter().enumerate().filter(|&(i, &class)| i == class).map(|(i, _)| i)
    }

    /// The class of a target, by index.
    pub(crate) fn class(&self, target: usize) -> usize {
        self.classes.map()[target]
    }

    /// The value of a class, or `None` if nothing sets it.
    pub(crate) fn value(&self, class: usize) -> Option<F> {
        self.values[class]
    }

    /// The targets of a class, by index.
    pub(crate) fn members(&self, class: usize) -> &[usize] {
        self.classes.members(class)
    }

    /// The cells of a class.
    pub(crate) fn cells(&self, class: usize) -> impl Iterator<Item = Cell> + '_ {
        self.members(class).iter().filter_map(|&index| self.table.cell(index))
    }

    /// The generators that write a class.
    fn writers(&self, class: usize) -> impl Iterator<Item = usize> + '_ {
        self.members(class).iter().filter_map(|i| self.writers.get(i)).flatten().copied()
    }

    /// Whether the value of the class is the prover's choice, given or unset, rather than computed.
    pub(crate) fn is_chosen(&self, class: usize) -> bool {
        self.is_given(class) || self.writers(class).next().is_none()
    }

    /// Whether the inputs give the value of the class.
    pub(crate) fn is_given(&self, class: usize) -> bool {
        self.members(class).iter().any(|index| self.given.contains(index))
    }

    /// The classes that `class` is computed from, nearest first, without itself.
    pub(crate) fn upstream(&self, class: usize) -> impl Iterator<Item = usize> + '_ {
        let (width, degree) = (self.table.width(), self.table.degree());
        let generators = &self.subject.circuit().prover_only.generators;
        let mut seen = BTreeSet::from([class]);
        let mut queue = VecDeque::from([class]);
        let next = move || {
            let class = queue.pop_front()?;
            for generator in self.writers(class) {
                let watched = generators[generator].0.watch_list();
                let above = watched.iter().map(|target| self.classes.map()[target.index(width, degree)]);
                queue.extend(above.filter(|&above| seen.insert(above)));
            }
            Some(class)
        };
        std::iter::from_fn(next).filter(move |&above| above != class)
    }

    /// The classes that gates use together with a class: those with cells in its rows.
    pub(crate) fn beside(&self, class: usize) -> impl Iterator<Item = usize> + '_ {
        let width = self.table.width();
        self.cells(class).flat_map(move |cell| {
            let used = self.subject.checker().gate(cell.row).0.num_wires();
            (0..used).map(move |column| self.classes.map()[cell.row * width + column])
        })
    }

    /// What a computed class is computed from; nothing for one that is chosen.
    pub(crate) fn basis(&self, class: usize) -> Vec<usize> {
        if self.is_chosen(class) { Vec::new() } else { self.upstream(class).collect() }
    }

    /// Takes away the `i`-th connect, until [`mend`](Self::mend).
    pub(crate) fn cut(&mut self, i: usize) -> Sides {
        self.mend();
        let sides = self.classes.cut(self.subject, i);
        if let Sides::Apart(left, right) = sides {
            let whole = self.values[left].or(self.values[right]);
            (self.values[left], self.values[right]) = (whole, whole);
        }
        sides
    }

    /// Puts the connect that was taken away back.
    pub(crate) fn mend(&mut self) {
        self.recant();
        if let Some(off) = self.classes.mend() {
            self.values[off] = None;
        }
    }

    /// Changes classes to the given values and lets the generators follow; neither these classes
    /// nor those `held` are written by any.
    ///
    /// A generator that refuses (an error, a panic) leaves its outputs as they were. Whether the
    /// outcome satisfies anything is for [`verdict`](Self::verdict) to say.
    pub(crate) fn lie(&mut self, lies: &[(usize, F)], held: &BTreeSet<usize>, course: Course) {
        self.recant();
        let mut fixed: BTreeSet<usize> = lies.iter().map(|&(class, _)| class).collect();
        fixed.extend(held);
        // The ranks of generators to run, and the rows to judge with the rank that settles them.
        let (mut pending, mut touched) = (BTreeSet::new(), BTreeSet::new());
        let mut judge = Judge::new(self.subject.checker(), &self.honest_claims);
        let (mut written, mut buffer) = (lies.to_vec(), GeneratedValues::empty());
        let (mut earliest, mut left) = (0, 4 * self.by_rank.len());
        loop {
            for (class, value) in written.drain(..) {
                if self.values[class] != Some(value) {
                    self.write(class, value);
                    let readers = self.members(class).iter().filter_map(|i| self.readers.get(i)).flatten();
                    let (before, after): (Vec<_>, Vec<_>) =
                        readers.map(|&generator| self.rank[generator]).partition(|&rank| rank < earliest);
                    self.overtook |= !before.is_empty();
                    pending.extend(after);
                    if course == Course::Probing {
                        touched.extend(self.cells(class).map(|cell| (self.settled[cell.row], cell.row)));
                    }
                }
            }
            let next = pending.pop_first().filter(|_| left > 0);
            while let Some(&(settled, row)) = touched.first()
                && next.is_some_and(|next| settled <= next)
            {
                touched.pop_first();
                self.refused = judge.row(&self.table, row, &mut |violation| Err(violation.clone())).err();
                if self.refused.is_some() {
                    return self.claim();
                }
            }
            let Some(next) = next else { break };
            left -= 1;
            if course != Course::Settling {
                earliest = next + 1;
            }
            self.run(self.by_rank[next], &mut buffer);
            for (target, value) in buffer.target_values.drain(..) {
                let class = self.classes.map()[target.index(self.table.width(), self.table.degree())];
                if !fixed.contains(&class) {
                    written.push((class, value));
                }
            }
        }
        self.claim();
    }

    /// Whether the lie in force changed, late in the course, what was read before: whether a
    /// [`Course::Settling`] would come out differently.
    pub(crate) fn overtook(&self) -> bool {
        self.overtook
    }

    /// Runs a generator on the values in force.
    fn run(&mut self, generator: usize, buffer: &mut GeneratedValues<F>) {
        let witness = PartitionWitness {
            values: std::mem::take(&mut self.values),
            representative_map: self.classes.map(),
            num_wires: self.table.width(),
            degree: self.table.degree(),
        };
        let generators = &self.subject.circuit().prover_only.generators;
        let ran = catch_unwind(AssertUnwindSafe(|| generators[generator].0.run(&witness, buffer)));
        if !matches!(ran, Ok(true)) {
            buffer.target_values.clear();
        }
        self.values = witness.values;
    }

    fn write(&mut self, class: usize, value: F) {
        self.changed.entry(class).or_insert(self.values[class]);
        self.values[class] = Some(value);
        self.spread(class);
    }

    /// Copies the value of a class to its members in the table.
    fn spread(&mut self, class: usize) {
        let value = self.values[class].unwrap_or(F::ZERO);
        for &index in self.classes.members(class) {
            self.table.set_index(index, value);
        }
    }

    /// Claims as public inputs what their targets hold.
    fn claim(&mut self) {
        for (i, &target) in self.public_inputs.iter().enumerate() {
            self.table.claim(i, self.table.values()[target]);
        }
    }

    /// Undoes the lie in force.
    pub(crate) fn recant(&mut self) {
        for (class, honest) in std::mem::take(&mut self.changed) {
            self.values[class] = honest;
            self.spread(class);
        }
        (self.refused, self.overtook) = (None, false);
        self.claim();
    }
}

/// For each row, one more than the rank of the last generator that writes to any of its wires.
fn settled_rows(
    subject: &Subject,
    classes: &Classes,
    writers: &BTreeMap<usize, Vec<usize>>,
    rank: &[usize],
) -> Vec<usize> {
    let mut last = vec![0; classes.map().len()];
    for (&target, generators) in writers {
        let class = classes.map()[target];
        let latest = generators.iter().map(|&generator| rank[generator] + 1).max();
        last[class] = latest.into_iter().fold(last[class], usize::max);
    }
    let columns = subject.checker().shape().columns;
    let rows = classes.map().chunks(columns).take(subject.checker().shape().rows);
    rows.map(|row| row.iter().map(|&class| last[class]).max().unwrap_or(0)).collect()
}
