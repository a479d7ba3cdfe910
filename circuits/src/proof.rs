//! # Proofs as bytes
//!
//! One proof, one string of bytes. The body of a proof is a sequence of field elements and nothing else,
//! each as eight bytes, little-endian, canonical (below p = 2^64 − 2^32 + 1). How many there are, and what
//! each is, follows from the circuit alone, so the body carries no length, no count and no tag. Hence:
//!
//! - the length is known before a byte is read or allocated ([`proof_bytes`]), and any other is refused;
//! - what is left to go wrong is one element that is not canonical, and the error says where;
//! - decoding is injective: bytes that decode are the bytes that encode what was decoded.
//!
//! In order (a hash is four elements, an extension element two):
//!
//! | part                        | elements                                                                |
//! |-----------------------------|-------------------------------------------------------------------------|
//! | caps                        | wires, permutation products, quotient: 2^cap hashes each                  |
//! | openings, two elements each | constants, sigmas, wires, Z, next Z, lookups, next lookups, partial products, quotient |
//! | fold caps                   | one cap a fold                                                          |
//! | queries, each               | four leaves with their paths, then one coset with its path a fold       |
//! | final polynomial            | two elements a coefficient                                              |
//! | grinding                    | one element                                                             |
//!
//! This is the order of the library's own bytes, without the length byte in front of every Merkle path and
//! without the public inputs. Those are not in the body on purpose: the caller recomputes them from the
//! statement that it believes, so that a proof cannot bring a statement of its own.
//!
//! The library's own reader is not used. In version 1.6.0 it accepts bytes after the end and elements above p
//! when built for release, and panics on the latter when built for debugging.
//!
//! **Not checked here:** that the proof is true. A decoded proof has the shape that its circuit demands; that
//! is all.

use plonky2::field::extension::FieldExtension;
use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::field::polynomial::PolynomialCoeffs;
use plonky2::field::types::{Field, Field64, PrimeField64};
use plonky2::fri::proof::{FriInitialTreeProof, FriProof, FriQueryRound, FriQueryStep};
use plonky2::hash::hash_types::{HashOut, NUM_HASH_OUT_ELTS};
use plonky2::hash::merkle_proofs::MerkleProof;
use plonky2::hash::merkle_tree::MerkleCap;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::plonk::circuit_data::CommonCircuitData;
use plonky2::plonk::plonk_common::{PlonkOracle, salt_size};
use plonky2::plonk::proof::{OpeningSet, Proof, ProofWithPublicInputs};
use thiserror::Error;

use crate::field::{C, D, F};

type Extension = QuadraticExtension<F>;
type Cap = MerkleCap<F, PoseidonHash>;
type Path = MerkleProof<F, PoseidonHash>;

/// Bytes of one field element.
const ELEMENT_BYTES: usize = 8;

/// Bytes that are not the body of a proof of the circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The body is shorter or longer than the circuit's proofs are.
    #[error("malformed proof: expected {expected} bytes, got {got}")]
    Length {
        /// The length of every proof of the circuit.
        expected: usize,
        /// The length of the body as given.
        got: usize,
    },
    /// Eight bytes are not the canonical form of a field element.
    #[error(
        "malformed proof: expected an element below {order:#x} at byte {offset}, got {got:#018x}",
        order = F::ORDER
    )]
    NonCanonical {
        /// Where the element starts in the body.
        offset: usize,
        /// The element as read.
        got: u64,
    },
    /// The caller's statement has another number of elements than the circuit's.
    #[error("expected {expected} public inputs, got {got}")]
    PublicInputs {
        /// The circuit's number of public inputs.
        expected: usize,
        /// The number as given.
        got: usize,
    },
}

