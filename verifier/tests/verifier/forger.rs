//! # Whoever knows the secret proves anything
//!
//! The secret of the development setup is published, and opens any commitments to any values: all of a proof but its last point is free, and
//! that point is what makes the equation of pairings hold. A forged proof takes a verifier through every stage with any numbers, and it passes
//! exactly if the verifier computes what it should. One that left out a constraint, weighed a polynomial otherwise or hashed less would refuse
//! it, and would accept another: the one that is forged for it, with a [`Slip`]. Those are to be refused by all.
//!
//! Written from the description of proofs in `furl_wrap::circuit::prove`, on halo2's fields. The 27 constraints of the circuit are the
//! expressions that halo2 is given.

use furl_verifier::VerifyingKey;
use furl_wrap::circuit::Table;
use halo2_proofs::halo2curves::bn256::{Fq, Fr, G1, G1Affine, G2Affine};
use halo2_proofs::halo2curves::ff::{Field as _, FromUniformBytes as _, PrimeField};
use halo2_proofs::halo2curves::group::prime::PrimeCurveAffine as _;
use halo2_proofs::halo2curves::group::{Curve as _, Group as _};
use halo2_proofs::halo2curves::{CurveAffine as _, bn256::Fq2};
use halo2_proofs::plonk::{Circuit as _, ConstraintSystem, Expression};
use sha3::{Digest as _, Keccak256};

use crate::small::WORD;

/// The published secret: 64 bytes of SHAKE256 of `furl/INSECURE/setup`, as a little-endian number, reduced.
const SECRET: [u64; 4] = [0x9773_16d9_2319_cff5, 0x6fb2_f681_5ce0_dcf4, 0x3592_340a_3cb5_a8ba, 0x27de_2a50_ea99_dc11];
/// Public scalars.
pub(crate) const PUBLICS: usize = 9;
/// Commitments before the evaluations: $X_0, Y_0, X_1, Y_1, L, A', S', Z_0, Z_1, Z_L$, a random polynomial, four pieces of the quotient.
pub(crate) const POINTS: usize = 15;
/// Evaluations.
pub(crate) const VALUES: usize = 44;
/// Constraints: the circuit's, the permutation's, the lookup's.
pub(crate) const CONSTRAINTS: usize = 27 + 5 + 5;
/// Polynomials that are opened, and SHPLONK's quotient.
const OPENED: usize = 24;
/// Scalars and points that are hashed, in their order: the circuit's scalar, the public ones, points, evaluations, SHPLONK's quotient.
const HASHED: usize = 1 + PUBLICS + POINTS + VALUES + 1;
/// After so many of these, so many challenges are drawn.
const DRAWN: [(usize, usize); 6] = [(15, 1), (17, 2), (21, 1), (25, 1), (69, 2), (HASHED, 1)];
/// Challenges, as they are drawn.
const CHALLENGES: usize = 8;
/// Blinded rows, and the one before them.
const TAIL: i32 = 8;

/// A proof without its last point.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) points: [G1Affine; POINTS],
    pub(crate) values: [Fr; VALUES],
    /// SHPLONK's quotient.
    pub(crate) folded: G1Affine,
}

/// In what the verifier, for whom a proof is forged, differs from those that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// A constraint does not count.
    Constraint(usize),
    /// A public scalar is not looked at but in the transcript.
    Public(usize),
    /// The permutation and the lookup count in the blinded rows, too.
    Blinded,
    /// The quotient's pieces are taken from the highest.
    Pieces,
    /// A polynomial is opened to one more than it is said to be; the last is the quotient.
    Value(usize),
    /// A polynomial is not opened; the last is SHPLONK's quotient.
    Opened(usize),
    /// Something is not hashed.
    Hashed(usize),
    /// A challenge that follows another is drawn without the byte that tells it from others.
    Again(usize),
    /// A challenge is taken for another, and that for it.
    Swapped(usize, usize),
}

impl Slip {
    /// Every slip.
    pub(crate) fn all() -> Vec<Self> {
        // θ, β, γ, y, x, SHPLONK's y and v, u.
        let swapped = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 7), (5, 6), (6, 7)].map(|(a, b)| Self::Swapped(a, b));
        (0..CONSTRAINTS)
            .map(Self::Constraint)
            .chain((0..PUBLICS).map(Self::Public))
            .chain([Self::Blinded, Self::Pieces, Self::Again(2), Self::Again(6)])
            .chain((0..=VALUES).map(Self::Value))
            .chain((0..OPENED).map(Self::Opened))
            .chain((0..HASHED).map(Self::Hashed))
            .chain(swapped)
            .collect()
    }
}

