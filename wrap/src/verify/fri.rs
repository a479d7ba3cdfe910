//! # The FRI: that openings are those of low-degree polynomials
//!
//! All polynomials are opened at $\zeta$, the grand products also at $\zeta' = g\zeta$. With powers of $\alpha$ to tell them apart, every query at a
//! point $x$ of the domain computes from the leaves of the trees
//!
//! $$ f(x) = \alpha^{n'} \frac{\sum_i \alpha^i (f_i(x) - f_i(\zeta))}{x - \zeta} + \frac{\sum_{i < n'} \alpha^i (z_i(x) - z_i(\zeta'))}{x - \zeta'}, $$
//!
//! and follows its value down to the final polynomial: at each step it must be the one of $2^a$ values of a coset that the index points to;
//! their interpolation at $\beta$ is the value of the next.
//!
//! ## The point
//!
//! Trees are in bit-reversed order: $x = 7\,\omega^{\mathrm{rev}(i)} = 7 \prod_k \omega^{2^{n-1-k} i_k}$ for an index of bits $i_k$. Bits are taken in *chunks*: those
//! that a step folds, and the rest by fours. A chunk has $2^a$ indicators, one of them 1, so that a product of constants is a sum, and a
//! value of a coset is chosen by the same indicators. The coset of a step starts where the bits of its chunk are zero: at
//! $s = \prod$ over the later chunks.
//!
//! ## The fold
//!
//! With $z = \beta / s$ and the order of values reversed, coefficients are sums of values times constants, $c_k = 2^{-a} \sum_i v_i\, g^{-ik}$, which need no
//! reduction before $\sum_k c_k z^k$ is summed up in two levels.
//!
//! **Divisors.** $x - \zeta$ and $x - \zeta'$ are not zero, as $\zeta$ is not in the base field ([`assert_outside`](super::vanishing::assert_outside)); $s$ is a product of
//! constants that are not zero.

use furl_circuits::field::{Extension, F};
use plonky2::field::types::Field;

use super::extension::Ext;
use super::goldilocks::{Goldilocks, Sum};
use super::range::centred;
use super::vanishing::Openings;
use crate::machine::Machine;

/// The most bits of an index that are taken at once.
const CHUNK_BITS: usize = 4;

/// What stays the same from query to query.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Binary logarithm of the domain's size.
    pub domain_bits: usize,
    /// Binary logarithms of the folds.
    pub arities: Vec<usize>,
    /// Grand products: the polynomials that are opened at two points.
    pub challenges: usize,
    /// Where in a query's values, all leaves one after the other, they start.
    pub first_z: usize,
    /// Binary logarithm of the number of rows.
    pub degree_bits: usize,
}

/// The challenges of the FRI, and the final polynomial.
#[derive(Clone, Debug)]
pub struct Challenges<T> {
    /// $\zeta$.
    pub zeta: Ext<T>,
    /// $\alpha$.
    pub alpha: Ext<T>,
    /// $\beta$, one a fold.
    pub betas: Vec<Ext<T>>,
    /// The coefficients of the final polynomial.
    pub last: Vec<Ext<T>>,
}

/// What all queries use.
#[derive(Debug)]
pub struct Fri<T> {
    shape: Shape,
    challenges: Challenges<T>,
    zeta_next: Ext<T>,
    powers: Vec<Ext<T>>,
    /// The two sums of openings.
    pub(super) sums: [Ext<T>; 2],
}

/// A query's index, as bits, lowest first, and their chunks.
#[derive(Debug)]
pub struct Index<T> {
    /// The bits.
    pub bits: Vec<Sum<T>>,
    chunks: Vec<Chunk<T>>,
}

/// Some bits of an index.
#[derive(Debug)]
struct Chunk<T> {
    start: usize,
    /// Indicator $j$ is 1 if the bits are those of $j$, else 0.
    indicators: Vec<Sum<T>>,
}

/// $2^k$ indicators of $k$ bits: the one of the bits' number is 1, the others are 0.
pub fn indicators<M: Machine>(g: &mut Goldilocks<'_, M>, bits: &[Sum<M::Cell>]) -> Vec<Sum<M::Cell>> {
    bits.iter().fold(vec![g.one()], |all, bit| {
        let set: Vec<_> = all.iter().map(|i| g.multiply(*i, *bit)).collect();
        let clear = all.iter().zip(&set).map(|(i, set)| {
            let difference = g.sub(*i, *set);
            difference.bit_that_is(*i, *bit)
        });
        let clear: Vec<_> = clear.collect();
        [clear, set].concat()
    })
}

