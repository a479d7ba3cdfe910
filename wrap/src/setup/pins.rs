//! # Pinned ceremonies
//!
//! A pin is a hash of a whole `.ptau` file. It covers every byte, and says nothing of a file that
//! was converted or cut: such a one is named by its setup's hash instead. Both hashes are of a
//! strength beyond the curve's; which one a pin has is a matter of its source.
//!
//! | files | ceremony | hash | source |
//! |---|---|---|---|
//! | `powersOfTau28_hez_final*` | 54 contributions and a beacon, for Hermez | BLAKE2b-512 | README of snarkjs |
//! | `ppot_0080_*` | 80 contributions and a beacon, by PSE | SHA-256 | others' tables |
//!
//! Both are of the Perpetual Powers of Tau, cut to each power of two and prepared for their second
//! phase. The hashes of the first stand in the table under "Prepare phase 2" in the README of
//! snarkjs 0.7.6, as its npm package has it. PSE publishes no hashes of its files. Those here stand
//! in the source of `nightfall_4`, by EYBlockchain, whose CI computed them from the files at their
//! publisher's: **most rest on this one table.** Those of powers 14, 16, 17, 18 and 20 stand in the
//! sources of other projects, too, which have nothing to do with it. Powers 27 and 28 have no
//! source, and no pin.
//!
//! **That a ceremony was honest is not ours to check:** one of its contributors has to have
//! forgotten his secret.

use core::fmt;

use super::FileHashes;

/// A ceremony's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Where the hash was read.
    pub source: &'static str,
    /// The file's name there.
    pub file: &'static str,
    /// The file's power: it serves every $k$ up to it.
    pub power: u32,
    /// The file's hash.
    pub hash: PinnedHash,
}

/// The hash of a file, in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinnedHash {
    /// BLAKE2b-512.
    Blake2b(&'static str),
    /// SHA-256.
    Sha256(&'static str),
}

impl PinnedHash {
    /// Whether this is a hash of the file.
    fn is_of(self, file: &FileHashes) -> bool {
        match self {
            Self::Blake2b(hash) => hash == hex::encode(file.blake2b),
            Self::Sha256(hash) => hash == hex::encode(file.sha256),
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.hash {
            PinnedHash::Blake2b(_) => "BLAKE2b-512",
            PinnedHash::Sha256(_) => "SHA-256",
        };
        write!(f, "{}, by its {by} ({})", self.file, self.source)
    }
}

/// The pin of a file with these hashes, if there is one.
pub(super) fn find(file: &FileHashes) -> Option<&'static Pin> {
    PINS.iter().find(|pin| pin.hash.is_of(file))
}

/// The name of the smallest pinned file that serves size $2^k$.
pub(super) fn file_for(k: u32) -> &'static str {
    let mut files = PINS.iter().filter(|pin| pin.power >= k);
    files.next().map_or("none", |pin| pin.file)
}

const fn hermez(power: u32, file: &'static str, blake2b: &'static str) -> Pin {
    Pin { source: "README of snarkjs 0.7.6", file, power, hash: PinnedHash::Blake2b(blake2b) }
}

const fn ppot(power: u32, file: &'static str, sha256: &'static str) -> Pin {
    Pin { source: "table of nightfall_4", file, power, hash: PinnedHash::Sha256(sha256) }
}

