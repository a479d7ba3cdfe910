//! # Keys: what the tree is built on
//!
//! A node knows the keys of its children, and the root those of all nodes. To know them, nobody builds the circuits below:
//! every key of the tree is committed, one line of text a circuit, in `circuits/pins/keys-fast.txt` and
//! `circuits/pins/keys-proven.txt`.
//!
//! ```text
//! furl-keys 1 fast
//! leaf-2-13 0x…
//! node-2-13-level-1-of-1 0x…
//! …
//! root-2 0x…
//! ```
//!
//! A key is 68 field elements: the circuit digest, then the cap of constants and sigmas, 16 hashes. Its [id](VerifyingKey::id)
//! is their Poseidon hash, which is what circuits read.
//!
//! ## What is trusted
//!
//! That the committed keys are those of the source. Nobody has to believe it: `cargo run --release -p furl-benches --bin
//! costs` builds every circuit, each over the keys *computed* for the circuits below it, and compares all keys with the
//! committed text; CI does so at every change. Whoever builds a circuit to prove with it compares its key with the
//! committed one ([`Keys::check`]). Who only verifies takes the root's key as committed, as with any verifying key.
//!
//! The files are part of the source. No key is ever read from outside.

use std::fmt;
use std::ops::Index;
use std::sync::LazyLock;

use furl_ledger::Digest;
use plonky2::field::types::{Field, Field64, PrimeField64};
use plonky2::hash::hash_types::{HashOut, NUM_HASH_OUT_ELTS};
use plonky2::hash::merkle_tree::MerkleCap;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::plonk::circuit_data::VerifierOnlyCircuitData;
use plonky2::plonk::config::Hasher;
use thiserror::Error;

use crate::field::{C, CircuitData, D, F, VerifierCircuitData};
use crate::leaf_circuit::LeafSize;
use crate::node::NodeKind;
use crate::profile::Profile;
use crate::recursion::Common;

/// Hashes in the cap of every circuit.
const CAP: usize = 16;

/// A verifying key, without the common data that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey(VerifierOnlyCircuitData<C, D>);

/// Bytes that are not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VerifyingKeyError {
    /// Too few or too many.
    #[error("a key has {expected} bytes, got {got}", expected = VerifyingKey::BYTES)]
    Length {
        /// How many there were.
        got: usize,
    },
    /// An element is not below the field's order.
    #[error("expected an element below {order:#x} at byte {offset}, got {got:#018x}", order = F::ORDER)]
    NonCanonical {
        /// Where it starts.
        offset: usize,
        /// The element as read.
        got: u64,
    },
}

impl VerifyingKey {
    /// Field elements of a key.
    pub const ELEMENTS: usize = NUM_HASH_OUT_ELTS * (1 + CAP);
    /// Bytes of a key.
    pub const BYTES: usize = 8 * Self::ELEMENTS;

    /// The key of a circuit.
    #[must_use]
    pub fn of(circuit: &CircuitData) -> Self {
        Self(circuit.verifier_only.clone())
    }

    /// plonky2's view of the key.
    #[must_use]
    pub const fn data(&self) -> &VerifierOnlyCircuitData<C, D> {
        &self.0
    }

    /// The verifier of the circuit that has this key and this common data.
    #[must_use]
    pub fn verifier(&self, common: Common) -> VerifierCircuitData {
        VerifierCircuitData { verifier_only: self.0.clone(), common }
    }

    /// The elements: circuit digest, then cap.
    #[must_use]
    pub fn elements(&self) -> Vec<F> {
        let hashes = [self.0.circuit_digest].into_iter().chain(self.0.constants_sigmas_cap.0.iter().copied());
        hashes.flat_map(|hash| hash.elements).collect()
    }

    /// The Poseidon hash of the elements: the key, to a circuit.
    #[must_use]
    pub fn id(&self) -> Digest {
        Digest(PoseidonHash::hash_no_pad(&self.elements()).elements)
    }

