//! # Builder
//!
//! All gadgets of Furl are written against [`Builder`], a thin layer over plonky2's
//! [`CircuitBuilder`]. It builds exactly the circuit that the calls describe: the same rows,
//! the same copy constraints, in the same order. What it adds is a [`Record`]: every `connect`
//! that our code makes, with the place in our code that made it, and the place of every row.
//!
//! The record exists for the tests. A circuit is sound only if each copy constraint is needed,
//! so the tests take each one away in turn and ask whether a lie gets through
//! ([`crate::testing`]). That is possible only if no `connect` of ours goes around the record:
//! so [`Builder`] does not dereference to the inner builder.
//!
//! ## Scopes
//!
//! A place is a path such as `transfer[3]/sender path/level[7]`. Gadgets name theirs with
//! [`Builder::scope`] and [`Builder::scope_at`]; names are static strings, so that naming costs
//! nothing worth counting.
//!
//! ## Circuits with a connect missing
//!
//! [`Builder::dropping`] gives a builder that records all connects and makes all but one. The
//! resulting circuit is *weaker* on purpose and is of use to tests alone; it is a constructor, not
//! a cargo feature or a flag, so that no dependency can switch it on in a circuit that is proved.
//! [`Builder::severed`] makes none of them: the copy constraints that remain are those which
//! plonky2 makes by itself.
//!
//! **Not checked here:** that gadgets called through [`Builder::inner`] are sound; their connects
//! are plonky2's own and are not recorded.

use std::fmt;

use plonky2::gates::gate::{Gate, GateRef};
use plonky2::gates::noop::NoopGate;
use plonky2::iop::generator::SimpleGenerator;
use plonky2::iop::target::Target;
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::CircuitConfig;
use plonky2::plonk::config::{AlgebraicHasher, GenericConfig};

use crate::field::{C, CircuitData, D, F};

/// A copy constraint made by our code: `left` and `right` hold the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connect {
    /// The first argument of `connect`.
    pub left: Target,
    /// The second argument of `connect`.
    pub right: Target,
    scope: usize,
}

/// One step of a scope path: `level[7]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scope {
    /// The enclosing scope; the root is its own parent.
    parent: usize,
    name: &'static str,
    index: Option<usize>,
}

/// The root of all scopes, whose path is empty.
const ROOT: usize = 0;

/// What our code asked of the builder, in order. See the [module documentation](self).
#[derive(Clone, Debug)]
pub struct Record {
    scopes: Vec<Scope>,
    connects: Vec<Connect>,
    /// `(row, scope)` of each gate added by our code, in increasing order of rows.
    rows: Vec<(usize, usize)>,
}

impl Record {
    fn new() -> Self {
        let root = Scope { parent: ROOT, name: "", index: None };
        Self { scopes: vec![root], connects: Vec::new(), rows: Vec::new() }
    }

    /// The connects, in the order in which they were made.
    #[must_use]
    pub fn connects(&self) -> &[Connect] {
        &self.connects
    }

    /// Where a connect of this record was made, with indices: `transfer[3]/sender path/level[7]`.
    ///
    /// The path is empty for a connect made outside all scopes.
    #[must_use]
    pub fn place(&self, connect: &Connect) -> Place<'_> {
        Place { record: self, scope: connect.scope, indices: true }
    }

    /// The same without indices, to group by: `transfer/sender path/level`.
    #[must_use]
    pub fn group(&self, connect: &Connect) -> Place<'_> {
        Place { record: self, scope: connect.scope, indices: false }
    }

    /// Where the gate of `row` was added, or `None` if plonky2 added it by itself.
    #[must_use]
    pub fn place_of_row(&self, row: usize) -> Option<Place<'_>> {
        self.of_row(row, true)
    }

    /// The same without indices.
    #[must_use]
    pub fn group_of_row(&self, row: usize) -> Option<Place<'_>> {
        self.of_row(row, false)
    }

    fn of_row(&self, row: usize, indices: bool) -> Option<Place<'_>> {
        let found = self.rows.binary_search_by_key(&row, |&(row, _)| row).ok()?;
        Some(Place { record: self, scope: self.rows[found].1, indices })
    }
}

