//! A state file: what decodes is written in one way, which decodes to the same, whichever way it is
//! read, and a ledger can be made of it or it is refused.

#![no_main]

use std::io::BufReader;

use furl_ledger::{Ledger, State};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let decoded = State::from_json(data);
    // A reader whose buffer is shorter than any entry sees the same file.
    let trickled = State::read(BufReader::with_capacity(7, data));
    assert_eq!(decoded.as_ref().ok(), trickled.as_ref().ok());
    if let Ok(state) = decoded {
        let json = state.to_json();
        assert_eq!(State::from_json(json.as_bytes()).as_ref(), Ok(&state));
        if let Ok(ledger) = Ledger::from_state(&state) {
            assert_eq!(ledger.state(*state.next()), state);
        }
    }
});
