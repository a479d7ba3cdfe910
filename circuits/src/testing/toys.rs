//! Small circuits, sound and unsound, on which the tools of this module are tried.

use anyhow::Result;
use plonky2::field::types::Field;
use plonky2::gates::arithmetic_base::ArithmeticGate;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::generator::{GeneratedValues, SimpleGenerator};
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, PartitionWitness, Witness, WitnessWrite};
use plonky2::plonk::circuit_data::{CircuitConfig, CommonCircuitData};
use plonky2::util::serialization::{Buffer, IoResult};

use super::cells::{self, Origin};
use super::mutants::{self, Effort, Outcome};
use super::*;
use crate::builder::Builder;
use crate::field::{D, F};

/// Never content with a comparison.
const EFFORT: Effort = Effort { sources: 32, deferred_sources: 32, stride: 1 };

/// What is wrong with a toy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bug {
    None,
    /// The quotient is a hint that nothing constrains.
    Hint,
    /// The product of quotient and divisor is computed and not compared with the dividend.
    Connect,
    /// The flag is not constrained to be 0 or 1.
    Boolean,
}

/// $flag \cdot (a / b) + a$ for a bit `flag`, with $a$ and $b$ public.
#[derive(Clone, Copy, Debug)]
struct Toy {
    a: Target,
    b: Target,
    flag: Target,
    quotient: Target,
}

impl Toy {
    fn write(b: &mut Builder, bug: Bug) -> Self {
        let [dividend, divisor, flag, quotient] = b.virtual_array();
        b.add_generator(Divide { dividend, divisor, quotient });
        let zero = b.constant(F::ZERO);
        b.scope("division", |b| {
            if bug != Bug::Hint {
                let product = multiply_add(b, quotient, divisor, zero);
                if bug != Bug::Connect {
                    b.scope("check", |b| b.connect(product, dividend));
                }
            }
        });
        if bug != Bug::Boolean {
            b.scope("boolean", |b| {
                let square = multiply_add(b, flag, flag, zero);
                b.scope("check", |b| b.connect(square, flag));
            });
        }
        let out = b.scope("output", |b| multiply_add(b, flag, quotient, dividend));
        b.register_public_inputs(&[dividend, divisor, out]);
        Self { a: dividend, b: divisor, flag, quotient }
    }

    fn subject(bug: Bug) -> (Subject, Self) {
        Subject::new(&config(), |b| Self::write(b, bug)).unwrap()
    }

    fn inputs(&self, a: u64, b: u64, flag: bool) -> PartialWitness<F> {
        let mut inputs = PartialWitness::new();
        inputs.set_target(self.a, F::from_canonical_u64(a)).unwrap();
        inputs.set_target(self.b, F::from_canonical_u64(b)).unwrap();
        inputs.set_target(self.flag, F::from_bool(flag)).unwrap();
        inputs
    }
}

fn config() -> CircuitConfig {
    CircuitConfig::standard_recursion_config()
}

/// `x * y + z`, by one operation of an arithmetic gate.
fn multiply_add(b: &mut Builder, x: Target, y: Target, z: Target) -> Target {
    let gate = ArithmeticGate::new_from_config(b.config());
    let constants = [F::ONE, F::ONE];
    let (row, op) = b.find_slot(gate, &constants, &constants);
    for (i, input) in [x, y, z].into_iter().enumerate() {
        b.scope_at("operand", i, |b| b.connect(input, Target::wire(row, 4 * op + i)));
    }
    Target::wire(row, 4 * op + 3)
}

/// The quotient in the field: a hint.
#[derive(Debug, Default)]
struct Divide {
    dividend: Target,
    divisor: Target,
    quotient: Target,
}

impl SimpleGenerator<F, D> for Divide {
    fn id(&self) -> String {
        "Divide".into()
    }

    fn dependencies(&self) -> Vec<Target> {
        vec![self.dividend, self.divisor]
    }

    fn run_once(&self, witness: &PartitionWitness<'_, F>, out: &mut GeneratedValues<F>) -> Result<()> {
        let [a, b] = [self.dividend, self.divisor].map(|target| witness.get_target(target));
        out.set_target(self.quotient, a / b)
    }

