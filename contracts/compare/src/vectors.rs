//! The committed proofs of a profile, as calldata without a selector: nine public scalars, then the proof.

use std::fs;

use anyhow::{Context as _, Result};
use furl_circuits::profile::Profile;
use furl_ledger::Statement;
use furl_settlement::abi;
use serde_json::Value;

/// A profile's key, and proofs of two batches under it.
pub(crate) struct Vectors {
    pub(crate) key: Vec<u8>,
    pub(crate) proofs: [Vec<u8>; 2],
}

impl Vectors {
    pub(crate) fn read(profile: Profile) -> Result<Self> {
        let path = format!("{}/../test/vectors/{profile}.json", env!("CARGO_MANIFEST_DIR"));
        let json: Value = serde_json::from_str(&fs::read_to_string(&path).with_context(|| path.clone())?)?;
        let bytes = |pointer: &str| -> Result<Vec<u8>> {
            let text = json.pointer(pointer).and_then(Value::as_str).and_then(|text| text.strip_prefix("0x"));
            let text = text.with_context(|| format!("{path}: expected hexadecimal text in `{pointer}`"))?;
            hex::decode(text).with_context(|| format!("{path}: {pointer}"))
        };
        let proof = |name: &str| -> Result<Vec<u8>> {
            let statement = Statement::from_bytes(&bytes(&format!("/proofs/{name}/statement"))?)?;
            let proof: Result<[u8; abi::PROOF_BYTES], _> = bytes(&format!("/proofs/{name}/proof"))?.try_into();
            let proof = proof.map_err(|proof| {
                anyhow::anyhow!("{path}: {name}: expected a proof of {} bytes, got {}", abi::PROOF_BYTES, proof.len())
            })?;
            Ok(abi::verify(&statement, &proof).split_off(abi::selector(abi::VERIFY).len()))
        };
        Ok(Self { key: bytes("/key")?, proofs: [proof("first")?, proof("second")?] })
    }
}
