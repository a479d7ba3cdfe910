//! A secret key, the number in a key file: what decodes has the bytes that it was decoded from, and a public key.

#![no_main]

use furl_ledger::{PublicKey, SecretKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(secret) = SecretKey::from_bytes(data) {
        assert_eq!(*secret.to_bytes(), *data);
        let key = secret.public_key();
        assert_eq!(PublicKey::from_bytes(&key.to_bytes()), Ok(key));
    }
});
