//! What operations ask for.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::{Decision, Reason, Snapshot};

/// Limits, and the rule within them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// The fewest and the most workers.
    pub limits: Limits,
    /// How the number is found.
    pub rule: Rule,
}

/// The fewest and the most workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    min: u32,
    max: u32,
}

/// How the number of workers is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// By the work per worker at this moment.
    Threshold(Threshold),
}

/// One worker more while there is more work than this for each, one less while there is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Jobs per worker above which one is added.
    pub up_above: NonZeroU32,
    /// Jobs per worker below which one is removed.
    pub down_below: u32,
}

impl Limits {
    /// Limits; a maximum below the minimum is raised to it.
    #[must_use]
    pub fn new(min: NonZeroU32, max: NonZeroU32) -> Self {
        Self {
            min: min.get(),
            max: max.max(min).get(),
        }
    }

    /// The fewest.
    #[must_use]
    pub const fn min(&self) -> u32 {
        self.min
    }

    /// The most.
    #[must_use]
    pub const fn max(&self) -> u32 {
        self.max
    }

    /// The allowed number that is nearest.
    #[must_use]
    pub fn clamp(&self, workers: u32) -> u32 {
        workers.clamp(self.min, self.max)
    }
}

impl Threshold {
    /// Decides for a number of workers within the limits.
    pub(super) fn decide(&self, snapshot: &Snapshot, limits: Limits, unfinished: u64) -> Decision {
        let (wanted, living) = (snapshot.wanted, snapshot.living);
        let (target, reason) = if self.is_too_much(unfinished, wanted) {
            if living < wanted {
                (wanted, Reason::Arriving { unfinished, living })
            } else if wanted >= limits.max() {
                (wanted, Reason::AtMaximum { unfinished })
            } else {
                (wanted.saturating_add(1), Reason::Backlog { unfinished })
            }
        } else if wanted > limits.min() && self.is_little(unfinished, wanted) {
            if snapshot.heard.unwrap_or(0) == 0 {
                (wanted, Reason::NobodyHeard { unfinished })
            } else {
                (wanted - 1, Reason::Idle { unfinished })
            }
        } else {
            (wanted, Reason::Steady { unfinished })
        };
        Decision { target, reason }
    }

    fn is_too_much(&self, unfinished: u64, workers: u32) -> bool {
        unfinished > u64::from(self.up_above.get()).saturating_mul(u64::from(workers))
    }

    /// Whether one worker less would do, and would not be too few the moment it is gone.
    fn is_little(&self, unfinished: u64, workers: u32) -> bool {
        unfinished < u64::from(self.down_below).saturating_mul(u64::from(workers))
            && !self.is_too_much(unfinished, workers.saturating_sub(1))
    }
}