/// How many polynomials each of the four oracles holds, with the salt of its leaves (0 unless the circuit is
/// blinded), in the order of the proof: constants and sigmas, wires, permutation products, quotient.
fn leaf_lengths(common: &CommonCircuitData<F, D>) -> [usize; 4] {
    let config = &common.config;
    let salt = |oracle: PlonkOracle| salt_size(oracle.blinding && common.fri_params.leaf_hiding);
    [
        common.num_constants + config.num_routed_wires + salt(PlonkOracle::CONSTANTS_SIGMAS),
        config.num_wires + salt(PlonkOracle::WIRES),
        config.num_challenges * (1 + common.num_partial_products + common.num_lookup_polys)
            + salt(PlonkOracle::ZS_PARTIAL_PRODUCTS),
        config.num_challenges * common.quotient_degree_factor + salt(PlonkOracle::QUOTIENT),
    ]
}

/// Lengths of the Merkle paths: that of the four oracles, and that of each fold.
///
/// The trees end in a cap; the builder makes none lower than its cap, so nothing is cut off at zero.
fn path_lengths(common: &CommonCircuitData<F, D>) -> (usize, Vec<usize>) {
    let fri = &common.fri_params;
    let mut height = fri.lde_bits().saturating_sub(fri.config.cap_height);
    let initial = height;
    let folds = fri.reduction_arity_bits.iter().map(|&arity_bits| {
        height = height.saturating_sub(arity_bits);
        height
    });
    (initial, folds.collect())
}

/// The length in bytes of every proof of the circuit, public inputs not counted.
#[must_use]
pub fn proof_bytes(common: &CommonCircuitData<F, D>) -> usize {
    let config = &common.config;
    let fri = &common.fri_params;
    let cap = NUM_HASH_OUT_ELTS << fri.config.cap_height;
    let folds = fri.reduction_arity_bits.len();

    let openings = common.num_constants
        + config.num_routed_wires
        + config.num_wires
        + config.num_challenges
            * (2 + 2 * common.num_lookup_polys + common.num_partial_products + common.quotient_degree_factor);

    let (initial_path, fold_paths) = path_lengths(common);
    let leaves = leaf_lengths(common).iter().sum::<usize>() + 4 * NUM_HASH_OUT_ELTS * initial_path;
    let cosets = fri
        .reduction_arity_bits
        .iter()
        .zip(&fold_paths)
        .map(|(&arity_bits, &path)| (D << arity_bits) + NUM_HASH_OUT_ELTS * path)
        .sum::<usize>();

    let elements = (3 + folds) * cap
        + D * openings
        + fri.config.num_query_rounds * (leaves + cosets)
        + D * fri.final_poly_len()
        + 1;
    ELEMENT_BYTES * elements
}

/// The body of `proof`: [`proof_bytes`] bytes for a proof of the circuit.
///
/// A proof of another circuit has another body, which [`decode`] or the verifier refuses.
#[must_use]
pub fn encode(proof: &Proof<F, C, D>, common: &CommonCircuitData<F, D>) -> Vec<u8> {
    let mut out = Writer(Vec::with_capacity(proof_bytes(common)));
    out.cap(&proof.wires_cap);
    out.cap(&proof.plonk_zs_partial_products_cap);
    out.cap(&proof.quotient_polys_cap);
    out.openings(&proof.openings);

    let fri = &proof.opening_proof;
    for cap in &fri.commit_phase_merkle_caps {
        out.cap(cap);
    }
    for round in &fri.query_round_proofs {
        for (leaf, path) in &round.initial_trees_proof.evals_proofs {
            out.elements(leaf);
            out.hashes(&path.siblings);
        }
        for step in &round.steps {
            out.extensions(&step.evals);
            out.hashes(&step.merkle_proof.siblings);
        }
    }
    out.extensions(&fri.final_poly.coeffs);
    out.elements(&[fri.pow_witness]);
    out.0
}

