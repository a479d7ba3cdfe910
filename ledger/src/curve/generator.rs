//! # The generator and the ladder's tables
//!
//! $G$ is the group element with the encoding $w = 4$, Pornin's choice. Two sets of its multiples are
//! computed once, when first used:
//!
//! - for this crate, odd multiples of $32^i G$ in 64 windows of five signed bits, so that $kG$ is 64
//!   additions and no doubling ([`mul_generator`]);
//! - for the circuit's ladder, odd multiples of $2^k G$ for the four shifts of [`LADDER_SHIFTS`]
//!   ([`ladder_tables`]).

use super::point::Point;
use super::projective::{Entry, Projective, look_up};
use super::scalar::Scalar;
use crate::field::fp5;
use std::sync::OnceLock;

/// The generator $G$ of the group: the element encoded by $w = 4$.
pub const GENERATOR: Point = Point {
    x: fp5([
        11_712_523_173_042_564_207,
        14_090_224_426_659_529_053,
        13_197_813_503_519_687_414,
        16_280_770_174_934_269_299,
        15_998_333_998_318_935_536,
    ]),
    y: fp5([
        14_639_054_205_878_357_578,
        17_426_078_571_020_221_072,
        2_548_978_194_165_003_307,
        8_663_895_577_921_260_088,
        9_793_640_284_382_595_140,
    ]),
};

/// The shifts $k$ of the circuit's tables over $2^k G$: for the parts $s_0$, $s_1$ and $s_2$ of the
/// response, and last the second one for $s_2$ (see [`digits`](crate::signature::Signature::digits)).
pub const LADDER_SHIFTS: [u64; 4] = [0, 132, 264, 201];

/// $2^k G, 3 \cdot 2^k G, 5 \cdot 2^k G, 7 \cdot 2^k G$ for each $k$ of [`LADDER_SHIFTS`].
pub fn ladder_tables() -> &'static [[Point; 4]; 4] {
    static TABLES: OnceLock<[[Point; 4]; 4]> = OnceLock::new();
    TABLES.get_or_init(|| {
        LADDER_SHIFTS.map(|k| {
            mul_generator(&Scalar::power_of_two(k))
                .to_point()
                .expect("a power of two is not zero modulo the odd prime order")
                .odd_multiples()
        })
    })
}

/// Signed bits in a window.
const WINDOW: u32 = 5;
/// Windows in 320 signed bits.
const WINDOWS: usize = 64;
/// Odd multiples in a window, up to sign.
const ENTRIES: usize = 1 << (WINDOW - 1);

/// $kG$, for a possibly secret $k$: neither branches nor addresses depend on it.
pub fn mul_generator(k: &Scalar) -> Projective {
    add_multiple_of_generator(Projective::NEUTRAL, k)
}

/// $P + kG$, likewise.
pub(crate) fn add_multiple_of_generator(point: Projective, k: &Scalar) -> Projective {
    let bits = k.signed_bits::<320>();
    let mut sum = point;
    let (groups, _) = bits.as_chunks::<5>();
    for (tables, group) in table().chunks_exact(8 * ENTRIES).zip(groups) {
        let mut bytes = [0; 8];
        bytes[..5].copy_from_slice(group);
        let mut windows = u64::from_le_bytes(bytes);
        for entries in tables.chunks_exact(ENTRIES) {
            let digit = (windows & ((1 << WINDOW) - 1)) as u8;
            sum = sum.add_entry(&look_up::<WINDOW, _>(entries, digit));
            windows >>= WINDOW;
        }
    }
    sum
}

/// For each window $i$ in turn, the [`ENTRIES`] odd multiples of $32^i G$.
fn table() -> &'static [Entry] {
    static TABLE: OnceLock<Vec<Entry>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut points = Vec::with_capacity(WINDOWS * ENTRIES);
        let mut base = Projective::from_point(&GENERATOR);
        for _ in 0..WINDOWS {
            let twice = base.double();
            let mut multiple = base;
            for _ in 0..ENTRIES {
                points.push(multiple);
                multiple = multiple + twice;
            }
            for _ in 0..WINDOW {
                base = base.double();
            }
        }
        Projective::normalise(&points)
    })
}
