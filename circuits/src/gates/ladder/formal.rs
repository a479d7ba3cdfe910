//! The lemmas of `docs/soundness-ladder.md`, as far as a machine can check them.
//!
//! The gate's own [`PROGRAM`] is run three times over: on *linear forms*, whose unknowns are the digits, for the
//! identity $V = 2^{132}H + sG + eP$; on *sets* of coefficients of $P$, for the claim that no addition but a relation
//! is exceptional; and on points, against the ledger's complete group law.

use std::collections::BTreeSet;

use furl_ledger::curve::{BLINDING_BASE, GENERATOR, LADDER_SHIFTS, Projective, Scalar, blinding_end};
use furl_ledger::key::SecretKey;
use num_bigint::BigInt;
use plonky2::field::types::{Field, Field64, PrimeField64, Sample};

use super::super::algebra::Base;
use super::super::gate::{Formula, Intent};
use super::*;

/// The base that a digit multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Key,
    /// Digit of table 0, 1 or 2.
    Table(usize),
}

/// A digit of the whole ladder: its row, and its place among the digits of its source in that row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Digit {
    source: Source,
    row: usize,
    place: usize,
}

fn two_to(k: usize) -> BigInt {
    BigInt::from(1) << k
}

/// The power of two that the points of table `t` are odd multiples of $G$ by, in `row`.
fn shift(t: usize, row: usize) -> usize {
    let upper = t == 2 && ROWS - 1 - row >= 11;
    usize::try_from(LADDER_SHIFTS[if upper { 3 } else { t }]).unwrap()
}

/// Runs the program over 22 rows, handing each operation and its digit, if it has one, to `step`.
fn run(mut step: impl FnMut(Option<Digit>)) {
    for row in 0..ROWS {
        let mut places = [0; 4];
        for op in PROGRAM {
            let source = match op {
                Op::Double => {
                    step(None);
                    continue;
                }
                Op::Key(bit) => {
                    assert_eq!(bit, 2 * places[3]);
                    Source::Key
                }
                Op::Table(t, bit) => {
                    assert_eq!(bit, 6 + 6 * t + 3 * places[t]);
                    Source::Table(t)
                }
            };
            let place = &mut places[if let Source::Table(t) = source { t } else { 3 }];
            step(Some(Digit { source, row, place: *place }));
            *place += 1;
        }
        assert_eq!(places, [2, 2, 1, 3], "each bit of the row is read once");
    }
}

/// Lemma 3. The accumulator is a linear form in $H$ and the digits; at the end the weight of each digit is the
/// documented one. This covers all digits at once.
#[test]
fn the_program_is_the_documented_sum() {
    let mut start = BigInt::from(1);
    let mut form: Vec<(Digit, BigInt)> = Vec::new();
    run(|digit| match digit {
        None => {
            start *= 2;
            form.iter_mut().for_each(|(_, weight)| *weight *= 2);
        }
        Some(digit) => form.push((digit, BigInt::from(1))),
    });
    assert_eq!(start, two_to(132));
    assert_eq!(form.len(), ROWS * (3 + 2 + 2 + 1));
    let (mut windows, mut key_windows) = (BTreeSet::new(), BTreeSet::new());
    for (Digit { source, row, place }, weight) in form {
        let low = 6 * (ROWS - 1 - row);
        match source {
            // e = Σ 4^k d_k.
            Source::Key => {
                assert_eq!(weight, two_to(low + 4 - 2 * place));
                key_windows.insert(low + 4 - 2 * place);
            }
            // s = Σ 8^k d_k over 110 windows: 44 of s_0, 44 of s_1 and 22 of s_2.
            Source::Table(t) => {
                let position = shift(t, row) + low + if t < 2 { 3 * (1 - place) } else { 0 };
                assert_eq!(weight << shift(t, row), two_to(position));
                windows.insert(position);
            }
        }
    }
    assert!(key_windows.into_iter().eq((0..132).step_by(2)), "66 adjacent windows of two signed bits");
    assert!(windows.into_iter().eq((0..330).step_by(3)), "110 adjacent windows of three signed bits");
}

/// A set of integers: zero alone, or all odd multiples of $2^v$ up to a bound, of either sign.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Coefficients {
    Zero,
    Odd { twos: usize, bound: BigInt },
}

impl Coefficients {
    fn double(self) -> Self {
        match self {
            Self::Zero => Self::Zero,
            Self::Odd { twos, bound } => Self::Odd { twos: twos + 1, bound: bound * 2 },
        }
    }

    /// All $c + d$ for $d \in \{\pm1, \pm3\}$. Never zero: $c$ is even.
    fn add_digit(self) -> Self {
        let bound = match self {
            Self::Zero => BigInt::from(3),
            Self::Odd { twos, bound } => {
                assert!(twos >= 2, "c is a multiple of four");
                bound + 3
            }
        };
        Self::Odd { twos: 0, bound }
    }
}

