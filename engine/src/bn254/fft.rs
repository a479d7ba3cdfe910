//! # Fourier transforms over scalars
//!
//! Of $n = RC$ numbers $a_i$, as a matrix of $R$ rows and $C$ columns, $i = rC + c$. With $\omega$ of order $n$ and $j = p + Rq$,
//!
//! $$ A_j = \sum_i a_i\, s^i \omega^{ij}
//!        = \sum_c (\omega^R)^{cq}\; s^c \omega^{cp} \Bigl( \sum_r (\omega^C)^{rp}\, s^{rC} a_{rC + c} \Bigr). $$
//!
//! So $C$ transforms of size $R$, a product with *twists*, and $R$ transforms of size $C$: eight columns on eight lanes, then, transposed,
//! eight rows. Both are small enough for a core's cache. A transform runs on one core; a prover has many of them at a time, and so a
//! transform has no memory but that of its result: numbers are asked for one by one, and rows are transformed where they are.
//!
//! | value | below |
//! |---|---|
//! | loaded, times $s^{rC}$ | $1.2\,p$ |
//! | after at most 14 levels, each of which adds $2p$ | $30\,p$ |
//! | times the twist, below $1.2\,p$ | $1.5\,p$ |
//! | after at most 14 levels | $30\,p$ |
//! | times one | $1.4\,p$ |

use super::lanes::{EIGHT, Job, Lanes, eight};
use super::{Prime, Word};

/// The sizes that there are, by their binary logarithms: the scalars have no larger group.
pub const SIZES: core::ops::RangeInclusive<u32> = 6..=28;

/// The transform of one size.
#[derive(Debug)]
pub struct Transform<L: Lanes> {
    omega: Word,
    /// Powers of $\omega^C$ up to $R / 2$; of $\omega^R$, up to $C / 2$.
    rows: Vec<L::Scalar>,
    columns: Vec<L::Scalar>,
    one: L::Scalar,
}

/// 1, x, ….
fn powers(prime: &Prime, first: Word, x: &Word, count: usize) -> Vec<Word> {
    core::iter::successors(Some(first), |power| Some(prime.mul(power, x))).take(count).collect()
}

impl<L: Lanes> Transform<L> {
    /// Of size $2^k$, with a root of unity of this order.
    ///
    /// # Panics
    /// If the size is not one of [`SIZES`].
    #[must_use]
    pub fn new(lanes: &L, omega: Word, k: u32) -> Self {
        assert!(SIZES.contains(&k), "a transform has between 2^6 and 2^28 numbers");
        let (rows, columns) = (1usize << (k / 2), 1usize << k.div_ceil(2));
        let prime = lanes.prime();
        let table = |root: Word, size: usize| -> Vec<L::Scalar> {
            powers(prime, prime.one, &root, size / 2).iter().map(|power| lanes.scalar(power)).collect()
        };
        let power = |x: usize| prime.pow(&omega, &[x as u64, 0, 0, 0]);
        Self {
            omega,
            rows: table(power(columns), rows),
            columns: table(power(rows), columns),
            one: lanes.scalar(&prime.one),
        }
    }

    /// How many numbers it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        4 * self.rows.len() * self.columns.len()
    }

    /// The values $f\,\sum_i a_i s^i \omega^{ij}$ for all $j$, for a factor $f$, below $1.4\,p$, eight in a vector; $a_i$ is `number(i)`.
    #[must_use]
    pub fn vectors(&self, lanes: &L, number: impl Fn(usize) -> Word, factor: &Word, shift: &Word) -> Vec<L::Vector> {
        lanes.within(Pass { transform: self, number, factor: *factor, shift: *shift })
    }

    /// The same values, each as what `of` makes of its word.
    #[must_use]
    pub fn values<T>(
        &self,
        lanes: &L,
        number: impl Fn(usize) -> Word,
        factor: &Word,
        shift: &Word,
        of: impl Fn(&Word) -> T,
    ) -> Vec<T> {
        let vectors = self.vectors(lanes, number, factor, shift);
        lanes.within(Stored { vectors: &vectors, of })
    }
}

/// Vectors to words, and on.
struct Stored<'a, V, F> {
    vectors: &'a [V],
    of: F,
}

impl<L: Lanes, T, F: Fn(&Word) -> T> Job<L> for Stored<'_, L::Vector, F> {
    type Output = Vec<T>;

    #[inline(always)]
    fn run(self, lanes: &L) -> Vec<T> {
        let mut values = Vec::with_capacity(EIGHT * self.vectors.len());
        for vector in self.vectors {
            for word in &lanes.store(vector) {
                values.push((self.of)(word));
            }
        }
        values
    }
}

