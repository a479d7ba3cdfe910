//! A good setup is not yet the right one.

use std::ops::Range;

use super::*;

/// Powers of a real ceremony, 2^8 of them: its source and licence are in `vectors/README.md`.
const CEREMONY: &[u8] = include_bytes!("../../../../vectors/ceremony-8.ptau");

/// Where its Lagrange basis of $2^8$ points is.
const BASIS: Range<usize> = 181_684 + 255 * 64..181_684 + 511 * 64;

fn read(file: &[u8]) -> Candidate {
    Candidate::read(file, None).unwrap()
}

#[test]
fn a_real_ceremony_is_pinned() {
    let candidate = read(CEREMONY);
    assert_eq!((candidate.k(), candidate.format(), candidate.origin()), (8, Format::Ptau, Origin::Ceremony));
    assert_eq!(candidate.pin().unwrap().file, "powersOfTau28_hez_final_08.ptau");
    let text = candidate.to_string();
    assert!(
        text.ends_with("k = 8, pinned: powersOfTau28_hez_final_08.ptau, by its BLAKE2b-512 (README of snarkjs 0.7.6)"),
        "{text}"
    );
    let hash = candidate.hash();
    let setup = candidate.require(Expect::Pinned).unwrap();
    assert_eq!((setup.k(), setup.origin(), setup.hash()), (8, Origin::Ceremony, hash));
    // Cut down, it is still the pinned file; its hash is another.
    let cut = Candidate::read(CEREMONY, Some(5)).unwrap().require(Expect::Pinned).unwrap();
    assert_eq!(points(cut.params())[4..4 + 32 * 64], points(setup.params())[4..4 + 32 * 64]);
    assert_ne!(cut.hash(), hash);
    // Converted, it is named by its hash.
    let mut file = Vec::new();
    setup.write(&mut file).unwrap();
    let refused = read(&file).require(Expect::Pinned).unwrap_err();
    assert_eq!(refused, TrustError::NotPinned { file: Box::new(read(&file).file()), hash });
    assert_eq!(read(&file).require(Expect::Hash(hash)).unwrap().hash(), hash);
}

/// snarkjs computed Lagrange bases of its sizes, too: they are read, checked, and what is computed here.
#[test]
fn the_computed_basis_is_snarkjs() {
    for k in 1..=8 {
        let candidate = Candidate::read(CEREMONY, Some(k)).unwrap();
        let computed = lagrange::basis(&candidate.powers.g, k);
        assert_eq!(candidate.powers.lagrange.unwrap(), computed, "k = {k}");
    }
}

/// Bits of the ceremony's file turned: what is used is refused, and nothing that was touched is pinned.
#[test]
fn a_tampered_ceremony_is_refused() {
    for i in 0..400 {
        let mut file = CEREMONY.to_vec();
        let at = i * 7919 % file.len();
        file[at] ^= 1 << (i % 8);
        let used = at < 80 + 256 * 64 || (32_784..32_796 + 256).contains(&at) || BASIS.contains(&at);
        match Candidate::read(file.as_slice(), None) {
            Ok(candidate) => {
                assert!(!used || (64..68).contains(&at), "byte {at} passed");
                assert!(matches!(candidate.require(Expect::Pinned), Err(TrustError::NotPinned { .. })));
            }
            Err(error) => assert!(used || at < 181_684, "byte {at}: {error}"),
        }
    }
    let mut file = CEREMONY.to_vec();
    file.copy_within(80 + 64 * 3..80 + 64 * 4, 80 + 64 * 4);
    assert!(matches!(Candidate::read(file.as_slice(), None), Err(SetupError::Powers)));
    let mut file = CEREMONY.to_vec();
    file.copy_within(BASIS.start..BASIS.start + 64, BASIS.start + 64);
    assert!(matches!(Candidate::read(file.as_slice(), None), Err(SetupError::Lagrange)));
}

/// Who asks for what, of which file.
#[test]
fn only_what_is_asked_for() {
    let (dev, other) = (ptau_file(3, insecure::secret()), ptau_file(3, some_secret()));
    let (dev_hash, other_hash) = (read(&dev).hash(), read(&other).hash());
    assert_eq!(Setup::insecure_dev(3).unwrap().hash(), dev_hash);
    let require = |file: &[u8], expect| read(file).require(expect).map(|setup| setup.origin());
    assert_eq!(require(&dev, Expect::InsecureDev), Ok(Origin::InsecureDev));
    assert_eq!(require(&other, Expect::Hash(other_hash)), Ok(Origin::Ceremony));
    assert_eq!(require(&other, Expect::InsecureDev), Err(TrustError::NotInsecure));
    assert_eq!(require(&other, Expect::Hash(dev_hash)), Err(TrustError::Hash { expected: dev_hash, got: other_hash }));
    assert!(matches!(require(&other, Expect::Pinned), Err(TrustError::NotPinned { .. })));
    // Not even by its hash is the development setup taken for a ceremony.
    assert_eq!(require(&dev, Expect::Hash(dev_hash)), Err(TrustError::Insecure));
    assert_eq!(require(&dev, Expect::Pinned), Err(TrustError::Insecure));
}
