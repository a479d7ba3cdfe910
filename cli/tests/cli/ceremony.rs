//! A wrap of full size under a setup that is not the development one: from the file of a ceremony to Layer 1, by commands alone.
//!
//! The ceremony is the tests' own, so that they know its secret, and whoever reads them does. Nothing but this file can make such a setup.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::time::Instant;

use furl_ledger::L1Address;
use furl_settlement::layer1::Call;
use furl_settlement::solc::Solc;
use furl_settlement::{Embedded, Layer1 as _, Layer1Error, Revert};
use halo2_proofs::halo2curves::CurveAffine;
use halo2_proofs::halo2curves::bn256::{Fr, G1Affine, G2Affine};
use halo2_proofs::halo2curves::ff::{Field as _, FromUniformBytes as _, PrimeField as _};
use halo2_proofs::halo2curves::group::{Curve as _, Group as _};
use halo2_proofs::halo2curves::serde::SerdeObject;

use crate::anvil::{Anvil, Given, User};
use crate::support::{Run, WRAPPED, furl, in_fast, workspace};

/// The size of the wrap in profile fast.
const K: u32 = 18;
/// The modulus of the coordinates' field, little-endian, as a header has it.
const MODULUS: [u8; 32] = [
    0x47, 0xfd, 0x7c, 0xd8, 0x16, 0x8c, 0x20, 0x3c, 0x8d, 0xca, 0x71, 0x68, 0x91, 0x6a, 0x81, 0x97, 0x5d, 0x58, 0x81,
    0x81, 0xb6, 0x45, 0x50, 0xb8, 0x29, 0xa0, 0x31, 0xe1, 0x72, 0x4e, 0x64, 0x30,
];

/// Writes a `.ptau` file with the powers of a secret: $2^{k + 1} - 1$ in the first group and $2^k$ in the second.
fn write_ptau(path: &str, k: u32, tau: Fr) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let (first, second) = ((2u64 << k) - 1, 1u64 << k);
    let header = [&32u32.to_le_bytes()[..], &MODULUS, &k.to_le_bytes(), &k.to_le_bytes()].concat();
    out.write_all(b"ptau\x01\0\0\0\x03\0\0\0").unwrap();
    section(&mut out, 1, 44);
    out.write_all(&header).unwrap();
    section(&mut out, 2, 64 * first);
    write_powers(&mut out, G1Affine::generator(), tau, first);
    section(&mut out, 3, 128 * second);
    write_powers(&mut out, G2Affine::generator(), tau, second);
    out.flush().unwrap();
}

/// The head of a section.
fn section(out: &mut impl Write, kind: u32, bytes: u64) {
    out.write_all(&kind.to_le_bytes()).unwrap();
    out.write_all(&bytes.to_le_bytes()).unwrap();
}

/// So many powers of a secret, times one point: a byte of a scalar is one addition.
fn write_powers<C: CurveAffine<ScalarExt = Fr> + SerdeObject>(out: &mut impl Write, base: C, tau: Fr, count: u64) {
    let mut unit = base.to_curve();
    let mut table = || {
        let row: Vec<_> =
            std::iter::successors(Some(C::CurveExt::identity()), |sum| Some(*sum + unit)).take(256).collect();
        unit += row[255];
        affine::<C>(&row)
    };
    let tables: [Vec<C>; 32] = std::array::from_fn(|_| table());
    let times = |scalar: &Fr| {
        let repr = scalar.to_repr();
        let digits = tables.iter().zip(repr.as_ref());
        digits.fold(C::CurveExt::identity(), |sum, (row, digit)| sum + row[usize::from(*digit)])
    };
    let mut power = Fr::ONE;
    let mut left = count;
    while left > 0 {
        let block: Vec<_> = (0..left.min(1 << 14)).map(|_| (times(&power), power *= tau).0).collect();
        affine::<C>(&block).iter().for_each(|point| point.write_raw(out).unwrap());
        left -= block.len() as u64;
    }
}

