//! Proofs of small circuits and of whole batches, and what this crate says of them and of others.

mod batches;
mod real;
mod small;
mod vectors;
mod wraps;
