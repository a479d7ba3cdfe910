//! # The constraints at one point
//!
//! The prover says what every polynomial is at $x$; here the constraints are computed from that, folded by powers of $y$, and divided by what
//! vanishes on the rows. The result is what the quotient must be at $x$, if the proof is true. In their order:
//!
//! | constraints | of |
//! |---|---|
//! | 27 | the circuit: decision 0009 |
//! | 5 | the permutation argument over $X_0, Y_0, X_1$ and $Y_1$ |
//! | 5 | the lookup of $L$ in $T$ |

use ark_bn254::Fr;
use ark_ff::{Field as _, One as _, Zero as _, batch_inversion};

use crate::error::Error;
use crate::hashing::{Four, after_partial, external, internal};
use crate::key::VerifyingKey;
use crate::proof::{Evaluations, Proof};
use crate::statement::PUBLICS;
use crate::transcript::Challenges;

/// Rows at the end that are blinded, and the one before them, where running products end.
pub(crate) const TAIL: usize = 8;

/// What the quotient must be at $x$.
pub(crate) fn quotient(
    key: &VerifyingKey,
    publics: &[Fr; PUBLICS],
    proof: &Proof,
    challenges: &Challenges,
) -> Result<Fr, Error> {
    let rows = Rows::at(key, challenges.x)?;
    let instance = publics.iter().zip(&rows.first).map(|(scalar, row)| *scalar * row).sum();
    let mut sum = Folded { y: challenges.y, sum: Fr::zero() };
    circuit(&mut sum, &proof.at, instance);
    permutation(&mut sum, &proof.at, challenges, &rows);
    lookup(&mut sum, &proof.at, challenges, &rows);
    Ok(sum.sum * rows.vanishing_inverse)
}

/// A sum of constraints, by powers of $y$, the last lowest.
struct Folded {
    y: Fr,
    sum: Fr,
}

impl Folded {
    fn add(&mut self, constraint: Fr) {
        self.sum = self.sum * self.y + constraint;
    }
}

/// The polynomials that are 1 in some rows and 0 in all others, at $x$.
struct Rows {
    /// Rows 0 … 8, each by itself.
    first: [Fr; PUBLICS],
    /// Where running products end.
    last: Fr,
    /// All before that.
    active: Fr,
    /// $1 / (x^n - 1)$.
    vanishing_inverse: Fr,
}

impl Rows {
    fn at(key: &VerifyingKey, x: Fr) -> Result<Self, Error> {
        let vanishing = x.pow([1 << key.k]) - Fr::one();
        if vanishing.is_zero() {
            return Err(Error::Degenerate);
        }
        // Row i is 1 at x by w^i (x^n - 1) / (n (x - w^i)); from the last running product on, around the end, to the last public scalar.
        let root = key.root();
        let mut powers = [Fr::zero(); TAIL + PUBLICS];
        let mut power = root.inverse().ok_or(Error::Degenerate)?.pow([TAIL as u64]);
        for slot in &mut powers {
            *slot = power;
            power *= root;
        }
        let n = Fr::from(1u64 << key.k);
        let mut inverses = [Fr::zero(); TAIL + PUBLICS + 1];
        let (denominators, rest) = inverses.split_at_mut(TAIL + PUBLICS);
        denominators.iter_mut().zip(&powers).for_each(|(slot, power)| *slot = n * (x - power));
        rest[0] = vanishing;
        batch_inversion(&mut inverses);
        let row = |i: usize| powers[i] * vanishing * inverses[i];
        let last = row(0);
        let blinded: Fr = (1..TAIL).map(row).sum();
        Ok(Self {
            first: core::array::from_fn(|i| row(TAIL + i)),
            last,
            active: Fr::one() - last - blinded,
            vanishing_inverse: inverses[TAIL + PUBLICS],
        })
    }
}

/// Where a selector has `value`, of 1 to `values`: zero for the others.
fn pick(selector: Fr, value: u64, values: u64) -> Fr {
    (1..=values).filter(|other| *other != value).fold(selector, |product, other| product * (Fr::from(other) - selector))
}

/// The circuit's own constraints.
fn circuit(sum: &mut Folded, at: &Evaluations, instance: Fr) {
    let [p, q, r, s] = at.selectors;
    let steps = Steps::of(at);
    let full = steps.full();
    steps.lead_to(sum, pick(p, 1, 2), |j| full[j]);
    steps.lead_to(sum, pick(p, 2, 2), |j| steps.partial(j)[0]);
    let entered = steps.entered();
    steps.lead_to(sum, pick(q, 1, 2), |j| entered[j]);
    let left = steps.partial(0);
    steps.lead_to(sum, pick(q, 2, 2), |j| left[j]);

    let ([x0, y0, x1, y1], [c0, c1]) = ([at.x0[0], at.y0[0], at.x1[0], at.y1[0]], [at.c0[0], at.c1[0]]);
    sum.add(pick(r, 1, 3) * (y1 - x0 * y0 - c0 * x1 - c1 - instance));
    sum.add(pick(r, 2, 3) * (y0 - x0.square()));
    sum.add(pick(r, 2, 3) * (y1 - x1.square()));
    let absorbed = external(&[x0 + y0, x1 + y1, at.x0[1] + at.y0[1], at.x1[1]]);
    steps.lead_to(sum, pick(r, 3, 3), |j| absorbed[j]);

    let limb = |i: usize| at.limbs[i] * Fr::from(1u64 << 16).pow([i as u64]);
    let (low, high) = (limb(0) + limb(1), at.limbs[2] + at.limbs[3] * Fr::from(1u64 << 16));
    let top = Fr::from(u64::from(u32::MAX));
    sum.add(pick(s, 1, 2) * (x1 - (0..5).map(limb).sum::<Fr>()));
    sum.add(pick(s, 2, 2) * (x1 - low - high * Fr::from(1u64 << 32)));
    sum.add(pick(s, 2, 2) * low * (Fr::one() - (high - top) * y1));
    sum.add(pick(s, 2, 2) * (y0 - x0 - c0 * x1));
}

