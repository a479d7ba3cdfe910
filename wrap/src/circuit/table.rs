//! # The finished table
//!
//! What a circuit says of every proof stands in its [`Layout`]: selectors, constants, copies. What a witness says stands in the cells of
//! five advice columns. Together they are a halo2 circuit, whose fixed columns the key commits to.
//!
//! **Not checked here:** anything. A table may be as false as one likes; the tests' tables are.

use std::fmt::Write as _;

use halo2_proofs::circuit::{Cell, Layouter, SimpleFloorPlanner, Value};
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use halo2_proofs::plonk::{self, Circuit, ConstraintSystem};
use sha3::{Digest as _, Keccak256};

use super::config::Config;

/// Advice columns.
pub const ADVICE: usize = 5;
/// Advice columns under the permutation argument: all but the limbs.
pub(crate) const COPIED: usize = 4;
/// Values of a limb, and rows of the lookup table.
pub(crate) const LIMBS: usize = 1 << 16;
/// Rows at the end that halo2 blinds: as many as a column has queries, five, and three more.
pub(crate) const BLINDED: usize = 8;

/// The columns of the witness, in halo2's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    X0,
    Y0,
    X1,
    Y1,
    L,
}

/// A cell of the columns under the permutation argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) column: Column,
    pub(crate) row: u32,
}

/// What a row demands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    /// The selectors $P, Q, R, S$.
    pub(crate) selectors: [u8; 4],
    /// The constants $C_0, C_1$.
    pub(crate) constants: [Fr; 2],
}

/// What a circuit is, whatever its witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) k: u32,
    pub(crate) publics: usize,
    /// Row by row, up to the last that demands anything.
    pub(crate) demands: Vec<Demand>,
    pub(crate) copies: Vec<(Place, Place)>,
}

impl Layout {
    /// A digest by which a key knows its circuit.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hasher = Keccak256::new();
        hasher.update([self.k, self.publics as u32, self.demands.len() as u32].map(u32::to_le_bytes).concat());
        for Demand { selectors, constants: [c0, c1] } in &self.demands {
            hasher.update(selectors);
            hasher.update(c0.to_repr());
            hasher.update(c1.to_repr());
        }
        for (a, b) in &self.copies {
            hasher.update([a.column as u32, a.row, b.column as u32, b.row].map(u32::to_le_bytes).concat());
        }
        hasher.finalize().into()
    }
}

/// A circuit and a witness: what is proved.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) layout: Layout,
    /// Column by column, $2^k$ rows each.
    pub(crate) advice: [Vec<Fr>; ADVICE],
    pub(crate) publics: Vec<Fr>,
}

impl Table {
    /// The public scalars.
    #[must_use]
    pub fn publics(&self) -> &[Fr] {
        &self.publics
    }

    /// The circuit has $2^k$ rows.
    #[must_use]
    pub fn k(&self) -> u32 {
        self.layout.k
    }

    /// Rows up to the last that demands anything.
    #[must_use]
    pub fn height(&self) -> usize {
        self.layout.demands.len()
    }

    /// The circuit in hexadecimal, digested: selectors, constants and copies, but no witness.
    #[must_use]
    pub fn digest(&self) -> String {
        self.layout.digest().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes everything");
            hex
        })
    }

    /// Writes everything to halo2.
    pub(crate) fn assign(&self, config: &Config, mut layouter: impl Layouter<Fr>) -> Result<(), plonk::Error> {
        layouter.assign_region(
            || "wrap",
            |mut region| {
                for (column, values) in config.advice.iter().zip(&self.advice) {
                    let used = values.iter().rposition(|v| *v != Fr::ZERO).map_or(0, |last| last + 1);
                    for (row, value) in values[..used].iter().enumerate() {
                        region.assign_advice(*column, row, Value::known(*value));
                    }
                }
                for limb in 0..LIMBS {
                    region.assign_fixed(config.table, limb, Fr::from(limb as u64));
                }
                for (row, demand) in self.layout.demands.iter().enumerate() {
                    let selectors = demand.selectors.map(|s| Fr::from(u64::from(s)));
                    for (column, value) in config.selectors.iter().zip(selectors) {
                        region.assign_fixed(*column, row, value);
                    }
                    for (column, value) in config.constants.iter().zip(demand.constants) {
                        region.assign_fixed(*column, row, value);
                    }
                }
                let cell = |place: Place| Cell {
                    row_offset: place.row as usize,
                    column: config.advice[place.column as usize].into(),
                };
                for (a, b) in &self.layout.copies {
                    region.constrain_equal(cell(*a), cell(*b));
                }
                Ok(())
            },
        )
    }
}

impl Circuit<Fr> for Table {
    type Config = Config;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = ();

    fn without_witnesses(&self) -> Self {
        self.clone()
    }

    fn configure(meta: &mut ConstraintSystem<Fr>) -> Config {
        Config::new(meta)
    }

    fn synthesize(&self, config: Config, layouter: impl Layouter<Fr>) -> Result<(), plonk::Error> {
        self.assign(&config, layouter)
    }
}
