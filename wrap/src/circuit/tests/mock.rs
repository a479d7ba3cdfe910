//! halo2's own mock prover, on a sample: it agrees with the checker.

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::dev::{MockProver, VerifyFailure};
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;
use halo2_proofs::plonk::{self, Circuit, ConstraintSystem};

use super::lies::{lie, reduction};
use super::{K, sample};
use crate::circuit::config::Config;
use crate::circuit::table::{Column, Table};

/// What a test may leave out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Without {
    #[default]
    Nothing,
    Constraint(usize),
    Lookup,
    Copies,
}

/// A circuit with something left out.
struct Weakened(Table, Without);

impl Circuit<Fr> for Weakened {
    type Config = Config;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = Without;

    fn params(&self) -> Without {
        self.1
    }

    fn without_witnesses(&self) -> Self {
        Self(self.0.clone(), self.1)
    }

    fn configure(meta: &mut ConstraintSystem<Fr>) -> Config {
        Self::configure_with_params(meta, Without::Nothing)
    }

    fn configure_with_params(meta: &mut ConstraintSystem<Fr>, without: Without) -> Config {
        let config = Config::columns(meta);
        meta.create_gate("weakened", |cells| {
            let constraints = config.constraints(cells).into_iter().enumerate();
            let kept = constraints.filter(|(i, _)| !matches!(without, Without::Constraint(left_out) if left_out == *i));
            kept.map(|(_, constraint)| constraint).collect::<Vec<_>>()
        });
        config.equality(meta);
        if !matches!(without, Without::Lookup) {
            config.lookup(meta);
        }
        config
    }

    fn synthesize(&self, config: Config, layouter: impl Layouter<Fr>) -> Result<(), plonk::Error> {
        let mut table = self.0.clone();
        if matches!(self.1, Without::Copies) {
            table.layout.copies.clear();
        }
        table.assign(&config, layouter)
    }
}

pub(super) fn mock(table: &Table, without: Without) -> Result<(), Vec<VerifyFailure>> {
    let publics = table.publics.clone();
    MockProver::run(K, &Weakened(table.clone(), without), vec![publics]).unwrap().verify_par()
}

#[test]
fn truth_is_accepted() {
    let table = sample();
    MockProver::run(K, &table, vec![table.publics.clone()]).unwrap().verify_par().unwrap();
}

/// Refused by the circuit, accepted by the circuit without this constraint: of each selector one.
#[test]
fn constraints() {
    for index in [7, 9, 16, 25] {
        let lie = lie(index);
        let failures = mock(&lie, Without::Nothing).unwrap_err();
        let broken = |failure: &VerifyFailure| {
            let VerifyFailure::ConstraintNotSatisfied { constraint, .. } = failure else { return false };
            format!("{constraint:?}").contains(&format!("index: {index}, "))
        };
        assert!(matches!(&failures[..], [failure] if broken(failure)), "{index}: {failures:?}");
        mock(&lie, Without::Constraint(index)).unwrap();
    }
}

#[test]
fn lookup() {
    let (mut table, row, _) = reduction(5, (1 << 17) - 1);
    *table.at(Column::L, row) = Fr::from(0x1_ffff);
    *table.at(Column::L, row + 1) = Fr::ZERO;
    assert!(matches!(mock(&table, Without::Nothing).unwrap_err()[..], [VerifyFailure::Lookup { .. }]));
    mock(&table, Without::Lookup).unwrap();
}

#[test]
fn copies() {
    let mut table = sample();
    table.publics[0] += Fr::ONE;
    *table.at(Column::Y1, 0) += Fr::ONE;
    let failures = mock(&table, Without::Nothing).unwrap_err();
    assert!(failures.iter().all(|failure| matches!(failure, VerifyFailure::Permutation { .. })), "{failures:?}");
    mock(&table, Without::Copies).unwrap();
}
