//! What stands above the leaves: a node over one leaf, and the circuits from a node to the root. Leaves of 2^13 rows; a node
//! over larger ones has the same size.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use furl_benches::world::World;
use furl_circuits::aggregate::NodeCircuit;
use furl_circuits::keys::{Circuit, Keys};
use furl_circuits::leaf_circuit::{LeafCircuit, LeafSize};
use furl_circuits::node::NodeKind;
use furl_circuits::profile::Profile;
use furl_circuits::recursion::Child;
use furl_circuits::root::RootCircuit;

fn tree(c: &mut Criterion) {
    for profile in Profile::ALL {
        let leaf = LeafCircuit::build(profile, LeafSize::SMALLEST);
        let kind = NodeKind::new(LeafSize::SMALLEST, 1, 1).expect("there is such a node");
        let node = NodeCircuit::build(profile, kind).expect("its key is the committed one");
        let root = RootCircuit::build(profile).expect("its keys are the committed ones");
        let piece = World::default().trace(1).expect("the batch is valid").piece();
        let leaf_proof = leaf.prove(&piece).expect("the batch fits");
        let leaf_key = &Keys::committed(profile)[Circuit::Leaf(LeafSize::SMALLEST)];
        let child = [Child { key: leaf_key, proof: &leaf_proof }];

        let mut group = c.benchmark_group(format!("tree, {profile}"));
        group.sample_size(10);
        let data = node.circuit().data();
        let inputs = || node.circuit().witness(&child).expect("the leaf is true");
        let prove = |inputs| furl_engine::prove(data, inputs).expect("the leaf is true");
        group.bench_function("node of one leaf", |b| b.iter_batched(inputs, prove, BatchSize::PerIteration));
        let node_proof = prove(inputs());
        let top = || Child { key: node.key(), proof: &node_proof };
        group.bench_function("root", |b| b.iter(|| root.prove(top()).expect("the node is true")));
        group.finish();
    }
}

criterion_group!(benches, tree);
criterion_main!(benches);
