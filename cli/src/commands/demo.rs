//! `furl demo`: the whole way, once.

use std::fmt;

use clap::Args;
use furl_ledger::Digest;
use furl_prover::{Envelope, Event, Keys, Profile, Proof, ProofFileError, Prover, Root, Wrapper};
use furl_settlement::Embedded;
use furl_settlement::rollup::Site;
use serde::Serialize;

use crate::args::{self, Allowance, Random, StageName, Threads};
use crate::exit::{Defect, Failure};
use crate::interrupt::Deferred;
use crate::measure::{Promise, Seconds, short, timed};
use crate::output::Outcome;
use crate::progress::Stage;
use crate::sample::{ACCOUNTS, Sample, TOKENS};
use crate::seed::Seed;
use crate::settled::Settled;
use crate::setup::SetupOptions;
use crate::watch::{Parts, Watch};
use crate::wrapping::{Timed, WrapTimes, Wrapping};

/// Sign, execute, prove and verify a batch, and move a root on Layer 1 by it
///
/// 32 accounts send each other 256 transfers in three tokens, with random amounts and fees. The proof is wrapped, under the
/// INSECURE development setup, and given to the contracts of a rollup in an EVM in this process, for whose address
/// the transfers were signed. Spoiled proofs are refused, and so is the same proof twice. Nothing is read or written. It takes a minute or two.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  furl demo\n  furl demo --stage root         # without Layer 1, in half the time\n  furl demo --transfers 60     # one small leaf, some seconds\n  furl demo --transfers 2000 --profile proven"
)]
pub(crate) struct Options {
    /// How many transfers
    #[arg(long, value_name = "N", default_value = "256", value_parser = clap::value_parser!(u16).range(1..))]
    transfers: u16,
    /// The security profile
    #[arg(long, env = "FURL_PROFILE", default_value = "fast", value_parser = args::profile())]
    profile: Profile,
    /// Where to stop: at the root of the batch, or on Layer 1
    #[arg(long, value_enum, default_value_t = StageName::Wrapped)]
    stage: StageName,
    #[command(flatten)]
    random: Random,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    allowance: Allowance,
}

#[derive(Serialize)]
struct Report {
    accounts: u32,
    transfers: usize,
    tokens: u32,
    #[serde(flatten)]
    promise: Promise,
    leaf_rows: u8,
    proof_bytes: usize,
    old_root: Digest,
    new_root: Digest,
    accepted: bool,
    refused: Spoiled,
    seconds: Times,
    transfers_per_second: f64,
    wrap: Option<WrapTimes>,
    layer1: Option<Settled>,
}

/// A proof with one byte flipped.
#[derive(Serialize)]
struct Spoiled {
    /// Which byte, from 0.
    byte: usize,
    /// Why it is refused.
    why: String,
}

/// What took how long.
#[derive(Clone, Copy, Serialize)]
struct Times {
    execute: Seconds,
    #[serde(flatten)]
    parts: Parts,
    verify: Seconds,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accounts, transfers, tokens, promise, transfers_per_second: rate, .. } = self;
        let Times { execute, parts: Parts { build, leaves, tree }, verify } = self.seconds;
        let (old, new) = (short(&self.old_root), short(&self.new_root));
        writeln!(f, "accounts {accounts} · transfers {transfers} · tokens {tokens} · profile {promise}")?;
        writeln!(
            f,
            "build {build} │ execute {execute} │ leaves {leaves} ({rate:.1}/s) │ tree {tree} │ verify {verify}"
        )?;
        if let Some(wrap) = &self.wrap {
            writeln!(f, "{wrap}")?;
        }
        write!(f, "root {old} → {new}   accepted · one byte flipped: refused")?;
        self.layer1.as_ref().map_or(Ok(()), |settled| write!(f, "\n{settled}"))
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let seed = self.random.seed()?;
        self.threads.run(|| self.show(&seed))
    }

    fn show(&self, seed: &Seed) -> Result<Outcome, Failure> {
        let Self { profile, stage: last, .. } = *self;
        if last == StageName::Wrapped {
            Wrapper::require(profile, self.allowance.memory()).map_err(Failure::Wrap)?;
        }
        // Transfers are signed for the rollup that is deployed when their proof is there.
        let chain = Embedded::new();
        let domain = Site::next(&chain)?.domain;
        let stage = Stage::brief(format!("signing {} transfers of {ACCOUNTS} accounts", self.transfers));
        let Sample { mut ledger, batch, transfers } = Sample::for_domain(seed, self.transfers.into(), domain);
        drop(stage);
        let (trace, execute) = timed(|| ledger.apply(&batch, &transfers));
        let trace = trace.map_err(|error| Failure::Defect(Defect(format!("the sample is refused: {error}"))))?;

        let (keys, watch) = (Keys::new(), Watch::new());
        let observer = |event: Event<'_>| watch.hear(&event);
        let prover = Prover::new(&keys, profile).with_memory(self.allowance.memory()).with_observer(&observer);
        let size = prover.arrange(transfers.len()).map_err(Failure::Prove)?.plan.leaves();
        let bytes = prover.prove(&trace).map_err(Failure::Prove)?.to_bytes();
        let (_, parts) = watch.finish();
        let (proof, verify) = timed(|| verified(&bytes, profile, &keys));
        let proof = proof.map_err(|error| Failure::Defect(Defect(format!("a true proof is refused: {error}"))))?;

        let refused = spoil(bytes.clone(), seed, profile, &keys)?;
        // Circuits that are not needed any more, and take memory that the wrap takes.
        drop(keys);
        let (wrap, layer1) = match last {
            StageName::Root => (None, None),
            StageName::Wrapped => {
                let setup = Timed::load(&SetupOptions::insecure_dev(), profile)?;
                let Wrapping { proof, seconds, .. } = Wrapping::of(&proof, setup, &Deferred::new())?;
                (Some(seconds), Some(Settled::show(chain, &proof)?))
            }
        };

        let statement = proof.statement();
        Ok(Outcome::new(&Report {
            accounts: ACCOUNTS,
            transfers: transfers.len(),
            tokens: TOKENS,
            promise: Promise::of(profile),
            leaf_rows: size.bits(),
            proof_bytes: bytes.len(),
            old_root: statement.old_root,
            new_root: statement.new_root,
            accepted: true,
            refused,
            seconds: Times { execute, parts, verify },
            transfers_per_second: parts.leaves.rate(transfers.len()),
            wrap,
            layer1,
        }))
    }
}

fn verified(bytes: &[u8], profile: Profile, keys: &Keys) -> Result<Proof<Root>, ProofFileError> {
    Envelope::parse(bytes)?.verify(profile, keys)
}

/// Flips a byte of a proof, any but those that name the circuit, and has it refused.
fn spoil(mut bytes: Vec<u8>, seed: &Seed, profile: Profile, keys: &Keys) -> Result<Spoiled, Failure> {
    let header = furl_prover::proof::HEADER_BYTES;
    let byte = header + (seed.number() % (bytes.len() - header) as u64) as usize;
    bytes[byte] ^= 1;
    match verified(&bytes, profile, keys) {
        Err(error) => Ok(Spoiled { byte, why: error.to_string() }),
        Ok(_) => Err(Failure::Defect(Defect(format!("the proof is accepted with byte {byte} flipped")))),
    }
}
