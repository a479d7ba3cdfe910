//! See the table of the [tree's tests](super).

use std::collections::HashMap;
use std::sync::OnceLock;

use furl_circuits::aggregate::NodeWires;
use furl_circuits::builder::Connect;
use furl_circuits::field::F;
use furl_circuits::leaf::PieceWires;
use furl_circuits::root::AboveWires;
use furl_circuits::testing::Liar;
use furl_circuits::wires::Wires;
use furl_ledger::{PieceStatement, data};
use plonky2::field::types::Field;
use plonky2::iop::target::Target;

use super::toys::{
    self, Above, FULL, Toy, collected, digest, inputs, lanes, lower, neighbour, of_another_profile, stranger, toy,
    whole,
};
use crate::attacks::stage::{Gap, Stage};

type Node = Stage<NodeWires>;
type Top = Stage<AboveWires<PieceWires>>;

/// The node over three toys, under attack.
fn three() -> &'static Node {
    static STAGE: OnceLock<Node> = OnceLock::new();
    STAGE.get_or_init(|| Stage::new(toys::three))
}

/// The node over two toys.
fn pair() -> &'static Node {
    static STAGE: OnceLock<Node> = OnceLock::new();
    STAGE.get_or_init(|| Stage::new(toys::pair))
}

/// The circuit above the tree.
fn top() -> &'static Top {
    static STAGE: OnceLock<Top> = OnceLock::new();
    STAGE.get_or_init(|| Stage::new(toys::top))
}

/// Toys with these statements.
fn stating(statements: &[PieceStatement]) -> Vec<(&'static Toy, PieceStatement, usize)> {
    statements.iter().map(|statement| (toy(), statement.clone(), 0)).collect()
}

/// The copies at these places between neighbours which these statements break.
fn broken(stage: &Node, statements: &[PieceStatement], places: &[&str]) -> Gap {
    let children = stage.wires.children.iter().zip(statements);
    let values: HashMap<Target, F> =
        children.flat_map(|(child, s)| child.statement.to_targets().into_iter().zip(s.elements())).collect();
    // What is no child's is the constant that counts are compared with.
    let value = |target| values.get(&target).copied().unwrap_or(F::from_canonical_u32(FULL));
    let differ = |copy: &Connect| value(copy.left) != value(copy.right);
    let gaps = places.iter().map(|place| stage.copies(&format!("join/{place}"), differ));
    gaps.reduce(Gap::and).expect("an attack breaks something")
}

/// Joins these statements: the node refuses by exactly the copies at these places that they break, and without them
/// proves `claim`.
fn attack(stage: &Node, statements: &[PieceStatement], places: &[&str]) {
    let gap = broken(stage, statements, places);
    let table = stage.table(&gap, inputs(&stage.wires, &stating(statements)));
    stage.dies_only_by(&gap, &table);
    let claim = statements.iter().cloned().reduce(|joined, next| joined.joined(&next)).unwrap();
    assert_eq!(table.public_inputs(), claim.elements());
}

#[test]
fn neighbours_are_joined() {
    for (stage, count) in [(pair(), 2), (three(), 3)] {
        let mut statements: Vec<_> = (0..count).map(neighbour).collect();
        stage.accepts(&stage.table(&Gap::default(), inputs(&stage.wires, &stating(&statements))));
        // The last one may be less than full, or of a lower level.
        statements.last_mut().unwrap().count = 1;
        let mut children = stating(&statements);
        *children.last_mut().unwrap() = (lower(), statements.last().unwrap().clone(), 1);
        let table = stage.table(&Gap::default(), inputs(&stage.wires, &children));
        stage.accepts(&table);
        assert_eq!(table.public_inputs()[14], F::from_canonical_u64(u64::from(FULL) * (count - 1) + 1));
    }
}

#[test]
fn children_swapped() {
    attack(pair(), &[neighbour(1), neighbour(0)], &["root", "data", "fees"]);
    attack(three(), &[neighbour(0), neighbour(2), neighbour(1)], &["root", "data", "fees"]);
}

#[test]
fn child_used_twice() {
    attack(pair(), &[neighbour(0), neighbour(0)], &["root", "data", "fees"]);
}

#[test]
fn child_left_out() {
    attack(pair(), &[neighbour(0), neighbour(2)], &["root", "data", "fees"]);
}

/// A root between two children that nobody arrived at: whoever chooses it gives himself everything.
#[test]
fn root_from_nowhere() {
    attack(pair(), &[neighbour(0), PieceStatement { old_root: digest(9), ..neighbour(1) }], &["root"]);
}

/// Data between two children that nobody published.
#[test]
fn data_from_nowhere() {
    attack(pair(), &[neighbour(0), PieceStatement { data_in: digest(9), ..neighbour(1) }], &["data"]);
}

#[test]
fn another_batch() {
    let others = [
        PieceStatement { version: 2, ..neighbour(1) },
        PieceStatement { domain: digest(9), ..neighbour(1) },
        PieceStatement { batch: 8, ..neighbour(1) },
    ];
    for other in others {
        attack(pair(), &[neighbour(0), other], &["same"]);
    }
    // The third child is compared too, and not with the second alone.
    attack(three(), &[neighbour(0), neighbour(1), PieceStatement { batch: 8, ..neighbour(2) }], &["same"]);
}