struct Pass<'a, L: Lanes, F> {
    transform: &'a Transform<L>,
    number: F,
    factor: Word,
    shift: Word,
}

impl<L: Lanes, F: Fn(usize) -> Word> Job<L> for Pass<'_, L, F> {
    type Output = Vec<L::Vector>;

    #[inline(always)]
    fn run(self, lanes: &L) -> Vec<L::Vector> {
        let mut values = self.columns(lanes);
        self.rows(lanes, &mut values);
        values
    }
}

impl<L: Lanes, F: Fn(usize) -> Word> Pass<'_, L, F> {
    /// The transforms of columns, twisted: for eight columns after the other, their values.
    #[inline(always)]
    fn columns(&self, lanes: &L) -> Vec<L::Vector> {
        let prime = lanes.prime();
        let (rows, columns) = (2 * self.transform.rows.len(), 2 * self.transform.columns.len());
        let bits = rows.trailing_zeros();
        let step = prime.pow(&self.shift, &[columns as u64, 0, 0, 0]);
        let shifts: Vec<L::Scalar> =
            powers(prime, self.factor, &step, rows).iter().map(|power| lanes.scalar(power)).collect();
        let (roots, starts) =
            (powers(prime, prime.one, &self.transform.omega, columns), powers(prime, prime.one, &self.shift, columns));
        let one = lanes.splat(&self.transform.one);
        let mut buffer = vec![one; rows];
        let mut out = Vec::with_capacity(rows * columns / EIGHT);
        for group in (0..columns).step_by(EIGHT) {
            for row in 0..rows {
                let mut words = [[0; 4]; EIGHT];
                for lane in 0..EIGHT {
                    words[lane] = (self.number)(row * columns + group + lane);
                }
                let loaded = lanes.load(eight(&words));
                buffer[reversed(row, bits)] = lanes.mul(&loaded, &lanes.splat(&shifts[row]));
            }
            transform(lanes, &mut buffer, &self.transform.rows);
            let step = lanes.mul(&lanes.load(eight(&roots[group..])), &one);
            let mut twist = lanes.mul(&lanes.load(eight(&starts[group..])), &one);
            for value in &buffer {
                out.push(lanes.mul(value, &twist));
                twist = lanes.mul(&twist, &step);
            }
        }
        out
    }

    /// The transforms of rows, in place: for eight columns after the other, their values; then, group by group, in the order of rows.
    #[inline(always)]
    fn rows(&self, lanes: &L, values: &mut [L::Vector]) {
        let (rows, columns) = (2 * self.transform.rows.len(), 2 * self.transform.columns.len());
        let bits = columns.trailing_zeros();
        let one = lanes.splat(&self.transform.one);
        let mut buffer = vec![one; columns];
        for group in (0..rows).step_by(EIGHT) {
            for column in (0..columns).step_by(EIGHT) {
                let from = column / EIGHT * rows + group;
                let square = values[from..].first_chunk::<EIGHT>().expect("eight rows of eight columns");
                let square = lanes.transpose(square);
                for i in 0..EIGHT {
                    buffer[reversed(column + i, bits)] = square[i];
                }
            }
            transform(lanes, &mut buffer, &self.transform.columns);
            for column in (0..columns).step_by(EIGHT) {
                let from = column / EIGHT * rows + group;
                for i in 0..EIGHT {
                    values[from + i] = lanes.mul(&buffer[column + i], &one);
                }
            }
        }
        let mut block = vec![one; rows];
        for values in values.chunks_exact_mut(rows) {
            block.copy_from_slice(values);
            for i in 0..EIGHT {
                for group in 0..rows / EIGHT {
                    values[i * (rows / EIGHT) + group] = block[group * EIGHT + i];
                }
            }
        }
    }
}

/// An index's bits, from the other end.
#[inline(always)]
fn reversed(index: usize, bits: u32) -> usize {
    index.reverse_bits() >> (usize::BITS - bits)
}

/// A transform in every lane, of numbers in the order of their indices' bits reversed. Adds $2p$ a level.
#[inline(always)]
fn transform<L: Lanes>(lanes: &L, values: &mut [L::Vector], roots: &[L::Scalar]) {
    for pair in values.chunks_exact_mut(2) {
        let (a, b) = (pair[0], pair[1]);
        (pair[0], pair[1]) = (lanes.add(&a, &b), lanes.sub::<1>(&a, &b));
    }
    let mut half = 2;
    while half < values.len() {
        let stride = roots.len() / half;
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for i in 0..half {
                let b = lanes.mul(&high[i], &lanes.splat(&roots[i * stride]));
                let a = low[i];
                (low[i], high[i]) = (lanes.add(&a, &b), lanes.sub::<1>(&a, &b));
            }
        }
        half *= 2;
    }
}