/// Points at which polynomials are opened, by rows from $x$ on; of each its commitment, and the first of its evaluations.
type Set = (Vec<i32>, Vec<(G1Affine, usize)>);

/// A number as a word.
pub(crate) fn word(number: &impl PrimeField<Repr = [u8; WORD]>) -> [u8; WORD] {
    let mut word = number.to_repr();
    word.reverse();
    word
}

/// A point as two words.
fn words(point: &G1Affine) -> Vec<u8> {
    let coordinates = point.coordinates().unwrap();
    [word(coordinates.x()), word(coordinates.y())].concat()
}

/// The number that a word is.
pub(crate) fn number<T: PrimeField<Repr = [u8; WORD]>>(word: &[u8]) -> T {
    let mut bytes: [u8; WORD] = word.try_into().unwrap();
    bytes.reverse();
    T::from_repr(bytes).unwrap()
}

fn point(words: &[u8]) -> G1Affine {
    let (x, y) = words.split_at(WORD);
    G1Affine::from_xy(number(x), number(y)).unwrap()
}

impl Sent {
    /// All of a proof but its last point.
    pub(crate) fn of(proof: &[u8]) -> Self {
        let (points, rest) = proof.split_at(2 * WORD * POINTS);
        let (values, last) = rest.split_at(WORD * VALUES);
        Self {
            points: std::array::from_fn(|i| point(&points[2 * WORD * i..][..2 * WORD])),
            values: std::array::from_fn(|i| number(&values[WORD * i..][..WORD])),
            folded: point(&last[..2 * WORD]),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let points = self.points.iter().flat_map(words);
        points.chain(self.values.iter().flat_map(word)).chain(words(&self.folded)).collect()
    }
}

/// The secret of the development setup.
pub(crate) fn secret() -> Fr {
    Fr::from_raw(SECRET)
}

/// Who forges proofs under one key.
pub(crate) struct Forger {
    secret: Fr,
    rows: u64,
    root: Fr,
    circuit: Fr,
    /// $P, Q, R, S, C_0, C_1, T$, and the permutation.
    key: [G1Affine; 11],
    gates: Vec<Expression<Fr>>,
}

impl Forger {
    /// Under a key of the development setup.
    pub(crate) fn new(key: &[u8; VerifyingKey::BYTES]) -> Self {
        Self::knowing(secret(), key)
    }

    /// Under a key of a setup with this secret.
    pub(crate) fn knowing(secret: Fr, key: &[u8; VerifyingKey::BYTES]) -> Self {
        let element = |words: &[u8]| Fq2::new(number::<Fq>(&words[WORD..]), number(&words[..WORD]));
        let (x, y) = key[768..].split_at(2 * WORD);
        let tau = (G2Affine::generator() * secret).to_affine();
        assert_eq!((tau.x, tau.y), (element(x), element(y)), "the key's setup is another");
        let k = u32::from(key[16]);
        let mut system = ConstraintSystem::default();
        let _ = Table::configure(&mut system);
        Self {
            secret,
            rows: 1 << k,
            root: Fr::ROOT_OF_UNITY.pow([1 << (Fr::S - k)]),
            circuit: number(&key[32..64]),
            key: std::array::from_fn(|i| point(&key[64 * (i + 1)..][..64])),
            gates: system.gates()[0].polynomials().to_vec(),
        }
    }

    /// The points of the key.
    pub(crate) fn key(&self) -> &[G1Affine] {
        &self.key
    }

    /// A proof of these public scalars that begins with what is sent; none if its last point were that at infinity.
    pub(crate) fn forge(&self, publics: &[Fr; PUBLICS], sent: &Sent, slip: Option<Slip>) -> Option<Vec<u8>> {
        let [_, beta, gamma, y, x, within, among, u] = self.challenges(publics, sent, slip);
        let constraints = self.constraints(publics, &sent.values, [beta, gamma, x], slip);
        let folded = constraints.iter().fold(Fr::ZERO, |sum, constraint| sum * y + constraint);
        let quotient = folded * (x.pow([self.rows]) - Fr::ONE).invert().unwrap();
        let sum = self.sum(sent, quotient, [x, within, among, u], slip);
        // (τ - u) times the last point.
        let opening = (sum * (self.secret - u).invert().unwrap()).to_affine();
        (!bool::from(opening.is_identity())).then(|| [sent.bytes(), words(&opening)].concat())
    }

