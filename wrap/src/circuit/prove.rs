//! # Proofs
//!
//! halo2's argument with KZG commitments, opened by SHPLONK, over the [transcript](super::transcript). The key's scalar and the public
//! scalars are absorbed before the proof begins. A proof has 17 commitments, of two words each, and 44 evaluations, of one: 2,496 bytes.
//!
//! | bytes | what | then challenges |
//! |---|---|---|
//! | 0 … 319 | 5 commitments: $X_0, Y_0, X_1, Y_1, L$ | $\theta$ |
//! | 320 … 447 | 2: the lookup's input and table, permuted: $A', S'$ | $\beta, \gamma$ |
//! | 448 … 575 | 2: products of the permutation argument, $Z_0$ over $X_0, Y_0, X_1$ and $Z_1$ over $Y_1$ | |
//! | 576 … 639 | 1: product of the lookup, $Z_L$ | |
//! | 640 … 703 | 1: a random polynomial | $y$ |
//! | 704 … 959 | 4: the quotient's pieces, from the lowest | $x$ |
//! | 960 … 1599 | 20 evaluations: $X_0, Y_0, X_1$ at $x, \omega x, \omega^2 x, \omega^3 x$ each, $Y_1$ at the first three, $L$ at $x \ldots \omega^4 x$ | |
//! | 1600 … 1887 | 9: $P, Q, R, S$ at $x$; $C_0$ at $x, \omega x$; $C_1$ at $x, \omega x$; $T$ at $x$ | |
//! | 1888 … 1919 | 1: the random polynomial at $x$ | |
//! | 1920 … 2047 | 4: the permutation's columns $\sigma$ of $X_0, Y_0, X_1, Y_1$ at $x$ | |
//! | 2048 … 2207 | 5: $Z_0$ at $x, \omega x, \omega^{-8} x$; $Z_1$ at $x, \omega x$ | |
//! | 2208 … 2367 | 5: $Z_L$ at $x, \omega x$; $A'$ at $x, \omega^{-1} x$; $S'$ at $x$ | SHPLONK's $y, v$ |
//! | 2368 … 2431 | 1 commitment: SHPLONK's quotient | $u$ |
//! | 2432 … 2495 | 1: SHPLONK's opening at $u$ | |
//!
//! # What a verifier computes
//!
//! $n = 2^k$; $\omega$ is halo2's root of unity of order $n$, $\delta$ its generator of cosets; $\lambda_i$ the Lagrange polynomial of row
//! $i$ at $x$; $\alpha = 1 - \sum_{i \ge n - 8} \lambda_i$. An evaluation without an argument is at $x$. $I = \sum \lambda_i s_i$ over the
//! public scalars.
//!
//! $N$ is made of these, in turn, as $N \gets N y + e$:
//!
//! 1. the 27 constraints, in [their order](super::config);
//! 2. $\lambda_0 (1 - Z_0)$; $\lambda_{n-8} (Z_1^2 - Z_1)$; $\lambda_0 (Z_1 - Z_0(\omega^{-8} x))$; then, with $v = (X_0, Y_0, X_1, Y_1)$,
//!    $\alpha \bigl( Z_0(\omega x) \prod_{i<3} (v_i + \beta \sigma_i + \gamma) - Z_0 \prod_{i<3} (v_i + \beta \delta^i x + \gamma) \bigr)$, and
//!    the same of $Z_1$ with $i = 3$;
//! 3. $\lambda_0 (1 - Z_L)$; $\lambda_{n-8} (Z_L^2 - Z_L)$;
//!    $\alpha \bigl( Z_L(\omega x) (A' + \beta)(S' + \gamma) - Z_L (L + \beta)(T + \gamma) \bigr)$; $\lambda_0 (A' - S')$;
//!    $\alpha (A' - S')(A' - A'(\omega^{-1} x))$. As the lookup has one column, $\theta$ is of no use.
//!
//! The quotient's commitment is $\sum_{i<4} x^{ni} H_i$, its evaluation $N / (x^n - 1)$.
//!
//! SHPLONK takes what is opened at the same points together, in this order: $X_0, Y_0, X_1$; $Y_1$; $L$; $Z_0$; $Z_1, Z_L, C_0, C_1$; $A'$;
//! then, at $x$ alone, $S', P, Q, R, S, T$, the four $\sigma$, the quotient and the random polynomial. Of set $i$ with points $T_i$, let
//! $F_i = \sum_j y^j (C_{ij} - R_{ij}(u) G)$, where $R_{ij}$ interpolates the evaluations of the commitment $C_{ij}$, and
//! $t_i = \prod (u - p)$ over all points $p$ that are not in $T_i$. With the last two commitments $W, W'$ and the setup's secret $\tau$,
//! the proof is accepted if
//!
//! $$ e\Bigl( \sum_i v^i \tfrac{t_i}{t_0} F_i - \prod_{p \in T_0} (u - p)\, W + u W',\; H \Bigr) = e(W', \tau H). $$
//!
//! # What the prover sees to
//!
//! A proof is verified before it is returned: a cell that a gate refuses makes the prover write a proof all the same, an invalid one. The
//! messages are those that halo2's prover would send (decision 0013), but the prover is our own.
//!
//! Blinding takes the system's randomness, always. There is no parameter for it. The last eight rows of each column are random, and so
//! is one whole polynomial.

