//! # An EVM in this process
//!
//! A chain in memory, with one account that has ether. Each transaction is a block of its own. Rules and gas are mainnet's as of Osaka:
//! what a transaction takes here it takes there.
//!
//! Nothing is signed, since there is nobody to be convinced. The account is that of the public test phrase which every development chain
//! funds first, so that contracts have the same addresses here and on those.

use std::convert::Infallible;

use alloy_primitives::{Address, Bytes, TxKind, U256};
use furl_ledger::L1Address;
use revm::context::result::{EVMError, ExecutionResult, InvalidTransaction, ResultAndState};
use revm::context::{Context, TxEnv};
use revm::database::{InMemoryDB, WrapDatabaseRef};
use revm::primitives::hardfork::SpecId;
use revm::state::AccountInfo;
use revm::{DatabaseCommit as _, DatabaseRef as _, ExecuteEvm as _, MainBuilder as _, MainContext as _};

use crate::layer1::{Account, Call, Gas, Layer1, Layer1Error, Receipt};
use crate::revert::Revert;

/// The number of the chain.
pub const CHAIN_ID: u64 = 31_337;

/// The account that has ether.
pub const DEVELOPER: L1Address = L1Address::new([
    0xf3, 0x9f, 0xd6, 0xe5, 0x1a, 0xad, 0x88, 0xf6, 0xf4, 0xce, 0x6a, 0xb8, 0x82, 0x72, 0x79, 0xcf, 0xff, 0xb9, 0x22,
    0x66,
]);

/// Ten thousand ether.
const BALANCE: u128 = 10_000 * 1_000_000_000_000_000_000;

/// The most that a transaction may take (EIP-7825).
const GAS_LIMIT: u64 = 1 << 24;
/// The most that a block may.
const BLOCK_GAS_LIMIT: u64 = 60_000_000;
/// A gwei, which is the price of gas.
const GAS_PRICE: u64 = 1_000_000_000;

/// A chain in memory.
#[derive(Clone, Debug)]
pub struct Embedded {
    chain_id: u64,
    sender: L1Address,
    state: InMemoryDB,
    block: u64,
}

impl Default for Embedded {
    fn default() -> Self {
        Self::new()
    }
}

impl Embedded {
    /// A new chain, with [`DEVELOPER`].
    #[must_use]
    pub fn new() -> Self {
        let chain = Self { chain_id: CHAIN_ID, sender: DEVELOPER, state: InMemoryDB::default(), block: 0 };
        chain.with_sender(DEVELOPER)
    }

    /// The same chain, where this account has ether and sends from now on.
    #[must_use]
    pub fn with_sender(mut self, sender: L1Address) -> Self {
        let mut info = self.info(&sender);
        info.balance = U256::from(BALANCE);
        self.state.insert_account_info(address(&sender), info);
        Self { sender, ..self }
    }

    /// The same chain, where the account that sends has sent so many transactions.
    #[must_use]
    pub fn with_nonce(mut self, nonce: u64) -> Self {
        let info = AccountInfo { nonce, ..self.info(&self.sender) };
        self.state.insert_account_info(address(&self.sender), info);
        self
    }

    /// The same chain after a fork: with all that it holds, under another number.
    #[must_use]
    pub fn with_chain_id(self, chain_id: u64) -> Self {
        Self { chain_id, ..self }
    }

    fn info(&self, account: &L1Address) -> AccountInfo {
        let Ok(info) = self.state.basic_ref(address(account));
        info.unwrap_or_default()
    }

    /// Runs a call in the next block, and changes nothing.
    fn run(&self, call: &Call, gas_limit: u64) -> Result<ResultAndState, Layer1Error> {
        let transaction = TxEnv::builder()
            .caller(address(&self.sender))
            .kind(call.to.as_ref().map_or(TxKind::Create, |to| TxKind::Call(address(to))))
            .data(Bytes::copy_from_slice(&call.data))
            .nonce(self.info(&self.sender).nonce)
            .chain_id(Some(self.chain_id))
            .gas_limit(gas_limit)
            .max_fee_per_gas(GAS_PRICE.into())
            .gas_priority_fee(Some(0))
            .build()
            .map_err(|error| Layer1Error::Invalid(format!("{error:?}")))?;
        let mut evm = Context::mainnet()
            .with_db(WrapDatabaseRef(&self.state))
            .modify_cfg_chained(|cfg| {
                cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
                cfg.chain_id = self.chain_id;
            })
            .modify_block_chained(|block| {
                block.number = U256::from(self.block + 1);
                block.timestamp = U256::from(self.block + 1);
                block.gas_limit = BLOCK_GAS_LIMIT;
                block.basefee = GAS_PRICE;
            })
            .build_mainnet();
        evm.transact(transaction)
            .map_err(|error: EVMError<Infallible, InvalidTransaction>| Layer1Error::Invalid(error.to_string()))
    }

