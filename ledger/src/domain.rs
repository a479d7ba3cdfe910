//! # Domains (rule T8)
//!
//! A domain names one deployment: keccak256 over the chain id (32 bytes, big-endian) and the rollup contract's address
//! (left-padded to 32 bytes). Its Poseidon image, the *separator*, is the capacity of the sponge that every signature
//! is made under. A signature is therefore worth nothing on another chain or under another contract.

use std::{fmt, str::FromStr};

use plonky2_field::types::Field;
use sha3::{Digest as _, Keccak256};

use crate::{
    address::L1Address,
    digest::Digest,
    encoding::{HexError, from_hex, to_hex},
    field::F,
    hash::{Tag, hash},
    text::serde_as_text,
};

/// One deployment of the rollup: 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Domain([u8; 32]);

impl Domain {
    /// The domain with these bytes; every 32 bytes are one.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The domain of the contract `rollup` on the chain `chain_id`.
    pub fn of(chain_id: u64, rollup: &L1Address) -> Self {
        let mut preimage = [0; 64];
        preimage[24..32].copy_from_slice(&chain_id.to_be_bytes());
        preimage[44..].copy_from_slice(rollup.bytes());
        Self(Keccak256::digest(preimage).into())
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The separator $DS$ = Poseidon(`Domain`; the eight 32-bit big-endian limbs in order).
    pub fn separator(&self) -> Digest {
        let mut limbs = [F::ZERO; 8];
        for (limb, bytes) in limbs.iter_mut().zip(self.0.as_chunks().0) {
            *limb = F::from_canonical_u64(u64::from(u32::from_be_bytes(*bytes)));
        }
        hash(Tag::Domain, &limbs)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl FromStr for Domain {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        from_hex(text).map(Self)
    }
}

serde_as_text!(Domain);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preimage_is_what_solidity_abi_encodes() {
        let rollup: L1Address = "0x5fbdb2315678afecb367f032d93f642f64180aa3".parse().unwrap();
        let mut preimage = Vec::new();
        preimage.extend([0; 30]);
        preimage.extend([0x7a, 0x69]); // 31337
        preimage.extend([0; 12]);
        preimage.extend(rollup.bytes());
        assert_eq!(Domain::of(31337, &rollup).bytes()[..], Keccak256::digest(preimage)[..]);
    }

    #[test]
    fn keccak_and_not_sha3() {
        let empty = to_hex(&Keccak256::digest([]));
        assert_eq!(empty, "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    }

    #[test]
    fn each_byte_moves_the_separator() {
        let zero = Domain::new([0; 32]).separator();
        for position in 0..32 {
            let mut bytes = [0; 32];
            bytes[position] = 1;
            assert_ne!(Domain::new(bytes).separator(), zero, "byte {position}");
        }
    }

    #[test]
    fn limbs_are_big_endian() {
        let mut bytes = [0; 32];
        bytes[3] = 5;
        bytes[28] = 1;
        let mut limbs = [F::ZERO; 8];
        limbs[0] = F::from_canonical_u64(5);
        limbs[7] = F::from_canonical_u64(1 << 24);
        assert_eq!(Domain::new(bytes).separator(), hash(Tag::Domain, &limbs));
    }
}
