//! # Commitments to polynomials
//!
//! plonky2's `PolynomialBatch`: the polynomials, and the Merkle tree over their values on a coset $2^{\text{rate\_bits}}$ times
//! as large as their degree bound. A leaf holds the values of all polynomials at one point; leaves are in bit-reversed order.

use plonky2::field::fft::FftRootTable;
use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::fri::FriConfig;
use plonky2::util::reverse_index_bits_in_place;
use rayon::prelude::*;

use crate::merkle;
use crate::simd::Backend;
use crate::times::{Stage, Times};
use crate::{Commitment, F};

/// Points whose rows are gathered together: a cache line of each column.
const BLOCK: usize = 8;

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
    pub(crate) fn values(&self, columns: Vec<Vec<F>>, times: &mut Times) -> Commitment {
        let interpolate = |column| PolynomialValues::new(column).ifft();
        let polynomials = times.time(Stage::Fourier, || columns.into_par_iter().map(interpolate).collect());
        self.polynomials(polynomials, times)
    }

    /// Commits to polynomials, all of one degree bound.
    pub(crate) fn polynomials(&self, polynomials: Vec<PolynomialCoeffs<F>>, times: &mut Times) -> Commitment {
        let rate_bits = self.config.rate_bits;
        let extend = |p: &PolynomialCoeffs<F>| {
            let padded = p.lde(rate_bits);
            padded.coset_fft_with_options(F::coset_shift(), Some(rate_bits), self.roots).values
        };
        let columns = times.time(Stage::Fourier, || polynomials.par_iter().map(extend).collect());
        let leaves = times.time(Stage::Transpose, || {
            let mut rows = rows(columns);
            reverse_index_bits_in_place(&mut rows);
            rows
        });
        let merkle_tree = times.time(Stage::Merkle, || merkle::tree(self.backend, leaves, self.config.cap_height));
        let degree_log = polynomials[0].len().ilog2() as usize;
        Commitment { polynomials, merkle_tree, degree_log, rate_bits, blinding: false }
    }
}

/// The transpose.
fn rows(columns: Vec<Vec<F>>) -> Vec<Vec<F>> {
    let points = columns[0].len();
    let block = |start: usize| {
        let mut rows: [_; BLOCK] = core::array::from_fn(|_| Vec::with_capacity(columns.len()));
        for column in &columns {
            for (row, value) in rows.iter_mut().zip(&column[start..]) {
                row.push(*value);
            }
        }
        rows.into_iter().take(points - start)
    };
    (0..points).into_par_iter().step_by(BLOCK).with_min_len(64).flat_map_iter(block).collect()
}
