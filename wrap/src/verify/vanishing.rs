//! # The quotient at zeta
//!
//! The proof opens all polynomials at $\zeta$. With the gates' constraints $c_{g,i}$ filtered by selectors, the permutation argument, and powers
//! of a challenge $\alpha_k$ to tell all of them apart, what must hold is, for each $k$,
//!
//! $$ \sum_i \alpha_k^i\, t_i = (\zeta^n - 1) \sum_j \zeta^{nj}\, q_{k,j}. $$
//!
//! | terms $t_i$, in this order | how many |
//! |---|---|
//! | $L_0(\zeta)\,(Z_k - 1)$ | one a challenge |
//! | $a_{m}\prod_j (w_j + \beta_k k_j \zeta + \gamma_k) - a_{m+1} \prod_j (w_j + \beta_k \sigma_j + \gamma_k)$ | one a challenge and a chunk of wires |
//! | $\sum_g f_g\, c_{g,i}$ | the most that a gate has |
//!
//! The $a_m$ lead from $Z_k(\zeta)$ over the partial products to $Z_k(g\zeta)$.
//!
//! **Divisions.** $L_0(\zeta) = (\zeta^n - 1)/(n(\zeta - 1))$, and the FRI divides by $x - \zeta$ and $x - g\zeta$ for $x$ in the base field. None of these is zero if
//! $\zeta$ is not in the base field, which [`assert_outside`] demands. An honest proof fails it once in $2^{64}$.

use furl_circuits::field::{D, F};
use plonky2::field::types::Field;
use plonky2::plonk::circuit_data::CommonCircuitData;

use super::extension::Ext;
use super::gates::{self, Row, UnknownGate};
use super::goldilocks::{Goldilocks, Sum};
use crate::machine::Machine;

/// plonky2's selector of a row that is not of the group.
const UNUSED_SELECTOR: usize = u32::MAX as usize;

/// The openings of a proof, in the order in which the FRI has them.
#[derive(Clone, Debug)]
pub struct Openings<T> {
    /// Selectors and constants.
    pub constants: Vec<Ext<T>>,
    /// The permutation.
    pub sigmas: Vec<Ext<T>>,
    /// Wires.
    pub wires: Vec<Ext<T>>,
    /// The grand products.
    pub zs: Vec<Ext<T>>,
    /// Their partial products.
    pub partial_products: Vec<Ext<T>>,
    /// Pieces of the quotients.
    pub quotients: Vec<Ext<T>>,
    /// The grand products at the next point.
    pub zs_next: Vec<Ext<T>>,
}

impl<T> Openings<T> {
    /// What is opened at zeta, in the order of the trees' leaves.
    pub fn at_zeta(&self) -> impl Iterator<Item = &Ext<T>> {
        let Self { constants, sigmas, wires, zs, partial_products, quotients, zs_next: _ } = self;
        [constants, sigmas, wires, zs, partial_products, quotients].into_iter().flatten()
    }
}

/// The challenges that the quotient depends on.
#[derive(Clone, Debug)]
pub struct Challenges<T> {
    /// $\beta_k$.
    pub betas: Vec<Sum<T>>,
    /// $\gamma_k$.
    pub gammas: Vec<Sum<T>>,
    /// $\alpha_k$.
    pub alphas: Vec<Sum<T>>,
    /// $\zeta$.
    pub zeta: Ext<T>,
}

/// Demands that an element is not in the base field.
pub fn assert_outside<M: Machine>(g: &mut Goldilocks<'_, M>, a: Ext<M::Cell>) {
    let part = a.0[1];
    let inverse = g.value(part).try_inverse().unwrap_or(F::ZERO);
    let inverse = g.element(inverse).into();
    let unit = g.multiply(part, inverse);
    g.assert_congruent(unit, g.one());
}

/// Demands that the quotients are those of the constraints.
///
/// # Errors
/// If the circuit has a gate that is not known.
pub fn assert_quotients<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    common: &CommonCircuitData<F, D>,
    openings: &Openings<M::Cell>,
    challenges: &Challenges<M::Cell>,
    public_hash: &[Sum<M::Cell>; 4],
) -> Result<(), UnknownGate> {
    assert_outside(g, challenges.zeta);
    let zeta_n = g.ext_power_of_two(challenges.zeta, common.degree_bits());
    let vanishing = g.ext_shift(zeta_n, F::NEG_ONE);
    let sums = sums(g, common, openings, challenges, public_hash, vanishing)?;

    g.machine().stage("quotients");
    let pieces = common.quotient_degree_factor;
    let zeta_n_powers = g.ext_powers(zeta_n, pieces);
    for (sum, quotient) in sums.into_iter().zip(openings.quotients.chunks(pieces)) {
        let pairs = quotient.iter().copied().zip(zeta_n_powers.iter().copied());
        let quotient = g.ext_inner(pairs, g.ext_zero());
        let expected = g.ext_multiply(vanishing, quotient);
        let difference = g.ext_sub(sum, expected);
        g.ext_assert_zero(difference);
    }
    Ok(())
}

