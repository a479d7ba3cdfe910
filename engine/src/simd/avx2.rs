//! Four lanes, by AVX2.
//!
//! The only unsafe code here is the call of an intrinsic, and what makes each of them sound is the same: see [`Avx2`].
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m256i, _mm_cvtsi32_si128, _mm256_add_epi64, _mm256_and_si256, _mm256_blend_epi32, _mm256_cmpgt_epi64,
    _mm256_loadu_si256, _mm256_mul_epu32, _mm256_set1_epi64x, _mm256_sll_epi64, _mm256_srl_epi64, _mm256_storeu_si256,
    _mm256_sub_epi64, _mm256_xor_si256,
};

use super::Simd;

/// The token of AVX2: a value exists only where the processor has it, since `Avx2::detect` alone makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx2(());

impl Avx2 {
    /// The token, if the processor has the instructions.
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    /// $2^{32} - 1$ where $a < b$, and 0 elsewhere. There are signed comparisons only, so both sides are moved by $2^{63}$.
    #[inline(always)]
    fn epsilon_where_less(self, a: __m256i, b: __m256i) -> __m256i {
        let sign = self.splat(1 << 63);
        // SAFETY: `self` is the token of AVX2.
        let less = unsafe { _mm256_cmpgt_epi64(_mm256_xor_si256(b, sign), _mm256_xor_si256(a, sign)) };
        self.shr::<32>(less)
    }
}

impl Simd for Avx2 {
    type V = __m256i;
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(self, x: u64) -> __m256i {
        // SAFETY: `self` is the token of AVX2.
        unsafe { _mm256_set1_epi64x(x.cast_signed()) }
    }

    #[inline(always)]
    fn load(self, from: &[u64]) -> __m256i {
        let from: &[u64; 4] = from.first_chunk().expect("a vector's worth of lanes");
        // SAFETY: `self` is the token of AVX2, and 32 bytes are read from a reference to 32 bytes.
        unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, v: __m256i, to: &mut [u64]) {
        let to: &mut [u64; 4] = to.first_chunk_mut().expect("a vector's worth of lanes");
        // SAFETY: `self` is the token of AVX2, and 32 bytes are written to a reference to 32 bytes.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), v) }
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the token of AVX2.
        unsafe { _mm256_add_epi64(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the token of AVX2.
        unsafe { _mm256_sub_epi64(a, b) }
    }

    #[inline(always)]
    fn shl<const N: u32>(self, a: __m256i) -> __m256i {
        // SAFETY: `self` is the token of AVX2.
        unsafe { _mm256_sll_epi64(a, _mm_cvtsi32_si128(N.cast_signed())) }
    }

    #[inline(always)]
    fn shr<const N: u32>(self, a: __m256i) -> __m256i {
        // SAFETY: `self` is the token of AVX2.
        unsafe { _mm256_srl_epi64(a, _mm_cvtsi32_si128(N.cast_signed())) }
    }

    #[inline(always)]
    fn low(self, a: __m256i) -> __m256i {
        // SAFETY: `self` is the token of AVX2.
        unsafe { _mm256_and_si256(a, _mm256_set1_epi64x(0xffff_ffff)) }
    }

    #[inline(always)]
    fn mul_low(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the token of AVX2.
        unsafe { _mm256_mul_epu32(a, b) }
    }

    #[inline(always)]
    fn blend(self, low: __m256i, high: __m256i) -> __m256i {
        // The odd ones of eight 32-bit lanes are the high halves.
        // SAFETY: `self` is the token of AVX2.
        unsafe { _mm256_blend_epi32::<0xaa>(low, high) }
    }

    #[inline(always)]
    fn add_epsilon_where_less(self, x: __m256i, a: __m256i, b: __m256i) -> __m256i {
        self.add(x, self.epsilon_where_less(a, b))
    }

    #[inline(always)]
    fn sub_epsilon_where_less(self, x: __m256i, a: __m256i, b: __m256i) -> __m256i {
        self.sub(x, self.epsilon_where_less(a, b))
    }
}
