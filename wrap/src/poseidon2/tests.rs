use ark_bn254::Fr as Ark;
use ark_ff::{BigInteger as _, PrimeField as _};
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::constants::{EXTERNAL, FULL, INTERNAL, PARTIAL};
use super::{FULL_ROUNDS, PARTIAL_ROUNDS, WIDTH, external, permute};

fn ark(x: Fr) -> Ark {
    Ark::from_le_bytes_mod_order(&x.to_repr())
}

fn scalar(x: Ark) -> Fr {
    Fr::from_repr(x.into_bigint().to_bytes_le().try_into().unwrap()).unwrap()
}

/// The vector of the reference implementation for the state (0, 1, 2, 3), as in Barretenberg, Noir and TACEO.
#[test]
fn published_vector() {
    let mut state = [0, 1, 2, 3].map(Fr::from);
    permute(&mut state);
    assert_eq!(
        state.map(|s| format!("{s:?}")),
        [
            "0x01bd538c2ee014ed5141b29e9ae240bf8db3fe5b9a38629a9647cf8d76c01737",
            "0x239b62e7db98aa3a2a8f6a0d2fa1709e7a35959aa6c7034814d9daa90cbac662",
            "0x04cbb44c61d928ed06808456bf758cbf0c18d1e15a7b6dbc8245fa7515d5e3cb",
            "0x2e11c5cff2a22c64d01304b778d78f6998eff1ab73163a35603f54794c30847a",
        ]
    );
}

#[test]
fn second_implementation() {
    let mut rng = StdRng::seed_from_u64(4);
    for _ in 0..1000 {
        let mut state: [Fr; WIDTH] = std::array::from_fn(|_| Fr::random(&mut rng));
        let theirs = taceo_poseidon2::bn254::t4::permutation(&state.map(ark));
        permute(&mut state);
        assert_eq!(state, theirs.map(scalar));
    }
}

#[test]
fn external_matrix_is_the_table() {
    for j in 0..WIDTH {
        let mut column = [Fr::ZERO; WIDTH];
        column[j] = Fr::ONE;
        external(&mut column);
        assert_eq!(column, EXTERNAL.map(|row| Fr::from(row[j])));
    }
}

/// The generator of the constants: an 80-bit Grain LFSR, of whose bits every second is taken if the one before it is set.
struct Grain([bool; 80]);

impl Grain {
    /// Starts with the parameters: prime field (1), S-box $x^\alpha$ (0), bits of the prime, width, rounds, and ones.
    fn new() -> Self {
        let fields = [(2, 1), (4, 0), (12, 254), (12, WIDTH), (10, FULL_ROUNDS), (10, PARTIAL_ROUNDS)];
        let bits = fields.iter().flat_map(|&(bits, value)| (0..bits).rev().map(move |i| value >> i & 1 == 1));
        let mut register = [true; 80];
        register.iter_mut().zip(bits).for_each(|(r, bit)| *r = bit);
        let mut grain = Self(register);
        (0..160).for_each(|_| _ = grain.step());
        grain
    }

    fn step(&mut self) -> bool {
        let bit = [62, 51, 38, 23, 13, 0].iter().fold(false, |acc, &i| acc ^ self.0[i]);
        self.0.rotate_left(1);
        self.0[79] = bit;
        bit
    }

    fn bit(&mut self) -> bool {
        while !self.step() {
            self.step();
        }
        self.step()
    }

    /// 254 bits, the most significant first.
    fn number(&mut self) -> [u64; 4] {
        let mut limbs = [0; 4];
        for i in (0..254).rev() {
            limbs[i / 64] |= u64::from(self.bit()) << (i % 64);
        }
        limbs
    }

    /// The next number below the modulus.
    fn below(&mut self) -> Fr {
        loop {
            let number = self.number();
            let scalar = Fr::from_raw(number);
            let bytes: Vec<u8> = number.iter().flat_map(|limb| limb.to_le_bytes()).collect();
            if scalar.to_repr()[..] == bytes[..] {
                return scalar;
            }
        }
    }

    /// The next number, modulo the modulus.
    fn modulo(&mut self) -> Fr {
        Fr::from_raw(self.number())
    }
}

type Matrix = [[Fr; WIDTH]; WIDTH];

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    a.map(|row| std::array::from_fn(|j| (0..WIDTH).map(|k| row[k] * b[k][j]).sum()))
}

/// $M^r$, for the modulus $r$ of the field.
fn frobenius(m: &Matrix) -> Matrix {
    let bytes = (-Fr::ONE).to_repr();
    let bits = (0..254).rev().map(|i| bytes[i / 8] >> (i % 8) & 1 == 1);
    let minus = bits.fold(None, |power: Option<Matrix>, bit| match (power.map(|p| product(&p, &p)), bit) {
        (None, false) => None,
        (None, true) => Some(*m),
        (Some(p), false) => Some(p),
        (Some(p), true) => Some(product(&p, m)),
    });
    product(&minus.unwrap(), m)
}

fn is_invertible(m: &Matrix) -> bool {
    let mut m = *m;
    (0..WIDTH).all(|i| {
        let Some(pivot) = (i..WIDTH).find(|&row| m[row][i] != Fr::ZERO) else { return false };
        m.swap(i, pivot);
        let inverse = m[i][i].invert().unwrap();
        for row in i + 1..WIDTH {
            let factor = m[row][i] * inverse;
            let above = m[i];
            m[row].iter_mut().zip(above).for_each(|(x, above)| *x -= factor * above);
        }
        true
    })
}

/// The minimal polynomial is irreducible of degree four: all eigenvalues are in the extension of degree four, and none in that of
/// degree two.
fn is_irreducible(m: &Matrix) -> bool {
    let square = frobenius(&frobenius(m));
    let difference = std::array::from_fn(|i| std::array::from_fn(|j| square[i][j] - m[i][j]));
    frobenius(&frobenius(&square)) == *m && is_invertible(&difference)
}

/// Nothing is up the sleeve: the parameters alone give the constants. The internal matrix is the first one drawn whose powers, up to
/// twice the width, all have irreducible minimal polynomials, which excludes infinitely long subspace trails (section 5.3 of the paper).
#[test]
fn constants_are_drawn() {
    let mut grain = Grain::new();
    let mut full = [[Fr::ZERO; WIDTH]; FULL_ROUNDS];
    full[..4].iter_mut().flatten().for_each(|c| *c = grain.below());
    assert_eq!(PARTIAL, [(); PARTIAL_ROUNDS].map(|()| grain.below()));
    full[4..].iter_mut().flatten().for_each(|c| *c = grain.below());
    assert_eq!(FULL, full);

    let chosen = loop {
        let diagonal = [(); WIDTH].map(|()| grain.modulo());
        let matrix = std::array::from_fn(|i| std::array::from_fn(|j| if i == j { diagonal[i] } else { Fr::ONE }));
        let mut power: Matrix = matrix;
        if (0..2 * WIDTH).all(|_| {
            let good = is_irreducible(&power);
            power = product(&power, &matrix);
            good
        }) {
            break diagonal;
        }
    };
    assert_eq!(INTERNAL, chosen.map(|d| d - Fr::ONE));
}
