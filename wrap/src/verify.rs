//! # plonky2's verifier, over a machine
//!
//! [`verify_statement`] is the wrap. [`verify()`] is what plonky2 does to a proof of the [last layer](crate::last), as operations of a [`Machine`]. Whatever
//! the proof consists of is a hint; what binds it is written where it happens.
//!
//! | part of the proof | becomes | bound by |
//! |---|---|---|
//! | public inputs | canonical elements | their hash, in the transcript and in a gate; the [public scalars](statement) |
//! | caps | scalars | their digits, in the transcript |
//! | openings, final polynomial, proof of work | canonical elements | the transcript |
//! | leaves, values of cosets | canonical elements | the hash of the leaf, and its path to the cap |
//! | siblings | free | the path |
//! | key: constants' cap, circuit digest, common data | constants | |
//!
//! | module | what |
//! |---|---|
//! | [`range`], [`goldilocks`], [`extension`] | arithmetic |
//! | [`challenger`], [`merkle`], [`public`] | transcript, trees, public inputs |
//! | [`gates`], [`vanishing`] | constraints at the opened point |
//! | [`fri`] | the openings are those of low-degree polynomials |
//! | [`shape`] | what must be so before anything else: lengths |
//! | [`statement`] | nine public scalars |

use furl_circuits::field::{D, F};
use furl_circuits::recursion::Common;
use halo2_proofs::halo2curves::bn256::Fr;
use plonky2::field::types::{Field, PrimeField64};
use plonky2::fri::proof::FriQueryRound;
use plonky2::hash::merkle_tree::MerkleCap;
use plonky2::plonk::config::GenericHashOut;
use plonky2::plonk::proof::OpeningSet;
use thiserror::Error;

use self::challenger::Challenger;
use self::extension::Ext;
use self::fri::{Fri, Index};
use self::goldilocks::{Element, Goldilocks, Sum};
use self::merkle::Path;
use self::shape::ShapeError;
use self::vanishing::Openings;
use crate::last::hash::ScalarHasher;
use crate::last::{LastProof, LastVerifierData};
use crate::machine::Machine;

pub mod challenger;
pub mod extension;
pub mod fri;
pub mod gates;
pub mod goldilocks;
pub mod merkle;
pub mod public;
pub mod range;
pub mod shape;
pub mod statement;
#[cfg(test)]
pub(crate) mod tests;
pub mod vanishing;

