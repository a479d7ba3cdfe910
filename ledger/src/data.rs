//! # The data chain
//!
//! Every transfer leaves two words that must be published ([`Transfer::words`]). The proof binds them by a chained
//! hash `d`: the four-element capacity of a Poseidon sponge in overwrite mode.
//!
//! ```text
//! d₀   = [Data, 0, 0, 0]
//! dᵢ₊₁ = permute([amount, word, amount, word, amount, word, amount, word | dᵢ])[8..12]
//! ```
//!
//! One step takes four transfers; the last block is padded with zeros, so a batch of $N$ takes $\lceil N/4 \rceil$
//! steps. A real transfer may consist of zeros too. The statement's count tells the two apart, so `d` and count
//! together bind the words.
//!
//! The chain sees nothing but the words: leaves can be proved before it is known how the data will be posted.

use std::borrow::Borrow;

use plonky2_field::types::Field;

use crate::{
    digest::Digest,
    field::F,
    hash::{Tag, permute},
    transfer::Transfer,
};

/// How many transfers one step of the chain takes.
pub const BLOCK: usize = 4;

/// The chain before the first transfer: `[Data, 0, 0, 0]`.
pub fn start() -> Digest {
    Digest([Tag::Data.element(), F::ZERO, F::ZERO, F::ZERO])
}

/// The chain after one more block of eight words.
pub fn absorb(chain: &Digest, block: &[F; 2 * BLOCK]) -> Digest {
    let mut state = [F::ZERO; 12];
    state[..8].copy_from_slice(block);
    state[8..].copy_from_slice(&chain.0);
    let state = permute(state);
    Digest([state[8], state[9], state[10], state[11]])
}

/// The chain after all of `transfers`, in blocks of [`BLOCK`], the last one padded with zeros.
pub fn absorb_all(chain: Digest, transfers: impl IntoIterator<Item: Borrow<Transfer>>) -> Digest {
    let mut transfers = transfers.into_iter().peekable();
    let mut chain = chain;
    while transfers.peek().is_some() {
        let mut block = [F::ZERO; 2 * BLOCK];
        for (pair, transfer) in block.as_chunks_mut().0.iter_mut().zip(&mut transfers) {
            *pair = transfer.borrow().words();
        }
        chain = absorb(&chain, &block);
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        amount::Amount,
        fee::FeeCode,
        index::{Expiry, Nonce, SlotIndex},
    };

    fn transfers(count: u32) -> Vec<Transfer> {
        let transfer = |number: u32| Transfer {
            from: SlotIndex::new(number).unwrap(),
            to: SlotIndex::new(number + 1).unwrap(),
            amount: Amount::new(u64::from(number) + 100).unwrap(),
            fee: FeeCode::new(3).unwrap(),
            nonce: Nonce::new(0),
            expiry: Expiry::MAX,
        };
        (0..count).map(transfer).collect()
    }

    /// The chain by definition, over the flat list of words.
    fn by_definition(transfers: &[Transfer]) -> Digest {
        let mut words: Vec<F> = transfers.iter().flat_map(Transfer::words).collect();
        words.resize(transfers.len().div_ceil(4) * 8, F::ZERO);
        let mut capacity = [F::from_canonical_u64(7), F::ZERO, F::ZERO, F::ZERO];
        for block in words.chunks(8) {
            let state: Vec<F> = block.iter().chain(&capacity).copied().collect();
            capacity.copy_from_slice(&permute(state.try_into().unwrap())[8..]);
        }
        Digest(capacity)
    }

    #[test]
    fn blocks_of_four_with_a_padded_last_one() {
        for count in 0..=13 {
            let transfers = transfers(count);
            assert_eq!(absorb_all(start(), &transfers), by_definition(&transfers), "{count} transfers");
        }
        assert_eq!(absorb_all(start(), transfers(0)), start());
    }

    #[test]
    fn the_chain_can_be_cut_at_full_blocks() {
        let transfers = transfers(11);
        let halfway = absorb_all(start(), &transfers[..8]);
        assert_eq!(absorb_all(halfway, &transfers[8..]), absorb_all(start(), &transfers));
    }
}
