//! A signature: what decodes has the bytes that it was decoded from, and can be judged under any key.

#![no_main]

use furl_ledger::{Digest, F, Signature, padding};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(signature) = Signature::from_bytes(data) {
        assert_eq!(signature.to_bytes(), data);
        // No signature of this message by this key is known.
        let message = [F::default(); 6];
        assert!(!signature.verify(&padding::owner().public_key, &Digest([F::default(); 4]), &message));
        // The digits are those of the circuit's ladder: they can be read off any signature.
        signature.digits();
    }
});
