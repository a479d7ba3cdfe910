//! # The tree
//!
//! [`batches`]: batches of every kind of length end in one key. [`committed`]: some attacks on the very keys that are committed. [`attacks`]: what a prover who joins proofs would like to
//! do, each as a finished table, judged as in [`crate::attacks`]: the circuit refuses it, for exactly the reasons named, and
//! a copy that lacks these and nothing else accepts it, by constraint checker and by full proofs.
//!
//! The attacks need children that state what the attacker likes. So the circuits attacked are nodes over *toys*: leaves
//! that prove any statement whatever, with one query, which makes the node that verifies three of them small. Everything
//! in the node but plonky2's verifier is written by the code of the real one.
//!
//! | attack | test | refused by |
//! |---|---|---|
//! | children swapped | `children_swapped` | copies: root, data chain |
//! | a child used twice | `child_used_twice` | copies: root, data chain |
//! | a child left out | `child_left_out` | copies: root, data chain |
//! | a root spliced in between | `root_from_nowhere` | copies: root |
//! | data spliced in between | `data_from_nowhere` | copies: data chain |
//! | another version, domain, batch number, fees | `another_batch` | copies: what all children share |
//! | a child that is not full before another, and one that is too full | `child_not_full` | copy: the count is the capacity |
//! | a count that is not the sum | `count_off_by_one` | arithmetic row |
//! | one element of any relation between neighbours | `every_connect_between_neighbours_is_needed` (checker) | that copy |
//! | a child of another circuit of one shape | `child_of_another_circuit` | copies: the key's id |
//! | a lower node where a full one is due | `lower_node_in_a_full_place` | copies: the key's id |
//! | no key, or a mixture of two | `gadgets::choice::tests::nothing_else_can_be_chosen` | copy: one bit is set; bits are bits |
//! | a key whose digest is right and whose cap is not | `another_cap` | copies: the key's id |
//! | a statement that is not the proof's | `statement_of_no_proof` | plonky2's verifier |
//! | a proof of another profile | `child_of_another_profile` | its shape, before a wire is set |
//! | a batch from the middle of a data chain | `data_that_starts_elsewhere` | copies: the start |
//! | true leaves swapped or twice, on the committed node | `true_leaves_in_the_wrong_company` (checker) | copies: root, data chain, full |
//! | a leaf without its statement's copies, to the committed node and root | `a_leaf_that_lies` | copies: the key's id; plonky2's verifier |
//! | fees spent in a later piece than the one that credits them | `fees_spent_in_a_later_piece` | not refused: reviewed, signed and without new value |
//!
//! There are no dummy proofs, so none can claim transfers. Padding before real transfers inside a leaf is refused by the
//! leaf: see [`crate::attacks`].

mod attacks;
mod batches;
mod committed;
mod toys;
