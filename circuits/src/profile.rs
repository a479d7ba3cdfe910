//! # Profiles
//!
//! A profile is a complete choice of proof parameters, and a promise about what they are worth. There
//! are two.
//!
//! | profile  | id | leaves: rate, queries | nodes and root | challenges | promise: proven bits |
//! |----------|----|-----------------------|----------------|------------|----------------------|
//! | `fast`   | 1  | 1/8, 28               | the same       | 2          | at least 57          |
//! | `proven` | 2  | 1/8, 60               | 1/16, 45       | 3          | at least 86          |
//!
//! Everything else is common to all: 16 bits of grinding, Merkle caps of 16 hashes, folding by 16, 135 wires of which 80
//! are routed. The promise is that of the weakest layer.
//!
//! *Proven* means by the unique-decoding or the Johnson bound, as computed in [`crate::security`]; a leaf of
//! 2^16 rows has 57.9 and 87.9, a node of `proven` 86.4. The conjecture under
//! which such parameters used to be called "100 bits" was refuted in 2025, so that figure is nobody's promise
//! here: `fast` is for development and for demonstrations of cost, and a deployment uses `proven`.
//!
//! The profile is part of a key's identity (see [`crate::pins`]), and one byte of every proof file says
//! which profile it was made under. Every field of the configuration is written out below, rather than
//! taken from one of the library's presets: a preset may change with a new version of the library, and
//! here a changed parameter must be a changed line. (The preset of the pinned version has 143 wires. With
//! 143, a proof of a proof never shrinks to 2^12 rows; with 135, which is what one Poseidon row needs, it
//! does.)
//!
//! **Not promised here:** zero knowledge. Proofs are not blinded and may tell about the witness.

use std::fmt;
use std::str::FromStr;

use plonky2::fri::{FriConfig, FriReductionStrategy};
use plonky2::plonk::circuit_data::CircuitConfig;
use serde::Serialize;
use thiserror::Error;

/// A complete choice of proof parameters; see the [module](self) for what each promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// 28 queries and 2 challenges: small and quick, at least 57 proven bits. Not for a deployment.
    Fast,
    /// 60 queries and 3 challenges: at least 86 proven bits.
    Proven,
}

impl Profile {
    /// Every profile, in the order of their ids.
    pub const ALL: [Self; 2] = [Self::Fast, Self::Proven];

    /// The name, as in a command line or a file: `fast` or `proven`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Proven => "proven",
        }
    }

    /// The byte that stands for the profile in binary files: 1 or 2. It never changes its meaning.
    #[must_use]
    pub const fn id(self) -> u8 {
        match self {
            Self::Fast => 1,
            Self::Proven => 2,
        }
    }

    /// The profile of a byte written by [`id`](Self::id).
    ///
    /// # Errors
    /// [`ProfileError::UnknownId`] for any other byte.
    pub fn from_id(id: u8) -> Result<Self, ProfileError> {
        Self::ALL.into_iter().find(|profile| profile.id() == id).ok_or(ProfileError::UnknownId { got: id })
    }

    /// The proven bits that the profile promises: for leaves of at most 2^16 rows, and for every layer above
    /// them, whose own parameters are chosen to keep it.
    ///
    /// [`security::require`](crate::security::require) holds a report against it; the tests do so, and
    /// fail when a parameter slips below.
    #[must_use]
    pub const fn floor_bits(self) -> f64 {
        match self {
            Self::Fast => 57.0,
            Self::Proven => 86.0,
        }
    }

    /// The configuration of the leaf circuits, every field pinned.
    ///
    /// `security_bits` is no figure of ours. The library's builder refuses a configuration with
    /// `rate_bits · queries + grinding < security_bits`, which is the refuted conjecture; the value here
    /// only keeps that check from being vacuous. For what the parameters are worth, ask
    /// [`crate::security`].
    #[must_use]
    pub fn leaf_config(self) -> CircuitConfig {
        match self {
            Self::Fast => config(3, 28, 2),
            Self::Proven => config(3, 60, 3),
        }
    }

    /// The configuration of the circuits that verify proofs: nodes and root.
    ///
    /// A circuit that verifies proofs pays for each query of theirs in rows. So in `proven` these proofs have fewer queries,
    /// at a lower rate: with those of the leaves, a proof of a proof would not get smaller than 2^14 rows.
    #[must_use]
    pub fn node_config(self) -> CircuitConfig {
        match self {
            Self::Fast => self.leaf_config(),
            Self::Proven => config(4, 45, 3),
        }
    }

    /// Binary logarithm of the number of rows of every node: the least that three leaves of 2^16 rows fit.
    #[must_use]
    pub const fn node_degree_bits(self) -> usize {
        match self {
            Self::Fast => 14,
            Self::Proven => 15,
        }
    }

    /// Binary logarithms of the numbers of rows of the circuits above the tree, the root's last. A proof of a proof does
    /// not get smaller than the last.
    #[must_use]
    pub const fn root_degree_bits(self) -> &'static [usize] {
        match self {
            Self::Fast => &[13, 12],
            Self::Proven => &[13],
        }
    }

    /// The configuration of the last circuit, which verifies the root and whose proof the wrap verifies.
    ///
    /// The wrap pays for queries in rows, of which it has enough for those of the leaves; the last circuit pays for a lower rate
    /// in hashes over BN254, of which each is as dear as ten of the tree's.
    #[must_use]
    pub fn last_config(self) -> CircuitConfig {
        self.leaf_config()
    }

    /// Binary logarithm of the last circuit's number of rows: the root's, below which a proof of a proof does not get.
    #[must_use]
    pub fn last_degree_bits(self) -> usize {
        self.root_degree_bits()[self.root_degree_bits().len() - 1]
    }
}

