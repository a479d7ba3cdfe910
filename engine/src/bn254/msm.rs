//! # Sums of points times scalars
//!
//! Pippenger's way. A scalar $x$ is taken as the smaller one of $x$ and $r - x$, with a sign, and cut into *windows* of $c$ bits, as signed
//! digits from $-2^{c-1}$ to $2^{c-1}$. A window's points are sorted into $2^{c-1}$ *buckets* by the digit; a bucket is summed up, and
//! the window's sum is $\sum_d d B_d$. Digits that are zero cost nothing, and so small scalars cost little.
//!
//! **Buckets.** The points of a bucket are added pair by pair, then the sums, until one is left: the pairs of a round depend on nothing
//! else, so eight of them fill the lanes, and all of a round share one inversion. Affine coordinates; the few pairs with equal $x$, or with the point at
//! infinity, are added one by one.
//!
//! **Windows.** Lane $l$ has the $l$-th eighth of the buckets and sums downward, in homogeneous coordinates, by the complete formulas of
//! [Renes, Costello and Batina](https://eprint.iacr.org/2015/1060), algorithm 7, which know no special cases.
//!
//! | value | below |
//! |---|---|
//! | coordinates that were unpacked | $p$ |
//! | $x_2 - x_1$, $y_2 - y_1$ | $3p$ |
//! | affine sums before packing | $3.2\,p$ |
//! | coordinates that algorithm 7 takes; makes | $8p$; $3.4\,p$ |

use rayon::prelude::*;

use super::lanes::{EIGHT, Job, Lanes};
use super::{Prime, SCALARS, Word};

/// An affine point, coordinates as in memory; that at infinity has two zeroes, which no point of the curve has.
///
/// A point has a line of the cache to itself: windows read the bases in no order at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(64))]
pub struct Point {
    /// The first coordinate.
    pub x: Word,
    /// The second.
    pub y: Word,
}

impl Point {
    const INFINITY: Self = Self { x: [0; 4], y: [0; 4] };
}

/// Homogeneous coordinates in every lane.
type Triple<V> = [V; 3];

/// Points of a bucket block: enough that an inversion does not matter, few enough for a core's cache.
const BLOCK: usize = 16384;

/// Points that are multiplied, packed.
#[derive(Debug)]
pub struct Bases(Vec<Point>);

impl Bases {
    /// Packs points.
    #[must_use]
    pub fn new<L: Lanes>(lanes: &L, points: Vec<Point>) -> Self {
        let mut points = points;
        points.par_chunks_mut(BLOCK).for_each(|points| lanes.within(Pack(points)));
        Self(points)
    }
}

struct Pack<'a>(&'a mut [Point]);

impl<L: Lanes> Job<L> for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self, lanes: &L) {
        let one = lanes.splat(&lanes.scalar(&lanes.prime().one));
        for points in self.0.chunks_mut(EIGHT) {
            let eight: [Point; EIGHT] = core::array::from_fn(|i| points[i % points.len()]);
            let x = lanes.pack(&lanes.mul(&lanes.load(core::array::from_fn(|i| &eight[i].x)), &one));
            let y = lanes.pack(&lanes.mul(&lanes.load(core::array::from_fn(|i| &eight[i].y)), &one));
            for (i, point) in points.iter_mut().enumerate() {
                *point = Point { x: x[i], y: y[i] };
            }
        }
    }
}

/// A scalar's digits: the integer, below $2^{253}$, and the sign in the highest bit.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Signed(Word);

const NEGATIVE: u64 = 1 << 63;

impl Signed {
    fn new(scalar: &Word) -> Self {
        let (mut integer, negative) = SCALARS.signed(scalar);
        integer[3] |= if negative { NEGATIVE } else { 0 };
        Self(integer)
    }

