//! # Mutants
//!
//! Do the tests have teeth? A constraint that may be deleted without any lie getting through is
//! either redundant, or it guards against a lie that nobody has thought of. So each `connect` of a
//! circuit, and each constraint of a gate, is deleted in turn, and a lie is sought that only the
//! deleted one refuses.

mod connects;
mod constraints;
mod hunt;
mod report;

pub use connects::{Effort, connects};
pub use constraints::{ConstraintReport, Lie, Teeth, broken, constraints};
pub use report::{ConnectReport, Elsewhere, Mutant, Outcome, Trick};