    /// θ, β, γ, y, x, SHPLONK's y and v, u.
    fn challenges(&self, publics: &[Fr; PUBLICS], sent: &Sent, slip: Option<Slip>) -> [Fr; CHALLENGES] {
        let mut items: Vec<Vec<u8>> = [&self.circuit].into_iter().chain(publics).map(|s| word(s).to_vec()).collect();
        items.extend(sent.points.iter().map(words));
        items.extend(sent.values.iter().map(|value| word(value).to_vec()));
        items.push(words(&sent.folded));
        let (mut state, mut drawn, mut from) = (Vec::new(), Vec::new(), 0);
        for (to, challenges) in DRAWN {
            let hashed = (from..to).filter(|i| slip != Some(Slip::Hashed(*i)));
            hashed.for_each(|i| state.extend(&items[i]));
            for i in 0..challenges {
                if i > 0 && slip != Some(Slip::Again(drawn.len())) {
                    state.push(1);
                }
                state = Keccak256::digest(&state).to_vec();
                let mut wide = [0; 2 * WORD];
                wide.iter_mut().zip(state.iter().rev()).for_each(|(to, from)| *to = *from);
                drawn.push(Fr::from_uniform_bytes(&wide));
            }
            from = to;
        }
        if let Some(Slip::Swapped(a, b)) = slip {
            drawn.swap(a, b);
        }
        drawn.try_into().unwrap()
    }

    /// The point of the row that is so many below that of $x$.
    fn below(&self, x: Fr, rows: i32) -> Fr {
        let power = self.root.pow([u64::from(rows.unsigned_abs())]);
        x * if rows < 0 { power.invert().unwrap() } else { power }
    }

    /// What every constraint is at $x$.
    fn constraints(
        &self,
        publics: &[Fr; PUBLICS],
        at: &[Fr; VALUES],
        [beta, gamma, x]: [Fr; 3],
        slip: Option<Slip>,
    ) -> Vec<Fr> {
        let vanishing = x.pow([self.rows]) - Fr::ONE;
        let row = |i: i32| {
            let root = self.below(Fr::ONE, i);
            root * vanishing * (Fr::from(self.rows) * (x - root)).invert().unwrap()
        };
        let looked_at = (0..PUBLICS).filter(|i| slip != Some(Slip::Public(*i)));
        let instance: Fr = looked_at.map(|i| publics[i] * row(i as i32)).sum();
        let (first, last) = (row(0), row(-TAIL));
        let blinded: Fr = if slip == Some(Slip::Blinded) { Fr::ZERO } else { (1 - TAIL..0).map(row).sum() };
        let active = Fr::ONE - last - blinded;

        let mut all: Vec<Fr> = self.gates.iter().map(|gate| evaluate(gate, at, instance)).collect();
        let ([z0, z0_next, z0_last], [z1, z1_next]) = ([at[34], at[35], at[36]], [at[37], at[38]]);
        all.extend([first * (Fr::ONE - z0), last * (z1.square() - z1), first * (z1 - z0_last)]);
        let product = |columns: std::ops::Range<usize>, of: &dyn Fn(usize) -> Fr| -> Fr {
            columns.map(|i| at[[0, 4, 8, 12][i]] + beta * of(i) + gamma).product()
        };
        for (columns, z, z_next) in [(0..3, z0, z0_next), (3..4, z1, z1_next)] {
            let left = product(columns.clone(), &|i| at[30 + i]);
            let right = product(columns, &|i| Fr::DELTA.pow([i as u64]) * x);
            all.push(active * (z_next * left - z * right));
        }
        let ([z, z_next], [input, before], table) = ([at[39], at[40]], [at[41], at[42]], at[43]);
        let (limb, fixed) = (at[15], at[28]);
        let step = z_next * (input + beta) * (table + gamma) - z * (limb + beta) * (fixed + gamma);
        all.extend([first * (Fr::ONE - z), last * (z.square() - z), active * step]);
        all.extend([first * (input - table), active * (input - table) * (input - before)]);
        if let Some(Slip::Constraint(i)) = slip {
            all[i] = Fr::ZERO;
        }
        all
    }