fn affine<C: CurveAffine>(points: &[C::CurveExt]) -> Vec<C> {
    let mut affine = vec![C::identity(); points.len()];
    C::CurveExt::batch_normalize(points, &mut affine);
    affine
}

/// Demands that nothing was said of the development setup.
#[track_caller]
fn secure(run: Run) -> Run {
    assert!(!run.stderr.contains("INSECURE") && !run.stdout.contains("INSECURE"), "{run:?}");
    run
}

/// Runs a step, and says how long it took.
fn timed<T>(what: &str, step: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = step();
    println!("{:6.1} s  {what}", start.elapsed().as_secs_f64());
    done
}

/// A setup that was checked, and what is made under it.
struct Ceremony {
    user: User,
    anvil: Anvil,
    setup: String,
    hash: String,
}

impl Ceremony {
    /// The ceremony's file is checked and written in Furl's format. Its hash is what the refusal without one names.
    fn new() -> Self {
        // Not a chain for development.
        let anvil = Anvil::start(&["--chain-id", "17000"]);
        let user = User::of(anvil.url());
        let [file, setup] = ["powers.ptau", "ceremony.kzg"].map(|name| user.at(name));
        timed("the ceremony's file", || write_ptau(&file, K, Fr::from_uniform_bytes(&[0x5e; 64])));
        let read = ["setup", &file, "--profile", "fast"];
        let refused = timed("furl setup, without a hash", || secure(user.run(&read)));
        let hash = refused.stderr.split("its setup's hash, ").nth(1).expect("it is named")[..64].to_owned();
        refused.fails(1, &["NOT TRUSTED", "expected a pinned ceremony file"]);
        let told = timed("furl setup, with its hash", || {
            secure(user.run(&[&read[..], &["--setup-hash", &hash, "--out", &setup]].concat())).ok()
        });
        assert!(told.starts_with("a ceremony's setup") && told.contains(&hash), "{told}");
        assert_eq!(fs::read(&setup).unwrap()[10..18], *b"CEREMONY");
        Self { user, anvil, setup, hash }
    }

    /// Runs a command that takes a setup.
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Run {
        secure(self.user.run(&[arguments, &["--setup", &self.setup, "--setup-hash", &self.hash]].concat()))
    }

    /// The key and its contract, exported.
    fn export(&self) -> (String, String) {
        let [key, contract] = ["ceremony.key", "FurlVerifier.sol"].map(|name| self.user.at(name));
        timed("furl export vk", || self.run(&["export", "vk", "--profile", "fast", "--out", &key]).ok());
        secure(self.user.run(&["export", "solidity", "--profile", "fast", "--key", &key, "--out", &contract])).ok();
        let bytes = fs::read(&key).unwrap();
        // The origin that a key says: a ceremony.
        assert_eq!(bytes[12..16], [0; 4]);
        let source = fs::read_to_string(contract).unwrap();
        // It says of itself that it is not, and no more.
        let denial = "bool public constant INSECURE = false;";
        assert!(source.contains(denial) && source.matches("INSECURE").count() == 1, "{source}");
        (key, source)
    }

    /// A deployment of the key, whose only unsafe part is the profile; a batch for it, proved and wrapped.
    fn prove(&self) -> (String, String) {
        let future = self.user.run(&["deploy", "--dry-run", "--json"]).json();
        let [town, root, proof] = ["town", "root", "proof"].map(|name| self.user.at(name));
        let few = ["--transfers", "1", "--accounts", "2", "--tokens", "1"];
        furl(&[&["sample", "--out", &town, "--domain", future["domain"].as_str().unwrap()][..], &few].concat()).ok();
        let [state, transfers] = ["state.json", "transfers.jsonl"].map(|name| format!("{town}/{name}"));
        let solc = workspace("contracts/solc.js");
        let deploy = ["deploy", "--state", &state, "--profile", "fast", "--solc", &solc];
        let words = "the profile fast on chain 17000";
        timed("furl deploy, refused", || self.run(&deploy)).fails(77, &[&format!("say --accept \"{words}\"")]);
        let told = timed("furl deploy", || self.run(&[&deploy[..], &["--accept", words, "--json"]].concat()).json());
        assert_eq!((&told["rollup"], &told["insecure"]), (&future["rollup"], &false.into()));
        let batch = ["prove", "--state", &state, "--transfers", &transfers, "--profile", "fast"];
        timed("furl prove --stage root", || furl(&[&batch[..], &["--stage", "root", "--out", &root]].concat()).ok());
        timed("furl wrap", || self.run(&["wrap", "--profile", "fast", &root, "--out", &proof]).ok());
        (proof, future["rollup"].as_str().unwrap().to_owned())
    }

