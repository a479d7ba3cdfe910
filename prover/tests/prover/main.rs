//! Batches, the proof file, and the store.

mod batches;
mod engine;
mod file;
mod support;
mod wrapped;
