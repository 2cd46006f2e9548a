//! What was decided, and why.

use serde::{Deserialize, Serialize};

use super::Unseen;

/// How many workers there should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The number to ask for.
    pub target: u32,
    /// Why.
    pub reason: Reason,
}

/// Why that many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "camelCase")]
pub enum Reason {
    /// Fewer were asked for than there must be.
    BelowMinimum,
    /// More were asked for than there may be.
    AboveMaximum,
    /// The amount of work is not known, so nothing changes.
    Unknown {
        /// What is not known.
        unseen: Unseen,
    },
    /// There is too much work, so one is added.
    Backlog {
        /// Jobs not ended.
        unfinished: u64,
    },
    /// There is too much work, but workers that were asked for are not there yet.
    Arriving {
        /// Jobs not ended.
        unfinished: u64,
        /// Workers that are there.
        living: u32,
    },
    /// There is too much work, but no more workers are allowed.
    AtMaximum {
        /// Jobs not ended.
        unfinished: u64,
    },
    /// There is little work, so one is removed.
    Idle {
        /// Jobs not ended.
        unfinished: u64,
    },
    /// There is little work, but no worker was heard: an outage is not made smaller.
    NobodyHeard {
        /// Jobs not ended.
        unfinished: u64,
    },
    /// The number is right.
    Steady {
        /// Jobs not ended.
        unfinished: u64,
    },
}
