//! # A signed transaction
//!
//! What is signed here, and what a record holds: the raw bytes that a node takes, and what they
//! say. Two kinds are known: that of EIP-1559, and that of EIP-155 for chains without a base fee.
//!
//! Nothing that is read is believed: [`Transaction::decode`] derives hash and sender from the raw
//! bytes.

use alloy_consensus::transaction::{RlpEcdsaDecodableTx, RlpEcdsaEncodableTx};
use alloy_consensus::{SignableTransaction, Signed, TxEip1559, TxLegacy};
use alloy_primitives::{Address, Bytes, Signature, TxKind, U256};
use furl_ledger::L1Address;
use thiserror::Error;

use crate::fees::Price;
use crate::key::AccountKey;
use crate::layer1::Call;

/// The first byte of the kind of EIP-1559.
const EIP_1559: u8 = 2;

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The chain that it is for.
    pub chain_id: u64,
    /// Who has signed it.
    pub sender: L1Address,
    /// Its number in the sender's order.
    pub nonce: u64,
    /// What it does.
    pub call: Call,
    /// The most gas that it may take.
    pub gas_limit: u64,
    /// What it offers for a unit of gas.
    pub price: Price,
    /// Its hash.
    pub hash: [u8; 32],
    /// What a node takes.
    pub raw: Vec<u8>,
}

/// Why bytes are no transaction of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TransactionError {
    /// They are none, or of another kind.
    #[error("expected a signed transaction of EIP-1559 or EIP-155, got other bytes")]
    Form,
    /// It does more than ours do, or is for any chain.
    #[error("expected a transaction for one chain, without ether and access list, got another")]
    Other,
    /// It is signed by nobody.
    #[error("expected a signature, got one that nobody can have made")]
    Signature,
}

impl Transaction {
    /// Signs.
    #[must_use]
    pub fn sign(key: &AccountKey, chain_id: u64, nonce: u64, call: &Call, gas_limit: u64, price: Price) -> Self {
        let to = call.to.map_or(TxKind::Create, |to| TxKind::Call(Address::new(*to.bytes())));
        let (value, input) = (U256::ZERO, Bytes::copy_from_slice(&call.data));
        let (hash, raw) = match price {
            Price::Dynamic { max_fee, tip } => seal(
                key,
                TxEip1559 {
                    chain_id,
                    nonce,
                    gas_limit,
                    max_fee_per_gas: max_fee,
                    max_priority_fee_per_gas: tip,
                    to,
                    value,
                    access_list: Default::default(),
                    input,
                },
            ),
            Price::Legacy { gas_price } => {
                seal(key, TxLegacy { chain_id: Some(chain_id), nonce, gas_price, gas_limit, to, value, input })
            }
        };
        Self { chain_id, sender: key.address(), nonce, call: call.clone(), gas_limit, price, hash, raw }
    }

    /// Reads the raw bytes of a transaction. Its hash and its sender follow from them.
    ///
    /// # Errors
    /// If they are not such as [`sign`](Self::sign) makes.
    pub fn decode(raw: &[u8]) -> Result<Self, TransactionError> {
        match raw.first() {
            Some(&EIP_1559) => read::<TxEip1559>(raw),
            _ => read::<TxLegacy>(raw),
        }
    }

    /// The most that it can cost, in wei.
    #[must_use]
    pub const fn most(&self) -> u128 {
        self.price.most().saturating_mul(self.gas_limit as u128)
    }
}

/// Hash and raw bytes.
fn seal<T: RlpEcdsaEncodableTx + SignableTransaction<Signature>>(key: &AccountKey, unsigned: T) -> ([u8; 32], Vec<u8>) {
    let signature = key.sign(&unsigned.signature_hash());
    let signed = unsigned.into_signed(signature);
    let mut raw = Vec::new();
    signed.eip2718_encode(&mut raw);
    (signed.hash().0, raw)
}

fn read<T>(raw: &[u8]) -> Result<Transaction, TransactionError>
where
    T: RlpEcdsaDecodableTx + SignableTransaction<Signature> + alloy_consensus::Transaction,
{
    let mut rest = raw;
    let signed = Signed::<T>::eip2718_decode(&mut rest).map_err(|_| TransactionError::Form)?;
    if !rest.is_empty() {
        return Err(TransactionError::Form);
    }
    let unsigned = signed.tx();
    let is_plain = unsigned.value().is_zero() && unsigned.access_list().is_none_or(|list| list.is_empty());
    let chain_id = unsigned.chain_id().filter(|_| is_plain).ok_or(TransactionError::Other)?;
    let price = match unsigned.max_priority_fee_per_gas() {
        Some(tip) => Price::Dynamic { max_fee: unsigned.max_fee_per_gas(), tip },
        None => Price::Legacy { gas_price: unsigned.max_fee_per_gas() },
    };
    let sender = signed.recover_signer().map_err(|_| TransactionError::Signature)?;
    Ok(Transaction {
        chain_id,
        sender: L1Address::new(sender.into_array()),
        nonce: unsigned.nonce(),
        call: Call { to: unsigned.to().map(|to| L1Address::new(to.into_array())), data: unsigned.input().to_vec() },
        gas_limit: unsigned.gas_limit(),
        price,
        hash: signed.hash().0,
        raw: raw.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fees::GWEI;

    fn key() -> AccountKey {
        AccountKey::parse("11".repeat(32)).unwrap()
    }

    fn samples() -> [Transaction; 4] {
        let dynamic = Price::Dynamic { max_fee: 7 * GWEI, tip: GWEI };
        let legacy = Price::Legacy { gas_price: 3 * GWEI };
        let (create, call) = (Call::create(vec![1; 300]), Call::to(L1Address::new([7; 20]), vec![0, 2]));
        [(&create, dynamic), (&call, dynamic), (&create, legacy), (&call, legacy)]
            .map(|(call, price)| Transaction::sign(&key(), 17_000, 5, call, 100_000, price))
    }

    #[test]
    fn what_is_signed_is_read_again() {
        for signed in samples() {
            assert_eq!(Transaction::decode(&signed.raw), Ok(signed.clone()));
            assert_eq!(signed.hash, alloy_primitives::keccak256(&signed.raw).0);
            assert_eq!(signed.most(), signed.price.most() * 100_000);
        }
    }

    /// A bit of it makes another transaction, or another sender, or none at all.
    #[test]
    fn nothing_is_believed_but_the_bytes() {
        for signed in samples() {
            for at in 0..signed.raw.len() {
                let mut raw = signed.raw.clone();
                raw[at] ^= 1;
                if let Ok(other) = Transaction::decode(&raw) {
                    assert_ne!((other.hash, other.sender), (signed.hash, signed.sender));
                    assert_ne!(other.sender, signed.sender, "byte {at}");
                }
            }
            for raw in [&signed.raw[..signed.raw.len() - 1], &[&signed.raw[..], &[0]].concat(), &[]] {
                assert_eq!(Transaction::decode(raw), Err(TransactionError::Form));
            }
        }
    }

    #[test]
    fn what_ours_do_not_do_is_refused() {
        let ether = TxLegacy { chain_id: Some(1), value: U256::ONE, ..TxLegacy::default() };
        let any = TxLegacy { chain_id: None, ..TxLegacy::default() };
        let list = vec![Default::default()].into();
        let (_, listed) = seal(&key(), TxEip1559 { access_list: list, ..TxEip1559::default() });
        for raw in [seal(&key(), ether).1, seal(&key(), any).1, listed] {
            assert_eq!(Transaction::decode(&raw), Err(TransactionError::Other));
        }
    }
}
