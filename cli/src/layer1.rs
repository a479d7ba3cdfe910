//! # Layer 1, on the command line
//!
//! Which node, which account, which compiler; and what is refused before anything is sent.
//!
//! The key of an account comes from a file that its owner alone may read, or from `FURL_L1_KEY`: never from the command line, which others may
//! read. It is shown by its address.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use furl_ledger::{Digest, Domain, L1Address};
use furl_prover::{Profile, WrapKey};
use furl_settlement::bytecode::{Contracts, NotCommitted};
use furl_settlement::check::Difference;
use furl_settlement::key::AccountKeyError;
use furl_settlement::record::RecordError;
use furl_settlement::rollup::RollupError;
use furl_settlement::rpc::Endpoint;
use furl_settlement::solc::{HOW, Solc, SolcError};
use furl_settlement::{AccountKey, Layer1Error, Node};
use furl_wrap::{contract, wrap};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::environment;
use crate::exit::{Defect, Exit, Failure};
use crate::secret;
use crate::source::Source;

/// The variable with the key of the account.
pub(crate) const KEY_VARIABLE: &str = "FURL_L1_KEY";
/// No key has more text.
const MAX_KEY_BYTES: usize = 256;
/// Numbers of chains for development.
const LOCAL_CHAINS: [u64; 2] = [31_337, 1_337];

/// The address of a node, which may hold a token: it is not shown.
#[derive(Clone)]
pub(crate) struct Url(String);

impl From<String> for Url {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Url(…)")
    }
}

/// Which node.
#[derive(Debug, Args)]
#[command(next_help_heading = "Layer 1")]
pub(crate) struct NodeOptions {
    /// The node to ask, http://… or https://…, user and password percent-encoded. Messages show its host alone
    #[arg(long, value_name = "URL", env = "FURL_L1_RPC", hide_env_values = true)]
    rpc: Url,
}

impl NodeOptions {
    /// The node, without a key.
    pub(crate) fn reader(&self) -> Result<Node, Failure> {
        Ok(Node::new(&self.rpc.0, None)?)
    }

    /// The node, with the account that pays. Its key is not meant by --key, which some may think.
    pub(crate) fn node(&self, account: &AccountOptions, wrap_key: Option<&Source>) -> Result<Node, Failure> {
        if let Some(key) = wrap_key {
            secret::named("--key", key)?;
        }
        Ok(Node::new(&self.rpc.0, account.key()?)?)
    }

    /// Whether it is a chain for development, on this machine.
    pub(crate) fn is_local(&self, chain_id: u64) -> bool {
        LOCAL_CHAINS.contains(&chain_id) && Endpoint::parse(&self.rpc.0).is_some_and(|endpoint| endpoint.is_loopback())
    }
}

/// Who pays.
#[derive(Debug, Args)]
#[command(next_help_heading = "Layer 1")]
pub(crate) struct AccountOptions {
    /// The file with the key of the account that pays, 64 hexadecimal digits; only you may be
    /// allowed to read it; or - [default: the key in the variable FURL_L1_KEY]
    #[arg(long, value_name = "FILE", env = "FURL_L1_KEY_FILE", hide_env_values = true)]
    key_file: Option<Source>,
}

impl AccountOptions {
    /// The option with the key, to be found apart from other inputs.
    pub(crate) const fn input(&self) -> (&'static str, Option<&Source>) {
        ("--key-file", self.key_file.as_ref())
    }

    /// The key, if there is one.
    fn key(&self) -> Result<Option<AccountKey>, Failure> {
        if let Some(input) = &self.key_file {
            secret::named("--key-file", input)?;
            return Ok(Some(parse_key(&secret::read(input, MAX_KEY_BYTES)?, || input.to_string())?));
        }
        let Some(text) = environment::variable(KEY_VARIABLE) else { return Ok(None) };
        Ok(Some(parse_key(&Zeroizing::new(text.into_encoded_bytes()), || KEY_VARIABLE.into())?))
    }
}

/// Reads the key in a text, which is from somewhere.
fn parse_key(text: &[u8], from: impl Fn() -> String) -> Result<AccountKey, L1Failure> {
    AccountKey::parse(text).map_err(|source| L1Failure::Key { from: from(), source })
}