/// Lemma 4 and its corollary. Before every addition the coefficients of $P$ in accumulator and addend, $c$ and $d$, are
/// such that $0 < |c \pm d| < 2^{132}$; and that of $H$ is a power of two.
#[test]
fn an_exceptional_addition_is_a_relation() {
    let (mut c, mut start, mut additions) = (Coefficients::Zero, 0, 0);
    run(|digit| match digit {
        None => {
            c = c.clone().double();
            start += 1;
        }
        Some(Digit { source, .. }) => {
            additions += 1;
            assert!((2..=132).contains(&start));
            let relation = match source {
                // Accumulator ± addend: c ± d. The set is symmetric, so it is that of the accumulator after the addition.
                Source::Key => {
                    c = c.clone().add_digit();
                    c.clone()
                }
                // The addend carries no P.
                Source::Table(_) => c.clone(),
            };
            let Coefficients::Odd { bound, .. } = relation else {
                panic!("a base is added before the key");
            };
            assert!(bound < two_to(132));
        }
    });
    assert_eq!(additions, 176);
    // In the end c = e, and e takes every odd value: 2^132 of them, one for each challenge.
    assert_eq!(c, Coefficients::Odd { twos: 0, bound: two_to(132) - 1 });
    assert!(two_to(132) < order());
}

/// The sets of lemma 4 are exact, not only bounds: by exhaustion for the digits of two rows, and by induction from
/// there.
#[test]
fn the_sets_of_coefficients_are_exact() {
    let mut reached: BTreeSet<i64> = BTreeSet::from([0]);
    for digits in 1..=6u32 {
        reached = reached.iter().flat_map(|c| [-3, -1, 1, 3].map(|d| 4 * c + d)).collect();
        let bound = 4i64.pow(digits) - 1;
        assert!(reached.iter().copied().eq((-bound..=bound).filter(|c| c % 2 != 0)));
    }
    // 4(2j + 1) + {-3, -1, 1, 3} = 8j + {1, 3, 5, 7}: the odd numbers again, each once.
    let mut residues: Vec<i64> = [-3, -1, 1, 3].into_iter().map(|d| (4 + d) % 8).collect();
    residues.sort_unstable();
    assert_eq!(residues, [1, 3, 5, 7]);
}

fn number(bytes: &[u8]) -> BigInt {
    BigInt::from_bytes_le(num_bigint::Sign::Plus, bytes)
}

fn order() -> BigInt {
    number(&Scalar::order())
}

/// $k$ modulo the order.
fn scalar(k: &BigInt) -> Scalar {
    let residue = ((k % order()) + order()) % order();
    let mut bytes = residue.to_bytes_le().1;
    bytes.resize(Scalar::BYTES, 0);
    Scalar::from_bytes(&bytes).unwrap()
}

/// Lemma 0. The curve has $2n$ points with $n$ prime: by Hasse's bound there is one multiple of $n$ that it can have.
#[test]
fn the_curve_has_twice_a_prime_points() {
    let (n, p) = (order(), BigInt::from(F::ORDER));
    let field = p.pow(5);
    // |#E - q - 1| <= 2 sqrt q.
    let in_hasse_interval = |k: &BigInt| (k - &field - 1u32).pow(2) <= &field * 4u32;
    let multiples: Vec<u32> = (1..=4).filter(|k| in_hasse_interval(&(&n * *k))).collect();
    assert_eq!(multiples, [2]);
    // n is prime (Miller and Rabin), and G has order n.
    let one = BigInt::from(1);
    let minus_one = &n - 1u32;
    let twos = (0..).take_while(|k| &minus_one % two_to(k + 1) == BigInt::from(0)).count();
    for base in 2..42u32 {
        let mut x = BigInt::from(base).modpow(&(&minus_one >> twos), &n);
        let mut passes = x == one;
        for _ in 0..twos {
            passes |= x == minus_one;
            x = &x * &x % &n;
        }
        assert!(passes, "{base} is a witness that n is composite");
    }
    let g = Projective::from_point(&GENERATOR);
    let multiple = (0..320).rev().fold(Projective::NEUTRAL, |sum, i| {
        let sum = sum.double();
        if n.bit(i) { sum + g } else { sum }
    });
    assert!(multiple.is_neutral() && !g.is_neutral());
    assert!(BLINDING_BASE.is_in_group());
    // z^5 - 3 has no root and GF(p) has the fifth roots of unity: it is irreducible, so that non-zero differences are invertible.
    assert_eq!((F::ORDER - 1) % 5, 0);
    assert_ne!(F::from_canonical_u64(3).exp_u64((F::ORDER - 1) / 5), F::ONE);
}

fn point(i: u64) -> Affine {
    SecretKey::derive(&[3; 32], "furl/test/formal", i).public_key().point()
}

