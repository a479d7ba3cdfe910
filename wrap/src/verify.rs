//! # plonky2's verifier, over a machine

pub mod extension;
pub mod gates;
pub mod goldilocks;