/// The left sides, one a challenge; `vanishing` is $\zeta^n - 1$.
pub(super) fn sums<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    common: &CommonCircuitData<F, D>,
    openings: &Openings<M::Cell>,
    challenges: &Challenges<M::Cell>,
    public_hash: &[Sum<M::Cell>; 4],
    vanishing: Ext<M::Cell>,
) -> Result<Vec<Ext<M::Cell>>, UnknownGate> {
    g.machine().stage("permutation");
    let terms = permutation(g, common, openings, challenges, vanishing);
    let count = terms.len() + common.num_gate_constraints;
    let powers: Vec<_> = challenges.alphas.iter().map(|alpha| g.powers(*alpha, count)).collect();
    let mut sums: Vec<_> = powers.iter().map(|powers| combine(g, &terms, powers)).collect();

    g.machine().stage("gates");
    let public_hash = public_hash.map(|h| g.embed(h));
    let row = Row {
        wires: &openings.wires,
        constants: &openings.constants[common.selectors_info.num_selectors()..],
        public_hash: &public_hash,
    };
    for (i, gate) in common.gates.iter().enumerate() {
        let constraints = gates::constraints(g, gate, &row)?;
        if constraints.is_empty() {
            continue;
        }
        assert!(constraints.len() <= common.num_gate_constraints, "a gate has no more constraints than the most");
        let constraints: Vec<_> = constraints.into_iter().map(|c| g.ext_narrow(c)).collect();
        let filter = filter(g, common, &openings.constants, i);
        for (sum, powers) in sums.iter_mut().zip(&powers) {
            let combined = combine(g, &constraints, &powers[terms.len()..]);
            *sum = g.ext_multiply_add(filter, combined, *sum);
        }
    }
    Ok(sums)
}

/// $\sum_i a_i t_i$.
fn combine<M: Machine>(g: &mut Goldilocks<'_, M>, terms: &[Ext<M::Cell>], powers: &[Sum<M::Cell>]) -> Ext<M::Cell> {
    terms.iter().zip(powers).fold(g.ext_zero(), |sum, (term, power)| g.scalar_multiply_add(*power, *term, sum))
}

/// The terms of the permutation argument.
pub(super) fn permutation<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    common: &CommonCircuitData<F, D>,
    openings: &Openings<M::Cell>,
    challenges: &Challenges<M::Cell>,
    vanishing: Ext<M::Cell>,
) -> Vec<Ext<M::Cell>> {
    let n = F::from_canonical_usize(common.degree());
    let denominator = g.ext_shift(challenges.zeta, F::NEG_ONE);
    let denominator = g.ext_scale(n, denominator);
    let first = g.ext_divide(vanishing, denominator); // not zero, as zeta is not in the base field

    let starts = openings.zs.iter().map(|z| {
        let z = g.ext_shift(*z, F::NEG_ONE);
        g.ext_multiply(first, z)
    });
    let mut terms: Vec<_> = starts.collect();
    for k in 0..openings.zs.len() {
        terms.extend(chunks(g, common, openings, challenges, k));
    }
    terms.into_iter().map(|term| g.ext_narrow(term)).collect()
}

/// The terms of one challenge's products.
fn chunks<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    common: &CommonCircuitData<F, D>,
    openings: &Openings<M::Cell>,
    challenges: &Challenges<M::Cell>,
    k: usize,
) -> Vec<Ext<M::Cell>> {
    let (beta, gamma) = (challenges.betas[k], challenges.gammas[k]);
    let beta_zeta = g.scalar_multiply(beta, challenges.zeta);
    let beta_zeta = g.ext_reduce(beta_zeta);
    let partial = &openings.partial_products[k * common.num_partial_products..][..common.num_partial_products];
    let from = std::iter::once(openings.zs[k]).chain(partial.iter().copied());
    let to = partial.iter().copied().chain([openings.zs_next[k]]);

    let chunk = common.quotient_degree_factor;
    let routed = common.config.num_routed_wires;
    let mut terms = Vec::new();
    for (m, (from, to)) in from.zip(to).enumerate() {
        let (mut numerator, mut denominator) = (from, to);
        for j in m * chunk..routed.min((m + 1) * chunk) {
            let Ext([low, high]) = openings.wires[j];
            let wire = Ext([g.add(low, gamma), high]);
            let factor = g.ext_scale_add(common.k_is[j], beta_zeta, wire);
            numerator = g.ext_multiply(numerator, factor);
            let factor = g.scalar_multiply_add(beta, openings.sigmas[j], wire);
            denominator = g.ext_multiply(denominator, factor);
        }
        terms.push(g.ext_sub(numerator, denominator));
    }
    terms
}

/// The filter of a gate: not zero on its rows, zero on all other rows whose selector is of its group or unused.
pub(super) fn filter<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    common: &CommonCircuitData<F, D>,
    constants: &[Ext<M::Cell>],
    gate: usize,
) -> Ext<M::Cell> {
    let info = &common.selectors_info;
    let group = info.selector_indices[gate];
    let selector = constants[group];
    let unused = (info.num_selectors() > 1).then_some(UNUSED_SELECTOR);
    let others = info.groups[group].clone().filter(|i| *i != gate).chain(unused);
    let minus = g.ext_scale(F::NEG_ONE, selector);
    let one = g.embed(g.one());
    let product = others.fold(one, |product, i| {
        let factor = g.ext_shift(minus, F::from_canonical_usize(i));
        g.ext_multiply(product, factor)
    });
    g.ext_reduce(product)
}
