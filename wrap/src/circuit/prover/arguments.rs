//! # The columns of the lookup and of the permutation
//!
//! Everything here is in values, row by row. Rows from $u = n - 8$ on are blinded.

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{BatchInvert as _, Field as _, PrimeField as _};
use rand_core::{OsRng, RngCore as _};
use rayon::prelude::*;

use super::super::table::{ADVICE, BLINDED, COPIED, LIMBS};
use super::Challenges;

/// Rows that one thread takes at a time, and that share an inversion.
const CHUNK: usize = 1 << 12;

/// So many random scalars, of the system's randomness.
pub(super) fn random(count: usize) -> Vec<Fr> {
    let mut scalars = Vec::with_capacity(count);
    let mut bytes = vec![0; 64 * CHUNK.min(count)];
    while scalars.len() < count {
        OsRng.fill_bytes(&mut bytes);
        scalars.extend(bytes.as_chunks::<64>().0.iter().take(count - scalars.len()).map(uniform));
    }
    scalars
}

fn uniform(bytes: &[u8; 64]) -> Fr {
    use halo2_proofs::halo2curves::ff::FromUniformBytes as _;
    Fr::from_uniform_bytes(bytes)
}

/// Overwrites the last rows, so many, by random scalars.
pub(super) fn blind(column: &mut [Fr], rows: usize) {
    let start = column.len() - rows;
    column[start..].copy_from_slice(&random(rows));
}

/// The lookup's columns $A'$, the limbs in order, and $S'$, the table in such an order that every limb of $A'$ is beside itself where it appears first. None if a
/// limb is not in the table.
pub(crate) fn permuted(limbs: &[Fr]) -> Option<[Vec<Fr>; 2]> {
    let rows = limbs.len() - BLINDED;
    let mut counts = vec![0usize; LIMBS];
    for limb in &limbs[..rows] {
        let bytes = limb.to_repr();
        let (low, high) = bytes.split_at(2);
        if high.iter().any(|byte| *byte != 0) {
            return None;
        }
        counts[usize::from(u16::from_le_bytes([low[0], low[1]]))] += 1;
    }
    let (mut input, mut table) = (Vec::with_capacity(limbs.len()), Vec::with_capacity(limbs.len()));
    // The table has every limb once, and zeroes in its other rows.
    let mut rest = counts.iter().enumerate().filter(|(_, count)| **count == 0).map(|(limb, _)| Fr::from(limb as u64));
    for (limb, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let limb = Fr::from(limb as u64);
        input.extend(std::iter::repeat_n(limb, *count));
        table.push(limb);
        table.extend((1..*count).map(|_| rest.next().unwrap_or(Fr::ZERO)));
    }
    for column in [&mut input, &mut table] {
        column.extend(random(BLINDED));
    }
    Some([input, table])
}

/// A running product of fractions from a first value on, and blinded; and its value in row $u$. `fraction` gives numerator and
/// denominator of a row.
fn product(n: usize, first: Fr, fraction: impl Fn(usize) -> (Fr, Fr) + Sync) -> (Vec<Fr>, Fr) {
    let rows = n - BLINDED;
    let mut fractions = vec![Fr::ONE; rows];
    fractions.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, fractions)| {
        let mut numerators = Vec::with_capacity(CHUNK);
        for (row, fraction_) in fractions.iter_mut().enumerate() {
            let (numerator, denominator) = fraction(chunk * CHUNK + row);
            numerators.push(numerator);
            *fraction_ = denominator;
        }
        fractions.iter_mut().batch_invert();
        fractions.iter_mut().zip(&numerators).for_each(|(fraction, numerator)| *fraction *= numerator);
    });
    let mut column = Vec::with_capacity(n);
    let mut running = first;
    column.push(running);
    for fraction in &fractions {
        running *= fraction;
        column.push(running);
    }
    column.extend(random(BLINDED - 1));
    (column, running)
}

/// $Z_0$ and $Z_1$.
pub(super) fn copies(
    advice: &[Vec<Fr>; ADVICE],
    targets: &[Vec<u32>; COPIED],
    omegas: &[Fr],
    Challenges { beta, gamma, .. }: Challenges,
) -> [Vec<Fr>; 2] {
    let n = omegas.len();
    let cosets: [Fr; COPIED] = std::array::from_fn(|i| Fr::DELTA.pow([i as u64]));
    // βδ^i and, for the cells that take part, βδ^i ω^row.
    let shifted = cosets.map(|coset| beta * coset);
    let fraction = |columns: std::ops::Range<usize>, row: usize| {
        columns.fold((Fr::ONE, Fr::ONE), |(numerator, denominator), i| {
            let value = advice[i][row] + gamma;
            let target = targets[i][row] as usize;
            let other = shifted[target / n] * omegas[target % n];
            (numerator * (value + shifted[i] * omegas[row]), denominator * (value + other))
        })
    };
    let (first, last) = product(n, Fr::ONE, |row| fraction(0..3, row));
    let (second, _) = product(n, last, |row| fraction(3..COPIED, row));
    [first, second]
}

/// $Z_L$.
pub(super) fn lookup(
    limbs: &[Fr],
    [input, table]: &[Vec<Fr>; 2],
    Challenges { beta, gamma, .. }: Challenges,
) -> Vec<Fr> {
    let fraction = |row: usize| {
        let entry = if row < LIMBS { Fr::from(row as u64) } else { Fr::ZERO };
        ((limbs[row] + beta) * (entry + gamma), (input[row] + beta) * (table[row] + gamma))
    };
    product(limbs.len(), Fr::ONE, fraction).0
}
