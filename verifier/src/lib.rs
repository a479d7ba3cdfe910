//! # The root of trust
//!
//! Checks a wrapped proof: that a batch of transfers, as its statement says, was proved under a verifying key. An implementation of its own, on
//! ark-bn254 and Keccak, without anything of the prover; it needs no operating system. The contract checks the same proofs; the two
//! share vectors, no code.
#![no_std]
#![forbid(unsafe_code)]
