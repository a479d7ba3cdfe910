//! Hashes and transcript against a model: integers, another library's field, and its permutation.

use ark_bn254::Fr as Ark;
use ark_ff::PrimeField as _;
use furl_circuits::field::F;
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use num_bigint::BigUint;
use plonky2::field::types::{Field, Field64, PrimeField64};
use plonky2::hash::hashing::PlonkyPermutation;
use plonky2::iop::challenger::Challenger;
use plonky2::plonk::config::{GenericHashOut, Hasher};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::last::hash::{self, Hash, ScalarHasher, digits};
use crate::last::transcript::Transcript;

/// The state, and the permutation of another library.
#[derive(Clone, Default)]
struct Model([Ark; 4]);

impl Model {
    /// The state before a leaf, a node or a message.
    fn of(domain: u64, length: usize) -> Self {
        let capacity = (BigUint::from(domain) << 64usize) + length;
        Self([Ark::from(0), Ark::from(0), Ark::from(0), Ark::from(capacity)])
    }

    fn permute(&mut self) {
        taceo_poseidon2::bn254::t4::permutation_in_place(&mut self.0);
    }

    fn absorb(&mut self, block: &[F]) {
        for (i, element) in block.iter().enumerate() {
            let weighted = BigUint::from(element.to_canonical_u64()) << (64 * (i % 3));
            self.0[i / 3] += Ark::from(weighted);
        }
        self.permute();
    }

    fn integer(&self, index: usize) -> BigUint {
        self.0[index].into_bigint().into()
    }

    fn hash(domain: u64, input: &[F]) -> BigUint {
        let mut model = Self::of(domain, input.len());
        input.chunks(9).for_each(|block| model.absorb(block));
        model.integer(0)
    }
}

fn integer(scalar: Fr) -> BigUint {
    BigUint::from_bytes_le(&scalar.to_repr())
}

fn element(rng: &mut StdRng) -> F {
    F::from_noncanonical_u64(rng.r#gen())
}

fn base_p(mut integer: BigUint) -> [F; 4] {
    std::array::from_fn(|_| {
        let digit = F::from_canonical_u64((&integer % F::ORDER).try_into().unwrap());
        integer /= F::ORDER;
        digit
    })
}

fn order() -> BigUint {
    integer(-Fr::ONE) + 1u32
}

#[test]
fn leaves_and_messages() {
    let mut rng = StdRng::seed_from_u64(1);
    for length in 1..40 {
        // Zeros and the largest element among them.
        let edges = [F::ZERO, F::NEG_ONE];
        let mut input: Vec<F> = (0..length).map(|_| element(&mut rng)).collect();
        input[rng.gen_range(0..length)] = edges[length % 2];
        assert_eq!(integer(ScalarHasher::hash_leaf(&input).0), Model::hash(1, &input));
        assert_eq!(integer(ScalarHasher::hash_no_pad(&input).0), Model::hash(3, &input));
    }
}

#[test]
fn nodes() {
    let mut rng = StdRng::seed_from_u64(2);
    for _ in 0..20 {
        let [left, right] = [(); 2].map(|()| Fr::random(&mut rng));
        let mut model = Model::of(2, 0);
        model.0[0] = Ark::from(integer(left) + integer(right));
        model.0[1] = Ark::from(order() + integer(right) - integer(left));
        model.permute();
        assert_eq!(integer(ScalarHasher::two_to_one(Hash(left), Hash(right)).0), model.integer(0));
    }
}

/// What the wrap computes of a node: from the hash below, the side, and the difference that a prover names.
#[test]
fn a_node_from_one_child_and_the_difference() {
    let mut rng = StdRng::seed_from_u64(3);
    let [below, beside] = [(); 2].map(|()| Fr::random(&mut rng));
    for (side, left, right) in [(Fr::ONE, below, beside), (-Fr::ONE, beside, below)] {
        let difference = right - left;
        assert_eq!(below.double() + side * difference, left + right);
    }
}

#[test]
fn a_scalar_is_its_digits() {
    let mut rng = StdRng::seed_from_u64(4);
    let cube = BigUint::from(F::ORDER).pow(3);
    let top = order() / &cube;
    let edges = [BigUint::default(), order() - 1u32, &cube * &top, &cube * &top - 1u32, F::ORDER.into(), cube];
    let random = (0..100).map(|_| integer(Fr::random(&mut rng)));
    for expected in edges.into_iter().chain(random) {
        let mut repr = [0; 32];
        let bytes = expected.to_bytes_le();
        repr[..bytes.len()].copy_from_slice(&bytes);
        let scalar = Fr::from_repr(repr).unwrap();
        assert_eq!(digits(scalar), base_p(expected.clone()));
        assert_eq!(Hash(scalar).to_vec(), base_p(expected.clone()));
        assert!(BigUint::from(digits(scalar)[3].to_canonical_u64()) <= top);
        // Bytes and back.
        assert_eq!(Hash::from_bytes(&Hash(scalar).to_bytes()), Hash(scalar));
        let json = serde_json::to_string(&Hash(scalar)).unwrap();
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), Hash(scalar));
    }
}

