//! The faults of earlier verifiers of this kind: each works on a weakened copy, and is refused here.

use halo2_proofs::halo2curves::ff::PrimeField as _;
use plonky2::field::types::{Field64, Sample};

use super::*;

const P: u64 = F::ORDER;

/// Runs a program natively, and gives the demand that failed.
fn failure(run: impl FnOnce(&mut Native)) -> Option<Demand> {
    let mut machine = Native::default();
    run(&mut machine);
    machine.finish().err().map(|e| e.demand)
}

/// Elements with a range of 64 bits (here: 80), packed base $p$: two lists have one scalar. Canonical rows refuse the second.
#[test]
fn one_scalar_is_not_two_lists() {
    let p = Fr::from(P);
    let lists = [[3, 8], [3 + P, 7]].map(|list| list.map(Fr::from));
    let scalar = lists[0][0] + lists[0][1] * p;
    let refused = lists.map(|[low, high]| {
        failure(|m| {
            let first = m.assert_canonical(low, Fr::zero(), Fr::one());
            let packed = m.assert_canonical(high, first, p);
            m.assert_equal(packed, scalar);
        })
    });
    assert_eq!(refused, [None, Some(Demand::Canonical)]);
    for [low, high] in lists {
        let weak = failure(|m| {
            m.assert_80_bits(low);
            m.assert_80_bits(high);
            let packed = m.multiply_add(low, Fr::one(), p, high, Fr::zero());
            m.assert_equal(packed, scalar);
        });
        assert_eq!(weak, None);
    }
}

/// The remainder $p$, with a quotient that is one less; the remainder $v$, with the quotient zero.
#[test]
fn a_remainder_is_neither_p_nor_unreduced() {
    let p = Fr::from(P);
    let v = Fr::from(5) * p;
    for (remainder, quotient) in [(p, Fr::from(4)), (v, Fr::zero())] {
        let equation = |m: &mut Native| {
            m.assert_80_bits(quotient);
            let total = m.multiply_add(remainder, Fr::one(), p, quotient, Fr::zero());
            m.assert_equal(total, v);
        };
        assert_eq!(failure(equation), None, "without a canonical row");
        let refused = failure(|m| {
            m.assert_canonical(remainder, Fr::zero(), Fr::zero());
            equation(m);
        });
        assert_eq!(refused, Some(Demand::Canonical));
    }
}

/// The filter of each gate is zero at the selectors of all others of its group, and where the group is not used.
#[test]
fn a_selector_enables_its_gate_and_no_other() {
    let common = &small().0.common;
    let info = &common.selectors_info;
    let mut machine = Native::default();
    let g = &mut Goldilocks::new(&mut machine);
    for gate in 0..common.gates.len() {
        let group = info.selector_indices[gate];
        assert!(info.groups[group].contains(&gate));
        for selector in info.groups[group].clone().chain([u32::MAX as usize]) {
            let value = g.ext_element(Extension::from_canonical_usize(selector));
            // Selectors of other groups are of no account.
            let mut constants: Vec<_> = (0..common.num_constants).map(|_| g.ext_element(Extension::rand())).collect();
            constants[group] = value;
            let filter = vanishing::filter(g, common, &constants, gate);
            assert_eq!(g.ext_value(filter) != Extension::ZERO, selector == gate, "gate {gate}, selector {selector}");
        }
    }
}

/// The proof of work is demanded where its challenge is drawn, and at its very bound.
#[test]
fn work_is_demanded_at_its_bound_and_at_once() {
    for zeros in [0, 1, 5, 16, 48] {
        let bound = 1u128 << (64 - zeros);
        let values = [0, bound - 1, bound, u128::from(P) - 1].into_iter().filter(|v| *v < u128::from(P));
        for value in values {
            let refused = failure(|m| {
                let g = &mut Goldilocks::new(m);
                let challenge = g.element(F::from_canonical_u64(value as u64));
                assert_work(g, challenge, zeros);
            });
            assert_eq!(refused.is_some(), value >= bound, "{zeros} {value}");
        }
    }
    let (circuit, proof) = small();
    let mut lazy = proof.clone();
    let refused = |lazy: &LastProof| native(circuit, lazy).err().map(|e| (e.stage, e.demand));
    while refused(&lazy).is_none_or(|(stage, _)| stage != "transcript") {
        // One work in 32 passes, and fails later, by its queries.
        lazy.proof.opening_proof.pow_witness += F::ONE;
    }
    assert_eq!(refused(&lazy), Some(("transcript", Demand::Bits80)));
}

