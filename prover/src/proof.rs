//! # The proof file
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic `FURLPRF\0` |
//! | 2 | format version, little-endian: 1 |
//! | 1 | profile: see [`Profile::id`] |
//! | 4 | which circuit: see below |
//! | 32 | key: of a tree's circuit the digest of its description, of the wrap the hash of its key file |
//! | 204 | [`Statement`] |
//! | 4 | length of the body, little-endian |
//! | … | body: the proof's field elements, strictly encoded; of the wrap, its 2,496 bytes |
//!
//! | circuit | its four bytes |
//! |---|---|
//! | leaf | 1, rows as a power of two, 0, 0 |
//! | node | 2, rows of its leaves as a power of two, level, number of children |
//! | root | 3, 0, 0, 0 |
//! | wrap | 4, 0, 0, 0 |
//!
//! What is handed to others is a root, or the wrapped proof made of it, which a contract checks. Leaves and nodes are written for whoever resumes an interrupted batch.
//!
//! Reading has two steps, and each says which it is that failed. [`Envelope::parse`] takes the file apart, without any circuit: a file that fails here is malformed.
//! [`Envelope::verify`], or [`Envelope::verify_wrapped`], checks the key and the proof: a file that fails here is false. Every byte is checked by one of them.
//!
//! A value of type [`Proof`] has been verified; the public inputs are not in the body, they *are* the statement.

use core::fmt;

use furl_circuits::field;
use furl_circuits::keys::Circuit;
use furl_circuits::leaf_circuit::{LeafSize, UnknownSize};
use furl_circuits::node::{NodeKind, UnknownNode};
use furl_circuits::pins::KeyDigest;
use furl_circuits::profile::{Profile, ProfileError};
use furl_circuits::proof::{self as codec, ProofError};
use furl_ledger::statement::{Statement, StatementError};
use furl_verifier::PROOF_BYTES;
use thiserror::Error;

use crate::keys::Keys;
pub use crate::stage::{Leaf, Node, Root, Stage, Wrapped};
use crate::verifier::{FalseProof, Verifier};
use crate::wrap_key::WrapKey;

/// The first bytes of every proof file.
pub const MAGIC: [u8; 8] = *b"FURLPRF\0";
/// The format version that this code reads and writes.
pub const VERSION: u16 = 1;
/// No proof of any profile is longer: a reader need not read on beyond it.
pub const MAX_BODY_BYTES: usize = 1 << 24;
/// Bytes before the body.
pub const HEADER_BYTES: usize = 8 + 2 + 1 + 4 + 32 + Statement::BYTES + 4;

/// The last circuit of a profile.
#[must_use]
pub fn root(profile: Profile) -> Circuit {
    Circuit::Root(profile.root_degree_bits().len() - 1)
}

/// Which circuit a proof is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of plonky2: a leaf, a node or the root.
    Tree(Circuit),
    /// The wrap, in halo2.
    Wrap,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tree(circuit) => circuit.fmt(f),
            Self::Wrap => f.pad("wrap"),
        }
    }
}

impl From<Circuit> for Kind {
    fn from(circuit: Circuit) -> Self {
        Self::Tree(circuit)
    }
}

/// The four bytes that name a circuit.
fn encode_kind(kind: Kind) -> [u8; 4] {
    match kind {
        Kind::Tree(Circuit::Leaf(size)) => [1, size.bits(), 0, 0],
        Kind::Tree(Circuit::Node(kind)) => [2, kind.leaves().bits(), kind.level(), kind.arity() as u8],
        Kind::Tree(Circuit::Root(_)) => [3, 0, 0, 0],
        Kind::Wrap => [4, 0, 0, 0],
    }
}

