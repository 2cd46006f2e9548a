//! How many workers there are and should be, and who decides it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter};

/// Bounds of the time of a change in seconds: workers of one machine take seconds, deployments minutes.
const CHANGE_SECONDS: [f64; 9] = [1.0, 3.0, 10.0, 30.0, 60.0, 120.0, 240.0, 480.0, 960.0];

/// Numbers of workers. What is not known leaves the last value standing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Workers {
    /// Decided.
    pub target: Option<u32>,
    /// Asked for.
    pub wanted: Option<u32>,
    /// There, as whoever runs them sees it.
    pub living: Option<u32>,
    /// Heard lately and taking work.
    pub heard: Option<u32>,
}

/// How many workers there are and should be, and who decides it.
#[derive(Debug)]
pub struct Scaling {
    leader: Gauge<u64>,
    term: Gauge<u64>,
    mode: Flags,
    stand_down: Flags,
    alert: Flags,
    workers: Gauge<u64>,
    estimate: Gauge<f64>,
    decisions: Counter<u64>,
    changes: Histogram<f64>,
    commands: Counter<u64>,
}

impl Scaling {
    pub(super) fn new(meter: &Meter) -> Self {
        let count = |name, description| meter.u64_gauge(name).with_description(description).build();
        let flags = |name, key, description| Flags::new(count(name, description), key);
        Self {
            leader: count(
                "loadsure.scaling.leader",
                "1 on the monitor that leads, 0 on others",
            ),
            term: count("loadsure.scaling.term", "Term of the monitor that leads"),
            mode: flags(
                "loadsure.scaling.mode",
                "mode",
                "1 for the mode in force, 0 for others",
            ),
            stand_down: flags(
                "loadsure.scaling.stand_down",
                "reason",
                "1 for the reason why nothing may be changed at present, 0 for others",
            ),
            alert: flags(
                "loadsure.scaling.alert",
                "alert",
                "1 for each alert of the last decision, 0 for others",
            ),
            workers: count("loadsure.scaling.workers", "Workers by how they are counted"),
            estimate: meter
                .f64_gauge("loadsure.scaling.estimate")
                .with_description("What the last decision was computed from, by kind of job and quantity")
                .build(),
            decisions: meter
                .u64_counter("loadsure.scaling.decisions")
                .with_description("Decisions by the rule that made them")
                .build(),
            changes: meter
                .f64_histogram("loadsure.scaling.change.duration")
                .with_unit("s")
                .with_description("Time from sending a change of the number of workers to its end")
                .with_boundaries(CHANGE_SECONDS.to_vec())
                .build(),
            commands: meter
                .u64_counter("loadsure.scaling.commands")
                .with_description("Commands of operations by name and outcome")
                .build(),
        }
    }

    /// Whether this process leads, and since which term.
    pub fn leads(&self, term: Option<u64>) {
        self.leader.record(u64::from(term.is_some()), &[]);
        if let Some(term) = term {
            self.term.record(term, &[]);
        }
    }

    /// The mode in force, from a closed list.
    pub fn mode(&self, mode: &str) {
        self.mode.raise([mode]);
    }

    /// Why nothing may be changed, from a closed list.
    pub fn stand_down(&self, reason: Option<&str>) {
        self.stand_down.raise(reason);
    }

    /// The alerts of the last decision, from a closed list.
    pub fn alerts<'a>(&self, alerts: impl IntoIterator<Item = &'a str>) {
        self.alert.raise(alerts);
    }

    /// How many workers there are and should be.
    pub fn workers(&self, workers: &Workers) {
        let counts = [
            ("target", workers.target),
            ("wanted", workers.wanted),
            ("living", workers.living),
            ("heard", workers.heard),
        ];
        for (state, count) in counts {
            if let Some(count) = count {
                self.workers
                    .record(count.into(), &[KeyValue::new("state", state)]);
            }
        }
    }

    /// A quantity that the last decision was computed from: its name tells the unit. `kind` is a kind of job, or `all`.
    pub fn estimate(&self, kind: &'static str, quantity: &'static str, value: f64) {
        let attributes = [KeyValue::new("kind", kind), KeyValue::new("quantity", quantity)];
        self.estimate.record(value, &attributes);
    }

    /// A decision was made by a rule of a closed list.
    pub fn decided(&self, rule: String) {
        self.decisions.add(1, &[KeyValue::new("rule", rule)]);
    }

    /// A change ended, with an outcome of a closed list.
    pub fn changed(&self, outcome: &'static str, took: Duration) {
        self.changes
            .record(took.as_secs_f64(), &[KeyValue::new("outcome", outcome)]);
    }

    /// A command was answered. Both are from closed lists.
    pub fn commanded(&self, command: &'static str, outcome: &'static str) {
        let attributes = [
            KeyValue::new("command", command),
            KeyValue::new("outcome", outcome),
        ];
        self.commands.add(1, &attributes);
    }
}

/// A gauge of which some values of an attribute are 1 and all others 0.
#[derive(Debug)]
struct Flags {
    gauge: Gauge<u64>,
    key: &'static str,
    known: Mutex<BTreeSet<String>>,
}

impl Flags {
    fn new(gauge: Gauge<u64>, key: &'static str) -> Self {
        Self {
            gauge,
            key,
            known: Mutex::default(),
        }
    }

    /// Raises these, and lowers all others that were ever raised.
    fn raise<'a>(&self, raised: impl IntoIterator<Item = &'a str>) {
        let raised: BTreeSet<String> = raised.into_iter().map(str::to_owned).collect();
        // Nothing under this lock can leave the set half-changed.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(raised.iter().cloned());
        for name in &*known {
            let value = u64::from(raised.contains(name));
            self.gauge.record(value, &[KeyValue::new(self.key, name.clone())]);
        }
    }
}
