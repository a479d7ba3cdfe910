//! # Poseidon2 over a prime field of 254 bits, eight states at a time
//!
//! For plonky2 proofs that are hashed over the scalars of a curve. Prime and constants are the caller's ([`Rounds`]); a state has four
//! elements, the S-box is $x^5$, and the external matrix is the paper's of size four
//! ([eprint 2023/323](https://eprint.iacr.org/2023/323)).
//!
//! ## On lanes
//!
//! The instructions of AVX-512 IFMA multiply numbers of 52 bits and add the lower or the upper half of the product to a lane. So an
//! element is five limbs of 52 bits, each a vector that holds this limb of eight states. It stands for $x \cdot 2^{260}$ modulo the prime $r$,
//! $2^{253} < r < 2^{254}$ (Montgomery). A limb has 12 bits to spare and an element six, so that sums are taken limb by limb, without a
//! comparison; carries are made before a product. Numbers below $ar$ and $br$ multiply to one below $(1 + ab/64)\,r$, if both are below
//! $64r < 2^{260}$:
//!
//! | value | below |
//! |---|---|
//! | a word absorbed, times $2^{520}$ | $1.2\,r$ |
//! | state between permutations, and with a word | $2r$, $3.2\,r$ |
//! | the same under the external matrix, whose rows sum to at most 16 | $52\,r$ |
//! | input of a full round's S-box: reduced by a product with $2^{260}$, and a constant | $3r$ |
//! | its output; under the matrix | $1.1\,r$; $17.6\,r$ |
//! | first partial round: S-box; sum of the state; reduced | $1.5\,r$; $54.3\,r$; $1.9\,r$ |
//! | state after a partial round: product and sum | $3.2\,r$ |
//! | later partial rounds: S-box; sum of the state; reduced | $1.1\,r$; $10.7\,r$; $1.2\,r$ |

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_set1_epi64,
    _mm512_setzero_si512, _mm512_srli_epi64,
};

use crate::hash::TOGETHER;
use crate::simd::{Avx512, Backend, Simd};

/// Elements of a state.
const WIDTH: usize = 4;
/// Limbs of an element, and bits of a limb.
const LIMBS: usize = 5;
const BITS: u32 = 52;
const MASK: u64 = (1 << BITS) - 1;
/// What an element is multiplied with: $2^{260}$.
const SHIFT: usize = LIMBS * BITS as usize;

/// An integer of 256 bits, 64 bits a limb, the least first.
pub type Word = [u64; 4];
type Limbs = [u64; LIMBS];
/// A limb in eight states, and all limbs of an element.
type Vector = [__m512i; LIMBS];
/// Eight states in memory.
type Eight = [[[u64; TOGETHER]; LIMBS]; WIDTH];

/// A prime, and the constants of Poseidon2 over it.
#[derive(Clone, Debug)]
pub struct Rounds {
    prime: Word,
    limbs: Limbs,
    /// $-r^{-1}$ modulo $2^{52}$.
    inverse: u64,
    /// $2^{260}$ and $2^{520}$ modulo $r$.
    one: Limbs,
    square: Limbs,
    full: [[Limbs; WIDTH]; 8],
    partial: [Limbs; 56],
    internal: [Limbs; WIDTH],
}

impl Rounds {
    /// The rounds with these constants: of the full rounds, of the partial ones, and the diagonal of the internal matrix, less one.
    ///
    /// # Panics
    /// If the prime is even or has not 254 bits.
    #[must_use]
    pub fn new(prime: Word, full: [[Word; WIDTH]; 8], partial: [Word; 56], internal: [Word; WIDTH]) -> Self {
        assert!(prime[0] & 1 == 1 && prime[3] >> 61 == 1, "an odd prime of 254 bits");
        // Each step doubles the bits that are right.
        let inverse = (0..6).fold(1u64, |x, _| x.wrapping_mul(2u64.wrapping_sub(prime[0].wrapping_mul(x))));
        let form = |x: Word| limbs(shifted(x, SHIFT, &prime));
        Self {
            prime,
            limbs: limbs(prime),
            inverse: inverse.wrapping_neg() & MASK,
            one: form([1, 0, 0, 0]),
            square: limbs(shifted([1, 0, 0, 0], 2 * SHIFT, &prime)),
            full: full.map(|constants| constants.map(form)),
            partial: partial.map(form),
            internal: internal.map(form),
        }
    }
}

/// $2^{bits} x$ modulo the prime, for $x$ below it.
fn shifted(x: Word, bits: usize, prime: &Word) -> Word {
    (0..bits).fold(x, |x, _| {
        let mut carry = 0;
        let double = x.map(|limb| {
            let doubled = limb << 1 | carry;
            carry = limb >> 63;
            doubled
        });
        reduced(double, prime)
    })
}

