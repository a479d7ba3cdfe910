//! # The wrap, counted
//!
//! The last circuit is built over the committed root, and the wrap's rows are laid out over it, without keys, seconds a profile. What remains
//! is the number of rows, and a pin: a digest of every selector, constant and copy of the wrap. The last circuit's key is
//! among the constants, so the pin is of both.

use furl_circuits::profile::Profile;
use furl_wrap::circuit::prove::PROOF_BYTES;
use furl_wrap::last::circuit::LastCircuit;
use furl_wrap::wrap::{self, WrapError};

use crate::committed::File;

/// The folder of the pins in the repository.
pub const FOLDER: &str = "wrap/pins";

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
}

impl WrapCounts {
    /// Lays out the wrap of a profile.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn of(profile: Profile) -> Result<Self, WrapError> {
        let last = LastCircuit::build(profile);
        let table = wrap::blank(profile, &last)?;
        Ok(Self {
            profile,
            last_rows: last.rows(),
            last_degree_bits: last.data().common.degree_bits(),
            rows: table.height(),
            k: table.k(),
            advice_columns: furl_wrap::circuit::ADVICE,
            proof_bytes: PROOF_BYTES,
            digest: table.digest(),
        })
    }

    /// The wraps of all profiles.
    ///
    /// # Errors
    /// If one does not fit.
    pub fn all() -> Result<Vec<Self>, WrapError> {
        Profile::ALL.into_iter().map(Self::of).collect()
    }

    /// The pin.
    #[must_use]
    pub fn file(&self) -> File {
        let Self { profile, rows, k, digest, .. } = self;
        let contents = format!("furl-wrap 1\nprofile: {profile}\nrows: {rows} of 2^{k}\ncircuit: 0x{digest}\n");
        File { path: format!("{FOLDER}/wrap-{profile}.txt"), contents: contents.into() }
    }
}
