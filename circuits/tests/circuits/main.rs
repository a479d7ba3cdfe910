//! The circuits against the ledger: small leaves, proved and checked.

mod leaf;
mod support;