#[test]
fn bytes_of_no_scalar() {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(&order().to_bytes_le());
    assert_eq!(Hash::from_bytes(&bytes), Hash(Fr::ZERO));
    let json = serde_json::to_string(&bytes).unwrap();
    assert!(serde_json::from_str::<Hash>(&json).unwrap_err().to_string().contains("below the order"));
}

/// What is hashed, and how long it is, is part of the hash.
#[test]
fn framing() {
    let [one, zero] = [F::ONE, F::ZERO];
    let inputs: [&[F]; 6] = [&[], &[zero], &[one], &[one, zero], &[zero, one], &[zero; 9]];
    let mut hashes: Vec<Hash> = inputs.map(ScalarHasher::hash_leaf).to_vec();
    hashes.extend(inputs.map(ScalarHasher::hash_no_pad));
    let pair = [Hash(Fr::ONE), Hash(Fr::ZERO)];
    hashes.push(ScalarHasher::two_to_one(pair[0], pair[1]));
    hashes.push(ScalarHasher::two_to_one(pair[1], pair[0]));
    // The challenges after the same elements.
    for input in inputs {
        let mut transcript = Transcript::default();
        transcript.set_from_slice(input, 0);
        transcript.permute();
        hashes.push(Hash(transcript.state()[0]));
    }
    for (i, hash) in hashes.iter().enumerate() {
        assert!(!hashes[i + 1..].contains(hash), "hash {i} is that of something else");
    }
}

/// plonky2's challenger over our sponge, against the model: messages of random lengths, challenges between them.
#[test]
fn challenges() {
    let mut rng = StdRng::seed_from_u64(5);
    let mut challenger = Challenger::<F, ScalarHasher>::new();
    let (mut model, mut block, mut left) = (Model::default(), Vec::new(), Vec::new());
    let squeeze = |model: &mut Model, block: &mut Vec<F>| -> Vec<F> {
        model.0[3] += Ark::from((9 - block.len()) as u64);
        model.absorb(block);
        block.clear();
        (0..3).flat_map(|i| base_p(model.integer(i))[..3].to_vec()).collect()
    };
    for _ in 0..60 {
        for _ in 0..rng.gen_range(0..12) {
            let element = element(&mut rng);
            challenger.observe_element(element);
            left.clear();
            block.push(element);
            if block.len() == 9 {
                left = squeeze(&mut model, &mut block);
            }
        }
        for _ in 0..rng.gen_range(0..12) {
            if !block.is_empty() || left.is_empty() {
                left = squeeze(&mut model, &mut block);
            }
            assert_eq!(challenger.get_challenge(), left.pop().unwrap());
        }
    }
}

/// Elements set one by one, as by plonky2's search for a proof of work, wait as elements set together do.
#[test]
fn elements_wait() {
    let elements: Vec<F> = (1..=5).map(F::from_canonical_u64).collect();
    let mut together = Transcript::new(std::iter::repeat(F::ZERO));
    together.set_from_slice(&elements, 0);
    let mut apart = Transcript::default();
    apart.set_from_iter(elements[..4].iter().copied(), 0);
    apart.set_elt(elements[4], 4);
    assert_eq!(together, apart);
    assert_eq!(Transcript::new(elements.clone()), apart);
    assert_eq!(apart.as_ref()[..5], elements);
    apart.permute();
    assert_eq!(apart.as_ref(), [F::ZERO; hash::BLOCK]);
    assert_eq!(apart.squeeze()[..3], digits(apart.state()[0])[..3]);
}
