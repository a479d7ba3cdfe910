//! # Canonical decomposition of a field element into two 32-bit halves
//!
//! $x = 2^{32}h + l$ with $h, l < 2^{32}$ has two solutions for small $x$: the value itself and $x + p$. As $p = 2^{64} - 2^{32} + 1$, the second one
//! always has $h = 2^{32} - 1$ and $l \ge 1$; the first never does. So the decomposition is made unique by demanding
//!
//! $$ h = 2^{32} - 1 \;\Rightarrow\; l = 0, \qquad\text{as}\qquad l\cdot\bigl(1 - (2^{32} - 1 - h)\,g\bigr) = 0 $$
//!
//! for some witness $g$: where $h$ is the maximum the bracket is 1 and $l$ must vanish; elsewhere $g$ is the inverse.

use anyhow::Result;
use plonky2::field::types::{Field, PrimeField64};
use plonky2::iop::generator::{GeneratedValues, SimpleGenerator};
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartitionWitness, Witness, WitnessWrite};
use plonky2::plonk::circuit_data::CommonCircuitData;
use plonky2::util::serialization::{Buffer, IoError, IoResult};

use super::arithmetic;
use crate::builder::Builder;
use crate::field::{D, F};

/// The halves of one element.
#[derive(Clone, Copy, Debug)]
pub struct Halves {
    /// The low 32 bits.
    pub low: Target,
    /// The high 32 bits.
    pub high: Target,
}

/// The unique 32-bit halves of `x`.
pub fn split(b: &mut Builder, x: Target) -> Halves {
    let (low, high, inverse) = (b.virtual_target(), b.virtual_target(), b.virtual_target());
    b.add_generator(Split { x, low, high, inverse });
    arithmetic::range_check_32(b, low);
    arithmetic::range_check_32(b, high);

    let sum = arithmetic::scale_add(b, F::from_canonical_u64(1 << 32), high, low);
    b.connect(sum, x);
    // 1 - (2^32 - 1 - h) g = 1 + h g - (2^32 - 1) g
    let (zero, one) = (b.constant(F::ZERO), b.constant(F::ONE));
    let product = arithmetic::fused(b, F::ONE, high, inverse, F::ONE, one);
    let bracket = arithmetic::scale_add(b, -F::from_canonical_u64((1 << 32) - 1), inverse, product);
    let vanishing = arithmetic::mul(b, low, bracket);
    b.connect(vanishing, zero);
    Halves { low, high }
}

#[derive(Debug)]
struct Split {
    x: Target,
    low: Target,
    high: Target,
    inverse: Target,
}

impl SimpleGenerator<F, D> for Split {
    fn id(&self) -> String {
        "furl.Split".into()
    }

    fn dependencies(&self) -> Vec<Target> {
        vec![self.x]
    }

    fn run_once(&self, witness: &PartitionWitness<'_, F>, out: &mut GeneratedValues<F>) -> Result<()> {
        let x = witness.get_target(self.x).to_canonical_u64();
        let (high, low) = (x >> 32, x & 0xffff_ffff);
        let gap = F::from_canonical_u64(0xffff_ffff - high);
        out.set_target(self.low, F::from_canonical_u64(low))?;
        out.set_target(self.high, F::from_canonical_u64(high))?;
        out.set_target(self.inverse, gap.try_inverse().unwrap_or_default())
    }

    fn serialize(&self, _: &mut Vec<u8>, _: &CommonCircuitData<F, D>) -> IoResult<()> {
        Err(IoError)
    }

    fn deserialize(_: &mut Buffer<'_>, _: &CommonCircuitData<F, D>) -> IoResult<Self> {
        Err(IoError)
    }
}

#[cfg(test)]
mod tests {
    use plonky2::field::types::Field64;
    use plonky2::iop::witness::PartialWitness;

    use super::*;
    use crate::profile::Profile;
    use crate::testing::mutants::{Effort, connects};
    use crate::testing::{Liar, Subject};

    fn subject() -> (Subject, (Target, Halves)) {
        let write = |b: &mut Builder| {
            let x = b.virtual_target();
            let halves = split(b, x);
            b.register_public_inputs(&[x, halves.low, halves.high]);
            (x, halves)
        };
        Subject::new(&Profile::Fast.leaf_config(), write).unwrap()
    }

    fn inputs(x: Target, value: u64) -> PartialWitness<F> {
        let mut witness = PartialWitness::new();
        witness.set_target(x, F::from_canonical_u64(value)).unwrap();
        witness
    }

    #[test]
    fn halves_are_those_of_the_canonical_integer() {
        let (subject, (x, halves)) = subject();
        for value in [0, 1, 5, (1 << 32) - 1, 1 << 32, 0xffff_ffff_0000_0000, F::ORDER - 1, 0x0123_4567_89ab_cdef] {
            let liar = Liar::new(&subject, &inputs(x, value)).unwrap();
            subject.checker().check(liar.table()).unwrap();
            assert_eq!(liar.value(halves.low), F::from_canonical_u64(value & 0xffff_ffff));
            assert_eq!(liar.value(halves.high), F::from_canonical_u64(value >> 32));
        }
    }

    /// The other 64-bit representative, $x + p$, splits as well; no inverse hint makes it pass.
    #[test]
    fn the_halves_of_x_plus_p_are_refused() {
        let (subject, (x, halves)) = subject();
        for value in [0u64, 1, 5, (1 << 32) - 2] {
            let second = value + F::ORDER;
            assert_eq!(second >> 32, 0xffff_ffff, "the high half of x + p is always full");
            let mut liar = Liar::new(&subject, &inputs(x, value)).unwrap();
            let low = F::from_canonical_u64(second & 0xffff_ffff);
            let lies = [(halves.low, low), (halves.high, F::from_canonical_u64(second >> 32))];
            assert!(liar.tell(&lies).is_err(), "{value} + p");
        }
    }

    #[test]
    fn every_connect_is_needed() {
        let (subject, (x, _)) = subject();
        let others = [inputs(x, 0xffff_ffff_0000_0000), inputs(x, 3), inputs(x, (1 << 32) - 1)];
        let report = connects(&subject, &inputs(x, 0x0123_4567_89ab_cdef), &others, Effort::default()).unwrap();
        println!("{report}");
        assert!(report.share() > 0.95, "{report}");
    }
}
