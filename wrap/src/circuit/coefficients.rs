//! # A permutation in rows: the coefficients of its steps
//!
//! A row holds two inputs of S-boxes, a pair of rows four, $x_0 \ldots x_3$, and $z_i = x_i^5$. A *step* gives the next four as a linear
//! function of these. Of a partial round only its S-box's input $u_n$ appears; the three elements that pass by, $v_n$, do not. With
//! $\rho_n$ the round's constant and
//!
//! $$ M_I = \begin{pmatrix} m & r \\ c & A \end{pmatrix}, \qquad
//!    u_{n+1} - \rho_{n+1} = m z_n + r v_n, \qquad v_{n+1} = c z_n + A v_n. $$
//!
//! **Partial to partial.** Let $g_1, g_2, \ldots$ be the response of $u$ to one $z = 1$: $g_1 = m$, $g_d = r A^{d-2} c$. By Cayley and
//! Hamilton, whatever $v$ contributes satisfies the recurrence of $A$'s characteristic polynomial
//! $\lambda^3 + a_3 \lambda^2 + a_2 \lambda + a_1$. So, with $a_0 = 0$ and without the constants,
//!
//! $$ u_{n+4} = \sum_{i<4} (b_i z_{n+i} - a_i u_{n+i}), \qquad b_i = g_{4-i} + a_3 g_{3-i} + a_2 g_{2-i} + a_1 g_{1-i}. $$
//!
//! **Full to partial.** $f$ is what four rounds without S-boxes make of $M_E z$; what their S-boxes add is $g$.
//!
//! **Partial to full.** $u_{n+1}, u_{n+2}, u_{n+3}$ and the $z$ determine $v_n$, because $r, rA, rA^2$ are independent; hence the state
//! after four rounds, and $h$ and $k$.
//!
//! Every step adds constants, those of the rounds that it leads to; where it takes earlier inputs back, the constants in these come off
//! again.

use std::array;
use std::sync::LazyLock;

use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::Field;

use crate::poseidon2::constants::{EXTERNAL, FULL, INTERNAL, PARTIAL};
use crate::poseidon2::{FULL_ROUNDS, PARTIAL_ROUNDS, WIDTH};

/// Four scalars: a state, or a pair of rows.
pub(crate) type Four = [Fr; WIDTH];

/// Steps of a permutation: one absorbs, 22 lead from S-boxes on.
pub(crate) const STEPS: usize = 1 + FULL_ROUNDS + PARTIAL_ROUNDS / WIDTH;

/// What a step leads from and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// From a state and what it absorbs to the first full round.
    Absorb,
    /// From a full round to the next, or to the result.
    FullToFull,
    /// From a full round to the first four partial ones.
    FullToPartial,
    /// From four partial rounds to the next four.
    PartialToPartial,
    /// From the last four partial rounds to a full one.
    PartialToFull,
}

/// A pair of rows to the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) kind: Kind,
    pub(crate) constants: Four,
}

/// The coefficients of decision 0009, and the steps of a permutation.
#[derive(Debug)]
pub(crate) struct Coefficients {
    pub(crate) external: [Four; WIDTH],
    pub(crate) a: Four,
    pub(crate) b: Four,
    pub(crate) f: [Four; WIDTH],
    /// `g[0]` is zero.
    pub(crate) g: [Fr; WIDTH + 1],
    pub(crate) h: [Four; WIDTH],
    pub(crate) k: [Four; WIDTH],
    pub(crate) steps: [Step; STEPS],
}

/// The coefficients, derived once.
pub(crate) static COEFFICIENTS: LazyLock<Coefficients> = LazyLock::new(Coefficients::derive);

impl Coefficients {
    fn derive() -> Self {
        let external = EXTERNAL.map(|row| row.map(Fr::from));
        let a = characteristic();
        let g = impulse::<{ WIDTH + 1 }>();
        let b = array::from_fn(|i| g[WIDTH - i] + (1..WIDTH - i).map(|d| a[d + i] * g[d]).sum::<Fr>());
        let f = transpose(array::from_fn(|i| {
            let mut lanes = Lanes(array::from_fn(|lane| external[lane + 1][i]));
            array::from_fn(|j| if j == 0 { external[0][i] } else { lanes.round(Fr::ZERO) })
        }));
        let h = transpose(array::from_fn(|i| leave(unit(i), [Fr::ZERO; WIDTH])));
        let k = transpose(array::from_fn(|i| leave([Fr::ZERO; WIDTH], unit(i))));
        let steps = steps(&a, &k);
        Self { external, a, b, f, g, h, k, steps }
    }

