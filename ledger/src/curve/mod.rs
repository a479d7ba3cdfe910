//! # The curve
//!
//! EcGFp5 (Thomas Pornin, eprint 2022/274): an elliptic curve over $\mathrm{GF}(p^5)$, where
//! $p = 2^{64} - 2^{32} + 1$ is the field of the proof system and $z^5 = 3$. Its points are pairs of
//! five native elements, so a circuit adds them without any foreign arithmetic; that is the whole
//! reason for choosing it.
//!
//! Pornin writes the curve as $y^2 = u (u^2 + 2u + 263 z)$. It has $2n$ points for the 319-bit prime
//! $n$ of [`scalar`]; his group is the coset that does not contain the neutral point, and ours the
//! isomorphic subgroup of order $n$. With $x = u + 2/3$ the equation becomes
//!
//! $$ y^2 = x^3 + Ax + B, \qquad A = 263z - \tfrac43, \qquad B = \tfrac{16}{27} - \tfrac{526}{3} z, $$
//!
//! the short Weierstrass form used everywhere here. The logarithm in the group costs about
//! $2^{159}$ operations by generic methods; no better attack is known for extension degree five at this
//! size (the paper's section 2 discusses those that exist).
//!
//! | module | contents |
//! |---|---|
//! | `element` | field arithmetic for the group law, branch-free |
//! | [`point`] | affine points, encoding $w$, group membership |
//! | [`projective`] | complete addition, multiplication by secret scalars |
//! | [`scalar`] | integers modulo $n$ |
//! | [`generator`] | $G$, its tables, the circuit's tables |
//! | [`nums`] | $H$, a point with unknown logarithm |

mod element;
pub mod generator;
pub mod nums;
pub mod point;
pub mod projective;
pub mod scalar;

pub use generator::{GENERATOR, LADDER_SHIFTS, ladder_tables, mul_generator};
pub use nums::{BLINDING_BASE, LADDER_BITS, blinding_end};
pub use point::Point;
pub use projective::Projective;
pub use scalar::Scalar;

use crate::field::{Fp5, fp5};

/// The curve's coefficient $A = 263z - 4/3$.
pub const A: Fp5 = fp5([6_148_914_689_804_861_439, 263, 0, 0, 0]);

/// The curve's coefficient $B = 16/27 - (526/3) z$.
pub const B: Fp5 = fp5([15_713_893_096_167_979_237, 6_148_914_689_804_861_265, 0, 0, 0]);

#[cfg(test)]
mod tests;
