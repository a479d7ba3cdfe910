//! # The wrap
//!
//! A [root](furl_circuits::root) goes in; 2,496 bytes come out that a contract checks. Two steps: the root is proved anew, hashed over BN254
//! ([`last`](crate::last)), and that proof is verified in a halo2 circuit ([`verify`](mod@crate::verify), [`circuit`]).
//! Every proof is verified before it moves on.

use furl_circuits::field::Proof;
use furl_circuits::profile::Profile;
use furl_ledger::statement::Statement;
use thiserror::Error;

use crate::circuit::keys::KeyError;
use crate::circuit::prove::ProveError;
use crate::circuit::{self, CircuitError, ProvingKey, Recorder, Table, VerifyingKey};
use crate::last::LastProof;
use crate::last::circuit::{LastCircuit, LastError};
use crate::setup::Setup;
use crate::verify::statement::{SCALARS, scalars};
use crate::verify::{self, VerifyError, shape};

#[cfg(test)]
mod tests;

/// Why a root was not wrapped.
#[derive(Debug, Error)]
pub enum WrapError {
    /// The root, or its last proof.
    #[error(transparent)]
    Last(#[from] LastError),
    /// The last proof has no program: its circuit is of a shape that is not provided for.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The program is no circuit.
    #[error(transparent)]
    Circuit(#[from] CircuitError),
    /// The setup does not fit.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// halo2's proof.
    #[error(transparent)]
    Prove(#[from] ProveError),
}

/// Binary logarithm of the wrap's number of rows, which is the size of the setup.
#[must_use]
pub const fn k(profile: Profile) -> u32 {
    match profile {
        Profile::Fast => 18,
        Profile::Proven => 19,
    }
}

/// The circuits after the tree, with their keys.
#[derive(Debug)]
pub struct Wrap {
    profile: Profile,
    last: LastCircuit,
    key: ProvingKey,
}

impl Wrap {
    /// Builds the circuits of a profile over the committed root, and the keys of the wrap under a setup.
    ///
    /// # Errors
    /// If the setup is of another size than [`k`].
    pub fn build(profile: Profile, setup: &Setup) -> Result<Self, WrapError> {
        let last = LastCircuit::build(profile);
        let key = ProvingKey::new(setup.params(), &blank(profile, &last)?)?;
        Ok(Self { profile, last, key })
    }

    /// The security profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The last circuit.
    #[must_use]
    pub const fn last(&self) -> &LastCircuit {
        &self.last
    }

    /// What checks the wrap's proofs.
    #[must_use]
    pub fn verifying(&self) -> &VerifyingKey {
        self.key.verifying()
    }

    /// Wraps the root of a batch with this statement.
    ///
    /// # Errors
    /// If the root is false, or of another statement.
    pub fn prove(&self, setup: &Setup, statement: &Statement, root: &Proof) -> Result<Vec<u8>, WrapError> {
        let last = self.last.prove(root)?;
        self.last.verify(statement, &last)?;
        self.prove_last(setup, statement, &last)
    }

    /// The second step alone, from a last proof.
    ///
    /// # Errors
    /// If the last proof is false, or of another statement.
    pub fn prove_last(&self, setup: &Setup, statement: &Statement, last: &LastProof) -> Result<Vec<u8>, WrapError> {
        self.last.verify(statement, last)?;
        let table = table(self.profile, &self.last, last)?;
        if table.publics() != scalars(statement) {
            return Err(LastError::OtherStatement.into());
        }
        Ok(circuit::prove(setup.params(), &self.key, table)?)
    }
}

/// What checks the wrap's proofs, built without what makes them.
///
/// # Errors
/// If the setup is of another size than [`k`].
pub fn verifying_key(profile: Profile, setup: &Setup) -> Result<VerifyingKey, WrapError> {
    let table = blank(profile, &LastCircuit::build(profile))?;
    Ok(VerifyingKey::new(setup.params(), &table)?)
}

/// The wrap's circuit over the last one: a table of the right layout, and false.
///
/// # Errors
/// If the last circuit is of a shape that is not provided for, or the program has too many rows.
pub fn blank(profile: Profile, last: &LastCircuit) -> Result<Table, WrapError> {
    table(profile, last, &shape::blank(&last.data().common))
}

/// The wrap's table over a last proof, true or not.
fn table(profile: Profile, circuit: &LastCircuit, last: &LastProof) -> Result<Table, WrapError> {
    let mut recorder = Recorder::new(SCALARS);
    verify::verify_statement(&mut recorder, &circuit.verifier(), last)?;
    Ok(recorder.finish(k(profile))?)
}
