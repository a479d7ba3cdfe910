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
use super::subject::{Forest, Subject};
use super::table::{Cell, Table, TableError};
use crate::field::F;

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

/// The two sides of a copy class that is cut.
#[derive(Debug)]
struct Cut {
    /// The representative of the whole class, and of the side that keeps it.
    whole: usize,
    kept: Vec<usize>,
    /// The representative of the side that is cut off: its first member.
    off: usize,
    moved: Vec<usize>,
}

/// What is left when a connect is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    /// The two targets are still copies of each other by other connects.
    Joined,
    /// The side of the first and of the second target, by their representatives.
    Apart(usize, usize),
}

/// In what order generators follow a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// Each at most once, in the order of the honest run: an input that a generator overwrites does
    /// not change what was computed from it before.
    Forward,
    /// Each as often as its inputs change, up to a bound.
    Settling,
}

///
#[derive(Debug)]
pub(crate) struct Engine<'a> {
    subject: &'a Subject,
    /// The representative of each target, by index.
    map: Vec<usize>,
    /// The values of the classes, by representative; `None` if nothing sets them.
    values: Vec<Option<F>>,
    table: Table,
    /// The members of the classes of the whole circuit: `order[start[c]..start[c + 1]]`.
    start: Vec<usize>,
    order: Vec<usize>,
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
    /// Connects by the representative of the class that they are in.
    connects: BTreeMap<usize, Vec<usize>>,
    cut: Option<Cut>,
    /// Classes changed by the lie in force, with their honest values.
    changed: BTreeMap<usize, Option<F>>,
}

impl<'a> Engine<'a> {
    /// Runs the generators on honest inputs.
    pub(crate) fn new(subject: &'a Subject, inputs: &PartialWitness<F>) -> Result<Self, EngineError> {
        let circuit = subject.circuit();
        let map = circuit.prover_only.representative_map.clone();
        let run = HonestRun::of(subject, inputs)?;
        let (width, degree) = (run.table.width(), run.table.degree());
        let index = |t: &Target| t.index(width, degree);
        let (start, order) = members_by_class(&map);
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
        let mut connects = BTreeMap::<_, Vec<_>>::new();
        for i in 0..subject.record().connects().len() {
            connects.entry(map[subject.ends(i).0]).or_default().push(i);
        }
        let honest_claims = run.table.public_inputs().to_vec();
        let other: Vec<F> = honest_claims.iter().map(|&claim| claim + F::ONE).collect();
        let mut judge = Judge::new(subject.checker(), &other);
        let claim_rows = (0..run.table.degree()).filter(|&row| !judge.accepts(&run.table, row)).collect();
        let public_inputs = circuit.prover_only.public_inputs.iter().map(index).collect();
        Ok(Self {
            subject,
            map,
            values: run.values,
            table: run.table,
            start,
            order,
            rank,
            by_rank: run.by_rank,
            readers,
            writers,
            given: inputs.target_values.keys().map(index).collect(),
            public_inputs,
            honest_claims,
            claim_rows,
            connects,
            cut: None,
            changed: BTreeMap::new(),
        })
    }