/// The second starts from sums that the first has not left: from more, from less, from nothing, or from any digest.
#[test]
fn foreign_running_sum() {
    for fees_in in [8, 6, 0].map(|sum| lanes(5).open_digest(&collected(sum))).into_iter().chain([digest(9)]) {
        attack(pair(), &[neighbour(0), PieceStatement { fees_in, ..neighbour(1) }], &["fees"]);
    }
    // The third goes on from the second.
    let third = PieceStatement { fees_in: neighbour(0).fees_out, ..neighbour(2) };
    attack(three(), &[neighbour(0), neighbour(1), third], &["fees"]);
}

/// The same sums, for another collector.
#[test]
fn lanes_changed_half_way() {
    let fees_in = lanes(6).open_digest(&collected(7));
    attack(pair(), &[neighbour(0), PieceStatement { fees_in, ..neighbour(1) }], &["fees"]);
}

/// The first credits its fees, so that the second may spend them; the second goes on from the sums, and credits them again,
/// or from nothing.
#[test]
fn fees_credited_early() {
    let first = PieceStatement { fees_out: lanes(5).digest(), ..neighbour(0) };
    let last = PieceStatement { fees_out: lanes(5).digest(), ..neighbour(1) };
    let fees_in = lanes(5).open_digest(&collected(0));
    for second in [last.clone(), neighbour(1), PieceStatement { fees_in, ..last.clone() }] {
        attack(pair(), &[first.clone(), second], &["fees"]);
    }
    // A leaf after the last one.
    let third = PieceStatement { fees_out: lanes(5).digest(), ..neighbour(2) };
    attack(three(), &[neighbour(0), last, third], &["fees"]);
}

/// Padding between transfers; or a child that claims more than it has room for, which no true child does.
#[test]
fn child_not_full() {
    attack(pair(), &[PieceStatement { count: FULL - 1, ..neighbour(0) }, neighbour(1)], &["full"]);
    attack(pair(), &[PieceStatement { count: 2 * FULL, ..neighbour(0) }, neighbour(1)], &["full"]);
    attack(three(), &[neighbour(0), PieceStatement { count: 1, ..neighbour(1) }, neighbour(2)], &["full"]);
}

#[test]
fn count_off_by_one() {
    let stage = pair();
    let honest = inputs(&stage.wires, &stating(&[neighbour(0), neighbour(1)]));
    let mut liar = Liar::new(stage.subject(), &honest).unwrap();
    let count = stage.wires.statement.count;
    let Target::Wire(wire) = count else { panic!("the count is a sum") };
    liar.tell(&[(count, F::from_canonical_u32(2 * FULL + 1))]).unwrap_err();
    stage.dies_only_by(&Gap::constraints("ArithmeticGate", [wire.column / 4]), liar.table());
    assert_eq!(liar.table().public_inputs()[14], F::from_canonical_u32(2 * FULL + 1));
}

/// Each element of each relation on its own: a lie about it alone passes where its copy is missing.
#[test]
fn every_connect_between_neighbours_is_needed() {
    let stage = pair();
    let [first, second] = [0, 1].map(|child: usize| stage.wires.children[child].statement.to_targets());
    let record = stage.subject().record();
    let mut tried = 0;
    for copy in record.connects() {
        let place = record.place(copy).to_string();
        if !["join/same", "join/root", "join/data", "join/fees", "join/full"].contains(&place.as_str()) {
            continue;
        }
        let mut proofs = [neighbour(0).elements().to_vec(), neighbour(1).elements().to_vec()];
        // The count of the first child is compared with a constant; all else is the second child's.
        let liar = usize::from(place != "join/full");
        let lied = if liar == 1 { copy.right } else { copy.left };
        let element = [&first, &second][liar].iter().position(|target| *target == lied).unwrap();
        proofs[liar][element] += F::ONE;
        let children: Vec<_> = proofs.iter().map(|elements| toy().prove_elements(elements)).collect();
        let gap = stage.copies(&place, |other| (other.left, other.right) == (copy.left, copy.right));
        let table = stage.table(&gap, toys::inputs_of(&stage.wires, &children));
        stage.refuses_only_by(&gap, &table);
        tried += 1;
    }
    assert_eq!(tried, 6 + 4 + 4 + 4 + 1);
}

/// The copies that make a child's key the one chosen.
fn key_of(stage: &Stage<impl Above>, child: usize) -> Gap {
    let chosen = stage.wires.children()[child].proof.choice.digest.elements;
    stage.copies(&format!("child[{child}]/key"), |copy| chosen.contains(&copy.right))
}