/// Lemma 1. Tangent, chord and reflection are the group law, by comparison with complete addition.
#[test]
fn the_formulas_are_the_group_law() {
    let zero = [F::ZERO; 5];
    for i in 0..64 {
        let (p, q) = (point(2 * i), point(2 * i + 1));
        let [left, right] = [p, q].map(|p| Projective::from_point(&p));
        let slope = chord_slope((&p.x.0, &p.y.0), (&q.x.0, &q.y.0), zero);
        assert_eq!(chord(&mut Base, &slope, &p.x.0, &p.y.0, (&q.x.0, &q.y.0)), zero);
        let (x, y) = reflect(&mut Base, &slope, &p.x.0, &p.y.0, &q.x.0);
        let sum = (left + right).to_point().unwrap();
        assert_eq!((x, y), (sum.x.0, sum.y.0));

        let slope = tangent_slope(&p.x.0, &p.y.0, zero);
        assert_eq!(tangent(&mut Base, &slope, &p.x.0, &p.y.0), zero);
        let (x, y) = reflect(&mut Base, &slope, &p.x.0, &p.y.0, &p.x.0);
        let double = (left + left).to_point().unwrap();
        assert_eq!((x, y), (double.x.0, double.y.0));

        // Exceptions: equal points leave the slope free, opposite points admit none, and a point with y = 0 has no tangent.
        let any: Quintic<F> = from_fn(|_| F::rand());
        assert_eq!(chord(&mut Base, &any, &p.x.0, &p.y.0, (&p.x.0, &p.y.0)), zero);
        let opposite = -p;
        assert_ne!(chord(&mut Base, &any, &p.x.0, &p.y.0, (&opposite.x.0, &opposite.y.0)), zero);
    }
    let two_torsion = (F::TWO * F::from_canonical_u64(3).inverse(), F::ZERO);
    let x = [two_torsion.0, F::ZERO, F::ZERO, F::ZERO, F::ZERO];
    for slope in [zero, from_fn(|_| F::rand())] {
        // 3 x^2 + A = 263 z there.
        let expected = [0, F::ORDER - 263, 0, 0, 0].map(F::from_canonical_u64);
        assert_eq!(tangent(&mut Base, &slope, &x, &zero), expected);
    }
}

/// Lemma 3. What the tables hold: $(1 + 2m)\,2^k G$.
#[test]
fn the_tables_are_odd_multiples() {
    for (points, shift) in curve::ladder_tables().iter().zip(LADDER_SHIFTS) {
        for (multiple, point) in [1u32, 3, 5, 7].into_iter().zip(points) {
            let k = two_to(usize::try_from(shift).unwrap()) * multiple;
            assert_eq!(curve::mul_generator(&scalar(&k)).to_point(), Some(*point));
        }
    }
}

/// Lemma 3. The whole ladder, filled row by row with random digits, against $2^{132}H + sG + eP$ in the ledger's
/// arithmetic.
#[test]
fn twenty_two_rows_are_the_sum() {
    for i in 0..8 {
        let key = point(1000 + i);
        let triple = key.odd_multiples()[1];
        let (mut s, mut e) = (BigInt::from(0), BigInt::from(0));
        let mut at = BLINDING_BASE;
        for row in 0..ROWS {
            let mut wires = vec![F::ZERO; Ladder::WIRES];
            for (from, point) in [(POINT_IN, at), (KEY, key), (KEY_TRIPLE, triple)] {
                wires[from..from + 5].copy_from_slice(&point.x.0);
                wires[from + 5..from + 10].copy_from_slice(&point.y.0);
            }
            // Random digits; all of one kind at the extremes.
            for wire in BITS {
                let bit = if i < 2 { i == 1 } else { F::rand().to_canonical_u64() & 1 == 1 };
                wires[wire] = F::from_bool(bit);
            }
            let low = 6 * (ROWS - 1 - row);
            let bit = |k: usize| u32::from(wires[BITS.start + k] == F::ONE);
            let signed = |sign: u32, m: u32| (BigInt::from(2 * m + 1)) * (2 * i64::from(sign) - 1);
            for place in 0..3 {
                let digit = signed(bit(2 * place), bit(2 * place + 1));
                e += digit << (low + 4 - 2 * place);
            }
            for (t, place) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)] {
                let k = 6 + 6 * t + 3 * place;
                let digit = signed(bit(k), 2 * bit(k + 1) + bit(k + 2));
                s += digit << (shift(t, row) + low + if t < 2 { 3 * (1 - place) } else { 0 });
            }
            let upper = F::from_bool(ROWS - 1 - row >= 11);
            Ladder::fill(&mut wires, &[upper], Intent::HONEST);
            assert!(super::super::gate::residuals::<Ladder>(&wires, &[upper]).iter().all(|r| r.is_zero()));
            let out = Point::read(&wires, POINT_OUT);
            at = Affine { x: QuinticExtension(out.x), y: QuinticExtension(out.y) };
        }
        assert!(e < two_to(132) && e > -two_to(132) && &e % 2 != BigInt::from(0));
        let expected = Projective::from_point(&blinding_end())
            + curve::mul_generator(&scalar(&s))
            + Projective::from_point(&key).mul(&scalar(&e));
        assert_eq!(expected.to_point(), Some(at));
    }
}
