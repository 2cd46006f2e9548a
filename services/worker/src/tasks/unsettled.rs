//! Counts the purchases whose outcome is unknown, for the alert that says so.

use std::time::Duration;

use loadsure_store::Store;
use loadsure_telemetry::Metrics;

use super::{Failure, Task};

/// People settle them, in minutes at best; the query reads a small index.
const EVERY: Duration = Duration::from_secs(15);

/// Counts unsettled purchases.
pub(crate) struct Unsettled {
    store: Store,
    metrics: Metrics,
    /// The first round comes at once: a restart must not end an alert.
    counted: bool,
}

impl Unsettled {
    pub(crate) const fn new(store: Store, metrics: Metrics) -> Self {
        Self {
            store,
            metrics,
            counted: false,
        }
    }
}

impl Task for Unsettled {
    const NAME: &'static str = "counting of unsettled purchases";

    async fn due(&mut self) {
        if self.counted {
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn run(&mut self) -> Result<(), Failure> {
        self.counted = true;
        let count = self.store.unsettled_count().await?;
        self.metrics.queue().unknown_outcomes(count);
        Ok(())
    }
}
