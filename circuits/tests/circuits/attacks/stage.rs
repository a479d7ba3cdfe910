//! # Stages: a circuit, and what it would accept if something were missing
//!
//! An attack is a table. A [`Stage`] judges it twice: as written, the circuit must refuse it; with the [`Gap`] that the
//! attack is named for, it must accept it. So each attack shows that it is real, and which constraint or copy it dies
//! of.

use std::collections::BTreeSet;

use furl_circuits::builder::{Builder, Connect};
use furl_circuits::field::{CircuitData, D, Extension, F};
use furl_circuits::gates::block;
use furl_circuits::profile::Profile;
use furl_circuits::testing::{Cell, Checker, Subject, Table, Violation, prove_table};
use plonky2::gates::gate::{Gate, GateRef};
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::iop::generator::WitnessGeneratorRef;
use plonky2::iop::target::Target;
use plonky2::iop::wire::Wire;
use plonky2::iop::witness::PartialWitness;
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::CommonCircuitData;
use plonky2::plonk::vars::{EvaluationTargets, EvaluationVars};
use plonky2::util::serialization::{Buffer, IoError, IoResult};

use super::laws::{BLOCK, KEY, POSEIDON, VALUE};

/// A circuit under attack: written by a function, so that it can be written again with something missing.
pub(crate) struct Stage<W> {
    subject: Subject,
    pub(crate) wires: W,
    write: fn(&mut Builder) -> W,
}

/// What a weakened copy of a circuit lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gap {
    /// Constraints: the start of the gate's name, and the constraint's number.
    constraints: BTreeSet<(&'static str, usize)>,
    /// Copies: numbers of connects in the record.
    copies: BTreeSet<usize>,
}

impl Gap {
    /// Constraints of every row of a gate.
    pub(crate) fn constraints(gate: &'static str, which: impl IntoIterator<Item = usize>) -> Self {
        let constraints = which.into_iter().map(|constraint| (gate, constraint)).collect();
        Self { constraints, ..Self::default() }
    }

    /// Its constraints, by gate and number.
    pub(crate) fn constraints_missing(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.constraints.iter().copied()
    }

    /// The first copy alone.
    pub(crate) fn first(mut self) -> Self {
        self.copies = self.copies.into_iter().take(1).collect();
        self
    }

    /// Both gaps.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.constraints.extend(other.constraints);
        self.copies.extend(other.copies);
        self
    }
}

impl<W> Stage<W> {
    pub(crate) fn new(write: fn(&mut Builder) -> W) -> Self {
        let (subject, wires) = Subject::new(&Profile::Fast.leaf_config(), write).unwrap();
        Self { subject, wires, write }
    }

    pub(crate) fn subject(&self) -> &Subject {
        &self.subject
    }

    pub(crate) fn circuit(&self) -> &CircuitData {
        self.subject.circuit()
    }

    /// The row of the `nth` gate whose name starts so.
    pub(crate) fn row(&self, gate: &str, nth: usize) -> usize {
        let is_it = |row: &usize| self.subject.checker().gate(*row).0.id().starts_with(gate);
        (0..self.circuit().common.degree()).filter(is_it).nth(nth).expect("a row of this gate")
    }

    /// Whether a wire is computed by the gate of its row: an operation's result, a digest, what a block hands on.
    pub(crate) fn is_output(&self, wire: Wire) -> bool {
        match name_of(&self.subject.checker().gate(wire.row).0.id()) {
            "ArithmeticGate" => wire.column % 4 == 3,
            POSEIDON => (12..24).contains(&wire.column),
            BLOCK => {
                (block::ROOT_OUT..block::LANE_TOKEN).contains(&wire.column)
                    || (block::SUM_OUT..block::DATA_IN).contains(&wire.column)
            }
            _ => false,
        }
    }

    /// The first row of a gate that was added at a place.
    pub(crate) fn row_of(&self, place: &str, gate: &str) -> usize {
        let is_there = |row: &usize| {
            let at = self.subject.record().place_of_row(*row);
            let is_it = self.subject.checker().gate(*row).0.id().starts_with(gate);
            is_it && at.is_some_and(|at| at.to_string().ends_with(place))
        };
        (0..self.circuit().common.degree()).find(is_there).expect("a row at this place")
    }