    /// What is opened where: the evaluation number [`VALUES`] is the quotient's.
    fn sets(&self, sent: &Sent, quotient: G1Affine) -> Vec<Set> {
        let [x0, y0, x1, y1, limbs, input, table, z0, z1, lookup, random, ..] = sent.points;
        let [p, q, r, s, c0, c1, fixed, sigma @ ..] = self.key;
        let mut at_x = vec![(table, 43), (p, 20), (q, 21), (r, 22), (s, 23), (fixed, 28)];
        at_x.extend(sigma.into_iter().zip(30..));
        at_x.extend([(quotient, VALUES), (random, 29)]);
        vec![
            (vec![0, 1, 2, 3], vec![(x0, 0), (y0, 4), (x1, 8)]),
            (vec![0, 1, 2], vec![(y1, 12)]),
            (vec![0, 1, 2, 3, 4], vec![(limbs, 15)]),
            (vec![0, 1, -TAIL], vec![(z0, 34)]),
            (vec![0, 1], vec![(z1, 37), (lookup, 39), (c0, 24), (c1, 26)]),
            (vec![0, -1], vec![(input, 41)]),
            (vec![0], at_x),
        ]
    }

    /// What the last point must make vanish.
    fn sum(&self, sent: &Sent, quotient: Fr, [x, within, among, u]: [Fr; 4], slip: Option<Slip>) -> G1 {
        let mut pieces = sent.points[11..].to_vec();
        if slip == Some(Slip::Pieces) {
            pieces.reverse();
        }
        let power = x.pow([self.rows]);
        let piece = pieces.iter().rev().fold(G1::identity(), |sum, piece| sum * power + piece).to_affine();
        let mut values = [&sent.values[..], &[quotient]].concat();
        if let Some(Slip::Value(i)) = slip {
            values[i] += Fr::ONE;
        }
        let distances = |rows: &[i32]| rows.iter().map(|i| u - self.below(x, *i)).product::<Fr>();
        let sets = self.sets(sent, piece);
        let own = distances(&sets[0].0);
        let (mut sum, mut weight, mut opened) = (G1::identity(), Fr::ONE, 0);
        for (rows, polynomials) in &sets {
            // All distances but the set's own, over all but those of the first set.
            let mut scalar = weight * own * distances(rows).invert().unwrap();
            for (commitment, first) in polynomials {
                if slip != Some(Slip::Opened(opened)) {
                    let value = self.interpolated(x, u, rows, &values[*first..]);
                    sum += (commitment.to_curve() - G1::generator() * value) * scalar;
                }
                scalar *= within;
                opened += 1;
            }
            weight *= among;
        }
        if slip == Some(Slip::Opened(opened)) { sum } else { sum - sent.folded * own }
    }

    /// At $u$, the polynomial that has these values at these rows from $x$ on.
    fn interpolated(&self, x: Fr, u: Fr, rows: &[i32], values: &[Fr]) -> Fr {
        let terms = rows.iter().zip(values).map(|(k, value)| {
            let at = self.below(x, *k);
            let others = rows.iter().filter(|i| *i != k).map(|i| self.below(x, *i));
            others.fold(*value, |term, other| term * (u - other) * (at - other).invert().unwrap())
        });
        terms.sum()
    }
}

/// A constraint of the circuit, from what its columns are said to be.
fn evaluate(gate: &Expression<Fr>, at: &[Fr; VALUES], instance: Fr) -> Fr {
    gate.evaluate(
        &|constant| constant,
        &|_| unreachable!("there are no selectors but fixed columns"),
        &|query| match query.column_index() {
            column @ 0..4 => at[20 + column],
            column => at[24 + 2 * (column - 4) + query.rotation().0 as usize],
        },
        &|query| at[[0, 4, 8, 12, 15][query.column_index()] + query.rotation().0 as usize],
        &|_| instance,
        &|_| unreachable!("the constraints have no challenges"),
        &|a| -a,
        &|a, b| a + b,
        &|a, b| a * b,
        &|a, factor| a * factor,
    )
}
