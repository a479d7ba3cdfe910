//! The circuits against the ledger: small leaves, proved, checked and attacked.

mod leaf;
mod mutants;
mod support;