    /// The signed digit of a window: its bits and the one below them, the highest of which counts negatively.
    #[inline(always)]
    fn digit(&self, window: usize, bits: usize) -> i32 {
        let from = window * bits;
        let value = if from == 0 { self.0[0] << 1 } else { self.bits(from - 1) };
        let value = value as u32 & ((2 << bits) - 1);
        let digit = (value.wrapping_add(1) >> 1).wrapping_sub((value >> bits) << bits).cast_signed();
        if self.0[3] & NEGATIVE == 0 { digit } else { digit.wrapping_neg() }
    }

    /// 64 bits from a position on.
    #[inline(always)]
    fn bits(&self, from: usize) -> u64 {
        let limb = |index: usize| match index {
            0..3 => self.0[index],
            3 => self.0[3] & !NEGATIVE,
            _ => 0,
        };
        let (low, high) = (limb(from / 64), limb(from / 64 + 1));
        ((u128::from(high) << 64 | u128::from(low)) >> (from % 64)) as u64
    }
}

/// The size of windows for so many points.
fn window_bits(points: usize) -> usize {
    (points.max(1).ilog2() as usize).saturating_sub(5).clamp(4, 15)
}

/// $\sum_i x_i P_i$, for each of these lists of scalars, whose words `word` tells. A list may be shorter than the bases.
///
/// # Panics
/// If a list is longer than the bases.
#[must_use]
pub fn msm<L: Lanes, T: Sync>(
    lanes: &L,
    bases: &Bases,
    lists: &[&[T]],
    word: impl Fn(&T) -> Word + Sync,
) -> Vec<Point> {
    lists.iter().for_each(|list| assert!(list.len() <= bases.0.len(), "a base for each scalar"));
    let bits = window_bits(lists.iter().map(|list| list.len()).max().unwrap_or(0));
    // 253 bits, and the sign of the last digit.
    let windows = 254usize.div_ceil(bits);
    let signed = |x: &T| Signed::new(&word(x));
    let signed: Vec<Vec<Signed>> =
        lists.iter().map(|list| list.par_iter().with_min_len(1024).map(signed).collect()).collect();
    let sums: Vec<Triple<Word>> = (0..lists.len() * windows)
        .into_par_iter()
        .with_max_len(1)
        .map(|i| {
            let window = Window { bases: &bases.0, scalars: &signed[i / windows], index: i % windows, bits };
            lanes.within(window)
        })
        .collect();
    sums.chunks(windows).map(|sums| lanes.within(Combine { sums, bits })).collect()
}

/// A window of one list.
struct Window<'a> {
    bases: &'a [Point],
    scalars: &'a [Signed],
    index: usize,
    bits: usize,
}

impl<L: Lanes> Job<L> for Window<'_> {
    type Output = Triple<Word>;

    #[inline(always)]
    fn run(self, lanes: &L) -> Triple<Word> {
        let (counts, order) = self.sorted();
        let mut sums = vec![Point::INFINITY; counts.len()];
        let mut rounds = Rounds::default();
        let (mut bucket, mut start) = (0, 0);
        while bucket < counts.len() {
            let (first, begin) = (bucket, start);
            while bucket < counts.len() && (bucket == first || start - begin < BLOCK) {
                start += counts[bucket] as usize;
                bucket += 1;
            }
            rounds.points.clear();
            rounds.points.extend(order[begin..start].iter().map(|entry| self.point(lanes.prime(), *entry)));
            rounds.sum(lanes, &counts[first..bucket], &mut sums[first..bucket]);
        }
        let coordinates = Curve::new(lanes);
        coordinates.weighted(lanes, &sums)
    }
}

