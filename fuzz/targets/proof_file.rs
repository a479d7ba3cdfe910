//! A proof file: what parses has the bytes that it was parsed from.

#![no_main]

use furl_prover::Envelope;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(envelope) = Envelope::parse(data) {
        assert_eq!(envelope.to_bytes(), data);
    }
});