    fn serialize(&self, _: &mut Vec<u8>, _: &CommonCircuitData<F, D>) -> IoResult<()> {
        Ok(())
    }

    fn deserialize(_: &mut Buffer<'_>, _: &CommonCircuitData<F, D>) -> IoResult<Self> {
        Ok(Self::default())
    }
}

/// The freedoms that a reviewer would ask about.
fn suspicious(subject: &Subject, inputs: &PartialWitness<F>) -> Vec<cells::Freedom> {
    let mut found = cells::freedoms(subject, inputs).unwrap();
    // Unused operations of an arithmetic row are nobody's concern.
    found.retain(|freedom| !freedom.is_expected() && freedom.origin != Origin::Unset);
    found
}

#[test]
fn an_honest_table_is_accepted_and_proves() {
    let (subject, toy) = Toy::subject(Bug::None);
    let table = Table::honest(subject.circuit(), toy.inputs(42, 6, true)).unwrap();
    assert_eq!(table.public_inputs(), [42, 6, 49].map(F::from_canonical_u64));
    satisfied(subject.circuit(), &table).unwrap();
    subject.circuit().verify(prove_table(subject.circuit(), &table).unwrap()).unwrap();
}

#[test]
fn inputs_that_lack_a_value_are_refused_by_name() {
    let (subject, toy) = Toy::subject(Bug::None);
    let mut inputs = toy.inputs(42, 6, true);
    inputs.target_values.remove(&toy.flag);
    let error = Table::honest(subject.circuit(), inputs.clone()).unwrap_err();
    assert!(matches!(error, TableError::Generators(_)), "{error}");
    let error = Liar::new(&subject, &inputs).unwrap_err();
    assert!(matches!(error, EngineError::Starved(_)), "{error}");
}

#[test]
fn violations_name_what_is_broken() {
    let (subject, toy) = Toy::subject(Bug::None);
    let circuit = subject.circuit();
    let honest = Table::honest(circuit, toy.inputs(42, 6, true)).unwrap();

    let mut table = honest.clone();
    table.set(Cell::new(0, 3), F::TWO);
    let all = subject.checker().violations(&table);
    assert!(matches!(all[0], Violation::Gate { row: 0, constraint: 0, .. }), "{}", all[0]);
    assert!(matches!(all[1], Violation::Copy { .. }), "{}", all[1]);

    let mut table = honest.clone();
    table.claim(2, F::TWO);
    let violation = satisfied(circuit, &table).unwrap_err();
    assert!(violation.to_string().contains("PublicInputGate"), "{violation}");

    let (other, other_toy) = Subject::new(&config(), |b| b.virtual_target()).unwrap();
    let mut inputs = PartialWitness::new();
    inputs.set_target(other_toy, F::ONE).unwrap();
    let table = Table::honest(other.circuit(), inputs).unwrap();
    assert!(matches!(satisfied(circuit, &table), Err(Violation::Shape { .. })));
}

#[test]
fn a_whole_class_may_be_written_at_once() {
    let (subject, toy) = Toy::subject(Bug::None);
    let mut table = Table::honest(subject.circuit(), toy.inputs(42, 6, true)).unwrap();
    table.set_class(subject.circuit(), toy.a, F::ONE);
    assert_eq!(table.public_inputs()[0], F::ONE);
    assert_eq!(table.get(toy.a), F::ONE);
    let all = subject.checker().violations(&table);
    assert!(all.iter().all(|v| matches!(v, Violation::Gate { .. })) && !all.is_empty());
}

#[test]
fn rechecking_a_cell_is_checking_the_table() {
    let (subject, toy) = Toy::subject(Bug::None);
    let checker = subject.checker();
    let honest = Table::honest(subject.circuit(), toy.inputs(42, 6, true)).unwrap();
    for row in 0..honest.degree() {
        for column in 0..honest.width() {
            let (mut table, cell) = (honest.clone(), Cell::new(row, column));
            table.set(cell, honest.get(cell) + F::ONE);
            assert_eq!(checker.recheck(&table, cell).is_ok(), checker.check(&table).is_ok());
        }
    }
}