impl<T: Copy> Index<T> {
    /// An index of these bits.
    pub fn new<M: Machine<Cell = T>>(g: &mut Goldilocks<'_, M>, shape: &Shape, bits: Vec<Sum<T>>) -> Self {
        let mut ends: Vec<_> = shape
            .arities
            .iter()
            .scan(0, |end, a| {
                *end += a;
                Some(*end)
            })
            .collect();
        while let end = ends.last().copied().unwrap_or(0)
            && end < bits.len()
        {
            ends.push(bits.len().min(end + CHUNK_BITS));
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let chunks =
            starts.zip(&ends).map(|(start, end)| Chunk { start, indicators: indicators(g, &bits[start..*end]) });
        Self { chunks: chunks.collect(), bits }
    }

    /// $c^{e} \prod_k \omega^{e\,2^{n-1-k} i_k}$ over the bits of all chunks from one on, $e$ a power of two.
    pub(super) fn point<M: Machine<Cell = T>>(
        &self,
        g: &mut Goldilocks<'_, M>,
        from: usize,
        log_e: usize,
        c: F,
    ) -> Sum<T> {
        let n = self.bits.len();
        let mut scale = c.exp_power_of_2(log_e);
        let mut product: Option<Sum<T>> = None;
        for chunk in &self.chunks[from..] {
            // An element of order 2^(k+1) for bit k.
            let root = |k: usize| F::primitive_root_of_unity((k + 1).saturating_sub(log_e));
            let value = |j: usize| {
                let set = (0..n).filter(|k| (j >> k) & 1 == 1).map(|k| root(chunk.start + k));
                set.product::<F>() * scale
            };
            let terms = chunk.indicators.iter().enumerate();
            let table = terms.fold(g.zero(), |sum, (j, i)| g.scale_add(centred(value(j)), *i, sum));
            product = Some(product.map_or(table, |product| g.multiply_narrow(product, table)));
            scale = F::ONE;
        }
        match product {
            Some(product) => g.reduce(product).into(),
            None => g.constant(scale).into(),
        }
    }
}

impl<T: Copy> Fri<T> {
    /// What all queries use.
    pub fn new<M: Machine<Cell = T>>(
        g: &mut Goldilocks<'_, M>,
        shape: Shape,
        openings: &Openings<T>,
        challenges: Challenges<T>,
    ) -> Self {
        let generator = F::primitive_root_of_unity(shape.degree_bits);
        let zeta_next = g.ext_scale(generator, challenges.zeta);
        let zeta_next = g.ext_reduce(zeta_next);
        let all: Vec<_> = openings.at_zeta().copied().collect();
        let powers = g.ext_powers(challenges.alpha, all.len());
        let sums = [&all, &openings.zs_next].map(|values| {
            let pairs = values.iter().copied().zip(powers.iter().copied());
            let sum = g.ext_inner(pairs, g.ext_zero());
            g.ext_reduce(sum)
        });
        Self { shape, challenges, zeta_next, powers, sums }
    }

    /// Demands that one query leads to the final polynomial: from the values in the leaves, all one after the other, over the cosets'.
    pub fn query<M: Machine<Cell = T>>(
        &self,
        g: &mut Goldilocks<'_, M>,
        index: &Index<T>,
        values: &[Sum<T>],
        cosets: &[Vec<Ext<T>>],
    ) {
        let shift = F::MULTIPLICATIVE_GROUP_GENERATOR;
        let x = index.point(g, 0, 0, shift);
        let mut value = self.combined(g, x, values);
        let mut folded = 0;
        for (step, (coset, beta)) in cosets.iter().zip(&self.challenges.betas).enumerate() {
            let indicators = &index.chunks[step].indicators;
            let pairs = indicators.iter().zip(coset);
            let chosen = pairs.fold(g.ext_zero(), |sum, (i, v)| g.scalar_multiply_add(*i, *v, sum));
            let difference = g.ext_sub(chosen, value);
            g.ext_assert_zero(difference);

            let start = index.point(g, step + 1, folded, shift);
            value = fold(g, coset, *beta, start);
            folded += self.shape.arities[step];
        }
        let x = index.point(g, cosets.len(), folded, shift);
        let last = evaluate(g, &self.challenges.last, x);
        let difference = g.ext_sub(last, value);
        g.ext_assert_zero(difference);
    }