/// Why there is no program for a circuit and a proof. A proof that is merely false has one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// A gate of the circuit.
    #[error(transparent)]
    Gate(#[from] gates::UnknownGate),
    /// A length.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// What the proof's transcript gives.
#[derive(Debug)]
struct Transcript<T> {
    plonk: vanishing::Challenges<T>,
    fri: fri::Challenges<T>,
    work: Element<T>,
    indices: Vec<Element<T>>,
    openings: Openings<T>,
    /// Caps of the trees: constants, wires, products, quotients.
    caps: Vec<Vec<T>>,
    /// Caps of the folds.
    folds: Vec<Vec<T>>,
}

/// Demands that a proof is one of this circuit, and gives its public inputs.
///
/// # Errors
/// If circuit or proof have a shape that is not provided for.
pub fn verify<M: Machine>(
    machine: &mut M,
    circuit: &LastVerifierData,
    proof: &LastProof,
) -> Result<Vec<Element<M::Cell>>, VerifyError> {
    shape::check(circuit, proof)?;
    let g = &mut Goldilocks::new(machine);
    g.machine().stage("public inputs");
    let inputs: Vec<_> = proof.public_inputs.iter().map(|v| g.element(*v)).collect();
    let hash = public::hash(g, &inputs);

    g.machine().stage("transcript");
    let transcript = transcript(g, circuit, proof, hash);
    assert_work(g, transcript.work, circuit.common.config.fri_config.proof_of_work_bits);

    g.machine().stage("zeta");
    let hash = hash.map(Sum::from);
    vanishing::assert_quotients(g, &circuit.common, &transcript.openings, &transcript.plonk, &hash)?;

    g.machine().stage("sums of openings");
    let shape = fri_shape(&circuit.common);
    let Transcript { fri: challenges, indices, openings, caps, folds, .. } = transcript;
    let fri = Fri::new(g, shape.clone(), &openings, challenges);
    for (index, round) in indices.into_iter().zip(&proof.proof.opening_proof.query_round_proofs) {
        query(g, &fri, &shape, index, round, [&caps, &folds]);
    }
    Ok(inputs)
}

/// The wrap's program: demands that a last proof is one of this circuit, and that the public scalars are those of its
/// [statement].
///
/// # Errors
/// If circuit or proof have a shape that is not provided for.
pub fn verify_statement<M: Machine>(
    machine: &mut M,
    circuit: &LastVerifierData,
    proof: &LastProof,
) -> Result<(), VerifyError> {
    let inputs = verify(machine, circuit, proof)?;
    let g = &mut Goldilocks::new(machine);
    g.machine().stage("statement");
    let elements = statement::elements(g, &inputs);
    statement::assert_public(g, &elements);
    Ok(())
}

/// The transcript of a proof: its challenges, and all of it that is observed.
fn transcript<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    circuit: &LastVerifierData,
    proof: &LastProof,
    hash: [Element<M::Cell>; 4],
) -> Transcript<M::Cell> {
    let (common, proof) = (&circuit.common, &proof.proof);
    let count = common.config.num_challenges;
    let t = &mut Challenger::new(g);

    let digest = circuit.verifier_only.circuit_digest.to_vec();
    for constant in parameters(common).into_iter().chain(digest) {
        let constant = g.constant(constant);
        t.observe(g, constant);
    }
    hash.into_iter().for_each(|h| t.observe(g, h));

    let constants = circuit.verifier_only.constants_sigmas_cap.0.iter();
    let constants = constants.map(|hash| g.machine().constant(hash.0)).collect();
    let wires = observed_cap(g, t, &proof.wires_cap);
    let betas = t.challenges(g, count);
    let gammas = t.challenges(g, count);
    let products = observed_cap(g, t, &proof.plonk_zs_partial_products_cap);
    let alphas = t.challenges(g, count);
    let quotients = observed_cap(g, t, &proof.quotient_polys_cap);
    let zeta = t.extension(g);

    let openings = hinted_openings(g, &proof.openings);
    t.observe_extensions(g, openings.at_zeta().chain(&openings.zs_next));
    let alpha = t.extension(g);
    let (mut folds, mut fold_challenges) = (vec![], vec![]);
    for cap in &proof.opening_proof.commit_phase_merkle_caps {
        folds.push(observed_cap(g, t, cap));
        fold_challenges.push(t.extension(g));
    }
    let last: Vec<_> = proof.opening_proof.final_poly.coeffs.iter().map(|c| g.ext_element(*c)).collect();
    t.observe_extensions(g, &last);
    let work = g.element(proof.opening_proof.pow_witness);
    t.observe(g, work);
    let work = t.challenge(g);
    let indices = (0..common.config.fri_config.num_query_rounds).map(|_| t.challenge(g)).collect();

    Transcript {
        plonk: vanishing::Challenges { betas, gammas, alphas, zeta },
        fri: fri::Challenges { zeta, alpha, betas: fold_challenges, last },
        work,
        indices,
        openings,
        caps: vec![constants, wires, products, quotients],
        folds,
    }
}

/// The parameters of the FRI, as plonky2 observes them.
fn parameters(common: &Common) -> Vec<F> {
    let (params, config) = (&common.fri_params, &common.fri_params.config);
    let mut elements =
        [config.rate_bits, config.cap_height, config.proof_of_work_bits as usize].map(F::from_canonical_usize).to_vec();
    elements.extend(config.reduction_strategy.serialize::<F>());
    elements.extend(
        [config.num_query_rounds, usize::from(params.leaf_hiding), params.degree_bits].map(F::from_canonical_usize),
    );
    elements.extend(params.reduction_arity_bits.iter().map(|a| F::from_canonical_usize(*a)));
    elements
}

/// A cap by hint, observed.
fn observed_cap<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    t: &mut Challenger<M::Cell>,
    cap: &MerkleCap<F, ScalarHasher>,
) -> Vec<M::Cell> {
    let cells: Vec<_> = cap.0.iter().map(|hash| g.machine().witness(hash.0)).collect();
    t.observe_hashes(g, &cells);
    cells
}

