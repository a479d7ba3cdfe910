//! # The key of the wrap
//!
//! What wrapped proofs are checked with: 896 bytes that `furl_wrap::key_file` writes and `furl_verifier` reads. It stands for a circuit *and* a
//! setup: a [`WrapKey`] is built from a setup, or read from a file that somebody vouches for. Those under the INSECURE development setup are part of the
//! source.
//!
//! A key's **hash** is Keccak-256 of its bytes, which its contract has as `KEY`.

use furl_circuits::pins::KeyDigest;
use furl_circuits::profile::Profile;
use furl_ledger::statement::Statement;
use furl_verifier::{PROOF_BYTES, VerifyingKey};
use furl_wrap::key_file;
use furl_wrap::setup::{Origin, Setup};
use sha3::{Digest as _, Keccak256};

use crate::schedule;
use crate::wrapper::WrapError;

/// What checks wrapped proofs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrapKey {
    bytes: [u8; Self::BYTES],
    key: VerifyingKey,
}

impl WrapKey {
    /// Bytes of a key.
    pub const BYTES: usize = key_file::BYTES;

    /// The key of a profile under the INSECURE development setup.
    #[must_use]
    pub fn insecure_dev(profile: Profile) -> Self {
        Self::parse(key_file::committed(profile)).expect("the committed keys are keys, by test")
    }

    /// Reads a key.
    ///
    /// # Errors
    /// If the bytes are none.
    pub fn parse(bytes: &[u8]) -> Result<Self, furl_verifier::Error> {
        let key = VerifyingKey::parse(bytes)?;
        Ok(Self { bytes: bytes.try_into().expect("a key that is read has its length"), key })
    }

    /// Builds the key of a profile's wrap under a setup, in seconds; nothing that proves is built.
    ///
    /// # Errors
    /// If the setup has another size than the wrap.
    pub fn build(profile: Profile, setup: &Setup) -> Result<Self, WrapError> {
        schedule::apart(|| {
            let key = furl_wrap::wrap::verifying_key(profile, setup)?;
            Self::of(&key, setup)
        })
    }

    /// The key that halo2 has computed.
    pub(crate) fn of(key: &furl_wrap::circuit::VerifyingKey, setup: &Setup) -> Result<Self, WrapError> {
        let bytes = key_file::encode(key, setup)?;
        Self::parse(&bytes).map_err(WrapError::Native)
    }

    /// The key's file.
    #[must_use]
    pub const fn to_bytes(&self) -> &[u8; Self::BYTES] {
        &self.bytes
    }

    /// Keccak-256 of the file.
    #[must_use]
    pub fn hash(&self) -> KeyDigest {
        KeyDigest::from_bytes(Keccak256::digest(self.bytes).into())
    }

    /// Binary logarithm of the circuit's rows.
    #[must_use]
    pub fn k(&self) -> u32 {
        self.key.k()
    }

    /// Where its setup is from: by its points, whatever its header says.
    #[must_use]
    pub fn origin(&self) -> Origin {
        key_file::origin(&self.bytes)
    }

    /// Verifies, by the native verifier, that `proof` proves `statement`.
    ///
    /// # Errors
    /// If it is malformed, or false.
    pub fn verify(&self, statement: &Statement, proof: &[u8; PROOF_BYTES]) -> Result<(), furl_verifier::Error> {
        let statement = furl_verifier::Statement::parse(&statement.to_bytes())?;
        furl_verifier::verify(&self.key, &statement, proof)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_keys_are_keys() {
        for profile in Profile::ALL {
            let key = WrapKey::insecure_dev(profile);
            assert_eq!(key.k(), furl_wrap::wrap::k(profile));
            assert_eq!((key.to_bytes(), key.origin()), (key_file::committed(profile), Origin::InsecureDev));
        }
    }
}
