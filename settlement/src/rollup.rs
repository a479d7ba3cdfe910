//! # The rollup on Layer 1
//!
//! Two contracts: the verifier of one key, and `Furl`, which keeps the root and asks the verifier. [`Site`] says where they will be before
//! they are there: contracts have addresses by sender and nonce, and transfers are signed for an address.

use furl_ledger::digest::Digest;
use furl_ledger::{Domain, L1Address, Statement};
use thiserror::Error;

use crate::abi::{self, PROOF_BYTES};
use crate::bytecode::Contracts;
use crate::embedded::Embedded;
use crate::layer1::{Account, Call, Layer1, Layer1Error, Receipt, created};

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
    /// If the account that sends deploys next, by what is in blocks.
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

    /// The deployment of this account whose transfers are signed for `domain`, if its nonce is not
    /// further than [`NEAR`] from `nonce`. So signatures say where a rollup belongs, whatever else
    /// the account has sent meanwhile.
    #[must_use]
    pub fn of_domain(chain_id: u64, sender: L1Address, domain: Domain, nonce: u64) -> Option<Self> {
        let mut near = nonce.saturating_sub(NEAR)..=nonce.saturating_add(NEAR);
        near.find_map(|nonce| Some(Self::at(chain_id, sender, nonce)).filter(|site| site.domain == domain))
    }
}

/// So far from each other two nonces are near.
pub const NEAR: u64 = 1_000;

/// Why there is no rollup, or not the one that was meant.
#[derive(Debug, Error)]
pub enum RollupError {
    /// Layer 1.
    #[error(transparent)]
    Layer1(#[from] Layer1Error),
    /// The account has not come so far.
    #[error("the deployment begins with transaction {expected} of this account, and its next one is {got}")]
    Early {
        /// The nonce of the deployment.
        expected: u64,
        /// The account's next.
        got: u64,
    },
    /// There can never be the contract at this address.
    #[error("{address} is lost, and with it the domain and every signature for it: {why}")]
    Lost {
        /// Where the contract should be.
        address: L1Address,
        /// What is in its place.
        why: Lost,
    },
    /// The rollup is there, and it is not known what it began with.
    #[error("the rollup at {rollup} is there, and already at batch {batch}; with what it began is not recorded here")]
    Begun {
        /// The rollup.
        rollup: L1Address,
        /// Its last batch.
        batch: u32,
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

/// What has taken a contract's place.
#[derive(Debug, Error)]
pub enum Lost {
    /// Its transaction.
    #[error(transparent)]
    Transaction(Box<Layer1Error>),
    /// Another contract.
    #[error("the contract there is another: expected {expected} bytes of code, got {got}{}",
        if expected == got { ", of which some are others" } else { "" })]
    Code {
        /// Bytes as they should be.
        expected: usize,
        /// Bytes as they are.
        got: usize,
    },
}

/// What a deployment took, as far as it is known: a contract that was there before, and is not on
/// record, has no receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Of the verifier.
    pub verifier: Option<Receipt>,
    /// Of the rollup.
    pub rollup: Option<Receipt>,
}

/// A contract of a deployment: how it is created, and what will be there.
struct Part {
    address: L1Address,
    nonce: u64,
    call: Call,
    code: Vec<u8>,
    gas: u64,
}

impl Part {
    /// Tries out a deployment, in this process: so it is known what it takes, and what is there
    /// afterwards, without anybody's word.
    fn rehearse(site: &Site, contracts: &Contracts, genesis: &Digest) -> Result<[Self; 2], Layer1Error> {
        let chain = Embedded::new().with_chain_id(site.chain_id).with_sender(site.sender);
        let mut chain = chain.with_nonce(site.nonce);
        let arguments = abi::construct(&site.verifier, genesis);
        let verifier = Call::create(contracts.verifier.clone());
        let rollup = Call::create([&contracts.rollup[..], &arguments].concat());
        let mut part = |address, nonce, call: Call| {
            let gas = chain.estimate(&call)?;
            chain.transact(&call, nonce, gas)?.succeeded()?;
            Ok::<_, Layer1Error>(Self { address, nonce, code: chain.code(&address)?, call, gas })
        };
        Ok([part(site.verifier, site.nonce, verifier)?, part(site.rollup, site.nonce + 1, rollup)?])
    }

