//! # The quotient, coset by coset
//!
//! $N$ has fewer than $5n$ coefficients, the quotient $h = N / (X^n - 1)$ fewer than $4n$. It is computed from its values on four cosets
//! $s_j H$ of the rows' group $H$, one after the other: there every polynomial has $n$ values, and $X^n - 1$ is a constant. From the values on a coset come
//! the coefficients of $h$ modulo $X^n - s_j^n$, and from these, with $h = \sum_i X^{ni} H_i$, the pieces: $\sum_i s_j^{ni} H_i$ for four $j$.
//!
//! On a coset, $N$ is summed up [part by part](Part), and every column is there only as long as there are parts that it takes part in: eleven at
//! a time, of 23. Of the rows' Lagrange polynomials one suffices: $\lambda_i(x) = \lambda_0(\omega^{-i} x)$ is the same column, shifted.
//!
//! The constraints are those of [`config`](super::super::config), by formula. Four constraints under one selector are one linear form in
//! the $z_i$, $x_i$ and constants, whose coefficients are computed once: with $p_j = y^{3-j}$,
//!
//! $$ \sum_j p_j (x_{4+j} - C_j) - \sum_j p_j \sum_i c_{ji} z_i. $$
//!
//! Bounds, as the [lanes](furl_engine::bn254::lanes) have them: values are below $1.4\,p$; a linear form has at most 17 terms, below
//! $23\,p$; times what picks it, below $1.4\,p$; what is 1 in the active rows is below $17\,p$. A part is a sum of at most five terms below $1.5\,p$, added to a
//! word from memory, below $16\,p$.

// As in the lanes: plain loops over several arrays at once.
#![allow(clippy::needless_range_loop)]

use furl_engine::bn254::fft::Transform;
use furl_engine::bn254::lanes::eight;
use furl_engine::bn254::{EIGHT, Job, Lanes, Word};
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _, WithSmallOrderMulGroup as _};
use rayon::prelude::*;

use super::super::coefficients::COEFFICIENTS;
use super::super::config::DEGREE;
use super::super::table::{ADVICE, BLINDED, COPIED};
use super::words::{number, word};
use super::{Challenges, root};

/// Pieces of the quotient, and cosets.
pub(super) const PIECES: usize = DEGREE - 1;

/// Vectors that one thread takes at a time.
const CHUNK: usize = 512;

/// Constraints, and what the permutation and the lookup add.
const TERMS: usize = 37;

/// Rows that are blinded are the lanes of a vector: the last rows' Lagrange polynomials are the first one's, shifted.
const _: () = assert!(BLINDED == EIGHT);

/// Something for every polynomial of which $N$ is made.
#[derive(Clone, Copy)]
pub(super) struct Columns<T> {
    pub(super) advice: [T; ADVICE],
    /// $P, Q, R, S, C_0, C_1, T$.
    pub(super) fixed: [T; 7],
    pub(super) sigma: [T; COPIED],
    pub(super) instance: T,
    /// $Z_0, Z_1, Z_L$.
    pub(super) products: [T; 3],
    /// $A', S'$.
    pub(super) permuted: [T; 2],
    /// $\lambda_0$: 1 in the first row.
    pub(super) first: T,
}

impl<T> Columns<T> {
    fn list(self) -> impl Iterator<Item = T> {
        (self.advice.into_iter().chain(self.fixed).chain(self.sigma))
            .chain([self.instance])
            .chain(self.products.into_iter().chain(self.permuted).chain([self.first]))
    }

    /// From what [`list`](Self::list) lists.
    fn of(mut list: impl Iterator<Item = T>) -> Self {
        let mut next = || list.next().expect("one for each");
        Self {
            advice: std::array::from_fn(|_| next()),
            fixed: std::array::from_fn(|_| next()),
            sigma: std::array::from_fn(|_| next()),
            instance: next(),
            products: std::array::from_fn(|_| next()),
            permuted: std::array::from_fn(|_| next()),
            first: next(),
        }
    }
}

/// What is added to $N$ at a time, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The lookup.
    Lookup,
    /// Multiply-add, squares, ranges.
    Arithmetic,
    /// Permutations.
    Hashing,
    /// The copies.
    Copies,
}

impl Part {
    const ALL: [Self; 4] = [Self::Lookup, Self::Arithmetic, Self::Hashing, Self::Copies];

