//! Furl: ledger.
