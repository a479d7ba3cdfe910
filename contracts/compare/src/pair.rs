//! Both contracts on one chain in memory, theirs also as it is without an optimizer.

use anyhow::{Context as _, Result, bail};
use furl_ledger::L1Address;
use furl_settlement::layer1::Call;
use furl_settlement::{Embedded, Layer1 as _, Layer1Error, Receipt, abi};

/// The most gas that a transaction may take.
const GAS_LIMIT: u64 = 1 << 24;

/// The chain, and where the contracts are.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    chain: Embedded,
    ours: L1Address,
    theirs: L1Address,
    plain: L1Address,
}

/// Who accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdicts {
    pub(crate) ours: bool,
    pub(crate) theirs: bool,
}

/// What a contract and a true proof take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) bytes: usize,
    pub(crate) execution: u64,
    pub(crate) transaction: u64,
}

impl Pair {
    /// Deploys creation codes: ours, theirs, theirs without an optimizer.
    pub(crate) fn deploy([ours, theirs, plain]: [Vec<u8>; 3]) -> Result<Self> {
        let mut chain = Embedded::new();
        let mut place = |name: &str, code: Vec<u8>| {
            let length = code.len();
            let receipt = transact(&mut chain, &Call::create(code))?;
            receipt.created.with_context(|| format!("{name} contract, {length} bytes, is not deployed"))
        };
        let (ours, theirs, plain) = (place("our", ours)?, place("their", theirs)?, place("their plain", plain)?);
        Ok(Self { chain, ours, theirs, plain })
    }

    fn our_call(&self, calldata: &[u8]) -> Call {
        Call::to(self.ours, [&abi::selector(abi::VERIFY)[..], calldata].concat())
    }

    fn their_call(&self, calldata: &[u8]) -> Call {
        Call::to(self.theirs, calldata.to_vec())
    }

    /// Ours answers the word 1, theirs nothing; both revert or stop otherwise.
    pub(crate) fn verdicts(&self, calldata: &[u8]) -> Result<Verdicts> {
        Ok(Verdicts {
            ours: self.accepts(&self.our_call(calldata), &abi::number(1u64))?,
            theirs: self.accepts(&self.their_call(calldata), &[])?,
        })
    }

    fn accepts(&self, call: &Call, yes: &[u8]) -> Result<bool> {
        match self.chain.call(call) {
            Ok(answer) if answer == yes => Ok(true),
            Ok(answer) => bail!("a contract answers {} bytes: neither yes nor no", answer.len()),
            Err(Layer1Error::Reverted(_) | Layer1Error::Stopped(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// What a true proof takes, by contract.
    pub(crate) fn costs(&self, calldata: &[u8]) -> Result<[(&'static str, Cost); 3]> {
        let plain = Call::to(self.plain, calldata.to_vec());
        Ok([
            ("Furl's", self.cost(&self.our_call(calldata))?),
            ("snark-verifier's", self.cost(&self.their_call(calldata))?),
            ("the same, not optimized", self.cost(&plain)?),
        ])
    }

    fn cost(&self, call: &Call) -> Result<Cost> {
        let contract = call.to.context("a call")?;
        let mut chain = self.chain.clone();
        let bytes = chain.code(&contract)?.len();
        let receipt = transact(&mut chain, call)?;
        if let Some(revert) = receipt.revert {
            bail!("a true proof is refused: {revert}");
        }
        Ok(Cost { bytes, execution: receipt.gas.execution, transaction: receipt.gas.transaction })
    }
}

/// Sends a transaction, whether it is reverted or not.
fn transact(chain: &mut Embedded, call: &Call) -> Result<Receipt> {
    let nonce = chain.account(&chain.sender()?)?.nonce;
    Ok(chain.transact(call, nonce, GAS_LIMIT)?)
}
