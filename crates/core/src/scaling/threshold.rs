//! The rule that compares the work per worker with two numbers.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// One worker more while there is more work than this for each, one less while there is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Threshold {
    /// Jobs per worker above which one is added.
    pub up_above: NonZeroU32,
    /// Jobs per worker below which one is removed.
    pub down_below: u32,
}

impl Threshold {
    pub(super) fn is_too_much(&self, unfinished: u64, workers: u32) -> bool {
        unfinished > u64::from(self.up_above.get()).saturating_mul(u64::from(workers))
    }

    /// Whether one worker less would do, and would not be too few the moment it is gone.
    pub(super) fn is_little(&self, unfinished: u64, workers: u32) -> bool {
        unfinished < u64::from(self.down_below).saturating_mul(u64::from(workers))
            && !self.is_too_much(unfinished, workers.saturating_sub(1))
    }
}
