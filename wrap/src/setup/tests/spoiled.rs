//! Every check has a file that it refuses, and that is otherwise as good as it can be made: the powers of another generator, a secret in the
//! domain and a foreign Lagrange basis pass without theirs. Another $H$, $\tau H$ outside the group and points off the curve would still fail the
//! pairing check, and are named earlier.

use halo2_proofs::halo2curves::CurveAffine;
use halo2_proofs::halo2curves::bn256::{Fq2, G2, G2Affine};
use halo2_proofs::halo2curves::ff::Field;
use halo2_proofs::halo2curves::group::Curve;
use halo2_proofs::halo2curves::group::cofactor::CofactorGroup;
use halo2_proofs::halo2curves::serde::SerdeObject;

use super::*;

/// Size of the files.
const K: u32 = 3;
/// Where things are in a `.ptau` file of that power.
const VERSION: usize = 4;
const COUNT: usize = 8;
const HEADER: usize = 12;
const FIELD_BYTES: usize = 24;
const MODULUS: usize = 28;
const POWER: usize = 60;
const CEREMONY: usize = 64;
const TAU_G1: usize = 68;
const POWERS: usize = 80;
const TAU_G2: usize = POWERS + 64 * 15;
const H: usize = TAU_G2 + 12;
const TAU_H: usize = H + 128;
/// Where the Lagrange basis is in a file of halo2's.
const LAGRANGE: usize = 4 + 64 * 8;

fn ptau() -> Vec<u8> {
    ptau_file(K, some_secret())
}

fn halo2() -> Vec<u8> {
    halo2_file(K, some_secret())
}

fn furl() -> Vec<u8> {
    furl_file(K, some_secret(), Origin::Ceremony)
}

/// The file with other bytes at a place.
fn with(mut file: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

fn with_u32(file: Vec<u8>, at: usize, value: u32) -> Vec<u8> {
    with(file, at, &value.to_le_bytes())
}

/// The file with these parts, and as many sections as are said.
fn sections(count: u32, parts: &[&[u8]]) -> Vec<u8> {
    [&ptau()[..COUNT], &count.to_le_bytes(), &parts.concat()].concat()
}

/// A section of zeros.
fn section(kind: u32, bytes: usize) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(bytes as u64).to_le_bytes(), &vec![0; bytes]].concat()
}

/// The section at a place, longer by some zeros.
fn longer(section: &[u8], bytes: usize) -> Vec<u8> {
    let length = u64::from_le_bytes(section[4..12].try_into().unwrap()) + bytes as u64;
    [&section[..4], &length.to_le_bytes(), &section[12..], &vec![0; bytes]].concat()
}

