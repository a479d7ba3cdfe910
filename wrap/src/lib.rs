//! # From the last plonky2 proof to Layer 1
//!
//! The root of a batch is a plonky2 proof of a hundred kilobytes, which no contract can check. This crate verifies it in a
//! halo2-KZG circuit over BN254, whose proofs are a kilobyte. Decision 0009 has the circuit's shape.
//!
//! | module | what |
//! |---|---|
//! | [`circuit`] | the machine in halo2: rows, constraints, keys and proofs |
//! | [`machine`] | what a circuit may do, as a trait: the verifier is written once over it |
//! | [`native`] | the machine that runs on values, and checks |
//! | [`count`] | the machine that counts rows |
//! | [`verify`](mod@verify) | plonky2's verifier, over a machine |
//! | [`last`] | the last plonky2 proof: the root's, hashed so that a BN254 circuit can check it |
//! | [`poseidon2`] | the permutation that hashes the last plonky2 layer, and its constants |
//! | [`setup`] | the universal setup: where it is read, checked and trusted |

pub mod circuit;
pub mod count;
pub mod last;
pub mod machine;
pub mod native;
pub mod poseidon2;
pub mod setup;
pub mod verify;