    /// The copies made at a place (without indices of blocks and transfers) between targets of which `which` holds.
    pub(crate) fn copies(&self, place: &str, which: impl Fn(&Connect) -> bool) -> Gap {
        let record = self.subject.record();
        let is_it = |c: &Connect| record.place(c).to_string().ends_with(place) && which(c);
        let connects = record.connects().iter().enumerate();
        let copies: BTreeSet<_> = connects.filter(|(_, c)| is_it(c)).map(|(i, _)| i).collect();
        assert!(!copies.is_empty(), "no such copy at {place}");
        Gap { copies, ..Gap::default() }
    }

    /// The targets on the right of a gap's copies, which nothing sets any more.
    pub(crate) fn loose_ends(&self, gap: &Gap) -> Vec<Target> {
        gap.copies.iter().map(|&i| self.subject.record().connects()[i].right).collect()
    }

    /// The circuit with a gap.
    pub(crate) fn weakened(&self, gap: &Gap) -> CircuitData {
        weakened(self.write, gap)
    }

    /// The table that plonky2's own generators make in the circuit with a gap.
    pub(crate) fn table(&self, gap: &Gap, inputs: PartialWitness<F>) -> Table {
        Table::honest(&self.weakened(gap), inputs).unwrap()
    }

    /// What the whole circuit says to a table, as the smallest gap that would let it pass, given that all copies in it
    /// are among those of `hint`.
    pub(crate) fn refusals(&self, table: &Table, hint: &Gap) -> Gap {
        let class = |target: Target| self.class(target);
        let mut refusals = Gap::default();
        for violation in self.subject.checker().violations(table) {
            match violation {
                Violation::Gate { gate, constraint, .. } => {
                    refusals.constraints.insert((name_of(&gate), constraint));
                }
                Violation::Copy { cell, other, .. } => {
                    let broken = class(cell.into());
                    let copies =
                        hint.copies.iter().filter(|&&i| class(self.subject.record().connects()[i].left) == broken);
                    let before = refusals.copies.len();
                    refusals.copies.extend(copies);
                    let known = refusals.copies.len() > before || self.is_covered(&refusals, cell);
                    assert!(known, "refused by another copy: {cell} to {other}, {}", self.places(cell));
                }
                Violation::Shape { .. } => panic!("{violation}"),
            }
        }
        refusals
    }

    /// The constraints that a table breaks.
    pub(crate) fn constraints_broken(&self, table: &Table) -> BTreeSet<(&'static str, usize)> {
        self.refusals(table, &Gap::default()).constraints
    }

    fn class(&self, target: Target) -> usize {
        let common = &self.circuit().common;
        self.circuit().prover_only.representative_map[target.index(common.config.num_wires, common.degree())]
    }

    fn is_covered(&self, gap: &Gap, cell: Cell) -> bool {
        gap.copies.iter().any(|&i| self.class(self.subject.record().connects()[i].left) == self.class(cell.into()))
    }

    /// Where the copies of a cell were made.
    fn places(&self, cell: Cell) -> String {
        let record = self.subject.record();
        let places: BTreeSet<String> = (record.connects().iter())
            .filter(|c| self.class(c.left) == self.class(cell.into()))
            .map(|c| format!("{} {:?}={:?}", record.place(c), c.left, c.right))
            .collect();
        format!("{places:?}")
    }

    /// The table satisfies the circuit.
    pub(crate) fn accepts(&self, table: &Table) {
        if let Err(violation) = self.subject.checker().check(table) {
            panic!("refused: {violation}");
        }
    }

    /// The attack: the circuit refuses the table for exactly the reasons in `gap`, and with that gap accepts it. By the
    /// checker.
    pub(crate) fn refuses_only_by(&self, gap: &Gap, table: &Table) {
        self.judge(gap, table);
    }

