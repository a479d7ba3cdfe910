//! # The rollup on Layer 1
//!
//! Two contracts: the verifier of one key, and `Furl`, which keeps the root and asks the verifier. [`Site`] says where they will be before
//! they are there: contracts have addresses by sender and nonce, and transfers are signed for an address.

use furl_ledger::digest::Digest;
use furl_ledger::{Domain, L1Address, Statement};
use thiserror::Error;

use crate::abi::{self, PROOF_BYTES};
use crate::bytecode::Contracts;
use crate::layer1::{Call, Layer1, Layer1Error, Receipt, created};

/// Where the contracts of the next deployment will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// The number of the chain.
    pub chain_id: u64,
    /// Who deploys.
    pub sender: L1Address,
    /// The sender's next transaction, which creates the verifier; the one after it creates the rollup.
    pub nonce: u64,
    /// The verifier.
    pub verifier: L1Address,
    /// The rollup.
    pub rollup: L1Address,
    /// What transfers are signed for.
    pub domain: Domain,
}

impl Site {
    /// If the account that sends deploys next.
    ///
    /// # Errors
    /// If Layer 1 does not answer.
    pub fn next(layer1: &impl Layer1) -> Result<Self, Layer1Error> {
        let sender = layer1.sender()?;
        Self::of(layer1, sender)
    }

    /// If this account deploys next.
    ///
    /// # Errors
    /// If Layer 1 does not answer.
    pub fn of(layer1: &impl Layer1, sender: L1Address) -> Result<Self, Layer1Error> {
        let nonce = layer1.account(&sender)?.nonce;
        Ok(Self::at(layer1.chain_id()?, sender, nonce))
    }

    /// If this account deploys with its transactions from `nonce` on.
    #[must_use]
    pub fn at(chain_id: u64, sender: L1Address, nonce: u64) -> Self {
        let (verifier, rollup) = (created(&sender, nonce), created(&sender, nonce + 1));
        Self { chain_id, sender, nonce, verifier, rollup, domain: Domain::of(chain_id, &rollup) }
    }
}

/// Why there is no rollup, or not the one that was meant.
#[derive(Debug, Error)]
pub enum RollupError {
    /// Layer 1.
    #[error(transparent)]
    Layer1(#[from] Layer1Error),
    /// A contract is elsewhere, or would be: the account has sent something else meanwhile.
    #[error("expected the contract at {expected}, got {got}: the account has sent something else meanwhile")]
    Elsewhere {
        /// As predicted.
        expected: L1Address,
        /// As it is.
        got: L1Address,
    },
    /// There is no contract.
    #[error("expected a contract at {0}, there is no code")]
    NoCode(L1Address),
    /// There is a contract, which is no rollup.
    #[error("expected a rollup at {0}, there is a contract without {chain}", chain = abi::CHAIN)]
    Another(L1Address),
    /// The contract says something else of itself than follows from where it is.
    #[error("{what} of the contract: expected {expected}, got {got}")]
    Other {
        /// What.
        what: &'static str,
        /// As it should be.
        expected: String,
        /// As it is.
        got: String,
    },
    /// An answer that is none of its type.
    #[error("the contract's {0} is out of its range")]
    Range(&'static str),
}

/// What a deployment took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Of the verifier.
    pub verifier: Receipt,
    /// Of the rollup.
    pub rollup: Receipt,
}

/// A rollup on Layer 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollup {
    address: L1Address,
    domain: Domain,
}

impl Rollup {
    /// Deploys verifier and rollup where it was predicted: with the next two transactions of the account that sends.
    ///
    /// # Errors
    /// If the site is no longer the next one, which costs nothing; if a transaction fails, or the account sends something else between them.
    pub fn deploy(
        layer1: &mut impl Layer1,
        site: &Site,
        contracts: &Contracts,
        genesis: &Digest,
    ) -> Result<(Self, Deployment), RollupError> {
        let next = Site::next(layer1)?;
        if next != *site {
            return Err(RollupError::Elsewhere { expected: site.rollup, got: next.rollup });
        }
        let verifier = layer1.send(&Call::create(contracts.verifier.clone()))?;
        placed(site.verifier, &verifier)?;
        let arguments = abi::construct(&site.verifier, genesis);
        let rollup = layer1.send(&Call::create([&contracts.rollup[..], &arguments].concat()))?;
        placed(site.rollup, &rollup)?;
        let deployed = Self::at(layer1, site.rollup)?;
        Ok((deployed, Deployment { verifier, rollup }))
    }

