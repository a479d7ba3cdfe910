//! # The machine that runs on values
//!
//! [`Native`] executes a program of the wrap and checks every demand as it comes to it. What it accepts is what the circuit accepts: it
//! promises exactly what stands at the operations of [`Machine`]. So lies are told here, thousands of them in the time of one proof.
//!
//! A lie about an input is a program run on another input. A lie about a hint is a [`Lie`]: the program's $n$-th witness is replaced by
//! another scalar, and everything after it follows from that.

use std::fmt;

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::PrimeField;
use thiserror::Error;

use crate::machine::Machine;
use crate::poseidon2;

/// $2^{64} - 2^{32} + 1$.
const GOLDILOCKS: u64 = 0xffff_ffff_0000_0001;

/// A demand of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Two cells are equal.
    Equal,
    /// A cell is below $2^{80}$.
    Bits80,
    /// A cell is a canonical element of Goldilocks.
    Canonical,
    /// A cell is a public scalar.
    Public,
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "equality",
            Self::Bits80 => "80 bits",
            Self::Canonical => "canonical element",
            Self::Public => "public scalar",
        })
    }
}

/// The first demand that was not met.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{stage}, operation {operation}: {demand} demanded, expected {expected}, got {got:?}")]
pub struct Unsatisfied {
    /// What the program was doing.
    pub stage: &'static str,
    /// How many operations came before.
    pub operation: usize,
    /// What was demanded.
    pub demand: Demand,
    /// The value, or the range.
    pub expected: String,
    /// The value that came.
    pub got: Fr,
}

/// Another value for one witness.
#[derive(Clone, Copy, Debug)]
pub struct Lie {
    /// Which witness, counted from zero in the order of the program.
    pub witness: usize,
    /// The change: it is added to the honest value.
    pub by: Fr,
}

/// The machine that runs on values.
#[derive(Clone, Debug, Default)]
pub struct Native {
    public: Vec<Fr>,
    lie: Option<Lie>,
    stage: &'static str,
    operations: usize,
    witnesses: usize,
    failure: Option<Unsatisfied>,
}

impl Native {
    /// A machine with these public scalars.
    #[must_use]
    pub fn new(public: Vec<Fr>) -> Self {
        Self { public, ..Self::default() }
    }

    /// The same, and one witness is a lie.
    #[must_use]
    pub fn lying(public: Vec<Fr>, lie: Lie) -> Self {
        Self { public, lie: Some(lie), ..Self::default() }
    }

    /// The number of witnesses so far.
    #[must_use]
    pub const fn witnesses(&self) -> usize {
        self.witnesses
    }

    /// Whether all demands were met.
    ///
    /// # Errors
    /// The first that was not.
    pub fn finish(self) -> Result<(), Unsatisfied> {
        self.failure.map_or(Ok(()), Err)
    }

    fn demand(&mut self, demand: Demand, met: bool, expected: impl FnOnce() -> String, got: Fr) {
        if !met && self.failure.is_none() {
            let (stage, operation) = (self.stage, self.operations);
            self.failure = Some(Unsatisfied { stage, operation, demand, expected: expected(), got });
        }
    }
}

/// Whether a scalar, as an integer, is below a bound of at most 128 bits.
fn below(v: Fr, bound: u128) -> bool {
    let bytes = v.to_repr();
    let (low, high) = bytes.as_ref().split_at(16);
    high.iter().all(|b| *b == 0) && u128::from_le_bytes(low.try_into().expect("sixteen bytes")) < bound
}

impl Machine for Native {
    type Cell = Fr;

    fn value(&self, cell: Fr) -> Fr {
        cell
    }

    fn constant(&mut self, value: Fr) -> Fr {
        self.operations += 1;
        value
    }

    fn witness(&mut self, value: Fr) -> Fr {
        self.operations += 1;
        self.witnesses += 1;
        match self.lie {
            Some(lie) if lie.witness + 1 == self.witnesses => value + lie.by,
            _ => value,
        }
    }

