//! # Named attacks
//!
//! Each attack is a finished table of wires, as a malicious prover would make it: by forged inputs, by lying hints, by
//! cells written at will. It is judged three times, by the constraint checker and by full proofs
//! ([`stage::Stage::dies_only_by`]): the circuit refuses it; the constraints and copies that refuse it are *exactly*
//! those of the table below; and a copy of the circuit that lacks these, and nothing else, accepts it. So each attack
//! is known to work but for the law that it is named for, and each law is known to be needed. Where the table says
//! *checker*, the full proofs are left out to save time.
//!
//! ## Keys, ladder and challenge ([`keys`], [`ladder`])
//!
//! | attack | test | refused by |
//! |---|---|---|
//! | a key off the curve, of order two: anyone signs for anyone | `off_curve_key_of_order_two` | key row: curve equation, and tangent |
//! | the same, of order four: the challenge has half its bits | `off_curve_key_of_order_four` | key row: curve equation (shown with a challenge cut to 12 bits) |
//! | the same, of order three | `off_curve_key_of_order_three` | key row: curve equation, and chord (checker) |
//! | the neutral key, as $(0, 0)$ | `neutral_key` | key row: curve equation, and tangent |
//! | the key of order two | `key_of_order_two` | key row: tangent |
//! | a key with a part of order two | `key_with_a_part_of_order_two_is_its_owner_s_own` | not refused: reviewed, its owner's own affair |
//! | the opposite key | `opposite_key_is_the_same_owner` | not refused: reviewed, the same owner |
//! | a free slope, with the logarithms of key and start known | `free_slope` | copy: the start is $H$ |
//! | a second encoding of the challenge, $x + p$ | `second_encoding_of_the_challenge` | key row: no top nibble is 15 |
//! | a response above the order | `a_response_above_the_order_is_the_same_signature` | not refused: reviewed, names nothing |
//! | any digit flipped | `no_digit_may_change` | key row: challenge split (checker) |
//!
//! ## Transfers ([`transfer`])
//!
//! | attack | test | refused by |
//! |---|---|---|
//! | read as another operation | `a_transfer_read_as_another_operation` | value row: first message word |
//! | another receiver | `another_receiver` | value row: second message word |
//! | sender and receiver swapped | `sender_and_receiver_swapped` | value row: both message words |
//! | another amount than signed | `another_amount` | copy: the amount in the message |
//! | nonce replayed | `nonce_replayed` | copy: the nonce in the message |
//! | nonce kept | `nonce_kept` | key row: the next nonce |
//! | nonce exhausted; $2^{32}$ in sixteen digits | `nonce_exhausted` | key row: the nonce's digits; the top digit's range |
//! | wrong domain | `wrong_domain` | copy: the separator as capacity |
//! | expired; $-1 + p$ in sixteen digits | `expired` | key row: expiry − batch; the top digit's range |
//! | overdraft by one; $-1 + p$ in 31 digits | `overdraft_by_one` | value row: the new balance; the top digit's range |
//! | a negative amount; $-500 + p$ in 31 digits | `negative_amount` | value row: the amount; the top digit's range |
//! | a fee other than its code | `fee_other_than_its_code` | value row: the fee |
//! | self-transfer of everything | `self_transfer_of_everything` | not refused: valid |
//! | the same, credited twice | `self_transfer_credited_twice` | copy: the receiver is read after the debit |
//! | token mismatch | `token_mismatch` | copy: the receiver's token is the sender's |
//! | another's slot | `another_s_slot` | copy: the owner's key in the leaves |
//!
//! ## State ([`state`])
//!
//! | attack | test | refused by |
//! |---|---|---|
//! | empty leaf as sender, as receiver | `empty_leaf_as_sender`, `empty_leaf_as_receiver` | copy: the leaf in its path |
//! | node as leaf | `node_as_leaf` | copy: tag and length in the leaf's capacity |
//! | another leaf changes | `another_leaf_changes` | copy: the siblings before and after |
//! | one index, another path: a path bit of two | `path_bit_two` | Poseidon row: the swap wire is a bit |
//!
//! ## Padding, count, data ([`padding`])
//!
//! | attack | test | refused by |
//! |---|---|---|
//! | another version | `another_version` | copy: the version is 1 |
//! | a batch of padding alone | `empty_batch` | copy: the first place is real |
//! | padding in the middle, in a block and between two | `padding_in_the_middle`, `padding_before_a_block` (checker) | block row: reals first |
//! | padding counted as real | `padding_counted_as_real` | block row: the old root |
//! | a transfer counted as padding | `transfer_counted_as_padding` | block row: the old root |
//! | a transfer that publishes nothing | `transfer_that_publishes_nothing` | copy: the real bit in the value row |
//! | count off by one | `count_off_by_one` | block row: the count |
//! | a root from nowhere | `root_from_nowhere` | block row: the root out |
//! | data from nowhere | `data_from_nowhere` (checker) | block row: the data chain |
//!
//! ## Fees ([`fees`])
//!
//! | attack | test | refused by |
//! |---|---|---|
//! | fee in a lane of another token | `fee_in_a_lane_of_another_token` | block row: lane and transfer have one token |
//! | fee in two lanes of its token | `fee_in_two_lanes` | block row: one lane; a placed fee is placed once; copy: lanes differ in token |
//! | fee vanishes | `fee_vanishes` (checker) | block row: a fee that is placed nowhere is zero |
//! | unused lane with a sum | `unused_lane_with_a_sum` (checker) | copy: an unused lane keeps nothing |
//! | lane into another slot than published | `lane_into_another_slot` (checker) | copies: the fees in and out |
//! | fees credited, and handed on to be credited again | `fees_credited_and_handed_on` | copy: the fees out |
//! | fees closed, and credited to nobody | `fees_closed_and_never_credited` | copy: the fees out |
//! | sums that do not run on | `sums_that_do_not_run_on` (checker) | copy: the fees out |
//! | a leaf that is twice the last | `last_is_no_bit` | copy: the bit; the fees out |
//! | sums that nobody has paid | `foreign_running_sum` | copy: the fees in |
//! | a closed digest opened | `closed_digest_opened` | copy: the fees in |
//! | lanes changed half-way | `lanes_changed_half_way` | copy: the fees in |
//! | two lanes of one token: many roots for one batch | `two_lanes_of_one_token` | copy: lanes differ in token |
//!
//! [`schnorr`] computes what forgers compute; [`scene`] has the circuits that are attacked; [`laws`] names the
//! constraints.

mod fees;
mod keys;
mod ladder;
pub(crate) mod laws;
mod padding;
pub(crate) mod scene;
mod schnorr;
pub(crate) mod stage;
mod state;
mod transfer;
