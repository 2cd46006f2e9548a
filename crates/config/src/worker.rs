//! The worker: how much it does at once, and when work changes hands.

mod concurrency;

use std::collections::BTreeMap;
use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use loadsure_core::concurrency::Bounds;
use loadsure_core::job::Kind;

use crate::{AppConfig, Group, InsurerConfig, Reader, Service, Var};

const WORKER: &[Service] = &[Service::Worker];

/// How much longer than a call to the insurer an entry must be idle before another worker takes it: time to
/// commit the result, even on a busy database.
const RECLAIM_MARGIN: Duration = Duration::from_secs(10);

const RECLAIM_IDLE_MS: Var = Var::optional(
    "QUEUE_RECLAIM_IDLE_MS",
    WORKER,
    "Milliseconds without a sign of life after which another worker takes over a job. \
     More than LOADSURE_REQUEST_TIMEOUT_MS + 10000.",
)
.or("60000");

const HEARTBEAT_MS: Var = Var::optional(
    "QUEUE_HEARTBEAT_MS",
    WORKER,
    "Milliseconds between two signs of life for a job at work. Less than a third of QUEUE_RECLAIM_IDLE_MS.",
)
.or("15000");

const MAX_DELIVERIES: Var = Var::optional(
    "QUEUE_MAX_DELIVERIES",
    WORKER,
    "How often an entry may be delivered before it goes to the dead letters.",
)
.or("5");

const RELAY_INTERVAL_MS: Var = Var::optional(
    "RELAY_INTERVAL_MS",
    WORKER,
    "Milliseconds between two runs of the outbox relay.",
)
.or("1000");

const SWEEP_AFTER_MS: Var = Var::optional(
    "SWEEP_AFTER_MS",
    WORKER,
    "Milliseconds after which a job that was published, but is neither finished nor in its stream, is published \
     again. More than QUEUE_RECLAIM_IDLE_MS.",
)
.or("120000");

const DRAIN_MS: Var = Var::optional(
    "WORKER_DRAIN_MS",
    WORKER,
    "Milliseconds that jobs at work may take after SIGTERM. More than LOADSURE_REQUEST_TIMEOUT_MS, so that a \
     purchase that was sent can end, and less than SHUTDOWN_GRACE_MS.",
)
.or("60000");

pub(crate) const GROUP: Group = Group {
    title: "Worker",
    vars: &[
        concurrency::DEFAULT,
        concurrency::MIN,
        concurrency::QUOTE,
        concurrency::BOOKING,
        concurrency::CANCELLATION,
        concurrency::CERTIFICATE,
        concurrency::SUPPORT_DATA,
        concurrency::WEBHOOK,
        concurrency::MAINTENANCE,
        RECLAIM_IDLE_MS,
        HEARTBEAT_MS,
        MAX_DELIVERIES,
        RELAY_INTERVAL_MS,
        SWEEP_AFTER_MS,
        DRAIN_MS,
    ],
};

/// The worker: how much it does at once, and when work changes hands.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// Least and most slots per kind of job; every kind is in it.
    pub concurrency: BTreeMap<Kind, Bounds>,
    /// Time without a sign of life after which another worker takes over.
    pub reclaim_idle: Duration,
    /// Time between two signs of life.
    pub heartbeat: Duration,
    /// Deliveries before an entry is dead.
    pub max_deliveries: NonZeroU32,
    /// Time between two runs of the outbox relay.
    pub relay_interval: Duration,
    /// Age at which a job that is missing from its stream is published again.
    pub sweep_after: Duration,
    /// Time for jobs at work after SIGTERM.
    pub drain: Duration,
}

impl WorkerConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let concurrency = concurrency::read(reader);
        let reclaim_idle = reader.millis(&RECLAIM_IDLE_MS);
        let heartbeat = reader.millis(&HEARTBEAT_MS);
        let max_deliveries = reader.nonzero_u32(&MAX_DELIVERIES);
        let relay_interval = reader.millis(&RELAY_INTERVAL_MS);
        let sweep_after = reader.millis(&SWEEP_AFTER_MS);
        let drain = reader.millis(&DRAIN_MS);
        let config = Self {
            concurrency: concurrency?,
            reclaim_idle: reclaim_idle?,
            heartbeat: heartbeat?,
            max_deliveries: max_deliveries?,
            relay_interval: relay_interval?,
            sweep_after: sweep_after?,
            drain: drain?,
        };
        config.check(reader);
        Some(config)
    }

    /// The least and the most slots of one kind.
    #[must_use]
    pub fn slots(&self, kind: Kind) -> Bounds {
        let one = Bounds::new(NonZeroU16::MIN, NonZeroU16::MIN);
        self.concurrency.get(&kind).copied().unwrap_or(one)
    }

    fn check(&self, reader: &mut Reader<'_>) {
        if self.heartbeat >= self.reclaim_idle / 3 {
            reader.reject(
                &HEARTBEAT_MS,
                format!(
                    "{} ms must be less than a third of QUEUE_RECLAIM_IDLE_MS ({} ms), so that one lost sign of \
                     life does not hand a running job to another worker",
                    self.heartbeat.as_millis(),
                    self.reclaim_idle.as_millis()
                ),
            );
        }
        if self.sweep_after <= self.reclaim_idle {
            reader.reject(
                &SWEEP_AFTER_MS,
                format!(
                    "{} ms must be more than QUEUE_RECLAIM_IDLE_MS ({} ms), or jobs that are only waiting to be \
                     taken over are published twice",
                    self.sweep_after.as_millis(),
                    self.reclaim_idle.as_millis()
                ),
            );
        }
    }

    /// Remembers a problem where the worker's times do not fit the insurer's or the platform's.
    pub(crate) fn check_against(
        &self,
        reader: &mut Reader<'_>,
        app: Option<&AppConfig>,
        insurer: Option<&InsurerConfig>,
    ) {
        if let Some(app) = app {
            app.check_drain(reader, &DRAIN_MS, self.drain);
        }
        let Some(call) = insurer.map(|insurer| insurer.request_timeout) else {
            return;
        };
        if self.reclaim_idle <= call + RECLAIM_MARGIN {
            reader.reject(
                &RECLAIM_IDLE_MS,
                format!(
                    "{} ms must be more than LOADSURE_REQUEST_TIMEOUT_MS ({} ms) + {} ms, or a job is taken over \
                     while the insurer is still answering",
                    self.reclaim_idle.as_millis(),
                    call.as_millis(),
                    RECLAIM_MARGIN.as_millis()
                ),
            );
        }
        if self.drain <= call {
            reader.reject(
                &DRAIN_MS,
                format!(
                    "{} ms must be more than LOADSURE_REQUEST_TIMEOUT_MS ({} ms), or a deployment leaves purchases \
                     with an unknown outcome",
                    self.drain.as_millis(),
                    call.as_millis()
                ),
            );
        }
    }
}
