//! The ledger: hashing, keys, signatures, a batch.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use furl_benches::world::World;
use furl_ledger::field::F;
use furl_ledger::hash::{Tag, hash, permute};
use furl_ledger::{PublicKey, SecretKey};
use plonky2::field::types::Field;

/// Transfers in the batch that is applied.
const TRANSFERS: u32 = 64;

fn hashing(c: &mut Criterion) {
    let words: [F; 12] = core::array::from_fn(F::from_canonical_usize);
    c.bench_function("permutation", |b| b.iter(|| permute(black_box(words))));
    c.bench_function("hash of 8 words", |b| b.iter(|| hash(Tag::Node, black_box(&words[..8]))));
}

fn keys(c: &mut Criterion) {
    let key = World::new(1).secret(0).public_key().to_bytes();
    c.bench_function("key derivation", |b| b.iter(|| SecretKey::derive(black_box(&[7; 32]), "furl benches", 0)));
    c.bench_function("public key decoding", |b| b.iter(|| PublicKey::from_bytes(black_box(&key))));
}

fn signatures(c: &mut Criterion) {
    let world = World::new(1);
    let transfer = world.transfers(1)[0].transfer;
    let (secret, separator) = (world.secret(0), world.batch.domain.separator());
    let (key, message) = (secret.public_key(), transfer.message());
    let signature = secret.sign(&separator, &message);
    assert!(signature.verify(&key, &separator, &message));
    c.bench_function("sign a transfer", |b| b.iter(|| secret.sign(black_box(&separator), black_box(&message))));
    c.bench_function("verify a signature", |b| b.iter(|| black_box(&signature).verify(&key, &separator, &message)));
}

fn batches(c: &mut Criterion) {
    let World { ledger, batch, .. } = World::default();
    let transfers = World::default().transfers(TRANSFERS);
    let mut group = c.benchmark_group("ledger");
    group.throughput(Throughput::Elements(TRANSFERS.into()));
    group.bench_function("execute a batch", |b| {
        let apply = |mut ledger: furl_ledger::Ledger| ledger.apply(&batch, &transfers).expect("the batch is valid");
        b.iter_batched(|| ledger.clone(), apply, BatchSize::LargeInput);
    });
    group.finish();
}

criterion_group!(benches, hashing, keys, signatures, batches);
criterion_main!(benches);
