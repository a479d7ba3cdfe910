//! # The transcript
//!
//! The sponge of [`last::transcript`](crate::last::transcript), in the machine. Nine elements are packed into three scalars, base $2^{64}$, and absorbed;
//! a squeezed scalar is taken apart into digits, base $p$.
//!
//! ## Digits
//!
//! For a scalar $s$, four elements by hint are canonical, and
//!
//! $$ d_0 + d_1 p + d_2 p^2 + d_3 p^3 = s, \qquad d_3 < \lfloor r / p^3 \rfloor. $$
//!
//! The left side is an integer below $p^3 \lfloor r/p^3 \rfloor \le r$. So it is $s$ as an integer and not $s + r$, and digits to a base are unique. The scalars with
//! $d_3 = \lfloor r/p^3 \rfloor$, one in $2^{61}$, have no digits here: an honest proof that meets one must be made anew.
//!
//! The bound is shown by $t = \lfloor r/p^3 \rfloor - 1 - d_3$ with $0 \le t < 2^{80}$: for a larger $d_3 < p$, $t$ would be negative, hence a scalar above $2^{80}$.

use halo2_proofs::halo2curves::bn256::Fr;
use plonky2::field::types::PrimeField64;

use super::extension::Ext;
use super::goldilocks::{Element, Goldilocks, Sum, integer, scalar};
use crate::last::hash::{self, BLOCK, DIGITS, PACKED};
use crate::machine::Machine;

/// $\lfloor r / p^3 \rfloor$: the top digit of $r - 1$, as $p$ does not divide $r$.
fn top_digits() -> u64 {
    hash::digits(-Fr::one())[DIGITS - 1].to_canonical_u64()
}

/// The digits of a scalar.
pub fn digits<M: Machine>(g: &mut Goldilocks<'_, M>, s: M::Cell) -> [Element<M::Cell>; DIGITS] {
    let hints = hash::digits(g.machine().value(s));
    let (elements, sum) = g.compose(&hints);
    g.machine().assert_equal(sum, s);

    let [.., top] = elements;
    let bound = i128::from(top_digits()) - 1;
    let room = integer(scalar(bound) - g.machine().value(top.cell()));
    let room = g.below_80_bits(room.to_words()[0].into());
    let complement = g.affine(-1, room, bound);
    g.machine().assert_equal(complement.cell(), top.cell());
    elements
}

/// The transcript.
#[derive(Debug)]
pub struct Challenger<T> {
    state: [T; 4],
    waiting: Vec<Element<T>>,
    /// Squeezed scalars that are not yet taken apart; the last one is next.
    squeezed: Vec<T>,
    /// Digits that are not yet challenges; the last one is next.
    digits: Vec<Element<T>>,
}

impl<T: Copy> Challenger<T> {
    /// An empty transcript.
    pub fn new<M: Machine<Cell = T>>(g: &Goldilocks<'_, M>) -> Self {
        let zero = g.zero().cell();
        Self { state: [zero; 4], waiting: vec![], squeezed: vec![], digits: vec![] }
    }

    /// Observes an element.
    pub fn observe<M: Machine<Cell = T>>(&mut self, g: &mut Goldilocks<'_, M>, element: Element<T>) {
        self.squeezed.clear();
        self.digits.clear();
        self.waiting.push(element);
        if self.waiting.len() == BLOCK {
            self.permute(g);
        }
    }

    /// Observes elements of the extension.
    ///
    /// # Panics
    /// If one is not canonical: a mistake in the circuit's code.
    pub fn observe_extensions<'a, M: Machine<Cell = T>>(
        &mut self,
        g: &mut Goldilocks<'_, M>,
        elements: impl IntoIterator<Item = &'a Ext<T>>,
    ) where
        T: 'a,
    {
        for part in elements.into_iter().flat_map(|e| e.0) {
            self.observe(g, part.canonical().expect("what is observed is canonical"));
        }
    }

    /// Observes hashes: their digits.
    pub fn observe_hashes<M: Machine<Cell = T>>(&mut self, g: &mut Goldilocks<'_, M>, hashes: &[T]) {
        for hash in hashes {
            let digits = digits(g, *hash);
            digits.into_iter().for_each(|digit| self.observe(g, digit));
        }
    }

    /// A challenge.
    pub fn challenge<M: Machine<Cell = T>>(&mut self, g: &mut Goldilocks<'_, M>) -> Element<T> {
        if !self.waiting.is_empty() || (self.digits.is_empty() && self.squeezed.is_empty()) {
            self.permute(g);
        }
        if self.digits.is_empty() {
            let scalar = self.squeezed.pop().expect("a permutation squeezes three");
            self.digits.extend(&digits(g, scalar)[..PACKED]);
        }
        self.digits.pop().expect("a scalar has digits")
    }

    /// So many challenges.
    pub fn challenges<M: Machine<Cell = T>>(&mut self, g: &mut Goldilocks<'_, M>, count: usize) -> Vec<Sum<T>> {
        (0..count).map(|_| self.challenge(g).into()).collect()
    }

    /// A challenge of the extension.
    pub fn extension<M: Machine<Cell = T>>(&mut self, g: &mut Goldilocks<'_, M>) -> Ext<T> {
        Ext([(); 2].map(|()| self.challenge(g).into()))
    }

    /// Absorbs what waits, and permutes.
    fn permute<M: Machine<Cell = T>>(&mut self, g: &mut Goldilocks<'_, M>) {
        let zero = g.zero().cell();
        let missing = BLOCK - self.waiting.len();
        if missing > 0 {
            let m = g.machine();
            self.state[3] = m.multiply_add(zero, zero, Fr::one(), self.state[3], scalar(missing as i128));
        }
        let mut absorbed = [zero; 3];
        for (scalar, elements) in absorbed.iter_mut().zip(self.waiting.chunks(PACKED)) {
            *scalar = g.packed(elements);
        }
        self.waiting.clear();
        self.state = g.machine().permute(self.state, absorbed);
        self.squeezed = self.state[..3].to_vec();
        self.digits.clear();
    }
}

