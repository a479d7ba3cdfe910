//! # The contract that checks a wrapped proof
//!
//! [`generate`] writes a Solidity contract for one verifying key: the same key gives the same text. The contract does what the native
//! verifier does, in the same order, as straight assembly over memory of its own:
//!
//! | stage | here |
//! |---|---|
//! | numbers below their modulus, no point at infinity, challenges | `verifier.sol` |
//! | one inversion for all quotients; rows and constraints at $x$ | `constraints` |
//! | the opening as one sum of points, one equation of pairings | `opening` |
//!
//! The key's numbers are constants in the code, as are those of the circuit (Poseidon2's, of decision 0009) and of its domain.
//!
//! Calldata is what `verify(uint256[9] scalars, uint256[78] proof)` has, 2,788 bytes and no more. The answer is the word 1, or a revert. All 17
//! points of a proof go through a precompile before that: it refuses what is not on the curve or not below $q$.
//!
//! Sums are reduced late. All words are below $r$, and $5r < 2^{256}$: up to five are added as they are, and `mulmod` reduces.

use halo2_proofs::halo2curves::CurveAffine as _;
use halo2_proofs::halo2curves::bn256::{Fq, Fr, G1Affine, G2, G2Affine};
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField};
use halo2_proofs::halo2curves::group::cofactor::CofactorGroup as _;
use halo2_proofs::halo2curves::group::prime::PrimeCurveAffine as _;
use sha3::{Digest as _, Keccak256};
use thiserror::Error;

use crate::key_file;
use crate::setup;

mod constraints;
mod layout;
mod opening;

/// The text around what is generated.
const TEMPLATE: &str = include_str!("verifier.sol");

/// Where a name is put into the text.
const MARK: &str = "//// ";

/// Why there is no contract for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ContractError {
    /// The bytes are not a key of this version.
    #[error("not a verifying key of version 1")]
    Header,
    /// The circuit's size is out of range.
    #[error("the circuit has 2^17 to 2^28 rows, got 2^{0}")]
    Rows(u32),
    /// A number is not below its modulus.
    #[error("the number at byte {0} of the key is not below its modulus")]
    Number(usize),
    /// A point is not on the curve, or is that at infinity.
    #[error("the point at byte {0} of the key is not on the curve, or at infinity")]
    OffCurve(usize),
    /// A point of the second group's curve is not in the group.
    #[error("the point at byte {0} of the key is not in the group")]
    Subgroup(usize),
}

/// A key, as the contract has it.
struct Key {
    insecure: bool,
    k: u32,
    circuit: Fr,
    /// $P, Q, R, S, C_0, C_1, T$, and the permutation of $X_0, Y_0, X_1, Y_1$.
    points: [[String; 2]; 11],
    /// $\tau$ in the second group, as words.
    tau: [String; 4],
}

/// The contract for a key, as Solidity.
///
/// # Errors
/// If the bytes are not a key.
pub fn generate(key: &[u8; key_file::BYTES]) -> Result<String, ContractError> {
    let digest = Keccak256::digest(key);
    let key = Key::parse(key)?;
    let blocks = [
        ("notice", notice(&key, &digest)),
        ("insecure", format!("bool public constant INSECURE = {};", key.insecure)),
        ("digest", format!("bytes32 public constant KEY = 0x{};", hex::encode(digest))),
        ("memory", layout::names()),
        ("checks", layout::checks()),
        ("circuit", format!("mstore(CIRCUIT, {})", word(&key.circuit))),
        ("squares", vec!["power := mulmod(power, power, r)"; key.k as usize].join("\n")),
        ("rows", constraints::rows(key.k)),
        ("points", opening::distances(key.k)),
        ("invert", layout::invert()),
        ("lagrange", constraints::lagrange(key.k)),
        ("constraints", constraints::fold()),
        ("values", opening::values(key.k)),
        ("terms", opening::terms(&key)),
        ("pairing", opening::pairing(&key)),
    ];
    Ok(fill(&blocks))
}

/// The template, with each block in place of its mark, as far in as the mark.
fn fill(blocks: &[(&str, String)]) -> String {
    let mut text = String::new();
    for line in TEMPLATE.lines() {
        let Some((indent, name)) = line.split_once(MARK) else {
            text += line;
            text.push('\n');
            continue;
        };
        let block = blocks.iter().find(|(block, _)| *block == name);
        let (_, block) = block.unwrap_or_else(|| panic!("the template has the mark {name}"));
        for line in block.lines() {
            if !line.is_empty() {
                text += indent;
                text += line;
            }
            text.push('\n');
        }
    }
    text
}

fn notice(key: &Key, digest: &[u8]) -> String {
    let mut text = format!(
        "/// @notice For the verifying key with the Keccak-256 hash\n/// 0x{}, of 2^{} rows.",
        hex::encode(digest),
        key.k
    );
    if key.insecure {
        text += "\n/// @notice INSECURE: the secret of this key's setup is published, and whoever reads it can prove anything.";
    }
    text
}

