//! What is derived from what is seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::job::Kind;

/// What was derived, for all kinds with work, and for the fleet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimates {
    /// How long a change is expected to take, in milliseconds: D.
    pub change_ms: u64,
    /// Workers that are needed: the most that any kind needs.
    pub need: u32,
    /// Whether some kind would wait too long by the time a change takes effect.
    pub is_hot: bool,
    /// By kind. Kinds that nobody asks for are left out.
    pub kinds: BTreeMap<Kind, KindEstimate>,
}

/// What was derived for one kind. Rates are jobs per second, times are seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindEstimate {
    /// Arrivals over the last 30 s.
    pub rate_30s: f64,
    /// Arrivals over the last 120 s.
    pub rate_120s: f64,
    /// Arrivals over the last 900 s.
    pub rate_900s: f64,
    /// Arrivals as the number of workers is chosen for: λ.
    pub rate: f64,
    /// Arrivals as a lack of workers is foreseen with: λup.
    pub rate_up: f64,
    /// Jobs that one worker ends: μ.
    pub per_worker: f64,
    /// Jobs that the insurer lets all workers begin, if it sets a limit: R.
    pub insurer_rate: Option<f64>,
    /// Jobs that the present workers end.
    pub capacity: f64,
    /// Jobs that no worker has taken: U.
    pub unread: u64,
    /// Jobs that no worker will have taken when a change made now takes effect: B.
    pub backlog: f64,
    /// How long a job waits then; `None` for without end: W.
    pub wait_s: Option<f64>,
    /// How long the present workers need for what is there; `None` for without end: T0.
    pub drain_s: Option<f64>,
    /// Workers that this kind needs.
    pub need: u32,
    /// Whether this kind would wait too long by the time a change takes effect.
    pub is_hot: bool,
}
