//! Counts the calls to the insurer.

use std::time::Duration;

use loadsure_core::insurer::Operation;
use loadsure_insurer::Observer;
use loadsure_telemetry::Metrics;

/// Hands what the client saw to the metrics.
pub(crate) struct InsurerMetrics(pub(crate) Metrics);

impl Observer for InsurerMetrics {
    fn observed(&self, operation: Operation, outcome: &'static str, took: Duration) {
        self.0.insurer().called(operation.as_str(), outcome, took);
    }
}
