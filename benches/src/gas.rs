//! # The verifier's gas
//!
//! What the contract of a profile takes to check the proof of a batch: deployed and called in an EVM in this process, by mainnet's prices. The
//! contract is the one that the profile's key generates, its code what `contracts/test.sh` has compiled, the proof the first of the profile's
//! in `contracts/test/vectors`. Nothing of it depends on the machine. The contracts' own tests measure the same, and must agree.
//!
//! Key, code and proof are made by three commands, this crate's first (`contracts/README.md`). Meanwhile there is no gas to count, and
//! [`GasError`] names what is to be made.

use std::{fs, io};

use furl_circuits::profile::Profile;
use furl_ledger::Statement;
use furl_settlement::bytecode::{Contracts, NotCommitted};
use furl_settlement::layer1::Call;
use furl_settlement::{Embedded, Layer1 as _, Layer1Error, abi};
use serde_json::Value;
use thiserror::Error;

use crate::committed::repository;

/// Why gas was not counted.
#[derive(Debug, Error)]
pub enum GasError {
    /// The proofs cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// Where they should be.
        path: String,
        /// What is wrong.
        error: io::Error,
    },
    /// The file is of another form.
    #[error("{path}: expected {expected} as hexadecimal text in `{pointer}`")]
    Form {
        /// Which file.
        path: String,
        /// Where in it.
        pointer: String,
        /// What should be there.
        expected: &'static str,
    },
    /// The contract was not compiled yet.
    #[error("{0}: `contracts/test.sh --write` does")]
    NotCompiled(#[from] NotCommitted),
    /// The contract refuses the proof: it is of an earlier key.
    #[error(
        "the proof of {profile}: {error}; `FURL_REGENERATE=1 cargo test … real` makes another (contracts/README.md)"
    )]
    Proof {
        /// Of which profile.
        profile: Profile,
        /// What the EVM says.
        error: Layer1Error,
    },
    /// The contract was not deployed.
    #[error("the verifier was not deployed: {0}")]
    Deployment(Layer1Error),
}

/// What a profile's contract takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GasCounts {
    /// The security profile.
    pub profile: Profile,
    /// Gas of the whole transaction.
    pub transaction: u64,
    /// Without the transaction's own and that of its calldata.
    pub execution: u64,
    /// Bytes of the contract's code.
    pub runtime_bytes: usize,
}

impl GasCounts {
    /// Deploys a profile's contract, and lets it check a proof.
    ///
    /// # Errors
    /// If one of the two is missing, or of an earlier key.
    pub fn of(profile: Profile, contract: &str) -> Result<Self, GasError> {
        let code = Contracts::committed(contract)?.verifier;
        let data = calldata(profile)?;
        let mut chain = Embedded::new();
        let deployed = chain.send(&Call::create(code)).map_err(GasError::Deployment)?;
        let address = deployed.created.expect("a creation that succeeds says where");
        let receipt = chain.send(&Call::to(address, data)).map_err(|error| GasError::Proof { profile, error })?;
        let runtime_bytes = chain.code(&address).map_err(GasError::Deployment)?.len();
        Ok(Self { profile, transaction: receipt.gas.transaction, execution: receipt.gas.execution, runtime_bytes })
    }
}

/// Calldata of the first proof of a profile.
fn calldata(profile: Profile) -> Result<Vec<u8>, GasError> {
    let path = format!("contracts/test/vectors/{profile}.json");
    let read = |error| GasError::Read { path: path.clone(), error };
    let text = fs::read_to_string(repository().join(&path)).map_err(read)?;
    let vectors: Value = serde_json::from_str(&text).map_err(|error| read(error.into()))?;
    let form = |part: &str, expected| GasError::Form {
        path: path.clone(),
        pointer: format!("/proofs/first/{part}"),
        expected,
    };
    let bytes = |part: &str| {
        let text = vectors.pointer(&format!("/proofs/first/{part}")).and_then(Value::as_str)?;
        hex::decode(text.strip_prefix("0x")?).ok()
    };
    let statement = bytes("statement").and_then(|bytes| Statement::from_bytes(&bytes).ok());
    let statement = statement.ok_or_else(|| form("statement", "a statement"))?;
    let proof = bytes("proof").and_then(|bytes| bytes.try_into().ok());
    Ok(abi::verify(&statement, &proof.ok_or_else(|| form("proof", "a wrapped proof"))?))
}

#[cfg(test)]
mod tests {
    use furl_wrap::{contract, key_file};

    use super::*;

    /// Two implementations of the EVM's rules arrive at the same gas, on the same proofs and code.
    #[test]
    fn the_contracts_tests_have_measured_the_same() {
        for (profile, name) in [(Profile::Fast, "FastTest"), (Profile::Proven, "ProvenTest")] {
            let contract = contract::generate(key_file::committed(profile)).unwrap();
            let gas = GasCounts::of(profile, &contract).unwrap();
            let path = repository().join(format!("contracts/snapshots/{name}.json"));
            let snapshot: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            for (what, got) in [
                ("verify_tx_gas", gas.transaction),
                ("verify_execution_gas", gas.execution),
                ("verifier_runtime_bytes", gas.runtime_bytes as u64),
            ] {
                assert_eq!(snapshot[what], got.to_string(), "{profile}: {what}");
            }
        }
    }

    #[test]
    fn what_was_not_compiled_is_named() {
        let error = GasCounts::of(Profile::Fast, "contract FurlVerifier {}").unwrap_err();
        assert!(error.to_string().contains("contracts/test.sh --write"), "{error}");
    }
}
