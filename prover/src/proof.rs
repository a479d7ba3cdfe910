//! # The proof file
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic `FURLPRF\0` |
//! | 2 | format version, little-endian: 1 |
//! | 1 | profile: see [`Profile::id`] |
//! | 4 | which circuit: see below |
//! | 32 | key digest: the identity of the whole circuit |
//! | 204 or 236 | what is claimed: a root's [`Statement`], a leaf's or node's [`PieceStatement`] |
//! | 4 | length of the body, little-endian |
//! | … | body: the proof's field elements, strictly encoded |
//!
//! | circuit | its four bytes |
//! |---|---|
//! | leaf | 1, rows as a power of two, 0, 0 |
//! | node | 2, rows of its leaves as a power of two, level, number of children |
//! | root | 3, 0, 0, 0 |
//!
//! What is handed to others is a root. Leaves and nodes are written for whoever resumes an interrupted batch.
//!
//! Reading has two steps, and each says which it is that failed. [`Envelope::parse`] takes the file apart, without any circuit: a file that fails here is malformed.
//! [`Envelope::verify`] checks the key and the proof: a file that fails here is false. Every byte is checked by one of them.
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
use furl_ledger::statement::{PieceStatement, Statement, StatementError};
use thiserror::Error;

use crate::keys::Keys;
use crate::verifier::{FalseProof, Verifier};

/// The first bytes of every proof file.
pub const MAGIC: [u8; 8] = *b"FURLPRF\0";
/// The format version that this code reads and writes.
pub const VERSION: u16 = 1;
/// No proof of any profile is longer: a reader need not read on beyond it.
pub const MAX_BODY_BYTES: usize = 1 << 24;
/// Bytes before the statement.
const START_BYTES: usize = 8 + 2 + 1 + 4 + 32;
/// Bytes before the body of a root.
pub const HEADER_BYTES: usize = START_BYTES + Statement::BYTES + 4;
/// Bytes before the body of a leaf or node.
pub const PIECE_HEADER_BYTES: usize = START_BYTES + PieceStatement::BYTES + 4;

/// What a proof claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A piece, from a leaf or a node.
    Piece(PieceStatement),
    /// A whole batch, from a root.
    Batch(Statement),
}

impl Claim {
    /// The public inputs of its proof.
    #[must_use]
    pub fn elements(&self) -> Vec<field::F> {
        match self {
            Self::Piece(statement) => statement.elements().to_vec(),
            Self::Batch(statement) => statement.elements().to_vec(),
        }
    }

    /// The statement as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Piece(statement) => statement.to_bytes().to_vec(),
            Self::Batch(statement) => statement.to_bytes().to_vec(),
        }
    }

    /// Bytes of what a circuit's proofs claim.
    const fn bytes(circuit: Circuit) -> usize {
        match circuit {
            Circuit::Leaf(_) | Circuit::Node(_) => PieceStatement::BYTES,
            Circuit::Root(_) => Statement::BYTES,
        }
    }

    fn from_bytes(circuit: Circuit, bytes: &[u8]) -> Result<Self, StatementError> {
        match circuit {
            Circuit::Leaf(_) | Circuit::Node(_) => PieceStatement::from_bytes(bytes).map(Self::Piece),
            Circuit::Root(_) => Statement::from_bytes(bytes).map(Self::Batch),
        }
    }
}

/// What the proofs of one stage claim.
pub trait Stated: Clone + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// As a claim.
    fn claim(&self) -> Claim;
    /// From a claim, if it is one of this kind.
    fn claimed(claim: &Claim) -> Option<&Self>;
}

impl Stated for PieceStatement {
    fn claim(&self) -> Claim {
        Claim::Piece(self.clone())
    }

    fn claimed(claim: &Claim) -> Option<&Self> {
        if let Claim::Piece(statement) = claim { Some(statement) } else { None }
    }
}

impl Stated for Statement {
    fn claim(&self) -> Claim {
        Claim::Batch(self.clone())
    }

    fn claimed(claim: &Claim) -> Option<&Self> {
        if let Claim::Batch(statement) = claim { Some(statement) } else { None }
    }
}

/// The stage of a proof: how far it has come.
pub trait Stage: Clone + fmt::Debug + Send + Sync + 'static {
    /// What its proofs state.
    type Statement: Stated;
    /// The stage's name.
    const NAME: &'static str;
    /// Whether proofs of this circuit are of this stage.
    fn admits(profile: Profile, circuit: Circuit) -> bool;
}

/// A piece of a batch, proved directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf;