impl Window<'_> {
    /// How many points are in each bucket, from that of digit 1 on; and all of them, bucket by bucket: twice the index, and the sign.
    #[inline(always)]
    fn sorted(&self) -> (Vec<u32>, Vec<u32>) {
        let mut counts = vec![0u32; 1 << (self.bits - 1)];
        let digits: Vec<i32> = self.scalars.iter().map(|scalar| scalar.digit(self.index, self.bits)).collect();
        for digit in digits.iter().filter(|digit| **digit != 0) {
            counts[digit.unsigned_abs() as usize - 1] += 1;
        }
        let mut next: Vec<u32> = counts
            .iter()
            .scan(0, |end, count| {
                let start = *end;
                *end += count;
                Some(start)
            })
            .collect();
        let mut order = vec![0u32; counts.iter().sum::<u32>() as usize];
        for (index, digit) in digits.iter().enumerate().filter(|(_, digit)| **digit != 0) {
            let next = &mut next[digit.unsigned_abs() as usize - 1];
            order[*next as usize] = (index as u32) << 1 | u32::from(*digit < 0);
            *next += 1;
        }
        (counts, order)
    }

    /// A base, or its negative. Without a branch, which nobody could foresee, so that several bases are on their way from memory.
    #[inline(always)]
    fn point(&self, prime: &Prime, entry: u32) -> Point {
        let mut point = self.bases[(entry >> 1) as usize];
        let negative = prime.sub(&[0; 4], &point.y);
        let mask = 0u64.wrapping_sub(u64::from(entry & 1));
        for (y, negative) in point.y.iter_mut().zip(negative) {
            *y ^= (*y ^ negative) & mask;
        }
        point
    }
}

/// The sums of a block's buckets, round by round. All buffers are used again.
#[derive(Default)]
struct Rounds {
    /// Bucket by bucket.
    points: Vec<Point>,
    next: Vec<Point>,
    /// Two points at this index and the next become one at that.
    pairs: Vec<(u32, u32)>,
}

impl Rounds {
    /// Sums up buckets that have so many points.
    #[inline(always)]
    fn sum<L: Lanes>(&mut self, lanes: &L, counts: &[u32], sums: &mut [Point]) {
        let mut counts = counts.to_vec();
        while counts.iter().any(|count| *count > 1) {
            self.pairs.clear();
            self.next.clear();
            self.next.resize(counts.iter().map(|count| count.div_ceil(2) as usize).sum(), Point::INFINITY);
            let (mut from, mut to) = (0, 0);
            for count in &mut counts {
                for _ in 0..*count / 2 {
                    self.pairs.push((from, to));
                    (from, to) = (from + 2, to + 1);
                }
                if *count % 2 == 1 {
                    self.next[to as usize] = self.points[from as usize];
                    (from, to) = (from + 1, to + 1);
                }
                *count = count.div_ceil(2);
            }
            self.add(lanes);
            core::mem::swap(&mut self.points, &mut self.next);
        }
        let mut points = self.points.iter();
        for (sum, _) in sums.iter_mut().zip(&counts).filter(|(_, count)| **count == 1) {
            *sum = *points.next().expect("a point for each bucket that is not empty");
        }
    }

    /// Adds all pairs of a round: two vectors of pairs at a time, so that neither waits for the other.
    #[inline(always)]
    fn add<L: Lanes>(&mut self, lanes: &L) {
        let one = lanes.splat(&lanes.scalar(&lanes.prime().one));
        let mut products = [one; 2];
        let mut before = Vec::with_capacity(self.pairs.len().div_ceil(2 * EIGHT));
        for group in self.pairs.chunks(2 * EIGHT) {
            before.push(products);
            let two = Two::load(lanes, &self.points, group, &one);
            for h in 0..2 {
                products[h] = lanes.mul(&products[h], &two.dx[h]);
            }
        }
        // Of the product of both, times the other.
        let inverse = inverted(lanes, &lanes.mul(&products[0], &products[1]));
        let mut inverses = [lanes.mul(&inverse, &products[1]), lanes.mul(&inverse, &products[0])];
        for (group, before) in self.pairs.chunks(2 * EIGHT).zip(&before).rev() {
            let two = Two::load(lanes, &self.points, group, &one);
            let mut reciprocals = *before;
            for h in 0..2 {
                reciprocals[h] = lanes.mul(&reciprocals[h], &inverses[h]);
                inverses[h] = lanes.mul(&inverses[h], &two.dx[h]);
            }
            let sums = two.sums(lanes, &reciprocals);
            for (lane, (from, to)) in group.iter().enumerate() {
                let (h, lane) = (lane / EIGHT, lane % EIGHT);
                self.next[*to as usize] = if two.special[h] >> lane & 1 == 0 {
                    Point { x: sums[h][0][lane], y: sums[h][1][lane] }
                } else {
                    special_sum(lanes, &self.points[*from as usize], &self.points[*from as usize + 1])
                };
            }
        }
    }
}

