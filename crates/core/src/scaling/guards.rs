//! What keeps a rule from doing harm.

use serde::{Deserialize, Serialize};

const MINUTE: u64 = 60_000;

/// How carefully changes are made. The default is for a platform on which each change is a deployment of minutes that
/// restarts every worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Guards {
    /// Milliseconds from the last change until workers may be added.
    pub up_gap_ms: u64,
    /// Milliseconds from the last change until workers may be removed.
    pub down_gap_ms: u64,
    /// Changes in any hour.
    pub per_hour: u32,
    /// Changes in any day.
    pub per_day: u32,
    /// Milliseconds over which fewer workers must have sufficed before any are removed, by the predictive rule.
    pub need_window_ms: u64,
    /// Looks in a row that must call for more workers before any are added, by the predictive rule.
    pub confirmations: u32,
    /// Age in milliseconds beyond which a look says nothing any more (S9).
    pub stale_after_ms: u64,
    /// Milliseconds without knowledge after which workers are raised to [`floor`](Self::floor), once.
    pub floor_after_ms: u64,
    /// The number of workers that is safe when nothing is known: two survive the loss of one.
    pub floor: u32,
    /// Milliseconds after a failed change in which nothing is changed.
    pub hold_after_failure_ms: u64,
    /// Failed changes in a row after which nothing is changed until a person acts.
    pub failures_until_off: u32,
    /// Milliseconds after which workers that were asked for, and are needed, must be there while nothing is being deployed.
    pub arrival_ms: u64,
    /// How long a change is assumed to take until enough of them were measured, in milliseconds.
    pub assumed_change_ms: u64,
}

impl Guards {
    /// For whoever changes the number by a deployment: scaling.md's numbers.
    pub const DEPLOYMENTS: Self = Self {
        up_gap_ms: 5 * MINUTE,
        down_gap_ms: 25 * MINUTE,
        need_window_ms: 30 * MINUTE,
        per_hour: 6,
        per_day: 30,
        confirmations: 3,
        stale_after_ms: MINUTE,
        floor_after_ms: 5 * MINUTE,
        floor: 2,
        hold_after_failure_ms: 15 * MINUTE,
        failures_until_off: 2,
        arrival_ms: 5 * MINUTE,
        assumed_change_ms: 4 * MINUTE,
    };

    /// For whoever starts and drains single workers: a change disturbs nobody and takes a moment.
    pub const PROCESSES: Self = Self {
        up_gap_ms: 0,
        down_gap_ms: 0,
        need_window_ms: MINUTE,
        per_hour: u32::MAX,
        per_day: u32::MAX,
        confirmations: 1,
        floor: 1,
        hold_after_failure_ms: MINUTE,
        failures_until_off: u32::MAX,
        arrival_ms: MINUTE,
        assumed_change_ms: 5_000,
        ..Self::DEPLOYMENTS
    };
}

impl Default for Guards {
    fn default() -> Self {
        Self::DEPLOYMENTS
    }
}
