//! # The opening
//!
//! With $d_k = u - p_k$ the distance of $u$ from each point of the native verifier's table, and all divided by the first set's
//! $D = d_0 d_1 d_2 d_3$, set $i$ has the weight $w_i = D / \prod d_k$, over its points, and the value $R$ of a polynomial of the set at $u$ counts
//!
//! $$ w_i R(u) = D \sum_k \frac{1}{d_k} \cdot \frac{1}{\prod_{m \ne k} (p_k - p_m)} \cdot R(p_k). $$
//!
//! The points are $x$ times constants, so the second factor is a constant times a power of $1/x$: nothing more is inverted. The first
//! polynomial of the first set has the weight 1, and needs no multiplication.

use halo2_proofs::halo2curves::bn256::Fr;

use super::layout::OPENED;
use super::{Key, add, at, generator, mul, root, sub, word};

/// The points: $x$ times $\omega$ to these powers.
const POWERS: [i64; OPENED] = [0, 1, 2, 3, 4, -1, -8];

/// What is opened at the same points: which points, and the polynomials in order.
const SETS: [(&[usize], &[&str]); 7] = [
    (&[0, 1, 2, 3], &["X0", "Y0", "X1"]),
    (&[0, 1, 2], &["Y1"]),
    (&[0, 1, 2, 3, 4], &["L"]),
    (&[0, 1, 6], &["Z0"]),
    (&[0, 1], &["Z1", "ZL", "C0", "C1"]),
    (&[0, 5], &["INPUT"]),
    (&[0], &["TABLE", "P", "Q", "R", "S", "T", "SIGMA0", "SIGMA1", "SIGMA2", "SIGMA3", "QUOTIENT", "RANDOM"]),
];

/// Commitments that are the key's, in its order.
const FIXED: [&str; 11] = ["P", "Q", "R", "S", "C0", "C1", "T", "SIGMA0", "SIGMA1", "SIGMA2", "SIGMA3"];

/// The distances, and the products that weights are made of.
pub(super) fn distances(k: u32) -> String {
    let distance = |power: i64| match power {
        0 => sub("u", "x"),
        _ => add("u", mul("x", word(&-root(k, power)))),
    };
    let mut lines: Vec<_> =
        POWERS.iter().enumerate().map(|(i, power)| format!("mstore(AT{i}, {})", distance(*power))).collect();
    lines.push(format!("mstore(D3, {})", at("AT3")));
    lines.push(format!("mstore(D23, {})", mul(at("AT2"), at("D3"))));
    lines.push(format!("mstore(D123, {})", mul(at("AT1"), at("D23"))));
    lines.push(format!("mstore(D0123, {})", mul(at("AT0"), at("D123"))));
    lines.join("\n")
}

/// What the evaluations make of it all.
pub(super) fn values(k: u32) -> String {
    let mut lines: Vec<String> = vec![
        "let over1 := mload(OVER_X)".into(),
        format!("let over2 := {}", mul("over1", "over1")),
        format!("let over3 := {}", mul("over2", "over1")),
        format!("let over4 := {}", mul("over2", "over2")),
        "let value".into(),
        "let folded".into(),
    ];
    for (points, polynomials) in SETS.iter().rev() {
        for (index, k_point) in points.iter().enumerate() {
            let from = |m: &usize| root(k, POWERS[*k_point]) - root(k, POWERS[*m]);
            let others: Fr = points.iter().filter(|m| *m != k_point).map(from).product();
            let constant = others.invert().expect("points differ");
            // In steps: the stack is not deep enough for twelve.
            let mut evaluations = polynomials.iter().rev().map(|name| at(format!("{name}_{index}")));
            lines.push(format!("folded := {}", evaluations.next().expect("a set has a polynomial")));
            lines.extend(evaluations.map(|next| format!("folded := {}", add(next, mul("within", "folded")))));
            let over = at(format!("AT{k_point}"));
            let scale = if points.len() == 1 { over } else { mul(over, word(&constant)) };
            let term = mul("folded", scale);
            lines.push(match index {
                0 => format!("value := {term}"),
                // Five at most.
                _ => format!("value := {}", add("value", term)),
            });
        }
        let value = if points.len() == 1 { "value".into() } else { mul("value", format!("over{}", points.len() - 1)) };
        lines.push(format!("total := {}", add(mul("total", "among"), value)));
    }
    lines.join("\n")
}

