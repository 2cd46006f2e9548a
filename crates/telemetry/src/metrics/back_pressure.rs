//! New work that is refused because too much is waiting.

use std::time::Duration;

use opentelemetry::metrics::{Counter, Gauge, Meter};

/// New work that is refused because too much is waiting.
#[derive(Debug)]
pub struct BackPressure {
    shed: Counter<u64>,
    wait: Gauge<f64>,
}

impl BackPressure {
    pub(super) fn new(meter: &Meter) -> Self {
        Self {
            shed: meter
                .u64_counter("loadsure.quotes.shed")
                .with_description("Requests for a quote that were refused because too many are waiting")
                .build(),
            wait: meter
                .f64_gauge("loadsure.quotes.wait_estimate")
                .with_unit("s")
                .with_description("How long the waiting quotes will take, by the last sample that says so")
                .build(),
        }
    }

    /// A request for a quote was refused.
    pub fn shed(&self) {
        self.shed.add(1, &[]);
    }

    /// How long the waiting quotes will take.
    pub fn wait_estimate(&self, wait: Duration) {
        self.wait.record(wait.as_secs_f64(), &[]);
    }
}
