//! Toys: leaves that prove any statement of a piece. And the nodes over them that are attacked.

use std::sync::OnceLock;

use furl_circuits::aggregate::{Children, NodeWires};
use furl_circuits::builder::Builder;
use furl_circuits::field::{CircuitData, F, Proof, VerifierCircuitData};
use furl_circuits::gadgets::arithmetic;
use furl_circuits::keys::VerifyingKey;
use furl_circuits::leaf::PieceWires;
use furl_circuits::profile::Profile;
use furl_circuits::recursion::{Child, ChildWires};
use furl_circuits::root::{self, AboveWires};
use furl_circuits::wires::Wires;
use furl_ledger::*;
use plonky2::field::types::Field;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_data::CircuitConfig;

/// Transfers of a full toy.
pub(crate) const FULL: u32 = 8;

/// A circuit that proves any statement.
pub(crate) struct Toy {
    number: u64,
    circuit: CircuitData,
    statement: PieceWires,
    pub(crate) key: VerifyingKey,
}

/// One query and no proof of work: what a toy is worth.
fn config(queries: usize) -> CircuitConfig {
    let mut config = Profile::Fast.leaf_config();
    config.security_bits = 0;
    config.fri_config.num_query_rounds = queries;
    config.fri_config.proof_of_work_bits = 1;
    config
}

impl Toy {
    /// The toy with this number in its constants: another number is another key of the same shape.
    fn new(number: u64, queries: usize) -> Self {
        let mut b = Builder::new(config(queries));
        let statement = PieceWires::allocate(&mut b);
        // Bound to nothing but its own row.
        let constant = b.constant(F::from_canonical_u64(number));
        arithmetic::mul(&mut b, constant, constant);
        b.register_public_inputs(&statement.to_targets());
        b.pad_beyond(1 << 5);
        let circuit = b.build();
        let key = VerifyingKey::of(&circuit);
        Self { number, circuit, statement, key }
    }

    pub(crate) fn prove(&self, statement: &PieceStatement) -> Proof {
        self.prove_elements(&statement.elements())
    }

    /// Proves what is not even a statement.
    pub(crate) fn prove_elements(&self, elements: &[F]) -> Proof {
        let mut inputs = PartialWitness::new();
        for (target, element) in self.statement.to_targets().into_iter().zip(elements) {
            inputs.set_target(target, *element).unwrap();
        }
        self.circuit.prove(inputs).unwrap()
    }

    pub(crate) fn verifier(&self) -> VerifierCircuitData {
        self.circuit.verifier_data()
    }

    /// This toy under the circuit digest of another: a key of one's digest and the other's cap, and proofs of it.
    pub(crate) fn under_the_digest_of(&self, other: &Self) -> Self {
        let mut masked = Self::new(self.number, 1);
        masked.circuit.prover_only.circuit_digest = other.circuit.prover_only.circuit_digest;
        masked.circuit.verifier_only.circuit_digest = other.circuit.verifier_only.circuit_digest;
        masked.key = VerifyingKey::of(&masked.circuit);
        masked
    }
}

/// The toy that stands for a full child, and for a last one.
pub(crate) fn toy() -> &'static Toy {
    static TOY: OnceLock<Toy> = OnceLock::new();
    TOY.get_or_init(|| Toy::new(11, 1))
}

/// The toy that stands for a lower node: a last child only.
pub(crate) fn lower() -> &'static Toy {
    static TOY: OnceLock<Toy> = OnceLock::new();
    TOY.get_or_init(|| Toy::new(12, 1))
}

/// A toy of the same shape that nobody asked for.
pub(crate) fn stranger() -> &'static Toy {
    static TOY: OnceLock<Toy> = OnceLock::new();
    TOY.get_or_init(|| Toy::new(13, 1))
}

/// The first toy with other parameters.
pub(crate) fn of_another_profile() -> Toy {
    Toy::new(11, 2)
}

/// `arity` toys, the last of which may be a lower one.
pub(crate) fn children(arity: usize) -> Children {
    let mut ids = vec![vec![toy().key.id()]; arity - 1];
    ids.push(vec![toy().key.id(), lower().key.id()]);
    Children { common: toy().circuit.common.clone(), ids, full: FULL as usize }
}

/// The node over two toys.
pub(crate) fn pair(b: &mut Builder) -> NodeWires {
    NodeWires::constrain(b, &children(2))
}

/// The node over three toys.
pub(crate) fn three(b: &mut Builder) -> NodeWires {
    NodeWires::constrain(b, &children(3))
}

/// The first circuit above the tree, over a toy.
pub(crate) fn top(b: &mut Builder) -> AboveWires<PieceWires> {
    root::first(b, &children(1))
}

/// A digest that stands for nothing.
pub(crate) fn digest(number: u64) -> Digest {
    Digest([1, 2, 3, 4].map(|i| F::from_canonical_u64(1000 * number + i)))
}

/// The lanes of the neighbours: one of token 3, into slot `slot`.
pub(crate) fn lanes(slot: u32) -> FeeLanes {
    let lane = FeeLane { token: Token::new(3), slot: SlotIndex::new(slot).unwrap() };
    FeeLanes::new([Some(lane), None, None, None]).unwrap()
}

/// So much in the one lane.
pub(crate) fn collected(sum: u64) -> [Amount; LANES] {
    [Amount::new(sum).unwrap(), Amount::ZERO, Amount::ZERO, Amount::ZERO]
}

/// What the `i`-th of some neighbours states; all are full, and each has collected seven.
pub(crate) fn neighbour(i: u64) -> PieceStatement {
    PieceStatement {
        version: 1,
        domain: digest(100),
        batch: 7,
        old_root: digest(200 + i),
        new_root: digest(201 + i),
        count: FULL,
        fees_in: lanes(5).open_digest(&collected(7 * i)),
        fees_out: lanes(5).open_digest(&collected(7 * i + 7)),
        data_in: if i == 0 { data::start() } else { digest(400 + i) },
        data_out: digest(401 + i),
    }
}

/// The only piece of a batch.
pub(crate) fn whole() -> PieceStatement {
    PieceStatement { fees_out: lanes(5).digest(), ..neighbour(0) }
}

/// A circuit over children that state pieces.
pub(crate) trait Above {
    /// The children, in order.
    fn children(&self) -> Vec<&ChildWires<PieceWires>>;
}

impl Above for NodeWires {
    fn children(&self) -> Vec<&ChildWires<PieceWires>> {
        self.children.iter().collect()
    }
}

impl Above for AboveWires<PieceWires> {
    fn children(&self) -> Vec<&ChildWires<PieceWires>> {
        vec![&self.child]
    }
}

/// Inputs of a circuit over proofs of the toy.
pub(crate) fn inputs_of(wires: &impl Above, proofs: &[Proof]) -> PartialWitness<F> {
    let mut witness = PartialWitness::new();
    for (wires, proof) in wires.children().into_iter().zip(proofs) {
        wires.proof.assign(&mut witness, Child { key: &toy().key, proof }, 0).unwrap();
    }
    witness
}

/// Inputs of a circuit: for each child the toy, the statement, and which key of its list is chosen.
pub(crate) fn inputs(wires: &impl Above, children: &[(&Toy, PieceStatement, usize)]) -> PartialWitness<F> {
    let mut witness = PartialWitness::new();
    for (wires, (toy, statement, chosen)) in wires.children().into_iter().zip(children) {
        let proof = toy.prove(statement);
        wires.proof.assign(&mut witness, Child { key: &toy.key, proof: &proof }, *chosen).unwrap();
    }
    witness
}