/// The same field element, a modulus too large.
fn not_canonical(mut file: Vec<u8>, at: usize) -> Vec<u8> {
    let mut carry = 0;
    for (byte, modulus) in file[at..at + 32].iter_mut().zip(ptau::MODULUS) {
        let sum = u16::from(*byte) + u16::from(modulus) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    file
}

/// A point with the lowest bit of its second coordinate turned.
fn off_curve(mut file: Vec<u8>, at: usize, bytes: usize) -> Vec<u8> {
    file[at + bytes / 2] ^= 1;
    file
}

fn swapped(file: Vec<u8>, at: usize, other: usize) -> Vec<u8> {
    let (one, two) = (file[at..at + 64].to_vec(), file[other..other + 64].to_vec());
    with(with(file, at, &two), other, &one)
}

/// The secret in the second group, plus a point of small order on the twist.
fn outside_the_subgroup() -> Vec<u8> {
    let tau_h = G2Affine::from_raw_bytes(&ptau()[TAU_H..TAU_H + 128]).unwrap();
    let point = (1u64..).find_map(|i| {
        let x = Fq2 { c0: i.into(), c1: 0.into() };
        let y: Option<Fq2> = (x.square() * x + G2Affine::b()).sqrt().into();
        G2Affine::from_xy(x, y?).into_option()
    });
    let point = G2::from(point.unwrap());
    assert!(!bool::from(point.is_torsion_free()));
    (point + tau_h).to_affine().to_raw_bytes()
}

/// All powers times two: still powers of the secret, of another generator.
fn other_generator() -> Vec<u8> {
    let double = |point: &[u8]| {
        let point = G1Affine::from_raw_bytes(point).unwrap();
        (point + point).to_affine().to_raw_bytes()
    };
    let powers: Vec<u8> = ptau()[POWERS..TAU_G2].chunks(64).flat_map(double).collect();
    with(ptau(), POWERS, &powers)
}

/// The second group's powers times two.
fn other_generator_g2() -> Vec<u8> {
    let double = |at: usize| {
        let point = G2Affine::from_raw_bytes(&ptau()[at..at + 128]).unwrap();
        (point + point).to_affine().to_raw_bytes()
    };
    with(with(ptau(), H, &double(H)), TAU_H, &double(TAU_H))
}

/// Header and sections.
fn malformed() -> Vec<(Vec<u8>, &'static str)> {
    let file = ptau();
    let (one, two, three) = (&file[HEADER..TAU_G1], &file[TAU_G1..TAU_G2], &file[TAU_G2..]);
    let twelve: Vec<u8> = (0..9).flat_map(|_| section(7, 0)).collect();
    vec![
        (
            with(file.clone(), 0, b"ptaz"),
            "expected a setup, which begins with `ptau`, `FURLKZG` or a size from 1 to 28, got 7074617a",
        ),
        (with_u32(file.clone(), VERSION, 2), "expected version 1 of ptau, got version 2"),
        (with_u32(file.clone(), VERSION, 0), "expected version 1 of ptau, got version 0"),
        (sections(12, &[one, two, three, &twelve]), "expected at most 11 sections, got 12"),
        (sections(3, &[two, one, three]), "expected the header, section 1, first, got section 2"),
        (
            sections(4, &[one, two, three, &section(8, 0)]),
            "expected a section from 1 to 7 or from 12 to 15, got section 8",
        ),
        (sections(4, &[one, two, three, three]), "expected section 3 once, got it again"),
        (sections(4, &[one, two, three, two]), "expected section 2 once, got it again"),
        (sections(4, &[one, one, two, three]), "expected section 1 once, got it again"),
        (sections(5, &[one, two, &section(7, 1), &section(7, 1), three]), "expected section 7 once, got it again"),
        (sections(0, &[]), "expected section 1, got none"),
        (sections(2, &[one, three]), "expected section 2, got none"),
        (sections(2, &[one, two]), "expected section 3, got none"),
        (sections(3, &[&longer(one, 1), two, three]), "expected 44 bytes in section 1, got 45"),
        (sections(3, &[one, &longer(two, 64), three]), "expected 960 bytes in section 2, got 1024"),
        (sections(3, &[one, two, &longer(three, 128)]), "expected 1024 bytes in section 3, got 1152"),
        (sections(4, &[one, two, three, &section(12, 64 * 30)]), "expected 1984 bytes in section 12, got 1920"),
        (with_u32(file.clone(), FIELD_BYTES, 48), "expected a field of 32 bytes, got 48"),
        (
            with(file.clone(), MODULUS, &[1]),
            "expected the curve BN254, got a field of 01fd7cd8168c203c8dca7168916a81975d588181b64550b829a031e1724e6430 elements (little-endian)",
        ),
        (with_u32(file.clone(), POWER, 0), "expected a power from 1 to 28, got 0"),
        (with_u32(file.clone(), POWER, 29), "expected a power from 1 to 28, got 29"),
        (with_u32(file.clone(), CEREMONY, 2), "expected a ceremony's power from 3 to 28, got 2"),
        (with_u32(file.clone(), CEREMONY, 29), "expected a ceremony's power from 3 to 28, got 29"),
        ([&file[..], &[0]].concat(), "extended: expected 2076 bytes, got more"),
        (
            with(furl(), 0, b"FURLPRF\0"),
            "expected a setup, which begins with `ptau`, `FURLKZG` or a size from 1 to 28, got 4655524c50524600",
        ),
        (with(furl(), 8, &[2]), "expected version 1 of furl-setup, got version 2"),
        (with(furl(), 10, b"ceremony"), "expected the origin `CEREMONY` or `INSECURE`, got 636572656d6f6e79"),
        (
            with(furl(), 10, b"INSECURE"),
            "the header says the INSECURE development setup, and the points are of a ceremony",
        ),
        (with_u32(furl(), 18, 0), "expected a size k from 1 to 28, got 0"),
        (with_u32(furl(), 18, 29), "expected a size k from 1 to 28, got 29"),
        ([&furl()[..], &[0]].concat(), "extended: expected 1302 bytes, got more"),
        (
            furl_file(K, insecure::secret(), Origin::Ceremony),
            "the header says a ceremony, and the points are of the INSECURE development setup",
        ),
        (
            with_u32(halo2(), 0, 0),
            "expected a setup, which begins with `ptau`, `FURLKZG` or a size from 1 to 28, got 00000000",
        ),
        (
            with_u32(halo2(), 0, 29),
            "expected a setup, which begins with `ptau`, `FURLKZG` or a size from 1 to 28, got 1d000000",
        ),
        ([&halo2()[..], &[0]].concat(), "extended: expected 1284 bytes, got more"),
    ]
}

/// Points.
fn false_points() -> Vec<(Vec<u8>, String)> {
    let coordinate = |place| format!("expected coordinates below the field's modulus, got others: {place}");
    let infinity = |place| format!("expected a finite point, got infinity: {place}");
    let off = |place| format!("expected a point of the curve, got another: {place}");
    let generator = |place| format!("expected the standard generator, got another: {place}");
    let powers = || "expected consecutive powers of the secret in G2, got others: the pairing check fails".to_owned();
    let basis = || "expected the Lagrange basis of the powers, got another".to_owned();
    let root = |exponent| format!("expected a secret outside the domain, got one with tau^{exponent} = 1 or -1");
    let (one, two) = ("power 1 of tau in G1", "power 2 of tau in G1");
    let (h, tau_h, ell) = ("the generator of G2", "tau in G2", "point 5 of the Lagrange basis");
    let (at, last, in_basis) = (POWERS + 2 * 64, POWERS + 7 * 64, LAGRANGE + 5 * 64);
    let other_secret = ptau_file(K, Fr::from(77));
    let mut cases: Vec<_> = [0, 32].map(|i| (not_canonical(ptau(), POWERS + 64 + i), coordinate(one))).into();
    cases.extend([0, 32, 64, 96].map(|i| (not_canonical(ptau(), H + i), coordinate(h))));
    cases.extend([0, 32, 64, 96].map(|i| (not_canonical(ptau(), TAU_H + i), coordinate(tau_h))));
    cases.extend([
        (not_canonical(halo2(), in_basis), coordinate(ell)),
        (with(ptau(), at, &[0; 64]), infinity(two)),
        (with(ptau(), TAU_H, &[0; 128]), infinity(tau_h)),
        (with(halo2(), in_basis, &[0; 64]), infinity(ell)),
        (ptau_file(K, Fr::ZERO), infinity(one)),
        (off_curve(ptau(), at, 64), off(two)),
        (off_curve(ptau(), H, 128), off(h)),
        (off_curve(ptau(), TAU_H, 128), off(tau_h)),
        (off_curve(halo2(), in_basis, 64), off(ell)),
        (
            with(ptau(), TAU_H, &outside_the_subgroup()),
            "expected a point of the group of prime order, got another: tau in G2".to_owned(),
        ),
        (other_generator(), generator("the generator of G1")),
        (other_generator_g2(), generator(h)),
        (ptau_file(K, Fr::ONE), root(1)),
        (ptau_file(K, -Fr::ONE), root(1)),
        (ptau_file(K, lagrange::root(2)), root(2)),
        (ptau_file(K, lagrange::root(K)), root(4)),
        (swapped(ptau(), at, at + 64), powers()),
        (with(ptau(), last, &ptau()[at..at + 64]), powers()),
        (with(ptau(), TAU_H, &other_secret[TAU_H..TAU_H + 128]), powers()),
        (with(ptau(), POWERS + 64, &other_secret[POWERS + 64..TAU_G2]), powers()),
        (swapped(halo2(), in_basis, LAGRANGE), basis()),
        (with(halo2(), in_basis, &halo2()[4..68]), basis()),
        (with(halo2(), LAGRANGE, &halo2_file(K, Fr::from(77))[LAGRANGE..LAGRANGE + 512]), basis()),
    ]);
    cases
}

#[test]
fn every_check_refuses() {
    for file in [ptau(), halo2(), furl()] {
        assert_eq!(Candidate::read(file.as_slice(), None).unwrap().k(), K);
    }
    let malformed = malformed().into_iter().map(|(file, message)| (file, message.to_owned()));
    for (file, message) in malformed.chain(false_points()) {
        let error = Candidate::read(file.as_slice(), None).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

/// The secret $\omega^4$ of a domain of 16 is none of one of 4: what is refused depends on the size that is asked for.
#[test]
fn the_domain_is_the_one_in_use() {
    let file = ptau_file(4, lagrange::root(4));
    assert!(matches!(Candidate::read(file.as_slice(), None), Err(SetupError::RootOfUnity { exponent: 8 })));
    assert!(matches!(Candidate::read(file.as_slice(), Some(4)), Err(SetupError::RootOfUnity { exponent: 8 })));
    Candidate::read(file.as_slice(), Some(3)).unwrap();
}

#[test]
fn sizes_are_refused() {
    for (_, file) in every_format(K, some_secret()) {
        for k in [0, MAX_K + 1, u32::MAX] {
            assert!(matches!(Candidate::read(file.as_slice(), Some(k)), Err(SetupError::Size(got)) if got == k));
        }
        let error = Candidate::read(file.as_slice(), Some(K + 1)).unwrap_err();
        let file = "powersOfTau28_hez_final_08.ptau has 2^4 powers";
        assert_eq!(error.to_string(), format!("expected a setup of k = 4 or more, got k = 3: {file}"));
    }
}

/// Only of a setup is it said that it is too small: whatever else is wrong with a file comes first.
#[test]
fn too_small_is_said_of_setups_only() {
    for (format, file) in every_format(K, some_secret()) {
        let longer = [&file[..], &[0]].concat();
        let shorter = &file[..file.len() - 1];
        let spoiled = match format {
            Format::Ptau => off_curve(file.clone(), POWERS + 64, 64),
            _ => off_curve(file.clone(), file.len() - 256, 64),
        };
        for k in [K + 1, MAX_K] {
            let error = |file: &[u8]| Candidate::read(file, Some(k)).unwrap_err();
            assert!(matches!(error(&file), SetupError::TooSmall { needed, got: K } if needed == k), "{format}");
            assert!(matches!(error(&longer), SetupError::Extended { .. }), "{format}");
            assert!(matches!(error(shorter), SetupError::Truncated { .. }), "{format}");
            assert!(!matches!(error(&spoiled), SetupError::TooSmall { .. }), "{format}");
        }
    }
}

/// The header of a ceremony's file of another curve: its field's bytes, its modulus, two powers.
fn other_curve(field_bytes: u32, modulus: &[u8]) -> Vec<u8> {
    let header = [&field_bytes.to_le_bytes()[..], modulus, &K.to_le_bytes(), &K.to_le_bytes()].concat();
    let length = (header.len() as u64).to_le_bytes();
    sections(3, &[&1u32.to_le_bytes(), &length, &header])
}

/// BLS12-381 is named; of other fields the modulus is.
#[test]
fn other_curves_are_named() {
    let modulus = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    let mut bls: Vec<u8> = hex::decode(modulus).unwrap();
    bls.reverse();
    let error = |file: &[u8]| Candidate::read(file, None).unwrap_err().to_string();
    assert_eq!(error(&other_curve(48, &bls)), "expected the curve BN254, got BLS12-381");
    let unknown = |bytes: usize| format!("a field of {} elements (little-endian)", "07".repeat(bytes));
    for bytes in [1, 32, 48, 96] {
        let file = other_curve(bytes as u32, &vec![7; bytes]);
        assert_eq!(error(&file), format!("expected the curve BN254, got {}", unknown(bytes)));
    }
    // A length that the section does not have, or no field has.
    for (bytes, length) in [(48, 47), (97, 97), (0, 32), (u32::MAX, 32)] {
        let file = other_curve(bytes, &vec![7; length]);
        assert_eq!(error(&file), format!("expected a field of 32 bytes, got {bytes}"));
    }
}

/// halo2's compressed format is none of ours.
#[test]
fn compressed_points_are_refused() {
    let mut file = Vec::new();
    insecure::powers(K, some_secret()).into_params().write_custom(&mut file, SerdeFormat::Processed).unwrap();
    let error = Candidate::read(file.as_slice(), None).unwrap_err();
    assert!(
        matches!(error, SetupError::OffCurve(Place::Power(0)) | SetupError::Coordinate(Place::Power(0))),
        "{error}"
    );
}
