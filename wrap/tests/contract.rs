//! The contracts that are committed are the ones that their keys generate; what is no key has none. Of the small circuit, key, proofs and
//! contract are made by the tests of the native verifier; keys and contracts of the wrap by the command `costs`.

use std::fs;
use std::path::PathBuf;

use furl_circuits::profile::Profile;
use furl_wrap::contract::{ContractError, generate};
use furl_wrap::key_file;
use halo2_proofs::halo2curves::CurveAffine as _;
use halo2_proofs::halo2curves::bn256::{Fq, Fq2, G2Affine};
use halo2_proofs::halo2curves::ff::{Field as _, PrimeField as _};
use serde_json::Value;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../contracts").join(name)
}

fn vectors() -> Value {
    serde_json::from_str(&fs::read_to_string(path("test/vectors/small.json")).unwrap()).unwrap()
}

fn committed_key() -> [u8; key_file::BYTES] {
    let vectors = vectors();
    let text = vectors["key"].as_str().unwrap().trim_start_matches("0x");
    hex::decode(text).unwrap().try_into().unwrap()
}

#[test]
fn the_committed_contracts_are_what_their_keys_generate() {
    let [fast, proven] = [Profile::Fast, Profile::Proven].map(|profile| *key_file::committed(profile));
    for (key, file) in [
        (committed_key(), "test/vectors/FurlVerifier.sol"),
        (fast, "generated/FurlVerifierFast.sol"),
        (proven, "generated/FurlVerifierProven.sol"),
    ] {
        let contract = generate(&key).unwrap();
        assert!(contract == fs::read_to_string(path(file)).unwrap(), "{file}: it is another");
        assert!(contract.contains("bool public constant INSECURE = true;"), "{file}");
    }
}

#[test]
fn the_setup_is_recognised_and_not_believed() {
    let mut key = committed_key();
    key[12] = 0;
    let contract = generate(&key).unwrap();
    assert!(contract.contains("bool public constant INSECURE = true;"));
    assert!(contract.contains("@notice INSECURE"));
}

/// Each word of the key is in the contract: with another, it is another contract, or no key.
/// A point of the second curve that is not in the group, as words.
fn outside() -> Vec<u8> {
    let point = (1u64..).find_map(|i| {
        let x = Fq2::new(i.into(), Fq::ZERO);
        let y: Option<Fq2> = (x.square() * x + G2Affine::b()).sqrt().into();
        Some([x, y?])
    });
    let word = |number: Fq| number.to_repr().into_iter().rev();
    point.unwrap().into_iter().flat_map(|element| word(element.c1).chain(word(element.c0))).collect()
}

#[test]
fn what_is_no_key_has_no_contract() {
    let with = |offset: usize, value: u8| {
        let mut key = committed_key();
        key[offset] = value;
        generate(&key)
    };
    let header = |offset, value| assert_eq!(with(offset, value), Err(ContractError::Header));
    header(0, b'f');
    header(8, 2);
    header(12, 2);
    header(13, 1);
    header(31, 1);
    assert_eq!(with(16, 16), Err(ContractError::Rows(16)));
    assert_eq!(with(16, 29), Err(ContractError::Rows(29)));
    for offset in (32..key_file::BYTES).step_by(32) {
        assert_eq!(with(offset, 0xff), Err(ContractError::Number(offset)));
        let mut key = committed_key();
        key[offset + 31] ^= 1;
        let expected = match offset {
            32 => None,
            768.. => Some(ContractError::OffCurve(768)),
            _ => Some(ContractError::OffCurve(offset - offset % 64)),
        };
        assert_eq!(generate(&key).err(), expected, "word at {offset}");
    }
    // Points at infinity; a point of the second curve that is not in the group: x = 1 has one.
    for (offset, length) in (64..768).step_by(64).map(|offset| (offset, 64)).chain([(768, 128)]) {
        let mut key = committed_key();
        key[offset..offset + length].fill(0);
        assert_eq!(generate(&key), Err(ContractError::OffCurve(offset)));
    }
    let mut key = committed_key();
    key[768..].copy_from_slice(&outside());
    assert_eq!(generate(&key), Err(ContractError::Subgroup(768)));
    let mut key = committed_key();
    key[63] ^= 1;
    assert_ne!(generate(&key), generate(&committed_key()));
}