    /// The first part that reads a column, and the last.
    fn readers() -> Columns<[Self; 2]> {
        let [lookup, arithmetic, hashing, copies] = Self::ALL;
        let advice = [arithmetic, copies];
        let (selector, range, constant) = ([hashing; 2], [arithmetic; 2], [arithmetic, hashing]);
        Columns {
            advice: [advice, advice, advice, advice, [lookup, arithmetic]],
            fixed: [selector, selector, constant, range, constant, constant, [lookup; 2]],
            sigma: [[copies; 2]; COPIED],
            instance: [arithmetic; 2],
            products: [[copies; 2], [copies; 2], [lookup; 2]],
            permuted: [[lookup; 2]; 2],
            first: [lookup, copies],
        }
    }
}

/// The pieces $H_i$ of the quotient, from the polynomials' coefficients.
pub(super) fn quotient<L: Lanes>(lanes: &L, k: u32, columns: &Columns<&[Fr]>, challenges: Challenges) -> Vec<Vec<Fr>> {
    let n = 1usize << k;
    let (omega, one) = (root(k), word(&Fr::ONE));
    let forward = Transform::new(lanes, word(&omega), k);
    let backward = Transform::new(lanes, word(&omega.invert().unwrap_or(Fr::ZERO)), k);
    let shifts: [Fr; PIECES] = std::array::from_fn(|j| Fr::ZETA * root(k + 2).pow([j as u64]));
    let powers = shifts.map(|shift| shift.pow([n as u64]));
    let parts: Vec<Vec<Fr>> = shifts
        .iter()
        .zip(powers)
        .map(|(shift, power)| {
            let formula = Formula::new(lanes, challenges, *shift, omega);
            let values = numerator(lanes, &forward, columns, &formula);
            let vanishing = (power - Fr::ONE).invert().unwrap_or(Fr::ZERO);
            let scale = vanishing * Fr::from(n as u64).invert().unwrap_or(Fr::ZERO);
            backward.values(lanes, |i| values[i], &word(&scale), &one, number)
        })
        .collect();
    pieces(parts, &shifts, &powers)
}

/// $N$'s values on a coset.
fn numerator<L: Lanes>(lanes: &L, forward: &Transform<L>, columns: &Columns<&[Fr]>, formula: &Formula<L>) -> Vec<Word> {
    let (one, shift) = (word(&Fr::ONE), word(&formula.shift));
    let mut values = vec![[0; 4]; columns.first.len()];
    let mut all: Vec<Vec<L::Vector>> = columns.list().map(|_| Vec::new()).collect();
    for part in Part::ALL {
        let each: Vec<_> = all.iter_mut().zip(columns.list()).zip(Part::readers().list()).collect();
        each.into_par_iter().with_max_len(1).for_each(|((vectors, column), [first, last])| {
            if part == first {
                *vectors = forward.vectors(lanes, |i| word(&column[i]), &one, &shift);
            } else if part > last {
                *vectors = Vec::new();
            }
        });
        let columns = Columns::of(all.iter().map(Vec::as_slice));
        values.par_chunks_mut(EIGHT * CHUNK).enumerate().for_each(|(chunk, values)| {
            lanes.within(Values { part, columns: &columns, formula, first: chunk * CHUNK, values });
        });
    }
    values
}

/// From $h$ modulo $X^n - s_j^n$, whose coefficients are still times $s_j^m$, to the pieces.
fn pieces(parts: Vec<Vec<Fr>>, shifts: &[Fr; PIECES], powers: &[Fr; PIECES]) -> Vec<Vec<Fr>> {
    // Of the polynomial that is 1 at power j and 0 at the others, coefficient i.
    let basis: Vec<[Fr; PIECES]> = (0..PIECES)
        .map(|j| {
            let mut polynomial = [Fr::ZERO; PIECES];
            polynomial[0] = Fr::ONE;
            for other in (0..PIECES).filter(|other| *other != j) {
                let scale = (powers[j] - powers[other]).invert().unwrap_or(Fr::ZERO);
                let lower = polynomial;
                for i in 0..PIECES {
                    let shifted = if i > 0 { lower[i - 1] } else { Fr::ZERO };
                    polynomial[i] = (shifted - powers[other] * lower[i]) * scale;
                }
            }
            polynomial
        })
        .collect();
    let n = parts[0].len();
    let inverses = shifts.map(|shift| shift.invert().unwrap_or(Fr::ZERO));
    let chunk = EIGHT * CHUNK;
    let mut pieces = vec![vec![Fr::ZERO; n]; PIECES];
    let mut outputs: Vec<_> = pieces.iter_mut().map(|piece| piece.par_chunks_mut(chunk)).collect();
    let [d, c, b, a] = std::array::from_fn(|_| outputs.pop().expect("four pieces"));
    a.zip(b).zip(c).zip(d).enumerate().for_each(|(index, (((a, b), c), d))| {
        let mut scales = inverses.map(|inverse| inverse.pow([(index * chunk) as u64]));
        for row in 0..a.len() {
            let mut sums = [Fr::ZERO; PIECES];
            for j in 0..PIECES {
                let value = parts[j][index * chunk + row] * scales[j];
                (0..PIECES).for_each(|i| sums[i] += basis[j][i] * value);
                scales[j] *= inverses[j];
            }
            [a[row], b[row], c[row], d[row]] = sums;
        }
    });
    pieces
}