use std::io;

use halo2_proofs::halo2curves::bn256::{Bn256, Fr};
use halo2_proofs::plonk;
use halo2_proofs::poly::kzg::commitment::{KZGCommitmentScheme, ParamsKZG};
use halo2_proofs::poly::kzg::multiopen::VerifierSHPLONK;
use halo2_proofs::poly::kzg::strategy::SingleStrategy;
use thiserror::Error;

use super::keys::{self, KeyError, ProvingKey, VerifyingKey};
use super::prover::{self, Proof};
use super::table::Table;
use super::transcript::{Challenge, Transcript, WORD};

/// Commitments in a proof.
pub const COMMITMENTS: usize = 17;
/// Evaluations in a proof.
pub const EVALUATIONS: usize = 44;
/// Bytes of a proof.
pub const PROOF_BYTES: usize = WORD * (2 * COMMITMENTS + EVALUATIONS);

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The setup or the environment.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The table is of another circuit than the key.
    #[error("the table's circuit is {got}, the key's is {expected}")]
    OtherCircuit {
        /// Digest of the key's circuit.
        expected: String,
        /// Digest of the table's.
        got: String,
    },
    /// A commitment is the point at infinity, which has no encoding: as likely as a forgery.
    #[error("halo2: {0}")]
    Halo2(#[from] plonk::Error),
    /// The table does not satisfy the circuit. A [`Checker`](super::check::Checker) tells where.
    #[error("the proof that was made is refused: the table does not satisfy its circuit")]
    Refused,
}

/// Why a proof is not accepted.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The setup or the environment.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Too many or too few bytes.
    #[error("a proof has {PROOF_BYTES} bytes, not {0}")]
    Length(usize),
    /// Too many or too few public scalars.
    #[error("the circuit has {expected} public scalars, not {got}")]
    Publics {
        /// Of the circuit.
        expected: usize,
        /// Given.
        got: usize,
    },
    /// A number is not below its modulus, or a point not on the curve.
    #[error("the proof is malformed: {0}")]
    Malformed(io::Error),
    /// The proof is false, or of something else.
    #[error("the proof is refused")]
    Refused,
}

/// Proves that a table satisfies its circuit, and verifies the proof. The setup is the one that the key was made with.
///
/// # Errors
/// If the table does not satisfy the circuit, or is not of the key's circuit.
pub fn prove(setup: &ParamsKZG<Bn256>, key: &ProvingKey, table: Table) -> Result<Vec<u8>, ProveError> {
    keys::fits(setup, table.k())?;
    if table.layout.digest() != key.circuit {
        let hex = |digest: &[u8]| digest.iter().map(|byte| format!("{byte:02x}")).collect();
        return Err(ProveError::OtherCircuit { expected: hex(&key.circuit), got: table.digest() });
    }
    let Table { layout, advice, publics } = table;
    // Of no use any more, and some tens of megabytes.
    drop(layout);
    let mut transcript = Transcript::new(Vec::with_capacity(PROOF_BYTES));
    let halo2 = key.verifying.halo2();
    halo2.hash_into(&mut transcript).map_err(plonk::Error::Transcript)?;
    let task = Proof { parts: &key.parts, k: key.verifying.k, publics: &publics, advice, transcript: &mut transcript };
    match key.parts.run(task) {
        Err(prover::Error::Limb) => return Err(ProveError::Refused),
        Err(prover::Error::Transcript(error)) => return Err(plonk::Error::Transcript(error).into()),
        Ok(()) => {}
    }
    let proof = transcript.into_proof();
    verify(setup, &key.verifying, &publics, &proof).map_err(|_| ProveError::Refused)?;
    Ok(proof)
}

/// Verifies a proof for these public scalars.
///
/// # Errors
/// If the proof is malformed, or false, or of other scalars.
pub fn verify(setup: &ParamsKZG<Bn256>, key: &VerifyingKey, publics: &[Fr], proof: &[u8]) -> Result<(), VerifyError> {
    keys::fits(setup, key.k)?;
    if publics.len() != key.publics {
        return Err(VerifyError::Publics { expected: key.publics, got: publics.len() });
    }
    if proof.len() != PROOF_BYTES {
        return Err(VerifyError::Length(proof.len()));
    }
    let mut transcript = Transcript::new(proof);
    plonk::verify_proof::<KZGCommitmentScheme<Bn256>, VerifierSHPLONK<'_, _>, Challenge, _, SingleStrategy<'_, _>>(
        setup,
        &key.key,
        SingleStrategy::new(setup),
        &[&[publics]],
        &mut transcript,
    )
    .map_err(|error| match error {
        plonk::Error::Transcript(error) => VerifyError::Malformed(error),
        _ => VerifyError::Refused,
    })
}