    /// Runs a call; an error if it does not succeed.
    fn succeed(&self, call: &Call, gas_limit: u64) -> Result<(Vec<u8>, u64), Layer1Error> {
        match self.run(call, gas_limit)?.result {
            ExecutionResult::Success { gas, output, .. } => Ok((output.into_data().to_vec(), gas.tx_gas_used())),
            ExecutionResult::Revert { output, .. } => Err(Layer1Error::Reverted(Revert::decode(&output))),
            ExecutionResult::Halt { reason, .. } => Err(Layer1Error::Stopped(format!("{reason:?}"))),
        }
    }
}

impl Layer1 for Embedded {
    fn chain_id(&self) -> Result<u64, Layer1Error> {
        Ok(self.chain_id)
    }

    fn sender(&self) -> Result<L1Address, Layer1Error> {
        Ok(self.sender)
    }

    fn account(&self, address: &L1Address) -> Result<Account, Layer1Error> {
        let AccountInfo { nonce, balance, .. } = self.info(address);
        Ok(Account { nonce, pending: nonce, balance: u128::try_from(balance).unwrap_or(u128::MAX) })
    }

    fn code(&self, address: &L1Address) -> Result<Vec<u8>, Layer1Error> {
        let info = self.info(address);
        let Ok(code) = info.code.map_or_else(|| self.state.code_by_hash_ref(info.code_hash), Ok);
        Ok(code.original_byte_slice().to_vec())
    }

    fn call(&self, call: &Call) -> Result<Vec<u8>, Layer1Error> {
        self.succeed(call, GAS_LIMIT).map(|(answer, _)| answer)
    }

    fn estimate(&self, call: &Call) -> Result<u64, Layer1Error> {
        let (_, used) = self.succeed(call, GAS_LIMIT)?;
        // A call within may be given a 64th less than there is: what is used may not be enough.
        let (mut too_little, mut enough) = (used - 1, GAS_LIMIT);
        while enough - too_little > 1 {
            let limit = if enough == GAS_LIMIT { used + used / 32 } else { too_little.midpoint(enough) };
            let limit = limit.clamp(too_little + 1, enough - 1);
            match self.succeed(call, limit) {
                Ok(_) => enough = limit,
                Err(Layer1Error::Reverted(_) | Layer1Error::Stopped(_)) => too_little = limit,
                Err(error) => return Err(error),
            }
        }
        Ok(enough)
    }

    fn transact(&mut self, call: &Call, nonce: u64, gas_limit: u64) -> Result<Receipt, Layer1Error> {
        let next = self.info(&self.sender).nonce;
        if nonce < next {
            return Err(Layer1Error::Used { nonce, next });
        }
        if nonce > next {
            return Err(Layer1Error::Invalid(format!("expected nonce {next}, got {nonce}")));
        }
        let ResultAndState { result, state } = self.run(call, gas_limit)?;
        self.state.commit(state);
        self.block += 1;
        let transaction = result.tx_gas_used();
        let gas = Gas { transaction, execution: transaction - call.intrinsic_gas() };
        let created = result.created_address().map(|address| L1Address::new(address.into_array()));
        let revert = match result {
            ExecutionResult::Success { .. } => None,
            ExecutionResult::Revert { output, .. } => Some(Revert::decode(&output)),
            ExecutionResult::Halt { .. } => Some(Revert::Silent),
        };
        Ok(Receipt { hash: None, block: self.block, gas, created: created.filter(|_| revert.is_none()), revert })
    }
}

const fn address(address: &L1Address) -> Address {
    Address::new(*address.bytes())
}
