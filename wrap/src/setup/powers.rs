//! # The powers of a secret
//!
//! What a KZG setup of size $n = 2^k$ consists of: $\tau^i G$ for $i < n$, and $\tau H$, with the standard generators $G$ and $H$.
//! Everything else follows from it. The checks, on points that are already known to be of their groups:
//!
//! | check | how |
//! |---|---|
//! | generators | the first power is $G$; the reader has compared $H$ |
//! | the secret is not in the domain | $\tau^{2^j} G \ne \pm G$ for $j < k$: then $\tau^n \ne 1$, in particular $\tau \ne 1$. ($\tau = 0$ would be infinity.) |
//! | powers | $\sum_{i<n-1} r^i \tau^{i+1} G$ is $\tau$ times $\sum_{i<n-1} r^i \tau^i G$, by one pairing equation |
//! | Lagrange basis, if the file has one | $\sum_i r^i \tau^i G = \sum_j \frac{r^n - 1}{r \omega^j - 1} \ell_j$ |
//!
//! With $S = \sum_{i<n} r^i g_i$ the third check is $e(S - g_0, H) = e(r (S - r^{n-1} g_{n-1}), \tau H)$, so that one sum serves both.
//! The scalar $r$ is drawn from the system's randomness after the file has been read. If a power or a Lagrange point is wrong, the difference
//! of the two sides is a polynomial in $r$, not zero, of degree below $n$: a wrong file passes with probability at most $n / |\mathbb F_r| < 2^{-225}$.

use core::hint;

use halo2_proofs::arithmetic::best_multiexp;
use halo2_proofs::halo2curves::bn256::{Bn256, Fr, G1Affine, G2Affine};
use halo2_proofs::halo2curves::ff::{BatchInvert, Field, FromUniformBytes};
use halo2_proofs::halo2curves::group::Curve;
use halo2_proofs::halo2curves::pairing::Engine;
use halo2_proofs::poly::commitment::{Params as _, ParamsProver as _};
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use sha2::{Digest, Sha256};

use super::error::{Place, SetupError};
use super::lagrange;
use super::points::encode;

/// What the checks take for each power: scalars, and the sums of a multiplication.
const CHECK_BYTES: usize = 96;
/// What computing the Lagrange basis takes: scalars in digits, points in two forms.
const BASIS_BYTES: usize = 320;

/// Asks the system for so many bytes for each of $2^k$ powers, and gives them back: lists that are
/// made one after the other would end the process when one of them is refused.
pub(super) fn ask(k: u32, each: usize) -> Result<(), SetupError> {
    let bytes = each << k;
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(bytes).map_err(|_| SetupError::Memory { bytes })?;
    // Otherwise the compiler may leave out what is not used.
    hint::black_box(&room);
    Ok(())
}

/// A setup's content, as it was read.
pub(super) struct Powers {
    pub(super) k: u32,
    /// $\tau^i G$, $2^k$ of them.
    pub(super) g: Vec<G1Affine>,
    /// The Lagrange basis, if there is one.
    pub(super) lagrange: Option<Vec<G1Affine>>,
    /// $\tau H$.
    pub(super) tau_g2: G2Affine,
}

impl Powers {
    /// Makes all checks of the table.
    pub(super) fn check(&self) -> Result<(), SetupError> {
        ask(self.k, if self.lagrange.is_some() { CHECK_BYTES } else { CHECK_BYTES + BASIS_BYTES })?;
        let generator = G1Affine::generator();
        if self.g[0] != generator {
            return Err(SetupError::Generator(Place::Power(0)));
        }
        if let Some(j) = (0..self.k).find(|&j| self.g[1 << j].x == generator.x) {
            return Err(SetupError::RootOfUnity { exponent: 1 << j });
        }
        let mut seed = [0; 64];
        getrandom::fill(&mut seed)?;
        self.check_with(Fr::from_uniform_bytes(&seed))
    }

    /// The checks of the powers and of the Lagrange basis.
    fn check_with(&self, r: Fr) -> Result<(), SetupError> {
        let scalars = powers_of(r, self.g.len());
        let sum = best_multiexp(&scalars, &self.g);
        let (last, last_scalar) = (self.g[self.g.len() - 1], scalars[scalars.len() - 1]);
        let ahead = (sum - self.g[0]).to_affine();
        let behind = ((sum - last * last_scalar) * r).to_affine();
        if Bn256::pairing(&ahead, &G2Affine::generator()) != Bn256::pairing(&behind, &self.tau_g2) {
            return Err(SetupError::Powers);
        }
        match &self.lagrange {
            Some(basis) if best_multiexp(&values_of_geometric(r, self.k), basis) != sum => Err(SetupError::Lagrange),
            _ => Ok(()),
        }
    }

    /// SHA-256 of $k$, the powers, $H$ and $\tau H$, as they stand in a file.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.k.to_le_bytes());
        for points in self.g.chunks(1024) {
            hasher.update(encode(points));
        }
        hasher.update(encode(&[G2Affine::generator(), self.tau_g2]));
        hasher.finalize().into()
    }

    /// halo2's parameters, with the Lagrange basis computed unless it is there.
    pub(super) fn into_params(self) -> ParamsKZG<Bn256> {
        let lagrange = self.lagrange.unwrap_or_else(|| lagrange::basis(&self.g, self.k));
        smallest().from_parts(self.k, self.g, Some(lagrange), G2Affine::generator(), self.tau_g2)
    }
}

/// The parameters without all points but the first, which is all that verifying takes.
pub(super) fn first(params: &ParamsKZG<Bn256>) -> ParamsKZG<Bn256> {
    let first = params.get_g()[..1].to_vec();
    params.from_parts(params.k(), first, Some(Vec::new()), params.g2(), params.s_g2())
}

/// $1, r, \dots, r^{n-1}$.
pub(super) fn powers_of(r: Fr, n: usize) -> Vec<Fr> {
    core::iter::successors(Some(Fr::ONE), |power| Some(power * r)).take(n).collect()
}

/// The values of $\sum_{i<n} r^i X^i$ at $\omega^0, \dots, \omega^{n-1}$.
fn values_of_geometric(r: Fr, k: u32) -> Vec<Fr> {
    let numerator = r.pow_vartime([1 << k]) - Fr::ONE;
    let mut values: Vec<Fr> = powers_of(lagrange::root(k), 1 << k).iter().map(|root| r * root - Fr::ONE).collect();
    // A zero here means that r is in the domain, which happens with probability 2^-225: then the file is refused.
    values.iter_mut().batch_invert();
    values.iter_mut().for_each(|value| *value *= numerator);
    values
}

/// Parameters for a single coefficient. halo2 makes parameters of given points from other parameters only.
fn smallest() -> ParamsKZG<Bn256> {
    let (g, h) = (G1Affine::generator(), G2Affine::generator());
    let bytes = [0u32.to_le_bytes().to_vec(), encode(&[g, g]), encode(&[h, h])].concat();
    ParamsKZG::read_custom(&mut bytes.as_slice(), halo2_proofs::SerdeFormat::RawBytes).expect("these are points")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_geometric_polynomial() {
        let (k, r) = (3, Fr::from(5));
        let omega = lagrange::root(k);
        let expected: Vec<Fr> =
            (0..8).map(|j| (0..8u64).map(|i| r.pow_vartime([i]) * omega.pow_vartime([i * j])).sum::<Fr>()).collect();
        assert_eq!(values_of_geometric(r, k), expected);
    }
}