/// Two vectors of pairs of points.
struct Two<V> {
    /// Of both points.
    x: [[V; 2]; 2],
    y: [[V; 2]; 2],
    /// $x_2 - x_1$, and one in those lanes where the sum needs another way.
    dx: [V; 2],
    special: [u8; 2],
}

impl<V: Copy> Two<V> {
    /// Up to sixteen pairs; where there are fewer, some of them again.
    #[inline(always)]
    fn load<L: Lanes<Vector = V>>(lanes: &L, points: &[Point], group: &[(u32, u32)], one: &V) -> Self {
        let zero = lanes.unpack([&[0; 4]; EIGHT]);
        let mut two = Self { x: [[zero; 2]; 2], y: [[zero; 2]; 2], dx: [zero; 2], special: [0; 2] };
        for h in 0..2 {
            for side in 0..2 {
                let mut index = [0; EIGHT];
                for lane in 0..EIGHT {
                    let (from, _) = group[(h * EIGHT + lane) % group.len()];
                    index[lane] = from as usize + side;
                }
                let [a, b, c, d, e, f, g, i] = index;
                let p = points;
                let x = [&p[a].x, &p[b].x, &p[c].x, &p[d].x, &p[e].x, &p[f].x, &p[g].x, &p[i].x];
                let y = [&p[a].y, &p[b].y, &p[c].y, &p[d].y, &p[e].y, &p[f].y, &p[g].y, &p[i].y];
                (two.x[h][side], two.y[h][side]) = (lanes.unpack(x), lanes.unpack(y));
            }
            let [x1, x2] = &two.x[h];
            two.special[h] = lanes.equal(x1, x2) | lanes.equal(x1, &zero) | lanes.equal(x2, &zero);
            two.dx[h] = lanes.select(two.special[h], &lanes.sub::<1>(x2, x1), one);
        }
        two
    }

    /// The coordinates of the sums, packed, given $1 / (x_2 - x_1)$.
    #[inline(always)]
    fn sums<L: Lanes<Vector = V>>(&self, lanes: &L, reciprocals: &[V; 2]) -> [[[Word; EIGHT]; 2]; 2] {
        let mut slopes = *reciprocals;
        for h in 0..2 {
            slopes[h] = lanes.mul(&lanes.sub::<1>(&self.y[h][1], &self.y[h][0]), &reciprocals[h]);
        }
        let mut x = slopes;
        for h in 0..2 {
            x[h] = lanes.sub::<1>(&lanes.mul(&slopes[h], &slopes[h]), &lanes.add(&self.x[h][0], &self.x[h][1]));
        }
        let mut sums = [[[[0; 4]; EIGHT]; 2]; 2];
        for h in 0..2 {
            let y = lanes.mul(&slopes[h], &lanes.sub::<2>(&self.x[h][0], &x[h]));
            sums[h] = [lanes.pack(&x[h]), lanes.pack(&lanes.sub::<1>(&y, &self.y[h][0]))];
        }
        sums
    }
}