/// All coefficients of the formula for $N$, on one coset.
struct Formula<L: Lanes> {
    /// The linear forms in $x_0 \ldots x_6$ and $z_0 \ldots z_6$ under $P = 1$, $P = 2$, $Q = 1$, $Q = 2$; their factors.
    full: Form<L, 0, 4>,
    partial: Form<L, 6, 7>,
    enter: Form<L, 0, 7>,
    leave: Form<L, 3, 4>,
    /// What a state and its input become under $R = 3$.
    absorb: [L::Scalar; 4],
    /// $y^3, y^2, y$.
    ahead: [L::Scalar; 3],
    /// $y^{36 - i}$ for term $i$.
    y: [L::Scalar; TERMS],
    small: [L::Scalar; 4],
    /// $2^{16 i}$.
    limbs: [L::Scalar; 5],
    top: L::Scalar,
    beta: L::Scalar,
    gamma: L::Scalar,
    /// $\beta \delta^i$.
    identity: [L::Scalar; COPIED],
    shift: Fr,
    omega: Fr,
    /// $\omega^l$ for lane $l$, and $\omega^8$.
    lane: [Word; EIGHT],
    step: L::Scalar,
}

/// Factors of the first $x_i$ (without $x_0$, whose factor is zero where there are any) and of the first $z_i$.
struct Form<L: Lanes, const X: usize, const Z: usize> {
    x: [L::Scalar; X],
    z: [L::Scalar; Z],
}

impl<L: Lanes> Formula<L> {
    fn new(lanes: &L, Challenges { beta, gamma, y }: Challenges, shift: Fr, omega: Fr) -> Self {
        let c = &COEFFICIENTS;
        let scalar = |x: Fr| lanes.scalar(&word(&x));
        let power = |e: usize| y.pow([e as u64]);
        // - Σ p_j f(j)
        let folded = |f: &dyn Fn(usize) -> Fr| scalar(-(0..4).map(|j| power(3 - j) * f(j)).sum::<Fr>());
        let at =
            |row: &[Fr], i: usize, j: usize| i.checked_sub(j).and_then(|i| row.get(i).copied()).unwrap_or(Fr::ZERO);
        Self {
            full: Form { x: [], z: std::array::from_fn(|i| folded(&|j| c.external[j][i])) },
            partial: Form {
                x: std::array::from_fn(|i| folded(&|j| -at(&c.a, i + 1, j))),
                z: std::array::from_fn(|i| folded(&|j| at(&c.b, i, j))),
            },
            enter: Form {
                x: [],
                z: std::array::from_fn(|i| {
                    folded(&|j| match i.checked_sub(4) {
                        None => c.f[j][i],
                        Some(fresh) => j.checked_sub(fresh).map_or(Fr::ZERO, |d| c.g[d]),
                    })
                }),
            },
            leave: Form {
                x: std::array::from_fn(|i| folded(&|j| c.k[j][i + 1])),
                z: std::array::from_fn(|i| folded(&|j| c.h[j][i])),
            },
            absorb: std::array::from_fn(|i| folded(&|j| c.external[j][i])),
            ahead: std::array::from_fn(|j| scalar(power(3 - j))),
            y: std::array::from_fn(|i| scalar(power(TERMS - 1 - i))),
            small: std::array::from_fn(|i| scalar(Fr::from(i as u64))),
            limbs: std::array::from_fn(|i| scalar(Fr::from(1 << 16).pow([i as u64]))),
            top: scalar(Fr::from((1 << 32) - 1)),
            beta: scalar(beta),
            gamma: scalar(gamma),
            identity: std::array::from_fn(|i| scalar(beta * Fr::DELTA.pow([i as u64]))),
            shift,
            omega,
            lane: std::array::from_fn(|l| word(&omega.pow([l as u64]))),
            step: scalar(omega.pow([EIGHT as u64])),
        }
    }
}

