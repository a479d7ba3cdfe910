//! # The prover: from inputs to a proof
//!
//! The protocol is plonky2's, message by message, and so are the proofs: whoever verifies them cannot tell which prover made them. The order of the messages:
//!
//! | prover commits to or sends | then draws |
//! |---|---|
//! | parameters, circuit digest, hash of the public inputs, wires | $\beta$, $\gamma$ |
//! | running products | $\alpha$ |
//! | quotient, in chunks of the degree | $\zeta$ |
//! | openings at $\zeta$ and, of the $Z$, at $g\zeta$ | and on into FRI |
//!
//! **Not done here:** lookups, blinding. No circuit of Furl has them; one that does is refused.

use plonky2::field::extension::Extendable;
use plonky2::field::types::Field;
use plonky2::fri::proof::FriProof;
use plonky2::fri::structure::{
    FriBatchInfo, FriInstanceInfo, FriOpeningBatch, FriOpeningExpression, FriOpenings, FriOracleInfo, FriPolynomialInfo,
};
use plonky2::fri::{FriChallenger, FriParamsObserve};
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::challenger::Challenger;
use plonky2::iop::generator::generate_partial_witness;
use plonky2::iop::witness::{PartialWitness, PartitionWitness, Witness};
use plonky2::plonk::config::{GenericConfig, Hasher};
use plonky2::plonk::proof::OpeningSet;
use plonky2::util::timing::TimingTree;
use rayon::prelude::*;
use thiserror::Error;

use crate::commit::Committer;
use crate::hash::EightHasher;
use crate::products::running_products;
use crate::quotient::Constraints;
use crate::simd::Backend;
use crate::times::{Stage, Times};
use crate::{CircuitData, Commitment, Common, D, F, Proof};

type Extension = <F as Extendable<D>>::Extension;

/// Openings, and the proof of them.
type Opened<H> = (OpeningSet<F, D>, FriProof<F, H, D>);

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The circuit has something that this prover does not do.
    #[error("the engine proves circuits without {0}, and this one has them")]
    Unsupported(&'static str),
    /// The inputs contradict each other or the circuit, or leave a wire open.
    #[error("the inputs make no witness: {0}")]
    Witness(anyhow::Error),
    /// A challenge of probability $2^{-100}$; another try draws another.
    #[error("the opening point lies in the subgroup")]
    OpeningPoint,
}

/// Proves that the circuit has a witness with these inputs, on the fastest instructions of this processor.
///
/// The proof is not verified here. It is false if the inputs break the circuit.
///
/// # Errors
/// If the inputs make no witness, or the circuit is not one of Furl's kind.
pub fn prove<G>(circuit: &CircuitData<G>, inputs: PartialWitness<F>) -> Result<Proof<G>, ProveError>
where
    G: GenericConfig<D, F = F, InnerHasher = PoseidonHash>,
    G::Hasher: EightHasher,
{
    prove_timed(circuit, inputs, &mut Times::default())
}

/// Like [`prove`]; adds to `times` what it spends.
///
/// # Errors
/// As [`prove`].
pub fn prove_timed<G>(
    circuit: &CircuitData<G>,
    inputs: PartialWitness<F>,
    times: &mut Times,
) -> Result<Proof<G>, ProveError>
where
    G: GenericConfig<D, F = F, InnerHasher = PoseidonHash>,
    G::Hasher: EightHasher,
{
    let generated =
        times.time(Stage::Witness, || generate_partial_witness(inputs, &circuit.prover_only, &circuit.common));
    prove_witness(Backend::detect(), circuit, &generated.map_err(ProveError::Witness)?, times)
}

/// Proves a finished witness, on the given instructions.
///
/// # Errors
/// If the circuit is not one of Furl's kind.
pub fn prove_witness<G>(
    backend: Backend,
    circuit: &CircuitData<G>,
    witness: &PartitionWitness<'_, F>,
    times: &mut Times,
) -> Result<Proof<G>, ProveError>
where
    G: GenericConfig<D, F = F, InnerHasher = PoseidonHash>,
    G::Hasher: EightHasher,
{
    let (prover, common) = (&circuit.prover_only, &circuit.common);
    refuse_unsupported(common)?;
    let challenges = common.config.num_challenges;
    let committer = Committer { backend, config: &common.config.fri_config, roots: prover.fft_root_table.as_ref() };
    let public_inputs = witness.get_targets(&prover.public_inputs);
    let public_inputs_hash = PoseidonHash::hash_no_pad(&public_inputs);
    let columns = times.time(Stage::Witness, || columns(witness));

    let mut challenger = Challenger::<F, G::Hasher>::new();
    common.fri_params.observe(&mut challenger);
    challenger.observe_hash::<G::Hasher>(prover.circuit_digest);
    challenger.observe_hash::<PoseidonHash>(public_inputs_hash);
    let wires: Commitment<G> = committer.values(columns.clone(), times);
    challenger.observe_cap::<G::Hasher>(&wires.merkle_tree.cap);
    let betas = challenger.get_n_challenges(challenges);
    let gammas = challenger.get_n_challenges(challenges);

    let products = times.time(Stage::Products, || running_products(prover, common, &columns, &betas, &gammas));
    drop(columns);
    let products: Commitment<G> = committer.values(products, times);
    challenger.observe_cap::<G::Hasher>(&products.merkle_tree.cap);
    let alphas = challenger.get_n_challenges(challenges);

    let (betas, gammas, alphas) = (&betas, &gammas, &alphas);
    let constraints =
        Constraints { prover, common, public_inputs_hash, wires: &wires, products: &products, betas, gammas, alphas };
    let quotients = times.time(Stage::Quotient, || constraints.quotients());
    let chunks = quotients.iter().flat_map(|quotient| quotient.chunks(common.degree())).collect();
    let quotients: Commitment<G> = committer.polynomials(chunks, times);
    challenger.observe_cap::<G::Hasher>(&quotients.merkle_tree.cap);

    let oracles = [&prover.constants_sigmas_commitment, &wires, &products, &quotients];
    let (openings, opening_proof) = times.time(Stage::Openings, || open(common, &oracles, &mut challenger))?;
    let proof = plonky2::plonk::proof::Proof {
        wires_cap: wires.merkle_tree.cap,
        plonk_zs_partial_products_cap: products.merkle_tree.cap,
        quotient_polys_cap: quotients.merkle_tree.cap,
        openings,
        opening_proof,
    };
    Ok(Proof { proof, public_inputs })
}

