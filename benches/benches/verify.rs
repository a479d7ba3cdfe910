//! Verification of a proof file, in both profiles: taken apart, decoded, checked.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use furl_benches::world::World;
use furl_prover::{Envelope, Keys, Profile, Prover};

fn verify(c: &mut Criterion) {
    let keys = Keys::new();
    let trace = World::default().trace(1).expect("the batch is valid");
    for profile in Profile::ALL {
        let prover = Prover::new(&keys, profile);
        let file = prover.prove(&trace).expect("the batch is valid").to_bytes();
        let mut group = c.benchmark_group(format!("proof file, {profile}"));
        group.throughput(Throughput::Bytes(file.len() as u64));
        group.bench_function("parse", |b| b.iter(|| Envelope::parse(black_box(&file)).expect("well formed")));
        group.bench_function("parse and verify", |b| {
            b.iter(|| Envelope::parse(black_box(&file)).and_then(|proof| proof.verify(profile, &keys)).expect("true"));
        });
        group.finish();
    }
}

criterion_group!(benches, verify);
criterion_main!(benches);
