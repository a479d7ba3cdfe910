//! # The constraints at $x$
//!
//! Decision 0009's, folded by powers of $y$. The four constraints of a step are one sum: with $E = \sum_j y^{3-j} (x_{4+j} - c_j)$, common to all
//! kinds, a step adds its selector times $E - \sum_j y^{3-j} \text{next}_j$, and what the step is linear in gets its column of coefficients, folded.

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::PrimeField as _;

use super::layout::{PUBLICS, ROWS};
use super::{add, at, horner, mul, root, sub, word};
use crate::circuit::COEFFICIENTS;

/// The rows before the first whose polynomials are needed.
const TAIL: usize = 8;

/// $x$ less each row's point.
pub(super) fn rows(k: u32) -> String {
    let row = |i: usize| {
        let power = root(k, i as i64 - TAIL as i64);
        format!("mstore(ROW{i}, {})", add("x", word(&-power)))
    };
    (0..ROWS).map(row).collect::<Vec<_>>().join("\n")
}

/// What is 1 in some rows: $\omega^i (x^n - 1) / (n (x - \omega^i))$ each. `ROW`s are inverses.
pub(super) fn lagrange(k: u32) -> String {
    let n = Fr::from(1u64 << k).invert().expect("a power of two is not zero");
    let row = |i: usize| mul(at(format!("ROW{i}")), word(&(root(k, i as i64 - TAIL as i64) * n)));
    let mut lines = vec![
        format!("mstore(FIRST, {})", mul("vanishing", row(TAIL))),
        format!("mstore(LAST, {})", mul("vanishing", row(0))),
        "let sum".into(),
    ];
    // Seven rows are blinded; the last that counts is before them.
    sum(&mut lines, (1..TAIL).map(row));
    let blinded = add(mul("vanishing", "sum"), at("LAST"));
    lines.push(format!("mstore(ACTIVE, addmod(1, sub(mul(r, 2), {blinded}), r))"));
    sum(&mut lines, (0..PUBLICS).map(|i| mul(row(TAIL + i), at(format!("PUBLIC{i}")))));
    lines.push(format!("mstore(INSTANCE, {})", mul("vanishing", "sum")));
    lines.join("\n")
}

/// `sum` of reduced terms, itself reduced every four.
fn sum(lines: &mut Vec<String>, terms: impl Iterator<Item = String>) {
    for (index, term) in terms.enumerate() {
        lines.push(match index {
            0 => format!("sum := {term}"),
            _ if index % 4 == 0 => format!("sum := addmod(sum, {term}, r)"),
            _ => format!("sum := {}", add("sum", term)),
        });
    }
}

/// $x_i$: inputs of S-boxes.
fn x(i: usize) -> String {
    at(format!("X{}_{}", i % 2, i / 2))
}

/// $y_i$: their squares.
fn y(i: usize) -> String {
    at(format!("Y{}_{}", i % 2, i / 2))
}

/// $z_i$: their results.
fn z(i: usize) -> String {
    at(format!("S{i}"))
}

/// Four numbers, folded; below $2r$.
fn four(numbers: [String; 4]) -> String {
    horner("y", numbers)
}

/// A column of four coefficients, folded.
fn column(matrix: &[[Fr; 4]; 4], i: usize) -> String {
    four([0, 1, 2, 3].map(|j| word(&matrix[j][i])))
}

/// A sum of up to eight products, reduced once: four at a time fit into a word.
fn products(pairs: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let mut terms: Vec<_> = pairs.into_iter().map(|(a, b)| mul(a, b)).collect();
    let rest = terms.split_off(terms.len() / 2);
    let [terms, rest] = [terms, rest].map(|half| {
        assert!(half.len() <= 4, "four numbers below r fit into a word");
        half.into_iter().reduce(|sum, next| add(next, sum)).expect("a sum has two terms")
    });
    vec![format!("next := addmod({terms}, {rest}, r)")]
}

