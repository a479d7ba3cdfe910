//! # The node: proofs of neighbours, joined
//!
//! A node verifies one to three proofs and proves the same [`PieceStatement`] as they do, for all their transfers together.
//! It has the same 31 public inputs as a leaf, and no other wire says anything to its parent.
//!
//! | statement of the node | from | constraint |
//! |---|---|---|
//! | version, domain, batch | any child | equal in all children: N1 |
//! | old root | the first child | |
//! | new root | the last child | each child starts from the root that the one before ends with: N2 |
//! | data in, data out | the first, the last child | the same for the data chain: N3 |
//! | count | the sum of all | each child but the last is full: N4 |
//! | fees in, fees out | the first, the last child | the same for lanes and sums: N6 |
//!
//! | rule | what it is for |
//! |---|---|
//! | N1 | one batch, one domain: nobody's transfers stand under another number |
//! | N2 | order and completeness: no child is left out, swapped, or used twice (unless it changes nothing, see below) |
//! | N3 | the same for what is published |
//! | N4 | the words of a batch are hashed in blocks of four; a child that ends early would put padding between transfers |
//! | N5 | each child has a key of the constant list, so that it proves this very statement |
//! | N6 | one set of fee lanes, whose sums run on; and nothing after a child that has credited them, for no leaf opens its `fees_out` |
//!
//! ## Full, without a flag
//!
//! Rule N4 compares a count with a constant of the circuit: the capacity of a leaf times $3^{k-1}$ on level $k$. Because
//! all leaves but the last of a child are full already, a child whose count is a multiple of a leaf's capacity has no leaf
//! that is not.
//!
//! Counts are sums of the leaves' counts, which are sums of bits: at most [`MAX_TRANSFERS`](crate::node::MAX_TRANSFERS),
//! far below $2^{32}$. They never wrap.
//!
//! ## A child used twice
//!
//! Every transfer of a leaf moves its sender's nonce. So a leaf's new root differs from its old one, short of a collision
//! of the hash, and a proof cannot stand next to itself: rule N2 refuses it. Nothing else forbids it, and nothing else has
//! to.
//!
//! **Not checked here:** that the first child's data chain and fees start where they start, and that the last one closes the
//! fees (the [root](crate::root) does); that the old root is the current one (whoever keeps the root does).

use furl_ledger::Digest;
use furl_ledger::statement::PieceStatement;
use plonky2::field::types::Field;
use plonky2::iop::witness::PartialWitness;
use thiserror::Error;

use crate::builder::Builder;
use crate::field::{CircuitData, F, Proof};
use crate::gadgets::arithmetic;
use crate::keys::{Circuit, KeyMismatch, Keys, VerifyingKey};
use crate::leaf::PieceWires;
use crate::node::NodeKind;
use crate::profile::Profile;
use crate::recursion::{self, Child, ChildWires, Common, ProofWires};
use crate::wires::Wires;

/// What a node's children are: a description that the circuit is written from.
#[derive(Clone, Debug)]
pub struct Children {
    /// Common data of all children.
    pub common: Common,
    /// Ids of the keys that a child may have, from the first child to the last.
    pub ids: Vec<Vec<Digest>>,
    /// The transfers of a full child.
    pub full: usize,
}

impl Children {
    /// The children of a kind of node, by the keys of the circuits below.
    ///
    /// # Panics
    /// If `keys` lacks one of them.
    #[must_use]
    pub fn of(kind: NodeKind, keys: &Keys) -> Self {
        let profile = keys.profile();
        let leaf = Circuit::Leaf(kind.leaves());
        let (common, full, last) = match kind.full() {
            None => (recursion::leaf_shape(profile, kind.leaves()), leaf, vec![leaf]),
            Some(full) => {
                (recursion::node_shape(profile), Circuit::Node(full), kind.last().map(Circuit::Node).collect())
            }
        };
        let mut ids = vec![keys.ids([full]); kind.arity() - 1];
        ids.push(keys.ids(last));
        Self { common, ids, full: kind.full_child() }
    }
}

/// All wires of a node that take a value from outside.
#[derive(Clone, Debug)]
pub struct NodeWires {
    /// The children, in the order of the batch.
    pub children: Vec<ChildWires<PieceWires>>,
    /// What the node states.
    pub statement: PieceWires,
}

