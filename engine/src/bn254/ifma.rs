//! # Eight lanes by AVX-512 IFMA
//!
//! The instructions multiply numbers of 52 bits and add the lower or the upper half of the product to a lane, so a number is five limbs
//! of 52 bits, each a vector that holds this limb of eight numbers. See [`Lanes`] for bounds.
//!
//! The only unsafe code here is the call of an intrinsic, or of the function that carries their features, and what makes each of them
//! sound is the same: the token [`Ifma`] exists only where the processor has AVX-512F and AVX-512 IFMA.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm512_add_epi64, _mm512_alignr_epi64, _mm512_and_si512, _mm512_castsi256_si512,
    _mm512_cmpeq_epi64_mask, _mm512_cmplt_epi64_mask, _mm512_inserti64x4, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64,
    _mm512_mask_blend_epi64, _mm512_or_si512, _mm512_permutex2var_epi64, _mm512_set1_epi64, _mm512_setr_epi64,
    _mm512_setzero_si512, _mm512_shuffle_i64x2, _mm512_slli_epi64, _mm512_srai_epi64, _mm512_srli_epi64,
    _mm512_storeu_si512, _mm512_sub_epi64, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

use super::lanes::{EIGHT, Job, Lanes};
use super::{Prime, Word};
use crate::scalars::Ifma;

const LIMBS: usize = 5;
const MASK: i64 = (1 << 52) - 1;

type Limbs = [u64; LIMBS];
/// A limb of eight numbers, and all limbs.
type Vector = [__m512i; LIMBS];

/// 52 bits a limb; what is left is in the last.
const fn limbs(x: &Word) -> Limbs {
    let mask = MASK as u64;
    [
        x[0] & mask,
        (x[0] >> 52 | x[1] << 12) & mask,
        (x[1] >> 40 | x[2] << 24) & mask,
        (x[2] >> 28 | x[3] << 36) & mask,
        x[3] >> 16,
    ]
}

/// [`Lanes`] of AVX-512 IFMA.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IfmaLanes {
    token: Ifma,
    prime: Prime,
    modulus: Limbs,
    /// $-p^{-1}$ modulo $2^{52}$.
    inverse: u64,
    /// $2^{256}$, which takes a number back to the form in memory.
    back: Limbs,
    /// 16, which takes one from there.
    sixteen: Word,
}

impl IfmaLanes {
    pub(crate) fn new(token: Ifma, prime: Prime) -> Self {
        let inverse = prime.inverse & MASK as u64;
        Self {
            token,
            prime,
            modulus: limbs(&prime.modulus),
            inverse,
            back: limbs(&prime.one),
            sixteen: prime.small(16),
        }
    }

    /// One 64-bit number in every lane.
    #[inline(always)]
    fn each(&self, x: u64) -> __m512i {
        // SAFETY: the token.
        unsafe { _mm512_set1_epi64(x.cast_signed()) }
    }

    /// The same numbers, with limbs of 52 bits: those of sums and differences may have more, and be negative.
    #[inline(always)]
    fn carried(&self, a: &Vector) -> Vector {
        let mut out = *a;
        for i in 0..LIMBS - 1 {
            // SAFETY: the token.
            unsafe {
                out[i + 1] = _mm512_add_epi64(out[i + 1], _mm512_srai_epi64::<52>(out[i]));
                out[i] = _mm512_and_si512(out[i], _mm512_set1_epi64(MASK));
            }
        }
        out
    }

    /// Less $2^S p$ where it is not below that.
    #[inline(always)]
    fn less<const S: u32>(&self, a: &Vector) -> Vector {
        let mut difference = *a;
        for i in 0..LIMBS {
            // SAFETY: the token.
            difference[i] = unsafe { _mm512_sub_epi64(a[i], self.each(self.modulus[i] << S)) };
        }
        let difference = self.carried(&difference);
        // SAFETY: the token.
        let negative = unsafe { _mm512_cmplt_epi64_mask(difference[LIMBS - 1], _mm512_setzero_si512()) };
        self.select(negative, &difference, a)
    }

    /// Words, a vector for each of their limbs of 64 bits.
    #[inline(always)]
    fn gather(&self, from: [&Word; EIGHT]) -> [__m512i; 4] {
        // SAFETY: the token, and 32 bytes are read from a reference to 32 bytes.
        unsafe {
            let mut two = [self.each(0); 4];
            for i in 0..4 {
                let first = _mm512_castsi256_si512(_mm256_loadu_si256(from[2 * i].as_ptr().cast()));
                two[i] = _mm512_inserti64x4::<1>(first, _mm256_loadu_si256(from[2 * i + 1].as_ptr().cast()));
            }
            let [a, b, c, d] = two;
            // Limbs 0 and 1 of four words; limbs 2 and 3.
            let low = _mm512_setr_epi64(0, 4, 8, 12, 1, 5, 9, 13);
            let high = _mm512_setr_epi64(2, 6, 10, 14, 3, 7, 11, 15);
            let (ab, cd) = (_mm512_permutex2var_epi64(a, low, b), _mm512_permutex2var_epi64(c, low, d));
            let (ef, gh) = (_mm512_permutex2var_epi64(a, high, b), _mm512_permutex2var_epi64(c, high, d));
            [
                _mm512_shuffle_i64x2::<0x44>(ab, cd),
                _mm512_shuffle_i64x2::<0xee>(ab, cd),
                _mm512_shuffle_i64x2::<0x44>(ef, gh),
                _mm512_shuffle_i64x2::<0xee>(ef, gh),
            ]
        }
    }

