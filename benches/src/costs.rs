//! # Counts
//!
//! What the design promises to be cheap, counted: the file `benches/costs.csv`. The first rows are the figures that
//! the project is judged by; those after them say where the first come from, so that a change of a sum has a reason in
//! the same diff.
//!
//! Nothing here is typed in: rows are counted on circuits as built, bytes on proofs as encoded, bits by
//! [`furl_circuits::security`].

use furl_circuits::builder::Builder;
use furl_circuits::gates::{Block, Custom, Formula, Key, Ladder, Value, block};
use furl_circuits::keys::Circuit;
use furl_circuits::leaf_circuit::LeafSize;
use furl_circuits::node::{MAX_TRANSFERS, NodeKind};
use furl_circuits::profile::Profile;
use furl_circuits::signature::SignatureWires;
use furl_circuits::wires::{DigestWires, Wires};
use furl_ledger::codec::binary;
use furl_ledger::{PublicKey, Signature, Statement};
use furl_prover::proof::HEADER_BYTES;

use crate::gas::GasCounts;
use crate::leaves::{LeafCounts, RowModel};
use crate::trees::TreeCounts;
use crate::wraps::WrapCounts;

/// Where the counts are in the repository.
pub const PATH: &str = "benches/costs.csv";

/// One count.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// What is counted.
    pub name: String,
    /// How many: a whole number, or one that a few decimals write exactly.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
}

impl Cost {
    fn new(name: impl Into<String>, value: usize, unit: &'static str) -> Self {
        Self { name: name.into(), value: value as f64, unit }
    }

    /// Bits, rounded down to a tenth.
    fn bits(name: impl Into<String>, bits: f64) -> Self {
        Self { name: name.into(), value: (10.0 * bits).floor() / 10.0, unit: "bits" }
    }
}

/// The counts as a file.
#[must_use]
pub fn csv(costs: &[Cost]) -> String {
    let mut text = String::from("name,value,unit\n");
    for Cost { name, value, unit } in costs {
        text += &format!("{name},{value},{unit}\n");
    }
    text
}

/// All counts, from the circuits as built.
#[must_use]
pub fn all(
    leaves: &[LeafCounts],
    trees: &[TreeCounts],
    wraps: &[WrapCounts],
    gas: &[GasCounts],
    rows: &RowModel,
) -> Vec<Cost> {
    let mut costs = headlines(leaves, trees, rows);
    costs.extend(wraps.iter().flat_map(per_wrap));
    costs.extend(gas.iter().flat_map(per_contract));
    costs.extend(per_block(rows));
    for size in LeafSize::ALL {
        costs.extend(per_leaf(leaves, rows, size));
    }
    costs.extend(trees.iter().flat_map(per_tree));
    costs.extend(per_gate::<Ladder>());
    costs.extend(per_gate::<Key>());
    costs.extend(per_gate::<Value>());
    costs.extend(per_gate::<Block>());
    costs.extend([
        Cost::new("signature_bytes", Signature::BYTES, "bytes"),
        Cost::new("public_key_bytes", PublicKey::BYTES, "bytes"),
        Cost::new("transfer_record_bytes", binary::RECORD, "bytes"),
        Cost::new("statement_bytes", Statement::BYTES, "bytes"),
        Cost::new("proof_header_bytes", HEADER_BYTES, "bytes"),
    ]);
    costs
}

/// The figures that the project is judged by.
fn headlines(leaves: &[LeafCounts], trees: &[TreeCounts], rows: &RowModel) -> Vec<Cost> {
    let transfer_rows = rows.block as f64 / block::TRANSFERS as f64;
    let production =
        |profile| leaves.iter().filter(move |leaf| (leaf.profile, leaf.size) == (profile, LeafSize::PRODUCTION));
    let mut costs = vec![
        Cost { name: "transfer_rows_depth24".into(), value: transfer_rows, unit: "rows" },
        Cost::new("signature_rows", signature_rows(), "rows"),
        Cost::new("transfers_per_leaf_2_16", LeafSize::PRODUCTION.transfers(), "transfers"),
    ];
    costs.extend(production(Profile::Fast).map(|leaf| Cost::new("leaf_proof_bytes", leaf.proof_bytes, "bytes")));
    costs.extend(trees.iter().map(|tree| Cost::bits(format!("proven_bits_{}", tree.profile), tree.bits)));
    for tree in trees {
        let name = |what: &str| suffixed(what, tree.profile);
        costs.push(Cost::new(name("node_degree_bits"), tree.profile.node_degree_bits(), "bits"));
        let widest = NodeKind::new(LeafSize::PRODUCTION, 1, 3).ok().and_then(|kind| tree.rows(kind));
        costs.extend(widest.map(|rows| Cost::new(name("node_gates"), rows, "rows")));
        costs.push(Cost::new(name("root_proof_bytes"), tree.root_proof_bytes, "bytes"));
    }
    costs.push(Cost::new("batch_most_transfers", MAX_TRANSFERS, "transfers"));
    costs
}

