//! A wrapped proof, after a statement: nobody finds a true one by chance, and whatever comes is refused without a panic.

#![no_main]

use std::sync::LazyLock;

use furl_ledger::Statement;
use furl_prover::{PROOF_BYTES, Profile, WrapKey};
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<WrapKey> = LazyLock::new(|| WrapKey::insecure_dev(Profile::Fast));

fuzz_target!(|data: &[u8]| {
    let Some((statement, proof)) = data.split_first_chunk::<{ Statement::BYTES }>() else { return };
    let Ok(statement) = Statement::from_bytes(statement) else { return };
    let mut proof = proof.to_vec();
    proof.resize(PROOF_BYTES, 0);
    let proof = proof.as_slice().try_into().expect("of that length");
    assert!(KEY.verify(&statement, proof).is_err());
});
