//! # The universal setup
//!
//! A KZG setup is a list of the powers of a secret that nobody may know. A wrong list breaks completeness; a list whose secret somebody knows
//! breaks soundness, and looks like any other. So a setup is taken in two steps:
//!
//! - [`Candidate::read`] takes a file apart and checks that it is a setup: every byte that is used, every point, and that the points are powers of one
//!   secret. What fails here is malformed or false.
//! - [`Candidate::require`] asks whether it is the setup that is wanted. Only this makes a [`Setup`].
//!
//! | wanted | what is compared |
//! |---|---|
//! | [`Expect::Pinned`] | BLAKE2b-512 and SHA-256 of the file, with those of [`PINS`] |
//! | [`Expect::Hash`] | the setup's hash, which whoever trusts a setup has written down |
//! | [`Expect::InsecureDev`] | the points are those of the published secret ([`Setup::insecure_dev`]) |
//!
//! A setup of the published secret is never anything but [`Origin::InsecureDev`], in whichever file it stands, and neither of the first two takes it.
//!
//! **The setup's hash** is SHA-256 of $k$ (4 bytes, little-endian), the $2^k$ powers, $H$ and $\tau H$, as they stand in a raw file. It does
//! not depend on the format, nor on the Lagrange basis, which follows from the powers; it does depend on $k$, and so names what a key was made with.
//!
//! | format | how it begins | Lagrange basis | origin |
//! |---|---|---|---|
//! | snarkjs' [`.ptau`](Format::Ptau) | `ptau` | in the file, checked, if it is prepared for its second phase; else computed, which takes minutes | not named |
//! | [Furl's](Format::Furl) | `FURLKZG` and a zero byte | in the file, checked | named, and compared |
//! | halo2's [raw one](Format::Halo2) | $k$ | in the file, checked | not named |
//!
//! A file of a larger setup is cut down to the $k$ that is asked for; one of a smaller setup is
//! read and checked whole, and then refused for its size. A raw file has no basis of that size, so
//! it is computed: write the setup then, and read that from now on. **Not checked:** what is cut
//! off.

use core::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use halo2_proofs::halo2curves::bn256::Bn256;
use halo2_proofs::poly::commitment::{Params, ParamsProver as _};
use halo2_proofs::poly::kzg::commitment::ParamsKZG;

pub use error::{Curve, Place, SetupError, TrustError};
pub use input::FileHashes;
use input::Input;
pub(crate) use insecure::{insecure_tau, is_insecure};
pub use pins::{PINS, Pin, PinnedHash};
use powers::Powers;
pub use raw::{MAGIC, VERSION};

mod error;
mod input;
mod insecure;
mod lagrange;
mod pins;
mod points;
mod powers;
mod ptau;
mod raw;

#[cfg(test)]
mod tests;

/// The largest size: the scalars of BN254 have roots of unity up to this power of two, and ceremonies go no further.
pub const MAX_K: u32 = 28;

/// Where a setup is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Somebody else's making: as far as the points tell, a ceremony.
    Ceremony,
    /// The published secret: good for development and nothing else.
    InsecureDev,
}

impl Origin {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ceremony, Self::InsecureDev];

    /// How a file of Furl's names it.
    #[must_use]
    pub const fn bytes(self) -> [u8; 8] {
        match self {
            Self::Ceremony => *b"CEREMONY",
            Self::InsecureDev => *b"INSECURE",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ceremony => "a ceremony",
            Self::InsecureDev => "the INSECURE development setup",
        })
    }
}

/// A file's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Of snarkjs.
    Ptau,
    /// Furl's own.
    Furl,
    /// halo2's `RawBytes`.
    Halo2,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ptau => "ptau",
            Self::Furl => "furl-setup",
            Self::Halo2 => "halo2-raw",
        })
    }
}

/// Which setup is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A file of a ceremony that is pinned.
    Pinned,
    /// The ceremony setup of this hash.
    Hash([u8; 32]),
    /// The development setup.
    InsecureDev,
}

/// A setup that was asked for, and is one.
#[derive(Clone, Debug)]
pub struct Setup {
    params: ParamsKZG<Bn256>,
    origin: Origin,
    hash: [u8; 32],
}

impl Setup {
    /// Reads the setup of size $2^k$ from a file, which may be of a larger one.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub fn open(path: impl AsRef<Path>, k: u32, expect: Expect) -> Result<Self, SetupError> {
        Ok(Candidate::open(path, Some(k))?.require(expect)?)
    }

    /// The development setup, the same everywhere.
    ///
    /// # Errors
    /// [`SetupError::Size`] if `k` is out of range, and [`SetupError::Memory`] if there is no room
    /// for the points.
    pub fn insecure_dev(k: u32) -> Result<Self, SetupError> {
        let k = in_range(k)?;
        powers::ask(k, insecure::BYTES)?;
        let powers = insecure::powers(k, insecure::secret());
        let hash = powers.hash();
        Ok(Self::new(powers, Origin::InsecureDev, hash))
    }

    fn new(powers: Powers, origin: Origin, hash: [u8; 32]) -> Self {
        let setup = Self { params: powers.into_params(), origin, hash };
        if origin == Origin::InsecureDev {
            tracing::warn!("{setup}: anybody can forge its proofs");
        }
        setup
    }

    /// The same without the points that keys are made of. It verifies proofs; whoever asks it for a key, or to be written, is refused.
    #[must_use]
    pub fn verifying(&self) -> Self {
        Self { params: powers::first(&self.params), ..*self }
    }

    /// halo2's parameters.
    #[must_use]
    pub const fn params(&self) -> &ParamsKZG<Bn256> {
        &self.params
    }

    /// The binary logarithm of the size.
    #[must_use]
    pub fn k(&self) -> u32 {
        self.params.k()
    }

    /// Where it is from.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// The setup's hash.
    #[must_use]
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Writes it in Furl's format, which is read quickly.
    ///
    /// # Errors
    /// Those of the writer; and if there are no points to be written ([`verifying`](Self::verifying)).
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        let (expected, got) = (self.params.n(), self.params.get_g().len());
        if expected != got as u64 {
            return Err(io::Error::other(format!("the setup has {expected} points, of which {got} are here")));
        }
        raw::write(&self.params, self.origin, out)
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, k = {}, hash {}", self.origin, self.k(), hex::encode(self.hash))
    }
}

