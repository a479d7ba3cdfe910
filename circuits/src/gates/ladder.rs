//! # The ladder gate: six doublings and eight additions in one row
//!
//! Twenty-two rows compute $V = 2^{132} H + sG + eP$ on EcGFp5, the short Weierstrass curve $Y^2 = X^3 + AX + B$ over
//! $\mathbb F_{p^5}$, $z^5 = 3$ (Pornin, eprint 2022/274).
//!
//! ## One operation, five wires
//!
//! Of a chord or tangent only the slope $\lambda$ is a witness. With $Q=(x,y)$ the accumulator and $(a,b)$ the addend,
//!
//! $$\lambda\,(a - x) = b - y \quad\text{or}\quad 2\lambda y = 3x^2 + A, \qquad x' = \lambda^2 - x - a, \qquad y' = \lambda\,(x - x') - y .$$
//!
//! $x'$ and $y'$ stay symbolic: $x$ has degree at most 3, $y$ at most 4, and no constraint exceeds degree 4.
//!
//! ## Digits
//!
//! The challenge enters in 2-bit signed odd digits $\{\pm1,\pm3\}$ over the points $P$ and $3P$; $s = s_0 + 2^{132}s_1 + 2^{264}s_2$ in 3-bit signed odd digits
//! $\{\pm1,\dots,\pm7\}$ over constant tables. Row $w$ (weight $2^{6w}$) takes three digits of $e$, two of $s_0$ and of $s_1$, one of $s_2$. As $s_2$ has
//! one digit a row, rows $w<11$ read it over $2^{264}G$ and rows $w\ge 11$ over $2^{201}G$: the row's constant says which.
//! Every digit is odd, so no digit is zero and no addition is ever skipped; a sign bit is 1 for $+$, magnitudes are $1 + 2m$.
//!
//! ## The row
//!
//! | wires | what | constrained by |
//! |---|---|---|
//! | 0–9 | accumulator in, $x$ then $y$ | copied from the row before, or the constant $H$ |
//! | 10–19 | accumulator out | here |
//! | 20–29 | $P$ | copied from the key row, which puts it on the curve |
//! | 30–39 | $3P$ | copied from the key row, which computes it |
//! | 40 | running challenge limb in | copied from the row before, or 0 |
//! | 41 | running challenge limb out, $64\,l + 16d_2 + 4d_1 + d_0$ | here; read by the key row |
//! | 42–47 | three $e$ digits: sign, magnitude | bits here; tied to the hash by the key row |
//! | 48–59 | $s_0$ and $s_1$, two digits each: sign, $m_1$, $m_0$ | bits here; free otherwise |
//! | 60–62 | one $s_2$ digit | bits here; free otherwise |
//! | 63–132 | fourteen slopes | here, up to the exception below |
//!
//! **Not checked here:** that an addition's two points differ in $x$. Where they coincide the slope is free. The soundness
//! note (`docs/soundness-ladder.md`) shows that this never helps against an honest key: one of which no relation to $H$ and
//! $G$ is known. Who picks a key that meets the ladder, such as $4H$, puts only that key's slot at risk.

use core::array::from_fn;
use core::ops::Range;
use std::sync::OnceLock;

use furl_ledger::curve::{self, Point as Affine};
use plonky2::field::extension::quintic::QuinticExtension;
use plonky2::field::types::Field;

use super::algebra::{Algebra, Quintic};
use super::gate::{Formula, Intent, Stage};
use crate::field::F;

/// Rows of one signature's ladder.
pub const ROWS: usize = 22;
/// Accumulator in: $x$ then $y$.
pub const POINT_IN: usize = 0;
/// Accumulator out.
pub const POINT_OUT: usize = 10;
/// The key $P$.
pub const KEY: usize = 20;
/// Its triple $3P$.
pub const KEY_TRIPLE: usize = 30;
/// The challenge limb before this row.
pub const LIMB_IN: usize = 40;
/// The challenge limb after this row.
pub const LIMB_OUT: usize = 41;
/// Twenty-one digit bits.
pub const BITS: Range<usize> = 42..63;
const SLOPES: usize = 63;
const OPS: usize = 14;

const SLOPE_CONSTRAINTS: usize = 21;
const OUT_CONSTRAINTS: usize = SLOPE_CONSTRAINTS + 5 * OPS;
const LIMB_CONSTRAINT: usize = OUT_CONSTRAINTS + 10;

