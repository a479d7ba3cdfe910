//! # The group, completely
//!
//! Points $(X : Y : Z)$ with $x = X/Z$, $y = Y/Z$; the neutral element is $(0 : 1 : 0)$.
//!
//! One pair of formulas (Renes, Costello, Batina, eprint 2015/1060) adds any two elements of the
//! group: equal, opposite or neutral, without a case. On a curve in short Weierstrass form they fail
//! only for two points whose difference has order two. Our curve has such a point, but the group,
//! being of odd order, has none: so for elements of the group the formulas are complete. With
//!
//! $$ \begin{aligned}
//! \alpha &= Y_1Y_2 - m, & \beta &= Y_1Y_2 + m, & m &= A\,\overline{xz} + 3B\,Z_1Z_2, \\
//! \gamma &= 3X_1X_2 + A\,Z_1Z_2, &
//! \delta &= 3B\,\overline{xz} + A (X_1X_2 - A\,Z_1Z_2),
//! \end{aligned} $$
//!
//! and $\overline{xy} = X_1Y_2 + X_2Y_1$, likewise $\overline{xz}$ and $\overline{yz}$, the sum is
//!
//! $$ (\overline{xy}\,\alpha - \overline{yz}\,\delta \;:\; \alpha\beta + \gamma\delta \;:\;
//!     \overline{yz}\,\beta + \overline{xy}\,\gamma). $$
//!
//! ## Scalars as odd digits
//!
//! Multiplication reads a scalar as signed bits: bit 1 counts $+2^i$, bit 0 counts $-2^i$. A window of
//! $w$ such bits is an odd digit between $-(2^w - 1)$ and $2^w - 1$, so no digit is zero, and every
//! window costs the same: $w$ doublings, one look-up that reads the whole table, one addition. No
//! branch and no address depends on the scalar. The circuit's ladder uses the same digits, in other
//! windows.

use super::element::Element;
use super::point::Point;
use super::scalar::Scalar;
use crate::field::Fp5;
use core::ops::{Add, Neg};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

/// An element of the prime-order group, the neutral one included.
#[derive(Clone, Copy, Debug)]
pub struct Projective {
    x: Element,
    y: Element,
    z: Element,
}

/// An element other than the neutral one, with $Z = 1$: an entry of a table.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    x: Element,
    y: Element,
}

/// The products $X_1X_2$, $Y_1Y_2$, $Z_1Z_2$ and the three mixed sums.
struct Products {
    xx: Element,
    yy: Element,
    zz: Element,
    xy: Element,
    xz: Element,
    yz: Element,
}

impl Products {
    /// $\alpha, \beta, \gamma, \delta$ of the module's formulas.
    #[inline(always)]
    fn combine(&self) -> [Element; 4] {
        let azz = self.zz.mul_a();
        let m = self.xz.mul_a() + self.zz.mul_3b();
        let gamma = self.xx.triple() + azz;
        let delta = self.xz.mul_3b() + (self.xx - azz).mul_a();
        [self.yy - m, self.yy + m, gamma, delta]
    }

    fn sum(&self) -> Projective {
        let [alpha, beta, gamma, delta] = self.combine();
        Projective {
            x: self.xy * alpha - self.yz * delta,
            y: alpha * beta + gamma * delta,
            z: self.yz * beta + self.xy * gamma,
        }
    }

    /// The sum of a point with itself: there, $Z_3 = 4\,\overline{yz}\,Y^2$.
    fn doubled(&self) -> Projective {
        let [alpha, beta, gamma, delta] = self.combine();
        Projective {
            x: self.xy * alpha - self.yz * delta,
            y: alpha * beta + gamma * delta,
            z: (self.yz * self.yy).double().double(),
        }
    }
}

impl Projective {
    /// The neutral element.
    pub const NEUTRAL: Self = Self { x: Element::ZERO, y: Element::ONE, z: Element::ZERO };

    /// Takes a point of the group, as [`Point::is_in_group`] defines it; for others the sums below
    /// may be wrong.
    pub fn from_point(point: &Point) -> Self {
        Self { x: point.x.into(), y: point.y.into(), z: Element::ONE }
    }

    /// The coordinates; `None` for the neutral element.
    pub fn to_point(&self) -> Option<Point> {
        if self.is_neutral() {
            return None;
        }
        let inverse = self.z.invert();
        Some(Point { x: Fp5::from(self.x * inverse), y: Fp5::from(self.y * inverse) })
    }

    /// Whether this is the neutral element.
    pub fn is_neutral(&self) -> bool {
        self.z.is_zero().into()
    }

    /// $2P$.
    pub fn double(&self) -> Self {
        let Self { x, y, z } = *self;
        Products {
            xx: x.square(),
            yy: y.square(),
            zz: z.square(),
            xy: (x * y).double(),
            xz: (x * z).double(),
            yz: (y * z).double(),
        }
        .doubled()
    }

