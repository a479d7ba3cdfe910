//! A state file: what decodes is written in one way, which decodes to the same, and a ledger can be made of it or it is
//! refused.

#![no_main]

use furl_ledger::{Ledger, State};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(state) = State::from_json(data) {
        let json = state.to_json();
        assert_eq!(State::from_json(json.as_bytes()).as_ref(), Ok(&state));
        if let Ok(ledger) = Ledger::from_state(&state) {
            assert_eq!(ledger.state(*state.next()), state);
        }
    }
});
