//! Whether the counters live.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::job::Kind;
use crate::scaling::{KindSample, Moment, Snapshot};

/// Jobs that a stream may have counted before the outbox does, at most. A job is appended first and noted as published
/// after, so a look in between sees the two disagree; what is tried again is appended anew and published once.
const AHEAD: u64 = 100;

/// What each stream's counter and the outbox said at the last look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Pulse(BTreeMap<Kind, Beat>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Beat {
    added: u64,
    published: u64,
    /// By how much the stream is ahead of the outbox, up to [`AHEAD`].
    #[serde(default)]
    ahead: u64,
    /// Since when the outbox has published jobs that the stream does not count.
    still_since: Option<Moment>,
}

impl Beat {
    /// Nothing is known of what was before: what is there may not be noted yet.
    fn first(sample: &KindSample, published: u64) -> Self {
        let there = sample.unread.at_least().saturating_add(sample.pending);
        Self {
            added: sample.added,
            published,
            ahead: there.min(AHEAD),
            still_since: None,
        }
    }

    fn next(self, sample: &KindSample, published: u64, taken: Moment) -> Self {
        let Some((came, noted)) = sample
            .added
            .checked_sub(self.added)
            .zip(published.checked_sub(self.published))
        else {
            // One of the counters began anew.
            return Self::first(sample, published);
        };
        let counted = self.ahead.saturating_add(came);
        let still_since = match (came, noted > counted) {
            (1.., _) => None,
            (0, true) => self.still_since.or(Some(taken)),
            (0, false) => self.still_since,
        };
        Self {
            added: sample.added,
            published,
            ahead: counted.saturating_sub(noted).min(AHEAD),
            still_since,
        }
    }
}

impl Pulse {
    pub(super) fn observe(&mut self, snapshot: &Snapshot) {
        let Some(outbox) = &snapshot.outbox else { return };
        for (kind, sample) in &snapshot.kinds {
            let published = outbox.published.get(kind).copied().unwrap_or(0);
            let next = match self.0.get(kind) {
                Some(beat) => beat.next(sample, published, snapshot.taken),
                None => Beat::first(sample, published),
            };
            self.0.insert(*kind, next);
        }
    }

    /// For how long a counter has stood still while jobs were published, in milliseconds.
    pub(super) fn still_ms(&self, kind: Kind, now: Moment) -> u64 {
        let beat = self.0.get(&kind);
        let since = beat.and_then(|beat| beat.still_since);
        since.map_or(0, |since| now.since(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::Outbox;

    /// For how long the quotes stand still after looks of one second each, given what each counter says.
    fn still_ms(looks: &[(u64, u64)]) -> u64 {
        let mut pulse = Pulse::default();
        let mut taken = Moment(0);
        for (added, published) in looks {
            taken = taken.plus(1_000);
            let sample = KindSample {
                added: *added,
                ..KindSample::default()
            };
            pulse.observe(&Snapshot {
                taken,
                kinds: BTreeMap::from([(Kind::Quote, sample)]),
                outbox: Some(Outbox {
                    published: BTreeMap::from([(Kind::Quote, *published)]),
                    ..Outbox::default()
                }),
                ..Snapshot::default()
            });
        }
        pulse.still_ms(Kind::Quote, taken)
    }

    /// S9: jobs are appended before they are noted, so the last job of the day is noted after the last move of the stream.
    #[test]
    fn a_job_that_is_noted_after_it_was_counted_is_no_silence() {
        assert_eq!(still_ms(&[(0, 0), (1, 0), (1, 1), (1, 1), (1, 1)]), 0);
        assert_eq!(still_ms(&[(0, 0), (3, 1), (5, 3), (5, 5), (5, 5)]), 0);
    }

    /// S9: what was published after that, and is not counted, is.
    #[test]
    fn jobs_that_are_published_and_never_counted_are_a_silence() {
        assert_eq!(still_ms(&[(0, 0), (1, 0), (1, 1), (1, 2), (1, 2), (1, 2)]), 2_000);
        assert_eq!(
            still_ms(&[(0, 0), (0, 1), (0, 1), (1, 2), (1, 2)]),
            0,
            "it moves again"
        );
    }

    #[test]
    fn a_counter_that_began_anew_is_compared_anew() {
        assert_eq!(still_ms(&[(9, 7), (9, 0), (9, 0)]), 0);
        assert_eq!(still_ms(&[(9, 7), (9, 8), (0, 8), (0, 8)]), 0);
    }
}
