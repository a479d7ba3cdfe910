//! The compiler from npm makes what is committed. `FURL_REGENERATE=1` writes it instead.

use std::collections::BTreeSet;
use std::fs;

use alloy_primitives::{hex, keccak256};
use furl_circuits::profile::Profile;
use furl_ledger::{Domain, L1Address};
use furl_settlement::abi;
use furl_settlement::bytecode::ROLLUP;
use furl_settlement::check::{self, Difference, Genesis};
use furl_settlement::layer1::{self, Call, Creation};
use furl_settlement::rollup::Site;
use furl_settlement::solc::{Compiled, Solc, SolcError};
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

fn verifier(solc: &Solc, name: &str, source: String) -> (String, String, Compiled) {
    let compiled = solc.verifier(&source).unwrap();
    (name.to_owned(), source, compiled)
}

/// What is encoded and decoded here has the signatures that the compiler gives it: all of them, and no others.
#[test]
#[ignore = "needs npm's solc: contracts/test.sh"]
fn signatures_are_the_compilers() {
    let rollup = solc().rollup().unwrap();
    let verifier = solc().verifier(&read("contracts/test/vectors/FurlVerifier.sol")).unwrap();
    let all = |of: fn(&Compiled) -> &Vec<String>| {
        of(&rollup).iter().chain(of(&verifier)).map(String::as_str).collect::<BTreeSet<_>>()
    };
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
        // For people: the name says it, and the key is compared.
        "INSECURE()",
    ];
    assert_eq!(all(|compiled| &compiled.functions), BTreeSet::from(asked));
    let known: BTreeSet<_> = Revert::signatures().collect();
    assert_eq!(all(|compiled| &compiled.errors), known);
    assert_eq!(known.len(), Revert::signatures().count(), "none is known twice");
}

