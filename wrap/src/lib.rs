//! # From the last plonky2 proof to Layer 1
//!
//! The root of a batch is a plonky2 proof of a hundred kilobytes, which no contract can check. This crate verifies it in a
//! halo2-KZG circuit over BN254, whose proofs are a kilobyte. Decision 0009 has the circuit's shape.
//!
//! | module | what |
//! |---|---|
//! | [`circuit`] | the machine in halo2: rows, constraints, keys and proofs |
//! | [`contract`] | the contract that checks the proofs of a key, as Solidity |
//! | [`key_file`] | what the native verifier and the contract know of a circuit and its setup |
//! | [`machine`] | what a circuit may do, as a trait: the verifier is written once over it |
//! | [`poseidon2`] | the permutation that hashes the last plonky2 layer, and its constants |
//! | [`setup`] | the universal setup: where it is read, checked and trusted |

pub mod circuit;
pub mod contract;
pub mod key_file;
pub mod machine;
pub mod poseidon2;
pub mod setup;
