//! # Public inputs
//!
//! plonky2 binds a proof to its public inputs by their Poseidon hash over Goldilocks. They are proven canonical here, so the inputs that are
//! hashed are those that go on to the public scalars.

use furl_circuits::field::F;
use furl_circuits::gates::algebra::Algebra;
use plonky2::hash::poseidon::SPONGE_RATE;

use super::extension::Lazy;
use super::gates::poseidon::{State, permute};
use super::goldilocks::{Element, Goldilocks, PRODUCT_BITS, Sum, centred};
use crate::machine::Machine;

/// The algebra of the base field.
struct Base<'g, 'm, M: Machine>(&'g mut Goldilocks<'m, M>);

impl<M: Machine> Base<'_, '_, M> {
    /// An operand that can be scaled by any constant.
    fn scalable(&mut self, a: Sum<M::Cell>) -> Sum<M::Cell> {
        if a.range().bits() + 64 > PRODUCT_BITS { self.0.reduce(a).into() } else { a }
    }
}

impl<M: Machine> Algebra for Base<'_, '_, M> {
    type E = Sum<M::Cell>;

    fn constant(&mut self, c: F) -> Self::E {
        self.0.constant(c).into()
    }

    fn fused(&mut self, c0: F, a: Self::E, b: Self::E, c1: F, c: Self::E) -> Self::E {
        let product = self.0.multiply_narrow(a, b);
        let product = self.scale(c0, product);
        self.scale_add(c1, c, product)
    }

    fn scale_add(&mut self, k: F, a: Self::E, c: Self::E) -> Self::E {
        let a = self.scalable(a);
        self.0.scale_add(centred(k), a, c)
    }

    fn mul(&mut self, a: Self::E, b: Self::E) -> Self::E {
        self.0.multiply_narrow(a, b)
    }

    fn scale(&mut self, k: F, a: Self::E) -> Self::E {
        let a = self.scalable(a);
        self.0.affine(centred(k), a, 0)
    }

    fn add_constant(&mut self, a: Self::E, k: F) -> Self::E {
        self.0.affine(1, a, centred(k))
    }
}

impl<M: Machine> Lazy for Base<'_, '_, M> {
    fn settle(&mut self, a: Self::E) -> Self::E {
        self.0.reduce(a).into()
    }
}

/// plonky2's hash of public inputs: elements overwrite the state eight at a time.
pub fn hash<M: Machine>(g: &mut Goldilocks<'_, M>, inputs: &[Element<M::Cell>]) -> [Element<M::Cell>; 4] {
    let mut state: State<_> = [g.zero(); 12];
    for block in inputs.chunks(SPONGE_RATE) {
        state.iter_mut().zip(block).for_each(|(s, input)| *s = (*input).into());
        state = permute(&mut Base(g), state, |a, _, value| a.settle(value));
    }
    std::array::from_fn(|i| g.reduce(state[i]))
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Sample;
    use plonky2::hash::poseidon::PoseidonHash;
    use plonky2::plonk::config::Hasher;

    use super::*;
    use crate::native::Native;

    #[test]
    fn the_hash_is_that_of_plonky2() {
        for count in [0, 1, 4, 8, 9, 22] {
            let inputs = F::rand_vec(count);
            let mut machine = Native::new(vec![]);
            let mut g = Goldilocks::new(&mut machine);
            let elements: Vec<_> = inputs.iter().map(|v| g.element(*v)).collect();
            let computed = hash(&mut g, &elements).map(|h| g.value(h.into()));
            assert_eq!(computed, PoseidonHash::hash_no_pad(&inputs).elements);
            machine.finish().expect("honest");
        }
    }
}
