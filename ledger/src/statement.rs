//! # The statement
//!
//! What a proof of a batch claims, in plain integers and digests: *applying `count` valid transfers as batch `batch`
//! of this domain leads from `old_root` to `new_root`, pays its fees as `fees` says, and publishes the data that leads
//! from `data_in` to `data_out`.*
//!
//! There is one layout. Circuit, native verifier and contract all read it:
//!
//! | field      | elements | bytes | offset |
//! |------------|----------|-------|--------|
//! | `version`  | 1        | 4     | 0      |
//! | `domain`   | 4        | 32    | 4      |
//! | `batch`    | 1        | 4     | 36     |
//! | `old_root` | 4        | 32    | 40     |
//! | `new_root` | 4        | 32    | 72     |
//! | `count`    | 1        | 4     | 104    |
//! | `fees`     | 4        | 32    | 108    |
//! | `data_in`  | 4        | 32    | 140    |
//! | `data_out` | 4        | 32    | 172    |
//! | total      | 27       | 204   |        |
//!
//! Integers are 32-bit little-endian; a digest is four 64-bit little-endian limbs, each canonical.
//!
//! ## Of a piece
//!
//! A [piece](crate::cut) of a batch states the same of its own transfers, but for the fees: two digests stand in the place of
//! one. `fees_in` is the [open digest](crate::batch) of the lanes with what they have collected before, `fees_out` the open
//! digest after, or, if the piece is the last, the closed one. So a piece has 31 elements, or 236 bytes:
//!
//! | field                       | elements | bytes | offset |
//! |-----------------------------|----------|-------|--------|
//! | `version` … `count`         | 15       | 108   | 0      |
//! | `fees_in`                   | 4        | 32    | 108    |
//! | `fees_out`                  | 4        | 32    | 140    |
//! | `data_in`                   | 4        | 32    | 172    |
//! | `data_out`                  | 4        | 32    | 204    |
//! | total                       | 31       | 236   |        |
//!
//! **Not checked here:** that the claim is true (the proof shows that), that `old_root` is the current root, that
//! `batch` is the next batch (whoever accepts a proof compares them), and that `data_in` is the start of the chain (a
//! proof of a whole batch shows it; one of a piece has the chain that the piece before it left).

use plonky2_field::types::Field;
use serde::{Deserialize, Serialize};

use crate::{digest::Digest, field::F};

/// The version of the statement, and of all rules under it.
pub const VERSION: u32 = 1;

/// What a proof of a batch claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// [`VERSION`].
    #[serde(deserialize_with = "known_version")]
    pub version: u32,
    /// The domain's separator.
    pub domain: Digest,
    /// The number of the batch.
    pub batch: u32,
    /// The root before the batch.
    pub old_root: Digest,
    /// The root after the batch and its fee credits.
    pub new_root: Digest,
    /// How many transfers the batch has.
    pub count: u32,
    /// The digest of the fee lanes.
    pub fees: Digest,
    /// The data chain before the batch.
    pub data_in: Digest,
    /// The data chain after the batch.
    pub data_out: Digest,
}

/// What a proof of a piece of a batch claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PieceStatement {
    /// [`VERSION`].
    pub version: u32,
    /// The domain's separator.
    pub domain: Digest,
    /// The number of the batch.
    pub batch: u32,
    /// The root before the piece.
    pub old_root: Digest,
    /// The root after the piece, and after the fee credits if it is the last.
    pub new_root: Digest,
    /// How many transfers the piece has.
    pub count: u32,
    /// The open digest of the fee lanes before the piece.
    pub fees_in: Digest,
    /// The open digest of the fee lanes after the piece; the closed one if it is the last.
    pub fees_out: Digest,
    /// The data chain before the piece.
    pub data_in: Digest,
    /// The data chain after the piece.
    pub data_out: Digest,
}

