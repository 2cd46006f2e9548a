//! Calls to the insurer.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use super::SECONDS;

/// Calls to the insurer.
#[derive(Debug)]
pub struct Insurer {
    duration: Histogram<f64>,
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
}
