//! The engine's messages over this configuration are plonky2's, on every instruction set.

use furl_circuits::profile::Profile;
use furl_engine::{Backend, Times, prove_witness};
use plonky2::iop::generator::generate_partial_witness;
use plonky2::plonk::prover::prove_with_partition_witness;

use crate::verify::tests::{Toy, config};

#[test]
fn every_message_is_plonky2s() {
    for (profile, degree_bits) in [(Profile::Fast, 7), (Profile::Proven, 6)] {
        let toy = Toy::new(config(profile, 2), degree_bits);
        let circuit = &toy.circuit;
        for salt in [7, 0xffff_ffff_ffff] {
            let witness = generate_partial_witness(toy.witness(salt), &circuit.prover_only, &circuit.common).unwrap();
            let (prover, common) = (&circuit.prover_only, &circuit.common);
            let theirs =
                prove_with_partition_witness(prover, common, witness.clone(), &mut Default::default()).unwrap();
            for backend in Backend::available() {
                let ours = prove_witness(backend, circuit, &witness, &mut Times::default()).unwrap();
                assert_eq!(ours.public_inputs, theirs.public_inputs);
                let (a, b) = (&ours.proof, &theirs.proof);
                assert_eq!(a.wires_cap, b.wires_cap, "{backend:?}");
                assert_eq!(a.plonk_zs_partial_products_cap, b.plonk_zs_partial_products_cap, "{backend:?}");
                assert_eq!(a.quotient_polys_cap, b.quotient_polys_cap, "{backend:?}");
                assert_eq!(a.openings, b.openings, "{backend:?}");
                // What follows the grinding differs: any number that grinds well will do.
                let (a, b) = (&a.opening_proof, &b.opening_proof);
                assert_eq!(a.commit_phase_merkle_caps, b.commit_phase_merkle_caps, "{backend:?}");
                assert_eq!(a.final_poly, b.final_poly, "{backend:?}");
                circuit.verify(ours).unwrap();
            }
        }
    }
}
