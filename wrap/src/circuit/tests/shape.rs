//! What the circuit is: counts, rows, errors.

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;
use halo2_proofs::plonk::{ConstraintSystem, Expression};

use super::{K, PUBLICS, program, sample, table};
use crate::circuit::check::Checker;
use crate::circuit::config::{Config, DEGREE};
use crate::circuit::place::PERMUTATION;
use crate::circuit::prove::{COMMITMENTS, EVALUATIONS, PROOF_BYTES};
use crate::circuit::table::{BLINDED, COPIED, Column, LIMBS, Table};
use crate::circuit::{CircuitError, Recorder};
use crate::machine::Machine as _;
use crate::poseidon2;

/// Columns, queries and degrees; hence what is in a proof.
#[test]
fn counts() {
    let mut cs = ConstraintSystem::<Fr>::default();
    let config = Config::new(&mut cs);
    assert_eq!((cs.num_advice_columns(), cs.num_fixed_columns(), cs.num_instance_columns()), (5, 7, 1));
    assert_eq!((cs.num_selectors(), cs.num_challenges(), cs.lookups().len(), cs.gates().len()), (0, 0, 1, 1));
    assert_eq!(cs.permutation().get_columns(), config.advice[..COPIED].iter().map(|c| (*c).into()).collect::<Vec<_>>());

    let queries = |column: usize, below: std::ops::Range<i32>| below.map(move |below| (column, below));
    let advice: Vec<_> = cs.advice_queries().iter().map(|(column, at)| (column.index(), at.0)).collect();
    let expected = queries(0, 0..4).chain(queries(1, 0..4)).chain(queries(2, 0..4)).chain(queries(3, 0..3));
    assert_eq!(advice, expected.chain(queries(4, 0..5)).collect::<Vec<_>>());
    let fixed: Vec<_> = cs.fixed_queries().iter().map(|(column, at)| (column.index(), at.0)).collect();
    assert_eq!(fixed, [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (4, 1), (5, 0), (5, 1), (6, 0)]);
    assert_eq!(cs.instance_queries().iter().map(|(_, at)| at.0).collect::<Vec<_>>(), [0]);
    assert_eq!(cs.blinding_factors() + 1, BLINDED);

    let degrees: Vec<usize> = cs.gates()[0].polynomials().iter().map(Expression::degree).collect();
    assert_eq!(degrees, [[5; 19].as_slice(), &[4; 4], &[3, 3, 5, 4]].concat());
    assert_eq!((cs.degree(), cs.minimum_degree()), (DEGREE, Some(DEGREE)));

    // Advice, the lookup's three, products of three columns each, the random polynomial, the quotient, SHPLONK.
    let products = COPIED.div_ceil(DEGREE - 2);
    assert_eq!(COMMITMENTS, 5 + 3 + products + 1 + (DEGREE - 1) + 2);
    assert_eq!(EVALUATIONS, advice.len() + fixed.len() + 1 + COPIED + (3 * products - 1) + 5);
    assert_eq!(PROOF_BYTES, 2_496);
}

#[test]
fn names() {
    let checker = Checker::new();
    let names: Vec<&str> = checker.names().collect();
    assert_eq!(names.len(), 27);
    let some = [names[0], names[7], names[8], names[15], names[16], names[18], names[22], names[23], names[25]];
    let expected = [
        "P = 1, x4",
        "P = 2, x7",
        "Q = 1, x4",
        "Q = 2, x7",
        "R = 1",
        "R = 2, Y1",
        "R = 3, x7",
        "S = 1",
        "S = 2, inverse",
    ];
    assert_eq!(some, expected);
}

/// The public scalars, two chains of two and one permutations behind a row with limbs each, the other row with limbs and three that are
/// read by it, the rest.
#[test]
fn rows_of_the_sample() {
    let table = sample();
    let mut recorder = Recorder::new(PUBLICS);
    program(&mut recorder, 1);
    assert_eq!(recorder.rows(), table.layout.demands.len());
    let chains = (2 * PERMUTATION + 2) + (PERMUTATION + 2);
    let (wide, canonical) = (table.rows(3, 1), table.rows(3, 2));
    assert_eq!(wide, [PUBLICS, PUBLICS + 1 + 2 * PERMUTATION + 2, PUBLICS + 2 + chains]);
    assert_eq!(canonical, [PUBLICS + 2 + chains + 5]);
    // Plain: zero, seven, one, the product. Four read the last wide row's limbs, idle ones the canonical row's.
    assert_eq!(table.layout.demands.len(), PUBLICS + 2 + chains + 5 + 4 + 1);
    // The sum of the reduction has its range beside it, and so has the product that comes after its range.
    let shared = wide.iter().filter(|row| table.layout.demands[**row].selectors[2] == 1).count();
    assert_eq!(shared, 2);
    assert_eq!(table.rows(2, 3).len(), 3);
    assert_eq!((table.rows(0, 1).len(), table.rows(0, 2).len()), (3 * 7, 3 * 13));
    assert_eq!((table.rows(1, 1).len(), table.rows(1, 2).len(), table.rows(2, 2).len()), (3, 3, 3 * 44));
}

