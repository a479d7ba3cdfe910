//! Values as text: what is read is written in one way, which reads as the same.

#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use furl_ledger::{Amount, Digest, Domain, L1Address, PublicKey, Signature};
use libfuzzer_sys::fuzz_target;

fn check<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string().parse().ok(), Some(value), "{text}");
    }
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = str::from_utf8(data) {
        check::<Amount>(text);
        check::<Digest>(text);
        check::<Domain>(text);
        check::<L1Address>(text);
        check::<PublicKey>(text);
        check::<Signature>(text);
    }
});
