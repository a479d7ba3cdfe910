//! A leaf proves what the ledger did.

use std::sync::OnceLock;

use furl_circuits::builder::Builder;
use furl_circuits::field::F;
use furl_circuits::leaf::LeafWires;
use furl_circuits::leaf_circuit::{LeafCircuit, LeafError, LeafSize};
use furl_circuits::profile::Profile;
use furl_circuits::testing::{Liar, Subject, Violation};
use furl_ledger::{Piece, PieceStatement};
use plonky2::field::types::Field;
use plonky2::iop::witness::PartialWitness;

use crate::support::World;

/// The small leaf, built once.
pub(crate) fn small() -> &'static LeafCircuit {
    static CIRCUIT: OnceLock<LeafCircuit> = OnceLock::new();
    CIRCUIT.get_or_init(|| LeafCircuit::build(Profile::Fast, LeafSize::SMALLEST))
}

/// A batch with fees in two tokens, a self-transfer, an empty transfer, and a receiver that sends.
pub(crate) fn batch() -> Piece {
    let mut world = World::new(4);
    let transfers = [
        world.transfer(1, 2, 0, 500, 3, 0),
        world.transfer(1, 1, 1, 1_000_000_000 - 7, 7, 0),
        world.transfer(2, 3, 2, 0, 0, 0),
        world.transfer(1, 3, 0, 1, 0x101, 1),
        world.transfer(3, 0, 1, 9, 255, 0),
    ];
    world.ledger.apply(&world.batch, &transfers).unwrap().piece()
}

#[test]
fn a_batch_is_proved_and_no_other_statement_with_it() {
    let (circuit, piece) = (small(), batch());
    let proof = circuit.prove(&piece).unwrap();
    let statement = piece.statement();
    assert_eq!(proof.public_inputs, statement.elements());
    let mut others: Vec<PieceStatement> = vec![statement.clone(); 10];
    others[0].version += 1;
    others[1].domain = statement.old_root;
    others[2].batch += 1;
    others[3].old_root = statement.new_root;
    others[4].new_root = statement.old_root;
    others[5].count += 1;
    others[6].fees_in = statement.fees_out;
    others[7].fees_out = statement.fees_in;
    others[8].data_in = statement.data_out;
    others[9].data_out = statement.data_in;
    for other in &others {
        // Claimed beside the proof, and put into the proof.
        assert!(matches!(circuit.verify(other, &proof), Err(LeafError::OtherStatement)));
        let mut spoilt = proof.clone();
        spoilt.public_inputs = other.elements().to_vec();
        assert!(matches!(circuit.verify(other, &spoilt), Err(LeafError::False(_))), "{other:?}");
    }
}

/// The statement's wires and the ledger's encoding have one order.
#[test]
fn the_public_inputs_are_the_statement() {
    use furl_circuits::leaf::{PieceWires, StatementWires};
    use furl_circuits::wires::Wires;
    let piece = batch().statement().clone();
    let (mut elements, mut of_batch) = (Vec::new(), Vec::new());
    PieceWires::elements(&piece, &mut elements);
    StatementWires::elements(&piece.of_batch(), &mut of_batch);
    assert_eq!((&elements[..], &of_batch[..]), (&piece.elements()[..], &piece.of_batch().elements()[..]));
}

/// A lane that is not used collects nothing, and two lanes in use differ in token, whatever the hints say.
#[test]
fn lanes_are_what_they_say() {
    let write = |b: &mut Builder| LeafWires::constrain(b, 2);
    let (subject, wires) = Subject::new(&Profile::Fast.leaf_config(), write).unwrap();
    let mut inputs = PartialWitness::new();
    wires.assign(&mut inputs, &batch()).unwrap();
    let mut liar = Liar::new(&subject, &inputs).unwrap();
    subject.checker().check(liar.table()).unwrap();
    // Lane 1 is not used: calling it used opens the padding slot under the wrong root.
    assert!(liar.tell(&[(wires.lanes[1].used, F::ONE)]).is_err());
    // Lane 0 is used: calling it unused loses its sum.
    assert!(liar.tell(&[(wires.lanes[0].used, F::ZERO)]).is_err());
    // Nor has it collected anything before.
    assert!(liar.tell(&[(wires.sums[1], F::ONE)]).is_err());
    // A leaf is the last or not.
    assert!(liar.tell(&[(wires.last, F::TWO)]).is_err());
    // The inverse of the difference of the tokens in lanes 0 and 2 is bound to it.
    for gap in [F::ZERO, F::TWO] {
        assert!(liar.tell(&[(wires.gaps[1], gap)]).is_err());
    }
}

/// A batch number is below 2^32. In a leaf without padding, whose transfers expire soon, only its own range check refuses a
/// negative one.
#[test]
fn a_negative_batch_number_is_refused() {
    let (subject, wires) = Subject::new(&Profile::Fast.leaf_config(), |b| LeafWires::constrain(b, 1)).unwrap();
    let mut world = World::new(3);
    let transfers: Vec<_> = (0..4).map(|sent| world.transfer(1, 2, 0, 5, 0, sent)).collect();
    let piece = world.ledger.apply(&world.batch, &transfers).unwrap().piece();
    let mut inputs = PartialWitness::new();
    wires.assign(&mut inputs, &piece).unwrap();
    let mut liar = Liar::new(&subject, &inputs).unwrap();
    liar.tell(&[(wires.statement.batch, -F::from_canonical_u64(5))]).unwrap_err();
    let is_range = |v: &Violation| matches!(v, Violation::Gate { gate, .. } if gate.starts_with("BaseSumGate"));
    let violations = subject.checker().violations(liar.table());
    assert!(violations.iter().all(is_range), "{violations:?}");
}
