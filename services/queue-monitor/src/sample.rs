//! The document that each look of the leading monitor leaves on the sample stream.

use std::collections::BTreeMap;

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Capacity, Decision, Mode, Outcome, StandDown};
use loadsure_queue::StreamSample;
use serde::{Deserialize, Serialize};

/// Version of the format. Readers ignore fields that they do not know.
pub(crate) const VERSION: u32 = 1;

/// One look at the queues, and what was decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// Version of the format.
    pub version: u32,
    /// The monitor that looked: its instance and boot id.
    pub monitor: String,
    /// When, in milliseconds since the Unix epoch by the monitor's clock.
    pub at_ms: i64,
    /// The term in which that monitor leads.
    pub term: u64,
    /// The number of the decision in that term, under which the database has all that it was made from.
    pub sequence: u64,
    /// Each job stream that could be looked at.
    pub streams: BTreeMap<Kind, StreamSample>,
    /// What all workers that were heard lately and take new work can do, by kind. Empty if nobody could listen.
    #[serde(default)]
    pub capacity: BTreeMap<Kind, Capacity>,
    /// The workers.
    pub workers: Workers,
    /// How far the monitor goes with what it decides.
    pub mode: Mode,
    /// Why nothing may be changed, if so.
    pub stand_down: Option<StandDown>,
    /// What was decided, and why.
    pub decision: Decision,
    /// What was done about it.
    pub outcome: Option<Outcome>,
    /// Who acts on it: `process`, `digitalocean`, `compose`, or `dry-run` for nobody.
    pub actuator: String,
}

/// Numbers of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workers {
    /// Asked for, before this decision.
    pub wanted: u32,
    /// There, and taking work.
    pub living: u32,
    /// There, and finishing what they have.
    pub draining: u32,
    /// Heard lately and not draining; `None` if nobody could listen.
    pub heard: Option<u32>,
}
