//! # Verifying, for every stage
//!
//! A [`Verifier`] is a committed key and the common data of its circuit, which is computed from a circuit of a few rows. It builds
//! neither leaves nor nodes.

use furl_circuits::field::{F, Proof, VerifierCircuitData};
use furl_circuits::keys::{Circuit, Keys as Committed, VerifyingKey};
use furl_circuits::pins::{self, KeyDigest};
use furl_circuits::profile::Profile;
use furl_circuits::recursion::{self, Common};
use thiserror::Error;

/// The proof is not one of the statement.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the proof is false: {0}")]
pub struct FalseProof(pub String);

/// What verifies the proofs of one circuit.
#[derive(Clone, Debug)]
pub struct Verifier {
    circuit: Circuit,
    key: VerifyingKey,
    data: VerifierCircuitData,
    digest: KeyDigest,
}

impl Verifier {
    /// The verifier of a circuit, by its committed key.
    ///
    /// # Panics
    /// If there is no such circuit in the profile's tree.
    #[must_use]
    pub fn committed(profile: Profile, circuit: Circuit) -> Self {
        let common = match circuit {
            Circuit::Leaf(size) => recursion::leaf_shape(profile, size),
            Circuit::Node(_) => recursion::node_shape(profile),
            Circuit::Root(step) => recursion::shape(profile.node_config(), profile.root_degree_bits()[step]),
        };
        let key = Committed::committed(profile).get(circuit).expect("every circuit of the tree has a committed key");
        let data = key.verifier(common);
        let digest = pins::key_digest(&data.verifier_only, &data.common, profile);
        Self { circuit, key: key.clone(), data, digest }
    }

    /// The circuit.
    #[must_use]
    pub const fn circuit(&self) -> Circuit {
        self.circuit
    }

    /// Its verifying key.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The identity of the whole circuit: key, gates, configuration.
    #[must_use]
    pub const fn digest(&self) -> KeyDigest {
        self.digest
    }

    /// The common data, by which proofs are encoded and decoded.
    #[must_use]
    pub const fn common(&self) -> &Common {
        &self.data.common
    }

    /// Verifies that `proof` proves the statement with these elements.
    ///
    /// # Errors
    /// If it proves another statement, or none.
    pub fn verify(&self, statement: &[F], proof: &Proof) -> Result<(), FalseProof> {
        if proof.public_inputs != statement {
            return Err(FalseProof("its public inputs are not those of the statement".into()));
        }
        self.data.verify(proof.clone()).map_err(|cause| FalseProof(cause.to_string()))
    }
}
