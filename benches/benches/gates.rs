//! Each gate's constraints over the base field, one row: what the quotient evaluates on every point of its coset.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use furl_circuits::field::F;
use furl_circuits::gates::gate::residuals;
use furl_circuits::gates::{Block, Formula, Key, Ladder, Value};
use plonky2::field::types::Field;

fn gate<T: Formula>(c: &mut Criterion) {
    // No formula branches on its wires, so any wires will do, if they are not small.
    let element = |i: usize| F::from_canonical_usize(i + 3).exp_u64(11);
    let wires: Vec<F> = (0..T::WIRES).map(element).collect();
    let constants = vec![F::ONE; T::CONSTANTS];
    let mut group = c.benchmark_group("constraints");
    group.throughput(Throughput::Elements(T::CONSTRAINTS as u64));
    group.bench_function(T::NAME, |b| b.iter(|| residuals::<T>(black_box(&wires), black_box(&constants))));
    group.finish();
}

criterion_group!(benches, gate::<Ladder>, gate::<Key>, gate::<Value>, gate::<Block>);
criterion_main!(benches);
