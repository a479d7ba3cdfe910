//! The key of the wrap: what is read has the bytes that it was read from, a hash and a contract. Both readers refuse the same, but for the
//! group of a setup's point, which the contract leaves to its precompile.

#![no_main]

use furl_prover::{VerifierError, WrapKey};
use furl_wrap::contract;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match WrapKey::parse(data) {
        Ok(key) => {
            assert_eq!(key.to_bytes(), data);
            let contract = contract::generate(key.to_bytes()).expect("what the native verifier reads has a contract");
            assert!(contract.contains(&key.hash().to_string()));
        }
        Err(error) => {
            let contract = data.try_into().ok().map(contract::generate);
            assert!(
                matches!(error, VerifierError::Subgroup { .. }) || contract.is_none_or(|contract| contract.is_err())
            );
        }
    }
});