/// The configuration with these parameters, and all others as they always are.
fn config(rate_bits: usize, num_query_rounds: usize, num_challenges: usize) -> CircuitConfig {
    CircuitConfig {
        num_wires: 135,
        num_routed_wires: 80,
        num_constants: 2,
        use_base_arithmetic_gate: true,
        security_bits: 100,
        num_challenges,
        zero_knowledge: false,
        max_quotient_degree_factor: 8,
        fri_config: FriConfig {
            rate_bits,
            cap_height: 4,
            proof_of_work_bits: 16,
            reduction_strategy: FriReductionStrategy::ConstantArityBits(4, 5),
            num_query_rounds,
        },
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Profile {
    type Err = ProfileError;

    /// Reads exactly `fast` or `proven`.
    fn from_str(name: &str) -> Result<Self, ProfileError> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.name() == name)
            .ok_or_else(|| ProfileError::UnknownName { got: name.to_owned() })
    }
}

/// A name or a byte that stands for no profile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// No profile has this name.
    #[error("unknown profile: expected `fast` or `proven`, got {got:?}")]
    UnknownName {
        /// The name as given.
        got: String,
    },
    /// No profile has this id.
    #[error("unknown profile id: expected 1 (fast) or 2 (proven), got {got}")]
    UnknownId {
        /// The byte as read.
        got: u8,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_are_read_back() {
        for profile in Profile::ALL {
            assert_eq!(profile.name().parse(), Ok(profile));
            assert_eq!(Profile::from_id(profile.id()), Ok(profile));
            assert_eq!(profile.to_string(), profile.name());
        }
    }

    #[test]
    fn ids_are_those_of_written_files() {
        assert_eq!((Profile::Fast.id(), Profile::Proven.id()), (1, 2));
    }

    #[test]
    fn anything_else_is_refused() {
        for name in ["", "Fast", "fast ", "proven\n", "strict"] {
            assert!(matches!(
                name.parse::<Profile>(),
                Err(ProfileError::UnknownName { got }) if got == name
            ));
        }
        for id in (0..=u8::MAX).filter(|id| ![1, 2].contains(id)) {
            assert_eq!(Profile::from_id(id), Err(ProfileError::UnknownId { got: id }));
        }
    }

    #[test]
    fn the_two_profiles_differ_in_queries_and_challenges_only() {
        let mut fast = Profile::Fast.leaf_config();
        let proven = Profile::Proven.leaf_config();
        assert_eq!((fast.fri_config.num_query_rounds, fast.num_challenges), (28, 2));
        fast.fri_config.num_query_rounds = 60;
        fast.num_challenges = 3;
        assert_eq!(fast, proven);
    }
}
