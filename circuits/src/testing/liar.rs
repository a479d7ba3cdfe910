//! # Lies told by name
//!
//! A negative test of a hint replaces its generator. [`Liar`] does so for any target: it gives
//! targets values that they should not have, lets all other generators follow, and reports what the
//! circuit has to say.

use std::collections::BTreeSet;

use plonky2::field::types::Field;
use plonky2::iop::target::Target;
use plonky2::iop::witness::PartialWitness;

use super::checker::Violation;
use super::engine::{Course, Engine, EngineError};
use super::subject::Subject;
use super::table::Table;
use crate::field::F;

/// A prover with an honest witness and no intention to keep to it.
#[derive(Debug)]
pub struct Liar<'a>(Engine<'a>);

impl<'a> Liar<'a> {
    /// Runs the generators of `subject` on honest inputs.
    ///
    /// # Errors
    ///
    /// If the inputs are not honest.
    pub fn new(subject: &'a Subject, inputs: &PartialWitness<F>) -> Result<Self, EngineError> {
        Engine::new(subject, inputs).map(Self)
    }

    /// Gives the classes of the targets these values in place of the honest ones, forgetting any
    /// earlier lie; lets the generators compute what follows; claims the public inputs that come
    /// out; and judges the table.
    ///
    /// What a target was computed from keeps its honest value, unless it is lied about as well: it
    /// is the generator of the target that is replaced.
    ///
    /// # Errors
    ///
    /// The first violation: the circuit refuses the lie.
    pub fn tell(&mut self, lies: &[(Target, F)]) -> Result<(), Violation> {
        let (width, degree) = (self.0.table().width(), self.0.table().degree());
        let class = |target: &Target| self.0.class(target.index(width, degree));
        let lies: Vec<_> = lies.iter().map(|(target, value)| (class(target), *value)).collect();
        let held = lies.iter().flat_map(|&(class, _)| self.0.basis(class)).collect::<BTreeSet<_>>();
        self.0.lie(&lies, &held, Course::Forward);
        if self.0.verdict().is_err() && self.0.overtook() {
            self.0.lie(&lies, &held, Course::Settling);
        }
        self.0.verdict()
    }

    /// The table of the last lie, or the honest one.
    #[must_use]
    pub fn table(&self) -> &Table {
        self.0.table()
    }

    /// The value of a target in the last lie, or the honest one; zero if nothing sets it.
    #[must_use]
    pub fn value(&self, target: Target) -> F {
        let index = target.index(self.0.table().width(), self.0.table().degree());
        self.0.value(self.0.class(index)).unwrap_or(F::ZERO)
    }
}
