//! # The last circuit
//!
//! Verifies a root and passes its statement on, with hashes that the wrap can check. It is written with the gadgets of the tree, over
//! the tree's own field; only Merkle trees and transcript of its *own* proofs are over BN254.
//!
//! | rule | where |
//! |---|---|
//! | L1: the child is the root of this profile | the id of its key is a constant, as in the tree |
//! | L2: the version is 1, and the data chain starts at its start | constants: five copies |
//! | L3: what else it states is public | the other 22 elements, in the statement's order |
//!
//! ## Public inputs
//!
//! plonky2 binds public inputs by a Poseidon hash over Goldilocks, whatever its proofs are hashed with; to the wrap a permutation of it
//! is as dear as sixty of its own. Twenty-two elements are three permutations, the 27 of a statement would be four. By L2 the
//! five that are left out are known: public inputs and statement determine each other ([`public_inputs`]).
//!
//! Fewer would do. The circuit could make public a hash of its statement, and the value of a polynomial with the statement's elements
//! for coefficients at a point that the wrap hashes from that hash and the statement that it is given: eight elements, one permutation.
//! That saves 2% of the wrap's rows in `fast`, which it has to spare, and costs another argument.
//!
//! **Not checked here:** that the old root is the current one, and that the batch is the next one.

use furl_circuits::builder::Builder;
use furl_circuits::field::{F, Proof};
use furl_circuits::keys::{Circuit, Keys, VerifyingKey};
use furl_circuits::leaf::StatementWires;
use furl_circuits::profile::Profile;
use furl_circuits::recursion::{Child, ChildWires, Common};
use furl_circuits::root::RootVerifier;
use furl_circuits::wires::{DigestWires, Wires};
use furl_engine::ProveError;
use furl_ledger::statement::{self, Statement};
use furl_ledger::{Digest, data};
use plonky2::field::types::Field;
use plonky2::iop::target::Target;
use plonky2::iop::witness::PartialWitness;
use plonky2::plonk::circuit_data::CircuitConfig;
use thiserror::Error;

use super::{LastCircuitData, LastConfig, LastProof, LastVerifierData};

/// Public inputs of a last proof.
pub const PUBLIC_INPUTS: usize = Statement::ELEMENTS - 5;

/// The elements of a statement that are public inputs: all but version and `data_in`.
fn public<T>(elements: [T; Statement::ELEMENTS]) -> Vec<T> {
    let is_known = |i: &usize| *i == 0 || (19..23).contains(i);
    elements.into_iter().enumerate().filter(|(i, _)| !is_known(i)).map(|(_, element)| element).collect()
}

/// The public inputs of the last proof of a statement.
///
/// # Errors
/// If the statement has another version, or its data chain does not start at the start: no root states so.
pub fn public_inputs(statement: &Statement) -> Result<Vec<F>, LastError> {
    if statement.version != statement::VERSION || statement.data_in != data::start() {
        return Err(LastError::NotOfARoot);
    }
    Ok(public(statement.elements()))
}

/// Why there is no last proof, or none that is believed.
#[derive(Debug, Error)]
pub enum LastError {
    /// The child's proof is false, or has not the shape of a root; the cause is the proof system's own.
    #[error("the root is false: {0}")]
    FalseRoot(String),
    /// The statement is none that a root states.
    #[error("expected a statement of version {version} whose data chain starts at its start", version = statement::VERSION)]
    NotOfARoot,
    /// The proof system refused the witness.
    #[error("the root could not be proved anew: {0}")]
    Unprovable(ProveError),
    /// The proof is of another statement.
    #[error("the proof's public inputs are not those of the statement")]
    OtherStatement,
    /// The proof is false.
    #[error("the proof is false: {0}")]
    False(String),
}

/// All wires of the last circuit that take a value from outside.
#[derive(Clone, Debug)]
pub struct LastWires {
    child: ChildWires<StatementWires>,
}