/// One step of a row. Bits are counted from the start of [`BITS`].
#[derive(Clone, Copy, Debug)]
enum Op {
    /// Double the accumulator.
    Double,
    /// Add $\pm P$ or $\pm 3P$: two bits from here.
    Key(usize),
    /// Add an odd multiple from a constant table: table, three bits from here.
    Table(usize, usize),
}

/// The program of a row; the weight of a digit is the number of doublings after it.
const PROGRAM: [Op; OPS] = [
    Op::Double,
    Op::Double,
    Op::Key(0),
    Op::Double,
    Op::Table(0, 6),
    Op::Table(1, 12),
    Op::Double,
    Op::Key(2),
    Op::Double,
    Op::Double,
    Op::Key(4),
    Op::Table(0, 9),
    Op::Table(1, 15),
    Op::Table(2, 18),
];

/// Coordinates of $\{1,3,5,7\}\cdot Q$ as multilinear polynomials in $(m_0, m_1)$: coefficients of $1, m_0, m_1, m_0m_1$.
struct Table {
    x: [[F; 5]; 4],
    y: [[F; 5]; 4],
}

impl Table {
    fn new(points: [Affine; 4]) -> Self {
        let multilinear =
            |v: [QuinticExtension<F>; 4]| [v[0], v[1] - v[0], v[2] - v[0], v[3] - v[2] - v[1] + v[0]].map(|c| c.0);
        Self { x: multilinear(points.map(|p| p.x)), y: multilinear(points.map(|p| p.y)) }
    }
}

/// Tables over $G$, $2^{132}G$, $2^{264}G$ and, for the upper rows, $2^{201}G$.
fn tables() -> &'static [Table; 4] {
    static TABLES: OnceLock<[Table; 4]> = OnceLock::new();
    TABLES.get_or_init(|| curve::ladder_tables().map(Table::new))
}

fn lookup<A: Algebra>(a: &mut A, table: &[[F; 5]; 4], m0: A::E, m1: A::E, m01: A::E) -> Quintic<A::E> {
    from_fn(|i| {
        let c = a.constant(table[0][i]);
        let c = a.scale_add(table[1][i], m0, c);
        let c = a.scale_add(table[2][i], m1, c);
        a.scale_add(table[3][i], m01, c)
    })
}

/// $2\cdot\text{bit} - 1$.
fn sign<A: Algebra>(a: &mut A, bit: A::E) -> A::E {
    let minus_one = a.constant(F::NEG_ONE);
    a.scale_add(F::TWO, bit, minus_one)
}

fn quintic<E: Copy>(wires: &[E], at: usize) -> Quintic<E> {
    from_fn(|i| wires[at + i])
}

/// An accumulator or an addend.
#[derive(Clone, Copy)]
struct Point<E> {
    x: Quintic<E>,
    y: Quintic<E>,
}

impl<E: Copy> Point<E> {
    fn read(wires: &[E], at: usize) -> Self {
        Self { x: quintic(wires, at), y: quintic(wires, at + 5) }
    }
}

/// $\pm P$ or $\pm 3P$, and the digit itself.
fn key_addend<A: Algebra>(a: &mut A, wires: &[A::E], bit: usize) -> (Point<A::E>, A::E) {
    let (key, triple) = (Point::read(wires, KEY), Point::read(wires, KEY_TRIPLE));
    let (sign_bit, magnitude) = (wires[BITS.start + bit], wires[BITS.start + bit + 1]);
    let sign = sign(a, sign_bit);
    let mut pick = |one: &Quintic<A::E>, three: &Quintic<A::E>| -> Quintic<A::E> {
        from_fn(|i| {
            let difference = a.sub(three[i], one[i]);
            a.mul_add(magnitude, difference, one[i])
        })
    };
    let x = pick(&key.x, &triple.x);
    let y = pick(&key.y, &triple.y);
    let y = a.scale5(sign, &y);
    // sign·(1 + 2·magnitude)
    let digit = a.fused(F::TWO, sign, magnitude, F::ONE, sign);
    (Point { x, y }, digit)
}

/// An odd multiple from table `t`; `upper` (0 or 1) replaces table 2 by table 3.
fn table_addend<A: Algebra>(a: &mut A, wires: &[A::E], t: usize, bit: usize, upper: A::E) -> Point<A::E> {
    let tables = tables();
    let at = BITS.start + bit;
    let sign = sign(a, wires[at]);
    let (m1, m0) = (wires[at + 1], wires[at + 2]);
    let m01 = a.mul(m0, m1);
    let mut read = |pick: fn(&Table) -> &[[F; 5]; 4]| {
        let low = lookup(a, pick(&tables[t]), m0, m1, m01);
        if t < 2 {
            return low;
        }
        let high = lookup(a, pick(&tables[3]), m0, m1, m01);
        let difference = a.sub5(&high, &low);
        from_fn(|i| a.mul_add(upper, difference[i], low[i]))
    };
    let x = read(|t| &t.x);
    let y = read(|t| &t.y);
    Point { x, y: a.scale5(sign, &y) }
}

