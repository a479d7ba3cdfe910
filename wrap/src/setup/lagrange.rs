//! # The Lagrange basis
//!
//! $\ell_j = \frac1n \sum_i \omega^{-ij} \tau^i G$: an inverse Fourier transform of the powers, in the group. Nothing in it is secret, so its
//! multiplications skip zero digits: half the work of halo2's own transform.

use core::mem;

use halo2_proofs::halo2curves::bn256::{Fr, G1, G1Affine};
use halo2_proofs::halo2curves::ff::{Field, PrimeField};
use halo2_proofs::halo2curves::group::prime::PrimeCurveAffine;
use halo2_proofs::halo2curves::group::{Curve, Group};
use rayon::prelude::*;

use super::powers::powers_of;

/// Width of the signed digits: they are odd and below $2^{W-1}$ in absolute value, or zero.
const WIDTH: u32 = 5;
/// Butterflies that one task does at least.
const TASK: usize = 64;

/// halo2's root of unity of order $2^k$.
pub(super) fn root(k: u32) -> Fr {
    (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square())
}

/// snarkjs' root of unity of order $2^{28}$, $5^{(r-1)/2^{28}}$, is halo2's to this power.
const SNARKJS: usize = 48_078_113;

/// A Lagrange basis of snarkjs' domain, in the order of halo2's.
pub(super) fn reordered(points: &[G1Affine]) -> Vec<G1Affine> {
    let mut basis = vec![G1Affine::identity(); points.len()];
    for (i, point) in points.iter().enumerate() {
        basis[i * SNARKJS % points.len()] = *point;
    }
    basis
}

/// The Lagrange basis of the powers, on the domain of `root(k)`.
pub(super) fn basis(powers: &[G1Affine], k: u32) -> Vec<G1Affine> {
    let n = powers.len();
    let inverse = root(k).invert().expect("a root of unity is not zero");
    let twiddles: Vec<Digits> = powers_of(inverse, n / 2).par_iter().map(Digits::new).collect();
    let scale = Digits::new(&Fr::TWO_INV.pow_vartime([u64::from(k)]));
    let reversed = |i: usize| i.reverse_bits() >> (usize::BITS - k);
    let mut points: Vec<G1> = (0..n).into_par_iter().map(|i| scale.times(powers[reversed(i)].into())).collect();
    for layer in 0..k {
        let half = 1 << layer;
        points.par_chunks_mut(2 * half).for_each(|block| {
            let (low, high) = block.split_at_mut(half);
            let pairs = low.par_iter_mut().zip(high).enumerate().with_min_len(TASK);
            pairs.for_each(|(i, (low, high))| {
                let product = twiddles[i * (n / 2 / half)].times(*high);
                *high = *low - product;
                *low += product;
            });
        });
    }
    let mut affine = vec![G1Affine::identity(); n];
    affine.par_chunks_mut(TASK).zip(points.par_chunks(TASK)).for_each(|(affine, points)| {
        G1::batch_normalize(points, affine);
    });
    affine
}

/// A scalar in signed digits, highest first.
struct Digits(Vec<i8>);

impl Digits {
    fn new(scalar: &Fr) -> Self {
        let mut limbs = limbs(scalar);
        let mut digits = Vec::with_capacity(256);
        while limbs != [0; 4] {
            let mut digit = 0;
            if limbs[0] & 1 == 1 {
                digit = (limbs[0] % (1 << WIDTH)) as i8;
                if digit >= 1 << (WIDTH - 1) {
                    digit -= 1 << WIDTH;
                }
                subtract(&mut limbs, digit);
            }
            digits.push(digit);
            halve(&mut limbs);
        }
        digits.reverse();
        Self(digits)
    }

    fn times(&self, point: G1) -> G1 {
        if self.0 == [1] {
            return point;
        }
        let double = point.double();
        let mut odd = [point; 1 << (WIDTH - 2)];
        for i in 1..odd.len() {
            odd[i] = odd[i - 1] + double;
        }
        self.0.iter().fold(G1::identity(), |sum, &digit| {
            let sum = sum.double();
            match digit {
                0 => sum,
                1.. => sum + odd[digit as usize / 2],
                _ => sum - odd[digit.unsigned_abs() as usize / 2],
            }
        })
    }
}

/// A scalar as four limbs, lowest first.
fn limbs(scalar: &Fr) -> [u64; 4] {
    let bytes = scalar.to_repr();
    let limb = |i: usize| u64::from_le_bytes(bytes.as_ref()[8 * i..][..8].try_into().expect("eight bytes"));
    [limb(0), limb(1), limb(2), limb(3)]
}

/// Subtracts a digit that does not make the number negative.
fn subtract(limbs: &mut [u64; 4], digit: i8) {
    let (mut carry, negative) = (u64::from(digit.unsigned_abs()), digit < 0);
    for limb in limbs {
        let (value, over) = if negative { limb.overflowing_add(carry) } else { limb.overflowing_sub(carry) };
        *limb = value;
        carry = u64::from(over);
    }
}

fn halve(limbs: &mut [u64; 4]) {
    let mut above = 0;
    for limb in limbs.iter_mut().rev() {
        let low = mem::replace(limb, (*limb >> 1) | (above << 63)) & 1;
        above = low;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_roots_are_related() {
        let order =
            Fr::from_str_vartime("81540058820840996586704275553141814055101440848469862132140264610111").unwrap();
        let exponent = (-Fr::ONE) * Fr::from(1 << 28).invert().unwrap();
        assert_eq!(order * Fr::from(1 << 28), -Fr::ONE);
        assert_eq!(exponent, order);
        assert_eq!(Fr::from(5).pow_vartime(limbs(&order)), root(28).pow_vartime([SNARKJS as u64]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn digits_multiply(bytes in any::<[u8; 32]>(), small in 0u64..70) {
            use halo2_proofs::halo2curves::ff::FromUniformBytes;
            let wide: [u8; 64] = [bytes, [7; 32]].concat().try_into().unwrap();
            let point = G1::generator() * Fr::from(11);
            for scalar in [Fr::from_uniform_bytes(&wide), Fr::from(small), -Fr::from(small)] {
                prop_assert_eq!(Digits::new(&scalar).times(point), point * scalar);
            }
        }
    }
}