/// Neighbours, joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node;

/// A whole batch, under the one key of its profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root;

impl Stage for Leaf {
    type Statement = PieceStatement;
    const NAME: &'static str = "leaf";

    fn admits(_: Profile, circuit: Circuit) -> bool {
        matches!(circuit, Circuit::Leaf(_))
    }
}

impl Stage for Node {
    type Statement = PieceStatement;
    const NAME: &'static str = "node";

    fn admits(_: Profile, circuit: Circuit) -> bool {
        matches!(circuit, Circuit::Node(_))
    }
}

impl Stage for Root {
    type Statement = Statement;
    const NAME: &'static str = "root";

    fn admits(profile: Profile, circuit: Circuit) -> bool {
        circuit == root(profile)
    }
}

/// The last circuit of a profile.
#[must_use]
pub fn root(profile: Profile) -> Circuit {
    Circuit::Root(profile.root_degree_bits().len() - 1)
}

/// The four bytes that name a circuit.
fn encode_circuit(circuit: Circuit) -> [u8; 4] {
    match circuit {
        Circuit::Leaf(size) => [1, size.bits(), 0, 0],
        Circuit::Node(kind) => [2, kind.leaves().bits(), kind.level(), kind.arity() as u8],
        Circuit::Root(_) => [3, 0, 0, 0],
    }
}

fn decode_circuit(profile: Profile, bytes: [u8; 4]) -> Result<Circuit, ProofFileError> {
    match bytes {
        [1, bits, 0, 0] => {
            let size = LeafSize::new(bits)?;
            if LeafSize::TREE.contains(&size) { Ok(Circuit::Leaf(size)) } else { Err(UnknownSize(bits).into()) }
        }
        [2, bits, level, arity] => Ok(Circuit::Node(NodeKind::new(LeafSize::new(bits)?, level, arity)?)),
        [3, 0, 0, 0] => Ok(root(profile)),
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
    #[error("no circuit is named by the bytes {0:?}: expected 1 (leaf), 2 (node) or 3 (root), and what it needs")]
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
        got: Circuit,
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
        circuit: Circuit,
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
    False(#[from] FalseProof),
}

impl ProofFileError {
    /// Whether the file is well-formed and its proof false, rather than malformed.
    #[must_use]
    pub const fn is_false(&self) -> bool {
        matches!(self, Self::Key { .. } | Self::Stage { .. } | Self::Weak { .. } | Self::Misplaced | Self::False(_))
    }
}

/// A proof file taken apart, its proof not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Profile of the circuit.
    pub profile: Profile,
    /// Which circuit.
    pub circuit: Circuit,
    /// Identity of the circuit.
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
        let circuit = decode_circuit(profile, take(&mut rest, bytes.len())?)?;
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
        out.extend(encode_circuit(self.circuit));
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
        self.of_stage::<Root>()
    }

    fn of_stage<S: Stage>(&self) -> Result<&S::Statement, ProofFileError> {
        let wrong = ProofFileError::Stage { expected: S::NAME, got: self.circuit };
        if !S::admits(self.profile, self.circuit) {
            return Err(wrong);
        }
        S::Statement::claimed(&self.claim).ok_or(wrong)
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

    /// Verifies a proof of any stage against the circuit that the file names.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_stage<S: Stage>(self, keys: &Keys) -> Result<Proof<S>, ProofFileError> {
        let statement = self.of_stage::<S>()?.clone();
        let Self { profile, circuit, key: got, .. } = self;
        let verifier = keys.verifier(profile, circuit);
        let expected = verifier.digest();
        if got != expected {
            return Err(ProofFileError::Key { profile, circuit, expected, got });
        }
        let public_inputs = self.claim.elements();
        let proof = codec::decode(&self.body, verifier.common(), &public_inputs)?;
        verifier.verify(&public_inputs, &proof)?;
        Ok(Proof { envelope: self, statement, proof })
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
    proof: field::Proof,
}

impl Proof<Root> {
    /// Bytes of the proof file of any batch.
    #[must_use]
    pub fn bytes(profile: Profile, keys: &Keys) -> usize {
        HEADER_BYTES + codec::proof_bytes(keys.verifier(profile, root(profile)).common())
    }
}

impl<S: Stage> Proof<S> {
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
        let envelope = Envelope { profile, circuit: verifier.circuit(), key: verifier.digest(), claim, body };
        Ok(Self { envelope, statement, proof })
    }

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
    pub const fn inner(&self) -> &field::Proof {
        &self.proof
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.envelope.to_bytes()
    }
}
