//! # Raw files
//!
//! halo2 writes its parameters as memory holds them: $k$ (4 bytes, little-endian), the $2^k$ powers, the $2^k$ points of the Lagrange basis, $H$ and
//! $\tau H$ ([`points`](super::points)). That is `RawBytes`, the format of halo2-axiom and of PSE's halo2. Their other one, `Processed`, has compressed
//! points; it is not read here, and is refused at its first point. **Such a file says neither what it is nor where it is from.**
//!
//! Furl's own format puts 18 bytes before: a magic, a version and the origin, in words that a person reads, too.

use std::io::{self, BufWriter, Read, Write};

use halo2_proofs::SerdeFormat;
use halo2_proofs::halo2curves::bn256::Bn256;
use halo2_proofs::poly::kzg::commitment::ParamsKZG;

use super::error::{Place, SetupError};
use super::input::Input;
use super::points::G1_BYTES;
use super::powers::Powers;
use super::{Format, Origin, chosen_size, in_range, ptau};

/// The first bytes of a setup of Furl's.
pub const MAGIC: [u8; 8] = *b"FURLKZG\0";
/// The format version that this code reads and writes.
pub const VERSION: u16 = 1;

/// Reads what follows the magic, up to the body.
pub(super) fn read_header<R: Read>(input: &mut Input<R>) -> Result<Origin, SetupError> {
    let version = input.u16()?;
    if version != VERSION {
        return Err(SetupError::Version { format: Format::Furl, known: VERSION.into(), got: version.into() });
    }
    let origin = input.array()?;
    Origin::ALL.into_iter().find(|known| known.bytes() == origin).ok_or(SetupError::Origin(origin))
}

/// Reads the body after its first four bytes. Gives its size, too.
pub(super) fn read<R: Read>(input: &mut Input<R>, size: u32, k: Option<u32>) -> Result<(Powers, u32), SetupError> {
    let k = chosen_size(in_range(size)?, k);
    let (there, used) = (1u64 << size, 1u64 << k);
    let g = input.points(used, Place::Power)?;
    input.skip((there - used) * G1_BYTES as u64)?;
    let lagrange = if k == size {
        Some(input.points(there, Place::Lagrange)?)
    } else {
        input.skip(there * G1_BYTES as u64)?;
        None
    };
    let tau_g2 = ptau::read_g2(input)?;
    Ok((Powers { k, g, lagrange, tau_g2 }, size))
}

/// Writes a file of Furl's.
pub(super) fn write(params: &ParamsKZG<Bn256>, origin: Origin, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    out.write_all(&MAGIC)?;
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&origin.bytes())?;
    params.write_custom(&mut out, SerdeFormat::RawBytes)?;
    out.flush()
}