/// Where a selector has `value`, of 1 to `values`.
fn pick(selector: &str, value: u64, values: u64) -> String {
    let selector = at(format!("{selector}_0"));
    (1..=values)
        .filter(|other| *other != value)
        .fold(selector.clone(), |product, other| mul(product, sub(other.to_string(), &selector)))
}

/// A step's four constraints; `next` is reduced.
fn step(lines: &mut Vec<String>, picked: String, next: Vec<String>) {
    lines.extend(next);
    lines.push(format!("sum := {}", add(mul("sum", at("Y4")), mul(picked, sub(at("COMMON"), "next")))));
}

/// One constraint.
fn constraint(lines: &mut Vec<String>, value: String) {
    lines.push(format!("sum := {}", add(mul("sum", "y"), value)));
}

/// All constraints, folded into `sum`.
pub(super) fn fold() -> String {
    let mut lines = Vec::new();
    for i in 0..7 {
        lines.push(format!("mstore(S{i}, {})", mul(x(i), mul(y(i), y(i)))));
    }
    let differences = ["C0_0", "C1_0", "C0_1", "C1_1"].map(at);
    let [c0, c1, c2, c3] = differences;
    lines.push(format!("mstore(COMMON, {})", four([sub(x(4), c0), sub(x(5), c1), sub(x(6), c2), sub(x(7), c3)])));
    // Columns of the outer matrix: 16 times a number below r would not fit into a word.
    for i in 0..4 {
        lines.push(format!("mstore(MIX{i}, {})", column(&COEFFICIENTS.external, i)));
    }
    lines.push("let next".into());
    steps(&mut lines);
    arithmetic(&mut lines);
    for part in [limbs, permutation] {
        // Scopes: the stack has 16 places in reach.
        lines.push("{".into());
        part(&mut lines);
        lines.push("}".into());
    }
    lines.join("\n")
}

/// The steps from S-boxes on.
fn steps(lines: &mut Vec<String>) {
    let c = &*COEFFICIENTS;
    let mix = |i: usize| at(format!("MIX{i}"));
    step(lines, pick("P", 1, 2), products((0..4).map(|i| (mix(i), z(i)))));
    let partial = (0..4).map(|i| (word(&c.b[i]), four([z(i), z(i + 1), z(i + 2), z(i + 3)])));
    let back = (1..4).map(|i| (word(&-c.a[i]), four([x(i), x(i + 1), x(i + 2), x(i + 3)])));
    step(lines, pick("P", 2, 2), products(partial.chain(back)));
    let fresh = [
        (z(4), horner("y", [word(&c.g[1]), word(&c.g[2]), word(&c.g[3])])),
        (z(5), horner("y", [word(&c.g[1]), word(&c.g[2])])),
        (z(6), word(&c.g[1])),
    ];
    step(lines, pick("Q", 1, 2), products((0..4).map(|i| (z(i), column(&c.f, i))).chain(fresh)));
    let leave = (0..4).flat_map(|i| [(z(i), column(&c.h, i)), (x(i), column(&c.k, i))]);
    step(lines, pick("Q", 2, 2), products(leave));
}

/// Multiply-add, squares, and what is absorbed.
fn arithmetic(lines: &mut Vec<String>) {
    let (c0, c1) = (at("C0_0"), at("C1_0"));
    // Three terms and two that are reduced together: five below r.
    let result = format!("addmod({}, {}, r)", add(add(mul(x(0), y(0)), mul(c0, x(1))), c1), at("INSTANCE"));
    constraint(lines, mul(pick("R", 1, 3), sub(y(1), result)));
    lines.push(format!("next := {}", pick("R", 2, 3)));
    constraint(lines, mul("next", sub(y(0), mul(x(0), x(0)))));
    constraint(lines, mul("next", sub(y(1), mul(x(1), x(1)))));
    let mix = |i: usize| at(format!("MIX{i}"));
    let input = |i: usize| if i < 3 { add(x(i), y(i)) } else { x(i) };
    step(lines, pick("R", 3, 3), products((0..4).map(|i| (mix(i), input(i)))));
}

