//! # `.ptau` files
//!
//! What snarkjs keeps a powers-of-tau ceremony in. After `ptau`, a version and a number of sections come the sections, each after its
//! kind (4 bytes) and its length (8); all numbers are little-endian.
//!
//! | section | what | bytes |
//! |---|---|---|
//! | 1 | header: bytes of a coordinate (4), the field's modulus (32), the file's power $p$ (4), the ceremony's (4) | 44 |
//! | 2 | $\tau^i G$, $i < 2^{p+1} - 1$ | 64 each |
//! | 3 | $\tau^i H$, $i < 2^p$ | 128 each |
//! | 4–7 | the same with two more secrets, and who contributed | – |
//! | 12 | Lagrange bases of the first group's powers: of size 1, 2, …, $2^{p+1}$ | 64 each |
//! | 13–15 | those of sections 3 to 5 | – |
//!
//! A file that is not prepared for its second phase lacks sections 12 to 15. snarkjs' domains are those of the root $5^{(r-1)/2^{28}}$, halo2's those of
//! $7^{(r-1)/2^{28}}$: the points are the same, in another order.
//!
//! Four sections matter to KZG. Of them the header is checked whole; of sections 2 and 12 the points that are used; of section 3, $H$ and
//! $\tau H$. **Not checked:** their other points, and what the other sections hold. A pin covers them, with every byte of the file.

use std::io::{self, Read, Write};

use halo2_proofs::halo2curves::bn256::{G1Affine, G2Affine};

use super::error::{Curve, Place, SetupError};
use super::input::Input;
use super::points::{self, G1_BYTES, G2_BYTES};
use super::powers::Powers;
use super::{Format, MAX_K, chosen_size, lagrange};

/// The first bytes.
pub(super) const MAGIC: [u8; 4] = *b"ptau";
/// The version that is read and written.
const VERSION: u32 = 1;
/// The kinds of sections.
const KINDS: [u32; 11] = [HEADER, TAU_G1, TAU_G2, 4, 5, 6, 7, LAGRANGE_G1, 13, 14, 15];
const HEADER: u32 = 1;
pub(super) const TAU_G1: u32 = 2;
pub(super) const TAU_G2: u32 = 3;
const LAGRANGE_G1: u32 = 12;
const HEADER_BYTES: u64 = BESIDE_MODULUS + MODULUS.len() as u64;
/// What the header holds besides the modulus: three numbers.
const BESIDE_MODULUS: u64 = 12;
/// No curve's coordinates are longer.
const MAX_FIELD_BYTES: u32 = 96;
/// The modulus of the coordinates' field, little-endian.
pub(super) const MODULUS: [u8; 32] = [
    0x47, 0xfd, 0x7c, 0xd8, 0x16, 0x8c, 0x20, 0x3c, 0x8d, 0xca, 0x71, 0x68, 0x91, 0x6a, 0x81, 0x97, 0x5d, 0x58, 0x81,
    0x81, 0xb6, 0x45, 0x50, 0xb8, 0x29, 0xa0, 0x31, 0xe1, 0x72, 0x4e, 0x64, 0x30,
];

/// Bytes of section 2.
pub(super) fn tau_g1_bytes(power: u32) -> u64 {
    ((2 << power) - 1) * G1_BYTES as u64
}

/// Bytes of section 12.
fn lagrange_g1_bytes(power: u32) -> u64 {
    ((4 << power) - 1) * G1_BYTES as u64
}

/// Bytes of section 3.
pub(super) fn tau_g2_bytes(power: u32) -> u64 {
    (1 << power) * G2_BYTES as u64
}

/// Reads a file after its magic. Gives its size, too.
pub(super) fn read<R: Read>(input: &mut Input<R>, k: Option<u32>) -> Result<(Powers, u32), SetupError> {
    let version = input.u32()?;
    if version != VERSION {
        return Err(SetupError::Version { format: Format::Ptau, known: VERSION, got: version });
    }
    let count = input.u32()?;
    if count > KINDS.len() as u32 {
        return Err(SetupError::SectionCount { most: KINDS.len() as u32, got: count });
    }
    let mut sections = Sections::default();
    for _ in 0..count {
        sections.read(input, k)?;
    }
    let power = sections.power.ok_or(SetupError::SectionMissing(HEADER))?;
    let g = sections.g.ok_or(SetupError::SectionMissing(TAU_G1))?;
    let tau_g2 = sections.tau_g2.ok_or(SetupError::SectionMissing(TAU_G2))?;
    Ok((Powers { k: chosen_size(power, k), g, lagrange: sections.lagrange, tau_g2 }, power))
}

