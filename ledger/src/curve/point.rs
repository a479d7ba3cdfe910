//! # Affine points
//!
//! Coordinates as the circuit sees them. A chord or tangent of slope $\lambda$ through
//! $(x_1, y_1)$ and a second point of abscissa $x_2$ gives
//!
//! $$ x_3 = \lambda^2 - x_1 - x_2, \qquad y_3 = \lambda (x_1 - x_3) - y_1. $$
//!
//! The group's neutral element has no coordinates and no place in this type; use
//! [`Projective`](super::Projective) where it may occur. Time depends on the values: for public
//! points only.

use super::{A, B};
use crate::field::{Fp5, fp5, is_square, sqrt};
use core::ops::Neg;
use plonky2_field::types::Field;

/// A pair of coordinates, meant to lie on the curve.
///
/// The fields are open, because a prover computes with whatever a witness holds: a `Point` alone
/// proves nothing. [`Point::decode`] yields group elements only, and so does
/// [`PublicKey`](crate::key::PublicKey).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    /// The abscissa $x$.
    pub x: Fp5,
    /// The ordinate $y$.
    pub y: Fp5,
}

/// The abscissa of the curve's one point of order two, $2/3$.
pub(crate) const TWO_TORSION_X: Fp5 = fp5([6_148_914_689_804_861_441, 0, 0, 0, 0]);

impl Point {
    /// Whether $y^2 = x^3 + Ax + B$.
    pub fn is_on_curve(&self) -> bool {
        self.y * self.y == (self.x * self.x + A) * self.x + B
    }

    /// Whether this is an element of the prime-order group, the neutral one aside.
    ///
    /// The curve has $2n$ points. Doubling maps them onto the $n$ of the group, and a point of the
    /// curve is a double exactly when $x - 2/3$ is a non-zero square.
    pub fn is_in_group(&self) -> bool {
        self.is_on_curve() && self.x != TWO_TORSION_X && is_square(&(self.x - TWO_TORSION_X))
    }

    /// The slope of the tangent, $(3x^2 + A) / 2y$; `None` if $y = 0$, which no point of the group
    /// has.
    pub fn tangent(&self) -> Option<Fp5> {
        let three = Fp5::from_canonical_u64(3);
        Some((three * self.x * self.x + A) * (self.y + self.y).try_inverse()?)
    }

    /// The slope of the chord to `other`; `None` if the two have the same $x$.
    pub fn chord(&self, other: &Self) -> Option<Fp5> {
        Some((other.y - self.y) * (other.x - self.x).try_inverse()?)
    }

    /// The sum with a point of abscissa `other_x`, given the slope of the line through both.
    pub fn add_along(&self, slope: Fp5, other_x: Fp5) -> Self {
        let x = slope * slope - self.x - other_x;
        let y = slope * (self.x - x) - self.y;
        Self { x, y }
    }

    /// $2P$; `None` if $y = 0$.
    pub fn double(&self) -> Option<Self> {
        Some(self.add_along(self.tangent()?, self.x))
    }

    /// $P + Q$ for points of distinct $x$; `None` otherwise, whether $Q = P$ or $Q = -P$.
    pub fn add(&self, other: &Self) -> Option<Self> {
        Some(self.add_along(self.chord(other)?, other.x))
    }

    /// $P, 3P, 5P, 7P$.
    ///
    /// # Panics
    /// If the point is not of the group: there, no small multiple of $P$ is $\pm P$ or neutral.
    pub fn odd_multiples(&self) -> [Self; 4] {
        let group = "a point of prime order has distinct small multiples";
        let twice = self.double().expect(group);
        let third = twice.add(self).expect(group);
        let fifth = third.add(&twice).expect(group);
        let seventh = fifth.add(&twice).expect(group);
        [*self, third, fifth, seventh]
    }

    /// The encoding $w = -y / (x - 2/3)$ of a group element (Pornin, section 5; zero is the
    /// neutral element's).
    pub fn encode(&self) -> Fp5 {
        // Only the point of order two has no inverse here, and it is no group element.
        self.y * (TWO_TORSION_X - self.x).try_inverse().unwrap_or(Fp5::ZERO)
    }

    /// The group element encoded by $w$; `None` if there is none, or it is neutral ($w = 0$).
    ///
    /// With $u = x - 2/3$ the curve is $y^2 = u (u^2 + 2u + 263z)$. Put $y = -wu$: then
    /// $u^2 - (w^2 - 2) u + 263z = 0$. The product of the two roots, $263z$, is not a square; so
    /// exactly one root is one, and the square is the group's. A root exists when
    /// $(w^2 - 2)^2 - 4 \cdot 263 z$ is a square.
    pub fn decode(w: Fp5) -> Option<Self> {
        const FOUR_B: Fp5 = fp5([0, 4 * 263, 0, 0, 0]);
        if w.is_zero() {
            return None;
        }
        let e = w * w - Fp5::TWO;
        let root = sqrt(&(e * e - FOUR_B))?;
        let first = (e + root) * Fp5::TWO.inverse();
        let u = if is_square(&first) { first } else { e - first };
        Some(Self { x: u + TWO_TORSION_X, y: -(w * u) })
    }
}

impl Neg for Point {
    type Output = Self;

    fn neg(self) -> Self {
        Self { x: self.x, y: -self.y }
    }
}
