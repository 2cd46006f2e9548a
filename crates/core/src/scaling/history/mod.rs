//! What is remembered from one decision to the next.

mod arrivals;
mod changes;
mod needs;
mod pulse;

use serde::{Deserialize, Serialize};

pub use changes::{Change, ChangeResult};

use super::{Alert, Decision, Guards, Moment, Reason, Snapshot};
use crate::job::Kind;
use arrivals::Arrivals;
use changes::Changes;
use needs::Needs;
use pulse::Pulse;

/// A clock that is this much behind, in milliseconds, is another: that of a replica that was promoted.
const CLOCK_STEP: u64 = 60_000;

/// What is remembered from one decision to the next. Bounded, and written as text and read again without loss, so that
/// a standby that takes over goes on where the one before it ended.
///
/// The order at each look is [`observe`](Self::observe), [`decide`](super::decide()),
/// [`note_decision`](Self::note_decision); [`Recorder`](super::Recorder) keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct History {
    last: Option<Mark>,
    arrivals: Arrivals,
    pulse: Pulse,
    changes: Changes,
    needs: Needs,
    /// Looks in a row that called for more workers.
    hot: u32,
    /// The last look that was counted among them.
    counted: Option<u64>,
    /// Since when the amount of work is not known.
    blind_since: Option<Moment>,
    /// Since when workers are needed that were asked for and are not there.
    arriving_since: Option<Moment>,
}

/// The last look that was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    taken: Moment,
    sequence: u64,
}

impl Mark {
    fn is_newer(self, last: Self) -> bool {
        self.taken > last.taken && self.sequence > last.sequence
    }

    fn is_of_another_clock(self, last: Self) -> bool {
        self.sequence > last.sequence && last.taken.since(self.taken) > CLOCK_STEP
    }
}

impl History {
    /// The same with the memory of changes rebuilt from what was written down of them, oldest first: for a successor that
    /// cannot read the history itself. Budget, gaps, failures and the time that changes take follow from them. That a
    /// person has seen to the failures does not: they have to say so again.
    #[must_use]
    pub fn with_changes(self, made: impl IntoIterator<Item = Change>) -> Self {
        Self {
            changes: made.into_iter().collect(),
            ..self
        }
    }

    /// The same for a successor, whose counters begin anew.
    #[must_use]
    pub fn handed_over(mut self) -> Self {
        self.pulse.count_anew();
        self
    }

    /// Takes a look in. One that is not newer than the last in both its clock and its number is the same look again,
    /// and is ignored (S9). After a clock that went far back nothing remembered of the work fits what is seen, and all
    /// of it is forgotten; changes are kept, and hold others up for longer than they should.
    pub fn observe(&mut self, snapshot: &Snapshot) {
        let mark = Mark {
            taken: snapshot.taken,
            sequence: snapshot.sequence,
        };
        if self.last.is_some_and(|last| mark.is_of_another_clock(last)) {
            self.last = None;
            self.arrivals = Arrivals::default();
            self.pulse = Pulse::default();
            self.needs = Needs::default();
        }
        if self.last.is_none_or(|last| mark.is_newer(last)) {
            self.last = Some(mark);
            self.arrivals.observe(snapshot.taken, &snapshot.kinds);
            self.pulse.observe(snapshot);
        }
    }

    /// Takes in what was decided, whether or not anyone acts on it.
    pub fn note_decision(&mut self, decision: &Decision, now: Moment) {
        let is_blind = decision
            .alerts
            .iter()
            .any(|alert| matches!(alert, Alert::Blind { .. }));
        self.blind_since = is_blind.then(|| self.blind_since.unwrap_or(now));
        let is_arriving = matches!(decision.reason, Reason::Arriving { .. });
        self.arriving_since = is_arriving.then(|| self.arriving_since.unwrap_or(now));
        match &decision.estimates {
            Some(estimates) if estimates.is_hot && self.counted == self.last_sequence() => {}
            Some(estimates) if estimates.is_hot => self.hot = self.hot.saturating_add(1),
            _ => self.hot = 0,
        }
        self.counted = self.last_sequence();
        if let (false, Some(estimates)) = (is_blind, &decision.estimates) {
            self.needs.note(now, estimates.need);
        }
    }

    /// Takes in that a change was asked for.
    pub fn note_change(&mut self, change: Change) {
        self.changes.begin(change);
    }

    /// Takes in what became of a change. One that is not known, or has ended, is ignored.
    pub fn note_result(&mut self, id: &str, at: Moment, result: ChangeResult) {
        self.changes.end(id, at, result);
    }

    /// A person has seen to the failures: they no longer hold anything up.
    pub fn forgive(&mut self) {
        self.changes.forgive();
    }

    /// The number of the last look that was new. A successor's looks go on from it.
    #[must_use]
    pub fn last_sequence(&self) -> Option<u64> {
        self.last.map(|last| last.sequence)
    }

    /// The change that runs, if one does.
    #[must_use]
    pub fn running(&self, now: Moment) -> Option<&Change> {
        self.changes.running(now)
    }

    /// How long a change is expected to take, in milliseconds.
    #[must_use]
    pub fn expected_change_ms(&self, guards: &Guards) -> u64 {
        self.changes.expected_ms(guards)
    }

    /// When the last look that was new was taken.
    pub(super) fn last_taken(&self) -> Option<Moment> {
        self.last.map(|last| last.taken)
    }

    pub(super) fn rate(&self, kind: Kind, window: u64) -> Option<f64> {
        self.arrivals.rate(kind, window)
    }

    pub(super) fn still_ms(&self, kind: Kind, now: Moment) -> u64 {
        self.pulse.still_ms(kind, now)
    }

    pub(super) const fn hot(&self) -> u32 {
        self.hot
    }

    /// For how long the amount of work is not known, in milliseconds.
    pub(super) fn blind_ms(&self, now: Moment) -> u64 {
        self.blind_since.map_or(0, |since| now.since(since))
    }

    /// For how long workers have been needed that were asked for, in milliseconds.
    pub(super) fn arriving_ms(&self, now: Moment) -> u64 {
        self.arriving_since.map_or(0, |since| now.since(since))
    }

    pub(super) fn greatest_need(&self, now: Moment, window: u64) -> Option<u32> {
        self.needs.greatest(now, window)
    }

    pub(super) fn last_change(&self) -> Option<Moment> {
        self.changes.last()
    }

    pub(super) fn changes_lately(&self, now: Moment) -> (u32, u32) {
        self.changes.count(now)
    }

    pub(super) const fn failures(&self) -> u32 {
        self.changes.failures()
    }

    pub(super) fn failed(&self) -> Option<Moment> {
        self.changes.failed()
    }
}
