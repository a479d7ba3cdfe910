//! # Points
//!
//! In every format that is read here a point is two coordinates, each as its Montgomery representative: $xR \bmod q$, $R = 2^{256}$,
//! in 32 bytes, little-endian. A coordinate of the second group is two of them, that of 1 first. The point at infinity would be all zeros.
//!
//! A point that these functions return has canonical coordinates, lies on its curve and is finite. The first curve has no other points
//! than those of the group; the second one has, and [`g2`] excludes them.

use halo2_proofs::halo2curves::CurveAffine;
use halo2_proofs::halo2curves::bn256::{G1Affine, G2, G2Affine};
use halo2_proofs::halo2curves::group::cofactor::CofactorGroup;
use halo2_proofs::halo2curves::group::prime::PrimeCurveAffine;
use halo2_proofs::halo2curves::serde::SerdeObject;

use super::error::{Place, SetupError};

/// Bytes of a point of the first group.
pub(super) const G1_BYTES: usize = 64;
/// Bytes of a point of the second group.
pub(super) const G2_BYTES: usize = 128;

/// A point of the first group.
pub(super) fn g1(bytes: &[u8], place: Place) -> Result<G1Affine, SetupError> {
    finite(bytes, place)
}

/// A point of the second group, in the subgroup of prime order.
pub(super) fn g2(bytes: &[u8; G2_BYTES], place: Place) -> Result<G2Affine, SetupError> {
    let point: G2Affine = finite(bytes, place)?;
    if !bool::from(G2::from(point).is_torsion_free()) {
        return Err(SetupError::Subgroup);
    }
    Ok(point)
}

/// A finite point of the curve.
fn finite<C: CurveAffine + SerdeObject>(bytes: &[u8], place: Place) -> Result<C, SetupError>
where
    C::Base: SerdeObject,
{
    let (x, y) = bytes.split_at(bytes.len() / 2);
    let (Some(x), Some(y)) = (C::Base::from_raw_bytes(x), C::Base::from_raw_bytes(y)) else {
        return Err(SetupError::Coordinate(place));
    };
    let point = Option::<C>::from(C::from_xy(x, y)).ok_or(SetupError::OffCurve(place))?;
    if bool::from(PrimeCurveAffine::is_identity(&point)) {
        return Err(SetupError::Infinity(place));
    }
    Ok(point)
}

/// Points as they are written.
pub(super) fn encode<C: SerdeObject>(points: &[C]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size_of_val(points));
    for point in points {
        point.write_raw(&mut bytes).expect("a vector takes everything");
    }
    bytes
}
