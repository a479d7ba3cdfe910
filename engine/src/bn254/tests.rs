//! On each instruction set, against halo2curves.

use halo2_proofs::halo2curves::bn256::{Fq, Fr, G1, G1Affine};
use halo2_proofs::halo2curves::ff::{Field, PrimeField};
use halo2_proofs::halo2curves::group::{Curve as _, Group as _};
use halo2_proofs::halo2curves::msm::msm_best;
use halo2_proofs::halo2curves::serde::SerdeObject;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::fft::Transform;
use super::lanes::eight;
use super::msm::{Bases, Point, msm};
use super::{Arithmetic, EIGHT, Job, Lanes, Prime, Task, Word};

fn word(x: &impl SerdeObject) -> Word {
    let bytes = x.to_raw_bytes();
    core::array::from_fn(|i| u64::from_le_bytes(bytes[8 * i..8 * i + 8].try_into().unwrap()))
}

fn number<T: SerdeObject>(word: &Word) -> T {
    T::from_raw_bytes(&word.map(u64::to_le_bytes).concat()).expect("reduced")
}

fn point(p: &G1Affine) -> Point {
    Point { x: word(&p.x), y: word(&p.y) }
}

/// Operations of a prime's lanes, against the field.
struct Operations<'a, T>(&'a [T]);

impl<L: Lanes, T: SerdeObject + PrimeField> Job<L> for Operations<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self, lanes: &L) {
        let words: Vec<Word> = self.0.iter().map(word).collect();
        let check = |vector: &L::Vector, expected: &dyn Fn(usize) -> T| {
            for (i, got) in lanes.store(vector).iter().enumerate() {
                assert_eq!(number::<T>(got), expected(i), "lane {i}");
            }
        };
        for first in 0..words.len() - 2 * EIGHT {
            let (x, y) = (&self.0[first..], &self.0[first + EIGHT..]);
            let (a, b) = (lanes.load(eight(&words[first..])), lanes.load(eight(&words[first + EIGHT..])));
            check(&a, &|i| x[i]);
            check(&lanes.mul(&a, &b), &|i| x[i] * y[i]);
            check(&lanes.add(&a, &b), &|i| x[i] + y[i]);
            check(&lanes.sub::<4>(&a, &b), &|i| x[i] - y[i]);
            check(&lanes.splat(&lanes.scalar(&words[first])), &|_| x[0]);
            check(&lanes.select(0b1010_0110, &a, &b), &|i| if [1, 2, 5, 7].contains(&i) { y[i] } else { x[i] });
            check(&lanes.shift::<0>(&a, &b), &|i| x[i]);
            check(&lanes.shift::<3>(&a, &b), &|i| x[i + 3]);
            check(&lanes.shift::<7>(&a, &b), &|i| x[i + 7]);
            let one = lanes.splat(&lanes.scalar(&lanes.prime().one));
            let packed = lanes.pack(&lanes.mul(&a, &one));
            check(&lanes.unpack(eight(&packed)), &|i| x[i]);
            let other = lanes.pack(&lanes.mul(&b, &one));
            let same = (0..EIGHT).fold(0, |mask, i| mask | u8::from(x[i] == y[i]) << i);
            assert_eq!(lanes.equal(&lanes.unpack(eight(&packed)), &lanes.unpack(eight(&other))), same);
        }
        let rows: [L::Vector; EIGHT] = core::array::from_fn(|i| lanes.load(eight(&words[EIGHT * i..])));
        for (j, column) in lanes.transpose(&rows).iter().enumerate() {
            check(column, &|i| self.0[EIGHT * i + j]);
        }
    }
}

/// Random numbers, and those at the edges.
fn numbers<T: PrimeField>(rng: &mut StdRng) -> Vec<T> {
    let edges = [T::ZERO, T::ONE, -T::ONE, -T::from(2), T::TWO_INV, -T::TWO_INV, T::from(u64::MAX)];
    let mut all: Vec<T> = edges.into_iter().flat_map(|x| [x, x, T::random(&mut *rng)]).collect();
    // Equal in the same lane of neighbouring vectors.
    all.extend(all.clone()[all.len() - EIGHT..].to_vec());
    all.extend((0..64).map(|_| T::random(&mut *rng)));
    all
}

