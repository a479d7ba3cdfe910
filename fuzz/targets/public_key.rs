//! A public key: what decodes is a point of the group, and has the bytes that it was decoded from.

#![no_main]

use furl_ledger::PublicKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(key) = PublicKey::from_bytes(data) {
        assert_eq!(key.to_bytes(), data);
        assert_eq!(PublicKey::from_point(key.point()).as_ref(), Ok(&key));
    }
});