    /// Limbs of 52 bits of $2^S$ times the words.
    #[inline(always)]
    fn cut(&self, w: [__m512i; 4], shifted: bool) -> Vector {
        // SAFETY: the token.
        let mut limbs = unsafe {
            if shifted {
                [
                    _mm512_slli_epi64::<4>(w[0]),
                    self.or(_mm512_srli_epi64::<48>(w[0]), _mm512_slli_epi64::<16>(w[1])),
                    self.or(_mm512_srli_epi64::<36>(w[1]), _mm512_slli_epi64::<28>(w[2])),
                    self.or(_mm512_srli_epi64::<24>(w[2]), _mm512_slli_epi64::<40>(w[3])),
                    _mm512_srli_epi64::<12>(w[3]),
                ]
            } else {
                [
                    w[0],
                    self.or(_mm512_srli_epi64::<52>(w[0]), _mm512_slli_epi64::<12>(w[1])),
                    self.or(_mm512_srli_epi64::<40>(w[1]), _mm512_slli_epi64::<24>(w[2])),
                    self.or(_mm512_srli_epi64::<28>(w[2]), _mm512_slli_epi64::<36>(w[3])),
                    _mm512_srli_epi64::<16>(w[3]),
                ]
            }
        };
        for limb in &mut limbs {
            // SAFETY: the token.
            *limb = unsafe { _mm512_and_si512(*limb, _mm512_set1_epi64(MASK)) };
        }
        limbs
    }

    #[inline(always)]
    fn or(&self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: the token.
        unsafe { _mm512_or_si512(a, b) }
    }
}

impl Lanes for IfmaLanes {
    type Vector = Vector;
    type Scalar = Limbs;

    fn prime(&self) -> &Prime {
        &self.prime
    }

    fn within<J: Job<Self>>(&self, job: J) -> J::Output {
        #[target_feature(enable = "avx512f,avx512ifma")]
        fn entry<J: Job<IfmaLanes>>(lanes: &IfmaLanes, job: J) -> J::Output {
            job.run(lanes)
        }
        let _: Ifma = self.token;
        // SAFETY: the token.
        unsafe { entry(self, job) }
    }

    #[inline(always)]
    fn load(&self, from: [&Word; EIGHT]) -> Vector {
        // 2^260 is 16 times 2^256.
        self.cut(self.gather(from), true)
    }

    #[inline(always)]
    fn store(&self, v: &Vector) -> [Word; EIGHT] {
        self.pack(&self.mul(v, &self.splat(&self.back)))
    }

    #[inline(always)]
    fn unpack(&self, from: [&Word; EIGHT]) -> Vector {
        self.cut(self.gather(from), false)
    }

    #[inline(always)]
    fn pack(&self, v: &Vector) -> [Word; EIGHT] {
        let v = self.less::<0>(&self.less::<1>(v));
        let mut words = [[0; 4]; EIGHT];
        // SAFETY: the token, and 64 bytes are written to references to 64 bytes.
        unsafe {
            let w = [
                self.or(v[0], _mm512_slli_epi64::<52>(v[1])),
                self.or(_mm512_srli_epi64::<12>(v[1]), _mm512_slli_epi64::<40>(v[2])),
                self.or(_mm512_srli_epi64::<24>(v[2]), _mm512_slli_epi64::<28>(v[3])),
                self.or(_mm512_srli_epi64::<36>(v[3]), _mm512_slli_epi64::<16>(v[4])),
            ];
            // Words 0, 2, 4, 6 and 1, 3, 5, 7, halves of which go together.
            let (a, b) = (_mm512_unpacklo_epi64(w[0], w[1]), _mm512_unpackhi_epi64(w[0], w[1]));
            let (c, d) = (_mm512_unpacklo_epi64(w[2], w[3]), _mm512_unpackhi_epi64(w[2], w[3]));
            let first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
            let second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
            let [even, odd] = [
                [_mm512_permutex2var_epi64(a, first, c), _mm512_permutex2var_epi64(a, second, c)],
                [_mm512_permutex2var_epi64(b, first, d), _mm512_permutex2var_epi64(b, second, d)],
            ];
            let (pairs, _) = words.as_chunks_mut::<2>();
            for i in 0..2 {
                _mm512_storeu_si512(pairs[2 * i].as_mut_ptr().cast(), _mm512_shuffle_i64x2::<0x44>(even[i], odd[i]));
                _mm512_storeu_si512(
                    pairs[2 * i + 1].as_mut_ptr().cast(),
                    _mm512_shuffle_i64x2::<0xee>(even[i], odd[i]),
                );
            }
        }
        words
    }

