//! # The quotient
//!
//! On a coset of a group $K$, as many times larger than the subgroup $H$ as the constraints' degree asks for, all constraints are evaluated, combined by
//! powers of each $\alpha$, and divided by the polynomial that vanishes on $H$. The terms, in the order of their powers:
//!
//! 1. $L_0(x)\,(Z(x) - 1)$, for each challenge;
//! 2. the steps of the running products, chunk by chunk, for each challenge;
//! 3. the gates' constraints, each gate's behind its selector.
//!
//! Points are taken in blocks. Within a block everything is a column: the values of one wire, or of one term, at all points.

use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::hash::hash_types::HashOut;
use plonky2::plonk::config::GenericConfig;
use plonky2::plonk::vars::EvaluationVarsBaseBatch;
use rayon::prelude::*;

use crate::{Commitment, Common, D, F, ProverOnly};

/// Points of a block.
const BLOCK: usize = 32;

/// All that the constraints depend on.
pub(crate) struct Constraints<'a, G: GenericConfig<D, F = F>> {
    pub(crate) prover: &'a ProverOnly<G>,
    pub(crate) common: &'a Common,
    pub(crate) public_inputs_hash: HashOut<F>,
    pub(crate) wires: &'a Commitment<G>,
    pub(crate) products: &'a Commitment<G>,
    pub(crate) betas: &'a [F],
    pub(crate) gammas: &'a [F],
    pub(crate) alphas: &'a [F],
}

/// Columns of equal length, one after the other.
struct Columns {
    points: usize,
    values: Vec<F>,
}

/// What is known at the points of a block.
struct Block<'a> {
    coset: &'a Coset,
    /// The number of the first point.
    start: usize,
    /// The points.
    points: &'a [F],
    /// Constants, selectors first; then the permutation's polynomials.
    fixed: Columns,
    wires: Columns,
    /// All $Z$, then the partial products of each challenge.
    products: Columns,
    /// The same at $gx$.
    next: Columns,
}

impl<G: GenericConfig<D, F = F>> Constraints<'_, G> {
    /// The quotient for each $\alpha$.
    pub(crate) fn quotients(&self) -> Vec<PolynomialCoeffs<F>> {
        let coset = Coset::new(self.common);
        let blocks = coset.points.par_chunks(BLOCK).enumerate().with_min_len(4);
        let blocks: Vec<Columns> =
            blocks.map(|(i, points)| self.quotients_in(&self.block(&coset, i, points))).collect();
        let column = |c: usize| blocks.iter().flat_map(|block| block.column(c)).copied().collect();
        let columns: Vec<Vec<F>> = (0..self.alphas.len()).map(column).collect();
        columns.into_par_iter().map(|column| PolynomialValues::new(column).coset_ifft(F::coset_shift())).collect()
    }

    fn block<'a>(&self, coset: &'a Coset, number: usize, points: &'a [F]) -> Block<'a> {
        let start = number * BLOCK;
        let step = (1 << self.common.config.fri_config.rate_bits) / coset.rate;
        let at = |commitment: &Commitment<G>, ahead: usize| {
            let row = |i| commitment.get_lde_values((start + ahead + i) % coset.points.len(), step);
            let rows: Vec<&[F]> = (0..points.len()).map(row).collect();
            Columns::of_rows(&rows)
        };
        Block {
            coset,
            start,
            points,
            fixed: at(&self.prover.constants_sigmas_commitment, 0),
            wires: at(self.wires, 0),
            products: at(self.products, 0),
            next: at(self.products, coset.rate),
        }
    }

    /// The quotients' values: one column for each $\alpha$.
    fn quotients_in(&self, block: &Block<'_>) -> Columns {
        let mut terms = Columns { points: block.points.len(), values: Vec::new() };
        for c in 0..self.alphas.len() {
            terms.push(
                block
                    .products
                    .column(c)
                    .iter()
                    .enumerate()
                    .map(|(i, z)| block.coset.first(block.start + i) * (*z - F::ONE)),
            );
        }
        for c in 0..self.alphas.len() {
            self.permutation_terms(block, c, &mut terms);
        }
        self.gate_terms(block, &mut terms);
        let mut quotients = Columns { points: terms.points, values: Vec::new() };
        for alpha in self.alphas {
            let combined = terms.combined(*alpha).into_iter().enumerate();
            quotients.push(combined.map(|(i, value)| value * block.coset.inverse_of_vanishing(block.start + i)));
        }
        quotients
    }

    /// For each chunk of factors: (product before) · numerators − (product after) · denominators.
    fn permutation_terms(&self, block: &Block<'_>, challenge: usize, terms: &mut Columns) {
        let common = self.common;
        let (beta, gamma) = (self.betas[challenge], self.gammas[challenge]);
        let routed = common.config.num_routed_wires;
        let chunk = common.quotient_degree_factor;
        let partials = common.num_partial_products;
        let partial = |k| block.products.column(self.alphas.len() + challenge * partials + k);
        for (k, start) in (0..routed).step_by(chunk).enumerate() {
            let mut numerators = vec![F::ONE; terms.points];
            let mut denominators = vec![F::ONE; terms.points];
            for j in start..routed.min(start + chunk) {
                let scaled = beta * common.k_is[j];
                let (wires, sigmas) = (block.wires.column(j), block.fixed.column(common.num_constants + j));
                for i in 0..terms.points {
                    let wire = wires[i] + gamma;
                    numerators[i] *= wire + scaled * block.points[i];
                    denominators[i] *= wire + beta * sigmas[i];
                }
            }
            let before = if k == 0 { block.products.column(challenge) } else { partial(k - 1) };
            let after = if k == partials { block.next.column(challenge) } else { partial(k) };
            terms.push((0..terms.points).map(|i| before[i] * numerators[i] - after[i] * denominators[i]));
        }
    }

    /// The constraints of all gates. The first constraint of each gate has the same place, and so on: on $H$ one gate alone is selected.
    fn gate_terms(&self, block: &Block<'_>, terms: &mut Columns) {
        let Common { gates, selectors_info, num_constants, num_gate_constraints, .. } = self.common;
        let points = terms.points;
        let constants = &block.fixed.values[..num_constants * points];
        let vars = EvaluationVarsBaseBatch::new(points, constants, &block.wires.values, &self.public_inputs_hash);
        let first = terms.values.len();
        terms.values.resize(first + num_gate_constraints * points, F::ZERO);
        for (i, gate) in gates.iter().enumerate() {
            let selector = selectors_info.selector_indices[i];
            let group = selectors_info.groups[selector].clone();
            let selectors = selectors_info.num_selectors();
            let values = gate.0.eval_filtered_base_batch(vars, i, selector, group, selectors, 0);
            for (term, value) in terms.values[first..].iter_mut().zip(values) {
                *term += value;
            }
        }
    }
}

