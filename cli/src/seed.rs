//! # Seeds
//!
//! Thirty-two bytes from which keys are derived: random from the system, or given in hexadecimal to get the same keys
//! again. A seed is a secret: it is wiped when dropped and never printed.

use std::fmt;
use std::str::FromStr;

use furl_ledger::SecretKey;
use furl_ledger::encoding::{HexError, from_hex};
use zeroize::Zeroizing;

use crate::exit::Failure;

/// What keys are derived from.
#[derive(Clone)]
pub(crate) struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// A seed from the system's generator.
    ///
    /// # Errors
    /// The system has no randomness.
    pub(crate) fn random() -> Result<Self, Failure> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(Failure::Random)?;
        Ok(Self(bytes))
    }

    /// The given seed, or else a random one.
    ///
    /// # Errors
    /// None is given, and the system has no randomness.
    pub(crate) fn or_random(seed: Option<Self>) -> Result<Self, Failure> {
        seed.map_or_else(Self::random, Ok)
    }

    /// The seed with these bytes.
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key of this seed for one purpose and number.
    pub(crate) fn key(&self, label: &str, index: u64) -> SecretKey {
        SecretKey::derive(&self.0, label, index)
    }

    /// A number for what is not secret, such as the amounts of a demonstration.
    pub(crate) fn number(&self) -> u64 {
        let [first, ..] = self.0.as_chunks().0 else { return 0 };
        u64::from_le_bytes(*first)
    }
}

impl FromStr for Seed {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        from_hex(text).map(Self::new)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_not_shown() {
        let seed: Seed = format!("0x{}", "ab".repeat(32)).parse().unwrap();
        assert_eq!(format!("{seed:?}"), "Seed(secret)");
        assert_eq!(seed.number(), 0xabab_abab_abab_abab);
    }

    #[test]
    fn a_seed_is_32_bytes() {
        assert!(format!("0x{}", "ab".repeat(31)).parse::<Seed>().is_err());
        assert!("ab".repeat(32).parse::<Seed>().is_err());
    }

    #[test]
    fn random_seeds_differ() {
        let [a, b] = [(); 2].map(|()| Seed::random().unwrap().key("test", 0).public_key());
        assert_ne!(a, b);
    }
}
