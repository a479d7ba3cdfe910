//! # Columns and constraints
//!
//! Decision 0009, for halo2. A constraint is a polynomial that vanishes in every row; the selectors decide where it says anything.
//!
//! | polynomials | of | degree |
//! |---|---|---|
//! | 0 … 3 | $P = 1$, full to full | 5 |
//! | 4 … 7 | $P = 2$, partial to partial | 5 |
//! | 8 … 11 | $Q = 1$, full to partial | 5 |
//! | 12 … 15 | $Q = 2$, partial to full | 5 |
//! | 16 | $R = 1$, multiply-add | 5 |
//! | 17, 18 | $R = 2$, squares | 5 |
//! | 19 … 22 | $R = 3$, absorb | 4 |
//! | 23 | $S = 1$, 80 bits | 3 |
//! | 24, 25, 26 | $S = 2$, canonical: sum, inverse, packing | 3, 5, 4 |
//!
//! Besides, the lookup of $L$ in $T$, and the permutation argument over $X_0, Y_0, X_1, Y_1$. The value $s$ of a selector $V$ that takes
//! $0 \ldots m$ is picked by $V \prod_{t \ne s} (t - V)$, $t$ from 1 to $m$.
//!
//! Queries, in the order of their evaluations in a proof: $X_0, Y_0, X_1$ each at this row and the three below, $Y_1$ at this row and the
//! two below, $L$ at this row and the four below; fixed: $P, Q, R, S$, $C_0$ and $C_1$ at this row and the next, $T$.
//!
//! **Not checked here:** rows wrap around, and gates hold in the blinded rows, too. The placer keeps all that a gate reads
//! inside the rows that the lookup and the copies govern.

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field as _;
use halo2_proofs::plonk::{Advice, Column, ConstraintSystem, Expression, Fixed, Instance, VirtualCells};
use halo2_proofs::poly::Rotation;

use super::coefficients::COEFFICIENTS;
use super::table::{ADVICE, COPIED};

/// The degree that halo2 sizes its domains for.
pub(crate) const DEGREE: usize = 5;

/// How far below each advice column is read.
const REACH: [i32; ADVICE] = [3, 3, 3, 2, 4];

/// The highest values of $P, Q, R, S$.
const VALUES: [u64; 4] = [2, 2, 3, 2];

/// The columns, as halo2 knows them.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) advice: [Column<Advice>; ADVICE],
    pub(crate) selectors: [Column<Fixed>; 4],
    pub(crate) constants: [Column<Fixed>; 2],
    pub(crate) table: Column<Fixed>,
    pub(crate) instance: Column<Instance>,
}

impl Config {
    /// The circuit.
    pub(crate) fn new(meta: &mut ConstraintSystem<Fr>) -> Self {
        let config = Self::columns(meta);
        meta.create_gate("wrap", |cells| config.constraints(cells));
        config.equality(meta);
        config.lookup(meta);
        config
    }

    /// The columns.
    pub(crate) fn columns(meta: &mut ConstraintSystem<Fr>) -> Self {
        // Not left to `cs.degree()`, which an environment variable bounds.
        meta.set_minimum_degree(DEGREE);
        Self {
            advice: [(); ADVICE].map(|()| meta.advice_column()),
            selectors: [(); 4].map(|()| meta.fixed_column()),
            constants: [(); 2].map(|()| meta.fixed_column()),
            table: meta.fixed_column(),
            instance: meta.instance_column(),
        }
    }

    /// What may be copied: all advice but the limbs.
    pub(crate) fn equality(&self, meta: &mut ConstraintSystem<Fr>) {
        self.advice[..COPIED].iter().for_each(|column| meta.enable_equality(*column));
    }

    /// Every limb is in the table.
    pub(crate) fn lookup(&self, meta: &mut ConstraintSystem<Fr>) {
        meta.lookup_any("16 bits", |cells| {
            let [_, _, _, _, limbs] = self.advice;
            vec![(cells.query_advice(limbs, Rotation::cur()), cells.query_fixed(self.table, Rotation::cur()))]
        });
    }

    /// All cells that a row's constraints read, queried in the order in which a proof evaluates them.
    fn query(&self, cells: &mut VirtualCells<'_, Fr>) -> Row {
        let advice = std::array::from_fn(|i| {
            (0..=REACH[i]).map(|below| cells.query_advice(self.advice[i], Rotation(below))).collect()
        });
        let selectors = self.selectors.map(|column| cells.query_fixed(column, Rotation::cur()));
        let [c0, c2, c1, c3] =
            std::array::from_fn(|i| cells.query_fixed(self.constants[i / 2], Rotation(i as i32 % 2)));
        cells.query_fixed(self.table, Rotation::cur());
        let instance = cells.query_instance(self.instance, Rotation::cur());
        Row { advice, selectors, constants: [c0, c1, c2, c3], instance }
    }

    /// The constraints, in the order of decision 0009, by name.
    pub(crate) fn constraints(&self, cells: &mut VirtualCells<'_, Fr>) -> Vec<(String, Expression<Fr>)> {
        let row = self.query(cells);
        let mut constraints = row.hashing();
        constraints.extend(row.arithmetic());
        constraints.extend(row.absorbing());
        constraints.extend(row.limbs());
        constraints
    }
}

