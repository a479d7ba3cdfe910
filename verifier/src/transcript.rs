//! # Challenges
//!
//! A challenge is the Keccak-256 hash of all that was sent since the one before, after that one's hash; or of that hash and one byte 1, if
//! nothing was. The first begins with the circuit's scalar and the public scalars. A hash counts as an integer modulo $r$.
//!
//! | sent | challenges |
//! |---|---|
//! | circuit, public scalars, $X_0, Y_0, X_1, Y_1, L$ | $\theta$, which this circuit does not need |
//! | $A', S'$ | $\beta, \gamma$ |
//! | $Z_0, Z_1, Z_L$, the random polynomial | $y$ |
//! | the quotient's pieces | $x$ |
//! | evaluations | SHPLONK's $y, v$ |
//! | SHPLONK's quotient | $u$ |

use ark_bn254::Fr;
use ark_ff::{BigInteger as _, PrimeField as _};
use sha3::{Digest as _, Keccak256};

use crate::key::VerifyingKey;
use crate::statement::PUBLICS;
use crate::words::WORD;

/// What the verifier draws.
pub(crate) struct Challenges {
    /// Separates a column's cells from their places.
    pub(crate) beta: Fr,
    /// Keeps factors from vanishing.
    pub(crate) gamma: Fr,
    /// Separates constraints.
    pub(crate) y: Fr,
    /// The point.
    pub(crate) x: Fr,
    /// Separates polynomials that are opened at the same points.
    pub(crate) within: Fr,
    /// Separates sets of points.
    pub(crate) among: Fr,
    /// SHPLONK's point.
    pub(crate) u: Fr,
}

impl Challenges {
    /// From a proof's bytes, which are known to be well formed.
    pub(crate) fn draw(key: &VerifyingKey, publics: &[Fr; PUBLICS], proof: &[u8]) -> Self {
        let point = 2 * WORD;
        let mut keccak = Keccak256::new();
        for scalar in [key.circuit].iter().chain(publics) {
            keccak.update(scalar.into_bigint().to_bytes_be());
        }
        let mut sent = Sent { proof, hash: [0; WORD] };
        sent.hash(keccak, 5 * point);
        sent.after(2 * point);
        let beta = sent.challenge();
        sent.again();
        let gamma = sent.challenge();
        sent.after(4 * point);
        let y = sent.challenge();
        sent.after(4 * point);
        let x = sent.challenge();
        sent.after(44 * WORD);
        let within = sent.challenge();
        sent.again();
        let among = sent.challenge();
        sent.after(point);
        Self { beta, gamma, y, x, within, among, u: sent.challenge() }
    }
}

/// What is left of a proof, and the last hash.
struct Sent<'a> {
    proof: &'a [u8],
    hash: [u8; WORD],
}

impl Sent<'_> {
    fn hash(&mut self, mut keccak: Keccak256, bytes: usize) {
        let (sent, rest) = self.proof.split_at(bytes);
        keccak.update(sent);
        self.hash = keccak.finalize().into();
        self.proof = rest;
    }

    /// After so many more bytes.
    fn after(&mut self, bytes: usize) {
        self.hash(Keccak256::new_with_prefix(self.hash), bytes);
    }

    /// After nothing more.
    fn again(&mut self) {
        self.hash(Keccak256::new_with_prefix(self.hash).chain_update([1]), 0);
    }

    fn challenge(&self) -> Fr {
        Fr::from_be_bytes_mod_order(&self.hash)
    }
}
