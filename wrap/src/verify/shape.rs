//! # Shapes
//!
//! The verifier is a program of fixed length: it takes a proof whose every list has the length that the circuit's common data says.

use furl_circuits::field::{D, Extension, F};
use furl_circuits::recursion::Common;
use halo2_proofs::halo2curves::bn256::Fr;
use plonky2::field::polynomial::PolynomialCoeffs;
use plonky2::field::types::Field;
use plonky2::fri::proof::{FriInitialTreeProof, FriProof, FriQueryRound, FriQueryStep};
use plonky2::hash::merkle_proofs::MerkleProof;
use plonky2::hash::merkle_tree::MerkleCap;
use plonky2::plonk::proof::{OpeningSet, Proof};
use thiserror::Error;

use crate::last::hash::Hash;
use crate::last::{LastProof, LastVerifierData};

/// A circuit or a proof of another shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ShapeError {
    /// The circuit has a feature that the wrap does not know.
    #[error("the wrap verifies no circuit with {0}")]
    Unsupported(&'static str),
    /// A list is too short or too long.
    #[error("{list}: expected {expected}, got {got}")]
    Length {
        /// Which list.
        list: &'static str,
        /// Its length by the circuit.
        expected: usize,
        /// Its length.
        got: usize,
    },
}

fn length(list: &'static str, expected: usize, got: usize) -> Result<(), ShapeError> {
    if expected == got { Ok(()) } else { Err(ShapeError::Length { list, expected, got }) }
}

/// Widths of the leaves of the four trees: constants and permutation, wires, products, quotients.
pub(super) fn leaves(common: &Common) -> [usize; 4] {
    let config = &common.config;
    [
        common.num_constants + config.num_routed_wires,
        config.num_wires,
        config.num_challenges * (1 + common.num_partial_products),
        config.num_challenges * common.quotient_degree_factor,
    ]
}

/// Whether circuit and proof have the shape that is provided for.
pub(super) fn check(circuit: &LastVerifierData, proof: &LastProof) -> Result<(), ShapeError> {
    let common = &circuit.common;
    supported(common)?;
    let cap = 1 << common.config.fri_config.cap_height;
    length("the key's cap", cap, circuit.verifier_only.constants_sigmas_cap.0.len())?;
    length("public inputs", common.num_public_inputs, proof.public_inputs.len())?;
    let proof = &proof.proof;
    for (list, hashes) in [
        ("cap of the wires", &proof.wires_cap),
        ("cap of the products", &proof.plonk_zs_partial_products_cap),
        ("cap of the quotients", &proof.quotient_polys_cap),
    ] {
        length(list, cap, hashes.0.len())?;
    }
    openings(common, &proof.openings)?;

    let (params, fri) = (&common.fri_params, &proof.opening_proof);
    length("folds", params.reduction_arity_bits.len(), fri.commit_phase_merkle_caps.len())?;
    for hashes in &fri.commit_phase_merkle_caps {
        length("cap of a fold", cap, hashes.0.len())?;
    }
    length("final polynomial", params.final_poly_len(), fri.final_poly.coeffs.len())?;
    length("queries", params.config.num_query_rounds, fri.query_round_proofs.len())?;
    let depth = |bits: usize| bits - params.config.cap_height;
    for round in &fri.query_round_proofs {
        let trees = &round.initial_trees_proof.evals_proofs;
        length("trees", leaves(common).len(), trees.len())?;
        for (width, (leaf, path)) in leaves(common).into_iter().zip(trees) {
            length("leaf", width, leaf.len())?;
            length("path", depth(params.lde_bits()), path.siblings.len())?;
        }
        length("cosets", params.reduction_arity_bits.len(), round.steps.len())?;
        let mut bits = params.lde_bits();
        for (arity, step) in params.reduction_arity_bits.iter().zip(&round.steps) {
            bits -= arity;
            length("coset", 1 << arity, step.evals.len())?;
            length("path of a coset", depth(bits), step.merkle_proof.siblings.len())?;
        }
    }
    Ok(())
}