impl LastWires {
    /// Constrains the circuit over a child with this common data and this id of its key, and registers its public inputs.
    pub fn constrain(b: &mut Builder, common: &Common, id: Digest) -> Self {
        let child: ChildWires<StatementWires> = b.scope("child", |b| ChildWires::constrain(b, common, &[id])); // L1
        let statement = &child.statement;
        b.scope("known", |b| {
            let version = b.constant(F::from_canonical_u32(statement::VERSION));
            b.connect(statement.version, version); // L2
            let start = DigestWires::constant(b, data::start());
            statement.data_in.connect(b, &start);
        });
        let elements: [Target; Statement::ELEMENTS] =
            statement.to_targets().try_into().expect("a statement has 27 elements");
        b.register_public_inputs(&public(elements)); // L3
        Self { child }
    }

    /// Puts a child on the wires.
    ///
    /// # Errors
    /// If a wire already holds another value.
    pub fn assign(&self, witness: &mut PartialWitness<F>, child: Child<'_>) -> anyhow::Result<()> {
        self.child.proof.assign(witness, child, 0)
    }
}

/// The last circuit, built.
#[derive(Debug)]
pub struct LastCircuit {
    data: LastCircuitData,
    rows: usize,
    wires: LastWires,
    common: Common,
    key: VerifyingKey,
}

impl LastCircuit {
    /// Builds the last circuit of a profile over the committed root. Deterministic; seconds.
    #[must_use]
    pub fn build(profile: Profile) -> Self {
        let step = profile.root_degree_bits().len() - 1;
        let key = Keys::committed(profile)[Circuit::Root(step)].clone();
        let common = RootVerifier::committed(profile).common().clone();
        Self::over(profile.last_config(), profile.last_degree_bits(), common, key)
    }

    /// Builds a circuit over any child that has a statement's public inputs.
    ///
    /// # Panics
    /// If it has more than $2^{\text{degree\_bits}}$ rows: a mistake in the circuit's code, which no input causes.
    #[must_use]
    pub fn over(config: CircuitConfig, degree_bits: usize, common: Common, key: VerifyingKey) -> Self {
        let mut b = Builder::new(config);
        let wires = LastWires::constrain(&mut b, &common, key.id());
        let rows = b.rows();
        let data = furl_circuits::recursion::build_as::<LastConfig>(b, degree_bits);
        Self { data, rows, wires, common, key }
    }

    /// plonky2's view of the circuit.
    #[must_use]
    pub const fn data(&self) -> &LastCircuitData {
        &self.data
    }

    /// What it takes to verify its proofs.
    #[must_use]
    pub fn verifier(&self) -> LastVerifierData {
        self.data.verifier_data()
    }

    /// Rows used, before those that building adds (public inputs, constants) and padding.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Proves anew what a root proves. The root is verified, in milliseconds, before a wire is set, and the proof before it is
    /// returned.
    ///
    /// # Errors
    /// If the root is false.
    pub fn prove(&self, root: &Proof) -> Result<LastProof, LastError> {
        let verifier = self.key.verifier(self.common.clone());
        verifier.verify(root.clone()).map_err(|e| LastError::FalseRoot(e.to_string()))?;
        let mut witness = PartialWitness::new();
        let assigned = self.wires.assign(&mut witness, Child { key: &self.key, proof: root });
        assigned.map_err(|e| LastError::Unprovable(ProveError::Witness(e)))?;
        let proof = furl_engine::prove(&self.data, witness).map_err(LastError::Unprovable)?;
        self.data.verify(proof.clone()).map_err(|e| LastError::False(e.to_string()))?;
        Ok(proof)
    }

    /// Verifies that `proof` proves `statement`.
    ///
    /// # Errors
    /// If it proves another statement, or none.
    pub fn verify(&self, statement: &Statement, proof: &LastProof) -> Result<(), LastError> {
        if proof.public_inputs != public_inputs(statement)? {
            return Err(LastError::OtherStatement);
        }
        self.data.verify(proof.clone()).map_err(|e| LastError::False(e.to_string()))
    }
}
