//! # A proof on Layer 1, to show
//!
//! Deploys the rollup in an EVM in this process and moves its root by a wrapped proof, between two submissions that are refused: one that
//! is spoiled, and the same one again.

use std::fmt;

use furl_ledger::encoding::to_hex;
use furl_ledger::{Digest, L1Address};
use furl_prover::{PROOF_BYTES, Proof, WrapKey, Wrapped};
use furl_settlement::bytecode::Contracts;
use furl_settlement::layer1::Gas;
use furl_settlement::rollup::Site;
use furl_settlement::{Embedded, Layer1 as _, Layer1Error, Rollup};
use serde::Serialize;

use crate::exit::{Defect, Failure};
use crate::layer1::verifier_source;
use crate::measure::short;

/// What happened there.
#[derive(Debug, Serialize)]
pub(crate) struct Settled {
    chain_id: u64,
    rollup: L1Address,
    verifier: L1Address,
    key: String,
    deploy: Used,
    submit: Used,
    batch: u32,
    root: Digest,
    /// Why the spoiled proof was refused.
    spoiled: String,
    /// Why the same one was, the second time.
    twice: String,
}

/// Gas, in all and without what is charged before the first instruction.
#[derive(Clone, Copy, Debug, Serialize)]
struct Used {
    gas: u64,
    execution_gas: u64,
}

impl From<Gas> for Used {
    fn from(Gas { transaction, execution }: Gas) -> Self {
        Self { gas: transaction, execution_gas: execution }
    }
}

impl std::ops::Add for Used {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { gas: self.gas + other.gas, execution_gas: self.execution_gas + other.execution_gas }
    }
}

impl fmt::Display for Settled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chain_id, rollup, deploy, submit, root, batch, .. } = self;
        writeln!(
            f,
            "layer 1 in process, chain {chain_id}: rollup {rollup}, deployed for {} gas, INSECURE setup (0 proven bits)",
            deploy.gas
        )?;
        writeln!(f, "batch {batch} submitted: {} gas, {} of them execution", submit.gas, submit.execution_gas)?;
        write!(f, "root on layer 1 {}   a bit flipped: refused · the same proof twice: refused", short(root))
    }
}

/// Calldata of an evaluation's least byte: a flipped bit leaves it below its modulus, mostly.
const SPOILED: usize = 31 * 32 - 1;

impl Settled {
    /// On a fresh chain, for whose next deployment the batch was signed.
    pub(crate) fn show(mut chain: Embedded, proof: &Proof<Wrapped>) -> Result<Self, Failure> {
        let envelope = proof.envelope();
        let key = WrapKey::insecure_dev(envelope.profile);
        let defect = |what: String| Failure::Defect(Defect(what));
        let contracts = Contracts::committed(&verifier_source(&key)?).map_err(|error| defect(error.to_string()))?;
        let statement = proof.statement();
        let site = Site::next(&chain)?;
        let (rollup, deployment) = Rollup::deploy(&mut chain, &site, &contracts, &statement.old_root)?;
        let refusal = |chain: &mut Embedded, proof: &[u8; PROOF_BYTES]| match rollup.submit(chain, statement, proof) {
            Err(Layer1Error::Reverted(revert)) => Ok(revert.to_string()),
            Err(error) => Err(error.into()),
            Ok(_) => Err(defect("the contract accepts what it should refuse".into())),
        };
        let mut other = *proof.inner();
        other[SPOILED] ^= 1;
        let spoiled = refusal(&mut chain, &other)?;
        let receipt = rollup.submit(&mut chain, statement, proof.inner())?;
        let twice = refusal(&mut chain, proof.inner())?;
        let (root, batch) = (rollup.root(&chain)?, rollup.batch(&chain)?);
        if (root, batch) != (statement.new_root, statement.batch) {
            return Err(defect(format!("the root on layer 1 is {root} after batch {batch}")));
        }
        let receipts = [deployment.verifier, deployment.rollup].into_iter().flatten();
        let deploy = receipts.fold(Used { gas: 0, execution_gas: 0 }, |used, receipt| used + receipt.gas.into());
        Ok(Self {
            chain_id: chain.chain_id()?,
            rollup: rollup.address(),
            verifier: rollup.verifier(&chain)?,
            key: to_hex(&rollup.key(&chain)?),
            deploy,
            submit: receipt.gas.into(),
            batch,
            root,
            spoiled,
            twice,
        })
    }
}
