//! # Our verifier contracts against snark-verifier's
//!
//! snark-verifier makes verifier contracts, too: from halo2's description of a circuit, which our generator does not read. For each profile
//! this program builds the wrap's key from the circuits and the INSECURE development setup, lets both generators make their contract of it,
//! deploys both in one EVM by mainnet's rules, and gives both the real proofs of `contracts/test/vectors` and a thousand false ones
//! ([`mutants`]).
//!
//! Protocol and transcript are the same, and so is what a contract is told: nine public scalars, then the proof, with a selector before it for
//! ours and without one for theirs. The generators share the key and no code, so each checks the other: the constraints and their order, the
//! challenges, the sets of points that are opened together, the pairing.
//!
//! They must agree on every proof but for three kinds of calldata, in which snark-verifier's contract accepts another encoding of a true
//! proof: it reduces scalars modulo $r$, public ones and evaluations, and ignores what follows the proof. Ours refuses all three. Here each
//! of these must be accepted by theirs, or what is written about it is wrong.
//!
//! The last lines of each profile are code size and gas of both. The compiler is the same, and so are its settings but for the optimizer, whose
//! newer part does not get through with snark-verifier's contract ([`theirs::Optimizer`]): the figures are of both generators' contracts as
//! they can be had, not of the algorithms alone.

mod mutants;
mod pair;
mod theirs;
mod vectors;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use furl_circuits::profile::Profile;
use furl_settlement::bytecode::Contracts;
use furl_wrap::setup::Setup;
use furl_wrap::{contract, key_file, wrap};

use mutants::{Mutant, Theirs};
use pair::{Cost, Pair, Verdicts};
use theirs::Optimizer;
use vectors::Vectors;

/// The npm compiler, as `contracts/solc.js` runs it.
const SOLC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../solc.js");

fn main() -> Result<()> {
    let (fast, proven) = (Vectors::read(Profile::Fast)?, Vectors::read(Profile::Proven)?);
    for (profile, own, other) in [(Profile::Fast, &fast, &proven), (Profile::Proven, &proven, &fast)] {
        println!("{profile}");
        compare(&deploy(profile, own)?, own, other).with_context(|| profile.to_string())?;
    }
    Ok(())
}

/// Both contracts of a profile's key, which is the one that the proofs were made with.
fn deploy(profile: Profile, vectors: &Vectors) -> Result<Pair> {
    let setup = Setup::insecure_dev(wrap::k(profile))?;
    let key = wrap::verifying_key(profile, &setup)?;
    let bytes = key_file::encode(&key, &setup)?;
    ensure!(bytes[..] == vectors.key[..], "the proofs were made with another key");
    // What is deployed of ours is the committed code of what this key generates.
    let ours = Contracts::committed(&contract::generate(&bytes)?)?.verifier;
    let source = theirs::source(&setup, &key)?;
    let theirs = |optimizer| theirs::compile(&source, Path::new(SOLC), optimizer);
    Pair::deploy([ours, theirs(Optimizer::Older)?, theirs(Optimizer::Off)?])
}

/// Verdicts on true proofs and false ones, then gas and bytes.
fn compare(pair: &Pair, own: &Vectors, other: &Vectors) -> Result<()> {
    for proof in &own.proofs {
        let verdicts = pair.verdicts(proof)?;
        ensure!(verdicts == Verdicts { ours: true, theirs: true }, "a true proof: {verdicts:?}");
    }
    println!("  {} true proofs: both accept", own.proofs.len());
    let [first, second] = &own.proofs;
    judge(pair, &mutants::all(first, second, &other.proofs[0]))?;
    println!("  | | code, bytes | execution | whole transaction |");
    for (name, Cost { bytes, execution, transaction }) in pair.costs(first)? {
        println!("  | {name} | {bytes} | {execution} | {transaction} |");
    }
    Ok(())
}

/// Ours refuses every mutant, theirs all but those that are known to be other encodings.
fn judge(pair: &Pair, mutants: &[Mutant]) -> Result<()> {
    let mut kinds = BTreeMap::<_, usize>::new();
    for (index, Mutant { kind, theirs, calldata }) in mutants.iter().enumerate() {
        let verdicts = pair.verdicts(calldata)?;
        let expected = Verdicts { ours: false, theirs: *theirs == Theirs::Accepts };
        if verdicts != expected {
            bail!("mutant {index}, {kind}: {verdicts:?}, expected {expected:?}");
        }
        *kinds.entry((*theirs, *kind)).or_default() += 1;
    }
    let count = |verdict| kinds.iter().filter(|((theirs, _), _)| *theirs == verdict).map(|(_, count)| count).sum();
    let (both, one): (usize, usize) = (count(Theirs::Refuses), count(Theirs::Accepts));
    println!("  {} mutants: both refuse {both}, Furl's alone {one}", both + one);
    for ((theirs, kind), count) in kinds {
        println!("  {} {count:4} {kind}", if theirs == Theirs::Refuses { "both refuse" } else { "ours alone " });
    }
    Ok(())
}