    fn multiply_add(&mut self, a: Fr, b: Fr, k: Fr, c: Fr, d: Fr) -> Fr {
        self.operations += 1;
        a * b + k * c + d
    }

    fn assert_80_bits(&mut self, v: Fr) {
        self.demand(Demand::Bits80, below(v, 1 << 80), || "less than 2^80".into(), v);
        self.operations += 1;
    }

    fn assert_equal(&mut self, a: Fr, b: Fr) {
        self.demand(Demand::Equal, a == b, || format!("{b:?}"), a);
        self.operations += 1;
    }

    fn assert_canonical(&mut self, v: Fr, a: Fr, k: Fr) -> Fr {
        self.demand(Demand::Canonical, below(v, GOLDILOCKS.into()), || "less than 2^64 - 2^32 + 1".into(), v);
        self.operations += 1;
        a + k * v
    }

    fn permute(&mut self, state: [Fr; 4], absorbed: [Fr; 3]) -> [Fr; 4] {
        self.operations += 1;
        let [a, b, c] = absorbed;
        let mut state = [state[0] + a, state[1] + b, state[2] + c, state[3]];
        poseidon2::permute(&mut state);
        state
    }

    fn assert_public(&mut self, index: usize, v: Fr) {
        let expected = self.public.get(index).copied().unwrap_or(Fr::zero());
        self.demand(Demand::Public, v == expected, || format!("public scalar {index}, {expected:?}"), v);
        self.operations += 1;
    }

    fn stage(&mut self, name: &'static str) {
        self.stage = name;
    }
}

#[cfg(test)]
mod tests {
    use halo2_proofs::halo2curves::ff::Field as _;

    use super::*;

    fn failure(run: impl FnOnce(&mut Native)) -> Option<(Demand, usize)> {
        let mut machine = Native::new(vec![Fr::from(7)]);
        run(&mut machine);
        machine.finish().err().map(|e| (e.demand, e.operation))
    }

    #[test]
    fn each_demand_is_checked_at_its_bound() {
        let power = |n: u64| Fr::from(2).pow_vartime([n]);
        let one = Fr::one();
        let bits = |v| failure(|m| m.assert_80_bits(v));
        assert_eq!(bits(power(80) - one), None);
        assert_eq!(bits(power(80)), Some((Demand::Bits80, 0)));
        assert_eq!(bits(-one), Some((Demand::Bits80, 0)));

        let canonical = |v| {
            failure(|m| {
                m.assert_canonical(v, one, one);
            })
        };
        assert_eq!(canonical(Fr::from(GOLDILOCKS - 1)), None);
        assert_eq!(canonical(Fr::from(GOLDILOCKS)), Some((Demand::Canonical, 0)));
        assert_eq!(canonical(power(128)), Some((Demand::Canonical, 0)));

        assert_eq!(failure(|m| m.assert_equal(one, one)), None);
        assert_eq!(failure(|m| m.assert_equal(one, -one)), Some((Demand::Equal, 0)));
        assert_eq!(failure(|m| m.assert_public(0, Fr::from(7))), None);
        assert_eq!(failure(|m| m.assert_public(0, one)), Some((Demand::Public, 0)));
        assert_eq!(failure(|m| m.assert_public(1, one)), Some((Demand::Public, 0)));
    }

    #[test]
    fn the_first_failure_is_the_one_reported() {
        let first = failure(|m| {
            m.assert_equal(Fr::one(), Fr::one());
            m.assert_equal(Fr::one(), Fr::zero());
            m.assert_public(0, Fr::zero());
        });
        assert_eq!(first, Some((Demand::Equal, 1)));
    }

    #[test]
    fn a_lie_changes_one_witness() {
        let mut machine = Native::lying(vec![], Lie { witness: 1, by: Fr::from(5) });
        let told: Vec<_> = (0..3).map(|v| machine.witness(Fr::from(v))).collect();
        assert_eq!(told, [0, 6, 2].map(Fr::from));
        assert_eq!(machine.witnesses(), 3);
    }
}
