//! # A proof inside a circuit
//!
//! Nodes and root verify proofs of other circuits. What all of them share is here: the child as wires, the verifying key
//! by which it is believed, and the one shape that all of them have.
//!
//! ## A child
//!
//! | wires | what | bound by |
//! |---|---|---|
//! | statement | the child's public inputs: 31 of a piece, 27 of a batch | plonky2's verifier: they are hashed into the transcript |
//! | key | circuit digest and cap of constants and sigmas | their [id](VerifyingKey::id) is chosen from a constant list |
//! | proof | caps, openings, queries | plonky2's verifier, under the key |
//!
//! The key is a witness, and the circuit knows only a list of ids: the Poseidon hashes of all 68 elements of a key, the
//! circuit digest *and* the cap. A list of many keys costs four constants an entry instead of 68, and every entry of a
//! list proves the same interface, so that the choice is free.
//!
//! The common data (degree, gates, configuration) is not the prover's to choose: it is written into the verifying circuit.
//! It has to be, for plonky2's digest covers rows and their number, but no formula of a gate and no parameter of the proof:
//! one leaf has one id in both profiles.
//!
//! ## One shape
//!
//! Circuits that stand in one list need equal [common data](CommonCircuitData). So every circuit that verifies proofs has
//! the same set of gates, whether it uses them all or not, and nodes are filled up to one degree. Common data then
//! follows from configuration, gates, degree and the number of public inputs; [`shape`] computes it from a circuit of a few rows, and every circuit
//! built is compared with it.
//!
//! **Not checked here:** what the statements of several children have to do with each other. **Not
//! checked anywhere:** from which of two decompositions of a challenge a query's index is taken,
//! where it has two; [`Indices`](crate::security::Indices) says what that costs.

use furl_engine::EightHasher;
use furl_ledger::{Digest, PieceStatement, Statement};
use plonky2::field::types::Field;
use plonky2::gates::arithmetic_base::ArithmeticGate;
use plonky2::gates::arithmetic_extension::ArithmeticExtensionGate;
use plonky2::gates::base_sum::BaseSumGate;
use plonky2::gates::constant::ConstantGate;
use plonky2::gates::coset_interpolation::CosetInterpolationGate;
use plonky2::gates::gate::GateRef;
use plonky2::gates::multiplication_extension::MulExtensionGate;
use plonky2::gates::noop::NoopGate;
use plonky2::gates::poseidon::PoseidonGate;
use plonky2::gates::poseidon_mds::PoseidonMdsGate;
use plonky2::gates::public_input::PublicInputGate;
use plonky2::gates::random_access::RandomAccessGate;
use plonky2::gates::reducing_extension::ReducingExtensionGate;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_data::{CircuitConfig, CommonCircuitData, VerifierCircuitTarget};
use plonky2::plonk::config::GenericConfig;
use plonky2::plonk::proof::ProofWithPublicInputsTarget;

use crate::builder::Builder;
use crate::field::{C, CircuitData, D, F, Proof};
use crate::gadgets::choice::{self, Choice};
use crate::keys::VerifyingKey;
use crate::leaf::LeafWires;
use crate::leaf_circuit::LeafSize;
use crate::profile::Profile;
use crate::wires::{DigestWires, Wires};

/// Common data of a circuit of ours.
pub type Common = CommonCircuitData<F, D>;

/// The limbs of plonky2's decomposition of a challenge.
const CHALLENGE_LIMBS: usize = 63;
/// Binary logarithm of a Merkle cap's length, and of a fold's arity.
const ACCESS_BITS: usize = 4;

/// Degree of the gate that interpolates a fold: the least one with as many intermediate values as degree 8 has.
const FOLD_DEGREE: usize = 6;

