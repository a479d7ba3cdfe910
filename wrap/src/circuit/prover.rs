//! # A prover for this circuit
//!
//! Sends the messages that halo2's prover would send for the same blinding, in the order that [`prove`](super::prove) lists, and computes them with
//! `furl-engine`'s lanes. Nothing here is trusted: every proof is verified by halo2's verifier before it is returned.
//!
//! | module | what |
//! |---|---|
//! | `parts` | what a proving key holds |
//! | `arguments` | the columns of the lookup and of the permutation |
//! | `quotient` | $N$ and the quotient, by the circuit's own formulas |
//! | `opening` | evaluations and SHPLONK |
//! | `words` | scalars as words |
//!
//! Commitments are to values, in the setup's Lagrange basis, where most scalars are small in some columns; to coefficients elsewhere. halo2 gives every
//! commitment a blinding factor which KZG does not use; there is none here. What blinds is the last rows of the columns, the random
//! polynomial, and nothing else.

use std::io;

use furl_engine::bn254::fft::Transform;
use furl_engine::bn254::msm::{Bases, msm};
use furl_engine::bn254::{Lanes, Task, Word};
use halo2_proofs::halo2curves::bn256::{Fr, G1Affine};
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use halo2_proofs::transcript::{EncodedChallenge as _, Transcript as _, TranscriptWrite as _};
use rayon::prelude::*;

pub(crate) mod arguments;
mod opening;
pub(crate) mod parts;
mod quotient;
pub(crate) mod words;

use opening::{Opening, Set, evaluate};
use parts::Parts;
use quotient::Columns;
use words::{affine, number, word};

use super::table::{ADVICE, BLINDED};
use super::transcript::Transcript;

/// The challenges that columns and quotient depend on.
#[derive(Clone, Copy, Debug, Default)]
struct Challenges {
    beta: Fr,
    gamma: Fr,
    y: Fr,
}

/// Why there is no proof.
#[derive(Debug)]
pub(super) enum Error {
    /// A limb is not in the table.
    Limb,
    /// A commitment is the point at infinity.
    Transcript(io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Transcript(error)
    }
}

/// halo2's root of unity of order $2^k$.
pub(crate) fn root(k: u32) -> Fr {
    (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square())
}

/// $1, \omega, \omega^2, \ldots$: the rows.
pub(crate) fn rows(k: u32) -> Vec<Fr> {
    std::iter::successors(Some(Fr::ONE), |power| Some(*power * root(k))).take(1 << k).collect()
}

/// Commitments to lists of scalars.
fn commit<L: Lanes>(coordinates: &L, bases: &Bases, lists: &[&[Fr]]) -> Vec<G1Affine> {
    msm(coordinates, bases, lists, word).iter().map(affine).collect()
}

/// Coefficients from values.
struct Interpolation<L: Lanes> {
    transform: Transform<L>,
    scale: Word,
}

impl<L: Lanes> Interpolation<L> {
    fn new(scalars: &L, k: u32) -> Self {
        let inverse = |x: Fr| x.invert().unwrap_or(Fr::ZERO);
        let transform = Transform::new(scalars, word(&inverse(root(k))), k);
        Self { transform, scale: word(&inverse(Fr::from(1 << k))) }
    }

    /// In place, so that values and coefficients are not there together.
    fn polynomial(&self, lanes: &L, values: &mut Vec<Fr>) {
        let one = word(&Fr::ONE);
        *values = self.transform.values(lanes, |row| word(&values[row]), &self.scale, &one, number);
    }

    fn polynomials<const N: usize>(&self, lanes: &L, mut columns: [Vec<Fr>; N]) -> [Vec<Fr>; N] {
        columns.par_iter_mut().with_max_len(1).for_each(|values| self.polynomial(lanes, values));
        columns
    }
}

