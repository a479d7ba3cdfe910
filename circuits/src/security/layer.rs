//! What a layer's soundness depends on, read from its circuit.

use plonky2::plonk::circuit_data::CommonCircuitData;
use serde::Serialize;
use thiserror::Error;

use super::Indices;
use crate::field::{D, F};

/// What a layer's soundness depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// What the layer is called in reports.
    pub name: String,
    /// d: the circuit has 2^d rows.
    pub degree_bits: usize,
    /// r: the code has rate 2^−r.
    pub rate_bits: usize,
    /// q, the number of queries.
    pub queries: usize,
    /// Bits of proof of work before the queries.
    pub pow_bits: u32,
    /// c, the number of parallel challenges in the base field.
    pub challenges: usize,
    /// w, the wires of a row that take part in copy constraints.
    pub routed_wires: usize,
    /// The polynomials opened at ζ: constants, sigmas, wires, Z, partial products, quotient.
    pub openings: usize,
    /// The polynomials also opened at gζ: the c Z.
    pub next_row_openings: usize,
    /// π, the partial products a challenge.
    pub partial_products: usize,
    /// G, the number of constraints of the largest gate.
    pub max_gate_constraints: usize,
    /// κ: a constraint with its selector has degree at most κ + 1.
    pub quotient_degree_factor: usize,
    /// a for each fold, which is by 2^a.
    pub fold_arity_bits: Vec<usize>,
    /// From what number the layer's verifier takes indices.
    pub indices: Indices,
}

/// A circuit whose soundness the formulas of this module do not cover.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LayerError {
    /// The circuit looks values up in tables.
    #[error("layer {name}: expected no lookup tables, got {got}; no bound is known here for them")]
    Lookups {
        /// The layer.
        name: String,
        /// The number of tables.
        got: usize,
    },
    /// The circuit's polynomials are blinded.
    #[error("layer {name}: expected a circuit without blinding; no bound is known here for it")]
    Blinded {
        /// The layer.
        name: String,
    },
    /// The codewords are of polynomials longer than the trace.
    #[error("layer {name}: expected a code of dimension 2^{expected}, got 2^{got}")]
    Dimension {
        /// The layer.
        name: String,
        /// The rows, in bits.
        expected: usize,
        /// The dimension of the code, in bits.
        got: usize,
    },
}

impl Layer {
    /// The parameters of a circuit as built, whose proofs are verified in another circuit of
    /// plonky2's.
    ///
    /// # Errors
    /// [`LayerError`] if the circuit uses lookups or blinding, which are not covered.
    pub fn of(common: &CommonCircuitData<F, D>, name: &str) -> Result<Self, LayerError> {
        let (config, fri) = (&common.config, &common.fri_params);
        let name = name.to_owned();
        if !common.luts.is_empty() {
            let got = common.luts.len();
            return Err(LayerError::Lookups { name, got });
        }
        if config.zero_knowledge || fri.leaf_hiding {
            return Err(LayerError::Blinded { name });
        }
        if fri.degree_bits != common.degree_bits() {
            return Err(LayerError::Dimension { name, expected: common.degree_bits(), got: fri.degree_bits });
        }
        let per_challenge = 1 + common.num_partial_products + common.quotient_degree_factor;
        Ok(Self {
            name,
            degree_bits: common.degree_bits(),
            rate_bits: fri.config.rate_bits,
            queries: fri.config.num_query_rounds,
            pow_bits: fri.config.proof_of_work_bits,
            challenges: config.num_challenges,
            routed_wires: config.num_routed_wires,
            openings: common.num_constants
                + config.num_routed_wires
                + config.num_wires
                + config.num_challenges * per_challenge,
            next_row_openings: config.num_challenges,
            partial_products: common.num_partial_products,
            max_gate_constraints: common.num_gate_constraints,
            quotient_degree_factor: common.quotient_degree_factor,
            fold_arity_bits: fri.reduction_arity_bits.clone(),
            indices: Indices::Ambiguous,
        })
    }

    /// The same layer, its proofs verified by nobody but programs and the wrap.
    #[must_use]
    pub fn last(self) -> Self {
        Self { indices: Indices::Canonical, ..self }
    }
}
