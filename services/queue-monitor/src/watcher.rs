//! Looks, decides, acts, and says so, at every interval.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use loadsure_config::{MonitorConfig, MonitorServiceConfig};
use loadsure_core::scaling::{
    Decision, Fleet, Guards, History, Limits, Moment, Policy, Rule, Snapshot, Threshold,
};
use loadsure_queue::Queue;
use loadsure_telemetry::{Metrics, fields};
use time::OffsetDateTime;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::actuator::Actuator;
use crate::look::Look;
use crate::sample::{Sample, VERSION, Workers};

/// Samples kept on the stream: more than a day at the default interval of 10 s.
const SAMPLES: u64 = 10_000;

/// Looks, decides, acts, and says so.
pub(crate) struct Watcher {
    queue: Queue,
    metrics: Metrics,
    policy: Policy,
    every: Duration,
    is_ready: Arc<AtomicBool>,
    last: Option<Decision>,
    history: History,
    looks: u64,
}

impl Watcher {
    pub(crate) fn new(
        config: &MonitorServiceConfig,
        queue: Queue,
        metrics: Metrics,
        is_ready: Arc<AtomicBool>,
    ) -> Self {
        Self {
            queue,
            metrics,
            policy: policy(&config.monitor),
            every: config.monitor.check_interval,
            is_ready,
            last: None,
            history: History::default(),
            looks: 0,
        }
    }

    /// Watches until stopped, and gives the actuator back.
    pub(crate) async fn run(mut self, mut actuator: Actuator, stop: CancellationToken) -> Actuator {
        let mut ticks = interval(self.every);
        // After a look that took long the next one comes an interval later, not at once.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let watch = async {
            loop {
                ticks.tick().await;
                self.look(&mut actuator).await;
            }
        };
        stop.run_until_cancelled(watch).await;
        actuator
    }

    async fn look(&mut self, actuator: &mut Actuator) {
        let look = Look::take(&self.queue).await;
        self.note_health(&look);
        let heard = look.heard();
        let census = actuator.census(heard);
        let taken = look.taken().unwrap_or_else(now);
        self.looks += 1;
        let snapshot = Snapshot {
            taken,
            sequence: self.looks,
            fleet: Fleet {
                wanted: census.wanted,
                living: census.living,
                heard,
            },
            kinds: look.kinds(),
            ..Snapshot::default()
        };
        let decision = self.history.step(&snapshot, &self.policy, taken);
        actuator.ask(decision.target);
        self.note_decision(&snapshot, &decision);
        for (kind, gauge) in look.gauges() {
            self.metrics.queue().sampled(kind, &gauge);
        }
        let workers = Workers {
            wanted: census.wanted,
            living: census.living,
            draining: census.draining,
            heard,
        };
        self.publish(look, workers, decision, actuator.name()).await;
    }

    /// Says once that Redis is away, and once that it is back.
    fn note_health(&self, look: &Look) {
        let was_ready = self.is_ready.swap(look.error.is_none(), Ordering::AcqRel);
        match &look.error {
            Some(error) => note_blindness(error, was_ready || self.last.is_none()),
            None if !was_ready => info!("the queues are being watched"),
            None => {}
        }
    }

    fn note_decision(&mut self, snapshot: &Snapshot, decision: &Decision) {
        let reason = decision.reason;
        if decision.target == snapshot.fleet.wanted {
            debug!(workers = decision.target, ?reason, "the number of workers stays");
        } else if self.last.as_ref().map(|last| (last.target, last.reason)) != Some((decision.target, reason))
        {
            info!(
                from = snapshot.fleet.wanted,
                to = decision.target,
                ?reason,
                "the number of workers changes"
            );
        }
        self.last = Some(decision.clone());
    }

    async fn publish(&self, look: Look, workers: Workers, decision: Decision, actuator: &'static str) {
        if look.error.is_some() && !self.queue.is_connected() {
            return;
        }
        let sample = Sample {
            version: VERSION,
            monitor: self.queue.instance().to_owned(),
            at_ms: i64::try_from(now().0).unwrap_or(i64::MAX),
            capacity: look.capacity(),
            streams: look.streams,
            workers,
            decision,
            actuator: actuator.to_owned(),
        };
        let stream = self.queue.names().samples();
        if let Err(error) = self.queue.append(&stream, &sample, SAMPLES).await {
            debug!(
                { fields::ERROR } = fields::causes(&error),
                "a sample was not published"
            );
        }
    }
}

fn note_blindness(error: &loadsure_queue::Error, is_new: bool) {
    let error = fields::causes(error);
    if is_new {
        warn!(
            { fields::ERROR } = error,
            "the queues cannot be looked at; the workers stay"
        );
    } else {
        debug!({ fields::ERROR } = error, "the queues still cannot be looked at");
    }
}

/// By this machine's clock.
fn now() -> Moment {
    let ms = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
    Moment(u64::try_from(ms).unwrap_or(0))
}

fn policy(config: &MonitorConfig) -> Policy {
    Policy {
        limits: Limits::new(config.min_workers, config.max_workers),
        rule: Rule::Threshold(Threshold {
            up_above: config.scale_up_threshold,
            down_below: config.scale_down_threshold,
        }),
        pin: None,
        guards: Guards::PROCESSES,
    }
}
