//! # Eight numbers at a time
//!
//! What transforms, sums of points and quotients are written against: [`Lanes`], arithmetic modulo a prime on vectors of eight numbers.
//!
//! | lanes | where |
//! |---|---|
//! | `IfmaLanes` | x86-64 with AVX-512F and IFMA: five vectors of eight limbs of 52 bits |
//! | [`PortableLanes`] | everywhere: eight [`Word`]s, one after another |
//!
//! ## Bounds
//!
//! With IFMA, a number stands for $x \cdot 2^{260}$ and is reduced as little as possible: it is below $ap$, for an $a$ that its user
//! knows, $a < 84$, since $84p < 2^{260}$. Every limb has 52 bits. Sums add bounds; a difference $a - b + 2^s p$ needs $b \le 2^s p$; a
//! product of numbers below $ap$ and $bp$ is below $(1 + ab/84)\,p$. Portable numbers are always below $p$.
//!
//! ## For the compiler
//!
//! As in [`simd`](crate::Backend): a [`Job`] is entered with [`Lanes::within`], which carries the target features; everything that it
//! calls for each vector is `#[inline(always)]`.

use super::{Prime, Word};

/// Numbers in a vector.
pub const EIGHT: usize = 8;

/// Work on lanes. `run` must be `#[inline(always)]`, and so must be what it calls for every vector.
pub trait Job<L: Lanes> {
    /// What comes out.
    type Output;
    /// Does it.
    fn run(self, lanes: &L) -> Self::Output;
}

/// Arithmetic modulo a prime on eight lanes. Bounds are those of the module's description.
pub trait Lanes: Sync + Send + Sized {
    /// Eight numbers.
    type Vector: Copy + Send + Sync;
    /// One number for all lanes, as it is kept in tables.
    type Scalar: Copy + Send + Sync;

    /// The prime.
    fn prime(&self) -> &Prime;
    /// Runs a job with the instructions of these lanes.
    fn within<J: Job<Self>>(&self, job: J) -> J::Output;

    /// Eight numbers from memory, below $16p$.
    fn load(&self, from: [&Word; EIGHT]) -> Self::Vector;
    /// Eight numbers to memory, from below $32p$.
    fn store(&self, v: &Self::Vector) -> [Word; EIGHT];
    /// Eight numbers that were packed, below $p$.
    fn unpack(&self, from: [&Word; EIGHT]) -> Self::Vector;
    /// Packs eight numbers below $4p$: not as [`store`](Self::store) writes them, but for less. Zero is packed as zero.
    fn pack(&self, v: &Self::Vector) -> [Word; EIGHT];
    /// A number as it is kept in tables.
    fn scalar(&self, x: &Word) -> Self::Scalar;
    /// The number in every lane, below $p$.
    fn splat(&self, x: &Self::Scalar) -> Self::Vector;

    /// $ab$.
    fn mul(&self, a: &Self::Vector, b: &Self::Vector) -> Self::Vector;
    /// $a + b$.
    fn add(&self, a: &Self::Vector, b: &Self::Vector) -> Self::Vector;
    /// $a - b + 2^S p$.
    fn sub<const S: u32>(&self, a: &Self::Vector, b: &Self::Vector) -> Self::Vector;

    /// In which lanes two vectors that were unpacked are equal: lane $i$ is bit $i$.
    fn equal(&self, a: &Self::Vector, b: &Self::Vector) -> u8;
    /// `b` in the lanes of the mask, `a` elsewhere.
    fn select(&self, mask: u8, a: &Self::Vector, b: &Self::Vector) -> Self::Vector;
    /// The lanes of `a` from number `N` on, and the first of `b` behind them.
    fn shift<const N: i32>(&self, a: &Self::Vector, b: &Self::Vector) -> Self::Vector;
    /// Eight vectors, as a matrix, transposed.
    fn transpose(&self, m: &[Self::Vector; EIGHT]) -> [Self::Vector; EIGHT];
}

/// Consecutive words for a vector.
#[inline(always)]
#[must_use]
pub fn eight(words: &[Word]) -> [&Word; EIGHT] {
    let [a, b, c, d, e, f, g, h] = words.first_chunk().expect("a vector's worth of words");
    [a, b, c, d, e, f, g, h]
}

/// [`Lanes`] without any instructions in particular.
#[derive(Clone, Copy, Debug)]
pub struct PortableLanes {
    prime: Prime,
}

impl PortableLanes {
    pub(crate) fn new(prime: Prime) -> Self {
        Self { prime }
    }
}

impl Lanes for PortableLanes {
    type Vector = [Word; EIGHT];
    type Scalar = Word;

    fn prime(&self) -> &Prime {
        &self.prime
    }

    fn within<J: Job<Self>>(&self, job: J) -> J::Output {
        job.run(self)
    }

    #[inline(always)]
    fn load(&self, from: [&Word; EIGHT]) -> Self::Vector {
        from.map(|word| *word)
    }

    #[inline(always)]
    fn store(&self, v: &Self::Vector) -> [Word; EIGHT] {
        *v
    }

    #[inline(always)]
    fn unpack(&self, from: [&Word; EIGHT]) -> Self::Vector {
        from.map(|word| *word)
    }

    #[inline(always)]
    fn pack(&self, v: &Self::Vector) -> [Word; EIGHT] {
        *v
    }

    #[inline(always)]
    fn scalar(&self, x: &Word) -> Word {
        *x
    }

    #[inline(always)]
    fn splat(&self, x: &Word) -> Self::Vector {
        [*x; EIGHT]
    }

    // A call costs little beside eight products, and inlining them everywhere minutes of compiling.
    #[inline(never)]
    fn mul(&self, a: &Self::Vector, b: &Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| self.prime.mul(&a[i], &b[i]))
    }

    #[inline(always)]
    fn add(&self, a: &Self::Vector, b: &Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| self.prime.add(&a[i], &b[i]))
    }

    #[inline(always)]
    fn sub<const S: u32>(&self, a: &Self::Vector, b: &Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| self.prime.sub(&a[i], &b[i]))
    }

    #[inline(always)]
    fn equal(&self, a: &Self::Vector, b: &Self::Vector) -> u8 {
        (0..EIGHT).fold(0, |mask, i| mask | u8::from(a[i] == b[i]) << i)
    }

    #[inline(always)]
    fn select(&self, mask: u8, a: &Self::Vector, b: &Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| if mask >> i & 1 == 1 { b[i] } else { a[i] })
    }

    #[inline(always)]
    fn shift<const N: i32>(&self, a: &Self::Vector, b: &Self::Vector) -> Self::Vector {
        let n = N as usize;
        core::array::from_fn(|i| if i + n < EIGHT { a[i + n] } else { b[i + n - EIGHT] })
    }

    #[inline(always)]
    fn transpose(&self, m: &[Self::Vector; EIGHT]) -> [Self::Vector; EIGHT] {
        core::array::from_fn(|i| core::array::from_fn(|j| m[j][i]))
    }
}