fn refuse_unsupported(common: &Common) -> Result<(), ProveError> {
    if !common.luts.is_empty() {
        return Err(ProveError::Unsupported("lookup tables"));
    }
    if common.config.zero_knowledge {
        return Err(ProveError::Unsupported("blinded polynomials"));
    }
    Ok(())
}

/// The values of each wire, by row; zero where nothing was set.
fn columns(witness: &PartitionWitness<'_, F>) -> Vec<Vec<F>> {
    let value = |row: usize, column: usize| {
        let class = witness.representative_map[row * witness.num_wires + column];
        witness.values[class].unwrap_or(F::ZERO)
    };
    let column = |column: usize| (0..witness.degree).map(|row| value(row, column)).collect();
    (0..witness.num_wires).into_par_iter().map(column).collect()
}

/// Opens all polynomials at a point that is drawn, and the $Z$ at the next one.
fn open<G: GenericConfig<D, F = F>>(
    common: &Common,
    oracles: &[&Commitment<G>; 4],
    challenger: &mut Challenger<F, G::Hasher>,
) -> Result<Opened<G::Hasher>, ProveError> {
    let [fixed, wires, products, quotients] = oracles;
    let zeta = challenger.get_extension_challenge::<D>();
    if zeta.exp_power_of_2(common.degree_bits()) == Extension::ONE {
        return Err(ProveError::OpeningPoint);
    }
    let g = Extension::primitive_root_of_unity(common.degree_bits());
    let openings = OpeningSet::new(zeta, g, fixed, wires, products, quotients, common);
    challenger.observe_openings(&opened_values(&openings));
    let instance = opened_polynomials(common, zeta, g * zeta);
    let (params, mut timing) = (&common.fri_params, TimingTree::default());
    let proof = Commitment::<G>::prove_openings(&instance, oracles, challenger, params, None, None, &mut timing);
    Ok((openings, proof))
}

/// The openings in the order of [`opened_polynomials`].
fn opened_values(openings: &OpeningSet<F, D>) -> FriOpenings<F, D> {
    let OpeningSet { constants, plonk_sigmas, wires, plonk_zs, partial_products, quotient_polys, .. } = openings;
    let at_zeta = [constants, plonk_sigmas, wires, plonk_zs, partial_products, quotient_polys].map(Vec::as_slice);
    let batches = [at_zeta.concat(), openings.plonk_zs_next.clone()];
    FriOpenings { batches: batches.map(|values| FriOpeningBatch { values }).into() }
}

/// Which polynomials are opened at `zeta` and at `next`.
fn opened_polynomials(common: &Common, zeta: Extension, next: Extension) -> FriInstanceInfo<F, D> {
    let challenges = common.config.num_challenges;
    // Constants and permutation; wires; products; quotient chunks. Whether an oracle could be blinded is part of its description.
    let oracles = [
        (common.sigmas_range().end, false),
        (common.config.num_wires, true),
        (challenges * (1 + common.num_partial_products), true),
        (challenges * common.quotient_degree_factor, true),
    ];
    let open = |oracle_index: usize, polynomials: core::ops::Range<usize>| {
        let info = move |polynomial_index| FriPolynomialInfo { oracle_index, polynomial_index };
        polynomials.map(move |index| FriOpeningExpression::raw(info(index)))
    };
    let all = oracles.iter().enumerate().flat_map(|(oracle, (size, _))| open(oracle, 0..*size)).collect();
    let zs = open(2, common.zs_range()).collect();
    FriInstanceInfo {
        oracles: oracles.map(|(num_polys, blinding)| FriOracleInfo { num_polys, blinding }).into(),
        batches: vec![FriBatchInfo { point: zeta, openings: all }, FriBatchInfo { point: next, openings: zs }],
    }
}