/// $2\lambda y - 3x^2 - A$: zero iff $\lambda$ is the tangent at a point with $y \ne 0$.
pub(super) fn tangent<A: Algebra>(
    a: &mut A,
    slope: &Quintic<A::E>,
    x: &Quintic<A::E>,
    y: &Quintic<A::E>,
) -> Quintic<A::E> {
    let product = a.mul5(slope, y);
    let square = a.mul5(x, x);
    let three = F::from_canonical_u64(3);
    from_fn(|i| {
        let right = a.scale(three, square[i]);
        let right = a.add_constant(right, curve::A.0[i]);
        let left = a.add(product[i], product[i]);
        a.sub(left, right)
    })
}

/// $\lambda(a - x) - (b - y)$: zero iff $\lambda$ is the chord, for distinct $x$.
pub(super) fn chord<A: Algebra>(
    a: &mut A,
    slope: &Quintic<A::E>,
    x: &Quintic<A::E>,
    y: &Quintic<A::E>,
    other: (&Quintic<A::E>, &Quintic<A::E>),
) -> Quintic<A::E> {
    let run = a.sub5(other.0, x);
    let rise = a.sub5(other.1, y);
    let product = a.mul5(slope, &run);
    a.sub5(&product, &rise)
}

/// The third point on the line, mirrored: $(\lambda^2 - x - a,\ \lambda(x - x') - y)$.
pub(super) fn reflect<A: Algebra>(
    a: &mut A,
    slope: &Quintic<A::E>,
    x: &Quintic<A::E>,
    y: &Quintic<A::E>,
    other_x: &Quintic<A::E>,
) -> (Quintic<A::E>, Quintic<A::E>) {
    let square = a.mul5(slope, slope);
    let next = a.sub5(&square, x);
    let next = a.sub5(&next, other_x);
    let run = a.sub5(x, &next);
    let rise = a.mul5(slope, &run);
    (next, a.sub5(&rise, y))
}

/// The formula of a ladder row. See the module documentation.
#[derive(Debug)]
pub struct Ladder;

impl Formula for Ladder {
    const NAME: &'static str = "furl.Ladder";
    const WIRES: usize = SLOPES + 5 * OPS;
    const CONSTANTS: usize = 1;
    const DEGREE: usize = 4;
    const CONSTRAINTS: usize = LIMB_CONSTRAINT + 1;
    const STAGES: &'static [Stage] = &[Stage {
        inputs: &[POINT_IN..POINT_IN + 10, KEY..LIMB_IN + 1, BITS],
        outputs: &[POINT_OUT..POINT_OUT + 10, LIMB_OUT..LIMB_OUT + 1, SLOPES..Self::WIRES],
    }];

    fn constrain<A: Algebra>(a: &mut A, wires: &[A::E], constants: &[A::E], mut emit: impl FnMut(A::E)) {
        for bit in &wires[BITS] {
            emit(a.bit(*bit));
        }
        let mut limb = wires[LIMB_IN];
        let mut point = Point::read(wires, POINT_IN);
        for (i, op) in PROGRAM.into_iter().enumerate() {
            let slope = quintic(wires, SLOPES + 5 * i);
            let (line, other_x) = match op {
                Op::Double => (tangent(a, &slope, &point.x, &point.y), point.x),
                Op::Key(bit) => {
                    let (addend, digit) = key_addend(a, wires, bit);
                    limb = a.scale_add(F::from_canonical_u64(4), limb, digit);
                    (chord(a, &slope, &point.x, &point.y, (&addend.x, &addend.y)), addend.x)
                }
                Op::Table(t, bit) => {
                    let addend = table_addend(a, wires, t, bit, constants[0]);
                    (chord(a, &slope, &point.x, &point.y, (&addend.x, &addend.y)), addend.x)
                }
            };
            line.into_iter().for_each(&mut emit);
            let (x, y) = reflect(a, &slope, &point.x, &point.y, &other_x);
            point = Point { x, y };
        }
        for i in 0..5 {
            emit(a.sub(point.x[i], wires[POINT_OUT + i]));
        }
        for i in 0..5 {
            emit(a.sub(point.y[i], wires[POINT_OUT + 5 + i]));
        }
        emit(a.sub(limb, wires[LIMB_OUT]));
    }

    fn fill(wires: &mut [F], constants: &[F], intent: Intent) {
        let a = &mut super::algebra::Base;
        let mut limb = wires[LIMB_IN];
        let mut point = Point::read(wires, POINT_IN);
        for (i, op) in PROGRAM.into_iter().enumerate() {
            let residual = from_fn(|k| intent.residual(SLOPE_CONSTRAINTS + 5 * i + k));
            let (slope, other_x) = match op {
                Op::Double => (tangent_slope(&point.x, &point.y, residual), point.x),
                Op::Key(bit) => {
                    let (addend, digit) = key_addend(a, wires, bit);
                    limb = limb * F::from_canonical_u64(4) + digit;
                    (chord_slope((&point.x, &point.y), (&addend.x, &addend.y), residual), addend.x)
                }
                Op::Table(t, bit) => {
                    let addend = table_addend(a, wires, t, bit, constants[0]);
                    (chord_slope((&point.x, &point.y), (&addend.x, &addend.y), residual), addend.x)
                }
            };
            wires[SLOPES + 5 * i..][..5].copy_from_slice(&slope);
            let (x, y) = reflect(a, &slope, &point.x, &point.y, &other_x);
            point = Point { x, y };
        }
        for i in 0..5 {
            wires[POINT_OUT + i] = point.x[i] - intent.residual(OUT_CONSTRAINTS + i);
            wires[POINT_OUT + 5 + i] = point.y[i] - intent.residual(OUT_CONSTRAINTS + 5 + i);
        }
        wires[LIMB_OUT] = limb - intent.residual(LIMB_CONSTRAINT);
    }
}

