//! The circuits against the ledger: small leaves, proved, checked and attacked.

mod attacks;
mod leaf;
mod mutants;
mod properties;
mod support;
mod tree;
