//! The compiler from npm makes what is committed. `FURL_REGENERATE=1` writes it instead.

use std::fs;

use alloy_primitives::{hex, keccak256};
use furl_circuits::profile::Profile;
use furl_ledger::L1Address;
use furl_settlement::abi;
use furl_settlement::bytecode::ROLLUP;
use furl_settlement::check::{self, Difference};
use furl_settlement::layer1::Call;
use furl_settlement::solc::{Solc, SolcError};
use furl_settlement::{Embedded, Layer1, Revert, Rollup};
use furl_wrap::{contract, key_file};

use crate::support::{Vectors, contracts, creation, path, read, rollup};

fn solc() -> Solc {
    Solc::new(path("contracts/solc.js"))
}

#[test]
#[ignore = "needs npm's solc: contracts/test.sh"]
fn the_compiler_makes_what_is_committed() {
    let solc = solc();
    let mut sources = vec![
        ("Furl".to_owned(), ROLLUP.map(|(_, text)| text).concat(), solc.rollup().unwrap()),
        verifier(&solc, "verifier-small", read("contracts/test/vectors/FurlVerifier.sol")),
    ];
    for profile in Profile::ALL {
        let source = contract::generate(key_file::committed(profile)).unwrap();
        sources.push(verifier(&solc, &format!("verifier-{profile}"), source));
    }
    for (name, source, compiled) in sources {
        let text = format!("{}\n{}\n", hex::encode(keccak256(source)), hex::encode(compiled.creation));
        let file = format!("settlement/bytecode/{name}.hex");
        if std::env::var_os("FURL_REGENERATE").is_some() {
            fs::write(path(&file), text).unwrap();
        } else {
            assert!(read(&file) == text, "{file} is not what solc makes: contracts/test.sh --write");
        }
    }
}

fn verifier(solc: &Solc, name: &str, source: String) -> (String, String, furl_settlement::solc::Compiled) {
    let compiled = solc.verifier(&source).unwrap();
    (name.to_owned(), source, compiled)
}

/// What is encoded and decoded here has the signatures that the compiler gives it.
#[test]
#[ignore = "needs npm's solc: contracts/test.sh"]
fn signatures_are_the_compilers() {
    let (rollup, verifier) =
        (solc().rollup().unwrap(), solc().verifier(&read("contracts/test/vectors/FurlVerifier.sol")).unwrap());
    let known: Vec<_> = rollup.signatures.iter().chain(&verifier.signatures).map(String::as_str).collect();
    let asked = [
        abi::SUBMIT,
        abi::VERIFY,
        abi::ROOT,
        abi::BATCH,
        abi::SEPARATOR,
        abi::VERIFIER,
        abi::CHAIN,
        abi::DOMAIN,
        abi::KEY,
    ];
    for signature in asked.into_iter().chain(Revert::signatures()) {
        assert!(known.contains(&signature), "{signature} is not among {known:?}");
    }
    for error in known.iter().filter(|name| name.starts_with(char::is_uppercase) && !name.ends_with("()")) {
        assert!(Revert::signatures().any(|signature| signature == *error), "{error} is not decoded");
    }
}

#[test]
#[ignore = "needs npm's solc: contracts/test.sh"]
fn a_deployment_is_what_the_sources_say_and_nothing_else_is() {
    let (mut chain, deployed, address) = rollup();
    let furl = solc().rollup().unwrap();
    let verifier = solc().verifier(&read("contracts/test/vectors/FurlVerifier.sol")).unwrap();
    let findings = check::compare(&chain, deployed.address(), &furl, &verifier).unwrap();
    assert_eq!((findings.differences.as_slice(), findings.verifier), (&[][..], Some(address)));
    assert_eq!(findings.domain, deployed.domain());

    let genesis = Vectors::read().proved("first").statement.old_root.to_bytes();
    let differences =
        |chain: &Embedded, rollup: L1Address| check::compare(chain, rollup, &furl, &verifier).unwrap().differences;
    // On a fork, chain and separator are others, in each of their places.
    let fork = differences(&chain.clone().with_chain_id(1), deployed.address());
    assert_eq!(fork.len(), furl.immutables["CHAIN"].len() + furl.immutables["SEPARATOR"].len());
    let names =
        |difference: &Difference| matches!(difference, Difference::Immutable { name: "CHAIN" | "SEPARATOR", .. });
    assert!(fork.iter().all(names), "{fork:?}");
    // Another verifier.
    let fast = solc().verifier(&contract::generate(key_file::committed(Profile::Fast)).unwrap()).unwrap();
    let other = chain.send(&Call::create(fast.creation)).unwrap().created.unwrap();
    let rollup = chain.send(&creation(&contracts(), other, &genesis)).unwrap().created.unwrap();
    assert!(matches!(
        differences(&chain, rollup)[..],
        [Difference::Length { contract: "FurlVerifier", .. } | Difference::Code { contract: "FurlVerifier", .. }]
    ));
    // A bit of the code.
    let mut changed = contracts();
    // Creation code has the runtime code somewhere, as compiled.
    let length = furl.runtime.len();
    let at = changed.rollup.windows(length).position(|code| code == furl.runtime).unwrap();
    changed.rollup[at + length - 40] ^= 1;
    let rollup = chain.send(&creation(&changed, address, &genesis)).unwrap().created.unwrap();
    assert!(matches!(differences(&chain, rollup)[..], [Difference::Code { contract: "Furl", bytes: 1, .. }]));
    // Nobody there.
    let nobody = L1Address::new([7; 20]);
    assert_eq!(differences(&chain, nobody), [Difference::NoCode { contract: "Furl", address: nobody }]);
    assert!(Rollup::at(&chain, nobody).is_err());
}

#[test]
#[ignore = "needs npm's solc: contracts/test.sh"]
fn what_does_not_compile_is_refused_in_the_compilers_words() {
    let source =
        read("contracts/test/vectors/FurlVerifier.sol").replace("pragma solidity 0.8.37", "pragma solidity 0.8.36");
    let error = solc().verifier(&source).unwrap_err();
    assert!(matches!(error, SolcError::Refused { .. }) && error.to_string().contains("0.8.37"), "{error}");
}
