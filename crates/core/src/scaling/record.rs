//! What is kept of every decision.

use serde::{Deserialize, Serialize};

use super::{Change, ChangeResult, Decision, History, Mode, Moment, Policy, Snapshot, decide};

/// Decisions from one copy of the history to the next.
const CHECKPOINT_EVERY: u64 = 100;

/// One decision with everything that it was made from, so that it can be made again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The number of the decision, from 1 in each term, without gaps.
    pub sequence: u64,
    /// When it was made.
    pub at: Moment,
    /// The fencing term of the leader that made it.
    pub term: u64,
    /// How far that leader went with what it decided.
    pub mode: Mode,
    /// The history before this record: at the first of a term and at every hundredth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
    /// What the history was told after the record before, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// What was seen.
    pub snapshot: Snapshot,
    /// What operations asked for.
    pub policy: Policy,
    /// What was decided.
    pub decision: Decision,
    /// What came of it, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// What a history is told beside looks and decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Note {
    /// A change was asked for.
    Change(Change),
    /// A change has ended.
    Result {
        /// Which.
        id: String,
        /// When.
        at: Moment,
        /// How.
        result: ChangeResult,
    },
    /// A person has seen to the failures.
    Forgiven,
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// What was done.
    pub action: Action,
    /// What the app then costs a month, in cents of US dollars, if the platform said so.
    #[serde(default)]
    pub monthly_cents: Option<u64>,
}

/// What was done about a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Action {
    /// Nothing: the decision was to change nothing, or the mode is to observe.
    Nothing,
    /// The change awaits a person's confirmation.
    Proposed {
        /// The proposal.
        proposal: String,
    },
    /// The change was asked for.
    Changed {
        /// [`Change::id`].
        change: String,
    },
    /// The change was given up before anything was asked for.
    Refused {
        /// Why, in words without personal data.
        why: String,
    },
}

/// Makes decisions, and the record of each.
#[derive(Debug, Clone)]
pub struct Recorder {
    history: History,
    notes: Vec<Note>,
    sequence: u64,
    term: u64,
}

impl Recorder {
    /// Begins a term, with the history that the one before has left, if any.
    #[must_use]
    pub fn new(term: u64, history: History) -> Self {
        Self {
            history: history.handed_over(),
            notes: Vec::new(),
            sequence: 0,
            term,
        }
    }

    /// The history so far.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// Tells the history something; it will be in the next record.
    pub fn note(&mut self, note: Note) {
        self.history.note(&note);
        self.notes.push(note);
    }

    /// Decides.
    pub fn decide(&mut self, snapshot: Snapshot, policy: &Policy, mode: Mode, now: Moment) -> Record {
        let notes = std::mem::take(&mut self.notes);
        let is_checkpoint = self.sequence.is_multiple_of(CHECKPOINT_EVERY);
        // What was noted since the last record is in it already: a copy is one of the history with its notes taken in.
        let (history, notes) = if is_checkpoint {
            (Some(self.history.clone()), Vec::new())
        } else {
            (None, notes)
        };
        self.sequence += 1;
        let snapshot = snapshot.normalised();
        let decision = self.history.step(&snapshot, policy, now);
        Record {
            sequence: self.sequence,
            at: now,
            term: self.term,
            mode,
            history,
            notes,
            snapshot,
            policy: *policy,
            decision,
            outcome: None,
        }
    }
}

impl History {
    /// Takes in a note.
    pub fn note(&mut self, note: &Note) {
        match note {
            Note::Change(change) => self.note_change(change.clone()),
            Note::Result { id, at, result } => self.note_result(id, *at, *result),
            Note::Forgiven => self.forgive(),
        }
    }

    /// Takes a look in, decides, and takes that in.
    pub fn step(&mut self, snapshot: &Snapshot, policy: &Policy, now: Moment) -> Decision {
        self.observe(snapshot);
        let decision = decide(snapshot, policy, self, now);
        self.note_decision(&decision, now);
        decision
    }
}
