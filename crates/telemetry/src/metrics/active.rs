//! Counts what is under way.

use opentelemetry::KeyValue;
use opentelemetry::metrics::UpDownCounter;

/// One thing that is under way. Dropping it ends it, also when a task is cancelled, so that the count cannot drift
/// (P24).
#[derive(Debug)]
#[must_use = "it ends when dropped"]
pub struct Active {
    counter: UpDownCounter<i64>,
    attributes: Vec<KeyValue>,
}

impl Active {
    pub(super) fn start(counter: &UpDownCounter<i64>, attributes: Vec<KeyValue>) -> Self {
        counter.add(1, &attributes);
        Self {
            counter: counter.clone(),
            attributes,
        }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.counter.add(-1, &self.attributes);
    }
}
