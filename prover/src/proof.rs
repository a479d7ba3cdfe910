//! # The proof file
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic `FURLPRF\0` |
//! | 2 | format version, little-endian: 1 |
//! | 1 | stage: 1 = leaf |
//! | 1 | profile: see [`Profile::id`] |
//! | 1 | rows of the circuit, as a power of two |
//! | 32 | key digest: the identity of the whole circuit |
//! | 204 | [`Statement`] |
//! | 4 | length of the body, little-endian |
//! | … | body: the proof's field elements, strictly encoded |
//!
//! Reading has two steps, and each says which it is that failed. [`Envelope::parse`] takes the file apart, without any circuit: a file that fails here is malformed.
//! [`Envelope::verify`] checks the key and the proof: a file that fails here is false. Every byte is checked by one of them.
//!
//! A value of type [`Proof`] has been verified; the public inputs are not in the body, they *are* the statement.

use core::fmt;
use core::marker::PhantomData;

use furl_circuits::field;
use furl_circuits::leaf_circuit::{LeafCircuit, LeafError, LeafSize, UnknownSize};
use furl_circuits::pins::KeyDigest;
use furl_circuits::profile::{Profile, ProfileError};
use furl_circuits::proof::{self as codec, ProofError};
use furl_ledger::statement::{Statement, StatementError};
use thiserror::Error;

use crate::keys::Keys;

/// The first bytes of every proof file.
pub const MAGIC: [u8; 8] = *b"FURLPRF\0";
/// The format version that this code reads and writes.
pub const VERSION: u16 = 1;
/// No proof of any profile is longer: a reader need not read on beyond it.
pub const MAX_BODY_BYTES: usize = 1 << 24;
/// Bytes before the body.
pub const HEADER_BYTES: usize = 8 + 2 + 1 + 1 + 1 + 32 + Statement::BYTES + 4;

/// The stage of a proof: which circuit it is of.
pub trait Stage: Clone + fmt::Debug + Send + Sync + 'static {
    /// The stage's number in the file.
    const ID: u8;
    /// The stage's name.
    const NAME: &'static str;
}

/// One leaf: a batch of transfers, proved directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf;

impl Stage for Leaf {
    const ID: u8 = 1;
    const NAME: &'static str = "leaf";
}

