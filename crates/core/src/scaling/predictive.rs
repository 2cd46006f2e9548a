//! The rule that asks how long jobs will wait.

use serde::{Deserialize, Serialize};

/// Workers are added when jobs would wait too long by the time a change takes effect, and removed when fewer have
/// sufficed for long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Predictive {
    /// How long a job may wait until a worker takes it, in milliseconds.
    pub target_wait_ms: u64,
    /// The most workers that one change adds.
    pub step: u32,
    /// Mean time of a job, in milliseconds, until the first has ended.
    pub assumed_service_ms: u64,
    /// Jobs of a kind that a worker runs at once, where no worker says so.
    pub assumed_slots: u32,
}

impl Default for Predictive {
    fn default() -> Self {
        Self {
            target_wait_ms: 120_000,
            // The whole fleet of up to five: each further step would cost another deployment.
            step: 4,
            assumed_service_ms: 3_000,
            assumed_slots: 4,
        }
    }
}
