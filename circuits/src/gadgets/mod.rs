//! # Gadgets: small circuits that the rules are written with
//!
//! | gadget | rows |
//! |---|---|
//! | [`poseidon`]: domain-separated hashing | 1 a permutation |
//! | [`merkle`]: the old and the new root from one path | 48 |
//! | [`arithmetic`]: what happens once a leaf | 1/20 an operation |
//! | [`choice`]: one of a constant list of digests | 6/20 an entry |

pub mod arithmetic;
pub mod choice;
pub mod merkle;
pub mod poseidon;