/// The gates of every circuit that verifies proofs.
fn gates(config: &CircuitConfig) -> Vec<GateRef<F, D>> {
    let mut fold = CosetInterpolationGate::<F, D>::new(ACCESS_BITS);
    fold.degree = FOLD_DEGREE;
    vec![
        GateRef::new(NoopGate),
        GateRef::new(ConstantGate::new(config.num_constants)),
        GateRef::new(PublicInputGate),
        GateRef::new(ArithmeticGate::new_from_config(config)),
        GateRef::new(ArithmeticExtensionGate::<D>::new_from_config(config)),
        GateRef::new(MulExtensionGate::<D>::new_from_config(config)),
        GateRef::new(BaseSumGate::<2>::new(CHALLENGE_LIMBS)),
        GateRef::new(ReducingExtensionGate::<D>::new(ReducingExtensionGate::<D>::max_coeffs_len(
            config.num_wires,
            config.num_routed_wires,
        ))),
        GateRef::new(RandomAccessGate::<F, D>::new_from_config(config, ACCESS_BITS)),
        GateRef::new(fold),
        GateRef::new(PoseidonMdsGate::<F, D>::new()),
        GateRef::new(PoseidonGate::<F, D>::new()),
    ]
}

/// Common data at another degree. Nothing else in it depends on the number of rows.
fn at_degree(common: Common, degree_bits: usize) -> Common {
    let fri_params = common.config.fri_config.fri_params(degree_bits, common.config.zero_knowledge);
    Common { trace_degree_bits: degree_bits, public_initial_degree_bits: degree_bits, fri_params, ..common }
}

/// Common data of every circuit that verifies proofs in this configuration, has $2^{\text{degree\_bits}}$ rows, and states what a
/// batch states.
#[must_use]
pub fn shape(config: CircuitConfig, degree_bits: usize) -> Common {
    shape_of(config, degree_bits, Statement::ELEMENTS)
}

/// The same for any number of public inputs.
#[must_use]
pub fn shape_of(config: CircuitConfig, degree_bits: usize, public_inputs: usize) -> Common {
    let gates = gates(&config);
    let mut b = Builder::new(config);
    b.add_gates_to_set(gates);
    (0..public_inputs).for_each(|_| {
        let target = b.virtual_target();
        b.register_public_input(target);
    });
    at_degree(b.build_uncommitted().0.common, degree_bits)
}

/// Common data of the leaves of a profile and size, without building them.
#[must_use]
pub fn leaf_shape(profile: Profile, size: LeafSize) -> Common {
    let mut b = Builder::new(profile.leaf_config());
    LeafWires::constrain(&mut b, 1);
    at_degree(b.build_uncommitted().0.common, size.bits().into())
}

/// Common data of the nodes of a profile: all levels, all arities, over leaves of any size.
#[must_use]
pub fn node_shape(profile: Profile) -> Common {
    shape_of(profile.node_config(), profile.node_degree_bits(), PieceStatement::ELEMENTS)
}

/// Fills a circuit that verifies proofs up to $2^{\text{degree\_bits}}$ rows, and builds it.
///
/// # Panics
/// If it has more rows, or a gate that is not in the common set: a mistake in the circuit's code, which no input causes.
#[must_use]
pub fn build(b: Builder, degree_bits: usize) -> CircuitData {
    build_as::<C>(b, degree_bits)
}

/// The same, for other hashes.
///
/// # Panics
/// As [`build`] does.
#[must_use]
pub fn build_as<G>(mut b: Builder, degree_bits: usize) -> plonky2::plonk::circuit_data::CircuitData<F, G, D>
where
    G: GenericConfig<D, F = F, InnerHasher = PoseidonHash>,
    G::Hasher: EightHasher,
{
    let expected = shape_of(b.config().clone(), degree_bits, b.public_inputs());
    b.add_gates_to_set(expected.gates.iter().cloned());
    b.pad_beyond(1 << (degree_bits - 1));
    let data = b.build_as::<G>();
    assert_eq!(data.common, expected, "a circuit that verifies proofs has the common shape");
    data
}