/// Bytes that are not a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Too few or too many bytes.
    #[error("a statement has {expected} bytes, got {got}")]
    Length {
        /// How many it has: [`Statement::BYTES`] or [`PieceStatement::BYTES`].
        expected: usize,
        /// How many there were.
        got: usize,
    },
    /// A version that this code does not know.
    #[error("expected statement version {VERSION}, got {got}")]
    Version {
        /// The version.
        got: u32,
    },
    /// A limb of a digest is not below the field's modulus.
    #[error("the digest at byte {offset} is not canonical")]
    Digest {
        /// Where the digest starts.
        offset: usize,
    },
}

/// One field of the layout.
enum Part<'a> {
    Word(u32),
    Digest(&'a Digest),
}

impl Part<'_> {
    /// Parts as field elements, of which there are `N`.
    fn elements<const N: usize>(parts: &[Part<'_>]) -> [F; N] {
        let mut elements = [F::ZERO; N];
        let mut length = 0;
        let mut put = |field: &[F]| {
            elements[length..length + field.len()].copy_from_slice(field);
            length += field.len();
        };
        for part in parts {
            match part {
                Part::Word(word) => put(&[F::from_canonical_u32(*word)]),
                Part::Digest(digest) => put(&digest.0),
            }
        }
        elements
    }

    /// Parts as bytes, of which there are `N`.
    fn bytes<const N: usize>(parts: &[Part<'_>]) -> [u8; N] {
        let mut bytes = [0; N];
        let mut offset = 0;
        let mut put = |field: &[u8]| {
            bytes[offset..offset + field.len()].copy_from_slice(field);
            offset += field.len();
        };
        for part in parts {
            match part {
                Part::Word(word) => put(&word.to_le_bytes()),
                Part::Digest(digest) => put(&digest.to_bytes()),
            }
        }
        bytes
    }
}

impl Statement {
    /// How many bytes a statement has.
    pub const BYTES: usize = 204;
    /// How many field elements a statement has.
    pub const ELEMENTS: usize = 27;

    /// The layout: all fields, in order.
    fn parts(&self) -> [Part<'_>; 9] {
        let Self { version, domain, batch, old_root, new_root, count, fees, data_in, data_out } = self;
        [
            Part::Word(*version),
            Part::Digest(domain),
            Part::Word(*batch),
            Part::Digest(old_root),
            Part::Digest(new_root),
            Part::Word(*count),
            Part::Digest(fees),
            Part::Digest(data_in),
            Part::Digest(data_out),
        ]
    }

    /// The statement as field elements: the public inputs of a proof.
    pub fn elements(&self) -> [F; Self::ELEMENTS] {
        Part::elements(&self.parts())
    }

    /// The statement as bytes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        Part::bytes(&self.parts())
    }

    /// Reads a statement. Each statement has one encoding.
    ///
    /// # Errors
    /// Any other length, an unknown version, or a digest that is not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        let mut input = Input::new(bytes, Self::BYTES)?;
        let statement = Self {
            version: input.word(),
            domain: input.digest()?,
            batch: input.word(),
            old_root: input.digest()?,
            new_root: input.digest()?,
            count: input.word(),
            fees: input.digest()?,
            data_in: input.digest()?,
            data_out: input.digest()?,
        };
        known(statement.version).map(|()| statement)
    }
}

impl PieceStatement {
    /// How many bytes a piece's statement has.
    pub const BYTES: usize = 236;
    /// How many field elements a piece's statement has.
    pub const ELEMENTS: usize = 31;

    /// The layout: all fields, in order.
    fn parts(&self) -> [Part<'_>; 10] {
        let Self { version, domain, batch, old_root, new_root, count, fees_in, fees_out, data_in, data_out } = self;
        [
            Part::Word(*version),
            Part::Digest(domain),
            Part::Word(*batch),
            Part::Digest(old_root),
            Part::Digest(new_root),
            Part::Word(*count),
            Part::Digest(fees_in),
            Part::Digest(fees_out),
            Part::Digest(data_in),
            Part::Digest(data_out),
        ]
    }

    /// The statement as field elements: the public inputs of a proof.
    pub fn elements(&self) -> [F; Self::ELEMENTS] {
        Part::elements(&self.parts())
    }

