//! # The proof
//!
//! 17 commitments of two words and 44 evaluations of one, in the order of the fields below; the last two commitments come after the
//! evaluations. 2,496 bytes. With $\omega$ the root of unity of the key's domain, an array's evaluations are at $x, \omega x, \omega^2 x, \ldots$
//! unless it says otherwise.

use ark_bn254::{Fr, G1Affine};

use crate::error::{Error, Part};
use crate::words::{Reader, WORD};

/// Bytes of a proof.
pub const PROOF_BYTES: usize = WORD * (2 * 17 + 44);

/// A proof, well formed.
pub(crate) struct Proof {
    /// $X_0, Y_0, X_1, Y_1, L$.
    pub(crate) advice: [G1Affine; 5],
    /// $A'$: the lookup's input, permuted.
    pub(crate) input: G1Affine,
    /// $S'$: the lookup's table, permuted.
    pub(crate) table: G1Affine,
    /// The permutation's running products: $Z_0$ over $X_0, Y_0, X_1$, and $Z_1$ over $Y_1$.
    pub(crate) products: [G1Affine; 2],
    /// $Z_L$: the lookup's running product.
    pub(crate) lookup: G1Affine,
    /// A random polynomial.
    pub(crate) random: G1Affine,
    /// The quotient's pieces, from the lowest.
    pub(crate) quotient: [G1Affine; 4],
    pub(crate) at: Evaluations,
    /// SHPLONK's quotient.
    pub(crate) folded: G1Affine,
    /// SHPLONK's opening.
    pub(crate) opening: G1Affine,
}

/// What polynomials are said to be.
pub(crate) struct Evaluations {
    pub(crate) x0: [Fr; 4],
    pub(crate) y0: [Fr; 4],
    pub(crate) x1: [Fr; 4],
    pub(crate) y1: [Fr; 3],
    pub(crate) limbs: [Fr; 5],
    /// $P, Q, R, S$, at $x$.
    pub(crate) selectors: [Fr; 4],
    pub(crate) c0: [Fr; 2],
    pub(crate) c1: [Fr; 2],
    /// $T$.
    pub(crate) fixed_table: Fr,
    pub(crate) random: Fr,
    /// $\sigma$ of $X_0, Y_0, X_1, Y_1$, at $x$.
    pub(crate) permutation: [Fr; 4],
    /// At $x$, $\omega x$ and $\omega^{-8} x$, where the rows that count end.
    pub(crate) z0: [Fr; 3],
    pub(crate) z1: [Fr; 2],
    pub(crate) lookup: [Fr; 2],
    /// At $x$ and $\omega^{-1} x$.
    pub(crate) input: [Fr; 2],
    pub(crate) table: Fr,
}

impl Proof {
    /// Reads a proof.
    ///
    /// # Errors
    /// If its length is another, a number is not below its modulus, or a point not on the curve.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(Part::Proof, bytes, PROOF_BYTES)?;
        // In the order in which they are written.
        Ok(Self {
            advice: reader.points()?,
            input: reader.point()?,
            table: reader.point()?,
            products: reader.points()?,
            lookup: reader.point()?,
            random: reader.point()?,
            quotient: reader.points()?,
            at: Evaluations {
                x0: reader.scalars()?,
                y0: reader.scalars()?,
                x1: reader.scalars()?,
                y1: reader.scalars()?,
                limbs: reader.scalars()?,
                selectors: reader.scalars()?,
                c0: reader.scalars()?,
                c1: reader.scalars()?,
                fixed_table: reader.scalar()?,
                random: reader.scalar()?,
                permutation: reader.scalars()?,
                z0: reader.scalars()?,
                z1: reader.scalars()?,
                lookup: reader.scalars()?,
                input: reader.scalars()?,
                table: reader.scalar()?,
            },
            folded: reader.point()?,
            opening: reader.point()?,
        })
    }
}
