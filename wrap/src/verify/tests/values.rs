//! Every challenge and every intermediate value of the verifier against plonky2's own.
//!
//! What plonky2 computes is called where it is public: challenges, gates with their filters, sums of openings, the combination of a query's
//! leaves, foldings, hashes. Two things are private and stand here again, from its text: the terms of the permutation argument, and the order
//! in which terms are combined.

use plonky2::field::types::Sample;
use plonky2::fri::proof::FriInitialTreeProof;
use plonky2::fri::structure::{
    FriBatchInfo, FriInstanceInfo, FriOpeningBatch, FriOpeningExpression, FriOpenings, FriOracleInfo, FriPolynomialInfo,
};
use plonky2::fri::verifier::{PrecomputedReducedOpenings, compute_evaluation, fri_combine_initial};
use plonky2::hash::merkle_proofs::verify_merkle_proof_to_cap;
use plonky2::plonk::config::Hasher;
use plonky2::plonk::plonk_common::{eval_l_0, reduce_with_powers, reduce_with_powers_multi};
use plonky2::plonk::proof::ProofChallenges;
use plonky2::plonk::vars::EvaluationVars;
use plonky2::util::reverse_bits;

use super::*;
use crate::verify::fri::{evaluate, fold};
use crate::verify::vanishing;

/// A proof, and what plonky2 makes of it.
struct Theirs<'a> {
    circuit: &'a LastVerifierData,
    proof: &'a LastProof,
    challenges: ProofChallenges<F, D>,
}

impl<'a> Theirs<'a> {
    fn of(circuit: &'a LastVerifierData, proof: &'a LastProof) -> Self {
        let (digest, common) = (&circuit.verifier_only.circuit_digest, &circuit.common);
        let challenges = proof.get_challenges(proof.get_public_inputs_hash(), digest, common);
        Self { circuit, proof, challenges: challenges.expect("the proof has its shape") }
    }

    /// The terms of the permutation argument.
    fn permutation(&self) -> Vec<Extension> {
        let (common, set) = (&self.circuit.common, &self.proof.proof.openings);
        let ProofChallenges { plonk_betas: betas, plonk_gammas: gammas, plonk_zeta: zeta, .. } = &self.challenges;
        let first = eval_l_0(common.degree(), *zeta);
        let mut terms: Vec<_> = set.plonk_zs.iter().map(|z| first * (*z - Extension::ONE)).collect();
        for (k, z) in set.plonk_zs.iter().enumerate() {
            let factor = |id: Extension, j: usize| set.wires[j] + id * betas[k].into() + gammas[k].into();
            let routed = 0..common.config.num_routed_wires;
            let numerators: Vec<_> = routed.clone().map(|j| factor(*zeta * common.k_is[j].into(), j)).collect();
            let denominators: Vec<_> = routed.map(|j| factor(set.plonk_sigmas[j], j)).collect();
            let partial = &set.partial_products[k * common.num_partial_products..][..common.num_partial_products];
            let products = [&[*z], partial, &[set.plonk_zs_next[k]]].concat();
            let chunk = common.quotient_degree_factor;
            let chunks = numerators.chunks(chunk).zip(denominators.chunks(chunk)).zip(products.windows(2));
            terms.extend(chunks.map(|((numerators, denominators), ends)| {
                let product = |factors: &[Extension]| factors.iter().copied().product::<Extension>();
                ends[0] * product(numerators) - ends[1] * product(denominators)
            }));
        }
        terms
    }

    /// The constraints of all gates, filtered and added up.
    fn gates(&self) -> Vec<Extension> {
        let (common, set) = (&self.circuit.common, &self.proof.proof.openings);
        let info = &common.selectors_info;
        let hash = self.proof.get_public_inputs_hash();
        let mut sums = vec![Extension::ZERO; common.num_gate_constraints];
        for (i, gate) in common.gates.iter().enumerate() {
            let vars =
                EvaluationVars { local_constants: &set.constants, local_wires: &set.wires, public_inputs_hash: &hash };
            let group = info.selector_indices[i];
            let constraints = gate.0.eval_filtered(vars, i, group, info.groups[group].clone(), info.num_selectors(), 0);
            sums.iter_mut().zip(constraints).for_each(|(sum, c)| *sum += c);
        }
        sums
    }

    /// Which polynomials are opened where.
    fn instance(&self) -> FriInstanceInfo<F, D> {
        let common = &self.circuit.common;
        let zeta = self.challenges.plonk_zeta;
        let widths = shape::leaves(common);
        let all = |tree: usize, count: usize| {
            (0..count).map(move |polynomial_index| {
                FriOpeningExpression::raw(FriPolynomialInfo { oracle_index: tree, polynomial_index })
            })
        };
        let next = zeta * Extension::from(F::primitive_root_of_unity(common.degree_bits()));
        let batches = vec![
            FriBatchInfo { point: zeta, openings: (0..4).flat_map(|tree| all(tree, widths[tree])).collect() },
            FriBatchInfo { point: next, openings: all(2, common.config.num_challenges).collect() },
        ];
        FriInstanceInfo {
            oracles: widths.map(|num_polys| FriOracleInfo { num_polys, blinding: false }).to_vec(),
            batches,
        }
    }

