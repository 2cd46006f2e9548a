//! Thresholds as they are found in many services: a counter, and nothing else.

use super::{DOWN_BELOW, MAX, MIN, UP_ABOVE};
use crate::sight::Scene;

/// Adds or removes one worker at each look, by the jobs per worker that it believes there are (P54).
#[derive(Debug)]
pub(crate) struct Blind {
    believed: u32,
}

impl Blind {
    pub(super) const fn new(workers: u32) -> Self {
        Self { believed: workers }
    }

    pub(super) fn look(&mut self, scene: &Scene) -> Option<u32> {
        let sight = scene.sight?;
        // A lag that is missing reads as nothing (S1).
        let work = sight.unread.unwrap_or(0).saturating_add(sight.pending);
        let believed = u64::from(self.believed);
        let target = if work > believed * u64::from(UP_ABOVE.get()) {
            self.believed + 1
        } else if work < believed * u64::from(DOWN_BELOW) {
            self.believed - 1
        } else {
            self.believed
        };
        let target = target.clamp(MIN.get(), MAX.get());
        if target == self.believed || !scene.is_reachable {
            return None;
        }
        self.believed = target;
        Some(target)
    }
}