    /// The statement as bytes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        Part::bytes(&self.parts())
    }

    /// Reads a statement. Each statement has one encoding.
    ///
    /// # Errors
    /// Any other length, an unknown version, or a digest that is not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        let mut input = Input::new(bytes, Self::BYTES)?;
        let statement = Self {
            version: input.word(),
            domain: input.digest()?,
            batch: input.word(),
            old_root: input.digest()?,
            new_root: input.digest()?,
            count: input.word(),
            fees_in: input.digest()?,
            fees_out: input.digest()?,
            data_in: input.digest()?,
            data_out: input.digest()?,
        };
        known(statement.version).map(|()| statement)
    }

    /// What this piece and its neighbour state together. That they are neighbours is not compared.
    #[must_use]
    pub fn joined(&self, next: &Self) -> Self {
        let count = self.count + next.count;
        Self { new_root: next.new_root, fees_out: next.fees_out, data_out: next.data_out, count, ..self.clone() }
    }

    /// What a batch states whose only piece this is. That fees start with nothing and end closed is not compared.
    #[must_use]
    pub fn of_batch(&self) -> Statement {
        let Self { version, domain, batch, old_root, new_root, count, fees_in: _, fees_out, data_in, data_out } = *self;
        Statement { version, domain, batch, old_root, new_root, count, fees: fees_out, data_in, data_out }
    }
}

fn known(version: u32) -> Result<(), StatementError> {
    if version == VERSION { Ok(()) } else { Err(StatementError::Version { got: version }) }
}

/// The bytes of a statement, read from the front.
struct Input<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Input<'a> {
    fn new(bytes: &'a [u8], expected: usize) -> Result<Self, StatementError> {
        let got = bytes.len();
        if got == expected { Ok(Self { bytes, offset: 0 }) } else { Err(StatementError::Length { expected, got }) }
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        let field = self.bytes[self.offset..].first_chunk().expect("the length was checked to be that of all fields");
        self.offset += N;
        *field
    }

    fn word(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn digest(&mut self) -> Result<Digest, StatementError> {
        let offset = self.offset;
        Digest::from_bytes(&self.take::<32>()).map_err(|_| StatementError::Digest { offset })
    }
}

