//! Furl: prover.
