//! Toys: children that prove any statement, with one query, so that the circuit over them is small.

use std::sync::OnceLock;

use furl_circuits::builder::Builder;
use furl_circuits::field::{CircuitData, F, Proof};
use furl_circuits::gadgets::arithmetic;
use furl_circuits::keys::VerifyingKey;
use furl_circuits::leaf::StatementWires;
use furl_circuits::profile::Profile;
use furl_circuits::wires::Wires;
use furl_ledger::{Digest, Statement, data};
use plonky2::field::types::Field;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_data::CircuitConfig;

/// Binary logarithm of the rows of the circuit over a toy.
pub(super) const DEGREE_BITS: usize = 10;

/// One query and next to no proof of work: what a toy is worth.
pub(super) fn config() -> CircuitConfig {
    let mut config = Profile::Fast.last_config();
    config.security_bits = 0;
    config.fri_config.num_query_rounds = 1;
    config.fri_config.proof_of_work_bits = 1;
    config
}

pub(super) struct Toy {
    pub(super) circuit: CircuitData,
    statement: StatementWires,
    pub(super) key: VerifyingKey,
}

impl Toy {
    /// The toy with this number in its constants: another number is another key of the same shape.
    fn new(number: u64) -> Self {
        let mut b = Builder::new(config());
        let statement = StatementWires::allocate(&mut b);
        let constant = b.constant(F::from_canonical_u64(number));
        arithmetic::mul(&mut b, constant, constant);
        b.register_public_inputs(&statement.to_targets());
        b.pad_beyond(1 << 5);
        let circuit = b.build();
        let key = VerifyingKey::of(&circuit);
        Self { circuit, statement, key }
    }

    pub(super) fn prove(&self, statement: &Statement) -> Proof {
        let mut inputs = PartialWitness::new();
        for (target, element) in self.statement.to_targets().into_iter().zip(statement.elements()) {
            inputs.set_target(target, element).unwrap();
        }
        self.circuit.prove(inputs).unwrap()
    }
}

pub(super) fn toy() -> &'static Toy {
    static TOY: OnceLock<Toy> = OnceLock::new();
    TOY.get_or_init(|| Toy::new(11))
}

/// A toy of the same shape under another key.
pub(super) fn stranger() -> &'static Toy {
    static TOY: OnceLock<Toy> = OnceLock::new();
    TOY.get_or_init(|| Toy::new(12))
}

fn digest(number: u64) -> Digest {
    Digest([1, 2, 3, 4].map(|i| F::from_canonical_u64(1000 * number + i)))
}

/// What a root might state.
pub(super) fn statement() -> Statement {
    Statement {
        version: 1,
        domain: digest(1),
        batch: 7,
        old_root: digest(2),
        new_root: digest(3),
        count: 5,
        fees: digest(4),
        data_in: data::start(),
        data_out: digest(5),
    }
}
