//! # Keys
//!
//! Both keys are computed from a circuit and a universal setup, and from nothing else: not from the witness, which a test varies. The
//! verifying key is the one that halo2's `keygen_vk` makes, but its commitments are computed here, on lanes; a test compares. The
//! proving key remembers the circuit's digest, so that a table of another circuit is told apart from a false one.

use std::collections::HashMap;

use furl_engine::bn254::Arithmetic;
use halo2_proofs::halo2curves::bn256::{Bn256, Fr, G1Affine};
use halo2_proofs::plonk::{self, ConstraintSystem, permutation};
use halo2_proofs::poly::EvaluationDomain;
use halo2_proofs::poly::commitment::{Params as _, ParamsProver as _};
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use thiserror::Error;

use super::config::{Config, DEGREE};
use super::prover::parts::{Commitments, Parts};
use super::table::Table;

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The setup is of another size.
    #[error("the circuit has 2^{expected} rows, the setup is for 2^{got}")]
    Setup {
        /// Of the circuit.
        expected: u32,
        /// Of the setup.
        got: u32,
    },
    /// halo2 reads a number from the environment, and panics if it is none.
    #[error("the environment variable MAX_DEGREE must be a number or not be set, not {0:?}")]
    MaxDegree(String),
    /// halo2 would prove with another degree than the circuit's.
    #[error("the constraints have degree {DEGREE}, halo2 takes them for {0}")]
    Degree(usize),
}

/// What checks proofs.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    pub(crate) key: plonk::VerifyingKey<G1Affine>,
    pub(crate) k: u32,
    pub(crate) publics: usize,
}

impl VerifyingKey {
    /// Of a circuit: a table whose witness does not matter.
    ///
    /// # Errors
    /// If the setup has another size than the circuit.
    pub fn new(setup: &ParamsKZG<Bn256>, table: &Table) -> Result<Self, KeyError> {
        suffices(setup, table.k())?;
        let (_, commitments) = Parts::new(setup, &table.layout, Arithmetic::detect());
        Self::of(table, commitments)
    }

    /// With these commitments. The key is halo2's, to the last bit: the tests compare them.
    fn of(table: &Table, Commitments { fixed, sigma }: Commitments) -> Result<Self, KeyError> {
        let mut constraints = ConstraintSystem::<Fr>::default();
        Config::new(&mut constraints);
        let mut domain = EvaluationDomain::new(DEGREE as u32, table.k());
        // halo2's tables of roots, some hundred megabytes, for transforms that no verifier makes.
        domain.fft_data = HashMap::new();
        let permutation = permutation::VerifyingKey::from_commitments(sigma);
        let key = plonk::VerifyingKey::from_parts(domain, fixed, permutation, constraints, Vec::new(), false);
        degree(&key)?;
        Ok(Self { key, k: table.k(), publics: table.layout.publics })
    }

    /// Binary logarithm of the number of rows.
    #[must_use]
    pub fn k(&self) -> u32 {
        self.k
    }

    /// How many public scalars a proof has.
    #[must_use]
    pub fn publics(&self) -> usize {
        self.publics
    }

    /// The key as halo2 has it: commitments to $P, Q, R, S, C_0, C_1, T$, and to the permutation of $X_0, Y_0, X_1, Y_1$; and the scalar
    /// that stands for them in the transcript.
    #[must_use]
    pub fn halo2(&self) -> &plonk::VerifyingKey<G1Affine> {
        &self.key
    }
}

/// What makes proofs.
#[derive(Debug)]
pub struct ProvingKey {
    pub(crate) parts: Parts,
    pub(crate) verifying: VerifyingKey,
    /// [`Layout::digest`](super::table::Layout::digest).
    pub(crate) circuit: [u8; 32],
}

impl ProvingKey {
    /// Of a circuit: a table whose witness does not matter.
    ///
    /// # Errors
    /// If the setup has another size than the circuit.
    pub fn new(setup: &ParamsKZG<Bn256>, table: &Table) -> Result<Self, KeyError> {
        Self::with(setup, table, Arithmetic::detect())
    }

    /// For proofs that are made with this arithmetic.
    pub(crate) fn with(setup: &ParamsKZG<Bn256>, table: &Table, arithmetic: Arithmetic) -> Result<Self, KeyError> {
        suffices(setup, table.k())?;
        let (parts, commitments) = Parts::new(setup, &table.layout, arithmetic);
        let verifying = VerifyingKey::of(table, commitments)?;
        Ok(Self { parts, verifying, circuit: table.layout.digest() })
    }

    /// What checks this key's proofs.
    #[must_use]
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }
}

/// Before halo2 gets to see anything: the sizes fit, and the environment does not make it panic.
pub(crate) fn fits(setup: &ParamsKZG<Bn256>, k: u32) -> Result<(), KeyError> {
    environment(std::env::var_os("MAX_DEGREE"))?;
    match setup.k() {
        got if got == k => Ok(()),
        got => Err(KeyError::Setup { expected: k, got }),
    }
}

/// And there are points to make keys of: a setup may have been cut down to what verifies.
fn suffices(setup: &ParamsKZG<Bn256>, k: u32) -> Result<(), KeyError> {
    fits(setup, k)?;
    match setup.get_g().len().ilog2() {
        got if got == k => Ok(()),
        got => Err(KeyError::Setup { expected: k, got }),
    }
}

fn environment(value: Option<std::ffi::OsString>) -> Result<(), KeyError> {
    let Some(value) = value else { return Ok(()) };
    match value.to_str().map(str::parse::<usize>) {
        Some(Ok(_)) => Ok(()),
        _ => Err(KeyError::MaxDegree(value.to_string_lossy().into_owned())),
    }
}

/// halo2 bounds the degree that it sizes its domains for by the environment; the circuit's minimum is meant to overrule this.
fn degree(key: &plonk::VerifyingKey<G1Affine>) -> Result<(), KeyError> {
    match key.cs().degree() {
        DEGREE => Ok(()),
        other => Err(KeyError::Degree(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_is_a_number() {
        assert!(environment(None).is_ok());
        assert!(environment(Some("9".into())).is_ok());
        for bad in ["", "five", "-1"] {
            let Err(KeyError::MaxDegree(value)) = environment(Some(bad.into())) else { panic!("{bad} passed") };
            assert_eq!(value, bad);
        }
    }
}
