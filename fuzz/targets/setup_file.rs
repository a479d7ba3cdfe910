//! A setup in any format: what is read is written to a file that reads the same, and to the same bytes if the format is ours.

#![no_main]

use furl_wrap::setup::{Candidate, Expect, Format, Origin};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(candidate) = Candidate::read(data, None) else { return };
    let (format, hash) = (candidate.format(), candidate.hash());
    let expect = match candidate.origin() {
        Origin::Ceremony => Expect::Hash(hash),
        Origin::InsecureDev => Expect::InsecureDev,
    };
    let mut written = Vec::new();
    candidate.require(expect).expect("it is what it is").write(&mut written).expect("a vector takes everything");
    if format == Format::Furl {
        assert_eq!(written, data);
    }
    assert_eq!(Candidate::read(written.as_slice(), None).expect("it was written as it was read").hash(), hash);
});
