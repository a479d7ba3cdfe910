//! # The linear layers of Poseidon2
//!
//! The state has four elements. The outer matrix $M_E$ mixes full rounds, the inner one, $M_I = J + \mathrm{diag}(d)$ with $J$ all ones, partial ones. The
//! circuit keeps of a partial round only the input $u$ of its S-box; [`after_partial`] finds the other three elements again. Everything
//! here leaves out the rounds' constants, which the circuit's columns $C_0, C_1$ add.

use ark_bn254::Fr;
use ark_ff::{Field as _, MontFp, Zero as _};

/// A state, or the inputs of four S-boxes.
pub(crate) type Four = [Fr; 4];

/// $M_E$.
const EXTERNAL: [[u64; 4]; 4] = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];

/// $d$, as the reference implementation has it for four BN254 scalars.
const INTERNAL: Four = [
    MontFp!("0x10dc6e9c006ea38b04b1e03b4bd9490c0d03f98929ca1d7fb56821fd19d3b6e7"),
    MontFp!("0x0c28145b6a44df3e0149b3d0a30b3bb599df9756d4dd9b84a86b38cfb45a740b"),
    MontFp!("0x00544b8338791518b2c7645a50392798b21f75bb60e3596170067d00141cac15"),
    MontFp!("0x222c01175718386f2e2e82eb122789e352e105a3b8fa852613bc534433ee428b"),
];

/// $M_E s$.
pub(crate) fn external(s: &Four) -> Four {
    EXTERNAL.map(|row| row.iter().zip(s).map(|(m, s)| Fr::from(*m) * s).sum())
}

/// $M_I s$.
pub(crate) fn internal(s: &Four) -> Four {
    let sum: Fr = s.iter().sum();
    core::array::from_fn(|i| sum + INTERNAL[i] * s[i])
}

/// The state after four partial rounds whose S-boxes have the inputs `x` and the results `z`: linear in both.
///
/// Before the rounds three elements are unknown. They add to the inputs of the second, third and fourth S-box what the S-boxes before
/// do not, which is three equations.
pub(crate) fn after_partial(x: &Four, z: &Four) -> Four {
    let known = inputs(&[Fr::zero(); 3], z);
    let missing = [x[1] - known[1], x[2] - known[2], x[3] - known[3]];
    let unit = |i: usize| core::array::from_fn(|j| Fr::from(u64::from(i == j)));
    let columns = [0, 1, 2].map(|i| {
        let [_, a, b, c] = inputs(&unit(i), &[Fr::zero(); 4]);
        [a, b, c]
    });
    let lanes = solve(&columns, &missing);
    rounds(&lanes, z).0
}

/// The inputs of the S-boxes of four partial rounds; the first is not computed here and stays zero.
fn inputs(lanes: &[Fr; 3], z: &Four) -> Four {
    rounds(lanes, z).1
}

/// Four partial rounds from three elements and the S-boxes' results: the state after them, and the inputs on the way.
fn rounds(lanes: &[Fr; 3], z: &Four) -> (Four, Four) {
    let mut state = [Fr::zero(), lanes[0], lanes[1], lanes[2]];
    let mut inputs = [Fr::zero(); 4];
    for (input, z) in inputs.iter_mut().zip(z) {
        *input = state[0];
        state[0] = *z;
        state = internal(&state);
    }
    (state, inputs)
}

/// Three unknowns from three equations, by determinants.
fn solve([a, b, c]: &[[Fr; 3]; 3], right: &[Fr; 3]) -> [Fr; 3] {
    let inverse = determinant(a, b, c).inverse().expect("the lanes determine the inputs");
    [determinant(right, b, c) * inverse, determinant(a, right, c) * inverse, determinant(a, b, right) * inverse]
}

fn determinant(a: &[Fr; 3], b: &[Fr; 3], c: &[Fr; 3]) -> Fr {
    let minor = |i: usize, j: usize| b[i] * c[j] - b[j] * c[i];
    a[0] * minor(1, 2) - a[1] * minor(0, 2) + a[2] * minor(0, 1)
}