    /// The table: honest, or that of the lie in force.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// The representatives of all classes of the whole circuit.
    pub(crate) fn classes(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.map.len()).filter(|&i| self.map[i] == i)
    }

    /// The class of a target, by index.
    pub(crate) fn class(&self, target: usize) -> usize {
        self.map[target]
    }

    /// The value of a class, or `None` if nothing sets it.
    pub(crate) fn value(&self, class: usize) -> Option<F> {
        self.values[class]
    }

    /// The targets of a class, by index.
    pub(crate) fn members(&self, class: usize) -> &[usize] {
        match &self.cut {
            Some(cut) if cut.whole == class => &cut.kept,
            Some(cut) if cut.off == class => &cut.moved,
            _ => &self.order[self.start[class]..self.start[class + 1]],
        }
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
                let above = watched.iter().map(|target| self.map[target.index(width, degree)]);
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
            (0..used).map(move |column| self.map[cell.row * width + column])
        })
    }

    /// What a computed class is computed from; nothing for one that is chosen.
    pub(crate) fn basis(&self, class: usize) -> Vec<usize> {
        if self.is_chosen(class) { Vec::new() } else { self.upstream(class).collect() }
    }

    /// Takes away the `i`-th connect, until [`mend`](Self::mend).
    pub(crate) fn cut(&mut self, i: usize) -> Sides {
        self.mend();
        let (left, right) = self.subject.ends(i);
        let whole = self.map[left];
        let members = self.members(whole).to_vec();
        let place = |index: usize| members.binary_search(&index).expect("members are sorted");
        // Plonky2's own classes within this one: each member's parent is its representative there.
        let own = self.subject.own();
        let mut first = BTreeMap::new();
        let parents =
            (members.iter().enumerate()).map(|(at, &index)| *first.entry(own[index]).or_insert(at)).collect::<Vec<_>>();
        let mut forest = Forest::from(parents);
        for &other in self.connects[&whole].iter().filter(|&&other| other != i) {
            let (left, right) = self.subject.ends(other);
            forest.merge(place(left), place(right));
        }
        let (left, right) = (forest.find(place(left)), forest.find(place(right)));
        if left == right {
            return Sides::Joined;
        }
        let (moved, kept): (Vec<_>, Vec<_>) = members.iter().enumerate().partition(|&(at, _)| forest.find(at) == right);
        let strip = |side: Vec<(usize, &usize)>| -> Vec<usize> { side.into_iter().map(|(_, &index)| index).collect() };
        let (mut moved, mut kept) = (strip(moved), strip(kept));
        let right_is_kept = moved.contains(&whole);
        if right_is_kept {
            std::mem::swap(&mut moved, &mut kept);
        }
        let off = moved[0];
        for &index in &moved {
            self.map[index] = off;
        }
        self.values[off] = self.values[whole];
        self.cut = Some(Cut { whole, kept, off, moved });
        if right_is_kept { Sides::Apart(off, whole) } else { Sides::Apart(whole, off) }
    }

    /// Puts the connect that was taken away back.
    pub(crate) fn mend(&mut self) {
        self.recant();
        if let Some(cut) = self.cut.take() {
            for &index in &cut.moved {
                self.map[index] = cut.whole;
            }
            self.values[cut.off] = None;
        }
    }

    /// Changes classes to the given values and lets the generators follow; neither these classes
    /// nor those `held` are written by any.
    ///
    /// A generator that refuses (an error, a panic) leaves its outputs as they were. Whether the
    /// outcome satisfies anything is for [`verdict`](Self::verdict) to say.
    pub(crate) fn lie(&mut self, lies: &[(usize, F)], held: &BTreeSet<usize>, course: Course) {
        self.recant();
        let fixed: BTreeSet<usize> = lies.iter().map(|&(class, _)| class).collect();
        let mut pending = BTreeSet::new();
        let mut written: Vec<(usize, F)> = lies.to_vec();
        let mut buffer = GeneratedValues::empty();
        let (mut earliest, mut left) = (0, 4 * self.by_rank.len());
        loop {
            for (class, value) in written.drain(..) {
                if self.values[class] != Some(value) {
                    self.write(class, value);
                    let readers = self.members(class).iter().filter_map(|i| self.readers.get(i));
                    let ranks = readers.flatten().map(|&generator| self.rank[generator]);
                    pending.extend(ranks.filter(|&rank| rank >= earliest));
                }
            }
            let Some(next) = pending.pop_first().filter(|_| left > 0) else {
                break;
            };
            left -= 1;
            if course == Course::Forward {
                earliest = next + 1;
            }
            self.run(self.by_rank[next], &mut buffer);
            for (target, value) in buffer.target_values.drain(..) {
                let class = self.map[target.index(self.table.width(), self.table.degree())];
                if !fixed.contains(&class) && !held.contains(&class) {
                    written.push((class, value));
                }
            }
        }
        self.claim();
    }

    /// Runs a generator on the values in force.
    fn run(&mut self, generator: usize, buffer: &mut GeneratedValues<F>) {
        let witness = PartitionWitness {
            values: std::mem::take(&mut self.values),
            representative_map: &self.map,
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
        let members = match &self.cut {
            Some(cut) if cut.whole == class => &cut.kept[..],
            Some(cut) if cut.off == class => &cut.moved[..],
            _ => &self.order[self.start[class]..self.start[class + 1]],
        };
        for &index in members {
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
        self.claim();
    }

    /// Judges the lie in force by all gates, and so by the circuit as it is cut: copies hold by
    /// construction.
    pub(crate) fn verdict(&self) -> Result<(), Violation> {
        let mut rows: BTreeSet<usize> =
            self.changed.keys().flat_map(|&class| self.cells(class)).map(|cell| cell.row).collect();
        if self.claims_changed() {
            rows.extend(&self.claim_rows);
        }
        self.subject.checker().check_rows(&self.table, rows)
    }

    /// Whether the lie in force claims other public inputs than the honest table.
    pub(crate) fn claims_changed(&self) -> bool {
        self.table.public_inputs() != self.honest_claims
    }

    /// The violation, if any, of a copy of the whole circuit at a cell of the given classes.
    pub(crate) fn broken_copy(&self, classes: &[usize]) -> Option<Violation> {
        let cells = classes.iter().flat_map(|&class| self.cells(class));
        self.subject.checker().check_copies(&self.table, cells).err()
    }
}

/// The generators run once on honest inputs, with what is learnt of them.
struct HonestRun {
    values: Vec<Option<F>>,
    table: Table,
    /// What each generator writes.
    writes: Vec<Vec<Target>>,
    /// The generators in the order in which they finished.
    by_rank: Vec<usize>,
}

impl HonestRun {
    fn of(subject: &Subject, inputs: &PartialWitness<F>) -> Result<Self, EngineError> {
        let circuit = subject.circuit();
        let prover = &circuit.prover_only;
        let mut witness =
            PartitionWitness::new(circuit.common.config.num_wires, circuit.common.degree(), &prover.representative_map);
        let conflict = |error: anyhow::Error| EngineError::Conflict(error.into());
        for (&target, &value) in &inputs.target_values {
            witness.set_target_returning_rep(target, value).map_err(conflict)?;
        }
        let mut writes = vec![Vec::new(); prover.generators.len()];
        let mut by_rank = Vec::with_capacity(prover.generators.len());
        let mut finished = vec![false; prover.generators.len()];
        let mut pending: Vec<usize> = (0..prover.generators.len()).collect();
        let mut buffer = GeneratedValues::empty();
        while !pending.is_empty() {
            let mut next = Vec::new();
            for i in std::mem::take(&mut pending) {
                if finished[i] {
                    continue;
                }
                finished[i] = prover.generators[i].0.run(&witness, &mut buffer);
                if finished[i] {
                    by_rank.push(i);
                }
                for (target, value) in buffer.target_values.drain(..) {
                    writes[i].push(target);
                    let fresh = witness.set_target_returning_rep(target, value).map_err(conflict)?;
                    let watchers = fresh.and_then(|c| prover.generator_indices_by_watches.get(&c));
                    next.extend(watchers.into_iter().flatten().copied());
                }
            }
            pending = next;
        }
        if by_rank.len() < prover.generators.len() {
            return Err(EngineError::Starved(prover.generators.len() - by_rank.len()));
        }
        let table = Table::of_witness(circuit, &witness)?;
        subject.checker().check(&table)?;
        Ok(Self { values: witness.values, table, writes, by_rank })
    }
}

/// The members of each class in increasing order, as offsets by representative and one list.
fn members_by_class(map: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut start = vec![0; map.len() + 1];
    for &class in map {
        start[class + 1] += 1;
    }
    for class in 0..map.len() {
        start[class + 1] += start[class];
    }
    let mut free = start.clone();
    let mut order = vec![0; map.len()];
    for (index, &class) in map.iter().enumerate() {
        order[free[class]] = index;
        free[class] += 1;
    }
    (start, order)
}