/// The inverses of eight numbers, none of them zero.
#[inline(always)]
fn inverted<L: Lanes>(lanes: &L, v: &L::Vector) -> L::Vector {
    let prime = lanes.prime();
    let words = lanes.store(v);
    let mut before = [prime.one; EIGHT];
    for i in 1..EIGHT {
        before[i] = prime.mul(&before[i - 1], &words[i - 1]);
    }
    let mut inverse = prime.invert(&prime.mul(&before[EIGHT - 1], &words[EIGHT - 1]));
    let mut inverses = words;
    for i in (0..EIGHT).rev() {
        inverses[i] = prime.mul(&inverse, &before[i]);
        inverse = prime.mul(&inverse, &words[i]);
    }
    let one = lanes.splat(&lanes.scalar(&prime.one));
    lanes.mul(&lanes.load(core::array::from_fn(|i| &inverses[i])), &one)
}

/// The sum of two packed points, whatever they are. By way of the complete formulas, as it is rare.
#[inline(always)]
fn special_sum<L: Lanes>(lanes: &L, p: &Point, q: &Point) -> Point {
    let curve = Curve::new(lanes);
    let sum = curve.add(lanes, &curve.lift(lanes, &[p; EIGHT]), &curve.lift(lanes, &[q; EIGHT]));
    let sum = curve.affine(lanes, &curve.words(lanes, &sum, 0));
    let one = lanes.splat(&lanes.scalar(&lanes.prime().one));
    let [x, y] = [&sum.x, &sum.y].map(|c| lanes.pack(&lanes.mul(&lanes.load([c; EIGHT]), &one))[0]);
    Point { x, y }
}

/// Homogeneous coordinates on $y^2 = x^3 + 3$.
struct Curve<V> {
    zero: V,
    one: V,
    /// $3 \cdot 3$.
    nine: V,
}

impl<V: Copy> Curve<V> {
    #[inline(always)]
    fn new<L: Lanes<Vector = V>>(lanes: &L) -> Self {
        let small = |x| lanes.splat(&lanes.scalar(&lanes.prime().small(x)));
        Self { zero: small(0), one: small(1), nine: small(9) }
    }

    /// Affine points.
    #[inline(always)]
    fn lift<L: Lanes<Vector = V>>(&self, lanes: &L, points: &[&Point; EIGHT]) -> Triple<V> {
        let mut infinite = 0;
        for lane in 0..EIGHT {
            infinite |= u8::from(*points[lane] == Point::INFINITY) << lane;
        }
        let [a, b, c, d, e, f, g, h] = points;
        let x = lanes.unpack([&a.x, &b.x, &c.x, &d.x, &e.x, &f.x, &g.x, &h.x]);
        let y = lanes.unpack([&a.y, &b.y, &c.y, &d.y, &e.y, &f.y, &g.y, &h.y]);
        [x, lanes.select(infinite, &y, &self.one), lanes.select(infinite, &self.one, &self.zero)]
    }

    /// Algorithm 7. Comments are bounds.
    #[inline(always)]
    fn add<L: Lanes<Vector = V>>(&self, lanes: &L, [x1, y1, z1]: &Triple<V>, [x2, y2, z2]: &Triple<V>) -> Triple<V> {
        let (xx, yy, zz) = (lanes.mul(x1, x2), lanes.mul(y1, y2), lanes.mul(z1, z2)); // 1.8
        let xy = lanes.mul(&lanes.add(x1, y1), &lanes.add(x2, y2)); // 4.1
        let xy = lanes.sub::<2>(&xy, &lanes.add(&xx, &yy)); // 8.1
        let yz = lanes.mul(&lanes.add(y1, z1), &lanes.add(y2, z2));
        let yz = lanes.sub::<2>(&yz, &lanes.add(&yy, &zz)); // 8.1
        let xz = lanes.mul(&lanes.add(x1, z1), &lanes.add(x2, z2));
        let xz = lanes.sub::<2>(&xz, &lanes.add(&xx, &zz)); // 8.1
        let xx = lanes.add(&lanes.add(&xx, &xx), &xx); // 5.4
        let zz = lanes.mul(&self.nine, &zz); // 1.1
        let xz = lanes.mul(&self.nine, &xz); // 1.1
        let (plus, minus) = (lanes.add(&yy, &zz), lanes.sub::<1>(&yy, &zz)); // 2.9, 3.8
        let x = lanes.sub::<1>(&lanes.mul(&xy, &minus), &lanes.mul(&yz, &xz)); // 3.4
        let y = lanes.add(&lanes.mul(&minus, &plus), &lanes.mul(&xz, &xx)); // 2.3
        let z = lanes.add(&lanes.mul(&plus, &yz), &lanes.mul(&xx, &xy)); // 2.9
        [x, y, z]
    }

