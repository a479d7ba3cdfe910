//! # Seeds
//!
//! The inputs that the fuzzers start from: for each decoder of outside bytes, something that decodes. They are
//! computed like the counts and guarded with them, so that a changed format leaves no seed behind that its decoder
//! refuses. A fuzzer finds the rest.

use furl_circuits::profile::Profile;
use furl_ledger::codec::{binary, json};
use furl_ledger::{BatchError, encoding};
use furl_prover::proof::{MAGIC, VERSION};

use crate::committed::File;
use crate::world::World;

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
    let seed = |name: &str, contents: &[u8]| File { path: format!("{FOLDER}/{name}"), contents: contents.to_vec() };
    Ok(vec![
        seed("proof_file/no_body", &proof_without_body(&statement)),
        seed("public_key/owner", &key),
        seed("secret_key/owner", &*secret),
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
    ])
}

/// A proof file that parses, and claims a proof of no bytes.
fn proof_without_body(statement: &[u8]) -> Vec<u8> {
    let root = [3, 0, 0, 0];
    let numbers = [&[Profile::Fast.id()], &root[..]].concat();
    let (key, length) = ([7; 32], 0u32);
    [&MAGIC[..], &VERSION.to_le_bytes(), &numbers, &key, statement, &length.to_le_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use furl_prover::Envelope;

    use super::*;

    #[test]
    fn the_proof_file_parses() {
        let seeds = all().unwrap();
        let file = seeds.iter().find(|file| file.path.ends_with("proof_file/no_body")).unwrap();
        assert_eq!(Envelope::parse(&file.contents).unwrap().to_bytes(), file.contents);
    }
}
