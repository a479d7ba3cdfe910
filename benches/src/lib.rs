//! Furl: benches.
