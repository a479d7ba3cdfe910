//! Eight lanes, by AVX-512F.
//!
//! The only unsafe code here is the call of an intrinsic, and what makes each of them sound is the same: see [`Avx512`].
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_cmplt_epu64_mask, _mm512_loadu_si512, _mm512_mask_add_epi64,
    _mm512_mask_blend_epi32, _mm512_mask_sub_epi64, _mm512_mul_epu32, _mm512_set1_epi64, _mm512_slli_epi64,
    _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
};

use super::Simd;

/// $2^{32} - 1$, which is $2^{64}$ modulo $p$.
const EPSILON: i64 = 0xffff_ffff;

/// The token of AVX-512F: a value exists only where the processor has it, since `Avx512::detect` alone makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx512(());

impl Avx512 {
    /// The token, if the processor has the instructions.
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx512f").then_some(Self(()))
    }
}

impl Simd for Avx512 {
    type V = __m512i;
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(self, x: u64) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_set1_epi64(x.cast_signed()) }
    }

    #[inline(always)]
    fn load(self, from: &[u64]) -> __m512i {
        let from: &[u64; 8] = from.first_chunk().expect("a vector's worth of lanes");
        // SAFETY: `self` is the token of AVX-512F, and 64 bytes are read from a reference to 64 bytes.
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, v: __m512i, to: &mut [u64]) {
        let to: &mut [u64; 8] = to.first_chunk_mut().expect("a vector's worth of lanes");
        // SAFETY: `self` is the token of AVX-512F, and 64 bytes are written to a reference to 64 bytes.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), v) }
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_add_epi64(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_sub_epi64(a, b) }
    }

    #[inline(always)]
    fn shl<const N: u32>(self, a: __m512i) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_slli_epi64::<N>(a) }
    }

    #[inline(always)]
    fn shr<const N: u32>(self, a: __m512i) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_srli_epi64::<N>(a) }
    }

    #[inline(always)]
    fn low(self, a: __m512i) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_and_si512(a, _mm512_set1_epi64(EPSILON)) }
    }

    #[inline(always)]
    fn mul_low(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_mul_epu32(a, b) }
    }

    #[inline(always)]
    fn blend(self, low: __m512i, high: __m512i) -> __m512i {
        // The odd ones of sixteen 32-bit lanes are the high halves.
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_mask_blend_epi32(0xaaaa, low, high) }
    }

    #[inline(always)]
    fn add_epsilon_where_less(self, x: __m512i, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_mask_add_epi64(x, _mm512_cmplt_epu64_mask(a, b), x, _mm512_set1_epi64(EPSILON)) }
    }

    #[inline(always)]
    fn sub_epsilon_where_less(self, x: __m512i, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the token of AVX-512F.
        unsafe { _mm512_mask_sub_epi64(x, _mm512_cmplt_epu64_mask(a, b), x, _mm512_set1_epi64(EPSILON)) }
    }
}