struct AllOperations;

impl Task for AllOperations {
    type Output = ();

    fn run<L: Lanes>(self, scalars: &L, coordinates: &L) {
        let mut rng = StdRng::seed_from_u64(1);
        scalars.within(Operations(&numbers::<Fr>(&mut rng)));
        coordinates.within(Operations(&numbers::<Fq>(&mut rng)));
    }
}

#[test]
fn operations() {
    Arithmetic::available().into_iter().for_each(|arithmetic| arithmetic.run(AllOperations));
}

/// Transforms of some sizes, with a factor and a shift, against Horner's rule at some points; back again.
struct Transforms;

impl Task for Transforms {
    type Output = ();

    fn run<L: Lanes>(self, scalars: &L, _: &L) {
        let mut rng = StdRng::seed_from_u64(2);
        for k in [6, 7, 8, 9, 12, 13] {
            let n = 1usize << k;
            let omega = (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square());
            let values: Vec<Fr> = (0..n).map(|i| if i % 5 == 0 { -Fr::ONE } else { Fr::random(&mut rng) }).collect();
            let (factor, shift) = (Fr::random(&mut rng), Fr::random(&mut rng));
            let transform = Transform::new(scalars, word(&omega), k);
            let result = transform.values(scalars, |i| word(&values[i]), &word(&factor), &word(&shift), number::<Fr>);
            for j in (0..n).step_by(n / 64 + 1).chain([n - 1]) {
                let x = shift * omega.pow([j as u64]);
                let expected = values.iter().rev().fold(Fr::ZERO, |sum, a| sum * x + a);
                assert_eq!(result[j], factor * expected, "2^{k}, {j}");
            }
            let inverse = Transform::new(scalars, word(&omega.invert().unwrap()), k);
            let scale = (factor * Fr::from(n as u64)).invert().unwrap();
            let back = inverse.values(scalars, |i| word(&result[i]), &word(&scale), &word(&Fr::ONE), number::<Fr>);
            let mut power = Fr::ONE;
            for (got, value) in back.iter().zip(&values) {
                assert_eq!(*got, *value * power);
                power *= shift;
            }
        }
    }
}

#[test]
fn transforms() {
    Arithmetic::available().into_iter().for_each(|arithmetic| arithmetic.run(Transforms));
}

/// The sums of these lists.
struct Sums<'a>(&'a [Point], &'a [&'a [Word]]);

impl Task for Sums<'_> {
    type Output = Vec<Point>;

    fn run<L: Lanes>(self, _: &L, coordinates: &L) -> Vec<Point> {
        msm(coordinates, &Bases::new(coordinates, self.0.to_vec()), self.1, |word| *word)
    }
}

fn check(bases: &[G1Affine], lists: &[Vec<Fr>]) {
    let points: Vec<Point> = bases.iter().map(point).collect();
    let words: Vec<Vec<Word>> = lists.iter().map(|list| list.iter().map(word).collect()).collect();
    let words: Vec<&[Word]> = words.iter().map(Vec::as_slice).collect();
    let expected: Vec<Point> = lists
        .iter()
        .map(|list| {
            // halo2curves' sum takes no point at infinity.
            let finite = list.iter().zip(bases).filter(|(_, base)| **base != G1Affine::default());
            let (scalars, bases): (Vec<Fr>, Vec<G1Affine>) = finite.unzip();
            let sum = if scalars.is_empty() { G1::identity() } else { msm_best(&scalars, &bases) };
            point(&sum.to_affine())
        })
        .collect();
    for arithmetic in Arithmetic::available() {
        assert_eq!(arithmetic.run(Sums(&points, &words)), expected, "{arithmetic:?}");
    }
}