/// Writes the development setup as a `.ptau` file of this power, for other tools.
///
/// Only who knows the secret can write one: it has powers in the second group, too.
///
/// # Errors
/// [`SetupError::Size`] if the power is out of range, and those of the writer.
pub fn write_insecure_dev_ptau(power: u32, out: impl Write) -> Result<(), SetupError> {
    let power = in_range(power)?;
    Ok(insecure::write_ptau(power, insecure::secret(), out)?)
}

/// A setup that nobody has asked for yet: good points, of unknown trust.
pub struct Candidate {
    powers: Powers,
    hash: [u8; 32],
    format: Format,
    file_k: u32,
    file: FileHashes,
}

impl Candidate {
    /// Reads a file of any format, and checks it: whole, or cut down to size $2^k$.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub fn open(path: impl AsRef<Path>, k: Option<u32>) -> Result<Self, SetupError> {
        Self::read(File::open(path)?, k)
    }

    /// Reads any format from a reader, to its end.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub fn read(reader: impl Read, k: Option<u32>) -> Result<Self, SetupError> {
        let k = k.map(in_range).transpose()?;
        let mut input = Input::new(reader);
        let start: [u8; 4] = input.array()?;
        let (format, declared, (powers, file_k)) = if start == ptau::MAGIC {
            (Format::Ptau, None, ptau::read(&mut input, k)?)
        } else if start == MAGIC[..4] {
            let rest: [u8; 4] = input.array()?;
            if rest != MAGIC[4..] {
                return Err(SetupError::Unknown([start, rest].concat()));
            }
            let origin = raw::read_header(&mut input)?;
            let size = input.u32()?;
            (Format::Furl, Some(origin), raw::read(&mut input, size, k)?)
        } else {
            let size = u32::from_le_bytes(start);
            if !(1..=MAX_K).contains(&size) {
                return Err(SetupError::Unknown(start.to_vec()));
            }
            (Format::Halo2, None, raw::read(&mut input, size, k)?)
        };
        let file = input.finish()?;
        powers.check()?;
        let hash = powers.hash();
        let candidate = Self { powers, hash, format, file_k, file };
        match (declared, k) {
            (Some(declared), _) if declared != candidate.origin() => {
                Err(SetupError::FalseOrigin { declared, found: candidate.origin() })
            }
            // Last, so that it is said of a setup and of nothing else.
            (_, Some(needed)) if needed > file_k => Err(SetupError::TooSmall { needed, got: file_k }),
            _ => Ok(candidate),
        }
    }

    /// The setup, if it is the one that is wanted.
    ///
    /// # Errors
    /// See [`TrustError`].
    pub fn require(self, expect: Expect) -> Result<Setup, TrustError> {
        let origin = self.origin();
        match (expect, origin) {
            (Expect::InsecureDev, Origin::InsecureDev) => {}
            (Expect::InsecureDev, Origin::Ceremony) => return Err(TrustError::NotInsecure),
            (_, Origin::InsecureDev) => return Err(TrustError::Insecure),
            (Expect::Hash(expected), _) if expected != self.hash => {
                return Err(TrustError::Hash { expected, got: self.hash });
            }
            (Expect::Pinned, _) if self.pin().is_none() => {
                return Err(TrustError::NotPinned { file: Box::new(self.file), hash: self.hash });
            }
            (Expect::Hash(_) | Expect::Pinned, Origin::Ceremony) => {}
        }
        Ok(Setup::new(self.powers, origin, self.hash))
    }

    /// The binary logarithm of the size that was read.
    #[must_use]
    pub const fn k(&self) -> u32 {
        self.powers.k
    }

    /// The same of the whole file.
    #[must_use]
    pub const fn file_k(&self) -> u32 {
        self.file_k
    }

    /// The file's format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Where it is from, by its points.
    #[must_use]
    pub fn origin(&self) -> Origin {
        if is_insecure(&self.powers.tau_g2) { Origin::InsecureDev } else { Origin::Ceremony }
    }

    /// The setup's hash, for [`Expect::Hash`].
    #[must_use]
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The hashes of the file, every byte of it.
    #[must_use]
    pub const fn file(&self) -> FileHashes {
        self.file
    }

    /// The pin of the file, if it is pinned.
    #[must_use]
    pub fn pin(&self) -> Option<&'static Pin> {
        pins::find(&self.file)
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Candidate({self})")
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, k = {}, hash {}", self.origin(), self.k(), hex::encode(self.hash))?;
        write!(f, "; read from {} of k = {}, ", self.format, self.file_k)?;
        match self.pin() {
            Some(pin) => write!(f, "pinned: {pin}"),
            None => write!(f, "not pinned"),
        }
    }
}

/// A size that can be asked for.
fn in_range(k: u32) -> Result<u32, SetupError> {
    if (1..=MAX_K).contains(&k) { Ok(k) } else { Err(SetupError::Size(k)) }
}

/// The size that is taken from a setup of size `there`: what is asked for, or all of it.
fn chosen_size(there: u32, asked: Option<u32>) -> u32 {
    asked.map_or(there, |k| k.min(there))
}
