//! # The development setup
//!
//! Whoever knows a setup's secret can prove anything. The secret of this one is published: it is 64 bytes of SHAKE256 of
//! `furl/INSECURE/setup`, as a little-endian number modulo the group's order. So keys made with it are the same everywhere, and
//! **its proofs prove nothing**.
//!
//! It is recognised by $\tau H$ wherever it turns up: no format and no header hides it.

use std::io::{self, BufWriter, Write};
use std::sync::LazyLock;

use halo2_proofs::halo2curves::CurveAffine;
use halo2_proofs::halo2curves::bn256::{Fr, G1Affine, G2Affine};
use halo2_proofs::halo2curves::ff::{BatchInvert, Field, FromUniformBytes, PrimeField};
use halo2_proofs::halo2curves::group::{Curve, Group};
use halo2_proofs::halo2curves::serde::SerdeObject;
use rayon::prelude::*;
use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};

use super::powers::{Powers, powers_of};
use super::{lagrange, ptau};

/// What the secret is hashed from.
const LABEL: &[u8] = b"furl/INSECURE/setup";
/// Points that are made at a time.
const BLOCK: usize = 1 << 12;
/// What making a setup takes for each power: two lists of points, and the scalars of one of them,
/// in three forms.
pub(super) const BYTES: usize = 2 * 64 + 3 * 32;
/// Bits of a window of the fixed bases, at least and at most.
const WINDOW: (u32, u32) = (2, 12);

/// The published secret.
pub(super) fn secret() -> Fr {
    let mut hasher = Shake256::default();
    hasher.update(LABEL);
    let mut bytes = [0; 64];
    hasher.finalize_xof().read(&mut bytes);
    Fr::from_uniform_bytes(&bytes)
}

/// The secret in the second group.
pub(crate) fn insecure_tau() -> G2Affine {
    static TAU_G2: LazyLock<G2Affine> = LazyLock::new(|| (G2Affine::generator() * secret()).to_affine());
    *TAU_G2
}

/// Whether this is the secret in the second group.
pub(crate) fn is_insecure(tau_g2: &G2Affine) -> bool {
    *tau_g2 == insecure_tau()
}

/// The setup of a secret.
pub(super) fn powers(k: u32, tau: Fr) -> Powers {
    let base = FixedBase::new(G1Affine::generator(), 1 << k);
    Powers {
        k,
        g: base.multiples(&powers_of(tau, 1 << k)),
        lagrange: Some(base.multiples(&lagrange_at(k, tau))),
        tau_g2: (G2Affine::generator() * tau).to_affine(),
    }
}

/// The Lagrange polynomials' values at $\tau$: $\frac{\tau^n - 1}{n} \cdot \frac{\omega^j}{\tau - \omega^j}$.
fn lagrange_at(k: u32, tau: Fr) -> Vec<Fr> {
    let roots = powers_of(lagrange::root(k), 1 << k);
    let factor = (tau.pow_vartime([1 << k]) - Fr::ONE) * Fr::TWO_INV.pow_vartime([u64::from(k)]);
    let mut values: Vec<Fr> = roots.iter().map(|root| tau - root).collect();
    values.iter_mut().batch_invert();
    values.iter_mut().zip(roots).for_each(|(value, root)| *value *= factor * root);
    values
}

/// Writes the setup of a secret as a `.ptau` file: its header and the powers in both groups.
pub(super) fn write_ptau(power: u32, tau: Fr, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    ptau::write_header(&mut out, power)?;
    ptau::write_section(&mut out, ptau::TAU_G1, ptau::tau_g1_bytes(power))?;
    write_powers(&mut out, G1Affine::generator(), tau, (2 << power) - 1)?;
    ptau::write_section(&mut out, ptau::TAU_G2, ptau::tau_g2_bytes(power))?;
    write_powers(&mut out, G2Affine::generator(), tau, 1 << power)?;
    out.flush()
}

/// So many powers, a few blocks at a time.
fn write_powers<C>(out: &mut impl Write, base: C, tau: Fr, count: usize) -> io::Result<()>
where
    C: CurveAffine<ScalarExt = Fr> + SerdeObject,
{
    let base = FixedBase::new(base, count);
    let (mut first, mut left) = (Fr::ONE, count);
    while left > 0 {
        let scalars: Vec<Fr> = powers_of(tau, left.min(16 * BLOCK)).iter().map(|power| power * first).collect();
        for point in base.multiples(&scalars) {
            point.write_raw(out)?;
        }
        first = scalars[scalars.len() - 1] * tau;
        left -= scalars.len();
    }
    Ok(())
}

/// Multiples of one point, quickly: a table of $d \cdot 2^{wi}$ times it, for every digit $d$ of $w$ bits.
struct FixedBase<C> {
    width: u32,
    windows: Vec<Vec<C>>,
}

impl<C: CurveAffine<ScalarExt = Fr>> FixedBase<C> {
    /// Ready for about so many multiplications: a wider window makes them fewer additions, and the table longer.
    fn new(base: C, count: usize) -> Self {
        let width = count.ilog2().clamp(WINDOW.0, WINDOW.1);
        let mut windows = Vec::new();
        let mut unit = base.to_curve();
        for _ in 0..Fr::NUM_BITS.div_ceil(width) {
            let multiples: Vec<C::CurveExt> =
                core::iter::successors(Some(C::CurveExt::identity()), |sum| Some(*sum + unit))
                    .take(1 << width)
                    .collect();
            unit += multiples[multiples.len() - 1];
            windows.push(normalised(&multiples));
        }
        Self { width, windows }
    }

    fn times(&self, scalar: &Fr) -> C::CurveExt {
        let bytes = scalar.to_repr();
        let bit = |i: u32| bytes.as_ref().get(i as usize / 8).map_or(0, |byte| usize::from(byte >> (i % 8) & 1));
        let digits = (0..).step_by(self.width as usize).map(|low| (0..self.width).map(|i| bit(low + i) << i).sum());
        self.windows.iter().zip(digits).fold(C::CurveExt::identity(), |sum, (window, digit): (_, usize)| {
            if digit == 0 { sum } else { sum + window[digit] }
        })
    }

    fn multiples(&self, scalars: &[Fr]) -> Vec<C> {
        let mut points = vec![C::identity(); scalars.len()];
        points.par_chunks_mut(BLOCK).zip(scalars.par_chunks(BLOCK)).for_each(|(points, scalars)| {
            let multiples: Vec<C::CurveExt> = scalars.iter().map(|scalar| self.times(scalar)).collect();
            points.copy_from_slice(&normalised(&multiples));
        });
        points
    }
}

fn normalised<C: CurveAffine>(points: &[C::CurveExt]) -> Vec<C> {
    let mut affine = vec![C::identity(); points.len()];
    C::CurveExt::batch_normalize(points, &mut affine);
    affine
}