/// A number below twice the prime, less the prime if it is not below it.
fn reduced(x: Word, prime: &Word) -> Word {
    let mut borrow = false;
    let mut difference = x;
    for (x, p) in difference.iter_mut().zip(prime) {
        let (once, first) = x.overflowing_sub(*p);
        let (twice, second) = once.overflowing_sub(u64::from(borrow));
        (*x, borrow) = (twice, first | second);
    }
    if borrow { x } else { difference }
}

/// 52 bits a limb; what is left is in the last.
const fn limbs(x: Word) -> Limbs {
    [
        x[0] & MASK,
        (x[0] >> 52 | x[1] << 12) & MASK,
        (x[1] >> 40 | x[2] << 24) & MASK,
        (x[2] >> 28 | x[3] << 36) & MASK,
        x[3] >> 16,
    ]
}

/// Back to 64 bits a limb, for limbs without carries.
const fn word(x: Limbs) -> Word {
    [x[0] | x[1] << 52, x[1] >> 12 | x[2] << 40, x[2] >> 24 | x[3] << 28, x[3] >> 36 | x[4] << 16]
}

/// The token of AVX-512 IFMA, besides AVX-512F.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ifma(Avx512);

impl Ifma {
    /// The token, if the backend is AVX-512 and the processor has these instructions, too.
    #[must_use]
    pub fn of(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Avx512(token) => is_x86_feature_detected!("avx512ifma").then_some(Self(token)),
            _ => None,
        }
    }

    /// Hashes eight messages: to the state (0, 0, 0, `capacity`) three words are added and the state is permuted, as often as there
    /// are `blocks`. Words may be any numbers of 256 bits. The hash is the first element.
    #[must_use]
    pub fn hash(
        self,
        rounds: &Rounds,
        capacity: Word,
        blocks: usize,
        words: impl Fn(usize, usize) -> [Word; WIDTH - 1],
    ) -> [Word; TOGETHER] {
        let mut state: Eight = [[[0; TOGETHER]; LIMBS]; WIDTH];
        let mut added = state;
        put(&mut added[WIDTH - 1], [capacity; TOGETHER]);
        for block in 0..blocks {
            for lane in 0..TOGETHER {
                for (element, word) in added.iter_mut().zip(words(lane, block)) {
                    for (row, limb) in element.iter_mut().zip(limbs(word)) {
                        row[lane] = limb;
                    }
                }
            }
            self.absorb(rounds, &mut state, &added);
            put(&mut added[WIDTH - 1], [[0; 4]; TOGETHER]);
        }
        let integers = self.integers(rounds, &state[0]);
        core::array::from_fn(|lane| reduced(word(integers.map(|row| row[lane])), &rounds.prime))
    }
}

/// The entry points, which carry the target features.
#[allow(unsafe_code)]
impl Ifma {
    /// Adds words to a state, and permutes it.
    fn absorb(self, rounds: &Rounds, state: &mut Eight, added: &Eight) {
        #[target_feature(enable = "avx512f,avx512ifma")]
        fn entry(s: Avx512, rounds: &Rounds, state: &mut Eight, added: &Eight) {
            let field = Field::new(rounds);
            let square = splat(&rounds.square);
            let mut elements = [[_mm512_setzero_si512(); LIMBS]; WIDTH];
            for i in 0..WIDTH {
                elements[i] = add(&load(s, &state[i]), &field.multiply(&load(s, &added[i]), &square));
            }
            permute(&field, rounds, &mut elements);
            for i in 0..WIDTH {
                store(s, &elements[i], &mut state[i]);
            }
        }
        // SAFETY: the processor has AVX-512F and AVX-512 IFMA, as the token shows.
        unsafe { entry(self.0, rounds, state, added) }
    }

    /// What elements below $2r$ stand for: numbers up to $r$.
    fn integers(self, rounds: &Rounds, element: &[[u64; TOGETHER]; LIMBS]) -> [[u64; TOGETHER]; LIMBS] {
        #[target_feature(enable = "avx512f,avx512ifma")]
        fn entry(s: Avx512, rounds: &Rounds, element: &[[u64; TOGETHER]; LIMBS]) -> [[u64; TOGETHER]; LIMBS] {
            let mut integers = [[0; TOGETHER]; LIMBS];
            let product = Field::new(rounds).multiply(&load(s, element), &splat(&[1, 0, 0, 0, 0]));
            store(s, &product, &mut integers);
            integers
        }
        // SAFETY: the processor has AVX-512F and AVX-512 IFMA, as the token shows.
        unsafe { entry(self.0, rounds, element) }
    }
}

/// The prime on lanes, and what products need besides.
struct Field {
    prime: Vector,
    inverse: __m512i,
    one: Vector,
}