/// A part of a run of $N$'s values on a coset, from a vector on.
struct Values<'a, L: Lanes> {
    part: Part,
    columns: &'a Columns<&'a [L::Vector]>,
    formula: &'a Formula<L>,
    first: usize,
    values: &'a mut [Word],
}

/// Arithmetic, with constants in tables.
struct On<'a, L: Lanes> {
    lanes: &'a L,
    formula: &'a Formula<L>,
    columns: &'a Columns<&'a [L::Vector]>,
    /// This vector, the next, the one before.
    at: usize,
    next: usize,
    previous: usize,
}

impl<L: Lanes> Job<L> for Values<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self, lanes: &L) {
        let Self { part, columns, formula, first, values } = self;
        let vectors = columns.first.len();
        let start = formula.shift * formula.omega.pow([(first * EIGHT) as u64]);
        let start = lanes.splat(&lanes.scalar(&word(&start)));
        let step = lanes.splat(&formula.step);
        let mut x = lanes.mul(&start, &lanes.load(eight(&formula.lane)));
        let (values, _) = values.as_chunks_mut::<EIGHT>();
        for (i, values) in values.iter_mut().enumerate() {
            let at = first + i;
            let (next, previous) = ((at + 1) % vectors, (at + vectors - 1) % vectors);
            let on = On { lanes, formula, columns, at, next, previous };
            let added = match part {
                Part::Lookup => on.lookup(),
                Part::Arithmetic => on.arithmetic(),
                Part::Hashing => on.hashing(),
                Part::Copies => on.copies(&x),
            };
            *values = lanes.store(&on.add(&lanes.load(eight(values)), &added));
            x = lanes.mul(&x, &step);
        }
    }
}