/// $(3x^2 + A + \text{residual})/2y$, or 0 where $y = 0$.
pub(super) fn tangent_slope(x: &Quintic<F>, y: &Quintic<F>, residual: Quintic<F>) -> Quintic<F> {
    let (x, y) = (QuinticExtension(*x), QuinticExtension(*y));
    let numerator = (x * x) * QuinticExtension::from_canonical_u64(3) + curve::A + QuinticExtension(residual);
    (numerator * (y + y).try_inverse().unwrap_or_default()).0
}

/// $(b - y + \text{residual})/(a - x)$, or 0 where $a = x$.
pub(super) fn chord_slope(
    from: (&Quintic<F>, &Quintic<F>),
    to: (&Quintic<F>, &Quintic<F>),
    residual: Quintic<F>,
) -> Quintic<F> {
    let run = QuinticExtension(*to.0) - QuinticExtension(*from.0);
    let rise = QuinticExtension(*to.1) - QuinticExtension(*from.1) + QuinticExtension(residual);
    (rise * run.try_inverse().unwrap_or_default()).0
}

#[cfg(test)]
mod formal;

#[cfg(test)]
mod tests {
    use furl_ledger::key::SecretKey;
    use plonky2::field::types::{Field, PrimeField64, Sample};

    use super::super::gate::residuals;
    use super::super::gate::tests::{Row, each_constraint_bites, well_formed};
    use super::*;

    fn point(i: u64) -> Affine {
        SecretKey::derive(&[7; 32], "furl/test/ladder", i).public_key().point()
    }

    fn write(wires: &mut [F], at: usize, point: Affine) {
        wires[at..at + 5].copy_from_slice(&point.x.0);
        wires[at + 5..at + 10].copy_from_slice(&point.y.0);
    }

    /// A row with random digits; `upper` selects the fourth table.
    fn inputs(upper: bool) -> Row {
        let mut wires = vec![F::ZERO; Ladder::WIRES];
        let key = point(1);
        write(&mut wires, POINT_IN, point(0));
        write(&mut wires, KEY, key);
        write(&mut wires, KEY_TRIPLE, key.odd_multiples()[1]);
        wires[LIMB_IN] = F::rand();
        for wire in BITS {
            wires[wire] = F::from_bool(F::rand().to_canonical_u64() & 1 == 1);
        }
        (wires, vec![F::from_bool(upper)])
    }

    fn filled((mut wires, constants): Row, intent: Intent) -> Row {
        Ladder::fill(&mut wires, &constants, intent);
        (wires, constants)
    }

    #[test]
    fn shape() {
        well_formed::<Ladder>();
        assert_eq!((Ladder::WIRES, Ladder::CONSTRAINTS), (133, 102));
    }

