//! # The opening: every polynomial is what it was said to be
//!
//! SHPLONK (eprint 2020/081) for KZG commitments. Polynomials that are opened at the same points form a set:
//!
//! | set | points | polynomials |
//! |---|---|---|
//! | 0 | $x \ldots \omega^3 x$ | $X_0, Y_0, X_1$ |
//! | 1 | $x, \omega x, \omega^2 x$ | $Y_1$ |
//! | 2 | $x \ldots \omega^4 x$ | $L$ |
//! | 3 | $x, \omega x, \omega^{-8} x$ | $Z_0$ |
//! | 4 | $x, \omega x$ | $Z_1, Z_L, C_0, C_1$ |
//! | 5 | $x, \omega^{-1} x$ | $A'$ |
//! | 6 | $x$ | $S', P, Q, R, S, T$, four $\sigma$, the quotient, the random polynomial |
//!
//! With $P_{ij}$ the polynomial number $j$ of set $i$, committed to in $[P_{ij}]$, $R_{ij}$ the one of lowest degree that is the same at the set's
//! points, $\bar Z_i$ what vanishes at all points but these, the claim is that
//!
//! $$ \sum_i \text{among}^i\, \bar Z_i(u) \sum_j \text{within}^j (P_{ij} - R_{ij}(u)) - Z(u) H $$
//!
//! vanishes at $u$, where $H$ is SHPLONK's quotient and $Z$ vanishes at all points. Everything is divided by $\bar Z_0(u)$. One equation of
//! pairings says so: $e(F + uW, [1]_2) = e(W, [\tau]_2)$, with $W$ the opening.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::Pairing as _;
use ark_ec::{AffineRepr as _, CurveGroup as _, VariableBaseMSM as _};
use ark_ff::{Field as _, One as _, Zero as _, batch_inversion};

use crate::constraints::TAIL;
use crate::error::Error;
use crate::key::VerifyingKey;
use crate::proof::Proof;
use crate::transcript::Challenges;

/// Points at which something is opened: $x \ldots \omega^4 x$, then $\omega^{-1} x$ and $\omega^{-8} x$.
const POINTS: usize = 7;
/// Of the points, $\omega^{-1} x$.
const BEFORE: usize = 5;
/// Of the points, $\omega^{-8} x$.
const LAST: usize = 6;

/// Terms of $F + uW$: 23 polynomials, $[1]_1$, $H$ and $W$.
const TERMS: usize = 26;

/// Whether the proof's evaluations are those of its polynomials, and `quotient` that of the quotient.
pub(crate) fn holds(key: &VerifyingKey, proof: &Proof, challenges: &Challenges, quotient: Fr) -> Result<bool, Error> {
    let Proof { advice: [x0, y0, x1, y1, limbs], products: [z0, z1], at, .. } = proof;
    let ([c0, c1], pieces) = (key.constants, pieces(key, proof, challenges.x));
    let [p, q, r, s] = key.selectors;
    let [sigma0, sigma1, sigma2, sigma3] = key.permutation;

    let mut sum = Sum::new(key, challenges)?;
    sum.set([0, 1, 2, 3], &[(*x0, at.x0), (*y0, at.y0), (*x1, at.x1)]);
    sum.set([0, 1, 2], &[(*y1, at.y1)]);
    sum.set([0, 1, 2, 3, 4], &[(*limbs, at.limbs)]);
    sum.set([0, 1, LAST], &[(*z0, at.z0)]);
    sum.set([0, 1], &[(*z1, at.z1), (proof.lookup, at.lookup), (c0, at.c0), (c1, at.c1)]);
    sum.set([0, BEFORE], &[(proof.input, at.input)]);
    sum.set(
        [0],
        &[
            (proof.table, [at.table]),
            (p, [at.selectors[0]]),
            (q, [at.selectors[1]]),
            (r, [at.selectors[2]]),
            (s, [at.selectors[3]]),
            (key.table, [at.fixed_table]),
            (sigma0, [at.permutation[0]]),
            (sigma1, [at.permutation[1]]),
            (sigma2, [at.permutation[2]]),
            (sigma3, [at.permutation[3]]),
            (pieces, [quotient]),
            (proof.random, [at.random]),
        ],
    );
    Ok(sum.vanishes(key, proof))
}

/// The quotient's commitment, from its pieces of $2^k$ coefficients each.
fn pieces(key: &VerifyingKey, proof: &Proof, x: Fr) -> G1Affine {
    let power = x.pow([1 << key.k]);
    let horner = |sum: G1Projective, piece: &G1Affine| sum * power + piece;
    proof.quotient.iter().rev().fold(G1Projective::zero(), horner).into_affine()
}

/// $F + uW$, as it grows set by set.
struct Sum {
    u: Fr,
    within: Fr,
    among: Fr,
    points: [Fr; POINTS],
    /// $u$ less each point.
    distances: [Fr; POINTS],
    /// $\prod_{0} / \prod$, so that set 0 has weight 1: its own distances over those of all.
    scale: Fr,
    /// The power of `among`.
    power: Fr,
    bases: [G1Affine; TERMS],
    scalars: [Fr; TERMS],
    terms: usize,
    /// What the evaluations make of it all.
    constant: Fr,
}

