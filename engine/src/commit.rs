//! # Commitments to polynomials
//!
//! plonky2's `PolynomialBatch`: the polynomials, and the Merkle tree over their values on a coset $2^{\text{rate\_bits}}$ times
//! as large as their degree bound. A leaf holds the values of all polynomials at one point; leaves are in bit-reversed order.

use plonky2::field::fft::FftRootTable;
use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::fri::FriConfig;
use plonky2::fri::oracle::PolynomialBatch;
use plonky2::plonk::config::GenericConfig;
use plonky2::util::reverse_index_bits_in_place;
use rayon::prelude::*;

use crate::hash::EightHasher;
use crate::merkle;
use crate::simd::Backend;
use crate::times::{Stage, Times};
use crate::{Commitment, D, F};

/// Columns that are extended together before they are handed to the rows: what bounds the memory that a commitment takes besides its rows.
const GROUP: usize = 16;

/// Commits to polynomials, in one way for all batches of a proof.
pub(crate) struct Committer<'a> {
    /// What hashes.
    pub(crate) backend: Backend,
    /// The rate and the height of the cap.
    pub(crate) config: &'a FriConfig,
    /// Roots of unity, if they were kept.
    pub(crate) roots: Option<&'a FftRootTable<F>>,
}

impl Committer<'_> {
    /// Commits to the polynomials with these values on the subgroup.
    pub(crate) fn values<G: GenericConfig<D, F = F>>(&self, columns: Vec<Vec<F>>, times: &mut Times) -> Commitment<G>
    where
        G::Hasher: EightHasher,
    {
        let interpolate = |column| PolynomialValues::new(column).ifft();
        let polynomials = times.time(Stage::Fourier, || columns.into_par_iter().map(interpolate).collect());
        self.polynomials(polynomials, times)
    }

    /// Commits to polynomials, all of one degree bound.
    pub(crate) fn polynomials<G: GenericConfig<D, F = F>>(
        &self,
        polynomials: Vec<PolynomialCoeffs<F>>,
        times: &mut Times,
    ) -> Commitment<G>
    where
        G::Hasher: EightHasher,
    {
        let FriConfig { rate_bits, cap_height, .. } = *self.config;
        let extend = |p: &PolynomialCoeffs<F>| {
            let padded = p.lde(rate_bits);
            padded.coset_fft_with_options(F::coset_shift(), Some(rate_bits), self.roots).values
        };
        let points = polynomials[0].len() << rate_bits;
        let mut rows = times.time(Stage::Transpose, || empty_rows(points, polynomials.len()));
        for group in polynomials.chunks(GROUP) {
            let columns: Vec<Vec<F>> = times.time(Stage::Fourier, || group.par_iter().map(extend).collect());
            times.time(Stage::Transpose, || append(&mut rows, &columns));
        }
        times.time(Stage::Transpose, || reverse_index_bits_in_place(&mut rows));
        let merkle_tree = times.time(Stage::Merkle, || merkle::tree(self.backend, rows, cap_height));
        let degree_log = polynomials[0].len().ilog2() as usize;
        PolynomialBatch { polynomials, merkle_tree, degree_log, rate_bits, blinding: false }
    }
}

/// Rows without values, with room for `length` each.
fn empty_rows(points: usize, length: usize) -> Vec<Vec<F>> {
    (0..points).into_par_iter().with_min_len(1 << 8).map(|_| Vec::with_capacity(length)).collect()
}

/// Appends to each row its values in `columns`.
fn append(rows: &mut [Vec<F>], columns: &[Vec<F>]) {
    rows.par_iter_mut().enumerate().with_min_len(1 << 8).for_each(|(point, row)| {
        row.extend(columns.iter().map(|column| column[point]));
    });
}
