//! # Instruction sets: the same arithmetic on many lanes
//!
//! The hot loop of the prover is written once, against [`Simd`]: a vector of 64-bit lanes and the dozen operations on
//! it that Goldilocks arithmetic needs. A value of a type that implements [`Simd`] is a *token*: it exists only where the processor has
//! the instructions, and every operation takes it. So no operation can be reached on a processor that lacks it.
//!
//! | token | lanes | found at run time |
//! |---|---|---|
//! | [`Avx512`] | 8 | x86-64 with AVX-512F |
//! | [`Avx2`] | 4 | x86-64 with AVX2 |
//!
//! [`Backend`] is the choice at run time; one of them needs neither, and is plonky2's own code. The results of all backends are equal, element by
//! element, and tested to be.
//!
//! ## For the compiler
//!
//! An intrinsic is inlined only into a function that has its target feature. Whatever is generic in [`Simd`] is therefore `#[inline(always)]`,
//! loops over arrays are plain loops or written out (no `map`, no `from_fn`: their closures would be compiled without the feature), and
//! the entry points, one for each instruction set, carry the feature.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;

/// Vectors of unsigned 64-bit lanes. All operations wrap and work lane by lane.
pub(crate) trait Simd: Copy {
    /// A vector.
    type V: Copy;
    /// Lanes of a vector.
    const LANES: usize;

    /// `x` in every lane.
    fn splat(self, x: u64) -> Self::V;
    /// The first elements of `from`, as many as there are lanes.
    fn load(self, from: &[u64]) -> Self::V;
    /// Writes the lanes to the beginning of `to`.
    fn store(self, v: Self::V, to: &mut [u64]);

    /// $a + b$.
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// $a - b$.
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// $a \cdot 2^N$.
    fn shl<const N: u32>(self, a: Self::V) -> Self::V;
    /// $\lfloor a / 2^N \rfloor$.
    fn shr<const N: u32>(self, a: Self::V) -> Self::V;
    /// The low half of a lane: $a \bmod 2^{32}$.
    fn low(self, a: Self::V) -> Self::V;
    /// The product of the low halves.
    fn mul_low(self, a: Self::V, b: Self::V) -> Self::V;
    /// The low half of `low` under the high half of `high`.
    fn blend(self, low: Self::V, high: Self::V) -> Self::V;
    /// $x + 2^{32} - 1$ where $a < b$, and $x$ elsewhere.
    fn add_epsilon_where_less(self, x: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// $x - 2^{32} + 1$ where $a < b$, and $x$ elsewhere.
    fn sub_epsilon_where_less(self, x: Self::V, a: Self::V, b: Self::V) -> Self::V;
}

/// The instructions that hash, chosen at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// No more than the target's baseline: plonky2's own permutation.
    Portable,
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// AVX-512F.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Backend {
    /// The fastest that this processor has.
    #[must_use]
    pub fn detect() -> Self {
        *Self::available().last().expect("the portable one is always there")
    }

    /// All that this processor has, the fastest last.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut all = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(Avx2::detect().map(Self::Avx2));
            all.extend(Avx512::detect().map(Self::Avx512));
        }
        all
    }

    /// The name: `portable`, `avx2` or `avx512`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512",
        }
    }
}
