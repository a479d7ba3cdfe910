//! Transfers and orders as JSON Lines: what decodes is written in one way, which decodes to the same, whichever way it
//! is read.

#![no_main]

use std::io::BufReader;

use furl_ledger::codec::json::{self, Orders, Reader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let decoded = json::decode(data).ok();
    // A reader whose buffer is shorter than any line sees the same lines.
    let trickled: Option<Vec<_>> = Reader::new(BufReader::with_capacity(7, data)).collect::<Result<_, _>>().ok();
    assert_eq!(decoded, trickled);
    if let Some(transfers) = decoded {
        assert_eq!(json::decode(json::encode(&transfers).as_bytes()).ok(), Some(transfers));
    }
    let orders: Option<Vec<_>> = Orders::new(data).collect::<Result<_, _>>().ok();
    if let Some(orders) = orders {
        let text: String = orders.iter().map(|order| json::encode_order(order) + "\n").collect();
        assert_eq!(Orders::new(text.as_bytes()).collect::<Result<Vec<_>, _>>().ok(), Some(orders));
    }
});
