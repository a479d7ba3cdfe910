//! # Evaluations and openings
//!
//! SHPLONK, as [`prove`](super::super::prove) describes it. With $P_i = \sum_j y^j P_{ij}$ for the polynomials of set $i$, its first
//! message is the quotient $h = \sum_i v^i \lfloor P_i / Z_i \rfloor$ with $Z_i = \prod_{p \in T_i} (X - p)$, the second
//!
//! $$ \frac{1}{t_0} \Bigl\lfloor \frac{\sum_i v^i t_i P_i - \prod_p (u - p)\, h}{X - u} \Bigr\rfloor. $$
//!
//! What has to be subtracted to make the divisions exact are remainders, which a division leaves anyway.

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;
use rayon::prelude::*;

/// Coefficients that one thread takes at a time.
const CHUNK: usize = 1 << 12;

/// Polynomials that are opened at the same points.
pub(super) struct Set<'a> {
    /// In powers of $\omega$, times $x$.
    pub(super) rows: &'static [i32],
    pub(super) polynomials: Vec<&'a [Fr]>,
}

/// A polynomial's value.
pub(super) fn evaluate(polynomial: &[Fr], x: Fr) -> Fr {
    polynomial.iter().rev().fold(Fr::ZERO, |sum, coefficient| sum * x + coefficient)
}

/// $\sum_i f_i P_i$.
pub(super) fn combine(terms: &[(Fr, &[Fr])]) -> Vec<Fr> {
    let mut sum = vec![Fr::ZERO; terms.first().map_or(0, |(_, polynomial)| polynomial.len())];
    sum.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, sum)| {
        for (factor, polynomial) in terms {
            let polynomial = &polynomial[chunk * CHUNK..];
            sum.iter_mut().zip(polynomial).for_each(|(sum, coefficient)| *sum += *factor * coefficient);
        }
    });
    sum
}

/// Divides by $X - p$, and forgets the remainder.
fn divide(polynomial: &mut [Fr], p: Fr) {
    let mut carry = Fr::ZERO;
    for coefficient in polynomial.iter_mut().rev() {
        let here = *coefficient;
        *coefficient = carry;
        carry = carry * p + here;
    }
}

fn powers(x: Fr) -> impl Iterator<Item = Fr> {
    std::iter::successors(Some(Fr::ONE), move |power| Some(*power * x))
}

/// The first message, and what the second is made of.
pub(super) struct Opening {
    /// $P_i$, and the points $T_i$.
    sets: Vec<(Vec<Fr>, Vec<Fr>)>,
    v: Fr,
    pub(super) quotient: Vec<Fr>,
}

impl Opening {
    /// For the challenges $y$ and $v$, and the point of a row.
    pub(super) fn new(sets: &[Set<'_>], [y, v]: [Fr; 2], point: impl Fn(i32) -> Fr) -> Self {
        let sets: Vec<(Vec<Fr>, Vec<Fr>)> = sets
            .iter()
            .map(|set| {
                let terms: Vec<(Fr, &[Fr])> = powers(y).zip(set.polynomials.iter().copied()).collect();
                (combine(&terms), set.rows.iter().map(|row| point(*row)).collect())
            })
            .collect();
        let quotients: Vec<Vec<Fr>> = sets
            .par_iter()
            .map(|(sum, points)| {
                let mut quotient = sum.clone();
                points.iter().for_each(|point| divide(&mut quotient, *point));
                quotient
            })
            .collect();
        let terms: Vec<(Fr, &[Fr])> = powers(v).zip(quotients.iter().map(Vec::as_slice)).collect();
        let quotient = combine(&terms);
        Self { sets, v, quotient }
    }

    /// The second message, for the challenge $u$.
    pub(super) fn last(self, u: Fr) -> Vec<Fr> {
        let mut all: Vec<Fr> = Vec::new();
        self.sets.iter().flat_map(|(_, points)| points).for_each(|point| {
            if !all.contains(point) {
                all.push(*point);
            }
        });
        let vanishing = |points: &mut dyn Iterator<Item = &Fr>| points.map(|point| u - point).product::<Fr>();
        let others: Vec<Fr> =
            self.sets.iter().map(|(_, points)| vanishing(&mut all.iter().filter(|p| !points.contains(p)))).collect();
        // u is a hash: it is none of the points.
        let first = others[0].invert().unwrap_or(Fr::ZERO);
        let mut terms: Vec<(Fr, &[Fr])> = powers(self.v)
            .zip(&others)
            .zip(&self.sets)
            .map(|((power, other), (sum, _))| (first * power * other, sum.as_slice()))
            .collect();
        terms.push((-first * vanishing(&mut all.iter()), &self.quotient));
        let mut opening = combine(&terms);
        divide(&mut opening, u);
        opening
    }
}