#[test]
fn the_checker_tells_the_truth() {
    let (subject, toy) = Toy::subject(Bug::None);
    let circuit = subject.circuit();
    let honest = Table::honest(circuit, toy.inputs(42, 6, true)).unwrap();
    let mut tables = vec![honest.clone()];
    // Every 37th cell alone, and with its copies; each claim alone.
    for index in (0..honest.degree() * honest.width()).step_by(37) {
        let cell = Cell::new(index / honest.width(), index % honest.width());
        let value = honest.get(cell) + F::ONE;
        let mut table = honest.clone();
        table.set(cell, value);
        tables.push(table);
        let mut table = honest.clone();
        table.set_class(circuit, cell, value);
        tables.push(table);
    }
    for i in 0..3 {
        let mut table = honest.clone();
        table.claim(i, F::TWO);
        tables.push(table);
    }
    let mut verdicts = [0, 0];
    for table in tables {
        let accepted = subject.checker().check(&table).is_ok();
        let verified = circuit.verify(prove_table(circuit, &table).unwrap()).is_ok();
        assert_eq!(accepted, verified, "{:?}", subject.checker().check(&table));
        verdicts[usize::from(accepted)] += 1;
    }
    assert!(verdicts.into_iter().all(|many| many > 3), "refused and accepted: {verdicts:?}");
}

#[test]
fn claims_through_wires_may_be_false_too() {
    // Public inputs that are wires, one of them registered twice.
    let write = |b: &mut Builder| {
        let x = b.virtual_target();
        let y = multiply_add(b, x, x, x);
        b.register_public_inputs(&[y, y]);
        x
    };
    let (subject, x) = Subject::new(&config(), write).unwrap();
    let mut inputs = PartialWitness::new();
    inputs.set_target(x, F::TWO).unwrap();
    let honest = Table::honest(subject.circuit(), inputs).unwrap();
    for (i, claim) in [(0, 6), (0, 7), (1, 7)] {
        let mut table = honest.clone();
        table.claim(i, F::from_canonical_u64(claim));
        let proof = prove_table(subject.circuit(), &table).unwrap();
        assert_eq!(proof.public_inputs, table.public_inputs());
        assert_eq!(subject.circuit().verify(proof).is_ok(), claim == 6);
        assert_eq!(satisfied(subject.circuit(), &table).is_ok(), claim == 6);
    }
}

#[test]
fn a_quotient_of_odd_size_makes_the_prover_panic() {
    let config = CircuitConfig { max_quotient_degree_factor: 7, ..config() };
    let (subject, toy) = Subject::new(&config, |b| Toy::write(b, Bug::None)).unwrap();
    let mut table = Table::honest(subject.circuit(), toy.inputs(42, 6, true)).unwrap();
    subject.circuit().verify(prove_table(subject.circuit(), &table).unwrap()).unwrap();
    table.set(Cell::new(0, 3), F::TWO);
    let error = prove_table(subject.circuit(), &table).unwrap_err();
    assert!(matches!(&error, ProveError::Panicked(m) if m.contains("Quotient")), "{error}");
}

#[test]
fn a_sound_toy_has_no_loose_ends() {
    let (subject, toy) = Toy::subject(Bug::None);
    let inputs = toy.inputs(42, 6, true);
    assert_eq!(suspicious(&subject, &inputs), []);
    let mut liar = Liar::new(&subject, &inputs).unwrap();
    liar.tell(&[(toy.flag, F::ZERO)]).unwrap();
    for value in [F::TWO, F::NEG_ONE] {
        liar.tell(&[(toy.flag, value)]).unwrap_err();
        liar.tell(&[(toy.quotient, value)]).unwrap_err();
    }
}