/// Limbs that are read never overlap, and are under the lookup.
#[test]
fn limbs_are_read_once() {
    let table = sample();
    let mut read = vec![false; (1 << K) - BLINDED];
    for (row, demand) in table.layout.demands.iter().enumerate() {
        let width = [0, 5, 4][demand.selectors[3] as usize];
        read[row..row + width].iter_mut().for_each(|read| assert!(!std::mem::replace(read, true), "row {row}"));
    }
    assert_eq!(read.iter().filter(|read| **read).count(), 3 * 5 + 4);
}

/// The sample is satisfied; what it hashes is what the native permutation hashes.
#[test]
fn sample_is_true() {
    let table = sample();
    assert_eq!(Checker::new().faults(&table), []);
    let absorb = table.rows(2, 3);
    let x = |row: usize| [[0, 0], [2, 0], [0, 1], [2, 1]].map(|[column, below]| table.advice[column][row + below]);
    for row in absorb {
        let mut state = x(row);
        let absorbed = [table.advice[1][row], table.advice[3][row], table.advice[1][row + 1], Fr::ZERO];
        state.iter_mut().zip(absorbed).for_each(|(s, p)| *s += p);
        poseidon2::permute(&mut state);
        assert_eq!(x(row + PERMUTATION), state);
    }
}

/// Values change nothing but the witness, even wrong ones.
#[test]
fn layout_is_independent_of_values() {
    let first = sample();
    for seed in [0, 2, u64::from(u32::MAX)] {
        let other = table(seed);
        assert_eq!(other.layout, first.layout);
        assert_eq!(other.digest(), first.digest());
        assert_ne!(other.publics(), first.publics());
    }
    let mut changed = first.clone();
    changed.layout.demands[3].constants[0] += Fr::ONE;
    assert_ne!(changed.digest(), first.digest());
    let mut changed = first.clone();
    changed.layout.copies.pop();
    assert_ne!(changed.digest(), first.digest());
}

fn finish(publics: usize, k: u32, program: impl FnOnce(&mut Recorder)) -> Result<Table, CircuitError> {
    let mut recorder = Recorder::new(publics);
    program(&mut recorder);
    recorder.finish(k)
}

/// The last row may be used, the one after it not.
#[test]
fn out_of_rows() {
    let available = (1 << K) - BLINDED;
    let fill = |rows: usize| {
        move |m: &mut Recorder| {
            let zero = m.constant(Fr::ZERO);
            (1..rows).for_each(|_| _ = m.multiply_add(zero, zero, Fr::ONE, zero, Fr::ONE));
        }
    };
    assert_eq!(finish(0, K, fill(available)).unwrap().layout.demands.len(), available);
    let error = finish(0, K, fill(available + 1)).unwrap_err();
    assert_eq!(error, CircuitError::OutOfRows { needed: available + 1, available });
    // A row with limbs takes those below it along.
    let with_limbs = |m: &mut Recorder| {
        fill(available - 40)(m);
        (0..9).for_each(|_| _ = m.witness(Fr::ONE));
    };
    assert!(finish(0, K, with_limbs).is_ok());
    let ranges = |m: &mut Recorder| {
        for _ in 0..available / 5 + 1 {
            let v = m.witness(Fr::ONE);
            m.assert_80_bits(v);
        }
    };
    assert!(
        matches!(finish(0, K, ranges), Err(CircuitError::OutOfRows { needed, .. }) if needed == 5 * (available / 5 + 1))
    );
    // The lookup table needs its rows, however small the program is.
    let error = finish(0, 16, |_| ()).unwrap_err();
    assert_eq!(error, CircuitError::OutOfRows { needed: LIMBS, available: LIMBS - BLINDED });
}

/// A public scalar that is bound to nothing would say nothing.
#[test]
fn public_scalars_are_bound() {
    let bind = |indices: &'static [usize]| {
        move |m: &mut Recorder| {
            for index in indices {
                let cell = m.witness(Fr::from(4));
                m.assert_public(*index, cell);
            }
        }
    };
    assert_eq!(finish(3, K, bind(&[0, 2])).unwrap_err(), CircuitError::UnboundPublic { index: 1 });
    assert_eq!(finish(2, K, bind(&[0, 1, 2])).unwrap_err(), CircuitError::NoSuchPublic { index: 2, publics: 2 });
    // Twice is not a fault, as long as the two are equal.
    let mut table = finish(1, K, bind(&[0, 0])).unwrap();
    assert_eq!(Checker::new().faults(&table), []);
    let last = table.layout.demands.len() - 1;
    *table.at(Column::X0, last) += Fr::ONE;
    assert_eq!(Checker::new().faults(&table).len(), 1);
}

/// The same program, run twice, is the same circuit, hash maps or not.
#[test]
fn deterministic() {
    let run = || finish(PUBLICS, K, |m| program(m, 5)).unwrap();
    assert_eq!(run().advice, run().advice);
}
