//! Jobs of a worker.

use std::time::Duration;

use loadsure_core::job::Kind;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};

use super::{Active, SECONDS};

/// Jobs of a worker.
#[derive(Debug)]
pub struct Jobs {
    duration: Histogram<f64>,
    wait: Histogram<f64>,
    finished: Counter<u64>,
    active: UpDownCounter<i64>,
    slots: Gauge<u64>,
    slots_max: Gauge<u64>,
    slots_halved: Counter<u64>,
}

impl Jobs {
    pub(super) fn new(meter: &Meter) -> Self {
        Self {
            duration: meter
                .f64_histogram("loadsure.job.duration")
                .with_unit("s")
                .with_description("Time that a worker spent on one delivery of a job")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            wait: meter
                .f64_histogram("loadsure.job.wait")
                .with_unit("s")
                .with_description("Time from a job's creation to its start")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            finished: meter
                .u64_counter("loadsure.jobs.finished")
                .with_description("Deliveries of jobs by how they ended")
                .build(),
            active: meter
                .i64_up_down_counter("loadsure.jobs.active")
                .with_description("Jobs at work")
                .build(),
            slots: meter
                .u64_gauge("loadsure.jobs.slots")
                .with_description("Jobs that may be at work at once, now")
                .build(),
            slots_max: meter
                .u64_gauge("loadsure.jobs.slots_max")
                .with_description("Jobs that may be at work at once, at most")
                .build(),
            slots_halved: meter
                .u64_counter("loadsure.jobs.slots_halved")
                .with_description("Times that the slots were halved because the insurer was overloaded")
                .build(),
        }
    }

    /// A job starts `waited` after its creation; it is counted as active until the value is dropped.
    pub fn start(&self, kind: Kind, waited: Duration) -> Active {
        self.wait.record(waited.as_secs_f64(), &[of(kind)]);
        Active::start(&self.active, vec![of(kind)])
    }

    /// A delivery ended. `outcome` is from a closed list, such as done, retry, dead, unknown.
    pub fn finished(&self, kind: Kind, outcome: &'static str, took: Duration) {
        self.duration.record(took.as_secs_f64(), &[of(kind)]);
        self.finished
            .add(1, &[of(kind), KeyValue::new("outcome", outcome)]);
    }

    /// So many jobs may be at work at once, now and at most.
    pub fn slots(&self, kind: Kind, now: u64, max: u64) {
        self.slots.record(now, &[of(kind)]);
        self.slots_max.record(max, &[of(kind)]);
    }

    /// The slots were halved.
    pub fn slots_halved(&self, kind: Kind) {
        self.slots_halved.add(1, &[of(kind)]);
    }
}

pub(super) fn of(kind: Kind) -> KeyValue {
    KeyValue::new("kind", kind.as_str())
}
