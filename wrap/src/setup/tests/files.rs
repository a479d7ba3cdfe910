//! Every format is read, whole and cut down, and says the same.

use std::cell::RefCell;
use std::sync::Once;

use super::*;

/// A reader of one byte at a time, interrupted before each.
struct Trickle<'a>(&'a [u8], bool);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let some = buffer.len().min(1);
        self.0.read(&mut buffer[..some])
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// All formats give the points that the secret gives, in any size up to the file's.
    #[test]
    fn formats_agree(k in 1u32..=6, less in 0u32..6, secret in 2u64..) {
        let tau = Fr::from(secret);
        let asked = k.saturating_sub(less).max(1);
        let expected = insecure::powers(asked, tau);
        let hash = expected.hash();
        let expected = points(&expected.into_params());
        for (format, file) in every_format(k, tau) {
            let candidate = Candidate::read(file.as_slice(), Some(asked)).unwrap();
            prop_assert_eq!((candidate.format(), candidate.file_k(), candidate.k()), (format, k, asked));
            prop_assert_eq!((candidate.origin(), candidate.hash()), (Origin::Ceremony, hash));
            let setup = candidate.require(Expect::Hash(hash)).unwrap();
            prop_assert_eq!((setup.k(), setup.hash(), setup.origin()), (asked, hash, Origin::Ceremony));
            prop_assert_eq!(points(setup.params()), expected.clone(), "{}", format);
        }
    }

    /// Whatever comes is refused or read, and nothing panics.
    #[test]
    fn noise_is_refused(start in 0usize..4, noise in proptest::collection::vec(any::<u8>(), 0..300), k in 0u32..30) {
        let starts: [&[u8]; 4] = [b"ptau\x01\0\0\0\x03\0\0\0\x01\0\0\0\x2c\0\0\0\0\0\0\0", b"FURLKZG\0\x01\0CEREMONY", b"\x02\0\0\0", b""];
        let file = [starts[start], &noise].concat();
        prop_assert!(Candidate::read(file.as_slice(), Some(k)).is_err());
        prop_assert!(Candidate::read(file.as_slice(), None).is_err());
    }
}

/// The smallest setup of every format, in bytes that come one by one.
#[test]
fn files_may_trickle() {
    for (format, file) in every_format(1, some_secret()) {
        let at_once = Candidate::read(file.as_slice(), None).unwrap();
        let trickled = Candidate::read(Trickle(&file, false), None).unwrap();
        assert_eq!((trickled.format(), trickled.hash(), trickled.file()), (format, at_once.hash(), at_once.file()));
    }
}

/// Who contributed is passed over, however much it is: in PSE's files, 93,398 bytes.
#[test]
fn contributions_take_what_they_take() {
    let file = ptau_file(3, some_secret());
    let (bytes, contributions) = (93_398u64, vec![7; 93_398]);
    let parts = [&file[..8], &4u32.to_le_bytes(), &file[12..], &7u32.to_le_bytes(), &bytes.to_le_bytes()];
    let longer = [&parts.concat()[..], &contributions].concat();
    let (short, long) = (Candidate::read(file.as_slice(), None).unwrap(), Candidate::read(longer.as_slice(), None));
    assert_eq!(long.unwrap().hash(), short.hash());
}

/// The Lagrange basis commits to values as the powers commit to coefficients: halo2's own sense of it.
#[test]
fn a_computed_basis_is_halo2s() {
    let (k, tau) = (5, some_secret());
    let powers = insecure::powers(k, tau);
    let expected = halo2_proofs::arithmetic::g_to_lagrange::<G1Affine>(powers.g.iter().map(|&g| g.into()).collect(), k);
    assert_eq!(lagrange::basis(&powers.g, k), expected);
    assert_eq!(powers.lagrange.unwrap(), expected);
}

/// What halo2 itself makes is read, and what is read halo2 reads.
#[test]
fn halo2s_own_parameters() {
    let own = ParamsKZG::<Bn256>::new(4);
    let setup = Candidate::read(points(&own).as_slice(), None).unwrap();
    let hash = setup.hash();
    let setup = setup.require(Expect::Hash(hash)).unwrap();
    assert_eq!(points(setup.params()), points(&own));
    let mut file = Vec::new();
    setup.write(&mut file).unwrap();
    assert_eq!(file[..18], *b"FURLKZG\0\x01\0CEREMONY");
    let again = ParamsKZG::<Bn256>::read_custom(&mut &file[18..], SerdeFormat::RawBytes).unwrap();
    assert_eq!(points(&again), points(&own));
}