/// A path of scopes, shown with `/` between its steps.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    record: &'a Record,
    scope: usize,
    indices: bool,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scope == ROOT {
            return Ok(());
        }
        let Scope { parent, name, index } = self.record.scopes[self.scope];
        if parent != ROOT {
            write!(f, "{}/", Place { scope: parent, ..*self })?;
        }
        match index {
            Some(index) if self.indices => write!(f, "{name}[{index}]"),
            _ => f.write_str(name),
        }
    }
}

/// Which connects a builder leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Omit {
    None,
    One(usize),
    All,
}

/// Builds a circuit and records how. See the [module documentation](self).
#[derive(Debug)]
pub struct Builder {
    inner: CircuitBuilder<F, D>,
    record: Record,
    scope: usize,
    omit: Omit,
}

impl Builder {
    /// A builder of an empty circuit.
    #[must_use]
    pub fn new(config: CircuitConfig) -> Self {
        Self::omitting(config, Omit::None)
    }

    /// A builder that records every connect and makes all but the `i`-th, counted from 0.
    ///
    /// For tests: the circuit is weaker than the one its code describes.
    #[must_use]
    pub fn dropping(config: CircuitConfig, i: usize) -> Self {
        Self::omitting(config, Omit::One(i))
    }

    /// A builder that records every connect and makes none.
    ///
    /// For tests: what remains are the copy constraints of plonky2's own making.
    #[must_use]
    pub fn severed(config: CircuitConfig) -> Self {
        Self::omitting(config, Omit::All)
    }

    fn omitting(config: CircuitConfig, omit: Omit) -> Self {
        Self { inner: CircuitBuilder::new(config), record: Record::new(), scope: ROOT, omit }
    }

    /// The configuration: numbers of wires, routed wires and constants, and the FRI parameters.
    #[must_use]
    pub fn config(&self) -> &CircuitConfig {
        &self.inner.config
    }