#[test]
fn a_statement_that_is_given_follows_the_lie() {
    // The output is given, copied to the output computed, and hashed among the public inputs.
    let write = |b: &mut Builder| {
        let given = b.virtual_target();
        b.register_public_input(given);
        let toy = Toy::write(b, Bug::None);
        let zero = b.constant(F::ZERO);
        let out = multiply_add(b, toy.flag, toy.quotient, zero);
        b.connect(out, given);
        (toy, given)
    };
    let (subject, (toy, given)) = Subject::new(&config(), write).unwrap();
    let mut inputs = toy.inputs(42, 6, true);
    inputs.set_target(given, F::from_canonical_u64(7)).unwrap();
    let mut liar = Liar::new(&subject, &inputs).unwrap();
    liar.tell(&[(toy.flag, F::ZERO)]).unwrap();
    assert_eq!(liar.table().public_inputs()[0], F::ZERO);
    subject.checker().check(liar.table()).unwrap();
    liar.tell(&[(toy.flag, F::TWO)]).unwrap_err();
    assert_eq!(suspicious(&subject, &inputs), []);
}

#[test]
fn a_hint_without_constraints_is_found() {
    for bug in [Bug::Hint, Bug::Connect] {
        let (subject, toy) = Toy::subject(bug);
        let found = suspicious(&subject, &toy.inputs(42, 6, true));
        let [quotient] = &found[..] else { panic!("{bug:?}: {found:?}") };
        assert_eq!(quotient.origin, Origin::Generated);
        let mut liar = Liar::new(&subject, &toy.inputs(42, 6, true)).unwrap();
        liar.tell(&[(toy.quotient, F::TWO)]).unwrap();
        assert_eq!(liar.table().get(quotient.cells[0]), F::TWO);
    }
}

#[test]
fn a_flag_that_is_no_bit_is_found() {
    let (subject, toy) = Toy::subject(Bug::Boolean);
    let mut liar = Liar::new(&subject, &toy.inputs(42, 6, true)).unwrap();
    liar.tell(&[(toy.flag, F::TWO)]).unwrap();
    assert_eq!(liar.value(toy.flag), F::TWO);
    assert_eq!(liar.table().public_inputs()[2], F::from_canonical_u64(2 * 7 + 42));
    // And the lie passes for a proof.
    let proof = prove_table(subject.circuit(), liar.table()).unwrap();
    subject.circuit().verify(proof).unwrap();
}

#[test]
fn a_value_that_no_constraint_reads_is_found_cell_by_cell() {
    // The factors of an unused operation are free; those of the toy itself are not.
    let (subject, toy) = Toy::subject(Bug::None);
    let table = Table::honest(subject.circuit(), toy.inputs(42, 6, true)).unwrap();
    let found = cells::exhaustive(subject.circuit(), subject.checker(), &table);
    assert!(found.undeclared.is_empty());
    assert!(found.classes > 190 && found.changes > 5 * found.classes, "{found}");
    for loose in &found.loose {
        let [cell] = loose.cells[..] else { panic!("{loose:?}") };
        assert!(loose.gates[0].starts_with("ArithmeticGate") && cell.column >= 4 * 3, "{loose:?}");
    }
    // What a flag multiplies is zero here: the flag may be the other bit, and nothing else.
    let table = Table::honest(subject.circuit(), toy.inputs(0, 6, true)).unwrap();
    let found = cells::exhaustive(subject.circuit(), subject.checker(), &table);
    let copied: Vec<_> = found.loose.iter().filter(|loose| loose.cells.len() > 1).collect();
    let [flag] = copied[..] else { panic!("{copied:?}") };
    assert_eq!(flag.accepted, [F::ZERO]);
}

#[test]
fn every_connect_of_a_sound_toy_is_needed() {
    let (subject, toy) = Toy::subject(Bug::None);
    let others = [toy.inputs(30, 5, false)];
    let report = mutants::connects(&subject, &toy.inputs(42, 6, true), &others, EFFORT).unwrap();
    assert_eq!(report.mutants().len(), 11);
    assert_eq!(report.caught(), 11, "{report}");
    assert!(report.to_string().contains("| division/check | 1 | 1 | 0 | 0 | 0 | 0 |"), "{report}");

    // What is said of a mutant is true of the circuit built without that connect.
    for i in 0..11 {
        let mut weak = Builder::dropping(config(), i);
        Toy::write(&mut weak, Bug::None);
        let weak = weak.build();
        let map = &subject.circuit().prover_only.representative_map;
        assert_ne!(&weak.prover_only.representative_map, map, "connect {i}");
    }
}