impl NodeWires {
    /// Constrains a node and registers its public inputs.
    ///
    /// # Panics
    /// If there are no children, or a list of keys is empty: a mistake in the circuit's code.
    pub fn constrain(b: &mut Builder, children: &Children) -> Self {
        let ids = children.ids.iter().enumerate();
        let wires: Vec<ChildWires<PieceWires>> = ids
            .map(|(i, ids)| b.scope_at("child", i, |b| ChildWires::constrain(b, &children.common, ids))) // N5
            .collect();
        let statement = b.scope("join", |b| join(b, &wires, children.full));
        b.register_public_inputs(&statement.to_targets());
        Self { children: wires, statement }
    }

    /// The wires of the children's proofs.
    #[must_use]
    pub fn proofs(&self) -> Vec<ProofWires> {
        self.children.iter().map(|child| child.proof.clone()).collect()
    }

    /// Puts the children on the wires; `chosen` says which key of its list each has.
    ///
    /// # Errors
    /// If a wire already holds another value.
    pub fn assign(
        &self,
        witness: &mut PartialWitness<F>,
        children: &[Child<'_>],
        chosen: &[usize],
    ) -> anyhow::Result<()> {
        assign(&self.proofs(), witness, children, chosen)
    }
}

/// Puts children on the wires of their proofs.
fn assign(
    proofs: &[ProofWires],
    witness: &mut PartialWitness<F>,
    children: &[Child<'_>],
    chosen: &[usize],
) -> anyhow::Result<()> {
    let given = children.iter().zip(chosen);
    proofs.iter().zip(given).try_for_each(|(wires, (child, chosen))| wires.assign(witness, *child, *chosen))
}

/// Constrains the children's statements to be those of neighbours, and joins them.
fn join(b: &mut Builder, children: &[ChildWires<PieceWires>], full: usize) -> PieceWires {
    let mut joined = children[0].statement;
    for (i, child) in children.iter().enumerate().skip(1) {
        let next = child.statement;
        b.scope("same", |b| {
            b.connect(joined.version, next.version); // N1
            joined.domain.connect(b, &next.domain);
            b.connect(joined.batch, next.batch);
        });
        b.scope("root", |b| joined.new_root.connect(b, &next.old_root)); // N2
        b.scope("data", |b| joined.data_out.connect(b, &next.data_in)); // N3
        b.scope("fees", |b| joined.fees_out.connect(b, &next.fees_in)); // N6
        b.scope("full", |b| {
            let full = b.constant(F::from_canonical_usize(full));
            b.connect(children[i - 1].statement.count, full); // N4
        });
        let count = b.scope("count", |b| arithmetic::scale_add(b, F::ONE, joined.count, next.count));
        let PieceWires { new_root, fees_out, data_out, .. } = next;
        joined = PieceWires { new_root, fees_out, data_out, count, ..joined };
    }
    joined
}

/// Why proofs were not joined.
#[derive(Debug, Error)]
pub enum AggregateError {
    /// Too few or too many children.
    #[error("expected {expected} children, got {got}")]
    Arity {
        /// As many as the circuit verifies.
        expected: usize,
        /// As many as there were.
        got: usize,
    },
    /// A child is of a circuit that may not stand there.
    #[error("child {index}: no key that may stand there has the id {got}")]
    ForeignChild {
        /// Which child, from 0.
        index: usize,
        /// The id of its key.
        got: Digest,
    },
    /// A child's proof is false, or has not the shape of its circuit's proofs; the cause is the proof system's own.
    #[error("child {index}: the proof is false: {cause}")]
    FalseChild {
        /// Which child, from 0.
        index: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// The proof system refused the witness; the cause is its own.
    #[error("the proofs could not be joined: {0}")]
    Unprovable(String),
    /// The proof is of another statement.
    #[error("the proof's public inputs are not those of the statement")]
    OtherStatement,
    /// The proof is false.
    #[error("the proof is false: {0}")]
    False(String),
}

/// A circuit that verifies proofs, built.
#[derive(Debug)]
pub struct Aggregate {
    data: CircuitData,
    key: VerifyingKey,
    rows: usize,
    proofs: Vec<ProofWires>,
    children: Children,
}

impl Aggregate {
    /// Builds the circuit that `write` writes over `children`, and of which it returns the wires of their proofs.
    pub(crate) fn build(
        mut b: Builder,
        degree_bits: usize,
        children: Children,
        write: impl FnOnce(&mut Builder, &Children) -> Vec<ProofWires>,
    ) -> Self {
        let proofs = write(&mut b, &children);
        let rows = b.rows();
        let data = recursion::build(b, degree_bits);
        let key = VerifyingKey::of(&data);
        Self { data, key, rows, proofs, children }
    }

    /// plonky2's view of the circuit.
    #[must_use]
    pub const fn data(&self) -> &CircuitData {
        &self.data
    }

    /// The verifying key.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Rows used, before those that building adds (public inputs, constants) and padding.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// The wires that take a value: those of the children's proofs.
    #[must_use]
    pub fn proofs(&self) -> &[ProofWires] {
        &self.proofs
    }

    /// The witness of these children, in the order of the batch. Each is verified, in milliseconds, before a wire is set.
    ///
    /// # Errors
    /// If there are too few or too many, or one is false or of a circuit that may not stand there.
    pub fn witness(&self, children: &[Child<'_>]) -> Result<PartialWitness<F>, AggregateError> {
        let (expected, got) = (self.children.ids.len(), children.len());
        if expected != got {
            return Err(AggregateError::Arity { expected, got });
        }
        let chosen = self.children.ids.iter().zip(children).enumerate().map(|(index, (ids, child))| {
            let got = child.key.id();
            let chosen = ids.iter().position(|id| *id == got).ok_or(AggregateError::ForeignChild { index, got })?;
            let verifier = child.key.verifier(self.children.common.clone());
            let verified = verifier.verify(child.proof.clone());
            verified.map_err(|cause| AggregateError::FalseChild { index, cause: cause.to_string() })?;
            Ok(chosen)
        });
        let chosen = chosen.collect::<Result<Vec<_>, AggregateError>>()?;
        let mut witness = PartialWitness::new();
        let assigned = assign(&self.proofs, &mut witness, children, &chosen);
        assigned.map_err(|e| AggregateError::Unprovable(e.to_string()))?;
        Ok(witness)
    }

    /// Joins the children, and verifies the proof before returning it.
    ///
    /// # Errors
    /// If the children are not those of this circuit, are false, or are no neighbours.
    pub fn prove(&self, children: &[Child<'_>]) -> Result<Proof, AggregateError> {
        let witness = self.witness(children)?;
        let proof = furl_engine::prove(&self.data, witness).map_err(|e| AggregateError::Unprovable(e.to_string()))?;
        self.data.verify(proof.clone()).map_err(|e| AggregateError::False(e.to_string()))?;
        Ok(proof)
    }
}

/// A node circuit, built.
#[derive(Debug)]
pub struct NodeCircuit {
    profile: Profile,
    kind: NodeKind,
    circuit: Aggregate,
}

impl NodeCircuit {
    /// Builds the node of a kind over the committed keys of its children, and compares its key with the committed one.
    /// Deterministic; seconds.
    ///
    /// # Errors
    /// If the key is another: the committed keys are out of date, or the circuit was miscomputed.
    pub fn build(profile: Profile, kind: NodeKind) -> Result<Self, KeyMismatch> {
        let keys = Keys::committed(profile);
        let node = Self::over(kind, keys);
        keys.check(Circuit::Node(kind), node.key())?;
        Ok(node)
    }

    /// Builds the node of a kind over these keys, whatever is committed.
    ///
    /// # Panics
    /// If `keys` lacks a circuit below.
    #[must_use]
    pub fn over(kind: NodeKind, keys: &Keys) -> Self {
        let profile = keys.profile();
        let children = Children::of(kind, keys);
        let b = Builder::new(profile.node_config());
        let write = |b: &mut Builder, children: &Children| NodeWires::constrain(b, children).proofs();
        let circuit = Aggregate::build(b, profile.node_degree_bits(), children, write);
        Self { profile, kind, circuit }
    }

    /// The security profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Which node.
    #[must_use]
    pub const fn kind(&self) -> NodeKind {
        self.kind
    }

    /// The verifying key.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        self.circuit.key()
    }

    /// The circuit: its rows, its wires, its prover.
    #[must_use]
    pub const fn circuit(&self) -> &Aggregate {
        &self.circuit
    }

    /// Verifies that `proof` proves `statement`.
    ///
    /// # Errors
    /// If it proves another statement, or none.
    pub fn verify(&self, statement: &PieceStatement, proof: &Proof) -> Result<(), AggregateError> {
        if proof.public_inputs != statement.elements() {
            return Err(AggregateError::OtherStatement);
        }
        self.circuit.data.verify(proof.clone()).map_err(|e| AggregateError::False(e.to_string()))
    }
}