/// Ranges, by limbs of 16 bits.
fn limbs(lines: &mut Vec<String>) {
    let limb = |i: usize| at(format!("L_{i}"));
    let (two16, two32, two64) = ("0x10000", "0x100000000", "0x10000000000000000");
    let pair = |i: usize| mul(format!("add({}, {})", limb(i), mul(limb(i + 1), two16)), "1");
    lines.push(format!("let low := {}", pair(0)));
    lines.push(format!("let high := {}", pair(2)));
    let four = add("low", mul("high", two32));
    let five = format!("addmod({four}, {}, r)", mul(limb(4), two64));
    constraint(lines, mul(pick("S", 1, 2), sub(x(1), five)));
    lines.push(format!("next := {}", pick("S", 2, 2)));
    constraint(lines, mul("next", sub(x(1), format!("addmod(low, {}, r)", mul("high", two32)))));
    let inverse = sub("1", mul(sub("high", "0xffffffff"), y(1)));
    constraint(lines, mul("next", mul("low", inverse)));
    constraint(lines, mul("next", sub(sub(y(0), x(0)), mul(at("C0_0"), x(1)))));
}

/// $s (1 - z)$ and $s (z^2 - z)$: a product begins with 1 and ends with 0 or 1.
fn begins(lines: &mut Vec<String>, product: &str) {
    constraint(lines, mul(at("FIRST"), sub("1", at(product))));
}

fn ends(lines: &mut Vec<String>, product: &str) {
    constraint(lines, mul(at("LAST"), sub(mul(at(product), at(product)), at(product))));
}

/// The permutation argument: cells that were copied are equal. Then the lookup.
fn permutation(lines: &mut Vec<String>) {
    begins(lines, "Z0_0");
    ends(lines, "Z1_0");
    constraint(lines, mul(at("FIRST"), sub(at("Z1_0"), at("Z0_2"))));
    let cells = ["X0_0", "Y0_0", "X1_0", "Y1_0"].map(at);
    lines.push(format!("let beta := {}", at("BETA")));
    lines.push(format!("let gamma := {}", at("GAMMA")));
    lines.push("let left".into());
    lines.push(format!("let place := {}", mul("beta", at("X"))));
    let delta = (0..Fr::S).fold(Fr::MULTIPLICATIVE_GENERATOR, |delta, _| delta.square());
    for (z, columns) in [("Z0", 0..3), ("Z1", 3..4)] {
        lines.push(format!("left := {}", at(format!("{z}_1"))));
        lines.push(format!("next := {}", at(format!("{z}_0"))));
        for i in columns {
            let cell = add(&cells[i], "gamma");
            lines.push(format!("left := {}", mul("left", add(&cell, mul("beta", at(format!("SIGMA{i}_0")))))));
            lines.push(format!("next := {}", mul("next", add(&cell, "place"))));
            if i < 3 {
                lines.push(format!("place := {}", mul("place", word(&delta))));
            }
        }
        constraint(lines, mul(at("ACTIVE"), sub("left", "next")));
    }
    lookup(lines);
}

/// The lookup: every limb stands in the table.
fn lookup(lines: &mut Vec<String>) {
    begins(lines, "ZL_0");
    ends(lines, "ZL_0");
    let [input, table] = ["INPUT_0", "TABLE_0"].map(at);
    let left = mul(at("ZL_1"), mul(add(&input, "beta"), add(&table, "gamma")));
    let right = mul(at("ZL_0"), mul(add(at("L_0"), "beta"), add(at("T_0"), "gamma")));
    constraint(lines, mul(at("ACTIVE"), sub(left, right)));
    lines.push(format!("next := {}", sub(&input, &table)));
    constraint(lines, mul(at("FIRST"), "next"));
    constraint(lines, mul(at("ACTIVE"), mul("next", sub(&input, at("INPUT_1")))));
}
