//! The honest witness, from which all lies depart.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use plonky2::iop::generator::{GeneratedValues, WitnessGeneratorRef};
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, PartitionWitness};

use super::super::subject::Subject;
use super::super::table::Table;
use super::EngineError;
use crate::field::{D, F};

/// The generators run once on honest inputs, with what is learnt of them.
pub(super) struct HonestRun {
    pub(super) values: Vec<Option<F>>,
    pub(super) table: Table,
    /// What each generator writes.
    pub(super) writes: Vec<Vec<Target>>,
    /// The generators in an order in which each could run after those before it. What a generator
    /// writes is not used before, even if it is given as well, unless there is no other way.
    pub(super) by_rank: Vec<usize>,
}

impl HonestRun {
    pub(super) fn of(subject: &Subject, inputs: &PartialWitness<F>) -> Result<Self, EngineError> {
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
        let by_rank = Order::new(subject, inputs, &writes).of(&by_rank);
        Ok(Self { values: witness.values, table, writes, by_rank })
    }
}

/// Orders generators by what they watch and write.
struct Order<'a> {
    generators: &'a [WitnessGeneratorRef<F, D>],
    class: Box<dyn Fn(&Target) -> usize + 'a>,
    writes: &'a [Vec<Target>],
    /// The classes that are given and not generated, and those that are both.
    given: BTreeSet<usize>,
    both: BTreeSet<usize>,
    /// For each class, the generators that watch it; for each generator, how many it waits for.
    watchers: BTreeMap<usize, Vec<usize>>,
    waits: Vec<usize>,
}

impl<'a> Order<'a> {
    fn new(subject: &'a Subject, inputs: &PartialWitness<F>, writes: &'a [Vec<Target>]) -> Self {
        let circuit = subject.circuit();
        let (width, degree) = (circuit.common.config.num_wires, circuit.common.degree());
        let map = &circuit.prover_only.representative_map;
        let class = move |target: &Target| map[target.index(width, degree)];
        let generators = &circuit.prover_only.generators[..];
        let written: BTreeSet<usize> = writes.iter().flatten().map(class).collect();
        let (both, given) = inputs.target_values.keys().map(class).partition(|class| written.contains(class));
        let mut watchers = BTreeMap::<_, Vec<_>>::new();
        let mut waits = vec![0; generators.len()];
        for (i, generator) in generators.iter().enumerate() {
            let watched: BTreeSet<usize> = generator.0.watch_list().iter().map(class).collect();
            waits[i] = watched.len();
            for class in watched {
                watchers.entry(class).or_default().push(i);
            }
        }
        Self { generators, class: Box::new(class), writes, given, both, watchers, waits }
    }

    /// The order; `fallback` is one in which the generators have run.
    fn of(mut self, fallback: &[usize]) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.generators.len());
        let mut ready: VecDeque<usize> = (0..self.generators.len()).filter(|&i| self.waits[i] == 0).collect();
        let mut known = BTreeSet::new();
        let mut news: Vec<usize> = std::mem::take(&mut self.given).into_iter().collect();
        let mut last_resort = std::mem::take(&mut self.both).into_iter();
        loop {
            for class in news.drain(..) {
                if known.insert(class) {
                    for &i in self.watchers.get(&class).into_iter().flatten() {
                        self.waits[i] -= 1;
                        if self.waits[i] == 0 {
                            ready.push_back(i);
                        }
                    }
                }
            }
            if let Some(i) = ready.pop_front() {
                order.push(i);
                news.extend(self.writes[i].iter().map(&self.class));
            } else if let Some(class) = last_resort.next() {
                news.push(class);
            } else {
                break;
            }
        }
        // Generators that run before all that they watch is there, if any.
        let ordered: BTreeSet<usize> = order.iter().copied().collect();
        order.extend(fallback.iter().filter(|i| !ordered.contains(i)));
        order
    }
}