impl Field {
    #[target_feature(enable = "avx512f,avx512ifma")]
    #[inline]
    fn new(rounds: &Rounds) -> Self {
        let inverse = _mm512_set1_epi64(rounds.inverse.cast_signed());
        Self { prime: splat(&rounds.limbs), inverse, one: splat(&rounds.one) }
    }

    /// $ab / 2^{260}$, for factors without carries.
    #[target_feature(enable = "avx512f,avx512ifma")]
    #[inline]
    fn multiply(&self, a: &Vector, b: &Vector) -> Vector {
        let zero = _mm512_setzero_si512();
        let mut t = [zero; LIMBS];
        for limb in b {
            for (t, a) in t.iter_mut().zip(a) {
                *t = _mm512_madd52lo_epu64(*t, *a, *limb);
            }
            // So many times the prime that the last limb vanishes, but for its carry.
            let m = _mm512_madd52lo_epu64(zero, t[0], self.inverse);
            for (t, p) in t.iter_mut().zip(&self.prime) {
                *t = _mm512_madd52lo_epu64(*t, m, *p);
            }
            let carry = _mm512_srli_epi64::<BITS>(t[0]);
            t = [_mm512_add_epi64(t[1], carry), t[2], t[3], t[4], zero];
            for j in 0..LIMBS {
                t[j] = _mm512_madd52hi_epu64(t[j], a[j], *limb);
                t[j] = _mm512_madd52hi_epu64(t[j], m, self.prime[j]);
            }
        }
        carried(&t)
    }

    /// The same number modulo the prime, but smaller.
    #[target_feature(enable = "avx512f,avx512ifma")]
    #[inline]
    fn reduce(&self, a: &Vector) -> Vector {
        self.multiply(&carried(a), &self.one)
    }

    /// $(a + c)^5$.
    #[target_feature(enable = "avx512f,avx512ifma")]
    #[inline]
    fn sbox(&self, a: &Vector, c: &Limbs) -> Vector {
        let x = carried(&add(a, &splat(c)));
        let square = self.multiply(&x, &x);
        self.multiply(&self.multiply(&square, &square), &x)
    }
}

/// The permutation, of a state below $3.2\,r$ to one below $2r$.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn permute(field: &Field, rounds: &Rounds, state: &mut [Vector; WIDTH]) {
    let (first, last) = rounds.full.split_at(4);
    external(state);
    for constants in first {
        full_round(field, constants, state);
    }
    let mut internal = [field.one; WIDTH];
    for i in 0..WIDTH {
        internal[i] = splat(&rounds.internal[i]);
        state[i] = carried(&state[i]);
    }
    for constant in &rounds.partial {
        state[0] = field.sbox(&state[0], constant);
        let sum = add(&add(&state[0], &state[1]), &add(&state[2], &state[3]));
        let sum = field.reduce(&sum);
        for i in 0..WIDTH {
            state[i] = carried(&add(&field.multiply(&state[i], &internal[i]), &sum));
        }
    }
    for constants in last {
        full_round(field, constants, state);
    }
    for element in state {
        *element = field.reduce(element);
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn full_round(field: &Field, constants: &[Limbs; WIDTH], state: &mut [Vector; WIDTH]) {
    for i in 0..WIDTH {
        state[i] = field.sbox(&field.reduce(&state[i]), &constants[i]);
    }
    external(state);
}

/// Rows 5 7 1 3, 4 6 1 1, 1 3 5 7 and 1 1 4 6.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn external(s: &mut [Vector; WIDTH]) {
    let (a, b) = (add(&s[0], &s[1]), add(&s[2], &s[3]));
    let c = add(&add(&s[1], &s[1]), &b);
    let d = add(&add(&s[3], &s[3]), &a);
    let (a, b) = (add(&a, &a), add(&b, &b));
    let e = add(&add(&b, &b), &d);
    let f = add(&add(&a, &a), &c);
    *s = [add(&d, &f), f, add(&c, &e), e];
}

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn add(a: &Vector, b: &Vector) -> Vector {
    let mut sum = *a;
    for i in 0..LIMBS {
        sum[i] = _mm512_add_epi64(a[i], b[i]);
    }
    sum
}

/// The same number, with limbs of 52 bits.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn carried(a: &Vector) -> Vector {
    let mask = _mm512_set1_epi64(MASK.cast_signed());
    let mut out = *a;
    for i in 0..LIMBS - 1 {
        out[i + 1] = _mm512_add_epi64(out[i + 1], _mm512_srli_epi64::<BITS>(out[i]));
        out[i] = _mm512_and_si512(out[i], mask);
    }
    out
}

