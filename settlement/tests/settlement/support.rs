//! Vectors, snapshots, and a rollup in whose domain the vectors are.

use std::fs;
use std::path::{Path, PathBuf};

use alloy_primitives::{hex, keccak256};
use furl_ledger::{Domain, L1Address, Statement};
use furl_settlement::abi::{self, PROOF_BYTES};
use furl_settlement::bytecode::{Contracts, ROLLUP};
use furl_settlement::layer1::Call;
use furl_settlement::{Embedded, Layer1 as _, Rollup};
use serde_json::Value;

/// A file of the repository.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn json(name: &str) -> Value {
    serde_json::from_str(&read(name)).unwrap()
}

/// A gas figure or size that forge has measured.
pub(crate) fn snapshot(name: &str) -> u64 {
    let figures = [json("contracts/snapshots/FurlTest.json"), json("contracts/snapshots/VerifierTest.json")];
    let figure = figures.iter().find_map(|figures| figures[name].as_str()).unwrap_or_else(|| panic!("{name}"));
    figure.parse().unwrap()
}

/// A statement and its proof.
#[derive(Clone)]
pub(crate) struct Proved {
    pub(crate) statement: Statement,
    pub(crate) proof: [u8; PROOF_BYTES],
}

impl Proved {
    pub(crate) fn submit(&self) -> Vec<u8> {
        abi::submit(&self.statement, &self.proof)
    }

    pub(crate) fn verify(&self) -> Vec<u8> {
        abi::verify(&self.statement, &self.proof)
    }
}

/// The vectors, by name.
pub(crate) struct Vectors(Value);

impl Vectors {
    pub(crate) fn read() -> Self {
        Self(json("contracts/test/vectors/small.json"))
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    pub(crate) fn deployer(&self) -> L1Address {
        self.text("deployer").parse().unwrap()
    }

    pub(crate) fn rollup(&self) -> L1Address {
        self.text("rollup").parse().unwrap()
    }

    pub(crate) fn domain(&self) -> Domain {
        self.text("domain").parse().unwrap()
    }

    pub(crate) fn proved(&self, name: &str) -> Proved {
        let bytes = |part: &str| hex::decode(self.0["proofs"][name][part].as_str().unwrap()).unwrap();
        Proved {
            statement: Statement::from_bytes(&bytes("statement")).unwrap(),
            proof: bytes("proof").try_into().unwrap(),
        }
    }
}

/// The committed code of a source, from its file.
pub(crate) fn code(file: &str, source: &str) -> Vec<u8> {
    let text = read(&format!("settlement/bytecode/{file}.hex"));
    let (hash, code) = text.split_once('\n').unwrap();
    assert_eq!(hash, hex::encode(keccak256(source)), "{file}: of another source; contracts/test.sh --write makes it");
    hex::decode(code.trim_end()).unwrap()
}

/// The contracts of the vectors.
pub(crate) fn contracts() -> Contracts {
    let rollup = ROLLUP.map(|(_, text)| text).concat();
    let verifier = read("contracts/test/vectors/FurlVerifier.sol");
    Contracts { rollup: code("Furl", &rollup), verifier: code("verifier-small", &verifier) }
}

/// A chain with the rollup of the vectors, and the verifier's address.
pub(crate) fn rollup() -> (Embedded, Rollup, L1Address) {
    let (vectors, contracts) = (Vectors::read(), contracts());
    let mut chain = Embedded::new();
    let verifier = chain.send(&Call::create(contracts.verifier.clone())).unwrap().created.unwrap();
    chain = chain.with_sender(vectors.deployer());
    let genesis = vectors.proved("first").statement.old_root;
    let created = chain.send(&creation(&contracts, verifier, &abi::construct(&verifier, &genesis)[32..])).unwrap();
    assert_eq!(created.created, Some(vectors.rollup()));
    let rollup = Rollup::at(&chain, vectors.rollup()).unwrap();
    assert_eq!(rollup.domain(), vectors.domain());
    (chain, rollup, verifier)
}

/// The creation of a rollup, with any word as its genesis root.
pub(crate) fn creation(contracts: &Contracts, verifier: L1Address, genesis: &[u8]) -> Call {
    Call::create([&contracts.rollup[..], &abi::address(&verifier), genesis].concat())
}
