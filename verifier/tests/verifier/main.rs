//! Proofs of small circuits and of whole batches, and what this crate says of them and of others.

mod batches;
mod calldata;
mod forged;
mod forger;
mod real;
mod small;
mod statements;
mod three;
mod vectors;
mod wraps;