#[test]
fn sums() {
    let mut rng = StdRng::seed_from_u64(3);
    for n in [1, 2, 7, 8, 9, 63, 500, 3000] {
        let bases: Vec<G1Affine> = (0..n).map(|_| G1::random(&mut rng).to_affine()).collect();
        let mut lists = vec![
            (0..n).map(|_| Fr::random(&mut rng)).collect::<Vec<_>>(),
            vec![Fr::ZERO; n],
            vec![Fr::ONE; n],
            vec![-Fr::ONE; n],
            vec![Fr::TWO_INV; n],
            vec![-Fr::TWO_INV; n],
            (0..n).map(|i| Fr::from(i as u64 % 7)).collect(),
            (0..n).map(|i| -Fr::from(i as u64)).collect(),
            (0..n).map(|i| Fr::from(2).pow([i as u64])).collect(),
            (0..n).map(|i| Fr::from(2).pow([i as u64]) - Fr::ONE).collect(),
        ];
        lists.push(lists[0][..n / 2].to_vec());
        lists.push(Vec::new());
        check(&bases, &lists);
    }
}

/// Equal points, opposite ones, and that at infinity, among others and alone.
#[test]
fn sums_of_special_points() {
    let mut rng = StdRng::seed_from_u64(4);
    let p = G1::random(&mut rng).to_affine();
    let others: Vec<G1Affine> = (0..40).map(|_| G1::random(&mut rng).to_affine()).collect();
    let infinity = G1Affine::default();
    let cases = [
        vec![p; 64],
        (0..64).map(|i| if i % 2 == 0 { p } else { -p }).collect(),
        (0..63).map(|i| if i % 3 == 0 { p } else { -p }).collect(),
        vec![infinity; 20],
        (0..40).map(|i| [p, infinity, others[i], -others[i], others[i / 2]][i % 5]).collect::<Vec<_>>(),
    ];
    for bases in cases {
        let n = bases.len();
        let random = (0..n).map(|_| Fr::random(&mut rng)).collect();
        check(&bases, &[vec![Fr::ONE; n], vec![-Fr::from(9); n], random, vec![Fr::ZERO; n]]);
        check(&bases, &[(0..n).map(|i| Fr::from(i as u64 / 4)).collect()]);
    }
}

/// Primes as halo2curves has them.
#[test]
fn primes() {
    fn same<T: SerdeObject + PrimeField>(prime: &Prime) {
        assert_eq!(word(&T::ONE), prime.one);
        assert_eq!(word(&-T::from(5)), prime.sub(&[0; 4], &prime.small(5)));
        assert_eq!(word(&T::from(7).invert().unwrap()), prime.invert(&prime.small(7)));
    }
    same::<Fr>(&super::SCALARS);
    same::<Fq>(&super::COORDINATES);
}

/// Time of what the wrap does most, for figures.
#[test]
#[ignore = "seconds, for figures: --nocapture"]
fn figures() {
    struct Figures(Vec<Point>, Vec<Word>, Word);
    impl Task for Figures {
        type Output = ();

        fn run<L: Lanes>(self, scalars: &L, coordinates: &L) {
            let n = self.1.len();
            let transform = Transform::new(scalars, self.2, n.ilog2());
            let start = std::time::Instant::now();
            let one = scalars.prime().one;
            let _ = std::hint::black_box(transform.vectors(scalars, |i| self.1[i], &one, &one));
            println!("transform of {n}: {:?}", start.elapsed());
            let start = std::time::Instant::now();
            let bases = Bases::new(coordinates, self.0);
            println!("bases: {:?}", start.elapsed());
            let start = std::time::Instant::now();
            let _ = std::hint::black_box(msm(coordinates, &bases, &[&self.1], |word| *word));
            println!("sum of {n}: {:?}", start.elapsed());
        }
    }
    let mut rng = StdRng::seed_from_u64(5);
    let n = 1 << 18;
    let omega = (18..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square());
    let scalars: Vec<Fr> = (0..n).map(|_| Fr::random(&mut rng)).collect();
    let mut points = vec![G1::random(&mut rng)];
    for i in 1..n {
        points.push(points[i - 1] + points[i / 2]);
    }
    let mut affine = vec![G1Affine::default(); n];
    G1::batch_normalize(&points, &mut affine);
    let start = std::time::Instant::now();
    let _ = std::hint::black_box(msm_best(&scalars, &affine));
    println!("halo2curves' sum of {n}: {:?}", start.elapsed());
    for arithmetic in Arithmetic::available() {
        println!("{arithmetic:?}");
        arithmetic.run(Figures(affine.iter().map(point).collect(), scalars.iter().map(word).collect(), word(&omega)));
    }
}
