//! # Connects, one missing at a time
//!
//! Taking away a `connect` may cut its copy class in two. Then a lie is sought in which the two
//! sides hold different values and *everything else holds*: every gate, and every other copy. If one
//! is found, the mutant is caught: the weakened circuit accepts the table and the whole circuit
//! refuses it, by that copy alone.
//!
//! The lies, in the order in which they are tried:
//!
//! 1. a side is given a wrong value: the honest one ±1, 0, 1, −1, that of a neighbour, that of
//!    another honest witness;
//! 2. a value that a side is computed from, or that shares a row with it, be it an input or a
//!    hint, is changed in the same ways;
//! 3. the same, and the constraint that then breaks is solved for the value of a side;
//! 4. all that one side is computed from is taken from another honest witness.
//!
//! Each time the generators compute what follows. The other honest witnesses are the caller's to
//! give; they are what lets a lie pass range checks, curve equations and hashes.
//!
//! ## Deferred
//!
//! Where hashes are compared, no lie can be *found*: a wrong sibling in a path gives a wrong root,
//! and a liar would have to find another path to it. Such a connect is needed all the same, because
//! without it the root is not determined by the path. So the same lies are tried with objections
//! from *elsewhere* set aside: those of comparisons, the connects that carry no value anywhere but
//! compare two values that are given or generated; and those of gates in rows that hold none of the
//! values lied about, which compare likewise. If a lie passes so, the mutant is
//! [`Outcome::Deferred`], and the report says where the objections come from. That is weaker than
//! being caught. It is what a test of the gadget by itself would show, with its outputs left open:
//! without the connect they are not what its inputs say.

use plonky2::iop::witness::PartialWitness;

use super::super::engine::{Engine, EngineError, Objection, Sides};
use super::super::subject::Subject;
use super::super::table::Table;
use super::hunt::Hunt;
use super::report::{ConnectReport, Elsewhere, Mutant, Outcome};
use crate::field::F;

/// How hard to look for a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many of the values that a side is computed from are tried, nearest first: so many of
    /// those that are given, and so many of all.
    pub sources: usize,
    /// How many of them are tried if the mutant is known to be deferred at least.
    pub deferred_sources: usize,
    /// Every how many connects one is tried: 1 for all, more for a sample that fits a budget.
    pub stride: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { sources: 32, deferred_sources: 2, stride: 1 }
    }
}

/// Takes away each connect of `subject` in turn and looks for a lie that gets through.
///
/// `inputs` are honest; `others` are further honest inputs of the same circuit, as different from
/// the first as can be, to borrow values from.
///
/// # Errors
///
/// If any of the inputs is not honest.
pub fn connects(
    subject: &Subject,
    inputs: &PartialWitness<F>,
    others: &[PartialWitness<F>],
    effort: Effort,
) -> Result<ConnectReport, EngineError> {
    let others = others
        .iter()
        .map(|inputs| Ok(Engine::new(subject, inputs)?.table().clone()))
        .collect::<Result<Vec<_>, EngineError>>()?;
    let mut search = Search {
        whole: Engine::new(subject, inputs)?,
        open: Engine::without_comparisons(subject, inputs)?,
        others,
        effort,
    };
    let record = subject.record();
    let mutants = (record.connects().iter().enumerate().step_by(effort.stride.max(1)))
        .map(|(i, connect)| Mutant {
            place: record.place(connect).to_string(),
            group: record.group(connect).to_string(),
            connect: *connect,
            outcome: search.outcome(i),
        })
        .collect();
    Ok(ConnectReport::new(subject, mutants))
}

struct Search<'a> {
    whole: Engine<'a>,
    /// The circuit without its comparisons.
    open: Engine<'a>,
    others: Vec<Table>,
    effort: Effort,
}

impl Search<'_> {
    fn outcome(&mut self, i: usize) -> Outcome {
        let Sides::Apart(left, right) = self.whole.cut(i) else {
            return Outcome::Redundant;
        };
        let outcome = if [left, right].iter().any(|&side| self.whole.cells(side).next().is_none()) {
            Outcome::Hollow
        } else {
            self.hunt(i, left, right)
        };
        self.whole.mend();
        outcome
    }

    /// Looks for a lie that tells the two sides apart: a cheap one, then one that is refused
    /// elsewhere, then a better one.
    fn hunt(&mut self, i: usize, left: usize, right: usize) -> Outcome {
        let mut whole = Hunt::new(&mut self.whole, &self.others, left, right);
        if let Some(trick) = whole.sides() {
            return Outcome::Caught(trick);
        }
        let deferred = self.deferred(i);
        let most = match deferred {
            Outcome::Caught(_) => return deferred,
            Outcome::Deferred { .. } => self.effort.deferred_sources,
            _ => self.effort.sources,
        };
        let mut whole = Hunt::new(&mut self.whole, &self.others, left, right);
        whole.search(most).map_or(deferred, Outcome::Caught)
    }

    /// Looks for a lie that nothing objects to but what is elsewhere.
    fn deferred(&mut self, i: usize) -> Outcome {
        let Sides::Apart(left, right) = self.open.cut(i) else {
            unreachable!("sides that are apart do not join when more connects are taken away");
        };
        let mut open = Hunt::new(&mut self.open, &self.others, left, right).deferring(i);
        let trick = open.sides().or_else(|| open.search(self.effort.sources));
        let outcome = match (trick, open.objections().first()) {
            (None, _) => Outcome::Survived,
            (Some(trick), None) => Outcome::Caught(trick),
            (Some(trick), Some(&Objection::Connect(i))) => Outcome::Deferred { trick, to: Elsewhere::Connect(i) },
            (Some(trick), Some(&Objection::Row(row))) => Outcome::Deferred { trick, to: Elsewhere::Row(row) },
        };
        self.open.mend();
        outcome
    }
}