    #[inline(always)]
    fn scalar(&self, x: &Word) -> Limbs {
        limbs(&self.prime.mul(x, &self.sixteen))
    }

    #[inline(always)]
    fn splat(&self, x: &Limbs) -> Vector {
        let mut out = [self.each(0); LIMBS];
        for i in 0..LIMBS {
            out[i] = self.each(x[i]);
        }
        out
    }

    #[inline(always)]
    fn mul(&self, a: &Vector, b: &Vector) -> Vector {
        let zero = self.each(0);
        let mut t = [zero; LIMBS];
        for i in 0..LIMBS {
            // SAFETY: the token.
            unsafe {
                for j in 0..LIMBS {
                    t[j] = _mm512_madd52lo_epu64(t[j], a[j], b[i]);
                }
                // So many times the prime that the last limb vanishes, but for its carry.
                let m = _mm512_madd52lo_epu64(zero, t[0], self.each(self.inverse));
                for j in 0..LIMBS {
                    t[j] = _mm512_madd52lo_epu64(t[j], m, self.each(self.modulus[j]));
                }
                let carry = _mm512_srli_epi64::<52>(t[0]);
                t = [_mm512_add_epi64(t[1], carry), t[2], t[3], t[4], zero];
                for j in 0..LIMBS {
                    t[j] = _mm512_madd52hi_epu64(t[j], a[j], b[i]);
                    t[j] = _mm512_madd52hi_epu64(t[j], m, self.each(self.modulus[j]));
                }
            }
        }
        self.carried(&t)
    }

    #[inline(always)]
    fn add(&self, a: &Vector, b: &Vector) -> Vector {
        let mut sum = *a;
        for i in 0..LIMBS {
            // SAFETY: the token.
            sum[i] = unsafe { _mm512_add_epi64(a[i], b[i]) };
        }
        self.carried(&sum)
    }

    #[inline(always)]
    fn sub<const S: u32>(&self, a: &Vector, b: &Vector) -> Vector {
        let mut difference = *a;
        for i in 0..LIMBS {
            // SAFETY: the token.
            difference[i] = unsafe { _mm512_sub_epi64(_mm512_add_epi64(a[i], self.each(self.modulus[i] << S)), b[i]) };
        }
        self.carried(&difference)
    }

    #[inline(always)]
    fn equal(&self, a: &Vector, b: &Vector) -> u8 {
        let mut mask = u8::MAX;
        for i in 0..LIMBS {
            // SAFETY: the token.
            mask &= unsafe { _mm512_cmpeq_epi64_mask(a[i], b[i]) };
        }
        mask
    }

    #[inline(always)]
    fn select(&self, mask: u8, a: &Vector, b: &Vector) -> Vector {
        let mut out = *a;
        for i in 0..LIMBS {
            // SAFETY: the token.
            out[i] = unsafe { _mm512_mask_blend_epi64(mask, a[i], b[i]) };
        }
        out
    }

    #[inline(always)]
    fn shift<const N: i32>(&self, a: &Vector, b: &Vector) -> Vector {
        let mut out = *a;
        for i in 0..LIMBS {
            // SAFETY: the token.
            out[i] = unsafe { _mm512_alignr_epi64::<N>(b[i], a[i]) };
        }
        out
    }

    #[inline(always)]
    fn transpose(&self, m: &[Vector; EIGHT]) -> [Vector; EIGHT] {
        let mut out = *m;
        for i in 0..LIMBS {
            // SAFETY: the token.
            unsafe {
                // Two rows together: the even columns, the odd ones.
                let mut pairs = [[self.each(0); 4]; 2];
                for j in 0..4 {
                    pairs[0][j] = _mm512_unpacklo_epi64(m[2 * j][i], m[2 * j + 1][i]);
                    pairs[1][j] = _mm512_unpackhi_epi64(m[2 * j][i], m[2 * j + 1][i]);
                }
                for (odd, [a, b, c, d]) in pairs.into_iter().enumerate() {
                    let (ab, cd) = (_mm512_shuffle_i64x2::<0x88>(a, b), _mm512_shuffle_i64x2::<0x88>(c, d));
                    out[odd][i] = _mm512_shuffle_i64x2::<0x88>(ab, cd);
                    out[4 + odd][i] = _mm512_shuffle_i64x2::<0xdd>(ab, cd);
                    let (ab, cd) = (_mm512_shuffle_i64x2::<0xdd>(a, b), _mm512_shuffle_i64x2::<0xdd>(c, d));
                    out[2 + odd][i] = _mm512_shuffle_i64x2::<0x88>(ab, cd);
                    out[6 + odd][i] = _mm512_shuffle_i64x2::<0xdd>(ab, cd);
                }
            }
        }
        out
    }
}