    /// The elements, each as eight bytes, little-endian.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.elements().iter().flat_map(|element| element.to_canonical_u64().to_le_bytes()).collect()
    }

    /// Reads a key. Each key has one encoding.
    ///
    /// # Errors
    /// Any other length, or an element that is not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VerifyingKeyError> {
        if bytes.len() != Self::BYTES {
            return Err(VerifyingKeyError::Length { got: bytes.len() });
        }
        let words = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
        let elements: Vec<F> = words
            .enumerate()
            .map(|(i, got)| match got < F::ORDER {
                true => Ok(F::from_canonical_u64(got)),
                false => Err(VerifyingKeyError::NonCanonical { offset: 8 * i, got }),
            })
            .collect::<Result<_, _>>()?;
        let mut hashes =
            elements.as_chunks::<NUM_HASH_OUT_ELTS>().0.iter().map(|elements| HashOut { elements: *elements });
        let circuit_digest = hashes.next().expect("a key has 17 hashes");
        Ok(Self(VerifierOnlyCircuitData { circuit_digest, constants_sigmas_cap: MerkleCap(hashes.collect()) }))
    }
}

/// A circuit of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Circuit {
    /// A leaf that nodes are built over.
    Leaf(LeafSize),
    /// A node.
    Node(NodeKind),
    /// A circuit above the tree, counted from 0; the last one is the root.
    Root(usize),
}

impl Circuit {
    /// All circuits of a profile's tree, children before parents: the lines of its file.
    #[must_use]
    pub fn all(profile: Profile) -> Vec<Self> {
        let leaves = LeafSize::TREE.into_iter().map(Self::Leaf);
        let roots = (0..profile.root_degree_bits().len()).map(Self::Root);
        leaves.chain(Self::nodes().into_iter().map(Self::Node)).chain(roots).collect()
    }

    /// All nodes, over leaves of every size: the list that the root chooses from.
    #[must_use]
    pub fn nodes() -> Vec<NodeKind> {
        LeafSize::TREE.into_iter().flat_map(NodeKind::all).collect()
    }
}

impl fmt::Display for Circuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(size) => write!(f, "leaf-2-{}", size.bits()),
            Self::Node(kind) => write!(f, "node-2-{}-level-{}-of-{}", kind.leaves().bits(), kind.level(), kind.arity()),
            Self::Root(step) => write!(f, "root-{}", step + 1),
        }
    }
}

/// Why a text is not a file of keys.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeysError {
    /// A line is not the one that is due.
    #[error("keys, line {line}: expected {expected:?}, got {got:?}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// How it should start.
        expected: String,
        /// Its first word, or nothing at the end of the text.
        got: String,
    },
    /// A key is not hexadecimal, or no key.
    #[error("keys, line {line}: {cause}")]
    Key {
        /// Its number, from 1.
        line: usize,
        /// What is wrong.
        cause: String,
    },
}

/// A circuit as built is not the committed one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{circuit} ({profile}): expected the committed key with id {expected}, got {got}; run the costs of furl-benches"
)]
pub struct KeyMismatch {
    /// The circuit.
    pub circuit: Circuit,
    /// Its profile.
    pub profile: Profile,
    /// Id of the committed key.
    pub expected: Digest,
    /// Id of the circuit's key.
    pub got: Digest,
}

/// The keys of a profile's tree, or of its lower part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    profile: Profile,
    /// In the order of [`Circuit::all`].
    keys: Vec<(Circuit, VerifyingKey)>,
}

static FAST: LazyLock<Keys> = LazyLock::new(|| parsed(include_str!("../pins/keys-fast.txt"), Profile::Fast));
static PROVEN: LazyLock<Keys> = LazyLock::new(|| parsed(include_str!("../pins/keys-proven.txt"), Profile::Proven));