/// A proof of a table's cells, written to a transcript that has absorbed the key's scalar.
pub(super) struct Proof<'a> {
    pub(super) parts: &'a Parts,
    pub(super) k: u32,
    pub(super) publics: &'a [Fr],
    pub(super) advice: [Vec<Fr>; ADVICE],
    pub(super) transcript: &'a mut Transcript<Vec<u8>>,
}

impl Task for Proof<'_> {
    type Output = Result<(), Error>;

    fn run<L: Lanes>(mut self, lanes: &L, coordinates: &L) -> Result<(), Error> {
        self.publics.iter().try_for_each(|scalar| self.transcript.common_scalar(*scalar))?;
        self.advice.iter_mut().for_each(|column| arguments::blind(column, BLINDED));
        let advice = std::mem::take(&mut self.advice);
        self.lagrange(coordinates, &advice.each_ref().map(Vec::as_slice))?;
        // There is one column in the lookup: nothing to be combined.
        let _theta = self.challenge();

        let permuted = arguments::permuted(&advice[4]).ok_or(Error::Limb)?;
        self.lagrange(coordinates, &permuted.each_ref().map(Vec::as_slice))?;
        let mut challenges = Challenges { beta: self.challenge(), gamma: self.challenge(), y: Fr::ZERO };
        let (z0, z1) = {
            let [first, second] = arguments::copies(&advice, &self.parts.targets, &rows(self.k), challenges);
            (first, second)
        };
        let products = [z0, z1, arguments::lookup(&advice[4], &permuted, challenges)];
        self.lagrange(coordinates, &products.each_ref().map(Vec::as_slice))?;
        let random = arguments::random(1 << self.k);
        self.powers(coordinates, &[&random])?;
        challenges.y = self.challenge();

        let polynomials = self.interpolated(lanes, advice, permuted, products);
        let pieces = self.quotient(lanes, &polynomials, challenges);
        self.powers(coordinates, &pieces.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
        let x = self.challenge();
        self.open(coordinates, &polynomials, &random, pieces, x)
    }
}

/// The coefficients of a proof's own columns.
struct Polynomials {
    advice: [Vec<Fr>; ADVICE],
    permuted: [Vec<Fr>; 2],
    products: [Vec<Fr>; 3],
}

