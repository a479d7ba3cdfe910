//! A leaf proves what the ledger did.

use std::sync::OnceLock;

use furl_circuits::leaf_circuit::{LeafCircuit, LeafSize};
use furl_circuits::profile::Profile;

use crate::support::World;

pub fn small() -> &'static LeafCircuit {
    static CIRCUIT: OnceLock<LeafCircuit> = OnceLock::new();
    CIRCUIT.get_or_init(|| LeafCircuit::build(Profile::Fast, LeafSize::SMALLEST))
}

#[test]
fn a_batch_is_proved() {
    let t = std::time::Instant::now();
    let circuit = small();
    println!("rows {} build {:?}", circuit.rows(), t.elapsed());
    let mut world = World::new(4);
    let transfers = vec![
        world.transfer(1, 2, 0, 500, 3, 0),
        world.transfer(1, 1, 1, 1_000_000_000 - 7, 7, 0),
        world.transfer(2, 3, 2, 0, 0, 0),
        world.transfer(1, 3, 0, 1, 0x101, 1),
        world.transfer(3, 0, 1, 9, 255, 0),
    ];
    let trace = world.ledger.apply(&world.batch, &transfers).unwrap();
    let t = std::time::Instant::now();
    let proof = circuit.prove(&trace).unwrap();
    println!("prove {:?}", t.elapsed());
    circuit.verify(trace.statement(), &proof).unwrap();
}