/// Eight inputs of S-boxes, two a row, their results, and the constants of the last four.
struct Steps {
    x: [Fr; 8],
    /// The last is not read: its square is not opened.
    z: [Fr; 7],
    constants: Four,
}

impl Steps {
    fn of(at: &Evaluations) -> Self {
        let x = core::array::from_fn(|i| if i % 2 == 0 { at.x0[i / 2] } else { at.x1[i / 2] });
        let z = core::array::from_fn(|i| {
            let square = if i % 2 == 0 { at.y0[i / 2] } else { at.y1[i / 2] };
            x[i] * square.square()
        });
        Self { x, z, constants: [at.c0[0], at.c1[0], at.c0[1], at.c1[1]] }
    }

    /// Demands that the last four inputs are these, and constants.
    fn lead_to(&self, sum: &mut Folded, picked: Fr, next: impl Fn(usize) -> Fr) {
        for j in 0..4 {
            sum.add(picked * (self.x[4 + j] - next(j) - self.constants[j]));
        }
    }

    /// Four elements from number `i` on.
    fn window(values: &[Fr], i: usize) -> Four {
        core::array::from_fn(|k| values[i + k])
    }

    /// The first four S-boxes were a full round.
    fn full(&self) -> Four {
        external(&Self::window(&self.z, 0))
    }

    /// The four S-boxes from number `j` on were partial rounds: the state after them.
    fn partial(&self, j: usize) -> Four {
        after_partial(&Self::window(&self.x, j), &Self::window(&self.z, j))
    }

    /// The first four S-boxes were a full round, and partial rounds follow: the inputs of these.
    fn entered(&self) -> Four {
        let mut state = self.full();
        core::array::from_fn(|j| {
            let input = state[0];
            if j < 3 {
                state[0] = self.z[4 + j];
                state = internal(&state);
            }
            input
        })
    }
}

/// The permutation argument: cells that were copied are equal.
fn permutation(sum: &mut Folded, at: &Evaluations, challenges: &Challenges, rows: &Rows) {
    let Challenges { beta, gamma, x, .. } = *challenges;
    let ([z0, z0_next, z0_last], [z1, z1_next]) = (at.z0, at.z1);
    sum.add(rows.first[0] * (Fr::one() - z0));
    sum.add(rows.last * (z1.square() - z1));
    sum.add(rows.first[0] * (z1 - z0_last));

    let cells = [at.x0[0], at.y0[0], at.x1[0], at.y1[0]];
    let mut coset = beta * x;
    let mut products = [(z0_next, z0), (z1_next, z1)];
    for (i, cell) in cells.into_iter().enumerate() {
        let (left, right) = &mut products[i / 3];
        *left *= cell + beta * at.permutation[i] + gamma;
        *right *= cell + coset + gamma;
        coset *= VerifyingKey::delta();
    }
    for (left, right) in products {
        sum.add(rows.active * (left - right));
    }
}

/// The lookup: every limb stands in the table.
fn lookup(sum: &mut Folded, at: &Evaluations, challenges: &Challenges, rows: &Rows) {
    let Challenges { beta, gamma, .. } = *challenges;
    let ([z, z_next], [input, input_before], table) = (at.lookup, at.input, at.table);
    sum.add(rows.first[0] * (Fr::one() - z));
    sum.add(rows.last * (z.square() - z));
    let left = z_next * (input + beta) * (table + gamma);
    let right = z * (at.limbs[0] + beta) * (at.fixed_table + gamma);
    sum.add(rows.active * (left - right));
    sum.add(rows.first[0] * (input - table));
    sum.add(rows.active * (input - table) * (input - input_before));
}

#[cfg(test)]
mod tests {
    use furl_circuits::profile::Profile;
    use furl_wrap::key_file;

    use super::*;

    /// What no proof can be made to meet: $x$ is a point of the domain, where there is nothing to divide by. Zero is none; nor is what has
    /// an order that the domain has not.
    #[test]
    fn points_of_the_domain_are_degenerate() {
        for profile in Profile::ALL {
            let key = VerifyingKey::parse(key_file::committed(profile)).unwrap();
            let root = key.root();
            for row in [0, 1, PUBLICS as u64, 1 << 16, (1 << key.k) - TAIL as u64, (1 << key.k) - 1] {
                assert_eq!(Rows::at(&key, root.pow([row])).err(), Some(Error::Degenerate), "{profile}, row {row}");
            }
            for other in [Fr::zero(), Fr::from(2), VerifyingKey::delta(), root.sqrt().unwrap()] {
                assert!(Rows::at(&key, other).is_ok(), "{profile}, {other}");
            }
        }
    }
}
