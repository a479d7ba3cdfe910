//! # Seeds
//!
//! The inputs that the fuzzers start from: for each decoder of outside bytes, something that decodes. They are
//! computed like the counts and guarded with them, so that a changed format leaves no seed behind that its decoder
//! refuses. A fuzzer finds the rest.

use furl_circuits::profile::Profile;
use furl_ledger::codec::{binary, json};
use furl_ledger::{BatchError, encoding};
use furl_prover::proof::{MAGIC, VERSION};
use furl_wrap::key_file;
use furl_wrap::setup::{self, Setup};

use crate::committed::File;
use crate::world::World;

/// Before them a setup of Furl's is one of halo2's.
const SETUP_HEADER_BYTES: usize = 18;

/// Where the seeds are in the repository: one folder a fuzz target.
pub const FOLDER: &str = "fuzz/seeds";

/// All seeds.
///
/// # Errors
/// Never in practice: the batch that is claimed is valid.
pub fn all() -> Result<Vec<File>, BatchError> {
    let world = World::new(2);
    let transfers = world.transfers(3);
    let state = world.ledger.state(world.batch);
    let signature = transfers[0].signature.to_bytes();
    let key = world.secret(1).public_key().to_bytes();
    let secret = world.secret(1).to_bytes();
    let statement = world.trace(3)?.statement().clone();
    let statement_json = serde_json::to_vec(&statement).expect("a statement is JSON");
    let statement = statement.to_bytes();
    let (setup, setup_as_ptau) = setups();
    let seed = |name: &str, contents: &[u8]| File { path: format!("{FOLDER}/{name}"), contents: contents.to_vec() };
    Ok(vec![
        seed("proof_file/no_body", &proof_file(&statement, [3, 0, 0, 0], &[])),
        seed("proof_file/wrapped", &proof_file(&statement, [4, 0, 0, 0], &wrapped_proof())),
        seed("public_key/owner", &key),
        seed("secret_key/owner", &*secret),
        seed("setup_file/furl", &setup),
        seed("setup_file/halo2", &setup[SETUP_HEADER_BYTES..]),
        seed("setup_file/ptau", &setup_as_ptau),
        seed("signature/transfer", &signature),
        seed("state_json/two_owners", state.to_json().as_bytes()),
        seed("statement/three_transfers", &statement),
        seed("statement/three_transfers_as_json", &statement_json),
        seed("text/amount", b"4611686018427387903"),
        seed("text/public_key", encoding::to_hex(&key).as_bytes()),
        seed("text/signature", encoding::to_hex(&signature).as_bytes()),
        seed("transfers_binary/none", &binary::encode(&[])),
        seed("transfers_binary/three", &binary::encode(&transfers)),
        seed("transfers_jsonl/three", json::encode(&transfers).as_bytes()),
        seed("wrap_key/fast", key_file::committed(Profile::Fast)),
        seed("wrapped_proof/false", &[&statement[..], &wrapped_proof()].concat()),
    ])
}

/// The development setup of two powers, in Furl's format and in snarkjs'.
fn setups() -> (Vec<u8>, Vec<u8>) {
    let (mut furl, mut ptau) = (Vec::new(), Vec::new());
    let setup = Setup::insecure_dev(1).expect("a size in range");
    setup.write(&mut furl).expect("a vector takes everything");
    setup::write_insecure_dev_ptau(1, &mut ptau).expect("a vector takes everything");
    (furl, ptau)
}

/// A proof file that parses.
fn proof_file(statement: &[u8], circuit: [u8; 4], body: &[u8]) -> Vec<u8> {
    let numbers = [&[Profile::Fast.id()], &circuit[..]].concat();
    let (key, length) = ([7; 32], u32::try_from(body.len()).expect("a short body"));
    [&MAGIC[..], &VERSION.to_le_bytes(), &numbers, &key, statement, &length.to_le_bytes(), body].concat()
}

/// A wrapped proof of the right form, and false: all commitments are $(1, 2)$, all evaluations zero.
fn wrapped_proof() -> Vec<u8> {
    let word = |value: u8| [&[0; 31][..], &[value]].concat();
    let generator = [word(1), word(2)].concat();
    [generator.repeat(15), word(0).repeat(44), generator.repeat(2)].concat()
}

#[cfg(test)]
mod tests {
    use furl_ledger::Statement;
    use furl_prover::{Envelope, VerifierError, WrapKey};
    use furl_wrap::setup::{Candidate, Expect};

    use super::*;

    #[test]
    fn the_setups_are_read() {
        for file in seeds_of("setup_file/") {
            Candidate::read(file.contents.as_slice(), None).unwrap().require(Expect::InsecureDev).unwrap();
        }
    }

    #[test]
    fn the_proof_files_parse() {
        for file in seeds_of("proof_file/") {
            assert_eq!(Envelope::parse(&file.contents).unwrap().to_bytes(), file.contents);
        }
    }

    /// A false proof is of the right form: everything is read before it is refused.
    #[test]
    fn the_wrapped_proof_is_false_and_well_formed() {
        let key = WrapKey::insecure_dev(Profile::Fast);
        let [file] = seeds_of("wrapped_proof/").try_into().unwrap();
        let statement = Statement::from_bytes(&file.contents[..Statement::BYTES]).unwrap();
        let proof = file.contents[Statement::BYTES..].try_into().unwrap();
        assert_eq!(key.verify(&statement, &proof), Err(VerifierError::Refused));
    }

    /// The seeds of a target, of which there are some.
    fn seeds_of(target: &str) -> Vec<File> {
        let seeds: Vec<File> = all().unwrap().into_iter().filter(|file| file.path.contains(target)).collect();
        assert!(!seeds.is_empty());
        seeds
    }
}
