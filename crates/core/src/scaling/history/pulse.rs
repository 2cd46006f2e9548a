//! Whether the counters live.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::job::Kind;
use crate::scaling::{Moment, Snapshot};

/// How long after a job was appended to its stream the outbox may learn of it, in milliseconds. A job of which it has not
/// heard for two seconds is appended once more, which moves the stream's counter too.
const NOTED_WITHIN: u64 = 5_000;

/// What each stream's counter said when it last moved, and what the outbox said then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Pulse(BTreeMap<Kind, Beat>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Beat {
    added: u64,
    published: u64,
    /// Since when the outbox has published jobs that the stream does not count.
    still_since: Option<Moment>,
    /// When the stream's counter was first seen as it is.
    #[serde(default)]
    moved: Moment,
    /// Whether the next count of the outbox is one to begin from.
    #[serde(default)]
    is_new: bool,
}

impl Beat {
    const fn new(added: u64, published: u64, moved: Moment) -> Self {
        Self {
            added,
            published,
            still_since: None,
            moved,
            is_new: true,
        }
    }

    /// Takes in what the outbox says while the stream's counter is as before.
    fn outbox(&mut self, published: u64, unfinished: u64, taken: Moment) {
        if unfinished == 0 {
            // Whatever was published has ended, so the stream hides nothing.
            self.still_since = None;
            self.published = published;
        } else if self.is_new || published < self.published || taken.since(self.moved) <= NOTED_WITHIN {
            // The outbox learns of jobs later than the stream counts them, and counts anew in another process.
            self.published = published;
        } else if published > self.published {
            self.still_since = self.still_since.or(Some(taken));
        }
        self.is_new = false;
    }
}

impl Pulse {
    pub(super) fn observe(&mut self, snapshot: &Snapshot) {
        let Some(outbox) = &snapshot.outbox else { return };
        let of = |counts: &BTreeMap<Kind, u64>, kind| counts.get(kind).copied().unwrap_or(0);
        for (kind, sample) in &snapshot.kinds {
            let published = of(&outbox.published, kind);
            match self.0.get_mut(kind) {
                Some(beat) if beat.added == sample.added => {
                    beat.outbox(published, of(&outbox.unfinished, kind), snapshot.taken);
                }
                _ => {
                    let beat = Beat::new(sample.added, published, snapshot.taken);
                    self.0.insert(*kind, beat);
                }
            }
        }
    }

    /// Another process counts the outbox from now on, from a number of its own.
    pub(super) fn count_anew(&mut self) {
        for beat in self.0.values_mut() {
            beat.is_new = true;
        }
    }

    /// For how long a counter has stood still while jobs were published, in milliseconds.
    pub(super) fn still_ms(&self, kind: Kind, now: Moment) -> u64 {
        let beat = self.0.get(&kind);
        let since = beat.and_then(|beat| beat.still_since);
        since.map_or(0, |since| now.since(since))
    }
}