impl Sum {
    fn new(key: &VerifyingKey, challenges: &Challenges) -> Result<Self, Error> {
        let Challenges { x, within, among, u, .. } = *challenges;
        // The points would be one.
        if x.is_zero() {
            return Err(Error::Degenerate);
        }
        let root = key.root();
        let back = root.inverse().ok_or(Error::Degenerate)?;
        let mut points = [x; POINTS];
        for i in 1..BEFORE {
            points[i] = points[i - 1] * root;
        }
        (points[BEFORE], points[LAST]) = (x * back, x * back.pow([TAIL as u64]));
        let distances = points.map(|point| u - point);
        // Of the other points than those of set 0: what every weight is divided by.
        let others: Fr = distances[4..].iter().product();
        if distances.iter().any(Fr::is_zero) {
            return Err(Error::Degenerate);
        }
        let all: Fr = distances.iter().product();
        let scale = all * others.inverse().ok_or(Error::Degenerate)?;
        Ok(Self {
            u,
            within,
            among,
            points,
            distances,
            scale,
            power: Fr::one(),
            bases: [G1Affine::default(); TERMS],
            scalars: [Fr::zero(); TERMS],
            terms: 0,
            constant: Fr::zero(),
        })
    }

    fn term(&mut self, scalar: Fr, base: G1Affine) {
        (self.scalars[self.terms], self.bases[self.terms]) = (scalar, base);
        self.terms += 1;
    }

    /// Adds what is opened at some of the points: commitments, and what they are there.
    fn set<const N: usize>(&mut self, points: [usize; N], polynomials: &[(G1Affine, [Fr; N])]) {
        // All distances over the set's own, over those of all but set 0.
        let mut inverses = points.map(|i| self.distances[i]);
        batch_inversion(&mut inverses);
        let mut weight = self.power * self.scale * inverses.iter().product::<Fr>();
        let lagrange = self.lagrange(points);
        for (commitment, at) in polynomials {
            self.term(weight, *commitment);
            let value: Fr = at.iter().zip(&lagrange).map(|(at, basis)| *at * basis).sum();
            self.constant += weight * value;
            weight *= self.within;
        }
        self.power *= self.among;
    }

    /// What is 1 at one of the points and 0 at the others, at $u$.
    fn lagrange<const N: usize>(&self, points: [usize; N]) -> [Fr; N] {
        let others = |k: usize| points.iter().filter(move |i| **i != k);
        let mut bases = points.map(|k| others(k).map(|i| self.points[k] - self.points[*i]).product::<Fr>());
        batch_inversion(&mut bases);
        for (basis, k) in bases.iter_mut().zip(points) {
            *basis *= others(k).map(|i| self.distances[*i]).product::<Fr>();
        }
        bases
    }

    /// Whether the claim holds.
    fn vanishes(mut self, key: &VerifyingKey, proof: &Proof) -> bool {
        self.term(-self.constant, G1Affine::generator());
        self.term(-self.distances[..4].iter().product::<Fr>(), proof.folded);
        self.term(self.u, proof.opening);
        let sum = G1Projective::msm_unchecked(&self.bases, &self.scalars);
        let pairs = [(sum.into_affine(), G2Affine::generator()), (-proof.opening, key.tau)];
        Bn254::multi_pairing(pairs.map(|(p, _)| p), pairs.map(|(_, q)| q)).is_zero()
    }
}

#[cfg(test)]
mod tests {
    use furl_circuits::profile::Profile;
    use furl_wrap::key_file;

    use super::*;

    fn sum(x: Fr, u: Fr) -> Option<Error> {
        let key = VerifyingKey::parse(key_file::committed(Profile::Fast)).unwrap();
        let [beta, gamma, y, within, among] = [2, 3, 5, 7, 11].map(Fr::from);
        Sum::new(&key, &Challenges { beta, gamma, y, x, within, among, u }).err()
    }

    /// What no proof can be made to meet: the points are one, or $u$ is one of them.
    #[test]
    fn points_that_coincide_are_degenerate() {
        let root = VerifyingKey::parse(key_file::committed(Profile::Fast)).unwrap().root();
        let (x, u) = (Fr::from(13), Fr::from(17));
        assert_eq!(sum(x, u), None);
        assert_eq!(sum(x, Fr::zero()), None);
        assert_eq!(sum(Fr::zero(), u), Some(Error::Degenerate));
        let back = root.inverse().unwrap();
        let points = [Fr::one(), root, root.pow([2]), root.pow([3]), root.pow([4]), back, back.pow([8])];
        for (i, point) in points.into_iter().enumerate() {
            assert_eq!(sum(x, x * point), Some(Error::Degenerate), "point {i}");
        }
        for other in [root.pow([5]), back.pow([2]), back.pow([7]), back.pow([9])] {
            assert_eq!(sum(x, x * other), None);
        }
    }
}