/// Which compiler.
#[derive(Debug, Args)]
#[command(next_help_heading = "Layer 1")]
pub(crate) struct CompilerOptions {
    /// The Solidity compiler, version 0.8.37: a native solc, or contracts/solc.js for the one from npm
    #[arg(long, value_name = "PATH", env = "FURL_SOLC")]
    solc: Option<PathBuf>,
}

impl CompilerOptions {
    /// The compiler; there has to be one.
    pub(crate) fn required(&self) -> Result<Solc, Failure> {
        let path = self.solc.as_ref().ok_or(L1Failure::NoSolc { source: Missing })?;
        Ok(Solc::new(path))
    }

    /// The contracts of a key: compiled, or the committed ones if no compiler is named.
    pub(crate) fn contracts(&self, key: &WrapKey) -> Result<Contracts, Failure> {
        let source = verifier_source(key)?;
        match &self.solc {
            Some(path) => Ok(Solc::new(path).contracts(&source).map_err(|source| L1Failure::Solc { source })?),
            None => Ok(Contracts::committed(&source).map_err(|source| L1Failure::NotCommitted { source })?),
        }
    }
}

/// The generated verifier of a key.
pub(crate) fn verifier_source(key: &WrapKey) -> Result<String, Failure> {
    // The native verifier has read the key before.
    let defect = |error| Failure::Defect(Defect(format!("a key has no contract: {error}")));
    contract::generate(key.to_bytes()).map_err(defect)
}

/// Refuses a key that is for the wrap of another profile, as far as it can be told from the key: what is said of the profile would not hold
/// of it.
pub(crate) fn of_profile(key: &WrapKey, profile: Profile) -> Result<(), L1Failure> {
    let (expected, got) = (wrap::k(profile), key.k());
    if expected == got { Ok(()) } else { Err(L1Failure::Profile { profile, expected, got }) }
}

/// What is unsafe on a chain that is not a local one, in the words that have to be said.
pub(crate) fn unsafe_words(profile: Profile, insecure: bool, chain_id: u64) -> Option<String> {
    let what = match (profile, insecure) {
        (Profile::Fast, true) => "the profile fast and an INSECURE setup",
        (Profile::Fast, false) => "the profile fast",
        (Profile::Proven, true) => "an INSECURE setup",
        (Profile::Proven, false) => return None,
    };
    Some(format!("{what} on chain {chain_id}"))
}