    /// The exported key and the one that is built take the proof; that of the development setup does not, and neither does this one take
    /// its proofs.
    fn verify(&self, proof: &str, key: &str) {
        let told = secure(self.user.run(&["verify", "--profile", "fast", proof, "--key", key])).ok();
        assert!(told.starts_with("VERIFIED") && told.contains("not the development setup"), "{told}");
        let told = timed("furl verify --setup", || self.run(&["verify", "--profile", "fast", proof]).ok());
        assert!(told.starts_with("VERIFIED") && told.contains(&self.hash), "{told}");
        let other = ["is false", "not for this circuit (wrap, fast): expected key 0x"];
        in_fast(&["verify", proof, "--insecure-dev"]).fails(1, &other);
        in_fast(&["verify", &WRAPPED.at("proof"), "--key", key]).fails(1, &other);
    }

    /// The rollup takes the proof, and is what the setup makes, and not what the development setup does.
    fn submit(&self, proof: &str, key: &str, rollup: &str) {
        let submission = ["submit", proof, "--profile", "fast", "--key", key, "--rollup", rollup];
        secure(self.user.run(&submission)).ok();
        // By another record it is a batch that was there before.
        let elsewhere = self.user.at("elsewhere");
        self.user
            .run(&[&submission[..], &["--record", &elsewhere]].concat())
            .fails(1, &["batch number: expected 2, the proof says 1"]);
        let solc = workspace("contracts/solc.js");
        let verify = ["verify-deployment", "--rollup", rollup, "--profile", "fast", "--solc", &solc];
        let told = timed("furl verify-deployment", || self.run(&verify).ok());
        assert!(told.starts_with("VERIFIED: both contracts") && told.contains(&self.hash), "{told}");
        let reader = User::of(self.anvil.url());
        reader
            .run_with(Given::Nowhere, &[&verify[..], &["--insecure-dev"]].concat())
            .fails(1, &["NOT VERIFIED", "FurlVerifier: "]);
    }
}

/// The exported contract, compiled and deployed in process, takes the exported calldata and no other.
fn the_contract_takes(source: &str, proof: &str) {
    let compiled = Solc::new(workspace("contracts/solc.js")).verifier(source).unwrap();
    let mut chain = Embedded::new();
    let verifier: L1Address = chain.send(&Call::create(compiled.creation)).unwrap().created.unwrap();
    let text = secure(furl(&["export", "calldata", proof, "--call", "verify"])).ok();
    let digits = text.trim_end().strip_prefix("0x").unwrap().as_bytes().chunks(2);
    let data: Vec<u8> = digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
    let answer = chain.call(&Call::to(verifier, data.clone())).unwrap();
    assert_eq!(answer, [&[0; 31][..], &[1]].concat());
    let mut spoilt = data;
    // The last evaluation or point: any bit of it.
    *spoilt.last_mut().unwrap() ^= 1;
    let refused = chain.call(&Call::to(verifier, spoilt));
    assert!(matches!(refused, Err(Layer1Error::Reverted(Revert::Refused | Revert::NotOnCurve))), "{refused:?}");
}

#[test]
#[ignore = "minutes; needs npm's anvil and solc: `npm ci --ignore-scripts` in contracts/"]
fn a_wrap_under_a_ceremonys_setup() {
    let ceremony = Ceremony::new();
    let (key, source) = ceremony.export();
    let (proof, rollup) = ceremony.prove();
    ceremony.verify(&proof, &key);
    the_contract_takes(&source, &proof);
    ceremony.submit(&proof, &key, &rollup);
}