/// The proof of a body, joined with the public inputs that the caller computed from the statement.
///
/// # Errors
/// [`ProofError`]: the number of public inputs is not the circuit's, the length is not [`proof_bytes`], or an
/// element is not canonical. No body makes it panic.
pub fn decode(
    bytes: &[u8],
    common: &CommonCircuitData<F, D>,
    public_inputs: &[F],
) -> Result<ProofWithPublicInputs<F, C, D>, ProofError> {
    if public_inputs.len() != common.num_public_inputs {
        return Err(ProofError::PublicInputs { expected: common.num_public_inputs, got: public_inputs.len() });
    }
    let mut body = Reader::new(bytes, common)?;
    let cap_height = common.fri_params.config.cap_height;
    let proof = Proof {
        wires_cap: body.cap(cap_height)?,
        plonk_zs_partial_products_cap: body.cap(cap_height)?,
        quotient_polys_cap: body.cap(cap_height)?,
        openings: body.openings(common)?,
        opening_proof: body.fri_proof(common)?,
    };
    body.finish()?;
    Ok(ProofWithPublicInputs { proof, public_inputs: public_inputs.to_vec() })
}

/// Appends to a body.
struct Writer(Vec<u8>);

impl Writer {
    fn elements(&mut self, elements: &[F]) {
        for element in elements {
            self.0.extend_from_slice(&element.to_canonical_u64().to_le_bytes());
        }
    }

    fn extensions(&mut self, elements: &[Extension]) {
        for element in elements {
            self.elements(&element.0);
        }
    }

    fn hashes(&mut self, hashes: &[HashOut<F>]) {
        for hash in hashes {
            self.elements(&hash.elements);
        }
    }

    fn cap(&mut self, cap: &Cap) {
        self.hashes(&cap.0);
    }

    fn openings(&mut self, openings: &OpeningSet<F, D>) {
        let OpeningSet {
            constants,
            plonk_sigmas,
            wires,
            plonk_zs,
            plonk_zs_next,
            partial_products,
            quotient_polys,
            lookup_zs,
            lookup_zs_next,
        } = openings;
        for part in [
            constants,
            plonk_sigmas,
            wires,
            plonk_zs,
            plonk_zs_next,
            lookup_zs,
            lookup_zs_next,
            partial_products,
            quotient_polys,
        ] {
            self.extensions(part);
        }
    }
}

