//! Furl: circuits.