/// Openings by hint.
fn hinted_openings<M: Machine>(g: &mut Goldilocks<'_, M>, set: &OpeningSet<F, D>) -> Openings<M::Cell> {
    let mut all = |values: &[_]| values.iter().map(|v| g.ext_element(*v)).collect();
    Openings {
        constants: all(&set.constants),
        sigmas: all(&set.plonk_sigmas),
        wires: all(&set.wires),
        zs: all(&set.plonk_zs),
        partial_products: all(&set.partial_products),
        quotients: all(&set.quotient_polys),
        zs_next: all(&set.plonk_zs_next),
    }
}

/// Demands that a challenge, as an integer of 64 bits, starts with so many zeros.
fn assert_work<M: Machine>(g: &mut Goldilocks<'_, M>, challenge: Element<M::Cell>, zeros: u32) {
    // v < 2^(64 - n) if and only if 2^(16 + n) v < 2^80; the product is no more than 2^(80 + n) < r.
    let shifted = g.affine(1 << (16 + zeros), challenge.into(), 0);
    g.machine().assert_80_bits(shifted.cell());
}

/// The lowest bits of an element.
fn low_bits<M: Machine>(g: &mut Goldilocks<'_, M>, element: Element<M::Cell>, count: usize) -> Vec<Sum<M::Cell>> {
    let value = g.value(element.into()).to_canonical_u64();
    let bits: Vec<_> = (0..count).map(|k| g.bit((value >> k) & 1 == 1)).collect();
    let low = bits.iter().enumerate().fold(g.zero(), |sum, (k, bit)| g.scale_add(1 << k, *bit, sum));
    // Both sides are integers below 2^(80 + n), so the bits are those of the element.
    let high = g.below_80_bits((value >> count).into());
    let sum = g.scale_add(1 << count, high, low);
    g.machine().assert_equal(sum.cell(), element.cell());
    bits
}

/// The shape of the FRI of a circuit.
fn fri_shape(common: &Common) -> fri::Shape {
    fri::Shape {
        domain_bits: common.fri_params.lde_bits(),
        arities: common.fri_params.reduction_arity_bits.clone(),
        challenges: common.config.num_challenges,
        first_z: shape::leaves(common)[..2].iter().sum(),
        degree_bits: common.degree_bits(),
    }
}

/// Demands that a query's leaves are in their trees, and lead to the final polynomial.
fn query<M: Machine>(
    g: &mut Goldilocks<'_, M>,
    fri: &Fri<M::Cell>,
    shape: &fri::Shape,
    index: Element<M::Cell>,
    round: &FriQueryRound<F, ScalarHasher, D>,
    [caps, folds]: [&[Vec<M::Cell>]; 2],
) {
    g.machine().stage("indices");
    let bits = low_bits(g, index, shape.domain_bits);
    let path = Path::new(g, &bits, caps[0].len().trailing_zeros() as usize);
    let index = Index::new(g, shape, bits);

    let mut values = vec![];
    for ((hints, proof), cap) in round.initial_trees_proof.evals_proofs.iter().zip(caps) {
        g.machine().stage("leaves");
        let (elements, hash) = merkle::leaf(g, hints);
        values.extend(elements.into_iter().map(Sum::from));
        g.machine().stage("paths");
        let siblings: Vec<Fr> = proof.siblings.iter().map(|hash| hash.0).collect();
        path.assert(g, 0, hash, &siblings, cap);
    }
    let (mut cosets, mut skip) = (vec![], 0);
    for ((step, cap), arity) in round.steps.iter().zip(folds).zip(&shape.arities) {
        skip += arity;
        g.machine().stage("leaves of folds");
        let hints: Vec<F> = step.evals.iter().flat_map(|v| v.0).collect();
        let (elements, hash) = merkle::leaf(g, &hints);
        cosets.push(elements.chunks(D).map(|pair| Ext::from([pair[0], pair[1]])).collect());
        g.machine().stage("paths of folds");
        let siblings: Vec<Fr> = step.merkle_proof.siblings.iter().map(|hash| hash.0).collect();
        path.assert(g, skip, hash, &siblings, cap);
    }
    g.machine().stage("folding");
    fri.query(g, &index, &values, &cosets);
}