    /// $f(x)$.
    pub(super) fn combined<M: Machine<Cell = T>>(
        &self,
        g: &mut Goldilocks<'_, M>,
        x: Sum<T>,
        values: &[Sum<T>],
    ) -> Ext<T> {
        let zs = &values[self.shape.first_z..][..self.shape.challenges];
        let points = [self.challenges.zeta, self.zeta_next];
        let mut quotients = [values, zs].into_iter().zip(points).zip(self.sums).map(|((values, point), opened)| {
            let terms = values.iter().zip(&self.powers);
            let sum = terms.fold(g.ext_zero(), |sum, (v, power)| g.scalar_multiply_add(*v, *power, sum));
            let numerator = g.ext_sub(sum, opened);
            let x = g.embed(x);
            let denominator = g.ext_sub(x, point);
            g.ext_divide(numerator, denominator)
        });
        let (first, second) = (quotients.next().expect("two points"), quotients.next().expect("two points"));
        g.ext_multiply_add(self.powers[self.shape.challenges], first, second)
    }
}

/// The value at $\beta$ of the polynomial that has these values on the coset that starts here.
pub(super) fn fold<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    coset: &[Ext<M::Cell>],
    beta: Ext<M::Cell>,
    start: Sum<M::Cell>,
) -> Ext<M::Cell> {
    let inverse = g.value(start).try_inverse().unwrap_or(F::ZERO);
    let z = g.ext_element(g.ext_value(beta) * Extension::from(inverse));
    let product = g.scalar_multiply(start, z);
    let difference = g.ext_sub(product, beta);
    g.ext_assert_zero(difference);

    let bits = coset.len().trailing_zeros() as usize;
    let values: Vec<_> = (0..coset.len()).map(|i| coset[i.reverse_bits() >> (usize::BITS as usize - bits)]).collect();
    let coefficients = coefficients(g, &values);
    evaluate_extension(g, &coefficients, z)
}

/// The coefficients of the polynomial that has these values on a subgroup.
fn coefficients<M: Machine>(g: &mut Goldilocks<'_, M>, values: &[Ext<M::Cell>]) -> Vec<Ext<M::Cell>> {
    let n = values.len();
    let inverse_root = F::primitive_root_of_unity(n.trailing_zeros() as usize).inverse();
    let scale = F::from_canonical_usize(n).inverse();
    let (low, high) = values.split_at(n / 2);
    // g^(n/2) = -1: even coefficients see sums of opposite values, odd ones differences.
    let sums: Vec<_> = low.iter().zip(high).map(|(a, b)| g.ext_add(*a, *b)).collect();
    let differences: Vec<_> = low.iter().zip(high).map(|(a, b)| g.ext_sub(*a, *b)).collect();
    let coefficient = |k: usize| {
        let terms = if k.is_multiple_of(2) { &sums } else { &differences };
        let terms = terms.iter().enumerate().map(|(i, v)| (inverse_root.exp_u64((i * k) as u64) * scale, v));
        terms.fold(g.ext_zero(), |sum, (k, v)| g.ext_scale_add(k, *v, sum))
    };
    (0..n).map(coefficient).collect()
}

/// How many coefficients are summed up at the lower level, of so many.
const fn lower_level(coefficients: usize) -> usize {
    1 << (coefficients.trailing_zeros() / 2)
}

/// $\sum_k c_k z^k$.
fn evaluate_extension<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    coefficients: &[Ext<M::Cell>],
    z: Ext<M::Cell>,
) -> Ext<M::Cell> {
    let step = lower_level(coefficients.len());
    let low = g.ext_powers(z, step + 1);
    let high = g.ext_powers(low[step], coefficients.len() / step);
    let inner: Vec<_> = coefficients
        .chunks(step)
        .map(|chunk| {
            let pairs = chunk.iter().copied().zip(low.iter().copied()).skip(1);
            let sum = g.ext_inner(pairs, chunk[0]);
            g.ext_reduce(sum)
        })
        .collect();
    let pairs = inner.iter().copied().zip(high).skip(1);
    g.ext_inner(pairs, inner[0])
}

/// The same for a point of the base field.
pub(super) fn evaluate<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    coefficients: &[Ext<M::Cell>],
    x: Sum<M::Cell>,
) -> Ext<M::Cell> {
    let step = lower_level(coefficients.len());
    let low = g.powers(x, step + 1);
    let high = g.powers(low[step], coefficients.len() / step);
    let mut total = g.ext_zero();
    for (chunk, power) in coefficients.chunks(step).zip(high) {
        let terms = chunk.iter().zip(&low).skip(1);
        let sum = terms.fold(chunk[0], |sum, (c, x)| g.scalar_multiply_add(*x, *c, sum));
        total = g.scalar_multiply_add(power, sum, total);
    }
    total
}
