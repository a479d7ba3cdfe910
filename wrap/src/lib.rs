//! # From the last plonky2 proof to Layer 1
//!
//! The root of a batch is a plonky2 proof of a hundred kilobytes, which no contract can check. This crate verifies it in a
//! halo2-KZG circuit over BN254, whose proofs are a kilobyte. Decision 0009 has the circuit's shape.
//!
//! | module | what |
//! |---|---|
//! | [`wrap`] | from a root to a proof that a contract checks |
//! | [`last`] | the last plonky2 proof: the root's, hashed so that a BN254 circuit can check it |
//! | [`poseidon2`] | the permutation that hashes the last plonky2 layer, and its constants |
//! | [`verify`](mod@verify) | plonky2's verifier, over a machine |
//! | [`machine`] | what a circuit may do, as a trait: the verifier is written once over it |
//! | [`native`] | the machine that runs on values, and checks |
//! | [`count`] | the machine that counts rows |
//! | [`circuit`] | the machine in halo2: rows, constraints, keys and proofs |
//! | [`contract`] | the contract that checks the proofs of a key, as Solidity |
//! | [`key_file`] | what the native verifier and the contract know of a circuit and its setup |
//! | [`setup`] | the universal setup: where it is read, checked and trusted |

pub mod circuit;
pub mod contract;
pub mod count;
pub mod key_file;
pub mod last;
pub mod machine;
pub mod native;
pub mod poseidon2;
pub mod setup;
pub mod verify;
pub mod wrap;
