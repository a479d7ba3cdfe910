//! # The proof file
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic `FURLPRF\0` |
//! | 2 | format version, little-endian: 1 |
//! | 1 | profile: see [`Profile::id`] |
//! | 4 | which circuit: see below |
//! | 32 | key: of a tree's circuit the digest of its description, of the wrap the hash of its key file |
//! | 204 or 236 | what is claimed: a [`Statement`], of a leaf or node a [`PieceStatement`] |
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
use furl_circuits::node::NodeKind;
use furl_circuits::pins::KeyDigest;
use furl_circuits::profile::Profile;
use furl_circuits::proof as codec;
use furl_ledger::statement::{PieceStatement, Statement};
use furl_verifier::PROOF_BYTES;

pub use self::error::ProofFileError;
pub use crate::claim::{Claim, Stated};
use crate::keys::Keys;
pub use crate::stage::{Leaf, Node, Root, Stage, Wrapped};
use crate::verifier::{FalseProof, Verifier};
use crate::wrap_key::WrapKey;

mod error;

/// The first bytes of every proof file.
pub const MAGIC: [u8; 8] = *b"FURLPRF\0";
/// The format version that this code reads and writes.
pub const VERSION: u16 = 1;
/// No proof of any profile is longer: a reader need not read on beyond it.
pub const MAX_BODY_BYTES: usize = 1 << 24;
/// Bytes before the statement.
const START_BYTES: usize = 8 + 2 + 1 + 4 + 32;
/// Bytes before the body of a root or a wrapped proof.
pub const HEADER_BYTES: usize = START_BYTES + Statement::BYTES + 4;
/// Bytes before the body of a leaf or node.
pub const PIECE_HEADER_BYTES: usize = START_BYTES + PieceStatement::BYTES + 4;

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
    pub claim: Claim,
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
        let header = START_BYTES + Claim::bytes(circuit) + 4;
        let truncated = ProofFileError::Truncated { expected: header, got: bytes.len() };
        let (claim, after) = rest.split_at_checked(Claim::bytes(circuit)).ok_or(truncated)?;
        let claim = Claim::from_bytes(circuit, claim)?;
        rest = after;
        let length = u32::from_le_bytes(take(&mut rest, bytes.len())?) as usize;
        let (expected, got) = (header.saturating_add(length), bytes.len());
        match rest.len().cmp(&length) {
            core::cmp::Ordering::Less => Err(ProofFileError::Truncated { expected, got }),
            core::cmp::Ordering::Greater => Err(ProofFileError::Extended { expected, got }),
            core::cmp::Ordering::Equal if circuit == Kind::Wrap && length != PROOF_BYTES => {
                Err(ProofFileError::WrappedLength(length))
            }
            core::cmp::Ordering::Equal => Ok(Self { profile, circuit, key, claim, body: rest.to_vec() }),
        }
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let claim = self.claim.to_bytes();
        let mut out = Vec::with_capacity(START_BYTES + claim.len() + 4 + self.body.len());
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        out.push(self.profile.id());
        out.extend(encode_kind(self.circuit));
        out.extend(self.key.to_bytes());
        out.extend(claim);
        let length = u32::try_from(self.body.len()).expect("a proof is shorter than 4 GiB");
        out.extend(length.to_le_bytes());
        out.extend(&self.body);
        out
    }

    /// What a proof of a whole batch claims.
    ///
    /// # Errors
    /// If it is of a piece.
    pub fn batch(&self) -> Result<&Statement, ProofFileError> {
        Statement::claimed(&self.claim).ok_or(ProofFileError::Stage { expected: Root::NAME, got: self.circuit })
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

    /// Refuses a proof whose profile promises fewer proven bits than `least`, before any work.
    ///
    /// # Errors
    /// If it does.
    pub fn require(self, least: Profile) -> Result<Self, ProofFileError> {
        let got = self.profile;
        if got.floor_bits() < least.floor_bits() { Err(ProofFileError::Weak { least, got }) } else { Ok(self) }
    }

    /// Verifies a proof of a whole batch, of a profile that promises no less than `least`. The file
    /// says which profile it is of; the caller says which are good enough.
    ///
    /// # Errors
    /// If it is of a weaker profile, or a piece's, or of another key, or its body is malformed, or the
    /// proof is false.
    pub fn verify(self, least: Profile, keys: &Keys) -> Result<Proof<Root>, ProofFileError> {
        self.require(least)?.verify_stage(keys)
    }

    /// Verifies a proof of any stage of the tree against the circuit that the file names, which the
    /// caller has compared with the one that is wanted.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), whatever the profile.
    pub(crate) fn verify_stage<S: Stage<Inner = field::Proof>>(self, keys: &Keys) -> Result<Proof<S>, ProofFileError> {
        let statement = self.require_stage::<S>()?.clone();
        let Kind::Tree(circuit) = self.circuit else { unreachable!("no stage of the tree admits the wrap") };
        let verifier = keys.verifier(self.profile, circuit);
        self.require_key(verifier.digest())?;
        let public_inputs = self.claim.elements();
        let inner = codec::decode(&self.body, verifier.common(), &public_inputs)?;
        verifier.verify(&public_inputs, &inner)?;
        Ok(Proof { envelope: self, statement, inner })
    }

    /// Verifies a wrapped proof with a key, by the native verifier.
    ///
    /// The key is the caller's to trust, and whoever made its setup: see [`WrapKey`].
    ///
    /// # Errors
    /// If it is no wrapped proof, or of another key, or malformed, or false.
    pub fn verify_wrapped(self, key: &WrapKey) -> Result<Proof<Wrapped>, ProofFileError> {
        let statement = self.require_stage::<Wrapped>()?.clone();
        let (profile, expected) = (self.profile, furl_wrap::wrap::k(self.profile));
        if key.k() != expected {
            return Err(ProofFileError::Rows { profile, expected, got: key.k() });
        }
        self.require_key(key.hash())?;
        let inner = self.body.as_slice().try_into().map_err(|_| ProofFileError::WrappedLength(self.body.len()))?;
        key.verify(&statement, &inner)?;
        Ok(Proof { envelope: self, statement, inner })
    }

    /// The statement, if the proof is of this stage.
    fn require_stage<S: Stage>(&self) -> Result<&S::Statement, ProofFileError> {
        let wrong = ProofFileError::Stage { expected: S::NAME, got: self.circuit };
        if !S::admits(self.profile, self.circuit) {
            return Err(wrong);
        }
        S::Statement::claimed(&self.claim).ok_or(wrong)
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
    statement: S::Statement,
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
        let claim = statement.claim();
        let envelope = Envelope { profile, circuit: Kind::Wrap, key: key.hash(), claim, body: proof.to_vec() };
        Ok(Self { envelope, statement, inner: *proof })
    }
}

impl<S: Stage<Inner = field::Proof>> Proof<S> {
    /// Verifies what a circuit has just proved.
    pub(crate) fn of(
        profile: Profile,
        verifier: &Verifier,
        statement: S::Statement,
        proof: field::Proof,
    ) -> Result<Self, FalseProof> {
        let claim = statement.claim();
        verifier.verify(&claim.elements(), &proof)?;
        let body = codec::encode(&proof.proof, verifier.common());
        let (circuit, key) = (verifier.circuit().into(), verifier.digest());
        let envelope = Envelope { profile, circuit, key, claim, body };
        Ok(Self { envelope, statement, inner: proof })
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
    pub const fn statement(&self) -> &S::Statement {
        &self.statement
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
