//! Making recorded decisions again.

use super::{Decision, History, Record};

/// Makes the decisions of records again, one after the other, and compares.
#[derive(Debug, Default)]
pub struct Replay {
    history: Option<History>,
    last: Option<(u64, u64)>,
    same: u64,
    skipped: u64,
}

/// A decision that does not follow from its record.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("decision {sequence} of term {term} does not follow from what it was made from")]
pub struct Difference {
    /// The term.
    pub term: u64,
    /// The number of the record.
    pub sequence: u64,
    /// What was recorded.
    pub recorded: Box<Decision>,
    /// What is decided now.
    pub decided: Box<Decision>,
}

impl Replay {
    /// Makes the decision of the next record again. Records before the first copy of the history, and after a gap until
    /// the next, cannot be made again, and are counted as skipped.
    ///
    /// # Errors
    /// When another decision comes out.
    pub fn step(&mut self, record: &Record) -> Result<(), Difference> {
        let follows = self.last == record.sequence.checked_sub(1).map(|last| (record.term, last));
        self.last = Some((record.term, record.sequence));
        match (&record.history, &mut self.history) {
            (Some(copy), _) => self.history = Some(copy.clone()),
            (None, Some(history)) if follows => record.notes.iter().for_each(|note| history.note(note)),
            _ => self.history = None,
        }
        let Some(history) = &mut self.history else {
            self.skipped += 1;
            return Ok(());
        };
        let decided = history.step(&record.snapshot, &record.policy, record.at);
        if decided != record.decision {
            return Err(Difference {
                term: record.term,
                sequence: record.sequence,
                recorded: Box::new(record.decision.clone()),
                decided: Box::new(decided),
            });
        }
        self.same += 1;
        Ok(())
    }

    /// Decisions that came out the same.
    #[must_use]
    pub const fn same(&self) -> u64 {
        self.same
    }

    /// Decisions that could not be made again.
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }
}