#[test]
fn connects_that_change_nothing_are_named() {
    let write = |b: &mut Builder| {
        let toy = Toy::write(b, Bug::None);
        b.scope("again", |b| b.connect(toy.flag, Target::wire(0, 4)));
        let nowhere = b.virtual_target();
        b.scope("nowhere", |b| b.connect(toy.flag, nowhere));
        b.scope("loop", |b| b.connect(toy.flag, toy.flag));
        toy
    };
    let (subject, toy) = Subject::new(&config(), write).unwrap();
    let report = mutants::connects(&subject, &toy.inputs(42, 6, true), &[], EFFORT).unwrap();
    let outcome = |group: &str| report.mutants().iter().find(|m| m.group == group).map(|m| m.outcome).unwrap();
    assert_eq!(outcome("again"), Outcome::Redundant);
    assert_eq!(outcome("nowhere"), Outcome::Hollow);
    assert_eq!(outcome("loop"), Outcome::Redundant);
    assert_eq!(report.survivors().count(), 0, "{report}");
    // `again` doubles one of the operands of the square, so that one is redundant as well.
    assert_eq!(report.caught(), 10, "{report}");
}

#[test]
fn what_only_a_hash_guards_is_deferred_and_what_gates_imply_survives() {
    let write = |b: &mut Builder| {
        let [a, copy] = b.virtual_array();
        b.scope("copy", |b| b.connect(a, copy));
        let [one, other] = [a, copy].map(|x| {
            let hash = b.inner().hash_n_to_hash_no_pad::<PoseidonHash>(vec![x]);
            hash.elements[0]
        });
        b.scope("hash", |b| b.connect(one, other));
        let zero = b.constant(F::ZERO);
        let [one, other] = [(); 2].map(|()| b.scope("square", |b| multiply_add(b, a, a, zero)));
        b.scope("implied", |b| b.connect(one, other));
        b.register_public_input(a);
        a
    };
    let (subject, a) = Subject::new(&config(), write).unwrap();
    let mut inputs = PartialWitness::new();
    inputs.set_target(a, F::TWO).unwrap();
    let report = mutants::connects(&subject, &inputs, &[], EFFORT).unwrap();
    let outcome = |group: &str| report.mutants().iter().find(|m| m.group == group).unwrap().outcome;
    assert!(matches!(outcome("copy"), Outcome::Deferred { .. }), "{report}");
    assert_eq!(outcome("implied"), Outcome::Survived);
    assert!(report.to_string().contains("| hash |\n"), "{report}");
    assert!(report.share() < 1.0);
}

#[test]
fn circuits_that_differ_from_run_to_run_are_no_subjects() {
    let run = std::cell::Cell::new(0);
    let write = |b: &mut Builder| {
        run.set(run.get() + 1);
        b.virtual_array::<4>();
        if run.get() > 1 {
            b.virtual_target();
        }
    };
    assert_eq!(Subject::new(&config(), write).unwrap_err(), SubjectError::NotDeterministic);
}

#[test]
fn constraints_of_a_gate_are_judged_by_their_lies() {
    let gate = ArithmeticGate { num_ops: 3 };
    let lie = |constraint: usize, wires: &[(usize, u64)]| {
        let mut row = vec![F::ZERO; 12];
        for &(wire, value) in wires {
            row[wire] = F::from_canonical_u64(value);
        }
        mutants::Lie { constraint, wires: row, constants: vec![F::ONE; 2] }
    };
    let lies = [lie(0, &[(3, 1)]), lie(1, &[(7, 1), (11, 1)]), lie(0, &[(11, 1)])];
    let report = mutants::constraints(&gate, lies);
    assert_eq!(report.teeth, [mutants::Teeth::Needed, mutants::Teeth::Entangled(vec![2]), mutants::Teeth::Untried]);
    assert_eq!(report.harmless, [2]);
    assert_eq!(report.missing().collect::<Vec<_>>(), [1, 2]);
    assert!(!report.is_complete());
    let report = mutants::constraints(&gate, [3, 7, 11].map(|w| lie(w / 4, &[(w, 1)])));
    assert!(report.is_complete(), "{report}");
}
