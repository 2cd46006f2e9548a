//! What others are told: the sample stream, metrics, and the log where something changes.

use std::collections::BTreeSet;

use loadsure_core::scaling::{Decision, Estimates, KindEstimate, StandDown};
use loadsure_queue::Queue;
use loadsure_telemetry::metrics::Workers as Numbers;
use loadsure_telemetry::{Metrics, fields};
use time::OffsetDateTime;
use tracing::{debug, info, warn};

use crate::label;
use crate::leading::{Told, Tools};
use crate::sample::{Sample, VERSION, Workers};

/// Samples kept on the stream: more than a day at the default interval of 10 s.
const SAMPLES: u64 = 10_000;

/// Tells what a round has found and decided.
#[derive(Debug)]
pub(crate) struct Voice {
    queue: Queue,
    metrics: Metrics,
    actuator: &'static str,
    last: Option<Decision>,
    stand_down: Option<StandDown>,
    alerts: BTreeSet<String>,
}

impl Voice {
    pub(crate) fn new(tools: &Tools, actuator: &'static str) -> Self {
        Self {
            queue: tools.queue.clone(),
            metrics: tools.metrics.clone(),
            actuator,
            last: None,
            stand_down: None,
            alerts: BTreeSet::new(),
        }
    }

    /// Whether this monitor leads, and since which term.
    pub(crate) fn leads(&self, term: Option<u64>) {
        self.metrics.scaling().leads(term);
    }

    /// Tells everyone.
    pub(crate) async fn tell(&mut self, told: Told) {
        self.log(&told);
        self.measure(&told);
        self.publish(told).await;
    }

    fn log(&mut self, told: &Told) {
        let (from, decision) = (told.record.snapshot.fleet.wanted, &told.record.decision);
        let (to, mode) = (decision.target, told.record.mode.as_str());
        let rule = label::rule(&decision.reason);
        if to == from {
            debug!(workers = to, rule, "the number of workers stays");
        } else if self.last.as_ref().is_none_or(|last| last.target != to) {
            info!(from, to, rule, mode, "another number of workers is decided on");
        }
        self.last = Some(decision.clone());
        self.log_stand_down(told.record.snapshot.stand_down);
        self.log_alerts(decision);
    }

    fn log_stand_down(&mut self, now: Option<StandDown>) {
        if std::mem::replace(&mut self.stand_down, now) == now {
            return;
        }
        match now {
            Some(reason) => info!(reason = label::stand_down(&reason), "nothing is changed for now"),
            None => info!("the number of workers may be changed again"),
        }
    }

    fn log_alerts(&mut self, decision: &Decision) {
        let now: BTreeSet<_> = decision.alerts.iter().map(label::alert).collect();
        for alert in now.difference(&self.alerts) {
            warn!(alert, "scaling needs attention");
        }
        for alert in self.alerts.difference(&now) {
            info!(alert, "scaling needs no more attention");
        }
        self.alerts = now;
    }

    fn measure(&self, told: &Told) {
        let (metrics, record) = (self.metrics.scaling(), &told.record);
        for (kind, gauge) in told.look.gauges() {
            self.metrics.queue().sampled(kind, &gauge);
        }
        metrics.leads(Some(record.term));
        metrics.mode(record.mode.as_str());
        let stand_down = record.snapshot.stand_down.as_ref().map(label::stand_down);
        metrics.stand_down(stand_down.as_deref());
        metrics.alerts(self.alerts.iter().map(String::as_str));
        metrics.decided(label::rule(&record.decision.reason));
        metrics.workers(&Numbers {
            target: Some(record.decision.target),
            wanted: Some(told.count.wanted),
            living: Some(told.count.living),
            heard: told.look.heard(),
        });
        if let Some(estimates) = &record.decision.estimates {
            self.measure_estimates(estimates);
        }
    }

    fn measure_estimates(&self, estimates: &Estimates) {
        let metrics = self.metrics.scaling();
        metrics.estimate("all", "need", f64::from(estimates.need));
        let change_ms = u32::try_from(estimates.change_ms).unwrap_or(u32::MAX);
        metrics.estimate("all", "change_s", f64::from(change_ms) / 1_000.0);
        for (kind, estimate) in &estimates.kinds {
            for (quantity, value) in quantities(estimate) {
                metrics.estimate(kind.as_str(), quantity, value);
            }
        }
    }

    async fn publish(&self, told: Told) {
        if told.look.error.is_some() && !self.queue.is_connected() {
            return;
        }
        let sample = self.sample(told);
        let stream = self.queue.names().samples();
        if let Err(error) = self.queue.append(&stream, &sample, SAMPLES).await {
            debug!(
                { fields::ERROR } = fields::causes(&error),
                "a sample was not published"
            );
        }
    }

    fn sample(&self, told: Told) -> Sample {
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        let (count, record) = (told.count, told.record);
        Sample {
            version: VERSION,
            monitor: self.queue.instance().to_owned(),
            at_ms: i64::try_from(now).unwrap_or(i64::MAX),
            term: record.term,
            sequence: record.sequence,
            capacity: told.look.capacity(),
            workers: Workers {
                wanted: count.wanted,
                living: count.living,
                draining: count.draining,
                heard: told.look.heard(),
            },
            streams: told.look.streams,
            mode: record.mode,
            stand_down: record.snapshot.stand_down,
            decision: record.decision,
            outcome: record.outcome,
            actuator: self.actuator.to_owned(),
        }
    }
}

/// What was derived for one kind, by names that tell the unit. What is without end, or not known, is left out.
fn quantities(estimate: &KindEstimate) -> impl Iterator<Item = (&'static str, f64)> {
    let known = [
        ("rate_30s", Some(estimate.rate_30s)),
        ("rate_120s", Some(estimate.rate_120s)),
        ("rate_900s", Some(estimate.rate_900s)),
        ("rate", Some(estimate.rate)),
        ("rate_up", Some(estimate.rate_up)),
        ("per_worker", Some(estimate.per_worker)),
        ("insurer_rate", estimate.insurer_rate),
        ("capacity", Some(estimate.capacity)),
        ("backlog", Some(estimate.backlog)),
        ("wait_s", estimate.wait_s),
        ("drain_s", estimate.drain_s),
        ("need", Some(f64::from(estimate.need))),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value?)))
}