/// Why a file is not a true proof.
#[derive(Debug, Error)]
pub enum ProofFileError {
    /// Too short for a header, or for the body that the header announces.
    #[error("truncated: expected {expected} bytes, got {got}")]
    Truncated {
        /// Bytes that should be there.
        expected: usize,
        /// Bytes that are.
        got: usize,
    },
    /// Longer than the header announces.
    #[error("extended: expected {expected} bytes, got {got}")]
    Extended {
        /// Bytes that should be there.
        expected: usize,
        /// Bytes that are.
        got: usize,
    },
    /// Another kind of file.
    #[error("not a Furl proof: expected the file to start with {MAGIC:02x?}, got {0:02x?}")]
    Foreign([u8; 8]),
    /// Written by another version of Furl.
    #[error("proof format version {got}, and this program reads version {VERSION}")]
    Version {
        /// The file's version.
        got: u16,
    },
    /// No such stage.
    #[error("unknown stage {0}: expected {id} ({name})", id = Leaf::ID, name = Leaf::NAME)]
    Stage(u8),
    /// No such profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// No such circuit.
    #[error(transparent)]
    Size(#[from] UnknownSize),
    /// The profile promises less than was demanded.
    #[error("the proof is of profile {got} ({} proven bits): expected at least {least} ({})", got.floor_bits(), least.floor_bits())]
    Weak {
        /// The weakest profile that would do.
        least: Profile,
        /// The file's profile.
        got: Profile,
    },
    /// The statement is malformed.
    #[error("statement: {0}")]
    Statement(#[from] StatementError),
    /// The proof is of another circuit: another profile, another version of the rules, or a corrupt header.
    #[error("the proof is not for this circuit ({profile}, {size} rows): expected key {expected}, got {got}")]
    Key {
        /// The profile that the file names.
        profile: Profile,
        /// The size that the file names.
        size: LeafSize,
        /// The key of that circuit.
        expected: KeyDigest,
        /// The key in the file.
        got: KeyDigest,
    },
    /// The body is malformed.
    #[error("body: {0}")]
    Body(#[from] ProofError),
    /// The proof is false.
    #[error(transparent)]
    False(#[from] LeafError),
}

impl ProofFileError {
    /// Whether the file is well-formed and its proof false, rather than malformed.
    #[must_use]
    pub const fn is_false(&self) -> bool {
        matches!(self, Self::Key { .. } | Self::Weak { .. } | Self::False(_))
    }
}

/// A proof file taken apart, its proof not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Profile of the circuit.
    pub profile: Profile,
    /// Rows of the circuit.
    pub size: LeafSize,
    /// Identity of the circuit.
    pub key: KeyDigest,
    /// What is claimed.
    pub statement: Statement,
    body: Vec<u8>,
}

impl Envelope {
    /// Takes a file apart.
    ///
    /// # Errors
    /// If it is not exactly a proof file of this version.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFileError> {
        let mut rest = bytes;
        let magic = take::<8>(&mut rest, bytes.len())?;
        if magic != MAGIC {
            return Err(ProofFileError::Foreign(magic));
        }
        let version = u16::from_le_bytes(take(&mut rest, bytes.len())?);
        if version != VERSION {
            return Err(ProofFileError::Version { got: version });
        }
        let [stage, profile, size] = take(&mut rest, bytes.len())?;
        if stage != Leaf::ID {
            return Err(ProofFileError::Stage(stage));
        }
        let (profile, size) = (Profile::from_id(profile)?, LeafSize::new(size)?);
        let key = KeyDigest::from_bytes(take(&mut rest, bytes.len())?);
        let statement = Statement::from_bytes(&take::<{ Statement::BYTES }>(&mut rest, bytes.len())?)?;
        let length = u32::from_le_bytes(take(&mut rest, bytes.len())?) as usize;
        let (expected, got) = (HEADER_BYTES.saturating_add(length), bytes.len());
        match rest.len().cmp(&length) {
            core::cmp::Ordering::Less => Err(ProofFileError::Truncated { expected, got }),
            core::cmp::Ordering::Greater => Err(ProofFileError::Extended { expected, got }),
            core::cmp::Ordering::Equal => Ok(Self { profile, size, key, statement, body: rest.to_vec() }),
        }
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES + self.body.len());
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        out.extend([Leaf::ID, self.profile.id(), self.size.bits()]);
        out.extend(self.key.to_bytes());
        out.extend(self.statement.to_bytes());
        let length = u32::try_from(self.body.len()).expect("a proof is shorter than 4 GiB");
        out.extend(length.to_le_bytes());
        out.extend(&self.body);
        out
    }

    /// Bytes of the proof itself.
    #[must_use]
    pub fn body_bytes(&self) -> usize {
        self.body.len()
    }

    /// Refuses a proof whose profile promises fewer proven bits than `least`. The file says itself which profile it is of:
    /// whoever relies on a proof calls this before [`verify`](Self::verify).
    ///
    /// # Errors
    /// If it does.
    pub fn require(self, least: Profile) -> Result<Self, ProofFileError> {
        let got = self.profile;
        if got.floor_bits() < least.floor_bits() { Err(ProofFileError::Weak { least, got }) } else { Ok(self) }
    }

    /// Verifies the proof against the circuit that it names: of whatever profile and size, see [`require`](Self::require).
    ///
    /// # Errors
    /// If the key is another circuit's, the body is malformed, or the proof is false.
    pub fn verify(self, keys: &Keys) -> Result<Proof<Leaf>, ProofFileError> {
        let circuit = keys.leaf(self.profile, self.size);
        let expected = circuit.key();
        if self.key != expected {
            return Err(ProofFileError::Key { profile: self.profile, size: self.size, expected, got: self.key });
        }
        let proof = codec::decode(&self.body, &circuit.data().common, &self.statement.elements())?;
        circuit.verify(&self.statement, &proof)?;
        Ok(Proof { envelope: self, stage: PhantomData })
    }
}

/// The next `N` bytes; `total` is the length of the whole file.
fn take<const N: usize>(rest: &mut &[u8], total: usize) -> Result<[u8; N], ProofFileError> {
    let (head, tail) =
        rest.split_first_chunk().ok_or(ProofFileError::Truncated { expected: HEADER_BYTES, got: total })?;
    *rest = tail;
    Ok(*head)
}

/// A verified proof; `S` is its stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof<S: Stage> {
    envelope: Envelope,
    stage: PhantomData<S>,
}

impl Proof<Leaf> {
    /// Wraps what a leaf circuit has just proved and verified.
    pub(crate) fn proved(circuit: &LeafCircuit, statement: Statement, proof: &field::Proof) -> Self {
        let body = codec::encode(&proof.proof, &circuit.data().common);
        let envelope =
            Envelope { profile: circuit.profile(), size: circuit.size(), key: circuit.key(), statement, body };
        Self { envelope, stage: PhantomData }
    }
}

impl<S: Stage> Proof<S> {
    /// What is proved.
    #[must_use]
    pub const fn statement(&self) -> &Statement {
        &self.envelope.statement
    }

    /// The file's contents, taken apart.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.envelope.to_bytes()
    }
}
