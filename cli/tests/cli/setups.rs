//! Universal setups: read, trusted or not, written.

use std::fs;

use crate::support::{Place, ROLLUP, furl, in_fast, workspace};

const SMALL: &str = "0x819a1c21e28d02f60a29404d64095cb43c0b0c64551797ba31682b849241c92f";

fn ceremony() -> String {
    workspace("vectors/ceremony-8.ptau")
}

#[test]
fn the_development_setup_is_the_same_everywhere() {
    let place = Place::new();
    let out = place.at("setup");
    let run = furl(&["setup", "--insecure-dev", "--k", "3", "--out", &out]);
    assert!(run.stderr.contains("warning: the INSECURE development setup"), "{run:?}");
    let told = run.ok();
    assert!(told.starts_with("INSECURE: ") && told.contains(SMALL), "{told}");
    assert_eq!(fs::read(&out).unwrap(), fs::read(workspace("vectors/setup.kzg")).unwrap());
    let report = furl(&["setup", &out, "--insecure-dev", "--k", "3", "--json"]).json();
    assert_eq!((&report["insecure"], &report["hash"], &report["k"]), (&true.into(), &SMALL.into(), &3.into()));
    furl(&["setup", "--insecure-dev", "--k", "3", "--out", &out]).fails(73, &["exists already"]);
}

#[test]
fn a_ceremony_is_trusted_by_its_pin_or_its_hash() {
    let place = Place::new();
    let out = place.at("setup");
    let report = furl(&["setup", &ceremony(), "--k", "8", "--out", &out, "--json"]).json();
    assert_eq!(report["insecure"], false);
    assert!(report["found"].as_str().unwrap().contains("pinned: powersOfTau28_hez_final_08.ptau"), "{report}");
    let hash = report["hash"].as_str().unwrap();
    // What is written is no longer the pinned file.
    let again = ["setup", &out, "--k", "8"];
    furl(&again).fails(1, &["NOT TRUSTED", "expected a pinned ceremony file", &hash[2..]]);
    for hash in [hash, &hash[2..]] {
        assert_eq!(furl(&[&again[..], &["--setup-hash", hash, "--json"]].concat()).json()["hash"], report["hash"]);
    }
    let other = [&again[..], &["--setup-hash", SMALL]].concat();
    furl(&other).fails(1, &["NOT TRUSTED", "expected the setup of hash 819a1c21", &hash[2..]]);
    furl(&[&again[..], &["--insecure-dev"]].concat()).fails(1, &["NOT TRUSTED", "got another"]);
}

#[test]
fn the_development_setup_is_never_a_ceremony() {
    let setup = workspace("vectors/setup.kzg");
    let small = ["setup", &setup, "--k", "3"];
    furl(&small).fails(1, &["NOT TRUSTED", "expected a ceremony, got the INSECURE development setup"]);
    furl(&[&small[..], &["--setup-hash", SMALL]].concat()).fails(1, &["expected a ceremony"]);
    furl(&[&small[..], &["--setup-hash", SMALL, "--insecure-dev"]].concat()).fails(2, &["cannot be used with"]);
}

/// Files from somebody who means no good, wherever a setup is read.
#[test]
fn hostile_setups_are_refused() {
    let place = Place::new();
    let good = fs::read(ceremony()).unwrap();
    let mut tampered = good.clone();
    // A point of the first powers, which lie behind the header.
    tampered[400] ^= 1;
    let small = fs::read(workspace("vectors/setup.kzg")).unwrap();
    let claimed = [&small[..10], b"CEREMONY", &small[18..]].concat();
    let newer = [&small[..8], &[2, 0], &small[10..]].concat();
    let out = place.at("out");
    for (content, k, words) in [
        (tampered, "8", "expected a point of the curve"),
        (good[..good.len() - 1].to_vec(), "8", "truncated"),
        ([&good[..], &[0]].concat(), "8", "extended"),
        (claimed, "3", "the header says a ceremony, and the points are of the INSECURE development setup"),
        (newer, "3", "version 2"),
        (vec![0; 100], "3", "expected a setup, which begins with"),
        (Vec::new(), "3", "truncated"),
    ] {
        let setup = place.put("setup", content);
        furl(&["setup", &setup, "--k", k, "--out", &out]).fails(65, &[&setup, "is malformed: not a setup", words]);
    }
    assert_eq!(place.names(), ["setup"]);
}

/// What is a setup and does not do is not called malformed: it is too small, or of another curve.
#[test]
fn setups_of_another_size_or_curve_are_named() {
    let place = Place::new();
    let out = place.at("out");
    let modulus = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    let digit = |i: usize| u8::from_str_radix(&modulus[2 * i..2 * i + 2], 16).unwrap();
    let modulus: Vec<u8> = (0..48).rev().map(digit).collect();
    let header = [&48u32.to_le_bytes()[..], &modulus, &[20, 0, 0, 0, 20, 0, 0, 0]].concat();
    let head = [&b"ptau\x01\0\0\0\x0b\0\0\0\x01\0\0\0"[..], &(header.len() as u64).to_le_bytes()].concat();
    let setup = place.put("bls.ptau", [&head[..], &header, &[0; 100]].concat());
    let words = [&setup, "is a setup of another curve", "expected the curve BN254, got BLS12-381"];
    furl(&["setup", &setup, "--k", "8", "--out", &out]).fails(1, &words);
    let words = ["is a setup, and too small", "expected a setup of k = 19 or more, got k = 8", "hez_final_19.ptau"];
    furl(&["setup", &ceremony(), "--out", &out]).fails(1, &words);
    furl(&["setup", &workspace("vectors/setup.kzg"), "--k", "4", "--insecure-dev"]).fails(1, &["too small"]);
    // Before anything is proved or built.
    let root = ROLLUP.at("proof");
    let [state, transfers] = ["state.json", "batch.jsonl"].map(|name| ROLLUP.at(name));
    let setup = ["--setup", &ceremony()];
    let words = ["is a setup, and too small", "expected a setup of k = 18 or more, got k = 8"];
    for command in [
        &["wrap", &root, "--out", &out][..],
        &["prove", "--state", &state, "--transfers", &transfers, "--profile", "fast", "--out", &out],
        &["export", "vk", "--profile", "fast"],
        &["export", "solidity", "--profile", "fast"],
    ] {
        in_fast(&[command, &setup].concat()).fails(1, &words);
        in_fast(&[command, &["--setup-hash", SMALL]].concat()).fails(2, &["expected --setup FILE too"]);
        in_fast(&[command, &["--setup", &place.at("absent")]].concat()).fails(66, &["absent cannot be read"]);
    }
    assert_eq!(place.names(), ["bls.ptau"]);
}