/// The committed text, which the tests read.
fn parsed(text: &str, profile: Profile) -> Keys {
    Keys::parse(text, profile).expect("the committed keys are well-formed")
}

impl Keys {
    /// No keys yet: for computing them from the leaves upwards.
    #[must_use]
    pub const fn none(profile: Profile) -> Self {
        Self { profile, keys: Vec::new() }
    }

    /// The committed keys.
    #[must_use]
    pub fn committed(profile: Profile) -> &'static Self {
        match profile {
            Profile::Fast => &FAST,
            Profile::Proven => &PROVEN,
        }
    }

    /// The profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The key of a circuit, if it is there.
    #[must_use]
    pub fn get(&self, circuit: Circuit) -> Option<&VerifyingKey> {
        self.keys.iter().find(|(known, _)| *known == circuit).map(|(_, key)| key)
    }

    /// Adds, or replaces, the key of a circuit.
    pub fn insert(&mut self, circuit: Circuit, key: VerifyingKey) {
        self.keys.retain(|(known, _)| *known != circuit);
        self.keys.push((circuit, key));
    }

    /// The ids of the keys of these circuits.
    ///
    /// # Panics
    /// If one is not there: keys are computed from the leaves upwards.
    #[must_use]
    pub fn ids(&self, circuits: impl IntoIterator<Item = Circuit>) -> Vec<Digest> {
        circuits.into_iter().map(|circuit| self[circuit].id()).collect()
    }

    /// Compares a circuit as built with its key here.
    ///
    /// # Errors
    /// If it has another.
    ///
    /// # Panics
    /// If there is no key of it, which is so for no committed keys.
    pub fn check(&self, circuit: Circuit, key: &VerifyingKey) -> Result<(), KeyMismatch> {
        let known = &self[circuit];
        if known == key {
            return Ok(());
        }
        Err(KeyMismatch { circuit, profile: self.profile, expected: known.id(), got: key.id() })
    }

    /// Reads a file of keys: all circuits of the profile, in their order, and nothing else.
    ///
    /// # Errors
    /// The first line that is not as it should be.
    pub fn parse(text: &str, profile: Profile) -> Result<Self, KeysError> {
        let mut lines = (1..).zip(text.split('\n'));
        let mut next = || lines.next().unwrap_or_default();
        let unexpected = |line, expected: &str, got: &str| {
            let got = got.split(' ').next().unwrap_or_default().to_owned();
            KeysError::Line { line, expected: expected.to_owned(), got }
        };
        let header = header(profile);
        let (line, first) = next();
        if first != header {
            return Err(unexpected(line, &header, first));
        }
        let mut keys = Vec::new();
        for circuit in Circuit::all(profile) {
            let (line, text) = next();
            let start = format!("{circuit} 0x");
            let hexadecimal = text.strip_prefix(&start).ok_or_else(|| unexpected(line, &start, text))?;
            let bad = |cause: String| KeysError::Key { line, cause };
            let bytes = hex::decode(hexadecimal).map_err(|e| bad(e.to_string()))?;
            keys.push((circuit, VerifyingKey::from_bytes(&bytes).map_err(|e| bad(e.to_string()))?));
        }
        match (lines.next(), lines.next()) {
            (Some((_, "")), None) => Ok(Self { profile, keys }),
            (rest, _) => Err(unexpected(keys.len() + 2, "the end of the last line", rest.map_or("", |(_, text)| text))),
        }
    }
}

/// The key of a circuit. Committed keys lack none of their profile's circuits.
impl Index<Circuit> for Keys {
    type Output = VerifyingKey;

    fn index(&self, circuit: Circuit) -> &VerifyingKey {
        self.get(circuit).unwrap_or_else(|| panic!("no key of {circuit} in profile {}", self.profile))
    }
}

fn header(profile: Profile) -> String {
    format!("furl-keys 1 {profile}")
}

