//! Whether the counters live.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::job::Kind;
use crate::scaling::{Moment, Snapshot};

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
}

impl Pulse {
    pub(super) fn observe(&mut self, snapshot: &Snapshot) {
        let Some(outbox) = &snapshot.outbox else { return };
        for (kind, sample) in &snapshot.kinds {
            let published = outbox.published.get(kind).copied().unwrap_or(0);
            let new = Beat {
                added: sample.added,
                published,
                still_since: None,
            };
            let beat = self.0.entry(*kind).or_insert(new);
            if beat.added != sample.added {
                *beat = new;
            } else if published > beat.published {
                beat.still_since = beat.still_since.or(Some(snapshot.taken));
            }
        }
    }

    /// For how long a counter has stood still while jobs were published, in milliseconds.
    pub(super) fn still_ms(&self, kind: Kind, now: Moment) -> u64 {
        let beat = self.0.get(&kind);
        let since = beat.and_then(|beat| beat.still_since);
        since.map_or(0, |since| now.since(since))
    }
}