    /// The next four inputs, from four inputs and the cells beside them: squares, or what is absorbed.
    pub(crate) fn apply(&self, step: &Step, x: &Four, y: &Four) -> Four {
        let mut z: [Fr; 2 * WIDTH] = array::from_fn(|i| if i < WIDTH { x[i] * y[i].square() } else { Fr::ZERO });
        let mut x: [Fr; 2 * WIDTH] = array::from_fn(|i| if i < WIDTH { x[i] } else { Fr::ZERO });
        for j in 0..WIDTH {
            let linear = match step.kind {
                Kind::Absorb => (0..WIDTH).map(|i| self.external[j][i] * (x[i] + y[i])).sum::<Fr>(),
                Kind::FullToFull => (0..WIDTH).map(|i| self.external[j][i] * z[i]).sum(),
                Kind::FullToPartial => {
                    let fresh = (0..j).map(|i| self.g[j - i] * z[WIDTH + i]).sum::<Fr>();
                    fresh + (0..WIDTH).map(|i| self.f[j][i] * z[i]).sum::<Fr>()
                }
                Kind::PartialToPartial => (0..WIDTH).map(|i| self.b[i] * z[j + i] - self.a[i] * x[j + i]).sum(),
                Kind::PartialToFull => (0..WIDTH).map(|i| self.h[j][i] * z[i] + self.k[j][i] * x[i]).sum(),
            };
            x[WIDTH + j] = linear + step.constants[j];
            z[WIDTH + j] = x[WIDTH + j].square().square() * x[WIDTH + j];
        }
        array::from_fn(|j| x[WIDTH + j])
    }
}

/// The elements that pass by the S-box, without constants.
struct Lanes([Fr; WIDTH - 1]);

impl Lanes {
    /// A partial round on the S-box's result; gives the S-box's next input.
    fn round(&mut self, z: Fr) -> Fr {
        let sum = z + self.0.iter().sum::<Fr>();
        self.0.iter_mut().zip(&INTERNAL[1..]).for_each(|(v, d)| *v = sum + *v * d);
        sum + z * INTERNAL[0]
    }
}

fn unit<const N: usize>(i: usize) -> [Fr; N] {
    array::from_fn(|j| if i == j { Fr::ONE } else { Fr::ZERO })
}

fn transpose(m: [Four; WIDTH]) -> [Four; WIDTH] {
    array::from_fn(|i| array::from_fn(|j| m[j][i]))
}

/// $g$: the inputs that follow one $z = 1$.
fn impulse<const N: usize>() -> [Fr; N] {
    let mut lanes = Lanes([Fr::ZERO; WIDTH - 1]);
    array::from_fn(|d| match d {
        0 => Fr::ZERO,
        1 => lanes.round(Fr::ONE),
        _ => lanes.round(Fr::ZERO),
    })
}

/// $a$: the characteristic polynomial of the internal matrix without its first row and column, from the constant term on, after a zero.
fn characteristic() -> Four {
    let [d, e, f] = array::from_fn(|i| INTERNAL[i + 1] + Fr::ONE);
    // Ones beside the diagonal.
    let two = Fr::from(2);
    let determinant = d * e * f + two - d - e - f;
    [Fr::ZERO, -determinant, d * e + e * f + f * d - Fr::from(3), -(d + e + f)]
}

/// The state after four partial rounds, from their S-boxes' inputs (without constants) and results.
fn leave(z: Four, u: Four) -> Four {
    let g = impulse::<{ WIDTH + 1 }>();
    // What the elements that pass by contribute to the inputs: r v, rA v, rA² v.
    let seen = array::from_fn(|i| u[i + 1] - (0..=i).map(|l| g[i + 1 - l] * z[l]).sum::<Fr>());
    let rows: [[Fr; 3]; 3] = {
        let columns: [[Fr; 3]; 3] = array::from_fn(|lane| {
            let mut lanes = Lanes(unit(lane));
            array::from_fn(|_| lanes.round(Fr::ZERO))
        });
        array::from_fn(|i| array::from_fn(|lane| columns[lane][i]))
    };
    let mut lanes = Lanes(solve(rows, seen));
    let [_, _, _, first] = z.map(|z| lanes.round(z));
    [first, lanes.0[0], lanes.0[1], lanes.0[2]]
}

/// The solution of three linear equations in three unknowns, by Cramer's rule.
fn solve(m: [[Fr; 3]; 3], t: [Fr; 3]) -> [Fr; 3] {
    let determinant = |m: &[[Fr; 3]; 3]| -> Fr {
        let minor = |i: usize, j: usize| m[1][i] * m[2][j] - m[1][j] * m[2][i];
        (0..3).map(|i| m[0][i] * minor((i + 1) % 3, (i + 2) % 3)).sum()
    };
    let inverse =
        Option::<Fr>::from(determinant(&m).invert()).expect("r, rA and rA² are independent, as the tests show");
    array::from_fn(|i| {
        let mut replaced = m;
        (0..3).for_each(|row| replaced[row][i] = t[row]);
        determinant(&replaced) * inverse
    })
}

