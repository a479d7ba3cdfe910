//! The outcome of taking away connects, and how it is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::super::subject::Subject;
use crate::builder::Connect;
use crate::field::F;

/// A lie that was told to a circuit with a connect missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trick {
    /// One side of the missing connect was given this value.
    Side {
        /// The value.
        value: F,
    },
    /// Something that a side is computed from, or used with, was given this value.
    Source {
        /// The value.
        value: F,
    },
    /// The same, and a side was given the value that then solves a constraint.
    Solved,
    /// All that one side is computed from was taken from another honest witness.
    Borrowed {
        /// Which one, counted from 0.
        witness: usize,
    },
}

impl fmt::Display for Trick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Side { value } => write!(f, "a side set to {value}"),
            Self::Source { value } => write!(f, "a source set to {value}"),
            Self::Solved => f.write_str("a side solved for"),
            Self::Borrowed { witness } => write!(f, "sources of witness {witness}"),
        }
    }
}

/// A comparison that refuses a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Elsewhere {
    /// A connect of ours, by its place among them.
    Connect(usize),
    /// The gate of a row.
    Row(usize),
}

/// What became of a circuit with one connect missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This lie satisfies it, and the whole circuit refuses it for that connect alone.
    Caught(Trick),
    /// This lie satisfies all that is near it; only comparisons elsewhere refuse it.
    Deferred {
        /// The lie.
        trick: Trick,
        /// The first of the comparisons.
        to: Elsewhere,
    },
    /// The circuit is the same: other connects make the two targets equal.
    Redundant,
    /// The circuit is the same: one side of the connect has no cell in the table.
    Hollow,
    /// No lie was found.
    Survived,
}

/// A connect that was taken away, and what became of the circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Where it was made, with indices.
    pub place: String,
    /// Where it was made, without indices.
    pub group: String,
    /// The connect.
    pub connect: Connect,
    /// What became of the circuit.
    pub outcome: Outcome,
}

/// All mutants of a circuit, in the order of its connects. Prints as Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectReport {
    mutants: Vec<Mutant>,
    /// The names of the comparisons that mutants are deferred to.
    comparisons: BTreeMap<Elsewhere, String>,
}

impl ConnectReport {
    pub(super) fn new(subject: &Subject, mutants: Vec<Mutant>) -> Self {
        let name = |to| match to {
            Elsewhere::Connect(i) => {
                let record = subject.record();
                record.group(&record.connects()[i]).to_string()
            }
            Elsewhere::Row(row) => {
                let gate = subject.checker().gate(row).0.id();
                let place = subject.record().group_of_row(row);
                let kind = gate.split(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
                place.map_or(kind.to_owned(), |place| format!("{kind} of {place}"))
            }
        };
        let deferred = mutants.iter().filter_map(|mutant| match mutant.outcome {
            Outcome::Deferred { to, .. } => Some((to, name(to))),
            _ => None,
        });
        Self { comparisons: deferred.collect(), mutants }
    }

    /// The mutants, in the order of the connects.
    #[must_use]
    pub fn mutants(&self) -> &[Mutant] {
        &self.mutants
    }

    /// The mutants for which no lie was found: each needs a better lie, or an explanation.
    pub fn survivors(&self) -> impl Iterator<Item = &Mutant> {
        self.mutants.iter().filter(|mutant| mutant.outcome == Outcome::Survived)
    }

    /// How many mutants were caught.
    #[must_use]
    pub fn caught(&self) -> usize {
        self.mutants.iter().filter(|m| matches!(m.outcome, Outcome::Caught(_))).count()
    }

    /// How many mutants are deferred to a comparison.
    #[must_use]
    pub fn deferred(&self) -> usize {
        self.mutants.iter().filter(|m| matches!(m.outcome, Outcome::Deferred { .. })).count()
    }

    /// The share of mutants caught or deferred among those that changed the circuit, from 0 to 1;
    /// 1 if none did.
    #[must_use]
    pub fn share(&self) -> f64 {
        let (bitten, survived) = (self.caught() + self.deferred(), self.survivors().count());
        if survived == 0 { 1.0 } else { bitten as f64 / (bitten + survived) as f64 }
    }
}

impl fmt::Display for ConnectReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| place | connects | caught | deferred | redundant | hollow | survived | a lie | deferred to |")?;
        writeln!(f, "|-------|---------:|-------:|---------:|----------:|-------:|---------:|-------|-------------|")?;
        let mut groups = BTreeMap::<&str, Vec<&Mutant>>::new();
        for mutant in &self.mutants {
            groups.entry(&mutant.group).or_default().push(mutant);
        }
        for (group, mutants) in groups {
            let count = |of: fn(&Outcome) -> bool| mutants.iter().filter(|m| of(&m.outcome)).count();
            let lie = mutants.iter().find_map(|mutant| match mutant.outcome {
                Outcome::Caught(trick) | Outcome::Deferred { trick, .. } => Some(trick.to_string()),
                _ => None,
            });
            let comparisons: BTreeSet<&str> = (mutants.iter())
                .filter_map(|mutant| match mutant.outcome {
                    Outcome::Deferred { to, .. } => Some(self.comparisons[&to].as_str()),
                    _ => None,
                })
                .collect();
            writeln!(
                f,
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                if group.is_empty() { "(no scope)" } else { group },
                mutants.len(),
                count(|o| matches!(o, Outcome::Caught(_))),
                count(|o| matches!(o, Outcome::Deferred { .. })),
                count(|o| *o == Outcome::Redundant),
                count(|o| *o == Outcome::Hollow),
                count(|o| *o == Outcome::Survived),
                lie.unwrap_or_default(),
                comparisons.into_iter().collect::<Vec<_>>().join(", "),
            )?;
        }
        for Mutant { place, connect, .. } in self.survivors() {
            writeln!(f, "\nsurvived: {place}: {:?} = {:?}", connect.left, connect.right)?;
        }
        Ok(())
    }
}