/// Both directions of the development setup: into `.ptau` and back, into Furl's format and back.
#[test]
fn the_development_setup_goes_round() {
    let setup = Setup::insecure_dev(6).unwrap();
    let mut file = Vec::new();
    write_insecure_dev_ptau(6, &mut file).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.ptau");
    std::fs::write(&path, file).unwrap();
    let from_ptau = Setup::open(&path, 6, Expect::InsecureDev).unwrap();
    assert_eq!(points(from_ptau.params()), points(setup.params()));
    let mut file = Vec::new();
    from_ptau.write(&mut file).unwrap();
    let path = folder.path().join("dev.kzg");
    std::fs::write(&path, &file).unwrap();
    let from_furl = Setup::open(&path, 6, Expect::InsecureDev).unwrap();
    assert_eq!(points(from_furl.params()), points(setup.params()));
    assert_eq!((from_furl.hash(), from_furl.origin()), (setup.hash(), Origin::InsecureDev));
    let mut again = Vec::new();
    from_furl.write(&mut again).unwrap();
    assert_eq!(again, file);
    assert!(matches!(Setup::open(folder.path().join("none"), 6, Expect::InsecureDev), Err(SetupError::Io(_))));
}

thread_local! {
    /// What this thread has logged.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The log of the thread that writes.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what every thread logs from now on. One subscriber for all: those of single threads come and go, and with them what the
/// library takes for of interest to anybody.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_subscriber::fmt().with_writer(|| Log).init());
}

/// Whoever makes it or reads it is warned; of a ceremony nothing is said.
#[test]
fn the_development_setup_warns() {
    listen();
    let logged = |file: Option<&[u8]>, expect| {
        LOG.take();
        match file {
            Some(file) => Candidate::read(file, None).unwrap().require(expect).unwrap(),
            None => Setup::insecure_dev(2).unwrap(),
        };
        String::from_utf8(LOG.take()).unwrap()
    };
    let (dev, other) = (ptau_file(2, insecure::secret()), ptau_file(2, some_secret()));
    let hash = Candidate::read(other.as_slice(), None).unwrap().hash();
    for text in [logged(None, Expect::InsecureDev), logged(Some(&dev), Expect::InsecureDev)] {
        assert!(text.contains("WARN") && text.contains("the INSECURE development setup, k = 2"), "{text}");
    }
    assert_eq!(logged(Some(&other), Expect::Hash(hash)), "");
}

/// Without its points a setup is the same, and is not written.
#[test]
fn what_only_verifies_is_not_written() {
    let setup = Setup::insecure_dev(3).unwrap();
    let verifying = setup.verifying();
    assert_eq!((verifying.hash(), verifying.origin()), (setup.hash(), setup.origin()));
    let error = verifying.write(io::sink()).unwrap_err();
    assert_eq!(error.to_string(), "the setup has 8 points, of which 1 are here");
}

/// It says what it is, in its file and in words.
#[test]
fn the_development_setup_says_insecure() {
    let setup = Setup::insecure_dev(3).unwrap();
    let mut file = Vec::new();
    setup.write(&mut file).unwrap();
    assert_eq!(file[10..18], *b"INSECURE");
    assert!(setup.to_string().starts_with("the INSECURE development setup, k = 3, hash "), "{setup}");
    let candidate = Candidate::read(file.as_slice(), None).unwrap();
    let text = format!(
        "the INSECURE development setup, k = 3, hash {}; read from furl-setup of k = 3, not pinned",
        hex::encode(setup.hash())
    );
    assert_eq!(candidate.to_string(), text);
    for k in [0, MAX_K + 1, u32::MAX] {
        assert!(matches!(Setup::insecure_dev(k), Err(SetupError::Size(got)) if got == k));
        assert!(matches!(write_insecure_dev_ptau(k, io::sink()), Err(SetupError::Size(got)) if got == k));
    }
}

/// The golden file of version 1 is read, and written to the byte.
#[test]
fn the_golden_file() {
    let golden = include_bytes!("../../../../vectors/setup.kzg");
    let setup = Candidate::read(golden.as_slice(), Some(3)).unwrap().require(Expect::InsecureDev).unwrap();
    for setup in [setup, Setup::insecure_dev(3).unwrap()] {
        let mut file = Vec::new();
        setup.write(&mut file).unwrap();
        assert_eq!(file, golden);
        assert_eq!(hex::encode(setup.hash()), "819a1c21e28d02f60a29404d64095cb43c0b0c64551797ba31682b849241c92f");
    }
}