    /// Creates the contract, unless it is there.
    fn place(&self, layer1: &mut impl Layer1) -> Result<Option<Receipt>, RollupError> {
        let there = layer1.code(&self.address)?;
        if there == self.code {
            return match layer1.recall(&self.call, self.nonce) {
                // It was created by something that is not on record.
                Err(Layer1Error::Used { .. } | Layer1Error::OtherCall(_)) => Ok(None),
                receipt => Ok(receipt?),
            };
        }
        if !there.is_empty() {
            return Err(self.other(&there));
        }
        let created = self.create(layer1);
        if let Err(error @ (Layer1Error::Used { .. } | Layer1Error::Undone { .. })) = created {
            // What is there counts, and not what is said of the transaction.
            let is_there = layer1.code(&self.address)? == self.code;
            let why = Lost::Transaction(Box::new(error));
            return if is_there { Ok(None) } else { Err(RollupError::Lost { address: self.address, why }) };
        }
        let receipt = created?;
        match layer1.code(&self.address)? {
            there if there == self.code => Ok(Some(receipt)),
            there if there.is_empty() => Err(RollupError::NoCode(self.address)),
            there => Err(self.other(&there)),
        }
    }

    fn create(&self, layer1: &mut impl Layer1) -> Result<Receipt, Layer1Error> {
        let Self { nonce, call, gas, .. } = self;
        let receipt = match layer1.recall(call, *nonce)? {
            Some(receipt) => receipt,
            None => {
                // Too little gas would use up the nonce.
                let limit = layer1.estimate(call)?.max(*gas);
                layer1.transact(call, *nonce, limit)?
            }
        };
        receipt.succeeded()
    }

    /// What is there is another contract.
    fn other(&self, there: &[u8]) -> RollupError {
        let why = Lost::Code { expected: self.code.len(), got: there.len() };
        RollupError::Lost { address: self.address, why }
    }
}

/// A rollup on Layer 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollup {
    address: L1Address,
    domain: Domain,
}

impl Rollup {
    /// Deploys verifier and rollup where they belong, with this nonce of the account and the one
    /// after it, and goes on from what is there: a contract that is there already, with the right
    /// code, is not created again.
    ///
    /// # Errors
    /// If a contract cannot be where it belongs any more; if a transaction fails.
    pub fn deploy(
        layer1: &mut impl Layer1,
        site: &Site,
        contracts: &Contracts,
        genesis: &Digest,
    ) -> Result<(Self, Deployment), RollupError> {
        same("the chain", &site.chain_id, &layer1.chain_id()?)?;
        same("the account", &site.sender, &layer1.sender()?)?;
        let [verifier, rollup] = Part::rehearse(site, contracts, genesis)?;
        let Account { nonce, pending, .. } = layer1.account(&site.sender)?;
        let got = nonce.max(pending);
        if got < site.nonce && layer1.code(&site.verifier)?.is_empty() {
            return Err(RollupError::Early { expected: site.nonce, got });
        }
        let deployment = Deployment { verifier: verifier.place(layer1)?, rollup: rollup.place(layer1)? };
        let deployed = Self::at(layer1, site.rollup)?;
        match deployed.batch(layer1)? {
            0 => same("the genesis root", genesis, &deployed.root(layer1)?)?,
            batch if deployment.rollup.is_none() => return Err(RollupError::Begun { rollup: site.rollup, batch }),
            _ => (),
        }
        Ok((deployed, deployment))
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

fn same<T: PartialEq + ToString>(what: &'static str, expected: &T, got: &T) -> Result<(), RollupError> {
    if expected == got {
        return Ok(());
    }
    Err(RollupError::Other { what, expected: expected.to_string(), got: got.to_string() })
}