/// All pins, each ceremony's by rising power.
#[rustfmt::skip]
pub const PINS: [Pin; 40] = [
    hermez(8, "powersOfTau28_hez_final_08.ptau", "d6a8fb3a04feb600096c3b791f936a578c4e664d262e4aa24beed1b7a9a96aa5eb72864d628db247e9293384b74b36ffb52ca8d148d6e1b8b51e279fdf57b583"),
    hermez(9, "powersOfTau28_hez_final_09.ptau", "94f108a80e81b5d932d8e8c9e8fd7f46cf32457e31462deeeef37af1b71c2c1b3c71fb0d9b59c654ec266b042735f50311f9fd1d4cadce47ab234ad163157cb5"),
    hermez(10, "powersOfTau28_hez_final_10.ptau", "6cfeb8cda92453099d20120bdd0e8a5c4e7706c2da9a8f09ccc157ed2464d921fd0437fb70db42104769efd7d6f3c1f964bcf448c455eab6f6c7d863e88a5849"),
    hermez(11, "powersOfTau28_hez_final_11.ptau", "47c282116b892e5ac92ca238578006e31a47e7c7e70f0baa8b687f0a5203e28ea07bbbec765a98dcd654bad618475d4661bfaec3bd9ad2ed12e7abc251d94d33"),
    hermez(12, "powersOfTau28_hez_final_12.ptau", "ded2694169b7b08e898f736d5de95af87c3f1a64594013351b1a796dbee393bd825f88f9468c84505ddd11eb0b1465ac9b43b9064aa8ec97f2b73e04758b8a4a"),
    hermez(13, "powersOfTau28_hez_final_13.ptau", "58efc8bf2834d04768a3d7ffcd8e1e23d461561729beaac4e3e7a47829a1c9066d5320241e124a1a8e8aa6c75be0ba66f65bc8239a0542ed38e11276f6fdb4d9"),
    hermez(14, "powersOfTau28_hez_final_14.ptau", "eeefbcf7c3803b523c94112023c7ff89558f9b8e0cf5d6cdcba3ade60f168af4a181c9c21774b94fbae6c90411995f7d854d02ebd93fb66043dbb06f17a831c1"),
    hermez(15, "powersOfTau28_hez_final_15.ptau", "982372c867d229c236091f767e703253249a9b432c1710b4f326306bfa2428a17b06240359606cfe4d580b10a5a1f63fbed499527069c18ae17060472969ae6e"),
    hermez(16, "powersOfTau28_hez_final_16.ptau", "6a6277a2f74e1073601b4f9fed6e1e55226917efb0f0db8a07d98ab01df1ccf43eb0e8c3159432acd4960e2f29fe84a4198501fa54c8dad9e43297453efec125"),
    hermez(17, "powersOfTau28_hez_final_17.ptau", "6247a3433948b35fbfae414fa5a9355bfb45f56efa7ab4929e669264a0258976741dfbe3288bfb49828e5df02c2e633df38d2245e30162ae7e3bcca5b8b49345"),
    hermez(18, "powersOfTau28_hez_final_18.ptau", "7e6a9c2e5f05179ddfc923f38f917c9e6831d16922a902b0b4758b8e79c2ab8a81bb5f29952e16ee6c5067ed044d7857b5de120a90704c1d3b637fd94b95b13e"),
    hermez(19, "powersOfTau28_hez_final_19.ptau", "bca9d8b04242f175189872c42ceaa21e2951e0f0f272a0cc54fc37193ff6648600eaf1c555c70cdedfaf9fb74927de7aa1d33dc1e2a7f1a50619484989da0887"),
    hermez(20, "powersOfTau28_hez_final_20.ptau", "89a66eb5590a1c94e3f1ee0e72acf49b1669e050bb5f93c73b066b564dca4e0c7556a52b323178269d64af325d8fdddb33da3a27c34409b821de82aa2bf1a27b"),
    hermez(21, "powersOfTau28_hez_final_21.ptau", "9aef0573cef4ded9c4a75f148709056bf989f80dad96876aadeb6f1c6d062391f07a394a9e756d16f7eb233198d5b69407cca44594c763ab4a5b67ae73254678"),
    hermez(22, "powersOfTau28_hez_final_22.ptau", "0d64f63dba1a6f11139df765cb690da69d9b2f469a1ddd0de5e4aa628abb28f787f04c6a5fb84a235ec5ea7f41d0548746653ecab0559add658a83502d1cb21b"),
    hermez(23, "powersOfTau28_hez_final_23.ptau", "3063a0bd81d68711197c8820a92466d51aeac93e915f5136d74f63c394ee6d88c5e8016231ea6580bec02e25d491f319d92e77f5c7f46a9caa8f3b53c0ea544f"),
    hermez(24, "powersOfTau28_hez_final_24.ptau", "fa404d140d5819d39984833ca5ec3632cd4995f81e82db402371a4de7c2eae8687c62bc632a95b0c6aadba3fb02680a94e09174b7233ccd26d78baca2647c733"),
    hermez(25, "powersOfTau28_hez_final_25.ptau", "0377d860cdb09a8a31ea1b0b8c04335614c8206357181573bf294c25d5ca7dff72387224fbd868897e6769f7805b3dab02854aec6d69d7492883b5e4e5f35eeb"),
    hermez(26, "powersOfTau28_hez_final_26.ptau", "418dee4a74b9592198bd8fd02ad1aea76f9cf3085f206dfd7d594c9e264ae919611b1459a1cc920c2f143417744ba9edd7b8d51e44be9452344a225ff7eead19"),
    hermez(27, "powersOfTau28_hez_final_27.ptau", "10ffd99837c512ef99752436a54b9810d1ac8878d368fb4b806267bdd664b4abf276c9cd3c4b9039a1fa4315a0c326c0e8e9e8fe0eb588ffd4f9021bf7eae1a1"),
    hermez(28, "powersOfTau28_hez_final.ptau", "55c77ce8562366c91e7cda394cf7b7c15a06c12d8c905e8b36ba9cf5e13eb37d1a429c589e8eaba4c591bc4b88a0e2828745a53e170eac300236f5c1a326f41a"),
    ppot(8, "ppot_0080_08.ptau", "5c411c13838e8e3ff80b6f87b81a0a92a66d2e64e82dd6af88ffc8ea89a548f6"),
    ppot(9, "ppot_0080_09.ptau", "67e59e346767e179a5bd88b4789a56ce376708244c01a32b520ee208dbfb2595"),
    ppot(10, "ppot_0080_10.ptau", "75b53cf75b5a1068d3a19575bf8164231b8a4babbf15383490de9c0144a15bf8"),
    ppot(11, "ppot_0080_11.ptau", "e6569fe93a6a3ba25b1d0aee9e314fee91820e4989b6b0eb34518b0149862284"),
    ppot(12, "ppot_0080_12.ptau", "35e163120e724a60853d0dd76ec54037f7c7b00584392255f71a4341d5a05c50"),
    ppot(13, "ppot_0080_13.ptau", "ccee28086e4b81d81a6e16fdee054d1dbd5276362e2662d4205d31de45cb930f"),
    ppot(14, "ppot_0080_14.ptau", "3ca1149e9349b22b0ee0649399cfb787677129b7b1189d1899fc0d615d9583db"),
    ppot(15, "ppot_0080_15.ptau", "4a8eb5a754ed4710d6ad603c2e1a89c72325a448e4474f8694d2c71c7c272f3d"),
    ppot(16, "ppot_0080_16.ptau", "ed3622a7c79b0b49aadd134ebbc5b77df8c8c59bccebdfd0d9bf2c1a51561cf9"),
    ppot(17, "ppot_0080_17.ptau", "f807e065fde53f72f4bf4d57140fab85b26daa6cc95bdfec7cce93622b3a367c"),
    ppot(18, "ppot_0080_18.ptau", "9693220206afab749e3d88d4ab5fdf5d36120ea102e7e587ccea0e7a5208e711"),
    ppot(19, "ppot_0080_19.ptau", "d0cadfb7d5bad6c5e0b012fb1c4bbaa3cc98fe249988f9f99d1818175e4c2015"),
    ppot(20, "ppot_0080_20.ptau", "560412532a1205145d5f21585274fb2cef61273496ddc7186aec855aab01a8cd"),
    ppot(21, "ppot_0080_21.ptau", "b4131202088141088d83fc05d654a142b51117df0960568613069e0719e7645a"),
    ppot(22, "ppot_0080_22.ptau", "9f50df02e370796098cecbb025d46a44c7165cac8bc5ebedd76d97f1129d9653"),
    ppot(23, "ppot_0080_23.ptau", "05085994c8aa34e4925585202e178e09fb8acc04e9565311751e8a04dec81cb1"),
    ppot(24, "ppot_0080_24.ptau", "d21a509863a643b8fd15af9b2f6f8af9b5928b3138af591edc2b7a731b8c2938"),
    ppot(25, "ppot_0080_25.ptau", "a91fd8e8ed3332b5ebafc90bc05329c874133f7d47c6bfe33e26dca0c2d11ee1"),
    ppot(26, "ppot_0080_26.ptau", "b354d098efff1c5ded84124fa9020eb2620b0faa62c2c7989217e062bf387651"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn pins_are_hashes_and_differ() {
        let none = FileHashes { blake2b: [0; 64], sha256: [0; 32] };
        assert_eq!(find(&none), None);
        for pin in &PINS {
            let file = match pin.hash {
                PinnedHash::Blake2b(hash) => FileHashes { blake2b: bytes(hash), ..none },
                PinnedHash::Sha256(hash) => FileHashes { sha256: bytes(hash), ..none },
            };
            assert_eq!(find(&file), Some(pin));
        }
        // A hash of one kind is none of the other.
        let PinnedHash::Sha256(hash) = PINS[39].hash else { panic!("a file of PSE's") };
        let mut blake2b = [0; 64];
        blake2b[..32].copy_from_slice(&bytes::<32>(hash));
        assert_eq!(find(&FileHashes { blake2b, ..none }), None);
    }

    #[test]
    fn both_ceremonies_are_here_by_power() {
        let powers: Vec<_> = PINS.iter().map(|pin| pin.power).collect();
        assert_eq!(powers, (8..=28).chain(8..=26).collect::<Vec<_>>());
        for pin in &PINS {
            let power = format!("{:02}.ptau", pin.power);
            assert!(pin.file.ends_with(&power) || (pin.power, pin.file) == (28, "powersOfTau28_hez_final.ptau"));
            assert_eq!(pin.file.starts_with("ppot_0080_"), matches!(pin.hash, PinnedHash::Sha256(_)));
        }
    }

    #[test]
    fn a_file_that_would_do_is_named() {
        let hermez = |power: &str| format!("powersOfTau28_hez_final{power}.ptau");
        for (k, file) in [(1, hermez("_08")), (8, hermez("_08")), (19, hermez("_19")), (28, hermez(""))] {
            assert_eq!(file_for(k), file);
        }
    }
}
