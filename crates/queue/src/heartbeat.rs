//! Signs of life of the workers.

use std::collections::BTreeMap;
use std::time::Duration;

use fred::interfaces::StreamsInterface as _;
use fred::types::Value;
use serde::{Deserialize, Serialize};

use crate::entry::EntryId;
use crate::error::Error;
use crate::queue::Queue;
use crate::script::CLOCK;
use crate::wire;

/// What one worker process says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// [`Queue::instance`] of the worker.
    pub consumer: String,
    /// When the process started, in milliseconds since the Unix epoch by its own clock.
    pub started_at_ms: u64,
    /// Whether it takes no new work any more.
    pub draining: bool,
    /// Per kind, by its name.
    pub kinds: BTreeMap<String, Activity>,
    /// Per operation of the insurer, by its name. Empty from a worker of before.
    #[serde(default)]
    pub operations: BTreeMap<String, OperationState>,
}

/// What a worker does for one kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Jobs that may run at once, at present.
    pub slots: u64,
    /// What the slots may grow to. Zero from a worker of before, whose slots do not grow.
    #[serde(default)]
    pub slots_max: u64,
    /// Jobs that run.
    pub in_flight: u64,
    /// Jobs finished since the process started.
    pub completed: u64,
    /// Mean time of the recently finished jobs in milliseconds. `None` before the first.
    pub service_ms: Option<f64>,
}

/// What a worker knows of an operation of the insurer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationState {
    /// Calls per second that all workers make together at most. `None`: unlimited.
    pub rate_per_second: Option<f64>,
    /// Its circuit in this worker: `closed`, `half_open` or `open`.
    pub circuit: String,
}

/// A heartbeat and its age.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// By the server's clock.
    pub age: Duration,
    /// What was said.
    pub heartbeat: Heartbeat,
}

impl Queue {
    /// Publishes a heartbeat.
    ///
    /// # Errors
    /// If Redis did not take it.
    pub async fn beat(&self, heartbeat: &Heartbeat) -> Result<EntryId, Error> {
        self.append(
            &self.names().heartbeats(),
            heartbeat,
            self.config().lengths.heartbeats,
        )
        .await
    }

    /// The latest heartbeat of every worker that was heard within `window`, in the order of their names. Times are the
    /// server's, so that clocks that disagree do no harm.
    ///
    /// # Errors
    /// If Redis did not answer.
    pub async fn recent_heartbeats(&self, window: Duration) -> Result<Vec<Seen>, Error> {
        let clock = CLOCK
            .run(self.client()?, vec![self.names().heartbeats()], Vec::new())
            .await?;
        let now = wire::number(&clock, CLOCK.name)?;
        let since = now.saturating_sub(u64::try_from(window.as_millis()).unwrap_or(u64::MAX));
        let answer: Value = self
            .client()?
            .xrange(self.names().heartbeats(), format!("{since}-0"), "+", None)
            .await?;
        let mut latest = BTreeMap::new();
        for entry in wire::entries(answer, "XRANGE")? {
            // One of another version says nothing to this one.
            let Ok(heartbeat) = entry.document::<Heartbeat>() else {
                continue;
            };
            let age = Duration::from_millis(now.saturating_sub(entry.id.ms()));
            latest.insert(heartbeat.consumer.clone(), Seen { age, heartbeat });
        }
        Ok(latest.into_values().collect())
    }
}
