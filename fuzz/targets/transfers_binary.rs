//! Transfers as binary records: what decodes has the bytes that it was decoded from.

#![no_main]

use furl_ledger::codec::binary;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(transfers) = binary::decode(data) {
        assert_eq!(binary::encode(&transfers), data);
    }
});