    /// The sums of openings.
    fn reduced(&self) -> PrecomputedReducedOpenings<F, D> {
        let set = &self.proof.proof.openings;
        let at_zeta =
            [&set.constants, &set.plonk_sigmas, &set.wires, &set.plonk_zs, &set.partial_products, &set.quotient_polys];
        let at_zeta = at_zeta.into_iter().flatten().copied().collect();
        let batches = [at_zeta, set.plonk_zs_next.clone()].map(|values| FriOpeningBatch { values }).into();
        PrecomputedReducedOpenings::from_os_and_alpha(
            &FriOpenings { batches },
            self.challenges.fri_challenges.fri_alpha,
        )
    }

    fn combined(&self, tree: &FriInitialTreeProof<F, ScalarHasher>, x: F) -> Extension {
        let (alpha, params) = (self.challenges.fri_challenges.fri_alpha, &self.circuit.common.fri_params);
        fri_combine_initial::<F, LastConfig, D>(&self.instance(), tree, alpha, x, &self.reduced(), params)
    }
}

/// Compares everything.
fn compare(circuit: &LastVerifierData, proof: &LastProof) {
    let theirs = Theirs::of(circuit, proof);
    let mut machine = Native::default();
    let g = &mut Goldilocks::new(&mut machine);
    let inputs: Vec<_> = proof.public_inputs.iter().map(|v| g.element(*v)).collect();
    let hash = public::hash(g, &inputs);
    assert_eq!(hash.map(|h| g.value(h.into())), proof.get_public_inputs_hash().elements);
    let t = transcript(g, circuit, proof, hash);
    challenges(g, &theirs, &t);
    quotients(g, &theirs, &t, hash);
    queries(g, &theirs, t);
    machine.finish().expect("honest");
    native(circuit, proof).expect("a true proof");
}

fn challenges(g: &mut Goldilocks<'_, Native>, theirs: &Theirs<'_>, t: &Transcript<Fr>) {
    let Theirs { challenges: expected, circuit, .. } = theirs;
    let base = |sums: &[Sum<Fr>]| sums.iter().map(|s| g.value(*s)).collect::<Vec<_>>();
    let extensions = |all: &[Ext<Fr>]| all.iter().map(|e| g.ext_value(*e)).collect::<Vec<Extension>>();
    assert_eq!(base(&t.plonk.betas), expected.plonk_betas);
    assert_eq!(base(&t.plonk.gammas), expected.plonk_gammas);
    assert_eq!(base(&t.plonk.alphas), expected.plonk_alphas);
    assert_eq!(extensions(&[t.plonk.zeta, t.fri.zeta]), [expected.plonk_zeta; 2]);
    let fri = &expected.fri_challenges;
    assert_eq!(extensions(&[t.fri.alpha]), [fri.fri_alpha]);
    assert_eq!(extensions(&t.fri.betas), fri.fri_betas);
    assert_eq!(g.value(t.work.into()), fri.fri_pow_response);
    let domain = 1 << circuit.common.fri_params.lde_bits();
    let indices = t.indices.iter().map(|i| g.value((*i).into()).to_canonical_u64() as usize % domain);
    assert_eq!(indices.collect::<Vec<_>>(), fri.fri_query_indices);
}

/// The terms of the vanishing polynomials, their sums, and the quotients.
fn quotients(g: &mut Goldilocks<'_, Native>, theirs: &Theirs<'_>, t: &Transcript<Fr>, hash: [Element<Fr>; 4]) {
    let common = &theirs.circuit.common;
    let zeta_n = g.ext_power_of_two(t.plonk.zeta, common.degree_bits());
    let vanishing = g.ext_shift(zeta_n, F::NEG_ONE);
    let expected_zeta_n = theirs.challenges.plonk_zeta.exp_power_of_2(common.degree_bits());
    assert_eq!(g.ext_value(vanishing), expected_zeta_n - Extension::ONE);

    let terms = vanishing::permutation(g, common, &t.openings, &t.plonk, vanishing);
    let terms: Vec<_> = terms.into_iter().map(|term| g.ext_value(term)).collect();
    let expected = theirs.permutation();
    assert_eq!(terms, expected);

    let sums = vanishing::sums(g, common, &t.openings, &t.plonk, &hash.map(Sum::from), vanishing);
    let sums: Vec<_> = sums.expect("known gates").into_iter().map(|sum| g.ext_value(sum)).collect();
    let alphas: Vec<_> = theirs.challenges.plonk_alphas.iter().map(|alpha| Extension::from(*alpha)).collect();
    assert_eq!(sums, reduce_with_powers_multi(&[expected, theirs.gates()].concat(), &alphas));
    let pieces = theirs.proof.proof.openings.quotient_polys.chunks(common.quotient_degree_factor);
    let quotients =
        pieces.map(|pieces| (expected_zeta_n - Extension::ONE) * reduce_with_powers(pieces, expected_zeta_n));
    assert_eq!(sums, quotients.collect::<Vec<_>>());
}

