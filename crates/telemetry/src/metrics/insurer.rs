//! Calls to the insurer.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter};

use super::SECONDS;

/// Calls to the insurer.
#[derive(Debug)]
pub struct Insurer {
    duration: Histogram<f64>,
    circuit: Gauge<u64>,
    held_back: Counter<u64>,
    pauses: Counter<u64>,
    token_wait: Histogram<f64>,
}

impl Insurer {
    pub(super) fn new(meter: &Meter) -> Self {
        Self {
            duration: meter
                .f64_histogram("loadsure.insurer.request.duration")
                .with_unit("s")
                .with_description("Time of one call to the insurer")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            circuit: meter
                .u64_gauge("loadsure.insurer.circuit")
                .with_description("Circuit of an operation: 0 closed, 1 half open, 2 open")
                .build(),
            held_back: meter
                .u64_counter("loadsure.insurer.held_back")
                .with_description("Calls that were not made, to spare the insurer")
                .build(),
            pauses: meter
                .u64_counter("loadsure.insurer.pauses")
                .with_description(
                    "Pauses of an operation that the insurer asked for, told here or heard from a worker",
                )
                .build(),
            token_wait: meter
                .f64_histogram("loadsure.insurer.token.wait")
                .with_unit("s")
                .with_description("Time that a call waited for its token, to keep the rate of its operation")
                .with_boundaries(SECONDS.to_vec())
                .build(),
        }
    }

    /// A call ended. `operation` and `outcome` are from closed lists, such as purchase and declined.
    pub fn called(&self, operation: &'static str, outcome: &'static str, took: Duration) {
        let attributes = [
            KeyValue::new("operation", operation),
            KeyValue::new("outcome", outcome),
        ];
        self.duration.record(took.as_secs_f64(), &attributes);
    }

    /// The circuit of an operation stands so: 0 closed, 1 half open, 2 open.
    pub fn circuit(&self, operation: &'static str, state: u64) {
        self.circuit
            .record(state, &[KeyValue::new("operation", operation)]);
    }

    /// A call was not made. `why` is from a closed list, such as circuit, pause, busy and rate.
    pub fn held_back(&self, operation: &'static str, why: &'static str) {
        let attributes = [KeyValue::new("operation", operation), KeyValue::new("why", why)];
        self.held_back.add(1, &attributes);
    }

    /// An operation pauses. `how` this worker knows: `told` by the insurer, or `heard` from a worker that was told, which
    /// may be itself.
    pub fn paused(&self, operation: &'static str, how: &'static str) {
        let attributes = [KeyValue::new("operation", operation), KeyValue::new("how", how)];
        self.pauses.add(1, &attributes);
    }

    /// A call took a token and waits for it. `from` is `shared`, the bucket of all workers, or `local`, this worker's share
    /// while Redis is away.
    pub fn took_token(&self, operation: &'static str, from: &'static str, wait: Duration) {
        let attributes = [KeyValue::new("operation", operation), KeyValue::new("from", from)];
        self.token_wait.record(wait.as_secs_f64(), &attributes);
    }
}