impl Proof<'_> {
    fn challenge(&mut self) -> Fr {
        self.transcript.squeeze_challenge().get_scalar()
    }

    /// Sends commitments to values.
    fn lagrange<L: Lanes>(&mut self, coordinates: &L, columns: &[&[Fr]]) -> io::Result<()> {
        let points = commit(coordinates, &self.parts.lagrange, columns);
        points.into_iter().try_for_each(|point| self.transcript.write_point(point))
    }

    /// Sends commitments to coefficients.
    fn powers<L: Lanes>(&mut self, coordinates: &L, polynomials: &[&[Fr]]) -> io::Result<()> {
        let points = commit(coordinates, &self.parts.powers, polynomials);
        points.into_iter().try_for_each(|point| self.transcript.write_point(point))
    }

    fn interpolated<L: Lanes>(
        &self,
        lanes: &L,
        advice: [Vec<Fr>; ADVICE],
        permuted: [Vec<Fr>; 2],
        products: [Vec<Fr>; 3],
    ) -> Polynomials {
        let interpolation = Interpolation::new(lanes, self.k);
        Polynomials {
            advice: interpolation.polynomials(lanes, advice),
            permuted: interpolation.polynomials(lanes, permuted),
            products: interpolation.polynomials(lanes, products),
        }
    }

    fn quotient<L: Lanes>(&self, lanes: &L, own: &Polynomials, challenges: Challenges) -> Vec<Vec<Fr>> {
        let n = 1usize << self.k;
        let mut instance = self.publics.to_vec();
        instance.resize(n, Fr::ZERO);
        let mut first = vec![Fr::ZERO; n];
        first[0] = Fr::ONE;
        let [instance, first] = Interpolation::new(lanes, self.k).polynomials(lanes, [instance, first]);
        let columns = Columns {
            advice: own.advice.each_ref().map(Vec::as_slice),
            fixed: self.parts.fixed.each_ref().map(Vec::as_slice),
            sigma: self.parts.sigma.each_ref().map(Vec::as_slice),
            instance: instance.as_slice(),
            products: own.products.each_ref().map(Vec::as_slice),
            permuted: own.permuted.each_ref().map(Vec::as_slice),
            first: &first,
        };
        quotient::quotient(lanes, self.k, &columns, challenges)
    }

    /// Sends the evaluations at $x$ and at what belongs to it, and opens them.
    fn open<L: Lanes>(
        &mut self,
        coordinates: &L,
        own: &Polynomials,
        random: &[Fr],
        pieces: Vec<Vec<Fr>>,
        x: Fr,
    ) -> Result<(), Error> {
        let (omega, n) = (root(self.k), 1u64 << self.k);
        let inverse = omega.invert().unwrap_or(Fr::ZERO);
        let point = |row: i32| x * if row < 0 { inverse } else { omega }.pow([u64::from(row.unsigned_abs())]);
        let powers = std::iter::successors(Some(Fr::ONE), |power| Some(*power * x.pow([n])));
        let whole = {
            let terms: Vec<(Fr, &[Fr])> = powers.zip(pieces.iter().map(Vec::as_slice)).collect();
            opening::combine(&terms)
        };
        drop(pieces);
        let (fixed, sigma) = (&self.parts.fixed, &self.parts.sigma);
        let [x0, y0, x1, y1, l] = own.advice.each_ref().map(Vec::as_slice);
        let [p, q, r, s, c0, c1, t] = fixed.each_ref().map(Vec::as_slice);
        let [z0, z1, zl] = own.products.each_ref().map(Vec::as_slice);
        let [input, table] = own.permuted.each_ref().map(Vec::as_slice);

        let mut queries: Vec<(&[Fr], i32)> = Vec::new();
        for (column, below) in [(x0, 4), (y0, 4), (x1, 4), (y1, 3), (l, 5)] {
            queries.extend((0..below).map(|row| (column, row)));
        }
        queries.extend([(p, 0), (q, 0), (r, 0), (s, 0), (c0, 0), (c0, 1), (c1, 0), (c1, 1), (t, 0), (random, 0)]);
        queries.extend(sigma.iter().map(|column| (column.as_slice(), 0)));
        queries.extend([(z0, 0), (z0, 1), (z0, -(BLINDED as i32)), (z1, 0), (z1, 1)]);
        queries.extend([(zl, 0), (zl, 1), (input, 0), (input, -1), (table, 0)]);
        let evaluations: Vec<Fr> =
            queries.par_iter().with_max_len(1).map(|(column, row)| evaluate(column, point(*row))).collect();
        evaluations.into_iter().try_for_each(|evaluation| self.transcript.write_scalar(evaluation))?;

        let mut single = vec![table, p, q, r, s, t];
        single.extend(sigma.iter().map(Vec::as_slice));
        single.extend([&whole[..], random]);
        let sets = [
            Set { rows: &[0, 1, 2, 3], polynomials: vec![x0, y0, x1] },
            Set { rows: &[0, 1, 2], polynomials: vec![y1] },
            Set { rows: &[0, 1, 2, 3, 4], polynomials: vec![l] },
            Set { rows: &[0, 1, -(BLINDED as i32)], polynomials: vec![z0] },
            Set { rows: &[0, 1], polynomials: vec![z1, zl, c0, c1] },
            Set { rows: &[0, -1], polynomials: vec![input] },
            Set { rows: &[0], polynomials: single },
        ];
        let challenges = [self.challenge(), self.challenge()];
        let opening = Opening::new(&sets, challenges, point);
        self.powers(coordinates, &[&opening.quotient])?;
        let u = self.challenge();
        self.powers(coordinates, &[&opening.last(u)])?;
        Ok(())
    }
}