fn decode_kind(profile: Profile, bytes: [u8; 4]) -> Result<Kind, ProofFileError> {
    match bytes {
        [1, bits, 0, 0] => {
            let size = LeafSize::new(bits)?;
            if LeafSize::TREE.contains(&size) { Ok(Circuit::Leaf(size).into()) } else { Err(UnknownSize(bits).into()) }
        }
        [2, bits, level, arity] => Ok(Circuit::Node(NodeKind::new(LeafSize::new(bits)?, level, arity)?).into()),
        [3, 0, 0, 0] => Ok(root(profile).into()),
        [4, 0, 0, 0] => Ok(Kind::Wrap),
        other => Err(ProofFileError::Circuit(other)),
    }
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
    /// No such circuit.
    #[error(
        "no circuit is named by the bytes {0:?}: expected 1 (leaf), 2 (node), 3 (root) or 4 (wrap), and what it needs"
    )]
    Circuit([u8; 4]),
    /// No such profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// No such leaf.
    #[error(transparent)]
    Size(#[from] UnknownSize),
    /// No such node.
    #[error(transparent)]
    Node(#[from] UnknownNode),
    /// The proof is of another stage.
    #[error("expected a proof of stage {expected}, got one of {got}")]
    Stage {
        /// The stage that is needed.
        expected: &'static str,
        /// The circuit that the file names.
        got: Kind,
    },
    /// The profile promises less than was demanded.
    #[error("the proof is of profile {got} ({} proven bits): expected at least {least} ({})", got.floor_bits(), least.floor_bits())]
    Weak {
        /// The weakest profile that would do.
        least: Profile,
        /// The file's profile.
        got: Profile,
    },
    /// The proof proves something else than was looked for.
    #[error("the proof is of another statement or circuit than its place says")]
    Misplaced,
    /// The statement is malformed.
    #[error("statement: {0}")]
    Statement(#[from] StatementError),
    /// The proof is of another circuit: another profile, another version of the rules, or a corrupt header.
    #[error("the proof is not for this circuit ({circuit}, {profile}): expected key {expected}, got {got}")]
    Key {
        /// The profile that the file names.
        profile: Profile,
        /// The circuit that the file names.
        circuit: Kind,
        /// The key of that circuit.
        expected: KeyDigest,
        /// The key in the file.
        got: KeyDigest,
    },
    /// The key that was given is of the wrap of another profile.
    #[error("a wrapped proof of profile {profile} is checked by a key of 2^{expected} rows, got a key of 2^{got}")]
    Rows {
        /// The profile that the file names.
        profile: Profile,
        /// Rows of its wrap, as a power of two.
        expected: u32,
        /// Those of the key.
        got: u32,
    },
    /// The body is malformed.
    #[error("body: {0}")]
    Body(#[from] ProofError),
    /// The header announces another length than wrapped proofs have.
    #[error("the body of a wrapped proof has {PROOF_BYTES} bytes, the header announces {0}")]
    WrappedLength(usize),
    /// The native verifier does not accept the wrapped proof.
    #[error("wrapped proof: {0}")]
    Wrapped(#[from] furl_verifier::Error),
    /// The proof is false.
    #[error(transparent)]
    False(#[from] FalseProof),
}

impl ProofFileError {
    /// Whether the file is well-formed and its proof false, rather than malformed.
    #[must_use]
    pub const fn is_false(&self) -> bool {
        use furl_verifier::Error::{Degenerate, Refused};
        matches!(self, Self::Key { .. } | Self::Stage { .. } | Self::Weak { .. } | Self::Rows { .. })
            || matches!(self, Self::Misplaced | Self::False(_) | Self::Wrapped(Refused | Degenerate))
    }
}

/// A proof file taken apart, its proof not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Profile of the circuit.
    pub profile: Profile,
    /// Which circuit.
    pub circuit: Kind,
    /// Identity of the circuit; of the wrap with its setup.
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
        let [profile] = take(&mut rest, bytes.len())?;
        let profile = Profile::from_id(profile)?;
        let circuit = decode_kind(profile, take(&mut rest, bytes.len())?)?;
        let key = KeyDigest::from_bytes(take(&mut rest, bytes.len())?);
        let statement = Statement::from_bytes(&take::<{ Statement::BYTES }>(&mut rest, bytes.len())?)?;
        let length = u32::from_le_bytes(take(&mut rest, bytes.len())?) as usize;
        let (expected, got) = (HEADER_BYTES.saturating_add(length), bytes.len());
        match rest.len().cmp(&length) {
            core::cmp::Ordering::Less => Err(ProofFileError::Truncated { expected, got }),
            core::cmp::Ordering::Greater => Err(ProofFileError::Extended { expected, got }),
            core::cmp::Ordering::Equal if circuit == Kind::Wrap && length != PROOF_BYTES => {
                Err(ProofFileError::WrappedLength(length))
            }
            core::cmp::Ordering::Equal => Ok(Self { profile, circuit, key, statement, body: rest.to_vec() }),
        }
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES + self.body.len());
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        out.push(self.profile.id());
        out.extend(encode_kind(self.circuit));
        out.extend(self.key.to_bytes());
        out.extend(self.statement.to_bytes());
        let length = u32::try_from(self.body.len()).expect("a proof is shorter than 4 GiB");
        out.extend(length.to_le_bytes());
        out.extend(&self.body);
        out
    }

    /// The proof itself, not yet believed.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
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

    /// Verifies a proof of a whole batch, of whatever profile: see [`require`](Self::require).
    ///
    /// # Errors
    /// If it is a piece's, or of another key, or its body is malformed, or the proof is false.
    pub fn verify(self, keys: &Keys) -> Result<Proof<Root>, ProofFileError> {
        self.verify_stage(keys)
    }

    /// Verifies a proof of any stage of the tree against the circuit that the file names.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_stage<S: Stage<Inner = field::Proof>>(self, keys: &Keys) -> Result<Proof<S>, ProofFileError> {
        let Kind::Tree(circuit) = self.require_stage::<S>()? else {
            unreachable!("no stage of the tree admits the wrap")
        };
        let verifier = keys.verifier(self.profile, circuit);
        self.require_key(verifier.digest())?;
        let public_inputs = self.statement.elements();
        let inner = codec::decode(&self.body, verifier.common(), &public_inputs)?;
        verifier.verify(&self.statement, &inner)?;
        Ok(Proof { envelope: self, inner })
    }

    /// Verifies a wrapped proof with a key, by the native verifier.
    ///
    /// The key is the caller's to trust, and whoever made its setup: see [`WrapKey`].
    ///
    /// # Errors
    /// If it is no wrapped proof, or of another key, or malformed, or false.
    pub fn verify_wrapped(self, key: &WrapKey) -> Result<Proof<Wrapped>, ProofFileError> {
        self.require_stage::<Wrapped>()?;
        let (profile, expected) = (self.profile, furl_wrap::wrap::k(self.profile));
        if key.k() != expected {
            return Err(ProofFileError::Rows { profile, expected, got: key.k() });
        }
        self.require_key(key.hash())?;
        let inner = self.body.as_slice().try_into().map_err(|_| ProofFileError::WrappedLength(self.body.len()))?;
        key.verify(&self.statement, &inner)?;
        Ok(Proof { envelope: self, inner })
    }

    fn require_stage<S: Stage>(&self) -> Result<Kind, ProofFileError> {
        let Self { profile, circuit, .. } = *self;
        if S::admits(profile, circuit) {
            Ok(circuit)
        } else {
            Err(ProofFileError::Stage { expected: S::NAME, got: circuit })
        }
    }

    fn require_key(&self, expected: KeyDigest) -> Result<(), ProofFileError> {
        let Self { profile, circuit, key: got, .. } = *self;
        if got == expected { Ok(()) } else { Err(ProofFileError::Key { profile, circuit, expected, got }) }
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
#[derive(Clone, Debug, PartialEq)]
pub struct Proof<S: Stage> {
    envelope: Envelope,
    inner: S::Inner,
}

impl Proof<Root> {
    /// Bytes of the proof file of any batch.
    #[must_use]
    pub fn bytes(profile: Profile, keys: &Keys) -> usize {
        HEADER_BYTES + codec::proof_bytes(keys.verifier(profile, root(profile)).common())
    }
}

impl Proof<Wrapped> {
    /// Verifies what the wrap has just proved.
    pub(crate) fn wrapped(
        profile: Profile,
        key: &WrapKey,
        statement: Statement,
        proof: &[u8; PROOF_BYTES],
    ) -> Result<Self, furl_verifier::Error> {
        key.verify(&statement, proof)?;
        let envelope = Envelope { profile, circuit: Kind::Wrap, key: key.hash(), statement, body: proof.to_vec() };
        Ok(Self { envelope, inner: *proof })
    }
}

impl<S: Stage<Inner = field::Proof>> Proof<S> {
    /// Verifies what a circuit has just proved.
    pub(crate) fn of(
        profile: Profile,
        verifier: &Verifier,
        statement: Statement,
        proof: field::Proof,
    ) -> Result<Self, FalseProof> {
        verifier.verify(&statement, &proof)?;
        let body = codec::encode(&proof.proof, verifier.common());
        let (circuit, key) = (verifier.circuit().into(), verifier.digest());
        let envelope = Envelope { profile, circuit, key, statement, body };
        Ok(Self { envelope, inner: proof })
    }

    /// Which circuit has proved it.
    #[must_use]
    pub fn circuit(&self) -> Circuit {
        match self.envelope.circuit {
            Kind::Tree(circuit) => circuit,
            Kind::Wrap => unreachable!("no stage of the tree admits the wrap"),
        }
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

    /// The proof as the proof system has it.
    #[must_use]
    pub const fn inner(&self) -> &S::Inner {
        &self.inner
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.envelope.to_bytes()
    }
}
