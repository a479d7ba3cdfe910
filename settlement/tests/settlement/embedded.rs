//! In process: every refusal by its name, and gas to the unit.

use furl_circuits::profile::Profile;
use furl_ledger::digest::Digest;
use furl_settlement::abi;
use furl_settlement::bytecode::Contracts;
use furl_settlement::embedded::{CHAIN_ID, DEVELOPER};
use furl_settlement::layer1::Call;
use furl_settlement::revert::Word;
use furl_settlement::rollup::{Lost, RollupError, Site};
use furl_settlement::{Embedded, Layer1, Layer1Error, Revert, Rollup};
use furl_wrap::{contract, key_file};

use crate::support::{Vectors, contracts, creation, rollup, snapshot};

/// Why a call is refused.
fn refusal(chain: &Embedded, call: Call) -> Revert {
    match chain.call(&call) {
        Err(Layer1Error::Reverted(revert)) => revert,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn two_batches_and_their_gas() {
    let (mut chain, rollup, verifier) = rollup();
    let (first, second) = (Vectors::read().proved("first"), Vectors::read().proved("second"));
    assert_eq!(rollup.root(&chain).unwrap(), first.statement.old_root);
    let asked = chain.send(&Call::to(verifier, first.verify())).unwrap();
    assert_eq!(
        (asked.gas.transaction, asked.gas.execution),
        (snapshot("verify_tx_gas"), snapshot("verify_execution_gas"))
    );
    for (proved, name) in [(first, "submit_first"), (second, "submit")] {
        let receipt = rollup.submit(&mut chain, &proved.statement, &proved.proof).unwrap();
        let expected = [format!("{name}_tx_gas"), format!("{name}_execution_gas")].map(|name| snapshot(&name));
        assert_eq!([receipt.gas.transaction, receipt.gas.execution], expected, "{name}");
        assert_eq!(rollup.root(&chain).unwrap(), proved.statement.new_root);
        assert_eq!(rollup.batch(&chain).unwrap(), proved.statement.batch);
    }
    assert_eq!(rollup.verifier(&chain).unwrap(), verifier);
}

#[test]
fn the_estimate_is_enough_and_a_unit_less_is_not() {
    let (mut chain, rollup, _) = rollup();
    let first = Vectors::read().proved("first");
    let call = rollup.submission(&first.statement, &first.proof);
    let limit = chain.estimate(&call).unwrap();
    let before = chain.clone();
    let nonce = chain.account(&chain.sender().unwrap()).unwrap().nonce;
    let receipt = chain.transact(&call, nonce, limit - 1).unwrap();
    assert!(receipt.revert.is_some(), "{receipt:?}");
    assert_eq!(rollup.root(&chain).unwrap(), rollup.root(&before).unwrap());
    let mut chain = before;
    assert_eq!(chain.transact(&call, nonce, limit).unwrap().revert, None);
}

#[test]
fn a_refused_transaction_has_a_receipt_and_moves_nothing() {
    let (mut chain, rollup, _) = rollup();
    let skipping = Vectors::read().proved("skipping");
    let call = rollup.submission(&skipping.statement, &skipping.proof);
    let sender = chain.sender().unwrap();
    let nonce = chain.account(&sender).unwrap().nonce;
    let expected = Revert::SkippedBatch { expected: 1, got: 2 };
    // Tried first, it is not sent.
    assert!(matches!(chain.send(&call), Err(Layer1Error::Reverted(revert)) if revert == expected));
    assert_eq!(chain.account(&sender).unwrap().nonce, nonce);
    let receipt = chain.transact(&call, nonce, 1_000_000).unwrap();
    assert_eq!(receipt.revert, Some(expected));
    assert_eq!(chain.account(&sender).unwrap().nonce, nonce + 1);
    assert_eq!(rollup.batch(&chain).unwrap(), 0);
}

#[test]
fn each_refusal_of_the_rollup() {
    let (mut chain, rollup, _) = rollup();
    let vectors = Vectors::read();
    let [first, skipping, foreign] = ["first", "skipping", "foreign"].map(|name| vectors.proved(name));
    let to = |data: Vec<u8>| Call::to(rollup.address(), data);
    let words = |digest: Digest| Word(digest.to_bytes());

    assert_eq!(refusal(&chain, to(skipping.submit())), Revert::SkippedBatch { expected: 1, got: 2 });
    let separator = words(rollup.domain().separator());
    let expected = Revert::ForeignDomain { expected: separator, got: words(foreign.statement.domain) };
    assert_eq!(refusal(&chain, to(foreign.submit())), expected);
    let fork = chain.clone().with_chain_id(1);
    let expected = Revert::ForeignChain { expected: abi_number(CHAIN_ID), got: abi_number(1) };
    assert_eq!(refusal(&fork, to(first.submit())), expected);
    let longer = [first.submit(), vec![0]].concat();
    assert_eq!(refusal(&chain, to(longer)), Revert::Length { expected: abi_number(2724), got: abi_number(2725) });
    assert_eq!(refusal(&chain, to(first.submit()[..2723].to_vec())), Revert::Silent);
    // New root, fees, data out: a limb that is the modulus.
    for field in [3, 5, 6] {
        let mut data = first.submit();
        let word = &mut data[4 + 32 * field..][..32];
        word[8..16].copy_from_slice(&0xffff_ffff_0000_0001_u64.to_le_bytes());
        let expected = Revert::NotCanonical(Word((&*word).try_into().unwrap()));
        assert_eq!(refusal(&chain, to(data)), expected, "field {field}");
    }
    let mut spoiled = first.clone();
    spoiled.statement.count += 1;
    assert_eq!(refusal(&chain, to(spoiled.submit())), Revert::Refused);

    rollup.submit(&mut chain, &first.statement, &first.proof).unwrap();
    assert_eq!(refusal(&chain, to(first.submit())), Revert::OldBatch { last: 1, got: 1 });
    let expected =
        Revert::StaleRoot { current: words(first.statement.new_root), got: words(skipping.statement.old_root) };
    assert_eq!(refusal(&chain, to(skipping.submit())), expected);
}

#[test]
fn the_same_proof_elsewhere_is_foreign() {
    let (mut chain, rollup, verifier) = rollup();
    let first = Vectors::read().proved("first");
    let genesis = first.statement.old_root.to_bytes();
    let other = chain.send(&creation(&contracts(), verifier, &genesis)).unwrap().created.unwrap();
    let other = Rollup::at(&chain, other).unwrap();
    let [expected, got] = [other, rollup].map(|rollup| Word(rollup.domain().separator().to_bytes()));
    let call = other.submission(&first.statement, &first.proof);
    assert_eq!(refusal(&chain, call), Revert::ForeignDomain { expected, got });
}

#[test]
fn each_refusal_of_a_construction() {
    let (chain, _, verifier) = rollup();
    let nobody = "0x000000000000000000000000000000000000dead".parse().unwrap();
    let contracts = contracts();
    assert_eq!(refusal(&chain, creation(&contracts, nobody, &[0; 32])), Revert::NoVerifier(nobody));
    assert_eq!(refusal(&chain, creation(&contracts, verifier, &[255; 32])), Revert::NotCanonical(Word([255; 32])));
}

/// Code that answers a word of zeros, whatever it is asked.
#[test]
fn a_verifier_that_does_not_say_true() {
    let (mut chain, _, _) = rollup();
    // Runtime code: mstore(0, 0); return(0, 32).
    let runtime = [0x5f, 0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3];
    // Creation code: mstore(0, the seven bytes), return them.
    let creator = [&[0x66][..], &runtime, &[0x5f, 0x52, 0x60, 0x07, 0x60, 0x19, 0xf3]].concat();
    let denier = chain.send(&Call::create(creator)).unwrap().created.unwrap();
    assert_eq!(chain.code(&denier).unwrap(), runtime);
    let mut first = Vectors::read().proved("first");
    let genesis = first.statement.old_root.to_bytes();
    let rollup = chain.send(&creation(&contracts(), denier, &genesis)).unwrap().created.unwrap();
    let rollup = Rollup::at(&chain, rollup).unwrap();
    first.statement.domain = rollup.domain().separator();
    assert_eq!(refusal(&chain, rollup.submission(&first.statement, &first.proof)), Revert::NotVerified);
}

#[test]
fn each_refusal_of_the_verifier() {
    let (chain, _, verifier) = rollup();
    let first = Vectors::read().proved("first");
    let with = |offset: usize, bytes: &[u8]| {
        let mut data = first.verify();
        data[offset..offset + bytes.len()].copy_from_slice(bytes);
        refusal(&chain, Call::to(verifier, data))
    };
    let (publics, proof) = (4, 4 + 9 * 32);
    let evaluations = proof + 30 * 32;
    assert_eq!(with(publics, &[255; 32]), Revert::NotBelowModulus);
    assert_eq!(with(evaluations, &[255; 32]), Revert::NotBelowModulus);
    assert_eq!(with(proof, &[0; 64]), Revert::Infinity);
    assert_eq!(with(proof, &[[0; 32], abi::number(1u32)].concat()), Revert::NotOnCurve);
    assert_eq!(with(evaluations, &abi::number(1u32)), Revert::Refused);
    let longer = [first.verify(), vec![0]].concat();
    assert_eq!(refusal(&chain, Call::to(verifier, longer)), Revert::VerifierLength(abi_number(2789)));
}

/// Deployed as a user does it: where it was predicted, with the domain that was signed for.
#[test]
fn a_deployment_is_where_it_was_predicted() {
    let mut chain = Embedded::new();
    let site = Site::next(&chain).unwrap();
    assert_eq!((site.sender, site.chain_id, site.nonce), (DEVELOPER, CHAIN_ID, 0));
    let genesis = Vectors::read().proved("first").statement.old_root;
    let (rollup, deployment) = Rollup::deploy(&mut chain, &site, &contracts(), &genesis).unwrap();
    assert_eq!((rollup.address(), rollup.domain()), (site.rollup, site.domain));
    assert_eq!(rollup.root(&chain).unwrap(), genesis);
    assert_eq!(rollup.verifier(&chain).unwrap(), site.verifier);
    assert_eq!(chain.code(&site.verifier).unwrap().len() as u64, snapshot("verifier_runtime_bytes"));
    assert_eq!(chain.code(&site.rollup).unwrap().len() as u64, snapshot("furl_runtime_bytes"));
    let [verifier, rollup] = [deployment.verifier, deployment.rollup].map(|receipt| receipt.unwrap().gas.transaction);
    assert!(verifier > 2_500_000 && rollup > 700_000);
    assert!(matches!(Rollup::at(&chain, DEVELOPER), Err(RollupError::NoCode(DEVELOPER))));
    assert!(matches!(Rollup::at(&chain, site.verifier), Err(RollupError::Another(other)) if other == site.verifier));
    // It is there: nothing is sent once more.
    let (again, deployment) = Rollup::deploy(&mut chain, &site, &contracts(), &genesis).unwrap();
    assert_eq!((again.address(), deployment.verifier, deployment.rollup), (site.rollup, None, None));
    // The account has sent two transactions since: the domain of another deployment with them is
    // lost.
    let late = Site::at(CHAIN_ID, DEVELOPER, 1);
    let error = Rollup::deploy(&mut chain, &late, &contracts(), &genesis).unwrap_err();
    assert!(
        matches!(error, RollupError::Lost { address, why: Lost::Code { .. } } if address == late.verifier),
        "{error}"
    );
    assert_eq!(chain.account(&DEVELOPER).unwrap().nonce, 2);
}

/// What is deployed stays what it is: no instruction of either contract destroys it, or runs other code in its place.
#[test]
fn no_code_destroys_or_replaces_itself() {
    const CALLCODE: u8 = 0xf2;
    const DELEGATECALL: u8 = 0xf4;
    const SELFDESTRUCT: u8 = 0xff;
    let mut chain = Embedded::new();
    for profile in Profile::ALL {
        let source = contract::generate(key_file::committed(profile)).unwrap();
        let site = Site::next(&chain).unwrap();
        Rollup::deploy(&mut chain, &site, &Contracts::committed(&source).unwrap(), &Digest::ZERO).unwrap();
        for contract in [site.verifier, site.rollup] {
            let instructions = instructions(&chain.code(&contract).unwrap());
            assert!(instructions.len() > 1_000, "{}", instructions.len());
            for forbidden in [CALLCODE, DELEGATECALL, SELFDESTRUCT] {
                assert!(!instructions.contains(&forbidden), "{forbidden:#x} {contract}");
            }
        }
    }
    assert_eq!(instructions(&[0x60, SELFDESTRUCT, 0x7f, 1, 2]), [0x60, 0x7f]);
    assert_eq!(instructions(&[0x5f, SELFDESTRUCT]), [0x5f, SELFDESTRUCT]);
}

/// The instructions of a code, without what they push.
fn instructions(code: &[u8]) -> Vec<u8> {
    let (mut found, mut rest) = (Vec::new(), code.iter());
    while let Some(&instruction) = rest.next() {
        found.push(instruction);
        if (0x60..0x80).contains(&instruction) {
            rest.by_ref().take(usize::from(instruction) - 0x5f).for_each(drop);
        }
    }
    found
}

/// The contracts of the committed keys need no compiler.
#[test]
fn the_committed_verifiers_are_those_of_the_committed_keys() {
    for profile in Profile::ALL {
        let source = contract::generate(key_file::committed(profile)).unwrap();
        let contracts = Contracts::committed(&source).unwrap();
        let mut chain = Embedded::new();
        let site = Site::next(&chain).unwrap();
        let (rollup, _) = Rollup::deploy(&mut chain, &site, &contracts, &Digest::ZERO).unwrap();
        let verifier = rollup.verifier(&chain).unwrap();
        let insecure = chain.call(&Call::to(verifier, abi::ask("INSECURE()"))).unwrap();
        assert_eq!(insecure, abi::number(1u32), "{profile}");
    }
}

fn abi_number(number: u64) -> alloy_primitives::U256 {
    alloy_primitives::U256::from(number)
}