    /// $P + Q$ for an entry of a table.
    pub(super) fn add_entry(&self, other: &Entry) -> Self {
        let Self { x, y, z } = *self;
        let (xx, yy) = (x * other.x, y * other.y);
        Products {
            xx,
            yy,
            zz: z,
            xy: (x + y) * (other.x + other.y) - xx - yy,
            xz: x + z * other.x,
            yz: y + z * other.y,
        }
        .sum()
    }

    /// The same elements with $Z = 1$, by one inversion. None may be neutral.
    pub(super) fn normalise(points: &[Self]) -> Vec<Entry> {
        let mut product = Element::ONE;
        let before: Vec<Element> = points
            .iter()
            .map(|point| {
                let before = product;
                product = product * point.z;
                before
            })
            .collect();
        let mut inverse = product.invert();
        let mut entries: Vec<Entry> = points
            .iter()
            .zip(&before)
            .rev()
            .map(|(point, before)| {
                let z = inverse * *before;
                inverse = inverse * point.z;
                Entry { x: point.x * z, y: point.y * z }
            })
            .collect();
        entries.reverse();
        entries
    }

    /// $kP$ for a possibly secret scalar.
    pub fn mul(&self, scalar: &Scalar) -> Self {
        let bits = scalar.signed_bits::<320>();
        let mut nibbles = Zeroizing::new([0; 80]);
        for (pair, byte) in nibbles.chunks_exact_mut(2).zip(bits.iter()) {
            pair.copy_from_slice(&[byte & 15, byte >> 4]);
        }
        self.mul_nibbles(&*nibbles)
    }

    /// $\left(\sum_i 16^i d_i\right) P$, where the four signed bits $b_i$ are the digit
    /// $d_i = 2 b_i - 15$. Least significant first.
    pub(crate) fn mul_nibbles(&self, nibbles: &[u8]) -> Self {
        let twice = self.double();
        let mut table = [*self; 8];
        for i in 1..8 {
            table[i] = table[i - 1] + twice;
        }
        let mut sum = Self::NEUTRAL;
        for &nibble in nibbles.iter().rev() {
            sum = sum.double().double().double().double() + look_up::<4, _>(&table, nibble);
        }
        sum
    }
}

/// The odd multiple of $P$ that the `WINDOW` signed bits of `bits` stand for, from the table
/// $P, 3P, 5P, \dots$; reads all of it.
///
/// The bits stand for $2b - (2^w - 1)$. The top bit is the sign, and the magnitude is $2m + 1$, where
/// $m$ is the remaining bits, inverted if the sign is negative.
pub(super) fn look_up<const WINDOW: u32, T>(table: &[T], bits: u8) -> T
where
    T: ConditionallySelectable + Neg<Output = T>,
{
    let negative = 1 - (bits >> (WINDOW - 1));
    let index = (bits ^ negative.wrapping_neg()) & ((1 << (WINDOW - 1)) - 1);
    let mut entry = table[0];
    for (i, candidate) in (0u8..).zip(table) {
        entry.conditional_assign(candidate, i.ct_eq(&index));
    }
    let opposite = -entry;
    T::conditional_select(&entry, &opposite, Choice::from(negative))
}

impl Add for Projective {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (xx, yy, zz) = (self.x * other.x, self.y * other.y, self.z * other.z);
        Products {
            xx,
            yy,
            zz,
            xy: (self.x + self.y) * (other.x + other.y) - xx - yy,
            xz: (self.x + self.z) * (other.x + other.z) - xx - zz,
            yz: (self.y + self.z) * (other.y + other.z) - yy - zz,
        }
        .sum()
    }
}

impl Neg for Projective {
    type Output = Self;

    fn neg(self) -> Self {
        Self { y: -self.y, ..self }
    }
}

impl Neg for Entry {
    type Output = Self;

    fn neg(self) -> Self {
        Self { y: -self.y, ..self }
    }
}

impl ConditionallySelectable for Projective {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self {
            x: Element::conditional_select(&a.x, &b.x, choice),
            y: Element::conditional_select(&a.y, &b.y, choice),
            z: Element::conditional_select(&a.z, &b.z, choice),
        }
    }
}

impl ConditionallySelectable for Entry {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self { x: Element::conditional_select(&a.x, &b.x, choice), y: Element::conditional_select(&a.y, &b.y, choice) }
    }
}

impl PartialEq for Projective {
    fn eq(&self, other: &Self) -> bool {
        let x = (self.x * other.z).ct_eq(&(other.x * self.z));
        let y = (self.y * other.z).ct_eq(&(other.y * self.z));
        (x & y).into()
    }
}

impl Eq for Projective {}