/// What has been read of a file.
#[derive(Default)]
struct Sections {
    seen: Vec<u32>,
    power: Option<u32>,
    g: Option<Vec<G1Affine>>,
    lagrange: Option<Vec<G1Affine>>,
    tau_g2: Option<G2Affine>,
}

impl Sections {
    /// Reads the next section.
    fn read<R: Read>(&mut self, input: &mut Input<R>, k: Option<u32>) -> Result<(), SetupError> {
        let (section, got) = (input.u32()?, input.u64()?);
        if !KINDS.contains(&section) {
            return Err(SetupError::UnknownSection(section));
        }
        if self.seen.contains(&section) {
            return Err(SetupError::SectionTwice(section));
        }
        self.seen.push(section);
        let exactly = |expected| match got == expected {
            true => Ok(()),
            false => Err(SetupError::SectionLength { section, expected, got }),
        };
        let Some(power) = self.power else {
            if section != HEADER {
                return Err(SetupError::FirstSection(section));
            }
            self.power = Some(read_header(input, got)?);
            return Ok(());
        };
        match section {
            TAU_G1 => {
                exactly(tau_g1_bytes(power))?;
                let count = 1 << chosen_size(power, k);
                self.g = Some(input.points(count, Place::Power)?);
                input.skip(got - count * G1_BYTES as u64)
            }
            LAGRANGE_G1 => {
                exactly(lagrange_g1_bytes(power))?;
                let count = 1 << chosen_size(power, k);
                let before = (count - 1) * G1_BYTES as u64;
                input.skip(before)?;
                self.lagrange = Some(lagrange::reordered(&input.points(count, Place::Lagrange)?));
                input.skip(got - before - count * G1_BYTES as u64)
            }
            TAU_G2 => {
                exactly(tau_g2_bytes(power))?;
                self.tau_g2 = Some(read_g2(input)?);
                input.skip(got - 2 * G2_BYTES as u64)
            }
            _ => input.skip(got),
        }
    }
}

/// The header, of so many bytes: gives the power.
fn read_header<R: Read>(input: &mut Input<R>, length: u64) -> Result<u32, SetupError> {
    let bytes = input.u32()?;
    let is_ours = bytes as usize == MODULUS.len();
    if is_ours && length != HEADER_BYTES {
        return Err(SetupError::SectionLength { section: HEADER, expected: HEADER_BYTES, got: length });
    }
    // Another curve's header has another length: it is read if both lengths say the same.
    if !is_ours && (bytes > MAX_FIELD_BYTES || length != BESIDE_MODULUS + u64::from(bytes)) {
        return Err(SetupError::FieldBytes(bytes));
    }
    let mut modulus = vec![0; bytes as usize];
    input.read(&mut modulus)?;
    if modulus != MODULUS {
        return Err(SetupError::Curve(Curve::of(modulus)));
    }
    let (power, ceremony) = (input.u32()?, input.u32()?);
    if !(1..=MAX_K).contains(&power) {
        return Err(SetupError::Power(power));
    }
    if !(power..=MAX_K).contains(&ceremony) {
        return Err(SetupError::CeremonyPower { power, got: ceremony });
    }
    Ok(power)
}

/// $H$, compared, and $\tau H$.
pub(super) fn read_g2<R: Read>(input: &mut Input<R>) -> Result<G2Affine, SetupError> {
    if points::g2(&input.array()?, Place::G2)? != G2Affine::generator() {
        return Err(SetupError::Generator(Place::G2));
    }
    points::g2(&input.array()?, Place::TauG2)
}

/// Writes everything up to the section of powers in the first group.
pub(super) fn write_header(out: &mut impl Write, power: u32) -> io::Result<()> {
    out.write_all(&MAGIC)?;
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&3u32.to_le_bytes())?;
    write_section(out, HEADER, HEADER_BYTES)?;
    out.write_all(&(MODULUS.len() as u32).to_le_bytes())?;
    out.write_all(&MODULUS)?;
    out.write_all(&power.to_le_bytes())?;
    out.write_all(&power.to_le_bytes())
}

/// Writes a section's kind and length.
pub(super) fn write_section(out: &mut impl Write, kind: u32, bytes: u64) -> io::Result<()> {
    out.write_all(&kind.to_le_bytes())?;
    out.write_all(&bytes.to_le_bytes())
}
