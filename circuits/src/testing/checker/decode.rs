//! What a circuit commits to, read back: the gate of each row and the permutation.

use std::collections::HashMap;

use plonky2::field::polynomial::PolynomialCoeffs;
use plonky2::field::types::{Field, PrimeField64};

use super::super::table::Cell;
use super::Unjudgeable;
use crate::field::{CircuitData, F};

/// What a selector holds at rows whose gate is in another group.
const OTHER_GROUP: usize = u32::MAX as usize;

/// The values over the subgroup of order `rows` of a polynomial of a lower degree.
pub(super) fn on_subgroup(polynomial: &PolynomialCoeffs<F>, rows: usize) -> Vec<F> {
    // The commitment may be padded with zero coefficients to a larger size.
    PolynomialCoeffs::new(polynomial.coeffs[..rows].to_vec()).fft().values
}

/// The one gate whose filter does not vanish at `row`, as an index into the gates of the circuit.
///
/// The filter of gate $i$, in the group with selector $s$, is $\prod_j (j - s)$ over the other
/// gates $j$ of the group and, if there are several groups, over the mark of other groups.
pub(super) fn chosen_gate(circuit: &CircuitData, columns: &[Vec<F>], row: usize) -> Result<usize, Unjudgeable> {
    let info = &circuit.common.selectors_info;
    let several = info.num_selectors() > 1;
    let chosen: Vec<usize> = (0..circuit.common.gates.len())
        .filter(|&gate| {
            let group = info.selector_indices[gate];
            let selector = columns[group][row];
            let others = info.groups[group].clone().filter(|&other| other != gate);
            others.chain(several.then_some(OTHER_GROUP)).all(|other| F::from_canonical_usize(other) != selector)
        })
        .collect();
    match chosen[..] {
        [gate] => Ok(gate),
        _ => Err(Unjudgeable::Selectors { row, gates: chosen.len() }),
    }
}

/// Where each routed cell is sent, row by row, from the values of the sigma polynomials.
pub(super) fn decode_permutation(circuit: &CircuitData, sigmas: &[Vec<F>]) -> Result<Vec<Cell>, Unjudgeable> {
    let subgroup = &circuit.prover_only.subgroup;
    let cells: HashMap<u64, Cell> = (circuit.common.k_is.iter().enumerate())
        .flat_map(|(column, &k)| {
            let id = move |(row, &x): (usize, &F)| ((k * x).to_canonical_u64(), Cell::new(row, column));
            subgroup.iter().enumerate().map(id)
        })
        .collect();
    (0..subgroup.len())
        .flat_map(|row| (0..sigmas.len()).map(move |column| Cell::new(row, column)))
        .map(|cell| {
            let image = sigmas[cell.column][cell.row].to_canonical_u64();
            cells.get(&image).copied().ok_or(Unjudgeable::Sigma(cell))
        })
        .collect()
}