/// One element in every lane.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn splat(limbs: &Limbs) -> Vector {
    let mut out = [_mm512_setzero_si512(); LIMBS];
    for i in 0..LIMBS {
        out[i] = _mm512_set1_epi64(limbs[i].cast_signed());
    }
    out
}

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn load(s: Avx512, from: &[[u64; TOGETHER]; LIMBS]) -> Vector {
    let mut out = [_mm512_setzero_si512(); LIMBS];
    for i in 0..LIMBS {
        out[i] = s.load(&from[i]);
    }
    out
}

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn store(s: Avx512, v: &Vector, to: &mut [[u64; TOGETHER]; LIMBS]) {
    for i in 0..LIMBS {
        s.store(v[i], &mut to[i]);
    }
}

/// Writes a word of each lane.
fn put(element: &mut [[u64; TOGETHER]; LIMBS], words: [Word; TOGETHER]) {
    for (lane, word) in words.into_iter().enumerate() {
        for (row, limb) in element.iter_mut().zip(limbs(word)) {
            row[lane] = limb;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order of BN254's group.
    const PRIME: Word = [0x43e1_f593_f000_0001, 0x2833_e848_79b9_7091, 0xb850_45b6_8181_585d, 0x3064_4e72_e131_a029];

    fn numbers() -> impl FnMut() -> Word {
        let mut seed = 1u64;
        move || {
            core::array::from_fn(|_| {
                seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                seed ^ seed >> 29
            })
        }
    }

    /// $ab$ modulo the prime, bit by bit.
    fn product(a: Word, b: Word) -> Word {
        let bits = (0..256).rev().map(|i| a[i / 64] >> (i % 64) & 1 == 1);
        bits.fold([0; 4], |acc, bit| {
            let double = shifted(acc, 1, &PRIME);
            if bit { sum(double, b) } else { double }
        })
    }

    fn sum(a: Word, b: Word) -> Word {
        let mut carry = 0;
        let mut out = [0; 4];
        for i in 0..4 {
            let wide = u128::from(a[i]) + u128::from(b[i]) + carry;
            (out[i], carry) = (wide as u64, wide >> 64);
        }
        reduced(out, &PRIME)
    }

    fn remainder(x: Word) -> Word {
        (0..5).fold(x, |x, _| reduced(x, &PRIME))
    }

    /// The permutation as the paper has it, on integers.
    fn model(constants: &([[Word; 4]; 8], [Word; 56], [Word; 4]), state: &mut [Word; 4]) {
        const MATRIX: [[u64; 4]; 4] = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];
        let (full, partial, internal) = constants;
        let add_up = |words: &[Word]| words.iter().fold([0; 4], |acc, word| sum(acc, *word));
        let external =
            |state: &[Word; 4]| MATRIX.map(|row| add_up(&[0, 1, 2, 3].map(|i| product([row[i], 0, 0, 0], state[i]))));
        let sbox = |x: Word| {
            let square = product(x, x);
            product(product(square, square), x)
        };
        *state = external(state);
        for round in 0..64 {
            match round {
                4..60 => {
                    state[0] = sbox(sum(state[0], partial[round - 4]));
                    let all = add_up(state);
                    *state = core::array::from_fn(|i| sum(product(state[i], internal[i]), all));
                }
                _ => {
                    let constants = full[if round < 4 { round } else { round - 56 }];
                    *state = external(&core::array::from_fn(|i| sbox(sum(state[i], constants[i]))));
                }
            }
        }
    }

    /// Words of all sizes, the largest among them, with other constants each time.
    #[test]
    fn hashes_are_the_models() {
        let Some(token) = Ifma::of(Backend::detect()) else { return };
        let mut next = numbers();
        for blocks in 1..4 {
            let mut constant = || remainder(next());
            let constants = (
                [[(); 4]; 8].map(|row| row.map(|()| constant())),
                [(); 56].map(|()| constant()),
                [(); 4].map(|()| constant()),
            );
            let rounds = Rounds::new(PRIME, constants.0, constants.1, constants.2);
            let capacity = next();
            let mut messages: Vec<Vec<[Word; 3]>> =
                (0..TOGETHER).map(|_| (0..blocks).map(|_| [(); 3].map(|()| next())).collect()).collect();
            messages[0][0] = [[u64::MAX; 4]; 3];
            messages[1][0] = [[0; 4], PRIME, [PRIME[0] - 1, PRIME[1], PRIME[2], PRIME[3]]];
            let hashes = token.hash(&rounds, capacity, blocks, |lane, block| messages[lane][block]);
            for (message, hash) in messages.iter().zip(hashes) {
                let mut state = [[0; 4], [0; 4], [0; 4], remainder(capacity)];
                for words in message {
                    for (s, word) in state.iter_mut().zip(words) {
                        *s = sum(*s, remainder(*word));
                    }
                    model(&constants, &mut state);
                }
                assert_eq!(hash, state[0]);
            }
        }
    }
}