    #[test]
    fn every_constraint_bites() {
        for upper in [false, true] {
            each_constraint_bites::<Ladder>(
                || filled(inputs(upper), Intent::HONEST),
                |i| {
                    let (mut wires, constants) = inputs(upper);
                    if i < BITS.len() {
                        wires[BITS.start + i] = F::TWO;
                    }
                    filled((wires, constants), Intent::breaking(i))
                },
            );
        }
    }

    /// The row computes what its documentation says: 64 Q + 16 d2 P + … with the curve's own arithmetic.
    #[test]
    fn a_row_is_a_sum_of_multiples() {
        for upper in [false, true] {
            let (wires, _) = filled(inputs(upper), Intent::HONEST);
            let bit = |i: usize| wires[BITS.start + i] == F::ONE;
            let mut sum = point(0);
            let doublings = |n: usize, sum: &mut Affine| (0..n).for_each(|_| *sum = sum.double().unwrap());
            // Digits by their doublings still to come: (weight, addend).
            let key_digit = |i: usize| {
                let p = point(1).odd_multiples()[usize::from(bit(i + 1))];
                if bit(i) { p } else { -p }
            };
            let table_digit = |t: usize, i: usize| {
                let p = curve::ladder_tables()[t][2 * usize::from(bit(i + 1)) + usize::from(bit(i + 2))];
                if bit(i) { p } else { -p }
            };
            doublings(2, &mut sum);
            sum = sum.add(&key_digit(0)).unwrap();
            doublings(1, &mut sum);
            sum = sum.add(&table_digit(0, 6)).unwrap().add(&table_digit(1, 12)).unwrap();
            doublings(1, &mut sum);
            sum = sum.add(&key_digit(2)).unwrap();
            doublings(2, &mut sum);
            for addend in
                [key_digit(4), table_digit(0, 9), table_digit(1, 15), table_digit(if upper { 3 } else { 2 }, 18)]
            {
                sum = sum.add(&addend).unwrap();
            }
            let out = Point::read(&wires, POINT_OUT);
            assert_eq!((out.x, out.y), (sum.x.0, sum.y.0));
        }
    }

    /// The exception that the soundness note is about: where accumulator and addend coincide, any slope satisfies the row.
    #[test]
    fn a_coincident_addition_leaves_its_slope_free() {
        let (mut wires, constants) = inputs(false);
        // Two doublings and the addition of P, where P is four times the accumulator.
        let key = point(0).double().unwrap().double().unwrap();
        write(&mut wires, KEY, key);
        write(&mut wires, KEY_TRIPLE, key.odd_multiples()[1]);
        (wires[BITS.start], wires[BITS.start + 1]) = (F::ONE, F::ZERO);
        for slope in [F::ZERO, F::ONE, F::rand()] {
            let mut row = wires.clone();
            Ladder::fill(&mut row, &constants, Intent::HONEST);
            row[SLOPES + 10] = slope;
            // Continue from the forged point by filling what follows; the first three slopes stay.
            refill_after(&mut row, &constants, 2);
            assert!(residuals::<Ladder>(&row, &constants).iter().all(|r| r.is_zero()), "slope {slope}");
        }
    }

    /// Fills every step after `last` from the slopes that stand in the row up to it.
    fn refill_after(wires: &mut [F], constants: &[F], last: usize) {
        let a = &mut super::super::algebra::Base;
        let mut point = Point::read(wires, POINT_IN);
        for (i, op) in PROGRAM.into_iter().enumerate() {
            let (slope, other_x) = match op {
                Op::Double => (tangent_slope(&point.x, &point.y, [F::ZERO; 5]), point.x),
                Op::Key(_) | Op::Table(..) => {
                    let addend = match op {
                        Op::Key(bit) => key_addend(a, wires, bit).0,
                        Op::Table(t, bit) => table_addend(a, wires, t, bit, constants[0]),
                        Op::Double => unreachable!(),
                    };
                    (chord_slope((&point.x, &point.y), (&addend.x, &addend.y), [F::ZERO; 5]), addend.x)
                }
            };
            if i > last {
                wires[SLOPES + 5 * i..][..5].copy_from_slice(&slope);
            }
            let slope = quintic(wires, SLOPES + 5 * i);
            let (x, y) = reflect(a, &slope, &point.x, &point.y, &other_x);
            point = Point { x, y };
        }
        for i in 0..5 {
            wires[POINT_OUT + i] = point.x[i];
            wires[POINT_OUT + 5 + i] = point.y[i];
        }
    }
}