/// Refuses an unknown version in JSON too.
fn known_version<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    known(version).map_err(serde::de::Error::custom)?;
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Tag, hash};

    fn statement() -> Statement {
        let digest = |number| hash(Tag::Node, &[F::from_canonical_u64(number)]);
        Statement {
            version: VERSION,
            domain: digest(1),
            batch: 0x01020304,
            old_root: digest(2),
            new_root: digest(3),
            count: u32::MAX,
            fees: digest(4),
            data_in: digest(5),
            data_out: digest(6),
        }
    }

    #[test]
    fn elements_and_bytes_follow_the_table() {
        let statement = statement();
        let elements = statement.elements();
        let bytes = statement.to_bytes();
        assert_eq!(
            (elements[0], elements[5], elements[14]),
            (F::ONE, F::from_canonical_u64(0x01020304), F::from_canonical_u64(0xffff_ffff))
        );
        assert_eq!(
            (&bytes[..4], &bytes[36..40], &bytes[104..108]),
            (&[1, 0, 0, 0][..], &[4, 3, 2, 1][..], &[255; 4][..])
        );
        let digests = [
            (1, 4, statement.domain),
            (6, 40, statement.old_root),
            (10, 72, statement.new_root),
            (15, 108, statement.fees),
            (19, 140, statement.data_in),
            (23, 172, statement.data_out),
        ];
        for (element, offset, digest) in digests {
            assert_eq!(elements[element..element + 4], digest.0);
            assert_eq!(bytes[offset..offset + 32], digest.to_bytes());
        }
    }

    #[test]
    fn bytes_round_trip_and_each_bit_counts() {
        let statement = statement();
        let bytes = statement.to_bytes();
        assert_eq!(Statement::from_bytes(&bytes), Ok(statement.clone()));
        for bit in 0..8 * bytes.len() {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            match Statement::from_bytes(&changed) {
                Ok(other) => assert!(other != statement && other.to_bytes() == changed, "bit {bit}"),
                Err(error) => assert!(matches!(error, StatementError::Version { .. } | StatementError::Digest { .. })),
            }
        }
    }

    #[test]
    fn other_lengths_and_non_canonical_limbs_are_refused() {
        let bytes = statement().to_bytes();
        for length in 0..bytes.len() {
            assert_eq!(
                Statement::from_bytes(&bytes[..length]),
                Err(StatementError::Length { expected: 204, got: length })
            );
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(Statement::from_bytes(&longer), Err(StatementError::Length { expected: 204, got: 205 }));
        for offset in [4, 40, 72, 108, 140, 172] {
            for limb in 0..4 {
                let mut spoiled = bytes;
                spoiled[offset + 8 * limb..][..8].copy_from_slice(&0xffff_ffff_0000_0001u64.to_le_bytes());
                assert_eq!(Statement::from_bytes(&spoiled), Err(StatementError::Digest { offset }));
            }
        }
        let mut other_version = bytes;
        other_version[0] = 2;
        assert_eq!(Statement::from_bytes(&other_version), Err(StatementError::Version { got: 2 }));
    }

    fn piece() -> PieceStatement {
        let Statement { version, domain, batch, old_root, new_root, count, fees, data_in, data_out } = statement();
        let fees_in = hash(Tag::Node, &[F::from_canonical_u64(7)]);
        PieceStatement { version, domain, batch, old_root, new_root, count, fees_in, fees_out: fees, data_in, data_out }
    }

    /// A piece's statement is a batch's with the digest of the fees before it in front of the one after it.
    #[test]
    fn a_piece_has_one_digest_more() {
        let (piece, batch) = (piece(), statement());
        assert_eq!(piece.of_batch(), batch);
        let (bytes, elements) = (piece.to_bytes(), piece.elements());
        assert_eq!((&bytes[..108], &bytes[140..]), (&batch.to_bytes()[..108], &batch.to_bytes()[108..]));
        assert_eq!((&elements[..15], &elements[19..]), (&batch.elements()[..15], &batch.elements()[15..]));
        assert_eq!((&bytes[108..140], &elements[15..19]), (&piece.fees_in.to_bytes()[..], &piece.fees_in.0[..]));
    }

    #[test]
    fn a_piece_s_bytes_round_trip_and_each_bit_counts() {
        let piece = piece();
        let bytes = piece.to_bytes();
        assert_eq!(PieceStatement::from_bytes(&bytes).as_ref(), Ok(&piece));
        for bit in 0..8 * bytes.len() {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            match PieceStatement::from_bytes(&changed) {
                Ok(other) => assert!(other != piece && other.to_bytes() == changed, "bit {bit}"),
                Err(error) => assert!(matches!(error, StatementError::Version { .. } | StatementError::Digest { .. })),
            }
        }
        for length in (0..bytes.len()).chain([237]) {
            let refused = PieceStatement::from_bytes(&[&bytes[..], &[0]].concat()[..length]);
            assert_eq!(refused, Err(StatementError::Length { expected: 236, got: length }));
        }
    }

    #[test]
    fn neighbours_are_joined() {
        let first = PieceStatement { count: 4, ..piece() };
        let digest = |number| hash(Tag::Node, &[F::from_canonical_u64(number)]);
        let (new_root, fees_out, data_out) = (digest(8), digest(9), digest(10));
        let last = PieceStatement { count: 3, new_root, fees_out, data_out, ..piece() };
        assert_eq!(first.joined(&last), PieceStatement { count: 7, new_root, fees_out, data_out, ..first });
    }

    #[test]
    fn json_round_trip_is_strict() {
        let statement = statement();
        let json = serde_json::to_string(&statement).unwrap();
        assert_eq!(serde_json::from_str::<Statement>(&json).unwrap(), statement);
        for (from, to) in [
            ("\"version\":1", "\"version\":2"),
            ("\"version\":1,", ""),
            ("\"version\":1", "\"version\":1,\"version\":1"),
            ("\"version\":1", "\"version\":1,\"other\":1"),
            ("\"count\":4294967295", "\"count\":4294967296"),
        ] {
            let spoiled = json.replacen(from, to, 1);
            assert_ne!(spoiled, json);
            assert!(serde_json::from_str::<Statement>(&spoiled).is_err(), "{spoiled}");
        }
    }
}
