//! `furl deploy`: verifier and rollup, on a chain.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use furl_ledger::encoding::to_hex;
use furl_ledger::{Digest, Domain, L1Address};
use furl_prover::Profile;
use furl_settlement::layer1::{Account, Receipt};
use furl_settlement::record::Subject;
use furl_settlement::rollup::Site;
use furl_settlement::{Layer1 as _, Layer1Error, Node, Rollup};
use serde::Serialize;

use crate::args::{self, Threads};
use crate::exit::Failure;
use crate::files::Sink;
use crate::input;
use crate::layer1::{self, AccountOptions, CompilerOptions, L1Failure, NodeOptions, Words};
use crate::measure::Promise;
use crate::output::{self, Outcome};
use crate::sending::SendOptions;
use crate::show::Name;
use crate::source::{Source, stdin_once};
use crate::wrap_key::{KeyOptions, KeyReport};

/// Deploy the rollup: the verifier of a key, and the contract that keeps the root
///
/// Two transactions of the account that pays: the first creates the verifier, the second the rollup, which begins with the root of --state.
/// Contracts have addresses by sender and nonce, so that they are known before: --dry-run prints them, and the domain that transfers are
/// to be signed for (--domain of furl import, sign and sample). The state has to be one of that domain.
///
/// The key is that of --key or --setup; for trials, --insecure-dev takes that of the INSECURE development
/// setup. It and the profile fast are deployed on a chain with the number 31337 or 1337 on this machine,
/// and nowhere else unless --accept says so in the words that the refusal names.
///
/// What is sent is recorded first (--record). A deployment that was ended or has failed goes on
/// where it was, by the same command: what is on the chain is not sent again, what was signed is
/// not signed twice, and the domain stays the same.
///
/// The contracts are compiled by --solc. Without it, the code of the development keys that this program holds is taken.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  furl deploy --rpc http://127.0.0.1:8545 --from 0x… --profile fast --dry-run
  furl deploy --rpc http://127.0.0.1:8545 --key-file deployer.key --state state.json \\
      --profile fast --insecure-dev
  furl deploy --rpc https://… --key-file deployer.key --setup proven.kzg --setup-hash 0x… --state state.json --solc solc
  furl deploy --rpc https://… --key-file deployer.key … --chain-id 1 --max-fee 30 --tip 0.5 --confirmations 3
  furl deploy --rpc https://… --key-file deployer.key … --replace --max-fee 60    # what is on its way is too cheap")]
pub(crate) struct Options {
    #[command(flatten)]
    node: NodeOptions,
    #[command(flatten)]
    account: AccountOptions,
    /// Who deploys, if no key is given: for --dry-run
    #[arg(long, value_name = "ADDRESS", requires = "dry_run")]
    from: Option<L1Address>,
    /// The profile of the proofs that the rollup takes
    #[arg(long, env = "FURL_PROFILE", default_value = "proven", value_parser = args::profile())]
    profile: Profile,
    #[command(flatten)]
    key: KeyOptions,
    /// The state that the rollup begins with, or -
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    state: Option<Source>,
    #[command(flatten)]
    compiler: CompilerOptions,
    /// Send nothing: print the future addresses and the domain
    #[arg(long)]
    dry_run: bool,
    /// Deploy what is unsafe, in these words: what, and on which chain. A refusal names them
    #[arg(long, value_name = "WORDS")]
    accept: Option<String>,
    #[command(flatten)]
    sending: SendOptions,
    #[command(flatten)]
    threads: Threads,
}

/// The most gas for the creation of a contract.
const MAX_GAS: u64 = 8_000_000;

#[derive(Serialize)]
struct Report {
    deployed: bool,
    chain_id: u64,
    sender: L1Address,
    nonce: u64,
    rollup: L1Address,
    verifier: L1Address,
    domain: Domain,
    separator: Digest,
    #[serde(flatten)]
    promise: Promise,
    #[serde(flatten)]
    key: Option<KeyReport>,
    genesis: Option<Digest>,
    /// Of a contract that was there before, and is not recorded, none is known.
    transactions: Option<[Option<Sent>; 2]>,
    record: Option<Sink>,
}

/// A transaction that was sent.
#[derive(Serialize)]
pub(super) struct Sent {
    pub(super) hash: Option<String>,
    pub(super) block: u64,
    pub(super) gas: u64,
    pub(super) execution_gas: u64,
}