impl Key {
    fn parse(bytes: &[u8; key_file::BYTES]) -> Result<Self, ContractError> {
        let [magic, version, origin, k] = [0..8, 8..12, 12..16, 16..20].map(|range| &bytes[range]);
        let origin = match origin {
            [0, 0, 0, 0] => false,
            [1, 0, 0, 0] => true,
            _ => return Err(ContractError::Header),
        };
        if magic != key_file::MAGIC || version != key_file::VERSION.to_le_bytes() || bytes[20..32] != [0; 12] {
            return Err(ContractError::Header);
        }
        let k = k.iter().rev().fold(0, |k, byte| (k << 8) | u32::from(*byte));
        if !(17..=Fr::S).contains(&k) {
            return Err(ContractError::Rows(k));
        }
        let mut points = <[[String; 2]; 11]>::default();
        for (i, point) in points.iter_mut().enumerate() {
            let offset = 64 + 64 * i;
            let (x, y) = (number::<Fq>(bytes, offset)?, number::<Fq>(bytes, offset + 32)?);
            let on_curve: Option<G1Affine> = G1Affine::from_xy(x, y).into();
            // Two zeros are the library's point at infinity, and no point of ours.
            let is_point = on_curve.is_some_and(|point| !bool::from(point.is_identity()));
            if !is_point {
                return Err(ContractError::OffCurve(offset));
            }
            *point = [word(&x), word(&y)];
        }
        let tau = [768, 800, 832, 864].map(|offset| number::<Fq>(bytes, offset));
        let [x1, x0, y1, y0] = tau;
        let (x1, x0, y1, y0) = (x1?, x0?, y1?, y0?);
        let point: Option<G2Affine> = G2Affine::from_xy(
            halo2_proofs::halo2curves::bn256::Fq2::new(x0, x1),
            halo2_proofs::halo2curves::bn256::Fq2::new(y0, y1),
        )
        .into();
        let point = point.filter(|point| !bool::from(point.is_identity())).ok_or(ContractError::OffCurve(768))?;
        if !bool::from(G2::from(point).is_torsion_free()) {
            return Err(ContractError::Subgroup(768));
        }
        Ok(Self {
            // Whatever the header says.
            insecure: origin || setup::is_insecure(&point),
            k,
            circuit: number(bytes, 32)?,
            points,
            tau: [x1, x0, y1, y0].map(|coordinate| word(&coordinate)),
        })
    }
}

/// A number of a key.
fn number<T: PrimeField<Repr = [u8; 32]>>(bytes: &[u8], offset: usize) -> Result<T, ContractError> {
    let mut repr: [u8; 32] = bytes[offset..offset + 32].try_into().expect("a word of the key");
    repr.reverse();
    Option::from(T::from_repr(repr)).ok_or(ContractError::Number(offset))
}

/// A number as a literal.
fn word(value: &impl PrimeField<Repr = [u8; 32]>) -> String {
    let mut bytes = value.to_repr();
    bytes.reverse();
    format!("0x{}", hex::encode(bytes))
}

/// $\omega^i$, of the domain of $2^k$ rows.
fn root(k: u32, power: i64) -> Fr {
    let root = (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square());
    let base = if power < 0 { root.invert().expect("a root of unity is not zero") } else { root };
    base.pow_vartime([power.unsigned_abs()])
}

/// The generator of the second group, as words.
fn generator() -> [String; 4] {
    let g = G2Affine::generator();
    [g.x.c1, g.x.c0, g.y.c1, g.y.c0].map(|coordinate| word(&coordinate))
}

/// $a b \bmod r$.
fn mul(a: impl AsRef<str>, b: impl AsRef<str>) -> String {
    format!("mulmod({}, {}, r)", a.as_ref(), b.as_ref())
}

/// $a + b$, not reduced.
fn add(a: impl AsRef<str>, b: impl AsRef<str>) -> String {
    format!("add({}, {})", a.as_ref(), b.as_ref())
}

/// $a - b$, not reduced; $b$ at most $r$.
fn sub(a: impl AsRef<str>, b: impl AsRef<str>) -> String {
    format!("add({}, sub(r, {}))", a.as_ref(), b.as_ref())
}

/// A word of the contract's memory, by its name.
fn at(name: impl AsRef<str>) -> String {
    format!("mload({})", name.as_ref())
}

/// A polynomial in `x` from its coefficients, the highest first; each step is reduced but the last. Arguments are evaluated from the last
/// on: what is nested stands late, so that little waits on the stack meanwhile.
fn horner(x: &str, coefficients: impl IntoIterator<Item = String>) -> String {
    coefficients.into_iter().reduce(|sum, next| add(next, mul(x, sum))).expect("a coefficient")
}