    /// The rollup at an address, which says of itself what follows from its place: the chain and the separator of its domain. Whether its
    /// code is the right one is another question ([`check`](crate::check)).
    ///
    /// # Errors
    /// If there is no such contract.
    pub fn at(layer1: &impl Layer1, address: L1Address) -> Result<Self, RollupError> {
        if layer1.code(&address)?.is_empty() {
            return Err(RollupError::NoCode(address));
        }
        let chain_id = layer1.chain_id()?;
        let rollup = Self { address, domain: Domain::of(chain_id, &address) };
        let chain = rollup.number(layer1, abi::CHAIN).map_err(|error| match error {
            RollupError::Layer1(Layer1Error::Reverted(_) | Layer1Error::Stopped(_) | Layer1Error::Word { .. }) => {
                RollupError::Another(address)
            }
            error => error,
        })?;
        same("the chain", &chain_id, &chain)?;
        same("the separator", &rollup.domain.separator(), &rollup.digest(layer1, abi::SEPARATOR)?)?;
        Ok(rollup)
    }

    /// Where it is.
    #[must_use]
    pub const fn address(&self) -> L1Address {
        self.address
    }

    /// What its transfers are signed for.
    #[must_use]
    pub const fn domain(&self) -> Domain {
        self.domain
    }

    /// The current root.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn root(&self, layer1: &impl Layer1) -> Result<Digest, RollupError> {
        self.digest(layer1, abi::ROOT)
    }

    /// The last batch.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn batch(&self, layer1: &impl Layer1) -> Result<u32, RollupError> {
        u32::try_from(self.number(layer1, abi::BATCH)?).map_err(|_| RollupError::Range(abi::BATCH))
    }

    /// The verifier's address.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn verifier(&self, layer1: &impl Layer1) -> Result<L1Address, RollupError> {
        abi::to_address(&self.word(layer1, abi::VERIFIER)?).ok_or(RollupError::Range(abi::VERIFIER))
    }

    /// The hash of the key that the verifier is for, as the verifier says itself.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn key(&self, layer1: &impl Layer1) -> Result<[u8; 32], RollupError> {
        Ok(word(layer1, self.verifier(layer1)?, abi::KEY)?)
    }

    /// Moves the root by a proof.
    ///
    /// # Errors
    /// If the contract refuses, which costs nothing then.
    pub fn submit(
        &self,
        layer1: &mut impl Layer1,
        statement: &Statement,
        proof: &[u8; PROOF_BYTES],
    ) -> Result<Receipt, Layer1Error> {
        layer1.send(&self.submission(statement, proof))
    }

    /// The transaction that [`submit`](Self::submit) sends.
    #[must_use]
    pub fn submission(&self, statement: &Statement, proof: &[u8; PROOF_BYTES]) -> Call {
        Call::to(self.address, abi::submit(statement, proof))
    }

    fn word(&self, layer1: &impl Layer1, function: &'static str) -> Result<[u8; 32], Layer1Error> {
        word(layer1, self.address, function)
    }

    fn number(&self, layer1: &impl Layer1, function: &'static str) -> Result<u64, RollupError> {
        abi::to_number(&self.word(layer1, function)?).ok_or(RollupError::Range(function))
    }

    fn digest(&self, layer1: &impl Layer1, function: &'static str) -> Result<Digest, RollupError> {
        Digest::from_bytes(&self.word(layer1, function)?).map_err(|_| RollupError::Range(function))
    }
}

/// What a function without arguments answers.
fn word(layer1: &impl Layer1, contract: L1Address, function: &'static str) -> Result<[u8; 32], Layer1Error> {
    let answer = layer1.call(&Call::to(contract, abi::ask(function)))?;
    answer.as_slice().try_into().map_err(|_| Layer1Error::Word { contract, function, got: answer.len() })
}

/// A contract is where it should be.
fn placed(expected: L1Address, receipt: &Receipt) -> Result<(), RollupError> {
    match receipt.created {
        Some(got) if got == expected => Ok(()),
        Some(got) => Err(RollupError::Elsewhere { expected, got }),
        None => Err(RollupError::NoCode(expected)),
    }
}

fn same<T: PartialEq + ToString>(what: &'static str, expected: &T, got: &T) -> Result<(), RollupError> {
    if expected == got {
        return Ok(());
    }
    Err(RollupError::Other { what, expected: expected.to_string(), got: got.to_string() })
}
