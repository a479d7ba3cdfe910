//! # One of a constant list
//!
//! The prover chooses, the circuit knows the choices. A list of $n$ digests has $n$ bits, of which exactly one is 1; the
//! choice is the sum of the digests, each times its bit:
//!
//! $$ b_i^2 = b_i,\qquad \sum_i b_i = 1,\qquad c = \sum_i b_i\,\ell_i . $$
//!
//! Bits rather than an index: there is no index out of range, no list filled up to a power of two, and no gate but the
//! arithmetic one. Six operations an entry, of which a row holds twenty. A list of one digest is that digest, without a
//! bit.

use furl_ledger::Digest;
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use crate::builder::Builder;
use crate::field::F;
use crate::gadgets::arithmetic::{assert_bit, fused};
use crate::wires::DigestWires;

/// A choice from a constant list.
#[derive(Clone, Debug)]
pub struct Choice {
    /// One bit an entry; none for a list of one.
    pub bits: Vec<Target>,
    /// The digest chosen.
    pub digest: DigestWires,
}

/// Constrains a choice from `list`.
///
/// # Panics
/// If the list is empty: a mistake in the circuit's code.
pub fn one_of(b: &mut Builder, list: &[Digest]) -> Choice {
    assert!(!list.is_empty(), "nothing to choose from");
    if let [only] = list {
        return Choice { bits: Vec::new(), digest: DigestWires::constant(b, *only) };
    }
    let (zero, one) = (b.constant(F::ZERO), b.constant(F::ONE));
    let bits: Vec<Target> = list.iter().map(|_| b.virtual_target()).collect();
    let mut sum = zero;
    let mut digest = DigestWires { elements: [zero; 4] };
    for (bit, entry) in bits.iter().zip(list) {
        assert_bit(b, *bit);
        sum = fused(b, F::ONE, *bit, one, F::ONE, sum);
        let entry = DigestWires::constant(b, *entry);
        for (chosen, element) in digest.elements.iter_mut().zip(entry.elements) {
            *chosen = fused(b, F::ONE, *bit, element, F::ONE, *chosen);
        }
    }
    b.connect(sum, one);
    Choice { bits, digest }
}

#[cfg(test)]
mod tests {
    use plonky2::iop::witness::{PartialWitness, WitnessWrite};

    use super::*;
    use crate::profile::Profile;
    use crate::testing::mutants::{Effort, connects};
    use crate::testing::{Liar, Subject};

    const CHOICES: usize = 3;

    fn list() -> [Digest; CHOICES] {
        [1, 2, 3].map(|i| Digest([10, 20, 30, 40].map(|tens| F::from_canonical_u64(tens + i))))
    }

    /// A choice from three, in public.
    fn subject() -> (Subject, Choice) {
        let write = |b: &mut Builder| {
            let choice = one_of(b, &list());
            b.register_public_inputs(&choice.digest.elements);
            choice
        };
        Subject::new(&Profile::Fast.leaf_config(), write).unwrap()
    }

    fn choosing(choice: &Choice, chosen: usize) -> PartialWitness<F> {
        let mut inputs = PartialWitness::new();
        for (i, bit) in choice.bits.iter().enumerate() {
            inputs.set_target(*bit, F::from_bool(i == chosen)).unwrap();
        }
        inputs
    }

    #[test]
    fn each_entry_can_be_chosen() {
        let (subject, choice) = subject();
        for (i, entry) in list().iter().enumerate() {
            let liar = Liar::new(&subject, &choosing(&choice, i)).unwrap();
            subject.checker().check(liar.table()).unwrap();
            assert_eq!(liar.table().public_inputs(), entry.0);
        }
    }

    #[test]
    fn nothing_else_can_be_chosen() {
        let (subject, choice) = subject();
        let mut liar = Liar::new(&subject, &choosing(&choice, 0)).unwrap();
        let half = F::TWO.inverse();
        for values in [
            [F::ZERO; CHOICES],
            [F::ONE; CHOICES],
            [F::ONE, F::ONE, F::NEG_ONE],
            [half, half, F::ZERO],
            [F::TWO, F::NEG_ONE, F::ZERO],
        ] {
            let lies: Vec<_> = choice.bits.iter().copied().zip(values).collect();
            liar.tell(&lies).unwrap_err();
        }
    }

    #[test]
    fn every_connect_is_needed() {
        let (subject, choice) = subject();
        let others = [choosing(&choice, 1), choosing(&choice, 2)];
        let report = connects(&subject, &choosing(&choice, 0), &others, Effort::default()).unwrap();
        assert_eq!((report.survivors().count(), subject.record().connects().len()), (0, 58), "{report}");
    }

    #[test]
    fn a_list_of_one_is_no_choice() {
        let mut b = Builder::new(Profile::Fast.leaf_config());
        let choice = one_of(&mut b, &list()[..1]);
        assert!(choice.bits.is_empty());
        assert_eq!((b.rows(), b.record().connects().len()), (0, 0));
    }
}
