//! # furl-benches: what Furl costs
//!
//! Costs are of two kinds, and they are treated differently.
//!
//! *Counts* are exact: rows, bytes, constraints, bits. They depend on the source alone, so they are written down and
//! committed, and a change of the code that changes one is a line in its diff, which somebody reviews. The command
//!
//! ```text
//! cargo run --release -p furl-benches --bin costs              # compare, and fail if a file is out of date
//! cargo run --release -p furl-benches --bin costs -- --write   # write the files anew
//! ```
//!
//! computes all files of this kind from nothing. It builds every circuit, so it takes some minutes.
//!
//! *Times* depend on the machine. They are reported and never asserted:
//!
//! ```text
//! furl bench                                                   # whole batches, by stage
//! cargo run --release -p furl-benches --bin shares             # where a leaf's time goes; minutes
//! cargo bench -p furl-benches                                  # statistics of the parts
//! ```
//!
//! Only `furl bench` times whole batches. What is here looks inside a proof, or at single operations.
//!
//! | module | what |
//! |---|---|
//! | [`world`] | the batches that are counted and measured |
//! | [`costs`] | the counts: `benches/costs.csv` |
//! | [`gas`] | what the contracts take |
//! | [`leaves`] | the leaves, built one after the other: counts, and `circuits/pins` |
//! | [`trees`] | the nodes and the root over the leaves: counts, keys, `circuits/pins` |
//! | [`wraps`] | the last circuit and the wrap: counts, and `wrap/pins` |
//! | [`seeds`] | inputs that the fuzzers start from: `fuzz/seeds` |
//! | [`committed`] | the files against those in the repository |

pub mod committed;
pub mod costs;
pub mod gas;
pub mod leaves;
pub mod seeds;
pub mod trees;
pub mod world;
pub mod wraps;
