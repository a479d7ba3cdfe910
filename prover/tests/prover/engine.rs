//! The engine on a circuit of ours.

use furl_engine::{Backend, Times};
use furl_prover::{LeafSize, Profile};
use plonky2::iop::generator::generate_partial_witness;
use plonky2::plonk::prover::prove_with_partition_witness;
use plonky2::util::timing::TimingTree;

use crate::support::{keys, trace};

/// The engine's own tests have circuits of plonky2's gates; this one has ours.
#[test]
fn the_engine_sends_plonky2s_messages_for_a_leaf() {
    let circuit = keys().leaf(Profile::Fast, LeafSize::SMALLEST).unwrap();
    let data = circuit.data();
    let witness =
        generate_partial_witness(circuit.witness(&trace(5).piece()).unwrap(), &data.prover_only, &data.common);
    let witness = witness.unwrap();
    let ours = furl_engine::prove_witness(Backend::detect(), data, &witness, &mut Times::default()).unwrap().proof;
    let theirs = prove_with_partition_witness(&data.prover_only, &data.common, witness, &mut TimingTree::default());
    let theirs = theirs.unwrap().proof;
    assert_eq!(ours.wires_cap, theirs.wires_cap);
    assert_eq!(ours.plonk_zs_partial_products_cap, theirs.plonk_zs_partial_products_cap);
    assert_eq!(ours.quotient_polys_cap, theirs.quotient_polys_cap);
    assert_eq!(ours.openings, theirs.openings);
    assert_eq!(ours.opening_proof.final_poly, theirs.opening_proof.final_poly);
}