/// A verified child: what it states, as a piece or as a batch, and the wires that its proof is put on.
#[derive(Clone, Debug)]
pub struct ChildWires<S> {
    /// What the child states.
    pub statement: S,
    /// Its proof.
    pub proof: ProofWires,
}

impl<S: Wires> ChildWires<S> {
    /// Verifies a proof of a circuit with this common data, under one of the keys with these ids.
    ///
    /// # Panics
    /// If the list is empty, or the circuit has other public inputs: a mistake in the circuit's code.
    pub fn constrain(b: &mut Builder, common: &Common, ids: &[Digest]) -> Self {
        let statement = S::allocate(b);
        let mut proof = b.inner().add_virtual_proof_with_pis(common);
        let inputs = statement.to_targets();
        assert_eq!(inputs.len(), proof.public_inputs.len(), "a child's public inputs are its statement");
        proof.public_inputs = inputs;
        let key = b.inner().add_virtual_verifier_data(common.config.fri_config.cap_height);
        b.inner().verify_proof::<C>(&proof, &key, common);

        let cap = key.constants_sigmas_cap.0.iter().flat_map(|hash| hash.elements);
        let elements = key.circuit_digest.elements.into_iter().chain(cap).collect();
        let id = b.inner().hash_n_to_hash_no_pad::<PoseidonHash>(elements);
        let choice = b.scope("key", |b| {
            let choice = choice::one_of(b, ids);
            DigestWires { elements: id.elements }.connect(b, &choice.digest);
            choice
        });
        Self { statement, proof: ProofWires { choice, key, proof } }
    }
}

/// The wires that a proof and its key are put on. What is stated is part of the proof.
#[derive(Clone, Debug)]
pub struct ProofWires {
    /// Which of the keys in the list.
    pub choice: Choice,
    key: VerifierCircuitTarget,
    proof: ProofWithPublicInputsTarget<D>,
}

impl ProofWires {
    /// Puts a child on the wires, its key being the entry `chosen` of the list.
    ///
    /// # Errors
    /// If a wire already holds another value.
    pub fn assign(&self, witness: &mut PartialWitness<F>, child: Child<'_>, chosen: usize) -> anyhow::Result<()> {
        witness.set_proof_with_pis_target(&self.proof, child.proof)?;
        witness.set_verifier_data_target(&self.key, child.key.data())?;
        for (i, bit) in self.choice.bits.iter().enumerate() {
            witness.set_target(*bit, F::from_bool(i == chosen))?;
        }
        Ok(())
    }
}

/// A proof, and the key that it is of.
#[derive(Clone, Copy, Debug)]
pub struct Child<'a> {
    /// The key.
    pub key: &'a VerifyingKey,
    /// The proof.
    pub proof: &'a Proof,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf::{PieceWires, StatementWires};

    /// The shape is computed from a few rows; degree aside, rows do not matter.
    #[test]
    fn a_shape_is_that_of_a_circuit_of_its_degree() {
        fn built<S: Wires>(profile: Profile, bits: usize) -> Common {
            let mut b = Builder::new(profile.node_config());
            let statement = S::allocate(&mut b);
            b.register_public_inputs(&statement.to_targets());
            build(b, bits).common
        }
        for (profile, bits) in [(Profile::Fast, 9), (Profile::Proven, 10)] {
            let shapes =
                [Statement::ELEMENTS, PieceStatement::ELEMENTS].map(|n| shape_of(profile.node_config(), bits, n));
            assert_eq!(shapes, [built::<StatementWires>(profile, bits), built::<PieceWires>(profile, bits)]);
        }
    }

    #[test]
    fn nodes_of_the_profiles_differ_in_shape() {
        let [fast, proven] = Profile::ALL.map(node_shape);
        assert_eq!((fast.degree_bits(), proven.degree_bits()), (14, 15));
        assert_ne!(fast.fri_params.config, proven.fri_params.config);
        assert_eq!(fast.gates, proven.gates);
    }
}