/// Reads a body from the front. It is made only over a body of the right length; still, every read is
/// checked against what is left.
struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], common: &CommonCircuitData<F, D>) -> Result<Self, ProofError> {
        let expected = proof_bytes(common);
        if bytes.len() != expected {
            return Err(ProofError::Length { expected, got: bytes.len() });
        }
        Ok(Self { rest: bytes, length: expected })
    }

    fn finish(self) -> Result<(), ProofError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(ProofError::Length { expected: self.length - self.rest.len(), got: self.length })
    }

    fn element(&mut self) -> Result<F, ProofError> {
        let offset = self.length - self.rest.len();
        let Some((element, rest)) = self.rest.split_first_chunk::<ELEMENT_BYTES>() else {
            return Err(ProofError::Length { expected: offset + ELEMENT_BYTES, got: self.length });
        };
        let got = u64::from_le_bytes(*element);
        if got >= F::ORDER {
            return Err(ProofError::NonCanonical { offset, got });
        }
        self.rest = rest;
        Ok(F::from_canonical_u64(got))
    }

    fn elements(&mut self, count: usize) -> Result<Vec<F>, ProofError> {
        (0..count).map(|_| self.element()).collect()
    }

    fn extensions(&mut self, count: usize) -> Result<Vec<Extension>, ProofError> {
        (0..count).map(|_| Ok(Extension::from_basefield_array([self.element()?, self.element()?]))).collect()
    }

    fn hashes(&mut self, count: usize) -> Result<Vec<HashOut<F>>, ProofError> {
        (0..count)
            .map(|_| {
                let mut elements = [F::ZERO; NUM_HASH_OUT_ELTS];
                for element in &mut elements {
                    *element = self.element()?;
                }
                Ok(HashOut { elements })
            })
            .collect()
    }

    fn cap(&mut self, height: usize) -> Result<Cap, ProofError> {
        Ok(MerkleCap(self.hashes(1 << height)?))
    }

    fn path(&mut self, length: usize) -> Result<Path, ProofError> {
        Ok(MerkleProof { siblings: self.hashes(length)? })
    }

    fn openings(&mut self, common: &CommonCircuitData<F, D>) -> Result<OpeningSet<F, D>, ProofError> {
        let config = &common.config;
        let challenges = config.num_challenges;
        Ok(OpeningSet {
            constants: self.extensions(common.num_constants)?,
            plonk_sigmas: self.extensions(config.num_routed_wires)?,
            wires: self.extensions(config.num_wires)?,
            plonk_zs: self.extensions(challenges)?,
            plonk_zs_next: self.extensions(challenges)?,
            lookup_zs: self.extensions(challenges * common.num_lookup_polys)?,
            lookup_zs_next: self.extensions(challenges * common.num_lookup_polys)?,
            partial_products: self.extensions(challenges * common.num_partial_products)?,
            quotient_polys: self.extensions(challenges * common.quotient_degree_factor)?,
        })
    }

    fn fri_proof(&mut self, common: &CommonCircuitData<F, D>) -> Result<FriProof<F, PoseidonHash, D>, ProofError> {
        let fri = &common.fri_params;
        let leaves = leaf_lengths(common);
        let (initial_path, fold_paths) = path_lengths(common);
        Ok(FriProof {
            commit_phase_merkle_caps: fold_paths
                .iter()
                .map(|_| self.cap(fri.config.cap_height))
                .collect::<Result<_, _>>()?,
            query_round_proofs: (0..fri.config.num_query_rounds)
                .map(|_| self.query_round(leaves, initial_path, &fri.reduction_arity_bits, &fold_paths))
                .collect::<Result<_, _>>()?,
            final_poly: PolynomialCoeffs::new(self.extensions(fri.final_poly_len())?),
            pow_witness: self.element()?,
        })
    }

    fn query_round(
        &mut self,
        leaves: [usize; 4],
        initial_path: usize,
        arity_bits: &[usize],
        fold_paths: &[usize],
    ) -> Result<FriQueryRound<F, PoseidonHash, D>, ProofError> {
        let evals_proofs = leaves
            .into_iter()
            .map(|length| Ok((self.elements(length)?, self.path(initial_path)?)))
            .collect::<Result<_, _>>()?;
        let steps = arity_bits
            .iter()
            .zip(fold_paths)
            .map(|(&bits, &path)| {
                Ok(FriQueryStep { evals: self.extensions(1 << bits)?, merkle_proof: self.path(path)? })
            })
            .collect::<Result<_, _>>()?;
        Ok(FriQueryRound { initial_trees_proof: FriInitialTreeProof { evals_proofs }, steps })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use plonky2::gates::noop::NoopGate;
    use plonky2::iop::witness::{PartialWitness, WitnessWrite};
    use plonky2::plonk::circuit_builder::CircuitBuilder;
    use plonky2::plonk::circuit_data::{CircuitConfig, CircuitData};
    use proptest::prelude::*;

    use super::*;
    use crate::profile::Profile;

    struct Toy {
        data: CircuitData<F, C, D>,
        proof: ProofWithPublicInputs<F, C, D>,
    }

    impl Toy {
        /// A proof of "I know x with x³ = 27, and hash it", at least `rows` rows long.
        fn new(config: CircuitConfig, rows: usize, lookup: bool) -> Self {
            let mut b = CircuitBuilder::<F, D>::new(config);
            let x = b.add_virtual_target();
            let cube = b.cube(x);
            b.register_public_input(cube);
            let hash = b.hash_n_to_hash_no_pad::<PoseidonHash>(vec![x]);
            b.register_public_inputs(&hash.elements);
            if lookup {
                let table = b.add_lookup_table_from_pairs(Arc::new(vec![(3, 9), (4, 16)]));
                let square = b.add_lookup_from_index(x, table);
                b.register_public_input(square);
            }
            while b.num_gates() < rows {
                b.add_gate(NoopGate, vec![]);
            }
            let data = b.build::<C>();
            let mut witness = PartialWitness::new();
            witness.set_target(x, F::from_canonical_u64(3)).unwrap();
            let proof = data.prove(witness).unwrap();
            Self { data, proof }
        }

        /// As few bytes as a proof can have: no caps, one query.
        fn tiny() -> Self {
            Self::new(tiny_config(), 1 << 6, false)
        }

        fn encode(&self) -> Vec<u8> {
            encode(&self.proof.proof, &self.data.common)
        }

        fn decode(&self, bytes: &[u8]) -> Result<ProofWithPublicInputs<F, C, D>, ProofError> {
            decode(bytes, &self.data.common, &self.proof.public_inputs)
        }

        /// Malformed, or another proof with these very bytes.
        fn assert_strict(&self, bytes: &[u8]) {
            match self.decode(bytes) {
                Ok(decoded) => assert_eq!(encode(&decoded.proof, &self.data.common), bytes),
                Err(ProofError::Length { expected, got }) => {
                    assert_eq!(expected, proof_bytes(&self.data.common));
                    assert_eq!(got, bytes.len());
                    assert_ne!(expected, got);
                }
                Err(ProofError::NonCanonical { offset, got }) => {
                    assert!(got >= F::ORDER);
                    assert_eq!(bytes[offset..offset + 8], got.to_le_bytes());
                }
                Err(error @ ProofError::PublicInputs { .. }) => panic!("{error}"),
            }
        }
    }

    fn tiny_config() -> CircuitConfig {
        let mut config = Profile::Fast.leaf_config();
        config.security_bits = 0;
        config.fri_config.cap_height = 0;
        config.fri_config.proof_of_work_bits = 0;
        config.fri_config.num_query_rounds = 1;
        config
    }

    /// Circuits of every kind of layout: each profile, no fold and several, lookups, blinding.
    fn layouts() -> Vec<Toy> {
        let blinded = CircuitConfig { zero_knowledge: true, ..tiny_config() };
        vec![
            Toy::new(Profile::Fast.leaf_config(), 1 << 3, false),
            Toy::new(Profile::Fast.leaf_config(), 1 << 10, false),
            Toy::new(Profile::Proven.leaf_config(), 1 << 6, false),
            Toy::tiny(),
            Toy::new(tiny_config(), 1 << 6, true),
            Toy::new(blinded, 1 << 6, false),
        ]
    }

    #[test]
    fn what_is_encoded_is_decoded_and_verifies() {
        for toy in layouts() {
            let bytes = toy.encode();
            assert_eq!(bytes.len(), proof_bytes(&toy.data.common));
            let decoded = toy.decode(&bytes).unwrap();
            assert_eq!(decoded, toy.proof);
            toy.data.verify(decoded).unwrap();
        }
    }

    /// The library's bytes, without the length bytes of Merkle paths and the public inputs, are as many.
    #[test]
    fn the_length_agrees_with_the_library() {
        for toy in layouts() {
            let fri = &toy.data.common.fri_params;
            let paths = fri.config.num_query_rounds * (4 + fri.reduction_arity_bits.len());
            let inputs = 8 + 8 * toy.proof.public_inputs.len();
            assert_eq!(proof_bytes(&toy.data.common) + paths + inputs, toy.proof.to_bytes().len());
        }
    }

    #[test]
    fn every_flipped_byte_is_another_proof_or_none() {
        let toy = Toy::tiny();
        let mut bytes = toy.encode();
        for index in 0..bytes.len() {
            for mask in [0x01, 0x80, 0xff] {
                bytes[index] ^= mask;
                toy.assert_strict(&bytes);
                assert_ne!(toy.decode(&bytes).ok().as_ref(), Some(&toy.proof));
                bytes[index] ^= mask;
            }
        }
    }

    #[test]
    fn a_flipped_byte_never_verifies() {
        let toy = Toy::new(Profile::Fast.leaf_config(), 1 << 3, false);
        let mut bytes = toy.encode();
        for index in (0..bytes.len()).step_by(bytes.len() / 199) {
            bytes[index] ^= 1;
            if let Ok(decoded) = toy.decode(&bytes) {
                assert!(toy.data.verify(decoded).is_err(), "byte {index}");
            }
            bytes[index] ^= 1;
        }
    }

    #[test]
    fn every_other_length_is_refused() {
        let toy = Toy::tiny();
        let mut bytes = toy.encode();
        let expected = bytes.len();
        for got in 0..expected {
            assert_eq!(toy.decode(&bytes[..got]), Err(ProofError::Length { expected, got }));
        }
        for extra in 1..=1000 {
            bytes.push(0);
            assert_eq!(toy.decode(&bytes), Err(ProofError::Length { expected, got: expected + extra }));
        }
    }

    /// Each element in turn is written as x + p where that fits, and as p itself.
    #[test]
    fn every_other_form_of_an_element_is_refused() {
        let toy = Toy::tiny();
        let honest = toy.encode();
        for offset in (0..honest.len()).step_by(ELEMENT_BYTES) {
            let mut bytes = honest.clone();
            let element = bytes[offset..].first_chunk_mut::<ELEMENT_BYTES>().unwrap();
            let x = u64::from_le_bytes(*element);
            for got in x.checked_add(F::ORDER).into_iter().chain([F::ORDER]) {
                *bytes[offset..].first_chunk_mut().unwrap() = got.to_le_bytes();
                assert_eq!(toy.decode(&bytes), Err(ProofError::NonCanonical { offset, got }));
            }
        }
    }

    #[test]
    fn public_inputs_are_counted_but_taken_as_given() {
        let toy = Toy::tiny();
        let bytes = toy.encode();
        let mut inputs = toy.proof.public_inputs.clone();
        inputs[0] += F::ONE;
        let other = decode(&bytes, &toy.data.common, &inputs).unwrap();
        assert!(toy.data.verify(other).is_err());
        inputs.push(F::ZERO);
        assert_eq!(decode(&bytes, &toy.data.common, &inputs), Err(ProofError::PublicInputs { expected: 5, got: 6 }));
    }

    #[test]
    fn another_circuits_proof_is_refused() {
        let tiny = Toy::tiny();
        for other in [Toy::new(tiny_config(), 1 << 6, true), Toy::new(Profile::Proven.leaf_config(), 1 << 6, false)] {
            assert!(matches!(tiny.decode(&other.encode()), Err(ProofError::Length { .. })));
        }
    }

    #[test]
    fn random_bytes_do_not_panic() {
        let toy = Toy::tiny();
        let length = proof_bytes(&toy.data.common);
        proptest!(|(bytes in prop::collection::vec(any::<u8>(), length))| {
            toy.assert_strict(&bytes);
        });
        // Below 2^56 every element is canonical, so that these decode to the end.
        proptest!(|(mut bytes in prop::collection::vec(any::<u8>(), length))| {
            for element in bytes.chunks_mut(ELEMENT_BYTES) {
                element[ELEMENT_BYTES - 1] = 0;
            }
            let decoded = toy.decode(&bytes).unwrap();
            prop_assert_eq!(encode(&decoded.proof, &toy.data.common), bytes);
            prop_assert!(toy.data.verify(decoded).is_err());
        });
        proptest!(|(bytes in prop::collection::vec(any::<u8>(), 0..2 * length))| {
            toy.assert_strict(&bytes);
        });
    }
}
