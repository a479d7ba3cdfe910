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
//! | children swapped | `children_swapped` | copies: root, data chain, fees |
//! | a child used twice | `child_used_twice` | copies: root, data chain, fees |
//! | a child left out | `child_left_out` | copies: root, data chain, fees |
//! | a root spliced in between | `root_from_nowhere` | copies: root |
//! | data spliced in between | `data_from_nowhere` | copies: data chain |
//! | another version, domain, batch number | `another_batch` | copies: what all children share |
//! | sums that the child before has not left | `foreign_running_sum` | copies: fees |
//! | the same sums for other lanes | `lanes_changed_half_way` | copies: fees |
//! | fees credited early, or twice; a leaf after the last one | `fees_credited_early` | copies: fees |
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
//! | sums that start with something | `fees_that_start_with_something` | copies: the root's fees |
//! | fees never credited | `fees_never_credited` | copies: the root's fees |
//! | other lanes at the end than at the start | `lanes_changed_at_the_end` | copies: the root's fees |
//! | a batch that starts where another has ended | `a_batch_after_the_last_leaf` | copies: the root's fees |
//! | one element of any relation of the root | `every_connect_above_the_tree_is_needed` (checker) | that copy |
//! | true leaves swapped or twice, on the committed node | `true_leaves_in_the_wrong_company` (checker) | copies: root, data chain, fees, full |
//! | a leaf without its statement's copies, to the committed node and root | `a_leaf_that_lies` | copies: the key's id; plonky2's verifier |
//! | fees spent in a later piece, of which an earlier one has credited them | `fees_spent_in_a_later_piece`, `true_leaves_in_the_wrong_company` (checker) | copies: fees |
//!
//! There are no dummy proofs, so none can claim transfers. Padding before real transfers inside a leaf is refused by the
//! leaf: see [`crate::attacks`].

mod attacks;
mod batches;
mod committed;
mod toys;
