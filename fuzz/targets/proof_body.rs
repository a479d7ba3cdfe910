//! The body of a proof: what decodes has the bytes that it was decoded from; any other length is refused.
//!
//! The circuit is a leaf of one block, with as few queries as there can be: a short body, every part of which a fuzzer
//! reaches. Input is cut, or filled up with zeros, to the length that the circuit wants.

#![no_main]

use std::sync::LazyLock;

use furl_circuits::builder::Builder;
use furl_circuits::field::{CircuitData, F};
use furl_circuits::leaf::LeafWires;
use furl_circuits::profile::Profile;
use furl_circuits::proof::{ProofError, decode, encode, proof_bytes};
use furl_ledger::PieceStatement;
use libfuzzer_sys::fuzz_target;

static LEAF: LazyLock<CircuitData> = LazyLock::new(|| {
    let mut config = Profile::Fast.leaf_config();
    config.security_bits = 0;
    config.fri_config.cap_height = 0;
    config.fri_config.proof_of_work_bits = 0;
    config.fri_config.num_query_rounds = 1;
    let mut b = Builder::new(config);
    LeafWires::constrain(&mut b, 1);
    b.build()
});

fuzz_target!(|data: &[u8]| {
    let common = &LEAF.common;
    let (inputs, expected) = ([F::default(); PieceStatement::ELEMENTS], proof_bytes(common));
    if data.len() != expected {
        assert_eq!(decode(data, common, &inputs), Err(ProofError::Length { expected, got: data.len() }));
    }
    let mut body = data.to_vec();
    body.resize(expected, 0);
    if let Ok(proof) = decode(&body, common, &inputs) {
        assert_eq!(encode(&proof.proof, common), body);
    }
});
