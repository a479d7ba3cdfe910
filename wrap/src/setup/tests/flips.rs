//! Files that were damaged anywhere, and files that promise more than they hold.

use super::*;

/// Every prefix of every format is truncated, and says so.
#[test]
fn every_truncation_is_refused() {
    for (format, file) in every_format(3, some_secret()) {
        for length in 0..file.len() {
            let error = Candidate::read(&file[..length], None).unwrap_err();
            assert!(matches!(error, SetupError::Truncated { .. }), "{format} of {length} bytes: {error}");
        }
    }
}

/// A bit of every byte, another one each. In the raw formats all bytes count; in a `.ptau` file those that are not used may change: then
/// the setup is the same, and only the file's hashes are others.
#[test]
fn every_flipped_byte_is_refused() {
    for (format, file) in every_format(3, some_secret()) {
        let good = Candidate::read(file.as_slice(), None).unwrap();
        let mut passed = 0;
        for at in 0..file.len() {
            let mut flipped = file.clone();
            flipped[at] ^= 1 << (at * 5 % 8);
            match Candidate::read(flipped.as_slice(), None) {
                Err(_) => assert!(!unused(format, at) || at < 80, "{format}: unused byte {at} was read"),
                Ok(read) => {
                    assert!(unused(format, at), "{format}: byte {at} passed");
                    assert_eq!(read.hash(), good.hash());
                    assert_ne!(read.file().blake2b, good.file().blake2b);
                    assert_ne!(read.file().sha256, good.file().sha256);
                    passed += 1;
                }
            }
        }
        let expected = if format == Format::Ptau { 7 * 64 + 6 * 128..7 * 64 + 6 * 128 + 4 } else { 0..1 };
        assert!(expected.contains(&passed), "{format}: {passed} passed");
    }
}

/// Whether this byte of a file of $2^3$ may change: the ceremony's power, the powers behind the last one that is used, and all powers but the
/// first two in the second group.
fn unused(format: Format, at: usize) -> bool {
    let ceremony = 64..68;
    let (cut, cut_g2) = (80 + 8 * 64..80 + 15 * 64, 92 + 15 * 64 + 2 * 128..92 + 15 * 64 + 8 * 128);
    format == Format::Ptau && [ceremony, cut, cut_g2].iter().any(|range| range.contains(&at))
}

/// Files of a hundred bytes that announce gigabytes: refused for what is missing, and nothing is allocated for it.
#[test]
fn promises_allocate_nothing() {
    let ptau = ptau_file(1, some_secret());
    let with_power = |power: u32| {
        let mut file = ptau.clone();
        file[60..64].copy_from_slice(&power.to_le_bytes());
        file[64..68].copy_from_slice(&power.to_le_bytes());
        file[72..80].copy_from_slice(&ptau::tau_g1_bytes(power).to_le_bytes());
        file
    };
    let mut endless_section = [&ptau[..8], &4u32.to_le_bytes(), &ptau[12..68], &7u32.to_le_bytes()].concat();
    endless_section.extend(u64::MAX.to_le_bytes());
    let sized = |file: Vec<u8>, at: usize, k: u32| [&file[..at], &k.to_le_bytes(), &file[at + 4..]].concat();
    let files = [
        with_power(MAX_K),
        with_power(24),
        endless_section,
        sized(halo2_file(1, some_secret()), 0, MAX_K),
        sized(furl_file(1, some_secret(), Origin::Ceremony), 18, MAX_K),
    ];
    let before = peak_kib();
    for file in files {
        for k in [None, Some(1), Some(24)] {
            let error = Candidate::read(file.as_slice(), k).unwrap_err();
            assert!(matches!(error, SetupError::Truncated { .. } | SetupError::OffCurve(_)), "{error}");
        }
    }
    // The least promise is of 1 GiB; other tests run beside this one.
    assert!(peak_kib() - before < 512 << 10);
}

/// The most address space that this process has had.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
