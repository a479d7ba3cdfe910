//! # Gates: the rows that Furl adds to plonky2
//!
//! | gate | rows | rules | degree | constraints |
//! |---|---|---|---|---|
//! | [`Ladder`] | 22 a signature | T1: $V = 2^{132}H + sG + eP$ | 4 | 102 |
//! | [`Key`] | 1 a transfer | T1: the key and the challenge; T2 nonce; T6 expiry | 4 | 111 |
//! | [`Value`] | 1 a transfer | T3 solvency; T7 ranges; message and data words | 4 | 77 |
//! | [`Block`] | 1 for four transfers | T9 roots and padding; T10 fees; data chain; count | 3 | 77 |
//!
//! Each file holds one [`Formula`], with the table of its row; [`gate`] turns a formula into a plonky2 gate, [`algebra`] says what a formula may do.

pub mod algebra;
pub mod block;
mod digits;
pub mod gate;
pub mod key;
pub mod ladder;
pub mod value;

pub use block::Block;
pub use gate::{Custom, Formula, Intent};
pub use key::Key;
pub use ladder::Ladder;
pub use value::Value;