    /// The number of rows so far, before those that `build` adds and before padding.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.inner.num_gates()
    }

    /// What was asked of this builder so far.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Runs `body` with `name` added to the path under which connects and rows are recorded.
    pub fn scope<T>(&mut self, name: &'static str, body: impl FnOnce(&mut Self) -> T) -> T {
        self.within(name, None, body)
    }

    /// Like [`scope`](Self::scope), for the `index`-th of several alike, such as levels of a tree.
    pub fn scope_at<T>(&mut self, name: &'static str, index: usize, body: impl FnOnce(&mut Self) -> T) -> T {
        self.within(name, Some(index), body)
    }

    fn within<T>(&mut self, name: &'static str, index: Option<usize>, body: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope;
        self.record.scopes.push(Scope { parent: outer, name, index });
        self.scope = self.record.scopes.len() - 1;
        let result = body(self);
        self.scope = outer;
        result
    }

    /// Adds a row holding `gate` with its `constants`, and returns the row's number.
    ///
    /// Constants that are not given are zero.
    ///
    /// # Panics
    ///
    /// If the gate needs more wires or constants than the configuration has, or is given more
    /// constants than it has: a mistake in the circuit's code, never a matter of its inputs.
    pub fn add_gate<G: Gate<F, D>>(&mut self, gate: G, constants: Vec<F>) -> usize {
        let row = self.inner.add_gate(gate, constants);
        self.record.rows.push((row, self.scope));
        row
    }

    /// A free operation of a gate that holds several: `(row, operation)`.
    ///
    /// Operations share a row if their `params` are equal; a new row is added, with `constants`,
    /// when none is free.
    ///
    /// # Panics
    ///
    /// As [`add_gate`](Self::add_gate) does.
    pub fn find_slot<G: Gate<F, D> + Clone>(&mut self, gate: G, params: &[F], constants: &[F]) -> (usize, usize) {
        let rows = self.rows();
        let slot = self.inner.find_slot(gate, params, constants);
        if self.rows() > rows {
            self.record.rows.push((rows, self.scope));
        }
        slot
    }

    /// Adds gates to the circuit's set of gates, without a row of them: circuits that are to be verified under one
    /// description must have one set.
    pub fn add_gates_to_set(&mut self, gates: impl IntoIterator<Item = GateRef<F, D>>) {
        gates.into_iter().for_each(|gate| self.inner.add_gate_to_gate_set(gate));
    }

    /// Adds empty rows until there are more than `rows`.
    pub fn pad_beyond(&mut self, rows: usize) {
        while self.rows() <= rows {
            self.inner.add_gate(NoopGate, vec![]);
        }
    }

    /// Adds a generator, which computes values of the witness and constrains nothing.
    pub fn add_generator<G: SimpleGenerator<F, D>>(&mut self, generator: G) {
        self.inner.add_simple_generator(generator);
    }

    /// Constrains two targets to hold the same value, by the permutation argument.
    ///
    /// # Panics
    ///
    /// If a target is a wire that is not routed: a mistake in the circuit's code.
    pub fn connect(&mut self, left: Target, right: Target) {
        let i = self.record.connects.len();
        self.record.connects.push(Connect { left, right, scope: self.scope });
        let omitted = match self.omit {
            Omit::None => false,
            Omit::One(omitted) => omitted == i,
            Omit::All => true,
        };
        if !omitted {
            self.inner.connect(left, right);
        }
    }

    /// Constrains each of `left` to equal its counterpart in `right`: `N` connects.
    pub fn connect_array<const N: usize>(&mut self, left: [Target; N], right: [Target; N]) {
        for (left, right) in left.into_iter().zip(right) {
            self.connect(left, right);
        }
    }

    /// A target that holds `value`; equal constants share one target.
    ///
    /// The connect that binds it is made by `build` and is not recorded.
    pub fn constant(&mut self, value: F) -> Target {
        self.inner.constant(value)
    }

    /// A target with no place in the table: free until it is connected to a wire.
    pub fn virtual_target(&mut self) -> Target {
        self.inner.add_virtual_target()
    }

    /// `N` virtual targets.
    pub fn virtual_array<const N: usize>(&mut self) -> [Target; N] {
        self.inner.add_virtual_target_arr()
    }

    /// Makes the value of `target` the next public input.
    pub fn register_public_input(&mut self, target: Target) {
        self.inner.register_public_input(target);
    }

    /// Makes the values of `targets` the next public inputs, in order.
    pub fn register_public_inputs(&mut self, targets: &[Target]) {
        self.inner.register_public_inputs(targets);
    }

    /// The number of public inputs so far.
    #[must_use]
    pub fn public_inputs(&self) -> usize {
        self.inner.num_public_inputs()
    }

    /// The builder of plonky2, to call plonky2's own gadgets with, such as its recursive verifier.
    ///
    /// What is connected through it is not recorded and is not tried by the tests of our connects:
    /// gadgets of Furl never call `connect` here.
    pub fn inner(&mut self) -> &mut CircuitBuilder<F, D> {
        &mut self.inner
    }

    /// Builds the circuit.
    #[must_use]
    pub fn build(self) -> CircuitData {
        self.build_as::<C>()
    }

    /// Builds the circuit for other hashes: those of the last proof before the wrap. Common data does not depend on them.
    #[must_use]
    pub fn build_as<G>(self) -> plonky2::plonk::circuit_data::CircuitData<F, G, D>
    where
        G: GenericConfig<D, F = F>,
        G::InnerHasher: AlgebraicHasher<F>,
    {
        self.inner.build::<G>()
    }

    /// Builds the circuit and keeps the record of how it was made.
    #[must_use]
    pub fn build_recorded(self) -> (CircuitData, Record) {
        (self.inner.build::<C>(), self.record)
    }

    /// Builds the circuit without commitments to its constants and permutation: much faster, but
    /// fit only to run generators and to read copy classes, never to prove or to verify.
    #[must_use]
    pub fn build_uncommitted(self) -> (CircuitData, Record) {
        (self.inner.build_with_options::<C>(false), self.record)
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Field;
    use plonky2::gates::arithmetic_base::ArithmeticGate;
    use plonky2::iop::witness::{PartialWitness, WitnessWrite};

    use super::*;

    /// `x * x + x` as a public output, by one arithmetic operation and connects of our own.
    fn pronic(b: &mut Builder) -> Target {
        let x = b.virtual_target();
        let gate = ArithmeticGate::new_from_config(b.config());
        let constants = [F::ONE, F::ONE];
        let row = b.scope("pronic", |b| {
            let (row, _) = b.find_slot(gate, &constants, &constants);
            for wire in 0..3 {
                b.scope_at("input", wire, |b| b.connect(x, Target::wire(row, wire)));
            }
            row
        });
        b.register_public_input(Target::wire(row, 3));
        x
    }

    fn config() -> CircuitConfig {
        CircuitConfig::standard_recursion_config()
    }

    #[test]
    fn the_circuit_is_that_of_the_calls() {
        let mut ours = Builder::new(config());
        pronic(&mut ours);

        let mut theirs = CircuitBuilder::<F, D>::new(config());
        let x = theirs.add_virtual_target();
        let gate = ArithmeticGate::new_from_config(&theirs.config);
        let (row, _) = theirs.find_slot(gate, &[F::ONE, F::ONE], &[F::ONE, F::ONE]);
        for wire in 0..3 {
            theirs.connect(x, Target::wire(row, wire));
        }
        theirs.register_public_input(Target::wire(row, 3));

        assert_eq!(ours.rows(), theirs.num_gates());
        let (ours, theirs) = (ours.build(), theirs.build::<C>());
        assert_eq!(ours.common, theirs.common);
        assert_eq!(ours.verifier_only, theirs.verifier_only);
    }

    #[test]
    fn places_name_connects_and_rows() {
        let mut b = Builder::new(config());
        pronic(&mut b);
        b.connect(Target::wire(0, 4), Target::wire(0, 5));
        let record = b.record();
        let places: Vec<String> = record.connects().iter().map(|c| record.place(c).to_string()).collect();
        assert_eq!(places, ["pronic/input[0]", "pronic/input[1]", "pronic/input[2]", ""]);
        assert_eq!(record.group(&record.connects()[1]).to_string(), "pronic/input");
        assert_eq!(record.place_of_row(0).unwrap().to_string(), "pronic");
        assert!(record.place_of_row(1).is_none());
    }

    #[test]
    fn a_dropped_connect_is_recorded_but_not_made() {
        let keys: Vec<_> = [
            Builder::new(config()),
            Builder::dropping(config(), 0),
            Builder::dropping(config(), 1),
            Builder::dropping(config(), 2),
            Builder::severed(config()),
        ]
        .into_iter()
        .map(|mut b| {
            pronic(&mut b);
            assert_eq!(b.record().connects().len(), 3);
            b.build().verifier_only.circuit_digest
        })
        .collect();
        for (i, key) in keys.iter().enumerate() {
            assert!(!keys[i + 1..].contains(key), "circuit {i} equals a later one");
        }
    }

    #[test]
    fn a_circuit_of_the_builder_proves() {
        let mut b = Builder::new(config());
        let x = pronic(&mut b);
        let circuit = b.build();
        let mut inputs = PartialWitness::new();
        inputs.set_target(x, F::from_canonical_u64(7)).unwrap();
        let proof = circuit.prove(inputs).unwrap();
        assert_eq!(proof.public_inputs, [F::from_canonical_u64(56)]);
        circuit.verify(proof).unwrap();
    }
}
