//! State of the queues.

use std::time::Duration;

use loadsure_core::job::Kind;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Gauge, Meter};

use super::jobs;

/// State of one kind's stream. What could not be found out is None, and leaves the last value standing; the gauge
/// `loadsure.queue.sampled` tells how old that is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sample {
    /// Entries in the stream.
    pub length: Option<u64>,
    /// Entries that no consumer has read.
    pub unread: Option<u64>,
    /// Entries read and not acknowledged.
    pub pending: Option<u64>,
    /// Jobs that wait for their time to be tried again.
    pub delayed: Option<u64>,
    /// Entries among the dead letters.
    pub dead: Option<u64>,
    /// Consumers alive.
    pub consumers: Option<u64>,
    /// Age of the oldest unfinished entry; zero when there is none.
    pub oldest_age: Option<Duration>,
    /// When this was sampled, as time since the Unix epoch.
    pub sampled: Duration,
}

/// State of the queues.
#[derive(Debug)]
pub struct Queue {
    length: Gauge<u64>,
    unread: Gauge<u64>,
    pending: Gauge<u64>,
    delayed: Gauge<u64>,
    dead: Gauge<u64>,
    consumers: Gauge<u64>,
    oldest_age: Gauge<f64>,
    sampled: Gauge<f64>,
    unknown_outcomes: Gauge<u64>,
}

impl Queue {
    pub(super) fn new(meter: &Meter) -> Self {
        let count = |name, description| meter.u64_gauge(name).with_description(description).build();
        let seconds = |name, description| {
            meter
                .f64_gauge(name)
                .with_unit("s")
                .with_description(description)
                .build()
        };
        Self {
            length: count("loadsure.queue.length", "Entries in the stream"),
            unread: count("loadsure.queue.unread", "Entries that no consumer has read"),
            pending: count("loadsure.queue.pending", "Entries read and not acknowledged"),
            delayed: count("loadsure.queue.delayed", "Jobs that wait to be tried again"),
            dead: count("loadsure.queue.dead_letters", "Entries among the dead letters"),
            consumers: count("loadsure.queue.consumers", "Consumers alive"),
            oldest_age: seconds("loadsure.queue.oldest_age", "Age of the oldest unfinished entry"),
            sampled: seconds(
                "loadsure.queue.sampled",
                "When the queue was last looked at, in Unix time",
            ),
            unknown_outcomes: count(
                "loadsure.purchases.unknown",
                "Purchases whose outcome is unknown and not settled",
            ),
        }
    }

    /// One look at the stream of a kind.
    pub fn sampled(&self, kind: Kind, sample: &Sample) {
        let attributes = [jobs::of(kind)];
        record(&self.length, sample.length, &attributes);
        record(&self.unread, sample.unread, &attributes);
        record(&self.pending, sample.pending, &attributes);
        record(&self.delayed, sample.delayed, &attributes);
        record(&self.dead, sample.dead, &attributes);
        record(&self.consumers, sample.consumers, &attributes);
        if let Some(age) = sample.oldest_age {
            self.oldest_age.record(age.as_secs_f64(), &attributes);
        }
        self.sampled.record(sample.sampled.as_secs_f64(), &attributes);
    }

    /// How many purchases have an unknown outcome that nobody has settled. Above zero is an alert.
    pub fn unknown_outcomes(&self, count: u64) {
        self.unknown_outcomes.record(count, &[]);
    }
}

fn record(gauge: &Gauge<u64>, value: Option<u64>, attributes: &[KeyValue]) {
    if let Some(value) = value {
        gauge.record(value, attributes);
    }
}