impl<L: Lanes> On<'_, L> {
    #[inline(always)]
    fn add(&self, a: &L::Vector, b: &L::Vector) -> L::Vector {
        self.lanes.add(a, b)
    }

    /// $a - b$, for $b$ below $4p$.
    #[inline(always)]
    fn sub(&self, a: &L::Vector, b: &L::Vector) -> L::Vector {
        self.lanes.sub::<2>(a, b)
    }

    #[inline(always)]
    fn mul(&self, a: &L::Vector, b: &L::Vector) -> L::Vector {
        self.lanes.mul(a, b)
    }

    #[inline(always)]
    fn times(&self, factor: &L::Scalar, a: &L::Vector) -> L::Vector {
        self.lanes.mul(a, &self.lanes.splat(factor))
    }

    /// A column, so many rows below.
    #[inline(always)]
    fn below<const ROWS: i32>(&self, column: &[L::Vector]) -> L::Vector {
        self.lanes.shift::<ROWS>(&column[self.at], &column[self.next])
    }

    /// $\sum_i f_i v_i$, from a beginning on.
    #[inline(always)]
    fn form(&self, from: L::Vector, factors: &[L::Scalar], values: &[L::Vector]) -> L::Vector {
        let mut sum = from;
        for (factor, value) in factors.iter().zip(values) {
            sum = self.add(&sum, &self.times(factor, value));
        }
        sum
    }

    /// What picks a selector's value out of those up to a highest, times the factor of a term.
    #[inline(always)]
    fn pick(&self, column: usize, value: usize, highest: usize, term: usize) -> L::Vector {
        let selector = &self.columns.fixed[column][self.at];
        let mut product = self.times(&self.formula.y[term], selector);
        for other in 1..=highest {
            if other != value {
                let difference = self.sub(&self.lanes.splat(&self.formula.small[other]), selector);
                product = self.mul(&product, &difference);
            }
        }
        product
    }

    /// $x_0, y_0, x_1, y_1$: this row.
    #[inline(always)]
    fn row(&self) -> [L::Vector; 4] {
        let [x0, y0, x1, y1, _] = &self.columns.advice;
        [x0[self.at], y0[self.at], x1[self.at], y1[self.at]]
    }

    /// The constraints of steps: 0 to 15, and 19 to 22.
    #[inline(always)]
    fn hashing(&self) -> L::Vector {
        let formula = self.formula;
        let [x0, y0, x1, y1, _] = &self.columns.advice;
        let [.., c0, c1, _] = &self.columns.fixed;
        let x = [
            x0[self.at],
            x1[self.at],
            self.below::<1>(x0),
            self.below::<1>(x1),
            self.below::<2>(x0),
            self.below::<2>(x1),
            self.below::<3>(x0),
            self.below::<3>(x1),
        ];
        let y = [
            y0[self.at],
            y1[self.at],
            self.below::<1>(y0),
            self.below::<1>(y1),
            self.below::<2>(y0),
            self.below::<2>(y1),
            self.below::<3>(y0),
        ];
        let mut z = y;
        for i in 0..7 {
            z[i] = self.mul(&x[i], &self.mul(&y[i], &y[i]));
        }
        let constants = [c0[self.at], c1[self.at], self.below::<1>(c0), self.below::<1>(c1)];
        let mut ahead = self.sub(&x[7], &constants[3]);
        for j in 0..3 {
            ahead = self.add(&ahead, &self.times(&formula.ahead[j], &self.sub(&x[4 + j], &constants[j])));
        }
        let full = self.form(ahead, &formula.full.z, &z);
        let partial = self.form(self.form(ahead, &formula.partial.x, &x[1..]), &formula.partial.z, &z);
        let enter = self.form(ahead, &formula.enter.z, &z);
        let leave = self.form(self.form(ahead, &formula.leave.x, &x[1..]), &formula.leave.z, &z);
        let input = [self.add(&x[0], &y[0]), self.add(&x[1], &y[1]), self.add(&x[2], &y[2]), x[3]];
        let absorb = self.form(ahead, &formula.absorb, &input);
        let mut sum = self.mul(&full, &self.pick(0, 1, 2, 3));
        sum = self.add(&sum, &self.mul(&partial, &self.pick(0, 2, 2, 7)));
        sum = self.add(&sum, &self.mul(&enter, &self.pick(1, 1, 2, 11)));
        sum = self.add(&sum, &self.mul(&leave, &self.pick(1, 2, 2, 15)));
        self.add(&sum, &self.mul(&absorb, &self.pick(2, 3, 3, 22)))
    }

    /// Multiply-add, squares, and ranges: 16 to 18, and 23 to 26.
    #[inline(always)]
    fn arithmetic(&self) -> L::Vector {
        let formula = self.formula;
        let [x0, y0, x1, y1] = self.row();
        let c0 = self.columns.fixed[4][self.at];
        let c1 = self.columns.fixed[5][self.at];
        let result = self.add(&self.mul(&x0, &y0), &self.mul(&c0, &x1));
        let result = self.add(&self.add(&result, &c1), &self.columns.instance[self.at]);
        let mut sum = self.mul(&self.pick(2, 1, 3, 16), &self.lanes.sub::<3>(&y1, &result));
        let squares = [self.sub(&y0, &self.mul(&x0, &x0)), self.sub(&y1, &self.mul(&x1, &x1))];
        let squares = self.add(&self.times(&formula.ahead[2], &squares[0]), &squares[1]);
        sum = self.add(&sum, &self.mul(&self.pick(2, 2, 3, 18), &squares));

        let l = &self.columns.advice[4];
        let limbs = [l[self.at], self.below::<1>(l), self.below::<2>(l), self.below::<3>(l), self.below::<4>(l)];
        let low = self.form(limbs[0], &formula.limbs[1..2], &limbs[1..]);
        let high = self.form(limbs[2], &formula.limbs[1..2], &limbs[3..]);
        let wide = self.form(low, &formula.limbs[2..], &limbs[2..]);
        sum = self.add(&sum, &self.mul(&self.pick(3, 1, 2, 23), &self.sub(&x1, &wide_reduced(self, &wide))));

        let number = self.add(&low, &self.times(&formula.limbs[2], &high));
        let total = self.sub(&x1, &number);
        let not_top = self.sub(&high, &self.lanes.splat(&formula.top));
        let one = self.lanes.splat(&formula.small[1]);
        let inverse = self.mul(&low, &self.sub(&one, &self.mul(&not_top, &y1)));
        let packing = self.sub(&self.sub(&y0, &x0), &self.mul(&c0, &x1));
        let all = self.add(&self.times(&formula.ahead[1], &total), &self.times(&formula.ahead[2], &inverse));
        self.add(&sum, &self.mul(&self.pick(3, 2, 2, 26), &self.add(&all, &packing)))
    }

    /// $\lambda_{n - 8}$: one vector below.
    #[inline(always)]
    fn last(&self) -> L::Vector {
        self.columns.first[self.next]
    }

    /// 1 in all rows before the blinded ones: $1 - \sum_{0 < i \le 8} \lambda_{n - i}$.
    #[inline(always)]
    fn active(&self) -> L::Vector {
        let first = self.columns.first;
        let mut blinded = self.add(&self.below::<1>(first), &self.below::<2>(first));
        blinded = self.add(&blinded, &self.add(&self.below::<3>(first), &self.below::<4>(first)));
        blinded = self.add(&blinded, &self.add(&self.below::<5>(first), &self.below::<6>(first)));
        blinded = self.add(&blinded, &self.add(&self.below::<7>(first), &self.last()));
        self.lanes.sub::<4>(&self.lanes.splat(&self.formula.small[1]), &blinded)
    }

    /// The sum of what is demanded of the first row, of row $u$, and of those before it.
    #[inline(always)]
    fn demanded(&self, begin: &L::Vector, end: &L::Vector, between: &L::Vector) -> L::Vector {
        let sum = self.add(&self.mul(&self.columns.first[self.at], begin), &self.mul(&self.last(), end));
        self.add(&sum, &self.mul(&self.active(), between))
    }

    /// The permutation: 27 to 31.
    #[inline(always)]
    fn copies(&self, x: &L::Vector) -> L::Vector {
        let (y, at) = (&self.formula.y, self.at);
        let [z0, z1, _] = self.columns.products;
        let one = self.lanes.splat(&self.formula.small[1]);
        let begin = self.times(&y[27], &self.sub(&one, &z0[at]));
        let begin = self.add(&begin, &self.times(&y[29], &self.sub(&z1[at], &z0[self.previous])));
        let end = self.times(&y[28], &self.bit(&z1[at]));
        let between = self.times(&y[30], &self.step::<0, 3>(z0, x));
        let between = self.add(&between, &self.times(&y[31], &self.step::<3, 4>(z1, x)));
        self.demanded(&begin, &end, &between)
    }

    /// The lookup: 32 to 36.
    #[inline(always)]
    fn lookup(&self) -> L::Vector {
        let (y, at) = (&self.formula.y, self.at);
        let zl = self.columns.products[2];
        let [input, table] = self.columns.permuted;
        let one = self.lanes.splat(&self.formula.small[1]);
        let difference = self.sub(&input[at], &table[at]);
        let begin = self.times(&y[32], &self.sub(&one, &zl[at]));
        let begin = self.add(&begin, &self.times(&y[35], &difference));
        let end = self.times(&y[33], &self.bit(&zl[at]));
        let above = self.lanes.shift::<7>(&input[self.previous], &input[at]);
        let ordered = self.mul(&difference, &self.sub(&input[at], &above));
        let between = self.times(&y[34], &self.looked_up());
        let between = self.add(&between, &self.times(&y[36], &ordered));
        self.demanded(&begin, &end, &between)
    }

    /// $z^2 - z$.
    #[inline(always)]
    fn bit(&self, z: &L::Vector) -> L::Vector {
        self.sub(&self.mul(z, z), z)
    }

    /// The step of a product over the columns from one on to another.
    #[inline(always)]
    fn step<const FROM: usize, const TO: usize>(&self, z: &[L::Vector], x: &L::Vector) -> L::Vector {
        let formula = self.formula;
        let (mut left, mut right) = (self.below::<1>(z), z[self.at]);
        for i in FROM..TO {
            let value = self.add(&self.columns.advice[i][self.at], &self.lanes.splat(&formula.gamma));
            let other = self.add(&value, &self.times(&formula.beta, &self.columns.sigma[i][self.at]));
            left = self.mul(&left, &other);
            right = self.mul(&right, &self.add(&value, &self.times(&formula.identity[i], x)));
        }
        self.sub(&left, &right)
    }

    /// The step of the lookup's product.
    #[inline(always)]
    fn looked_up(&self) -> L::Vector {
        let at = self.at;
        let (beta, gamma) = (self.lanes.splat(&self.formula.beta), self.lanes.splat(&self.formula.gamma));
        let z = self.columns.products[2];
        let [input, table] = self.columns.permuted;
        let left = self.mul(&self.add(&input[at], &beta), &self.add(&table[at], &gamma));
        let limb = self.add(&self.columns.advice[4][at], &beta);
        let right = self.mul(&limb, &self.add(&self.columns.fixed[6][at], &gamma));
        self.sub(&self.mul(&self.below::<1>(z), &left), &self.mul(&z[at], &right))
    }
}

/// The same number, below $1.1\,p$.
#[inline(always)]
fn wide_reduced<L: Lanes>(on: &On<'_, L>, number: &L::Vector) -> L::Vector {
    on.times(&on.formula.small[1], number)
}