impl fmt::Display for Keys {
    /// The file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", header(self.profile))?;
        self.keys.iter().try_for_each(|(circuit, key)| writeln!(f, "{circuit} 0x{}", hex::encode(key.to_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_keys_are_read_back() {
        for (text, profile) in [
            (include_str!("../pins/keys-fast.txt"), Profile::Fast),
            (include_str!("../pins/keys-proven.txt"), Profile::Proven),
        ] {
            let keys = Keys::parse(text, profile).unwrap();
            assert_eq!(keys.to_string(), text);
            assert_eq!(&keys, Keys::committed(profile));
            assert_eq!(keys.keys.len(), Circuit::all(profile).len());
            for (circuit, key) in &keys.keys {
                assert_eq!(keys.check(*circuit, key), Ok(()));
                assert_eq!(VerifyingKey::from_bytes(&key.to_bytes()).as_ref(), Ok(key));
            }
        }
    }

    #[test]
    fn every_line_counts() {
        let text = Keys::committed(Profile::Fast).to_string();
        let lines: Vec<&str> = text.lines().collect();
        let refused = |lines: &[&str]| Keys::parse(&(lines.join("\n") + "\n"), Profile::Fast).unwrap_err();
        for i in 0..lines.len() {
            let mut fewer = lines.clone();
            fewer.remove(i);
            assert!(matches!(refused(&fewer), KeysError::Line { line, .. } if line == i + 1));
            let mut twice = lines.clone();
            twice.insert(i, lines[i]);
            assert!(matches!(refused(&twice), KeysError::Line { line, .. } if line == i + 2));
            let mut spoilt = lines.clone();
            let longer = format!("{}00", lines[i]);
            spoilt[i] = &longer;
            assert!(
                matches!(refused(&spoilt), KeysError::Line { line, .. } | KeysError::Key { line, .. } if line == i + 1)
            );
        }
        assert!(Keys::parse(&text, Profile::Proven).is_err());
        assert!(Keys::parse(text.trim_end(), Profile::Fast).is_err());
        assert!(Keys::parse("", Profile::Fast).is_err());
    }

    #[test]
    fn a_key_has_one_encoding() {
        let key = Keys::committed(Profile::Fast).get(Circuit::Root(0)).unwrap();
        let bytes = key.to_bytes();
        assert_eq!(bytes.len(), VerifyingKey::BYTES);
        let shorter = VerifyingKey::from_bytes(&bytes[1..]);
        assert_eq!(shorter, Err(VerifyingKeyError::Length { got: VerifyingKey::BYTES - 1 }));
        let mut alias = bytes.clone();
        alias[8..16].copy_from_slice(&F::ORDER.to_le_bytes());
        let refused = VerifyingKey::from_bytes(&alias);
        assert_eq!(refused, Err(VerifyingKeyError::NonCanonical { offset: 8, got: F::ORDER }));
    }

    /// The digest and every hash of the cap are in the id.
    #[test]
    fn every_element_is_in_the_id() {
        let key = Keys::committed(Profile::Fast).get(Circuit::Root(0)).unwrap();
        for element in 0..VerifyingKey::ELEMENTS {
            let mut bytes = key.to_bytes();
            bytes[8 * element] ^= 1;
            let other = VerifyingKey::from_bytes(&bytes).unwrap();
            assert_ne!(other.id(), key.id(), "element {element}");
            let mismatch = Keys::committed(Profile::Fast).check(Circuit::Root(0), &other).unwrap_err();
            assert_eq!((mismatch.expected, mismatch.got), (key.id(), other.id()));
        }
    }

    #[test]
    fn keys_are_distinct_within_a_profile() {
        for profile in Profile::ALL {
            let mut ids = Keys::committed(profile).ids(Circuit::all(profile));
            let count = ids.len();
            ids.sort_by_key(Digest::limbs);
            ids.dedup();
            assert_eq!(ids.len(), count);
        }
    }
}