/// Children of other circuits than the node's list has: `child` is of another toy.
fn foreign(stage: &Stage<impl Above>, child: usize, other: &Toy) {
    let statements: Vec<_> = match stage.wires.children().len() as u64 {
        1 => vec![whole()],
        count => (0..count).map(neighbour).collect(),
    };
    let mut children: Vec<(&Toy, PieceStatement, usize)> = stating(&statements);
    children[child].0 = other;
    let gap = key_of(stage, child);
    stage.dies_only_by(&gap, &stage.table(&gap, inputs(&stage.wires, &children)));
}

#[test]
fn child_of_another_circuit() {
    foreign(pair(), 0, stranger());
    foreign(pair(), 1, stranger());
    foreign(top(), 0, stranger());
}

/// A node of a lower level is welcome at the end and nowhere else.
#[test]
fn lower_node_in_a_full_place() {
    foreign(three(), 1, lower());
}

/// The digest alone does not do: it seeds the transcript, but openings are checked against the cap.
#[test]
fn another_cap() {
    foreign(pair(), 0, &stranger().under_the_digest_of(toy()));
}

/// Every element of a child's statement is bound by its proof: here none is bound by anything else, but the start.
#[test]
fn statement_of_no_proof() {
    let stage = top();
    let mut liar = Liar::new(stage.subject(), &inputs(&stage.wires, &stating(&[whole()]))).unwrap();
    stage.accepts(liar.table());
    for element in stage.wires.child.statement.to_targets() {
        let value = liar.value(element);
        liar.tell(&[(element, value + F::ONE)]).unwrap_err();
        liar.tell(&[]).unwrap();
    }
}

/// plonky2's digest does not tell profiles apart, and so neither do our ids: the shape of a proof does.
#[test]
fn child_of_another_profile() {
    let other = of_another_profile();
    assert_eq!(other.key.id(), toy().key.id());
    let proof = other.prove(&neighbour(0));
    other.verifier().verify(proof.clone()).unwrap();
    toy().verifier().verify(proof).unwrap_err();
}

#[test]
fn data_that_starts_elsewhere() {
    let stage = top();
    let gap = stage.copies("start", |_| true);
    let other = PieceStatement { data_in: digest(9), ..whole() };
    let table = stage.table(&gap, inputs(&stage.wires, &stating(&[other])));
    stage.dies_only_by(&gap, &table);
    assert_ne!(digest(9), data::start());
}

/// A batch that is whole: what it states is the piece's statement with the closed digest for its fees.
#[test]
fn a_whole_batch_is_passed_on() {
    let stage = top();
    let table = stage.table(&Gap::default(), inputs(&stage.wires, &stating(&[whole()])));
    stage.accepts(&table);
    assert_eq!(table.public_inputs(), whole().of_batch().elements());
}

/// A piece whose fees are not those of a whole batch: the root refuses it, and would pass it on but for one relation.
fn not_whole(fees_in: furl_ledger::Digest, fees_out: furl_ledger::Digest) {
    let stage = top();
    let gap = stage.copies("fees", |copy| stage.wires.child.statement.fees_in.elements.contains(&copy.right));
    let piece = PieceStatement { fees_in, fees_out, ..whole() };
    let table = stage.table(&gap, inputs(&stage.wires, &stating(std::slice::from_ref(&piece))));
    stage.dies_only_by(&gap, &table);
    assert_eq!(table.public_inputs(), piece.of_batch().elements());
}

/// Sums that nobody has paid are credited at the end.
#[test]
fn fees_that_start_with_something() {
    not_whole(lanes(5).open_digest(&collected(1)), lanes(5).digest());
}

/// No leaf has credited the fees: they are gone, or credited in some other batch.
#[test]
fn fees_never_credited() {
    let open = |sum| lanes(5).open_digest(&collected(sum));
    not_whole(open(0), open(7));
    not_whole(open(0), open(0));
}

/// The batch ends with other lanes than it starts with.
#[test]
fn lanes_changed_at_the_end() {
    not_whole(lanes(5).open_digest(&collected(0)), lanes(6).digest());
}

/// A batch that starts closed.
#[test]
fn a_batch_after_the_last_leaf() {
    not_whole(lanes(5).digest(), lanes(5).digest());
}

/// Each element of the relations of the circuit above the tree on its own.
#[test]
fn every_connect_above_the_tree_is_needed() {
    let stage = top();
    let targets = stage.wires.child.statement.to_targets();
    let record = stage.subject().record();
    let mut tried = 0;
    for copy in record.connects() {
        let place = record.place(copy).to_string();
        let Some(element) = targets[15..].iter().position(|target| *target == copy.right || *target == copy.left)
        else {
            continue;
        };
        // What is hashed is no relation: a lie about it is one about the hash.
        if !["start", "fees"].contains(&place.as_str()) || (4..8).contains(&element) {
            continue;
        }
        let mut elements = whole().elements().to_vec();
        elements[15 + element] += F::ONE;
        let gap = stage.copies(&place, |other| (other.left, other.right) == (copy.left, copy.right));
        let table = stage.table(&gap, toys::inputs_of(&stage.wires, &[toy().prove_elements(&elements)]));
        stage.refuses_only_by(&gap, &table);
        tried += 1;
    }
    assert_eq!(tried, 4 + 4);
}