fn steps(a: &Four, k: &[Four; WIDTH]) -> [Step; STEPS] {
    let half = FULL_ROUNDS / 2;
    let partial = |n: usize| -> Four {
        // The first four are what they are; every later one takes three inputs before it back.
        array::from_fn(|j| {
            PARTIAL[n + j] + if n == 0 { Fr::ZERO } else { (1..WIDTH).map(|i| a[i] * PARTIAL[n + j + i - WIDTH]).sum() }
        })
    };
    let last = &PARTIAL[PARTIAL_ROUNDS - WIDTH..];
    let full = |round: usize| FULL.get(round).copied().unwrap_or_default();
    let mut steps = Vec::with_capacity(STEPS);
    steps.push(Step { kind: Kind::Absorb, constants: full(0) });
    steps.extend((1..half).map(|round| Step { kind: Kind::FullToFull, constants: full(round) }));
    steps.push(Step { kind: Kind::FullToPartial, constants: partial(0) });
    steps.extend(
        (WIDTH..PARTIAL_ROUNDS).step_by(WIDTH).map(|n| Step { kind: Kind::PartialToPartial, constants: partial(n) }),
    );
    steps.push(Step {
        kind: Kind::PartialToFull,
        constants: array::from_fn(|j| full(half)[j] - (0..WIDTH).map(|i| k[j][i] * last[i]).sum::<Fr>()),
    });
    steps.extend((half + 1..=FULL_ROUNDS).map(|round| Step { kind: Kind::FullToFull, constants: full(round) }));
    steps.try_into().expect("a step for each pair of rows")
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::poseidon2;

    /// The steps, one after the other, are the permutation.
    #[test]
    fn steps_are_the_permutation() {
        let mut rng = StdRng::seed_from_u64(1);
        for _ in 0..200 {
            let state: Four = array::from_fn(|_| Fr::random(&mut rng));
            let absorbed: Four = array::from_fn(|i| if i < 3 { Fr::random(&mut rng) } else { Fr::ZERO });
            let (mut x, mut y) = (state, absorbed);
            for step in &COEFFICIENTS.steps {
                x = COEFFICIENTS.apply(step, &x, &y);
                y = x.map(|x| x.square());
            }
            let mut native = array::from_fn(|i| state[i] + absorbed[i]);
            poseidon2::permute(&mut native);
            assert_eq!(x, native);
        }
    }

    /// The inputs of S-boxes that stand in the rows are those of the permutation, round by round.
    #[test]
    fn rows_are_the_rounds() {
        let mut state: Four = array::from_fn(|i| Fr::from(i as u64 + 7));
        let (mut x, mut y) = (state, [Fr::ZERO; 4]);
        let multiply = |s: &Four| array::from_fn::<_, 4, _>(|j| (0..4).map(|i| Fr::from(EXTERNAL[j][i]) * s[i]).sum());
        let power = |x: &Fr| x.square().square() * x;
        state = multiply(&state);
        for (pair, step) in COEFFICIENTS.steps[..STEPS - 1].iter().enumerate() {
            x = COEFFICIENTS.apply(step, &x, &y);
            y = x.map(|x| x.square());
            if (4..18).contains(&pair) {
                for j in 0..4 {
                    let input = state[0] + PARTIAL[4 * (pair - 4) + j];
                    assert_eq!(x[j], input, "partial round {}", 4 * (pair - 4) + j);
                    state[0] = power(&input);
                    let sum: Fr = state.iter().sum();
                    state = array::from_fn(|i| state[i] * INTERNAL[i] + sum);
                }
            } else {
                let round = if pair < 4 { pair } else { pair - 14 };
                let inputs: Four = array::from_fn(|i| state[i] + FULL[round][i]);
                assert_eq!(x, inputs, "full round {round}");
                state = multiply(&inputs.map(|x| power(&x)));
            }
        }
    }

    /// Beyond four S-boxes nothing is remembered: the recurrence has no fifth coefficient.
    #[test]
    fn recurrence_ends() {
        let g = impulse::<24>();
        let a = COEFFICIENTS.a;
        for d in 5..24 {
            assert_eq!(g[d] + a[3] * g[d - 1] + a[2] * g[d - 2] + a[1] * g[d - 3], Fr::ZERO);
        }
        assert_eq!(a[0], Fr::ZERO);
        assert!(COEFFICIENTS.k.iter().all(|row| row[0] == Fr::ZERO));
        assert!(COEFFICIENTS.k.iter().all(|row| row[1..].iter().all(|k| *k != Fr::ZERO)));
    }
}
