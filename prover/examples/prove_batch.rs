//! From a signed transfer to a proof in a file, and back: `cargo run --release -p furl-prover --example prove_batch`.

use std::error::Error;

use furl_ledger::{
    Amount, Batch, Domain, Expiry, FeeCode, L1Address, Ledger, Owner, SecretKey, SlotIndex, Token, Transfer,
};
use furl_prover::{Envelope, Keys, Profile, Prover};

fn main() -> Result<(), Box<dyn Error>> {
    // A ledger with two slots of one token.
    let domain = Domain::of(1, &L1Address::default());
    let secret = SecretKey::derive(&[0; 32], "example", 0);
    let owner = Owner { public_key: secret.public_key(), l1_address: L1Address::default() };
    let [alice, bob] = [SlotIndex::new(1)?, SlotIndex::new(2)?];
    let mut ledger = Ledger::new();
    ledger.create(alice, owner.clone(), Token::new(0), Amount::new(100)?)?;
    ledger.create(bob, owner, Token::new(0), Amount::ZERO)?;

    // One signed transfer, applied as a batch. Only the ledger makes a trace.
    let (amount, fee) = (Amount::new(30)?, FeeCode::ZERO);
    let transfer = Transfer { from: alice, to: bob, amount, fee, nonce: 0.into(), expiry: Expiry::MAX };
    let trace = ledger.apply(&Batch::first(domain), &[transfer.sign(&domain, &secret)])?;

    // Proved under the one key of its profile, and verified before it is returned.
    let keys = Keys::new();
    let file = Prover::new(&keys, Profile::Fast).prove(&trace)?.to_bytes();

    // Whoever reads the file says which profile is the least that will do.
    let proof = Envelope::parse(&file)?.verify(Profile::Fast, &Keys::new())?;
    assert_eq!(proof.statement().new_root, ledger.root());
    println!("{} bytes: root {} → {}", file.len(), proof.statement().old_root, proof.statement().new_root);
    Ok(())
}
