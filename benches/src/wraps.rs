//! # The wrap, counted
//!
//! The last circuit is built over the committed root, the wrap's rows are laid out over it, and its verifying key is made under the INSECURE
//! development setup: seconds a profile. What remains is the number of rows; a pin, which is a digest of every selector, constant and copy
//! of the wrap (the last circuit's key is among the constants, so the pin is of both); the key; and the contract that the key generates.

use furl_circuits::profile::Profile;
use furl_wrap::circuit::VerifyingKey;
use furl_wrap::circuit::keys::KeyError;
use furl_wrap::circuit::prove::PROOF_BYTES;
use furl_wrap::contract::{self, ContractError};
use furl_wrap::key_file::{self, KeyFileError};
use furl_wrap::last::circuit::LastCircuit;
use furl_wrap::setup::{Setup, SetupError};
use furl_wrap::wrap::{self, WrapError};
use thiserror::Error;

use crate::committed::File;

/// The folder of pins and keys in the repository.
pub const FOLDER: &str = "wrap/pins";

/// The folder of the contracts.
pub const CONTRACTS: &str = "contracts/generated";

/// Why there are no counts.
#[derive(Debug, Error)]
pub enum CountError {
    /// The wrap does not fit.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// The development setup was not made.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The wrap has no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The wrap's key is no file.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The key has no contract.
    #[error(transparent)]
    Contract(#[from] ContractError),
}

/// What is known of a profile's wrap after it was laid out.
#[derive(Clone, Debug)]
pub struct WrapCounts {
    /// The security profile.
    pub profile: Profile,
    /// Rows of the last circuit, before those that building adds.
    pub last_rows: usize,
    /// Binary logarithm of the last circuit's rows.
    pub last_degree_bits: usize,
    /// Rows of the wrap.
    pub rows: usize,
    /// Binary logarithm of the rows that it has room for.
    pub k: u32,
    /// Columns of the witness.
    pub advice_columns: usize,
    /// Bytes of a wrapped proof.
    pub proof_bytes: usize,
    /// The digest of the wrap's circuit.
    pub digest: String,
    /// The verifying key under the development setup.
    pub key: [u8; key_file::BYTES],
    /// The contract that the key generates.
    pub contract: String,
}

impl WrapCounts {
    /// Lays out the wrap of a profile.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn of(profile: Profile) -> Result<Self, CountError> {
        let last = LastCircuit::build(profile);
        let (last_rows, last_degree_bits) = (last.rows(), last.data().common.degree_bits());
        let table = wrap::blank(profile, &last)?;
        drop(last);
        let setup = Setup::insecure_dev(table.k())?;
        let key = key_file::encode(&VerifyingKey::new(setup.params(), &table)?, &setup)?;
        Ok(Self {
            profile,
            last_rows,
            last_degree_bits,
            rows: table.height(),
            k: table.k(),
            advice_columns: furl_wrap::circuit::ADVICE,
            proof_bytes: PROOF_BYTES,
            digest: table.digest(),
            key,
            contract: contract::generate(&key)?,
        })
    }

    /// The wraps of all profiles.
    ///
    /// # Errors
    /// If one does not fit.
    pub fn all() -> Result<Vec<Self>, CountError> {
        Profile::ALL.into_iter().map(Self::of).collect()
    }

    /// The committed files: pin, key and contract.
    #[must_use]
    pub fn files(&self) -> [File; 3] {
        let Self { profile, rows, k, digest, key, contract, .. } = self;
        let pin = format!("furl-wrap 1\nprofile: {profile}\nrows: {rows} of 2^{k}\ncircuit: 0x{digest}\n");
        let name = match profile {
            Profile::Fast => "Fast",
            Profile::Proven => "Proven",
        };
        [
            (format!("{FOLDER}/wrap-{profile}.txt"), pin),
            (format!("{FOLDER}/key-{profile}.hex"), key_file::to_hex(key)),
            (format!("{CONTRACTS}/FurlVerifier{name}.sol"), contract.clone()),
        ]
        .map(|(path, text)| File { path, contents: text.into() })
    }
}