/// The name of a figure. What has no suffix is of the profile that figures are given in.
fn suffixed(what: &str, profile: Profile) -> String {
    if profile == Profile::Fast { what.to_owned() } else { format!("{what}_{profile}") }
}

/// From the root to a proof that a contract checks.
fn per_wrap(wrap: &WrapCounts) -> Vec<Cost> {
    let name = |what: &str| suffixed(what, wrap.profile);
    vec![
        Cost::new(name("wrap_k"), wrap.k as usize, "bits"),
        Cost::new(name("wrap_rows"), wrap.rows, "rows"),
        Cost::new(name("wrap_advice_columns"), wrap.advice_columns, "columns"),
        Cost::new(name("wrapped_proof_bytes"), wrap.proof_bytes, "bytes"),
        Cost::new(name("last_rows"), wrap.last_rows, "rows"),
        Cost::new(name("last_degree_bits"), wrap.last_degree_bits, "bits"),
    ]
}

/// What the contract takes that checks it.
fn per_contract(gas: &GasCounts) -> [Cost; 3] {
    let name = |what: &str| suffixed(what, gas.profile);
    [
        Cost { name: name("verify_tx_gas"), value: gas.transaction as f64, unit: "gas" },
        Cost { name: name("verify_execution_gas"), value: gas.execution as f64, unit: "gas" },
        Cost::new(name("verifier_runtime_bytes"), gas.runtime_bytes, "bytes"),
    ]
}

/// The rows of every node, and the degrees above the tree.
fn per_tree(tree: &TreeCounts) -> Vec<Cost> {
    let nodes = tree.node_rows.iter();
    let mut costs: Vec<_> = nodes
        .map(|(kind, rows)| Cost::new(format!("{}_{}_rows", Circuit::Node(*kind), tree.profile), *rows, "rows"))
        .collect();
    let steps = tree.profile.root_degree_bits().iter().enumerate();
    costs.extend(
        steps.map(|(step, bits)| {
            Cost::new(format!("{}_{}_degree_bits", Circuit::Root(step), tree.profile), *bits, "bits")
        }),
    );
    costs
}

/// Rows that a signature takes: the ladder, the key row, the challenge's hash.
fn signature_rows() -> usize {
    let mut b = Builder::new(Profile::Fast.leaf_config());
    let signature = SignatureWires::allocate(&mut b);
    let key_row = b.add_gate(Custom::<Key>::new(), vec![]);
    let domain = DigestWires::allocate(&mut b);
    let message = b.virtual_array();
    signature.constrain(&mut b, key_row, &domain, message);
    b.rows()
}

fn per_block(rows: &RowModel) -> Vec<Cost> {
    let mut costs =
        vec![Cost::new("block_transfers", block::TRANSFERS, "transfers"), Cost::new("block_rows", rows.block, "rows")];
    costs.extend(rows.block_by_gate.iter().map(|(gate, rows)| Cost::new(format!("block_rows_{gate}"), *rows, "rows")));
    costs.extend([
        Cost::new("leaf_fixed_rows", rows.fixed, "rows"),
        Cost::new("leaf_rows_added_by_building", rows.built, "rows"),
    ]);
    costs
}

fn per_leaf(leaves: &[LeafCounts], rows: &RowModel, size: LeafSize) -> Vec<Cost> {
    let name = |what: &str| format!("leaf_2_{}_{what}", size.bits());
    let in_use = rows.rows(size.blocks());
    let mut costs = vec![
        Cost::new(name("transfers"), size.transfers(), "transfers"),
        Cost::new(name("rows"), in_use, "rows"),
        Cost::new(name("rows_unused"), (1 << size.bits()) - in_use, "rows"),
    ];
    for leaf in leaves.iter().filter(|leaf| leaf.size == size) {
        costs.extend([
            Cost::new(name(&format!("proof_bytes_{}", leaf.profile)), leaf.proof_bytes, "bytes"),
            Cost::bits(name(&format!("proven_bits_{}", leaf.profile)), leaf.bits),
        ]);
    }
    costs
}

fn per_gate<T: Formula>() -> [Cost; 4] {
    [("wires", T::WIRES), ("constants", T::CONSTANTS), ("degree", T::DEGREE), ("constraints", T::CONSTRAINTS)]
        .map(|(what, count)| Cost::new(format!("gate_{}_{what}", T::NAME), count, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_rounded_down() {
        for (bits, shown) in [(57.99, 57.9), (86.0, 86.0), (86.06, 86.0)] {
            assert_eq!(Cost::bits("x", bits).value, shown);
        }
    }

    #[test]
    fn the_file_writes_values_exactly() {
        let half = Cost { name: "a".into(), value: 127.5, unit: "rows" };
        assert_eq!(csv(&[half, Cost::new("b", 163_256, "bytes")]), "name,value,unit\na,127.5,rows\nb,163256,bytes\n");
    }

    #[test]
    fn a_signature_is_its_parts() {
        assert_eq!(signature_rows(), furl_circuits::gates::ladder::ROWS + 1 + 2);
    }
}
