//! What was decided, and why.

use serde::{Deserialize, Serialize};

use super::{Estimates, Moment, StandDown, Unseen};
use crate::job::Kind;

/// How many workers there should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The number to ask for. The one that was asked for already means: change nothing.
    pub target: u32,
    /// Why.
    pub reason: Reason,
    /// What the numbers were derived to be; none where too little is known.
    #[serde(default)]
    pub estimates: Option<Estimates>,
    /// What a person should know of.
    #[serde(default)]
    pub alerts: Vec<Alert>,
}

/// Why that many. All times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Reason {
    /// Nothing may be changed, whatever the work.
    StandDown {
        /// Why not.
        why: StandDown,
    },
    /// A person has set the number.
    Pinned {
        /// The number that was set.
        workers: u32,
    },
    /// Fewer were asked for than there must be.
    BelowMinimum,
    /// More were asked for than there may be.
    AboveMaximum,
    /// The amount of work is not known, so nothing changes.
    Unknown {
        /// What is not known.
        unseen: Unseen,
    },
    /// The amount of work has not been known for so long that the number is raised to a safe one, once.
    Floor {
        /// What is not known.
        unseen: Unseen,
        /// For how long.
        for_ms: u64,
    },
    /// Jobs would wait too long by the time a change takes effect.
    TooSlow {
        /// The kind of job that needs the most workers.
        kind: Kind,
        /// How long a job would wait; `None` for without end.
        wait_ms: Option<u64>,
        /// How long the present workers would need for what is there; `None` for without end.
        drain_ms: Option<u64>,
        /// Workers that would do.
        need: u32,
    },
    /// Jobs would wait too long, but it has not been so for enough looks in a row.
    Confirming {
        /// The kind of job.
        kind: Kind,
        /// Looks in a row so far.
        looks: u32,
    },
    /// Jobs would wait too long, but more workers would hardly help: the insurer is the limit.
    InsurerLimit {
        /// The kind of job.
        kind: Kind,
        /// What one change would add to the present capacity, in per cent.
        gain_percent: u32,
    },
    /// Fewer workers have sufficed for long, and nothing waits.
    Surplus {
        /// The most workers that were needed lately.
        need: u32,
    },
    /// The rule would change the number, but it is too soon after the last change.
    Gap {
        /// The number that the rule asks for.
        wants: u32,
        /// When it may be.
        until: Moment,
    },
    /// The rule would change the number, but too many changes were made lately.
    BudgetSpent {
        /// The number that the rule asks for.
        wants: u32,
        /// Changes in the last hour.
        in_hour: u32,
        /// Changes in the last day.
        in_day: u32,
    },
    /// Workers are added although too many changes were made lately: jobs have waited several times too long.
    Emergency {
        /// How long the oldest unread job has waited.
        waited_ms: u64,
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
    /// No worker was heard: an outage is not made smaller (S11).
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

/// What a person should know of. It stands as long as it is in the decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Alert {
    /// No worker was heard (S11).
    NobodyHeard,
    /// The amount of work is not known.
    Blind {
        /// What is not known.
        unseen: Unseen,
        /// For how long, in milliseconds.
        for_ms: u64,
    },
    /// Jobs wait too long, and no more workers are allowed.
    AtMaximum,
    /// Jobs wait too long, and the insurer is the limit.
    InsurerLimit,
    /// The changes allowed in an hour or a day are spent.
    BudgetSpent,
    /// Jobs wait too long, and workers that were asked for have not come although nothing is being deployed.
    NotArriving {
        /// Workers that are there.
        living: u32,
        /// For how long, in milliseconds.
        for_ms: u64,
    },
    /// The platform does not accept the token.
    Unauthorized,
    /// Changes failed, and nothing is changed until a person acts.
    OffAfterFailures {
        /// How many in a row.
        failures: u32,
    },
}

impl Decision {
    /// A decision without estimates and alerts.
    #[must_use]
    pub const fn new(target: u32, reason: Reason) -> Self {
        Self {
            target,
            reason,
            estimates: None,
            alerts: Vec::new(),
        }
    }
}