/// What stands between a command and Layer 1.
#[derive(Debug, Error)]
pub(crate) enum L1Failure {
    /// A contract refuses.
    #[error("the contract refuses")]
    Reverted {
        /// Why.
        source: Layer1Error,
    },
    /// No answer, or not the one that was asked for.
    #[error("Layer 1 cannot be used")]
    Layer1 {
        /// Why.
        source: Layer1Error,
    },
    /// Neither file nor variable, or an address that is none.
    #[error("the command line and the environment do not say enough")]
    Given {
        /// What is missing.
        source: Layer1Error,
    },
    /// The node is of another chain than the caller says.
    #[error("the node is of another chain: expected {expected}, got {got}")]
    Chain {
        /// As the caller has it.
        expected: u64,
        /// As the node has it.
        got: u64,
    },
    /// The node asks for more than is allowed.
    #[error("the node asks for more than is allowed (see --max-fee, --tip and --gas-limit)")]
    Limit {
        /// What.
        source: Layer1Error,
    },
    /// The record of what was sent.
    #[error(transparent)]
    Record(Box<RecordError>),
    /// What was sent is in no block in time.
    #[error(
        "what was sent is not in a block in time; the same command goes on from here (furl submit with --resume), \
        and --replace offers more for it"
    )]
    Pending {
        /// Which transaction.
        source: Layer1Error,
    },
    /// Something is on its way already.
    #[error(
        "nothing is sent: an earlier transaction is on its way; --resume waits for it, --replace offers more for it"
    )]
    OnItsWay {
        /// Which.
        source: Layer1Error,
    },
    /// Something that is not recorded is on its way.
    #[error(
        "nothing is sent: another transaction of this account is on its way; wait for it, or name the nonce to use \
        with --nonce"
    )]
    Occupied {
        /// Which.
        source: Layer1Error,
    },
    /// The node refuses what was signed.
    #[error(
        "the node does not take the transaction; the same command sends it again, --replace at another price, \
        --nonce with another nonce"
    )]
    NotTaken {
        /// Which, and why.
        source: Layer1Error,
    },
    /// The record has something else for the same nonce.
    #[error("nothing is sent: the record has another transaction in its place, which --replace replaces")]
    OtherCall {
        /// Which.
        source: Layer1Error,
    },
    /// A signal came while something was on its way.
    #[error("interrupted; the same command goes on from here (furl submit with --resume)")]
    Interrupted {
        /// What was sent.
        source: Layer1Error,
    },
    /// The domain is used up.
    #[error("the rollup cannot be deployed in the domain of this state any more")]
    Lost {
        /// Why.
        source: Box<RollupError>,
    },
    /// The rollup is not what it should be.
    #[error("the rollup is not as expected")]
    Rollup {
        /// What is otherwise.
        source: Box<RollupError>,
    },
    /// The key is none.
    #[error("there is no key in {from}")]
    Key {
        /// The file or variable.
        from: String,
        /// Why.
        source: AccountKeyError,
    },
    /// The compiler.
    #[error("the contracts are not compiled")]
    Solc {
        /// Why.
        source: SolcError,
    },
    /// No compiler is named.
    #[error("a Solidity compiler is needed, and none is named")]
    NoSolc {
        /// How to get one.
        source: Missing,
    },
    /// No compiler is named, and the code is not committed.
    #[error("a Solidity compiler is needed for the contract of this key, and none is named: --solc PATH; {HOW}")]
    NotCommitted {
        /// Which code.
        source: NotCommitted,
    },
    /// It may not be meant.
    #[error("this is not deployed: {words}")]
    Unsafe {
        /// What is unsafe.
        words: String,
        /// How to say that it is meant.
        source: Words,
    },
    /// The state is of another deployment, or past its first batch.
    #[error("the state is not the genesis of this deployment")]
    Genesis {
        /// What is otherwise.
        source: Genesis,
    },
    /// The proof is for another key than the rollup's verifier.
    #[error("the rollup at {rollup} takes proofs of another key")]
    OtherKey {
        /// The rollup.
        rollup: L1Address,
        /// Both.
        source: OtherKey,
    },
    /// The key is for the wrap of another profile.
    #[error("the key is not of profile {profile}: expected one of 2^{expected} rows, got one of 2^{got}")]
    Profile {
        /// The profile.
        profile: Profile,
        /// The logarithm of its wrap's rows.
        expected: u32,
        /// That of the key's.
        got: u32,
    },
    /// What is deployed is something else.
    #[error("NOT VERIFIED: what is deployed at {rollup} is not what this program's circuits and sources make")]
    Differs {
        /// The rollup.
        rollup: L1Address,
        /// What differs.
        source: Differences,
    },
}

/// How to get a compiler.
#[derive(Debug, Error)]
#[error("expected --solc PATH; {HOW}")]
pub(crate) struct Missing;

/// How to say that it is meant.
#[derive(Debug, Error)]
#[error("anybody might forge proofs for it; if that is meant, say --accept \"{0}\"")]
pub(crate) struct Words(pub(crate) String);

/// Why a state is no genesis.
#[derive(Debug, Error)]
pub(crate) enum Genesis {
    /// Its transfers are signed for something else.
    #[error("domain: expected {expected}, that of the future rollup, the state has {got}")]
    Domain {
        /// Of the deployment.
        expected: Domain,
        /// Of the state.
        got: Domain,
    },
    /// The rollup begins elsewhere.
    #[error("root: expected {expected}, that of the state, the rollup has {got}")]
    Root {
        /// Of the state.
        expected: Digest,
        /// Of the rollup.
        got: Digest,
    },
    /// Its next batch is not the first.
    #[error("batch: expected the state before batch 1, got one before batch {0}")]
    Batch(u32),
}

/// Two keys that should be one.
#[derive(Debug, Error)]
#[error("key: expected {}, that of the verifier, the proof is of {}", Digest32(.expected), Digest32(.got))]
pub(crate) struct OtherKey {
    /// Of the verifier.
    pub(crate) expected: [u8; 32],
    /// Of the proof.
    pub(crate) got: [u8; 32],
}

struct Digest32<'a>(&'a [u8; 32]);

impl fmt::Display for Digest32<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&furl_ledger::encoding::to_hex(self.0))
    }
}

/// What differs, all of it.
#[derive(Debug)]
pub(crate) struct Differences(pub(crate) Vec<Difference>);

impl std::error::Error for Differences {}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("; "))
    }
}