#[cfg(test)]
mod tests {
    use furl_circuits::field::F;
    use plonky2::field::types::{Field64, Sample};
    use plonky2::iop::challenger::Challenger as Theirs;

    use super::super::goldilocks::divide;
    use super::*;
    use crate::last::hash::{Hash, ScalarHasher};
    use crate::native::{Lie, Native};

    #[test]
    fn the_transcript_is_that_of_plonky2() {
        let mut machine = Native::new(vec![]);
        let mut g = Goldilocks::new(&mut machine);
        let mut ours = Challenger::new(&g);
        let mut theirs = Theirs::<F, ScalarHasher>::new();
        // As many as a block, fewer, more, none.
        for (elements, hashes, challenges) in [(9, 0, 1), (4, 0, 10), (1, 3, 7), (0, 0, 5), (20, 2, 3), (0, 9, 30)] {
            for value in F::rand_vec(elements) {
                let element = g.element(value);
                ours.observe(&mut g, element);
                theirs.observe_element(value);
            }
            for value in F::rand_vec(hashes).into_iter().map(|v| Fr::from(v.to_canonical_u64()).square() - Fr::one()) {
                let hash = g.machine().witness(value);
                ours.observe_hashes(&mut g, &[hash]);
                theirs.observe_hash::<ScalarHasher>(Hash(value));
            }
            for _ in 0..challenges {
                let challenge = ours.challenge(&mut g);
                let expected = theirs.get_challenge();
                assert_eq!(g.value(challenge.into()), expected);
            }
        }
        machine.finish().expect("honest");
    }

    /// Digits of the scalar as an integer, of it plus $r$, and any change of one.
    #[test]
    fn digits_cannot_be_those_of_another_integer() {
        // Scalars small enough that s + r is below p^4, too.
        let order = integer(-Fr::one()).wrapping_add(&crypto_bigint::U256::ONE);
        for s in [Fr::zero(), Fr::from(17), Fr::from(F::ORDER)] {
            let mut other = integer(s).wrapping_add(&order);
            let theirs: [Fr; 4] = std::array::from_fn(|_| {
                let (quotient, digit) = divide(&other);
                other = quotient;
                Fr::from(digit)
            });
            let p = Fr::from(F::ORDER);
            let sum = theirs.iter().rev().fold(Fr::zero(), |sum, digit| sum * p + digit);
            assert_eq!(sum, s, "the lie satisfies the equation in the scalars");

            let mut machine = Native::new(vec![]);
            let mut g = Goldilocks::new(&mut machine);
            let zero = g.zero().cell();
            let mut total = zero;
            let mut weight = Fr::one();
            for digit in theirs {
                total = g.machine().assert_canonical(digit, total, weight);
                weight *= p;
            }
            g.machine().assert_equal(total, s);
            let room = Fr::from(top_digits() - 1) - theirs[3];
            g.machine().assert_80_bits(room);
            assert_eq!(machine.finish().expect_err("above r").demand, crate::native::Demand::Bits80);
        }

        let honest = |lie: Option<Lie>| {
            let mut machine = lie.map_or_else(Native::default, |lie| Native::lying(vec![], lie));
            let mut g = Goldilocks::new(&mut machine);
            digits(&mut g, Fr::from(5).invert().expect("not zero"));
            (machine.witnesses(), machine.finish().is_ok())
        };
        let (witnesses, accepted) = honest(None);
        assert!(accepted && witnesses == 5);
        let p = Fr::from(F::ORDER);
        for witness in 0..witnesses {
            for by in [Fr::one(), -Fr::one(), p, -p, Fr::from(2).square()] {
                assert!(!honest(Some(Lie { witness, by })).1, "{witness} {by:?}");
            }
        }
    }
}
