//! # Setups that are read, refused and trusted
//!
//! Files are built from secrets that the tests know, so that every lie can be told consistently; one is a real ceremony's.

use std::io::{self, Read};
use std::time::Instant;

use halo2_proofs::SerdeFormat;
use halo2_proofs::halo2curves::bn256::{Fr, G1Affine};
use halo2_proofs::poly::commitment::ParamsProver;
use proptest::prelude::*;

use super::*;

mod files;
mod flips;
mod spoiled;
mod trust;

/// A secret like a ceremony's.
fn some_secret() -> Fr {
    Fr::from(0x5eed_1234_5678_9abc)
}

/// A `.ptau` file of a secret.
fn ptau_file(power: u32, tau: Fr) -> Vec<u8> {
    let mut file = Vec::new();
    insecure::write_ptau(power, tau, &mut file).unwrap();
    file
}

/// A file of halo2's of a secret.
fn halo2_file(k: u32, tau: Fr) -> Vec<u8> {
    let mut file = Vec::new();
    insecure::powers(k, tau).into_params().write_custom(&mut file, SerdeFormat::RawBytes).unwrap();
    file
}

/// A file of Furl's of a secret, under the origin that is claimed.
fn furl_file(k: u32, tau: Fr, origin: Origin) -> Vec<u8> {
    let mut file = Vec::new();
    raw::write(&insecure::powers(k, tau).into_params(), origin, &mut file).unwrap();
    file
}

/// The same setup in every format.
fn every_format(k: u32, tau: Fr) -> [(Format, Vec<u8>); 3] {
    [
        (Format::Ptau, ptau_file(k, tau)),
        (Format::Halo2, halo2_file(k, tau)),
        (Format::Furl, furl_file(k, tau, Origin::Ceremony)),
    ]
}

/// Powers, Lagrange basis and the secret in the second group.
fn points(params: &ParamsKZG<Bn256>) -> Vec<u8> {
    let mut bytes = Vec::new();
    params.write_custom(&mut bytes, SerdeFormat::RawBytes).unwrap();
    bytes
}

#[test]
#[ignore = "minutes"]
fn a_setup_of_real_size_goes_round() {
    let k = 18;
    let seconds = |what: &str, since: Instant| println!("k = {k}: {:.1} s {what}", since.elapsed().as_secs_f64());
    let start = Instant::now();
    let setup = Setup::insecure_dev(k).unwrap();
    seconds("for the development setup", start);
    let mut furl = Vec::new();
    setup.write(&mut furl).unwrap();
    let mut ptau = Vec::new();
    let start = Instant::now();
    write_insecure_dev_ptau(k, &mut ptau).unwrap();
    seconds("for it as .ptau", start);
    for file in [furl, ptau] {
        let start = Instant::now();
        let candidate = Candidate::read(file.as_slice(), None).unwrap();
        seconds("to read and check", start);
        let start = Instant::now();
        let read = candidate.require(Expect::InsecureDev).unwrap();
        seconds("to arrive at parameters", start);
        assert_eq!(points(read.params()), points(setup.params()));
    }
}
