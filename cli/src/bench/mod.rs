//! # Benchmarks
//!
//! What `furl bench` is made of. A figure exists only of proofs that were verified: a [`Case`](report::Case) is made of
//! runs, and a run ends with a verified proof or with an error.
//!
//! | module | what |
//! |---|---|
//! | [`run`] | what is measured: the stages of a run, and the runs of a case |
//! | [`leaf`] | a batch in one leaf, as something to measure |
//! | [`origin`] | the commit and the toolchain of this program |
//! | [`report`] | the figures, and schema v1: written, and strictly read back |
//! | [`export`] | a report as a table, as Markdown, and as the JSON of two services |
//! | [`plot`] | a report as a drawing |
//!
//! The schema is specified in `docs/benchmarks.md`.

pub(crate) mod export;
pub(crate) mod leaf;
pub(crate) mod origin;
pub(crate) mod plot;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod tree;