/// Bits of an index that are those of the index plus $p$, or with a high part that is no integer.
#[test]
fn an_index_has_one_decomposition() {
    let index = 5u64;
    let count = 3;
    // 5 + p = 8h + l
    let other = u128::from(index) + u128::from(P);
    let (low, high) = (Fr::from((other % 8) as u64), Fr::from((other >> count) as u64));
    let refused = failure(|m| {
        m.assert_80_bits(high);
        let sum = m.multiply_add(low, Fr::one(), Fr::from(8), high, Fr::zero());
        m.assert_equal(sum, Fr::from(index));
    });
    assert_eq!(refused, Some(Demand::Equal));
    // l = 4 for 5: h = 1/8 in the scalars.
    let high = Fr::from(8).invert().expect("not zero");
    let equation = |m: &mut Native| {
        let sum = m.multiply_add(Fr::from(4), Fr::one(), Fr::from(8), high, Fr::zero());
        m.assert_equal(sum, Fr::from(index));
    };
    assert_eq!(failure(equation), None, "without a range");
    let refused = failure(|m| {
        m.assert_80_bits(high);
        equation(m);
    });
    assert_eq!(refused, Some(Demand::Bits80));
}

/// A squeezed scalar taken apart without a bound of its highest digit: digits of $s + r$ are other challenges.
#[test]
fn a_squeezed_scalar_has_one_decomposition() {
    let p = Fr::from(P);
    let s = Fr::from(17);
    // 17 + r, in base p: division from the highest word of its 64-bit words down.
    let r = num_bigint::BigUint::from_bytes_le((-Fr::one()).to_repr().as_ref()) + 1u8;
    let mut rest = r + 17u8;
    let other: [u64; 4] = std::array::from_fn(|_| {
        let digit = (&rest % P).to_u64_digits().first().copied().unwrap_or(0);
        rest /= P;
        digit
    });
    assert!(rest == num_bigint::BigUint::ZERO && other[0] != 17);
    let bound = crate::last::hash::digits(-Fr::one())[3].to_canonical_u64() - 1;
    let decomposed = |digits: [u64; 4], bounded: bool| {
        failure(|m| {
            let (mut sum, mut weight) = (Fr::zero(), Fr::one());
            for digit in digits.map(Fr::from) {
                sum = m.assert_canonical(digit, sum, weight);
                weight *= p;
            }
            m.assert_equal(sum, s);
            if bounded {
                m.assert_80_bits(Fr::from(bound) - Fr::from(digits[3]));
            }
        })
    };
    let honest = [17, 0, 0, 0];
    assert_eq!([honest, other].map(|digits| decomposed(digits, false)), [None, None]);
    assert_eq!([honest, other].map(|digits| decomposed(digits, true)), [None, Some(Demand::Bits80)]);
}

/// A filter that leaves out one factor is not zero where that factor's gate is: its rows would obey another gate, or none.
#[test]
fn a_weaker_filter_enables_a_wrong_gate() {
    let common = &small().0.common;
    let info = &common.selectors_info;
    let (group, gates) = info.groups.iter().enumerate().find(|(_, gates)| gates.len() > 2).expect("a group of gates");
    let gate = gates.start;
    for wrong in gates.clone().filter(|other| *other != gate) {
        let at = Extension::from_canonical_usize(wrong);
        let weak: Extension = gates
            .clone()
            .filter(|other| *other != gate && *other != wrong)
            .map(|other| Extension::from_canonical_usize(other) - at)
            .product();
        assert_ne!(weak, Extension::ZERO);
        let mut machine = Native::default();
        let g = &mut Goldilocks::new(&mut machine);
        let mut constants = vec![g.ext_zero(); common.num_constants];
        constants[group] = g.ext_element(at);
        let filter = vanishing::filter(g, common, &constants, gate);
        assert_eq!(g.ext_value(filter), Extension::ZERO, "gate {gate} in a row of gate {wrong}");
    }
}

/// Indices are drawn after the work: who changes it has other queries. (If they came first, he would work for nothing.)
#[test]
fn indices_depend_on_the_work() {
    let (circuit, proof) = small();
    let indices = |proof: &LastProof| {
        let mut machine = Native::default();
        let g = &mut Goldilocks::new(&mut machine);
        let inputs: Vec<_> = proof.public_inputs.iter().map(|v| g.element(*v)).collect();
        let hash = public::hash(g, &inputs);
        let t = transcript(g, circuit, proof, hash);
        [t.work].iter().chain(&t.indices).map(|i| g.value((*i).into())).collect::<Vec<_>>()
    };
    let mut other = proof.clone();
    other.proof.opening_proof.pow_witness += F::ONE;
    let changed = indices(proof).into_iter().zip(indices(&other)).filter(|(a, b)| a != b).count();
    assert_eq!(changed, 2, "the work's challenge, and the index");
}
