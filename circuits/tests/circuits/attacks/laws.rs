//! Names of gates and numbers of their constraints, in the order of emission: what an attack dies of.

use core::ops::Range;

/// The Poseidon gate's identity starts so.
pub(crate) const POSEIDON: &str = "PoseidonGate";
/// Its first constraint: the swap wire, a path's bit, is 0 or 1.
pub(crate) const SWAP: usize = 0;

pub(crate) const KEY: &str = "furl.Key";
/// $P$ is on the curve.
pub(crate) const ON_CURVE: Range<usize> = 0..5;
/// The tangent at $P$.
pub(crate) const TANGENT: Range<usize> = 5..10;
/// The chord from $P$ to $2P$.
pub(crate) const CHORD: Range<usize> = 10..15;
/// The columns of the second word's top nibble, in base 4.
pub(crate) const NIBBLE_1: Range<usize> = 42..44;
/// Top digits of nonce and of expiry − batch, of sixteen each.
pub(crate) const NONCE_TOP: usize = 25 + 30 + 15;
pub(crate) const SLACK_TOP: usize = 25 + 30 + 47;
/// The words of the hash are what the digits say.
pub(crate) const SPLIT: Range<usize> = 103..106;
/// No top nibble is 15.
pub(crate) const NIBBLES: usize = 106;
/// The new nonce is the old one and one.
pub(crate) const NONCE_STEP: usize = 107;
/// The new nonce is what its digits say.
pub(crate) const NONCE_RANGE: usize = 108;
/// Expiry − batch is what its digits say.
pub(crate) const FRESH: usize = 110;

pub(crate) const VALUE: &str = "furl.Value";
/// The top base-4 digits of the amount and of the sender's new balance.
pub(crate) const AMOUNT_TOP: usize = 34;
pub(crate) const BALANCE_TOP: usize = 65;
/// The fee is what its code says.
pub(crate) const FEE_VALUE: usize = 68;
/// The amount is what its digits say.
pub(crate) const AMOUNT_RANGE: usize = 69;
/// The new balance is what its digits say.
pub(crate) const BALANCE_RANGE: usize = 71;
/// The first two words of the message.
pub(crate) const MESSAGE_WORDS: Range<usize> = 73..75;

pub(crate) const BLOCK: &str = "furl.Block";
/// $r_{i+1} \le r_i$.
pub(crate) const MONOTONE: Range<usize> = 4..8;
/// $o_i$, four words for each of four transfers.
pub(crate) const OLD_ROOTS: Range<usize> = 8..24;
/// The root out.
pub(crate) const ROOT_OUT: Range<usize> = 24..28;
/// The fee of transfer `i` lies in one lane at most.
pub(crate) const fn one_lane(i: usize) -> usize {
    28 + 10 * i + 4
}
/// The fee of transfer `i` lies in some lane, or is zero.
pub(crate) const fn some_lane(i: usize) -> usize {
    28 + 10 * i + 5
}
/// The fee of transfer `i` lies in lane `j` only if that is of its token.
pub(crate) const fn own_lane(i: usize, j: usize) -> usize {
    28 + 10 * i + 6 + j
}
/// The data chain out.
pub(crate) const DATA_OUT: Range<usize> = 72..76;
/// The count out.
pub(crate) const COUNT_OUT: usize = 76;
