//! # The contract's memory
//!
//! The payload (circuit, public scalars, proof) lies as it is hashed; after it, what is computed. Every word has a name.

use super::{at, mul};

/// Where the circuit's scalar is; public scalars and proof follow.
const START: usize = 0x80;
/// Bytes of a word.
const WORD: usize = 32;

/// The proof's points, in order; the last two come after the evaluations.
pub(super) const POINTS: [&str; 17] = [
    "X0", "Y0", "X1", "Y1", "L", "INPUT", "TABLE", "Z0", "Z1", "ZL", "RANDOM", "Q0", "Q1", "Q2", "Q3", "FOLDED",
    "OPENING",
];

/// The proof's evaluations, in order: of what, and at how many points.
const EVALUATIONS: [(&str, usize); 22] = [
    ("X0", 4),
    ("Y0", 4),
    ("X1", 4),
    ("Y1", 3),
    ("L", 5),
    ("P", 1),
    ("Q", 1),
    ("R", 1),
    ("S", 1),
    ("C0", 2),
    ("C1", 2),
    ("T", 1),
    ("RANDOM", 1),
    ("SIGMA0", 1),
    ("SIGMA1", 1),
    ("SIGMA2", 1),
    ("SIGMA3", 1),
    ("Z0", 3),
    ("Z1", 2),
    ("ZL", 2),
    ("INPUT", 2),
    ("TABLE", 1),
];

/// Public scalars.
pub(super) const PUBLICS: usize = 9;
/// Rows whose polynomials are needed: from 8 before the first to 8 after.
pub(super) const ROWS: usize = 17;
/// Points at which something is opened.
pub(super) const OPENED: usize = 7;
/// What is inverted: for each row, for each point, for $x$ and for what vanishes on the domain.
const INVERTED: usize = ROWS + OPENED + 2;

/// Numbers that the verifier computes.
const COMPUTED: [&str; 25] = [
    "BETA",
    "GAMMA",
    "Y",
    "Y4",
    "COMMON",
    "X",
    "WITHIN",
    "AMONG",
    "U",
    "POWER",
    "VANISHING",
    "INSTANCE",
    "FIRST",
    "LAST",
    "ACTIVE",
    "QUOTIENT_0",
    "CONSTANT",
    "D3",
    "D23",
    "D123",
    "D0123",
    "MIX0",
    "MIX1",
    "MIX2",
    "MIX3",
];

/// All names, with their places.
fn places() -> Vec<(String, usize)> {
    let mut places = Vec::new();
    let mut next = START;
    let mut place = |name: String, words: usize| {
        places.push((name, next));
        next += WORD * words;
    };
    place("CIRCUIT".into(), 1);
    (0..PUBLICS).for_each(|i| place(format!("PUBLIC{i}"), 1));
    POINTS[..15].iter().for_each(|point| place(format!("POINT_{point}"), 2));
    for (name, count) in EVALUATIONS {
        (0..count).for_each(|i| place(format!("{name}_{i}"), 1));
    }
    POINTS[15..].iter().for_each(|point| place(format!("POINT_{point}"), 2));
    COMPUTED.iter().for_each(|name| place((*name).into(), 1));
    (0..7).for_each(|i| place(format!("S{i}"), 1));
    // What is inverted is written over by its inverse.
    inverted().for_each(|name| place(name, 1));
    (0..INVERTED).for_each(|i| place(format!("BEFORE{i}"), 1));
    // The sum of points, what is added to it, and what is multiplied.
    place("SUM".into(), 2);
    place("TERM".into(), 2);
    place("BASE".into(), 2);
    place("SCALAR".into(), 1);
    // The second pairing's point and both of the second group; the first pairing's is the sum.
    place("HASH".into(), 3);
    place("PAIRS".into(), 12);
    places
}

/// What is inverted, in order.
fn inverted() -> impl Iterator<Item = String> {
    let rows = (0..ROWS).map(|i| format!("ROW{i}"));
    let points = (0..OPENED).map(|i| format!("AT{i}"));
    rows.chain(points).chain(["OVER_X".into(), "OVER_VANISHING".into()])
}

/// The names as constants, and where the proof's points are in calldata.
pub(super) fn names() -> String {
    let mut lines: Vec<_> =
        places().iter().map(|(name, place)| format!("uint256 private constant {name} = {place:#x};")).collect();
    for point in POINTS {
        let name = format!("POINT_{point}");
        let (_, place) = places().into_iter().find(|(other, _)| *other == name).expect("every point has a place");
        lines.push(format!("uint256 private constant SENT_{point} = {:#x};", 4 + place - START - WORD));
    }
    lines.join("\n")
}

/// All words that are scalars, below the modulus; no point two zeros.
pub(super) fn checks() -> String {
    let publics = (0..PUBLICS).map(|i| format!("PUBLIC{i}"));
    let evaluations = EVALUATIONS.iter().flat_map(|(name, count)| (0..*count).map(move |i| format!("{name}_{i}")));
    let scalars = publics.chain(evaluations).map(|name| format!("large := or(large, gt({}, last))", at(name)));
    let points = POINTS.map(|point| {
        format!(
            "zero := or(zero, iszero(or({}, {})))",
            at(format!("POINT_{point}")),
            at(format!("add(POINT_{point}, 0x20)"))
        )
    });
    scalars.chain(points).collect::<Vec<_>>().join("\n")
}

/// Turns all that is inverted into its inverses.
pub(super) fn invert() -> String {
    let mut lines = Vec::new();
    let names: Vec<_> = inverted().collect();
    for (i, name) in names.iter().enumerate() {
        lines.push(format!("mstore(BEFORE{i}, product)"));
        lines.push(format!("product := {}", mul("product", at(name))));
    }
    lines.push("product := inverse(product)".into());
    for (i, name) in names.iter().enumerate().rev() {
        lines.push(format!("element := {}", at(name)));
        lines.push(format!("mstore({name}, {})", mul("product", at(format!("BEFORE{i}")))));
        lines.push(format!("product := {}", mul("product", "element")));
    }
    lines.join("\n")
}
