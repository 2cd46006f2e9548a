//! How many jobs came, and when.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::job::Kind;
use crate::scaling::number::float;
use crate::scaling::{KindSample, Moment};

/// The longest time over which a rate is asked for, in milliseconds.
const WINDOW: u64 = 900_000;

/// Looks nearer together than this are kept as one, so that a short interval does not make the memory long.
const SPACING: u64 = 5_000;

/// Counters of arrivals over the last [`WINDOW`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Arrivals {
    taken: VecDeque<Moment>,
    /// By kind, as many as there are moments, or fewer: the newest of both belong together.
    added: BTreeMap<Kind, VecDeque<u64>>,
}

impl Arrivals {
    pub(super) fn observe(&mut self, taken: Moment, kinds: &BTreeMap<Kind, KindSample>) {
        if self.is_crowded() {
            self.taken.pop_back();
            for added in self.added.values_mut() {
                added.pop_back();
            }
        }
        self.taken.push_back(taken);
        for (kind, sample) in kinds {
            let added = self.added.entry(*kind).or_default();
            // A counter that went back was wiped, and what it counted before says nothing about it.
            if added.back().is_some_and(|last| *last > sample.added) {
                added.clear();
            }
            added.push_back(sample.added);
        }
        for (kind, added) in &mut self.added {
            if let (false, Some(last)) = (kinds.contains_key(kind), added.back().copied()) {
                added.push_back(last);
            }
        }
        self.forget(taken);
    }

    /// Jobs per second over the last `window` milliseconds, or over what is remembered of it. `None` before two looks.
    pub(super) fn rate(&self, kind: Kind, window: u64) -> Option<f64> {
        let added = self.added.get(&kind)?;
        let skipped = self.taken.len().checked_sub(added.len())?;
        let (last, now) = (added.back()?, *self.taken.back()?);
        let reached = self.taken.partition_point(|taken| now.since(*taken) >= window);
        let base = reached.saturating_sub(1).max(skipped);
        let elapsed = now.since(*self.taken.get(base)?);
        let came = last.checked_sub(*added.get(base - skipped)?)?;
        (elapsed > 0).then(|| float(came) * 1_000.0 / float(elapsed))
    }

    fn is_crowded(&self) -> bool {
        let mut newest = self.taken.iter().rev();
        match (newest.next(), newest.next()) {
            (Some(last), Some(before)) => last.since(*before) < SPACING,
            _ => false,
        }
    }

    /// Keeps one look that is older than the window: rates over the whole of it start there.
    fn forget(&mut self, now: Moment) {
        while self
            .taken
            .get(1)
            .is_some_and(|second| now.since(*second) >= WINDOW)
        {
            self.taken.pop_front();
            for added in self.added.values_mut() {
                if added.len() > self.taken.len() {
                    added.pop_front();
                }
            }
        }
    }
}
