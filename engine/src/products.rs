//! # The permutation argument's running products
//!
//! For each challenge $(\beta, \gamma)$ the polynomial $Z$ with $Z(1) = 1$ and
//!
//! $$Z(gx) = Z(x) \prod_j \frac{w_j(x) + \beta k_j x + \gamma}{w_j(x) + \beta \sigma_j(x) + \gamma}$$
//!
//! over the routed wires $j$, and between $Z(x)$ and $Z(gx)$ the partial products after each chunk of factors, so that no constraint has
//! a higher degree than the quotient allows.

use plonky2::field::types::Field;
use plonky2::plonk::config::GenericConfig;
use rayon::prelude::*;

use crate::{Common, D, F, ProverOnly};

/// The values of all $Z$, one for each challenge, and then of all partial products, challenge by challenge: as plonky2 orders them.
pub(crate) fn running_products<G: GenericConfig<D, F = F>>(
    prover: &ProverOnly<G>,
    common: &Common,
    wires: &[Vec<F>],
    betas: &[F],
    gammas: &[F],
) -> Vec<Vec<F>> {
    let of_challenge = |(beta, gamma): (&F, &F)| accumulate(&chunk_quotients(prover, common, wires, *beta, *gamma));
    let mut all: Vec<_> = betas.iter().zip(gammas).map(of_challenge).collect();
    let zs: Vec<_> = all.iter_mut().map(|columns| columns.pop().expect("Z comes last")).collect();
    zs.into_iter().chain(all.into_iter().flatten()).collect()
}

/// For each row, the quotient of each chunk of factors.
fn chunk_quotients<G: GenericConfig<D, F = F>>(
    prover: &ProverOnly<G>,
    common: &Common,
    wires: &[Vec<F>],
    beta: F,
    gamma: F,
) -> Vec<Vec<F>> {
    let routed = common.config.num_routed_wires;
    let chunk = common.quotient_degree_factor;
    let scaled: Vec<F> = common.k_is.iter().map(|k| beta * *k).collect();
    let of_row = |(row, x): (usize, &F)| {
        let sigmas = &prover.sigmas[row];
        let mut numerators = Vec::with_capacity(routed.div_ceil(chunk));
        let mut denominators = Vec::with_capacity(routed.div_ceil(chunk));
        for start in (0..routed).step_by(chunk) {
            let (mut numerator, mut denominator) = (F::ONE, F::ONE);
            for j in start..routed.min(start + chunk) {
                let wire = wires[j][row] + gamma;
                numerator *= wire + scaled[j] * *x;
                denominator *= wire + beta * sigmas[j];
            }
            numerators.push(numerator);
            denominators.push(denominator);
        }
        let inverses = F::batch_multiplicative_inverse(&denominators);
        numerators.into_iter().zip(inverses).map(|(numerator, inverse)| numerator * inverse).collect()
    };
    prover.subgroup.par_iter().enumerate().with_min_len(64).map(of_row).collect()
}

/// The columns of the products after each chunk but the last, and the column of $Z$: what stands before the first.
fn accumulate(rows: &[Vec<F>]) -> Vec<Vec<F>> {
    let chunks = rows[0].len();
    let mut columns = vec![Vec::with_capacity(rows.len()); chunks];
    let mut product = F::ONE;
    for row in rows {
        columns[chunks - 1].push(product);
        for (k, quotient) in row.iter().enumerate() {
            product *= *quotient;
            if k + 1 < chunks {
                columns[k].push(product);
            }
        }
    }
    columns
}