/// What the constraints of a row read.
struct Row {
    /// By column, from this row down.
    advice: [Vec<Expression<Fr>>; ADVICE],
    selectors: [Expression<Fr>; 4],
    constants: [Expression<Fr>; 4],
    instance: Expression<Fr>,
}

/// A sum of terms, each a scalar and what it multiplies. Terms that are always zero are left out.
fn sum(terms: impl IntoIterator<Item = (Fr, Expression<Fr>)>) -> Expression<Fr> {
    let terms = terms.into_iter().filter(|(factor, _)| *factor != Fr::ZERO);
    terms
        .map(|(factor, term)| if factor == Fr::ONE { term } else { term * factor })
        .reduce(|a, b| a + b)
        .expect("a term")
}

fn constant(value: u64) -> Expression<Fr> {
    Expression::Constant(Fr::from(value))
}

impl Row {
    /// $x_i$: inputs of S-boxes, two a row.
    fn x(&self, i: usize) -> Expression<Fr> {
        self.advice[2 * (i % 2)][i / 2].clone()
    }

    /// $y_i$: their squares.
    fn y(&self, i: usize) -> Expression<Fr> {
        self.advice[2 * (i % 2) + 1][i / 2].clone()
    }

    /// $z_i = x_i y_i^2$.
    fn z(&self, i: usize) -> Expression<Fr> {
        self.x(i) * self.y(i).square()
    }

    /// $L$, from this row down.
    fn limb(&self, below: usize) -> Expression<Fr> {
        self.advice[4][below].clone()
    }

    /// Picks a selector's value: not zero there, zero at its other values.
    fn pick(&self, selector: usize, value: u64) -> Expression<Fr> {
        let column = &self.selectors[selector];
        let others = (1..=VALUES[selector]).filter(|other| *other != value);
        others.fold(column.clone(), |product, other| product * (constant(other) - column.clone()))
    }

    /// Demands, where a selector has a value, that the next four inputs of S-boxes are these, and constants.
    fn step(
        &self,
        (selector, value): (usize, u64),
        next: impl Fn(usize) -> Expression<Fr>,
    ) -> impl Iterator<Item = (String, Expression<Fr>)> {
        let name = ["P", "Q", "R", "S"][selector];
        (0..4).map(move |j| {
            let difference = self.x(4 + j) - next(j) - self.constants[j].clone();
            (format!("{name} = {value}, x{}", 4 + j), self.pick(selector, value) * difference)
        })
    }

    /// The steps from S-boxes on.
    fn hashing(&self) -> Vec<(String, Expression<Fr>)> {
        let c = &COEFFICIENTS;
        let full = self.step((0, 1), |j| sum((0..4).map(|i| (c.external[j][i], self.z(i)))));
        let partial =
            self.step((0, 2), |j| sum((0..4).flat_map(|i| [(c.b[i], self.z(j + i)), (-c.a[i], self.x(j + i))])));
        let enter = self.step((1, 1), |j| {
            let fresh = (0..j).map(|i| (c.g[j - i], self.z(4 + i)));
            sum((0..4).map(|i| (c.f[j][i], self.z(i))).chain(fresh))
        });
        let leave = self.step((1, 2), |j| sum((0..4).flat_map(|i| [(c.h[j][i], self.z(i)), (c.k[j][i], self.x(i))])));
        full.chain(partial).chain(enter).chain(leave).collect()
    }

    /// Multiply-add and squares.
    fn arithmetic(&self) -> Vec<(String, Expression<Fr>)> {
        let [x0, y0, x1, y1] = [self.x(0), self.y(0), self.x(1), self.y(1)];
        let [c0, c1, ..] = self.constants.clone();
        let result = x0.clone() * y0.clone() + c0 * x1.clone() + c1 + self.instance.clone();
        vec![
            ("R = 1".into(), self.pick(2, 1) * (y1.clone() - result)),
            ("R = 2, Y0".into(), self.pick(2, 2) * (y0 - x0.square())),
            ("R = 2, Y1".into(), self.pick(2, 2) * (y1 - x1.square())),
        ]
    }

    /// A state and what it absorbs: three scalars.
    fn absorbing(&self) -> Vec<(String, Expression<Fr>)> {
        let input = |i| if i < 3 { self.x(i) + self.y(i) } else { self.x(i) };
        self.step((2, 3), |j| sum((0..4).map(|i| (COEFFICIENTS.external[j][i], input(i))))).collect()
    }

    /// Ranges, by limbs of 16 bits.
    fn limbs(&self) -> Vec<(String, Expression<Fr>)> {
        let number = |from: usize, limbs: usize| {
            sum((0..limbs).map(|i| (Fr::from(1 << 16).pow([i as u64]), self.limb(from + i))))
        };
        let [x0, y0, x1, y1] = [self.x(0), self.y(0), self.x(1), self.y(1)];
        let (low, high) = (number(0, 2), number(2, 2));
        let not_top = high.clone() - constant((1 << 32) - 1);
        vec![
            ("S = 1".into(), self.pick(3, 1) * (x1.clone() - number(0, 5))),
            ("S = 2, sum".into(), self.pick(3, 2) * (x1.clone() - low.clone() - high * Fr::from(1 << 32))),
            ("S = 2, inverse".into(), self.pick(3, 2) * (low * (constant(1) - not_top * y1))),
            ("S = 2, packing".into(), self.pick(3, 2) * (y0 - x0 - self.constants[0].clone() * x1)),
        ]
    }
}
