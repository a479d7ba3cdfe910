//! A statement, of a batch or of a piece: in binary, what decodes has the bytes that it was decoded from; in JSON, it is written in one way.

#![no_main]

use furl_ledger::{PieceStatement, Statement};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(statement) = Statement::from_bytes(data) {
        assert_eq!(statement.to_bytes(), data);
    }
    if let Ok(statement) = PieceStatement::from_bytes(data) {
        assert_eq!(statement.to_bytes(), data);
    }
    if let Ok(statement) = serde_json::from_slice::<Statement>(data) {
        let json = serde_json::to_vec(&statement).expect("a statement is JSON");
        assert_eq!(serde_json::from_slice::<Statement>(&json).ok().as_ref(), Some(&statement));
        assert_eq!(Statement::from_bytes(&statement.to_bytes()).as_ref(), Ok(&statement));
    }
});