impl Sent {
    pub(super) fn of(receipt: &Receipt) -> Self {
        let Receipt { hash, block, gas, .. } = receipt;
        let hash = hash.map(|hash| to_hex(&hash));
        Self { hash, block: *block, gas: gas.transaction, execution_gas: gas.execution }
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hash, block, gas, execution_gas } = self;
        let hash = hash.as_deref().unwrap_or("in process");
        write!(f, "{hash}, block {block}, {gas} gas ({execution_gas} of execution)")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = if self.deployed { "DEPLOYED" } else { "NOT DEPLOYED: this is where it would be" };
        writeln!(f, "{head}")?;
        writeln!(f, "  chain      {}", self.chain_id)?;
        writeln!(f, "  sender     {}, from its transaction {} on", self.sender, self.nonce)?;
        writeln!(f, "  verifier   {}", self.verifier)?;
        writeln!(f, "  rollup     {}", self.rollup)?;
        if let Some(key) = &self.key {
            writeln!(f, "  profile    {}", self.promise)?;
            writeln!(f, "{key}")?;
        }
        if let Some(genesis) = &self.genesis {
            writeln!(f, "  genesis    {genesis}")?;
        }
        for sent in self.transactions.iter().flatten() {
            match sent {
                Some(sent) => writeln!(f, "  sent       {sent}")?,
                None => writeln!(f, "  sent       before, and not recorded here")?,
            }
        }
        if let Some(record) = &self.record {
            writeln!(f, "  record     {record}")?;
        }
        write!(f, "domain {}", self.domain)
    }
}

impl Options {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let KeyOptions { key, setup } = &self.key;
        let inputs = [("--state", self.state.as_ref()), ("--key", key.as_ref()), ("--setup", setup.setup.as_ref())];
        stdin_once(inputs.into_iter().chain([self.account.input()]))?;
        if !self.dry_run {
            self.key.named()?;
        }
        let node = self.node.node(&self.account, key.as_ref())?;
        let sender = self.from.map_or_else(|| node.sender(), Ok)?;
        let chain_id = self.sending.chain_id(&node)?;
        let state = self.state.as_ref().map(input::state).transpose()?;
        let site = self.site(&node, chain_id, sender, state.as_ref())?;
        let genesis = state.map(|state| layer1::genesis(&state, site.domain)).transpose()?;
        let (Some(genesis), Some(input), false) = (genesis, &self.state, self.dry_run) else {
            return Ok(Outcome::new(&self.report(&site, None, genesis, None)));
        };
        self.threads.run(|| {
            let (key, told) = self.key.load(self.profile)?;
            layer1::of_profile(&key, self.profile)?;
            self.accepted(told.insecure, site.chain_id)?;
            let contracts = self.compiler.contracts(&key)?;
            let subject = Subject { chain_id, sender, rollup: site.rollup };
            let record = self.sending.record(input, &subject);
            output::progress(format_args!(
                "deploying on chain {chain_id} from {sender}, recorded in {}",
                Name(&record)
            ));
            let deployment = self.sending.send(&node, subject, record.clone(), MAX_GAS, |outbox| {
                Ok(Rollup::deploy(outbox, &site, &contracts, &genesis)?.1)
            })?;
            let sent = [deployment.verifier, deployment.rollup].map(|receipt| receipt.as_ref().map(Sent::of));
            Ok(Outcome::new(&self.report(&site, Some(told), Some(genesis), Some((sent, record)))))
        })
    }

    /// Where the contracts belong: what a state's transfers are signed for says it, whatever the
    /// account has sent meanwhile. Without a state, with the account's next transactions.
    fn site(
        &self,
        node: &Node,
        chain_id: u64,
        sender: L1Address,
        state: Option<&input::Loaded>,
    ) -> Result<Site, Failure> {
        if let Some(nonce) = self.sending.nonce {
            return Ok(Site::at(chain_id, sender, nonce));
        }
        let Account { nonce, pending, .. } = node.account(&sender)?;
        if let (Some(state), false) = (state, self.dry_run) {
            let domain = state.next.domain;
            return Ok(Site::of_domain(chain_id, sender, domain, nonce).unwrap_or(Site::at(chain_id, sender, nonce)));
        }
        if pending > nonce {
            return Err(Layer1Error::Occupied { nonce, hash: node.sent_by(&sender, nonce) }.into());
        }
        Ok(Site::at(chain_id, sender, nonce))
    }

    /// What is unsafe is for development, or meant.
    fn accepted(&self, insecure: bool, chain_id: u64) -> Result<(), L1Failure> {
        let Some(words) = layer1::unsafe_words(self.profile, insecure, chain_id) else { return Ok(()) };
        if self.node.is_local(chain_id) || self.accept.as_ref() == Some(&words) {
            return Ok(());
        }
        Err(L1Failure::Unsafe { words: words.clone(), source: Words(words) })
    }

    fn report(
        &self,
        site: &Site,
        key: Option<KeyReport>,
        genesis: Option<Digest>,
        sent: Option<([Option<Sent>; 2], PathBuf)>,
    ) -> Report {
        let (transactions, record) = sent.unzip();
        let Site { chain_id, sender, nonce, verifier, rollup, domain } = *site;
        Report {
            deployed: transactions.is_some(),
            chain_id,
            sender,
            nonce,
            rollup,
            verifier,
            domain,
            separator: domain.separator(),
            promise: Promise::under(self.profile, key.as_ref().is_some_and(|key| key.insecure)),
            key,
            genesis,
            transactions,
            record: record.map(Sink::File),
        }
    }
}
