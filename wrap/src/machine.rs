//! # The machine: what a wrap's circuit may do
//!
//! plonky2's verifier is written once, over this trait. Its back ends run it on values, count its rows, or lay it out in the
//! columns of a halo2 circuit. The operations are the gates of decision 0009 and nothing else: what an implementation promises to
//! constrain stands at each of them.
//!
//! Programs run on values, always: a back end knows the value of every cell as soon as it is made, so a hint is plain Rust. The
//! sequence of operations must not depend on the values, because keys are generated with other ones. Hints are total: they give some
//! value, whatever the inputs.

use halo2_proofs::halo2curves::bn256::Fr;

/// A back end.
pub trait Machine {
    /// A scalar of the circuit, and its value.
    type Cell: Copy;

    /// The value of a cell.
    fn value(&self, cell: Self::Cell) -> Fr;

    /// A cell that holds this constant in every proof.
    fn constant(&mut self, value: Fr) -> Self::Cell;

    /// A cell that nothing constrains yet.
    fn witness(&mut self, value: Fr) -> Self::Cell;

    /// $ab + kc + d$.
    fn multiply_add(&mut self, a: Self::Cell, b: Self::Cell, k: Fr, c: Self::Cell, d: Fr) -> Self::Cell;

    /// Demands that two cells are equal.
    fn assert_equal(&mut self, a: Self::Cell, b: Self::Cell);

    /// Demands $0 \le v < 2^{80}$. It costs no row of its own if $v$ is the $c$ of a [`multiply_add`](Self::multiply_add).
    fn assert_80_bits(&mut self, v: Self::Cell);

    /// Demands $0 \le v < 2^{64} - 2^{32} + 1$, and gives $a + kv$.
    fn assert_canonical(&mut self, v: Self::Cell, a: Self::Cell, k: Fr) -> Self::Cell;

    /// The Poseidon2 permutation of $(s_0 + p_0, s_1 + p_1, s_2 + p_2, s_3)$. A state that is the result of the permutation before
    /// costs no rows to carry over.
    fn permute(&mut self, state: [Self::Cell; 4], absorbed: [Self::Cell; 3]) -> [Self::Cell; 4];

    /// Demands that a cell is the public scalar of this index. Every public scalar is demanded once, and those that are not are zero.
    fn assert_public(&mut self, index: usize, v: Self::Cell);

    /// Names what follows, for reports. Constrains nothing.
    fn stage(&mut self, name: &'static str) {
        let _ = name;
    }
}