/// Whoever meets a refusal finds its name in the documentation.
#[test]
fn the_documentation_names_every_refusal() {
    let text = read("docs/settlement.md");
    for signature in Revert::signatures() {
        let (name, _) = signature.split_once('(').unwrap();
        assert!(text.contains(&format!("`{name}`")), "{name}");
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

/// Creation code that is not the constructor's can leave the very same code, and any root: the code alone says nothing of that.
#[test]
#[ignore = "needs npm's solc: contracts/test.sh"]
fn a_rollup_begins_with_what_created_it() {
    let mut chain = Embedded::new();
    let site = Site::next(&chain).unwrap();
    let root = Vectors::read().proved("first").statement.old_root;
    let (deployed, _) = Rollup::deploy(&mut chain, &site, &contracts(), &root).unwrap();
    let (address, sender) = (site.verifier, site.sender);
    let furl = solc().rollup().unwrap();
    let verifier = solc().verifier(&read("contracts/test/vectors/FurlVerifier.sol")).unwrap();
    let code = [&furl.creation[..], &abi::construct(&address, &root)].concat();
    let created = |contract, code: &[u8]| Creation { contract, code: code.to_vec(), sender, nonce: site.nonce + 1 };
    let begun = |creation: &Creation, rollup| check::genesis(Some(creation), rollup, &address, &furl);
    let expected = Genesis { root, creator: sender, nonce: site.nonce + 1 };
    assert_eq!(begun(&created(deployed.address(), &code), deployed.address()), Ok(expected));
    its_place_follows_from_its_creator(&created(deployed.address(), &code), &furl);

    // The account's next transaction creates what a deployment's first one would.
    let site = Site::next(&chain).unwrap();
    let next = site.verifier;
    // The runtime code, its immutables as they are to be there, behind ten bytes that copy and return it.
    let mut runtime = furl.runtime.clone();
    let domain = Domain::of(site.chain_id, &next);
    for (name, word) in [
        ("CHAIN", abi::number(site.chain_id)),
        ("SEPARATOR", domain.separator().to_bytes()),
        ("VERIFIER", abi::address(&address)),
    ] {
        furl.immutables[name].iter().for_each(|at| runtime[*at..at + 32].copy_from_slice(&word));
    }
    let [high, low] = u16::try_from(runtime.len()).unwrap().to_be_bytes();
    // PUSH2 length, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN.
    let forged = [&[0x61, high, low, 0x80, 0x60, 10, 0x5f, 0x39, 0x5f, 0xf3][..], &runtime].concat();
    let receipt = chain.send(&Call::create(forged.clone())).unwrap();
    assert_eq!(receipt.created, Some(next));
    assert_eq!(check::compare(&chain, next, &furl, &verifier).unwrap().differences, []);
    assert_ne!(Rollup::at(&chain, next).unwrap().root(&chain).unwrap(), root);
    let difference = begun(&created(next, &forged), next).unwrap_err();
    assert!(matches!(difference, Difference::Length { contract: "Furl's creation", .. }), "{difference}");

    // Its like in length, another verifier, a root that is none, no root; another contract's creation, and none.
    let mut changed = code.clone();
    changed[7] ^= 1;
    assert!(matches!(begun(&created(next, &changed), next), Err(Difference::Code { offset: 7, bytes: 1, .. })));
    changed = code.clone();
    let end = changed.len();
    changed[end - 33] ^= 1;
    assert!(matches!(begun(&created(next, &changed), next), Err(Difference::Code { bytes: 1, .. })));
    changed = code.clone();
    changed[end - 32..].fill(0xff);
    assert!(matches!(begun(&created(next, &changed), next), Err(Difference::Genesis { .. })));
    for length in [0, 31, 32, end - 1] {
        assert!(matches!(begun(&created(next, &code[..length]), next), Err(Difference::Length { .. })), "{length}");
    }
    let other = Difference::NotCreated { rollup: next, got: Some(deployed.address()) };
    assert_eq!(begun(&created(deployed.address(), &code), next), Err(other));
    let none = Difference::NotCreated { rollup: next, got: None };
    assert_eq!(check::genesis(None, next, &address, &furl), Err(none));
}

/// Where others can create, and destroy, and create again, what is there now says nothing of what was.
fn its_place_follows_from_its_creator(creation: &Creation, furl: &Compiled) {
    let Creation { contract, code, sender, nonce } = creation.clone();
    let verifier = layer1::created(&sender, nonce - 1);
    let begun = |creation: &Creation, verifier| check::genesis(Some(creation), creation.contract, &verifier, furl);
    // Another account's transaction, or another one of this, as a node or a chain of other rules may say.
    let other = L1Address::new([7; 20]);
    for (sender, nonce) in [(other, nonce), (sender, nonce + 1), (sender, u64::MAX), (sender, 0)] {
        let expected = layer1::created(&sender, nonce);
        let got = begun(&Creation { sender, nonce, ..creation.clone() }, verifier);
        assert_eq!(got, Err(Difference::Rollup { sender, nonce, expected, got: contract }));
    }
    // Another account's verifier, another one of this account's, and the first transaction of an account.
    let arguments = code.len() - 64;
    let with = |verifier: L1Address, contract, sender, nonce| {
        let code = [&code[..arguments], &abi::address(&verifier), &code[arguments + 32..]].concat();
        begun(&Creation { contract, code, sender, nonce }, verifier)
    };
    for got in [layer1::created(&other, nonce - 1), layer1::created(&sender, nonce + 1), other, contract] {
        let refused = with(got, contract, sender, nonce).unwrap_err();
        assert_eq!(refused, Difference::Verifier { sender, expected: Some(verifier), got });
        assert!(refused.to_string().contains("there other code may have been before"), "{refused}");
    }
    let refused = with(verifier, layer1::created(&sender, 0), sender, 0);
    assert_eq!(refused, Err(Difference::Verifier { sender, expected: None, got: verifier }));
}

#[test]
#[ignore = "needs npm's solc: contracts/test.sh"]
fn what_does_not_compile_is_refused_in_the_compilers_words() {
    let source =
        read("contracts/test/vectors/FurlVerifier.sol").replace("pragma solidity 0.8.37", "pragma solidity 0.8.36");
    let error = solc().verifier(&source).unwrap_err();
    assert!(matches!(error, SolcError::Refused { .. }) && error.to_string().contains("0.8.37"), "{error}");
}
