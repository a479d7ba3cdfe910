//! The leaf: filling its table, and proving, which fills it too. Of 2^13 rows; `FURL_BENCH_SIZES=13,14,15,16` names
//! others. `furl bench` times whole batches; this has statistics.

use std::env;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use furl_benches::world::World;
use furl_circuits::leaf_circuit::{LeafCircuit, LeafSize};
use furl_circuits::profile::Profile;
use plonky2::iop::generator::generate_partial_witness;

/// The sizes that the environment asks for.
fn sizes() -> Vec<LeafSize> {
    let Ok(list) = env::var("FURL_BENCH_SIZES") else { return vec![LeafSize::SMALLEST] };
    let size = |bits: &str| LeafSize::new(bits.parse().expect("FURL_BENCH_SIZES lists numbers"));
    list.split(',').map(|bits| size(bits).expect("FURL_BENCH_SIZES lists leaf sizes")).collect()
}

fn leaf(c: &mut Criterion) {
    for size in sizes() {
        let circuit = LeafCircuit::build(Profile::Fast, size);
        let data = circuit.data();
        let piece = World::default().trace(size.transfers() as u32).expect("the batch is valid").piece();
        let inputs = || circuit.witness(&piece).expect("the batch fits");

        let mut group = c.benchmark_group(format!("leaf of {size} rows"));
        group.sample_size(10).throughput(Throughput::Elements(size.transfers() as u64));
        group.bench_function("fill the table", |b| {
            let fill = || generate_partial_witness(inputs(), &data.prover_only, &data.common).map(|w| w.full_witness());
            b.iter(|| fill().expect("the batch is valid"));
        });
        group.bench_function("prove", |b| {
            let prove = |inputs| furl_engine::prove(data, inputs).expect("the batch is valid");
            b.iter_batched(inputs, prove, BatchSize::PerIteration);
        });
        group.finish();
    }
}

criterion_group!(benches, leaf);
criterion_main!(benches);