impl From<Layer1Error> for L1Failure {
    fn from(source: Layer1Error) -> Self {
        match source {
            Layer1Error::Record(error) => Self::Record(error),
            Layer1Error::Reverted(_) | Layer1Error::Undone { .. } => Self::Reverted { source },
            Layer1Error::Limit(_) => Self::Limit { source },
            Layer1Error::Pending { .. } => Self::Pending { source },
            Layer1Error::OnItsWay(_) => Self::OnItsWay { source },
            Layer1Error::Occupied { .. } => Self::Occupied { source },
            Layer1Error::NotTaken { .. } => Self::NotTaken { source },
            Layer1Error::OtherCall(_) => Self::OtherCall { source },
            Layer1Error::Interrupted(_) => Self::Interrupted { source },
            Layer1Error::NoKey | Layer1Error::Endpoint(_) => Self::Given { source },
            _ => Self::Layer1 { source },
        }
    }
}

impl From<RollupError> for L1Failure {
    fn from(source: RollupError) -> Self {
        match source {
            RollupError::Layer1(error) => error.into(),
            RollupError::Lost { .. } => Self::Lost { source: Box::new(source) },
            other => Self::Rollup { source: Box::new(other) },
        }
    }
}

impl From<Layer1Error> for Failure {
    fn from(error: Layer1Error) -> Self {
        L1Failure::from(error).into()
    }
}

impl From<RollupError> for Failure {
    fn from(error: RollupError) -> Self {
        L1Failure::from(error).into()
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        L1Failure::Record(Box::new(error)).into()
    }
}

impl L1Failure {
    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Reverted { .. }
            | Self::Chain { .. }
            | Self::OtherCall { .. }
            | Self::Lost { .. }
            | Self::Rollup { .. }
            | Self::Genesis { .. }
            | Self::OtherKey { .. }
            | Self::Profile { .. }
            | Self::Differs { .. } => Exit::Refused,
            Self::Layer1 { .. }
            | Self::Pending { .. }
            | Self::OnItsWay { .. }
            | Self::Occupied { .. }
            | Self::NotTaken { .. } => Exit::Unavailable,
            Self::Record(error) => match **error {
                RecordError::Foreign { .. } => Exit::Refused,
                RecordError::InUse { .. } => Exit::Unavailable,
                RecordError::Unreadable { .. } => Exit::Unreadable,
                RecordError::Malformed { .. } => Exit::Malformed,
                RecordError::Unwritten { .. } => Exit::Write,
            },
            Self::Interrupted { .. } => Exit::Interrupted,
            Self::Given { .. } => Exit::Usage,
            Self::Key { .. } => Exit::Malformed,
            Self::Solc { .. } | Self::NoSolc { .. } | Self::NotCommitted { .. } => Exit::Tool,
            Self::Unsafe { .. } | Self::Limit { .. } => Exit::Unsafe,
        }
    }
}

/// The root that a deployment begins with: of a state in its domain, before the first batch.
pub(crate) fn genesis(state: &crate::input::Loaded, domain: Domain) -> Result<Digest, L1Failure> {
    let next = state.next;
    if next.domain != domain {
        return Err(L1Failure::Genesis { source: Genesis::Domain { expected: domain, got: next.domain } });
    }
    match next.number.get() {
        1 => Ok(state.ledger.root()),
        other => Err(L1Failure::Genesis { source: Genesis::Batch(other) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unsafe_is_said_precisely() {
        for (profile, insecure, expected) in [
            (Profile::Proven, false, None),
            (Profile::Proven, true, Some("an INSECURE setup on chain 1")),
            (Profile::Fast, false, Some("the profile fast on chain 1")),
            (Profile::Fast, true, Some("the profile fast and an INSECURE setup on chain 1")),
        ] {
            assert_eq!(unsafe_words(profile, insecure, 1).as_deref(), expected);
        }
    }

    #[test]
    fn local_is_a_development_chain_on_this_machine() {
        for (url, chain_id, expected) in [
            ("http://127.0.0.1:8545", 31_337, true),
            ("http://localhost:8545", 1_337, true),
            ("http://127.0.0.1:8545", 1, false),
            ("https://node.example", 31_337, false),
        ] {
            let options = NodeOptions { rpc: Url(url.into()) };
            assert_eq!(options.is_local(chain_id), expected, "{url} {chain_id}");
        }
    }
}