/// The sums of openings; of each query the leaves' hashes, the point, the value there, and all that it is folded to.
fn queries(g: &mut Goldilocks<'_, Native>, theirs: &Theirs<'_>, t: Transcript<Fr>) {
    let common = &theirs.circuit.common;
    let proof = &theirs.proof.proof;
    let caps = [
        &theirs.circuit.verifier_only.constants_sigmas_cap,
        &proof.wires_cap,
        &proof.plonk_zs_partial_products_cap,
        &proof.quotient_polys_cap,
    ];
    let shape = fri_shape(common);
    let fri = Fri::new(g, shape.clone(), &t.openings, t.fri.clone());
    assert_eq!(fri.sums.map(|sum| g.ext_value(sum)).to_vec(), theirs.reduced().reduced_openings_at_point);
    let final_poly = proof.opening_proof.final_poly.clone();
    let betas = &theirs.challenges.fri_challenges.fri_betas;
    let shift = F::MULTIPLICATIVE_GROUP_GENERATOR;
    for ((index, at), round) in t
        .indices
        .iter()
        .zip(&theirs.challenges.fri_challenges.fri_query_indices)
        .zip(&proof.opening_proof.query_round_proofs)
    {
        let bits = low_bits(g, *index, shape.domain_bits);
        let index = Index::new(g, &shape, bits);
        let mut values = vec![];
        for ((hints, path), cap) in round.initial_trees_proof.evals_proofs.iter().zip(caps) {
            let (elements, hash) = merkle::leaf(g, hints);
            assert_eq!(hash, ScalarHasher::hash_leaf(hints).0);
            verify_merkle_proof_to_cap::<F, ScalarHasher>(hints.clone(), *at, cap, path).expect("a true path");
            values.extend(elements.into_iter().map(Sum::from));
        }
        let root = F::primitive_root_of_unity(shape.domain_bits);
        let mut x = shift * root.exp_u64(reverse_bits(*at, shape.domain_bits) as u64);
        let point = index.point(g, 0, 0, shift);
        assert_eq!(g.value(point), x);
        let combined = fri.combined(g, point, &values);
        let mut expected = theirs.combined(&round.initial_trees_proof, x);
        assert_eq!(g.ext_value(combined), expected);

        let (mut at, mut folded) = (*at, 0);
        for (i, (step, arity)) in round.steps.iter().zip(&shape.arities).enumerate() {
            let within = at & ((1 << arity) - 1);
            assert_eq!(step.evals[within], expected);
            let coset: Vec<_> = step.evals.iter().map(|v| g.ext_element(*v)).collect();
            let start = index.point(g, i + 1, folded, shift);
            let ours = fold(g, &coset, t.fri.betas[i], start);
            expected = compute_evaluation::<F, D>(x, within, *arity, &step.evals, betas[i]);
            assert_eq!(g.ext_value(ours), expected);
            x = x.exp_power_of_2(*arity);
            at >>= arity;
            folded += arity;
        }
        let point = index.point(g, round.steps.len(), folded, shift);
        assert_eq!(g.value(point), x);
        let ours = evaluate(g, &t.fri.last, point);
        assert_eq!([g.ext_value(ours), expected], [final_poly.eval(x.into()); 2]);
    }
}

/// Compares so many proofs of each of three circuits.
fn compare_toys(proofs: u64) {
    for (profile, queries, degree_bits) in [(Profile::Fast, 3, 7), (Profile::Proven, 2, 6), (Profile::Fast, 1, 10)] {
        let toy = Toy::new(config(profile, queries), degree_bits);
        let circuit = toy.verifier();
        let salts = [3, 0xffff_ffff_ffff].into_iter().chain((2..proofs).map(|_| F::rand().to_canonical_u64() >> 8));
        salts.for_each(|salt| compare(&circuit, &toy.prove(salt)));
    }
}

#[test]
fn values_are_those_of_plonky2_and_proofs_are_accepted() {
    compare_toys(5);
}

#[test]
fn values_of_the_golden_proof_are_those_of_plonky2() {
    let (circuit, proof, _) = golden();
    compare(circuit, proof);
}

#[test]
#[ignore = "minutes: 300 proofs"]
fn values_of_many_proofs_are_those_of_plonky2() {
    compare_toys(100);
}