/// One more term of the sum of points: `load` puts the point into place.
fn term(lines: &mut Vec<String>, load: Vec<String>, scalar: &str) {
    lines.extend(load);
    lines.push(format!("mstore(SCALAR, {scalar})"));
    // The multiplication is evaluated first.
    let multiplied = "staticcall(gas(), 7, BASE, 0x60, TERM, 0x40)";
    lines.push(format!("if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), {multiplied})) {{ break }}"));
}

/// The first term. It also shows that the precompiles are there: a call to an address without code succeeds, and answers nothing.
fn first_term(lines: &mut Vec<String>, load: Vec<String>, scalar: &str) {
    lines.extend(load);
    lines.push(format!("mstore(SCALAR, {scalar})"));
    for call in ["7, BASE, 0x60, TERM", "6, SUM, 0x80, SUM"] {
        // The call is evaluated first.
        let answered = format!("and(eq(returndatasize(), 0x40), staticcall(gas(), {call}, 0x40))");
        lines.push(format!("if iszero({answered}) {{ break }}"));
    }
}

/// A point of the proof.
fn sent(name: &str) -> Vec<String> {
    vec![format!("calldatacopy(BASE, SENT_{name}, 0x40)")]
}

/// A point that is known.
fn known([x, y]: &[String; 2]) -> Vec<String> {
    vec![format!("mstore(BASE, {x})"), format!("mstore(add(BASE, 0x20), {y})")]
}

/// The sum of all points.
pub(super) fn terms(key: &Key) -> String {
    let mut lines = Vec::new();
    let weights =
        ["1".into(), at("D3"), at("AT4"), mul(at("D23"), at("AT6")), at("D23"), mul(at("D123"), at("AT5")), at("D123")];
    for (i, ((_, polynomials), weight)) in SETS.iter().zip(weights).enumerate() {
        if i > 0 {
            lines.push(format!("power := {}", mul("power", "among")));
            lines.push(format!("weight := {}", mul("power", weight)));
        }
        for (j, name) in polynomials.iter().enumerate() {
            if j > 0 {
                lines.push(format!("weight := {}", mul("weight", "within")));
            }
            match FIXED.iter().position(|fixed| fixed == name) {
                _ if (i, j) == (0, 0) => lines.push("calldatacopy(SUM, SENT_X0, 0x40)".into()),
                _ if (i, j) == (0, 1) => first_term(&mut lines, sent(name), "weight"),
                Some(fixed) => term(&mut lines, known(&key.points[fixed]), "weight"),
                None if *name == "QUOTIENT" => quotient(&mut lines),
                None => term(&mut lines, sent(name), "weight"),
            }
        }
    }
    term(&mut lines, known(&["1".into(), "2".into()]), "sub(r, mload(CONSTANT))");
    term(&mut lines, sent("FOLDED"), "sub(r, mload(D0123))");
    term(&mut lines, sent("OPENING"), "mload(U)");
    lines.join("\n")
}

/// The quotient's pieces, of $2^k$ coefficients each.
fn quotient(lines: &mut Vec<String>) {
    term(lines, sent("Q0"), "weight");
    lines.push("let piece := weight".into());
    for name in ["Q1", "Q2", "Q3"] {
        lines.push(format!("piece := {}", mul("piece", at("POWER"))));
        term(lines, sent(name), "piece");
    }
}

/// The points of the second group, each after its partner of the first.
pub(super) fn pairing(key: &Key) -> String {
    let place =
        |first: usize| move |(i, word): (usize, &String)| format!("mstore(add(PAIRS, {:#x}), {word})", first + 32 * i);
    let generator = generator();
    let lines = generator.iter().enumerate().map(place(0x40)).chain(key.tau.iter().enumerate().map(place(0x100)));
    lines.collect::<Vec<_>>().join("\n")
}