/// A proof of the right shape with zeros everywhere. It is false; a program over it has the operations of one over a true proof.
#[must_use]
pub fn blank(common: &Common) -> LastProof {
    let config = &common.config;
    let (params, challenges) = (&common.fri_params, config.num_challenges);
    let hashes = |count| vec![Hash(Fr::zero()); count];
    let cap = || MerkleCap(hashes(1 << config.fri_config.cap_height));
    let path = |bits: usize| MerkleProof { siblings: hashes(bits - params.config.cap_height) };
    let zeros = |count| vec![Extension::ZERO; count];
    let round = FriQueryRound {
        initial_trees_proof: FriInitialTreeProof {
            evals_proofs: leaves(common).map(|width| (vec![F::ZERO; width], path(params.lde_bits()))).to_vec(),
        },
        steps: params
            .reduction_arity_bits
            .iter()
            .scan(params.lde_bits(), |bits, arity| {
                *bits -= arity;
                Some(FriQueryStep { evals: zeros(1 << arity), merkle_proof: path(*bits) })
            })
            .collect(),
    };
    let proof = Proof {
        wires_cap: cap(),
        plonk_zs_partial_products_cap: cap(),
        quotient_polys_cap: cap(),
        openings: OpeningSet {
            constants: zeros(common.num_constants),
            plonk_sigmas: zeros(config.num_routed_wires),
            wires: zeros(config.num_wires),
            plonk_zs: zeros(challenges),
            plonk_zs_next: zeros(challenges),
            partial_products: zeros(challenges * common.num_partial_products),
            quotient_polys: zeros(challenges * common.quotient_degree_factor),
            lookup_zs: vec![],
            lookup_zs_next: vec![],
        },
        opening_proof: FriProof {
            commit_phase_merkle_caps: params.reduction_arity_bits.iter().map(|_| cap()).collect(),
            query_round_proofs: vec![round; params.config.num_query_rounds],
            final_poly: PolynomialCoeffs::new(zeros(params.final_poly_len())),
            pow_witness: F::ZERO,
        },
    };
    LastProof { proof, public_inputs: vec![F::ZERO; common.num_public_inputs] }
}

fn openings(common: &Common, set: &OpeningSet<F, D>) -> Result<(), ShapeError> {
    let config = &common.config;
    let challenges = config.num_challenges;
    length("openings of constants", common.num_constants, set.constants.len())?;
    length("openings of the permutation", config.num_routed_wires, set.plonk_sigmas.len())?;
    length("openings of wires", config.num_wires, set.wires.len())?;
    length("openings of products", challenges, set.plonk_zs.len())?;
    length("next openings of products", challenges, set.plonk_zs_next.len())?;
    length("openings of partial products", challenges * common.num_partial_products, set.partial_products.len())?;
    length("openings of quotients", challenges * common.quotient_degree_factor, set.quotient_polys.len())?;
    length("openings of lookups", 0, set.lookup_zs.len())?;
    length("next openings of lookups", 0, set.lookup_zs_next.len())
}

/// Whether the circuit has only what the wrap knows.
fn supported(common: &Common) -> Result<(), ShapeError> {
    let params = &common.fri_params;
    let chunks = common.config.num_routed_wires.div_ceil(common.quotient_degree_factor);
    let folded: usize = params.reduction_arity_bits.iter().sum();
    let unsupported = [
        (common.num_lookup_polys != 0 || common.num_lookup_selectors != 0, "lookups"),
        (common.config.zero_knowledge || params.leaf_hiding, "blinding"),
        (params.config != common.config.fri_config, "two configurations of its FRI"),
        (
            [params.degree_bits, common.public_initial_degree_bits()] != [common.degree_bits(); 2],
            "a codeword of another degree than its rows",
        ),
        (params.config.proof_of_work_bits > 48, "a proof of work of more than 48 bits"),
        (chunks != common.num_partial_products + 1, "partial products that do not cover the wires"),
        (params.reduction_arity_bits.contains(&0), "a fold that does not fold"),
        (folded + params.config.cap_height > params.lde_bits(), "trees of folds below their caps"),
        (params.lde_bits() > 32, "a domain larger than the field has"),
    ];
    unsupported.into_iter().find(|(is, _)| *is).map_or(Ok(()), |(_, what)| Err(ShapeError::Unsupported(what)))
}