impl Columns {
    fn of_rows(rows: &[&[F]]) -> Self {
        let mut values = Vec::with_capacity(rows.len() * rows[0].len());
        for k in 0..rows[0].len() {
            values.extend(rows.iter().map(|row| row[k]));
        }
        Self { points: rows.len(), values }
    }

    fn column(&self, k: usize) -> &[F] {
        &self.values[k * self.points..][..self.points]
    }

    fn push(&mut self, column: impl Iterator<Item = F>) {
        self.values.extend(column);
    }

    /// The sum of all columns, column $k$ times $\alpha^k$.
    fn combined(&self, alpha: F) -> Vec<F> {
        let mut sums = vec![F::ZERO; self.points];
        for column in self.values.chunks_exact(self.points).rev() {
            for (sum, value) in sums.iter_mut().zip(column) {
                *sum = *sum * alpha + *value;
            }
        }
        sums
    }
}

/// The coset, and what is known on it.
struct Coset {
    /// $|K| / |H|$.
    rate: usize,
    /// Its points: the shift times the powers of a generator of $K$.
    points: Vec<F>,
    /// $1 / (x^n - 1)$ at the first points. It repeats itself.
    inverses_of_vanishing: Vec<F>,
    /// $L_0$ at all points.
    first: Vec<F>,
}

impl Coset {
    fn new(common: &Common) -> Self {
        let degree_bits = common.degree_bits();
        let rate = common.quotient_degree_factor.next_power_of_two();
        let group = F::two_adic_subgroup(degree_bits + rate.ilog2() as usize);
        let points: Vec<F> = group.into_iter().map(|x| F::coset_shift() * x).collect();
        let vanishing: Vec<F> = points[..rate].iter().map(|x| x.exp_power_of_2(degree_bits) - F::ONE).collect();

        // L_0(x) = (x^n - 1) / (n (x - 1)).
        let n = F::from_canonical_usize(common.degree());
        let denominators: Vec<F> = points.iter().map(|x| n * (*x - F::ONE)).collect();
        let inverses = denominators.par_chunks(1 << 10).flat_map_iter(F::batch_multiplicative_inverse);
        let mut first: Vec<F> = inverses.collect();
        first.iter_mut().enumerate().for_each(|(i, inverse)| *inverse *= vanishing[i % rate]);
        Self { rate, points, inverses_of_vanishing: F::batch_multiplicative_inverse(&vanishing), first }
    }

    /// $L_0$ at point `i`.
    fn first(&self, i: usize) -> F {
        self.first[i]
    }

    /// $1 / (x^n - 1)$ at point `i`.
    fn inverse_of_vanishing(&self, i: usize) -> F {
        self.inverses_of_vanishing[i % self.rate]
    }
}