    /// $2^{times}$ times a point.
    #[inline(always)]
    fn doubled<L: Lanes<Vector = V>>(&self, lanes: &L, point: Triple<V>, times: usize) -> Triple<V> {
        let mut point = point;
        for _ in 0..times {
            point = self.add(lanes, &point, &point);
        }
        point
    }

    /// A lane's point.
    #[inline(always)]
    fn words<L: Lanes<Vector = V>>(&self, lanes: &L, point: &Triple<V>, lane: usize) -> Triple<Word> {
        [lanes.store(&point[0])[lane], lanes.store(&point[1])[lane], lanes.store(&point[2])[lane]]
    }

    /// A point in every lane.
    #[inline(always)]
    fn splat<L: Lanes<Vector = V>>(&self, lanes: &L, point: &Triple<Word>) -> Triple<V> {
        let [x, y, z] = point;
        [lanes.splat(&lanes.scalar(x)), lanes.splat(&lanes.scalar(y)), lanes.splat(&lanes.scalar(z))]
    }

    #[inline(always)]
    fn affine<L: Lanes<Vector = V>>(&self, lanes: &L, [x, y, z]: &Triple<Word>) -> Point {
        let prime = lanes.prime();
        let inverse = prime.invert(z);
        Point { x: prime.mul(x, &inverse), y: prime.mul(y, &inverse) }
    }

    /// $\sum_d d B_d$, from $B_1$ on: every lane its eighth, whose digits are taken to begin at 1; then the eighths' sums, as often as they are away.
    #[inline(always)]
    fn weighted<L: Lanes<Vector = V>>(&self, lanes: &L, buckets: &[Point]) -> Triple<Word> {
        let length = buckets.len() / EIGHT;
        let infinity = [self.zero, self.one, self.zero];
        let (mut running, mut weighted) = (infinity, infinity);
        for i in (0..length).rev() {
            let points: [&Point; EIGHT] = core::array::from_fn(|lane| &buckets[lane * length + i]);
            running = self.add(lanes, &running, &self.lift(lanes, &points));
            weighted = self.add(lanes, &weighted, &running);
        }
        let (mut above, mut away, mut sum) = (infinity, infinity, infinity);
        for lane in (0..EIGHT).rev() {
            sum = self.add(lanes, &sum, &self.splat(lanes, &self.words(lanes, &weighted, lane)));
            if lane > 0 {
                above = self.add(lanes, &above, &self.splat(lanes, &self.words(lanes, &running, lane)));
                away = self.add(lanes, &away, &above);
            }
        }
        let away = self.doubled(lanes, away, length.ilog2() as usize);
        self.words(lanes, &self.add(lanes, &sum, &away), 0)
    }
}

/// A list's windows, from the lowest.
struct Combine<'a> {
    sums: &'a [Triple<Word>],
    bits: usize,
}

impl<L: Lanes> Job<L> for Combine<'_> {
    type Output = Point;

    #[inline(always)]
    fn run(self, lanes: &L) -> Point {
        let curve = Curve::new(lanes);
        let mut total = [curve.zero, curve.one, curve.zero];
        for sum in self.sums.iter().rev() {
            total = curve.add(lanes, &curve.doubled(lanes, total, self.bits), &curve.splat(lanes, sum));
        }
        curve.affine(lanes, &curve.words(lanes, &total, 0))
    }
}