    /// Judges the attack, and returns the circuit with the gap.
    fn judge(&self, gap: &Gap, table: &Table) -> CircuitData {
        let refusals = self.refusals(table, gap);
        assert_ne!(refusals, Gap::default(), "the attack succeeds");
        assert_eq!(&refusals, gap, "refused for other reasons than expected");
        let weak = self.weakened(gap);
        Checker::new(&weak).unwrap().check(table).unwrap_or_else(|v| panic!("the gap is not enough: {v}"));
        weak
    }

    /// The same, and by proofs: one of the table is refused by the circuit's verifier, and one passes that of the
    /// circuit with the gap.
    pub(crate) fn dies_only_by(&self, gap: &Gap, table: &Table) {
        let weak = self.judge(gap, table);
        let proof = prove_table(self.circuit(), table).unwrap();
        assert!(self.circuit().verify(proof).is_err(), "a false proof is accepted");
        let proof = prove_table(&weak, table).unwrap();
        assert_eq!(proof.public_inputs, table.public_inputs());
        weak.verify(proof).unwrap();
    }
}

/// A circuit with a gap. Rows, columns and generators are those of the whole.
fn weakened<W>(write: fn(&mut Builder) -> W, gap: &Gap) -> CircuitData {
    let mut b = Builder::severed(Profile::Fast.leaf_config());
    write(&mut b);
    let connects: Vec<Connect> = b.record().connects().to_vec();
    for (i, connect) in connects.into_iter().enumerate() {
        if !gap.copies.contains(&i) {
            b.inner().connect(connect.left, connect.right);
        }
    }
    let mut circuit = b.build();
    for gate in &mut circuit.common.gates {
        let id = gate.0.id();
        let missing: BTreeSet<usize> =
            gap.constraints.iter().filter(|(name, _)| id.starts_with(name)).map(|(_, i)| *i).collect();
        if !missing.is_empty() {
            *gate = GateRef::new(Pruned { whole: gate.clone(), missing });
        }
    }
    circuit
}

/// The start of a gate's identity.
fn name_of(id: &str) -> &'static str {
    let names = [
        "furl.Ladder",
        KEY,
        VALUE,
        BLOCK,
        POSEIDON,
        "ArithmeticGate",
        "BaseSumGate",
        "PublicInputGate",
        "ConstantGate",
        "ArithmeticExtensionGate",
        "MulExtensionGate",
        "ReducingExtensionGate",
        "RandomAccessGate",
        "CosetInterpolationGate",
        "PoseidonMdsGate",
    ];
    names.into_iter().find(|name| id.starts_with(name)).unwrap_or_else(|| panic!("unknown gate {id}"))
}

/// A gate that lacks some of its constraints: they are zero whatever the row holds.
struct Pruned {
    whole: GateRef<F, D>,
    missing: BTreeSet<usize>,
}

impl Gate<F, D> for Pruned {
    fn id(&self) -> String {
        self.whole.0.id()
    }
    fn serialize(&self, _: &mut Vec<u8>, _: &CommonCircuitData<F, D>) -> IoResult<()> {
        Err(IoError)
    }
    fn deserialize(_: &mut Buffer<'_>, _: &CommonCircuitData<F, D>) -> IoResult<Self> {
        Err(IoError)
    }
    fn eval_unfiltered(&self, vars: EvaluationVars<'_, F, D>) -> Vec<Extension> {
        let constraints = self.whole.0.eval_unfiltered(vars).into_iter().enumerate();
        constraints.map(|(i, c)| if self.missing.contains(&i) { Extension::default() } else { c }).collect()
    }
    fn eval_unfiltered_circuit(
        &self,
        _: &mut CircuitBuilder<F, D>,
        _: EvaluationTargets<'_, D>,
    ) -> Vec<ExtensionTarget<D>> {
        unreachable!("weakened circuits are not verified in circuits")
    }
    fn generators(&self, row: usize, constants: &[F]) -> Vec<WitnessGeneratorRef<F, D>> {
        self.whole.0.generators(row, constants)
    }
    fn num_wires(&self) -> usize {
        self.whole.0.num_wires()
    }
    fn num_constants(&self) -> usize {
        self.whole.0.num_constants()
    }
    fn degree(&self) -> usize {
        self.whole.0.degree()
    }
    fn num_constraints(&self) -> usize {
        self.whole.0.num_constraints()
    }
}
